"""What is known of databases: their catalogs, who reads one again, and profiles of their tables. One part of PostgresStore."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, delete, exists, func, literal_column, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from analytics_agent.adapters.record_json import from_json, to_json
from analytics_agent.adapters.store.engine import StorePart
from analytics_agent.adapters.store.models import Base, CatalogRow
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.profile import KeptProfile, TableProfile

_NOW = func.clock_timestamp()
_WRITTEN: ColumnElement[int] = literal_column("profiles.xmin::text::bigint")
"""By which transaction PostgreSQL wrote a row: it tells of every change, also of one that leaves `looked_at` as it was."""


class ReadingRow(Base):
    """When the tables of a database were last looked at, changed or not, and who does so again until when. Of `NAME:profiles`: who looks
    at what their columns hold."""

    __tablename__ = "catalog_readings"

    database: Mapped[str] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime | None]
    holder: Mapped[str | None]
    until: Mapped[datetime | None]


class ProfileRow(Base):
    """What the columns of one table hold. `schema` is empty where the engine has none."""

    __tablename__ = "profiles"

    database: Mapped[str] = mapped_column(primary_key=True)
    schema: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    made_of: Mapped[str]
    looked_at: Mapped[datetime]
    body: Mapped[dict[str, Any]]


Known = tuple[tuple[int | None, int], Mapping[TableName, KeptProfile]]


class CatalogTables(StorePart):
    """`catalogs`, `catalog_readings`, `profiles`."""

    catalogs: dict[str, tuple[datetime, Catalog]]
    """Those that were read last, with the time of their reading."""

    known_profiles: dict[str, Known]
    """Those that were read last, with what was written last of them and how many they are."""

    async def save_catalog(self, catalog: Catalog) -> None:
        """The newest reading stands, whichever is stored last."""
        async with self.transaction() as connection:
            await _keep(connection, catalog)
            row = insert(ReadingRow).values(database=catalog.database, checked_at=catalog.read_at)
            newest = func.greatest(ReadingRow.checked_at, row.excluded.checked_at)
            await connection.execute(row.on_conflict_do_update(index_elements=["database"], set_={"checked_at": newest}))

    async def catalog(self, database: str) -> Catalog | None:
        """Every turn and every tool call asks for it: one that is the same as last time is not read, nor built, again."""
        kept = self.catalogs.get(database)
        body = case((CatalogRow.read_at.is_distinct_from(kept[0] if kept else None), CatalogRow.body))
        wanted = select(CatalogRow.read_at, body.label("body")).where(CatalogRow.database == database)
        async with self.alone() as connection:
            row = (await connection.execute(wanted)).one_or_none()
        if row is None:
            return None
        if row.body is not None or kept is None:
            kept = self.catalogs[database] = (row.read_at, from_json(row.body, Catalog))
        return kept[1]

    async def catalog_checked(self, database: str) -> datetime | None:
        async with self.alone() as connection:
            found: datetime | None = (
                await connection.execute(select(ReadingRow.checked_at).where(ReadingRow.database == database))
            ).scalar_one_or_none()
        return found

    async def catalog_age(self, database: str) -> timedelta | None:
        async with self.alone() as connection:
            age = select(_NOW - ReadingRow.checked_at).where(ReadingRow.database == database)
            found: timedelta | None = (await connection.execute(age)).scalar_one_or_none()
        return found

    async def begin_reading(self, database: str, holder: str, *, older_than: timedelta, lasts: timedelta, in_pause: bool = False) -> bool:
        row = insert(ReadingRow).values(database=database, holder=holder, until=_NOW + lasts)
        nobody_does = ReadingRow.until.is_(None) | (ReadingRow.until < _NOW)
        if in_pause:
            nobody_does |= ReadingRow.holder.is_(None)
        is_free = nobody_does & (ReadingRow.checked_at.is_(None) | (ReadingRow.checked_at < _NOW - older_than))
        taken = row.on_conflict_do_update(
            index_elements=["database"], set_={"holder": holder, "until": _NOW + lasts}, where=is_free
        ).returning(ReadingRow.holder)
        async with self.alone() as connection:
            return (await connection.execute(taken)).scalar_one_or_none() is not None

    async def end_reading(
        self, database: str, holder: str, *, checked: bool, catalog: Catalog | None = None, pause: timedelta = timedelta(0)
    ) -> bool:
        said: dict[str, Any] = {"holder": None, "until": _NOW + pause if pause else None}
        mine = update(ReadingRow).where(ReadingRow.database == database, ReadingRow.holder == holder)
        mine = mine.values(**said, **({"checked_at": _NOW} if checked else {})).returning(ReadingRow.database)
        async with self.transaction() as connection:
            if (await connection.execute(mine)).scalar_one_or_none() is None:
                return False
            if catalog is not None:
                await _keep(connection, catalog, at_any_rate=True)
        return True

    async def profiles(self, database: str) -> Mapping[TableName, KeptProfile]:
        """As `catalog`: those that are the same as last time are not read again."""
        stamp = select(func.max(_WRITTEN), func.count()).select_from(ProfileRow).where(ProfileRow.database == database)
        wanted = select(ProfileRow.made_of, ProfileRow.looked_at, ProfileRow.body, _WRITTEN.label("written"))
        wanted = wanted.where(ProfileRow.database == database)
        async with self.alone() as connection:
            last, count = (await connection.execute(stamp)).one()
            known = self.known_profiles.get(database)
            if known is not None and known[0] == (last, count):
                return known[1]
            rows = (await connection.execute(wanted)).all() if count else ()
        kept = [KeptProfile(from_json(row.body, TableProfile), row.made_of, row.looked_at) for row in rows]
        found = {one.table: one for one in kept}
        self.known_profiles[database] = (max((row.written for row in rows), default=None), len(kept)), found
        return found

    async def keep_profiles(self, catalog: Catalog, made: Sequence[KeptProfile]) -> bool:
        named = [(table.schema or "", table.name) for table in catalog.tables]
        mine, is_there = ProfileRow.database == catalog.database, tuple_(ProfileRow.schema, ProfileRow.name).in_(named)
        async with self.transaction() as connection:
            if not await _is_current(connection, catalog):
                return False
            await connection.execute(delete(ProfileRow).where(mine, ~is_there) if named else delete(ProfileRow).where(mine))
            for one in made:
                place = {"database": catalog.database, "schema": one.profile.schema or "", "name": one.profile.name}
                values = {"made_of": one.made_of, "looked_at": one.looked_at, "body": to_json(one.profile)}
                row = insert(ProfileRow).values(**place, **values)
                await connection.execute(row.on_conflict_do_update(index_elements=list(place), set_=values))
        return True


async def forget(connection: AsyncConnection, database: str) -> None:
    """Everything that is known of what a database holds."""
    for row in (CatalogRow, ReadingRow, ProfileRow):
        await connection.execute(delete(row).where(_of(row, database)))
    await connection.execute(delete(ReadingRow).where(ReadingRow.database.startswith(f"{database}:", autoescape=True)))


async def forget_profiles(connection: AsyncConnection, database: str) -> None:
    await connection.execute(delete(ProfileRow).where(ProfileRow.database == database))


def _of(row: Any, database: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = row.database == database
    return found


async def _keep(connection: AsyncConnection, catalog: Catalog, *, at_any_rate: bool = False) -> None:
    """Whose turn it was to read has the newest one, whatever the clock of the worker that had the turn before."""
    values = {"fingerprint": catalog.fingerprint, "read_at": catalog.read_at, "body": to_json(catalog)}
    row = insert(CatalogRow).values(database=catalog.database, **values)
    newer = None if at_any_rate else CatalogRow.read_at <= row.excluded.read_at
    await connection.execute(row.on_conflict_do_update(index_elements=["database"], set_=values, where=newer))


async def _is_current(connection: AsyncConnection, catalog: Catalog) -> bool:
    """Locked until the transaction ends. The moment of its reading names a catalog: a database that was added anew has another one."""
    wanted = select(exists().where(CatalogRow.database == catalog.database, CatalogRow.read_at == catalog.read_at))
    locked = select(CatalogRow.database).where(CatalogRow.database == catalog.database).with_for_update()
    await connection.execute(locked)
    return bool((await connection.execute(wanted)).scalar_one())
