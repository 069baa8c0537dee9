"""What Temporal remembers of runs and schedules, by their ids: ended, and forgotten.

It holds ids, times and the words of errors; a history that is gone cannot say any more when somebody asked what.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import suppress
from datetime import timedelta

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from analytics_agent.domain.erasure import BATCHES
from analytics_agent.domain.orders import workflow_id
from analytics_agent.errors import ServiceUnreachable

PATIENCE = timedelta(seconds=10)
Connect = Callable[[], Awaitable[Client]]


class EngineHistory:
    """Connected at the first call. Every call may be repeated, and raises ServiceUnreachable."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._client: Client | None = None

    async def cancel(self, run_id: str) -> bool:
        """Ask a run to stop. False where there is none at work."""
        with suppress(_NotThere), _Told():
            handle = (await self._connected()).get_workflow_handle(workflow_id(run_id))
            if (await handle.describe(rpc_timeout=PATIENCE)).status == WorkflowExecutionStatus.RUNNING:
                await handle.cancel(rpc_timeout=PATIENCE)
                return True
        return False

    async def remove_schedule(self, schedule_id: str) -> None:
        with suppress(_NotThere), _Told():
            await (await self._connected()).get_schedule_handle(f"schedule-{schedule_id}").delete(rpc_timeout=PATIENCE)

    async def forget(self, names: Collection[str]) -> int:
        """Have all executions deleted that belong to these ("run:ID", "schedule:ID"), also those that are at work; gives how many there
        still are. Temporal deletes in its own time: asked again, there are fewer."""
        found = 0
        with _Told():
            client = await self._connected()
            for name in names:
                async for execution in _executions(client, name):
                    found += 1
                    request = DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=execution)
                    with suppress(_NotThere), _Told():
                        await client.workflow_service.delete_workflow_execution(request, timeout=PATIENCE)
        return found

    async def batches_at_work(self) -> bool:
        """Whether somebody looks after patient turns."""
        with suppress(_NotThere), _Told():
            found = await (await self._connected()).get_workflow_handle("turn-batches").describe(rpc_timeout=PATIENCE)
            return found.status == WorkflowExecutionStatus.RUNNING
        return False

    async def _connected(self) -> Client:
        if self._client is None:
            self._client = await self._connect()
        return self._client


async def _executions(client: Client, name: str) -> AsyncIterator[WorkflowExecution]:
    for query in _queries(name):
        async for found in client.list_workflows(query, rpc_timeout=PATIENCE):
            yield WorkflowExecution(workflow_id=found.id, run_id=found.run_id)


def _queries(name: str) -> tuple[str, ...]:
    """Ids are made by us, of letters and digits; a quote that came in by another way stays inside its text."""
    if name == BATCHES:  # the one at work looks after others too, and has a new history when that becomes long
        return ("WorkflowId = 'turn-batches' AND ExecutionStatus != 'Running'",)
    kind, _, given = name.partition(":")
    number = given.replace("\\", "").replace("'", "")
    if kind == "schedule":
        # A schedule is a workflow of Temporal's own, in a division that queries leave out unless they ask for it.
        own = f"WorkflowId = 'temporal-sys-scheduler:schedule-{number}' AND TemporalNamespaceDivision IS NOT NULL"
        return f"WorkflowId STARTS_WITH 'scheduled-{number}-'", own
    own = f"WorkflowId IN ('{workflow_id(number)}', 'deliver-{number}')"
    return own, f"WorkflowId STARTS_WITH '{workflow_id(number, '-')[:-1]}'"


class _NotThere(Exception):
    """Temporal knows no such workflow or schedule."""


class _Told:
    """Temporal's errors as ours."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, RPCError):
            if error.status == RPCStatusCode.NOT_FOUND:
                raise _NotThere from None
            raise ServiceUnreachable(f"Temporal does not answer ({error.status.name.lower()}).", hint="It is tried again.") from None
