"""The offline model in analyze: the operations that the shape of the evidence asks for, then done."""

from typing import Any

from analytics_agent.adapters.offline.evidence import Column, Evidence, Shown
from analytics_agent.adapters.offline.talk import Talk
from analytics_agent.adapters.offline.words import number, small

Calls = list[tuple[str, dict[str, Any]]]
MOST_OPERATIONS = 6
FEWEST_POINTS = 3
MOST_RANKED = 10
_COMPUTED = ("compare", "top", "share_of")
"""What a request computed itself: changes and shares are there already, and all others in one row are no member to be ranked."""


def analyze(talk: Talk) -> Calls:
    """All operations in the first turn; `done` once they have been tried, whether or not each could be computed."""
    if talk.calls:
        return [("done", {})]
    evidence = Evidence(talk.evidence)
    return _operations(evidence)[:MOST_OPERATIONS] or [("done", {})]


def _operations(evidence: Evidence) -> Calls:
    primary = evidence.primary
    if primary is None or not primary.metrics or primary.rows < 2 or any(primary.request.get(each) is not None for each in _COMPUTED):
        return []
    if evidence.sides() and (drivers := evidence.drivers()):
        return [*_compare(evidence, primary), *(call for r in drivers for call in _contribution(evidence, r))]
    if primary.time and not primary.things:
        if primary.request.get("order_by") or primary.request.get("having"):
            return []  # the days that were asked for; those between them are missing, and there is no trend in them
        return _trend(primary) if primary.rows >= FEWEST_POINTS else _compare(evidence, primary)
    if evidence.sides():
        return _compare(evidence, primary)
    # Over time the parts of a total are ranked by what they are in all.
    return _rank(primary) if primary.things and (not primary.time or primary.metrics[0].additive) else []


def _compare(evidence: Evidence, result: Shown) -> Calls:
    sides = evidence.sides()
    if sides is None:
        return []
    column, before, now = sides
    measure = result.metrics[0]
    data = {
        "title": f"Change in {small(measure.label)}",
        "result": result.id,
        "measure": measure.name,
        "column": column.name,
        "before": before,
        "now": now,
    }
    return [("compare", data)]


def _contribution(evidence: Evidence, result: Shown) -> Calls:
    """The split needs the row count as weight where the measure is a mean: the second metric of the request. Medians have none."""
    sides, primary = evidence.sides(), evidence.primary
    new = [c for c in result.things if primary and c.dimension not in {d.dimension for d in primary.dimensions}]
    if sides is None or primary is None or not new:
        return []
    column, before, now = sides
    measure, *weight = result.metrics
    if not weight and measure.additive is False:
        return []
    by = _named(result, [c.name for c in new])
    label = next(c.label for c in new if c.name == by)
    data = {
        "title": f"{_noun(primary, measure, column, before, now)} by {small(label)}",
        "result": result.id,
        "measure": measure.name,
        "by": by,
        "column": column.name,
        "before": before,
        "now": now,
    }
    return [("contribution", data | ({"weight": weight[0].name} if weight else {}))]


def _noun(primary: Shown, measure: Column, column: Column, before: Any, now: Any) -> str:
    """What the change is: the primary result has both sides."""
    values = {row.get(column.name): number(row.get(measure.name)) for row in primary.preview}
    first, second = values.get(before), values.get(now)
    if first is None or second is None or first == second:
        return "Change"
    return "Rise" if second > first else "Drop"


def _named(result: Shown, names: list[str]) -> str:
    """The name of a code, where every row that is shown has one."""
    full = [name for name in names if all(row.get(name) is not None for row in result.preview)]
    return full[-1] if full else names[0]


def _trend(result: Shown) -> Calls:
    measure, time = result.metrics[0], result.time
    if time is None:
        return []
    return [("trend", {"title": f"{measure.label} over time", "result": result.id, "measure": measure.name, "time": time.name})]


def _rank(result: Shown) -> Calls:
    by, measure = result.named_by(), result.metrics[0]
    if by is None or len(result.names) > 1 or result.rows < FEWEST_POINTS:
        return []
    order = next((o for o in result.request.get("order_by", ()) if o["field"] == measure.metric), None)
    direction = "lowest" if order and order["direction"] == "asc" else "highest"
    data = {"title": f"{measure.label} by {small(by.label)}", "result": result.id, "measure": measure.name}
    return [("rank", data | {"by": by.name, "direction": direction, "top": MOST_RANKED})]
