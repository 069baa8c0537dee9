"""api.services.Databases over a store, without a warehouse behind it."""

from fakes.records import catalog

from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database, DatabaseView, superset_uuid
from analytics_agent.errors import WarehouseUnavailable
from analytics_agent.ports import Store


class StoredDatabases:
    """An address with "dead" in it does not answer."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def views(self) -> tuple[DatabaseView, ...]:
        return tuple(
            DatabaseView(one.name, one.dialect, one.schema, one.semantic_model is not None, 5, "f1", superset_uuid=superset_uuid(one.name))
            for one in await self._store.databases()
        )

    async def add(self, name: str, uri: str, schema: str | None, semantic_model: str | None) -> DatabaseView:
        if "dead" in uri:
            raise WarehouseUnavailable(f"The database {name} does not answer.", hint="Check host and port.")
        await self._store.save_database(Database(name, uri, "postgres", schema, semantic_model))
        return DatabaseView(name, "postgres", schema, semantic_model is not None, tables=1, warnings=("The login can write.",))

    async def remove(self, name: str) -> None:
        await self._store.database(name)
        await self._store.remove_database(name)

    async def refresh(self, name: str) -> DatabaseView:
        await self._store.database(name)
        return DatabaseView(name, "postgres", tables=1)

    async def catalog(self, name: str) -> Catalog:
        await self._store.database(name)
        return catalog(name)
