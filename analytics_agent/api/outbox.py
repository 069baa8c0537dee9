"""Runs of which store and engine know different things, settled sooner or later: stored and never started, or begun and lost.

The first kind is left by an API that died in between or an engine that was down; the second by an engine that lost its data, or
that ended a run without letting it say so.
"""

import asyncio
import logging
from datetime import timedelta

from analytics_agent.api import schedule_upkeep
from analytics_agent.api.services import Services
from analytics_agent.domain.run import RunStatus
from analytics_agent.errors import AgentError

log = logging.getLogger(__name__)

EVERY_SECONDS = 15.0
OLD = timedelta(seconds=20)
"""Younger ones may still be on their way."""
FORGOTTEN = timedelta(hours=2)


LOST = "The run was lost before it came to an end. What it had found is kept; ask again."


async def keep_settling(services: Services) -> None:
    """For as long as the API runs. Starting a run again that did start changes nothing."""
    while True:
        try:
            await start_waiting(services)
            await end_lost(services)
            await deliver_forgotten(services)
            await go_on_erasing(services)
            await schedule_upkeep.settle(services)
        except AgentError as error:
            log.warning("what store and engine know could not be settled: %s", type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def start_waiting(services: Services, *, older_than: timedelta = OLD) -> int:
    """Start every run that has waited that long; gives how many."""
    waiting = await services.store.waiting_runs(older_than=older_than)
    for run_id in waiting:
        again = (await services.store.run(run_id)).openings > 1
        if not await services.runner.start(run_id, again=again):
            await end(services, run_id, "failed", LOST)
    return len(waiting)


async def end_lost(services: Services) -> int:
    """End every run that has begun and goes on no more; gives how many. One that ended properly meanwhile is left as it is."""
    lost = [run_id for run_id in await services.store.begun_runs() if not await services.runner.goes_on(run_id)]
    for run_id in lost:
        await end(services, run_id, "failed", LOST)
    return len(lost)


async def deliver_forgotten(services: Services) -> int:
    """See to every delivery that nobody works on any more; gives of how many runs. Longer than the longest pause between two tries."""
    forgotten = await services.store.forgotten_deliveries(older_than=FORGOTTEN)
    for run_id in forgotten:
        await services.runner.deliver(run_id)
    return len(forgotten)


async def go_on_erasing(services: Services) -> int:
    """See to every erasure that is not done; gives how many. One that is at work is left to it."""
    begun = await services.store.erasures(unfinished=True)
    for erasure in begun:
        await services.runner.erase(erasure.id)
    return len(begun)


async def end(services: Services, run_id: str, status: RunStatus, reason: str) -> None:
    """End a run that no workflow will end."""
    if await services.store.set_status(run_id, status, reason):
        await services.store.append_event(run_id, "run", None, {"status": status, "reason": reason}, key=status)
