"""What is kept of who did what, for whoever has to account for it: never a question's text, never a value of the data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from analytics_agent.domain.delivery import Delivery
from analytics_agent.domain.question import Question

Act = Literal["asked", "read", "sent", "opened", "refused", "raised", "approved", "added", "changed", "removed", "revoked", "erased"]
"""`asked` a question; `read` tables for it; `sent` a report; `opened` another's run; what an operator does to keys, databases, people."""


@dataclass(frozen=True)
class AuditEntry:
    """One line. `actor` is an API key's id or a person, `reads_as` whose rights were used where these are others'; `tables` are those
    whose rows answered, under the policy with this hash. `about` names what was acted on where that is no run or database."""

    at: datetime
    actor: str
    act: Act
    run_id: str | None = None
    database: str | None = None
    tables: tuple[str, ...] = ()
    reads_as: str = ""
    policy: str = ""
    about: str = ""


@dataclass(frozen=True)
class AuditLine:
    """An entry and its number, which grows with every line."""

    id: int
    entry: AuditEntry


@dataclass(frozen=True)
class AuditFilter:
    """Which lines: `since` is included and `until` is not. A `table` is named as the log has it, or without its schema."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str | None = None
    act: str | None = None
    database: str | None = None
    table: str | None = None
    run_id: str | None = None


def asked_by(question: Question) -> AuditEntry:
    """`about` names the schedule that asked, where one did."""
    about = f"schedule:{question.schedule}" if question.schedule else ""
    return AuditEntry(
        question.asked_at, question.owner, "asked", question.run_id, question.database, reads_as=question.reads_as, about=about
    )


def read_for(question: Question, at: datetime, tables: Sequence[str], policy: str) -> AuditEntry:
    return AuditEntry(at, question.owner, "read", question.run_id, question.database, tuple(sorted(set(tables))), question.reads_as, policy)


def refused_to(question: Question, at: datetime) -> AuditEntry:
    """Its reader may not read what it asks of."""
    return AuditEntry(at, question.owner, "refused", question.run_id, question.database, reads_as=question.reads_as)


def sent_for(question: Question, at: datetime, delivery: Delivery) -> AuditEntry | None:
    """Of a delivery that has come to an end: it was sent, may have been, or was held because the recipient may not see the report."""
    acts: dict[str, Act] = {"sent": "sent", "uncertain": "sent", "held": "refused"}
    act = acts.get(delivery.state)
    about = str(delivery.recipient)
    return AuditEntry(at, question.owner, act, question.run_id, question.database, reads_as=question.reads_as, about=about) if act else None
