"""MariaDB or MySQL as a warehouse: every statement in a session of its own, which only reads and has a time limit that the server enforces.

A read-only transaction alone is no backstop here (temporary tables, locks and settings pass through it): a statement that gives no rows
is not run at all, and the login must be one that can only read. Cancelling the task ends the statement in the server.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from asyncmy.errors import MySQLError

from analytics_agent.adapters.intake import Intake, TableIntake, saving
from analytics_agent.adapters.interrupted import ASK_FOR_LESS
from analytics_agent.adapters.mariadb import catalog as mariadb_catalog
from analytics_agent.adapters.mariadb import errors as mariadb_errors
from analytics_agent.adapters.mariadb import estimate as mariadb_estimate
from analytics_agent.adapters.mariadb import grants as mariadb_grants
from analytics_agent.adapters.mariadb import rows as mariadb_rows
from analytics_agent.adapters.mariadb import session as mariadb_session
from analytics_agent.adapters.mariadb.address import address_of
from analytics_agent.adapters.mariadb.session import Session
from analytics_agent.adapters.text_columns import Declared
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.statement import Caps, Estimate, Saved
from analytics_agent.errors import AgentError, WarehouseUnavailable
from analytics_agent.ports import Fetched

_ROWS, _VALUES = 10_000, 200_000
"""Most rows, and most values, that are taken together."""
_GRACE_SECONDS = 3.0
"""How long after the server's own time limit we end the statement ourselves: MySQL's does not hold for everything."""
_KILL_SECONDS = 5.0


class MariadbWarehouse:
    """One database behind one login. `schema` goes before the database that the address names; without either, all that it may read."""

    def __init__(self, name: str, uri: str, *, schema: str | None = None) -> None:
        self._name = name
        self._address = address_of(uri)
        self._schema = schema or self._address.database

    async def introspect(self) -> Catalog:
        async with self._session(timeout_seconds=60.0) as session:
            return await mariadb_catalog.read(session, self._name, self._schema)

    async def stamps(self) -> Mapping[TableName, str]:
        async with self._session(timeout_seconds=30.0) as session:
            return await mariadb_catalog.read_stamps(session, self._schema)

    async def run(self, sql: str, *, row_cap: int, timeout_seconds: float) -> Fetched:
        rows = TableIntake(row_cap)
        await self._draw(sql, rows, row_cap, timeout_seconds)
        return rows.fetched()

    async def save(self, sql: str, *, to: Path, caps: Caps, timeout_seconds: float) -> Saved:
        with saving(to, caps) as rows:
            await self._draw(sql, rows, caps.rows, timeout_seconds)
            await asyncio.to_thread(rows.end)
        return rows.saved()

    async def estimate(self, sql: str, *, timeout_seconds: float) -> Estimate:
        async with self._session(timeout_seconds) as session:
            cursor = session.cursor()
            await cursor.execute(f"EXPLAIN FORMAT=JSON {sql}")
            (explained,) = await cursor.fetchone()
        return mariadb_estimate.estimated(explained.decode() if isinstance(explained, bytes) else explained, sql)

    async def can_write(self) -> tuple[str, ...]:
        async with self._session(timeout_seconds=30.0) as session:
            return await mariadb_grants.what_it_can_write(session, self._schema)

    async def close(self) -> None:
        """Nothing stays open between statements."""

    async def _draw(self, sql: str, rows: Intake, row_cap: int, timeout_seconds: float) -> None:
        async with self._session(timeout_seconds, row_cap) as session:
            if not await session.is_query(sql):
                raise mariadb_errors.gives_no_rows()
            await _drawn(session, sql, rows)
            if rows.cut == "bytes":  # rows that nobody reads are still to come
                await self._end(session)

    @asynccontextmanager
    async def _session(self, timeout_seconds: float, row_cap: int | None = None) -> AsyncIterator[Session]:
        async with mariadb_session.connected(self._address) as session:
            try:
                async with asyncio.timeout(timeout_seconds + _GRACE_SECONDS):
                    await mariadb_session.begin_reading(session, timeout_seconds, row_cap)
                    yield session
            except TimeoutError:
                await self._end(session)
                raise mariadb_errors.over_time(timeout_seconds, ASK_FOR_LESS) from None
            except asyncio.CancelledError:
                await self._end(session)
                raise
            except MySQLError as problem:
                if mariadb_errors.timed_out(problem):
                    raise mariadb_errors.over_time(timeout_seconds, ASK_FOR_LESS) from None
                raise mariadb_errors.translated(problem) from None
            except (OSError, RuntimeError):  # the driver's own words for a server that breaks the protocol, or asks for a file of ours
                raise WarehouseUnavailable("The database broke off.", hint="It will be tried again.") from None

    async def _end(self, session: Session) -> None:
        """A server does not notice that its client has gone: it is told, from another session."""
        try:
            async with asyncio.timeout(_KILL_SECONDS):
                await mariadb_session.kill(self._address, session.thread_id())
        except (MySQLError, AgentError, OSError, TimeoutError):
            return  # it cannot be reached: the server's own time limit ends the statement


async def _drawn(session: Session, statement: str, rows: Intake) -> None:
    """The rows of one query into an intake, piece by piece: one is kept while the next arrives."""
    cursor = session.cursor()
    await cursor.execute(statement)
    columns = mariadb_rows.declared(session.fields)
    size = max(1, min(_ROWS, _VALUES // len(columns)))
    await asyncio.to_thread(rows.begin, pa.schema([column.field for column in columns]))
    keeping: asyncio.Task[bool] | None = None
    try:
        while chunk := await cursor.fetchmany(size):
            if keeping is not None:
                with session.unread():
                    if not await keeping:
                        return
            keeping = asyncio.create_task(asyncio.to_thread(_kept, columns, chunk, rows))
        if keeping is not None:
            await keeping
    finally:
        if keeping is not None:
            await asyncio.wait({keeping})


def _kept(columns: Sequence[Declared], chunk: Sequence[Sequence[Any]], rows: Intake) -> bool:
    table, notes = mariadb_rows.as_table(columns, chunk)
    rows.note(notes)
    return rows.add(table)
