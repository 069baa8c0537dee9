"""The query that is stored with a chart asks for what the chart shows, whether its axis is a column or an expression."""

from typing import Any

from analytics_agent.adapters.superset.query import query_context

METRIC = {"label": "Delay", "aggregate": "MAX"}
TEXT = {"expressionType": "SQL", "sqlExpression": "COALESCE(\"wet\", 'not known')", "label": "Rain or snow"}


def asked(**params: Any) -> dict[str, Any]:
    known = {"x_axis": "month", "time_grain_sqla": None, "groupby": [], "metrics": [METRIC], "row_limit": 10, **params}
    (query,) = query_context("echarts_timeseries_bar", known, 7)["queries"]
    found: dict[str, Any] = query
    return found


def test_an_axis_of_time_is_asked_for_by_its_grain() -> None:
    (axis,) = asked(time_grain_sqla="P1M")["columns"]
    assert (axis["label"], axis["timeGrain"], axis["columnType"]) == ("month", "P1M", "BASE_AXIS")


def test_an_axis_that_is_an_expression_is_pivoted_by_its_label() -> None:
    query = asked(x_axis=TEXT, x_axis_sort="Delay", x_axis_sort_asc=False)
    assert query["columns"] == [{**TEXT, "timeGrain": None, "columnType": "BASE_AXIS"}]
    pivot, order, _ = query["post_processing"]
    assert pivot["options"]["index"] == ["Rain or snow"]
    assert order["options"] == {"by": "Delay", "ascending": False}


def test_series_that_are_an_expression_are_columns_by_its_label() -> None:
    query = asked(groupby=[TEXT])
    assert query["columns"][1] == query["series_columns"][0] == TEXT
    assert query["post_processing"][0]["options"]["columns"] == ["Rain or snow"]
