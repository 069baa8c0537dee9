"""The tables of the application store. docs/store.md lists them for people; a test holds that page to these models.

Documents are `json`, not `jsonb`: nothing searches inside them, and `json` keeps the order in which keys were written.
"""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from analytics_agent.adapters.record_json import safe_text

_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class SafeText(TypeDecorator[str]):
    """Text in which NUL and lone surrogates are replaced on the way in, for values and look-ups alike: PostgreSQL refuses both."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else safe_text(value)


class Moment(TypeDecorator[datetime]):
    """A point in time, read back in UTC whatever time zone the server has been given."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Constraint names are fixed here, so that every migration can name what it changes."""

    metadata = MetaData(naming_convention=_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: SafeText(),
        int: BigInteger(),
        datetime: Moment(),
        dict[str, Any]: JSON(none_as_null=True),
        list[str]: JSON(none_as_null=True),
    }


def _run() -> ForeignKey:
    return ForeignKey("runs.id", ondelete="CASCADE")


class RunRow(Base):
    """One question and its state. `document` is the whole run, frozen when it finishes; `openings` counts how often it began."""

    __tablename__ = "runs"
    __table_args__ = (
        UniqueConstraint("owner", "idempotency_key"),
        Index("ix_runs_owner_asked_at", "owner", "asked_at"),
        Index("ix_runs_asked_at", "asked_at"),
        Index("ix_runs_status", "status"),
        Index("ix_runs_schedule_asked_at", "schedule", "asked_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str | None]
    question: Mapped[dict[str, Any]]
    request_hash: Mapped[str]
    idempotency_key: Mapped[str | None]
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    schedule: Mapped[str | None]
    openings: Mapped[int] = mapped_column(server_default="1")
    document: Mapped[dict[str, Any] | None]


class DocumentRow(Base):
    """What a step produced: evidence, findings, answer, refusal, report, receipt."""

    __tablename__ = "documents"

    run_id: Mapped[str] = mapped_column(_run(), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ClarificationRow(Base):
    """A question put to the asker, and the answer. `digest` names question and readings, so that a retry asks once."""

    __tablename__ = "clarifications"
    __table_args__ = (UniqueConstraint("run_id", "digest"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    run_id: Mapped[str] = mapped_column(_run())
    digest: Mapped[str]
    question: Mapped[str]
    readings: Mapped[list[str]]
    answer: Mapped[str | None]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())


class EventRow(Base):
    """Progress. `seq` counts from 1 within a run without gaps; `key` makes a retried write one event."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("run_id", "key"),)

    run_id: Mapped[str] = mapped_column(_run(), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str]
    at: Mapped[datetime]
    kind: Mapped[str]
    step: Mapped[str | None]
    data: Mapped[dict[str, Any]]


class TurnRow(Base):
    """A model turn that was paid for. Its reply is an artifact."""

    __tablename__ = "turns"

    run_id: Mapped[str] = mapped_column(_run(), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True, server_default="")
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    record: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class LedgerRow(Base):
    """What one call of a model cost. No foreign key: the ledger outlives the run it belongs to.

    `kind` is "turn", "batch", or "lost" for a call that was billed and whose reply did not reach us; `attempt` tells the calls of
    one turn apart. `prices` are those at the time, in dollars for a million tokens of each kind.
    """

    __tablename__ = "usage_ledger"
    __table_args__ = (Index("ix_usage_ledger_at", "at"), Index("ix_usage_ledger_owner_at", "owner", "at"))

    run_id: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True, server_default="")
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, server_default="1")
    kind: Mapped[str] = mapped_column(server_default="turn")
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    owner: Mapped[str]
    database: Mapped[str]
    workflow: Mapped[str] = mapped_column(server_default="asked")
    model: Mapped[str]
    input_tokens: Mapped[int]
    output_tokens: Mapped[int]
    cache_read_tokens: Mapped[int]
    cache_write_tokens: Mapped[int]
    cache_write_1h_tokens: Mapped[int] = mapped_column(server_default="0")
    cost_usd: Mapped[float]
    prices: Mapped[dict[str, Any] | None]
    request_id: Mapped[str | None]
    seconds: Mapped[float]


class ToolResultRow(Base):
    """A tool call that was run. Its content is an artifact; `position` keeps the order in which calls came back."""

    __tablename__ = "tool_results"

    run_id: Mapped[str] = mapped_column(_run(), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(primary_key=True, server_default="")
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    call_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Identity())
    record: Mapped[dict[str, Any]]


class ReservationRow(Base):
    """What a call of a model that is under way may cost at most. It counts as spent until the call is in the ledger or `expires_at`."""

    __tablename__ = "reservations"
    __table_args__ = (Index("ix_reservations_owner", "owner"),)

    run_id: Mapped[str] = mapped_column(_run(), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    tokens: Mapped[int]
    usd: Mapped[float]
    at: Mapped[datetime]
    expires_at: Mapped[datetime]


class WaitingTurnRow(Base):
    """A turn for which nobody waits, until a message batch has answered it. `id` names its run, step, line and turn."""

    __tablename__ = "waiting_turns"
    __table_args__ = (Index("ix_waiting_turns_run_id", "run_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(_run())
    record: Mapped[dict[str, Any]]
    queued_at: Mapped[datetime]


class ModelPauseRow(Base):
    """Until when no worker asks a model: its provider said "later". Under `*`, when the next call of any model may begin."""

    __tablename__ = "model_pauses"

    model: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]


class StatementRow(Base):
    """A statement in line at its database: waiting, running, or just done for those who wait for the same one. Its text is not here."""

    __tablename__ = "statements"
    __table_args__ = (Index("ix_statements_database", "database"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    database: Mapped[str]
    fingerprint: Mapped[str]
    run_id: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    rows: Mapped[dict[str, Any] | None]


class QueryRow(Base):
    """A stored result, r1, r2, … by `number`. Its rows are an artifact; `key` makes a retried query one result."""

    __tablename__ = "queries"
    __table_args__ = (UniqueConstraint("run_id", "key"),)

    run_id: Mapped[str] = mapped_column(_run(), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str]
    record: Mapped[dict[str, Any]]


class DatabaseRow(Base):
    """A warehouse. `uri` is encrypted (Fernet)."""

    __tablename__ = "databases"

    name: Mapped[str] = mapped_column(primary_key=True)
    uri: Mapped[bytes] = mapped_column(LargeBinary)
    dialect: Mapped[str]
    schema: Mapped[str | None]
    semantic_model: Mapped[str | None]
    model_sees: Mapped[str] = mapped_column(server_default="full")
    at_once: Mapped[int | None]
    rows_limit: Mapped[int | None]
    over_limit: Mapped[str | None]
    profiled: Mapped[bool] = mapped_column(server_default=true())
    added_at: Mapped[datetime]


class CatalogRow(Base):
    """The cached catalog of a database, as it was last read."""

    __tablename__ = "catalogs"

    database: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    read_at: Mapped[datetime]
    body: Mapped[dict[str, Any]]


class KeyRow(Base):
    """An API key, by the SHA-256 of it."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    scopes: Mapped[list[str]]
    hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    databases: Mapped[list[str] | None]
    reads_as: Mapped[str] = mapped_column(server_default="")
    quota: Mapped[dict[str, Any] | None]
    last_used_at: Mapped[datetime | None]


class AuditRow(Base):
    """Who did what. `entry` is all of it; the same `key` twice is one line."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "at"), Index("ix_audit_actor", "actor", "at"), Index("ix_audit_run_id", "run_id"))

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    act: Mapped[str]
    run_id: Mapped[str | None]
    database: Mapped[str | None]
    entry: Mapped[dict[str, Any]]
    key: Mapped[str] = mapped_column(unique=True)


class ErasureRow(Base):
    """One person's data that is being, or was, erased. `record` says how far it is, and until it is done whose."""

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(primary_key=True)
    record: Mapped[dict[str, Any]]
    begun_at: Mapped[datetime]


class RequestRow(Base):
    """How many requests a key or person sent in one minute."""

    __tablename__ = "requests"

    owner: Mapped[str] = mapped_column(primary_key=True)
    minute: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


class ScheduleRow(Base):
    """A scheduled report. `record` is all of it; one that was deleted stays for the runs that name it."""

    __tablename__ = "schedules"
    __table_args__ = (Index("ix_schedules_owner", "owner"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    record: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class DestinationRow(Base):
    """A webhook or folder that an administrator added. `address` and `secret` are encrypted (Fernet).

    `databases` are those whose reports may go there; null is all.
    """

    __tablename__ = "destinations"

    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[bytes] = mapped_column(LargeBinary)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    databases: Mapped[list[str] | None]
    added_at: Mapped[datetime]


class DeliveryRow(Base):
    """One report, in one version, to one recipient; `id` is derived from the three."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_run_id", "run_id"), Index("ix_deliveries_state", "state"))

    id: Mapped[str] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(_run())
    recipient: Mapped[str]
    version: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    attempts: Mapped[int]
    changed_at: Mapped[datetime]
