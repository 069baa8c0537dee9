"""The strip of key figures: what a reader should leave with, each with its change where one was computed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from analytics_agent.domain.answer import Answer, Figure
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.domain.finding import Finding
from analytics_agent.report.document import KeyFigure, Tone
from analytics_agent.report.groups import GROUPS, rows_of_finding
from analytics_agent.report.numbers import MINUS, bare, decimals_in_pictures, is_number, lowered, named, shown_decimals, units
from analytics_agent.report.rows import Rows
from analytics_agent.report.shape import Field, shape_of

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 5
LONGEST_NAME = 48
Tables = Mapping[str, "pa.Table"]


def key_figures(
    answer: Answer | None,
    primary: Query | None,
    findings: Sequence[Finding],
    queries: Mapping[str, Query],
    tables: Tables,
    changed: str | None = None,
) -> tuple[KeyFigure, ...]:
    """A result of one row shows its figures; otherwise comparisons of the whole, then the answer's own figures, first come first.

    `changed` is the result that compares with the report before."""
    table = tables.get(primary.id) if primary else None
    if primary and table is not None and table.num_rows == 1:
        return _since_last(tuple(_of_one_row(primary, table))[:MOST], queries.get(changed or ""), tables.get(changed or ""))
    found = [*_compared(findings, queries, tables), *_told(answer, findings, queries, tables)]
    distinct = list(dict.fromkeys(found))[:MOST]
    return _led_by_what_differs(distinct) if len(distinct) > 1 else tuple(distinct) if any(key.change for key in distinct) else ()


def _of_one_row(query: Query, table: "pa.Table") -> Iterator[KeyFigure]:
    shape = shape_of(query, table)
    note = ", ".join(named(field.values[0], field.column) for field in shape.others)
    for field in shape.measures:
        if is_number(field.values[0]):
            yield _plain(field, 0, note, query.id)


def _since_last(keys: tuple[KeyFigure, ...], query: Query | None, table: "pa.Table | None") -> tuple[KeyFigure, ...]:
    """The first figure with its change since the report before."""
    if not keys or query is None or table is None or table.num_rows != 1:
        return keys
    rows = Rows.of(query, table)
    if not rows.has(*_CHANGES) or not is_number(rows.cell(0, "difference")):
        return keys
    since = _change(rows, 0, rows.columns["now"], keys[0].label)
    return (replace(since, result=keys[0].result, note=keys[0].note), *keys[1:])


def _plain(field: Field, row: int, note: str, result: str) -> KeyFigure:
    decimals = shown_decimals(field.values[row], field.column, decimals_in_pictures(field.column, field.values))
    before, after = units(field.column)
    text = bare(field.values[row], field.column, decimals)
    sign, digits = (text[0], text[1:]) if text[:1] == MINUS else ("", text)
    return KeyFigure(field.column.label, f"{sign}{before}{digits}", result, after, note)


def _compared(findings: Sequence[Finding], queries: Mapping[str, Query], tables: Tables) -> Iterator[KeyFigure]:
    """Comparisons of the whole: the value now, its change, and the value it is compared with."""
    for finding in findings:
        query, table = queries.get(finding.result), tables.get(finding.result)
        if finding.operation != "comparison" or query is None or table is None or table.num_rows != 1:
            continue
        rows = rows_of_finding(finding, queries, tables)
        measure = _measure(finding, queries) or rows.columns.get("now")
        if measure and rows.has("before", "now", "difference", "before_group") and is_number(rows.cell(0, "difference")):
            yield _change(rows, 0, measure, measure.label)


def _change(
    rows: Rows, row: int, measure: ResultColumn, label: str, names: tuple[str, str, str] = ("before", "now", "difference")
) -> KeyFigure:
    before, now, difference = names
    change = rows.cell(row, difference)
    key = _plain(Field(replace(rows.columns[now], label=label), tuple(rows.values[now])), row, "", rows.query.id)
    return replace(
        key,
        change=rows.full(row, difference, signed=True).lstrip(f"+{MINUS}"),
        direction="up" if change > 0 else "down" if change < 0 else "",
        tone=_tone(measure, float(change)),
        base=f"{rows.name(row, 'before_group')} {rows.full(row, before)}",
    )


def _of_changes(rows: Rows, figure: Figure) -> KeyFigure | None:
    """A figure that a scheduled report says of the one before: of all rows, or of one of them."""
    row, measure = figure.row or 0, rows.columns["now"]
    if str(figure.column).startswith("total_"):
        label = rows.columns["total_now"].label.removesuffix(", now")
        return _change(rows, row, measure, label, ("total_before", "total_now", "total_change"))
    about = [name for name, column in rows.columns.items() if column.type == "text" and name not in _CHANGES and name != "now_group"]
    if not about or not all(is_number(rows.cell(row, name)) for name in ("before", "now", "difference")):
        return None
    return replace(_change(rows, row, measure, _name(rows, row, about[-1])), note=measure.label.removesuffix(", now"))


def _part(rows: Rows, row: int, by: str) -> KeyFigure:
    """What one part brings to a change, with its share of it."""
    share = rows.full(row, "share_of_change") if is_number(rows.cell(row, "share_of_change")) else ""
    label = f"{_name(rows, row, by)}: part of the change"
    note = ", ".join(part for part in (f"{share} of it" if share else "", f"by {lowered(rows.columns[by].label)}") if part)
    return _plain(Field(replace(rows.columns["contribution"], label=label), tuple(rows.values["contribution"])), row, note, rows.query.id)


def _name(rows: Rows, row: int, by: str) -> str:
    name = rows.name(row, by)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"


def _tone(measure: ResultColumn, change: float) -> Tone:
    if measure.higher_is is None or change == 0:
        return "plain"
    return measure.higher_is if change > 0 else "good" if measure.higher_is == "bad" else "bad"


def _measure(finding: Finding, queries: Mapping[str, Query]) -> ResultColumn | None:
    columns = [column for result in finding.inputs if result in queries for column in queries[result].columns]
    return next((column for column in columns if column.name == finding.parameters.get("measure")), None)


def _told(answer: Answer | None, findings: Sequence[Finding], queries: Mapping[str, Query], tables: Tables) -> Iterator[KeyFigure]:
    """The first figure of each claim that was read straight from a cell, labeled by what it is."""
    whole = {finding.result for finding in findings if finding.operation in {"comparison", "trend"} and not finding.parameters.get("by")}
    compared = {i for finding in findings if finding.result in whole and finding.operation == "comparison" for i in finding.inputs}
    by_result = {finding.result: finding for finding in findings}
    for claim in answer.claims if answer else ():
        found = (_of_figure(f, by_result.get(f.result), queries, tables) for f in claim.figures if f.result not in whole | compared)
        if key := next((key for key in found if key), None):
            yield key


def _of_figure(figure: Figure, finding: Finding | None, queries: Mapping[str, Query], tables: Tables) -> KeyFigure | None:
    query, table = queries.get(figure.result), tables.get(figure.result)
    if query is None or table is None or figure.column is None or figure.row is None or not is_number(figure.value):
        return None
    shape = shape_of(query, table)
    field = next((f for f in shape.measures if f.column.name == figure.column), None)
    if field is None or figure.row >= shape.rows or "(" in figure.expression:
        return None
    if finding is None and (rows := Rows.of(query, table)).has(*_CHANGES):
        return _of_changes(rows, figure)
    if finding and (key := _of_finding(finding, rows_of_finding(finding, queries, tables), figure, queries)):
        return key
    names = [other for other in shape.others if other.column.name not in _GROUPS]
    return _plain(field, figure.row, ", ".join(named(other.values[figure.row], other.column) for other in names), query.id)


def _of_finding(finding: Finding, rows: Rows, figure: Figure, queries: Mapping[str, Query]) -> KeyFigure | None:
    """A part of a change, or one of several values that changed; None where the figure is neither."""
    by, row, measure = str(finding.parameters.get("by")), figure.row or 0, _measure(finding, queries)
    if by not in rows.columns or str(figure.column).startswith("total_"):
        return None
    if finding.operation == "contribution" and is_number(rows.cell(row, "contribution")):
        return _part(rows, row, by)
    if finding.operation == "comparison" and measure and all(is_number(rows.cell(row, name)) for name in ("before", "now", "difference")):
        return _change(rows, row, measure, _name(rows, row, by)) if rows.has("before_group") else None
    return None


def _led_by_what_differs(keys: list[KeyFigure]) -> tuple[KeyFigure, ...]:
    """Where all figures are of one measure, each is led by its row's name and the measure stands below."""
    if len({key.label for key in keys}) > 1 or not all(key.note for key in keys):
        return tuple(keys)
    return tuple(replace(key, label=key.note, note=key.label) for key in keys)


_CHANGES = ("before", "now", "difference", "before_group", "state")
_GROUPS = frozenset({*GROUPS, "direction"})
