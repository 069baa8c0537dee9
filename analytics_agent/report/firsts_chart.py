"""The picture of the first of each group: a bar for each, in the order of the groups, since a line would join what is not alike."""

from calendar import month_abbr
from dataclasses import replace
from datetime import date
from typing import Any

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.report.bars import Bar, lying
from analytics_agent.report.document import Chart
from analytics_agent.report.framing import MOST_BARS, Frame, described, drawable, left_out
from analytics_agent.report.numbers import by, decimals_in_pictures, full, grain, lowered, part_of_time, shown_decimals
from analytics_agent.report.shape import Shape


def firsts(shape: Shape, frame: Frame) -> Chart | None:
    """The first of each group, in the order of the groups: a bar for each, with the names of both."""
    measure, (column, *_) = shape.measures[0], shape.others
    called = [" · ".join(_called(one.values[row], one.column) for one in shape.others) for row in range(shape.rows)]
    decimals = decimals_in_pictures(measure.column, measure.values)
    drawn = [(name, v) for name, v in zip(called, measure.values, strict=True) if drawable(v)]
    color = frame.theme.color("now")
    bars = [
        Bar(n, 0.0, float(v), full(v, measure.column, shown_decimals(v, measure.column, decimals)), color) for n, v in drawn[:MOST_BARS]
    ]
    if len(bars) < 2:
        return None
    split = " and ".join(by(one.column) for one in shape.others)
    alt = f"Bars of {lowered(measure.column.label)}, the first of each {by(column.column)}"
    chart = described(
        "firsts", measure.column, f"the first of each {by(column.column)}, by {split}", alt, bars, lying(frame.theme, bars, frame.width)
    )
    return replace(chart, notes=left_out(len(drawn) - len(bars), shape.rows - len(drawn)))


def _called(value: Any, column: ResultColumn) -> str:
    """As on an axis; of a month the short name, so that there is room for the other one."""
    if grain(column) == "month" and isinstance(value, date):
        return f"{month_abbr[value.month]} {value.year}"
    return part_of_time(value, column)
