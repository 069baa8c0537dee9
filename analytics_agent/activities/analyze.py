"""analyze: the operations that the model chose are computed over stored results, and stored as results themselves."""

import asyncio
from functools import partial
from typing import Any

from temporalio import activity

from analytics_agent.activities.at_hand import at_hand
from analytics_agent.activities.closing import Closing
from analytics_agent.activities.evidence import describe, store_result
from analytics_agent.activities.fitting import as_json
from analytics_agent.activities.tool_call import Told, ToolRunner
from analytics_agent.analyze import operations, tools
from analytics_agent.analyze.computed import Computed
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.finding import Finding, Findings
from analytics_agent.domain.orders import ToolOrder, ToolOutcome
from analytics_agent.errors import ToolRefused
from analytics_agent.ports import Artifacts, Store

MOST_FINDINGS = 8
TOO_MANY = f"{MOST_FINDINGS} operations are enough. Call done."


class AnalyzeActivities:
    def __init__(self, store: Store, artifacts: Artifacts) -> None:
        self._store = store
        self._artifacts = artifacts
        computing = (tools.COMPARE, tools.CONTRIBUTION, tools.TREND, tools.RANK)
        bodies = {tool.name: self.compute for tool in computing}
        self._runner = ToolRunner(store, artifacts, tools.TOOLS, {**bodies, tools.DONE.name: Closing(store).done}, results=tuple(bodies))

    @activity.defn
    async def analyze_tool(self, order: ToolOrder) -> ToolOutcome:
        return await self._runner.run(order)

    async def compute(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        await self._check_number(order)
        queries = {query.id: query for query in await at_hand(self._store).queries(order.run_id)}
        asked = queries.get(given["result"])
        if asked is None:
            raise ToolRefused(f"There is no result {given['result']!r}. The results of this run are: {', '.join(queries)}.")
        tables = {asked.id: await self._artifacts.get_table(asked.artifact)}
        computed = await asyncio.to_thread(operations.run, order.tool, given, tables, queries)
        stored, finding = await self.keep(order, computed)
        told = {"finding": finding.id, "caveats": list(finding.caveats), **(await describe(self._artifacts, stored))}
        return Told(as_json(told))

    async def keep(self, order: ToolOrder, computed: Computed) -> tuple[Query, Finding]:
        """Store an operation's result and its finding, once for each call."""
        stored = await self._store_result(order, computed)
        return stored, await self._record(order, computed, stored)

    async def _check_number(self, order: ToolOrder) -> None:
        """Refuse one operation too many before its result is stored; one whose result is stored already is only repeated."""
        known = await at_hand(self._store).document(order.run_id, "findings", Findings) or Findings()
        if len(known.findings) >= MOST_FINDINGS and await self._store.query_by_key(order.run_id, _key(order)) is None:
            raise ToolRefused(TOO_MANY)

    async def _store_result(self, order: ToolOrder, computed: Computed) -> Query:
        artifact = await self._artifacts.put_table(computed.table)
        query = Query(
            "",
            computed.title,
            computed.columns,
            computed.table.num_rows,
            artifact,
            "computed",
            inputs=computed.inputs,
            method=computed.method,
        )
        return await store_result(self._store, order.run_id, order.step, query, key=_key(order))

    async def _record(self, order: ToolOrder, computed: Computed, stored: Query) -> Finding:
        """Findings are numbered in one document: calls of one turn extend it one after the other, in whichever process they run."""
        changed = await self._store.change_document(order.run_id, "findings", Findings, partial(_extended, computed, stored.id))
        finding = next(finding for finding in changed.findings if finding.result == stored.id)
        data = {"id": finding.id, "operation": finding.operation, "title": finding.title, "result": finding.result}
        await self._store.append_event(order.run_id, "finding", order.step, data, key=f"finding:{finding.id}")
        return finding


def _extended(computed: Computed, result: str, known: Findings | None) -> Findings:
    """With one more finding, unless the one of this result is among them."""
    found = known.findings if known else ()
    if any(finding.result == result for finding in found):
        return Findings(found)
    if len(found) >= MOST_FINDINGS:
        raise ToolRefused(TOO_MANY)
    name, parts = f"f{len(found) + 1}", (computed.inputs, computed.parameters, computed.method, computed.caveats)
    return Findings((*found, Finding(name, computed.operation, computed.title, result, *parts)))


def _key(order: ToolOrder) -> str:
    return f"{order.step}:{order.turn}:{order.call_id}"
