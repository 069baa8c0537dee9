"""How values are shown: thousands, true minus, no-break spaces, dates. A value that has no column to say otherwise is shown plainly."""

import math
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from analytics_agent.domain.evidence import ResultColumn

NBSP = "\u00a0"
MINUS = "\u2212"
EMPTY = "\u2013"
_SYMBOLS = {"$": "$", "USD": "$", "€": "€", "EUR": "€", "£": "£", "GBP": "£", "¥": "¥", "JPY": "¥"}
_TIME_PARTS = frozenset({"year", "month", "day", "hour", "week", "quarter", "weekday", "day_of_week", "minute"})


def grain(column: ResultColumn) -> str:
    """The period a time column counts in ("month"), empty where it is not known."""
    return (column.dimension or "").partition(":")[2]


def is_time_part(column: ResultColumn) -> bool:
    """A number that names a moment, such as the month 7 or the year 2013, and is no quantity."""
    last = (column.dimension or column.name).rpartition(".")[2].lower()
    return column.metric is None and column.type == "integer" and (last in _TIME_PARTS or last.endswith("_hour") or last.endswith("_year"))


def decimals_for(column: ResultColumn, values: Iterable[Any]) -> int:
    """One number of decimals for a whole column: its own, or as many as leave three significant figures of its largest value."""
    if column.decimals is not None:
        return column.decimals
    if column.format == "currency":
        return 2
    if column.format == "percent":
        return 1
    numbers = [abs(v) for v in values if is_number(v) and math.isfinite(v)]
    if not numbers or all(v == int(v) for v in numbers):
        return 0
    largest = max(numbers)
    if largest >= 1:
        return 1
    return 2 if largest >= 0.1 else 4


def is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def number(value: Any, decimals: int, *, signed: bool = False) -> str:
    """1234.5 → "1,234.5". A rounded zero has no sign."""
    if not math.isfinite(value):
        return "∞" if value == math.inf else f"{MINUS}∞" if value == -math.inf else EMPTY
    digits = f"{abs(value):,.{decimals}f}"
    zero = not any(c in "123456789" for c in digits)
    sign = "" if zero else MINUS if value < 0 else "+" if signed else ""
    return sign + digits


def bare(value: Any, column: ResultColumn, decimals: int, *, signed: bool = False) -> str:
    """The value without its unit, as in a table whose head names the unit."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_number(value):
        if is_time_part(column) or (column.dimension and not column.metric and column.format == "number"):
            return str(value).replace("-", MINUS)
        return number(value * 100 if column.format == "percent" else value, decimals, signed=signed)
    return moment(value, grain(column)) if isinstance(value, date | time) else str(value)


def full(value: Any, column: ResultColumn, decimals: int, *, signed: bool = False) -> str:
    """The value with its unit: "18.3 min", "35.0 %", "$1,200.00"."""
    text = bare(value, column, decimals, signed=signed)
    if not is_number(value) or not math.isfinite(value):
        return text
    before, after = units(column)
    if before:
        sign, digits = (text[0], text[1:]) if text[:1] in {MINUS, "+"} else ("", text)
        return f"{sign}{before}{digits}"
    return f"{text}{NBSP}{after}" if after else text


def units(column: ResultColumn) -> tuple[str, str]:
    """What stands before and after the column's figures."""
    if column.format == "percent":
        return "", column.unit if column.unit and column.unit.startswith("point") else "%"
    if column.format == "currency":
        symbol = _SYMBOLS.get(column.unit or "$")
        return (symbol, "") if symbol else ("", column.unit or "")
    return "", column.unit or ""


def moment(value: date | time, period: str = "") -> str:
    """A date, a time or the period that begins with it: "24 Jun 2013", "June 2013", "Q2 2013"."""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if period == "year":
        return str(value.year)
    if period == "quarter":
        return f"Q{(value.month + 2) // 3} {value.year}"
    if period == "month":
        return f"{value:%B} {value.year}"
    day = f"{value.day} {value:%b} {value.year}"
    if isinstance(value, datetime) and period not in {"day", "week"} and (value.hour or value.minute or value.second):
        return f"{day}, {value:%H:%M}"
    return day


def head(column: ResultColumn) -> str:
    """A column's label with its unit, for a table's head."""
    before, after = units(column)
    unit = before or after
    return f"{column.label}, {unit}" if unit and unit.lower() not in column.label.lower() else column.label


def count(n: int, one: str, many: str | None = None) -> str:
    """ "1 row", "1,204 rows"."""
    return f"{n:,}{NBSP}{one if n == 1 else many or one + 's'}"
