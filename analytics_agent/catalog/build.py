"""Make a Catalog of tables that an adapter has read: sorted, fingerprinted, with the column types that we reason in."""

import hashlib
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from functools import lru_cache
from itertools import repeat
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from analytics_agent.domain.catalog import Catalog, ColumnType, Dialect, Table, TableColumn

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


_SLOTS: tuple[Callable[[TableColumn, Any], None], ...] = tuple(getattr(TableColumn, each.name).__set__ for each in fields(TableColumn))


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


def build(
    database: str, dialect: Dialect, tables: Iterable[Table], search_path: tuple[str, ...], written: Mapping[Any, str] | None = None
) -> Catalog:
    """A Catalog read now. Tables are in the order of schema and name, columns stay in the engine's order. `written` are the columns of
    tables (by schema and name) as `columns_written` gives them, from who had the time to do so while an engine was at work."""
    ordered = tuple(sorted(tables, key=lambda table: (table.schema or "", table.name)))
    return Catalog(database, dialect, ordered, search_path, fingerprint(ordered, written), datetime.now(UTC))


def fingerprint(tables: Iterable[Table], written: Mapping[Any, str] | None = None) -> str:
    """A hash of tables, columns, types and keys. Row estimates and comments change without the schema changing, so they do not count."""
    known = written or {}
    content = sorted([_essence(table, known.get((table.schema, table.name)) or columns_written(table.columns)) for table in tables])
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:32]


def columns_of(
    tables: Iterable[Any],
    names: Sequence[str],
    natives: Sequence[str],
    nullables: Iterable[bool],
    comments: Iterable[str | None] = repeat(None),
    types: Iterable[ColumnType] | None = None,
) -> dict[Any, tuple[TableColumn, ...]]:
    """Columns by their tables, from what an engine says of them all, in its order. `types` where they are not those of `natives`.

    The fields are put into their slots for all columns at once: a catalog has tens of thousands, and to call the constructor of a frozen
    record for each takes as long as everything else that is done with them.
    """
    made = list(map(object.__new__, repeat(TableColumn, len(names))))
    for put, values in zip(_SLOTS, (names, types or map(column_type, natives), natives, nullables, comments), strict=True):
        deque(map(put, made, values), maxlen=0)
    found: defaultdict[Any, list[TableColumn]] = defaultdict(list)
    for table, column in zip(tables, made, strict=True):
        found[table].append(column)
    return {table: tuple(own) for table, own in found.items()}


def columns_written(columns: Iterable[TableColumn]) -> str:
    """What a fingerprint is made of, as JSON, piece by piece: there are tens of thousands, and a call of json for each costs more than the
    rest."""
    return ", ".join([f"[{quoted(c.name)}, {quoted(c.native_type)}, {'true' if c.nullable else 'false'}]" for c in columns])


def _essence(table: Table, columns: str) -> str:
    keys = sorted([(key.columns, key.table_schema or "", key.table, key.to_columns) for key in table.foreign_keys])
    written = [f"[{_list(own)}, {quoted(schema)}, {quoted(name)}, {_list(others)}]" for own, schema, name, others in keys]
    named = f"{quoted(table.schema or '')}, {quoted(table.name)}, {quoted(table.kind)}"
    return f"[{named}, [{columns}], {_list(table.primary_key)}, [{', '.join(written)}]]"


def _list(names: Iterable[str]) -> str:
    return f"[{', '.join(map(quoted, names))}]"
