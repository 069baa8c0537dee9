"""A database that was added is made known to SQL Lab, or people are told why not: asked of a real Temporal server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from analytics_agent.activities.edge import Edge
from analytics_agent.api import temporal_sql_lab
from analytics_agent.api.temporal_sql_lab import TemporalSqlLab
from analytics_agent.domain.orders import DatabaseOrder
from analytics_agent.errors import AgentError, PublishRejected, SupersetUnavailable
from analytics_agent.stack.services import _script

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    monkeypatch.setattr(temporal_sql_lab, "PATIENCE_SECONDS", 0.8)
    found = await WorkflowEnvironment.start_local(dev_server_existing_path=str(_script("temporal")), data_converter=pydantic_data_converter)
    async with found:
        yield found.client


class Superset:
    """Tells of a database, after the errors that a test gives."""

    def __init__(self, *errors: AgentError) -> None:
        self._errors = list(errors)
        self.told: list[str] = []

    def worker(self, client: Client) -> Worker:
        @activity.defn
        async def connect_database(order: DatabaseOrder) -> bool:
            if self._errors:
                raise self._errors.pop(0)
            self.told.append(order.name)
            return True

        acts: list[Callable[..., Any]] = [connect_database]
        return Worker(client, task_queue="deliver", activities=acts, interceptors=[Edge()])


def sql_lab(client: Client) -> TemporalSqlLab:
    return TemporalSqlLab(lambda: asyncio.sleep(0, client))


async def test_a_database_is_told_of_and_nothing_is_left_to_say(server: Client) -> None:
    superset = Superset()
    async with superset.worker(server):
        assert await sql_lab(server).tell("shop") is None
    assert superset.told == ["shop"]


async def test_a_superset_that_is_away_is_told_as_soon_as_it_is_back(server: Client) -> None:
    superset = Superset(SupersetUnavailable("Superset does not answer."))
    async with superset.worker(server):
        said = await sql_lab(server).tell("shop")
        assert said == "SQL Lab does not know shop yet: Superset does not answer. It is told as soon as it does."
        for _ in range(50):
            if superset.told:
                break
            await asyncio.sleep(0.1)
    assert superset.told == ["shop"]


async def test_a_refusal_is_told_in_superset_s_words_and_with_the_next_step(server: Client) -> None:
    superset = Superset(PublishRejected("Superset refused: Connection failed"))
    async with superset.worker(server):
        said = await sql_lab(server).tell("shop")
    assert said and "Connection failed." in said and said.endswith("analytics-agent databases refresh shop")
    assert superset.told == []


async def test_nobody_waits_for_a_worker_that_is_away(server: Client) -> None:
    said = await sql_lab(server).tell("shop")
    assert said and "yet" in said
