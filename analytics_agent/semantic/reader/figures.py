"""Dates written in figures that name two days or none: they are asked about, or refused."""

import re
from collections.abc import Sequence
from datetime import date

from analytics_agent.domain.period import MONTHS, shifted
from analytics_agent.semantic.reader.spans import NoPeriod, Span, day_span, unclear
from analytics_agent.semantic.reader.words import Token


def two_ways(tokens: Sequence[Token], at: int) -> None:
    """Figures that may be two dates, which written.py hands on as one word. Raises Unclear."""
    if figures := re.fullmatch(r"date(\d\d)x(\d\d)x(\d{4})", tokens[at].lower):
        days = [date(int(figures[3]), int(figures[month]), int(figures[3 - month])) for month in (2, 1)]
        raise unclear(tokens, at, at, [(day.isoformat(), day_span(day)) for day in days], "/".join(figures.groups()))
    if short := re.fullmatch(r"month(\d\d)x(\d\d)x(\d{4})x(\d{4})", tokens[at].lower):
        month, day, year, latest = map(int, short.groups())
        begins, said = date(year, month, 1), MONTHS[month - 1]
        one = [(f"{said} {year}", _from(begins, 1, "month")), (f"{latest}-{month:02}-{day:02}", day_span(date(latest, month, day)))]
        raise unclear(tokens, at, at, one, f"{said[:3]}-{day:02}")
    if years := re.fullmatch(r"years(\d{4})x(\d\d)", tokens[at].lower):
        first, month = int(years[1]), int(years[2])
        both = [
            (f"{first} to {first // 100 * 100 + month}", _from(date(first, 1, 1), 12 * (first // 100 * 100 + month - first + 1), "range"))
        ]
        both += [(f"{date(first, month, 1):%B} {first}", _from(date(first, month, 1), 1, "month"))] if 1 <= month <= 12 else []
        raise unclear(tokens, at, at, both, "-".join(years.groups()))


def no_day(tokens: Sequence[Token], at: int) -> None:
    """A date in figures that no calendar has. Raises NoPeriod."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", tokens[at].lower):
        raise NoPeriod(f"There is no day {tokens[at].surface}. Write a day as year, month and day: “2025-06-30”.")


def _from(start: date, months: int, unit: str) -> Span:
    return Span(start, shifted(start, "month", months), unit)
