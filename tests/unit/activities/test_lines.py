"""Lines of inquiry over the shop: begun, explored under their own names, put together as the result of one call."""

import asyncio
import json
from dataclasses import replace
from datetime import date
from typing import Any

from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question, turn
from fakes.rights import MemoryRights
from unit.activities.test_explore import Shop
from unit.semantic import shop

from analytics_agent.activities import conversation
from analytics_agent.activities.explore import ExploreActivities
from analytics_agent.activities.lines import ENOUGH, NO_END, LineActivities
from analytics_agent.activities.model import ModelActivities
from analytics_agent.activities.opening import Openings
from analytics_agent.activities.purse import Purse
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.catalog import Table, TableColumn
from analytics_agent.domain.conversation import ModelRequest, Reply, Usage
from analytics_agent.domain.database import Database
from analytics_agent.domain.evidence import Evidence
from analytics_agent.domain.inquiry import line_document
from analytics_agent.domain.orders import ToolOrder, ToolOutcome, TurnOrder, TurnOutcome
from analytics_agent.domain.run import Refusal
from analytics_agent.explore import loop

LINES = {"lines": [{"title": f"By {name}", "question": f"Orders by {name}?"} for name in ("city", "weather", "moon")]}
BY_CITY = {"purpose": "Orders by city", "metrics": ["orders"], "dimensions": ["stores.city"]}


class Unasked:
    """A model that declines, so that a test sees whether it was asked."""

    async def reply(self, request: ModelRequest) -> Reply:
        return Reply((), "refusal", Usage(), "offline")


class Inquiry:
    """A run in explore, driven call by call."""

    def __init__(self) -> None:
        self.store, self.artifacts = MemoryStore(), MemoryArtifacts()
        self.asked = question(database="shop", text="Why?")
        shared: Any = (self.store, self.artifacts)
        warehouse: Any = lambda database: Shop()  # noqa: E731 a port in one line
        self.explore = ExploreActivities(*shared, warehouse, MemoryRights(), row_cap=1_000, timeout_seconds=5, catalog_age_seconds=60)
        self.lines = LineActivities(*shared, self.explore.runner)
        self.openings = Openings(*shared)

    async def begin(self) -> None:
        await self.store.create_run(self.asked)
        await self.store.save_database(Database("shop", "duckdb:///shop", "duckdb", None, shop.TEXT))
        await self.store.save_catalog(shop.catalog())
        await self.store.save_document(self.asked.run_id, "briefing", Briefing(date(2025, 4, 1), "f"))

    async def call(self, number: int, tool: str, given: dict[str, Any], line: str = "") -> ToolOutcome:
        block = {"type": "tool_use", "id": f"c{number}", "name": tool, "input": given}
        reply = await self.artifacts.put_record(Reply((block,), "tool_use", Usage(), "offline"))
        await self.store.save_turn(self.asked.run_id, replace(turn(number, reply=reply), line=line))
        return await self.explore.explore_tool(ToolOrder(self.asked.run_id, "explore", number, f"c{number}", tool, line))

    async def told(self, number: int, line: str = "") -> str:
        stored: Any = (self.store, self.artifacts)
        said = await conversation.read(*stored, self.asked.run_id, "explore", line, before=number + 1)
        return said.results[number, f"c{number}"][1]

    async def followed(self) -> dict[str, Any]:
        """Three lines: one that finds something, one that refuses, one that comes to no end; then their merged result."""
        await self.begin()
        await self.call(1, "investigate", LINES)
        await self.call(1, "query_metrics", BY_CITY, "1.1")
        await self.call(2, "finish", {"primary": "r1", "results": ["r1"], "readings": ["All orders."]}, "1.1")
        await self.call(1, "refuse", {"reason": "No weather is kept.", "missing": "weather"}, "1.2")
        await self.call(1, "query_metrics", BY_CITY | {"metrics": ["revenue"]}, "1.3")
        order = ToolOrder(self.asked.run_id, "explore", 1, "c1", "investigate")
        assert await self.lines.merge_lines(order) == await self.lines.merge_lines(order) == ToolOutcome()
        merged: dict[str, Any] = json.loads(await self.told(1))
        return merged


def test_a_call_begins_its_lines_and_has_no_result_before_they_ended() -> None:
    inquiry = Inquiry()

    async def steps() -> ToolOutcome:
        await inquiry.begin()
        return await inquiry.call(1, "investigate", LINES)

    assert asyncio.run(steps()).lines == ("1.1", "1.2", "1.3")
    assert asyncio.run(inquiry.store.tool_results(inquiry.asked.run_id, "explore")) == ()


def test_what_lines_found_and_why_others_did_not_is_one_result() -> None:
    found, refused, lost = asyncio.run(Inquiry().followed())["lines"]
    assert found["primary"]["id"] == "r1" and found["readings"] == ["All orders."] and found["primary"]["preview"]
    assert refused["not_found"] == "No weather is kept." and refused["missing"] == "weather"
    assert lost["not_found"] == NO_END and [one["id"] for one in lost["results"]] == ["r2"]


def test_how_a_line_ends_is_its_own_and_not_the_runs() -> None:
    inquiry = Inquiry()
    asyncio.run(inquiry.followed())
    run_id = inquiry.asked.run_id
    assert asyncio.run(inquiry.store.document(run_id, "evidence", Evidence)) is None
    assert asyncio.run(inquiry.store.document(run_id, "refusal", Refusal)) is None


def test_results_of_a_line_are_results_of_the_run_and_its_progress_names_the_line() -> None:
    inquiry = Inquiry()

    async def steps() -> ToolOutcome:
        await inquiry.followed()
        return await inquiry.call(2, "finish", {"primary": "r1", "results": ["r1", "r2"]})

    assert asyncio.run(steps()).ends == "finish"
    events = asyncio.run(inquiry.store.events(inquiry.asked.run_id))
    assert [event.data["line"] for event in events if event.kind == "query"] == ["1.1", "1.3"]


def test_a_line_opens_with_its_own_question_and_the_same_tools() -> None:
    inquiry = Inquiry()

    async def steps() -> tuple[Any, Any]:
        await inquiry.begin()
        await inquiry.call(1, "investigate", LINES)
        run = await inquiry.store.run(inquiry.asked.run_id)
        return await inquiry.openings.of(run, "explore"), await inquiry.openings.of(run, "explore", "1.2")

    whole, line = asyncio.run(steps())
    assert (whole.system, whole.tools) == (line.system, line.tools)
    assert "<line>\nOrders by weather?\n</line>" in line.first and "Why?" in line.first and "<line>" not in whole.first


def test_a_line_asks_nobody_and_begins_no_lines() -> None:
    inquiry = Inquiry()

    async def steps() -> list[str]:
        await inquiry.begin()
        await inquiry.call(1, "investigate", LINES)
        await inquiry.call(1, "investigate", LINES, "1.1")
        await inquiry.call(2, "ask_person", {"question": "Which?", "readings": ["a", "b"]}, "1.1")
        return [await inquiry.told(number, "1.1") for number in (1, 2)]

    assert asyncio.run(steps()) == [loop.NOT_IN_A_LINE] * 2


def test_a_third_investigation_is_refused() -> None:
    inquiry = Inquiry()

    async def steps() -> str:
        await inquiry.begin()
        for number in (1, 2):
            await inquiry.call(number, "investigate", {"lines": [line | {"title": str(number)} for line in LINES["lines"]]})
            await inquiry.lines.merge_lines(ToolOrder(inquiry.asked.run_id, "explore", number, f"c{number}", "investigate"))
        await inquiry.call(3, "investigate", {"lines": LINES["lines"][:2]})
        return await inquiry.told(3)

    assert asyncio.run(steps()) == ENOUGH


def test_a_line_has_half_the_turns_of_a_run() -> None:
    inquiry = Inquiry()

    async def next_turn(line: str, turns: int) -> TurnOutcome:
        model = ModelActivities(inquiry.store, inquiry.artifacts, Unasked(), Purse(inquiry.store), turns=turns)  # type: ignore[arg-type]
        return await model.model_turn(TurnOrder(inquiry.asked.run_id, "explore", 3, line))

    async def steps() -> tuple[TurnOutcome, TurnOutcome]:
        await inquiry.begin()
        await inquiry.call(1, "query_metrics", BY_CITY, "1.1")
        await inquiry.call(2, "query_metrics", BY_CITY | {"metrics": ["revenue"]}, "1.1")
        return await next_turn("1.1", 5), await next_turn("1.1", 6)

    assert asyncio.run(steps()) == (TurnOutcome(ends="exhausted"), TurnOutcome(ends="declined"))


def test_other_databases_are_looked_through_for_the_run_and_not_for_each_line() -> None:
    inquiry = Inquiry()
    weather = Table("public", "rainfall", (TableColumn("rainfall_mm", "number", "numeric"),))
    missing = {"reason": "It is not here.", "missing": "rainfall"}

    async def steps() -> list[Refusal | None]:
        await inquiry.begin()
        await inquiry.store.save_database(Database("weather", "duckdb:///weather", "duckdb"))
        await inquiry.store.save_catalog(replace(shop.catalog(), database="weather", tables=(weather,)))
        await inquiry.call(1, "investigate", LINES)
        await inquiry.call(1, "refuse", missing, "1.2")
        await inquiry.call(2, "refuse", missing)
        names = [line_document("refusal", line) for line in ("1.2", "")]
        return [await inquiry.store.document(inquiry.asked.run_id, name, Refusal) for name in names]

    line, run = asyncio.run(steps())
    assert line and run and not line.elsewhere and [one.database for one in run.elsewhere] == ["weather"]
