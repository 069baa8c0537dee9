"""Values that the file of policies has come to keep from anybody are dropped from the profiles that are kept: soon after it says so,
whether or not somebody asks."""

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import replace

from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.profile import KeptProfile, without_values
from analytics_agent.errors import AgentError
from analytics_agent.ports import Rights, Store

log = logging.getLogger(__name__)
LOOK_SECONDS = 5.0


class Scrubber:
    def __init__(self, store: Store, rights: Rights) -> None:
        self._store = store
        self._rights = rights
        self._clean: dict[str, tuple[Mapping[TableName, Collection[str]], Mapping[TableName, KeptProfile]]] = {}

    async def watch(self) -> None:
        """Until it is canceled. Where the store or the file cannot be read it looks again later: no value is told meanwhile."""
        while True:
            try:
                await self.look()
            except AgentError as error:
                log.warning("which databases have profiles is not known: %s", type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Once, over all databases. One of which neither policies nor profiles changed since the last look costs next to nothing, and one
        of which they cannot be told holds up no other, whatever is wrong with it."""
        for database in await self._store.databases():
            (error,) = await asyncio.gather(self._one(database.name), return_exceptions=True)
            if error is not None:
                log.warning("whether profiles of %s hold what is confidential now is not known: %s", database.name, type(error).__name__)

    async def _one(self, name: str) -> None:
        catalog = await self._store.catalog(name)
        confidential = await self._rights.confidential(name) if catalog is not None else {}
        if catalog is None or not confidential:
            return
        kept, known = await self._store.profiles(name), self._clean.get(name)
        if known is None or known[1] is not kept or known[0] != confidential:
            await scrubbed(self._store, catalog, confidential)
            # Not those that are kept by now: a profiler that began before the policy may have kept another in between.
            self._clean[name] = confidential, kept


async def scrubbed(store: Store, catalog: Catalog, confidential: Mapping[TableName, Collection[str]]) -> Mapping[TableName, KeptProfile]:
    """What is kept of a database, without the values of these columns, which are gone from the store then."""
    kept = await store.profiles(catalog.database)
    told = [replace(one, profile=without_values(one.profile, confidential.get(name, ()))) for name, one in kept.items()]
    if mended := [one for one in told if one != kept[one.table]]:
        await store.keep_profiles(catalog, mended)
    return {one.table: one for one in told}
