"""Values made comparable across engines and types: what counts as the same value, before any tolerance.

- A number is a number, whatever its type: 12, 12.0, Decimal("12.00"); true is 1 and false is 0, as SQLite has them.
- A timestamp at midnight is its date, one with a time zone is compared in UTC, and a date in ISO text is a date: SQLite has only text.
- Text is compared by case and letter; blanks at its end do not count, which is how SQL compares CHAR(n).
- NULL equals NULL and nothing else. NaN and the infinities equal themselves.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import pyarrow as pa

Cell: TypeAlias = int | float | tuple[str, Any] | None
"""A whole number is an int, another one a float; what is no number has its kind before it."""

_EXACT = 2**53
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:[+-]\d{2}(?::?\d{2})?|Z)?)?")


@dataclass(frozen=True)
class Column:
    """`fractional`: it holds numbers that are not whole, so it is compared with a tolerance."""

    cells: tuple[Cell, ...]
    fractional: bool


@dataclass(frozen=True)
class Grid:
    """A result as columns of comparable values; its `height` counts also where there are no columns."""

    columns: tuple[Column, ...]
    height: int


def of_table(table: "pa.Table") -> Grid:
    """Columns by their place: two of one name are two."""
    return Grid(tuple(_column(table.column(place).to_pylist()) for place in range(table.num_columns)), table.num_rows)


def of_rows(rows: Sequence[Sequence[Any]]) -> Grid:
    width = len(rows[0]) if rows else 0
    return Grid(tuple(_column([row[place] for row in rows]) for place in range(width)), len(rows))


def _column(values: Iterable[Any]) -> Column:
    cells = tuple(map(cell, values))
    return Column(cells, any(isinstance(each, float) for each in cells))


def cell(value: Any) -> Cell:
    match value:
        case None:
            return None
        case bool() | int():
            return int(value)
        case float() | Decimal():
            return _number(value)
        case str():
            return _text(value)
        case datetime():
            return _instant(value)
        case date():
            return "time", value.isoformat()
        case time():
            return "clock", value.isoformat()
        case timedelta():
            return "span", value.total_seconds()
        case list() | tuple():
            return "list", tuple(map(cell, value))
        case dict():
            return "object", tuple(sorted((str(name), cell(each)) for name, each in value.items()))
        case _:
            return type(value).__name__, str(value)


def _number(value: float | Decimal) -> Cell:
    if not math.isfinite(value):
        return "number", str(float(value))
    # A float beyond 2^53 is whole by its nature, not by its meaning.
    is_whole = value == int(value) and (isinstance(value, Decimal) or abs(value) < _EXACT)
    return int(value) if is_whole else float(value)


def _text(value: str) -> Cell:
    if _ISO.fullmatch(value):
        try:
            return _instant(datetime.fromisoformat(value))
        except ValueError:  # a thirteenth month
            pass
    return "text", value.rstrip(" ")


def _instant(value: datetime) -> Cell:
    local = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return "time", local.date().isoformat() if local.time() == time() else local.isoformat()
