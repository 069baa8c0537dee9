"""The step explore of one run, driven as the workflow drives it, with rights and a model of a test's own."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question
from fakes.rights import MemoryRights
from unit.activities.test_explore import Shop
from unit.semantic import shop

from analytics_agent.activities.explore import ExploreActivities
from analytics_agent.activities.model import ModelActivities
from analytics_agent.activities.purse import Purse
from analytics_agent.adapters.offline.model import OfflineModel
from analytics_agent.domain.conversation import ModelRequest, Reply, Usage
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import RunOrder, ToolOrder, TurnOrder
from analytics_agent.domain.question import Question
from analytics_agent.domain.run import Refusal
from analytics_agent.errors import NotAllowed
from analytics_agent.ports import Model

BY_CATEGORY = {"purpose": "Revenue by category", "metrics": ["revenue"], "dimensions": ["products.category"]}
ORDERS = {"purpose": "Orders by month", "metrics": ["orders"], "dimensions": ["orders.placed_on:month"]}


class Listening:
    """A model that does as it is told, and keeps what it was shown."""

    def __init__(self, *calls: tuple[str, dict[str, Any]]) -> None:
        self.calls = list(calls)
        self.shown: list[str] = []

    async def reply(self, request: ModelRequest) -> Reply:
        self.shown.append(request.system + json.dumps([message.content for message in request.messages]))
        name, given = self.calls.pop(0)
        return Reply(({"type": "tool_use", "id": f"c{len(self.shown)}", "name": name, "input": given},), "tool_use", Usage(), "offline")


@dataclass
class Explored:
    """The step explore of one run, driven as the workflow drives it."""

    rights: MemoryRights
    model: Model = field(default_factory=OfflineModel)
    asked: Question = field(default_factory=lambda: question(database="shop", owner="superset:7", text="What was the revenue in March?"))
    store: Any = field(default_factory=MemoryStore)
    artifacts: Any = field(default_factory=MemoryArtifacts)
    semantic_model: str | None = shop.TEXT

    async def begin(self) -> None:
        if self.asked.run_id not in self.store._runs:
            await self.store.create_run(self.asked)
        await self.store.save_database(Database("shop", "duckdb:///shop", "duckdb", None, self.semantic_model))
        self.explore = ExploreActivities(
            self.store,
            self.artifacts,
            lambda database: Shop(),  # type: ignore[arg-type, return-value]
            self.rights,
            row_cap=1_000,
            timeout_seconds=5,
            catalog_age_seconds=1e9,
        )
        self.turns = ModelActivities(self.store, self.artifacts, self.model, Purse(self.store), turns=9)
        await self.explore.read_catalog(RunOrder(self.asked.run_id))

    async def converse(self, between: Callable[[], Awaitable[None]] | None = None) -> str | None:
        """Turn by turn until the step ends; gives how. `between` happens once, after the first reply."""
        for number in range(1, 10):
            outcome = await self.turns.model_turn(TurnOrder(self.asked.run_id, "explore", number))
            if outcome.ends:
                return outcome.ends
            if between:
                await between()
                between = None
            for call in outcome.calls:
                order = ToolOrder(self.asked.run_id, "explore", number, call.call_id, call.tool)
                if ends := (await self.explore.explore_tool(order)).ends:
                    return ends
        return None

    async def told(self) -> list[str]:
        """The result of every tool call."""
        results = await self.store.tool_results(self.asked.run_id, "explore")
        return [(await self.artifacts.get_file(result.content)).decode() for result in results]


def explored(*readable: str, calls: tuple[tuple[str, dict[str, Any]], ...] = (), **options: Any) -> tuple[Explored, str | None, list[str]]:
    """A person who may read these tables: the run, how explore ended, and what its tools told."""
    rights = MemoryRights(*readable, **{name: options.pop(name) for name in ("withheld", "everything", "lasts") if name in options})
    run = Explored(rights, Listening(*calls) if calls else OfflineModel(), **options)

    async def steps() -> tuple[str | None, list[str]]:
        await run.begin()
        return await run.converse(), await run.told()

    return run, *asyncio.run(steps())


def refusal_of(run: Explored) -> Refusal:
    found = asyncio.run(run.store.document(run.asked.run_id, "refusal", Refusal))
    assert isinstance(found, Refusal)
    return found


REFUSE = ("refuse", {"reason": "The data does not hold that."})
EVERY_TOOL = (
    ("search_catalog", {"words": "orders products stores customers visits amount city"}),
    ("describe", {"names": ["orders", "products", "stores", "main.products", "products.category", "revenue", "model", "stroes"]}),
    ("look_at_values", {"column": "products.category"}),
    ("look_at_values", {"column": "stores.kind"}),
    ("look_at_values", {"column": "orders.status"}),
    ("query_metrics", BY_CATEGORY),
    ("run_sql", {"purpose": "p", "sql": "SELECT p.category, count(*) AS n FROM products AS p GROUP BY 1"}),
    REFUSE,
)


def refused(run: Explored) -> str:
    with pytest.raises(NotAllowed) as error:
        asyncio.run(run.begin())
    assert refusal_of(run).reason == str(error.value)
    return str(error.value)
