"""The strip of key figures: what a reader should leave with, each with its change where one was computed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.answer import Answer, Figure
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.report.document import KeyFigure
from analytics_agent.report.numbers import bare, decimals_for, full, is_number, units
from analytics_agent.report.shape import Field, shape_of

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 5
Tables = Mapping[str, "pa.Table"]


def key_figures(answer: Answer | None, primary: Query | None, queries: Mapping[str, Query], tables: Tables) -> tuple[KeyFigure, ...]:
    """A result of one row shows its figures; otherwise the answer's own figures do, first come first."""
    table = tables.get(primary.id) if primary else None
    if primary and table is not None and table.num_rows == 1:
        return _of_one_row(primary, table)
    figures = [figure for claim in answer.claims for figure in claim.figures] if answer else []
    found = [key for figure in figures if (key := _of_figure(figure, queries, tables)) is not None]
    distinct = list(dict.fromkeys(found))
    return tuple(distinct[:MOST]) if len(distinct) > 1 else ()


def _of_one_row(query: Query, table: "pa.Table") -> tuple[KeyFigure, ...]:
    shape = shape_of(query, table)
    note = ", ".join(bare(field.values[0], field.column, 0) for field in shape.others)
    return tuple(_plain(field, note) for field in shape.measures[:MOST] if is_number(field.values[0]))


def _plain(field: Field, note: str) -> KeyFigure:
    value, unit = split(field.values[0], field.column, decimals_for(field.column, field.values))
    return KeyFigure(field.column.label, value, unit, note)


def split(value: Any, column: ResultColumn, decimals: int, *, signed: bool = False) -> tuple[str, str]:
    """A value and what follows it, to be set in two sizes."""
    before, after = units(column)
    text = full(value, column, decimals, signed=signed) if before else bare(value, column, decimals, signed=signed)
    return text, after


def _of_figure(figure: Figure, queries: Mapping[str, Query], tables: Tables) -> KeyFigure | None:
    """Only a figure read straight from a cell has a name of its own: its column's label and its row's names."""
    query, table = queries.get(figure.result), tables.get(figure.result)
    if query is None or table is None or figure.column is None or figure.row is None or not is_number(figure.value):
        return None
    shape = shape_of(query, table)
    field = next((f for f in shape.measures if f.column.name == figure.column), None)
    if field is None or figure.row >= shape.rows or "(" in figure.expression:
        return None
    value, unit = split(field.values[figure.row], field.column, decimals_for(field.column, field.values))
    note = ", ".join(bare(other.values[figure.row], other.column, 0) for other in shape.others)
    return KeyFigure(field.column.label, value, unit, note)
