"""Periods of a time column: their grain, their place on a line of equal steps, and whether first and last are whole."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from analytics_agent.analyze.sheet import Sheet
from analytics_agent.domain.cell import Cell, as_number
from analytics_agent.errors import ToolRefused

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SECONDS = {"hour": 3_600, "day": 86_400, "week": 604_800}
_TEXT_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_GRAIN = re.compile(r":(hour|day|week|month|quarter|year)$")


@dataclass(frozen=True)
class Line:
    """Places of periods, counted in periods from the first. `grain` is a word such as month, or "step" for plain numbers."""

    grain: str
    places: tuple[int, ...]

    @property
    def missing(self) -> int:
        """Periods between first and last that have no row."""
        return max(self.places) - min(self.places) + 1 - len(set(self.places))


def line(sheet: Sheet, time: str) -> Line:
    """The places of the rows of a time column. Raises ToolRefused when a cell is empty or no time."""
    column = sheet.column(time)
    moments = [_moment(cell) for cell in sheet.cells(time)]
    if any(moment is None for moment in moments):
        raise ToolRefused(
            f"Column {time!r} of {sheet.query.id} is not a time in every row.",
            hint="`time` must be a date, a timestamp, a year or text such as 2013-06, without empty cells.",
        )
    known = [moment for moment in moments if moment is not None]
    if all(isinstance(moment, int) for moment in known):
        return _numbered(column.name, [moment for moment in known if isinstance(moment, int)])
    grain = _GRAIN.search(column.dimension or "")
    dated = [moment for moment in known if isinstance(moment, datetime)]
    return _dated(dated, grain.group(1) if grain else None)


def _moment(cell: Cell) -> datetime | int | None:
    """Dates as a naive datetime in their own zone; whole numbers (a year, a month's number) as they are."""
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - a day of the calendar has no zone
    if isinstance(cell, str):
        return _written(cell)
    number = as_number(cell)
    return int(number) if number is not None and number.denominator == 1 else None


def _written(text: str) -> datetime | None:
    match = _TEXT_PERIOD.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return datetime(year, month, day)  # noqa: DTZ001 - a day of the calendar has no zone
    except ValueError:
        return None


def _numbered(name: str, numbers: Sequence[int]) -> Line:
    word = next((grain for grain in ("year", "quarter", "month", "week", "day", "hour") if grain in name.casefold()), "step")
    return Line(word, tuple(number - min(numbers) for number in numbers))


def _dated(moments: Sequence[datetime], grain: str | None) -> Line:
    if grain in _MONTHS or (grain is None and all(_is_month_start(moment) for moment in moments)):
        return _monthly(moments, grain)
    start = min(moments)
    seconds = [round((moment - start).total_seconds()) for moment in moments]
    step = _SECONDS[grain] if grain else _common_step(seconds)
    word = grain or next((name for name, length in _SECONDS.items() if length == step), _step_name(step))
    # A clock change moves an hour; the nearest step is the place all the same.
    return Line(word, tuple(round(second / step) for second in seconds))


def _monthly(moments: Sequence[datetime], grain: str | None) -> Line:
    months = [moment.year * 12 + moment.month - 1 for moment in moments]
    start = min(months)
    step = _MONTHS[grain] if grain else _month_step([month - start for month in months], start)
    word = next(name for name, length in _MONTHS.items() if length == step)
    return Line(word, tuple((month - start) // step for month in months))


def _month_step(offsets: Sequence[int], start: int) -> int:
    """Quarters and years only when every period starts where one of them does; otherwise months."""
    common = math.gcd(*offsets)
    return next((step for step in (12, 3) if common and common % step == 0 and start % step == 0), 1)


def _is_month_start(moment: datetime) -> bool:
    return moment.day == 1 and moment.hour == moment.minute == moment.second == 0


def _common_step(seconds: Sequence[int]) -> int:
    return math.gcd(*(later - earlier for earlier, later in pairwise(sorted(seconds)))) or 1


def _step_name(step: int) -> str:
    return f"{timedelta(seconds=step).days} days" if step % 86_400 == 0 else "step"


def years_covered(line: Line) -> float | None:
    """How many years the line spans; None where the grain is no part of a year."""
    per_year = {"hour": 8_766, "day": 365.25, "week": 52.18, "month": 12, "quarter": 4}.get(line.grain)
    return None if per_year is None else (max(line.places) - min(line.places) + 1) / per_year


def end_of_period(cell: Cell, grain: str) -> date | None:
    """The first day after a dated period; None where that cannot be said."""
    moment = _moment(cell)
    if not isinstance(moment, datetime):
        return None
    if grain in _MONTHS:
        month = moment.year * 12 + moment.month - 1 + _MONTHS[grain]
        return date(month // 12, month % 12 + 1, 1)
    days = {"day": 1, "week": 7}.get(grain)
    return None if days is None else moment.date() + timedelta(days=days)


def start_of_period(cell: Cell) -> date | None:
    moment = _moment(cell)
    return moment.date() if isinstance(moment, datetime) else None
