"""A turn whose only call closes its step: the call is made with the turn, once, and only where it may be."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import catalog, query, question

from analytics_agent.activities.closing import CLOSES
from analytics_agent.activities.model import ModelActivities
from analytics_agent.activities.purse import Purse
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.conversation import Block, ModelRequest, Reply, Usage
from analytics_agent.domain.database import Database
from analytics_agent.domain.evidence import Evidence
from analytics_agent.domain.inquiry import line_document
from analytics_agent.domain.orders import CallReference, TurnOrder, TurnOutcome
from analytics_agent.errors import StoreUnavailable

FOUND = {"primary": "r1", "results": ["r1"], "readings": ["Late: 15 minutes or more."]}
EVIDENCE = Evidence("r1", ("r1",), ("Late: 15 minutes or more.",))


def call(name: str, given: dict[str, Any] | None = None, call_id: str = "a") -> Block:
    return {"type": "tool_use", "id": call_id, "name": name, "input": given or {}}


class Says:
    """A model that always says the same, and counts how often it was asked."""

    def __init__(self, *calls: Block, stop_reason: str = "tool_use") -> None:
        self.said = Reply(calls, stop_reason, Usage(), "offline")
        self.asked: list[ModelRequest] = []

    async def reply(self, request: ModelRequest) -> Reply:
        self.asked.append(request)
        return self.said

    async def close(self) -> None: ...


class Bench:
    """A run with one result of two rows."""

    def __init__(self, model: Says, *, store: MemoryStore | None = None) -> None:
        self.store, self.artifacts, self.model, self.asked = store or MemoryStore(), MemoryArtifacts(), model, question()
        self.activities = ModelActivities(self.store, self.artifacts, model, Purse(self.store), turns=5)  # type: ignore[arg-type]

    async def ready(self) -> None:
        import pyarrow as pa

        await self.store.create_run(self.asked)
        await self.store.save_database(Database("flights", "postgresql://db", "postgres", None, None))
        await self.store.save_catalog(replace(catalog(), database="flights"))
        await self.store.save_document(self.asked.run_id, "briefing", Briefing(date(2013, 12, 31), "f"))
        table = await self.artifacts.put_table(pa.table({"carrier": ["WN", "AA"], "delay": [1.0, 2.0]}))
        await self.store.add_query(self.asked.run_id, replace(query(), artifact=table), key="k")

    async def turn(self, number: int = 1, *, step: Any = "explore", line: str = "") -> TurnOutcome:
        return await self.activities.model_turn(TurnOrder(self.asked.run_id, step, number, line))

    async def evidence(self, line: str = "") -> Evidence | None:
        return await self.store.document(self.asked.run_id, line_document("evidence", line), Evidence)

    async def results(self, step: Any = "explore") -> list[tuple[str, bool, str | None]]:
        return [(one.name, one.is_error, one.ends) for one in await self.store.tool_results(self.asked.run_id, step)]


def bench(*calls: Block, **changes: Any) -> Bench:
    made = Bench(Says(*calls, **changes))
    asyncio.run(made.ready())
    return made


def test_a_finish_that_is_alone_is_made_with_its_turn() -> None:
    made = bench(call("finish", FOUND))

    async def steps() -> None:
        assert await made.turn() == TurnOutcome(ends="finish")
        assert await made.evidence() == EVIDENCE
        assert await made.results() == [("finish", False, "finish")]

    asyncio.run(steps())


def test_a_done_that_is_alone_is_made_with_its_turn() -> None:
    made = bench(call("done"))

    async def steps() -> None:
        await made.store.save_document(made.asked.run_id, "evidence", EVIDENCE)
        assert await made.turn(step="analyze") == TurnOutcome(ends="finish")
        assert await made.results("analyze") == [("done", False, "finish")]

    asyncio.run(steps())


def test_a_line_of_inquiry_closes_with_evidence_of_its_own() -> None:
    made = bench(call("finish", FOUND))

    async def steps() -> None:
        assert await made.turn(line="1.1") == TurnOutcome(ends="finish")
        assert (await made.evidence("1.1"), await made.evidence()) == (EVIDENCE, None)

    asyncio.run(steps())


def test_one_that_is_refused_leaves_the_step_open_and_the_model_reads_why() -> None:
    made = bench(call("finish", FOUND | {"primary": "r9"}))

    async def steps() -> None:
        assert await made.turn() == TurnOutcome()
        assert await made.evidence() is None
        await made.turn(2)
        answer = made.model.asked[1].messages[-1].content[0]
        assert answer["is_error"] and "There is no result r9" in answer["content"]

    asyncio.run(steps())


@pytest.mark.parametrize(
    "calls",
    [
        (call("finish", FOUND), call("run_sql", {"purpose": "p", "sql": "SELECT 1"}, "b")),
        (call("finish", FOUND), call("finish", FOUND, "b")),
        (call("refuse", {"reason": "none"}),),
        (call("done"),),
    ],
)
def test_any_other_turn_leaves_its_calls_to_the_tools(calls: tuple[Block, ...]) -> None:
    made = bench(*calls)

    async def steps() -> None:
        assert await made.turn() == TurnOutcome(calls=tuple(CallReference(one["id"], one["name"]) for one in calls))
        assert await made.results() == []

    asyncio.run(steps())


@pytest.mark.parametrize("stop_reason", ["max_tokens", "refusal", "end_turn"])
def test_a_reply_that_was_cut_or_declined_closes_nothing(stop_reason: str) -> None:
    made = bench(call("finish", FOUND), stop_reason=stop_reason)

    async def steps() -> None:
        await made.turn()
        assert await made.results() == []

    asyncio.run(steps())


def test_no_step_but_those_two_has_such_a_call() -> None:
    assert CLOSES == {"explore": "finish", "analyze": "done"}


class Dies(MemoryStore):
    """Stores the turn, and is then away once, as when its worker is killed."""

    times = 1

    async def save_tool_result(self, *given: Any, **named: Any) -> None:
        if self.times:
            self.times -= 1
            raise StoreUnavailable("The application store does not answer.")
        await super().save_tool_result(*given, **named)


def test_a_worker_that_dies_between_the_reply_and_its_call_pays_nothing_twice() -> None:
    store = Dies()
    made = Bench(Says(call("finish", FOUND)), store=store)

    async def steps() -> None:
        await made.ready()
        with pytest.raises(StoreUnavailable):
            await made.turn()
        assert [await made.turn(), await made.turn()] == [TurnOutcome(ends="finish")] * 2
        assert len(made.model.asked) == 1
        assert len(await made.results()) == 1
        assert [event.kind for event in await store.events(made.asked.run_id)].count("turn") == 1

    asyncio.run(steps())
