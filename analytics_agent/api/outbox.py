"""Runs that were stored and never started: the API died in between, or the engine was down. Sooner or later they are started."""

import asyncio
import logging
from datetime import timedelta

from analytics_agent.api.services import Services
from analytics_agent.errors import AgentError

log = logging.getLogger(__name__)

EVERY_SECONDS = 15.0
OLD = timedelta(seconds=20)
"""Younger ones may still be on their way."""


async def keep_starting(services: Services) -> None:
    """For as long as the API runs. Starting a run again that did start changes nothing."""
    while True:
        try:
            await start_waiting(services)
        except AgentError as error:
            log.warning("waiting runs could not be started: %s", type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)


async def start_waiting(services: Services, *, older_than: timedelta = OLD) -> int:
    """Start every run that has waited that long; gives how many."""
    waiting = await services.store.waiting_runs(older_than=older_than)
    for run_id in waiting:
        await services.runner.start(run_id)
    return len(waiting)
