"""Sentences that say how names are compared, or how an answer is shown: nothing else goes with them."""

from datetime import date
from typing import Any

import pytest

from analytics_agent import semantic
from analytics_agent.resources import resource
from analytics_agent.semantic.reader import Outcome, Reading, read
from analytics_agent.semantic.reader.presentation import parted


@pytest.fixture(scope="module")
def flights() -> dict[str, Any]:
    return semantic.overview(semantic.load((resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text()))


def rows(outcome: Outcome) -> list[object]:
    return [(f.op, f.values) for f in outcome.request.filters] if isinstance(outcome, Reading) else [outcome]


@pytest.mark.parametrize(
    "said",
    [
        "Filter airport, city, country names using ILIKE",
        "Match all strings case-insensitively using wildcard operators",
        "Filter strings of state using exact upper case matches",
        "Filter state code (eg NY), airport codes (eg JFK) using case-insensitive matches",
        "Match food_type case insensitively",
        "Match strings exactly",
        "please filter names using an exact match",
    ],
)
def test_how_names_are_compared_is_no_part_of_the_question(said: str) -> None:
    assert parted(f"Flights by month. {said}.")[0] == "Flights by month."


@pytest.mark.parametrize(
    "said",
    [
        "Filter for carriers like Delta",
        "Filter on exactly JFK",
        "Filter JFK using exact matches",
        "Filter out cancelled flights exactly",
        "Compare airlines like United and Delta",
        "Match flights from Newark case-insensitively",
        "Compare with the exact same month of 2012",
        "Filter flights",
    ],
)
def test_which_rows_are_meant_is_never_taken_for_how_they_are_compared(said: str, flights: dict[str, Any]) -> None:
    question = f"Flights by month. {said}."
    assert parted(question)[0] == question
    without = rows(read("Flights by month.", flights, date(2013, 12, 31)))
    assert rows(read(question, flights, date(2013, 12, 31))) != without
