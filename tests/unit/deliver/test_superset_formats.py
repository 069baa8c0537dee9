"""d3 formats from columns and from figures as they were shown."""

from dataclasses import replace

import pytest
from fakes.published_runs import DELAY, FLIGHTS, LATE, figure

from analytics_agent.deliver.superset_formats import number_format, shown_decimals, time_format, unit_shown
from analytics_agent.domain.evidence import ResultColumn

PRICE = ResultColumn("price", "number", "Price", unit="USD", format="currency")


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (DELAY, ",.1f"),
        (LATE, ",.1%"),
        (FLIGHTS, ",.0f"),
        (replace(LATE, decimals=None), ",.1%"),
        (PRICE, "$,.2f"),
        (replace(PRICE, unit="CHF"), ",.2f"),
        (replace(PRICE, unit="EUR", decimals=0), ",.0f"),
    ],
)
def test_a_column_is_formatted_by_its_unit_and_decimals(column: ResultColumn, expected: str) -> None:
    assert number_format(column) == expected


def test_a_currency_that_is_no_dollar_is_named_beside_the_figure() -> None:
    assert (unit_shown(PRICE), unit_shown(replace(PRICE, unit="CHF")), unit_shown(LATE)) == ("", "CHF", "")


@pytest.mark.parametrize(
    ("shown", "column", "decimals"),
    [
        ("328,521\u00a0flights", FLIGHTS, 0),
        ("12.64\u00a0min", DELAY, 2),
        ("35.0\u00a0%", LATE, 1),
        ("−3.5 min", DELAY, 1),
        ("12.6", DELAY, 1),
        ("1 flight", FLIGHTS, 0),
        ("1.2 million", DELAY, None),
        ("1.23 × 10⁹", DELAY, None),
        ("35 %", DELAY, None),
        ("the week of 24 June 2013", DELAY, None),
    ],
)
def test_decimals_are_read_off_a_figure_only_where_it_is_a_plain_number(shown: str, column: ResultColumn, decimals: int | None) -> None:
    assert shown_decimals(figure(shown, 0, "r1", column), column) == decimals


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [("flights.day:month", "%B %Y"), ("flights.day:year", "%Y"), ("flights.day:week", "%-d %b %Y"), (None, "%-d %b %Y")],
)
def test_a_date_is_shown_as_fine_as_its_grain(dimension: str | None, expected: str) -> None:
    assert time_format(ResultColumn("d", "date", "Day", format="date", dimension=dimension)) == expected
