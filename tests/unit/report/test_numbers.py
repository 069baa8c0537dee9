"""How values are shown in tables, charts and key figures."""

import math
from datetime import date, datetime
from decimal import Decimal

import pytest

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.report.numbers import bare, decimals_for, full, head, moment, number, part_of_time

MINUTES = ResultColumn("delay", "number", "Mean delay", unit="min", decimals=1)
SHARE = ResultColumn("share", "number", "Share", format="percent")
MONEY = ResultColumn("revenue", "number", "Revenue", unit="USD", format="currency")


@pytest.mark.parametrize(
    ("value", "column", "decimals", "shown"),
    [
        (1234567, ResultColumn("n", "integer", "Flights", unit="flights"), 0, "1,234,567\u00a0flights"),
        (-0.3, MINUTES, 1, "−0.3\u00a0min"),
        (-0.04, MINUTES, 1, "0.0\u00a0min"),
        (0.35, SHARE, 1, "35.0\u00a0%"),
        (Decimal("-1200.5"), MONEY, 2, "−$1,200.50"),
        (12, ResultColumn("f", "number", "Fare", unit="CHF", format="currency"), 2, "12.00\u00a0CHF"),
        (2.5, ResultColumn("s", "number", "Spend", unit="USD per month", format="currency"), 2, "$2.50\u00a0per month"),
        (2013, ResultColumn("year", "integer", "Year", dimension="flights.year"), 0, "2013"),
        (None, MINUTES, 1, "–"),
        (True, MINUTES, 1, "yes"),
        (math.nan, MINUTES, 1, "–"),
        (-math.inf, MINUTES, 1, "−∞"),
    ],
)
def test_a_value_is_shown_as_its_column_asks(value: object, column: ResultColumn, decimals: int, shown: str) -> None:
    assert full(value, column, decimals) == shown


def test_a_tie_is_rounded_away_from_zero_as_browsers_and_the_prose_do() -> None:
    assert [number(v, 1) for v in (0.25, -0.25, 0.35)] == ["0.3", "−0.3", "0.3"]  # 0.35 is stored as 0.34999…
    assert number(Decimal("0.125"), 2) == "0.13"


def test_a_column_has_one_number_of_decimals() -> None:
    assert decimals_for(ResultColumn("x", "number", "X"), (0.01234, 0.5)) == 3
    assert decimals_for(ResultColumn("x", "number", "X"), (1200.25, 3.0)) == 1
    assert decimals_for(ResultColumn("x", "number", "X"), (4.0, None)) == 0
    assert decimals_for(SHARE, (0.1,)) == 1


@pytest.mark.parametrize(
    ("value", "grain", "shown"),
    [
        (date(2013, 6, 24), "", "24\u00a0Jun\u00a02013"),
        (date(2013, 6, 1), "month", "June\u00a02013"),
        (date(2013, 7, 1), "quarter", "Q3\u00a02013"),
        (datetime(2013, 6, 24, 0, 0), "day", "24\u00a0Jun\u00a02013"),  # noqa: DTZ001
        (datetime(2013, 6, 24, 9, 5), "", "24\u00a0Jun\u00a02013, 09:05"),  # noqa: DTZ001
        (datetime(2013, 6, 24, 0, 0), "hour", "24\u00a0Jun\u00a02013, 00:00"),  # noqa: DTZ001
    ],
)
def test_a_date_is_shown_as_the_period_it_begins(value: date, grain: str, shown: str) -> None:
    assert moment(value, grain) == shown


@pytest.mark.parametrize(
    ("value", "name", "shown"),
    [
        (date(2013, 3, 1), "flight_month", "March\u00a02013"),
        (datetime(2013, 4, 1), "quarter", "Q2\u00a02013"),  # noqa: DTZ001 wall time
        (date(2013, 1, 1), "YEAR", "2013"),
        (date(2013, 3, 15), "flight_month", "15\u00a0Mar\u00a02013"),
        (date(2013, 2, 1), "quarter", "1\u00a0Feb\u00a02013"),
        (datetime(2013, 3, 1, 8, 30), "month", "1\u00a0Mar\u00a02013, 08:30"),  # noqa: DTZ001 wall time
        (date(2013, 3, 1), "opened_on", "1\u00a0Mar\u00a02013"),
    ],
)
def test_a_date_of_free_sql_is_the_period_that_its_column_is_named_after(value: date, name: str, shown: str) -> None:
    assert bare(value, ResultColumn(name, "date", name), 0) == shown


def test_a_table_head_names_the_unit_once() -> None:
    assert head(MINUTES) == "Mean delay,\u00a0min"
    assert head(ResultColumn("d", "number", "Delay in min", unit="min")) == "Delay in min"
    assert head(SHARE) == "Share,\u00a0%"
    assert head(ResultColumn("m", "number", "Minimum", unit="min")) == "Minimum,\u00a0min"


def test_months_and_hours_on_an_axis_are_named() -> None:
    assert part_of_time(6, ResultColumn("month", "integer", "Month", dimension="flights.month")) == "Jun"
    assert part_of_time(5, ResultColumn("hour", "integer", "Hour", dimension="flights.hour")) == "05"
    assert bare(6, ResultColumn("month", "integer", "Month", dimension="flights.month"), 0) == "June"
