"""The services of every tenant. Which tenant a request is of, its key or its person's token says; from there on a route has that tenant's
services and nothing by which it could reach another's."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any

from analytics_agent.api import outbox
from analytics_agent.api.services import Services
from analytics_agent.domain.tenant import DEFAULT
from analytics_agent.errors import AgentError

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0


class Tenants:
    """Made as they are needed, and made anew when their settings change."""

    def __init__(
        self,
        known: Callable[[], Mapping[str, Any]],
        build: Callable[[Any], Services],
        *,
        names: Callable[[], Collection[str]] | None = None,
    ) -> None:
        """`known` gives what `build` makes each tenant's services from: the same object as long as nothing changes. `names` are those
        of all that ought to be served."""
        self._known, self._build = known, build
        self._names = names or known
        self._made: dict[str, tuple[Any, Services | None]] = {}
        self._retired: list[Services] = []

    def of(self, name: str) -> Services:
        """Those of the default tenant where there is none of this name: what is asked for is then looked for there, and not found."""
        return self.all().get(name) or self.all()[DEFAULT]

    def all(self) -> Mapping[str, Services]:
        known = self._known()
        for name in [name for name, (made_from, _) in self._made.items() if known.get(name) is not made_from]:
            _, old = self._made.pop(name)
            self._retired += [old] if old else []
        for name, settings in known.items():
            if name not in self._made:
                self._made[name] = (settings, self._built(name, settings))
        return {name: services for name, (_, services) in self._made.items() if services}

    def left_out(self) -> int:
        """How many tenants are not served, because their files are wrong."""
        return len({*self._names()} - {*self.all()})

    def _built(self, name: str, settings: Any) -> Services | None:
        """A tenant that is set up wrongly is not served. The default one must be: without it nothing is."""
        try:
            return self._build(settings)
        except AgentError as error:
            if name == DEFAULT:
                raise
            log.error("the tenant %s is not served: %s", name, error)
            return None

    async def keep_settling(self) -> None:
        """For as long as the API runs: what store and engine know is settled for each tenant by itself, so that a store that is away
        holds up nobody else."""
        at_work: dict[str, tuple[Services, asyncio.Task[None]]] = {}
        try:
            while True:
                now = self.all()
                for name in [name for name, (services, _) in at_work.items() if now.get(name) is not services]:
                    at_work.pop(name)[1].cancel()
                for name, services in now.items():
                    if name not in at_work:
                        at_work[name] = (services, _settling(services))
                while self._retired:
                    await self._retired.pop().store.close()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            for _, task in at_work.values():
                task.cancel()
            await asyncio.gather(*(task for _, task in at_work.values()), return_exceptions=True)


def only(services: Services) -> Tenants:
    """An installation without any other tenant."""
    return Tenants(lambda: {DEFAULT: services}, lambda made: made)


def _settling(services: Services) -> asyncio.Task[None]:
    task = asyncio.create_task(outbox.keep_settling(services))
    task.add_done_callback(_say_why)
    return task


def _say_why(settling: asyncio.Task[None]) -> None:
    """It ends by a defect only, and nobody would hear of that before the API stops."""
    if not settling.cancelled() and (error := settling.exception()):
        log.error("what store and engine know is not settled any more: %s", type(error).__name__, exc_info=error)
