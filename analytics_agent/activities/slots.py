"""How many activities of a worker work at the same time. One that only waits for others sets its slot aside, so that a slow database's
line does not hold up the questions of the other databases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

_slots: ContextVar[asyncio.Semaphore | None] = ContextVar("slots", default=None)


class Slots(Interceptor):
    """Given to a worker that takes more activities than may work at once."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _InASlot(next, self._free)


class _InASlot(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, free: asyncio.Semaphore) -> None:
        super().__init__(next)
        self._free = free

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        async with self._free:
            _slots.set(self._free)
            return await super().execute_activity(input)


@asynccontextmanager
async def set_aside() -> AsyncIterator[None]:
    """Without a slot for the time of the block; afterwards one is waited for."""
    slots = _slots.get()
    if slots is None:
        yield
        return
    slots.release()
    try:
        yield
    finally:
        await _retaken(slots)


async def _retaken(slots: asyncio.Semaphore) -> None:
    """Also by one that is being cancelled: it gives the slot back when it ends."""
    taking = asyncio.ensure_future(slots.acquire())
    try:
        await asyncio.shield(taking)
    except asyncio.CancelledError:
        await taking
        raise
