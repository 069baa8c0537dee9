"""PostgreSQL as a warehouse: every statement in its own read-only transaction with a timeout that the server enforces.

One connection per statement: no session state survives from one to the next. Rows are streamed in chunks, so the row cap holds for
memory even when the statement has no LIMIT. Cancelling the task cancels the statement in the server.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.adapt import AdaptersMap
from psycopg.types.string import TextLoader

from analytics_agent.adapters import postgres_catalog, postgres_errors, postgres_estimate, postgres_grants, postgres_rows
from analytics_agent.adapters.interrupted import ASK_FOR_LESS
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.statement import Estimate
from analytics_agent.errors import StatementTimeout, WarehouseUnavailable
from analytics_agent.ports import Fetched

if TYPE_CHECKING:
    import pyarrow as pa

_CHUNK = 2_000
_CONNECT_SECONDS = 10
_GRACE_SECONDS = 5.0
"""How long after the server's own timeout we give up on a server that does not answer at all."""

_SESSION = """
SELECT set_config('statement_timeout', %(timeout)s, true), set_config('lock_timeout', %(timeout)s, true),
       set_config('idle_in_transaction_session_timeout', '60s', true), set_config('timezone', 'UTC', true),
       set_config('datestyle', 'ISO, YMD', true), set_config('intervalstyle', 'postgres', true),
       set_config('bytea_output', 'hex', true), set_config('standard_conforming_strings', 'on', true),
       set_config('extra_float_digits', '1', true),
       set_config('search_path', concat_ws(', ', 'pg_catalog', (SELECT string_agg(quote_ident(s), ', ') FROM unnest(CASE
           WHEN %(schema)s::text IS NULL THEN current_schemas(false) ELSE array[%(schema)s::name, 'public'] END) AS s), 'pg_temp'), true)
"""


class PostgresWarehouse:
    """One database behind one login. `schema` limits what is introspected; None means every schema the login may read."""

    def __init__(self, name: str, uri: str, *, schema: str | None = None) -> None:
        self._name = name
        self._uri = uri
        self._schema = schema

    async def introspect(self) -> Catalog:
        async with self._transaction(timeout_seconds=60.0) as connection:
            return await postgres_catalog.read(connection, self._name, self._schema)

    async def run(self, sql: str, *, row_cap: int, timeout_seconds: float) -> Fetched:
        started = time.perf_counter()
        async with self._transaction(timeout_seconds, sql) as connection:
            table, truncated = await _fetch(connection, sql, row_cap)
        return Fetched(table, truncated, (time.perf_counter() - started) * 1000)

    async def estimate(self, sql: str, *, timeout_seconds: float) -> Estimate:
        async with self._transaction(timeout_seconds, sql) as connection:
            async with connection.cursor() as cursor:  # streamed, as `run` does it: the server then takes one statement only
                rows = [row async for row in cursor.stream(_as_query(f"EXPLAIN (FORMAT JSON, VERBOSE) {sql}"))]
            plan = json.loads(rows[0][0])[0]["Plan"]
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
                    milliseconds = max(1, int(timeout_seconds * 1000))
                    await connection.execute(_SESSION, {"timeout": f"{milliseconds}ms", "schema": self._schema})
                    yield connection
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


async def _fetch(connection: AsyncConnection[Any], statement: str, row_cap: int) -> tuple["pa.Table", bool]:
    rows: list[Any] = []
    async with connection.cursor() as cursor:
        async for row in cursor.stream(_as_query(statement), size=_CHUNK):
            rows.append(row)
            if len(rows) > row_cap:
                break
        if not rows:
            # A stream without rows forgets its columns; with LIMIT 0 the server plans the statement and does not run it.
            await cursor.execute(_as_query(f"SELECT * FROM (\n{statement}\n) AS empty LIMIT 0"))
        table = postgres_rows.as_table(cursor.description or (), rows[:row_cap])
    return table, len(rows) > row_cap


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
