"""Periods as people say them: what each means, what is asked about, and what is refused with a sentence that says what to write."""

from datetime import date
from typing import Any

import pytest
from unit.semantic import shop as models

from analytics_agent import semantic
from analytics_agent.semantic.reader import Ask, Reading, Refuse, read

TODAY = date(2025, 6, 19)


@pytest.fixture(scope="module")
def overview() -> dict[str, Any]:
    return semantic.overview(models.model())


def period(overview: dict[str, Any], said: str) -> tuple[str, str]:
    outcome = read(f"How many orders were there {said}?", overview, TODAY)
    assert isinstance(outcome, Reading), outcome
    request = outcome.request
    assert not request.dimensions
    if request.time is None:
        return "", ", ".join(str(f.values[0]) for f in request.filters)
    return request.time.start.isoformat(), request.time.end.isoformat()


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("in the 12 months to May 2025", "2024-06-01", "2025-06-01"),
        ("in the year to May 2025", "2024-06-01", "2025-06-01"),
        ("in the year ending March 2025", "2024-04-01", "2025-04-01"),
        ("in the week ending June 7", "2025-06-01", "2025-06-08"),
        ("in the week commencing 2 June", "2025-06-02", "2025-06-09"),
        ("since the beginning of the year", "2025-01-01", "2025-06-20"),
        ("from May until now", "2025-05-01", "2025-06-20"),
        ("up to now", "", "2025-06-20"),
        ("so far", "", "2025-06-20"),
        ("by the end of 2024", "", "2025-01-01"),
        ("of all time", "", ""),
        ("in the 1990s", "1990-01-01", "2000-01-01"),
        ("in the 90s", "1990-01-01", "2000-01-01"),
        ("in 1850", "1850-01-01", "1851-01-01"),
        ("in '24", "2024-01-01", "2025-01-01"),
        ("in 2024Q2", "2024-04-01", "2024-07-01"),
        ("on the first Monday of June", "2025-06-02", "2025-06-03"),
        ("on the last Friday of May 2024", "2024-05-31", "2024-06-01"),
        ("in Jun-98", "1998-06-01", "1998-07-01"),
    ],
)
def test_it_is_read_as_it_is_meant(overview: dict[str, Any], said: str, start: str, end: str) -> None:
    assert period(overview, said) == (start, end)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("on June 31", "There is no 31 June."),
        ("on 30 February", "There is no 30 February."),
        ("on Feb 29 2025", "There is no 29 February 2025."),
        ("on 30/02/2025", "There is no day 2025-02-30."),
        ("on 2025-02-30", "There is no day 2025-02-30."),
        ("from Monday to Friday", "Name each weekday that is meant."),
        ("MTD vs last MTD", "“month to date compared with the same period last year”"),
        ("at night", "whole days are read here"),
        ("between 9am and 5pm", "whole days are read here"),
        ("recently", "“in the last 30 days”"),
        ("in the last few days", "“last few” names no days."),
        ("in early June", "“early” names no days."),
        ("on the 13th", "“13th” lacks its month."),
        ("in the 20s", "“20s” names no years"),
        ("in the twentieth century", "names no years"),
    ],
)
def test_what_is_no_period_is_refused_with_what_to_write(overview: dict[str, Any], said: str, told: str) -> None:
    outcome = read(f"How many orders were there {said}?", overview, TODAY)
    assert isinstance(outcome, Refuse) and told in outcome.reason, outcome


@pytest.mark.parametrize(
    ("said", "readings"),
    [
        ("in Jun-25", [("June 2025", ("2025-06-01", "2025-07-01")), ("2024-06-25", ("2024-06-25", "2024-06-26"))]),
        ("in April or May", [("2025-04-01 through 2025-05-31", ("2025-04-01", "2025-06-01"))]),
        ("in 2023 and 2024", [("2023-01-01 through 2024-12-31", ("2023-01-01", "2025-01-01"))]),
    ],
)
def test_what_may_be_two_periods_is_asked_and_each_answer_is_heard(
    overview: dict[str, Any], said: str, readings: list[tuple[str, tuple[str, str]]]
) -> None:
    question = f"How many orders were there {said}?"
    outcome = read(question, overview, TODAY)
    assert isinstance(outcome, Ask), outcome
    heads = [reading.partition(":")[0] for reading in outcome.readings]
    for answer, (start, end) in readings:
        assert answer in heads
        heard = read(question, overview, TODAY, clarified=answer)
        assert isinstance(heard, Reading) and heard.request.time is not None, heard
        assert (heard.request.time.start.isoformat(), heard.request.time.end.isoformat()) == (start, end)


def test_each_month_on_its_own_is_an_answer_too(overview: dict[str, Any]) -> None:
    question = "How many orders were there in April and May?"
    asked = read(question, overview, TODAY)
    assert isinstance(asked, Ask)
    heard = read(question, overview, TODAY, clarified=asked.readings[1].partition(":")[0])
    assert isinstance(heard, Reading) and heard.request.dimensions == ("orders.placed_on:month",)


def test_by_month_to_june_is_a_split_and_no_month_to_june(overview: dict[str, Any]) -> None:
    outcome = read("Orders by month from January to May 2025", overview, TODAY)
    assert isinstance(outcome, Reading) and outcome.request.dimensions == ("orders.placed_on:month",)
    assert outcome.request.time is not None and outcome.request.time.start == date(2025, 1, 1)
