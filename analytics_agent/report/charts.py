"""Which picture shows a result, by rule from its shape: rank → bars, time → line, two dimensions → heatmap, one figure → none."""

from calendar import day_name, month_abbr, month_name
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.evidence import Query
from analytics_agent.domain.others import OTHERS, asks_lowest, compared_columns, firsts_within, is_some_groups, others_column, share_columns
from analytics_agent.report import axes, lines, marks
from analytics_agent.report.bars import Bar, lying
from analytics_agent.report.document import Chart
from analytics_agent.report.firsts_chart import firsts
from analytics_agent.report.framing import MOST_BARS, Frame, described, drawable, left_out, sentence, unit_words
from analytics_agent.report.heatmap import MOST_COLUMNS, MOST_ROWS, heatmap
from analytics_agent.report.numbers import (
    bare,
    by,
    decimals_in_pictures,
    full,
    grain,
    lowered,
    named,
    part_of_time,
    shown_decimals,
    units,
)
from analytics_agent.report.shape import Field, Shape, as_datetime, shape_of
from analytics_agent.report.standing import few_records, subject, told_few, told_first

if TYPE_CHECKING:
    import pyarrow as pa

MOST_LINES = 4
_CYCLES = (
    tuple(day.casefold() for day in day_name),
    tuple(month.casefold() for month in month_name if month),
    ("spring", "summer", "autumn", "fall", "winter"),
    ("morning", "noon", "afternoon", "evening", "night"),
)
MOST_PERIODS_AS_BARS = 3
"""So few periods are compared, not followed: a line through them would draw days that nobody counted."""


def choose(query: Query, table: "pa.Table", frame: Frame | None = None) -> Chart | None:
    """The picture of a result by itself, None where a table or a figure says it better."""
    frame = _within(query, frame or Frame())
    shape = told_first(_of_levels(query, shape_of(query, table)).without_implied, query.id, frame.told)
    if shape.rows < 2 or not shape.measures or not any(field.numbers for field in shape.measures):
        return None
    if not any(any(field.numbers) for field in shape.measures[:1]):
        return None  # those that all have none: a list of names, and nothing to draw
    if firsts_within(query) and len((whole := shape_of(query, table)).others) > 1:  # a month implies who was first in it
        return firsts(whole, frame)
    if len(shape.others) == 1 and shape.times and shape.times[0].distinct <= MOST_PERIODS_AS_BARS:
        return periods(shape.times[0], shape.measures[0], frame)
    if len(shape.others) == 1 and shape.times and is_some_groups(query) and not _follows_on(shape.times[0]):
        return periods(shape.times[0], shape.measures[0], frame, chosen=True) if shape.rows <= MOST_BARS else None
    if len(shape.others) == 1 and shape.times:
        return _begun(query, shape.times[0], line(shape, shape.times[0], shape.measures, frame, earlier=_earlier(query, shape)))
    if len(shape.others) == 1 and shape.names:
        name, measure = shape.names[0], shape.measures[0]
        # A small part of a whole rests on few records, and is right all the same.
        few = {} if share_columns(query) else few_records(query, table, name.column.name, measure.column.name)
        return ranking(
            name,
            measure,
            frame,
            descending=not asks_lowest(query, measure.column),
            few=few,
            others=others_column(query) == name.column.name,
        )
    if len(shape.others) == 2:
        return _two_dimensions(shape, frame)
    return None


def _within(query: Query, frame: Frame) -> Frame:
    """Periods after the last day that was asked for are as open as those after the last day known."""
    asked = (query.request or {}).get("time")
    last = date.fromisoformat(asked["to"]) - timedelta(days=1) if asked else None
    return replace(frame, until=min(day for day in (frame.until, last) if day)) if last else frame


def _begun(query: Query, time: Field, chart: Chart | None) -> Chart | None:
    """A first week of which a part was asked for is lower for that alone."""
    asked = (query.request or {}).get("time")
    moments = [as_datetime(moment) for moment in time.values if isinstance(moment, date)]
    if chart is None or not asked or not moments or min(moments).date() >= date.fromisoformat(asked["from"]):
        return chart
    return replace(chart, notes=(f"The first {by(time.column)} is counted from the first day asked for on.", *chart.notes))


def _of_levels(query: Query, shape: Shape) -> Shape:
    """Beside an earlier period: what is and what was, which share an axis. Where shares were asked for: these. The rest is in the table."""
    if (asked := share_columns(query)) and shape.rows > 1:
        return replace(shape, measures=tuple(m for m in shape.measures if m.column.name in asked))
    changes = {name for columns in compared_columns(query).values() for name in columns[1:]}
    return replace(shape, measures=tuple(m for m in shape.measures if m.column.name not in changes)) if shape.rows > 1 else shape


def _earlier(query: Query, shape: Shape) -> Field | None:
    """What the first measure was in the earlier period, where the result is compared with one."""
    return shape.field(next(iter(compared_columns(query).get(shape.measures[0].column.name, ())), None))


def _two_dimensions(shape: Shape, frame: Frame) -> Chart | None:
    measure = shape.measures[0]
    is_followed = len(shape.times) == 1 and shape.times[0].distinct > MOST_PERIODS_AS_BARS
    if is_followed and shape.names and 2 <= shape.names[0].distinct <= MOST_LINES:
        return series(shape.times[0], shape.names[0], measure, frame)
    across, down = _sides(shape)
    if 2 <= down.distinct <= MOST_ROWS and 2 <= across.distinct <= MOST_COLUMNS and _cells_are_single(across, down):
        return grid(across, down, measure, frame)
    return None


def _sides(shape: Shape) -> tuple[Field, Field]:
    """Time goes across, and names down, where there is room for them; of two of a kind the one with more values goes across."""
    if len(shape.times) == 1:
        across, down = shape.times[0], shape.names[0]
    elif shape.names:
        down, across = sorted(shape.names, key=lambda field: max(len(named(value, field.column)) for value in field.values), reverse=True)
    else:
        across, down = sorted(shape.times, key=lambda field: field.distinct, reverse=True)
    turned = across.distinct > MOST_COLUMNS or down.distinct > MOST_ROWS
    return (down, across) if turned else (across, down)


def _cells_are_single(across: Field, down: Field) -> bool:
    return len(set(zip(across.values, down.values, strict=True))) == len(across.values)


def ranking(
    name: Field,
    measure: Field,
    frame: Frame,
    *,
    descending: bool = True,
    few: Mapping[Any, str] | None = None,
    others: bool = False,
) -> Chart | None:
    """Bars, largest first; the answer's subject in color. Rows beyond MOST_BARS are counted, not dropped silently; those with `few`
    records stay grey and are said. All others, where there is such a row, and what has no name are last and no subject."""
    pairs = [(n, float(v), v) for n, v in zip(name.values, measure.values, strict=True) if drawable(v)]
    pairs.sort(key=lambda pair: pair[1], reverse=descending)
    pairs.sort(key=lambda pair: pair[0] is None or (others and pair[0] == OTHERS))
    if len(pairs) < 2:
        return None
    decimals, shown = decimals_in_pictures(measure.column, measure.values), pairs[:MOST_BARS]
    names, behind = [named(n, name.column) for n, _, _ in shown], [(few or {}).get(n, "") for n, _, _ in shown]
    point = subject(
        names, frame.said, [i for i, text in enumerate(behind) if text or shown[i][0] is None or (others and names[i] == OTHERS)]
    )
    bars = [
        Bar(
            names[i],
            0.0,
            v,
            full(raw, measure.column, shown_decimals(raw, measure.column, decimals)),
            frame.theme.color("now" if i == point else "before"),
            behind[i],
        )
        for i, (_, v, raw) in enumerate(shown)
    ]
    order = "largest" if descending else "smallest"
    chart = described(
        "ranking",
        measure.column,
        f"by {by(name.column)}",
        f"Bars of {lowered(measure.column.label)} by {by(name.column)}, {order} first",
        bars,
        lying(frame.theme, bars, frame.width),
    )
    said = told_few([(bar.name, bar.aside) for bar in bars if bar.aside])
    return replace(chart, notes=(*said, *left_out(len(pairs) - len(bars), len(name.values) - len(pairs))))


def _follows_on(time: Field) -> bool:
    """Whether the periods that meet a condition follow one another without a gap: so many of them are a course."""
    moments = sorted({as_datetime(value) for value in time.values if isinstance(value, date)})
    gaps = {(later - earlier).days for earlier, later in pairwise(moments)}
    return len(moments) > MOST_BARS and max(gaps) - min(gaps) <= (3 if grain(time.column) == "month" else 0)


def periods(time: Field, measure: Field, frame: Frame, *, chosen: bool = False) -> Chart | None:
    """A bar for each of two or three periods, in their order; the last one, which a question is mostly about, in color. Of those that
    were `chosen` by a condition, between which others lie, the highest is."""
    pairs = sorted(((t, v) for t, v in zip(time.values, measure.values, strict=True) if drawable(v) and t is not None), key=lambda p: p[0])
    if len(pairs) < 2 or len({t for t, _ in pairs}) < len(pairs):
        return None
    decimals = decimals_in_pictures(measure.column, measure.values)
    point = max(range(len(pairs)), key=lambda i: pairs[i][1]) if chosen else len(pairs) - 1
    colors = [frame.theme.color("now" if i == point else "before") for i in range(len(pairs))]
    bars = [
        Bar(part_of_time(t, time.column), 0.0, float(v), full(v, measure.column, decimals), color)
        for (t, v), color in zip(pairs, colors, strict=True)
    ]
    alt = f"Bars of {lowered(measure.column.label)} by {by(time.column)}"
    chart = described("periods", measure.column, f"by {by(time.column)}", alt, bars, lying(frame.theme, bars, frame.width))
    open_end = isinstance(pairs[-1][0], date) and _is_open(time, frame.until)
    notes = left_out(0, len(time.values) - len(pairs))
    return replace(chart, notes=("The last period is not complete.", *notes) if open_end else notes)


def line(shape: Shape, time: Field, measures: tuple[Field, ...], frame: Frame, earlier: Field | None = None) -> Chart | None:
    """One line; what was in the earlier period beside it, else further measures on the same unit while they are few."""
    if earlier is not None and earlier.numbers:
        label = measures[0].column.label
        beside = earlier.column.label.removeprefix(f"{label} (").removesuffix(")")
        chart = _lines(
            {label: (time.values, measures[0].values), beside: (time.values, earlier.values)}, time, measures[0], frame, pair=True
        )
        return replace(chart, title=f"{label}, and {beside}") if chart else None
    alike = [m for m in measures if units(m.column) == units(measures[0].column) and m.column.format == measures[0].column.format]
    if len(alike) == len(measures) and 2 <= len(alike) <= MOST_LINES and measures[0].column.unit:
        return _lines({m.column.label: (time.values, m.values) for m in alike}, time, measures[0], frame)
    return _lines({measures[0].column.label: (time.values, measures[0].values)}, time, measures[0], frame)


def series(time: Field, name: Field, measure: Field, frame: Frame) -> Chart | None:
    """One line for each name."""
    groups: dict[str, tuple[list[Any], list[Any]]] = {}
    for when, who, value in zip(time.values, name.values, measure.values, strict=True):
        whens, values = groups.setdefault(named(who, name.column), ([], []))
        whens.append(when)
        values.append(value)
    return _lines({label: (tuple(a), tuple(b)) for label, (a, b) in groups.items()}, time, measure, frame)


def _lines(
    groups: Mapping[str, tuple[tuple[Any, ...], tuple[Any, ...]]], time: Field, measure: Field, frame: Frame, *, pair: bool = False
) -> Chart | None:
    """A line for each group. Of a `pair` the second is what was."""
    dated = all(isinstance(t, date) for t in time.values if t is not None)
    colors = [frame.theme.color("now"), frame.theme.color("before")] if pair else frame.theme.palette["categorical"]
    inks = ["", frame.theme.color("third")] if pair else [""]
    drawn = [
        lines.Line(label, _points(*both, dated=dated), colors[i % len(colors)], inks[i % len(inks)])
        for i, (label, both) in enumerate(groups.items())
    ]
    values = [(x, y) for one in drawn for x, y in one.points if y is not None]
    if len({x for x, _ in values}) < 2:
        return None
    low, high = min(y for _, y in values), max(y for _, y in values)
    zero = low < 0 or low < high * 0.6
    open_end = dated and _is_open(time, frame.until)
    decimals = decimals_in_pictures(measure.column, measure.values)
    notes = [_peak(drawn[0], measure, decimals, time)] if len(drawn) == 1 and high > low else []
    return Chart(
        kind="line",
        title=measure.column.label if len(drawn) == 1 or len(groups) == 1 else _shared_title(measure, groups),
        subtitle=sentence(f"by {by(time.column)}", unit_words(measure.column), "" if zero else "the axis does not start at zero"),
        alt=_line_alt(drawn, measure, time, decimals),
        spec=lines.over_time(
            frame.theme,
            drawn,
            measure.column,
            _time_ticks(time, dated, most=int(frame.width / 48)),
            frame.width,
            notes=notes,
            open_end=open_end,
            zero=zero,
        ),
        notes=("The last period is not complete; its point is hollow.",) if open_end else (),
    )


def _shared_title(measure: Field, groups: Mapping[str, Any]) -> str:
    return ", ".join(groups) if measure.column.label in groups else measure.column.label


def _points(whens: tuple[Any, ...], values: tuple[Any, ...], *, dated: bool) -> tuple[tuple[float, float | None], ...]:
    pairs = [
        (axes.milliseconds(as_datetime(w)) if dated else float(w), float(v) if drawable(v) else None)
        for w, v in zip(whens, values, strict=True)
        if w is not None
    ]
    return tuple(sorted(pairs, key=lambda pair: pair[0]))


def _time_ticks(time: Field, dated: bool, most: int) -> list[dict[str, Any]]:
    if dated:
        return axes.time_labels(sorted({as_datetime(t) for t in time.values if t is not None}), most, grain(time.column))
    steps = sorted({int(t) for t in time.values if t is not None})
    every = -(-len(steps) // most)
    return [{"x": float(s), "text": part_of_time(s, time.column)} for s in steps[::every]]


def _peak(one: lines.Line, measure: Field, decimals: int, time: Field) -> lines.Note:
    x, y = max(((x, y) for x, y in one.points if y is not None), key=lambda p: p[1])
    when, exact = max(
        ((t, v) for t, v in zip(time.values, measure.values, strict=True) if drawable(v) and t is not None), key=lambda p: p[1]
    )
    return lines.Note(x, y, f"{full(exact, measure.column, decimals)}, {bare(when, time.column, 0)}")


def _is_open(time: Field, until: date | None) -> bool:
    """Whether the last period ends after the last day known."""
    last = max(as_datetime(t) for t in time.values if t is not None)
    length = {"week": 7, "month": 28, "quarter": 89, "year": 365}.get(grain(time.column), 0)
    return bool(until and length and last + timedelta(days=length) > datetime(until.year, until.month, until.day) + timedelta(days=1))  # noqa: DTZ001


def grid(across: Field, down: Field, measure: Field, frame: Frame) -> Chart:
    """A heatmap; rows and columns in their natural order."""
    columns, rows = _ordered(across), _ordered(down)
    decimals = decimals_in_pictures(measure.column, measure.values)
    written = 0 if max(measure.numbers) - min(measure.numbers) >= (0.1 if measure.column.format == "percent" else 10) else decimals
    cells = {
        (rows.index(d), columns.index(a)): (float(v), bare(v, measure.column, written))
        for a, d, v in zip(across.values, down.values, measure.values, strict=True)
        if drawable(v)
    }
    names = (
        [marks.shorten(text, 80) for text in _across(across, columns)],
        [marks.shorten(part_of_time(v, down.column), 160) for v in rows],
    )
    low, high = min(measure.numbers), max(measure.numbers)
    extent = f"from {full(low, measure.column, decimals)} (faint) to {full(high, measure.column, decimals)} (strong)"
    return Chart(
        kind="heatmap",
        title=measure.column.label,
        subtitle=sentence(f"by {by(down.column)} and {by(across.column)}", extent),
        alt=f"Heatmap of {measure.column.label} by {by(down.column)} and {by(across.column)}, {extent}.",
        spec=heatmap(frame.theme, *names, cells, frame.width),
        notes=("Blank cells have no value.",) if len(cells) < len(rows) * len(columns) else (),
    )


def _across(field: Field, values: list[Any]) -> list[str]:
    """Labels of columns: of months the year is said where it begins."""
    if grain(field.column) != "month" or not all(isinstance(value, date) for value in values):
        return [part_of_time(value, field.column) for value in values]
    years = [value.year for value in values]
    return [f"{month_abbr[v.month]}{f' {v.year}' if not at or years[at - 1] != v.year else ''}" for at, v in enumerate(values)]


def _ordered(field: Field) -> list[Any]:
    """Distinct values: times and numbers sorted, days of the week and the like as they follow one another, names as they come."""
    distinct = list(dict.fromkeys(field.values))
    for cycle in _CYCLES:
        places = {str(value).casefold()[:3]: place for place, value in enumerate(cycle)}
        if all(isinstance(v, str) and any(v.casefold() in (name, name[:3]) for name in cycle) for v in distinct):
            return sorted(distinct, key=lambda value: places[value.casefold()[:3]])
    sortable = all(isinstance(v, date | int | float) for v in distinct)
    return sorted(distinct) if sortable else distinct


def _line_alt(drawn: list[lines.Line], measure: Field, time: Field, decimals: int) -> str:
    numbers = measure.numbers
    span = f"between {full(min(numbers), measure.column, decimals)} and {full(max(numbers), measure.column, decimals)}"
    subject = measure.column.label if len(drawn) == 1 else f"{measure.column.label} for {', '.join(one.name for one in drawn)}"
    return f"Line chart of {subject} by {by(time.column)}, {span}."
