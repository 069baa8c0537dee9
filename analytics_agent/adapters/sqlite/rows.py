"""SQLite's rows as Arrow tables. SQLite types values, not columns: a column begins with the type that is declared for it or that its
expression has, and where a value breaks that, the whole column goes on as what holds every one of its values: numbers, or text.

So a clean column has the same type for any rows and for none, and a text in an INTEGER column is not lost.
"""

import sqlite3
import threading
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from analytics_agent.adapters.column_names import distinct
from analytics_agent.adapters.intake import Intake, no_columns
from analytics_agent.domain.catalog import ColumnType
from analytics_agent.sql.output_types import output_types

_ROWS, _VALUES = 20_000, 200_000
"""Most rows, and most values, that are taken together."""
_COLUMNS = "SELECT s.name, c.name, c.type FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS c WHERE s.type IN ('table', 'view')"
_KINDS: dict[ColumnType, pa.DataType] = {"integer": pa.int64(), "boolean": pa.int64(), "number": pa.float64(), "text": pa.string()}
_Kinds = list[pa.DataType | None]


def declared_types(connection: sqlite3.Connection, statement: str) -> tuple[ColumnType | None, ...]:
    """Of each output column, as far as SQLite declares it or the expression shows it. Before the authorizer is set."""
    tables: dict[str, dict[str, str]] = {}
    for table, column, native in connection.execute(_COLUMNS):
        tables.setdefault(table, {})[column] = native or ""
    return output_types(statement, "sqlite", tables)


def draw(cursor: sqlite3.Cursor, types: Sequence[ColumnType | None], intake: Intake, stop: threading.Event) -> None:
    """The rows of a running statement into an intake, piece by piece. Raises StatementFailed where there are no columns."""
    names = distinct(column[0] for column in cursor.description or ())
    if not names:
        raise no_columns()
    size = max(1, min(_ROWS, _VALUES // len(names)))
    rows = cursor.fetchmany(size)
    known = types if len(types) == len(names) else [None] * len(names)
    kinds: _Kinds = [_KINDS.get(kind) if kind else None for kind in known]
    columns, kinds = _columns(rows, kinds)
    intake.begin(_schema(names, kinds))
    while rows and intake.add(pa.table(columns, schema=_schema(names, kinds))) and not stop.is_set():
        rows = cursor.fetchmany(size)
        columns, wider = _columns(rows, kinds)
        if rows and _schema(names, wider) != _schema(names, kinds):
            intake.widen(_schema(names, wider))
        kinds = wider if rows else kinds


def _schema(names: Sequence[str], kinds: _Kinds) -> pa.Schema:
    """A column of which nothing is known, for want of a value too, is text."""
    return pa.schema([pa.field(name, kind or pa.string()) for name, kind in zip(names, kinds, strict=True)])


def _columns(rows: list[Any], kinds: _Kinds) -> tuple[list[pa.Array], _Kinds]:
    values = zip(*rows, strict=True) if rows else ((),) * len(kinds)
    found = [_column(column, kind) for column, kind in zip(values, kinds, strict=True)]
    return [array for array, _ in found], [kind for _, kind in found]


def _column(values: Sequence[Any], kind: pa.DataType | None) -> tuple[pa.Array, pa.DataType | None]:
    """The values in the narrowest kind from `kind` on that holds them all."""
    for wanted in _from(kind):
        array = _array(values, wanted)
        if array is not None and (kind is not None or array.null_count < len(array)):
            return array, wanted
    return pa.nulls(len(values), pa.string()), kind


def _from(kind: pa.DataType | None) -> tuple[pa.DataType, ...]:
    order = (pa.int64(), pa.float64(), pa.string())
    return order[order.index(kind) if kind is not None else 0 :]


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array | None:
    present = set(map(type, values)) - {type(None)}
    if kind == pa.string():
        return pa.array(values if present <= {str} else [_text(value) for value in values], kind)
    if not present <= ({int} if kind == pa.int64() else {int, float}):
        return None
    try:
        return pa.array(values, kind)
    except pa.ArrowInvalid:  # a whole number beyond 2^53 has digits that a binary float loses
        return None


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return "\\x" + value.hex() if isinstance(value, bytes) else str(value)
