"""A stored table as Python, people and spreadsheets can hold it.

What is stored is exact, in types that the engine declared. Here, by the values: a column of dates that Python's calendar does not have
is text (infinity, 0044-03-15 BC, 12000-01-01), and a number without declared places is of the plainest type that holds its values.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.catalog import ColumnType

if TYPE_CHECKING:
    import pyarrow as pa

PLACES_AS_NEEDED = {b"places": b"as needed"}
"""Marks a column of numbers for which the engine declares no scale."""

NEVER_DATE, NEVER_MOMENT = 2**31 - 1, 2**63 - 1
"""Stand for infinity in days and in microseconds; their negatives for minus infinity."""

_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
_DAY = 86_400_000_000
_PLAIN_PLACES = 6
"""Numbers of so many places are money or rounded; more places come from divisions, and binary floats hold them well enough."""


def readable(table: "pa.Table") -> "pa.Table":
    """The same rows and names. A table that holds nothing odd is returned as it is."""
    import pyarrow as pa

    stored = table.columns
    columns = [_readable(field, column) for field, column in zip(table.schema, stored, strict=True)]
    if all(now is before for now, before in zip(columns, stored, strict=True)):
        return table
    return pa.table(columns, names=table.column_names)


def column_type(kind: "pa.DataType") -> ColumnType:
    """Our type of an Arrow type."""
    import pyarrow.types as kinds

    tests: tuple[tuple[Callable[[Any], bool], ColumnType], ...] = (
        (kinds.is_boolean, "boolean"),
        (kinds.is_integer, "integer"),
        (kinds.is_floating, "number"),
        (lambda kind: kinds.is_decimal(kind) and kind.scale == 0, "integer"),
        (kinds.is_decimal, "number"),
        (kinds.is_date, "date"),
        (kinds.is_timestamp, "timestamp"),
        (kinds.is_time, "time"),
        (kinds.is_string, "text"),
        (kinds.is_large_string, "text"),
    )
    return next((ours for is_kind, ours in tests if is_kind(kind)), "other")


def _readable(field: "pa.Field", column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    import pyarrow.types as kinds

    kind = field.type
    if kinds.is_decimal(kind):
        as_needed = (field.metadata or {}).get(b"places") == b"as needed"
        return _plainest(column) if as_needed else _number(column)
    if kinds.is_date(kind) or kinds.is_timestamp(kind):
        return _moments(column)
    if kinds.is_time64(kind):
        return _times(column)
    return column


def _plainest(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    import pyarrow as pa

    exact = (pa.int64(), *(pa.decimal128(38, places) for places in range(_PLAIN_PLACES + 1)))
    return _first_that_holds(column, *exact, pa.float64())


def _number(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    import pyarrow as pa

    kind = column.type
    if kind.scale == 0 and kind.precision > 18:
        return _first_that_holds(column, pa.int64(), kind)
    return column if kind.precision <= 38 else _first_that_holds(column, pa.decimal128(38, min(kind.scale, 38)), kind)


def _first_that_holds(column: "pa.ChunkedArray", *wanted: "pa.DataType") -> "pa.ChunkedArray":
    import pyarrow as pa

    for kind in wanted:
        try:
            return column if kind == column.type else column.cast(kind)
        except pa.ArrowInvalid:
            continue
    return column


def _moments(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    import pyarrow as pa
    import pyarrow.compute as pc

    if str(column.type).startswith("timestamp[ns"):
        column = _microseconds(column)
    is_date = pa.types.is_date(column.type)
    whole = column.cast(pa.int32() if is_date else pa.int64())
    ends = pc.min_max(whole).as_py()
    unit = 1 if is_date else _DAY
    if ends["min"] is None or (_FIRST_DAY * unit <= ends["min"] and ends["max"] < (_LAST_DAY + 1) * unit):
        return column
    zone = "" if is_date or column.type.tz is None else "+00:00"
    texts = (None if value is None else _day(value) if is_date else _moment(value, zone) for value in whole.to_pylist())
    return pa.chunked_array([pa.array(texts, pa.string())])


def _microseconds(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    """Nanoseconds cut off; infinity stays infinity."""
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = column.cast(pa.int64())
    is_never = pc.greater_equal(pc.abs_checked(pc.max_element_wise(whole, -NEVER_MOMENT)), NEVER_MOMENT)
    parts = column.cast(pa.timestamp("us", column.type.tz), safe=False).cast(pa.int64())
    return pc.if_else(is_never, whole, parts).cast(pa.timestamp("us", column.type.tz))


def _times(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.type.unit == "ns":
        column = column.cast(pa.time64("us"), safe=False)
    last = pc.max(column.cast(pa.int64())).as_py()
    if last is None or last < _DAY:
        return column
    texts = (None if value is None else _clock(value) for value in column.cast(pa.int64()).to_pylist())
    return pa.chunked_array([pa.array(texts, pa.string())])


def _day(days: int) -> str:
    if abs(days) >= NEVER_DATE:
        return "infinity" if days > 0 else "-infinity"
    year, month, day = _civil(days)
    return f"{year:04d}-{month:02d}-{day:02d}" if year > 0 else f"{1 - year:04d}-{month:02d}-{day:02d} BC"


def _moment(value: int, zone: str) -> str:
    if abs(value) >= NEVER_MOMENT:
        return "infinity" if value > 0 else "-infinity"
    days, rest = divmod(value, _DAY)
    day, _, era = _day(days).partition(" ")
    return f"{day} {_clock(rest)}{zone}{' ' * bool(era)}{era}"


def _clock(microseconds: int) -> str:
    seconds, fraction = divmod(microseconds, 1_000_000)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{fraction:06d}" if fraction else text


def _civil(days: int) -> tuple[int, int, int]:
    """The day of the proleptic Gregorian calendar, year 0 being 1 BC (H. Hinnant, chrono-compatible low-level date algorithms)."""
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    day = of_year - (153 * shifted + 2) // 5 + 1
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + era * 400 + (month <= 2), month, day
