"""Columns of declared types from values as an engine prints them. A value that its column cannot hold is kept as empty, and said.

Types come from what the engine declares, never from the values: the same statement gives the same schema for any rows, and for none.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, TypeAlias, cast

import pyarrow as pa
import pyarrow.compute as pc

from analytics_agent.domain.readable import NEVER_DATE, NEVER_MOMENT, PLACES_AS_NEEDED

if TYPE_CHECKING:
    from collections.abc import Iterator

Column: TypeAlias = "pa.Array | pa.ChunkedArray"

ANY_NUMBER = pa.decimal128(38, 9)
"""Numbers for which the engine declares no scale: 29 digits before the point and 9 after it, as BigQuery's NUMERIC."""

_WIDE = pa.decimal256(76, 30)
_SMALL = 0.00001
_CONTEXT = Context(prec=200, rounding=ROUND_HALF_EVEN, Emin=-20_000, Emax=200_000)
_DAY = 86_400_000_000
_DATE = r"(\d{4,})-(\d\d)-(\d\d)"
_TIME = r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?"
_ODD_DATE = re.compile(rf"{_DATE}( BC)?")
_ODD_MOMENT = re.compile(rf"{_DATE} {_TIME}(?:\+00)?( BC)?")
_ODD_TIME = re.compile(_TIME)


@dataclass(frozen=True)
class Declared:
    """A column of a result: its name, the Arrow type it is stored in, and what the engine calls its type."""

    name: str
    kind: pa.DataType
    native: str
    as_needed: bool = False
    """A number whose places say nothing: none are declared, or a division made them."""

    @property
    def field(self) -> pa.Field:
        return pa.field(self.name, self.kind, metadata=PLACES_AS_NEEDED if self.as_needed else None)

    def unfit(self) -> str:
        return f"Some values of {self.name} cannot be kept as {self.native}: they are not finite or out of its range, and left empty."

    def rounded(self) -> str:
        return f"Values of {self.name} nearer to zero than 0.00001 are kept to 9 places: cast it to double precision to have more."


def exact(precision: int, scale: int) -> pa.DataType | None:
    """The decimal type for so many digits, of which `scale` are after the point; None above 76 digits. A negative scale is 0."""
    digits, places = (precision - scale, 0) if scale < 0 else (max(precision, scale), scale)
    if not 0 < digits <= 76:
        return None
    return pa.decimal128(digits, places) if digits <= 38 else pa.decimal256(digits, places)


def converted(texts: Column, column: Declared) -> tuple[Column, tuple[str, ...]]:
    """The values in the column's type, and what is to be said of them."""
    if column.kind == ANY_NUMBER and column.as_needed:
        return _as_needed(texts, column)
    kind = column.kind
    if texts.type == kind:
        return texts, ()
    try:
        return _cast(texts, kind), ()
    except pa.ArrowInvalid:
        values = _held(texts, kind)
        return values, (column.unfit(),) if values.null_count > texts.null_count else ()


def utf8(values: Column) -> Column:
    """Bytes as text; what is not UTF-8 becomes the replacement sign."""
    try:
        return values.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array((None if value is None else value.decode("utf-8", "replace") for value in values.to_pylist()), pa.string())


def _cast(texts: Column, kind: pa.DataType) -> Column:
    if pa.types.is_boolean(kind):
        return pc.equal(texts, "t")
    if pa.types.is_time(kind):  # Arrow reads a time of day only as a part of a timestamp
        return pc.binary_join_element_wise(pa.scalar("1970-01-01"), texts, " ").cast(pa.timestamp("us")).cast(kind)
    return texts.cast(kind)


def _as_needed(texts: Column, column: Declared) -> tuple[Column, tuple[str, ...]]:
    try:
        return texts.cast(ANY_NUMBER), ()
    except pa.ArrowInvalid:
        pass
    try:
        wide = texts.cast(_WIDE)
        kept = pc.round(wide, 9)
        notes = (column.rounded(),) if _lost(wide, kept) else ()
        return kept.cast(ANY_NUMBER), notes
    except pa.ArrowInvalid:
        pass
    values = _held(texts, ANY_NUMBER)
    small = any(value is not None and _is_small(value) for value in texts.to_pylist())
    notes = (column.unfit(),) if values.null_count > texts.null_count else ()
    return values, (*notes, *((column.rounded(),) if small else ()))


def _lost(wide: Column, kept: Column) -> bool:
    """Whether a number so near to zero was rounded that its first digits suffered."""
    is_small = pc.less(pc.abs(kept), pa.scalar(Decimal("0.00001"), kept.type))
    return bool(pc.any(pc.and_(is_small, pc.not_equal(wide, kept))).as_py())


def _is_small(text: str) -> bool:
    number = _finite(text)
    return number is not None and 0 < abs(number) < _SMALL and number != _CONTEXT.quantize(number, Decimal("1e-9"))


def _held(texts: Column, kind: pa.DataType) -> Column:
    """Value by value where Arrow could not take them together; None for one that does not fit."""
    read = _reader(kind)
    if pa.types.is_decimal(kind):
        return pa.array((None if text is None else read(text) for text in texts.to_pylist()), kind)
    raw = pa.int32() if pa.types.is_date(kind) else pa.int64()
    if not (pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_time(kind)):
        return pa.array(_numbers(texts, kind), kind)
    return pa.array((None if text is None else read(text) for text in texts.to_pylist()), raw).cast(kind)


def _numbers(texts: Column, kind: pa.DataType) -> "Iterator[int | float | None]":
    for text in texts.to_pylist():
        try:
            yield None if text is None else pa.scalar(text).cast(kind).as_py()
        except pa.ArrowInvalid:
            yield None


def _reader(kind: pa.DataType) -> Callable[[str], int | Decimal | None]:
    if pa.types.is_decimal(kind):
        return lambda text: _decimal(text, kind)
    if pa.types.is_date(kind):
        return _days
    return _moment if pa.types.is_timestamp(kind) else _clock


def _decimal(text: str, kind: pa.DataType) -> Decimal | None:
    number = _finite(text)
    if number is None:
        return None
    rounded = _CONTEXT.quantize(number, Decimal(1).scaleb(-kind.scale))
    return rounded if len(rounded.as_tuple().digits) <= kind.precision else None


def _finite(text: str) -> Decimal | None:
    try:
        number = _CONTEXT.create_decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 150 else None


def _never(text: str, never: int) -> int | None:
    return {"infinity": never, "-infinity": -never}.get(text)


def _days(text: str) -> int | None:
    found = _ODD_DATE.fullmatch(text)
    if found is None:
        return _never(text, NEVER_DATE)
    return _day_number(found[1], found[2], found[3], found[4])


def _moment(text: str) -> int | None:
    found = _ODD_MOMENT.fullmatch(text)
    if found is None:
        return _never(text, NEVER_MOMENT)
    days = _day_number(found[1], found[2], found[3], found[8])
    if days is None:
        return None
    value = days * _DAY + _microseconds(found[4], found[5], found[6], found[7])
    return value if abs(value) < NEVER_MOMENT else None


def _clock(text: str) -> int | None:
    """24:00:00 is the end of the day; a time of day has no more."""
    found = _ODD_TIME.fullmatch(text)
    value = _microseconds(found[1], found[2], found[3], found[4]) if found else _DAY + 1
    return value if value <= _DAY else None


def _microseconds(hours: str, minutes: str, seconds: str, fraction: str | None) -> int:
    return (int(hours) * 3_600 + int(minutes) * 60 + int(seconds)) * 1_000_000 + int((fraction or "").ljust(6, "0"))


def _day_number(year: str, month: str, day: str, era: str | None) -> int | None:
    """Days since 1970 of a date of the proleptic Gregorian calendar; None for one that it does not have, as 0000-00-00 and 2024-02-31."""
    import numpy as np

    number = 1 - int(year) if era else int(year)
    if not era and number == 0:
        return None
    try:
        return cast(
            int, np.datetime64(f"{number:05d}-{month}-{day}" if number < 0 else f"{number:04d}-{month}-{day}", "D").astype(int).item()
        )
    except ValueError:
        return None
