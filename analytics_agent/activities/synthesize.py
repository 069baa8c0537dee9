"""synthesize: the model's prose is grounded. Every reference is evaluated over stored results, or the prose goes back."""

import asyncio
from typing import Any

from temporalio import activity

from analytics_agent.activities.at_hand import at_hand
from analytics_agent.activities.tool_call import Told, ToolRunner
from analytics_agent.domain.orders import ToolOrder, ToolOutcome
from analytics_agent.domain.policy import says_rights
from analytics_agent.domain.run import Run
from analytics_agent.errors import UNGROUNDED
from analytics_agent.ports import Artifacts, Store
from analytics_agent.synthesize import tools
from analytics_agent.synthesize.grounding import ground
from analytics_agent.synthesize.in_part import led


class SynthesizeActivities:
    def __init__(self, store: Store, artifacts: Artifacts) -> None:
        self._store = store
        self._artifacts = artifacts
        # The same answer may be handed in again: what does not stand of it is left out then.
        again = (tools.WRITE_ANSWER.name,)
        self._runner = ToolRunner(store, artifacts, tools.TOOLS, {tools.WRITE_ANSWER.name: self.write_answer}, again=again)

    @activity.defn
    async def synthesize_tool(self, order: ToolOrder) -> ToolOutcome:
        return await self._runner.run(order)

    async def write_answer(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        run = await at_hand(self._store).run(order.run_id)
        queries = {query.id: query for query in run.queries}
        loaded = await asyncio.gather(*(self._artifacts.get_table(query.artifact) for query in run.queries))
        readings = run.evidence.readings if run.evidence else ()
        tables = dict(zip(queries, loaded, strict=True))
        # In a thread: on large results it takes long enough to hold up the heartbeats of other calls.
        primary = run.evidence.primary if run.evidence and await self._was_sent_back(order) else None
        answer = await asyncio.to_thread(
            ground,
            given,
            tables,
            queries,
            run.findings,
            question=run.question.text,
            readings=readings,
            noted=_by_code(run),
            strike=primary,
        )
        await self._store.save_document(order.run_id, "answer", led(answer, run.queries))
        return Told("The answer is accepted.", ends="finish")

    async def _was_sent_back(self, order: ToolOrder) -> bool:
        """Whether an earlier turn handed in an answer that did not stand: what does not stand now is left out, not sent back again."""
        for stored in await at_hand(self._store).tool_results(order.run_id, order.step):
            handed_in = stored.is_error and stored.name == tools.WRITE_ANSWER.name and stored.turn < order.turn
            if handed_in and (await self._artifacts.get_file(stored.content)).startswith(UNGROUNDED.encode()):
                return True
        return False


def _by_code(run: Run) -> tuple[str, ...]:
    """Where the data begins and ends, and other limits of a period that was moved, and how a column is masked: no model wrote them, and
    dates and steps are figures."""
    said = run.evidence.caveats if run.evidence else ()
    of_results = {text for query in run.queries for text in query.caveats}
    return said if run.replayed and run.replayed.unit else tuple(text for text in said if says_rights(text) or text in of_results)
