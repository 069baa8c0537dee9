"""Superset's datasets, which the deliver worker reads and describes with the service account."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from pydantic import TypeAdapter
from temporalio.client import ActivityFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from analytics_agent import errors
from analytics_agent.api.temporal_connection import Connect, TemporalConnection
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.orders import DatabaseOrder, DatasetsOrder
from analytics_agent.domain.superset_dataset import DatasetEdit, DatasetEdits, DatasetsRead, SupersetDataset
from analytics_agent.errors import AgentError, SupersetUnavailable
from analytics_agent.ports import Artifacts

SECONDS = 120.0
SECONDS_OF_EACH = 1.5
"""A new dataset is made, read and described, and Superset looks at the database for it."""


class TemporalDatasets(TemporalConnection):
    """Both raise what the worker raised, SupersetUnavailable where it did not come to an end, or ServiceUnreachable."""

    def __init__(self, connect: Connect, artifacts: Artifacts) -> None:
        super().__init__(connect)
        self._artifacts = artifacts

    async def read(self, name: str) -> tuple[SupersetDataset, ...]:
        stored = await self._done("read_datasets", DatabaseOrder(name))
        try:
            return TypeAdapter(DatasetsRead).validate_json(await self._artifacts.get_file(stored)).datasets
        finally:
            await self._forget(stored)

    async def edit(self, name: str, edits: tuple[DatasetEdit, ...]) -> tuple[str, ...]:
        """Gives a sentence for each that was left."""
        text = TypeAdapter(DatasetEdits).dump_json(DatasetEdits(uuid4().hex, edits))
        order = DatasetsOrder(name, await self._artifacts.put_file(text, "application/json"))
        try:
            stored = await self._done("edit_datasets", order, SECONDS + SECONDS_OF_EACH * len(edits))
        finally:
            await self._forget(order.edits)
        return TypeAdapter(tuple[str, ...]).validate_json(await self._artifacts.get_file(stored))

    async def _forget(self, stored: Artifact) -> None:
        """Owners and descriptions are Superset's to keep, and nothing leads to these files any more."""
        await self._artifacts.remove(stored.sha256, unless_after=datetime.now(UTC))

    async def _done(self, act: str, order: DatabaseOrder | DatasetsOrder, seconds: float = SECONDS) -> Artifact:
        client = await self._connected()
        try:
            stored: Artifact = await client.execute_activity(
                act,
                order,
                id=f"{act}-{order.name}-{uuid4().hex}",
                task_queue="deliver",
                result_type=Artifact,
                schedule_to_close_timeout=timedelta(seconds=seconds),
                retry_policy=RetryPolicy(maximum_attempts=3),
            )
            return stored
        except ActivityFailureError as failure:
            raise _of(failure.cause) from None
        except RPCError as error:
            raise self._lost(error) from None


def _of(cause: BaseException | None) -> AgentError:
    """The worker's error as it was raised there."""
    if isinstance(cause, ApplicationError) and cause.type in (
        "PublishRejected",
        "SupersetUnavailable",
        "UnknownDatabase",
        "InvalidSettings",
    ):
        kind: type[AgentError] = getattr(errors, cause.type)
        return kind(cause.message) if cause.type != "InvalidSettings" else errors.PublishRejected(cause.message)
    return SupersetUnavailable("Superset's datasets were not read to the end.", hint="Look at `analytics-agent logs worker-deliver`.")
