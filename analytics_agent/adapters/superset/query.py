"""The query behind a chart, as Superset's own browser code would ask it: stored with the chart so that it runs without a browser."""

from collections.abc import Callable, Mapping
from typing import Any

Query = dict[str, Any]


def query_context(viz_type: str, params: Mapping[str, Any], dataset_id: int) -> dict[str, Any]:
    """The saved query of a chart. Raises KeyError for a chart type this product does not make."""
    base = {"filters": [], "extras": {"having": "", "where": ""}, "applied_time_extras": {}, "annotation_layers": [], "url_params": {}}
    return {
        "datasource": {"id": dataset_id, "type": "table"},
        "force": False,
        "queries": [base | _QUERIES[viz_type](params)],
        "form_data": {**params, "viz_type": viz_type, "datasource": f"{dataset_id}__table"},
        "result_format": "json",
        "result_type": "full",
    }


def _table(params: Mapping[str, Any]) -> Query:
    return {"columns": params["all_columns"], "metrics": None, "orderby": [], "row_limit": params["row_limit"], "post_processing": []}


def _big_number(params: Mapping[str, Any]) -> Query:
    return {"columns": [], "metrics": [params["metric"]], "orderby": []}


def _series(params: Mapping[str, Any]) -> Query:
    """Rows by x and series, pivoted so that each series is a column; the same steps as the chart's own."""
    x, groupby, metrics = params["x_axis"], params["groupby"], params["metrics"]
    labels = [_called(metric) for metric in metrics]
    limit = params.get("timeseries_limit_metric")
    pivot = {
        "index": [_called(x)],
        "columns": [_called(column) for column in groupby],
        "aggregates": {label: {"operator": "mean"} for label in labels},
        "drop_missing_columns": False,
    }
    return {
        "columns": [_axis(x, params["time_grain_sqla"]), *groupby],
        "metrics": metrics,
        "series_columns": groupby,
        "orderby": [[limit or metrics[0], not params.get("order_desc", True)]],
        "row_limit": params["row_limit"],
        "post_processing": [{"operation": "pivot", "options": pivot}, *_sorted(params, labels), {"operation": "flatten"}],
    }


def _called(column: str | Mapping[str, Any]) -> str:
    """The name under which a column, an expression or a metric stands in the answer."""
    return column if isinstance(column, str) else str(column["label"])


def _axis(column: str | Mapping[str, Any], grain: str | None) -> dict[str, Any]:
    if not isinstance(column, str):
        return {**column, "timeGrain": grain, "columnType": "BASE_AXIS"}
    name = column
    return {
        "timeGrain": grain,
        "columnType": "BASE_AXIS",
        "sqlExpression": name,
        "label": name,
        "expressionType": "SQL",
        "isColumnReference": True,
    }


def _sorted(params: Mapping[str, Any], labels: list[str]) -> list[Query]:
    by = params.get("x_axis_sort")
    if not by or params["groupby"]:
        return []
    ascending = params.get("x_axis_sort_asc", True)
    options = {"by": by, "ascending": ascending} if by in labels else {"is_sort_index": True, "ascending": ascending}
    return [{"operation": "sort", "options": options}]


_QUERIES: Mapping[str, Callable[[Mapping[str, Any]], Query]] = {
    "table": _table,
    "big_number_total": _big_number,
    "echarts_timeseries_line": _series,
    "echarts_timeseries_bar": _series,
}
