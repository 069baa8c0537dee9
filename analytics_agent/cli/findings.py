"""What a computed finding comes to: one value for a line of progress, a waterfall for the answer."""

from collections.abc import Sequence
from typing import Any

from analytics_agent.cli.drawing import ACCENT, CONTEXT, POINT, Bar, Bars
from analytics_agent.cli.numerals import decimals_for, label, number, shown
from analytics_agent.cli.plain import line

Row = dict[str, Any]
MOST_STEPS = 6
SMALLEST_STEP = 0.03
"""Where every step is smaller than this part of the totals, a waterfall from zero would show nothing: the steps are drawn alone."""
NO_TREND = "no clear trend"
_VALUE = {"comparison": "difference", "contribution": "contribution", "trend": "slope"}
_NEEDED = {"contribution", "total_before", "total_now", "before_group", "now_group"}


def key_value(finding: dict[str, Any], columns: Sequence[dict[str, Any]], rows: Sequence[Row]) -> tuple[str, str]:
    """Whose value and the value: the change, the largest part of it, the slope, the first in rank. Empty where there is none."""
    if rows and rows[0].get("direction") == NO_TREND:
        return "", NO_TREND
    name = _VALUE.get(finding["operation"], finding["parameters"].get("measure"))
    column = next((column for column in columns if column["name"] == name), None)
    value = number(rows[0].get(name)) if rows and column else None
    if column is None or value is None:
        return "", ""
    decimals = min(decimals_for(column, [value]), _of_two_figures(value)) if name == "slope" else decimals_for(column, [value])
    text = shown(value, column, decimals, signed=finding["operation"] in _VALUE, unit=True)
    by = finding["parameters"].get("by")
    return label(rows[0][by], by) if by in rows[0] else "", text


def _of_two_figures(value: float) -> int:
    """Decimals for two significant figures, without a zero at the end: nobody asks for more of an average rise."""
    digits, _, power = f"{value:.1e}".partition("e")
    return max(0, (0 if digits.endswith("0") else 1) - int(power))


def waterfall(finding: dict[str, Any], columns: Sequence[dict[str, Any]], rows: Sequence[Row]) -> Bars | None:
    """From the first total to the second, every part of the change a step."""
    by, named = finding["parameters"].get("by"), {column["name"]: column for column in columns}
    if not rows or by not in named or not named.keys() >= _NEEDED:
        return None
    before, now = number(rows[0]["total_before"]), number(rows[0]["total_now"])
    if before is None or now is None:
        return None
    measure, total = named["contribution"], named["total_now"]
    if total["format"] == "percent":  # what changes a percentage is told in points
        total, before, now = {**total, "format": "number", "unit": "%"}, before * 100, now * 100
    changes = _changes(by, rows)
    decimals = decimals_for(measure, [change for _, change in changes])
    small = max(abs(change) for _, change in changes) < SMALLEST_STEP * max(abs(before), abs(now))
    at, bars = 0.0 if small else before, []
    for (name, change), style in zip(changes, _styles(changes), strict=True):
        bars.append(Bar(name, shown(change, measure, decimals, signed=True), 0.0 if small else at, change if small else at + change, style))
        at += change
    if not small:
        groups = finding["parameters"].get("column", "")
        first = Bar(label(rows[0]["before_group"], groups), shown(before, total, decimals), 0.0, before, CONTEXT)
        last = Bar(label(rows[0]["now_group"], groups), shown(now, total, decimals), 0.0, now, ACCENT)
        bars = [first, *bars, last]
    told = shown(now - before, measure, decimals, signed=True, unit=True)
    return Bars(f"What the change of {told} is made of, by {_lowered(line(named[by]['label']))}", "", tuple(bars))


def _changes(by: str, rows: Sequence[Row]) -> list[tuple[str, float]]:
    """Names and their steps, the largest first as the result has them; the smallest are one step together, so that it adds up."""
    steps = [(label(row.get(by), by), number(row["contribution"]) or 0.0) for row in rows]
    if len(steps) <= MOST_STEPS:
        return steps
    rest = steps[MOST_STEPS - 1 :]
    return [*steps[: MOST_STEPS - 1], (f"{len(rest)} others", sum(change for _, change in rest))]


def _styles(changes: Sequence[tuple[str, float]]) -> list[str]:
    """The largest step is the one to see."""
    largest = max(range(len(changes)), key=lambda at: abs(changes[at][1]))
    return [POINT if at == largest else ACCENT for at in range(len(changes))]


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
