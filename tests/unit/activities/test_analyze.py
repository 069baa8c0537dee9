"""Operations as findings: numbered once, told once, not more than are useful."""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

import pyarrow as pa
import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import query, question

from analytics_agent.activities.analyze import MOST_FINDINGS, AnalyzeActivities
from analytics_agent.activities.sight import FULL, shown_as
from analytics_agent.domain.finding import Findings
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.errors import StoreUnavailable, ToolRefused


@pytest.fixture(autouse=True)
def _everything_may_be_seen() -> Iterator[None]:
    with shown_as(FULL):
        yield


RANK = {"title": "carriers by delay", "result": "r1", "measure": "delay", "by": "carrier", "direction": "highest"}


class Bench:
    """A run with one result, r1."""

    def __init__(self) -> None:
        self.store, self.artifacts, self.asked = MemoryStore(), MemoryArtifacts(), question()
        self.activities = AnalyzeActivities(self.store, self.artifacts)  # type: ignore[arg-type]

    async def begin(self) -> None:
        await self.store.create_run(self.asked)
        rows = await self.artifacts.put_table(pa.table({"carrier": ["UA", "AA"], "delay": [12.0, 8.0]}))
        await self.store.add_query(self.asked.run_id, query(artifact=rows), key="explore:1:a")

    async def rank(self, call_id: str) -> None:
        await self.activities.compute(ToolOrder(self.asked.run_id, "analyze", 1, call_id, "rank"), RANK)

    async def findings(self) -> list[tuple[str, str]]:
        known = await self.store.document(self.asked.run_id, "findings", Findings)
        return [(finding.id, finding.result) for finding in known.findings] if known else []

    async def told(self) -> list[str]:
        return [event.data["id"] for event in await self.store.events(self.asked.run_id) if event.kind == "finding"]


def run(steps: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(steps)


def test_calls_of_one_turn_are_numbered_each() -> None:
    bench = Bench()

    async def steps() -> Any:
        await bench.begin()
        await asyncio.gather(*(bench.rank(each) for each in "abc"))
        return await bench.findings()

    assert sorted(run(steps())) == [("f1", "r2"), ("f2", "r3"), ("f3", "r4")]


def test_a_finding_is_told_even_when_the_worker_dies_after_storing_it() -> None:
    bench = Bench()

    async def steps() -> Any:
        await bench.begin()
        append, bench.store.append_event = bench.store.append_event, _dies_at_a_finding  # type: ignore[method-assign]
        with pytest.raises(StoreUnavailable):
            await bench.rank("a")
        bench.store.append_event = append  # type: ignore[method-assign]
        await bench.rank("a")
        return await bench.findings(), await bench.told()

    assert run(steps()) == ([("f1", "r2")], ["f1"])


def test_one_operation_too_many_leaves_no_result_behind() -> None:
    bench = Bench()

    async def steps() -> Any:
        await bench.begin()
        for number in range(MOST_FINDINGS):
            await bench.rank(str(number))
        await bench.rank("0")  # a retry of one that is stored is none too many
        with pytest.raises(ToolRefused):
            await bench.rank("more")
        return len(await bench.store.queries(bench.asked.run_id))

    assert run(steps()) == 1 + MOST_FINDINGS


async def _dies_at_a_finding(run_id: str, kind: str, *given: object, key: str) -> None:
    if kind == "finding":
        raise StoreUnavailable("Gone.")
