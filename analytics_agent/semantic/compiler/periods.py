"""The periods of a request counted out: the rows of a time axis, the ones they are compared with, and windows that end with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analytics_agent.domain.period import Span, beginning, shifted
from analytics_agent.domain.schedule import PeriodUnit
from analytics_agent.semantic.compiler import time
from analytics_agent.semantic.model import Cumulative
from analytics_agent.semantic.request import Compared, Grain

_DAY = timedelta(days=1)
_WEEKS_OF_A_YEAR = 52


@dataclass(frozen=True)
class PeriodRow:
    """A row of the axis: the day that it is called by, the period that its data is taken from, and what of it lies in the request."""

    name: date
    source: date
    span: Span


def rows_of(span: Span, grain: Grain, fiscal_start: int) -> list[PeriodRow]:
    return [PeriodRow(start, start, part) for start, part in time.periods(span, grain, fiscal_start)]


def earlier_rows(rows: Sequence[PeriodRow], compared: Compared, grain: Grain) -> list[PeriodRow]:
    return [PeriodRow(row.name, _earlier(row.source, compared, grain), _shifted(row.span, compared, grain)) for row in rows]


def earlier_span(span: Span, compared: Compared, grain: Grain | None) -> Span:
    """What a period is compared with: with an axis, everything one step of it earlier; else as much time right before, whole months as
    whole months, or the same days of the year before."""
    if grain is not None or compared == "previous_year":
        return _shifted(span, compared, grain)
    months = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month
    if span.start.day == span.end.day == 1:
        return Span(shifted(span.start, "month", -months), span.start)
    return Span(span.start - timedelta(days=span.days), span.start)


def _earlier(day: date, compared: Compared, grain: Grain | None) -> date:
    if compared == "previous_period" and grain is not None:
        return time.step(day, grain, -1)
    # A week of last year is one that begins on a Monday too.
    return shifted(day, "week", -_WEEKS_OF_A_YEAR) if grain == "week" else shifted(day, "year", -1)


def _shifted(span: Span, compared: Compared, grain: Grain | None) -> Span:
    """By its first and its last day: of 29 and of 31 the last that there is."""
    last = _earlier(span.last, compared, grain) + _DAY
    return Span(_earlier(span.start, compared, grain), max(last, _earlier(span.end, compared, grain)))


def window(cumulative: Cumulative, end: date) -> Span:
    """What a running total adds up that is told at the end of a day (exclusive)."""
    unit: PeriodUnit | None = cumulative.unit
    if unit is None:
        return Span(date.min, end)
    if not cumulative.count:
        return Span(beginning(end - _DAY, unit), end)
    return Span(shifted(end, unit, -cumulative.count), end)
