"""What reading a question gives: a request, or a question back, a refusal, or names to look up first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from analytics_agent.semantic.request import Counted, Filter, Having, MetricRequest, Order, Period, ShareOf, Top

ReadingKind = Literal["value", "list", "breakdown", "ranking", "trend", "comparison", "why", "share", "growth"]


@dataclass(frozen=True)
class Comparison:
    """Two groups of rows side by side: those whose `field` (a dimension's key) is `before`, and those where it is `now`."""

    field: str
    before: str
    now: str


@dataclass(frozen=True)
class Reading:
    """`request` answers the question by itself; for "why", `drivers` are dimensions that may explain the change.

    `notes` say how the words were read: the first, "Scope: …", names the rows in the asker's own words."""

    kind: ReadingKind
    request: MetricRequest
    comparison: Comparison | None = None
    drivers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    spelled: tuple[tuple[str, str], ...] = ()
    """Words that were taken for slips: as they were typed, and as they were read."""
    aside: tuple[str, ...] = ()
    """Sentences beside the question that were set aside; the notes say so too."""
    frame: tuple[str, ...] = ()
    """How the question is put together (tried.py); none where it was changed by another one."""


@dataclass(frozen=True)
class Ask:
    """Two readings fit. Each reading begins with words that, added to the question, decide it."""

    question: str
    readings: tuple[str, ...]


@dataclass(frozen=True)
class Refuse:
    reason: str
    missing: str = ""
    instead: tuple[str, ...] = ()


@dataclass(frozen=True)
class LookUp:
    """Names in the question that the model does not know: they may be values of these columns."""

    names: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class KnownValue:
    """A value found in the data for a name of the question."""

    name: str
    path: str
    value: str


Outcome = Reading | Ask | Refuse | LookUp


class Stop(Exception):
    """Reading ends here, with something other than a request."""

    def __init__(self, outcome: Ask | Refuse | LookUp) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome = outcome


def tool_input(request: MetricRequest) -> dict[str, Any]:
    """The request as the input of query_metrics."""
    data: dict[str, Any] = {"purpose": request.purpose, "metrics": list(request.metrics)}
    data["dimensions"] = list(request.dimensions)
    data["filters"] = [_filter(f) for f in request.filters]
    data["having"] = [{"metric": h.metric, "op": h.op, "value": h.value} for h in request.having]
    data["order_by"] = [{"field": o.field, "direction": o.direction} for o in request.order_by]
    data["time"] = _time(request.time)
    data["limit"] = request.limit
    data["compare"], data["fill"] = request.compare, request.fill or None
    data["share_of"] = _share(request.share_of)
    data["top"] = _top(request.top)
    data["members"] = request.members or None
    data["counted"] = _counted(request.counted)
    data["ratio_to"] = request.ratio_to
    return {key: value for key, value in data.items() if value not in (None, [])}


def _share(share: ShareOf | None) -> dict[str, Any] | None:
    if share is None:
        return None
    return {"within": list(share.within)} if share.within else {}


def _top(top: Top | None) -> dict[str, Any] | None:
    if top is None:
        return None
    within = list(top.within) or None
    named = {"by": top.by, "dimension": top.dimension, "others": None if top.others else False, "within": within}
    return {"count": top.count} | {key: value for key, value in named.items() if value is not None}


def _counted(counted: Counted | None) -> dict[str, Any] | None:
    if counted is None:
        return None
    return {"by": list(counted.by)} if counted.by else {}


def _filter(f: Filter) -> dict[str, Any]:
    return {"field": f.field, "op": f.op} | ({"values": list(f.values)} if f.values else {}) | ({"of": f.of} if f.of else {})


def _time(period: Period | None) -> Mapping[str, str] | None:
    if period is None:
        return None
    data = {"from": period.start.isoformat(), "to": period.end.isoformat()}
    return data | ({"field": period.field} if period.field else {})


__all__ = ["Ask", "Comparison", "Having", "KnownValue", "LookUp", "Order", "Outcome", "Reading", "Refuse", "Stop", "tool_input"]
