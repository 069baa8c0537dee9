"""Periods keep their shape when they are moved, and are called as people call them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analytics_agent.domain.period import (
    UNITS,
    Span,
    beginning,
    called,
    holding,
    is_whole,
    most_steps,
    shifted,
    shifted_end,
    shifted_span,
    units_between,
    when,
    whole_unit,
)
from analytics_agent.domain.schedule import PeriodUnit

DAYS = some.dates(date(1950, 1, 1), date(2150, 12, 31))
STEPS = some.integers(-400, 400)
ANY_UNIT = some.sampled_from(UNITS)


def span(start: str, end: str) -> Span:
    return Span(date.fromisoformat(start), date.fromisoformat(end))


@given(DAYS, ANY_UNIT, STEPS)
def test_a_whole_unit_stays_one_wherever_it_is_moved(day: date, unit: PeriodUnit, steps: int) -> None:
    there = shifted_span(holding(day, unit), unit, steps)
    assert there == holding(there.start, unit)
    assert units_between(day, there.start, unit) == steps


@given(DAYS, ANY_UNIT, STEPS)
def test_what_is_moved_there_and_back_is_where_it_was(day: date, unit: PeriodUnit, steps: int) -> None:
    start = beginning(day, unit)
    assert shifted(shifted(start, unit, steps), unit, -steps) == start


@given(DAYS, some.sampled_from(["month", "quarter", "year"]), STEPS)
def test_the_end_of_a_month_stays_the_end_of_a_month(day: date, unit: PeriodUnit, steps: int) -> None:
    last = shifted_end(holding(day, "month").last, unit, steps)
    assert (last + timedelta(days=1)).day == 1


@given(DAYS, DAYS, ANY_UNIT)
def test_the_most_steps_that_fit_are_found_from_any_guess(start: date, limit: date, unit: PeriodUnit) -> None:
    def fits(steps: int) -> bool:
        return shifted(start, unit, steps) <= limit

    guess = units_between(start, limit, unit)
    assert {most_steps(guess + off, fits) for off in (-3, 0, 3)} == {most_steps(guess, fits)}
    assert fits(most_steps(guess, fits)) and not fits(most_steps(guess, fits) + 1)


def test_a_day_that_a_month_does_not_have_becomes_its_last() -> None:
    assert shifted(date(2013, 1, 31), "month", 1) == date(2013, 2, 28)
    assert shifted(date(2012, 2, 29), "year", 1) == date(2013, 2, 28)


@pytest.mark.parametrize(
    ("start", "end", "unit", "name"),
    [
        ("2013-06-24", "2013-06-25", "day", "24 June 2013"),
        ("2013-06-24", "2013-07-01", "week", "24–30 June 2013"),
        ("2013-12-30", "2014-01-06", "week", "30 December 2013 – 5 January 2014"),
        ("2013-06-27", "2013-07-04", None, "27 June – 3 July 2013"),
        ("2013-06-01", "2013-07-01", "month", "June 2013"),
        ("2013-07-01", "2013-10-01", "quarter", "Q3 2013"),
        ("2013-06-01", "2013-09-01", None, "June to August 2013"),
        ("2013-12-01", "2014-03-01", None, "December 2013 to February 2014"),
        ("2013-01-01", "2014-01-01", "year", "2013"),
        ("2012-01-01", "2014-01-01", None, "2012 to 2013"),
    ],
)
def test_a_period_is_called_by_its_unit(start: str, end: str, unit: PeriodUnit | None, name: str) -> None:
    assert (whole_unit(span(start, end)), called(span(start, end))) == (unit, name)


def test_an_empty_period_is_no_whole_unit() -> None:
    assert not is_whole(span("2013-06-01", "2013-06-01"), "month")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("June 2013", "in June 2013"),
        ("2013", "in 2013"),
        ("24 June 2013", "on 24 June 2013"),
        ("24–30 June 2013", "over 24–30 June 2013"),
        ("", ""),
    ],
)
def test_a_period_behind_a_figure_takes_its_preposition(name: str, said: str) -> None:
    assert when(name) == said
