"""Contribution: which values of a column a change in a total or in a mean comes from. The parts add up exactly to the change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from analytics_agent.analyze.caveats import EMPTY, noted
from analytics_agent.analyze.computed import Computed, Output, assemble, changes, derived, ratio_column, share
from analytics_agent.analyze.groups import Pair, by_value, differing_columns, group_column, pair
from analytics_agent.analyze.sheet import FLOAT, Sheet
from analytics_agent.domain.cell import Cell
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.errors import ToolRefused

TOTAL_METHOD = "Additive split: each part is its own change, now − before; the parts add up to the change in the total."
MEAN_METHOD = (
    "Rate and mix decomposition after Kitagawa (1955), with the two groups weighted alike. Rate: the change of a part's own mean, at "
    "its average share of the weight. Mix: the change of its share, times the distance of its mean from the overall mean (both "
    "averaged over the two groups). Rate and mix of all parts add up to the change in the overall weighted mean, without a residual."
)
ASSUMED = "That “{0}” may be added up over the parts is assumed; it is not a governed metric."
OPPOSED = "Parts work against one another, so shares of the change can be negative or exceed the whole."
ENTERED = "Values found in only one of the two groups count as mix, at their own mean."


@dataclass(frozen=True)
class Part:
    """One value of `by`. `before` and `now` are its total or mean; shares are of the weight and None for a total."""

    value: Cell
    before: Fraction | None
    now: Fraction | None
    rate: Fraction
    mix: Fraction
    share_before: Fraction | None = None
    share_now: Fraction | None = None

    @property
    def contribution(self) -> Fraction:
        return self.rate + self.mix


@dataclass(frozen=True)
class Split:
    """All parts, the largest contribution first, and the overall figures they explain."""

    parts: tuple[Part, ...]
    before: Fraction
    now: Fraction

    @property
    def change(self) -> Fraction:
        return self.now - self.before


Side = dict[Cell, tuple[Fraction, Fraction]]
"""For each value its mean and its weight."""


def contribution(sheet: Sheet, tool_input: dict[str, Any]) -> Computed:
    """One row for each value of `by`, the largest contribution first. Raises ToolRefused."""
    measure, weight, by = sheet.column(tool_input["measure"]), tool_input.get("weight"), tool_input["by"]
    differing_columns(sheet, tool_input["column"], by)
    _whole(sheet, measure, weight)
    groups = pair(sheet, tool_input)
    left_out = _empty_rows(sheet, measure.name, weight, groups)
    split = _mean_split(sheet, tool_input, groups) if weight else _total_split(sheet, tool_input, groups)
    table, columns = assemble(_outputs(sheet, tool_input, split, groups))
    return Computed(
        operation="contribution",
        title=tool_input["title"],
        table=table,
        columns=columns,
        inputs=(sheet.query.id,),
        parameters={key: tool_input[key] for key in ("measure", "weight", "by", "column") if tool_input.get(key)},
        method=MEAN_METHOD if weight else TOTAL_METHOD,
        caveats=noted(
            (EMPTY.format(measure.label), left_out),
            (ASSUMED.format(measure.label), not weight and measure.additive is None),
            (ENTERED, bool(weight) and any(part.before is None or part.now is None for part in split.parts)),
            (OPPOSED, any(part.contribution * split.change < 0 for part in split.parts)),
        ),
    )


def split_total(before: dict[Cell, Fraction], now: dict[Cell, Fraction]) -> Split:
    """Each value's own change in a total; a value missing on one side counts as zero there."""
    zero = Fraction(0)
    parts = [
        Part(value, before.get(value, zero), now.get(value, zero), rate=now.get(value, zero) - before.get(value, zero), mix=zero)
        for value in before | now
    ]
    return Split(_ordered(parts), sum(before.values(), zero), sum(now.values(), zero))


def split_mean(before: Side, now: Side) -> Split:
    """Kitagawa's two-part decomposition of the change in a weighted mean. Weights must be positive on each side together."""
    overall_before, overall_now = _overall(before), _overall(now)
    center = (overall_before + overall_now) / 2
    total_before, total_now = (sum((weight for _, weight in side.values()), Fraction(0)) for side in (before, now))
    parts = []
    for value in before | now:
        first, second = before.get(value), now.get(value)
        share_before = first[1] / total_before if first else Fraction(0)
        share_now = second[1] / total_now if second else Fraction(0)
        # A value that exists on one side only has no change of its own: all of its effect is mix.
        mean_before, mean_now = (first or second or (center,))[0], (second or first or (center,))[0]
        rate = (mean_now - mean_before) * (share_before + share_now) / 2
        mix = (share_now - share_before) * ((mean_before + mean_now) / 2 - center)
        parts.append(Part(value, first and first[0], second and second[0], rate, mix, share_before, share_now))
    return Split(_ordered(parts), overall_before, overall_now)


def _overall(side: Side) -> Fraction:
    return sum((mean * weight for mean, weight in side.values()), Fraction(0)) / sum((weight for _, weight in side.values()), Fraction(0))


def _ordered(parts: Sequence[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: (-abs(part.contribution), str(part.value))))


def _whole(sheet: Sheet, measure: ResultColumn, weight: str | None) -> None:
    """Parts can add up only when every row is there, and when the measure is what the call says it is."""
    if sheet.is_cut:
        raise ToolRefused(f"{sheet.query.id} does not hold every row, so its parts cannot add up.", hint="Use a result without a limit.")
    if weight is None and (measure.format == "percent" or measure.additive is False):
        raise ToolRefused(
            f"{measure.name!r} is a mean or a share and cannot be added up.",
            hint="Give `weight`: the column with the number of rows behind each value.",
        )
    if weight is not None and measure.additive:
        raise ToolRefused(f"{measure.name!r} is a total.", hint="Leave `weight` out, or choose the mean as `measure`.")


def _empty_rows(sheet: Sheet, measure: str, weight: str | None, groups: Pair) -> bool:
    numbers = [sheet.numbers(name) for name in (measure, weight) if name]
    return any(column[row] is None for column in numbers for row in groups.before.rows + groups.now.rows)


def _total_split(sheet: Sheet, tool_input: dict[str, Any], groups: Pair) -> Split:
    numbers = sheet.numbers(tool_input["measure"])
    sides = []
    for group, name in ((groups.before, "before"), (groups.now, "now")):
        grouped = by_value(sheet, tool_input["by"], (row for row in group.rows if numbers[row] is not None))
        if not grouped:
            raise ToolRefused(f"Every row of `{name}` is empty in {tool_input['measure']!r}.", hint="Use another measure or group.")
        sides.append({value: sum((numbers[row] or Fraction(0) for row in rows), Fraction(0)) for value, rows in grouped.items()})
    return split_total(*sides)


def _mean_split(sheet: Sheet, tool_input: dict[str, Any], groups: Pair) -> Split:
    return split_mean(
        _side(sheet, tool_input, groups.before.rows, "before"),
        _side(sheet, tool_input, groups.now.rows, "now"),
    )


def _side(sheet: Sheet, tool_input: dict[str, Any], rows: Sequence[int], name: str) -> Side:
    """Mean and weight for each value; several rows of one value are combined by their weights."""
    means, weights = sheet.numbers(tool_input["measure"]), sheet.numbers(tool_input["weight"])
    sums: dict[Cell, tuple[Fraction, Fraction]] = {}
    values = sheet.cells(tool_input["by"])
    for row in rows:
        mean, weight = means[row], weights[row]
        if mean is None or not weight:
            continue
        if weight < 0:
            raise ToolRefused(f"Weight {tool_input['weight']!r} is negative in some rows.", hint="A weight is a count of rows.")
        weighted, total = sums.get(values[row], (Fraction(0), Fraction(0)))
        sums[values[row]] = (weighted + mean * weight, total + weight)
    if not sums:
        raise ToolRefused(f"No row of `{name}` has both a mean and a weight above zero.", hint="Use another measure, weight or group.")
    return {value: (weighted / total, total) for value, (weighted, total) in sums.items()}


def _outputs(sheet: Sheet, tool_input: dict[str, Any], split: Split, groups: Pair) -> list[Output]:
    measure, by, group = (sheet.column(tool_input[name]) for name in ("measure", "by", "column"))
    overall = replace(measure, additive=False)
    precision = FLOAT if tool_input.get("weight") else sheet.precision(measure.name)
    parts = split.parts
    effects = [("rate_effect", "Rate effect", [p.rate for p in parts]), ("mix_effect", "Mix effect", [p.mix for p in parts])]
    shares = [
        ("share_before", "Share of weight, before", [p.share_before for p in parts]),
        ("share_now", "Share of weight, now", [p.share_now for p in parts]),
    ]
    weighted = bool(tool_input.get("weight"))
    of_change = [share(part.contribution, split.change) for part in parts]
    repeated = len(parts)
    return [
        Output(by, [part.value for part in parts], given=True),
        changes(measure, "contribution", "Contribution", [part.contribution for part in parts], precision, additive=True),
        Output(ratio_column("share_of_change", "Share of the change", percent=True), of_change, FLOAT),
        derived(measure, "before", [part.before for part in parts], precision, f"{measure.label}, before"),
        derived(measure, "now", [part.now for part in parts], precision, f"{measure.label}, now"),
        *(changes(measure, name, label, values, precision, additive=True) for name, label, values in effects if weighted),
        *(Output(ratio_column(name, label, percent=True), values, FLOAT) for name, label, values in shares if weighted),
        # The overall figures stand in every row: a row more for the total would be counted with the parts.
        derived(overall, "total_before", [split.before] * repeated, precision, f"{measure.label} overall, before"),
        derived(overall, "total_now", [split.now] * repeated, precision, f"{measure.label} overall, now"),
        changes(measure, "total_change", "Change overall", [split.change] * repeated, precision, additive=False),
        Output(group_column(group, "before_group", "Before"), [groups.before.name] * repeated),
        Output(group_column(group, "now_group", "Now"), [groups.now.name] * repeated),
    ]
