"""The tools of explore that look: search the catalog, describe what is there, see the values of a column."""

from collections.abc import Sequence
from typing import Any

from analytics_agent import semantic
from analytics_agent.activities.evidence import as_json, preview
from analytics_agent.activities.rights import told_of
from analytics_agent.activities.run_warehouse import RunWarehouse
from analytics_agent.activities.sight import current
from analytics_agent.activities.tool_call import Told
from analytics_agent.catalog.describe import describe as describe_tables
from analytics_agent.catalog.names import column_parts, find_table, nearest, shown_name
from analytics_agent.catalog.search import Match
from analytics_agent.catalog.search import search as search_tables
from analytics_agent.domain.catalog import Catalog, Table, TableColumn
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.errors import ToolRefused
from analytics_agent.ports import Fetched
from analytics_agent.sql.values import distinct_values

SEARCH_HITS = 10
VALUES = 20
"""Values of a column, where the model does not say how many."""
MOST_NAMES = 30


class LookingTools:
    def __init__(self, warehouse: RunWarehouse) -> None:
        self._warehouse = warehouse

    async def search_catalog(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        view = await self._warehouse.readable(order)
        catalog, model = view.catalog, view.model
        found: dict[str, Any] = {"tables": [_hit(catalog, match) for match in search_tables(catalog, given["words"], limit=SEARCH_HITS)]}
        if model:
            hits = semantic.search(model, given["words"], limit=SEARCH_HITS)
            found = {"semantic_model": [{name: hit[name] for name in ("kind", "name", "description")} for hit in hits], **found}
        return Told(as_json(found), title=f"searched for {given['words'][:60]}")

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
        described += describe_tables(catalog, rest) if rest else []
        return Told(as_json(described), title=f"read {', '.join(given['names'])[:60]}")

    async def look_at_values(self, order: ToolOrder, given: dict[str, Any]) -> Told:
        """Of a table's column, or of a field of the semantic model: one that is computed is asked for as it is defined."""
        if current().sees == "schema":
            raise ToolRefused("The owner of this database shows you no values. Use the words of the question as they stand.")
        view = await self._warehouse.readable(order)
        catalog, model = view.catalog, view.model
        path, like, limit = given["column"], given.get("like"), given.get("limit", VALUES)
        request = semantic.values_request(model, path, like=like, limit=limit) if model else None
        if model and request and semantic.stored_column(model, path) is None:
            sql = semantic.compile(model, request, dialect=catalog.dialect, catalog=catalog).sql
        else:
            table, column = _column(catalog, (semantic.stored_column(model, path) if model else None) or path)
            sql = distinct_values(table, column, like=like, limit=limit, dialect=catalog.dialect)
        fetched = await self._warehouse.looked_up(view, sql)
        return Told(as_json(_values(path, like, limit, fetched)), title=f"looked at {path}")


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
