"""Work for which nobody waits, in this process: one of each name at a time. What goes wrong with it is logged and does no harm."""

import asyncio
import logging
from collections.abc import Callable, Coroutine

from analytics_agent.activities.shares import beyond_the_activity
from analytics_agent.errors import AgentError

log = logging.getLogger(__name__)


class Behind:
    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, work: Callable[[], Coroutine[object, object, object]]) -> None:
        """Nothing happens where work of this name goes on."""
        if name not in self._tasks:
            self._tasks[name] = asyncio.create_task(self._done(name, work), context=beyond_the_activity())

    async def settled(self) -> None:
        """Until nothing is at work."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def _done(self, name: str, work: Callable[[], Coroutine[object, object, object]]) -> None:
        try:
            await work()
        except AgentError as error:
            log.warning("%s did not come to an end: %s", name, type(error).__name__)
        finally:
            self._tasks.pop(name, None)
