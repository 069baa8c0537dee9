"""The picture of a finding, by its operation: a pair or changes, a waterfall that adds up, a line, a ranking."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.domain.finding import Finding, Operation
from analytics_agent.report.bars import Bar, lying
from analytics_agent.report.charts import choose, ranking
from analytics_agent.report.document import Chart
from analytics_agent.report.framing import MOST_BARS, Frame, described, drawable, left_out
from analytics_agent.report.groups import rows_of_finding
from analytics_agent.report.numbers import bare, decimals_for, lowered
from analytics_agent.report.numbers import by as by_words
from analytics_agent.report.rows import Rows
from analytics_agent.report.shape import Field
from analytics_agent.report.standing import few_records

if TYPE_CHECKING:
    import pyarrow as pa

MOST_STEPS = 9
SMALLEST_STEP = 0.03
"""Where every step is smaller than this part of the total, a waterfall from zero would show nothing: the steps are drawn alone."""
Picture = Callable[[Finding, Rows, ResultColumn, Frame], Chart | None]


def for_finding(finding: Finding, queries: Mapping[str, Query], tables: Mapping[str, "pa.Table"], frame: Frame) -> Chart | None:
    """Drawn from the finding's own result, a trend from the series it was computed from. None where there is nothing to draw."""
    query, table = queries.get(finding.result), tables.get(finding.result)
    source = next((queries[i] for i in finding.inputs if i in queries), None)
    if finding.operation == "trend":
        return choose(source, tables[source.id], frame) if source and source.id in tables else None
    if query is None or table is None or not table.num_rows:
        return None
    measure = _measure(finding, source, query)
    rows = rows_of_finding(finding, queries, tables)
    if measure is None or not rows.has(*_NEEDED[finding.operation]):
        return choose(query, table, frame)
    if finding.operation == "ranking":
        return _ranked(finding, rows, measure, frame, _few(finding, measure, source, tables))
    return _PICTURES[finding.operation](finding, rows, measure, frame)


def _few(finding: Finding, measure: ResultColumn, source: Query | None, tables: Mapping[str, "pa.Table"]) -> Mapping[Any, str]:
    if source is None or source.id not in tables:
        return {}
    return few_records(source, tables[source.id], str(finding.parameters.get("by")), measure.name)


def _measure(finding: Finding, source: Query | None, query: Query) -> ResultColumn | None:
    columns = (*(source.columns if source else ()), *query.columns)
    return next((column for column in columns if column.name == finding.parameters.get("measure")), None)


def _compared(finding: Finding, rows: Rows, measure: ResultColumn, frame: Frame) -> Chart | None:
    by = finding.parameters.get("by")
    return _changes(str(by), rows, measure, frame) if by in rows.columns and rows.count > 1 else _pair(rows, measure, frame)


def _pair(rows: Rows, measure: ResultColumn, frame: Frame) -> Chart | None:
    """Before in grey, now in color."""
    values = [rows.cell(0, name) for name in ("before", "now")]
    if not all(drawable(value) for value in values):
        return None
    bars = [
        Bar(rows.name(0, f"{name}_group"), 0.0, float(value), rows.full(0, name), frame.theme.color(name))
        for name, value in zip(("before", "now"), values, strict=True)
    ]
    return described("pair", measure, "", f"Two bars of {lowered(measure.label)}", bars, lying(frame.theme, bars, frame.width))


def _changes(by: str, rows: Rows, measure: ResultColumn, frame: Frame) -> Chart | None:
    """Change for each name, the largest rise first, with the two values it lies between."""
    order = [row for row in range(rows.count) if drawable(rows.cell(row, "difference"))]
    order.sort(key=lambda row: rows.cell(row, "difference"), reverse=True)
    if not order:
        return None
    shown = order[:MOST_BARS]
    bars = [
        Bar(
            rows.name(row, by),
            0.0,
            float(rows.cell(row, "difference")),
            rows.bare(row, "difference", signed=True),
            frame.theme.color("now" if rows.cell(row, "difference") >= 0 else "before"),
            f"{rows.bare(row, 'before')} → {rows.bare(row, 'now')}",
        )
        for row in shown
    ]
    groups = f"{rows.name(0, 'before_group')} to {rows.name(0, 'now_group')}"
    notes = left_out(len(order) - len(shown), rows.count - len(order), "a value in both groups")
    label = by_words(rows.columns[by])
    chart = described(
        "changes",
        rows.columns["difference"],
        f"{groups}, by {label}",
        f"Bars of the change by {label}",
        bars,
        lying(frame.theme, bars, frame.width),
    )
    return replace(chart, title=f"Change in {lowered(measure.label)}", notes=notes)


def _contributed(finding: Finding, rows: Rows, measure: ResultColumn, frame: Frame) -> Chart | None:
    """From the first total to the second, every part a step; small parts are one step together, so that it still adds up."""
    by = str(finding.parameters.get("by"))
    if by not in rows.columns or not all(drawable(rows.cell(0, name)) for name in ("total_before", "total_now")):
        return None
    scale = 100.0 if measure.format == "percent" else 1.0
    before, now = (float(rows.cell(0, name)) * scale for name in ("total_before", "total_now"))
    steps = _steps(by, rows)
    small = max(abs(change) for _, change, _ in steps) < SMALLEST_STEP * max(abs(before), abs(now))
    at, bars = 0.0 if small else before, []
    for name, change, text in steps:
        bars.append(Bar(name, 0.0 if small else at, change if small else at + change, text, _tone(frame, measure, change)))
        at += change
    if not small:
        first = Bar(rows.name(0, "before_group"), 0.0, before, rows.full(0, "total_before"), frame.theme.color("before"))
        last = Bar(rows.name(0, "now_group"), 0.0, now, rows.full(0, "total_now"), frame.theme.color("now"))
        bars = [first, *bars, last]
    groups = f"{rows.name(0, 'before_group')} to {rows.name(0, 'now_group')}"
    drawing = lying(frame.theme, bars, frame.width, connect=not small)
    alt = f"{'Bars' if small else 'Waterfall'} of what changed {lowered(measure.label)} from {groups}"
    chart = described("contribution", measure, f"{groups}, by {by_words(rows.columns[by])}", alt, bars, drawing)
    return replace(chart, title=f"What changed {lowered(measure.label)}", notes=("Contributions add up exactly to the change.",))


def _steps(by: str, rows: Rows) -> list[tuple[str, float, str]]:
    """Name, change and its text; beyond MOST_STEPS the smallest are added up."""
    changes = [float(rows.cell(row, "contribution") or 0) for row in range(rows.count)]
    steps = [(rows.name(row, by), change, rows.bare(row, "contribution", signed=True)) for row, change in enumerate(changes)]
    if len(steps) <= MOST_STEPS:
        return steps
    rest = sum(changes[MOST_STEPS - 1 :])
    column = rows.columns["contribution"]
    together = bare(rest, column, decimals_for(column, rows.values["contribution"]), signed=True)
    return [*steps[: MOST_STEPS - 1], (f"{len(steps) - MOST_STEPS + 1} others", rest, together)]


def _tone(frame: Frame, measure: ResultColumn, change: float) -> str:
    if measure.higher_is is None:
        return frame.theme.color("change")
    return frame.theme.color("rise" if (change > 0) == (measure.higher_is == "bad") else "fall")


def _ranked(finding: Finding, rows: Rows, measure: ResultColumn, frame: Frame, few: Mapping[Any, str]) -> Chart | None:
    by = str(finding.parameters.get("by"))
    if by not in rows.columns or measure.name not in rows.columns:
        return None
    names, values = (Field(rows.columns[name], tuple(rows.values[name])) for name in (by, measure.name))
    return ranking(names, values, frame, descending=finding.parameters.get("direction") != "lowest", few=few)


_NEEDED: Mapping[Operation, tuple[str, ...]] = {
    "comparison": ("before", "now", "difference", "before_group", "now_group"),
    "contribution": ("contribution", "total_before", "total_now", "before_group", "now_group"),
    "ranking": ("rank",),
}
_PICTURES: Mapping[Operation, Picture] = {"comparison": _compared, "contribution": _contributed}
