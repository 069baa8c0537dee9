"""MariaDB or MySQL as a warehouse: every statement in a session of its own, which only reads and has a time limit that the server enforces.

A read-only transaction alone is no backstop here (temporary tables, locks and settings pass through it): a statement that gives no rows
is not run at all, and the login must be one that can only read. Cancelling the task ends the statement in the server.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from asyncmy.errors import MySQLError

from analytics_agent.adapters import mariadb_catalog, mariadb_errors, mariadb_estimate, mariadb_grants, mariadb_rows, mariadb_session
from analytics_agent.adapters.interrupted import ASK_FOR_LESS
from analytics_agent.adapters.mariadb_address import address_of
from analytics_agent.adapters.mariadb_session import Session
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.statement import Estimate
from analytics_agent.errors import AgentError, WarehouseUnavailable
from analytics_agent.ports import Fetched

if TYPE_CHECKING:
    import pyarrow as pa

_CHUNK = 2_000
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

    async def run(self, sql: str, *, row_cap: int, timeout_seconds: float) -> Fetched:
        started = time.perf_counter()
        async with self._session(timeout_seconds, row_cap) as session:
            if not await session.is_query(sql):
                raise mariadb_errors.gives_no_rows()
            table, truncated = await _fetch(session, sql, row_cap)
        return Fetched(table, truncated, (time.perf_counter() - started) * 1000)

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


async def _fetch(session: Session, statement: str, row_cap: int) -> tuple["pa.Table", bool]:
    cursor = session.cursor()
    await cursor.execute(statement)
    fields = session.fields
    rows: list[tuple[str | bytes | None, ...]] = []
    while len(rows) <= row_cap and (chunk := await cursor.fetchmany(_CHUNK)):
        rows += chunk
    return await asyncio.to_thread(mariadb_rows.as_table, fields, rows[:row_cap]), len(rows) > row_cap
