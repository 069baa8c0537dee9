"""Catalogs kept fresh, over all workers: who finds one old goes on with it while one of them reads it again; who finds none, or one that
is too old, waits for that one. A catalog that says nothing new is not written, so that what was made of it stays good."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from analytics_agent.activities.behind import Behind
from analytics_agent.catalog.drift import says_the_same
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database
from analytics_agent.errors import WarehouseUnavailable
from analytics_agent.ports import Store, Warehouse

log = logging.getLogger(__name__)

LASTS = timedelta(seconds=90)
"""A reading that takes longer is given up for dead: others may read then."""
PAUSE = timedelta(seconds=30)
"""After a reading in the background that failed."""
WAIT_SECONDS, LOOK_SECONDS = 100.0, 0.1
NO_AGE = timedelta(0)

Seen = Callable[[Database, Catalog], None]


class CatalogKeeper:
    """`age_seconds`: an older catalog is read again; `hard_age_seconds`: one that is older is not used at all. `seen` hears of every
    database that was just looked at."""

    def __init__(
        self,
        store: Store,
        open_warehouse: Callable[[Database], Warehouse],
        *,
        age_seconds: float,
        hard_age_seconds: float,
        behind: Behind,
        seen: Seen | None = None,
    ) -> None:
        self._store = store
        self._open = open_warehouse
        self._age, self._hard_age = timedelta(seconds=age_seconds), timedelta(seconds=max(age_seconds, hard_age_seconds))
        self._behind = behind
        self._seen = seen

    async def fresh(self, database: Database, catalog: Catalog | None) -> Catalog:
        """`catalog` is what the store has. Raises what reading raises, where it has to be waited for."""
        if catalog is None:
            return await self.within(database, None)
        age = await self._store.catalog_age(database.name)
        age = datetime.now(UTC) - catalog.read_at if age is None else age
        if age > self._hard_age:
            return await self.within(database, self._hard_age)
        if age > self._age:
            self._behind.start(f"reading {database.name} again", lambda: self._again(database))
        if catalog.read_at < datetime.now(UTC) - self._hard_age:  # either nothing is new since, or it was replaced since it was handed in
            return await self._store.catalog(database.name) or catalog
        return catalog

    async def within(self, database: Database, age: timedelta | None, *, rights_too: bool = False) -> Catalog:
        """The catalog as somebody found it this long before now at most; None is whenever. Of all who want it one reads, the others wait
        for that, and nobody waits for the end of a pause. `rights_too`: what its login may do beyond reading is asked again."""
        clock, holder = asyncio.get_running_loop().time, uuid4().hex
        begun = clock()

        def most() -> timedelta | None:
            """By now, so that what is found while we wait is new enough."""
            return None if age is None else age + timedelta(seconds=clock() - begun)

        while clock() < begun + WAIT_SECONDS:
            if (known := await self._known_within(database, most())) is not None:
                return known
            older_than = most() or NO_AGE
            if await self._store.begin_reading(database.name, holder, older_than=older_than, lasts=LASTS, in_pause=True):
                return await self._unless_read(database, holder, most(), rights_too=rights_too)
            await asyncio.sleep(LOOK_SECONDS)
        raise WarehouseUnavailable(f"The tables of {database.name} are being read, and that takes long.", hint="It will be tried again.")

    async def _unless_read(self, database: Database, holder: str, age: timedelta | None, *, rights_too: bool) -> Catalog:
        """Somebody may have come to the end of it between our look and our turn."""
        if (known := await self._known_within(database, age)) is not None:
            await self._store.end_reading(database.name, holder, checked=False)
            return known
        return await self._read(database, holder, rights_too=rights_too)

    async def other_than(self, database: Database, seen: Catalog) -> Catalog:
        """As it is found now, and without waiting where somebody found another one already than was `seen`."""
        known = await self._store.catalog(database.name)
        is_another = known is not None and known.fingerprint != seen.fingerprint
        return known if known is not None and is_another else await self.within(database, NO_AGE)

    async def _known_within(self, database: Database, age: timedelta | None) -> Catalog | None:
        found, catalog = await self._store.catalog_age(database.name), await self._store.catalog(database.name)
        return catalog if catalog is not None and found is not None and (age is None or found <= age) else None

    async def _again(self, database: Database) -> None:
        holder = uuid4().hex
        if await self._store.begin_reading(database.name, holder, older_than=self._age, lasts=LASTS):
            await self._read(database, holder, pause=PAUSE)

    async def _read(self, database: Database, holder: str, *, pause: timedelta = NO_AGE, rights_too: bool = False) -> Catalog:
        read = False
        try:
            before = await self._store.catalog(database.name)
            after = await self._introspected(database, before.can_write if before and not rights_too else None)
            read = True
        finally:
            if not read:
                await self._store.end_reading(database.name, holder, checked=False, pause=pause)
        if before is not None and says_the_same(before, after):
            after = before
        if not await self._store.end_reading(database.name, holder, checked=True, catalog=None if after is before else after):
            log.info("what was read of %s is not kept: it was replaced, or read by another worker meanwhile", database.name)
        if self._seen is not None:
            self._seen(database, after)
        return after

    async def _introspected(self, database: Database, can_write: tuple[str, ...] | None) -> Catalog:
        """Raises UnknownDatabase, or WarehouseUnavailable where another database has that name by now: its tables are others."""
        warehouse = self._open(database)
        catalog = await warehouse.introspect()
        if (await self._store.database(database.name)).uri != database.uri:
            raise WarehouseUnavailable(f"{database.name} was replaced while its tables were read.", hint="It will be tried again.")
        return replace(catalog, database=database.name, can_write=await warehouse.can_write() if can_write is None else can_write)
