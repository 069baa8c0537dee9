"""What we need from outside, as Protocols, on one page. Adapters implement them; `bootstrap` chooses; tests fake them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.conversation import ModelRequest, Reply, Usage
from analytics_agent.domain.cost import Cost, CostGroup
from analytics_agent.domain.event import Event, EventKind, Step
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.publish_plan import PublishPlan
from analytics_agent.domain.question import Question
from analytics_agent.domain.report import Receipt
from analytics_agent.domain.run import Clarification, Run, RunStatus

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")


class Model(Protocol):
    """Something that answers a conversation with text and tool calls."""

    async def reply(self, request: ModelRequest) -> Reply:
        """One turn. Raises ModelUnavailable (retry) or ModelRejected (do not)."""
        ...


@dataclass(frozen=True)
class Fetched:
    """Rows of one statement. `truncated`: more than `row_cap` rows exist; the table holds the first `row_cap`."""

    table: "pa.Table"
    truncated: bool
    milliseconds: float


class Warehouse(Protocol):
    """A database that is read and never written."""

    async def introspect(self) -> Catalog:
        """Tables, columns and keys, in a fixed number of round trips. Raises WarehouseUnavailable or WarehouseRefused."""
        ...

    async def run(self, sql: str, *, row_cap: int, timeout_seconds: float) -> Fetched:
        """Run one checked statement, read-only, and fetch at most `row_cap` rows.

        Raises StatementTimeout, StatementFailed (with a code, never the engine's text), WarehouseUnavailable. When the
        task is cancelled the statement is stopped in the engine too.
        """
        ...

    async def can_write(self) -> tuple[str, ...]:
        """What this login could change (a sentence each); empty when it can only read."""
        ...

    async def close(self) -> None: ...


class Artifacts(Protocol):
    """Content-addressed storage: the same bytes twice are stored once. Raises StorageFull."""

    async def put_record(self, record: object) -> Artifact:
        """Store a domain record as JSON."""
        ...

    async def get_record(self, artifact: Artifact, kind: type[T]) -> T: ...

    async def put_table(self, table: "pa.Table") -> Artifact:
        """Store rows as Parquet."""
        ...

    async def get_table(self, artifact: Artifact) -> "pa.Table": ...

    async def put_file(self, content: bytes, media_type: str) -> Artifact: ...

    async def get_file(self, artifact: Artifact) -> bytes: ...


@dataclass(frozen=True)
class Database:
    """A warehouse as it was added. `uri` is a secret: encrypted in the store, never printed or logged."""

    name: str
    uri: str = field(repr=False)
    dialect: str = "postgres"
    schema: str | None = None
    semantic_model: str | None = None
    added_at: datetime | None = None


@dataclass(frozen=True)
class ApiKey:
    """What is kept of a key: never the key itself."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class Turn:
    """A model turn that was paid for: where its reply is."""

    step: Step
    number: int
    reply: Artifact
    model: str
    usage: Usage
    seconds: float
    prompt: str
    """Name, version and hash of the prompt, as "explore.1 4c1e"."""


@dataclass(frozen=True)
class ToolResult:
    """A tool call that was run: what the model was told. `ends` says that the step is over and how."""

    step: Step
    turn: int
    call_id: str
    name: str
    content: Artifact
    is_error: bool
    ends: str | None = None


class Store(Protocol):
    """The application store. Every write is idempotent under the key its arguments form: a retried activity changes nothing."""

    # runs
    async def create_run(self, question: Question, *, idempotency_key: str | None = None) -> Run:
        """Store a new run as queued; with a key already used by this owner, the earlier run (Conflict if it asked otherwise)."""
        ...

    async def run(self, run_id: str) -> Run:
        """Everything known. Raises UnknownRun."""
        ...

    async def runs(self, *, owner: str | None, limit: int = 50, before: datetime | None = None) -> tuple[Run, ...]: ...

    async def set_status(self, run_id: str, status: RunStatus, reason: str | None = None) -> bool:
        """False, and nothing is changed, when the run had already finished."""
        ...

    async def owner_and_status(self, run_id: str) -> tuple[str, RunStatus]:
        """What a rights check and a waiting reader need, without the whole run. Raises UnknownRun."""
        ...

    async def waiting_runs(self, *, older_than: timedelta) -> tuple[str, ...]:
        """Ids of runs that are still queued after that time: whoever stored them may have died before starting them."""
        ...

    async def begun_runs(self) -> tuple[str, ...]:
        """Ids of runs that have begun and not finished, the oldest first."""
        ...

    async def ask_person(self, run_id: str, clarification: Clarification) -> None:
        """Store the question or, with `answer`, its answer. The first answer stands: another one raises Conflict."""
        ...

    async def clarification(self, run_id: str) -> Clarification | None: ...

    # documents of a step: evidence, findings, answer, refusal, report, receipt
    async def save_document(self, run_id: str, name: str, record: object) -> None: ...

    async def change_document(self, run_id: str, name: str, kind: type[T], change: Callable[[T | None], T]) -> T:
        """Replace a document by what `change` makes of it, nobody else writing meanwhile. What `change` raises leaves it as it is."""
        ...

    async def document(self, run_id: str, name: str, kind: type[T]) -> T | None: ...

    # events
    async def append_event(self, run_id: str, kind: EventKind, step: Step | None, data: dict[str, Any], *, key: str) -> None:
        """The same `key` twice is one event."""
        ...

    async def events(self, run_id: str, *, after: int = 0, limit: int = 500) -> tuple[Event, ...]: ...

    # the agent loop
    async def save_turn(self, run_id: str, turn: Turn) -> None:
        """The turn and its line in the usage ledger, in one transaction; a turn already there is left as it is."""
        ...

    async def turns(self, run_id: str, step: Step | None = None) -> tuple[Turn, ...]: ...

    async def save_tool_result(self, run_id: str, result: ToolResult) -> None: ...

    async def tool_results(self, run_id: str, step: Step) -> tuple[ToolResult, ...]: ...

    async def add_query(self, run_id: str, query: Query, *, key: str) -> Query:
        """Store a result and give it the next id (r1, r2, …); the same `key` again returns the one stored first."""
        ...

    async def query_by_key(self, run_id: str, key: str) -> Query | None: ...

    async def queries(self, run_id: str) -> tuple[Query, ...]: ...

    async def costs(self, *, by: CostGroup, owner: str | None = None, since: datetime | None = None) -> tuple[Cost, ...]:
        """The usage ledger summed, the dearest first; days (UTC) newest first."""
        ...

    # databases, catalogs
    async def save_database(self, database: Database, *, same_tables: bool = False) -> None:
        """Add it, or replace the one of that name. Its cached catalog is dropped, unless the tables are known to be the same."""
        ...

    async def database(self, name: str) -> Database:
        """Raises UnknownDatabase, naming the nearest."""
        ...

    async def databases(self) -> tuple[Database, ...]: ...

    async def remove_database(self, name: str) -> None: ...

    async def save_catalog(self, catalog: Catalog) -> None: ...

    async def catalog(self, database: str) -> Catalog | None: ...

    # keys
    async def create_key(self, name: str, scopes: Sequence[str]) -> tuple[ApiKey, str]:
        """The record and the key itself, which is shown once and stored as a hash."""
        ...

    async def ensure_key(self, name: str, scopes: Sequence[str], key: str) -> None:
        """Make a key that somebody else made (at least 256 random bits) valid. One that is there already is left as it is."""
        ...

    async def authenticate(self, key: str) -> ApiKey | None: ...

    async def keys(self) -> tuple[ApiKey, ...]: ...

    async def revoke_key(self, key_id: str) -> None: ...

    async def ping(self) -> None:
        """Raises StoreUnavailable, or OperatorError when the tables are not there."""
        ...

    async def close(self) -> None: ...


class Publisher(Protocol):
    """Superset, seen as the place where plans are applied."""

    async def publish(self, plan: PublishPlan, database: Database) -> Receipt:
        """Apply the plan idempotently, over a Superset connection to `database`. One that is refused or cancelled is taken back.

        Raises SupersetUnavailable (retry) or PublishRejected (do not).
        """
        ...
