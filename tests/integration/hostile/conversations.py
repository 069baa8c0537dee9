"""Runs in this process against a scripted Messages API: real activities, a real PostgreSQL, and every byte that left for the model."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fakes.messages_api import Body, MessagesApi
from fakes.records import question
from integration.replay.in_order import MOST_TURNS, InOrder

from analytics_agent.activities.lines import LineActivities
from analytics_agent.adapters.anthropic.client import AnthropicClient
from analytics_agent.adapters.anthropic.model import AnthropicModel
from analytics_agent.domain.event import Step
from analytics_agent.domain.orders import FinishOrder, RunOrder, ToolOrder, ToolOutcome, TurnOrder
from analytics_agent.domain.run import Clarification, Run

CLAUDE = "claude-opus-4-7"
Call = tuple[str, dict[str, Any]]
Plan = Callable[[Body], "Sequence[Call]"]


@dataclass
class Conversations(InOrder):
    """`answers` is what the person says when asked, once each."""

    answers: list[str] = field(default_factory=list)

    def run(self, what: Any) -> Any:
        async def closing() -> Any:
            try:
                return await what
            finally:
                if isinstance(self.model, AnthropicModel):
                    await self.model.close()

        return super().run(closing())

    async def ask(self, text: str, **asked: Any) -> Run:
        await self.store.save_database(self.database)
        new = question(text=text, database=self.database.name, **{"model": CLAUDE, **asked})
        await self.store.create_run(new)
        order = RunOrder(new.run_id)
        await self.explore.read_catalog(order)
        steps: tuple[Step, ...] = ("explore", "analyze", "synthesize")
        for step in steps:
            if not await self._ended_well(order, step):
                await self.frame.finish_run(FinishOrder(order.run_id, "refused"))
                break
        else:
            await self.frame.finish_run(FinishOrder(order.run_id, "succeeded"))
        return await self.store.run(order.run_id)

    async def _ended_well(self, order: RunOrder, step: Step, line: str = "") -> bool:
        for turn in range(1, MOST_TURNS + 1):
            reply = await self.turns.model_turn(TurnOrder(order.run_id, step, turn, line))
            if reply.ends:
                return reply.ends == "finish" or step == "analyze"
            calls = [ToolOrder(order.run_id, step, turn, call.call_id, call.tool, line) for call in reply.calls]
            outcomes = [await self._outcome(call) for call in calls]
            endings = [outcome.ends for outcome in outcomes]
            if "ask" in endings:
                await self._answer(calls[endings.index("ask")])
            elif "refuse" in endings:
                return False
            elif "finish" in endings and not any(outcome.failed for outcome in outcomes):
                return True
        return False

    async def _outcome(self, call: ToolOrder) -> ToolOutcome:
        outcome: ToolOutcome = await self._tools[call.step](call)
        for line in outcome.lines:
            await self._ended_well(RunOrder(call.run_id), "explore", line)
        merging = LineActivities(self.store, self.artifacts, self.explore.runner)  # type: ignore[arg-type]
        return await merging.merge_lines(call) if outcome.lines else outcome

    async def _answer(self, call: ToolOrder) -> None:
        asked = await self.store.clarification(call.run_id)
        assert asked
        await self.store.ask_person(call.run_id, Clarification(asked.question, asked.readings, self.answers.pop(0)))
        assert await self.frame.take_answer(call)


def claude(url: str) -> AnthropicModel:
    client = AnthropicClient("sk-test", url, timeout_seconds=20)
    return AnthropicModel(client, timeout_seconds=20, stall_seconds=20)


def step_of(body: Body) -> Step:
    """Told apart by the tools that are offered."""
    names = {tool["name"] for tool in body["tools"]}
    return "explore" if "run_sql" in names else "synthesize" if "write_answer" in names else "analyze"


def turn_of(body: Body) -> int:
    return sum(message["role"] == "assistant" for message in body["messages"])


def calls(*made: Call) -> list[Body]:
    return [{"type": "tool_use", "name": name, "input": given} for name, given in made]


def results(body: Body) -> list[str]:
    """The texts of the last turn's tool results."""
    last = body["messages"][-1]["content"]
    return [_text(block["content"]) for block in last if isinstance(block, dict) and block["type"] == "tool_result"]


def everything_read(body: Body) -> str:
    """All that the model is given to read: system, tools, messages, without its own calls."""
    texts = [block["text"] for block in body["system"]] + [json.dumps(body["tools"])]
    for message in body["messages"]:
        for block in message["content"]:
            texts += [block["text"]] if block["type"] == "text" else [_text(block["content"])] if block["type"] == "tool_result" else []
    return "\n".join(texts)


def wire(api: MessagesApi) -> str:
    """Every byte of every request, with escapes undone."""
    return "\n".join(json.dumps(body, ensure_ascii=False) for body in api.requests)


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(block.get("text", "") for block in content)
