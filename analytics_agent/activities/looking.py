"""The tools of explore that look: search the catalog, describe what is there, see the values of a column or more rows of a result."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from analytics_agent import semantic
from analytics_agent.activities.elsewhere import OtherDatabases
from analytics_agent.activities.evidence import PREVIEW_ROWS, as_json, later_rows, preview
from analytics_agent.activities.rights import Readable, told_of
from analytics_agent.activities.run_warehouse import RunWarehouse
from analytics_agent.activities.sight import current, note
from analytics_agent.activities.tool_call import Told
from analytics_agent.catalog.describe import describe as describe_tables
from analytics_agent.catalog.names import column_parts, find_table, nearest, shown_name
from analytics_agent.catalog.search import Match
from analytics_agent.catalog.search import search as search_tables
from analytics_agent.domain.catalog import Catalog, Table, TableColumn
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.errors import ToolRefused
from analytics_agent.ports import Artifacts, Fetched, Store
from analytics_agent.sql.values import distinct_values

SEARCH_HITS = 10
VALUES = 20
"""Values of a column, where the model does not say how many."""
MOST_NAMES = 30
COLUMNS = 80
"""Columns of a table that are described at once."""
LONGEST_DESCRIPTION = 24_000
"""Characters of what is described at once: about 7,000 tokens, sent with every later turn. One thing alone may be longer."""
LONGEST_COMMENT = 300
VALUES_COMPARED = 2_000
T = TypeVar("T")
_RESULT = re.compile(r"r\d{1,6}")


class LookingTools:
    def __init__(self, store: Store, artifacts: Artifacts, warehouse: RunWarehouse, others: OtherDatabases) -> None:
        self._others = others
        self._store = store
        self._artifacts = artifacts
        self._warehouse = warehouse

    async def search_catalog(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        view = await self._warehouse.readable(order)
        catalog, model, words = view.catalog, view.model, given["words"]
        page = Page.of(given, SEARCH_HITS)
        tables = search_tables(catalog, words, limit=page.end + 1)
        found: dict[str, Any] = {"tables": [_hit(catalog, match) for match in page.part(tables)]}
        metrics = semantic.search(model, words, limit=page.end + 1) if model else []
        if model:
            hits = [{name: hit[name] for name in ("kind", "name", "description")} for hit in page.part(metrics)]
            found = {"semantic_model": hits, **found}
        if more := page.more(max(len(tables), len(metrics))):
            found["more"] = more
        question = (await self._store.run(order.run_id)).question
        if others := await self._others.holding(question, view, words):
            found["elsewhere"] = [{"database": one.database, "has": list(one.found)} for one in others]
            found["elsewhere_is"] = (
                "another database of the asker; you cannot query it. Refuse and name what is missing: it is then offered."
            )
        if not any(found.values()):
            found["note"] = "Nothing here is called so. Try other words for it: singular, a synonym, the thing that it is counted of."
        return Told(as_json(found), title=f"searched for {words[:60]}")

    async def describe(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        """Metrics and dimensions by their names in the semantic model, anything else by its name in the catalog."""
        view = told_of(await self._warehouse.readable(order), current().sees)
        catalog, model = view.catalog, view.model
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
        tables = [_columns_of(one, Page.of(given, COLUMNS)) for one in describe_tables(catalog, rest)] if rest else []
        return Told(as_json(_within([*described, *tables])), title=f"read {', '.join(given['names'])[:60]}")

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
        rows = later_rows(table, start)
        told: dict[str, Any] = {"id": query.id, "rows": query.rows, "columns": [column.name for column in query.columns], "preview": rows}
        last = start + len(rows)
        told["shown"] = f"rows {start} to {last - 1}" if rows else f"there is no row {start}"
        if start + PREVIEW_ROWS < table.num_rows:
            told["more"] = f"page {start // PREVIEW_ROWS + 2}"
        return Told(as_json(told), title=f"looked at rows of {query.id}")


@dataclass(frozen=True)
class Page:
    """A part of a list that is too long to be shown whole; `number` counts from 1."""

    number: int
    size: int

    @classmethod
    def of(cls, given: dict[str, Any], size: int) -> "Page":
        return cls(given.get("page", 1), size)

    @property
    def start(self) -> int:
        return (self.number - 1) * self.size

    @property
    def end(self) -> int:
        return self.start + self.size

    def part(self, items: Sequence[T]) -> Sequence[T]:
        return items[self.start : self.end]

    def more(self, known: int) -> str:
        """What to ask for next, where more than this page is known of."""
        return f"page {self.number + 1}" if known > self.end else ""


def _values_statement(view: Readable, path: str, like: str | None, limit: int) -> str:
    catalog, model = view.catalog, view.model
    request = semantic.values_request(model, path, like=like, limit=limit) if model else None
    if model and request and semantic.stored_column(model, path) is None:
        return semantic.compile(model, request, dialect=catalog.dialect, catalog=catalog).sql
    table, column = _column(catalog, (semantic.stored_column(model, path) if model else None) or path)
    return distinct_values(table, column, like=like, limit=limit, dialect=catalog.dialect)


def _within(described: list[Any]) -> list[Any]:
    """As many documents as fit, one at least; the others are named, to be described next."""
    kept: list[Any] = []
    size = 0
    for place, one in enumerate(described):
        size += len(as_json(one))
        if kept and size > LONGEST_DESCRIPTION:
            left = [str(each.get("table") or each.get("name")) for each in described[place:]]
            return [*kept, {"left_out": left, "note": "Too long for one answer: describe these next."}]
        kept.append(one)
    return kept


def _columns_of(document: dict[str, Any], page: Page) -> dict[str, Any]:
    """A described table with one page of its columns."""
    columns = document.get("columns", [])
    if len(columns) <= page.size:
        return document
    shown = {"columns": page.part(columns), "of_columns": len(columns)}
    return document | shown | ({"more": more} if (more := page.more(len(columns))) else {})


def _hit(catalog: Catalog, match: Match) -> dict[str, Any]:
    """A found table, short: the columns that fit, and how many more there are."""
    columns = [f"{column.name} {column.type}" for column in match.columns]
    table = match.table
    comment = (table.comment or "")[:LONGEST_COMMENT]
    joins = shown_name(catalog, match.joins) if match.joins else ""
    hit = {"table": shown_name(catalog, table), "rows": table.rows, "comment": comment, "columns": columns, "joins": joins}
    return {name: value for name, value in hit.items() if value} | {"of_columns": len(table.columns)}


def _values(path: str, like: str | None, page: Page, fetched: Fetched) -> dict[str, Any]:
    """Values with their row counts; what to do next where there are none, or more than were asked for."""
    rows = [{"value": value, "rows": count} for value, count in (row.values() for row in preview(fetched.table, page.end))]
    told: dict[str, Any] = {"column": path, "values": page.part(rows)}
    if fetched.table.num_rows > page.end:
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
