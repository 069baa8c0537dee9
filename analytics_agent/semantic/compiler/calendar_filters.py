"""Conditions of a metric request that choose a period without a date: season = summer, month in (6, 7, 8), quarter = Q2, year = 2013.

Only fields beside the fact's own time count: the year in which a plane was built is no period of the flights.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from analytics_agent.domain.period import MONTHS, Span, called
from analytics_agent.domain.schedule import PeriodUnit
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.model import Field, SemanticModel
from analytics_agent.semantic.request import Filter

Part = Literal["year", "quarter", "month", "season", "week", "day"]
_WORDS: dict[str, Part] = {
    "year": "year",
    "yr": "year",
    "quarter": "quarter",
    "qtr": "quarter",
    "month": "month",
    "season": "season",
    "week": "week",
}
_CHOOSING = ("=", "in", "between")
_RECURRING = frozenset(["weekday", "hour", "minute"])


class CannotMove(ToolRefused):
    """Why a query's period cannot be moved: a sentence for people."""


@dataclass(frozen=True)
class Calendar:
    """The months of one year that a request's filters choose. `said_year` is whether a filter names the year."""

    year: int
    months: tuple[int, ...]
    word: str
    parts: tuple[tuple[Filter, Part], ...]
    said_year: bool

    @property
    def span(self) -> Span:
        first, last = min(self.months), max(self.months)
        return Span(date(self.year, first, 1), date(self.year, last, monthrange(self.year, last)[1]) + timedelta(days=1))

    @property
    def name(self) -> str:
        """ "summer 2013: June to August", "winter 2013: January, February and December", "June 2013"."""
        if not self.word:
            return called(self.span) if self._is_run() else f"{_listed(MONTHS[m - 1] for m in self.months)} {self.year}"
        months = called(self.span).removesuffix(f" {self.year}") if self._is_run() else _listed(MONTHS[m - 1] for m in self.months)
        return f"{self.short}: {months}"

    @property
    def short(self) -> str:
        return f"{self.word} {self.year}" if self.word else self.name

    def _is_run(self) -> bool:
        return len(self.months) == max(self.months) - min(self.months) + 1

    def at(self, day: date) -> "Calendar":
        """The one whose first month holds a day: where it has been moved to."""
        months = self.months if day.month == min(self.months) else tuple(m - min(self.months) + day.month for m in self.months)
        return replace(self, year=day.year, months=months)


def part_of(field: Field) -> Part | None:
    """Which part of a date a field is, told by its name; None for every other field, and for a weekday or an hour."""
    words = [word for word in re.split(r"[^a-z]+", field.name.lower()) if word]
    if field.is_time or set(words) & _RECURRING:
        return None
    if words in (["day"], ["day", "of", "month"], ["mday"]):
        return "day"
    found = [_WORDS[word] for word in words if word in _WORDS]
    return None if "day" in words else next(iter(found), None)


def calendar(model: SemanticModel, filters: Sequence[Filter], fact: str, as_of: date) -> Calendar | None:
    """What the filters choose; None where none of them chooses a period. Raises CannotMove for one that is not understood."""
    found = [(f, part) for f in filters if (part := _part(model, f, fact)) is not None and f.op in (*_CHOOSING, "<", "<=", ">", ">=")]
    if not found:
        return None
    years = [year for f, part in found if part == "year" for v in f.values if (year := _number(v)) is not None]
    for f, part in found:
        if f.op not in _CHOOSING or part in ("week", "day") or (part == "year" and (len(f.values) != 1 or len(set(years)) != 1)):
            raise CannotMove(f"Its condition on {f.field} cannot be moved.")
    chosen = [_months(model, f, part) for f, part in found if part != "year"]
    months = tuple(sorted(set.intersection(*chosen))) if chosen else tuple(range(1, 13))
    if not months:
        raise CannotMove("Its conditions choose no month.")
    words = [str(v) for f, part in found if part == "season" for v in f.values]
    made = Calendar(years[0] if years else as_of.year, months, _listed(words), tuple(found), bool(years))
    return made if years or made.span.start <= as_of else replace(made, year=as_of.year - 1)


def moved_filters(found: Calendar, unit: PeriodUnit, to: Calendar, filters: Sequence[Filter]) -> list[Filter]:
    """The filters at their new place. Raises CannotMove for a season that is to move by the month and the like."""
    kinds = {part for _, part in found.parts} - {"year"}
    if unit != "year" and not (kinds == {unit} and len([v for f, part in found.parts if part == unit for v in f.values]) == 1):
        kind = next(iter(kinds), "year")
        raise CannotMove(f"Its condition on the {kind} moves by the year and not by the {unit}.")
    parts = {id(f): part for f, part in found.parts}
    return [_moved(f, parts.get(id(f)), unit, to) for f in filters]


def _moved(f: Filter, part: Part | None, unit: PeriodUnit, to: Calendar) -> Filter:
    if part == "year":
        return replace(f, values=tuple(_like(v, to.year) for v in f.values))
    if part is None or part != unit:
        return f
    place = min(to.months) if unit == "month" else (min(to.months) + 2) // 3
    return replace(f, values=tuple(_like(v, place) for v in f.values))


def _like(written: object, number: int) -> str | int:
    """A number as the old value was written: 6, "6", "06", "June", "Q2"."""
    if not isinstance(written, str):
        return number
    text = written.strip()
    if text.isdigit():
        return str(number).zfill(len(text))
    if text[:1].lower() == "q":
        return f"{text[:1]}{number}"
    name = MONTHS[number - 1]
    return name[:3] if len(text) == 3 and text.lower() != "may" else name


def _part(model: SemanticModel, f: Filter, fact: str) -> Part | None:
    field = model.field(f.field.partition(":")[0])
    time = model.default_time(fact)
    if field is None or time is None or field.dataset != time.dataset:
        return None
    part = part_of(field)
    return part or ("season" if model.seasons and all(str(v).lower() in _seasons(model) for v in f.values) and f.values else None)


def _seasons(model: SemanticModel) -> dict[str, tuple[int, ...]]:
    return {name.lower(): months for name, months in model.seasons.items()}


def _months(model: SemanticModel, f: Filter, part: Part) -> set[int]:
    if part == "season":
        known = _seasons(model)
        if not all(str(v).lower() in known for v in f.values):
            raise CannotMove(f"The model does not say which months {f.field} means.")
        return {month for v in f.values for month in known[str(v).lower()]}
    numbers = [_number(v) for v in f.values]
    places = [int(n) for n in numbers if n is not None and 1 <= n <= (12 if part == "month" else 4)]
    if len(places) != len(f.values):
        raise CannotMove(f"Its condition on {f.field} cannot be moved.")
    if f.op == "between":
        places = list(range(places[0], places[1] + 1))
    return set(places) if part == "month" else {3 * place - offset for place in places for offset in (0, 1, 2)}


def _number(value: object) -> int | None:
    """6, "6", "06", "June", "Q2"."""
    text = str(value).strip().lower()
    if text.removeprefix("q").isdigit():
        return int(text.removeprefix("q"))
    return next((number for number, month in enumerate(MONTHS, start=1) if len(text) >= 3 and month.lower().startswith(text)), None)


def _listed(words: Iterable[str]) -> str:
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last
