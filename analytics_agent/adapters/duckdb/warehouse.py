"""A DuckDB file as a warehouse: opened read-only, without access to files or network, its configuration locked.

DuckDB has no statement timeout, so a statement is interrupted from outside, both at its time limit and on cancellation.
"""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics_agent.adapters.duckdb import estimate as duckdb_estimate
from analytics_agent.adapters.duckdb import session as duckdb_session
from analytics_agent.adapters.file_stamp import written
from analytics_agent.adapters.intake import Intake, TableIntake, saving
from analytics_agent.adapters.interrupted import run_interruptibly
from analytics_agent.catalog.build import build, columns_of
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn, TableName
from analytics_agent.domain.statement import Caps, Estimate, Saved
from analytics_agent.errors import AgentError, StatementFailed, WarehouseUnavailable
from analytics_agent.ports import Fetched

if TYPE_CHECKING:
    import duckdb

_TABLES = """
SELECT schema_name, table_name, 'table', comment, estimated_size FROM duckdb_tables()
WHERE NOT internal AND NOT temporary AND database_name = current_database()
UNION ALL
SELECT schema_name, view_name, 'view', comment, NULL FROM duckdb_views()
WHERE NOT internal AND NOT temporary AND database_name = current_database()
"""
_COLUMNS = """
SELECT schema_name, table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns()
WHERE NOT internal AND database_name = current_database() ORDER BY schema_name, table_name, column_index
"""
_KEYS = """
SELECT schema_name, table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY') AND database_name = current_database()
ORDER BY schema_name, table_name, constraint_index
"""
INTROSPECTION = (_TABLES, _COLUMNS, _KEYS)
"""All that is asked to know a file's tables."""

_HINTS: dict[str, tuple[str, str]] = {
    "ConversionException": ("A value cannot be read as the type it is cast to.", "Use TRY_CAST, or filter such values out first."),
    "BinderException": ("Types or names do not go together.", "Cast both sides to one type; check GROUP BY."),
    "CatalogException": ("A table, column or function does not exist.", "Look at the catalog: it may have changed."),
    "ParserException": ("DuckDB does not accept this syntax.", "Say it with simpler SQL."),
    "OutOfRangeException": ("A number is out of the range of its type.", "Cast to DOUBLE or DECIMAL before computing."),
    "InvalidInputException": ("An argument of a function is not valid.", "Check formats, units and argument types."),
    "OutOfMemoryException": ("The statement needs more memory than there is.", "Aggregate fewer rows."),
    "PermissionException": ("The statement reaches outside the database.", "Read tables of the catalog only."),
}


_SAID: tuple[tuple[str, tuple[str, str]], ...] = (
    ("must appear in the group by", ("A column is neither grouped nor aggregated.", "Add it to GROUP BY, or wrap it in an aggregate.")),
    ("cannot be used before it is defined", ("An output name is used before it is defined.", "Repeat the expression, or use a CTE.")),
    ("cannot be referenced before it is defined", ("An output name is used in its own definition.", "Name the column of a table.")),
    ("where clause cannot contain aggregates", ("An aggregate stands in WHERE.", "Move the condition to HAVING.")),
    ("no function matches", ("No such function exists for these types.", "Cast its arguments: text to a number or date, or to one type.")),
    ("cannot compare values of type", ("Values of different types are compared.", "Cast both sides to one type.")),
    ("more than one row returned by a subquery", ("A subquery used as a value gave more than one row.", "Use IN, or an aggregate.")),
)
"""What DuckDB says by its words alone. They are looked for and never passed on."""


class DuckdbWarehouse:
    """One file. Several processes can read it at once; none may write meanwhile, so it is open only while somebody reads."""

    def __init__(self, name: str, path: Path, *, schema: str | None = None) -> None:
        self._name = name
        self._path = path
        self._schema = schema
        self._lock = threading.Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._readers = 0

    async def introspect(self) -> Catalog:
        return await asyncio.to_thread(self._read_catalog)

    async def stamps(self) -> Mapping[TableName, str]:
        """Of every table that of the file: DuckDB counts no changes."""
        stamp = await asyncio.to_thread(written, self._path, ".wal")
        return {TableName(table.schema, table.name): stamp for table in (await self.introspect()).tables}

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
        opened: list[duckdb.DuckDBPyConnection] = []

        def draw() -> None:
            with self._cursor() as cursor:
                opened.append(cursor)
                duckdb_session.must_be_a_query(cursor, sql)
                _drawn(cursor, sql, rows)

        await run_interruptibly(draw, lambda: _interrupt(opened), timeout_seconds)

    async def estimate(self, sql: str, *, timeout_seconds: float) -> Estimate:
        opened: list[duckdb.DuckDBPyConnection] = []

        def explained() -> Estimate:
            with self._cursor() as cursor:
                opened.append(cursor)
                return _estimate(cursor, sql)

        return await run_interruptibly(explained, lambda: _interrupt(opened), timeout_seconds)

    async def can_write(self) -> tuple[str, ...]:
        """Nothing: the engine itself opens the file for reading only."""
        return ()

    async def close(self) -> None:
        """Nothing stays open between statements."""

    @contextmanager
    def _cursor(self) -> "Iterator[duckdb.DuckDBPyConnection]":
        """A connection of its own to the one open file, so that an interrupt hits one statement only."""
        with self._lock:
            if self._connection is None:
                self._connection = duckdb_session.open_file(self._path)
            cursor = self._connection.cursor()
            self._readers += 1
        try:
            yield cursor
        finally:
            with self._lock:
                cursor.close()
                self._readers -= 1
                if not self._readers:
                    self._connection.close()
                    self._connection = None

    def _read_catalog(self) -> Catalog:
        import duckdb

        with self._cursor() as cursor:
            try:
                tables, columns, keys = (cursor.execute(query).fetchall() for query in INTROSPECTION)
            except duckdb.Error as problem:
                raise _translated(problem) from None
        found = [table for table in _tables(tables, columns, keys) if self._schema in (None, table.schema)]
        return build(self._name, "duckdb", found, (self._schema or "main",))


def _interrupt(opened: "list[duckdb.DuckDBPyConnection]") -> None:
    """Stop the statement, if it has one by now and has not ended by itself."""
    import duckdb

    for cursor in opened:
        with suppress(duckdb.ConnectionException):
            cursor.interrupt()


def _drawn(cursor: "duckdb.DuckDBPyConnection", sql: str, rows: Intake) -> None:
    import duckdb

    from analytics_agent.adapters.duckdb import rows as duckdb_rows

    try:
        duckdb_rows.draw(cursor, sql, rows)
    except duckdb.Error as problem:
        raise _translated(problem) from None
    except OSError as problem:
        raise _broken_off(problem) from None
    finally:
        cursor.close()


def _estimate(cursor: "duckdb.DuckDBPyConnection", sql: str) -> Estimate:
    import duckdb

    try:
        return duckdb_estimate.estimate(cursor, sql)
    except duckdb.Error as problem:
        raise _translated(problem) from None


def _translated(problem: Exception) -> AgentError:
    return _told(type(problem).__name__, str(problem))


def _told(kind: str, text: str) -> AgentError:
    if kind in {"IOException", "FatalException", "ConnectionException"}:
        return WarehouseUnavailable("The database file cannot be read right now.", hint="Check the file and its disk.")
    told = next((told for words, told in _SAID if words in text.lower()), None)
    message, hint = told or _HINTS.get(kind, ("DuckDB refused the statement.", "Say it with simpler SQL."))
    return StatementFailed(message, code=kind, hint=hint)


def _broken_off(problem: OSError) -> AgentError:
    """What goes wrong among the rows comes through Arrow, which knows the kind of it as words only: "Conversion Error: …"."""
    kind = str(problem).partition(" Error:")[0].title().replace(" ", "").replace("Io", "IO")
    return _told(f"{kind}Exception", str(problem))


def _tables(tables: list[Any], columns: list[Any], keys: list[Any]) -> list[Table]:
    primary = {key[:2]: tuple(key[3]) for key in keys if key[2] == "PRIMARY KEY"}
    foreign: dict[tuple[str, str], list[ForeignKey]] = {}
    for schema, table, kind, names, target, to_names in keys:
        if kind == "FOREIGN KEY":
            foreign.setdefault((schema, table), []).append(ForeignKey(tuple(names), schema, target, tuple(to_names)))
    of_table = _columns(columns)
    return [
        Table(
            schema=schema,
            name=name,
            columns=of_table.get((schema, name), ()),
            kind=kind,
            primary_key=primary.get((schema, name), ()),
            foreign_keys=tuple(foreign.get((schema, name), ())),
            comment=comment,
            rows=rows,
        )
        for schema, name, kind, comment, rows in tables
    ]


def _columns(rows: list[Any]) -> dict[tuple[str, str], tuple[TableColumn, ...]]:
    if not rows:
        return {}
    schemas, tables, *fields = zip(*rows, strict=True)
    return columns_of(zip(schemas, tables, strict=True), *fields)
