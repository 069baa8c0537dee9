"""How a value is written in prose: rounding, thousands, signs, units, dates. The rules are those of the style page."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction

from analytics_agent.domain.cell import Cell
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.domain.period import MONTHS

NO_BREAK = "\u00a0"
MINUS = "\u2212"
SIGNIFICANT = 3
LONGEST_TEXT = 200
LONGEST_NUMBER = 10**40

SYMBOLS = {"USD": "$", "$": "$", "EUR": "€", "€": "€", "GBP": "£", "£": "£", "JPY": "¥", "¥": "¥", "INR": "₹", "₹": "₹"}
ONE_DECIMAL = {"min", "minute", "minutes", "points"}
_IDENTIFIER = re.compile(r"(^|_)(id|year|no|number|code|zip|key)$", re.IGNORECASE)
_GRAIN = re.compile(r"(?:^|[:_\s])(hour|day|week|month|quarter|year)$", re.IGNORECASE)
_DIGITS = Context(prec=400)


@dataclass(frozen=True)
class Shown:
    """A figure and the unit that follows it. `text` is both, with a no-break space."""

    figure: str
    unit: str | None = None

    @property
    def text(self) -> str:
        return f"{self.figure}{NO_BREAK}{self.unit}" if self.unit else self.figure


def show(cell: Cell | Fraction, column: ResultColumn) -> Shown:
    """A cell that is not empty, as the column's format asks. Numbers must be finite."""
    if isinstance(cell, bool):
        return Shown("yes" if cell else "no")
    if isinstance(cell, str) and column.type in ("date", "timestamp"):
        cell = _written(cell)
    if isinstance(cell, (date, time)):
        return Shown(_moment(cell, column))
    if isinstance(cell, (int, float, Decimal, Fraction)):
        return _number(Fraction(cell), column)
    return Shown(shorten(str(cell)))


def _written(text: str) -> date | str:
    """SQLite keeps days and moments as texts."""
    try:
        return date.fromisoformat(text) if len(text) == len("2025-05-12") else datetime.fromisoformat(text)
    except ValueError:
        return text


def shorten(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1].rstrip() + "…"


def _number(value: Fraction, column: ResultColumn) -> Shown:
    if column.format == "percent":
        return Shown(rounded(value * 100, 1 if column.decimals is None else column.decimals), "%")
    if column.format == "currency":
        return _currency(value, column)
    if not is_plain(column):
        return Shown(rounded(value, 0 if value.denominator == 1 else _places(value)).replace(",", ""))
    unit = column.unit
    if unit and value == 1 and re.fullmatch(r"[a-z]{3,}[^s]s", unit):
        unit = unit[:-1]
    return Shown(_plain(value, column), unit)


def is_plain(column: ResultColumn) -> bool:
    """Whether a number of it is a quantity without a form of its own: no percentage, no money, no name of a row."""
    return column.format not in ("text", "percent", "currency") and not names_rows(column)


def names_rows(column: ResultColumn) -> bool:
    """Whether whole numbers of it are names: an id, a code, a year."""
    return column.type == "integer" and bool(column.dimension or _IDENTIFIER.search(column.name))


def month_of_year(cell: Cell | Fraction, column: ResultColumn) -> str:
    """ "June" for the 6 of a column that numbers months; empty for everything else."""
    is_month = column.type == "integer" and column.dimension and column.dimension.rpartition(".")[2].lower() in ("month", "month_of_year")
    number = int(cell) if is_month and isinstance(cell, (int, Fraction)) and Fraction(cell).denominator == 1 else 0
    return MONTHS[number - 1] if 1 <= number <= len(MONTHS) else ""


def _currency(value: Fraction, column: ResultColumn) -> Shown:
    """A known currency's sign stands before the figure: $1,234.50; others follow it: 1,234.50 CHF."""
    unit, _, per = (column.unit or "").partition(" per ")
    places = column.decimals if column.decimals is not None else 0 if SYMBOLS.get(unit) == "¥" else 2
    figure = rounded(abs(value), places)
    sign = MINUS if value < 0 and figure.strip("0.,") else ""
    suffix = f"per {per}" if per else None
    if unit in SYMBOLS:
        return Shown(f"{sign}{SYMBOLS[unit]}{figure}", suffix)
    return Shown(sign + figure, " ".join(part for part in (unit, suffix) if part) or None)


def _plain(value: Fraction, column: ResultColumn) -> str:
    if column.decimals is not None:
        return rounded(value, column.decimals)
    if value.denominator == 1 and (column.type == "integer" or abs(value) < 10**15):
        return rounded(value, 1 if column.unit in ONE_DECIMAL and column.type != "integer" else 0)
    if column.unit in ONE_DECIMAL:
        return rounded(value, 1)
    return _scientific(value) if abs(value) >= 10**15 or abs(value) < Fraction(1, 10_000) else rounded(value, _places(value))


def _places(value: Fraction, significant: int = SIGNIFICANT) -> int:
    """Decimals that show so many significant figures; never cuts digits before the point."""
    return max(significant - 1 - _magnitude(value), 0)


def _magnitude(value: Fraction) -> int:
    """The power of ten of the first digit: 2 for 345, −3 for 0.00345. Zero has 0."""
    return _decimal(value).adjusted() if value else 0


def rounded(value: Fraction, places: int) -> str:
    """Half away from zero, on the exact value, as browsers round. A value that is not zero is never shown as zero."""
    if abs(value) >= LONGEST_NUMBER:
        return _scientific(value)
    if value and abs(value) * 2 < Fraction(1, 10**places):
        places = _places(value, 2)
    with localcontext(_DIGITS):
        rounded = _decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        return f"{rounded:,f}".replace("-", MINUS)


def _scientific(value: Fraction) -> str:
    exponent = _magnitude(value)
    mantissa = rounded(value / Fraction(10) ** exponent, 2)
    return f"{mantissa}{NO_BREAK}×{NO_BREAK}10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _decimal(value: Fraction) -> Decimal:
    with localcontext(_DIGITS):
        return Decimal(value.numerator) / Decimal(value.denominator)


def grain_of(column: ResultColumn) -> str | None:
    """hour, day, week, month, quarter or year, from the dimension's grain or the column's name."""
    match = _GRAIN.search(column.dimension or "") or _GRAIN.search(column.name)
    return match.group(1).lower() if match else None


def _moment(moment: date | time, column: ResultColumn) -> str:
    if isinstance(moment, time):
        return moment.strftime("%H:%M")
    if isinstance(moment, datetime):
        if moment.time() == time() and (column.format == "date" or grain_of(column) in {"day", "week", "month", "quarter", "year"}):
            return _day(moment.date(), column)
        zone = moment.tzname()
        return f"{_day(moment.date(), column)}, {moment.strftime('%H:%M')}" + (f"{NO_BREAK}{zone}" if zone else "")
    return _day(moment, column)


def _day(day: date, column: ResultColumn) -> str:
    """A period by its grain, when the day is where such a period starts."""
    grain = grain_of(column)
    if day.day == 1 and grain == "month":
        return f"{MONTHS[day.month - 1]}{NO_BREAK}{day.year}"
    if day.day == 1 and day.month in (1, 4, 7, 10) and grain == "quarter":
        return f"Q{(day.month + 2) // 3}{NO_BREAK}{day.year}"
    if (day.month, day.day) == (1, 1) and grain == "year":
        return str(day.year)
    written = f"{day.day}{NO_BREAK}{MONTHS[day.month - 1]}{NO_BREAK}{day.year}"
    return f"the week of {written}" if grain == "week" else written


def ordinal(place: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 22nd."""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{ending}"
