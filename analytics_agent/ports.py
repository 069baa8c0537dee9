"""What we need from outside, as Protocols, on one page. Adapters implement them; `bootstrap` chooses; tests fake them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.batch import BatchFailure, BatchState, WaitingTurn
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.conversation import ModelRequest, Reply, Usage
from analytics_agent.domain.cost import Cost, CostGroup
from analytics_agent.domain.database import Database
from analytics_agent.domain.delivery import Destination
from analytics_agent.domain.event import Event, EventKind, News, Step
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.mail import Mail
from analytics_agent.domain.orders import TurnOrder
from analytics_agent.domain.policy import Policy
from analytics_agent.domain.publish_plan import PublishPlan
from analytics_agent.domain.question import Budget, Question
from analytics_agent.domain.quota import Quota
from analytics_agent.domain.report import PublishedKind, Receipt
from analytics_agent.domain.rights import Grant
from analytics_agent.domain.run import Clarification, Run, RunStatus, RunSummary
from analytics_agent.domain.spending import Decide, Pool, Used
from analytics_agent.domain.statement import Caps, Estimate, Saved
from analytics_agent.domain.turn import ToolResult, Turn
from analytics_agent.store_ports import (
    AuditTables,
    CatalogTables,
    DatabaseTables,
    DeliveryTables,
    ErasureTables,
    KeyTables,
    Known,
    RequestTables,
    ScheduleTables,
    StatementTables,
)

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")


class Model(Protocol):
    """Something that answers a conversation with text and tool calls."""

    async def reply(self, request: ModelRequest) -> Reply:
        """One turn. Raises ModelUnavailable (retry) or ModelRejected (do not)."""
        ...


class ModelBatches(Protocol):
    """The provider's message batches: half the price, and a reply within a day. Raises as Model does; NoBatches where it has none."""

    async def create(self, requests: Mapping[str, ModelRequest]) -> str:
        """Send one batch, its requests by their custom ids (1 to 64 letters, digits, - and _), and give its id."""
        ...

    async def state(self, batch_id: str) -> BatchState: ...

    async def recent(self, *, since: datetime) -> tuple[BatchState, ...]:
        """Every batch of the account that was created at or after `since`, whoever sent it."""
        ...

    def results(self, batch_id: str) -> AsyncIterator[tuple[str, Reply | BatchFailure]]:
        """Custom ids with what came of them, in any order, of a batch that has ended. Costs are at the price of batches."""
        ...

    async def cancel(self, batch_id: str) -> None:
        """What is not answered yet will not be. A batch that has ended is left as it is."""
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

    async def save(self, sql: str, *, to: Path, caps: Caps, timeout_seconds: float) -> Saved:
        """Run one checked statement and stream its rows into a Parquet file whose types the engine declares before the first row.

        Raises and is cancelled as `run` is, and raises StorageFull; then there is no file.
        """
        ...

    async def estimate(self, sql: str, *, timeout_seconds: float) -> Estimate:
        """What the engine's planner expects of a checked statement, without running it. Raises as `run` does."""
        ...

    async def stamps(self) -> Mapping[TableName, str]:
        """For each table a text that is another one when its rows were changed, as far as the engine counts that, in one round trip. A
        table that is not in it may have changed. Raises as `introspect` does."""
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

    def draft(self) -> AbstractContextManager[Path]:
        """A path for a file that is being made, near where it will be kept. What is still there at the end is removed."""
        ...

    async def put_parquet(self, path: Path) -> Artifact:
        """Store the Parquet file at `path`, which is moved there where that can be done, and gone in any case."""
        ...

    async def get_table(self, artifact: Artifact, *, rows: int | None = None) -> "pa.Table":
        """The rows, or the first `rows` of them, in types that Python can hold (`domain.readable`)."""
        ...

    async def put_file(self, content: bytes, media_type: str) -> Artifact: ...

    async def get_file(self, artifact: Artifact) -> bytes: ...

    async def written(self, *, since: datetime, until: datetime) -> tuple[str, ...]:
        """The SHA-256 of the files that were last stored in that time. Stored again is stored, too."""
        ...

    async def remove(self, digest: str, *, unless_after: datetime) -> bool:
        """Remove the file of this SHA-256. False, and it stays, where it was stored again since that moment; False where there is none."""
        ...


class Store(
    StatementTables,
    DatabaseTables,
    CatalogTables,
    ScheduleTables,
    DeliveryTables,
    KeyTables,
    RequestTables,
    AuditTables,
    ErasureTables,
    Protocol,
):
    """The application store. Every write is idempotent under the key its arguments form: a retried activity changes nothing."""

    # runs
    async def create_run(self, question: Question, *, idempotency_key: str | None = None, quota: Quota | None = None) -> Run:
        """Store a new run as queued; with a key already used by this owner, the earlier run (Conflict if it asked otherwise). Raises
        TooMany where the owner has as many questions as `quota` allows, whichever process they were sent to."""
        ...

    async def run(self, run_id: str) -> Run:
        """Everything known. Raises UnknownRun."""
        ...

    async def known(self, run_id: str, step: Step) -> Known:
        """All that a call of this step of the run works on, in one statement. Raises UnknownRun."""
        ...

    async def runs(self, *, owner: str | None, limit: int = 50, before: datetime | None = None) -> tuple[Run, ...]: ...
    async def run_summaries(self, *, owner: str | None, limit: int = 50, before: datetime | None = None) -> tuple[RunSummary, ...]: ...

    async def set_status(self, run_id: str, status: RunStatus, reason: str | None = None, *, opening: int = 0) -> bool:
        """False, and nothing is changed, when the run had already finished, or has had more openings than this one (0: whichever)."""
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
    async def save_turn(self, run_id: str, turn: Turn, news: News | None = None) -> None:
        """The turn, its line in the ledger, the end of its reservation and what is told of it, in one transaction. A turn already there is
        left as it is."""
        ...

    async def save_lost_call(self, order: TurnOrder, model: str, usage: Usage, request_id: str | None) -> None:
        """A call that was charged and whose reply broke off: a line of its own in the ledger. The same `request_id` is one call."""
        ...

    async def reserve(self, order: TurnOrder, decide: Decide, *, pools: Collection[Pool], lasts: timedelta) -> None:
        """Count what `decide` gives as used until the turn is saved or that time has passed, nobody else deciding meanwhile. An earlier
        reservation for this turn is replaced, and not in what it is told."""
        ...

    async def used(self, owner: str, *, pools: Collection[Pool]) -> Used:
        """Today (UTC), of the pools of a day: spent and reserved."""
        ...

    async def reopen(self, run_id: str, budget: Budget) -> bool:
        """Queue a run that is over budget anew, without what belonged to its end. False, and nothing is changed, for any other."""
        ...

    async def pause_model(self, model: str, seconds: float) -> None:
        """Nobody is to ask this model for so long. A longer pause stands."""
        ...

    async def model_pause(self, model: str) -> float:
        """Seconds that are left of its pause; 0 where there is none."""
        ...

    async def begin_call(self, apart_seconds: float) -> float:
        """0: a call of some model may begin now, and for so long no other. Else the seconds until one may; nothing is kept for who asks."""
        ...

    async def turns(self, run_id: str, step: Step | None = None) -> tuple[Turn, ...]:
        """Of every line, in the order in which they were stored."""
        ...

    async def save_tool_result(self, run_id: str, result: ToolResult, news: News | None = None) -> None:
        """With what is told of it. A result already there is left as it is: the model was told that one."""
        ...

    async def tool_results(self, run_id: str, step: Step) -> tuple[ToolResult, ...]: ...

    async def add_query(
        self, run_id: str, query: Query, *, key: str, number: int | None = None, news: Callable[[Query], News] | None = None
    ) -> Query:
        """Store a result and give it an id (r1, r2, …): that of `number`, where it is free, else the next. The same `key` again returns the
        one stored first. What `news` tells of the stored one is stored with it."""
        ...

    async def query_by_key(self, run_id: str, key: str) -> Query | None: ...

    async def queries(self, run_id: str) -> tuple[Query, ...]: ...

    async def costs(self, *, by: CostGroup, owner: str | None = None, since: datetime | None = None) -> tuple[Cost, ...]:
        """The usage ledger summed, the dearest first; days (UTC) newest first."""
        ...

    async def owner_names(self, owners: Collection[str]) -> Mapping[str, str]:
        """What keys and people are called, people by their newest question; without those of whom nobody knows."""
        ...

    # turns that wait for a message batch
    async def queue_turn(self, turn: WaitingTurn) -> None:
        """Let it wait; one of that order that waits already is left as it is."""
        ...

    async def waiting_turns(self, *, run_id: str | None = None) -> tuple[WaitingTurn, ...]: ...

    async def change_waiting(self, ids: Collection[str], change: Callable[[WaitingTurn], WaitingTurn | None]) -> tuple[WaitingTurn, ...]:
        """Replace those that still wait by what `change` makes of each, nobody else writing meanwhile; None takes one away."""
        ...

    async def ping(self) -> None:
        """Raises StoreUnavailable, or OperatorError when the tables are not there."""

    async def close(self) -> None: ...


class Publisher(Protocol):
    """Superset, seen as the place where plans are applied."""

    async def publish(self, plan: PublishPlan, database: Database) -> Receipt:
        """Apply the plan idempotently, over a Superset connection to `database`. One that is refused or cancelled is taken back.

        Raises SupersetUnavailable (retry) or PublishRejected (do not).
        """
        ...

    async def connect(self, database: Database) -> bool:
        """Let people find the database in SQL Lab: idempotent. False for an engine that Superset cannot reach; raises as `publish`."""
        ...

    async def remove(self, published: Sequence[tuple[PublishedKind, str]]) -> int:
        """Delete dashboards, charts and datasets by kind and uuid; what is not there is fine. Gives how many datasets stay, renamed and
        without their description, because somebody drew a chart of their own on them. Raises as `publish`."""
        ...


class Rights(Protocol):
    """What people may read: as Superset knows it, and the installation's own file of policies."""

    async def grant(self, reader: str, database: Database, tables: Sequence[TableName]) -> Grant:
        """What of these tables (all that the database has) the reader may see: everything for an operator.

        `reader` is written as domain.rights has it. Raises NotAllowed for somebody who may not use the database at all or is not known
        any more, SupersetUnavailable, RightsUnknown.
        """
        ...

    async def reader(self, name: str) -> str:
        """Whose rights the person with this login name has, as `grant` takes it. Raises UnknownPerson, SupersetUnavailable."""
        ...

    async def for_models(self, database: Database, tables: Sequence[TableName]) -> Policy:
        """What of these tables a model outside may be shown, whoever asks: everything where nothing is said. Raises RightsUnknown."""
        ...

    async def governs(self, database: str) -> bool:
        """Whether the installation's own file says what people may see of a database, beside what they may do in Superset."""
        ...

    async def confidential(self, database: str) -> Mapping[TableName, Collection[str]]:
        """Columns that the installation's own file keeps from anybody, hidden or masked: what they hold is not kept anywhere. Raises
        RightsUnknown."""
        ...

    async def hash_key(self) -> str:
        """With which masks of this installation hash; a policy that is kept is kept without it. Empty where there is none. Raises
        RightsUnknown."""
        ...


class Mailer(Protocol):
    async def send(self, mail: Mail, *, handing_over: Callable[[], Awaitable[bool]]) -> bool:
        """Hand one mail to the mail server. `handing_over` is awaited when the server has accepted sender and recipient and before it
        gets the message; where it gives False nothing is sent, and so does this.

        Raises MailServerUnavailable (retry) or DeliveryRejected (do not). After the message went out without an answer it raises
        DeliveryUncertain.
        """
        ...


class Webhooks(Protocol):
    async def post(self, destination: Destination, message_id: str, body: bytes) -> None:
        """Post signed by the Standard Webhooks scheme; the receiver drops a second message of one id.

        Raises WebhookUnavailable (retry) or DeliveryRejected (do not).
        """
        ...


class Folders(Protocol):
    async def put(self, destination: Destination, path: str, content: bytes) -> None:
        """Write one file below the destination's folder or bucket, whole or not at all. Raises FolderUnavailable or DeliveryRejected."""
        ...

    async def remove(self, destination: Destination, path: str) -> bool:
        """Remove one file there; False when it is not there. Raises as `put` does."""
        ...
