"""All scenarios asked at the same time, and what came of them."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes.messages_api import Body, MessagesApi
from integration.claude.conversations import SCENARIOS, scenario_of, step_of
from integration.claude.rig import rig

from analytics_agent.domain.cost import Cost
from analytics_agent.domain.event import Event
from analytics_agent.domain.run import Run
from analytics_agent.domain.turn import ToolResult


@dataclass
class Seen:
    """What came of all scenarios, asked at the same time."""

    runs: dict[str, Run]
    events: dict[str, tuple[Event, ...]]
    results: dict[str, tuple[ToolResult, ...]]
    costs: tuple[Cost, ...]
    api: MessagesApi

    def requests(self, name: str) -> list[Body]:
        return [body for body in self.api.requests if scenario_of(body) == name]

    def asked(self, name: str) -> list[str]:
        """The steps of every request of a scenario."""
        return [step_of(body) for body in self.requests(name)]

    def warnings(self, name: str) -> str:
        return " ".join(str(event.data["message"]) for event in self.events[name] if event.kind == "warning")


async def ask_all(folder: Path, store_url: str, api: MessagesApi, patch: pytest.MonkeyPatch) -> Seen:
    async with rig(folder, store_url, api, patch) as running:
        ids = {name: await running.ask(f"[{name}] What is the total by region?", each.model) for name, each in SCENARIOS.items()}
        runs = dict(zip(ids, await asyncio.gather(*map(running.finished, ids.values())), strict=True))
        events = {name: await running.store.events(run_id) for name, run_id in ids.items()}
        results = {name: await running.store.tool_results(run_id, "explore") for name, run_id in ids.items()}
        return Seen(runs, events, results, await running.store.costs(by="model"), api)
