"""Loads the shop warehouse: generates its tables and copies them into PostgreSQL, typed, with keys and comments.

It imports nothing of ours: it is run by path, from a checkout or from the installed wheel. Roles are made elsewhere.
"""

import hashlib
import importlib
import io
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
from psycopg import sql

TABLES = (
    "regions",
    "channels",
    "stores",
    "categories",
    "suppliers",
    "products",
    "product_prices",
    "customers",
    "promotions",
    "orders",
    "order_lines",
    "returns",
    "marketing_spend",
    "web_sessions",
)
"""In the order of their foreign keys."""

SEED = 7
_FOLDER = Path(__file__).parent
_SOURCES = ("schema.sql", "keys.sql", "effects.py", "assortment.py", "days.py", "generate.py", "tables.py")
_PACKAGE = "analytics_agent_sample_shop"
_LOCK = 20230701
_BLOCK = 1 << 20


def load(owner_url: str, *, reader: str, scale: float = 1.0, seed: int = SEED) -> None:
    """Make, fill and index the tables and let the role `reader` select from them, in one transaction.

    A database that already holds this very load is left as it is; one of another version, scale or seed is replaced.
    `owner_url` is a libpq URL whose role owns the database. Raises ValueError for a scale that is not above 0, psycopg.Error.
    """
    if not scale > 0:
        raise ValueError(f"The scale of the shop must be above 0, and is {scale}.")
    with psycopg.connect(owner_url) as connection, connection.cursor() as cursor:
        # Two loaders at once would fail on the second CREATE TABLE: the later one waits and finds the work done.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        cursor.execute("SET LOCAL search_path TO public")
        version = _version(seed, scale)
        if _loaded(cursor) != version:
            _fill(cursor, version, seed, scale)
        _grant(cursor, reader)


def part(name: str) -> ModuleType:
    """A file beside this one as a module. numpy and pyarrow are read only when the tables are made."""
    if _PACKAGE not in sys.modules:
        package = ModuleType(_PACKAGE)
        package.__path__ = [str(_FOLDER)]
        sys.modules[_PACKAGE] = package
    return importlib.import_module(f"{_PACKAGE}.{name}")


def _version(seed: int, scale: float) -> str:
    """Names everything that the rows depend on: a changed file is a new version."""
    content = b"".join((_FOLDER / name).read_bytes() for name in _SOURCES)
    return f"shop, seed {seed}, scale {scale:g}, sources {hashlib.sha256(content).hexdigest()[:12]}"


def _loaded(cursor: psycopg.Cursor) -> str | None:
    """The version in the database. It is written by the load's own transaction, so it stands for a whole load."""
    row = cursor.execute(
        "SELECT obj_description('public'::regnamespace, 'pg_namespace') WHERE to_regclass('order_lines') IS NOT NULL"
    ).fetchone()
    return str(row[0]) if row and row[0] else None


def _fill(cursor: psycopg.Cursor, version: str, seed: int, scale: float) -> None:
    tables = sql.SQL(", ").join(map(sql.Identifier, TABLES))
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(tables))
    cursor.execute((_FOLDER / "schema.sql").read_bytes())
    for name, table in part("generate").generate(seed, scale):
        _copy(cursor, name, table)
    cursor.execute("SET LOCAL maintenance_work_mem = '128MB'")
    cursor.execute((_FOLDER / "keys.sql").read_bytes())
    cursor.execute(sql.SQL("ANALYZE {}").format(tables))
    cursor.execute(sql.SQL("COMMENT ON SCHEMA public IS {}").format(sql.Literal(version)))


def _copy(cursor: psycopg.Cursor, name: str, table: Any) -> None:
    from pyarrow import csv

    columns = sql.SQL(", ").join(map(sql.Identifier, table.column_names))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(sql.Identifier(name), columns)
    with cursor.copy(statement) as copy:
        for batch in table.to_batches(max_chunksize=100_000):
            text = io.BytesIO()
            csv.write_csv(batch, text, csv.WriteOptions(include_header=False))
            for start in range(0, text.tell(), _BLOCK):
                copy.write(text.getbuffer()[start : start + _BLOCK])


def _grant(cursor: psycopg.Cursor, reader: str) -> None:
    role, database = sql.Identifier(reader), sql.Identifier(cursor.connection.info.dbname)
    cursor.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(database))
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
    for table in TABLES:
        cursor.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(table), role))
