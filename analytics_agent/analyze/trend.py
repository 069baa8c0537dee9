"""Trend: slope over time with its uncertainty, and the first, last, highest and lowest point of a series."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from analytics_agent.analyze.caveats import CUT, EMPTY, noted
from analytics_agent.analyze.computed import Computed, Output, assemble, change_of, changes, derived
from analytics_agent.analyze.groups import amount, by_value
from analytics_agent.analyze.periods import Line, end_of_period, line, start_of_period, years_covered
from analytics_agent.analyze.sheet import FLOAT, INTEGER, Precision, Sheet
from analytics_agent.analyze.slope import Slope, fit
from analytics_agent.domain.cell import Cell
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.errors import ToolRefused

METHOD = "Slope by ordinary least squares over equally long periods; 95 % interval from Student's t, {0}."
ROBUST = "with standard errors robust to autocorrelation (Newey–West 1987)"
INDEPENDENT = "assuming independent deviations from the line"
MISSING = "Some periods between the first and the last have no row; the slope keeps every row at its own place in time."
OPEN = "The first or the last period is not whole in the data and is left out."
DROPPED = "The last period is far below the others and may not be complete."
SEASON = "A trend over less than two years cannot be told apart from the season."
FEWEST_POINTS = 3


@dataclass(frozen=True)
class Point:
    """One period. `place` counts periods from the first."""

    place: int
    period: Cell
    value: Fraction


def trend(sheet: Sheet, tool_input: dict[str, Any]) -> Computed:
    """One row that describes the whole series. Raises ToolRefused."""
    measure, time = sheet.column(tool_input["measure"]), sheet.column(tool_input["time"])
    periods = line(sheet, time.name)
    points = _points(sheet, measure.name, time.name, periods)
    whole = [point for point in points if _is_whole(point, periods, sheet.query.request)]
    used = whole if len(whole) >= FEWEST_POINTS else points
    if len(used) < FEWEST_POINTS:
        raise ToolRefused(
            f"{sheet.query.id} has {len(used)} periods with a value; a trend needs {FEWEST_POINTS}.",
            hint="Use compare for two periods, or a result with a finer time grain.",
        )
    slope = fit([point.place for point in used], [float(point.value) for point in used])
    missing = max(p.place for p in used) - min(p.place for p in used) + 1 - len(used)
    table, columns = assemble(_outputs(measure, time, used, slope, periods.grain, missing, sheet.precision(measure.name)))
    span = years_covered(periods)
    return Computed(
        operation="trend",
        title=tool_input["title"],
        table=table,
        columns=columns,
        inputs=(sheet.query.id,),
        parameters={"measure": measure.name, "time": time.name, "grain": periods.grain},
        method=METHOD.format(ROBUST if slope.robust else INDEPENDENT),
        caveats=noted(
            (CUT, sheet.is_cut),
            (EMPTY.format(measure.label), None in sheet.numbers(measure.name)),
            (MISSING, missing > 0),
            (OPEN, len(used) < len(points)),
            (DROPPED, measure.additive is not False and measure.format != "percent" and _drops(used)),
            (SEASON, span is not None and span < 2),
        ),
    )


def _points(sheet: Sheet, measure: str, time: str, periods: Line) -> list[Point]:
    """In the order of time; several rows of one period are added up where the measure allows it."""
    numbers = sheet.numbers(measure)
    places = dict(zip(sheet.cells(time), periods.places, strict=True))
    found = [
        Point(places[period], period, value)
        for period, rows in by_value(sheet, time, range(sheet.rows)).items()
        if (value := amount(sheet, measure, rows, numbers, f"one period of {time!r}")) is not None
    ]
    ordered = sorted(found, key=lambda point: point.place)
    if len({point.place for point in ordered}) < len(ordered):
        raise ToolRefused(f"Some rows of {sheet.query.id} fall into the same {periods.grain}.", hint="Use a result with one row a period.")
    return ordered


def _is_whole(point: Point, periods: Line, request: dict[str, Any] | None) -> bool:
    """Whether the queried time range covers all of the period; yes where that is not known."""
    asked = (request or {}).get("time") or {}
    start, end = start_of_period(point.period), end_of_period(point.period, periods.grain)
    return not ((start and _day(asked.get("from")) > start) or (end and _day(asked.get("to"), date.max) < end))


def _day(written: object, unknown: date = date.min) -> date:
    try:
        return date.fromisoformat(str(written)[:10])
    except ValueError:
        return unknown


def _drops(points: Sequence[Point]) -> bool:
    *earlier, last = (point.value for point in points)
    return 0 <= last < min(earlier) / 2


def _direction(slope: Slope) -> str:
    if slope.low > 0:
        return "rising"
    return "falling" if slope.high < 0 else "no clear trend"


def _outputs(
    measure: ResultColumn, time: ResultColumn, points: list[Point], slope: Slope, grain: str, missing: int, precision: Precision
) -> list[Output]:
    first, last = points[0], points[-1]
    highest, lowest = max(points, key=lambda p: p.value), min(points, key=lambda p: p.value)
    count = ResultColumn(name="periods", type="integer", label="Periods", additive=False)
    return [
        *_slope_outputs(measure, slope, grain),
        Output(ResultColumn(name="direction", type="text", label="Direction", format="text"), [_direction(slope)]),
        *_point_outputs("first", first, measure, time, precision),
        *_point_outputs("last", last, measure, time, precision),
        changes(measure, "change", "Change, first to last", [last.value - first.value], precision, additive=False),
        *_point_outputs("highest", highest, measure, time, precision),
        *_point_outputs("lowest", lowest, measure, time, precision),
        Output(count, [Fraction(len(points))], INTEGER),
        Output(replace(count, name="missing_periods", label="Periods without a value"), [Fraction(missing)], INTEGER),
    ]


def _slope_outputs(measure: ResultColumn, slope: Slope, grain: str) -> list[Output]:
    named = {
        "slope": (f"Change per {grain}", slope.value),
        "slope_low": (f"Change per {grain}, 95 % interval from", slope.low),
        "slope_high": (f"Change per {grain}, 95 % interval to", slope.high),
        "slope_error": ("Standard error of the slope", slope.error),
    }
    outputs = []
    for name, (label, value) in named.items():
        column = change_of(measure, name, label)
        unit = f"{column.unit} per {grain}" if column.unit else f"per {grain}"
        scale = 100 if measure.format == "percent" else 1
        described = replace(column, unit=unit, type="number", decimals=None, additive=False)
        outputs.append(Output(described, [Fraction(value * scale)], FLOAT))
    return outputs


def _point_outputs(name: str, point: Point, measure: ResultColumn, time: ResultColumn, precision: Precision) -> list[Output]:
    word = name.capitalize()
    return [
        derived(measure, name, [point.value], precision, f"{word}: {measure.label}"),
        Output(replace(time, name=f"{name}_period", label=f"{word}: {time.label}"), [point.period]),
    ]
