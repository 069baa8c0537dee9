"""An answer that is handed in: sent back once, and the second time what does not stand of it is left out."""

import asyncio
from typing import Any

import pyarrow as pa
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import query, question, turn

from analytics_agent.activities.synthesize import SynthesizeActivities
from analytics_agent.domain.answer import Answer
from analytics_agent.domain.conversation import Reply, Usage
from analytics_agent.domain.evidence import Evidence
from analytics_agent.domain.orders import ToolOrder, ToolOutcome

TYPED = {"headline": "What was found", "claims": [{"text": "UA was {{r1[0].delay}} late."}, {"text": "It was 12 minutes."}]}
NOT_JSON_OF_OURS = {"headline": "What was found"}


class Bench:
    """A run with one result and an answer handed in on each turn. A new worker takes every call."""

    def __init__(self, *handed_in: dict[str, Any], caveats: tuple[str, ...] = ()) -> None:
        self.store, self.artifacts, self.asked = MemoryStore(), MemoryArtifacts(), question()
        self.handed_in, self.caveats = handed_in, caveats

    async def begin(self) -> None:
        await self.store.create_run(self.asked)
        rows = await self.artifacts.put_table(pa.table({"carrier": ["UA", "AA"], "delay": [12.0, 8.0]}))
        await self.store.add_query(self.asked.run_id, query(artifact=rows, caveats=self.caveats), key="explore:1:a")
        await self.store.save_document(self.asked.run_id, "evidence", Evidence("r1", ("r1",), caveats=self.caveats))
        for number, given in enumerate(self.handed_in, 1):
            block = {"type": "tool_use", "id": "a", "name": "write_answer", "input": given}
            reply = await self.artifacts.put_record(Reply((block,), "tool_use", Usage(), "offline"))
            await self.store.save_turn(self.asked.run_id, turn(number, step="synthesize", reply=reply))

    async def outcomes(self) -> list[ToolOutcome]:
        await self.begin()
        return [
            await SynthesizeActivities(self.store, self.artifacts).synthesize_tool(  # type: ignore[arg-type]
                ToolOrder(self.asked.run_id, "synthesize", number, "a", "write_answer")
            )
            for number in range(1, len(self.handed_in) + 1)
        ]

    async def answer(self) -> Answer | None:
        return await self.store.document(self.asked.run_id, "answer", Answer)


def test_an_answer_that_does_not_stand_goes_back_once_and_is_then_taken_without_what_does_not() -> None:
    bench = Bench(TYPED, TYPED)

    async def steps() -> tuple[list[ToolOutcome], Answer | None]:
        return await bench.outcomes(), await bench.answer()

    (first, second), answer = asyncio.run(steps())
    assert (first.ends, first.failed) == (None, True)
    assert (second.ends, second.failed) == ("finish", False)
    assert answer is not None and len(answer.claims) == 1
    assert "One sentence was left out because its figures could not be confirmed." in answer.caveats


def test_an_answer_of_a_wrong_shape_does_not_use_up_the_second_chance() -> None:
    bench = Bench(NOT_JSON_OF_OURS, TYPED)
    assert [outcome.failed for outcome in asyncio.run(bench.outcomes())] == [True, True]


def test_what_code_said_of_a_result_may_be_repeated_with_its_dates() -> None:
    begins = "The data begins on 1 July 2023, so its first period is not whole."
    handed_in = {"headline": "What was found", "claims": TYPED["claims"][:1], "caveats": [begins]}
    (taken,) = asyncio.run(Bench(handed_in, caveats=(begins,)).outcomes())
    (sent_back,) = asyncio.run(Bench(handed_in).outcomes())
    assert (taken.failed, sent_back.failed) == (False, True)
