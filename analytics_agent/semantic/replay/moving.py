"""The period of an accepted run, moved to the day on which a report is due.

The rule. A question's period is that of its primary query. What was complete when it was asked is complete in every report: it moves
to the latest place at which it has ended by the last day that counts, which is the day before the report is due or, where the data
ends earlier, the data's last day. What was still open moves to the place that holds that day. All other periods of the run move as
far as the primary's, so that they keep their distance to it. Everything is moved from the accepted run, never from the report before.

    asked                                        due                what the report covers
    "last month" on 15 December: November        1 July, 08:00      June
    "December 2013", data ends 31 Dec 2013       1 Feb 2014         January 2014, or December while January is not loaded
    "this month" on 15 December: December so far 15 July            July up to the 14th
    "last 7 days": 25 to 31 December             Monday 8 July      1 to 7 July
    "in summer" against spring                   1 September        June to August against March to May of that year
    "this year so far" on 15 December            1 July             January to June

The unit is chosen once, when the schedule is made; `propose` reads it from the period's shape and the question's words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analytics_agent.domain.evidence import Query
from analytics_agent.domain.mentions import Shift
from analytics_agent.domain.period import (
    UNITS,
    Span,
    beginning,
    called,
    day_called,
    is_whole,
    most_steps,
    shifted,
    units_between,
    whole_unit,
)
from analytics_agent.domain.schedule import PeriodUnit
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.compiler.calendar_filters import CannotMove
from analytics_agent.semantic.replay.accepted import Accepted, Footprint

_DAY = timedelta(days=1)
_ROLLING = re.compile(r"\b(?:last|past|previous)\s+(?:\w+\s+)?(day|week|month|quarter|year)s\b", re.IGNORECASE)
_SEASON = re.compile(r"\b(?:spring|summer|autumn|fall|winter)\b", re.IGNORECASE)
_LONG: tuple[PeriodUnit, ...] = ("month", "quarter", "year")
_YEARS_BACK = 5


@dataclass(frozen=True)
class Proposal:
    """By what a run's period moves, and why, in a sentence. `problem` is set where it cannot be moved at all: only repeated as it is."""

    unit: PeriodUnit | None
    reason: str
    problem: str = ""


@dataclass(frozen=True)
class Plan:
    """Where everything moves for one report. `shift` is None where nothing moves; `name` and `short` call the new period."""

    unit: PeriodUnit | None
    as_of: date
    steps: int = 0
    period: Span | None = None
    shift: Shift | None = None
    name: str = ""
    short: str = ""
    accepted_as_of: date = date.min
    to_date: bool = False

    def start(self, day: date) -> date:
        return shifted(day, self.unit, self.steps) if self.unit else day

    def end(self, day: date) -> date:
        """An exclusive end. What ran up to the day of asking, in this year or an earlier one, runs up to the new day."""
        if self.unit is None:
            return day
        for back in range(_YEARS_BACK) if self.to_date else ():
            if day == shifted(self.accepted_as_of + _DAY, "year", -back):
                return shifted(self.as_of + _DAY, "year", -back)
        return shifted(day, self.unit, self.steps)

    def move(self, span: Span) -> Span:
        return Span(self.start(span.start), self.end(span.end))


@dataclass(frozen=True)
class Lead:
    """The period of a run: that of the query that leads it."""

    span: Span
    foot: Footprint

    def called(self, span: Span, *, short: bool = False) -> str:
        return self.foot.called(span, short=short)


def last_day(as_of: date, due: date | None) -> date:
    """The last day that counts: the data's, or the day before the report is due."""
    return min(as_of, due - _DAY) if due else as_of


def propose(accepted: Accepted) -> Proposal:
    """The unit by which a run's period moves, None where it has none or cannot be moved."""
    feet = accepted.footprints
    lead = _lead(accepted, feet)
    problem = next((f"“{query.title}”: {foot.why_not}" for query, foot in feet if foot.why_not), "")
    if problem:
        return Proposal(None, f"{problem} It can be repeated as it is.", problem)
    if lead is None:
        by_itself = any(foot.by_itself for _, foot in feet)
        return Proposal(None, "Its SQL counts from the current day by itself." if by_itself else NO_PERIOD)
    unit = _unit(lead, accepted)
    if (why := why_not(accepted, unit)) is not None:
        return Proposal(None, f"{why} It can be repeated as it is.", why)
    return Proposal(unit, _reason(lead, unit, accepted.as_of))


NO_PERIOD = "The question names no period: each report covers all the data there is then."


def why_not(accepted: Accepted, unit: PeriodUnit | None) -> str | None:
    """Why the run cannot move by this unit, in a sentence; None where it can. To repeat it as it is can always be chosen."""
    if unit is None:
        return None
    feet = accepted.footprints
    lead = _lead(accepted, feet)
    if why := next((f"“{query.title}”: {foot.why_not}" for query, foot in feet if foot.why_not), None):
        return why
    if lead is None:
        return "The question names no period, so there is nothing to move."
    if unit in ("day", "week") and is_whole(lead.span, "month"):
        return f"{called(lead.span)} is made of whole months, which do not move by the {unit}."
    try:
        for steps in (-1, 1):
            trial = _plan(accepted, lead, unit, steps, shifted(accepted.as_of, unit, steps))
            for query, foot in feet:
                foot.moved(query, trial, accepted)
    except CannotMove as problem:
        return str(problem)
    except ToolRefused:  # its own words name what is near, which is not for everybody
        return "The semantic model has changed since this was answered."
    return None


def upcoming(accepted: Accepted, unit: PeriodUnit | None, due: Sequence[date]) -> tuple[str | None, ...]:
    """What each report will cover, by the day (in the schedule's zone) on which it is due, if the data has arrived by then.

    None where the question has no period."""
    lead = _lead(accepted, accepted.footprints)
    if lead is None:
        return tuple(None for _ in due)
    if unit is None:
        return tuple(lead.called(lead.span) for _ in due)
    try:
        return tuple(plan(accepted, unit, last_day(date.max, day)).name for day in due)
    except CannotMove:  # a table or a column has changed since: the next report will say so
        return tuple(None for _ in due)


def plan(accepted: Accepted, unit: PeriodUnit | None, last: date) -> Plan:
    """Where the run's periods move so that its report covers what counts up to `last`. Raises CannotMove where they do not any more."""
    feet = accepted.footprints
    lead = _lead(accepted, feet)
    if unit is not None and (lead is None or any(foot.why_not for _, foot in feet)):
        raise CannotMove(next((f"“{query.title}”: {foot.why_not}" for query, foot in feet if foot.why_not), "Its period is gone."))
    if lead is None:
        return Plan(None, last)
    if unit is None:
        return Plan(None, last, period=lead.span, name=lead.called(lead.span), short=lead.called(lead.span, short=True))
    return _plan(accepted, lead, unit, _steps(lead.span, unit, accepted.as_of, last), last)


def as_accepted(accepted: Accepted) -> Plan:
    """The period of the accepted run itself."""
    return plan(accepted, None, accepted.as_of)


def _lead(accepted: Accepted, feet: Sequence[tuple[Query, Footprint]]) -> Lead | None:
    """The primary query's; of a primary without a period, the first that has one."""
    primary = accepted.run.evidence.primary if accepted.run.evidence else None
    timed = [(query.id, Lead(foot.span, foot)) for query, foot in feet if foot.span is not None]
    return next((lead for name, lead in timed if name == primary), timed[0][1] if timed else None)


def _plan(accepted: Accepted, lead: Lead, unit: PeriodUnit, steps: int, last: date) -> Plan:
    to_date = _runs_to_date(lead.span, accepted.as_of, unit)
    made = Plan(unit, last, steps, accepted_as_of=accepted.as_of, to_date=to_date)
    after = made.move(lead.span)
    spans = [span for _, foot in accepted.footprints for span in (foot.span, foot.earlier) if span is not None]
    before = lead.span
    for span in spans:
        before = before.joined(span)
    shift = Shift(before, made.move(before), unit, steps)
    so_far = f", up to {day_called(last)}" if after.end > last + _DAY else ""
    names = (f"{lead.called(after)}{so_far}", f"{lead.called(after, short=True)}{so_far}")
    return Plan(unit, last, steps, after, shift, *names, accepted.as_of, to_date)


def _steps(span: Span, unit: PeriodUnit, as_of: date, last: date) -> int:
    """The greatest number of units: of a complete period such that it has ended by `last`, of an open one such that it has begun."""
    guess = units_between(span.last, last, unit)
    if span.end <= as_of + _DAY and not _runs_to_date(span, as_of, unit):
        return most_steps(guess, lambda steps: shifted(span.end, unit, steps) <= last + _DAY)
    return most_steps(guess, lambda steps: shifted(span.start, unit, steps) <= last)


def _runs_to_date(span: Span, as_of: date, unit: PeriodUnit | None = None) -> bool:
    """ "This year so far": from the beginning of a month, quarter or year (this unit, if one is given) up to the day of asking, in its
    middle."""
    units: tuple[PeriodUnit, ...] = (unit,) if unit else _LONG
    begins = any(beginning(as_of, each) == span.start for each in units if each in _LONG)
    return span.end == as_of + _DAY and begins and not is_whole(span, "month")


def _unit(lead: Lead, accepted: Accepted) -> PeriodUnit:
    """By the question's words where they say it ("the last three months"), else by the period's shape."""
    span, text = lead.span, accepted.run.question.text
    if lead.foot.calendar is not None and lead.foot.calendar.word:
        return "year"
    if (rolling := _ROLLING.search(text)) is not None:
        said = next(unit for unit in UNITS if unit == rolling[1].lower())
        return said if said in ("day", "week") or is_whole(span, said) else _of_shape(span, accepted.as_of)
    if whole_unit(span) == "week" and "week" in text.lower():
        return "week"
    if _runs_to_date(span, accepted.as_of):
        return _so_far(span, accepted.as_of, text)
    return "year" if _SEASON.search(text) else _of_shape(span, accepted.as_of)


def _so_far(span: Span, as_of: date, text: str) -> PeriodUnit:
    fits = [unit for unit in _LONG if beginning(as_of, unit) == span.start]
    return next((unit for unit in fits if unit in text.lower()), fits[0])


def _of_shape(span: Span, as_of: date) -> PeriodUnit:
    """One whole unit moves by it; several whole months that are no quarter (a season, two months side by side) by the year. Days that
    end with the day of asking move by the day; other days (25 December, the 10th to the 20th) come again each year."""
    whole = whole_unit(span)
    recent = as_of - _DAY <= span.last <= as_of
    if whole is not None:
        return whole if whole != "day" or recent else "year"
    if is_whole(span, "week"):
        return "week"
    return "year" if is_whole(span, "month") or not recent else "day"


def _reason(lead: Lead, unit: PeriodUnit, as_of: date) -> str:
    span, covers = lead.span, f"It covers {lead.called(lead.span, short=True)}."
    if _runs_to_date(span, as_of, unit):
        return f"{covers} Each report covers its {unit} up to the day before it is due."
    if span.end > as_of + _DAY:
        return f"{covers} That was not over yet: each report covers the {unit} in which it is due, up to the day before."
    if whole_unit(span) == unit:
        return f"{covers} Each report covers the last complete {unit} before it is due."
    if unit == "year":
        return f"{covers} Each report covers the same part of the year, the last one that is complete."
    return f"{covers} Each report covers as many {unit}s, the last complete ones before it is due."
