"""api.services.Databases over a store, without a warehouse behind it."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from fakes.records import catalog

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database, DatabaseView, ModelSees, superset_uuid
from analytics_agent.domain.model_version import ModelChange
from analytics_agent.domain.orders import DraftedModel
from analytics_agent.domain.profile import KeptProfile
from analytics_agent.domain.statement import InLine
from analytics_agent.errors import WarehouseUnavailable
from analytics_agent.ports import Store

DRAFT = b"# nobody has reviewed it\n"
"""What is drafted of every database; a test stores it first."""


class StoredDatabases:
    """An address with "dead" in it does not answer."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def views(self) -> tuple[DatabaseView, ...]:
        return tuple(
            replace(
                DatabaseView(one.name, one.dialect, one.schema, one.semantic_model is not None, 5, "f1"),
                superset_uuid=superset_uuid(one.name),
                model_sees=one.model_sees,
            )
            for one in await self._store.databases()
        )

    async def add(
        self,
        name: str,
        uri: str,
        schema: str | None,
        semantic_model: str | None,
        *,
        model_sees: ModelSees | None = None,
        sql_lab: bool = True,
        said: ModelChange | None = None,
    ) -> DatabaseView:
        if "dead" in uri:
            raise WarehouseUnavailable(f"The database {name} does not answer.", hint="Check host and port.")
        added = Database(name, uri, "postgres", schema, semantic_model, model_sees=model_sees or "full")
        await self._store.save_database(added, change=said or ModelChange(source="add"))
        return DatabaseView(name, "postgres", schema, semantic_model is not None, tables=1, warnings=("The login can write.",))

    async def change(self, name: str, changes: Mapping[str, Any], said: ModelChange | None = None) -> DatabaseView:
        told = (said or ModelChange()) if "semantic_model" in changes else None
        changed = await self._store.change_database(name, lambda kept: replace(kept, **changes), told)
        return DatabaseView(
            name,
            "postgres",
            model_sees=changed.model_sees,
            at_once=changed.at_once,
            rows_limit=changed.rows_limit,
            over_limit=changed.over_limit,
            profiled=changed.profiled,
        )

    async def in_line(self, name: str) -> tuple[InLine, ...]:
        await self._store.database(name)
        return await self._store.in_line(name)

    async def remove(self, name: str) -> None:
        await self._store.database(name)
        await self._store.remove_database(name)

    async def refresh(self, name: str) -> DatabaseView:
        await self._store.database(name)
        return DatabaseView(name, "postgres", tables=1)

    async def draft(self, name: str, descriptions: Artifact | None = None, tables: tuple[str, ...] = ()) -> DraftedModel:
        """What is described is strange to it, whatever it is."""
        await self._store.database(name)
        strange = ("public.gone",) if descriptions else ()
        return DraftedModel(Artifact(sha256(DRAFT).hexdigest(), len(DRAFT), "application/yaml"), 5, ("public.slow",), strange)

    async def profiles(self, name: str) -> tuple[KeptProfile, ...]:
        await self._store.database(name)
        return tuple((await self._store.profiles(name)).values())

    async def catalog(self, name: str) -> Catalog:
        await self._store.database(name)
        await self._store.save_catalog(catalog(name))
        return catalog(name)
