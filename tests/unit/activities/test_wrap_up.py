"""The end of a run that was stopped at a budget: what it found, put together without a model."""

from dataclasses import replace

import pyarrow as pa
import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import query, question

from analytics_agent.activities.wrap_up import WrapUpActivities
from analytics_agent.domain.evidence import Evidence
from analytics_agent.domain.orders import RunOrder, WrapUp
from analytics_agent.domain.question import Budget
from analytics_agent.domain.run import Run
from analytics_agent.domain.spending import Stop

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Begun:
    """A run with results of so many rows, stopped at its budget."""

    def __init__(self, *rows: int) -> None:
        self.store, self.artifacts, self.rows = MemoryStore(), MemoryArtifacts(), rows
        self.question = question(budget=Budget(usd=0.5))
        self.activities = WrapUpActivities(self.store, self.artifacts)

    async def wrapped_up(self, evidence: Evidence | None = None) -> WrapUp:
        run_id = self.question.run_id
        await self.store.create_run(self.question)
        for number, count in enumerate(self.rows):
            table = pa.table({"carrier": [f"C{n}" for n in range(count)], "delay": [float(n) for n in range(count)]})
            kept = replace(query(title=f"Result {number + 1}", rows=count), artifact=await self.artifacts.put_table(table))
            await self.store.add_query(run_id, kept, key=str(number))
        if evidence:
            await self.store.save_document(run_id, "evidence", evidence)
        await self.store.save_document(run_id, "stopped", Stop("run", "usd", 0.5, 0.41, 0.14))
        return await self.activities.wrap_up(RunOrder(run_id))

    async def run(self) -> Run:
        return await self.store.run(self.question.run_id)


async def test_what_was_found_becomes_evidence_and_an_answer_led_by_the_last_result_with_rows() -> None:
    begun = Begun(2, 3, 0)
    wrapped = await begun.wrapped_up()
    run = await begun.run()
    assert wrapped.partial
    assert "3 results are kept" in wrapped.reason
    assert run.evidence == Evidence("r2", ("r2", "r1", "r3"))
    assert run.answer is not None
    assert [claim.text.split(":")[0] for claim in run.answer.claims] == ["Result 2", "Result 1", "Result 3"]


async def test_what_explore_chose_stays_and_leads() -> None:
    begun = Begun(2, 3, 4)
    chosen = Evidence("r1", ("r1", "r3"), readings=("Summer",))
    await begun.wrapped_up(chosen)
    run = await begun.run()
    assert run.evidence == chosen
    assert run.answer is not None
    assert [claim.text.split(":")[0] for claim in run.answer.claims] == ["Result 1", "Result 3"]


async def test_without_a_result_there_is_no_answer() -> None:
    begun = Begun()
    assert await begun.wrapped_up() == WrapUp(
        False,
        "Stopped at the budget of this run: $0.41 of $0.50 is used, and the next turn may take $0.14. "
        "Nothing was found until then. Raise its budget to go on.",
    )
    assert (await begun.run()).answer is None


@pytest.mark.parametrize("tries", [1, 2])
async def test_what_was_put_together_is_taken_away_when_it_goes_on_and_what_explore_chose_is_not(tries: int) -> None:
    composed, chosen = Begun(2, 3), Begun(2, 3)
    for begun, evidence in ((composed, None), (chosen, Evidence("r1", ("r1",)))):
        await begun.wrapped_up(evidence)
        for _ in range(tries - 1):
            await begun.activities.wrap_up(RunOrder(begun.question.run_id))
        await begun.store.set_status(begun.question.run_id, "over_budget")
        assert await begun.store.reopen(begun.question.run_id, Budget(usd=1.0))
    assert ((await composed.run()).evidence, (await composed.run()).answer) == (None, None)
    assert ((await chosen.run()).evidence, (await chosen.run()).answer) == (Evidence("r1", ("r1",)), None)
