"""A cell of a stored result: its value as a number, and which written text names it. Knows nothing of formats for people."""

import difflib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

Cell = int | float | Decimal | str | bool | date | time | None
Given = str | int | float | bool


def cells(table: "pa.Table", column: str) -> list[Cell]:
    """A column as Python values. Nanoseconds are cut to microseconds: Arrow would import pandas for them."""
    values = table.column(column)
    if str(values.type).startswith("timestamp[ns"):
        import pyarrow as pa

        values = values.cast(pa.timestamp("us", tz=values.type.tz), safe=False)
    plain: list[Cell] = values.to_pylist()
    return plain


def as_number(cell: Cell) -> Fraction | None:
    """The exact value of a number; None for what is empty, not finite or no number. True and False are no numbers.

    A binary float counts as the shortest decimal that names it: 18.33 − 13.38 is 4.95, as anybody who checks it will say.
    """
    if isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal)):
        return None
    try:
        return Fraction(repr(cell)) if isinstance(cell, float) else Fraction(cell)
    except (ValueError, OverflowError):  # NaN, infinity
        return None


def find(column: Sequence[Cell], given: Given) -> list[int]:
    """The rows whose cell is named by `given`: to the letter, or else without regard to case and outer blanks."""
    exact = [row for row, cell in enumerate(column) if is_named(cell, given)]
    if exact or not isinstance(given, str):
        return exact
    wanted = given.strip().casefold()
    return [row for row, cell in enumerate(column) if isinstance(cell, str) and cell.strip().casefold() == wanted]


def is_named(cell: Cell, given: Given) -> bool:
    """Whether `given` names this value: 6 and "6.0" name the number 6, "2013-06" names 1 June 2013."""
    if isinstance(cell, bool) or cell is None:
        return str(given).casefold() == str(cell).casefold()
    if isinstance(cell, (int, float, Decimal)):
        number = decimal(given)
        return number is not None and not isinstance(given, bool) and number == decimal(cell)
    return str(given) in names(cell)


def decimal(value: Cell) -> Decimal | None:
    """A finite number as Decimal, from a number or its written form. Never expands an exponent: 1e999999 costs nothing."""
    try:
        number = Decimal(str(value).strip().replace("−", "-"))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def names(cell: Cell) -> tuple[str, ...]:
    """The texts that name a text, date or time."""
    if isinstance(cell, datetime):
        stamp = (cell.isoformat(), cell.isoformat(" "), cell.isoformat(timespec="minutes"), cell.isoformat(" ", timespec="minutes"))
        return (*stamp, *names(cell.date())) if cell.time() == time() else stamp
    if isinstance(cell, date):
        iso = cell.isoformat()
        return (iso, iso[:7]) if cell.day == 1 else (iso,)
    if isinstance(cell, time):
        return (cell.isoformat(), cell.isoformat(timespec="minutes"))
    return (str(cell),)


def nearest(given: str, known: Iterable[str], limit: int = 5) -> tuple[str, ...]:
    """The known names most like `given`, or else the first few: what to offer in place of a wrong one."""
    distinct = list(dict.fromkeys(known))
    folded: dict[str, str] = {}
    for name in distinct:
        folded.setdefault(name.casefold(), name)
    close = difflib.get_close_matches(given.casefold(), list(folded), n=limit, cutoff=0.5)
    return tuple(folded[name] for name in close) or tuple(distinct[:limit])
