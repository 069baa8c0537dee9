"""Which runs still go on, asked of a real Temporal server."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from analytics_agent.api.temporal_runner import TemporalRunner
from analytics_agent.errors import ServiceUnreachable
from analytics_agent.stack.services import _script

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def server() -> AsyncIterator[Client]:
    """Nobody works here: what is started waits."""
    found = await WorkflowEnvironment.start_local(dev_server_existing_path=str(_script("temporal")), data_converter=pydantic_data_converter)
    async with found:
        yield found.client


def runner(client: Client) -> TemporalRunner:
    return TemporalRunner(lambda: asyncio.sleep(0, client))


async def test_a_run_goes_on_from_its_start_to_its_end(server: Client) -> None:
    asked = runner(server)
    assert not await asked.goes_on("r")
    assert await asked.start("r") and await asked.start("r")
    assert await asked.goes_on("r") and await asked.answer("r")
    await server.get_workflow_handle("run-r").terminate()
    assert not await asked.goes_on("r")


async def test_a_run_that_ended_is_neither_started_nor_steered_again(server: Client) -> None:
    asked = runner(server)
    await asked.start("r")
    await server.get_workflow_handle("run-r").terminate()
    assert (await asked.start("r"), await asked.answer("r"), await asked.cancel("r")) == (False, False, False)


async def test_a_server_that_does_not_know_its_namespace_says_nothing_of_any_run(server: Client) -> None:
    """As one that has only just started: no run may be held for lost because of it."""
    elsewhere = Client(server.service_client, namespace="elsewhere")
    for question in (runner(elsewhere).goes_on, runner(elsewhere).cancel, runner(elsewhere).answer):
        with pytest.raises(ServiceUnreachable):
            await question("r")
