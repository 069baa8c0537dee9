"""Hearing at once that a run was cancelled: Temporal says so only in its answer to a heartbeat.

While a statement runs in a database it is asked often, so that the statement ends within two seconds; a call that only waits is patient.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from temporalio import activity

OFTEN = timedelta(seconds=0.75)
"""Also how long the worker of statements may keep a heartbeat back before it passes it on."""
BEATS = timedelta(seconds=3)
"""The same for all other workers. Temporal's SDK would keep them back for four fifths of their time limit: on a machine that is busy for
two seconds at the wrong moment a call would be taken for dead, and what it asked a model be asked and paid for again."""


@asynccontextmanager
async def hearing() -> AsyncIterator[None]:
    """For the time of the block; nothing outside of an activity."""
    beating = asyncio.create_task(_beat()) if activity.in_activity() else None
    try:
        yield
    finally:
        if beating is not None:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating


async def _beat() -> None:
    while True:
        await asyncio.sleep(OFTEN.total_seconds())
        activity.heartbeat()
