"""A measure over time."""

from datetime import date

import pytest
from rich.cells import cell_len
from unit.cli.documents import Json, column, delay, screen

from analytics_agent.cli import series
from analytics_agent.cli.terminal import Page
from analytics_agent.domain.period import Span

DAY = column("flight_date", "date")


def made(time: Json, pairs: list[tuple[object, float | None]]) -> series.Series | None:
    return series.of(time, delay(), [{time["name"]: at, "mean_delay": value} for at, value in pairs])


def months(*numbers: int, year: int = 2013) -> list[tuple[object, float | None]]:
    return [(f"{year}-{number:02}-01", float(number)) for number in numbers]


def test_periods_are_in_order_though_the_rows_are_not() -> None:
    found = made(DAY, [*reversed(months(*range(1, 13)))])
    assert found
    assert found.points == tuple(map(float, range(1, 13)))
    assert found.ticks[:3] == ("Jan", "Feb", "Mar")


def test_a_month_without_a_row_is_left_blank() -> None:
    found = made(DAY, months(1, 2, 5, 6))
    assert found
    assert found.points == (1.0, 2.0, None, None, 5.0, 6.0)
    assert found.ticks == ("Jan", "Feb", "Mar", "Apr", "May", "Jun")


def test_weeks_and_days_without_a_row_are_left_blank_too() -> None:
    found = made(DAY, [("2013-06-03", 1.0), ("2013-06-10", 2.0), ("2013-06-24", 4.0)])
    assert found
    assert found.points == (1.0, 2.0, None, 4.0)
    assert found.names[2] == "17 Jun 2013"


def test_hours_of_a_day_have_their_places() -> None:
    found = made(column("hour", "integer", format="text"), [(16, 3.0), (5, 1.0), (7, 2.0), (6, 1.5)])
    assert found
    assert found.points == (1.0, 1.5, 2.0, *[None] * 8, 3.0)
    assert found.names[0] == "hour 5"


def test_numbers_of_months_have_their_names() -> None:
    found = made(column("month", "integer", format="text"), [(1, 1.0), (2, 2.0), (3, 3.0)])
    assert found
    assert found.ticks == ("Jan", "Feb", "Mar")


@pytest.mark.parametrize(
    ("time", "pairs"),
    [
        (DAY, [("2013-06-01", 1.0), ("2013-06-01", 2.0)]),
        (DAY, [("2013-06-01", 1.0), (None, 2.0)]),
        (DAY, [("soon", 1.0), ("later", 2.0)]),
        (DAY, [("2013-06-01", None), ("2013-06-02", None)]),
        (column("year", "integer"), [(1, 1.0), (2013, 2.0)]),
        (column("hour", "integer"), [(1, 1.0), (None, 2.0)]),
    ],
)
def test_what_is_no_series_is_not_drawn_as_one(time: Json, pairs: list[tuple[object, float | None]]) -> None:
    assert made(time, pairs) is None


def test_years_are_named_where_there_are_several() -> None:
    found = made(DAY, [*months(*range(1, 13)), *months(*range(1, 13), year=2014)])
    assert found
    assert found.ticks[12] == "2014"
    assert found.ticks[13] == "Feb"


def test_the_picture_names_the_highest_and_the_lowest() -> None:
    found = made(DAY, [(f"2013-{month:02}-01", value) for month, value in enumerate([10.0, 21.7, 5.4, 9.0], 1)])
    assert found
    shown = screen(Page([found]))
    assert "highest 21.7, Feb 2013" in shown
    assert "lowest 5.4, Mar 2013" in shown
    assert "Jan Feb Mar Apr" in shown


def test_periods_that_are_level_are_counted_and_equal_ends_are_no_ends() -> None:
    level = made(DAY, [(f"2013-{month:02}-01", 7.0) for month in range(1, 5)])
    assert level and "the same in all of them: 7.0" in screen(Page([level])) and "highest" not in screen(Page([level]))
    tied = made(DAY, [(f"2013-{month:02}-01", value) for month, value in enumerate([9.0, 2.0, 9.0, 9.0], 1)])
    assert tied and "highest 9.0, Jan 2013 and 2 more" in screen(Page([tied]))


@pytest.mark.parametrize("width", [40, 60, 80, 140])
@pytest.mark.parametrize("days", [9, 60, 365, 1500])
def test_a_series_fits_any_terminal(width: int, days: int) -> None:
    from datetime import date, timedelta

    found = made(DAY, [((date(2013, 1, 1) + timedelta(days=day)).isoformat(), float(day % 30) - 1) for day in range(days)])
    assert found
    lines = screen(Page([found]), width=width).splitlines()
    drawn = [line for line in lines if "█" in line or "▁" in line]
    assert all(cell_len(line) <= width for line in drawn)
    assert ("Each column is the highest of" in "".join(lines)) is (days > width - 12)


def test_the_scale_of_a_share_is_in_percent() -> None:
    share = column("share", format="percent", decimals=1, metric="share")
    found = series.of(DAY, share, [{"flight_date": at, "share": value / 100} for at, value in months(*range(1, 10)) if value])
    assert found
    shown = screen(Page([found]))
    assert "10 %" in shown
    assert "highest 9.0 %" in shown


def test_weeks_that_the_period_asked_for_cuts_are_neither_the_highest_nor_the_lowest() -> None:
    week = column("flight_date_week", "date")
    rows = [{"flight_date_week": f"2026-01-{day:02}", "mean_delay": value} for day, value in ((5, 1.0), (12, 40.0), (19, 30.0), (26, 2.0))]
    asked = Span(date(2026, 1, 7), date(2026, 1, 31))
    drawn = screen(Page([series.of(week, delay(), rows, asked) or ""]), width=100)
    assert "highest 40.0" in drawn and "lowest 30.0" in drawn and "the period asked for cuts" in drawn
    assert "lowest 1.0" in screen(Page([series.of(week, delay(), rows) or ""]), width=100)
