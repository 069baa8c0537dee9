"""The offline model's sentences on a series in time: its peak, its low, and whether it rises or falls."""

from collections.abc import Mapping
from typing import Any

from analytics_agent.adapters.offline.evidence import Evidence, Shown
from analytics_agent.adapters.offline.words import Claim, Prose, at, claim, counts, is_name, is_plural, preposition, small, was

_COARSE = (":month", ":quarter", ":year")
"""Grains at which the first and the last point say something; single days and weeks are chance."""


def series(evidence: Evidence, primary: Shown, finding: Mapping[str, Any]) -> Prose:
    result, measure, time = evidence.results[finding["result"]], primary.metrics[0], primary.time
    where, direction = preposition(time), str(result.preview[0].get("direction"))
    by = "with" if counts(measure) else "at"
    high, low = (f"{where} {at(result, f'{end}_period')}, {by} {at(result, end)}" for end in ("highest", "lowest"))
    peak = f"{measure.label} {was(measure)} highest {high}, and lowest {low}."
    named = time is not None and is_name(time, None)
    ends = f"Highest in {at(result, 'highest_period')}, lowest in {at(result, 'lowest_period')}" if named else ""
    first = claim(peak, heading=ends, finding=finding["id"])
    headline = f"{measure.label} peaked in {at(result, 'highest_period')}" if named else f"{measure.label}: {small(_course(direction))}"
    coarse = time is not None and (time.dimension or "").endswith(_COARSE)
    return Prose(headline, (first, _over_all(result, direction, where, finding, plural=is_plural(measure), ends=coarse)))


def _course(direction: str) -> str:
    return {"rising": "Rising over the whole period", "falling": "Falling over the whole period"}.get(direction, "No clear trend")


def _over_all(result: Shown, direction: str, where: str, finding: Mapping[str, Any], *, plural: bool, ends: bool) -> Claim:
    """The slope where it is one; the first and the last point of months and longer."""
    first, last = (f"{at(result, end)} {where} {at(result, f'{end}_period')}" for end in ("first", "last"))
    verb = {"rising": "rise", "falling": "fall"}.get(direction)
    if verb:
        text = f"Over the whole period {'they' if plural else 'it'} {verb}{'' if plural else 's'} by {at(result, 'slope')} on average"
        tail = f", from {first} to {last}." if ends else "."
    else:
        text = "Over the whole period there is no clear trend"
        tail = f": {first}, {last}." if ends else "."
    return claim(text + tail, heading=_course(direction), finding=finding["id"])
