"""PostgreSQL as a warehouse: every statement in its own read-only transaction with a timeout that the server enforces.

One connection per statement: no session state survives from one to the next. Rows are streamed in pieces, so the caps hold for memory
even when the statement has no LIMIT. Cancelling the task cancels the statement in the server.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.adapt import AdaptersMap
from psycopg.types.string import TextLoader

from analytics_agent.adapters.intake import TableIntake, saving
from analytics_agent.adapters.interrupted import ASK_FOR_LESS
from analytics_agent.adapters.postgres import catalog as postgres_catalog
from analytics_agent.adapters.postgres import copy as postgres_copy
from analytics_agent.adapters.postgres import errors as postgres_errors
from analytics_agent.adapters.postgres import estimate as postgres_estimate
from analytics_agent.adapters.postgres import grants as postgres_grants
from analytics_agent.adapters.postgres import session as postgres_session
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.statement import Caps, Estimate, Saved
from analytics_agent.errors import StatementTimeout, WarehouseUnavailable
from analytics_agent.ports import Fetched

_CONNECT_SECONDS = 10
_GRACE_SECONDS = 5.0
"""How long after the server's own timeout we give up on a server that does not answer at all."""


class PostgresWarehouse:
    """One database behind one login. `schema` limits what is introspected; None means every schema the login may read."""

    def __init__(self, name: str, uri: str, *, schema: str | None = None) -> None:
        self._name = name
        self._uri = uri
        self._schema = schema

    async def introspect(self) -> Catalog:
        async with self._transaction(timeout_seconds=60.0) as connection:
            return await postgres_catalog.read(connection, self._name, self._schema)

    async def stamps(self) -> Mapping[TableName, str]:
        async with self._transaction(timeout_seconds=30.0) as connection:
            return await postgres_catalog.read_stamps(connection)

    async def run(self, sql: str, *, row_cap: int, timeout_seconds: float) -> Fetched:
        rows = TableIntake(row_cap)
        async with self._transaction(timeout_seconds, sql) as connection:
            await postgres_copy.copy(connection, sql, rows)
        return rows.fetched()

    async def save(self, sql: str, *, to: Path, caps: Caps, timeout_seconds: float) -> Saved:
        with saving(to, caps) as rows:
            async with self._transaction(timeout_seconds, sql) as connection:
                await postgres_copy.copy(connection, sql, rows)
            await asyncio.to_thread(rows.end)
        return rows.saved()

    async def estimate(self, sql: str, *, timeout_seconds: float) -> Estimate:
        explained = f"EXPLAIN (FORMAT JSON, VERBOSE) {sql}"
        async with self._transaction(timeout_seconds, explained) as connection:
            async with connection.cursor() as cursor:  # streamed, as `run` does it: the server then takes one statement only
                rows = [row async for row in cursor.stream(_as_query(explained))]
            plan = postgres_estimate.plan_of(rows[0][0])
            return postgres_estimate.estimated(plan, await postgres_estimate.read_sizes(connection, plan))

    async def can_write(self) -> tuple[str, ...]:
        async with self._transaction(timeout_seconds=30.0) as connection:
            return await postgres_grants.what_it_can_write(connection, self._schema)

    async def close(self) -> None:
        """Nothing stays open between statements."""

    @asynccontextmanager
    async def _transaction(self, timeout_seconds: float, statement: str = "") -> AsyncIterator[AsyncConnection[Any]]:
        try:
            async with asyncio.timeout(timeout_seconds + _CONNECT_SECONDS + _GRACE_SECONDS):
                connection = await self._connect()
                async with connection:
                    await connection.set_read_only(True)
                    await postgres_session.prepare(connection, timeout_seconds, self._schema)
                    yield connection
                    if not connection.closed:  # as it is where more rows came than were wanted
                        await connection.rollback()  # nothing is to last: no message to listeners either
        except psycopg.errors.QueryCanceled:
            raise StatementTimeout(f"The statement was stopped after {timeout_seconds:g} seconds.", hint=ASK_FOR_LESS) from None
        except psycopg.Error as problem:
            raise postgres_errors.translated(problem, statement) from None
        except TimeoutError:
            raise WarehouseUnavailable("The database stopped answering.", hint="Check that its server is up and reachable.") from None

    async def _connect(self) -> AsyncConnection[Any]:
        try:
            return await AsyncConnection.connect(
                self._uri,
                connect_timeout=_CONNECT_SECONDS,
                client_encoding="utf8",
                application_name="analytics-agent",
                context=_text_only(),
                prepare_threshold=None,
            )
        except psycopg.Error as problem:
            raise postgres_errors.not_connected(problem) from None


def _as_query(statement: str) -> sql.SQL:
    """Text from the guard, said to hold no parameters: psycopg leaves its percent signs alone."""
    return sql.SQL(statement)


@cache
def _text_only() -> AdaptersMap:
    """Every value arrives as the server prints it; types are decided per column, so no odd value can break a fetch."""
    adapters = AdaptersMap(psycopg.adapters)
    for info in psycopg.adapters.types:
        adapters.register_loader(info.oid, TextLoader)
        adapters.register_loader(info.array_oid, TextLoader)
    return adapters
