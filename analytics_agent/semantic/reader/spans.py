"""Spans of days that time phrases name, and what a phrase gives: one of them, two side by side, or words that could mean two."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from analytics_agent.domain.period import Span as Days
from analytics_agent.domain.period import called, shifted
from analytics_agent.domain.schedule import PeriodUnit
from analytics_agent.semantic.reader.words import Token
from analytics_agent.semantic.request import Compared

UNITS: tuple[PeriodUnit, ...] = ("day", "week", "month", "quarter", "year")
BEGINNING = date.min
"""Where a span has none: "before March"."""

Edge = Literal["", "beginning", "middle", "end"]


@dataclass(frozen=True)
class Span:
    """[start, end) and the unit it was said in ("July 2013" is a month). `dated`: its year was said, or follows from what was said.

    An `edge` of a month or year is a day where something begins or ends, and no period by itself: "mid May"."""

    start: date
    end: date
    unit: str
    dated: bool = field(default=True, compare=False)
    edge: Edge = ""

    def moved(self, years: int) -> "Span":
        return Span(shifted(self.start, "year", years), shifted(self.end, "year", years), self.unit, self.dated, self.edge)

    def called(self) -> str:
        return called(Days(self.start, self.end))


@dataclass(frozen=True)
class Found:
    """A time phrase: the tokens it covers, the spans it names, and whether two spans were set side by side ("from May to June").

    `earlier` says that it names no period of its own: the same a year before, or the period before."""

    first: int
    last: int
    spans: tuple[Span, ...]
    pair: bool = False
    earlier: Compared | None = None

    @property
    def whole(self) -> Span:
        return Span(self.spans[0].start, self.spans[-1].end, "range" if len(self.spans) > 1 else self.spans[0].unit)

    @property
    def is_open(self) -> bool:
        """Without a beginning."""
        return self.spans[0].start == BEGINNING


Hit = tuple[Span, int]
"""A span, and the last token of its words."""


class NoDay(Exception):
    """A relative or incomplete date, and no day to count from."""


class NoPeriod(Exception):
    """Words about time that no period here can be made of; the message says why, and what to say instead."""


class Unclear(Exception):
    """Words that name two periods. Each reading begins with words that, in their place, name one of them."""

    def __init__(self, first: int, last: int, question: str, readings: Sequence[str]) -> None:
        super().__init__(question)
        self.first, self.last, self.question, self.readings = first, last, question, tuple(readings)


class UnclearField(Unclear):
    """A value that several fields have. `fields` are those of the readings, in their order; `said` is the value as it was typed."""

    def __init__(self, first: int, last: int, said: str, fields: Sequence[str], readings: Sequence[str]) -> None:
        super().__init__(first, last, f"What is “{said}” here?", readings)
        self.said, self.fields = said, tuple(fields)


def unclear(tokens: Sequence[Token], first: int, last: int, readings: Sequence[tuple[str, Span]], said: str = "") -> Unclear:
    """Each reading with the days it would take."""
    said = said or " ".join(token.surface for token in tokens[first : last + 1])
    return Unclear(first, last, f"Which days does “{said}” mean?", tuple(f"{words}: {in_full(span)}" for words, span in readings))


def in_words(span: Span) -> str:
    """Words that name these days and nothing else; they do not set two days side by side."""
    last = span.end - timedelta(days=1)
    return span.start.isoformat() if span.start == last else f"{span.start.isoformat()} through {last.isoformat()}"


def in_full(span: Span) -> str:
    """First and last day, so that nobody has to count."""
    last = span.end - timedelta(days=1)
    if span.start == BEGINNING:
        return f"all days up to {last.isoformat()}"
    return span.start.isoformat() if span.start == last else f"{span.start.isoformat()} to {last.isoformat()}"


def unit_span(day: date, unit: str, back: int) -> Span:
    """The day's week, month, quarter or year, `back` of them earlier."""
    if unit == "day":
        start = day - timedelta(days=back)
        return Span(start, start + timedelta(days=1), unit)
    if unit == "week":
        start = day - timedelta(days=day.weekday() + 7 * back)
        return Span(start, start + timedelta(days=7), unit)
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    months = (day.year * 12 + day.month - 1) // size * size - size * back
    return Span(_from_months(months), _from_months(months + size), unit)


def fiscal_span(day: date, unit: str, back: int, fiscal_start: int) -> Span:
    """The same of a calendar whose year begins with another month."""
    moved = unit_span(shifted(day.replace(day=1), "month", 1 - fiscal_start), unit, back)
    start, end = (shifted(edge, "month", fiscal_start - 1) for edge in (moved.start, moved.end))
    return Span(start, end, f"fiscal_{unit}")


def day_span(day: date) -> Span:
    return Span(day, day + timedelta(days=1), "day")


def _from_months(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)
