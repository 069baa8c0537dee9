"""A statement that waits for approval, or was decided on, as the API shows it."""

from collections.abc import Sequence

from typing_extensions import TypedDict

from analytics_agent.domain.approval import Approval, Approver, Decision
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.statement import Estimate


class EstimateView(TypedDict):
    """What the engine's planner expects; None where it does not say."""

    rows_read: float | None
    rows: float | None
    cost: float | None
    scans: list[str]


class ApprovalView(TypedDict):
    """`why` says what the statement is expected to take, `instead` what would take less. `needs` is who may decide: who asked, or an
    administrator. `decision` is None while it waits."""

    id: str
    title: str
    sql: str
    estimate: EstimateView
    limit: int
    why: str
    instead: str
    needs: Approver
    asked_at: str
    decision: Decision | None
    by: str
    note: str
    decided_at: str | None


def estimate_view(estimate: Estimate | None) -> EstimateView | None:
    if estimate is None:
        return None
    return {"rows_read": estimate.rows_read, "rows": estimate.rows, "cost": estimate.cost, "scans": list(estimate.scans)}


def approval_views(asked: Sequence[Approval]) -> list[ApprovalView]:
    return [_view(one) for one in asked]


def waiting_view(asked: Sequence[Approval]) -> ApprovalView | None:
    """The one that waits."""
    return next((_view(one) for one in asked if one.decision is None), None)


def _view(one: Approval) -> ApprovalView:
    return {
        "id": one.id,
        "title": one.title,
        "sql": one.sql,
        "estimate": estimate_view(one.estimate) or {"rows_read": None, "rows": None, "cost": None, "scans": []},
        "limit": one.limit,
        "why": one.why,
        "instead": one.instead,
        "needs": one.needs,
        "asked_at": moment(one.asked_at),
        "decision": one.decision,
        "by": one.by,
        "note": one.note,
        "decided_at": moment(one.decided_at) if one.decided_at else None,
    }
