"""Parts of the Store port: what is not a run. `ports.Store` is all of them together."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from analytics_agent.domain.api_key import ApiKey
from analytics_agent.domain.delivery import Delivery, DeliveryState, Destination, RecipientKind
from analytics_agent.domain.run import Run
from analytics_agent.domain.schedule import Schedule
from analytics_agent.domain.statement import InLine, KeptRows, Place, Standing


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

    async def create_key(self, name: str, scopes: Sequence[str]) -> tuple[ApiKey, str]:
        """The record and the key itself, which is shown once and stored as a hash."""
        ...

    async def ensure_key(self, name: str, scopes: Sequence[str], key: str) -> None:
        """Make a key that somebody else made (at least 256 random bits) valid. One that is there already is left as it is."""
        ...

    async def authenticate(self, key: str) -> ApiKey | None: ...

    async def keys(self) -> tuple[ApiKey, ...]: ...

    async def revoke_key(self, key_id: str) -> None: ...
