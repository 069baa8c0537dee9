"""A database that was just added, or is to be read again: opened, introspected, its semantic model held against it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from temporalio import activity

from analytics_agent import semantic
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import DatabaseOrder, DatabaseReading
from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.ports import Store, Warehouse


class DatabaseActivities:
    """`import_file` imports a database that is a CSV or Parquet file, and leaves any other alone."""

    def __init__(
        self,
        store: Store,
        open_warehouse: Callable[[Database], Warehouse],
        import_file: Callable[[Database], None],
    ) -> None:
        self._store = store
        self._open = open_warehouse
        self._import = import_file

    @activity.defn
    async def read_database(self, order: DatabaseOrder) -> DatabaseReading:
        """Store a fresh catalog. Raises what a person must mend: no such file, login refused, a semantic model that does not fit."""
        database = await self._store.database(order.name)
        await asyncio.to_thread(self._import, database)
        warehouse = self._open(database)
        catalog = replace(await warehouse.introspect(), database=database.name)
        if database.semantic_model:
            model = await asyncio.to_thread(semantic.load, database.semantic_model)
            problems = semantic.validate(model, catalog)
            if problems:
                raise InvalidSemanticModel(problems)
        if database.dialect != catalog.dialect:  # a file's first bytes tell more than its name
            await self._store.save_database(replace(database, dialect=catalog.dialect))
        can_write = await warehouse.can_write()
        await self._store.save_catalog(replace(catalog, can_write=can_write))
        return DatabaseReading(len(catalog.tables), can_write)
