"""MariaDB's rows as an Arrow table: the type of each column from the protocol's descriptions, values from the text that is printed."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from asyncmy.constants import FIELD_TYPE

from analytics_agent.adapters.arrow_columns import distinct, from_text, numbers_from_text, plain

_UNSIGNED = 32
_BINARY = 63
"""The character set of bytes."""
_WHOLE = {FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.LONG, FIELD_TYPE.INT24, FIELD_TYPE.LONGLONG, FIELD_TYPE.YEAR}
_TYPES: dict[int, pa.DataType] = {
    FIELD_TYPE.FLOAT: pa.float32(),
    FIELD_TYPE.DOUBLE: pa.float64(),
    FIELD_TYPE.DATE: pa.date32(),
    FIELD_TYPE.NEWDATE: pa.date32(),
    FIELD_TYPE.TIME: pa.time64("us"),
    FIELD_TYPE.DATETIME: pa.timestamp("us"),
    FIELD_TYPE.TIMESTAMP: pa.timestamp("us"),
}
_EXACT_PLACES = 6
"""More places than these come from divisions, unless a column declares them."""


def as_table(fields: Sequence[Any], rows: Sequence[Sequence[Any]]) -> pa.Table:
    """`fields` are the driver's field descriptions; `rows` are texts, bytes or None."""
    names = distinct(field.name for field in fields)
    if not names:
        return pa.table({})
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pa.table([column(field, values) for field, values in zip(fields, columns, strict=True)], names=names)


def column(field: Any, values: Sequence[Any]) -> pa.Array | pa.ChunkedArray:
    """One column in the type that its field says, or text where a value does not fit it: a day 0000-00-00, a time beyond 24 hours."""
    if field.type_code == FIELD_TYPE.BIT:
        return _bits(values)
    if field.type_code in _WHOLE:
        return _whole(field, values)
    if field.type_code in (FIELD_TYPE.NEWDECIMAL, FIELD_TYPE.DECIMAL):
        return _decimal(field, values)
    texts = _texts(values)
    found = from_text(texts, _TYPES.get(field.type_code, pa.string()))
    is_instant = field.type_code == FIELD_TYPE.TIMESTAMP and pa.types.is_timestamp(found.type)
    return pc.assume_timezone(found, "UTC") if is_instant else found


def _whole(field: Any, values: Sequence[Any]) -> pa.Array | pa.ChunkedArray:
    wide = field.type_code == FIELD_TYPE.LONGLONG or (field.type_code == FIELD_TYPE.LONG and field.flags & _UNSIGNED)
    if field.type_code == FIELD_TYPE.LONGLONG and field.flags & _UNSIGNED:
        return plain(pa.chunked_array([from_text(_texts(values), pa.uint64())]))
    return from_text(_texts(values), pa.int64() if wide else pa.int32())


def _decimal(field: Any, values: Sequence[Any]) -> pa.Array | pa.ChunkedArray:
    """The declared length counts the sign and the point."""
    precision = field.length - (field.scale > 0) - (not field.flags & _UNSIGNED)
    is_exact = field.scale <= _EXACT_PLACES or field.org_name
    if not is_exact or not max(1, field.scale) <= precision <= 38:
        return numbers_from_text(_texts(values))
    exact = from_text(_texts(values), pa.decimal128(precision, field.scale))
    return plain(pa.chunked_array([exact])) if pa.types.is_decimal(exact.type) else numbers_from_text(_texts(values))


def _bits(values: Sequence[Any]) -> pa.Array | pa.ChunkedArray:
    numbers = [None if value is None else int.from_bytes(value, "big") for value in values]
    return plain(pa.chunked_array([pa.array(numbers, pa.uint64())]))


def _texts(values: Sequence[Any]) -> list[str | None]:
    return ["\\x" + value.hex() if isinstance(value, bytes) else value for value in values]
