"""Which chart shows a result, by rule: a line for time, bars for a ranking, a big number for a single one, otherwise a table.

Results are already aggregated. A chart's measure is therefore MAX over a group of exactly one row, and a result whose rows
its dimensions do not tell apart is never drawn, only listed.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analytics_agent.deliver.superset_addresses import address
from analytics_agent.deliver.superset_formats import axis_format, decimals_of, number_format, shown_decimals, time_format, unit_shown
from analytics_agent.deliver.superset_periods import GRAINS, grain, split_by, written
from analytics_agent.deliver.superset_shape import Shape
from analytics_agent.deliver.superset_text import TEMPLATE, visible
from analytics_agent.deliver.vouched import certified
from analytics_agent.domain.answer import Figure
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.domain.others import OTHERS, compared_columns, others_column
from analytics_agent.domain.publish_plan import ChartPlan

MOST_TILES = 4
_MOST_BARS = 20
_MOST_SERIES = 8
_MOST_MEASURES = 2
_MOST_PERIODS_AS_BARS = 3
"""So few periods are compared, not followed: a line through them would draw days that nobody counted."""
_UPRIGHT = 0.001
"""Degrees that nobody sees. Superset drops the first label of an axis of time, and cuts the last, unless labels are turned."""
_LONGEST_TITLE = 250
_TIMES = {"date", "timestamp"}
_TEXTS: Mapping[str, Any] = {"time_grain_sqla": None, "xAxisForceCategorical": True, "x_axis_time_format": "smart_date"}


@dataclass(frozen=True)
class Drawing:
    """One result on its way to charts. `figures` are those of the answer that were read from it."""

    run_id: str
    query: Query
    dataset: str
    shape: Shape
    figures: tuple[Figure, ...] = ()

    def uuid(self, kind: str) -> str:
        return address(self.run_id, "chart", f"{self.query.id}:{kind}")

    def measures(self) -> tuple[ResultColumn, ...]:
        """Those the answer speaks of first, in its order, then the others."""
        spoken = [figure.column for figure in self.figures if figure.column]
        order = {name: place for place, name in reversed(list(enumerate(spoken)))}
        return tuple(sorted(self.shape.measures, key=lambda column: order.get(column.name, len(spoken))))

    def levels(self) -> tuple[ResultColumn, ...]:
        """Beside an earlier period: what is and what was, which share an axis. The changes are in the table."""
        measures, compared = self.measures(), compared_columns(self.query)
        first = next((column for column in measures if column.name in compared), None)
        return tuple(column for column in measures if first and column.name in (first.name, compared[first.name][0])) or measures

    def told(self) -> tuple[ResultColumn, ...]:
        """The measures the answer speaks of; the first one when it speaks of none."""
        spoken = {figure.column for figure in self.figures}
        return tuple(column for column in self.measures() if column.name in spoken) or self.measures()[:1]

    def has_few_periods(self) -> bool:
        times = [column.name for column, role in self.shape.dimensions if role == "time"]
        return any(self.shape.distinct.get(name, math.inf) <= _MOST_PERIODS_AS_BARS for name in times)

    def cut_by(self, column: ResultColumn) -> str | dict[str, Any]:
        """The column; few periods as texts, and one with empty cells as an expression that calls them what the report does."""
        if column.type in _TIMES and self.has_few_periods():
            return {"expressionType": "SQL", "sqlExpression": written(column), "label": _label(column)}
        if column.name not in self.shape.lacking or column.type != "text" or TEMPLATE.search(column.name):
            return column.name
        name = column.name.replace('"', '""')
        return {"expressionType": "SQL", "sqlExpression": f"COALESCE(\"{name}\", 'not known')", "label": _label(column)}

    def format(self, column: ResultColumn) -> str:
        """For a whole column: fine enough for every value."""
        usual = None if column.format in {"percent", "currency"} else self.shape.decimals.get(column.name)
        return number_format(column, usual)

    def key_column(self, column: ResultColumn) -> ResultColumn:
        """A result's only value, with the decimals that the answer shows it with, where it shows it."""
        cell = f"{self.query.id}[0].{column.name}"
        figure = next((f for f in self.figures if f.expression.strip("{} ") == cell), None)
        decimals = shown_decimals(figure, column) if figure else None
        return replace(column, decimals=decimals) if decimals is not None else column

    def metric(self, column: ResultColumn) -> dict[str, Any]:
        """MAX of the one row there is. Browsers round 0.2875 down, being binary; an exact decimal is rounded where it is exact."""
        label = {"label": _label(column), "hasCustomLabel": True, "optionName": f"metric_{column.name}"}
        if column.name in self.shape.exact and not TEMPLATE.search(column.name):
            name = column.name.replace('"', '""')
            places = decimals_of(self.format(column)) + (2 if column.format == "percent" else 0)
            return {"expressionType": "SQL", "sqlExpression": f'ROUND(MAX("{name}"), {places})', **label}
        return {"expressionType": "SIMPLE", "column": {"column_name": column.name}, "aggregate": "MAX", **label}


def charts_of(drawing: Drawing) -> tuple[ChartPlan, ...]:
    """The charts of one result, the most telling first; empty when only a table can show it."""
    shape = drawing.shape
    if not shape.measures or not shape.rows or not shape.unique:
        return ()
    if shape.rows == 1:
        return tuple(_tile(drawing, column) for column in drawing.measures()[:MOST_TILES])
    match shape.roles:
        case ("time",) if drawing.has_few_periods():
            return tuple(_periods(drawing, column) for column in drawing.told()[:_MOST_MEASURES])
        case ("time",):
            return (_line(drawing, None, _alike(drawing.levels())),)
        case ("ordered",):
            return tuple(_columns(drawing, column) for column in drawing.told()[:_MOST_MEASURES])
        case ("category",):
            return tuple(_ranking(drawing, column) for column in drawing.told()[:_MOST_MEASURES])
        case (_, _):
            return _two_dimensions(drawing)
        case _:
            return ()


def table_of(drawing: Drawing) -> ChartPlan:
    """The result's rows as they are, every value formatted as in the answer."""
    columns = drawing.query.columns
    formats = {column.name: _cell(drawing, column) for column in columns}
    times = [time_format(column) for column in columns if column.type in {"date", "timestamp"}]
    params = {
        "query_mode": "raw",
        "all_columns": [column.name for column in columns],
        "order_by_cols": [],
        "row_limit": 1000,
        "server_pagination": False,
        "page_length": 50 if drawing.shape.rows > 50 else 0,
        "include_search": drawing.shape.rows > 50,
        "show_cell_bars": False,
        "allow_render_html": False,  # a cell is text, whatever it holds
        "color_pn": False,
        "table_timestamp_format": times[0] if times else "smart_date",
        "column_config": {name: config for name, config in formats.items() if config},
    }
    height = min(56, 13 + 5 * max(1, drawing.shape.rows))
    width = 5 if len(columns) <= 3 else 6 if len(columns) <= 5 else 12
    return _chart(drawing, "table", "table", f"{drawing.query.title}: the rows", params, width, height)


def _tile(drawing: Drawing, column: ResultColumn) -> ChartPlan:
    unit = "" if _says(column.label, column.unit) else unit_shown(column)
    shown = drawing.key_column(column)
    params = {
        "metric": drawing.metric(shown),
        "y_axis_format": drawing.format(shown),
        "subtitle": visible(unit),
        "header_font_size": 0.4,
        "subtitle_font_size": 0.2,
        "time_format": "smart_date",
    }
    return _chart(drawing, f"tile:{column.name}", "big_number_total", column.label, params, 3, 18)


def _line(drawing: Drawing, series: ResultColumn | None, measures: Sequence[ResultColumn]) -> ChartPlan:
    x = next(column for column, role in drawing.shape.dimensions if role in {"time", "ordered"} and column != series)
    params = {
        **_axes(drawing, x, measures, series),
        "seriesType": "line",
        "markerEnabled": drawing.shape.rows <= 31,
        "markerSize": 6,
        "truncateYAxis": False,
        "y_axis_format": _short(drawing.format(measures[0])),
    }
    return _chart(drawing, "line", "echarts_timeseries_line", _title(measures, x, series), params, 7, 48)


def _columns(drawing: Drawing, measure: ResultColumn) -> ChartPlan:
    """Upright bars in the order of their hours or months."""
    x = drawing.shape.dimensions[0][0]
    params = {**_axes(drawing, x, [measure], None), **_upright(drawing, x.name, rising=True)}
    return _chart(drawing, f"bars:{measure.name}", "echarts_timeseries_bar", _title([measure], x, None), params, 7, 44)


def _periods(drawing: Drawing, measure: ResultColumn) -> ChartPlan:
    """Two or three periods as upright bars. Texts sort by their letters, so they are put in order by their measure, or are ISO."""
    x, rising = drawing.shape.dimensions[0][0], drawing.shape.climbing.get(measure.name)
    text = {"expressionType": "SQL", "sqlExpression": written(x, sortable=rising is None), "label": _label(x)}
    order = _upright(drawing, _label(x if rising is None else measure), rising=rising is not False)
    params = {**_axes(drawing, x, [measure], None), "x_axis": text, **_TEXTS, **order}
    return _chart(drawing, f"bars:{measure.name}", "echarts_timeseries_bar", _title([measure], x, None), params, 7, 36)


def _upright(drawing: Drawing, by: str, *, rising: bool) -> dict[str, Any]:
    shown = drawing.shape.rows <= _MOST_BARS
    return {"orientation": "vertical", "x_axis_sort": by, "x_axis_sort_asc": rising, "show_value": shown}


def _ranking(drawing: Drawing, measure: ResultColumn) -> ChartPlan:
    """Lying bars, the largest on top; of many, the end that the result itself begins with."""
    x, rows = drawing.shape.dimensions[0][0], drawing.shape.rows
    lowest = measure.name in drawing.shape.rising and rows > _MOST_BARS
    others = others_column(drawing.query) == x.name and not TEMPLATE.search(x.name)
    shown = min(rows - others, _MOST_BARS)
    params = {
        **(_but_others(x) if others else {}),
        **_axes(drawing, x, [measure], None),
        "orientation": "horizontal",
        "x_axis_sort": _label(measure),
        "x_axis_sort_asc": not lowest,  # the last one is drawn at the top
        "timeseries_limit_metric": drawing.metric(measure),
        "order_desc": not lowest,
        "row_limit": shown,
        "show_value": True,
    }
    left_out = ", without all others" if others else f": {'lowest' if lowest else 'highest'} {shown}" if shown < rows else ""
    title = _title([measure], x, None) + left_out
    height = max(24, min(72, 12 + 4 * shown))
    return _chart(drawing, f"bars:{measure.name}", "echarts_timeseries_bar", title, params, 7, height)


def _but_others(x: ResultColumn) -> dict[str, Any]:
    """Bars are put in order by their measure: among them all others would stand as if they were one member."""
    name = x.name.replace('"', '""')
    kept = {"expressionType": "SQL", "clause": "WHERE", "sqlExpression": f'"{name}" <> \'{OTHERS}\' OR "{name}" IS NULL'}
    return {"adhoc_filters": [{**kept, "filterOptionName": "filter_all_others"}]}


def _two_dimensions(drawing: Drawing) -> tuple[ChartPlan, ...]:
    """The finer dimension lies along the axis, the coarser one is told by color, as long as there are few colors."""
    (first, first_role), (second, second_role) = drawing.shape.dimensions
    distinct = drawing.shape.distinct
    axis_first = first_role in {"time", "ordered"} or (
        second_role not in {"time", "ordered"} and distinct.get(first.name, 0) >= distinct.get(second.name, 0)
    )
    x, series, role = (first, second, first_role) if axis_first else (second, first, second_role)
    measure = drawing.measures()[0]
    if role == "time" and drawing.has_few_periods() and distinct.get(series.name, 0) <= _MOST_BARS:
        return (_grouped_bars(drawing, series, x, measure),)
    if distinct.get(series.name, _MOST_SERIES) > _MOST_SERIES:
        return ()
    if role in {"time", "ordered"}:
        return (_line(drawing, series, [measure]),)
    return (_grouped_bars(drawing, x, series, measure),)


def _grouped_bars(drawing: Drawing, x: ResultColumn, series: ResultColumn, measure: ResultColumn) -> ChartPlan:
    params = {
        **_axes(drawing, x, [measure], series),
        "orientation": "horizontal",
        "x_axis_sort": "avg",
        "x_axis_sort_asc": True,  # the last one is drawn at the top
        "show_value": drawing.shape.rows <= _MOST_BARS,
    }
    height = max(32, min(88, 14 + 3 * drawing.shape.rows))
    return _chart(drawing, "grouped", "echarts_timeseries_bar", _title([measure], x, series), params, 7, height)


def _axes(drawing: Drawing, x: ResultColumn, measures: Sequence[ResultColumn], series: ResultColumn | None) -> dict[str, Any]:
    return {
        "x_axis": drawing.cut_by(x),
        **_time_axis(x),
        "metrics": [drawing.metric(column) for column in measures],
        "groupby": [drawing.cut_by(series)] if series else [],
        "row_limit": 10_000,
        "truncate_metric": True,
        "show_empty_columns": True,
        "show_legend": series is not None or len(measures) > 1,
        "legendOrientation": "top",
        "legendType": "scroll",
        "rich_tooltip": True,
        "y_axis_format": drawing.format(measures[0]),
        "y_axis_title": "",
        "x_axis_title": "",
        "color_scheme": "supersetColors",
        "comparison_type": "values",
    }


def _time_axis(x: ResultColumn) -> Mapping[str, Any]:
    """Rows are one per period already; the grain keeps the axis from labeling what lies between."""
    if x.type not in _TIMES:
        return _TEXTS
    return {
        "time_grain_sqla": GRAINS.get(grain(x)),
        "xAxisForceCategorical": False,
        "x_axis_time_format": axis_format(x) if grain(x) else "smart_date",
        "tooltipTimeFormat": time_format(x),
        "xAxisLabelRotation": _UPRIGHT if grain(x) else 0,
    }


def _chart(drawing: Drawing, kind: str, viz_type: str, title: str, params: dict[str, Any], width: int, height: int) -> ChartPlan:
    short = " ".join(visible(title).split())[:_LONGEST_TITLE]
    description = f"Result {drawing.query.id} of run {drawing.run_id}"
    vouched = certified(drawing.query)
    by, details = visible(vouched.by)[:250], visible(vouched.details)[:2000]
    return ChartPlan(drawing.uuid(kind), short, viz_type, drawing.dataset, params, description, width, height, by, details)


def _label(column: ResultColumn) -> str:
    return " ".join(visible(column.label or column.name).split())


def _cell(drawing: Drawing, column: ResultColumn) -> Mapping[str, Any]:
    if column not in drawing.shape.measures:
        return {"d3NumberFormat": "d"} if column.type == "integer" else {}
    return {"d3NumberFormat": drawing.format(column), "horizontalAlign": "right"}


def _alike(measures: Sequence[ResultColumn]) -> tuple[ResultColumn, ...]:
    """The first measure and those that can share its axis."""
    first = measures[0]
    return tuple(c for c in measures if (c.unit, c.format) == (first.unit, first.format))[: _MOST_MEASURES + 1]


def _title(measures: Sequence[ResultColumn], x: ResultColumn, series: ResultColumn | None) -> str:
    """The measure, its unit, and what it is split by, as "Mean departure delay by carrier, min"."""
    first = measures[0]
    names = " and ".join(_label(column) for column in measures[:2])
    split = " and ".join(split_by(column, _label(column)) for column in (x, series) if column)
    unit = "" if first.type == "integer" or _says(names, first.unit) else visible(unit_shown(first))
    return f"{names} by {split}{f', {unit}' if unit else ''}"


def _short(number_format: str) -> str:
    """Without zeros at the end: where only an axis and a tooltip show values, "40" is easier than "40.0"."""
    return number_format[:-1] + "~" + number_format[-1] if "." in number_format else number_format


def _says(label: str, unit: str | None) -> bool:
    return bool(unit) and (unit or "").lower() in label.lower().split()
