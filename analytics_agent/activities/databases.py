"""A database that was just added, or is to be read again: opened, introspected, its semantic model held against it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from temporalio import activity

from analytics_agent.activities.refreshing import NO_AGE, CatalogKeeper
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import DatabaseOrder, DatabaseReading
from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.ports import Store
from analytics_agent.semantic.misfit import misfit


class DatabaseActivities:
    """`import_file` imports a database that is a CSV or Parquet file, and leaves any other alone."""

    def __init__(self, store: Store, keeper: CatalogKeeper, import_file: Callable[[Database], None]) -> None:
        self._store = store
        self._keeper = keeper
        self._import = import_file

    @activity.defn
    async def read_database(self, order: DatabaseOrder) -> DatabaseReading:
        """Read its tables, and store them where they say anything new. Raises what a person must mend: no such file, login refused, a
        semantic model that does not fit a database that is added. One that was there before is told with it: its tables changed."""
        database = await self._store.database(order.name)
        await asyncio.to_thread(self._import, database)
        is_new = await self._store.catalog(order.name) is None
        catalog = await self._keeper.within(database, NO_AGE, rights_too=True)
        problems = await asyncio.to_thread(misfit, database.semantic_model, catalog)
        if problems and is_new:
            raise InvalidSemanticModel(problems)
        if database.dialect != catalog.dialect:  # a file's first bytes tell more than its name
            await self._store.change_database(order.name, lambda kept: replace(kept, dialect=catalog.dialect))
        return DatabaseReading(len(catalog.tables), catalog.can_write or (), problems)
