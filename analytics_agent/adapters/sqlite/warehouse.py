"""A SQLite file as a warehouse: opened read-only, with an authorizer that lets a statement do nothing but read.

SQLite has no statement timeout; a progress handler looks at a flag every few thousand steps of its machine.
"""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from analytics_agent.adapters.file_stamp import written
from analytics_agent.adapters.intake import Intake, TableIntake, saving
from analytics_agent.adapters.interrupted import ASK_FOR_LESS, run_interruptibly
from analytics_agent.adapters.sqlite import catalog as sqlite_catalog
from analytics_agent.adapters.sqlite import estimate as sqlite_estimate
from analytics_agent.catalog.build import build
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.statement import Caps, Estimate, Saved
from analytics_agent.errors import AgentError, StatementFailed, WarehouseRefused, WarehouseUnavailable
from analytics_agent.ports import Fetched

_STEPS = 5_000
_BUSY_SECONDS = 5.0
_LIMITS = {
    # No call of a function can be interrupted: what it works on is kept small enough for it to end soon.
    sqlite3.SQLITE_LIMIT_LENGTH: 2_000_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_HEAP = 512 * 1024 * 1024
"""Most bytes that SQLite may hold in this process, for all its files together."""
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})


_SAID: tuple[tuple[str, tuple[str, str]], ...] = (
    ("misuse of aggregate", ("An aggregate stands where none may.", "Move a condition on it to HAVING, or compute it in a CTE first.")),
    ("misuse of window function", ("A window function stands where none may.", "Compute it in a CTE and filter outside.")),
    ("no such table", ("A table does not exist.", "Look at the catalog: it may have changed.")),
    ("no such column", ("A column does not exist.", "Look at the catalog: it may have changed.")),
    ("no such function", ("SQLite has no such function.", "Use strftime for dates, and CASE or arithmetic for the rest.")),
    ("wrong number of arguments", ("A function has too many or too few arguments.", "Check its arguments.")),
    ("ambiguous column name", ("A column is in more than one table of the query.", "Write the table before it.")),
)
"""What SQLite says by its words alone. They are looked for and never passed on."""


class SqliteWarehouse:
    """One file. Its tables are in no schema."""

    def __init__(self, name: str, path: Path) -> None:
        self._name = name
        self._path = path

    async def introspect(self) -> Catalog:
        return await asyncio.to_thread(self._read_catalog)

    async def stamps(self) -> Mapping[TableName, str]:
        """Of every table that of the file: SQLite counts no changes of a table."""
        stamp = await asyncio.to_thread(written, self._path, "-wal")
        return {TableName(None, table.name): stamp for table in (await self.introspect()).tables}

    async def run(self, sql: str, *, row_cap: int, timeout_seconds: float) -> Fetched:
        rows = TableIntake(row_cap)
        await self._draw(sql, rows, timeout_seconds)
        return rows.fetched()

    async def save(self, sql: str, *, to: Path, caps: Caps, timeout_seconds: float) -> Saved:
        with saving(to, caps) as rows:
            await self._draw(sql, rows, timeout_seconds)
            await asyncio.to_thread(rows.end)
        return rows.saved()

    async def _draw(self, sql: str, rows: Intake, timeout_seconds: float) -> None:
        stop = threading.Event()
        await run_interruptibly(lambda: self._drawn(sql, rows, stop), stop.set, timeout_seconds)

    async def estimate(self, sql: str, *, timeout_seconds: float) -> Estimate:
        stop = threading.Event()
        return await run_interruptibly(lambda: self._estimate(sql, stop), stop.set, timeout_seconds)

    async def can_write(self) -> tuple[str, ...]:
        """Nothing: the engine itself opens the file for reading only."""
        return ()

    async def close(self) -> None:
        """Nothing stays open between statements."""

    def _drawn(self, sql: str, rows: Intake, stop: threading.Event) -> None:
        from analytics_agent.adapters.sqlite import rows as sqlite_rows

        connection = _open(self._path)
        try:
            types = sqlite_rows.declared_types(connection, sql)
            with contextlib.suppress(sqlite3.OperationalError):
                # A table function is declared on its first use, which the authorizer would take for a write.
                connection.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')")
            connection.set_authorizer(_authorize)
            connection.set_progress_handler(lambda: int(stop.is_set()), _STEPS)
            sqlite_rows.draw(connection.execute(sql), types, rows, stop)
        except sqlite3.Error as problem:
            raise _translated(problem) from None
        except MemoryError:
            raise StatementFailed("The statement needs more memory than it may use.", code="SQLITE_NOMEM", hint=ASK_FOR_LESS) from None
        finally:
            connection.close()

    def _estimate(self, sql: str, stop: threading.Event) -> Estimate:
        connection = _open(self._path)
        try:
            connection.set_progress_handler(lambda: int(stop.is_set()), _STEPS)
            return sqlite_estimate.estimate(connection, sql)
        except sqlite3.Error as problem:
            raise _translated(problem) from None
        finally:
            connection.close()

    def _read_catalog(self) -> Catalog:
        connection = _open(self._path)
        try:
            found = sqlite_catalog.read(connection)
        except sqlite3.Error as problem:
            raise _translated(problem) from None
        finally:
            connection.close()
        return build(self._name, "sqlite", found, ())


def _open(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise WarehouseRefused(f"There is no file {path}.", hint="Check the path; relative paths start at the working folder.")
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    try:
        connection = sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False)
        connection.text_factory = lambda content: content.decode("utf-8", errors="replace")
        for limit, most in _LIMITS.items():
            connection.setlimit(limit, most)
        connection.execute(f"PRAGMA hard_heap_limit = {_HEAP}")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM sqlite_schema")
    except sqlite3.DatabaseError as problem:
        raise _not_opened(problem, path) from None
    return connection


def _not_opened(problem: sqlite3.DatabaseError, path: Path) -> AgentError:
    if problem.sqlite_errorname in {"SQLITE_BUSY", "SQLITE_LOCKED"}:
        return WarehouseUnavailable(f"Another program is writing to {path.name}.", hint="It will be tried again.")
    return WarehouseRefused(f"{path.name} is not a SQLite database that can be read.", hint="Check the file and its permissions.")


def _authorize(action: int, first: str | None, second: str | None, database: str | None, source: str | None) -> int:
    """Reading and pure functions only; `second` is the function's name."""
    if action in _ALLOWED or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() != "load_extension"):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _translated(problem: sqlite3.Error) -> AgentError:
    code = getattr(problem, "sqlite_errorname", "") or type(problem).__name__
    if code in {"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR", "SQLITE_CANTOPEN"}:
        return WarehouseUnavailable("The database file cannot be read right now.", hint="It will be tried again.")
    if code == "SQLITE_AUTH":
        return StatementFailed("The statement would do more than read.", code=code, hint="Use a plain SELECT.")
    if code == "SQLITE_TOOBIG":
        return StatementFailed("A text or blob is longer than two million bytes.", code=code, hint="Take a part of it with substr.")
    if code == "SQLITE_INTERRUPT":
        return StatementFailed("The statement was interrupted.", code=code)
    told = next((told for words, told in _SAID if words in str(problem).lower()), None)
    message, hint = told or ("SQLite refused the statement.", "Check functions and their arguments; SQLite has few date functions.")
    return StatementFailed(message, code=code, hint=hint)
