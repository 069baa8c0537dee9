"""The tables of a database as a short text for a prompt: names, columns, types, keys, and comments where there is room."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from analytics_agent.catalog.names import shown_name
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn
from analytics_agent.sql.catalog_index import index_of

MOST_TABLES = 200
"""Of a database with more tables no columns are listed: the model searches it."""
MOST_HUBS = 1_500
"""Characters of the names of tables that others refer to, where not all names fit."""
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True)
class Detail:
    """How much is said of each table: the most columns, and the most characters of a comment."""

    columns: int
    comment: int


DETAILS = (Detail(columns=60, comment=120), Detail(columns=60, comment=0), Detail(columns=12, comment=0), Detail(columns=0, comment=0))
"""From rich to bare; the richest that fits is taken."""


def listing(catalog: Catalog, most: int) -> str:
    """The richest list of at most `most` characters. The same text for the same catalog, so that a provider's cache holds it."""
    for detail in DETAILS if len(catalog.tables) <= MOST_TABLES else ():
        text = "\n".join(_table(catalog, table, detail) for table in catalog.tables)
        if len(text) <= most:
            return text
    return "\n".join(_outline(catalog, most))


def _outline(catalog: Catalog, most: int) -> Iterator[str]:
    """Of a large database: how to find tables in it, and their names where these fit; otherwise its schemas and the tables that most others
    refer to, as much of them as there is room for."""
    yield f"{len(catalog.tables)} tables: find them with search_catalog by the words of the question, then describe."
    room = most - 300
    if sum(len(table.name) + 2 for table in catalog.tables) <= room:
        names = ", ".join(_names(catalog))
        if len(names) <= room:
            yield f"Their names: {names}"
            return
    schemas = Counter(_quoted(table.schema) for table in catalog.tables if table.schema)
    counted = [f"{name} ({count})" for name, count in sorted(schemas.items(), key=lambda one: (-one[1], one[0]))]
    yield from _as_many("Schemas, with their tables", counted if len(schemas) > 1 else [], room // 2)
    yield from _as_many("Tables that others refer to, the most often first", _hubs(catalog), min(MOST_HUBS, room // 2))


def _names(catalog: Catalog) -> Iterator[str]:
    """As `_name`, for all of them at once."""
    index = index_of(catalog)
    for table in catalog.tables:
        bare = _quoted(table.name)
        yield bare if index.shown(table) == table.name else f"{_quoted(table.schema or '')}.{bare}"


def _hubs(catalog: Catalog) -> list[str]:
    known = {(table.schema, table.name): table for table in catalog.tables}
    keys = ((key.table_schema or table.schema, key.table) for table in catalog.tables for key in table.foreign_keys)
    often = Counter(key for key in keys if key in known)
    first = sorted(often.items(), key=lambda one: (-one[1], one[0][0] or "", one[0][1]))[:MOST_TABLES]
    return [_name(catalog, known[key]) for key, _ in first]


def _as_many(title: str, items: Sequence[str], most: int) -> Iterator[str]:
    """One line of as many items as fit, and how many are left out."""
    ends = list(accumulate((len(item) + 2 for item in items), initial=len(title) + 20))
    shown = [item for item, end in zip(items, ends[1:], strict=True) if end <= most]
    left = len(items) - len(shown)
    if shown:
        yield f"{title}: {', '.join(shown)}{f' and {left} more' if left else ''}."


def _table(catalog: Catalog, table: Table, detail: Detail) -> str:
    name = _name(catalog, table)
    if not detail.columns:
        return f"{name} ({len(table.columns)} columns)"
    columns = [_column(catalog, table, column, detail) for column in table.columns[: detail.columns]]
    left = len(table.columns) - len(columns)
    more = [f"… {left} more: describe {name}"] if left > 0 else []
    key = f" key {', '.join(map(_quoted, table.primary_key))}" if table.primary_key else ""
    return f"{name} ({', '.join(columns + more)}){key}{_comment(table.comment, detail)}"


def _name(catalog: Catalog, table: Table) -> str:
    bare = _quoted(table.name)
    return bare if shown_name(catalog, table) == table.name else f"{_quoted(table.schema or '')}.{bare}"


def _column(catalog: Catalog, table: Table, column: TableColumn, detail: Detail) -> str:
    kind = " ".join(column.native_type.split()) if column.type == "other" else column.type
    return f"{_quoted(column.name)} {kind}{''.join(_target(catalog, table, column))}{_comment(column.comment, detail)}"


def _target(catalog: Catalog, table: Table, column: TableColumn) -> Iterator[str]:
    """Where the column points, said once."""
    keys = (key for key in table.foreign_keys if column.name in key.columns)
    for key in list(keys)[:1]:
        yield f" → {_target_name(catalog, table, key)}.{_quoted(key.to_columns[key.columns.index(column.name)])}"


def _target_name(catalog: Catalog, table: Table, key: ForeignKey) -> str:
    found = (t for t in catalog.tables if t.name == key.table and t.schema == (key.table_schema or table.schema))
    target = next(found, None)
    return _name(catalog, target) if target else _quoted(key.table)


def _comment(comment: str | None, detail: Detail) -> str:
    """In quotes and on one line: whoever wrote it can neither end the list nor add to it."""
    text = " ".join((comment or "").replace("“", '"').replace("”", '"').split())
    if not text or not detail.comment:
        return ""
    return f" “{text if len(text) <= detail.comment else text[: detail.comment].rstrip() + '…'}”"


def _quoted(name: str) -> str:
    """As it must be written in SQL, on one line: a name in capitals or with blanks needs its quotes."""
    if _PLAIN_NAME.fullmatch(name):
        return name
    return '"' + re.sub(r"[\r\n]+", " ", name).replace('"', '""') + '"'
