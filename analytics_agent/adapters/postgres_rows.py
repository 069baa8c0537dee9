"""PostgreSQL's rows as an Arrow table: the type of each column from its OID and modifier, values from the text the server prints."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from analytics_agent.adapters.arrow_columns import distinct, from_text, numbers_from_text

_BOOLEAN, _NUMERIC = 16, 1700
_TYPES: dict[int, pa.DataType] = {
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    26: pa.int64(),
    700: pa.float32(),
    701: pa.float64(),
    1082: pa.date32(),
    1083: pa.time64("us"),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", "UTC"),
}


def as_table(description: Sequence[Any], rows: Sequence[Sequence[str | None]]) -> pa.Table:
    """`description` is the cursor's; `rows` are texts or None."""
    names = distinct(column.name for column in description)
    if not names:
        return pa.table({})
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pa.table([_column(column, values) for column, values in zip(description, columns, strict=True)], names=names)


def _column(column: Any, values: Sequence[str | None]) -> pa.Array:
    if column.type_code == _BOOLEAN:
        return pa.array([None if value is None else value == "t" for value in values], pa.bool_())
    if column.type_code == _NUMERIC:
        return _numeric(column, values)
    return from_text(values, _TYPES.get(column.type_code, pa.string()))


def _numeric(column: Any, values: Sequence[str | None]) -> pa.Array:
    precision, scale = column.precision, column.scale
    if precision is None or scale is None or not 0 < precision <= 38 or not 0 <= scale <= precision:
        return numbers_from_text(values)
    exact = from_text(values, pa.decimal128(precision, scale))
    return exact if pa.types.is_decimal(exact.type) else numbers_from_text(values)
