"""MariaDB's rows as Arrow tables: the type of each column from the protocol's descriptions, values from the text that is printed."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from asyncmy.constants import FIELD_TYPE

from analytics_agent.adapters.column_names import distinct
from analytics_agent.adapters.text_columns import Declared, converted, exact

_UNSIGNED = 32
_WHOLE = {FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.LONG, FIELD_TYPE.INT24, FIELD_TYPE.LONGLONG, FIELD_TYPE.YEAR}
_TYPES: dict[int, tuple[pa.DataType, str]] = {
    FIELD_TYPE.FLOAT: (pa.float32(), "float"),
    FIELD_TYPE.DOUBLE: (pa.float64(), "double"),
    FIELD_TYPE.DATE: (pa.date32(), "date"),
    FIELD_TYPE.NEWDATE: (pa.date32(), "date"),
    FIELD_TYPE.DATETIME: (pa.timestamp("us"), "datetime"),
    FIELD_TYPE.TIMESTAMP: (pa.timestamp("us", "UTC"), "timestamp"),
}
"""Others are text; TIME too, which goes to 838 hours and below zero."""
_EXACT_PLACES = 6
"""More places than these come from divisions, unless a column declares them."""
_BITS_OF_INT64 = 63


def declared(fields: Sequence[Any]) -> tuple[Declared, ...]:
    """`fields` are the driver's field descriptions."""
    names = distinct(field.name for field in fields)
    return tuple(_declared(name, field) for name, field in zip(names, fields, strict=True))


def as_table(columns: Sequence[Declared], rows: Sequence[Sequence[Any]]) -> tuple[pa.Table, list[str]]:
    """`rows` are texts, bytes or None. With what is to be said of the values."""
    values = zip(*rows, strict=True) if rows else ((),) * len(columns)
    kept: list[Any] = []
    notes: list[str] = []
    for column, given in zip(columns, values, strict=True):
        found, said = _column(column, given)
        kept.append(found)
        notes += said
    return pa.table(kept, schema=pa.schema([column.field for column in columns])), notes


def _declared(name: str, field: Any) -> Declared:
    code, is_unsigned = field.type_code, bool(field.flags & _UNSIGNED)
    if code == FIELD_TYPE.BIT:
        return Declared(name, pa.int64() if field.length <= _BITS_OF_INT64 else pa.decimal128(20, 0), "bit")
    if code in _WHOLE:
        return Declared(name, _whole(code, is_unsigned), "integer")
    if code in (FIELD_TYPE.NEWDECIMAL, FIELD_TYPE.DECIMAL):
        return _decimal(name, field, is_unsigned)
    kind, native = _TYPES.get(code, (pa.string(), "text"))
    return Declared(name, kind, native)


def _whole(code: int, is_unsigned: bool) -> pa.DataType:
    if code == FIELD_TYPE.LONGLONG and is_unsigned:
        return pa.decimal128(20, 0)
    return pa.int64() if code == FIELD_TYPE.LONGLONG or (code == FIELD_TYPE.LONG and is_unsigned) else pa.int32()


def _decimal(name: str, field: Any, is_unsigned: bool) -> Declared:
    """The declared length counts the sign and the point."""
    precision = max(field.length - (field.scale > 0) - (not is_unsigned), field.scale, 1)
    comes_from_division = field.scale > _EXACT_PLACES and not field.org_name
    return Declared(name, exact(precision, field.scale) or pa.string(), f"decimal({precision},{field.scale})", comes_from_division)


def _column(column: Declared, given: Sequence[Any]) -> tuple[pa.Array | pa.ChunkedArray, Sequence[str]]:
    if column.native == "bit":
        numbers = [
            None if value is None else int.from_bytes(value if isinstance(value, bytes) else value.encode(), "big") for value in given
        ]
        return pa.array(numbers, column.kind), ()
    texts = pa.array(["\\x" + value.hex() if isinstance(value, bytes) else value for value in given], pa.string())
    if column.native == "timestamp":
        naive, notes = converted(texts, Declared(column.name, pa.timestamp("us"), column.native))
        return pc.assume_timezone(naive, "UTC"), notes
    return converted(texts, column)
