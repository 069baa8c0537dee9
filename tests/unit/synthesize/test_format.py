"""How values are written: the style page's rules as a table."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from fakes.results import count, day, mean, money, percent, text

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.synthesize.format import month_of_year, ordinal, show

NUMBER = ResultColumn("x", "number", "X")


@pytest.mark.parametrize(
    ("value", "column", "shown"),
    [
        (18.33, mean("delay"), "18.3 min"),
        (18.25, mean("delay"), "18.3 min"),
        (-0.1, mean("delay"), "−0.1 min"),
        (13, mean("delay"), "13.0 min"),
        (0.04, mean("delay"), "0.040 min"),
        (0, mean("delay"), "0.0 min"),
        (-0.2143, mean("slope", "min per month"), "−0.214 min per month"),
        (336_776, count("flights"), "336,776 flights"),
        (1, count("flights"), "1 flight"),
        (0, count("flights"), "0 flights"),
        (2013, count("year", None), "2013"),
        (7, count("month", None, dimension="flights.month"), "7"),
        (12_345, ResultColumn("code", "integer", "Code", format="text"), "12345"),
        (2**70, count("bytes", None), "1,180,591,620,717,411,303,424"),
        (0.35017, percent("late"), "35.0 %"),
        (0.35017, percent("late", decimals=2), "35.02 %"),
        (0.00004, percent("late"), "0.0040 %"),
        (1.5, percent("late"), "150.0 %"),
        (-0.043, percent("late"), "−4.3 %"),
        (4.34, mean("change", "points"), "4.3 points"),
        (1234.5, NUMBER, "1,235"),
        (123.45, NUMBER, "123"),
        (12.345, NUMBER, "12.3"),
        (0.012345, NUMBER, "0.0123"),
        (12.0, NUMBER, "12"),
        (2.5, mean("x", None, decimals=3), "2.500"),
        (1.5e20, NUMBER, "1.50 × 10²⁰"),
        (-1.5e-7, NUMBER, "−1.50 × 10⁻⁷"),
        (Decimal("1234.50"), money("paid"), "$1,234.50"),
        (-5, money("paid", "EUR"), "−€5.00"),
        (1200, money("paid", "JPY"), "¥1,200"),
        (3.5, money("paid", "CHF"), "3.50 CHF"),
        (2, money("slope", "USD per month"), "$2.00 per month"),
        (date(2013, 6, 24), day("day"), "24 June 2013"),
        (date(2013, 6, 1), day("start", dimension="flights.date:month"), "June 2013"),
        (date(2013, 6, 1), day("month"), "June 2013"),
        (date(2013, 6, 2), day("month"), "2 June 2013"),
        (date(2013, 4, 1), day("start", dimension="flights.date:quarter"), "Q2 2013"),
        (date(2013, 1, 1), day("start", dimension="flights.date:year"), "2013"),
        (date(2013, 6, 24), day("start", dimension="flights.date:week"), "the week of 24 June 2013"),
        (datetime(2013, 6, 1, tzinfo=UTC), day("start", dimension="flights.date:month"), "June 2013"),
        (datetime(2013, 6, 24, 16, 5, tzinfo=UTC), day("left"), "24 June 2013, 16:05 UTC"),
        (time(16, 5), day("left"), "16:05"),
        (True, text("cancelled"), "yes"),
        ("Southwest", text("name"), "Southwest"),
    ],
)
def test_a_value_is_written_as_the_style_page_says(value: Any, column: ResultColumn, shown: str) -> None:
    assert show(value, column).text.replace("\u00a0", " ") == shown


def test_the_space_before_a_unit_does_not_break() -> None:
    assert show(18.33, mean("delay")).text == "18.3\u00a0min"
    assert show(0.35, percent("late")).text == "35.0\u00a0%"


def test_a_long_text_is_shortened() -> None:
    assert len(show("x" * 10_000, text("name")).text) == 200


def test_places_are_ordinals() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111, 1_000)] == [
        "1st",
        "2nd",
        "3rd",
        "4th",
        "11th",
        "12th",
        "13th",
        "21st",
        "102nd",
        "111th",
        "1,000th",
    ]


def test_a_month_of_the_year_is_told_by_its_name() -> None:
    numbered = ResultColumn("month", "integer", "Month of the year", dimension="orders.month")
    assert [month_of_year(number, numbered) for number in (1, 12, 0, 13)] == ["January", "December", "", ""]
    assert month_of_year(6, ResultColumn("months", "integer", "Months", dimension="contracts.months")) == ""
    assert month_of_year(6, ResultColumn("month", "integer", "Month")) == ""


def test_days_that_a_database_keeps_as_texts_are_written_as_days() -> None:
    assert show("2013-06-01", day("month")).text == show(date(2013, 6, 1), day("month")).text
    assert show("n/a", day("month")).text == "n/a"
