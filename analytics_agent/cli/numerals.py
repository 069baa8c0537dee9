"""Cells of a result as people read them: thousands, a true minus, units, dates. Values come from the API's JSON."""

import math
from calendar import month_abbr
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from analytics_agent.cli.plain import line

MINUS = "\u2212"
_SYMBOLS = {"$": "$", "USD": "$", "€": "€", "EUR": "€", "£": "£", "GBP": "£", "¥": "¥", "JPY": "¥"}
_MOST_DECIMALS = 6
_CENTS_UNTIL = 10_000
_TIME_PARTS = frozenset({"year", "quarter", "month", "week", "day", "weekday", "hour", "minute"})


def number(value: object) -> float | None:
    """A finite number; exact money comes as text. None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def decimals_for(column: dict[str, Any], values: Iterable[float]) -> int:
    """One number of decimals for a whole column: its own, or as many as leave its largest value some significant figures. Large amounts
    of money are drawn in whole units."""
    if column.get("format") == "currency" and column.get("decimals") in (None, 2):
        return 0 if max(map(abs, values), default=0.0) >= _CENTS_UNTIL else 2
    if column.get("decimals") is not None:
        return int(column["decimals"])
    if column.get("format") == "percent":
        return 1
    sizes = [abs(value) for value in values]
    largest = max(sizes, default=0.0)
    if column["type"] == "integer" or not largest or all(size == int(size) for size in sizes):
        return 0
    return 1 if largest >= 10 else min(_MOST_DECIMALS, max(1, 2 - math.floor(math.log10(largest))))


def shown(value: float, column: dict[str, Any], decimals: int, *, signed: bool = False, unit: bool = False) -> str:
    """ "1,234.5", "+4.2 min", "35.0 %", "$1,200.00". Percentages are stored as fractions, and always say so; a rounded zero has no sign."""
    before, after = units(column)
    scaled = value * 100 if column.get("format") == "percent" else value
    digits = f"{abs(scaled):,.{decimals}f}"
    sign = "" if not digits.strip("0.,") else MINUS if scaled < 0 else "+" if signed else ""
    return f"{sign}{before}{digits}" + (f" {after}" if after and (unit or after == "%") else "")


def units(column: dict[str, Any]) -> tuple[str, str]:
    """What stands before and after the figures of a column: ("$", ""), ("", "min"), ("", "%")."""
    unit = line(column.get("unit") or "")
    if column.get("format") == "percent":
        return "", "%"
    if column.get("format") == "currency" and (symbol := _SYMBOLS.get(unit or "$")):
        return symbol, ""
    return "", unit


def unit_of(column: dict[str, Any]) -> str:
    """The unit for a title; a sign that stands at every figure is not said twice."""
    return "" if column["format"] in ("percent", "currency") else units(column)[1]


def is_time_part(column: dict[str, Any]) -> bool:
    """A number that names a time, such as the month 7 or the hour 16."""
    return column["type"] == "integer" and not column["metric"] and column["name"].lower().rpartition("_")[2] in _TIME_PARTS


def moment(value: object) -> datetime | None:
    """A date or timestamp in ISO form, in its own wall time."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return None


def day(at: date) -> str:
    """24 Jun 2013."""
    return f"{at.day} {month_abbr[at.month]} {at.year}"


def local_time(iso: str | None, never: str = "never") -> str:
    """A moment of the API in this machine's time zone, as short as can be: 06:02 today, else 2026-11-22."""
    if not iso:
        return never
    at = datetime.fromisoformat(iso).astimezone()
    return f"{at:%H:%M}" if at.date() == datetime.now().astimezone().date() else f"{at:%Y-%m-%d}"


def label(value: object, column: str = "") -> str:
    """A cell that names its row; of a period that `column` is named after its first day says which: Jan 2025, Q1 2025, 2025."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and column.lower().rpartition("_")[2] == "month" and 1 <= value <= len(month_abbr) - 1:
        return month_abbr[value]
    at = moment(value) if isinstance(value, str) and len(value) >= 10 and value[4:5] == "-" else None
    if at is None:
        return line(value)
    if at.time() != time():
        return f"{day(at)}, {at:%H:%M}"
    return _period(at, column.lower().rpartition("_")[2]) or day(at)


def _period(first: datetime, grain: str) -> str:
    """The period that begins on this day; empty where none of the grain does."""
    if grain == "month" and first.day == 1:
        return f"{month_abbr[first.month]} {first.year}"
    if grain == "quarter" and first.day == 1 and first.month % 3 == 1:
        return f"Q{(first.month + 2) // 3} {first.year}"
    return str(first.year) if grain == "year" and (first.month, first.day) == (1, 1) else ""
