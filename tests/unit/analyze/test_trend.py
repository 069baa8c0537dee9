"""Trend: slopes checked against numpy, published quantiles, gaps and open periods."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from fakes.results import Stored, count, day, mean, percent, stored, text

from analytics_agent.analyze.operations import run
from analytics_agent.analyze.slope import fit
from analytics_agent.analyze.student import quantile_95, within
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.errors import ToolRefused

MONTHS = [date(2013, month, 1) for month in range(1, 13)]
DELAYS = [10.0, 10.8, 13.2, 13.9, 13.0, 20.8, 21.7, 12.6, 6.7, 6.2, 5.4, 16.6]


def describe(source: Stored, measure: str = "delay", time: str = "month") -> tuple[dict[str, Any], Any]:
    computed = run("trend", {"title": "Over time", "result": "r1", "measure": measure, "time": time}, *source)
    (row,) = computed.table.to_pylist()
    return row, computed


def monthly(**query: Any) -> Stored:
    return stored({day("month"): MONTHS, mean("delay"): DELAYS}, **query)


def test_the_slope_and_its_interval_are_those_of_the_textbook() -> None:
    row, computed = describe(monthly())
    x, y = np.arange(12), np.array(DELAYS)
    slope, intercept = np.polyfit(x, y, 1)
    error = np.sqrt(((y - intercept - slope * x) ** 2).sum() / 10 / ((x - x.mean()) ** 2).sum())
    assert row["slope"] == pytest.approx(slope)
    assert row["slope_error"] == pytest.approx(error)
    assert (row["slope_low"], row["slope_high"]) == (pytest.approx(slope - 2.228138852 * error), pytest.approx(slope + 2.228138852 * error))
    assert row["direction"] == "no clear trend"
    assert computed.columns[0].unit == "min per month"
    assert "independent" in computed.method


def test_the_ends_and_the_extremes_are_named_with_their_period() -> None:
    row, _ = describe(monthly())
    assert (row["first"], row["first_period"], row["last"], row["last_period"]) == (10.0, MONTHS[0], 16.6, MONTHS[11])
    assert (row["highest"], row["highest_period"]) == (21.7, date(2013, 7, 1))
    assert (row["lowest"], row["lowest_period"]) == (5.4, date(2013, 11, 1))
    assert row["change"] == pytest.approx(6.6)


def test_long_series_have_errors_robust_to_autocorrelation() -> None:
    generator = np.random.default_rng(7)
    noise = np.zeros(60)
    for place in range(1, 60):
        noise[place] = 0.8 * noise[place - 1] + generator.normal()
    values = 0.1 * np.arange(60) + noise
    slope = fit(list(range(60)), values.tolist())
    x = np.arange(60) - 29.5
    residuals = values - values.mean() - slope.value * x
    scores, lags = x * residuals, int(4 * (60 / 100) ** (2 / 9))
    variance = sum((1 - abs(j - i) / (lags + 1)) * scores[i] * scores[j] for i in range(60) for j in range(60) if abs(j - i) <= lags)
    assert slope.robust
    assert slope.error == pytest.approx(np.sqrt(variance * 60 / 58) / (x**2).sum())
    plain = np.sqrt((residuals**2).sum() / 58 / (x**2).sum())
    assert slope.error > 1.3 * plain


@pytest.mark.parametrize(
    ("freedom", "published"), [(1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (10, 2.2281), (30, 2.0423), (120, 1.9799)]
)
def test_quantiles_of_students_t_are_those_of_the_tables(freedom: int, published: float) -> None:
    assert quantile_95(freedom) == pytest.approx(published, abs=5e-5)
    assert within(quantile_95(freedom), freedom) == pytest.approx(0.95)


def test_a_missing_month_keeps_its_place_in_time() -> None:
    months = [date(2013, 1, 1), date(2013, 2, 1), date(2013, 6, 1)]
    row, computed = describe(stored({day("month"): months, mean("delay"): [1.0, 2.0, 6.0]}))
    assert row["slope"] == pytest.approx(1.0)
    assert (row["periods"], row["missing_periods"]) == (3, 3)
    assert any("no row" in caveat for caveat in computed.caveats)


def test_rows_need_not_be_in_the_order_of_time() -> None:
    row, _ = describe(stored({day("month"): MONTHS[::-1], mean("delay"): DELAYS[::-1]}))
    assert (row["first"], row["last"]) == (10.0, 16.6)
    assert row["slope"] == pytest.approx(np.polyfit(range(12), DELAYS, 1)[0])


def test_a_period_that_the_query_covers_in_part_is_left_out() -> None:
    request = {"time": {"from": "2013-01-01", "to": "2013-12-15"}}
    row, computed = describe(monthly(request=request))
    assert (row["periods"], row["last_period"]) == (11, date(2013, 11, 1))
    assert any("not whole" in caveat for caveat in computed.caveats)
    assert describe(monthly(request={"time": {"from": "2013-01-01", "to": "2014-01-01"}}))[0]["periods"] == 12


def test_a_count_that_collapses_in_its_last_period_is_doubted() -> None:
    columns = {day("month"): MONTHS[:5], count("flights"): [100, 110, 105, 108, 20]}
    assert any("may not be complete" in caveat for caveat in describe(stored(columns), "flights")[1].caveats)
    assert not any("may not be complete" in caveat for caveat in describe(monthly())[1].caveats)


def test_two_years_are_needed_to_tell_a_trend_from_the_season() -> None:
    months = [date(2011 + place // 12, place % 12 + 1, 1) for place in range(30)]
    row, computed = describe(stored({day("month"): months, mean("delay"): [float(place) for place in range(30)]}))
    assert not any("season" in caveat for caveat in computed.caveats)
    assert any("season" in caveat for caveat in describe(monthly())[1].caveats)
    assert (row["direction"], row["slope_error"]) == ("rising", pytest.approx(0, abs=1e-12))


@pytest.mark.parametrize(
    ("times", "grain"),
    [
        ([date(2013, 1, 7) + timedelta(weeks=k) for k in range(4)], "week"),
        ([date(2013, 1, 30) + timedelta(days=k) for k in range(4)], "day"),
        ([date(2012, 10, 1), date(2013, 1, 1), date(2013, 4, 1), date(2013, 10, 1)], "quarter"),
        ([date(year, 1, 1) for year in (2010, 2011, 2013, 2014)], "year"),
        ([date(2013, 2, 1), date(2013, 5, 1), date(2013, 8, 1), date(2013, 11, 1)], "month"),
        ([datetime(2013, 1, 1, hour, tzinfo=UTC) for hour in (3, 4, 6, 7)], "hour"),
        (["2013-01", "2013-02", "2013-03", "2013-05"], "month"),
    ],
)
def test_the_grain_is_read_from_the_periods_themselves(times: list[Any], grain: str) -> None:
    column = text("when") if isinstance(times[0], str) else day("when")
    _, computed = describe(stored({column: times, mean("delay"): [1.0, 2.0, 3.0, 5.0]}), time="when")
    assert computed.parameters["grain"] == grain


def test_a_named_grain_wins_over_what_the_gaps_suggest() -> None:
    column = day("when", dimension="flights.date:month")
    row, _ = describe(stored({column: [date(2013, 1, 1), date(2013, 4, 1), date(2013, 7, 1)], mean("delay"): [1.0, 4.0, 7.0]}), time="when")
    assert (row["slope"], row["missing_periods"]) == (pytest.approx(1.0), 4)


def test_numbered_years_are_periods_too() -> None:
    row, computed = describe(
        stored({ResultColumn("year", "integer", "Year"): [2011, 2012, 2014], count("flights"): [1, 2, 4]}), "flights", "year"
    )
    assert (row["slope"], computed.columns[0].unit) == (pytest.approx(1.0), "flights per year")


def test_a_share_moves_in_points() -> None:
    row, computed = describe(stored({day("month"): MONTHS[:3], percent("late"): [0.1, 0.2, 0.3]}), "late")
    assert (row["slope"], row["change"], row["last"]) == (pytest.approx(10), pytest.approx(20), 0.3)
    assert computed.columns[0].unit == "points per month"


def test_decimals_and_nanoseconds_are_read() -> None:
    times = pa.array([datetime(2013, 1, place) for place in (1, 2, 3)], pa.timestamp("us")).cast(pa.timestamp("ns"))  # noqa: DTZ001
    amounts = pa.array([Decimal("1.10"), Decimal("2.20"), Decimal("3.30")], pa.decimal128(10, 2))
    row, _ = describe(stored({day("month"): times, mean("delay"): amounts}))
    assert (row["change"], row["slope"]) == (Decimal("2.20"), pytest.approx(1.1))


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({day("month"): MONTHS[:2], mean("delay"): [1.0, 2.0]}, "2 periods"),
        ({day("month"): MONTHS[:3], mean("delay"): [None, 2.0, 1.0]}, "2 periods"),
        ({text("month"): ["spring", "summer", "fall"], mean("delay"): [1.0, 2.0, 3.0]}, "not a time"),
        ({day("month"): [*MONTHS[:3], None], mean("delay"): [1.0, 2.0, 3.0, 4.0]}, "not a time"),
        ({day("month"): [MONTHS[0], MONTHS[0], MONTHS[1]], mean("delay"): [1.0, 2.0, 3.0]}, "not known to be additive"),
    ],
)
def test_what_is_no_series_is_refused(columns: Any, said: str) -> None:
    with pytest.raises(ToolRefused, match=said):
        describe(stored(columns))


def test_rows_of_one_period_are_added_up_where_they_may_be() -> None:
    columns = {day("month"): [MONTHS[0], MONTHS[0], MONTHS[1], MONTHS[2]], count("flights"): [1, 2, 6, 9]}
    row, _ = describe(stored(columns), "flights")
    assert (row["first"], row["slope"]) == (3, pytest.approx(3.0))
