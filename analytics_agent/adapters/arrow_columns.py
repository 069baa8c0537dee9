"""Columns of any engine as Arrow columns that everything after can hold: exact where the engine is exact, text where nothing else fits.

Kept: integers, decimals of up to 38 digits, floats, booleans, dates, times, timestamps, text. Anything else - lists, structs, JSON,
intervals, bytes, UUIDs, enums, dates outside the years 1 to 9999 - becomes text rather than an error halfway through a report.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
_MICROSECONDS_A_DAY = 86_400_000_000


def tidy(table: pa.Table) -> pa.Table:
    """The same rows with plain column types and distinct names."""
    columns = [plain(table.column(index)) for index in range(table.num_columns)]
    return pa.table(columns, names=distinct(table.column_names)) if columns else pa.table({})


def distinct(names: Iterable[str]) -> list[str]:
    """Names without duplicates and blanks: a second `n` is `n_2`, a nameless column is `column_3` at the third place."""
    given = [name if name and name != "?column?" else f"column_{place}" for place, name in enumerate(names, start=1)]
    used: set[str] = set()
    for place, name in enumerate(given):
        number, free = 1, name
        while free in used or (number > 1 and free in given):
            number += 1
            free = f"{name}_{number}"
        given[place] = free
        used.add(free)
    return given


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """One column in one of the kept types."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return plain(column.cast(kind.value_type))
    if pa.types.is_decimal(kind):
        return _decimals(column)
    if pa.types.is_uint64(kind):
        return _narrowed(column, pa.int64(), pa.decimal128(20, 0))
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _moments(column)
    if pa.types.is_null(kind):
        return column.cast(pa.string())
    if _is_kept(kind):
        return column
    return pa.chunked_array([pa.array((_text(value) for value in column.to_pylist()), pa.string())])


def from_text(values: Sequence[str | None], kind: pa.DataType) -> pa.Array:
    """Values as an engine prints them, in the type wanted; in text when one of them does not fit it (infinity, the year 10000, NaN)."""
    texts = pa.array(values, pa.string())
    try:
        return _times(texts, kind) if pa.types.is_time(kind) else texts.cast(kind)
    except pa.ArrowInvalid:
        return texts


def _times(texts: pa.Array, kind: pa.DataType) -> pa.Array:
    """Arrow reads a time of day only as a part of a timestamp."""
    moments = pc.binary_join_element_wise(pa.scalar("1970-01-01"), texts, " ").cast(pa.timestamp("us"))
    return moments.cast(kind)


def numbers_from_text(values: Sequence[str | None]) -> pa.Array:
    """Numerics without a declared scale. Whole ones are int64 if they fit; up to 6 places are exact decimals (money, rounded
    figures); more places come from divisions and are float64, as are NaN and infinity."""
    present = [value for value in values if value is not None]
    places = max((_places(value) for value in present), default=99)
    wanted = [pa.int64()] if places == 0 else []
    wanted += [pa.decimal128(38, places)] if places <= 6 else []
    texts = pa.array(values, pa.string())
    for kind in (*wanted, pa.float64()):
        try:
            return texts.cast(kind)
        except pa.ArrowInvalid:
            continue
    return pa.array([None if value is None else float(value) for value in values], pa.float64())


def _places(text: str) -> int:
    """Digits after the point as printed; 99 for what is not a plain decimal number."""
    whole, _, fraction = text.lstrip("-").partition(".")
    return len(fraction) if (whole + fraction).isdigit() else 99


def _decimals(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.type.scale == 0 and column.type.precision > 18:
        return _narrowed(column, pa.int64(), column.type)
    return column if column.type.bit_width <= 128 else _narrowed(column, pa.decimal128(38, column.type.scale), pa.float64())


def _narrowed(column: pa.ChunkedArray, kind: pa.DataType, otherwise: pa.DataType) -> pa.ChunkedArray:
    try:
        return column.cast(kind)
    except pa.ArrowInvalid:
        return column.cast(otherwise)


def _moments(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Engines have dates that Python's calendar does not; a column that holds one is text."""
    is_date = pa.types.is_date(column.type)
    if not is_date:
        zone = column.type.tz and "UTC"
        column = column.cast(pa.timestamp("us", zone), safe=False)
    whole = column.cast(pa.int32() if is_date else pa.int64())
    ends = pc.min_max(whole).as_py()
    unit = 1 if is_date else _MICROSECONDS_A_DAY
    if ends["min"] is None or (_FIRST_DAY * unit <= ends["min"] and ends["max"] < (_LAST_DAY + 1) * unit):
        return column
    parts = (_moment_text(value, unit, column.type) for value in whole.to_pylist())
    return pa.chunked_array([pa.array(parts, pa.string())])


def _moment_text(value: int | None, unit: int, kind: pa.DataType) -> str | None:
    if value is None:
        return None
    if _FIRST_DAY * unit <= value < (_LAST_DAY + 1) * unit:
        return str(pa.scalar(value, pa.int32() if unit == 1 else pa.int64()).cast(kind).as_py())
    return "infinity" if value > 0 else "-infinity"


def _is_kept(kind: pa.DataType) -> bool:
    tests = (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean, pa.types.is_time, pa.types.is_string)
    return any(test(kind) for test in tests)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, pa.MonthDayNano):
        return _interval(value)
    if isinstance(value, (list, dict, tuple)):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value)


def _interval(value: Any) -> str:
    seconds = value.nanoseconds / 1e9
    parts = [f"{value.months} months" * bool(value.months), f"{value.days} days" * bool(value.days), f"{seconds:g} seconds" * bool(seconds)]
    return " ".join(part for part in parts if part) or "0 seconds"
