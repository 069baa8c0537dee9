"""analyze: the operations that the model chose are computed over stored results, and stored as results themselves."""

import asyncio
from typing import Any

from temporalio import activity

from analytics_agent.activities.evidence import as_json, describe, store_result
from analytics_agent.activities.tool_call import Told, ToolRunner
from analytics_agent.analyze import operations, tools
from analytics_agent.analyze.computed import Computed
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.finding import Finding, Findings
from analytics_agent.domain.orders import ToolOrder, ToolOutcome
from analytics_agent.errors import ToolRefused
from analytics_agent.ports import Artifacts, Store

MOST_FINDINGS = 8


class AnalyzeActivities:
    def __init__(self, store: Store, artifacts: Artifacts) -> None:
        self._store = store
        self._artifacts = artifacts
        computing = (tools.COMPARE, tools.CONTRIBUTION, tools.TREND, tools.RANK)
        bodies = {tool.name: self.compute for tool in computing}
        self._runner = ToolRunner(store, artifacts, tools.TOOLS, {**bodies, tools.DONE.name: self.done})
        # Findings are numbered in a document that each call extends: calls of one turn take their turn here.
        self._writing = asyncio.Lock()

    @activity.defn
    async def analyze_tool(self, order: ToolOrder) -> ToolOutcome:
        return await self._runner.run(order)

    async def compute(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        queries = {query.id: query for query in await self._store.queries(order.run_id)}
        asked = queries.get(given["result"])
        if asked is None:
            raise ToolRefused(f"There is no result {given['result']!r}. The results of this run are: {', '.join(queries)}.")
        tables = {asked.id: await self._artifacts.get_table(asked.artifact)}
        computed = await asyncio.to_thread(operations.run, order.tool, given, tables, queries)
        stored = await self._store_result(order, computed)
        finding = await self._record(order, computed, stored)
        told = {"finding": finding.id, "caveats": list(finding.caveats), **(await describe(self._artifacts, stored))}
        return Told(as_json(told))

    async def done(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        return Told("The analysis is done.", ends="finish")

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
        key = f"{order.step}:{order.turn}:{order.call_id}"
        return await store_result(self._store, self._artifacts, order.run_id, order.step, query, key=key)

    async def _record(self, order: ToolOrder, computed: Computed, stored: Query) -> Finding:
        async with self._writing:
            found = (await self._store.document(order.run_id, "findings", Findings) or Findings()).findings
            already = next((finding for finding in found if finding.result == stored.id), None)
            if already:
                return already
            if len(found) >= MOST_FINDINGS:
                raise ToolRefused(f"{MOST_FINDINGS} operations are enough. Call done.")
            finding = Finding(
                f"f{len(found) + 1}",
                computed.operation,
                computed.title,
                stored.id,
                computed.inputs,
                computed.parameters,
                computed.method,
                computed.caveats,
            )
            await self._store.save_document(order.run_id, "findings", Findings((*found, finding)))
        data = {"id": finding.id, "operation": finding.operation, "title": finding.title, "result": finding.result}
        await self._store.append_event(order.run_id, "finding", order.step, data, key=f"finding:{finding.id}")
        return finding
