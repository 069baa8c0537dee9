"""Make a Catalog of tables that an adapter has read: sorted, fingerprinted, with the column types that we reason in."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from analytics_agent.domain.catalog import Catalog, ColumnType, Dialect, Table

_EXACT: dict[str, ColumnType] = {
    "bool": "boolean",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "timetz": "time",
    "datetime": "timestamp",
    "money": "number",
    "real": "number",
    "double": "number",
    "uuid": "text",
    "citext": "text",
    "bpchar": "text",
    "name": "text",
    "clob": "text",
    "string": "text",
    "interval": "other",
    "point": "other",
    "year": "integer",
}
_PREFIXES: tuple[tuple[str, ColumnType], ...] = (
    ("timestamp", "timestamp"),
    ("time ", "time"),
    ("interval", "other"),
    ("int4range", "other"),
    ("int8range", "other"),
    ("numrange", "other"),
    ("bigint", "integer"),
    ("smallint", "integer"),
    ("tinyint", "integer"),
    ("hugeint", "integer"),
    ("ubigint", "integer"),
    ("uinteger", "integer"),
    ("usmallint", "integer"),
    ("utinyint", "integer"),
    ("uhugeint", "integer"),
    ("mediumint", "integer"),
    ("int", "integer"),
    ("serial", "integer"),
    ("bigserial", "integer"),
    ("double", "number"),
    ("float", "number"),
    ("numeric", "number"),
    ("decimal", "number"),
    ("number", "number"),
    ("real", "number"),
    ("varchar", "text"),
    ("character", "text"),
    ("char", "text"),
    ("nvarchar", "text"),
    ("nchar", "text"),
    ("text", "text"),
    ("tinytext", "text"),
    ("mediumtext", "text"),
    ("longtext", "text"),
    ("enum", "text"),
    ("set(", "text"),
)


@lru_cache(maxsize=4_096)
def column_type(native_type: str) -> ColumnType:
    """Our type for an engine's own spelling, of any of the engines; `other` for what we do not compute with."""
    spelled = " ".join(native_type.lower().split())
    if spelled.endswith("]") or spelled.startswith(("struct", "map", "union")):
        return "other"
    bare = spelled.split("(")[0].strip()
    if bare in _EXACT:
        return _EXACT[bare]
    return next((ours for prefix, ours in _PREFIXES if spelled.startswith(prefix)), "other")


def build(database: str, dialect: Dialect, tables: Iterable[Table], search_path: tuple[str, ...]) -> Catalog:
    """A Catalog read now. Tables are in the order of schema and name, columns stay in the engine's order."""
    ordered = tuple(sorted(tables, key=lambda table: (table.schema or "", table.name)))
    return Catalog(database, dialect, ordered, search_path, fingerprint(ordered), datetime.now(UTC))


def fingerprint(tables: Iterable[Table]) -> str:
    """A hash of tables, columns, types and keys. Row estimates and comments change without the schema changing, so they do not count."""
    content = sorted([_essence(table) for table in tables])
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:32]


def by_table(rows: Iterable[Any], *places: int) -> dict[Any, list[Any]]:
    """Rows by the values at these places, which name a table: of one place by the value itself. Those of a table mostly stand together."""
    found: dict[Any, list[Any]] = {}
    for table, own in groupby(rows, itemgetter(*places)):
        found.setdefault(table, []).extend(own)
    return found


def _essence(table: Table) -> str:
    named = json.dumps([table.schema or "", table.name, table.kind])
    keys = sorted((key.columns, key.table_schema or "", key.table, key.to_columns) for key in table.foreign_keys)
    written = ", ".join([column.as_json for column in table.columns])
    return f"{named[:-1]}, [{written}], {json.dumps([table.primary_key, keys])[1:]}"
