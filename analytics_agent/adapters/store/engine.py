"""The store's connections, and the one place where the driver's errors become ours. The URL holds a password: it is never shown."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import CTE, URL, ColumnElement, Engine, event, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, InvalidatePoolError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from analytics_agent.adapters.store.models import RunRow
from analytics_agent.domain.quoting import quoted
from analytics_agent.errors import AgentError, OperatorError, StorageFull, StoreUnavailable, UnknownRun

CONNECTIONS = 3
"""Per process and tenant. About six processes share a PostgreSQL that Superset uses too."""

_CONNECT_SECONDS = 5
_RESTED_SECONDS = 0.25
_DISK_FULL = "53100"
_UNDEFINED_TABLE = "42P01"
_UNDEFINED_COLUMN = "42703"


def psycopg_url(url: str) -> URL:
    """The URL with our driver, whatever PostgreSQL driver it names. Raises OperatorError for anything but PostgreSQL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise OperatorError("The store's URL cannot be read.", hint=_URL_HINT) from None
    if parsed.get_backend_name() not in {"postgresql", "postgres"}:
        raise OperatorError(f"The application store is PostgreSQL, not {parsed.get_backend_name()}.", hint=_URL_HINT)
    return parsed.set(drivername="postgresql+psycopg")


_URL_HINT = "Set ANALYTICS_AGENT_STORE_URL to postgresql://user:password@host:port/database."


def create_engine(url: str, *, kept: int = CONNECTIONS) -> AsyncEngine:
    """Few connections, tested before use so that a restarted server is not noticed. `kept` of them stay open."""
    engine = create_async_engine(
        psycopg_url(url),
        pool_size=kept,  # a process that has much to do would open and close one more for nearly every call
        max_overflow=CONNECTIONS - kept,
        pool_timeout=10,
        connect_args={"connect_timeout": _CONNECT_SECONDS, "application_name": "analytics-agent"},
    )
    _test_after_a_rest(engine.sync_engine)
    return engine


def _test_after_a_rest(engine: Engine) -> None:
    """SQLAlchemy's own `pool_pre_ping` asks before each use: a fifth of what a short call costs. Here it is asked of a connection that
    has rested; a server does not restart in less."""

    @event.listens_for(engine, "checkin")
    def rests(dbapi_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def tested(dbapi_connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", time.monotonic()) < _RESTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(dbapi_connection)
        except engine.dialect.loaded_dbapi.Error:
            raise InvalidatePoolError from None  # all that rest are closed, and another one is opened


class StorePart:
    """What each part of the store stands on: a transaction, committed at the end of the block, and reading without one."""

    engine: AsyncEngine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self.engine.begin() as connection:
                yield connection
        except (OperationalError, InterfaceError, ProgrammingError, PoolTimeout) as error:
            translated = translate(error)
            if translated is None:
                raise
            raise translated from None

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[AsyncConnection]:
        """Each statement stands for itself: two messages less to the server than a transaction. For what is read or written in one."""
        try:
            async with self.engine.connect() as connection:
                yield await connection.execution_options(isolation_level="AUTOCOMMIT")
        except (OperationalError, InterfaceError, ProgrammingError, PoolTimeout) as error:
            translated = translate(error)
            if translated is None:
                raise
            raise translated from None


async def locked(connection: AsyncConnection, run_id: str) -> Any:
    """The run's row, locked until the transaction ends. NO KEY UPDATE: rows that only refer to the run need not wait.

    Raises UnknownRun.
    """
    wanted = select(RunRow.__table__).where(RunRow.id == run_id).with_for_update(key_share=True)
    row = (await connection.execute(wanted)).one_or_none()
    if row is None:
        raise no_such_run(run_id)
    return row


def held(run_id: str) -> CTE:
    """The run's row locked as `locked` does it, within the one statement that writes what it selects from this."""
    return select(RunRow.id, RunRow.owner, RunRow.question).where(RunRow.id == run_id).with_for_update(key_share=True).cte("held")


async def hold(connection: AsyncConnection, name: str, seed: int = 0) -> None:
    """Nobody else holds this name until the transaction ends. The server has such locks for a whole database, and tenants are schemas of
    one: so the name is this schema's, and nobody waits for another tenant."""
    wanted = text("SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ' ' || :name, :seed))")
    await connection.execute(wanted, {"name": name, "seed": seed})


def unhurried() -> ColumnElement[str]:
    """In what a statement selects or returns: its transaction's commit does not wait for the disk. For what may be lost in a crash, or
    cannot be told before a later commit, which brings this one to the disk too."""
    return func.set_config("synchronous_commit", "off", True)


def no_such_run(run_id: str) -> UnknownRun:
    return UnknownRun(f"There is no run {quoted(run_id)}.", hint="`analytics-agent runs list` shows yours.")


def translate(error: OperationalError | InterfaceError | ProgrammingError | PoolTimeout) -> AgentError | None:
    """Our error for the driver's; None when it is a defect of ours and should be seen as one."""
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    if state == _DISK_FULL:
        return StorageFull("The application store's disk is full.", hint="Free space on the disk that holds PostgreSQL's data.")
    if state in {_UNDEFINED_TABLE, _UNDEFINED_COLUMN}:
        return OperatorError(
            "The application store's tables are missing or old.", hint="Run `analytics-agent up`: it brings them up to date."
        )
    if isinstance(error, ProgrammingError):
        return None
    return StoreUnavailable(
        "The application store does not answer.", hint="Start it with `analytics-agent up`, or check ANALYTICS_AGENT_STORE_URL."
    )
