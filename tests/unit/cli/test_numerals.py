"""Cells as people read them."""

from datetime import datetime

import pytest
from unit.cli.documents import Json, column

from analytics_agent.cli import numerals
from analytics_agent.cli.numerals import decimals_for, label, number, shown

MINUTES = column("x", unit="min")


@pytest.mark.parametrize(
    ("value", "of", "decimals", "options", "text"),
    [
        (1234.5, MINUTES, 1, {}, "1,234.5"),
        (4.24, MINUTES, 1, {"signed": True, "unit": True}, "+4.2 min"),
        (-4.24, MINUTES, 1, {"signed": True}, "−4.2"),
        (-0.01, MINUTES, 1, {"signed": True}, "0.0"),
        (0.35, column("x", format="percent"), 1, {}, "35.0 %"),
        (1200, column("x", format="currency", unit="USD"), 2, {"unit": True}, "$1,200.00"),
        (-1200, column("x", format="currency", unit="CHF"), 2, {"unit": True}, "−1,200.00 CHF"),
        (51356, column("x", "integer"), 0, {}, "51,356"),
    ],
)
def test_a_number_is_shown_with_its_sign_its_separators_and_its_unit(
    value: float, of: Json, decimals: int, options: dict[str, bool], text: str
) -> None:
    assert shown(value, of, decimals, **options) == text


@pytest.mark.parametrize(
    ("of", "values", "decimals"),
    [
        (column("x", decimals=3), [1.0], 3),
        (column("x", "integer"), [1.5], 0),
        (column("x"), [1.0, 2.0], 0),
        (column("x"), [0.01234], 4),
        (column("x"), [1234.5], 1),
        (column("x", format="percent"), [0.5], 1),
        (column("x", format="currency"), [0.5], 2),
        (column("x"), [], 0),
    ],
)
def test_a_column_has_one_number_of_decimals(of: Json, values: list[float], decimals: int) -> None:
    assert decimals_for(of, values) == decimals


@pytest.mark.parametrize("cell", [None, True, "north", float("nan"), "inf", [1]])
def test_what_is_no_finite_number_is_none(cell: object) -> None:
    assert number(cell) is None


def test_exact_money_comes_as_text_and_is_a_number() -> None:
    assert number("12.30") == 12.3


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, "not known"),
        (True, "yes"),
        ("2013-06-24", "24 Jun 2013"),
        ("2013-06-24T00:00:00", "24 Jun 2013"),
        ("2013-06-24T16:30:00", "24 Jun 2013, 16:30"),
        ("2013-06-99", "2013-06-99"),
        ("20130624", "20130624"),
        ("John F\nKennedy", "John F Kennedy"),
        (7, "7"),
    ],
)
def test_a_cell_names_its_row(cell: object, text: str) -> None:
    assert label(cell) == text


@pytest.mark.parametrize(
    ("cell", "column", "text"),
    [
        ("2025-01-01", "spend_date_month", "Jan 2025"),
        ("2025-04-01T00:00:00", "order_date_QUARTER", "Q2 2025"),
        ("2025-01-01", "year", "2025"),
        ("2025-01-06", "order_date_week", "6 Jan 2025"),
        ("2025-01-15", "month", "15 Jan 2025"),
        ("2025-02-01", "quarter", "1 Feb 2025"),
        ("2025-02-01", "year", "1 Feb 2025"),
        ("2025-01-01T16:30:00", "month", "1 Jan 2025, 16:30"),
        (None, "month", "not known"),
        ("March", "month", "March"),
    ],
)
def test_the_first_day_of_a_period_is_the_period_that_its_column_is_named_after(cell: object, column: str, text: str) -> None:
    assert label(cell, column) == text


def test_a_moment_today_is_told_by_its_time_alone() -> None:
    now = datetime.now().astimezone()
    assert numerals.local_time(now.isoformat()) == f"{now:%H:%M}"
    assert numerals.local_time("2013-06-24T12:00:00Z") == "2013-06-24"
    assert numerals.local_time(None) == "never"


@pytest.mark.parametrize(
    ("of", "is_one"),
    [
        (column("hour", "integer"), True),
        (column("flight_month", "integer"), True),
        (column("hour", "text"), False),
        (column("flights", "integer"), False),
    ],
)
def test_a_number_that_names_a_time_is_no_measure(of: Json, is_one: bool) -> None:
    assert numerals.is_time_part(of) is is_one
