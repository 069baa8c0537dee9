"""Four real engines with the same small data set, opened with every right: whatever passes the guard here stands before nothing else.

A login of the product can only read. Here statements run as a superuser, on files that may be written, with external access on, so that a
statement which the guard should have refused does what it says, and `snapshot` shows it.
"""

import hashlib
import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from analytics_agent.catalog.build import build, column_type
from analytics_agent.domain.catalog import Catalog, Dialect, Table, TableColumn

SECRET = "canary-6f1c0d"
"""Stands in files that no statement may read."""
CANARY = "canary.csv"
MOST_ROWS = 3_000
Rows = list[tuple[Any, ...]]


class Failed(Exception):
    """The engine did not run the statement. `is_syntax`: because it could not parse it; `is_missing`: it knows no such table or column."""

    def __init__(self, message: str, *, is_syntax: bool = False, is_missing: bool = False, is_late: bool = False) -> None:
        super().__init__(message)
        self.is_syntax, self.is_missing, self.is_late = is_syntax, is_missing, is_late


COLUMNS = {
    "orders": {"id": "integer", "customer_id": "integer", "amount": "numeric(10,2)", "status": "text", "ordered_on": "date"},
    "customers": {"id": "integer", "name": "text", "attributes": "json", "credit": "numeric(10,2)"},
    "events": {"id": "integer", "kind": "text", "moment": "timestamp", "value": "double precision", "flag": "integer"},
    "odd table": {"größe (cm)": "integer", "select": "text", "user": "text"},
}
KEYS = {"orders": ("id",), "customers": ("id",), "events": ("id",)}
CREATE = (
    "CREATE TABLE customers (id integer PRIMARY KEY, name {text}, attributes {json}, credit numeric(10,2))",
    "CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer, amount numeric(10,2), status {text}, ordered_on date)",
    "CREATE TABLE events (id integer PRIMARY KEY, kind {text}, moment {timestamp}, value {double}, flag integer)",
    "CREATE TABLE {q}odd table{q} ({q}größe (cm){q} integer, {q}select{q} {text}, {q}user{q} {text})",
    """INSERT INTO customers VALUES (1, 'Ada', '{{"color": "red", "n": 7, "tags": ["a", "b"]}}', 100.50)""",
    """INSERT INTO customers VALUES (2, 'Émile', '{{"color": "blue", "tags": []}}', 50), (3, 'İpek ß', NULL, NULL)""",
    """INSERT INTO customers VALUES (4, 'O''Neil -- x', '{{"color": "a b"}}', 0), (5, 'a_b%c', '{{}}', -1.25)""",
    "INSERT INTO orders VALUES (1, 1, 10.50, 'paid', '2024-01-05'), (2, 1, 99.99, 'open', '2024-02-01')",
    "INSERT INTO orders VALUES (3, 2, 5.00, 'PAID', '2024-02-03')",
    "INSERT INTO orders VALUES (4, 2, NULL, NULL, NULL), (5, 9, 0, 'x', '2023-12-31'), (6, 3, 7.25, '', '2024-02-29')",
    "INSERT INTO events VALUES (1, 'a', '2024-01-01 00:00:00', 1.5, 1), (2, 'b', '2024-01-01 12:30:00', -2.25, 0)",
    "INSERT INTO events VALUES (3, NULL, NULL, NULL, NULL)",
    "INSERT INTO events VALUES (4, 'a', '2023-12-31 23:59:59', 1e10, 1), (5, 'c', '2024-02-29 06:00:00', 0, 0)",
    "INSERT INTO {q}odd table{q} VALUES (180, 'x', 'ada'), (165, 'y', 'bob')",
)
_WORDS: dict[Dialect, dict[str, str]] = {
    "postgres": {"text": "text", "json": "jsonb", "timestamp": "timestamp", "double": "double precision", "q": '"'},
    "duckdb": {"text": "text", "json": "json", "timestamp": "timestamp", "double": "double", "q": '"'},
    "sqlite": {"text": "text", "json": "text", "timestamp": "timestamp", "double": "double", "q": '"'},
    "mysql": {"text": "varchar(100)", "json": "json", "timestamp": "datetime", "double": "double", "q": "`"},
}
SCHEMAS: dict[Dialect, str | None] = {"postgres": "public", "duckdb": "main", "sqlite": None, "mysql": "world"}


def statements_of(dialect: Dialect) -> list[str]:
    return [statement.format(**_WORDS[dialect]) for statement in CREATE]


def catalog(dialect: Dialect) -> Catalog:
    """What introspection would find there."""
    schema = SCHEMAS[dialect]
    tables = [
        Table(
            schema,
            name,
            tuple(TableColumn(column, column_type(native), native) for column, native in columns.items()),
            primary_key=KEYS.get(name, ()),
        )
        for name, columns in COLUMNS.items()
    ]
    return build("world", dialect, tables, (schema,) if schema else ())


class World(ABC):
    """One engine, one session that lives from statement to statement, so that what one leaves behind is seen."""

    dialect: Dialect
    folder: Path
    seconds = 2.0

    @abstractmethod
    def rows(self, sql: str) -> Rows:
        """At most MOST_ROWS rows. Raises Failed."""

    @abstractmethod
    def execute(self, sql: str) -> None:
        """Run what prepares a test. Raises Failed."""

    @abstractmethod
    def snapshot(self) -> dict[str, Any]:
        """Everything that a statement might have changed and left changed."""

    @abstractmethod
    def close(self) -> None: ...


RUNNABLE: tuple[Dialect, ...] = ("postgres", "duckdb", "sqlite", "mysql")
Open = Callable[[Dialect], World]
"""Opens the world of a dialect, or gives the one that is open."""


class DuckdbWorld(World):
    dialect: Dialect = "duckdb"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._connection = duckdb.connect(str(folder / "world.duckdb"), config={"threads": 2, "memory_limit": "500MB"})
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute(f"SET home_directory = '{folder}'")
        self._connection.execute(f"SET file_search_path = '{folder}'")

    def rows(self, sql: str) -> Rows:
        timer = threading.Timer(self.seconds, self._connection.interrupt)
        timer.start()
        try:
            return self._connection.execute(sql).fetchmany(MOST_ROWS)
        except duckdb.Error as problem:
            said = str(problem)
            raise Failed(
                f"{type(problem).__name__} {said}"[:300],
                is_syntax=isinstance(problem, duckdb.ParserException),
                is_missing=("does not exist" in said and "Table" in said) or "not found in FROM" in said or "Referenced column" in said,
                is_late=isinstance(problem, duckdb.InterruptException),
            ) from None
        except (UnicodeError, ValueError, OverflowError, NotImplementedError, RuntimeError, AttributeError, TypeError) as problem:
            raise Failed(f"the driver: {problem}") from None
        finally:
            timer.cancel()

    def execute(self, sql: str) -> None:
        self.rows(sql)

    def snapshot(self) -> dict[str, Any]:
        asked = {name: self.rows(sql) for name, sql in _DUCKDB_STATE.items()}
        for schema, name in asked["tables"]:
            asked[f"rows of {schema}.{name}"] = self.rows(
                f'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{schema}"."{name}" AS t'
            )
        asked["files"] = [(name,) for name in files_of(self.folder, skip=("world.duckdb",))]
        asked["working folder"] = sorted(path.name for path in Path.cwd().iterdir())
        return asked

    def close(self) -> None:
        self._connection.close()


_DUCKDB_STATE = {
    "tables": "SELECT schema_name, table_name FROM duckdb_tables() ORDER BY 1, 2",
    "views": "SELECT schema_name, view_name, sql FROM duckdb_views() ORDER BY 1, 2",
    "functions": "SELECT count(*) FROM duckdb_functions()",
    "settings": "SELECT name, value FROM duckdb_settings() ORDER BY 1",
    "databases": "SELECT database_name, path FROM duckdb_databases() ORDER BY 1",
    "sequences": "SELECT sequence_name, last_value FROM duckdb_sequences() ORDER BY 1",
    "secrets": "SELECT count(*) FROM duckdb_secrets()",
    "types": "SELECT count(*) FROM duckdb_types()",
    "variables": "SELECT count(*) FROM duckdb_variables()",
    "extensions": "SELECT extension_name FROM duckdb_extensions() WHERE loaded ORDER BY 1",
}


class SqliteWorld(World):
    dialect: Dialect = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._connection = sqlite3.connect(folder / "world.sqlite", isolation_level=None, check_same_thread=False)
        with suppress(AttributeError):  # some builds of Python leave it out
            self._connection.enable_load_extension(True)

    def rows(self, sql: str) -> Rows:
        timer = threading.Timer(self.seconds, self._connection.interrupt)
        timer.start()
        try:
            return self._connection.execute(sql).fetchmany(MOST_ROWS)
        except (sqlite3.Error, sqlite3.Warning) as problem:
            said = str(problem)
            raise Failed(
                said[:300],
                is_syntax="syntax error" in said or "unrecognized token" in said or "incomplete input" in said,
                is_missing="no such table" in said or "no such column" in said,
                is_late="interrupted" in said,
            ) from None
        except (UnicodeError, ValueError, OverflowError) as problem:
            raise Failed(f"the driver: {problem}") from None
        finally:
            timer.cancel()

    def execute(self, sql: str) -> None:
        self.rows(sql)

    def snapshot(self) -> dict[str, Any]:
        asked = {name: self.rows(sql) for name, sql in _SQLITE_STATE.items()}
        asked["changes"] = [(self._connection.total_changes, self._connection.in_transaction)]
        asked["pragmas"] = [(name, self.rows(f"PRAGMA {name}")) for name in _SQLITE_PRAGMAS]
        for (name,) in self.rows("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            asked[f"rows of {name}"] = self.rows(f'SELECT * FROM "{name}"')
        asked["files"] = [(name,) for name in files_of(self.folder, skip=("world.sqlite",))]
        asked["working folder"] = sorted(path.name for path in Path.cwd().iterdir())
        return asked

    def close(self) -> None:
        self._connection.close()


_SQLITE_STATE = {
    "schema": "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2",
    "temporary": "SELECT type, name, sql FROM sqlite_temp_schema ORDER BY 1, 2",
    "databases": "SELECT name, file FROM pragma_database_list",
    "functions": "SELECT count(*) FROM pragma_function_list",
}
_SQLITE_PRAGMAS = (
    "user_version",
    "application_id",
    "journal_mode",
    "foreign_keys",
    "query_only",
    "temp_store",
    "synchronous",
    "encoding",
    "writable_schema",
    "case_sensitive_like",
)


def files_of(folder: Path, skip: tuple[str, ...]) -> list[str]:
    found = []
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if not name.startswith(skip) and "pg_internal" not in name and not name.startswith(("pg_", "global", "postmaster")):
            found.append(f"{name} {_digest(path)}")
    return found


def _digest(path: Path) -> str:
    try:
        if not path.is_file() or path.suffix in {".ibd", ".frm", ".MYI", ".MYD", ".MAI", ".MAD"}:
            return ""
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    except OSError:
        return "gone"


def plant(folder: Path, owner: str | None = None) -> None:
    """Canaries that any reader of files, relative or absolute, would find."""
    for name in (CANARY, "canary.txt", "canary.json", "canary.parquet"):
        path = folder / name
        path.write_text(f'{{"a": "{SECRET}"}}\n' if name.endswith(".json") else f"a,b\n{SECRET},1\n")
        path.chmod(0o644)


@contextmanager
def duckdb_world(folder: Path) -> Iterator[DuckdbWorld]:
    plant(folder)
    world = DuckdbWorld(folder)
    try:
        for statement in statements_of("duckdb"):
            world.execute(statement)
        yield world
    finally:
        world.close()


@contextmanager
def sqlite_world(folder: Path) -> Iterator[SqliteWorld]:
    plant(folder)
    world = SqliteWorld(folder)
    try:
        for statement in statements_of("sqlite"):
            world.execute(statement)
        yield world
    finally:
        world.close()
