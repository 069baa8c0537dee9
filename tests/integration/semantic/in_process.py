"""One question through explore, analyze and synthesize in this process: a model, the real tools, a real warehouse; no Temporal."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pyarrow as pa

from analytics_agent import semantic
from analytics_agent.activities.evidence import preview, told
from analytics_agent.activities.sight import FULL, shown_as
from analytics_agent.analyze import operations
from analytics_agent.analyze import tools as analyze_tools
from analytics_agent.domain.answer import Answer
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.conversation import Block, Message, ModelRequest, Tool
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.finding import Finding
from analytics_agent.domain.markup import tag
from analytics_agent.errors import AgentError, ModelError, StatementRefused
from analytics_agent.explore import tools as explore_tools
from analytics_agent.ports import Model, Warehouse
from analytics_agent.semantic import SemanticModel
from analytics_agent.semantic.request import MetricRequest
from analytics_agent.sql.check import check
from analytics_agent.sql.values import distinct_values
from analytics_agent.synthesize import tools as synthesize_tools
from analytics_agent.synthesize.grounding import ground

MOST_TURNS = 12
NOWHERE = Artifact("", 0, "")


@dataclass
class Run:
    """What came of a question. `end` is finish, refuse or ask_person; `given` the input of that call."""

    end: str = ""
    given: dict[str, Any] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    answer: Answer | None = None
    errors: list[str] = field(default_factory=list)

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The primary result."""
        return [tuple(row.values()) for row in self.tables[self.given["primary"]].to_pylist()]


class InProcess:
    """Runs questions. `answers` are what a person says when asked. `open_warehouse` is called in the loop that uses it."""

    def __init__(
        self, model: Model, open_warehouse: Callable[[], Warehouse], catalog: Catalog, semantic_model: SemanticModel, as_of: date | None
    ) -> None:
        self._model = model
        self._open = open_warehouse
        self._opened: Warehouse | None = None
        self._catalog = catalog
        self._semantic = semantic_model
        self._as_of = as_of

    async def ask(self, question: str, *answers: str) -> Run:
        run = Run()
        opening = (f"<as_of>{self._as_of.isoformat()}</as_of>\n" if self._as_of else "") + tag("question", question)
        await self._step(run, opening, explore_tools.TOOLS, self._explore, list(answers))
        if run.end == "finish":
            await self._step(run, f"{opening}\n<evidence>\n{self._evidence(run)}\n</evidence>", analyze_tools.TOOLS, self._analyze, [])
            evidence = self._evidence(run)
            await self._step(run, f"{opening}\n<evidence>\n{evidence}\n</evidence>", synthesize_tools.TOOLS, self._synthesize(question), [])
        return run

    async def ask_all(self, questions: Sequence[str]) -> list[Run]:
        """One after the other, over one connection."""
        try:
            return [await self.ask(question) for question in questions]
        finally:
            await self.close()

    def _warehouse(self) -> Warehouse:
        self._opened = self._opened or self._open()
        return self._opened

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def _step(self, run: Run, opening: str, tools: tuple[Tool, ...], body: Any, answers: list[str]) -> None:
        messages = [Message("user", ({"type": "text", "text": opening},))]
        for _ in range(MOST_TURNS):
            reply = await self._model.reply(ModelRequest("offline", "", tools, tuple(messages)))
            if not reply.tool_calls():
                return
            results = [await self._called(run, call, body, answers) for call in reply.tool_calls()]
            if any(result.pop("ends", False) for result in results):
                return
            messages += [Message("assistant", reply.content), Message("user", tuple(results))]
        raise AssertionError("the step did not end")

    async def _called(self, run: Run, call: Block, body: Any, answers: list[str]) -> Block:
        block: Block = {"type": "tool_result", "tool_use_id": call["id"]}
        if call["name"] == "ask_person" and answers:
            return block | {"content": f"<clarification>\n{answers.pop(0)}\n</clarification>"}
        try:
            text, ends = await body(run, call["name"], call["input"])
        except (ModelError, AgentError) as error:
            run.errors.append(f"{call['name']}: {error}")
            return block | {"content": str(error), "is_error": True}
        return block | {"content": text, "ends": ends}

    # explore

    async def _explore(self, run: Run, name: str, given: dict[str, Any]) -> tuple[str, bool]:
        if name in ("finish", "refuse", "ask_person"):
            run.end, run.given = name, given
            return "", True
        tools: dict[str, Callable[..., Any]] = {
            "describe": self._describe,
            "look_at_values": self._look_at_values,
            "query_metrics": self._query_metrics,
        }
        return json.dumps(await tools[name](run, given)), False

    async def _describe(self, run: Run, given: dict[str, Any]) -> Any:
        return [semantic.overview(self._semantic)]

    async def _look_at_values(self, run: Run, given: dict[str, Any]) -> Any:
        table_name, _, column_name = given["column"].rpartition(".")
        table = next(t for t in self._catalog.tables if t.name == table_name)
        column = next(c for c in table.columns if c.name == column_name)
        sql = distinct_values(table, column, like=given.get("like"), limit=given.get("limit", 20), dialect=self._catalog.dialect)
        fetched = (await self._fetch(sql))[1]
        with shown_as(FULL):
            return {"column": given["column"], "values": preview(fetched, 100)}

    async def _query_metrics(self, run: Run, given: dict[str, Any]) -> Any:
        request = MetricRequest.from_tool_input(given)
        compiled = semantic.compile(self._semantic, request, dialect=self._catalog.dialect, catalog=self._catalog)
        sql, table = await self._fetch(compiled.sql)
        name = f"r{len(run.queries) + 1}"
        query = Query(name, given["purpose"], compiled.columns, table.num_rows, NOWHERE, "metric", sql=sql, request=given)
        self._keep(run, query, table)
        return self._shown(run, name)

    async def _fetch(self, sql: str) -> tuple[str, pa.Table]:
        verdict = check(sql, dialect=self._catalog.dialect, catalog=self._catalog, row_cap=50_000)
        if not verdict.ok:
            raise StatementRefused(verdict.findings)
        return verdict.sql, (await self._warehouse().run(verdict.sql, row_cap=50_000, timeout_seconds=30)).table

    # analyze, synthesize

    async def _analyze(self, run: Run, name: str, given: dict[str, Any]) -> tuple[str, bool]:
        if name == "done":
            return "", True
        computed = operations.run(name, given, run.tables, run.queries)
        result = f"r{len(run.queries) + 1}"
        columns = computed.columns
        query = Query(result, computed.title, columns, computed.table.num_rows, NOWHERE, "computed", inputs=computed.inputs)
        self._keep(run, query, computed.table)
        found = f"f{len(run.findings) + 1}"
        run.findings.append(
            Finding(found, computed.operation, computed.title, result, computed.inputs, computed.parameters, computed.method)
        )
        return json.dumps(self._shown(run, result)), False

    def _synthesize(self, question: str) -> Any:
        async def body(run: Run, name: str, given: dict[str, Any]) -> tuple[str, bool]:
            run.answer = ground(
                given, run.tables, run.queries, run.findings, question=question, readings=tuple(run.given.get("readings", ()))
            )
            return "", True

        return body

    def _keep(self, run: Run, query: Query, table: pa.Table) -> None:
        run.queries[query.id] = replace(query, rows=table.num_rows)
        run.tables[query.id] = table

    def _shown(self, run: Run, name: str) -> dict[str, Any]:
        query = run.queries[name]
        return {"title": query.title, "source": query.source, "request": query.request, **told(query, run.tables[name])}

    def _evidence(self, run: Run) -> str:
        given = run.given
        record = {
            "primary": given["primary"],
            "readings": given.get("readings", []),
            "caveats": given.get("caveats", []),
            "results": [self._shown(run, name) for name in run.queries],
            "findings": [
                {"id": f.id, "operation": f.operation, "title": f.title, "result": f.result, "parameters": f.parameters}
                for f in run.findings
            ],
        }
        return json.dumps(record).replace("<", "\\u003c").replace(">", "\\u003e")


def ask(runner: InProcess, question: str, *answers: str) -> Run:
    async def once() -> Run:
        try:
            return await runner.ask(question, *answers)
        finally:
            await runner.close()

    return asyncio.run(once())
