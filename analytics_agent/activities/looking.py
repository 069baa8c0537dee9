"""The tools of explore that look: search the catalog, describe what is there, see the values of a column or more rows of a result."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from analytics_agent import semantic
from analytics_agent.activities.elsewhere import OtherDatabases
from analytics_agent.activities.evidence import LONGEST_CELL, PREVIEW_ROWS, later_rows, preview, shown_columns
from analytics_agent.activities.fitting import COLUMNS, MOST_BYTES, Page, as_json, cut, first_that_fit, fitted, in_short, page_of, size
from analytics_agent.activities.known_values import KnownValues
from analytics_agent.activities.profiles_seen import SeenProfiles
from analytics_agent.activities.rights import Readable, told_of
from analytics_agent.activities.run_warehouse import RunWarehouse
from analytics_agent.activities.sight import current, note
from analytics_agent.activities.tool_call import Told
from analytics_agent.catalog.describe import VALUES_HELD
from analytics_agent.catalog.describe import describe as describe_tables
from analytics_agent.catalog.names import column_parts, find_table, nearest, shown_name
from analytics_agent.catalog.restrict import name_of
from analytics_agent.catalog.said import Values
from analytics_agent.catalog.search import Match
from analytics_agent.catalog.search import search as search_tables
from analytics_agent.domain.catalog import Catalog, Table, TableColumn, TableName
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.errors import ToolRefused
from analytics_agent.ports import Artifacts, Fetched, Store
from analytics_agent.semantic.access.restrict import without_values
from analytics_agent.sql.values import distinct_values

SEARCH_HITS = 10
VALUES = 20
"""Values of a column, where the model does not say how many."""
MOST_NAMES = 30
LISTED, LISTED_OF_EACH = 15, 8
"""Metrics and dimensions of the semantic model that are told at once, and synonyms and values of each."""
MOST_MATCHED = 5
"""Values of one column that a search says it holds."""
LONGEST_COMMENT = 300
LONGEST_NAME = 130
"""Characters of a table's name with its schema."""
LONGEST_VERIFIED, LONGEST_REST = 8_000, 3_000
"""Bytes of the verified queries that a search finds, and of the names of what is to be described next."""
VERIFIED_IS = (
    "SQL that a person vouches for. Where its question is the one that is asked, its period too, run it with run_sql as it stands: "
    "changed, it is not verified."
)
VALUES_COMPARED = 2_000
_RESULT = re.compile(r"r\d{1,6}")


class LookingTools:
    def __init__(self, store: Store, artifacts: Artifacts, warehouse: RunWarehouse, others: OtherDatabases) -> None:
        self._others = others
        self._store = store
        self._artifacts = artifacts
        self._warehouse = warehouse
        self._values = KnownValues(store)
        self._profiles = SeenProfiles(store)

    async def search_catalog(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        view, words = await self._warehouse.readable(order), given["words"]
        # In a thread: the index of a large catalog is made by who searches it first.
        values = await self._values.of(view) if current().is_full else None
        found, held = await asyncio.to_thread(found_in, view, words, Page.of(given, SEARCH_HITS), values, is_full=current().is_full)
        await self._profiles.told(view, held if values else ())
        question = (await self._store.run(order.run_id)).question
        if others := await self._others.holding(question, view, words):
            found["elsewhere"] = [{"database": one.database, "has": list(one.found)} for one in others]
            found["elsewhere_is"] = (
                "another database of the asker; you cannot query it. Refuse and name what is missing: it is then offered."
            )
        if not any(found.values()):
            found["note"] = "Nothing here is called so. Try other words for it: singular, a synonym, the thing that it is counted of."
            if current().is_full:
                found["note"] += " Where it may be a name in the rows: look_at_values, with `like`."
        return Told(as_json(fitted(found)), title=f"searched for {words[:60]}")

    async def describe(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        """Metrics and dimensions by their names in the semantic model, verified queries by their questions, anything else by its name in
        the catalog."""
        view = told_of(await self._warehouse.readable(order), current().sees)
        catalog, model = view.catalog, view.model
        whole: list[Any] = []
        described: list[Any] = []
        rest = list(given["names"])
        if model and "model" in rest:
            whole = [_whole(model, Page.of(given, LISTED))]
            rest = [name for name in rest if name != "model"]
        if model:
            known = [name for name in rest if semantic.knows(model, name)]
            described += semantic.describe(model, known)
            vouched = {query.question: query for query in model.verified_queries if query.question in rest}
            described += [{"kind": "verified query", **_verified(query)} for query in vouched.values()]
            # A metric may have the name of its table: both are told.
            rest = [name for name in rest if name not in vouched and (name not in known or find_table(catalog, name))]
        described += await self._tables(view, rest) if rest else []
        told = [fitted(page_of(one, Page.of(given, COLUMNS))) for one in described]
        return Told(as_json(_within([*whole, *told])), title=f"read {', '.join(given['names'])[:60]}")

    async def _tables(self, view: Readable, names: Sequence[str]) -> list[dict[str, Any]]:
        """With what their columns hold, as far as all of it fits."""
        profiles = await self._profiles.of(view)
        for values in (VALUES_HELD, 0):
            described = describe_tables(view.catalog, names, profiles, values=values)
            if size(described) <= MOST_BYTES:
                named = [table for name in names if (table := find_table(view.catalog, name))]
                await self._profiles.told(view, [name_of(table) for table in named if name_of(table) in profiles])
                return described
        return describe_tables(view.catalog, names)

    async def look_at_values(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        """Of a table's column, or of a field of the semantic model: one that is computed is asked for as it is defined. Or the rows of a
        stored result."""
        if current().sees == "schema":
            raise ToolRefused("The owner of this database shows you no values. Use the words of the question as they stand.")
        if _RESULT.fullmatch(given["column"]):
            return await self._rows_of(order, given)
        view = await self._warehouse.readable(order)
        path, like = given["column"], given.get("like")
        page = Page.of(given, given.get("limit", VALUES))
        fetched = await self._warehouse.looked_up(view, _values_statement(view, path, like, page.end + 1))
        told = _values(path, like, page, fetched)
        if not told["values"] and like:
            told["note"] = f"No value holds {like[:60]!r}. {await self._nearest(view, path, like)}"
        return Told(as_json(told), title=f"looked at {path}")

    async def _nearest(self, view: Readable, path: str, like: str) -> str:
        fetched = await self._warehouse.looked_up(view, _values_statement(view, path, None, VALUES_COMPARED))
        known = [str(value) for value in fetched.table.column(0).to_pylist() if value is not None]
        near = nearest(like, known)
        if near:
            return f"Nearest: {', '.join(repr(one[:60]) for one in near)}."
        return "Try a shorter part of it, another column, or no `like`."

    async def _rows_of(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        """Rows of a stored result further on, numbered as references number them."""
        queries = {query.id: query for query in await self._store.queries(order.run_id)}
        query = queries.get(given["column"])
        if query is None:
            raise ToolRefused(f"There is no result {given['column']}. The results of this run are: {', '.join(queries) or 'none yet'}.")
        table = await self._artifacts.get_table(query.artifact)
        note(table)
        start = Page.of(given, PREVIEW_ROWS).start
        names = [column["name"] for column in shown_columns(query)]
        rows = later_rows(table, start, len(names))
        told: dict[str, Any] = {"id": query.id, "rows": query.rows, "columns": names, "preview": rows}
        last = start + len(rows)
        told["shown"] = f"rows {start} to {last - 1}" if rows else f"there is no row {start}"
        if 0 < len(rows) < min(PREVIEW_ROWS, table.num_rows - start):
            told["note"] = "Long rows: the others of this page are left out. Select fewer columns or rows to see them."
        if start + PREVIEW_ROWS < table.num_rows:
            told["more"] = f"page {start // PREVIEW_ROWS + 2}"
        return Told(as_json(told), title=f"looked at rows of {query.id}")


def found_in(
    view: Readable, words: str, page: Page, values: Values[TableName] | None, *, is_full: bool
) -> tuple[dict[str, Any], list[TableName]]:
    """What is called by the words, has them said of it, or holds them as a value: what is governed first, then tables; and the tables of
    which values are told. Values only for who sees them all."""
    catalog, model = view.catalog, view.model
    texts = semantic.said(catalog, model, values=is_full) if model else None
    tables = search_tables(catalog, words, limit=page.end + 1, said=texts, values=values)
    found: dict[str, Any] = {}
    governed: Sequence[semantic.Hit] = ()
    if model:
        governed = semantic.search(model, words, limit=page.end + 1, values=is_full)
        found["semantic_model"] = [_governed(hit) for hit in page.part(governed)]
        if page.number == 1 and (likely := semantic.verified(model if is_full else without_values(model), words)):
            found |= _likely(likely)
    shown = page.part(tables)
    found["tables"] = [_hit(catalog, match) for match in shown]
    if more := page.more(max(len(tables), len(governed))):
        found["more"] = more
    return found, [name_of(match.table) for match in shown if match.values]


def _governed(hit: semantic.Hit) -> dict[str, Any]:
    known = {
        "kind": hit.kind,
        "name": hit.name,
        "description": cut(hit.description, LONGEST_COMMENT),
        "values": list(hit.values[:MOST_MATCHED]),
    }
    return {name: value for name, value in known.items() if value}


def _likely(likely: Sequence[semantic.Likely]) -> dict[str, Any]:
    """Verified queries whole, for a changed one is not verified; of one that is too long its question."""
    told: list[dict[str, Any]] = []
    for one in likely:
        document = _verified(one.query)
        fits = size([*told, document]) <= LONGEST_VERIFIED
        told.append(document if fits else {"question": one.query.question, "note": "its SQL is long: describe this question"})
    return {"verified": told, "verified_is": VERIFIED_IS}


def _verified(query: semantic.VerifiedQuery) -> dict[str, Any]:
    known = {"question": query.question, "sql": query.sql, "by": query.by, "on": query.on}
    return {name: value for name, value in known.items() if value}


def _whole(model: semantic.SemanticModel, page: Page) -> dict[str, Any]:
    """The semantic model: a page of it, but whole for a model that reads it by rule, which has no limit of tokens."""
    overview = semantic.overview(model)
    if current().works_here:
        return overview
    return fitted(in_short(page_of(overview, page), LISTED_OF_EACH) | {"note": "Describe one by its name for all of it."})


def _values_statement(view: Readable, path: str, like: str | None, limit: int) -> str:
    catalog, model = view.catalog, view.model
    request = semantic.values_request(model, path, like=like, limit=limit) if model else None
    if model and request and semantic.stored_column(model, path) is None:
        return semantic.compile(model, request, dialect=catalog.dialect, catalog=catalog).sql
    table, column = _column(catalog, (semantic.stored_column(model, path) if model else None) or path)
    return distinct_values(table, column, like=like, limit=limit, dialect=catalog.dialect)


def _within(described: list[Any]) -> list[Any]:
    """As many documents as fit, one at least; the others are named, to be described next."""
    kept = list(first_that_fit(described, MOST_BYTES - LONGEST_REST))
    left = [cut(str(each.get("table") or each.get("name") or each.get("question")), LONGEST_NAME) for each in described[len(kept) :]]
    return [*kept, {"left_out": left, "note": "Too long for one answer: describe these next."}] if left else kept


def _hit(catalog: Catalog, match: Match) -> dict[str, Any]:
    """A found table, short: the columns that fit, and how many more there are."""
    columns = [f"{column.name} {column.type}" for column in match.columns]
    table = match.table
    comment = cut(table.comment or "", LONGEST_COMMENT)
    joins = shown_name(catalog, match.joins) if match.joins else ""
    values = [f"{column} = {cut(value, LONGEST_CELL)}" for column, value in match.values[:MOST_MATCHED]]
    hit = {
        "table": shown_name(catalog, table),
        "rows": table.rows,
        "comment": comment,
        "columns": columns,
        "values": values,
        "joins": joins,
    }
    return {name: value for name, value in hit.items() if value} | {"of_columns": len(table.columns)}


def _values(path: str, like: str | None, page: Page, fetched: Fetched) -> dict[str, Any]:
    """Values with their row counts; what to do next where there are none, or more than were asked for."""
    rows = [{"value": value, "rows": count} for value, count in (row.values() for row in preview(fetched.table, page.end))]
    part = page.part(rows)
    fitting = first_that_fit(part, MOST_BYTES - LONGEST_REST)
    told: dict[str, Any] = {"column": cut(path, LONGEST_CELL), "values": fitting}
    if len(fitting) < len(part):
        told["note"] = f"Long values: {len(fitting)} of {len(part)} fit. Ask for `limit` {len(fitting)}, then page 2, or use `like`."
    elif fetched.table.num_rows > page.end:
        told["note"] = f"Most frequent first; there are more: page {page.number + 1}, a higher limit, or `like`."
    return told


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
