"""Periods of the calendar: whole days, their units, how they are moved and what they are called. Knows no data and no clock."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from analytics_agent.domain.schedule import PeriodUnit

_MONTHS = "January February March April May June July August September October November December"
MONTHS = tuple(_MONTHS.split())
UNITS: tuple[PeriodUnit, ...] = ("day", "week", "month", "quarter", "year")
_SIZE: dict[PeriodUnit, int] = {"month": 1, "quarter": 3, "year": 12}
_DAY = timedelta(days=1)
_SPELLED = re.compile(r"(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)")


@dataclass(frozen=True)
class Span:
    """`start` inclusive, `end` exclusive."""

    start: date
    end: date

    @property
    def last(self) -> date:
        return self.end - _DAY

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def joined(self, other: "Span") -> "Span":
        return Span(min(self.start, other.start), max(self.end, other.end))


def shifted(day: date, unit: PeriodUnit, steps: int) -> date:
    """The same day so many units later; a day that the month does not have becomes its last: 31 January and a month is 28 February."""
    if unit in ("day", "week"):
        return day + timedelta(days=steps * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + steps * _SIZE[unit]
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def shifted_end(last: date, unit: PeriodUnit, steps: int) -> date:
    """A last day (inclusive) moved: the end of a month stays the end of a month."""
    return shifted(last + _DAY, unit, steps) - _DAY


def shifted_span(span: Span, unit: PeriodUnit, steps: int) -> Span:
    return Span(shifted(span.start, unit, steps), shifted(span.end, unit, steps))


def beginning(day: date, unit: PeriodUnit) -> date:
    """The first day of the unit that holds it. Weeks begin on Monday (ISO 8601)."""
    if unit in ("day", "week"):
        return day - timedelta(days=day.weekday()) if unit == "week" else day
    return date(day.year, (day.month - 1) // _SIZE[unit] * _SIZE[unit] + 1, 1)


def holding(day: date, unit: PeriodUnit) -> Span:
    """The whole unit that holds a day."""
    start = beginning(day, unit)
    return Span(start, shifted(start, unit, 1))


def is_whole(span: Span, unit: PeriodUnit) -> bool:
    """Whether it is made of whole units, one or more."""
    return span.days > 0 and beginning(span.start, unit) == span.start and beginning(span.end, unit) == span.end


def whole_unit(span: Span) -> PeriodUnit | None:
    """The unit that it is exactly one of."""
    return next((unit for unit in UNITS if span == holding(span.start, unit)), None)


def units_between(earlier: date, later: date, unit: PeriodUnit) -> int:
    """From the unit that holds one day to the unit that holds the other."""
    if unit in ("day", "week"):
        return (beginning(later, unit) - beginning(earlier, unit)).days // (7 if unit == "week" else 1)
    months = (later.year - earlier.year) * 12
    return (months + beginning(later, unit).month - beginning(earlier, unit).month) // _SIZE[unit]


def most_steps(guess: int, fits: Callable[[int], bool]) -> int:
    """The greatest number of steps that fits, near a guess; what fits must fit for every smaller number."""
    steps = guess
    while not fits(steps):
        steps -= 1
    while fits(steps + 1):
        steps += 1
    return steps


def called(span: Span) -> str:
    """In words: "June 2013", "24–30 June 2013", "June to August 2013", "Q3 2013", "2013"."""
    if is_whole(span, "year"):
        return _pair(str(span.start.year), str(span.last.year))
    if whole_unit(span) == "quarter":
        return f"Q{(span.start.month + 2) // 3} {span.start.year}"
    if is_whole(span, "month"):
        return months_called(span)
    return _days(span.start, span.last)


def spelled(text: str) -> Span | None:
    """The period that stands among what a request restricts, first and last day: "2013-06-01 to 2013-08-31"."""
    found = _SPELLED.fullmatch(text)
    try:
        first, last = map(date.fromisoformat, found.groups()) if found else (date.max, date.min)
    except ValueError:
        return None
    return Span(first, last + _DAY) if first <= last < date.max else None


def when(name: str) -> str:
    """A period's name behind a figure: "in June 2013", "on 24 June 2013", "over 24–30 June 2013"."""
    if not name:
        return ""
    if "–" in name or " to " in name:
        return f"over {name}"
    return f"on {name}" if name[0].isdigit() and " " in name else f"in {name}"


def months_called(span: Span) -> str:
    """Whole months: "June 2013", "June to August 2013", "December 2013 to February 2014"."""
    first, last = MONTHS[span.start.month - 1], MONTHS[span.last.month - 1]
    if span.start.year != span.last.year:
        return f"{first} {span.start.year} to {last} {span.last.year}"
    return f"{_pair(first, last)} {span.last.year}"


def day_called(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _pair(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _days(first: date, last: date) -> str:
    if first == last:
        return day_called(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_called(last)}"
    begins = f"{first.day} {MONTHS[first.month - 1]}"
    return f"{begins} – {day_called(last)}" if first.year == last.year else f"{begins} {first.year} – {day_called(last)}"
