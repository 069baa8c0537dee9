"""services.Databases: what was added is kept in the store; opening and reading is the warehouse worker's work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database, DatabaseView, ModelSees, superset_uuid
from analytics_agent.domain.model_version import ModelChange
from analytics_agent.domain.orders import DatabaseReading, DraftedModel
from analytics_agent.domain.profile import KeptProfile
from analytics_agent.domain.statement import InLine
from analytics_agent.errors import AgentError, InvalidQuestion, InvalidSemanticModel, Unavailable, UnknownDatabase
from analytics_agent.ports import Store

_DIALECTS = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "mariadb": "mysql",
    "mysql": "mysql",
    "duckdb": "duckdb",
    "sqlite": "sqlite",
}
_ENDINGS = {
    **dict.fromkeys((".duckdb", ".ddb", ".csv", ".tsv", ".parquet"), "duckdb"),
    **dict.fromkeys((".sqlite", ".sqlite3", ".db"), "sqlite"),
}


Tell = Callable[[str], Awaitable[str | None]]
"""Makes a database known to SQL Lab; gives a sentence when that did not come to an end."""


class Registry:
    """`tell` is None where there is no Superset."""

    def __init__(
        self,
        store: Store,
        read: Callable[[str], Awaitable[DatabaseReading]],
        tell: Tell | None = None,
        *,
        draft: Callable[[str, Artifact | None, tuple[str, ...]], Awaitable[DraftedModel]],
    ) -> None:
        self._store = store
        self._read = read
        self._draft = draft
        self._tell = tell
        self._judged: dict[str, tuple[str, datetime, tuple[str, ...]]] = {}
        """Of databases: the model's text and the moment of the catalog, and what is wrong with the one beside the other."""

    async def views(self) -> tuple[DatabaseView, ...]:
        return tuple([await self._view(database) for database in await self._store.databases()])

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
        """A database that cannot be read is not kept; the one of that name that was there before is. What a model may see of it stays as
        it was where nothing is said of it."""
        before = await self._known(name)
        sees = model_sees or (before.model_sees if before else "full")
        database = Database(name, uri, dialect_of(uri), schema, semantic_model, datetime.now(UTC), sees)
        if before:
            database = replace(
                database, at_once=before.at_once, rows_limit=before.rows_limit, over_limit=before.over_limit, profiled=before.profiled
            )
        await self._store.save_database(database)
        try:
            reading = await self._read(name)
        except AgentError:
            await (self._store.save_database(before) if before else self._store.remove_database(name))
            raise
        # A model is a version when it serves: one of a database that could not be read is none.
        await self._store.change_database(name, lambda kept: kept, said or ModelChange(source="add"))
        return await self._read_view(name, reading, sql_lab=sql_lab)

    async def change(self, name: str, changes: Mapping[str, Any], said: ModelChange | None = None) -> DatabaseView:
        """Raises InvalidSemanticModel for one that does not fit the database; then nothing is changed."""
        if model := changes.get("semantic_model"):
            await asyncio.to_thread(_fits, model, await self.catalog(name))
        told = (said or ModelChange()) if "semantic_model" in changes else None
        return await self._view(await self._store.change_database(name, lambda kept: replace(kept, **changes), told))

    async def draft(self, name: str, descriptions: Artifact | None = None, tables: tuple[str, ...] = ()) -> DraftedModel:
        await self.catalog(name)  # read where it was not yet
        return await self._draft(name, descriptions, tables)

    async def in_line(self, name: str) -> tuple[InLine, ...]:
        await self._store.database(name)
        return await self._store.in_line(name)

    async def remove(self, name: str) -> None:
        await self._store.database(name)
        await self._store.remove_database(name)

    async def refresh(self, name: str) -> DatabaseView:
        await self._store.database(name)
        return await self._read_view(name, await self._read(name))

    async def profiles(self, name: str) -> tuple[KeptProfile, ...]:
        await self._store.database(name)
        return tuple((await self._store.profiles(name)).values())

    async def catalog(self, name: str) -> Catalog:
        await self._store.database(name)
        catalog = await self._store.catalog(name)
        if catalog is None:
            await self._read(name)
            catalog = await self._store.catalog(name)
        if catalog is None:
            raise UnknownDatabase(f"The database {name} was removed meanwhile.")
        return catalog

    async def _read_view(self, name: str, reading: DatabaseReading, *, sql_lab: bool = True) -> DatabaseView:
        told = await self._told(name) if sql_lab else None
        return replace(await self._view(await self._store.database(name)), warnings=(*reading.can_write, *filter(None, [told])))

    async def _told(self, name: str) -> str | None:
        """A database is added whatever Superset says."""
        try:
            return await self._tell(name) if self._tell else None
        except Unavailable as error:
            return f"SQL Lab does not know {name}: {error.message} Then: analytics-agent databases refresh {name}"

    async def _known(self, name: str) -> Database | None:
        try:
            return await self._store.database(name)
        except UnknownDatabase:
            return None

    async def _view(self, database: Database) -> DatabaseView:
        catalog, checked = await self._store.catalog(database.name), await self._store.catalog_checked(database.name)
        examples, metrics = await asyncio.to_thread(_governed, database.semantic_model)
        return DatabaseView(
            database.name,
            database.dialect,
            database.schema,
            database.semantic_model is not None,
            len(catalog.tables) if catalog else None,
            catalog.fingerprint if catalog else None,
            (checked or catalog.read_at) if catalog else None,
            database.added_at,
            superset_uuid=superset_uuid(database.name),
            model_sees=database.model_sees,
            at_once=database.at_once,
            rows_limit=database.rows_limit,
            over_limit=database.over_limit,
            examples=examples,
            metrics=metrics,
            can_write=catalog.can_write if catalog else None,
            profiled=database.profiled,
            model_problems=await self._problems(database, catalog),
        )

    async def _problems(self, database: Database, catalog: Catalog | None) -> tuple[str, ...]:
        """Why its semantic model does not fit the tables as they were last read: they change, and the model stays."""
        text = database.semantic_model
        if text is None or catalog is None:
            return ()
        judged = self._judged.get(database.name)
        if judged is None or judged[:2] != (text, catalog.read_at):
            judged = self._judged[database.name] = (text, catalog.read_at, await asyncio.to_thread(_misfit, text, catalog))
        return judged[2]


def _governed(semantic_model: str | None) -> tuple[tuple[str, ...], int | None]:
    """Its examples and how many metrics it has. Loaded once a text; imported only where there is one."""
    if semantic_model is None:
        return (), None
    from analytics_agent import semantic

    try:
        model = semantic.load(semantic_model)
    except InvalidSemanticModel:
        return (), None  # it was valid for the version that stored it; asking tells what is wrong
    return model.examples, len(model.metrics)


def _misfit(text: str, catalog: Catalog) -> tuple[str, ...]:
    from analytics_agent.semantic.misfit import misfit

    return misfit(text, catalog)


def _fits(text: str, catalog: Catalog) -> None:
    from analytics_agent import semantic

    problems = semantic.validate(semantic.load(text), catalog)
    if problems:
        raise InvalidSemanticModel(problems)


def dialect_of(uri: str) -> str:
    """The dialect that an address seems to speak; reading it will tell. Raises InvalidQuestion, naming what works."""
    scheme = uri.partition("://")[0].partition("+")[0].lower() if "://" in uri else ""
    ending = "." + uri.rpartition(".")[2].lower()
    found = _DIALECTS.get(scheme) if scheme else _ENDINGS.get(ending)
    if found is None:
        raise InvalidQuestion(
            "This address is of no kind we can read.",
            hint="Use postgresql://user:password@host/database, mariadb://…, duckdb:///file, sqlite:///file, or a .csv or .parquet file.",
        )
    return found
