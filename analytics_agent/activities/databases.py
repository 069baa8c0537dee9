"""A database that was just added, or is to be read again: opened, introspected, its semantic model held against it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from temporalio import activity

from analytics_agent import semantic
from analytics_agent.domain.orders import DatabaseOrder, DatabaseReading
from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.ports import Database, Store, Warehouse


class DatabaseActivities:
    """`import_file` turns a CSV or Parquet file into a database of its own and gives that one's address."""

    def __init__(
        self,
        store: Store,
        open_warehouse: Callable[[Database], Warehouse],
        import_file: Callable[[str, str], str],
    ) -> None:
        self._store = store
        self._open = open_warehouse
        self._import = import_file

    @activity.defn
    async def read_database(self, order: DatabaseOrder) -> DatabaseReading:
        """Store a fresh catalog. Raises what a person must mend: no such file, login refused, a semantic model that does not fit."""
        database = await self._file_imported(await self._store.database(order.name))
        warehouse = self._open(database)
        catalog = replace(await warehouse.introspect(), database=database.name)
        if database.semantic_model:
            model = await asyncio.to_thread(semantic.load, database.semantic_model)
            problems = semantic.validate(model, catalog)
            if problems:
                raise InvalidSemanticModel(problems)
        await self._store.save_catalog(catalog)
        return DatabaseReading(len(catalog.tables), await warehouse.can_write())

    async def _file_imported(self, database: Database) -> Database:
        if not database.uri.lower().endswith((".csv", ".parquet")):
            return database
        uri = await asyncio.to_thread(self._import, database.uri, database.name)
        imported = replace(database, uri=uri, dialect="duckdb")
        await self._store.save_database(imported)
        return imported
