"""Compare: difference, ratio and percent change of a measure between two groups of rows."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from analytics_agent.analyze.caveats import CUT, EMPTY, ONE_SIDED, noted
from analytics_agent.analyze.computed import Computed, Output, assemble, changes, derived, ratio, ratio_column
from analytics_agent.analyze.groups import Pair, amount, by_value, differing_columns, group_column, pair
from analytics_agent.analyze.sheet import FLOAT, INTEGER, Sheet
from analytics_agent.domain.cell import Cell
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.errors import ToolRefused

METHOD = "Difference now − before, ratio now ÷ before, and percent change (now − before) ÷ before, from unrounded values."
NO_BASE = "Ratio and percent change are left empty where the base is zero or below."


@dataclass(frozen=True)
class Line:
    """One comparison. `value` is that of `by`, None for the only line of a plain comparison."""

    value: Cell
    before: Fraction | None
    now: Fraction | None
    rows_before: int
    rows_now: int

    @property
    def difference(self) -> Fraction | None:
        return None if self.before is None or self.now is None else self.now - self.before

    @property
    def direction(self) -> str | None:
        if self.difference is None:
            return None
        return "rose" if self.difference > 0 else "fell" if self.difference < 0 else "unchanged"


def compare(sheet: Sheet, tool_input: dict[str, Any]) -> Computed:
    """One row, or with `by` one row for each of its values, the largest difference first. Raises ToolRefused."""
    measure, by = sheet.column(tool_input["measure"]), tool_input.get("by")
    differing_columns(sheet, tool_input["column"], by)
    groups = pair(sheet, tool_input)
    numbers = sheet.numbers(measure.name)
    lines = _lines(sheet, measure, by, groups, numbers)
    if all(line.difference is None for line in lines):
        raise ToolRefused(
            f"No value of {by or measure.name!r} has {measure.name!r} both before and now.",
            hint="Compare other groups, or another measure.",
        )
    table, columns = assemble(_outputs(sheet, tool_input, lines, groups))
    return Computed(
        operation="comparison",
        title=tool_input["title"],
        table=table,
        columns=columns,
        inputs=(sheet.query.id,),
        parameters={key: tool_input[key] for key in ("measure", "column", "by") if tool_input.get(key)},
        method=METHOD,
        caveats=noted(
            (CUT, sheet.is_cut),
            (EMPTY.format(measure.label), any(numbers[row] is None for row in groups.before.rows + groups.now.rows)),
            (ONE_SIDED, any(line.difference is None for line in lines)),
            (NO_BASE, any(line.before is not None and line.before <= 0 for line in lines)),
        ),
    )


def _lines(sheet: Sheet, measure: ResultColumn, by: str | None, groups: Pair, numbers: list[Fraction | None]) -> list[Line]:
    before, now = by_value(sheet, by, groups.before.rows), by_value(sheet, by, groups.now.rows)
    lines = [_line(sheet, measure.name, value, before.get(value, []), now.get(value, []), numbers) for value in before | now]
    return sorted(lines, key=lambda line: (line.difference is None, -abs(line.difference or 0), str(line.value)))


def _line(sheet: Sheet, measure: str, value: Cell, before: list[int], now: list[int], numbers: list[Fraction | None]) -> Line:
    first = amount(sheet, measure, before, numbers, "`before`")
    second = amount(sheet, measure, now, numbers, "`now`")
    return Line(value, first, second, len(before), len(now))


def _outputs(sheet: Sheet, tool_input: dict[str, Any], lines: list[Line], groups: Pair) -> list[Output]:
    measure, group, by = sheet.column(tool_input["measure"]), sheet.column(tool_input["column"]), tool_input.get("by")
    precision = sheet.precision(measure.name)
    count = ResultColumn(name="rows_before", type="integer", label="Rows before", additive=True)
    return [
        *([Output(sheet.column(by), [line.value for line in lines], given=True)] if by else []),
        derived(measure, "before", [line.before for line in lines], precision, f"{measure.label}, before"),
        derived(measure, "now", [line.now for line in lines], precision, f"{measure.label}, now"),
        changes(measure, "difference", "Difference", [line.difference for line in lines], precision, additive=measure.additive),
        *_ratios(lines),
        Output(ResultColumn(name="direction", type="text", label="Direction", format="text"), [line.direction for line in lines]),
        Output(group_column(group, "before_group", "Before"), [groups.before.name] * len(lines)),
        Output(group_column(group, "now_group", "Now"), [groups.now.name] * len(lines)),
        Output(count, [Fraction(line.rows_before) for line in lines], INTEGER),
        derived(count, "rows_now", [Fraction(line.rows_now) for line in lines], INTEGER, "Rows now"),
    ]


def _ratios(lines: list[Line]) -> list[Output]:
    return [
        Output(ratio_column("ratio", "Ratio"), [ratio(line.now, line.before) for line in lines], FLOAT),
        Output(
            ratio_column("percent_change", "Percent change", percent=True), [ratio(line.difference, line.before) for line in lines], FLOAT
        ),
    ]
