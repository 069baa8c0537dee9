"""One session with a MariaDB or MySQL server, set up so that a statement has one reading, only reads, and ends in time.

What the driver lacks is here: it would let a client send several statements at once, encrypts always or never, and cannot tell what a
statement gives without running it.
"""

import logging
import ssl
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from asyncmy.connection import Connection
from asyncmy.constants import CLIENT, COMMAND
from asyncmy.cursors import SSCursor
from asyncmy.errors import MySQLError, OperationalError

from analytics_agent.adapters.mariadb import errors as mariadb_errors
from analytics_agent.adapters.mariadb.address import Address
from analytics_agent.errors import WarehouseRefused

# The driver logs statements, and the server's warnings, which quote cells: neither belongs in a log.
logging.getLogger("asyncmy").addHandler(logging.NullHandler())
logging.getLogger("asyncmy").propagate = False

CONNECT_SECONDS = 10

# The regenerated text quotes names with backticks and texts with apostrophes, escapes backslashes, and writes OR as a word:
# ANSI_QUOTES, NO_BACKSLASH_ESCAPES and PIPES_AS_CONCAT would give it another reading and are off. A column that is neither grouped
# nor aggregated is an error, not a value of any row.
_SQL_MODE = "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
_SETTINGS = {
    "sql_mode": f"'{_SQL_MODE}'",
    "time_zone": "'+00:00'",
    # A ratio of whole numbers with four places would turn 0.00004 into nothing.
    "div_precision_increment": "12",
    # Cut without an error beyond it, as recursions are: the time limit and the limit of memory are what ends both.
    "group_concat_max_len": "16777216",
    "net_write_timeout": "60",
    "wait_timeout": "60",
}
_WHERE_KNOWN = {
    "idle_transaction_timeout": "60",
    "max_recursive_iterations": "4294967295",
    "cte_max_recursion_depth": "4294967295",
    "max_session_mem_used": str(512 * 1024 * 1024),
    "max_statement_time": "{seconds:.6f}",
    "max_execution_time": "{milliseconds:d}",
}
"""Settings that only MariaDB or only MySQL has, or only newer versions of it."""
_KNOWN = f"SHOW SESSION VARIABLES WHERE variable_name IN ({', '.join(repr(name) for name in _WHERE_KNOWN)})"
_NO_SUCH_THREAD = 1094


_Untyped: Any = Connection
"""The driver's stubs leave out what is inherited here."""


class Session(_Untyped):  # type: ignore[misc]
    """The driver's connection without multi-statements, encrypted as the address asks."""

    def __init__(self, address: Address) -> None:
        super().__init__(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password,
            database=address.database,
            unix_socket=address.unix_socket,
            charset="utf8mb4",
            conv={},  # every value as the server prints it: no odd one can break a fetch
            cursor_cls=SSCursor,
            connect_timeout=CONNECT_SECONDS,
            program_name="analytics-agent",
            autocommit=None,
            local_infile=False,
        )
        self._password = address.password.encode()
        self._client_flag &= ~CLIENT.MULTI_STATEMENTS
        self._tls_mode = address.tls
        self._tls = address.tls_context()

    @property
    def fields(self) -> list[Any]:
        """What the server said of the columns of the statement that runs: signs and character sets too, which a cursor leaves out."""
        return list(self._result.fields)

    @property
    def is_mariadb(self) -> bool:
        return "MariaDB" in str(self.server_version)

    async def _request_authentication(self) -> None:
        """The server has said what it can, and the password has not been sent."""
        if self._tls is not None:
            if self.server_capabilities & CLIENT.SSL:
                self._ssl_context = self._tls
                self._client_flag |= CLIENT.SSL
            elif self._tls_mode != "preferred":
                raise WarehouseRefused("The server offers no encrypted connection.", hint="Set up TLS there, or leave ssl_mode out.")
        await super()._request_authentication()

    @contextmanager
    def unread(self) -> Iterator[None]:
        """Nothing is taken from the server meanwhile: the driver would hold all that comes, however much."""
        self._transport.pause_reading()
        try:
            yield
        finally:
            self._transport.resume_reading()

    async def is_query(self, statement: str) -> bool:
        """Whether the statement gives rows: the server prepares it and does not run it. One of several statements is an error."""
        await self._execute_command(COMMAND.COM_STMT_PREPARE, statement.encode())
        packet = await self.read_packet()
        packet.read_uint8()
        number, columns, parameters = packet.read_uint32(), packet.read_uint16(), packet.read_uint16()
        ends = 0 if self._deprecate_eof else bool(columns) + bool(parameters)
        for _ in range(columns + parameters + ends):
            await self.read_packet()
        await self._execute_command(COMMAND.COM_STMT_CLOSE, struct.pack("<I", number))
        return bool(columns)

    async def all(self, statement: str) -> list[Any]:
        """Every row of a statement of ours, as texts."""
        cursor = self.cursor()
        await cursor.execute(statement)
        rows: list[Any] = await cursor.fetchall()
        return rows

    async def ask(self, statement: str) -> None:
        """Send a statement of ours, to be `answered` while something else is done. Nothing may be asked before it was."""
        await self._execute_command(COMMAND.COM_QUERY, statement.encode())

    async def answered(self) -> list[Any]:
        """Every row of the statement that was asked, as texts."""
        await self._read_query_result()
        return list(self._result.rows)


@asynccontextmanager
async def connected(address: Address) -> AsyncIterator[Session]:
    """A session that is closed whatever happens; after an error at once, for what it was doing is of no interest any more."""
    session = Session(address)
    try:
        try:
            await session.connect()
        except (MySQLError, ssl.SSLError, OSError, TimeoutError) as problem:
            raise mariadb_errors.not_connected(problem) from None
        yield session
        await session.ensure_closed()  # with a word: servers log those that leave without one
    finally:
        session.close()


async def begin_reading(session: Session, timeout_seconds: float, row_cap: int | None = None) -> None:
    """Set the session up and begin its one transaction, which only reads."""
    known = {str(row[0]).lower() for row in await session.all(_KNOWN)}
    wanted = _SETTINGS | {name: value for name, value in _WHERE_KNOWN.items() if name in known}
    if row_cap is not None:
        wanted["sql_select_limit"] = str(row_cap + 1)
    settings = ", ".join(f"SESSION {name} = {value}" for name, value in wanted.items())
    milliseconds = max(1, int(timeout_seconds * 1000))
    await session.query("SET " + settings.format(seconds=milliseconds / 1000, milliseconds=milliseconds))
    await session.query("SET SESSION TRANSACTION READ ONLY")
    await session.query("START TRANSACTION READ ONLY")


async def kill(address: Address, thread: int) -> None:
    """End a statement and its session from another session; one that has ended already is none to end."""
    async with connected(address) as other:
        try:
            await other.query(f"KILL {thread:d}")
        except OperationalError as problem:
            if problem.args[0] != _NO_SUCH_THREAD:
                raise
