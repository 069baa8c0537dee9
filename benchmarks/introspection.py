"""A schema of 1,000 tables and 20,000 columns is read: our catalog against the bare queries that it is made of, on each engine, in one run.

`.venv/bin/python benchmarks/introspection.py` starts a PostgreSQL and a MariaDB of its own. Exit status 1 where reading takes more than 1.3
times the bare queries (the fastest of each; the medians, which count what else the machine and the garbage collector do meanwhile, are told
beside them), or a catalog that is known already takes 1 ms or more to be given again by the store. Told with it is how long it
takes to see that nothing changed.

The bare queries are what must be known, asked as one writes it and fetched row by row. Where our reading asks in another way, they stand
here: an engine that is asked more cleverly must not make the floor faster with it. No two tables have a column's name in common but for
their keys, because what is alike costs less.
"""

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import duckdb
import psycopg
from parquet import postgres

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from mariadb_server import mariadb_server

from analytics_agent.adapters.duckdb import session as duckdb_session
from analytics_agent.adapters.duckdb import warehouse as duckdb_warehouse
from analytics_agent.adapters.mariadb import catalog as mariadb_catalog
from analytics_agent.adapters.mariadb import session as mariadb_session
from analytics_agent.adapters.mariadb.address import address_of
from analytics_agent.adapters.postgres import catalog as postgres_catalog
from analytics_agent.adapters.sqlite import warehouse as sqlite_warehouse
from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.catalog.drift import says_the_same
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database

TABLES, COLUMNS, ROUNDS = 1_000, 20, 15
MOST_TIMES, MOST_WARM_MILLISECONDS = 1.3, 1.0
_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
_TYPES = ("text", "integer", "numeric(10, 2)", "timestamp", "boolean", "varchar(40)", "double precision", "date")

_SQLITE = (
    "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name",
    """SELECT s.name, c.name, c.type, c."notnull", c.pk FROM sqlite_schema AS s JOIN pragma_table_xinfo(s.name) AS c
       WHERE s.type IN ('table', 'view') AND c.hidden <> 1 ORDER BY s.name, c.cid""",
    """SELECT s.name, k.id, k."table", k."from", k."to" FROM sqlite_schema AS s JOIN pragma_foreign_key_list(s.name) AS k
       WHERE s.type = 'table' ORDER BY s.name, k.id, k.seq""",
)
_MARIADB = (
    "SELECT table_schema, table_name, table_type, table_rows, table_comment FROM information_schema.tables WHERE table_schema = {schema}",
    """SELECT table_schema, table_name, column_name, column_type, is_nullable, column_comment FROM information_schema.columns
       WHERE table_schema = {schema} AND privileges LIKE '%select%' ORDER BY table_schema, table_name, ordinal_position""",
    """SELECT table_schema, table_name, constraint_name, column_name, referenced_table_schema, referenced_table_name, referenced_column_name
       FROM information_schema.key_column_usage WHERE table_schema = {schema}
       ORDER BY table_schema, table_name, constraint_name, ordinal_position""",
)

Read = tuple[list[float], list[float], Catalog]
"""Seconds of each round of the bare queries and of our reading, taken in turn, and what was read."""


def made(schema: str = "") -> Iterator[str]:
    """Tables with a key each, every one but the first pointing at the one before."""
    for number in range(TABLES):
        columns = ", ".join(f"t{number}_column_{place} {_TYPES[place % len(_TYPES)]}" for place in range(COLUMNS - 2))
        target = f", FOREIGN KEY (before_it) REFERENCES {schema}table_{number - 1} (id)" if number else ""
        yield f"CREATE TABLE {schema}table_{number} (id bigint PRIMARY KEY, before_it bigint, {columns}{target})"


async def best(work: Callable[[], Awaitable[object]], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await work()
        times.append(time.perf_counter() - begun)
    return min(times)


async def compared(bare: Callable[[], Awaitable[object]], ours: Callable[[], Awaitable[Catalog]]) -> Read:
    await bare()
    catalog = await ours()
    pairs = [(await best(bare, 1), await best(ours, 1)) for _ in range(ROUNDS)]
    return [one for one, _ in pairs], [other for _, other in pairs], catalog


async def of_postgres(uri: str) -> Read:
    with psycopg.connect(uri, autocommit=True) as owner:
        owner.execute("CREATE SCHEMA large")
        for number, statement in enumerate(made("large.")):
            owner.execute(statement.encode())
            if number % 3 == 0:
                owner.execute(f"COMMENT ON TABLE large.table_{number} IS 'What happened at place {number}'".encode())
    async with await psycopg.AsyncConnection.connect(uri) as connection:

        async def bare() -> None:
            for statement, given in postgres_catalog.statements("large"):
                await (await connection.execute(statement, given)).fetchall()

        return await compared(bare, lambda: postgres_catalog.read(connection, "large", "large"))


async def of_mariadb() -> Read:
    with mariadb_server() as server:
        name = server.create_database(made())
        async with mariadb_session.connected(address_of(server.url(name))) as session:
            await mariadb_session.begin_reading(session, 60.0, None)

            async def bare() -> None:
                for statement in _MARIADB:
                    await session.all(statement.format(schema=session.escape(name)))

            return await compared(bare, lambda: mariadb_catalog.read(session, "large", name))


async def of_duckdb(folder: Path) -> Read:
    file = folder / "large.duckdb"
    with duckdb.connect(str(file)) as owner:
        for statement in made():
            owner.execute(statement)

    def queries() -> None:
        connection = duckdb_session.open_file(file)
        for statement in duckdb_warehouse.INTROSPECTION:
            connection.cursor().execute(statement).fetchall()
        connection.close()

    return await compared(lambda: asyncio.to_thread(queries), duckdb_warehouse.DuckdbWarehouse("large", file).introspect)


async def of_sqlite(folder: Path) -> Read:
    file = folder / "large.sqlite"
    with sqlite3.connect(file) as owner:
        for statement in made():
            owner.execute(statement)
    owner.close()

    def queries() -> None:
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        for statement in _SQLITE:
            connection.execute(statement).fetchall()
        connection.close()

    return await compared(lambda: asyncio.to_thread(queries), sqlite_warehouse.SqliteWarehouse("large", file).introspect)


async def warm(uri: str, catalog: Catalog) -> float:
    """Milliseconds in which the store gives a catalog that it gave before: the median."""
    store = PostgresStore(uri, _KEY)
    try:
        await store.save_database(Database("large", "postgresql://nobody@127.0.0.1/large"))
        await store.save_catalog(catalog)
        await store.catalog("large")
        times = [await best(lambda: store.catalog("large"), 1) for _ in range(51)]
        return statistics.median(times) * 1_000
    finally:
        await store.close()


def told(engine: str, read: Read) -> bool:
    bares, reads, catalog = read
    bare, ours = min(bares), min(reads)
    medians = statistics.median(reads) / statistics.median(bares)
    columns = sum(len(table.columns) for table in catalog.tables)
    begun = time.perf_counter()
    if not says_the_same(catalog, catalog):
        raise AssertionError("a catalog is not like itself")
    same = time.perf_counter() - begun
    sys.stdout.write(
        f"{engine}: {len(catalog.tables):,} tables, {columns:,} columns: {ours:.3f} s, the bare queries {bare:.3f} s: "
        f"{ours / bare:.2f} times (limit {MOST_TIMES}; {medians:.2f} by the medians); seen to be unchanged in {same * 1_000:.1f} ms\n"
    )
    return ours <= MOST_TIMES * bare


async def measured(folder: Path, uri: str) -> bool:
    postgres_read = await of_postgres(uri)
    reads = {"PostgreSQL": postgres_read, "MariaDB": await of_mariadb()}
    reads |= {"DuckDB": await of_duckdb(folder), "SQLite": await of_sqlite(folder)}
    within = [told(engine, read) for engine, read in reads.items()]
    given = await warm(uri, postgres_read[2])
    sys.stdout.write(f"known already: {given:.2f} ms (limit {MOST_WARM_MILLISECONDS:g})\n")
    return all(within) and given < MOST_WARM_MILLISECONDS


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        with postgres(place, filled=False) as uri:
            asyncio.run(asyncio.to_thread(migrate, uri))
            return 0 if asyncio.run(measured(place, uri)) else 1


if __name__ == "__main__":
    sys.exit(main())
