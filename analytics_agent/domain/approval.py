"""A statement that is expected to go over its database's limit, and what a person said of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from analytics_agent.domain.statement import Estimate

OverLimit = Literal["refuse", "ask", "admin"]
"""What becomes of a statement over the limit: refused, or asked about: its asker, or somebody with a key of the scope admin."""

Approver = Literal["asker", "admin"]
Decision = Literal["approved", "rejected"]

APPROVALS = "approvals"
"""The document of a run that keeps them."""


@dataclass(frozen=True)
class CostLimit:
    """Most rows that a statement may be expected to go through (None is no limit), and what becomes of one that goes over it."""

    rows: int | None = None
    over: OverLimit = "refuse"


@dataclass(frozen=True)
class Approval:
    """`id` names the statement as it is shown: the same text is the same approval, within one run.

    `why` says in people's words what it is expected to take, `instead` what would take less. `needs` is who may decide. `by` is the
    name of who did, `note` what they wrote for the model.
    """

    id: str
    title: str
    sql: str
    estimate: Estimate
    limit: int
    why: str
    instead: str
    needs: Approver
    asked_at: datetime
    decision: Decision | None = None
    by: str = ""
    note: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Approvals:
    """All of a run, in the order in which they were asked for. At most one waits at a time."""

    asked: tuple[Approval, ...] = ()

    @property
    def waiting(self) -> Approval | None:
        return next((each for each in self.asked if each.decision is None), None)

    def of(self, statement: str) -> Approval | None:
        return next((each for each in self.asked if each.id == statement), None)

    def having(self, approval: Approval) -> "Approvals":
        """With one more, unless that statement was asked about or another one waits."""
        known = self.waiting or self.of(approval.id)
        return self if known else Approvals((*self.asked, approval))

    def decided(self, decision: Decision, at: datetime, *, by: str, note: str = "") -> "Approvals":
        """With this said of the one that waits."""
        said = [replace(each, decision=decision, by=by, note=note, decided_at=at) if each.decision is None else each for each in self.asked]
        return Approvals(tuple(said))
