"""The end of a run that was stopped at a budget: without any model, what it found becomes evidence and a partial answer."""

import asyncio

from temporalio import activity

from analytics_agent.domain.evidence import Evidence, Query
from analytics_agent.domain.orders import RunOrder, WrapUp
from analytics_agent.domain.run import Run
from analytics_agent.domain.spending import WrappedUp, kept_in_words, stopped_in_words
from analytics_agent.ports import Artifacts, Store
from analytics_agent.synthesize.found_so_far import found_so_far
from analytics_agent.synthesize.in_part import led


class WrapUpActivities:
    """What is put together is named in the document `wrapped_up` first, so that a run that goes on knows what to take away."""

    def __init__(self, store: Store, artifacts: Artifacts) -> None:
        self._store = store
        self._artifacts = artifacts

    @activity.defn
    async def wrap_up(self, order: RunOrder) -> WrapUp:
        run = await self._store.run(order.run_id)
        kept = len(run.queries)
        reason = stopped_in_words(run.stopped, kept) if run.stopped else f"Stopped at a budget. {kept_in_words(kept)}"
        if run.queries:
            await self._compose(run)
        return WrapUp(partial=bool(run.queries), reason=reason)

    async def _compose(self, run: Run) -> None:
        run_id = run.question.run_id
        earlier = await self._store.document(run_id, "wrapped_up", WrappedUp)
        made = earlier.made if earlier else ("answer",) if run.evidence else ("evidence", "answer")
        await self._store.save_document(run_id, "wrapped_up", WrappedUp(made))
        told = _in_order_told(run, chosen=None if "evidence" in made else run.evidence)
        if "evidence" in made:
            caveats = tuple(dict.fromkeys(caveat for query in told for caveat in query.caveats))
            evidence = Evidence(told[0].id, tuple(query.id for query in told), caveats=caveats)
            await self._store.save_document(run_id, "evidence", evidence)
        loaded = await asyncio.gather(*(self._artifacts.get_table(query.artifact) for query in told))
        tables = dict(zip((query.id for query in told), loaded, strict=True))
        # In a thread: the largest of many rows takes a while.
        answer = await asyncio.to_thread(found_so_far, told, tables)
        await self._store.save_document(run_id, "answer", led(answer, told))


def _in_order_told(run: Run, *, chosen: Evidence | None) -> list[Query]:
    """What explore chose and what was computed from it; without a choice the last result that has rows leads, the others follow."""
    if chosen is not None:
        named = {chosen.primary, *chosen.results}
        found = [query for query in run.queries if query.id in named or query.source == "computed"]
        return sorted(found, key=lambda query: query.id != chosen.primary) or list(run.queries)
    leading = next((query for query in reversed(run.queries) if query.rows), run.queries[-1])
    return sorted(run.queries, key=lambda query: (query.id != leading.id, query.rows == 0))
