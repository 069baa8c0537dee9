"""What a process has is shared out among tenants: the flood of one does not hold up another."""

import asyncio
import threading
from typing import Any

import pytest
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from analytics_agent.activities.shares import Share, Threads

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Work(ActivityInboundInterceptor):
    """An activity that does what its test gives it."""

    def __init__(self, does: Any) -> None:
        self._does = does

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        return await self._does()


async def begun(tenant: str, does: Any, machine: asyncio.Semaphore | None = None) -> Any:
    return await Share(tenant, machine).intercept_activity(Work(does)).execute_activity(None)  # type: ignore[arg-type]


async def test_statements_that_take_all_threads_of_one_tenant_leave_those_of_another() -> None:
    threads, release = Threads(2, "warehouse"), threading.Event()
    asyncio.get_running_loop().set_default_executor(threads)

    async def blocks() -> None:
        await asyncio.to_thread(release.wait)

    async def names_its_thread() -> str:
        return await asyncio.to_thread(lambda: threading.current_thread().name)

    flood = [asyncio.create_task(begun("acme", blocks)) for _ in range(50)]
    await asyncio.sleep(0.05)
    try:
        for tenant, thread in (("beta", "warehouse-beta"), ("default", "warehouse_")):
            assert (await asyncio.wait_for(begun(tenant, names_its_thread), 2)).startswith(thread)
    finally:
        release.set()
        await asyncio.gather(*flood)


async def test_a_tenant_that_goes_lets_its_statements_end() -> None:
    threads, release = Threads(1, "warehouse"), threading.Event()
    asyncio.get_running_loop().set_default_executor(threads)

    async def blocks() -> str:
        await asyncio.to_thread(release.wait)
        return "ended"

    last = asyncio.create_task(begun("acme", blocks))
    await asyncio.sleep(0.05)
    threads.forget("acme")
    threads.forget("never there")
    release.set()
    assert await asyncio.wait_for(last, 2) == "ended"


async def test_what_the_machine_bears_little_of_goes_round_in_the_order_of_coming() -> None:
    """Each tenant's worker takes one rendering at a time, so each has one place in the line, however many reports it wants."""
    machine, order = asyncio.Semaphore(1), []

    async def tenant(name: str, reports: int) -> None:
        for _ in range(reports):  # one after the other, as its worker takes them
            await begun(name, lambda: render(name), machine)

    async def render(name: str) -> None:
        order.append(name)
        await asyncio.sleep(0)

    await asyncio.gather(tenant("flood", 20), tenant("acme", 2), tenant("beta", 1))
    assert order.index("beta") <= 2 and [at for at, name in enumerate(order) if name == "acme"][-1] <= 5
