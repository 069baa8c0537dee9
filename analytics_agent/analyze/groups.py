"""The two groups of rows that a comparison or a contribution works on, one amount for each value of `by`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from analytics_agent.analyze.sheet import Sheet
from analytics_agent.domain.cell import Cell, find, nearest
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.errors import ToolRefused


@dataclass(frozen=True)
class Group:
    """Rows of one side. `name` is the value as the data spells it."""

    name: Cell
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Pair:
    before: Group
    now: Group


def pair(sheet: Sheet, tool_input: dict[str, Any]) -> Pair:
    """The rows named by `before` and by `now`. Raises ToolRefused when either has none or both are the same."""
    column = tool_input["column"]
    before, now = (_group(sheet, column, tool_input[side], side) for side in ("before", "now"))
    if before.rows == now.rows:
        raise ToolRefused(f"`before` and `now` name the same rows of {column!r}.", hint="Name two different values.")
    return Pair(before, now)


def _group(sheet: Sheet, column: str, given: str | int | float, side: str) -> Group:
    column_cells = sheet.cells(column)
    rows = find(column_cells, given)
    if rows:
        return Group(column_cells[rows[0]], tuple(rows))
    known = [str(cell) for cell in column_cells if cell is not None]
    offer = ", ".join(nearest(str(given), known, 8)) or "none: every cell of it is empty"
    raise ToolRefused(f"No row of {sheet.query.id} has {column} = {given!r} (`{side}`).", hint=f"Values of that column: {offer}.")


def by_value(sheet: Sheet, by: str | None, rows: Iterable[int]) -> dict[Cell, list[int]]:
    """Rows for each value of `by`, in the order of the result; all under None without `by`."""
    if by is None:
        return {None: list(rows)}
    column_cells = sheet.cells(by)
    grouped: dict[Cell, list[int]] = {}
    for row in rows:
        grouped.setdefault(column_cells[row], []).append(row)
    return grouped


def amount(sheet: Sheet, measure: str, rows: Sequence[int], numbers: list[Fraction | None], where: str) -> Fraction | None:
    """The measure over some rows: a single row's value, or the sum where the measure may be added up. None where all are empty.

    No rows at all are a zero where the measure is additive and the result is whole.
    """
    additive = bool(sheet.column(measure).additive)
    if not rows:
        return Fraction(0) if additive and not sheet.is_cut else None
    present = [number for row in rows if (number := numbers[row]) is not None]
    if len(present) > 1 and not additive:
        raise ToolRefused(
            f"{len(present)} rows of {sheet.query.id} match {where}, and {measure!r} is not known to be additive, so it cannot be summed.",
            hint="Give `by` with the column that tells these rows apart, or use a result at the level of the comparison.",
        )
    return sum(present, Fraction(0)) if present else None


def differing_columns(sheet: Sheet, column: str, by: str | None) -> None:
    """Raises ToolRefused when `by` is the column that separates the groups."""
    if by is not None:
        sheet.column(by)
        if by == column:
            raise ToolRefused(f"`by` and `column` are both {by!r}.", hint="`by` must be another column of the result.")


def group_column(group: ResultColumn, name: str, label: str) -> ResultColumn:
    """The value that names a group, kept as a cell so that prose and charts can name it."""
    return ResultColumn(name=name, type=group.type, label=label, format=group.format, dimension=group.dimension)
