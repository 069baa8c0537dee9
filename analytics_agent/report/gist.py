"""The most telling figure of a section, as the list on page one shows it: "+2.4 of 5.0 min", "13.4 → 18.3 min", "35.0 %"."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analytics_agent.domain.answer import Claim, Figure
from analytics_agent.domain.evidence import Query
from analytics_agent.report.numbers import is_number, units
from analytics_agent.report.rows import Rows

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST = 32


def gist(claims: Sequence[Claim], queries: Mapping[str, Query], tables: Mapping[str, "pa.Table"]) -> str:
    """Of the first number that the claims tell; of what was computed, the figure with what it is measured against."""
    figures = [figure for claim in claims for figure in claim.figures]
    first = next((figure for figure in figures if is_number(figure.value)), figures[0] if figures else None)
    if first is None:
        return ""
    return _against(first, queries, tables) or _short(first.shown)


def _against(figure: Figure, queries: Mapping[str, Query], tables: Mapping[str, "pa.Table"]) -> str:
    """A part with its whole, a value now with the value before; empty for every other figure."""
    query, table, row = queries.get(figure.result), tables.get(figure.result), figure.row
    if query is None or query.source != "computed" or table is None or row is None or not 0 <= row < table.num_rows:
        return ""
    rows = Rows.of(query, table)
    if is_number(rows.cell(row, "contribution")) and is_number(rows.cell(row, "total_change")):
        return f"{_first(rows, row, 'contribution', signed=True)} of {rows.full(row, 'total_change')}"
    if is_number(rows.cell(row, "before")) and is_number(rows.cell(row, "now")):
        return f"{_first(rows, row, 'before')} → {rows.full(row, 'now')}"
    return ""


def _first(rows: Rows, row: int, name: str, *, signed: bool = False) -> str:
    """Of two figures the unit stands behind the second; a sign that stands before a figure stands before both."""
    told = rows.full if units(rows.columns[name])[0] else rows.bare
    return told(row, name, signed=signed)


def _short(shown: str) -> str:
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1].rstrip()}…"
