"""Signs in questions: none is dropped, for without it the question is another one."""

from datetime import date
from typing import Any

import pytest

from analytics_agent import semantic
from analytics_agent.resources import resource
from analytics_agent.semantic.reader import Ask, Outcome, Reading, Refuse, read
from analytics_agent.semantic.reader.numbers import figure
from analytics_agent.semantic.reader.words import tokens


def overview(name: str) -> dict[str, Any]:
    return semantic.overview(semantic.load((resource("sql_fixtures") / name / "semantic_model.yaml").read_text()))


FLIGHTS, SHOP = overview("flights"), overview("shop")


def of_flights(question: str) -> Outcome:
    return read(question, FLIGHTS, date(2013, 12, 31))


def of_shop(question: str) -> Outcome:
    return read(question, SHOP, date(2025, 6, 30))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5.0), ("5000", 5_000.0), ("5,000", 5_000.0), ("1,234,567.5", 1_234_567.5), ("0.125", 0.125), ("2.50", 2.5),
        ("2,5", None), ("1,00,000", None), ("5.000", None), ("12,34", None), ("1.2.3", None), ("x", None),
    ],
)  # fmt: skip
def test_a_figure_is_one_number_to_everybody_or_none(text: str, number: float | None) -> None:
    assert figure(text) == number


@pytest.mark.parametrize(
    "question",
    [
        "How many flights were delayed more than 2,5 hours?",
        "flights of the last 2,5 months",
        "top 2,5 carriers by flights",
        "Which destinations had more than 5.000 departures?",
        "Which destinations had more than 2,5 thousand departures?",
        "Which carriers have more than 1,00,000 flights?",
    ],
)
def test_figures_of_two_readings_are_refused_as_such(question: str) -> None:
    outcome = of_flights(question)
    assert isinstance(outcome, Refuse) and "two ways" in outcome.reason, outcome


@pytest.mark.parametrize("sign", ["!=", "! =", "<>", "≠"])
def test_what_is_not_equal_is_left_out_or_refused(sign: str) -> None:
    outcome = of_flights(f"Flights {sign} UA")
    assert isinstance(outcome, Reading) and [(f.op, f.values) for f in outcome.request.filters] == [("!=", ("UA",))]
    assert isinstance(of_flights(f"Flights with origin {sign} JFK"), Refuse)
    assert isinstance(of_shop(f"How many orders {sign} cancelled?"), Refuse)


@pytest.mark.parametrize(
    "question",
    [
        "Which carriers have a mean arrival delay below -5 minutes?",
        "Which carriers have a mean arrival delay below −5 minutes?",
        "Which carriers have a mean arrival delay below -.5 minutes?",
        "top -5 carriers by flights",
        "flights in the last -3 months",
        "flights -UA",
    ],
)
def test_a_minus_is_refused_and_not_dropped(question: str) -> None:
    outcome = of_flights(question)
    assert isinstance(outcome, Refuse) and "minus sign" in outcome.reason, outcome


@pytest.mark.parametrize(
    ("question", "op", "value"),
    [
        ("Which carriers have a mean arrival delay ≥ 10?", ">=", 10.0),
        ("Which carriers have a mean arrival delay => 10?", ">=", 10.0),
        ("Which carriers have a mean arrival delay ≤ 10?", "<=", 10.0),
        ("Which carriers have a mean arrival delay > .5?", ">", 0.5),
        ("Which carriers have a cancellation rate over .05?", ">", 0.05),
    ],
)
def test_signs_of_a_limit_are_read(question: str, op: str, value: float) -> None:
    outcome = of_flights(question)
    assert isinstance(outcome, Reading) and [(h.op, h.value) for h in outcome.request.having] == [(op, value)]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Which carriers have a cancellation rate over 0.5‰?", "permille"),
        ("Which carriers had over ¥5000 flights?", "yen"),
        ("Which carriers have more than 10³ flights?", "raised"),
    ],
)
def test_a_sign_that_means_nothing_here_is_named(question: str, named: str) -> None:
    outcome = of_flights(question)
    assert isinstance(outcome, Refuse) and named in outcome.reason, outcome


@pytest.mark.parametrize(
    "question",
    ["net sales / orders by month", "net sales/orders", "revenue - returns by month", "revenue − returns", "returns * 2 orders by month"],
)
def test_of_a_calculation_no_part_is_answered(question: str) -> None:
    assert isinstance(of_shop(question), Refuse)


@pytest.mark.parametrize("question", ["cancellations / flights by month", "cancellations/flights", "late flights/total flights"])
def test_a_calculation_is_refused_as_one_where_its_words_are_a_phrase_of_the_model(question: str) -> None:
    outcome = of_flights(question)
    assert isinstance(outcome, Refuse) and "calculation" in outcome.reason, outcome


@pytest.mark.parametrize(
    "question", ["flights/day", "flights / day in June", "cancellation rate by origin/destination", "flights - by month"]
)
def test_signs_between_other_things_are_read_through(question: str) -> None:
    assert isinstance(of_flights(question), Reading)


def test_a_slash_between_values_lists_them() -> None:
    outcome = of_flights("JFK/LGA departures")
    assert isinstance(outcome, Ask) and "JFK and LGA" in outcome.question


def test_a_year_right_behind_a_comma_is_a_year() -> None:
    day, years = of_flights("Flights on July 4,2013"), of_flights("Flights in 2012,2013")
    assert isinstance(day, Reading) and day.request.time is not None and day.request.time.start == date(2013, 7, 4)
    assert isinstance(years, Ask) and "2012" in years.question


def test_a_sign_of_a_calculation_stays_with_the_word_behind_it() -> None:
    assert [(token.lower, token.sign) for token in tokens("a/b - c, d-e")] == [("a", ""), ("b", "/"), ("c", "-"), ("d", ""), ("e", "")]
