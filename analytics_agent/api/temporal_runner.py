"""services.Runner on Temporal: a run is the workflow `run-<id>`. Also the one-off reading of a database by a worker."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar
from uuid import uuid4

from temporalio.api.errordetails.v1 import NamespaceNotFoundFailure
from temporalio.client import ActivityFailureError, Client, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.common import RetryPolicy, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from analytics_agent import errors
from analytics_agent.api.temporal_connection import TemporalConnection
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.erasure import ErasureOrder
from analytics_agent.domain.orders import DatabaseOrder, DatabaseReading, DraftedModel, DraftOrder, RunOrder, workflow_id
from analytics_agent.errors import AgentError, ServiceUnreachable, WarehouseUnavailable

T = TypeVar("T")
_LOOKS, _LOOK_SECONDS = 8, 0.25


class TemporalRunner(TemporalConnection):
    """One workflow a run, by its name."""

    async def start(self, run_id: str, *, again: bool = False) -> bool:
        """One workflow a run, for ever: a second start, even of a finished run, changes nothing. A run that goes on has another one of
        the same name, one at a time."""
        client = await self._connected()
        if again:
            await self._until_ended(run_id)
        try:
            await client.start_workflow(
                "AnswerQuestion",
                RunOrder(run_id),
                id=workflow_id(run_id),
                task_queue="workflow",
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE if again else WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )
        except WorkflowAlreadyStartedError:
            return False
        except RPCError as error:
            raise self._lost(error) from None
        return True

    async def _until_ended(self, run_id: str) -> None:
        """The store knows of a run's end a moment before Temporal does. Where that takes longer, the run is started a little later."""
        for _ in range(_LOOKS):
            if not await self.goes_on(run_id):
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def goes_on(self, run_id: str) -> bool:
        client = await self._connected()
        try:
            found = await client.get_workflow_handle(workflow_id(run_id)).describe()
        except RPCError as error:
            if _no_such_run(error):
                return False
            raise self._lost(error) from None
        return found.status == WorkflowExecutionStatus.RUNNING

    async def cancel(self, run_id: str) -> bool:
        """Asked for first: Temporal takes the cancellation of a workflow that has ended, and does nothing."""
        return await self.goes_on(run_id) and await self._steer(lambda client: client.get_workflow_handle(workflow_id(run_id)).cancel())

    async def answer(self, run_id: str) -> bool:
        return await self._steer(lambda client: client.get_workflow_handle(workflow_id(run_id)).signal("answered"))

    async def deliver(self, run_id: str) -> None:
        """One workflow a run at a time: where it is at work already, it is told to look again."""
        client = await self._connected()
        try:
            await client.start_workflow(
                "DeliverReport",
                RunOrder(run_id),
                id=f"deliver-{run_id}",
                task_queue="workflow",
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                start_signal="look_again",
            )
        except RPCError as error:
            raise self._lost(error) from None

    async def erase(self, erasure_id: str) -> None:
        client = await self._connected()
        try:
            await client.start_workflow(
                "ErasePerson",
                ErasureOrder(erasure_id),
                id=f"erase-{erasure_id}",
                task_queue="workflow",
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )
        except RPCError as error:
            raise self._lost(error) from None

    async def check(self) -> None:
        """Raises ServiceUnreachable."""
        client = await self._connected()
        try:
            healthy = await client.service_client.check_health(timeout=timedelta(seconds=3))
        except RPCError as error:
            raise self._lost(error) from None
        if not healthy:
            raise ServiceUnreachable("Temporal is not healthy.", hint="Look at `analytics-agent status`.")

    async def read_database(self, name: str) -> DatabaseReading:
        """Have the warehouse worker open and introspect a database. Raises what the worker raised, or Unavailable."""
        return await self._at_warehouse("read_database", DatabaseOrder(name), DatabaseReading, seconds=90)

    async def draft_model(self, name: str, descriptions: Artifact | None = None, tables: tuple[str, ...] = ()) -> DraftedModel:
        """Have the warehouse worker look at a database's columns and draft a semantic model. Raises as `read_database` does."""
        return await self._at_warehouse("draft_model", DraftOrder(name, descriptions, tables), DraftedModel, seconds=120)

    async def _at_warehouse(self, act: str, order: DatabaseOrder | DraftOrder, kind: type[T], *, seconds: float) -> T:
        client = await self._connected()
        try:
            found: T = await client.execute_activity(
                act,
                order,
                id=f"{act}-{order.name}-{uuid4().hex}",  # two at once are two: each sees what was stored when it began
                task_queue="warehouse",
                result_type=kind,
                schedule_to_close_timeout=timedelta(seconds=seconds),
                retry_policy=RetryPolicy(maximum_attempts=2),
            )
            return found
        except (ActivityFailureError, WorkflowFailureError) as failure:
            raise _of(failure.cause, order.name) from None
        except RPCError as error:
            raise self._lost(error) from None

    async def _steer(self, act: Callable[[Client], Awaitable[object]]) -> bool:
        client = await self._connected()
        try:
            await act(client)
        except RPCError as error:
            if _no_such_run(error):
                return False
            raise self._lost(error) from None
        return True


def _no_such_run(error: RPCError) -> bool:
    """Never started, or ended. A server that does not know its namespace yet says NOT_FOUND as well, and knows nothing of any run."""
    details = error.grpc_status.details
    return error.status == RPCStatusCode.NOT_FOUND and not any(each.Is(NamespaceNotFoundFailure.DESCRIPTOR) for each in details)


def _of(cause: BaseException | None, name: str) -> AgentError:
    """The worker's error as it was raised there: same class, same words."""
    if isinstance(cause, ApplicationError) and isinstance(kind := getattr(errors, cause.type or "", None), type):
        if issubclass(kind, errors.InvalidSemanticModel):
            return kind(cause.message.splitlines()[1:])
        if issubclass(kind, AgentError) and kind is not errors.StatementRefused:
            return kind(cause.message)
    return WarehouseUnavailable(f"Reading {name} did not come to an end.", hint="Look at `analytics-agent logs worker-warehouse`.")
