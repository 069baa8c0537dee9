"""The offline model's sentences on two sides: one period against another with what made the change, or one thing against another."""

from collections.abc import Mapping
from typing import Any

from analytics_agent.adapters.offline.causes import causes
from analytics_agent.adapters.offline.evidence import Column, Evidence, Shown
from analytics_agent.adapters.offline.split import Part, splits, standing_out
from analytics_agent.adapters.offline.words import (
    Prose,
    at,
    big,
    cell,
    claim,
    counts,
    is_name,
    number,
    place,
    preposition,
    small,
    stated,
    was,
)

ASSOCIATION = "These are associations, not proven causes."
OVERLAP = "Different cuts of the same change overlap: their shares do not add up with one another. " + ASSOCIATION
MUCH = 0.3
"""The share of a change from which on a headline names a part beside another."""
UNSPLIT = "What made the change: {0} is no sum and no mean, so it cannot be split over its parts."
_NOUNS = {"rose": "rise", "fell": "drop"}


def two_sides(evidence: Evidence, primary: Shown, finding: Mapping[str, Any]) -> Prose:
    """Over time a figure rose or fell, and from what; between two things one is larger."""
    result, measure = evidence.results[finding["result"]], primary.metrics[0]
    sides = evidence.sides()
    if not ((sides is not None and sides[0] == primary.time) or evidence.drivers()):
        return _side_by_side(primary, measure, finding)
    verb = str(result.preview[0].get("direction"))
    moved = _moved(result, measure, verb)
    first = claim(_change(result, measure, verb, primary.dimensions[0]), heading=moved, finding=finding["id"])
    found = splits(evidence)
    if verb not in _NOUNS or not found:
        unsplit = verb in _NOUNS and evidence.drivers() and not found
        return Prose(moved, (first,), not_answered=(UNSPLIT.format(small(measure.label)),) if unsplit else ())
    noun = _NOUNS[verb]
    caveat = OVERLAP if len(found) > 1 else ASSOCIATION
    return Prose(_headline(standing_out(found), noun, moved), (first, *causes(found, noun)), (caveat,))


def _change(result: Shown, measure: Column, verb: str, side: Column) -> str:
    """Where the measure stands now, and how far that is from before."""
    when, before = preposition(side), f"{preposition(side)} {at(result, 'before_group')}"
    now = f"{when} {at(result, 'now_group')}, {stated(measure, at(result, 'now'))}"
    now = big(now)
    if verb not in _NOUNS:
        return f"{now}, the same as {before}."
    more = "more" if verb == "rose" else "fewer" if counts(measure) else "less"
    grew = number(result.preview[0].get("percent_change")) if counts(measure) else None
    percent = f" ({'up' if verb == 'rose' else 'down'} {at(result, 'percent_change')})" if grew else ""
    base = "" if counts(measure) else f" ({at(result, 'before')})"
    return f"{now}, {at(result, 'difference')} {more} than {before}{base or percent}."


def _moved(result: Shown, measure: Column, verb: str) -> str:
    """A heading such as "Cancellations rose from January 2013 to February 2013"."""
    columns = {column.name: column for column in result.columns}
    row = result.preview[0]
    said = verb if verb in _NOUNS else f"{was(measure)} unchanged"
    ends = [name for name in ("before_group", "now_group") if name in columns and is_name(columns[name], row.get(name))]
    span = f" from {at(result, 'before_group')} to {at(result, 'now_group')}" if len(ends) == 2 else ""
    return f"{measure.label} {said}{span}"


def _headline(leading: list[Part], noun: str, moved: str) -> str:
    """What the change comes from, where something stands out."""
    named = [part for part in leading if part.in_heading][:2]
    if not named:
        return f"The {noun} is spread: nothing stands out" if not leading else moved
    largest = max(part.of_change for part in named)
    named = [part for part in named if part.of_change >= MUCH] or named[:1]
    much = "Most" if largest > 0.5 else "Much" if largest >= MUCH else "Part"
    return f"{much} of the {noun} comes from {' and '.join(part.source for part in named)}"


def _side_by_side(primary: Shown, measure: Column, finding: Mapping[str, Any]) -> Prose:
    """The larger one first, and by how much."""
    name = primary.named_by() or primary.dimensions[0]
    high, low = _by_size(primary, measure)
    larger, smaller = (cell(primary, row, name) for row in (high, low))
    figures = [cell(primary, row, measure) for row in (high, low)]
    named = all(is_name(name, primary.preview[row].get(name.name)) for row in (high, low))
    verb = "are" if was(measure) == "were" else "is"
    if _is_level(primary, measure):
        text = f"{measure.label} {was(measure)} {figures[0]} for both {larger} and {smaller}."
        return Prose(f"{measure.label} {verb} level", (claim(text, finding=finding["id"]),))
    difference = f"{{{{difference({place(primary, high, measure.name)}, {place(primary, low, measure.name)})}}}}"
    text = f"{measure.label} {was(measure)} {figures[0]} for {larger}, {difference} more than for {smaller} ({figures[1]})."
    headline = f"{measure.label} {verb} higher for {larger} than for {smaller}" if named else f"The two differ in {small(measure.label)}"
    return Prose(headline, (claim(text, heading=f"Higher for {larger}" if named else "", finding=finding["id"]),))


def _by_size(primary: Shown, measure: Column) -> tuple[int, int]:
    first, second = (number(row.get(measure.name)) for row in primary.preview[:2])
    return (0, 1) if (first or 0.0) >= (second or 0.0) else (1, 0)


def _is_level(primary: Shown, measure: Column) -> bool:
    first, second = (number(row.get(measure.name)) for row in primary.preview[:2])
    return first == second
