"""Profiles of a database's tables, made when nobody waits for its statements and kept in the store: of each table once, and again when it
was changed. What columns hold that the file of policies keeps from anybody is counted and not kept."""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from analytics_agent.activities.scrubbing import scrubbed
from analytics_agent.activities.statement_queue import StatementQueue
from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog, Table, TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.profile import KeptProfile, Scalar, TableProfile, without_values, worth_keeping
from analytics_agent.domain.statement import Place
from analytics_agent.errors import AgentError, StatementRefused, Unavailable
from analytics_agent.ports import Rights, Store, Warehouse
from analytics_agent.sql.check import check

SECONDS, STATEMENT_SECONDS = 60.0, 10.0
"""Seconds for a whole database, and for one statement."""
MOST_ROWS = 1_000
"""Of one of these statements: a row of counts, or a column's few values."""
UNCOUNTED_LASTS = timedelta(days=1)
"""For which a profile is good of a table of which the engine does not say whether it was changed."""
LOOK_SECONDS = 0.25


class GaveWay(Exception):
    """Somebody's statement waited: ours was stopped, to be begun anew later."""


class Profiler:
    def __init__(
        self,
        store: Store,
        open_warehouse: Callable[[Database], Warehouse],
        rights: Rights,
        queue: StatementQueue,
        *,
        seconds: float = SECONDS,
    ) -> None:
        self._store = store
        self._open = open_warehouse
        self._rights = rights
        self._queue = queue
        self._seconds = seconds

    async def profile(self, name: str) -> None:
        """As many of its tables as there is time for, those that were never looked at first. What was found is kept at once.

        Nothing happens where it is switched off, where another worker is at it, or where there is nothing new.
        """
        database, catalog = await self._store.database(name), await self._store.catalog(name)
        holder, lasts = uuid4().hex, timedelta(seconds=self._seconds + 2 * STATEMENT_SECONDS)
        if not database.profiled or catalog is None or self._seconds <= 0:
            return
        work = f"{name}:profiles"
        if not await self._store.begin_reading(work, holder, older_than=timedelta(0), lasts=lasts):
            return
        try:
            await self._profile(database, catalog)
        finally:
            await self._store.end_reading(work, holder, checked=False)

    async def _profile(self, database: Database, catalog: Catalog) -> None:
        confidential = await self._rights.confidential(database.name)
        kept = await scrubbed(self._store, catalog, confidential)
        stamps = await self._open(database).stamps()
        ends = time.monotonic() + self._seconds
        # What a view takes is not known before it is asked, and nobody waits for this.
        tables = [table for table in catalog.tables if table.kind == "table" and is_stale(table, kept, stamps)]
        for table in _in_order(tables, kept):
            if time.monotonic() >= ends:
                return
            if (made := await self._made(database, catalog, table, ends)) is None:
                continue
            one = _kept(table, made, made_of(table, stamps), confidential.get(name_of(table), ()))
            if not await self._store.keep_profiles(catalog, [one]):
                return  # the database is another one by now, or was read again

    async def _made(self, database: Database, catalog: Catalog, table: Table, ends: float) -> TableProfile | None:
        """None where its statements fail, or nobody gives them the time."""
        from analytics_agent.semantic.drafting.profiling import table_profile

        async def run(sql: str) -> Sequence[Mapping[str, Scalar]]:
            return await self._rows(database, checked(sql, catalog))

        while time.monotonic() < ends:
            try:
                return await table_profile(table, catalog, run)
            except GaveWay:
                await self._quiet(database.name, ends)
            except Unavailable:
                raise
            except AgentError:
                return None
        return None

    async def _rows(self, database: Database, sql: str) -> Sequence[Mapping[str, Scalar]]:
        """One statement in its turn, stopped as soon as somebody waits behind it. Raises GaveWay."""
        if await self._somebody_waits(database.name):
            raise GaveWay
        place = Place(uuid4().hex, database.name, "")
        async with self._queue.turn(place, database):
            limits = {"row_cap": MOST_ROWS, "timeout_seconds": STATEMENT_SECONDS}
            running = asyncio.create_task(self._open(database).run(sql, **limits))  # type: ignore[arg-type]
            try:
                while not (await asyncio.wait({running}, timeout=LOOK_SECONDS))[0]:
                    if await self._somebody_waits(database.name):
                        raise GaveWay
                rows: Sequence[Mapping[str, Scalar]] = (await running).table.to_pylist()
                return rows
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError, AgentError):
                    await running

    async def _somebody_waits(self, database: str) -> bool:
        return any(one.state == "waits" for one in await self._store.in_line(database))

    async def _quiet(self, database: str, ends: float) -> None:
        while time.monotonic() < ends:
            if not await self._somebody_waits(database):
                return
            await asyncio.sleep(LOOK_SECONDS)


def checked(sql: str, catalog: Catalog) -> str:
    """Ours too goes through the guard: names of a hostile database are in it."""
    verdict = check(sql, dialect=catalog.dialect, catalog=catalog)
    if not verdict.ok:
        raise StatementRefused(verdict.findings)
    return verdict.sql


def made_of(table: Table, stamps: Mapping[TableName, str]) -> str:
    """Another text when its columns or types changed, or its rows as far as the engine says so."""
    columns = [(column.name, column.native_type) for column in table.columns]
    return sha256(f"{columns}\0{stamps.get(name_of(table), '')}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_stale(table: Table, kept: Mapping[TableName, KeptProfile], stamps: Mapping[TableName, str]) -> bool:
    """Whether it is to be looked at again."""
    name = name_of(table)
    one = kept.get(name)
    if one is None or one.made_of != made_of(table, stamps):
        return bool(table.columns)
    return name not in stamps and datetime.now(UTC) - one.looked_at > UNCOUNTED_LASTS


def _in_order(tables: Sequence[Table], kept: Mapping[TableName, KeptProfile]) -> list[Table]:
    """Never looked at first, then those that were looked at longest ago; small ones first."""
    never = datetime.min.replace(tzinfo=UTC)
    return sorted(tables, key=lambda table: (one.looked_at if (one := kept.get(name_of(table))) else never, table.rows or 0))


def _kept(table: Table, made: TableProfile, of: str, confidential: Collection[str]) -> KeptProfile:
    few = {column.name for column in made.columns if column.common}
    free_texts = {column.name for column in table.columns if column.type == "text"} - few
    return KeptProfile(worth_keeping(without_values(made, confidential), free_texts), of, datetime.now(UTC))
