"""The tables of a database as a short text for a prompt: names, columns, types, keys, and comments where there is room."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analytics_agent.catalog.names import shown_name
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn

MOST_TABLES = 200
"""A database with more tables is not listed: the model searches it."""
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
    if len(catalog.tables) <= MOST_TABLES:
        for detail in DETAILS:
            text = "\n".join(_table(catalog, table, detail) for table in catalog.tables)
            if len(text) <= most:
                return text
    return f"{len(catalog.tables)} tables: find them with search_catalog, then describe."


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
