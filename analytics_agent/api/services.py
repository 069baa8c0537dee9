"""What the API is given of one tenant: the store and artifacts, and what it knows only by its shape: a runner, the databases, schedules."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request

from analytics_agent.api.person import is_token, tenant_of_token
from analytics_agent.api.remembered_rights import RememberedRights
from analytics_agent.deliver.right_to_see import RightToSee
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import DatabaseView, ModelSees
from analytics_agent.domain.model_version import ModelChange
from analytics_agent.domain.models import PROFILES, ModelChoice, step_models
from analytics_agent.domain.orders import DraftedModel
from analytics_agent.domain.profile import KeptProfile
from analytics_agent.domain.question import Budget, StepModels
from analytics_agent.domain.quota import NO_LIMIT, Quota
from analytics_agent.domain.run import Run
from analytics_agent.domain.schedule import PeriodUnit, Schedule
from analytics_agent.domain.statement import InLine
from analytics_agent.domain.superset_dataset import DatasetEdit, SupersetDataset
from analytics_agent.domain.tenant import DEFAULT, tenant_of_key
from analytics_agent.ports import Artifacts, Rights, Store

Check = Callable[[], Awaitable[None]]
"""Raises an AgentError when the service it looks at is not usable."""


class Runner(Protocol):
    """Starts and steers runs. Raises Unavailable when the engine behind it does not answer."""

    async def start(self, run_id: str, *, again: bool = False) -> bool:
        """Start a stored run; this is called again after any doubt. False when it was started before and has ended since, which does
        not keep one that was opened `again` from being started."""
        ...

    async def goes_on(self, run_id: str) -> bool:
        """Whether the engine works on the run or waits with it. False when it has ended there, or is not known there."""
        ...

    async def cancel(self, run_id: str) -> bool:
        """Ask the run to stop; it finishes as cancelled by itself. False when it does not go on, or was never started."""
        ...

    async def answer(self, run_id: str) -> bool:
        """Say that the asker's answer is in the store. False when the run does not go on."""
        ...

    async def deliver(self, run_id: str) -> None:
        """See to the run's deliveries that wait in the store; called again, it looks again."""
        ...

    async def erase(self, erasure_id: str) -> None:
        """Carry out an erasure that is in the store; called again, it goes on."""
        ...


class Databases(Protocol):
    """Warehouses as they are added and looked at. Raises UnknownDatabase for a name that is not known."""

    async def views(self) -> tuple[DatabaseView, ...]: ...

    async def add(
        self,
        name: str,
        uri: str,
        schema: str | None,
        semantic_model: str | None,
        *,
        model_sees: ModelSees | None = None,
        sql_lab: bool = True,
        said: ModelChange | None = None,
    ) -> DatabaseView:
        """Open it, read its catalog, check the semantic model (its text), and keep it. One of that name is replaced.

        `sql_lab`: let people find it in Superset too. `said`: of its model, in the list of versions."""
        ...

    async def change(self, name: str, changes: Mapping[str, Any], said: ModelChange | None = None) -> DatabaseView:
        """Replace fields of its record by their names; `said` is of its model, where that is one of them."""
        ...

    async def in_line(self, name: str) -> tuple[InLine, ...]:
        """The statements that run in it, then those that wait for their turn."""
        ...

    async def remove(self, name: str) -> None: ...

    async def refresh(self, name: str) -> DatabaseView:
        """Read the catalog again."""
        ...

    async def draft(self, name: str, descriptions: Artifact | None = None, tables: tuple[str, ...] = ()) -> DraftedModel:
        """A semantic model from its names, keys and values, which nobody has reviewed."""
        ...

    async def profiles(self, name: str) -> tuple[KeptProfile, ...]:
        """What the columns of its tables hold, of those that were looked at."""
        ...

    async def catalog(self, name: str) -> Catalog:
        """The cached catalog, read when there is none."""
        ...


class Superset(Protocol):
    """The datasets that people made in Superset over a database. Raises SupersetUnavailable, PublishRejected."""

    async def read(self, name: str) -> tuple[SupersetDataset, ...]: ...

    async def edit(self, name: str, edits: tuple[DatasetEdit, ...]) -> tuple[str, ...]:
        """Gives a sentence for each that was left as it was."""
        ...


class Schedules(Protocol):
    """The clock behind scheduled reports. Every call may be repeated. Raises Unavailable when it does not answer."""

    async def put(self, schedule: Schedule) -> None:
        """Make it tick as the record says: made where it is missing, brought up to date where it differs."""
        ...

    async def remove(self, schedule_id: str) -> None: ...

    async def run_now(self, schedule_id: str) -> None: ...

    async def backfill(self, schedule_id: str, due: Sequence[datetime]) -> None:
        """Make the reports of these moments, which the schedule's timing gives, one after the other."""
        ...

    async def known(self) -> Mapping[str, str | None]:
        """Ids of those that are there, each with the mark of its pause (`pause_mark`). It may be some seconds behind."""
        ...

    async def check(self) -> None: ...


@dataclass(frozen=True)
class Moving:
    """How the period of a run can move: a unit, or None for not at all; `why` says it. With an `obstacle` it cannot, though it should."""

    unit: PeriodUnit | None
    why: str
    obstacle: str | None = None


@dataclass(frozen=True)
class Coverage:
    """The period of each report in words, None where it has none. `behind` says that the data ends before the first would look."""

    periods: Sequence[str | None]
    behind: str | None = None


class Periods(Protocol):
    """What the reports of a schedule cover."""

    async def moving(self, run: Run) -> Moving: ...

    async def why_not(self, run: Run, unit: PeriodUnit) -> str | None:
        """Why its period cannot move by this unit, in a sentence."""
        ...

    async def covered(self, schedule: Schedule, due: Sequence[datetime], made: Sequence[Run] = ()) -> Coverage:
        """What the reports of these moments will cover. `made` are the last ones: they saw how far the data goes."""
        ...


@dataclass(frozen=True)
class Limits:
    """What a question gets when it names nothing, and what it may name."""

    default_model: str
    choice: ModelChoice | None = None
    """Which model each step uses; None is `default_model` and what follows from it."""

    models: frozenset[str] = frozenset(PROFILES)
    budget: Budget = Budget()
    """Of one run."""

    person: Budget = Budget()
    """Of one person or key and day."""

    installation: Budget = Budget()
    """Of all and day."""

    quota: Quota = NO_LIMIT
    """What a key or person may ask where it has no quota of its own."""

    publish: bool = True
    mail: bool = False
    """A mail server is set up."""

    offline_first: bool = False
    """Questions that name no model are answered by rule where that is certain."""

    def step_models(self, asked: str | None) -> StepModels:
        return step_models(asked, self.choice or ModelChoice(self.default_model))


FolderProblems = Callable[[str], Awaitable[list[str]]]
"""Why nothing can be written to a folder's address, as sentences: a package that is missing."""


@dataclass(frozen=True)
class Services:
    """`checks` are what /readyz looks at, by name; what is wrong by `told` is said there and is no reason not to be ready. Without
    `signing_key` nobody comes in through Superset."""

    store: Store
    artifacts: Artifacts
    runner: Runner
    databases: Databases
    limits: Limits
    checks: Mapping[str, Check] = field(default_factory=dict)
    signing_key: str | None = field(default=None, repr=False)
    schedules: Schedules = field(kw_only=True)
    periods: Periods = field(kw_only=True)
    rights: Rights = field(kw_only=True)
    folder_problems: FolderProblems = field(kw_only=True)
    tenant: str = field(default=DEFAULT, kw_only=True)
    told: Mapping[str, Check] = field(default_factory=dict, kw_only=True)
    superset: Superset | None = field(default=None, kw_only=True)

    @cached_property
    def right_to_see(self) -> RightToSee:
        """Who may open an answer: a right that was asked some seconds ago is not asked again."""
        return RightToSee(self.store, RememberedRights(self.rights))


class EveryTenant(Protocol):
    """The services of each tenant."""

    def of(self, name: str) -> Services: ...

    def all(self) -> Mapping[str, Services]: ...

    def left_out(self) -> int: ...


def _every(request: Request) -> EveryTenant:
    tenants: EveryTenant = request.app.state.tenants
    return tenants


def _of(request: Request) -> Services:
    """Before anything is known of the asker: what comes as a key or token is then looked for with these services alone."""
    _, _, sent = request.headers.get("authorization", "").partition(" ")
    return _every(request).of(tenant_of_token(sent) if is_token(sent) else tenant_of_key(sent))


Given = Annotated[Services, Depends(_of)]
"""A route's parameter of this type is the Services of the tenant whose key or token was sent."""

Everyone = Annotated[EveryTenant, Depends(_every)]
"""For what looks at the whole process. No route that shows anything of a tenant takes it."""
