"""Databases: one part of PostgresStore. The URIs are encrypted here and nowhere else."""

import difflib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics_agent.adapters.store.catalogs import forget, forget_profiles
from analytics_agent.adapters.store.engine import StorePart
from analytics_agent.adapters.store.model_versions import forget_versions, keep_version
from analytics_agent.adapters.store.models import DatabaseRow
from analytics_agent.domain.database import Database
from analytics_agent.domain.model_version import ModelChange
from analytics_agent.domain.quoting import quoted
from analytics_agent.errors import OperatorError, UnknownDatabase


class DatabaseTables(StorePart):
    """`databases`."""

    cipher: Fernet

    async def save_database(self, database: Database, *, same_tables: bool = False, change: ModelChange | None = None) -> None:
        """Add it, or replace the one of that name. What is known of its tables is dropped: it may be another database's now."""
        values = {"uri": self.cipher.encrypt(database.uri.encode()), **_told(database)}
        row = insert(DatabaseRow).values(name=database.name, added_at=database.added_at or datetime.now(UTC), **values)
        async with self.transaction() as connection:
            await connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))
            await _follow(connection, database, change)
            if not same_tables:
                await forget(connection, database.name)

    async def change_database(self, name: str, made_of: Callable[[Database], Database], change: ModelChange | None = None) -> Database:
        async with self.transaction() as connection:
            made = made_of(await self._found(connection, name, lock=True))
            await connection.execute(update(DatabaseRow).where(DatabaseRow.name == name).values(**_told(made)))
            await _follow(connection, made, change)
        return made

    async def database(self, name: str) -> Database:
        async with self.alone() as connection:
            return await self._found(connection, name)

    async def _found(self, connection: AsyncConnection, name: str, *, lock: bool = False) -> Database:
        wanted = select(DatabaseRow.__table__).where(DatabaseRow.name == name)
        row = (await connection.execute(wanted.with_for_update() if lock else wanted)).one_or_none()
        if row is not None:
            return self.read_database(row)
        names = (await connection.execute(select(DatabaseRow.name).order_by(DatabaseRow.name))).scalars().all()
        raise unknown_database(name, names)

    async def databases(self) -> tuple[Database, ...]:
        async with self.alone() as connection:
            rows = (await connection.execute(select(DatabaseRow.__table__).order_by(DatabaseRow.name))).all()
        return tuple(self.read_database(row) for row in rows)

    async def remove_database(self, name: str) -> None:
        """Its catalog, profiles and versions of its model go with it; runs that used it stay. There need be none of that name."""
        async with self.transaction() as connection:
            await connection.execute(delete(DatabaseRow).where(DatabaseRow.name == name))
            await forget(connection, name)
            await forget_versions(connection, name)

    def read_database(self, row: Any) -> Database:
        try:
            uri = self.cipher.decrypt(row.uri).decode()
        except InvalidToken:
            raise OperatorError(
                f"The stored address of database {row.name} cannot be decrypted.",
                hint="ANALYTICS_AGENT_ENCRYPTION_KEY is not the key it was stored with: set that one again, or add the database again.",
            ) from None
        known = (row.name, uri, row.dialect, row.schema, row.semantic_model, row.added_at, row.model_sees, row.at_once)
        return Database(*known, row.rows_limit, row.over_limit, row.profiled)


def _told(database: Database) -> dict[str, Any]:
    """Its columns but for its name, its address and when it was added."""
    return {
        "dialect": database.dialect,
        "schema": database.schema,
        "semantic_model": database.semantic_model,
        "model_sees": database.model_sees,
        "at_once": database.at_once,
        "rows_limit": database.rows_limit,
        "over_limit": database.over_limit,
        "profiled": database.profiled,
    }


async def _follow(connection: AsyncConnection, database: Database, change: ModelChange | None) -> None:
    """What follows from a database as it was just written."""
    if change is not None:
        await keep_version(connection, database.name, database.semantic_model, change)
    if not database.profiled:
        await forget_profiles(connection, database.name)


def cipher(encryption_key: str) -> Fernet:
    """Raises OperatorError when the key is none that Fernet takes."""
    try:
        return Fernet(encryption_key)
    except ValueError:
        raise OperatorError(
            "ANALYTICS_AGENT_ENCRYPTION_KEY is not a Fernet key (32 bytes, base64).",
            hint="`analytics-agent up` makes one; by hand: "
            'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())".',
        ) from None


def unknown_database(name: str, known: Any) -> UnknownDatabase:
    """Names the nearest, or else some that there are."""
    hint = "None is known yet: `analytics-agent databases add NAME URI` adds one."
    if nearest := difflib.get_close_matches(name, known, n=3, cutoff=0.5):
        hint = f"Nearest: {', '.join(nearest)}."
    elif names := list(known)[:10]:
        hint = f"Known: {', '.join(names)}."
    return UnknownDatabase(f"There is no database {quoted(name)}.", hint=hint)
