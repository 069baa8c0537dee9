"""From a finished run to the plan of its dashboard."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from fakes.published_runs import AIRLINE, DELAY, FLIGHTS, LATE, MONTH, ORIGIN, query, ranking, run, scalar, smallest

from analytics_agent.deliver.superset_addresses import dashboard_url
from analytics_agent.deliver.superset_plan import MOST_CHARTS, plan
from analytics_agent.domain.answer import Claim
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.domain.publish_plan import ChartPlan, PublishPlan, TextBlock
from analytics_agent.domain.run import Run
from analytics_agent.errors import PublishRejected


def run_of(*queries: Query) -> Run:
    return run("run1", "What?", queries, (Claim("So.", ()),))


def charts(made: PublishPlan, viz_type: str) -> list[ChartPlan]:
    return [chart for chart in made.charts if chart.viz_type == viz_type]


def test_the_same_run_gives_the_same_plan_and_another_run_shares_no_address() -> None:
    first, again, other = plan(ranking("a1")), plan(ranking("a1")), plan(ranking("b2"))
    assert first == again
    addresses = [{p.uuid, *(d.uuid for d in p.datasets), *(c.uuid for c in p.charts)} for p in (first, other)]
    assert not addresses[0] & addresses[1]
    assert len(addresses[0]) == 1 + len(first.datasets) + len(first.charts)


@pytest.mark.parametrize("name", ["day_count", "month_count", "client_count", "id_count"])
def test_the_number_of_groups_is_a_figure_and_no_part_of_a_date(name: str) -> None:
    counted = ResultColumn(name, "integer", "Number of days", format="number", decimals=0)
    (chart,) = charts(plan(run_of(query(1, "Days without orders", (counted,), 1, "SELECT 1"))), "big_number_total")
    assert "Number of days" in chart.title


def test_the_dashboards_address_is_known_before_it_exists() -> None:
    assert dashboard_url("http://superset:8088/", "a1") == f"http://superset:8088/superset/dashboard/{plan(ranking('a1')).slug}/"


def test_every_query_the_answer_stands_on_becomes_a_dataset_and_no_other() -> None:
    made = ranking()
    idle = query(4, "Looked at and dropped", (AIRLINE, FLIGHTS), 4, "SELECT 1")
    assert [d.name.rpartition("_")[2] for d in plan(replace(made, queries=(*made.queries, idle))).datasets] == ["r1", "r2", "r3"]


def test_a_computed_result_leads_back_to_the_queries_it_was_computed_from() -> None:
    made = ranking()
    computed = query(5, "Ranks", (AIRLINE, DELAY), 4, "", source="computed", sql_as_run="", inputs=("r3",))
    source = next(q for q in made.queries if q.id == "r3")
    other = query(1, "Late", (AIRLINE, LATE), 4, "SELECT 1")
    told = replace(made.answer.claims[2], figures=tuple(replace(f, result="r5") for f in made.answer.claims[2].figures))  # type: ignore[union-attr]
    answer = replace(made.answer, claims=(told,))  # type: ignore[type-var]
    published = plan(replace(made, queries=(other, source, computed), answer=answer))
    assert [d.name.rpartition("_")[2] for d in published.datasets] == ["r1", "r3"]


def test_sql_that_superset_would_read_as_a_template_is_not_published() -> None:
    hostile = query(1, "Names", (AIRLINE, FLIGHTS), 4, "SELECT '{{ current_username() }}' AS airline, 1 AS flights")
    with pytest.raises(PublishRejected):
        plan(run_of(hostile))


def test_a_run_without_an_answer_is_refused() -> None:
    with pytest.raises(PublishRejected):
        plan(replace(ranking(), answer=None))


def test_time_becomes_a_line_whose_rows_are_not_grouped_again() -> None:
    (line,) = charts(plan(run_of(query(1, "t", (MONTH, DELAY), 12, "s"))), "echarts_timeseries_line")
    assert line.params["x_axis"] == "month"
    assert line.params["time_grain_sqla"] == "P1M", "the rows' own grain, so that no day between months is labeled"
    assert line.title == "Mean delay by month, min"


def months(*delays: float) -> ChartPlan:
    table = pa.table({"month": [date(2013, n + 1, 1) for n in range(len(delays))], "mean_delay": list(delays)})
    (bars,) = charts(plan(run_of(query(1, "t", (MONTH, DELAY), len(delays), "s")), {"r1": table}), "echarts_timeseries_bar")
    return bars


@pytest.mark.parametrize(("delays", "rising"), [((5.0, 9.0), True), ((9.0, 5.0), False), ((9.0, 5.0, 1.0), False)])
def test_two_or_three_periods_become_upright_bars_in_their_order_called_in_full(delays: tuple[float, ...], rising: bool) -> None:
    bars = months(*delays)
    assert bars.params["x_axis"]["sqlExpression"] == "TO_CHAR(\"month\", 'FMMonth YYYY')"
    assert (bars.params["x_axis_sort"], bars.params["x_axis_sort_asc"]) == ("Mean delay", rising)


def test_periods_that_no_measure_puts_in_order_are_written_so_that_they_sort() -> None:
    for delays in ((5.0, 9.0, 5.0), (5.0, 5.0)):
        bars = months(*delays)
        assert bars.params["x_axis"]["sqlExpression"] == "TO_CHAR(\"month\", 'YYYY-MM')"
        assert (bars.params["x_axis_sort"], bars.params["x_axis_sort_asc"]) == ("Month", True)


def test_few_periods_of_several_things_are_bars_side_by_side() -> None:
    table = pa.table({"month": [date(2013, 1, 1)] * 2 + [date(2013, 2, 1)] * 2, "airline": ["a", "b"] * 2, "mean_delay": [1.0] * 4})
    (bars,) = charts(plan(run_of(query(1, "t", (MONTH, AIRLINE, DELAY), 4, "s")), {"r1": table}), "echarts_timeseries_bar")
    assert bars.params["x_axis"] == "airline"
    assert [column["label"] for column in bars.params["groupby"]] == ["Month"]


def test_a_code_beside_its_name_is_drawn_by_the_name_and_listed_with_both() -> None:
    code = ResultColumn("carrier", "text", "Carrier", format="text", dimension="flights.carrier")
    name = ResultColumn("name", "text", "Airline", format="text", dimension="airlines.name")
    table = pa.table({"carrier": ["B6", "DL", "UA"], "name": ["JetBlue", "Delta", "United"], "mean_delay": [3.0, 2.0, 1.0]})
    made = plan(run_of(query(1, "t", (code, name, DELAY), 3, "s")), {"r1": table})
    (bars,) = charts(made, "echarts_timeseries_bar")
    assert (bars.params["x_axis"], bars.params["groupby"], bars.params["show_legend"]) == ("name", [], False)
    assert charts(made, "table")[0].params["all_columns"] == ["carrier", "name", "mean_delay"]


def test_what_is_missing_is_called_not_known_and_no_null() -> None:
    table = pa.table({"airline": ["a", None, "b"], "mean_delay": [3.0, 2.0, 1.0]})
    (bars,) = charts(plan(run_of(query(1, "t", (AIRLINE, DELAY), 3, "s")), {"r1": table}), "echarts_timeseries_bar")
    assert bars.params["x_axis"]["sqlExpression"] == "COALESCE(\"airline\", 'not known')"


def test_a_value_that_is_called_like_a_column_does_not_get_the_columns_label() -> None:
    wet = ResultColumn("wet", "text", "Rain or snow", format="text", dimension="weather.wet")
    table = pa.table({"wet": ["wet", "dry"], "mean_delay": [3.0, 2.0]})
    made = plan(run_of(query(1, "t", (wet, DELAY), 2, "s")), {"r1": table})
    assert [column.label for column in made.datasets[0].columns] == ["wet", "Mean delay"]
    assert charts(made, "echarts_timeseries_bar")[0].title == "Mean delay by rain or snow, min"


def test_a_ranking_becomes_lying_bars_of_the_measure_the_answer_speaks_of() -> None:
    (bars,) = [chart for chart in charts(plan(ranking()), "echarts_timeseries_bar") if not chart.params["groupby"]]
    assert bars.params["orientation"] == "horizontal"
    assert [metric["column"]["column_name"] for metric in bars.params["metrics"]] == ["late_share"]
    assert bars.params["y_axis_format"] == ",.1%"


def test_a_long_ranking_is_cut_and_its_title_says_so() -> None:
    (bars,) = charts(plan(run_of(query(1, "t", (AIRLINE, FLIGHTS), 90, "s"))), "echarts_timeseries_bar")
    assert (bars.params["row_limit"], bars.title) == (20, "Departures by airline: highest 20")


def test_a_long_ranking_from_the_lowest_shows_the_lowest() -> None:
    table = pa.table({"airline": [f"a{n}" for n in range(90)], "flights": list(range(90))})
    (bars,) = charts(plan(run_of(query(1, "t", (AIRLINE, FLIGHTS), 90, "s")), {"r1": table}), "echarts_timeseries_bar")
    assert bars.title.endswith("lowest 20")
    assert bars.params["order_desc"] is False


def test_one_row_becomes_key_figures_with_the_answers_own_decimals() -> None:
    shown = ("2,000 flights", "9.53 min", "29.7 %")
    tiles = charts(plan(scalar(shown=shown)), "big_number_total")
    assert [tile.params["y_axis_format"] for tile in tiles] == [",.0f", ",.2f", ",.1%"]
    assert [tile.params["subtitle"] for tile in tiles] == ["flights", "min", ""]


def test_two_categories_become_grouped_bars_and_the_finer_one_lies_along_the_axis() -> None:
    table = pa.table({"airline": list("aaabbbcccddd"), "origin": list("xyz") * 4, "mean_delay": [1.0] * 12})
    (bars,) = charts(plan(run_of(query(1, "t", (ORIGIN, AIRLINE, DELAY), 12, "s")), {"r1": table}), "echarts_timeseries_bar")
    assert (bars.params["x_axis"], bars.params["groupby"]) == ("airline", ["origin"])


def test_rows_that_their_dimensions_do_not_tell_apart_are_listed_and_never_drawn() -> None:
    table = pa.table({"airline": ["a", "a"], "mean_delay": [1.0, 2.0]})
    made = plan(run_of(query(1, "Longest delays", (AIRLINE, DELAY), 2, "SELECT airline, delay", source="free")), {"r1": table})
    assert [chart.viz_type for chart in made.charts] == ["table"]


def test_a_plain_list_of_free_sql_is_not_drawn_when_its_rows_cannot_be_looked_at() -> None:
    made = plan(run_of(query(1, "Delays", (AIRLINE, DELAY), 2, "SELECT airline, delay FROM flights", source="free")))
    assert [chart.viz_type for chart in made.charts] == ["table"]


def test_three_dimensions_are_listed_and_never_drawn() -> None:
    made = plan(run_of(query(1, "t", (AIRLINE, ORIGIN, MONTH, DELAY), 40, "s")))
    assert [chart.viz_type for chart in made.charts] == ["table"]


def test_hours_stay_in_their_order_and_are_no_measure() -> None:
    hour = ResultColumn("hour", "integer", "Hour")
    (bars,) = charts(plan(run_of(query(1, "t", (hour, DELAY), 18, "SELECT hour … GROUP BY hour", source="free"))), "echarts_timeseries_bar")
    assert (bars.params["x_axis"], bars.params["x_axis_sort"], bars.params["orientation"]) == ("hour", "hour", "vertical")


def test_the_primary_result_is_always_listed() -> None:
    for made in (plan(ranking()), plan(scalar())):
        (table,) = charts(made, "table")
        assert table.dataset == made.datasets[0].uuid


def test_measures_of_small_values_keep_their_digits() -> None:
    ratio = ResultColumn("ratio", "number", "Ratio", metric="ratio")
    table = pa.table({"airline": ["a", "b"], "ratio": [0.031, 0.027]})
    (bars,) = charts(plan(run_of(query(1, "t", (AIRLINE, ratio), 2, "s")), {"r1": table}), "echarts_timeseries_bar")
    assert bars.params["y_axis_format"] == ",.4f"


@pytest.mark.parametrize(
    "made", [ranking(), scalar(), smallest(), run_of(*(query(n, f"q{n}", (AIRLINE, LATE, FLIGHTS), 4, "s") for n in range(1, 3)))]
)
def test_rows_fit_the_grid_and_hold_every_chart_once(made: Run) -> None:
    planned = plan(made)
    width = {chart.uuid: chart.width for chart in planned.charts}
    placed = [block for row in planned.rows for block in row if isinstance(block, str)]
    assert sorted(placed) == sorted(width)
    assert len(planned.charts) <= MOST_CHARTS
    for row in planned.rows:
        assert sum(block.width if isinstance(block, TextBlock) else width[block] for block in row) == 12


def test_many_results_make_at_most_six_charts() -> None:
    queries = [query(n, f"q{n}", (AIRLINE, LATE), 4, "s") for n in range(1, 10)]
    figures = tuple(replace(scalar().answer.claims[0].figures[0], result=q.id) for q in queries)  # type: ignore[union-attr]
    made = plan(run("run1", "What?", queries, (Claim("So.", figures),)))
    assert len(made.charts) == MOST_CHARTS


def test_the_text_says_what_the_figures_are_and_where_they_come_from() -> None:
    texts = [block.markdown for row in plan(ranking(), report_url="https://a/r").rows for block in row if isinstance(block, TextBlock)]
    assert "**29.2 %**" in texts[0]
    assert "Late: 15 minutes or more" in texts[1]
    assert "GROUP BY airline" in texts[-1]
    assert "[Full report](https://a/r)" in texts[-1]


def test_an_exact_decimal_is_rounded_by_the_database_and_a_binary_fraction_by_the_browser() -> None:
    exact = pa.table({"airline": ["a", "b"], "late_share": [Decimal("0.2875"), Decimal("0.1")]})
    binary = pa.table({"airline": ["a", "b"], "late_share": [0.2875, 0.1]})
    run_ = run_of(query(1, "t", (AIRLINE, LATE), 2, "s"))
    metrics = [charts(plan(run_, {"r1": table}), "echarts_timeseries_bar")[0].params["metrics"][0] for table in (exact, binary)]
    assert metrics[0]["sqlExpression"] == 'ROUND(MAX("late_share"), 3)'
    assert metrics[1]["aggregate"] == "MAX"


def test_a_column_name_cannot_break_out_of_a_metric() -> None:
    name = 'x"), pg_sleep(9'
    table = pa.table({"airline": ["a", "b"], name: [Decimal("1.5"), Decimal("2.5")]})
    hostile = ResultColumn(name, "number", "X", metric="x")
    (bars,) = charts(plan(run_of(query(1, "t", (AIRLINE, hostile), 2, "s")), {"r1": table}), "echarts_timeseries_bar")
    assert bars.params["metrics"][0]["sqlExpression"] == 'ROUND(MAX("x""), pg_sleep(9"), 1)'


@pytest.mark.parametrize("name", ["flight", "customer_id", "zip"])
def test_a_number_that_is_a_name_is_no_measure(name: str) -> None:
    key = ResultColumn(name, "integer", "Name")
    table = pa.table({name: [7, 8], "mean_delay": [1.0, 2.0]})
    made = plan(run_of(query(1, "t", (key, DELAY), 2, "s", source="free")), {"r1": table})
    (bars,) = charts(made, "echarts_timeseries_bar")
    assert bars.params["x_axis"] == name
    assert charts(made, "table")[0].params["column_config"][name] == {"d3NumberFormat": "d"}


def test_a_single_figure_stands_beside_its_row() -> None:
    made = plan(smallest())
    assert [len([block for block in row if isinstance(block, str)]) for row in made.rows] == [0, 2, 0]


def of_person(made: Run) -> Run:
    return replace(made, question=replace(made.question, owner="superset:7"))


def test_what_a_person_asked_is_theirs_and_a_draft() -> None:
    published = plan(of_person(ranking("a1")))
    assert (published.owner, published.status) == (7, "draft")
    assert (plan(ranking("a1")).owner, plan(ranking("a1")).status) == (None, "published")


def test_a_dataset_tells_nobody_what_its_owner_asked() -> None:
    asked = of_person(ranking("a1"))
    assert all(asked.question.text not in dataset.description for dataset in plan(asked).datasets)
    assert all(ranking().question.text in dataset.description for dataset in plan(ranking()).datasets)


def test_all_others_are_no_bar_among_the_members() -> None:
    table = pa.table({"airline": ["A", "B", "All others"], "flights": [5, 3, 9]})
    r1 = query(1, "t", (AIRLINE, FLIGHTS), 3, "s", request={"top": {"count": 2}})
    (bars,) = charts(plan(run_of(r1), {"r1": table}), "echarts_timeseries_bar")
    assert bars.params["adhoc_filters"][0]["sqlExpression"] == '"airline" <> \'All others\' OR "airline" IS NULL'
    assert bars.title == "Departures by airline, without all others" and bars.params["row_limit"] == 2
    (usual,) = charts(plan(run_of(replace(r1, request={})), {"r1": table}), "echarts_timeseries_bar")
    assert "adhoc_filters" not in usual.params


def test_beside_an_earlier_period_both_are_lines() -> None:
    beside = [ResultColumn(f"flights_{name}", "integer", name, unit="flights") for name in ("previous", "change")]
    columns = (MONTH, FLIGHTS, *beside, ResultColumn("flights_percent_change", "number", "percent", format="percent"))
    (line,) = charts(plan(run_of(query(1, "t", columns, 12, "s", request={"compare": "previous_year"}))), "echarts_timeseries_line")
    assert [metric["column"]["column_name"] for metric in line.params["metrics"]] == ["flights", "flights_previous"]
