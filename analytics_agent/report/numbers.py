"""How values are shown: thousands, true minus, no-break spaces, dates. A value that has no column to say otherwise is shown plainly."""

import math
import re
from calendar import month_abbr, month_name
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from analytics_agent.domain.evidence import ResultColumn

NBSP = "\u00a0"
MINUS = "\u2212"
EMPTY = "\u2013"
UNKNOWN, BLANK = "not known", "(blank)"
_SYMBOLS = {"$": "$", "USD": "$", "€": "€", "EUR": "€", "£": "£", "GBP": "£", "¥": "¥", "JPY": "¥"}
_ONE_DECIMAL = frozenset({"min", "minute", "minutes", "points"})
_TIME_PARTS = frozenset({"year", "month", "day", "hour", "week", "quarter", "weekday", "day_of_week", "minute"})
_DIGITS = Context(prec=400)
_MOST_DECIMALS = 6
_CENTS_UNTIL = 10_000


def grain(column: ResultColumn) -> str:
    """The period a time column counts in ("month"), empty where it is not known."""
    return (column.dimension or "").partition(":")[2]


def is_time_part(column: ResultColumn) -> bool:
    """A number that names a moment, such as the month 7 or the year 2013, and is no quantity."""
    last = (column.dimension or column.name).rpartition(".")[2].lower()
    return column.metric is None and column.type == "integer" and (last in _TIME_PARTS or last.endswith(("_hour", "_year", "_month")))


def is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def decimals_for(column: ResultColumn, values: Iterable[Any]) -> int:
    """One number of decimals for a whole column: its own, or as many as leave the largest value some significant figures."""
    if column.decimals is not None:
        return column.decimals
    if column.format == "currency":
        return 2
    if column.format == "percent":
        return 1
    numbers = [abs(v) for v in values if is_number(v) and math.isfinite(v)]
    if column.type == "integer" or all(v == int(v) for v in numbers):
        return 0
    largest = max(numbers)
    if largest >= 1 and (column.unit or "").split(" per ")[0] in _ONE_DECIMAL:
        return 1
    return max(1, min(_MOST_DECIMALS, 2 - Decimal(largest).adjusted())) if largest else 0


def decimals_in_pictures(column: ResultColumn, values: Iterable[Any]) -> int:
    """As in a table, but that large amounts of money are told in whole units: the cents are in the table."""
    if column.format == "currency" and column.decimals in (None, 2):
        return 0 if max((abs(v) for v in values if is_number(v) and math.isfinite(v)), default=0) >= _CENTS_UNTIL else 2
    return decimals_for(column, values)


def shown_decimals(value: Any, column: ResultColumn, decimals: int) -> int:
    """So many, or as many as it takes: what is not zero is not told as zero."""
    if not is_number(value) or not math.isfinite(value) or not value:
        return decimals
    scaled = abs(Decimal(value)) * (100 if column.format == "percent" else 1)
    return decimals if scaled * 2 >= Decimal(1).scaleb(-decimals) else min(_MOST_DECIMALS, 1 - scaled.adjusted())


def number(value: Any, decimals: int, *, signed: bool = False) -> str:
    """1234.5 → "1,234.5", rounded half away from zero on the exact value as browsers do. A rounded zero has no sign."""
    if not math.isfinite(value):
        return "∞" if value == math.inf else f"{MINUS}∞" if value == -math.inf else EMPTY
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=_DIGITS)
    sign = "" if not rounded else MINUS if rounded < 0 else "+" if signed else ""
    return f"{sign}{abs(rounded):,f}"


def bare(value: Any, column: ResultColumn, decimals: int, *, signed: bool = False) -> str:
    """The value without its unit, as in a table whose head names the unit."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_number(value):
        if month := _month_of_year(value, column):
            return month
        if is_time_part(column) or (column.dimension and not column.metric and column.type == "integer"):
            return str(value).replace("-", MINUS)
        return number(Decimal(value) * 100 if column.format == "percent" else value, decimals, signed=signed)
    return moment(value, grain(column) or _grain_by_name(value, column)) if isinstance(value, date | time) else str(value)


def _month_of_year(value: Any, column: ResultColumn) -> str:
    """The 6 of a column that numbers months is June."""
    last = (column.dimension or column.name).rpartition(".")[2].lower()
    return month_name[value] if last == "month" and is_time_part(column) and isinstance(value, int) and 1 <= value <= 12 else ""


def _grain_by_name(value: date | time, column: ResultColumn) -> str:
    """Free SQL has no dimension: its column is named after a period, and holds the first day of one."""
    last = column.name.lower().rpartition("_")[2]
    if not isinstance(value, date) or value.day != 1 or (isinstance(value, datetime) and value.time() != time()):
        return ""
    months = {"month": 1, "quarter": 3, "year": 12}.get(last, 0)
    return last if months and (value.month - 1) % months == 0 else ""


_SEVERAL = re.compile(r"[a-z]{3,}[^s]s")
"""A unit that counts things, in English."""


def named(value: Any, column: ResultColumn) -> str:
    """A value that names a row, a bar or a line: never empty."""
    if value is None:
        return UNKNOWN
    return bare(value, column, decimals_for(column, (value,))) if not isinstance(value, str) or value.strip() else BLANK


def full(value: Any, column: ResultColumn, decimals: int, *, signed: bool = False) -> str:
    """The value with its unit: "18.3 min", "35.0 %", "$1,200.00"."""
    text = bare(value, column, decimals, signed=signed)
    if not is_number(value) or not math.isfinite(value):
        return text
    before, after = units(column)
    if value == 1 and _SEVERAL.fullmatch(after):
        after = after.removesuffix("s")  # 1 flight
    sign, digits = (text[0], text[1:]) if text[:1] in {MINUS, "+"} else ("", text)
    return f"{sign}{before}{digits}" + (f"{NBSP}{after}" if after else "")


def units(column: ResultColumn) -> tuple[str, str]:
    """What stands before and after the column's figures: ("$", "per month"), ("", "min"), ("", "%")."""
    if column.format == "percent":
        return "", "%"
    if column.format == "currency":
        unit, _, per = (column.unit or "$").partition(" per ")
        symbol = _SYMBOLS.get(unit, "")
        return symbol, " ".join(part for part in ("" if symbol else unit, f"per {per}" if per else "") if part)
    return "", column.unit or ""


def moment(value: date | time, period: str = "") -> str:
    """A date, a time or the period that begins with it: "24 Jun 2013", "June 2013", "Q2 2013". Names do not follow the locale."""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if period == "year":
        return str(value.year)
    if period == "quarter":
        return f"Q{(value.month + 2) // 3}{NBSP}{value.year}"
    if period == "month":
        return f"{month_name[value.month]}{NBSP}{value.year}"
    day = f"{value.day}{NBSP}{month_abbr[value.month]}{NBSP}{value.year}"
    if isinstance(value, datetime) and period not in {"day", "week"} and (period == "hour" or value.time() != time()):
        return f"{day}, {value:%H:%M}"
    return day


def part_of_time(value: Any, column: ResultColumn) -> str:
    """A label on an axis: the month 6 is "Jun", the hour 5 is "05"; everything else as in a table."""
    last = (column.dimension or column.name).rpartition(".")[2].lower()
    if value is None or isinstance(value, str):
        return named(value, column)
    if is_time_part(column) and isinstance(value, int):
        if last.endswith("month") and 1 <= value <= 12:
            return month_abbr[value]
        if last.endswith("hour") and 0 <= value <= 24:
            return f"{value:02d}"
    return bare(value, column, decimals_for(column, (value,)))


def head(column: ResultColumn) -> str:
    """A column's label with its unit, for a table's head."""
    unit = " ".join(part for part in units(column) if part)
    return (
        f"{column.label},{NBSP}{unit}"
        if unit and not re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", column.label, re.IGNORECASE)
        else column.label
    )


def count(n: int, one: str, many: str | None = None) -> str:
    """ "1 row", "1,204 rows"."""
    return f"{n:,}{NBSP}{one if n == 1 else many or one + 's'}"


def by(column: ResultColumn) -> str:
    """What values are split by, inside a sentence: "month" and not "date (month)"."""
    period = grain(column)
    return period if period and column.label.endswith(f"({period})") else lowered(column.label)


def lowered(label: str) -> str:
    """A label inside a sentence: "Carrier" → "carrier", "SKU" stays."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
