"""Rank: values ordered by a measure, with competition ranks, share of the total and distance to the mean."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from analytics_agent.analyze.caveats import CUT, EMPTY, noted
from analytics_agent.analyze.computed import Computed, Output, assemble, changes, ratio_column
from analytics_agent.analyze.groups import amount, by_value
from analytics_agent.analyze.sheet import FLOAT, INTEGER, Sheet
from analytics_agent.domain.cell import Cell
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.domain.others import OTHERS, others_column
from analytics_agent.errors import ToolRefused

METHOD = (
    "Competition ranking: equal values share a rank and the next ranks are skipped. "
    "The mean is that of the ranked values, each counted once."
)
TIED_CUT = "Values tied with the last rank asked for are all kept."
NOT_RANKED = "All others, which are no one member, have no rank; shares are of everything, them included."
SHARE_METHOD = " Share: value ÷ sum of all ranked values, before the list is shortened."

Ranked = list[tuple[int, Cell, Fraction]]
"""Rank, value of `by`, and its measure."""


def rank(sheet: Sheet, tool_input: dict[str, Any]) -> Computed:
    """One row for each value of `by`, best rank first. Raises ToolRefused."""
    measure, by = sheet.column(tool_input["measure"]), sheet.column(tool_input["by"])
    if measure.name == by.name:
        raise ToolRefused(f"`measure` and `by` are both {by.name!r}.", hint="`by` is the column with the names to rank.")
    direction = tool_input.get("direction", "highest")
    amounts = _amounts(sheet, measure.name, by.name)
    others = amounts.pop(OTHERS, None) if others_column(sheet.query) == by.name and len(amounts) > 1 else None
    ranked = competition_ranks(amounts, highest=direction == "highest")
    kept = [line for line in ranked if line[0] <= tool_input.get("top", len(ranked))]
    shares = bool(measure.additive) and not sheet.is_cut and min([others or 0, *(amount for _, _, amount in ranked)]) >= 0
    table, columns = assemble(_outputs(sheet, measure, by, ranked, kept, others=others or Fraction(0), shares=shares))
    return Computed(
        operation="ranking",
        title=tool_input["title"],
        table=table,
        columns=columns,
        inputs=(sheet.query.id,),
        parameters={"measure": measure.name, "by": by.name, "direction": direction, "top": tool_input.get("top")},
        method=METHOD + (SHARE_METHOD if shares else ""),
        caveats=noted(
            (CUT, sheet.is_cut),
            (EMPTY.format(measure.label), None in sheet.numbers(measure.name)),
            (NOT_RANKED, others is not None),
            (TIED_CUT, len(kept) > tool_input.get("top", len(ranked))),
        ),
    )


def competition_ranks(amounts: dict[Cell, Fraction], *, highest: bool) -> Ranked:
    """Rank 1 + the number of values that are strictly better; ties stand in the order of their names."""
    ordered = sorted(amounts.items(), key=lambda item: (-item[1] if highest else item[1], str(item[0])))
    ranked: Ranked = []
    for place, (value, amount_) in enumerate(ordered, start=1):
        tied = ranked and ranked[-1][2] == amount_
        ranked.append((ranked[-1][0] if tied else place, value, amount_))
    return ranked


def _amounts(sheet: Sheet, measure: str, by: str) -> dict[Cell, Fraction]:
    numbers = sheet.numbers(measure)
    grouped = by_value(sheet, by, range(sheet.rows))
    found = {value: amount(sheet, measure, rows, numbers, f"one value of {by!r}") for value, rows in grouped.items()}
    present = {value: number for value, number in found.items() if number is not None}
    if not present:
        raise ToolRefused(f"Every cell of {measure!r} is empty: there is nothing to rank.", hint="Use another measure or result.")
    return present


def _outputs(
    sheet: Sheet, measure: ResultColumn, by: ResultColumn, ranked: Ranked, kept: Ranked, *, others: Fraction, shares: bool
) -> Sequence[Output]:
    amounts = [amount_ for _, _, amount_ in ranked]
    total = sum(amounts, others)
    mean = sum(amounts, Fraction(0)) / len(amounts)
    precision = sheet.precision(measure.name)
    of_total = [amount_ / total if total else None for _, _, amount_ in kept]
    fine = replace(measure, type="number")  # the mean of whole numbers need not be one
    mean_column = replace(fine, name="mean_of_ranked", label="Mean of the ranked values", additive=False)
    return [
        Output(ResultColumn(name="rank", type="integer", label="Rank", additive=False), [Fraction(place) for place, _, _ in kept], INTEGER),
        Output(by, [value for _, value, _ in kept], given=True),
        Output(measure, [amount_ for _, _, amount_ in kept], precision, given=True),
        *([Output(replace(ratio_column("share_of_total", "Share of the total", percent=True), additive=True), of_total, FLOAT)] * shares),
        changes(fine, "distance_to_mean", "Distance to the mean", [a - mean for _, _, a in kept], FLOAT, additive=False),
        Output(mean_column, [mean] * len(kept), FLOAT),
    ]
