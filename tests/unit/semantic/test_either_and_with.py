"""Words by which a hasty reader would take one of two things for both, or the one for the other."""

from datetime import date
from typing import Any

import pytest

from analytics_agent import semantic
from analytics_agent.resources import resource
from analytics_agent.semantic.reader import Outcome, Reading, Refuse, read


@pytest.fixture(scope="module")
def flights() -> dict[str, Any]:
    return semantic.overview(semantic.load((resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text()))


@pytest.fixture(scope="module")
def shop() -> dict[str, Any]:
    return semantic.overview(semantic.load((resource("sql_fixtures") / "shop" / "semantic_model.yaml").read_text()))


def of(question: str, model: dict[str, Any]) -> Outcome:
    return read(question, model, date(2013, 12, 31))


@pytest.mark.parametrize(
    "question",
    [
        "Flights on Mondays or in July",
        "Flights in July or on Mondays",
        "Flights by Delta or in June",
        "Flights before 2013-06-10 or after 2013-09-01",
        "Flights since October or before March",
        "Flights to and from JFK",
        "Flights from or to JFK",
    ],
)
def test_either_of_two_conditions_is_not_both(question: str, flights: dict[str, Any]) -> None:
    outcome = of(question, flights)
    assert isinstance(outcome, Refuse) and "either of two" in outcome.reason, outcome


@pytest.mark.parametrize(
    "question", ["Flights from JFK or LGA in June", "Flights on Mondays in July", "Flights JFK to BOS", "Flights after June"]
)
def test_conditions_that_hold_at_once_are_read(question: str, flights: dict[str, Any]) -> None:
    assert not isinstance(of(question, flights), Refuse)


@pytest.mark.parametrize(
    "question", ["Flights except JFK and Delta", "Flights by carrier, except JFK and Delta", "Flights not JFK or Delta"]
)
def test_whether_a_second_thing_is_left_out_too_is_not_guessed(question: str, flights: dict[str, Any]) -> None:
    outcome = of(question, flights)
    assert isinstance(outcome, Refuse) and "left out too" in outcome.reason, outcome


def test_each_thing_may_be_left_out_by_itself(flights: dict[str, Any]) -> None:
    outcome = of("Flights except JFK and except Delta", flights)
    assert isinstance(outcome, Reading) and {(f.field, f.op) for f in outcome.request.filters} == {
        ("flights.origin", "!="),
        ("flights.carrier", "!="),
    }


@pytest.mark.parametrize(
    "question", ["flights with delays", "flights with a delay", "flights with delay by carrier", "flights having arrival delays"]
)
def test_records_with_a_figure_may_be_a_number_of_them(question: str, flights: dict[str, Any]) -> None:
    outcome = of(question, flights)
    assert isinstance(outcome, Refuse) and "a number of flights" in outcome.reason and outcome.instead, outcome


@pytest.mark.parametrize("question", ["flights with mean delay by carrier", "flights with cancellations", "flights with the longest delay"])
def test_what_is_a_number_or_says_how_it_is_taken_together_is_read(question: str, flights: dict[str, Any]) -> None:
    assert isinstance(of(question, flights), Reading)


def test_of_records_of_the_shop_no_figure_is_given_in_place_of_their_number(shop: dict[str, Any]) -> None:
    for question in ("orders with discounts", "orders having a discount", "orders with revenue"):
        assert isinstance(read(question, shop, date(2025, 6, 30)), Refuse), question


@pytest.mark.parametrize("question", ["mean departure delay, rainy hours vs hours without rain", "flights: cancellations vs distance"])
def test_two_sides_are_of_one_kind(question: str, flights: dict[str, Any]) -> None:
    assert isinstance(of(question, flights), Refuse)


@pytest.mark.parametrize(
    "question",
    [
        "Delta's share of cancellations",
        "Delta's share of cancelled flights in June",
        "what share of cancellations did Delta have",
        "which carrier has the largest share of cancellations",
    ],
)
def test_whose_share_of_a_number_it_is_is_not_taken_for_a_rate(question: str, flights: dict[str, Any]) -> None:
    outcome = of(question, flights)
    assert isinstance(outcome, Refuse) and "its part of all cancellations" in outcome.reason, outcome


@pytest.mark.parametrize("question", ["Which month had the highest share of late departures?", "share of cancelled flights by carrier"])
def test_a_share_that_the_model_calls_so_is_read(question: str, flights: dict[str, Any]) -> None:
    assert isinstance(of(question, flights), Reading)
