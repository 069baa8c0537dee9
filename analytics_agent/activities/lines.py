"""Lines of inquiry: begun by the model's call, each followed in a conversation of its own, and put together as the call's result."""

import asyncio
from typing import Any

from temporalio import activity

from analytics_agent.activities.evidence import described
from analytics_agent.activities.fitting import as_json
from analytics_agent.activities.tool_call import Told, ToolRunner, call_key
from analytics_agent.domain.evidence import Evidence, Query
from analytics_agent.domain.inquiry import Inquiry, Line, inquiry_document, line_document
from analytics_agent.domain.orders import ToolOrder, ToolOutcome
from analytics_agent.domain.run import Refusal
from analytics_agent.errors import ToolRefused
from analytics_agent.explore.tools import INVESTIGATE
from analytics_agent.ports import Artifacts, Store

MOST_INQUIRIES = 2
ENOUGH = f"This question had {MOST_INQUIRIES} investigations already. Go on from what they found with queries of your own."
NO_END = "This line came to no end of its own: it used up its turns or the budget, or could not go on. Its results are listed."


class LineTools:
    """What stands behind the tool."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def investigate(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        results = await self._store.tool_results(order.run_id, order.step)
        if len([one for one in results if one.name == INVESTIGATE.name and not one.is_error]) >= MOST_INQUIRIES:
            raise ToolRefused(ENOUGH)
        lines = tuple(Line(f"{order.turn}.{place}", one["title"], one["question"]) for place, one in enumerate(given["lines"], start=1))
        await self._store.save_document(order.run_id, inquiry_document(order.turn), Inquiry(lines))
        titles = "; ".join(line.title[:60] for line in lines)
        return Told("", title=f"follows {len(lines)} lines: {titles}", lines=tuple(line.id for line in lines))


class LineActivities:
    """`runner` is that of explore: it keeps the result as it keeps that of any call."""

    def __init__(self, store: Store, artifacts: Artifacts, runner: ToolRunner) -> None:
        self._store = store
        self._artifacts = artifacts
        self._runner = runner

    @activity.defn
    async def merge_lines(self, order: ToolOrder) -> ToolOutcome:
        """Called when every line has ended, however it did."""
        return await self._runner.conclude(order, self._merged)

    async def _merged(self, order: ToolOrder, _: dict[str, Any]) -> Told:
        inquiry = await self._store.document(order.run_id, inquiry_document(order.turn), Inquiry) or Inquiry()
        queries = await self._store.queries(order.run_id)
        found = await asyncio.gather(*(self._found(order.run_id, line, queries) for line in inquiry.lines))
        return Told(as_json({"lines": list(found)}))

    async def _found(self, run_id: str, line: Line, queries: tuple[Query, ...]) -> dict[str, Any]:
        """What a line found, its primary result with rows; or why it found nothing."""
        evidence = await self._store.document(run_id, line_document("evidence", line.id), Evidence)
        refusal = await self._store.document(run_id, line_document("refusal", line.id), Refusal)
        told: dict[str, Any] = {"title": line.title}
        if evidence is None:
            why = {"missing": refusal.missing, "instead": list(refusal.instead)} if refusal else {}
            own = await self._own(run_id, line)
            return told | {"not_found": refusal.reason if refusal else NO_END, **_full(why), **_full({"results": list(map(_listed, own))})}
        by_id = {query.id: query for query in queries}
        primary = await described(self._artifacts, by_id[evidence.primary])
        others = [_listed(by_id[name]) for name in evidence.results if name != evidence.primary]
        said = {"others": others, "readings": list(evidence.readings), "caveats": list(evidence.caveats)}
        return told | {"primary": primary | {"purpose": by_id[evidence.primary].title}, **_full(said)}

    async def _own(self, run_id: str, line: Line) -> list[Query]:
        """The results that a line made before it stopped."""
        results = await self._store.tool_results(run_id, "explore")
        made = [ToolOrder(run_id, one.step, one.turn, one.call_id, one.name, line.id) for one in results if one.line == line.id]
        stored = [await self._store.query_by_key(run_id, call_key(order)) for order in made]
        return [query for query in stored if query]


def _listed(query: Query) -> dict[str, Any]:
    return {"id": query.id, "purpose": query.title, "rows": query.rows, "columns": [column.name for column in query.columns]}


def _full(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value}
