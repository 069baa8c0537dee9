"""What one process has, shared out among its tenants, so that the flood of one is a flood for itself alone.

Each tenant has a worker of its own, and so its own slots. Here each gets threads of its own too, and a turn at what the machine bears
only little of.
"""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context, ContextVar
from typing import Any

from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from analytics_agent.domain.tenant import DEFAULT

_tenant: ContextVar[str] = ContextVar("tenant", default=DEFAULT)


class Share(Interceptor):
    """Given to the worker of one tenant. `machine` is a limit over all tenants: who waits for it does so in the order of coming, and each
    has no more in that line than its worker has slots."""

    def __init__(self, tenant: str, machine: asyncio.Semaphore | None = None) -> None:
        self._tenant, self._machine = tenant, machine

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Sharing(next, self._tenant, self._machine)


class _Sharing(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, tenant: str, machine: asyncio.Semaphore | None) -> None:
        super().__init__(next)
        self._tenant, self._machine = tenant, machine

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        _tenant.set(self._tenant)
        if self._machine is None:
            return await super().execute_activity(input)
        async with self._machine:
            return await super().execute_activity(input)


class Threads(ThreadPoolExecutor):
    """As many threads for each tenant, made when they are needed: statements that fill one's are not before another's in line."""

    def __init__(self, of_each: int, name: str) -> None:
        super().__init__(of_each, thread_name_prefix=name)
        self._of_each, self._name = of_each, name
        self._others: dict[str, ThreadPoolExecutor] = {}

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        tenant = _tenant.get()
        if tenant == DEFAULT:
            return super().submit(fn, *args, **kwargs)
        if tenant not in self._others:
            self._others[tenant] = ThreadPoolExecutor(self._of_each, thread_name_prefix=f"{self._name}-{tenant}")
        return self._others[tenant].submit(fn, *args, **kwargs)

    def forget(self, tenant: str) -> None:
        """It is not served any more. What still runs comes to its end."""
        if threads := self._others.pop(tenant, None):
            threads.shutdown(wait=False)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        for threads in self._others.values():
            threads.shutdown(wait, cancel_futures=cancel_futures)
        super().shutdown(wait, cancel_futures=cancel_futures)


def beyond_the_activity() -> Context:
    """For work that goes on after the activity that began it: of the same tenant, without the activity's slot, heartbeat or snapshot."""
    context = Context()
    context.run(_tenant.set, _tenant.get())
    return context
