"""explore: the catalog is read, and the model's tools look things up and run checked queries."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from temporalio import activity

from analytics_agent import semantic
from analytics_agent.activities.evidence import as_json, column_type, describe, preview, store_result
from analytics_agent.activities.rights import Readable, RunRights, kept_grant, limits, readable
from analytics_agent.activities.tool_call import Told, ToolRunner, call_key
from analytics_agent.catalog.describe import describe as describe_tables
from analytics_agent.catalog.names import column_parts, find_table, nearest, shown_name
from analytics_agent.catalog.search import Match
from analytics_agent.catalog.search import search as search_tables
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.catalog import Catalog, Table, TableColumn
from analytics_agent.domain.database import Database
from analytics_agent.domain.evidence import Evidence, Query, ResultColumn
from analytics_agent.domain.orders import RunOrder, ToolOrder, ToolOutcome
from analytics_agent.domain.run import Clarification, Refusal
from analytics_agent.errors import StatementRefused, ToolRefused
from analytics_agent.explore import tools
from analytics_agent.ports import Artifacts, Fetched, Rights, Store, Warehouse
from analytics_agent.semantic.as_of import as_of_statement
from analytics_agent.semantic.request import MetricRequest
from analytics_agent.sql.check import check
from analytics_agent.sql.values import distinct_values
from analytics_agent.sql.verdict import Verdict

SEARCH_HITS = 10
VALUES = 20
"""Values of a column, where the model does not say how many."""
MOST_NAMES = 30
_NOTHING = Artifact("", 0, "")


class ExploreActivities:
    """`open_warehouse` gives the warehouse of a database, kept open between calls."""

    def __init__(
        self,
        store: Store,
        artifacts: Artifacts,
        open_warehouse: Callable[[Database], Warehouse],
        rights: Rights,
        *,
        row_cap: int,
        timeout_seconds: float,
        catalog_age_seconds: float,
    ) -> None:
        self._store = store
        self._artifacts = artifacts
        self._open = open_warehouse
        self._rights = RunRights(store, rights)
        self._row_cap = row_cap
        self._timeout = timeout_seconds
        self._catalog_age = catalog_age_seconds
        bodies = {
            tools.SEARCH_CATALOG.name: self.search_catalog,
            tools.DESCRIBE.name: self.describe,
            tools.LOOK_AT_VALUES.name: self.look_at_values,
            tools.QUERY_METRICS.name: self.query_metrics,
            tools.RUN_SQL.name: self.run_sql,
            tools.ASK_PERSON.name: self.ask_person,
            tools.FINISH.name: self.finish,
            tools.REFUSE.name: self.refuse,
        }
        self._runner = ToolRunner(store, artifacts, tools.TOOLS, bodies)

    @activity.defn
    async def read_catalog(self, order: RunOrder) -> bool:
        """Make sure that a fresh catalog is in the store, and fix what the owner may read and the day that relative dates count from.

        Raises NotAllowed for an owner who may read nothing.
        """
        run = await self._store.run(order.run_id)
        database = await self._store.database(run.question.database)
        catalog = await self._store.catalog(database.name)
        if catalog is None or (datetime.now(UTC) - catalog.read_at).total_seconds() > self._catalog_age:
            catalog = await self._read(database)
        view = readable(database, catalog, await self._rights.ask(run.question, database, catalog))
        as_of = run.question.as_of or await self._as_of(view)
        await self._store.save_document(order.run_id, "briefing", Briefing(as_of, view.catalog.fingerprint))
        return True

    @activity.defn
    async def renew_rights(self, order: RunOrder) -> bool:
        """After a person took their time: what they may read is asked again where it has grown old. Raises NotAllowed."""
        await self.readable(order)
        return True

    @activity.defn
    async def explore_tool(self, order: ToolOrder) -> ToolOutcome:
        return await self._runner.run(order)

    # tools that look

    async def search_catalog(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        _, catalog, model = await self._context(order)
        found: dict[str, Any] = {"tables": [_hit(catalog, match) for match in search_tables(catalog, given["words"], limit=SEARCH_HITS)]}
        if model:
            hits = semantic.search(model, given["words"], limit=SEARCH_HITS)
            found = {"semantic_model": [{name: hit[name] for name in ("kind", "name", "description")} for hit in hits], **found}
        return Told(as_json(found), title=f"searched for {given['words'][:60]}")

    async def describe(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        """Metrics and dimensions by their names in the semantic model, anything else by its name in the catalog."""
        _, catalog, model = await self._context(order)
        described: list[Any] = []
        rest = list(given["names"])
        if model and "model" in rest:
            described.append(semantic.overview(model))
            rest = [name for name in rest if name != "model"]
        if model:
            known = [name for name in rest if semantic.knows(model, name)]
            described += semantic.describe(model, known)
            # A metric may have the name of its table: both are told.
            rest = [name for name in rest if name not in known or find_table(catalog, name)]
        described += describe_tables(catalog, rest) if rest else []
        return Told(as_json(described), title=f"read {', '.join(given['names'])[:60]}")

    async def look_at_values(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        """Of a table's column, or of a field of the semantic model: one that is computed is asked for as it is defined."""
        database, catalog, model = await self._context(order)
        path, like, limit = given["column"], given.get("like"), given.get("limit", VALUES)
        request = semantic.values_request(model, path, like=like, limit=limit) if model else None
        if model and request and semantic.stored_column(model, path) is None:
            sql = semantic.compile(model, request, dialect=catalog.dialect, catalog=catalog).sql
        else:
            table, column = _column(catalog, (semantic.stored_column(model, path) if model else None) or path)
            sql = distinct_values(table, column, like=like, limit=limit, dialect=catalog.dialect)
        fetched = await self._fetch(database, self._checked(sql, catalog))
        return Told(as_json(_values(path, like, limit, fetched)), title=f"looked at {path}")

    # tools that make results

    async def query_metrics(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        database, catalog, model = await self._context(order)
        if model is None:
            raise ToolRefused("This database has no semantic model, so it has no governed metrics. Use run_sql.")
        try:
            request = MetricRequest.from_tool_input(given)
        except ValueError as error:
            raise ToolRefused(f"A date of `time` is not valid: {error}. Write ISO dates, such as 2013-06-01.") from None
        compiled = semantic.compile(model, request, dialect=catalog.dialect, catalog=catalog)
        query = Query("", given["purpose"], compiled.columns, 0, _NOTHING, "metric", sql=compiled.sql, request=given)
        query = replace(query, predicates=request.conditions(), caveats=compiled.caveats)
        return await self._result(order, database, catalog, query)

    async def run_sql(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        database, catalog, _ = await self._context(order)
        return await self._result(order, database, catalog, Query("", given["purpose"], (), 0, _NOTHING, "free", sql=given["sql"]))

    async def _result(self, order: ToolOrder, database: Database, catalog: Catalog, query: Query) -> Told:
        """Check, run and store one statement; a statement whose rows are stored is not run again."""
        key = call_key(order)
        stored = await self._store.query_by_key(order.run_id, key)
        if stored is None:
            stored = await self._run(order, database, catalog, query, key)
        told = await describe(self._artifacts, stored)
        warnings = [f"{finding.message} {finding.hint}".strip() for finding in stored.findings]
        notes = {"warnings": warnings, "caveats": list(stored.caveats)}
        return Told(as_json(told | {name: note for name, note in notes.items() if note}))

    async def _run(self, order: ToolOrder, database: Database, catalog: Catalog, query: Query, key: str) -> Query:
        verdict = self._checked(query.sql, catalog)
        fetched = await self._fetch(database, verdict)
        artifact = await self._artifacts.put_table(fetched.table)
        complete = replace(
            query,
            columns=query.columns or _columns(fetched),
            rows=fetched.table.num_rows,
            artifact=artifact,
            sql_as_run=verdict.sql,
            tables=verdict.tables,
            predicates=query.predicates or verdict.predicates,
            milliseconds=round(fetched.milliseconds, 1),
            truncated=fetched.truncated,
            # SQL that we compiled is nobody's to mend: warnings are for those who wrote it.
            findings=verdict.findings if query.source == "free" else (),
        )
        return await store_result(self._store, order.run_id, order.step, complete, key=key)

    # tools that end the step

    async def ask_person(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        asked = Clarification(given["question"], tuple(given["readings"]))
        await self._store.ask_person(order.run_id, asked)
        data = {"question": asked.question, "readings": list(asked.readings)}
        await self._store.append_event(order.run_id, "ask", order.step, data, key=f"ask:{order.turn}:{order.call_id}")
        await self._store.set_status(order.run_id, "needs_input")
        key = f"needs_input:{order.turn}:{order.call_id}"
        await self._store.append_event(order.run_id, "run", None, {"status": "needs_input"}, key=key)
        return Told("", ends="ask")

    async def finish(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        queries = {query.id: query for query in await self._store.queries(order.run_id)}
        known = list(queries)
        unknown = [name for name in dict.fromkeys((given["primary"], *given["results"])) if name not in known]
        if unknown:
            raise ToolRefused(f"There is no result {', '.join(unknown)}. The results of this run are: {', '.join(known) or 'none yet'}.")
        results = tuple(dict.fromkeys((given["primary"], *given["results"])))
        # What a governed metric leaves out is said whether or not the model thinks of it.
        governed = [caveat for name in results for caveat in queries[name].caveats]
        caveats = tuple(dict.fromkeys((*governed, *given.get("caveats", ()))))
        evidence = Evidence(given["primary"], results, tuple(given.get("readings", ())), caveats)
        await self._store.save_document(order.run_id, "evidence", evidence)
        return Told("The exploration is done.", ends="finish")

    async def refuse(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        listed = {name: tuple(given.get(name, ())) for name in ("looked_in", "instead")}
        grant = await kept_grant(self._store, (await self._store.run(order.run_id)).question)
        reason = " ".join(filter(None, (given["reason"].strip(), limits(grant))))
        refusal = Refusal(reason, given.get("missing", ""), **listed)
        await self._store.save_document(order.run_id, "refusal", refusal)
        return Told("Refused.", ends="refuse")

    # what they share

    async def _context(self, order: ToolOrder) -> tuple[Database, Catalog, semantic.SemanticModel | None]:
        view = await self.readable(order)
        return view.database, view.catalog, view.model

    # what replay shares

    async def readable(self, order: ToolOrder | RunOrder) -> Readable:
        """Raises NotAllowed where the owner may not read the database any more."""
        question = (await self._store.run(order.run_id)).question
        database = await self._store.database(question.database)
        catalog = await self._store.catalog(database.name)
        if catalog is None:  # dropped since the run began: the database was added anew
            catalog = await self._read(database)
        return readable(database, catalog, await self._rights.current(question, database, catalog))

    async def run_again(self, order: RunOrder, view: Readable, query: Query, *, key: str) -> Query:
        """A statement of an accepted run, checked as if it were new; one whose rows are stored is not run again."""
        stored = await self._store.query_by_key(order.run_id, key)
        call = ToolOrder(order.run_id, "explore", 0, key, "replay")
        return stored or await self._run(call, view.database, view.catalog, query, key)

    def check(self, view: Readable, sql: str) -> Verdict:
        """Raises StatementRefused."""
        return self._checked(sql, view.catalog)

    async def looked_up(self, view: Readable, sql: str) -> Fetched:
        """The rows of a statement of ours that makes no result."""
        return await self._fetch(view.database, self._checked(sql, view.catalog))

    async def _read(self, database: Database) -> Catalog:
        catalog = replace(await self._open(database).introspect(), database=database.name)
        await self._store.save_catalog(catalog)
        return catalog

    def _checked(self, sql: str, catalog: Catalog) -> Verdict:
        verdict = check(sql, dialect=catalog.dialect, catalog=catalog, row_cap=self._row_cap)
        if not verdict.ok:
            raise StatementRefused(verdict.findings)
        return verdict

    async def _fetch(self, database: Database, verdict: Verdict) -> Fetched:
        return await self._open(database).run(verdict.sql, row_cap=self._row_cap, timeout_seconds=self._timeout)

    async def _as_of(self, view: Readable) -> date | None:
        """The day the semantic model counts from: today, a fixed date, or the newest value of a column that may be read."""
        catalog, model = view.catalog, view.model
        if model is None or model.as_of.kind == "now":
            return datetime.now(UTC).date()
        if model.as_of.kind == "date":
            return date.fromisoformat(model.as_of.value)
        fetched = await self._fetch(view.database, self._checked(as_of_statement(model, catalog.dialect), catalog))
        newest = fetched.table.column(0)[0].as_py() if fetched.table.num_rows else None
        return newest.date() if isinstance(newest, datetime) else newest if isinstance(newest, date) else None


def _hit(catalog: Catalog, match: Match) -> dict[str, Any]:
    """A found table, short: the columns that fit, and how many more there are."""
    columns = [f"{column.name} {column.type}" for column in match.columns]
    table = match.table
    hit = {"table": shown_name(catalog, table), "rows": table.rows, "comment": table.comment, "columns": columns}
    return {name: value for name, value in hit.items() if value} | {"of_columns": len(table.columns)}


def _values(path: str, like: str | None, limit: int, fetched: Fetched) -> dict[str, Any]:
    """Values with their row counts; what to do next where there are none, or more than were asked for."""
    rows = [{"value": value, "rows": count} for value, count in (row.values() for row in preview(fetched.table, limit))]
    told: dict[str, Any] = {"column": path, "values": rows}
    if not rows and like:
        return told | {"note": f"No value holds {like[:60]!r}. Try a shorter part of it, another column, or no `like`."}
    full = {"note": f"At most {limit} are listed, most frequent first: for others give `like` or a higher limit."}
    return told | (full if len(rows) == limit else {})


def _column(catalog: Catalog, path: str) -> tuple[Table, TableColumn]:
    """The column that "table.column" or "schema.table.column" names. Raises ToolRefused with the nearest names."""
    table_name, column_name = column_parts(path)
    if not table_name:
        raise ToolRefused(f"{path!r} names no table. Write table.column.")
    table = find_table(catalog, table_name)
    if table is None:
        near = nearest(table_name, [each.name for each in catalog.tables])
        raise ToolRefused(f"There is no table {table_name!r}. Write table.column. {_near(near, 'The tables', catalog.tables)}")
    found = next((column for column in table.columns if column.name.lower() == column_name.lower()), None)
    if found is None:
        near = nearest(column_name, [column.name for column in table.columns])
        raise ToolRefused(f"{table.name} has no column {column_name!r}. {_near(near, 'Its columns', table.columns)}")
    return table, found


def _near(near: Sequence[str], kind: str, all_of_them: Sequence[Table] | Sequence[TableColumn]) -> str:
    """The names that may have been meant: the nearest, or all where none is near and they are few."""
    if near:
        return f"Nearest: {', '.join(near)}."
    few = [each.name for each in all_of_them[:MOST_NAMES]]
    return f"{kind}: {', '.join(few)}{', …' if len(all_of_them) > MOST_NAMES else ''}."


def _columns(fetched: Fetched) -> tuple[ResultColumn, ...]:
    """Columns of free SQL: named and typed by what came back; what they mean is the model's to say."""
    return tuple(ResultColumn(field.name, column_type(field.type), field.name.replace("_", " ")) for field in fetched.table.schema)
