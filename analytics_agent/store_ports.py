"""Parts of the Store port: what is not a run. `ports.Store` is all of them together."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from analytics_agent.domain.api_key import ApiKey
from analytics_agent.domain.audit import AuditEntry, AuditFilter, AuditLine
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.delivery import Delivery, DeliveryState, Destination, RecipientKind
from analytics_agent.domain.erasure import Erasure, Held, Left, Subject
from analytics_agent.domain.event import Step
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.model_version import ModelChange, ModelVersion
from analytics_agent.domain.profile import KeptProfile
from analytics_agent.domain.quota import Counted, Quota
from analytics_agent.domain.run import Run
from analytics_agent.domain.schedule import Schedule
from analytics_agent.domain.statement import InLine, KeptRows, Place, Standing
from analytics_agent.domain.turn import ToolResult, Turn

T = TypeVar("T")


class Known(Protocol):
    """What a call of a run works on. The store itself is one that reads anew each time; `Store.known` gives one that was read at one
    moment, and asks the store for whatever is of another run, step or database."""

    async def run(self, run_id: str) -> Run: ...
    async def turns(self, run_id: str, step: Step | None = None) -> tuple[Turn, ...]: ...
    async def tool_results(self, run_id: str, step: Step) -> tuple[ToolResult, ...]: ...
    async def document(self, run_id: str, name: str, kind: type[T]) -> T | None: ...
    async def queries(self, run_id: str) -> tuple[Query, ...]: ...
    async def query_by_key(self, run_id: str, key: str) -> Query | None: ...
    async def database(self, name: str) -> Database: ...
    async def catalog(self, database: str) -> Catalog | None: ...
    async def model_pause(self, model: str) -> float: ...


class StatementTables(Protocol):
    """Statements in line at their database."""

    async def take_place(self, place: Place, *, at_once: int) -> Standing:
        """Stand in line, or say again that one still does (at least every STANDS_FOR); at most `at_once` of a database run."""
        ...

    async def leave_place(self, place_id: str, rows: KeptRows | None = None) -> None:
        """It is over; `rows` are for those who follow it. Without them the first that follows runs itself."""
        ...

    async def in_line(self, database: str) -> tuple[InLine, ...]:
        """Those that run, then those that wait, each in the order of asking."""
        ...


class DatabaseTables(Protocol):
    """Databases and the versions of their semantic models, which go with them."""

    async def save_database(self, database: Database, *, same_tables: bool = False, change: ModelChange | None = None) -> None:
        """Add it, or replace the one of that name. What is known of its tables is dropped, unless they are known to be the same. With
        `change` its model is kept as a version, unless it is that of the newest one."""
        ...

    async def change_database(self, name: str, made_of: Callable[[Database], Database], change: ModelChange | None = None) -> Database:
        """Replace it by what is `made_of` it, nobody else writing meanwhile; its tables are the same, and so are its name and its
        address. `change` as above. Raises UnknownDatabase."""
        ...

    async def database(self, name: str) -> Database:
        """Raises UnknownDatabase, naming the nearest."""
        ...

    async def databases(self) -> tuple[Database, ...]: ...

    async def remove_database(self, name: str) -> None: ...

    async def model_versions(self, database: str) -> tuple[ModelVersion, ...]:
        """Of its semantic model, the newest first; nothing of a database that is not there."""
        ...

    async def model_text(self, database: str, number: int) -> str | None:
        """The text of a version; None where the model was taken away. Raises UnknownResult."""
        ...


class CatalogTables(Protocol):
    """What is known of the tables of databases. It goes with its database, and when another one takes its name."""

    async def save_catalog(self, catalog: Catalog) -> None:
        """The newest reading stands. What was just read was just looked at."""
        ...

    async def catalog(self, database: str) -> Catalog | None: ...

    async def catalog_checked(self, database: str) -> datetime | None:
        """When somebody last looked whether its tables are still those of the catalog."""
        ...

    async def catalog_age(self, database: str) -> timedelta | None:
        """How long ago that was, by the store's own clock: workers' may differ."""
        ...

    async def begin_reading(self, database: str, holder: str, *, older_than: timedelta, lasts: timedelta, in_pause: bool = False) -> bool:
        """Whether `holder` is to look: nobody has for that long, and nobody does. For `lasts` nobody else is told so. `in_pause`: also
        soon after a look that failed."""
        ...

    async def end_reading(
        self, database: str, holder: str, *, checked: bool, catalog: Catalog | None = None, pause: timedelta = timedelta(0)
    ) -> bool:
        """`holder` has looked, where `checked`, and found `catalog`, which stands from now on, or what was known already. After a look
        that failed nobody is told to look for `pause`. False, and nothing is changed, where it is not this holder's to do any more."""
        ...

    async def profiles(self, database: str) -> Mapping[TableName, KeptProfile]: ...

    async def keep_profiles(self, catalog: Catalog, made: Sequence[KeptProfile]) -> bool:
        """Replace the profiles of these tables; those of tables that are not in the catalog go. False, and nothing is changed, where that
        is not the stored catalog of its database any more."""
        ...


class ScheduleTables(Protocol):
    """Scheduled reports."""

    async def add_schedule(self, schedule: Schedule) -> Schedule | None:
        """Store it as it is given; one of that id that is there already is left and returned. None where that one was deleted."""
        ...

    async def save_schedule(self, schedule: Schedule) -> None:
        """Add it, or replace the one of that id; one that was deleted stays deleted."""
        ...

    async def schedule(self, schedule_id: str, *, or_deleted: bool = False) -> Schedule:
        """Raises UnknownSchedule, also for one that was deleted unless a run that it made before still needs it."""
        ...

    async def schedules(self, *, owner: str | None, limit: int | None = None, before: datetime | None = None) -> tuple[Schedule, ...]:
        """The newest first; None is everybody's. `before` is the created_at of the last one of the page before."""
        ...

    async def remove_schedule(self, schedule_id: str) -> None: ...

    async def deleted_schedules(self, schedule_ids: Collection[str]) -> frozenset[str]:
        """Those of them that were here and were deleted."""
        ...

    async def runs_of_schedule(
        self, schedule_id: str, *, limit: int = 50, since: datetime | None = None, before: datetime | None = None, made: bool = False
    ) -> tuple[Run, ...]:
        """Its runs, the one that was due last first: of a time (`before` is left out), and only those that `made` a report."""
        ...


class DeliveryTables(Protocol):
    """Reports on their way, and where they may go."""

    async def add_delivery(self, delivery: Delivery) -> Delivery:
        """Store it as it is given; one of that id that is there already is left as it is and returned."""
        ...

    async def delivery(self, delivery_id: str) -> Delivery:
        """Raises UnknownResult."""
        ...

    async def deliveries(self, run_id: str) -> tuple[Delivery, ...]: ...

    async def deliveries_of(self, run_ids: Sequence[str]) -> tuple[Delivery, ...]: ...

    async def forgotten_deliveries(self, *, older_than: timedelta) -> tuple[str, ...]:
        """Ids of runs with a delivery that waits and has not been touched for that long: nobody works on it any more."""
        ...

    async def move_delivery(self, delivery: Delivery, *, before: DeliveryState) -> bool:
        """Replace it where its state is still `before`; False, and nothing is changed, where it is not."""
        ...

    async def save_destination(self, destination: Destination) -> None:
        """Add it, or replace the one of that kind and name."""
        ...

    async def destination(self, kind: RecipientKind, name: str) -> Destination:
        """Raises UnknownDestination, naming those there are."""
        ...

    async def destinations(self, kind: RecipientKind) -> tuple[Destination, ...]: ...

    async def remove_destination(self, kind: RecipientKind, name: str) -> None: ...


class KeyTables(Protocol):
    """API keys."""

    async def create_key(
        self,
        name: str,
        scopes: Sequence[str],
        *,
        expires_at: datetime | None = None,
        databases: Sequence[str] | None = None,
        reads_as: str = "",
        quota: Quota | None = None,
    ) -> tuple[ApiKey, str]:
        """The record and the key itself, which is shown once and stored as a hash."""
        ...

    async def ensure_key(self, name: str, scopes: Sequence[str], key: str) -> None:
        """Make a key that somebody else made (at least 256 random bits) valid. One that is there already is left as it is."""
        ...

    async def authenticate(self, key: str) -> ApiKey | None:
        """None for one that is unknown or revoked. Raises NotAuthenticated for one that ran out, which only its holder can send."""
        ...

    async def key(self, key_id: str) -> ApiKey | None:
        """Valid or not, by its id."""
        ...

    async def keys(self) -> tuple[ApiKey, ...]: ...

    async def revoke_key(self, key_id: str) -> None: ...


class RequestTables(Protocol):
    """How much somebody asks. Questions of a day are counted where runs are made."""

    async def count_request(self, owner: str) -> Counted:
        """Count one more request in this minute."""
        ...


class AuditTables(Protocol):
    """Who did what. Lines are added and read; create_run and move_delivery add theirs themselves."""

    async def record_act(self, entry: AuditEntry, *, key: str) -> None:
        """The same `key` twice is one line."""
        ...

    async def record_read(self, run_id: str, tables: Sequence[str], *, policy: str, key: str) -> None:
        """Rows of these tables answered a statement of the run, under the policy with this hash. The same `key` of a run twice is one
        line. Raises UnknownRun."""
        ...

    async def audit(self, wanted: AuditFilter, *, limit: int = 100, before: int | None = None) -> tuple[AuditLine, ...]:
        """The newest first; `before` is the number of the last line of the page before."""
        ...


class ErasureTables(Protocol):
    """One person's data: what is held, and how it goes. What a person asks after their erasure began is not touched by it."""

    async def subject(self, owners: Sequence[str], mails: Sequence[str] = ()) -> Subject:
        """With the keys that read with these people's rights, and with what all of them are called."""
        ...

    async def owners_called(self, name: str) -> tuple[str, ...]:
        """The ids of people and keys of exactly this name."""
        ...

    async def held_of(self, subject: Subject) -> Held: ...

    async def begin_erasure(self, subject: Subject) -> Erasure:
        """One of the same people and addresses that is not done is gone on with."""
        ...

    async def erasure(self, erasure_id: str) -> Erasure:
        """Raises UnknownResult."""
        ...

    async def erasures(self, *, limit: int = 50, unfinished: bool = False) -> tuple[Erasure, ...]:
        """The newest first."""
        ...

    async def change_erasure(self, erasure_id: str, change: Callable[[Erasure], Erasure]) -> Erasure:
        """Nobody else writing meanwhile."""
        ...

    async def runs_to_erase(self, erasure: Erasure, *, limit: int, unfinished: bool = False) -> tuple[str, ...]:
        """Ids of their runs that are still there: all, or those that have not ended."""
        ...

    async def runs_reading_as(self, erasure: Erasure, *, unfinished: bool = False) -> tuple[str, ...]:
        """Ids of runs of others that read with their rights: all, or those that have not ended."""
        ...

    async def schedules_to_erase(self, erasure: Erasure) -> tuple[str, ...]:
        """Ids of their schedules, also of deleted ones."""
        ...

    async def drop_deliveries(self, erasure: Erasure) -> None:
        """Nothing that waits is sent any more: of their runs, and to their addresses."""
        ...

    async def erase_runs(self, erasure_id: str, run_ids: Collection[str], left: Sequence[Left]) -> None:
        """These runs with all that hangs on them. Their lines in the ledger and the audit log stay, under the stand-in; runs of others
        that continue or repeat them lose the reference. `left` is added to the erasure, in the same transaction."""
        ...

    async def erase_traces(self, erasure_id: str, left: Sequence[Left] = ()) -> None:
        """Everything else that names them: schedules, keys, counts of requests, addresses and names in things of others, reports of runs
        that read with their rights. `left` is added to the erasure, in the same transaction."""
        ...

    async def others_at_work(self, since: datetime) -> bool:
        """Whether a run that began before that moment still works: it may have stored a file that no row refers to yet."""
        ...

    async def files_in_use(self, digests: Collection[str]) -> frozenset[str]:
        """Those of these stored files, by their SHA-256, that any row refers to."""
        ...
