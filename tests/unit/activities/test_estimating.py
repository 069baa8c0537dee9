"""A statement is weighed before it runs: what is over the limit is refused, or waits for a person and then runs once."""

import asyncio
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question, turn
from fakes.rights import MemoryRights
from unit.semantic import shop

from analytics_agent.activities import conversation, estimating
from analytics_agent.activities.approval import ApprovalActivities
from analytics_agent.activities.explore import ExploreActivities
from analytics_agent.domain.approval import APPROVALS, Approvals, CostLimit, Decision, OverLimit
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.conversation import Reply, Usage
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import ToolOrder, ToolOutcome
from analytics_agent.domain.question import Question
from analytics_agent.domain.statement import Caps, Estimate, Saved
from analytics_agent.errors import NotAllowed, StatementTimeout
from analytics_agent.ports import Fetched

TABLE = pa.table({"n": [1]})


@dataclass
class Planner:
    """A warehouse that says what it is told to say of every statement, and counts."""

    expects: Estimate | Exception = field(default_factory=lambda: Estimate(5_000, 1, 2.0, ("main.orders",)))
    estimated: list[str] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)

    async def can_write(self) -> tuple[str, ...]:
        return ()

    async def introspect(self) -> Catalog:
        return shop.catalog()

    async def estimate(self, sql: str, *, timeout_seconds: float) -> Estimate:
        self.estimated.append(sql)
        if isinstance(self.expects, Exception):
            raise self.expects
        return self.expects

    async def run(self, sql: str, *, row_cap: int, timeout_seconds: float) -> Fetched:
        self.ran.append(sql)
        return Fetched(TABLE, False, 1.0)

    async def save(self, sql: str, *, to: Any, caps: Caps, timeout_seconds: float) -> Saved:
        import pyarrow.parquet as parquet

        self.ran.append(sql)
        parquet.write_table(TABLE, to)
        return Saved(1, TABLE.nbytes, 1.0)


class Run:
    """One run at a database whose limit is 1,000 rows, as its activities see it."""

    def __init__(self, over: OverLimit = "ask", rows: int | None = 1_000, asked: Question | None = None, rights: Any = None) -> None:
        self.store, self.artifacts, self.planner = MemoryStore(), MemoryArtifacts(), Planner()
        self.question = asked or question(database="shop")
        self.limit = CostLimit(rows, over)
        self.rights = rights or MemoryRights()
        self.turns = 0

    @property
    def id(self) -> str:
        return self.question.run_id

    async def begun(self, **database: Any) -> "Run":
        await self.store.create_run(self.question)
        await self.store.set_status(self.id, "running")
        await self.store.save_database(replace(Database("shop", "duckdb:///shop", "duckdb", None, shop.TEXT), **database))
        await self.store.save_catalog(shop.catalog())
        await self.store.save_document(self.id, "briefing", Briefing(date(2025, 4, 1), "f"))
        return self

    def activities(self) -> ExploreActivities:
        options: Any = {"row_cap": 1_000, "timeout_seconds": 5, "catalog_age_seconds": 60, "most": self.limit}
        return ExploreActivities(self.store, self.artifacts, lambda database: self.planner, self.rights, **options)  # type: ignore[arg-type, return-value]

    async def say(self, *statements: str, line: str = "") -> list[ToolOrder]:
        """The model calls run_sql with these, in one reply."""
        self.turns += 1
        given = [{"sql": sql, "purpose": "x", "why_not_metrics": "none fits"} for sql in statements]
        calls = tuple({"type": "tool_use", "id": f"c{n}", "name": "run_sql", "input": each} for n, each in enumerate(given))
        reply = await self.artifacts.put_record(Reply(calls, "tool_use", Usage(), "offline"))
        await self.store.save_turn(self.id, turn(self.turns, reply=reply, line=line))
        return [ToolOrder(self.id, "explore", self.turns, call["id"], "run_sql", line) for call in calls]

    async def call(self, order: ToolOrder) -> ToolOutcome:
        return await self.activities().explore_tool(order)

    async def told(self, order: ToolOrder) -> str:
        said = await conversation.read(self.store, self.artifacts, self.id, "explore", order.line, before=order.turn + 1)  # type: ignore[arg-type]
        return said.results[order.turn, order.call_id][1]

    async def decide(self, decision: Decision, note: str = "") -> None:
        def decided(known: Approvals | None) -> Approvals:
            assert known
            return known.decided(decision, datetime.now(UTC), by="Ada", note=note)

        await self.store.change_document(self.id, APPROVALS, Approvals, decided)

    async def waits(self, order: ToolOrder) -> bool:
        return not await ApprovalActivities(self.store).take_decision(order)

    async def status(self) -> str:
        return (await self.store.run(self.id)).status


SQL = "SELECT count(*) AS n FROM orders"


def test_under_the_limit_a_statement_runs_and_its_estimate_is_kept() -> None:
    async def steps() -> None:
        run = await Run().begun()
        run.planner.expects = Estimate(1_000, 1, 2.0, ("main.orders",))
        (order,) = await run.say(SQL)
        assert await run.call(order) == ToolOutcome()
        (query,) = await run.store.queries(run.id)
        assert (query.estimate, query.approval) == (run.planner.expects, "")

    asyncio.run(steps())


@pytest.mark.parametrize("expects", [Estimate(), Estimate(None, 3, 9.0), StatementTimeout("The statement was stopped after 5 seconds.")])
def test_what_the_planner_does_not_know_is_no_reason_to_refuse(expects: Any) -> None:
    async def steps() -> None:
        run = await Run("refuse").begun()
        run.planner.expects = expects
        (order,) = await run.say(SQL)
        assert await run.call(order) == ToolOutcome()
        assert len(run.planner.ran) == 1

    asyncio.run(steps())


def test_small_tables_are_not_asked_about() -> None:
    async def steps() -> None:
        run = await Run(rows=10**9).begun()
        sized = replace(shop.catalog(), tables=tuple(replace(table, rows=1_000) for table in shop.catalog().tables))
        await run.store.save_catalog(replace(sized, read_at=sized.read_at + timedelta(seconds=1)))
        (order,) = await run.say(SQL)
        assert await run.call(order) == ToolOutcome()
        assert (run.planner.estimated, len(run.planner.ran)) == ([], 1)

    asyncio.run(steps())


def test_without_a_limit_nobody_is_asked() -> None:
    async def steps() -> None:
        for run in (await Run(rows=None).begun(), await Run().begun(rows_limit=0)):
            (order,) = await run.say(SQL)
            assert await run.call(order) == ToolOutcome()
            assert run.planner.estimated == []

    asyncio.run(steps())


def test_the_databases_own_limit_goes_before_that_of_the_settings() -> None:
    assert estimating.limit_of(Database("a", "x"), CostLimit(5, "ask")) == CostLimit(5, "ask")
    assert estimating.limit_of(Database("a", "x", rows_limit=7, over_limit="admin"), CostLimit(5, "ask")) == CostLimit(7, "admin")
    assert estimating.limit_of(Database("a", "x", rows_limit=0), CostLimit(5, "ask")).rows is None


def test_over_the_limit_a_statement_is_refused_with_what_would_cut_it() -> None:
    async def steps() -> None:
        run = await Run("refuse").begun()
        (order,) = await run.say(SQL)
        assert await run.call(order) == ToolOutcome(failed=True)
        told = await run.told(order)
        assert "about 5,000 rows of orders; the limit is 1,000" in told and "Ask for less" in told
        assert run.planner.ran == []
        assert await run.store.document(run.id, APPROVALS, Approvals) is None

    asyncio.run(steps())


def test_an_approved_statement_runs_once_however_often_it_is_tried() -> None:
    async def steps() -> None:
        run = await Run().begun()
        (order,) = await run.say(SQL)
        assert await run.call(order) == await run.call(order) == ToolOutcome("approve")
        assert await run.waits(order) and await run.waits(order)
        assert await run.status() == "needs_approval"
        await run.decide("approved")
        assert not await run.waits(order)
        assert await run.status() == "running"
        assert await run.call(order) == await run.call(order) == ToolOutcome()
        assert len(run.planner.ran) == 1
        (query,) = await run.store.queries(run.id)
        assert query.approval == ("Approved by Ada. It was expected to go through about 5,000 rows of orders; the limit is 1,000.")
        events = await run.store.events(run.id)
        assert [e.data["state"] for e in events if e.kind == "approval"] == ["asked"]
        assert [e.data["status"] for e in events if e.kind == "run"] == ["needs_approval", "running"]

    asyncio.run(steps())


def test_what_was_approved_is_the_statement_and_no_other() -> None:
    async def steps() -> None:
        run = await Run().begun()
        (order,) = await run.say(SQL)
        await run.call(order)
        await run.decide("approved")
        (same,) = await run.say("select COUNT(*) as n from orders -- the same")
        (other,) = await run.say("SELECT count(*) AS n FROM orders WHERE 1 = 1")
        assert await run.call(same) == ToolOutcome()
        assert await run.call(other) == ToolOutcome("approve")

    asyncio.run(steps())


def test_a_rejected_statement_is_told_with_the_note_and_not_asked_about_again() -> None:
    async def steps() -> None:
        run = await Run().begun()
        (order,) = await run.say(SQL)
        await run.call(order)
        await run.decide("rejected", "June would do")
        assert await run.call(order) == ToolOutcome(failed=True)
        told = await run.told(order)
        assert "does not want it to run" in told and "“June would do”" in told
        (again,) = await run.say(SQL)
        assert await run.call(again) == ToolOutcome(failed=True)
        run.limit = CostLimit(10**9, "ask")
        (raised,) = await run.say(SQL)
        assert await run.call(raised) == ToolOutcome(failed=True), "a limit that was raised meanwhile does not undo it"
        assert run.planner.ran == []

    asyncio.run(steps())


def test_one_statement_of_a_reply_waits_at_a_time() -> None:
    async def steps() -> None:
        run = await Run().begun()
        first, second = await run.say(SQL, "SELECT max(amount) AS n FROM orders")
        outcomes = await asyncio.gather(run.call(first), run.call(second))
        assert sorted(map(str, outcomes)) == sorted(map(str, [ToolOutcome("approve"), ToolOutcome(failed=True)]))
        waiting = await run.store.document(run.id, APPROVALS, Approvals)
        assert waiting and len(waiting.asked) == 1

    asyncio.run(steps())


@pytest.mark.parametrize("asked", [{"schedule": "s1"}, {"replays": "r0"}])
def test_where_nobody_is_there_it_is_refused_and_says_so(asked: dict[str, Any]) -> None:
    async def steps() -> None:
        run = await Run(asked=question(database="shop", **asked)).begun()
        (order,) = await run.say(SQL)
        assert await run.call(order) == ToolOutcome(failed=True)
        assert estimating.NOBODY in await run.told(order)

    asyncio.run(steps())


def test_a_line_of_inquiry_asks_nobody() -> None:
    async def steps() -> None:
        run = await Run().begun()
        (order,) = await run.say(SQL, line="1.1")
        assert await run.call(order) == ToolOutcome(failed=True)
        assert estimating.NOBODY in await run.told(order)

    asyncio.run(steps())


def test_rights_are_asked_again_after_the_wait() -> None:
    """Whoever lost the right to read while the run waited does not get the rows that were approved."""

    async def steps() -> None:
        rights = MemoryRights(everything=True, lasts=timedelta(0))  # what was asked has lapsed at once, as it has after days
        run = await Run(asked=question(database="shop", owner="superset:7"), rights=rights).begun()
        (order,) = await run.say(SQL)
        assert await run.call(order) == ToolOutcome("approve")
        await run.decide("approved")
        rights.error = NotAllowed("You may not read this database.")
        with pytest.raises(NotAllowed):
            await run.call(order)
        assert run.planner.ran == []

    asyncio.run(steps())


def test_a_run_that_ended_while_it_waited_stays_as_it_ended() -> None:
    async def steps() -> None:
        run = await Run().begun()
        (order,) = await run.say(SQL)
        await run.call(order)
        await run.store.set_status(run.id, "cancelled", "Cancelled by the asker.")
        assert await run.waits(order)
        assert await run.status() == "cancelled"
        assert "needs_approval" not in json.dumps([event.data for event in await run.store.events(run.id)])

    asyncio.run(steps())
