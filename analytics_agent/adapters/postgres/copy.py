"""The rows of one statement out of PostgreSQL, by COPY … TO STDOUT: the fastest way out of the server that keeps every value exact.

The server describes the statement first, by itself, as one statement of the extended protocol: its types are known before the first row,
and text that would end the parentheses of COPY is an error there. Rows are then drawn in pieces while the piece before is being kept.
"""

import asyncio
import select
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import psycopg
from psycopg import AsyncConnection, generators
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from analytics_agent.adapters.intake import Intake, no_columns, too_large
from analytics_agent.adapters.postgres import errors as postgres_errors
from analytics_agent.adapters.postgres import rows as postgres_rows
from analytics_agent.adapters.postgres.rows import PostgresRows

T = TypeVar("T")

_BLOCK = 4_000_000
"""Bytes of text that are made into a table together."""
_LOOK_MILLISECONDS = 100
_CANCEL_SECONDS = 2.0
_AS_THEY_ARE = "SET LOCAL client_encoding TO 'SQL_ASCII'"
"""Bytes of a database that knows no encoding: the server would refuse to give those that are no UTF-8."""
_MONEY_PLACES = "SELECT scale(CAST(CAST(1 AS money) AS numeric)), set_config('lc_monetary', 'C', true)"


async def copy(connection: AsyncConnection[Any], statement: str, intake: Intake) -> None:
    """In the connection's transaction; when there are more rows than wanted, or on any failure, the statement is ended in the server."""
    if connection.pgconn.parameter_status(b"server_encoding") == b"SQL_ASCII":
        await connection.execute(_AS_THEY_ARE)
    rows = await _described(connection, statement)
    await asyncio.to_thread(intake.begin, rows.schema)
    copying = f"COPY (\n{statement}\n) TO STDOUT (FORMAT csv)"
    is_over = False
    try:
        await _start(connection, copying)
        is_over = await _drawn(connection, rows, intake)
    except psycopg.errors.QueryCanceled:
        raise
    except psycopg.Error as problem:
        raise postgres_errors.translated(problem, copying) from None
    finally:
        if not is_over:
            await asyncio.shield(_break_off(connection))


async def _described(connection: AsyncConnection[Any], statement: str) -> PostgresRows:
    pgconn = connection.pgconn
    pgconn.send_prepare(b"", statement.encode())
    await _result(connection)
    pgconn.send_describe_prepared(b"")
    described = await _result(connection)
    if not described.nfields:
        raise no_columns()
    places = 2
    if postgres_rows.has_money(described):
        row = await (await connection.execute(_MONEY_PLACES)).fetchone()
        places = int(row[0]) if row else places
    return postgres_rows.declared(described, places)


async def _start(connection: AsyncConnection[Any], copying: str) -> None:
    connection.pgconn.send_query(copying.encode())
    result = await _result(connection)
    if result.status != ExecStatus.COPY_OUT:
        raise psycopg.ProgrammingError("no rows come")


async def _result(connection: AsyncConnection[Any]) -> PGresult:
    result: PGresult = (await connection.wait(generators.execute(connection.pgconn)))[-1]
    if result.status == ExecStatus.FATAL_ERROR:
        raise psycopg.errors.error_from_result(result, encoding="utf-8")
    return result


async def _drawn(connection: AsyncConnection[Any], rows: PostgresRows, intake: Intake) -> bool:
    """True when every row was drawn, False when more are there than wanted."""
    lines = _Lines(connection.pgconn, 2 * intake.most_bytes)
    drawing, keeping = _in_thread(lines.next), None
    try:
        while (block := await drawing) is not None:
            drawing = _in_thread(lines.next)
            if keeping is not None and not await keeping:
                return False
            keeping = _in_thread(partial(_kept, rows, intake, *block))
        return keeping is None or await keeping
    finally:
        lines.stop.set()
        await asyncio.wait({task for task in (drawing, keeping) if task is not None})


def _in_thread(work: Callable[[], T]) -> "asyncio.Task[T]":
    return asyncio.create_task(asyncio.to_thread(work))


def _kept(rows: PostgresRows, intake: Intake, block: bytes, longest: int) -> bool:
    table, notes = rows.read(block, longest)
    intake.note(notes)
    return intake.add(table)


class _Lines:
    """The lines of a COPY in whole blocks. Blocking, for a thread: libpq's own waiting would hold up all of Python."""

    def __init__(self, pgconn: PGconn, longest: int) -> None:
        self.stop = threading.Event()
        self._pgconn = pgconn
        self._longest = longest
        self._poll = select.poll()
        self._poll.register(pgconn.socket, select.POLLIN)
        self._is_over = False

    def next(self) -> tuple[bytes, int] | None:
        """So many lines with the length of the longest; None at the end. Raises StatementFailed for a line that is too long."""
        lines: list[bytes] = []
        drawn, size = 0, 0
        while size < _BLOCK and not self._is_over and not self.stop.is_set():
            self._draw_into(lines)
            size += sum(map(len, islice(lines, drawn, None)))
            drawn = len(lines)
        longest = max(map(len, lines), default=0)
        if longest > self._longest:
            raise too_large(self._longest // 2)
        return (b"".join(lines), longest) if lines else None

    def _draw_into(self, lines: list[bytes]) -> None:
        """The lines that have arrived; waits a moment where there are none. This loop turns once for each row."""
        get, keep = self._pgconn.get_copy_data, lines.append
        length, line = get(1)
        while length > 0:
            keep(bytes(line))  # a view of it would be watched by Python's collector, with a million others
            length, line = get(1)
        if length < 0:
            self._end()
        elif self._poll.poll(_LOOK_MILLISECONDS):
            self._pgconn.consume_input()

    def _end(self) -> None:
        self._is_over = True
        while (result := self._pgconn.get_result()) is not None:
            if result.status == ExecStatus.FATAL_ERROR:
                raise psycopg.errors.error_from_result(result, encoding="utf-8")


async def _break_off(connection: AsyncConnection[Any]) -> None:
    with suppress(psycopg.Error, OSError):
        await connection.cancel_safe(timeout=_CANCEL_SECONDS)
    await connection.close()
