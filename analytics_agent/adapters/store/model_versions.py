"""Versions of semantic models: one part of PostgresStore. They are written with the database that they are of (databases.py)."""

import asyncio
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import delete, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from analytics_agent.adapters.record_json import safe_text
from analytics_agent.adapters.store.engine import StorePart
from analytics_agent.adapters.store.models import Base
from analytics_agent.domain.erasure import Subject
from analytics_agent.domain.model_version import KEPT_VERSIONS, ModelChange, ModelSource, ModelVersion, is_named, model_digest
from analytics_agent.errors import UnknownResult


class ModelVersionRow(Base):
    """A semantic model as it was made to serve. `text` is null where it was taken away; `set_by` is the id of a key."""

    __tablename__ = "model_versions"

    database: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str]
    text: Mapped[str | None]
    set_at: Mapped[datetime]
    set_by: Mapped[str]
    source: Mapped[str]
    note: Mapped[str]


class ModelVersionTables(StorePart):
    """`model_versions`."""

    async def model_versions(self, database: str) -> tuple[ModelVersion, ...]:
        row = ModelVersionRow
        wanted = select(row.number, row.digest, row.set_at, row.set_by, row.source, row.note)
        async with self.alone() as connection:
            found = (await connection.execute(wanted.where(row.database == database).order_by(row.number.desc()))).all()
        return tuple(ModelVersion(one.number, one.digest, one.set_at, one.set_by, cast(ModelSource, one.source), one.note) for one in found)

    async def model_text(self, database: str, number: int) -> str | None:
        wanted = select(ModelVersionRow.text).where(ModelVersionRow.database == database, ModelVersionRow.number == number)
        async with self.alone() as connection:
            found = (await connection.execute(wanted)).one_or_none()
        if found is None:
            raise unknown_version(database, number)
        text: str | None = found.text
        return text


async def keep_version(connection: AsyncConnection, database: str, text: str | None, change: ModelChange) -> None:
    """The same model again makes no version, and neither does no model where there never was one. Whoever calls has locked the database's
    row: numbers have no gaps."""
    newest = select(ModelVersionRow.number, ModelVersionRow.digest).where(ModelVersionRow.database == database)
    last = (await connection.execute(newest.order_by(ModelVersionRow.number.desc()).limit(1))).one_or_none()
    kept = safe_text(text) if text else None
    if model_digest(kept) == (last.digest if last else ""):
        return
    number = (last.number if last else 0) + 1
    said = {"set_by": change.by, "source": change.source, "note": change.note}
    values = {"database": database, "number": number, "digest": model_digest(kept), "text": kept, "set_at": datetime.now(UTC)}
    await connection.execute(insert(ModelVersionRow).values(**values, **said))
    old = delete(ModelVersionRow).where(ModelVersionRow.database == database, ModelVersionRow.number <= number - KEPT_VERSIONS)
    await connection.execute(old)


async def forget_versions(connection: AsyncConnection, database: str) -> None:
    await connection.execute(delete(ModelVersionRow).where(ModelVersionRow.database == database))


async def forget_in_versions(connection: AsyncConnection, subject: Subject, stand_in: str) -> None:
    """Who set a version becomes the stand-in, without the note; so goes any note that names the person. Versions that serve no
    more go where their text does: it is as it was, or it is none. What serves is for whoever runs the installation to change."""
    row = ModelVersionRow
    mine = update(row).where(row.set_by.in_(subject.owners))
    await connection.execute(mine.values(set_by=stand_in, note=""))
    names = [name for name in (*subject.names, *subject.mails) if name.strip()]
    if not names:
        return
    newest = select(row.database, func.max(row.number).label("number")).group_by(row.database).subquery()
    serves = select(newest.c.number).where(newest.c.database == row.database).scalar_subquery()
    # The texts are looked at one by one: at most fifty models of a database, each some hundred kilobytes.
    texts = await connection.stream(select(row.database, row.number, row.text).where(row.number < serves, row.text.is_not(None)))
    theirs = [(one.database, one.number) async for one in texts if await asyncio.to_thread(is_named, one.text, names)]
    await connection.execute(delete(row).where(tuple_(row.database, row.number).in_(theirs)))
    noted = (await connection.execute(select(row.database, row.number, row.note).where(row.note != ""))).all()
    quiet = [(one.database, one.number) for one in noted if is_named(one.note, names)]
    await connection.execute(update(row).where(tuple_(row.database, row.number).in_(quiet)).values(note=""))


def unknown_version(database: str, number: int) -> UnknownResult:
    return UnknownResult(
        f"There is no version {number} of the semantic model of {database}.",
        hint=f"`analytics-agent semantic history {database}` lists those that are kept: the newest {KEPT_VERSIONS}.",
    )
