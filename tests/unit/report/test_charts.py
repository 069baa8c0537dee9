"""Which picture a result gets, and that it tells the truth."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from unit.report.samples import CARRIER, DELAY, MONTH, SEASON, SHARE, carriers, finding, monthly, query

from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.report.axes import time_labels, value_labels, value_ticks
from analytics_agent.report.charts import choose
from analytics_agent.report.drawing import draw
from analytics_agent.report.finding_charts import for_finding
from analytics_agent.report.framing import Frame
from analytics_agent.report.shape import as_datetime


def bars_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return next(layer["data"]["values"] for layer in spec["layer"] if isinstance(layer["mark"], dict) and layer["mark"]["type"] == "bar")


def texts_of(spec: dict[str, Any]) -> list[Any]:
    return [row["text"] for layer in spec["layer"] if layer["mark"]["type"] == "text" for row in layer["data"]["values"]]


def test_names_with_a_measure_become_bars_largest_first_from_zero() -> None:
    table = carriers("A", "B", "C", shares=(0.1, 0.3, 0.2))
    chart = choose(query("r1", (CARRIER, SHARE), table), table)
    assert chart is not None
    assert [(bar["a"], bar["x"], bar["text"]) for bar in bars_of(chart.spec)] == [
        (0.0, 0.3, "30.0\u00a0%"),
        (0.0, 0.2, "20.0\u00a0%"),
        (0.0, 0.1, "10.0\u00a0%"),
    ]
    assert chart.title == "Left late"
    assert "B 30.0\u00a0%, C 20.0\u00a0%, A 10.0\u00a0%" in chart.alt


def test_the_measure_that_the_answer_tells_is_drawn_before_one_that_it_leaves_out() -> None:
    people = ResultColumn("people", "integer", "People")
    table = pa.table({"carrier": ["A", "B", "C"], "people": [9, 8, 7], "late_share": [0.1, 0.3, 0.2]})
    asked = query("r1", (CARRIER, people, SHARE), table)
    first, told = choose(asked, table), choose(asked, table, Frame(told=frozenset({("r1", "late_share")})))
    assert first is not None and first.title == "People"
    assert told is not None and told.title == "Left late"


def asked(made: Query, **request: Any) -> Query:
    return replace(made, request={"metrics": ["late_share"], **request})


def test_the_lowest_that_were_asked_for_stand_first() -> None:
    table = carriers("A", "B", "C", shares=(0.1, 0.3, 0.2))
    share = replace(SHARE, metric="late_share")
    lowest = asked(query("r1", (CARRIER, share), table), order_by=[{"field": "late_share", "direction": "asc"}])
    chart = choose(lowest, table)
    assert chart is not None and [bar["x"] for bar in bars_of(chart.spec)] == [0.1, 0.2, 0.3]


def test_those_that_all_have_none_are_a_list_and_no_picture() -> None:
    table = carriers("A", "B", "C", shares=(0.0, 0.0, 0.0))
    assert choose(query("r1", (CARRIER, SHARE), table), table) is None


def test_the_first_of_each_group_is_bars_with_both_names_and_no_line() -> None:
    months = [date(2013, month, 1) for month in (1, 2, 3, 4)]
    table = pa.table({MONTH.name: months, "carrier": ["A", "B", "A", "A"], "late_share": [0.4, 0.3, 0.2, 0.5]})
    made = asked(query("r1", (MONTH, CARRIER, SHARE), table), top={"count": 1, "within": ["flights.flight_date:month"], "others": False})
    chart = choose(made, table)
    assert chart is not None and chart.kind == "firsts"
    assert chart.bars[:2] == ("Jan 2013 · A 40.0\u00a0%", "Feb 2013 · B 30.0\u00a0%")


def test_days_that_meet_a_condition_and_follow_one_another_are_a_course() -> None:
    day = ResultColumn("day", "date", "Date (day)", dimension="flights.flight_date:day")
    every = [date(2013, 1, 1) + timedelta(days=at) for at in range(60)]
    for days, kind in ((every, "line"), ([*every[:30], *every[40:]], None)):
        table = pa.table({"day": days, "late_share": [0.1 + at / 100 for at in range(len(days))]})
        chart = choose(asked(query("r1", (day, SHARE), table), having=[{"metric": "late_share", "op": ">", "value": 0}]), table)
        assert (chart.kind if chart else None) == kind


def test_names_that_differ_at_their_ends_are_cut_in_the_middle() -> None:
    long = "Department of Interregional Infrastructure and Maintenance of Roads, "
    table = carriers(f"{long}North", f"{long}South", "Canteen", shares=(0.1, 0.3, 0.2))
    chart = choose(query("r1", (CARRIER, SHARE), table), table)
    assert chart is not None
    drawn = [text for text in texts_of(chart.spec) if str(text).startswith(("Dep", "Can"))]
    assert [text.rpartition(", ")[2] for text in drawn] == ["South", "Canteen", "North"] and len(set(drawn)) == 3


@pytest.mark.parametrize("width", [380.0, 440.0, 640.0])
def test_the_value_of_the_lowest_bar_has_room_beside_the_names(width: float) -> None:
    table = carriers("IT", "Canteen", "Research and Development", shares=(-159_768.5, -4_913.5, 385_329.4))
    amount = replace(SHARE, format="number", unit=None)
    chart = choose(query("r1", (CARRIER, amount), table), table, Frame(width))
    assert chart is not None
    bars = next(layer for layer in chart.spec["layer"] if isinstance(layer["mark"], dict) and layer["mark"]["type"] == "bar")
    low, high = bars["encoding"]["x"]["scale"]["domain"]
    pixels = (-159_768.5 - low) / (high - low) * chart.spec["width"]
    assert pixels >= 6.4 * len("−159,768.5")


def test_one_flight_is_no_flights() -> None:
    flights = ResultColumn("flights", "integer", "Flights", unit="flights")
    table = pa.table({"carrier": ["A", "B"], "flights": [8, 1]})
    chart = choose(query("r1", (CARRIER, flights), table), table)
    assert chart is not None and chart.bars == ("A 8\u00a0flights", "B 1\u00a0flight")


def test_a_code_beside_its_name_is_one_name_and_two_cuts_are_two() -> None:
    code = ResultColumn("code", "text", "Code", format="text", dimension="flights.carrier")
    names, shares = ["Endeavor Air", "JetBlue", "Delta"], [0.1, 0.3, 0.2]
    paired = pa.table({"code": ["9E", "B6", "DL"], "carrier": names, "late_share": shares})
    chart = choose(query("r1", (code, CARRIER, SHARE), paired), paired)
    assert chart is not None and chart.kind == "ranking" and "JetBlue 30.0" in chart.alt
    crossed = pa.table({"code": ["x", "x", "y"], "carrier": ["JetBlue", "Delta", "JetBlue"], "late_share": shares})
    chart = choose(query("r1", (code, CARRIER, SHARE), crossed), crossed)
    assert chart is not None and chart.kind == "heatmap"


def test_two_or_three_periods_become_bars_in_their_order_named_in_full() -> None:
    table = monthly((521.0, 1261.0))
    chart = choose(query("r1", (MONTH, DELAY), table), table)
    assert chart is not None
    assert chart.kind == "periods"
    assert chart.bars == ("January\u00a02013 521.0\u00a0min", "February\u00a02013 1,261.0\u00a0min")
    assert chart.subtitle == "By month. Minutes."


def test_a_period_without_a_value_is_counted_and_one_that_is_not_over_is_said() -> None:
    table = monthly((10.0, None, 12.0))
    chart = choose(query("r1", (MONTH, DELAY), table), table, Frame(until=date(2013, 3, 14)))
    assert chart is not None
    assert chart.notes == ("The last period is not complete.", "1\u00a0is left out for lack of a value.")


def test_a_season_beside_its_month_is_no_second_axis() -> None:
    table = monthly((10.0, 11.0, 12.0, 13.0)).append_column("season", pa.array(["winter", "winter", "spring", "spring"]))
    chart = choose(query("r1", (MONTH, SEASON, DELAY), table), table)
    assert chart is not None
    assert chart.kind == "line"


def test_a_few_weeks_are_labeled_where_their_points_are() -> None:
    weeks = [as_datetime(date(2013, 1, day)) for day in (1, 8, 15, 22, 29)]
    assert [label["text"] for label in time_labels(weeks, 13)] == ["1 Jan", "8 Jan", "15 Jan", "22 Jan", "29 Jan"]


def test_two_rows_with_the_same_name_are_two_bars() -> None:
    table = carriers("A", "A", shares=(0.1, 0.3))
    chart = choose(query("r1", (CARRIER, SHARE), table), table)
    assert chart is not None
    assert len(bars_of(chart.spec)) == 2
    assert [bar["k"] for bar in bars_of(chart.spec)] == [0, 1]


def test_rows_beyond_the_most_bars_and_rows_without_a_value_are_counted_in_words() -> None:
    names = [f"c{i}" for i in range(25)]
    table = carriers(*names, shares=tuple(None if i == 3 else i / 100 for i in range(25)))
    chart = choose(query("r1", (CARRIER, SHARE), table), table)
    assert chart is not None
    assert len(bars_of(chart.spec)) == 20
    assert chart.notes == ("4\u00a0more are in the table.", "1\u00a0is left out for lack of a value.")


def test_a_month_becomes_a_line_that_breaks_where_a_value_is_missing() -> None:
    table = monthly((10.0, None, 30.0, 20.0))
    chart = choose(query("r1", (MONTH, DELAY), table), table)
    assert chart is not None
    assert chart.kind == "line"
    line = next(layer for layer in chart.spec["layer"] if layer["mark"]["type"] == "line")
    assert [row["y"] for row in line["data"]["values"]] == [10.0, None, 30.0, 20.0]
    assert line["mark"]["interpolate"] == "linear"
    assert "30.0\u00a0min, March\u00a02013" in texts_of(chart.spec)


def test_a_last_month_that_is_not_over_is_hollow_and_said() -> None:
    table = monthly((9.0, 10.0, 12.0, 5.0))
    r1 = query("r1", (MONTH, DELAY), table)
    still_open = choose(r1, table, Frame(until=date(2013, 4, 14)))
    closed = choose(r1, table, Frame(until=date(2013, 4, 30)))
    assert still_open is not None
    assert closed is not None
    assert still_open.notes == ("The last period is not complete; its point is hollow.",)
    assert closed.notes == ()


def test_a_line_far_from_zero_says_that_its_axis_does_not_start_there() -> None:
    table = monthly((100.0, 101.0, 102.0, 101.0))
    chart = choose(query("r1", (MONTH, DELAY), table), table)
    assert chart is not None
    assert "The axis does not start at zero." in chart.subtitle


@pytest.mark.parametrize(
    "table",
    [
        carriers("A", shares=(0.4,)),
        carriers(),
        carriers("A", "B", shares=(None, None)),
        pa.table({"carrier": ["A", "B"], "late_share": [1.0, float("nan")]}),
    ],
    ids=["one row", "no rows", "all empty", "one number"],
)
def test_what_cannot_be_compared_has_no_picture(table: pa.Table) -> None:
    assert choose(query("r1", (CARRIER, SHARE), table), table) is None


def test_two_dimensions_become_a_heatmap_in_their_natural_order() -> None:
    months, hours = [7, 6, 6, 7, 7], [6, 5, 6, 5, 7]
    table = pa.table({"month": months, "hour": hours, "delay": [1.0, 2.0, 3.0, 4.0, 50.0]})
    columns = (
        ResultColumn("month", "integer", "Month", dimension="f.month"),
        ResultColumn("hour", "integer", "Hour", dimension="f.hour"),
        DELAY,
    )
    chart = choose(query("r1", columns, table), table)
    assert chart is not None
    assert chart.kind == "heatmap"
    texts = texts_of(chart.spec)
    assert texts[:2] == ["Jun", "Jul"]
    assert texts[2:5] == ["05", "06", "07"]
    assert chart.notes == ("Blank cells have no value.",)


def test_a_few_names_over_time_become_lines_named_at_their_ends() -> None:
    rows = [(date(2013, m, 1), name, float(m * k)) for m in range(1, 5) for k, name in ((1, "EWR"), (2, "JFK"))]
    table = pa.table({"month": [r[0] for r in rows], "origin": [r[1] for r in rows], "delay": [r[2] for r in rows]})
    origin = ResultColumn("origin", "text", "Airport", format="text", dimension="f.origin")
    chart = choose(query("r1", (MONTH, origin, DELAY), table), table)
    assert chart is not None
    assert {"EWR", "JFK"} <= {text for text in texts_of(chart.spec) if isinstance(text, str)}


def contribution(**changes: Any) -> tuple[dict[str, Query], dict[str, pa.Table], Any]:
    source = pa.table({"season": ["spring", "summer"], "origin": ["JFK", "JFK"], "delay": [1.0, 2.0]})
    rows = {
        "origin": ["JFK", "LGA", "EWR"],
        "contribution": [2.4, 1.7, -0.1],
        "total_before": [13.4] * 3,
        "total_now": [17.4] * 3,
        "before_group": ["spring"] * 3,
        "now_group": ["summer"] * 3,
        **changes,
    }
    table = pa.table(rows)
    names = {"origin": "Airport", "before_group": "Before", "now_group": "Now"}
    columns = tuple(
        ResultColumn(n, "text", names[n], format="text") if n in names else ResultColumn(n, "number", n, unit="min", decimals=1)
        for n in rows
    )
    queries = {"r1": query("r1", (SEASON, DELAY), source), "r2": query("r2", columns, table, source="computed", inputs=("r1",))}
    return (
        queries,
        {"r1": source, "r2": table},
        finding("contribution", "r2", ("r1",), {"measure": "delay", "by": "origin", "column": "season"}),
    )


def test_a_waterfall_adds_up_from_the_first_total_to_the_second() -> None:
    queries, tables, found = contribution()
    chart = for_finding(found, queries, tables, Frame())
    assert chart is not None
    bars = bars_of(chart.spec)
    assert [bar["text"] for bar in bars] == ["13.4\u00a0min", "+2.4", "+1.7", "−0.1", "17.4\u00a0min"]
    for before, after in pairwise(bars[:-1]):
        assert after["a"] == pytest.approx(before["x"])
    assert bars[-2]["x"] == pytest.approx(bars[-1]["x"])
    assert (bars[0]["a"], bars[-1]["a"]) == (0.0, 0.0)


def test_many_parts_are_added_up_in_one_step_so_that_the_waterfall_still_ends_right() -> None:
    parts = [float(20 - i) for i in range(15)]
    queries, tables, found = contribution(
        origin=[f"p{i}" for i in range(15)],
        contribution=parts,
        total_before=[100.0] * 15,
        total_now=[100.0 + sum(parts)] * 15,
        before_group=["a"] * 15,
        now_group=["b"] * 15,
    )
    chart = for_finding(found, queries, tables, Frame())
    assert chart is not None
    bars = bars_of(chart.spec)
    assert len(bars) == 11
    assert bars[-2]["x"] == pytest.approx(bars[-1]["x"])
    assert "7 others" in texts_of(chart.spec)


def test_steps_too_small_for_the_total_are_drawn_alone() -> None:
    queries, tables, found = contribution(total_before=[1000.0] * 3, total_now=[1004.0] * 3)
    chart = for_finding(found, queries, tables, Frame())
    assert chart is not None
    assert [(bar["a"], bar["x"]) for bar in bars_of(chart.spec)] == [(0.0, 2.4), (0.0, 1.7), (0.0, -0.1)]


def test_a_finding_whose_columns_are_unknown_still_gets_the_picture_of_its_shape() -> None:
    table = carriers("A", "B")
    queries = {"r1": query("r1", (CARRIER, SHARE), table)}
    chart = for_finding(finding("comparison", "r1", (), {}), queries, {"r1": table}, Frame())
    assert chart is not None
    assert chart.kind == "ranking"


@pytest.mark.parametrize(("low", "high"), [(0, 0), (5.4, 21.7), (-3, 40), (0.001, 0.0042), (99, 101), (-7, -2), (0, 1e12)])
def test_ticks_are_few_and_enclose_the_values(low: float, high: float) -> None:
    ticks = value_ticks(low, high, zero=True)
    assert 2 <= len(ticks) <= 5
    assert ticks[0] <= min(low, 0) <= max(high, 0) <= ticks[-1]
    assert len({label["text"] for label in value_labels(ticks, DELAY)}) == len(ticks)


def test_the_highest_tick_carries_the_unit() -> None:
    assert [row["text"] for row in value_labels([0, 10, 20], DELAY)] == ["0", "10", "20\u00a0min"]
    assert [row["text"] for row in value_labels([0, 0.25, 0.5], SHARE)] == ["0", "25", "50\u00a0%"]


def test_a_drawing_keeps_its_text_as_text_and_escapes_it() -> None:
    table = carriers("</svg><script>alert(1)</script>", "http://evil.example/x", "{{datum.x}}", "A & B")
    chart = choose(query("r1", (CARRIER, SHARE), table), table)
    assert chart is not None
    svg = draw(chart.spec)
    assert "&lt;/svg&gt;&lt;script&gt;" in svg
    assert "<script" not in svg
    assert "A &amp; B" in svg
    assert "35.0\u00a0%" in svg
    assert "href" not in svg


def test_columns_named_like_code_are_never_code() -> None:
    table = pa.table({"a']; alert(1) //": ["x", "y"], "b.c[0]": [1.0, 2.0]})
    columns = (ResultColumn("a']; alert(1) //", "text", "N", format="text"), ResultColumn("b.c[0]", "number", "M"))
    chart = choose(query("r1", columns, table), table)
    assert chart is not None
    svg = draw(chart.spec)
    assert "alert" not in svg
    assert ">2<" in svg


def test_all_others_are_the_last_bar_and_no_subject() -> None:
    table = carriers("A", "All others", "B", shares=(0.1, 0.7, 0.2))
    asked = {"top": {"count": 2}}
    chart = choose(query("r1", (CARRIER, SHARE), table, request=asked), table)
    assert chart is not None
    assert [bar["x"] for bar in bars_of(chart.spec)] == [0.2, 0.1, 0.7]
    assert "B 20.0\u00a0%, A 10.0\u00a0%, All others 70.0\u00a0%" in chart.alt


def test_beside_an_earlier_period_both_are_lines_and_the_changes_are_none() -> None:
    months = monthly((10.0, 30.0, 20.0, 25.0))
    table = months.append_column("before", pa.array([9.0, 31.0, 18.0, None])).append_column("change", pa.array([1.0, -1.0, 2.0, None]))
    table = table.append_column("percent", pa.array([0.1, -0.03, 0.1, None]))
    beside = [ResultColumn(name, "number", name.capitalize(), unit="min") for name in ("before", "change")]
    columns = (MONTH, DELAY, *beside, ResultColumn("percent", "number", "Percent", format="percent"))
    chart = choose(query("r1", columns, table, request={"compare": "previous_year"}), table)
    assert chart is not None and chart.kind == "line" and chart.title == "Mean delay, and Before"


def test_where_shares_were_asked_for_they_are_the_picture() -> None:
    table = pa.table({"carrier": ["A", "B"], "departures": [300, 200], "departures_share": [0.6, 0.4]})
    departures = ResultColumn("departures", "integer", "Departures", unit="flights", metric="departures")
    share = ResultColumn("departures_share", "number", "Departures: share of all", format="percent")
    chart = choose(query("r1", (CARRIER, departures, share), table, source="metric", request={"share_of": {}}), table)
    assert chart is not None and chart.title == "Departures: share of all" and chart.bars[0].endswith("60.0\u00a0%")


def test_a_place_without_a_name_is_called_by_its_code_and_the_others_by_their_names() -> None:
    code, name = ResultColumn("dest", "text", "Dest"), ResultColumn("name", "text", "Destination")
    table = pa.table({"dest": ["BOS", "BQN", "SJU"], "name": ["Boston", None, None], "late_share": [0.3, 0.2, 0.1]})
    chart = choose(query("r1", (code, name, SHARE), table), table)
    assert chart is not None and [bar.split(" ")[0] for bar in chart.bars] == ["Boston", "BQN", "SJU"]


def test_quarters_are_labeled_where_they_are() -> None:
    quarters = [datetime(2024 + q // 4, 3 * (q % 4) + 1, 1) for q in range(6)]  # noqa: DTZ001
    said = [label["text"] for label in time_labels(quarters, 12, "quarter")]
    assert said == [["Q1", "2024"], ["Q2", ""], ["Q3", ""], ["Q4", ""], ["Q1", "2025"], ["Q2", ""]]
    assert [label["text"] for label in time_labels(quarters, 3, "quarter")] == [["Q1", "2024"], ["Q3", ""], ["Q1", "2025"]]
    years = [datetime(year, 1, 1) for year in range(2019, 2024)]  # noqa: DTZ001
    assert [label["text"] for label in time_labels(years, 12, "year")] == ["2019", "2020", "2021", "2022", "2023"]


def test_months_go_across_a_heatmap_and_names_down() -> None:
    names = [f"An airline with a long name, {i}" for i in range(14)]
    rows = [(name, date(2013, month, 1)) for name in names for month in range(1, 13)]
    columns = {
        "carrier": [name for name, _ in rows],
        "month": [month for _, month in rows],
        "late_share": [0.01 * i for i in range(len(rows))],
    }
    month = ResultColumn("month", "date", "Date (month)", dimension="flights.date:month")
    chart = choose(query("r1", (CARRIER, month, SHARE), pa.table(columns)), pa.table(columns))
    assert chart is not None and chart.kind == "heatmap"
    said = [row["text"] for layer in chart.spec["layer"] for row in layer["data"]["values"]]
    assert "Jan 2013" in said and len([text for text in said if text.startswith("An airline")]) == len(names)


def test_days_that_a_condition_chose_are_bars_and_no_line_through_the_days_between() -> None:
    days = [date(2013, 2, 8), date(2013, 2, 9), date(2013, 9, 12)]
    found = pa.table({"day": [*days, date(2013, 12, 5)], "late_share": [0.9, 0.7, 0.4, 0.5]})
    day = ResultColumn("day", "date", "Date (day)", dimension="flights.date:day")
    chart = choose(query("r1", (day, SHARE), found, request={"having": [{"metric": "late_share", "op": ">", "value": 0.3}]}), found)
    assert chart is not None and chart.kind == "periods" and len(chart.bars) == len(found)
    colors = [bar["color"] for bar in bars_of(chart.spec)]
    assert colors[0] != colors[1] == colors[2] == colors[3]


def test_months_in_which_groups_were_counted_are_all_there_and_a_line() -> None:
    months = [date(2013, month, 1) for month in range(1, 13)]
    found = pa.table({"month": months, "carrier_count": [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]})
    month = ResultColumn("month", "date", "Date (month)", dimension="flights.date:month")
    counts = ResultColumn("carrier_count", "integer", "Number of carriers")
    asked = {"having": [{"metric": "late_share", "op": ">", "value": 0.3}], "counted": {"by": ["flights.date:month"]}}
    chart = choose(query("r1", (month, counts), found, request=asked), found)
    assert chart is not None and chart.kind == "line"


def test_weeks_that_the_period_asked_for_cuts_are_said() -> None:
    weeks = [date(2025, 12, 29), date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19), date(2026, 1, 26)]
    table = pa.table({"week": weeks, "late_share": [0.1, 0.3, 0.3, 0.3, 0.2]})
    week = ResultColumn("week", "date", "Date (week)", dimension="flights.date:week")
    asked = {"time": {"from": "2026-01-01", "to": "2026-02-02"}}
    chart = choose(query("r1", (week, SHARE), table, request=asked), table, Frame(until=date(2026, 6, 30)))
    assert chart is not None and chart.notes == ("The first week is counted from the first day asked for on.",)
    asked["time"]["to"] = "2026-01-31"
    cut = choose(query("r1", (week, SHARE), table, request=asked), table, Frame(until=date(2026, 6, 30)))
    assert cut is not None and cut.notes[1] == "The last period is not complete; its point is hollow."


def test_days_of_the_week_stand_in_a_heatmap_as_they_follow_one_another() -> None:
    days = ["Friday", "Sunday", "Monday", "Tuesday", "Saturday", "Thursday", "Wednesday"]
    pairs = [(day, hour) for day in days for hour in range(6, 16)]
    day, hour = ResultColumn("weekday", "text", "Weekday"), ResultColumn("hour", "integer", "Hour", dimension="flights.hour")
    table = pa.table({"weekday": [p[0] for p in pairs], "hour": [p[1] for p in pairs], "late_share": [0.01 * i for i in range(len(pairs))]})
    chart = choose(query("r1", (day, hour, SHARE), table), table)
    assert chart is not None and chart.kind == "heatmap"
    said = [text for text in texts_of(chart.spec) if text in days]
    assert said == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def test_what_has_no_name_is_the_last_bar_and_no_subject() -> None:
    table = pa.table({"carrier": [None, "A", "B"], "late_share": [0.9, 0.4, 0.2]})
    chart = choose(query("r1", (CARRIER, SHARE), table), table)
    assert chart is not None and [bar.split(" ")[0] for bar in chart.bars] == ["A", "B", "not"]
    colors = [bar["color"] for bar in bars_of(chart.spec)]
    assert colors[0] != colors[1] == colors[2]
