"""A schema of 1,000 tables and 20,000 columns is read: our catalog against the bare queries that it is made of, in one run.

`.venv/bin/python benchmarks/introspection.py` starts a PostgreSQL of its own. Exit status 1 where reading takes more than 1.3 times the
bare queries, or a catalog that is known already takes 1 ms or more to be given again by the store.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psycopg
from parquet import postgres

from analytics_agent.adapters import postgres_catalog
from analytics_agent.adapters.postgres_store import PostgresStore
from analytics_agent.adapters.store_migrations import migrate
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database

TABLES, COLUMNS, ROUNDS = 1_000, 20, 7
MOST_TIMES, MOST_WARM_MILLISECONDS = 1.3, 1.0
_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
_TYPES = ("text", "integer", "numeric(10, 2)", "timestamp with time zone", "boolean", "character varying(40)", "double precision", "date")


def make(uri: str) -> None:
    """Tables with a key each, every one but the first pointing at the one before, a third of them with comments."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA large")
        for number in range(TABLES):
            columns = ", ".join(f"column_{place} {_TYPES[place % len(_TYPES)]}" for place in range(COLUMNS - 2))
            target = f" REFERENCES large.table_{number - 1} (id)" if number else ""
            connection.execute(f"CREATE TABLE large.table_{number} (id bigint PRIMARY KEY, before bigint{target}, {columns})")  # type: ignore[arg-type]
            if number % 3 == 0:
                connection.execute(f"COMMENT ON TABLE large.table_{number} IS 'What happened at place {number}'")  # type: ignore[arg-type]


async def best(work: Callable[[], Awaitable[object]], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await work()
        times.append(time.perf_counter() - begun)
    return min(times)


async def reading(uri: str) -> tuple[float, float, Catalog]:
    """Seconds of the bare queries and of our reading, taken in turn, and what was read."""
    async with await psycopg.AsyncConnection.connect(uri) as connection:

        async def bare() -> None:
            for statement, given in postgres_catalog.statements("large"):
                await (await connection.execute(statement, given)).fetchall()

        async def ours() -> Catalog:
            return await postgres_catalog.read(connection, "large", "large")

        await bare()
        catalog = await ours()
        pairs = [(await best(bare, 1), await best(ours, 1)) for _ in range(ROUNDS)]
        return min(one for one, _ in pairs), min(other for _, other in pairs), catalog


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


async def measured(uri: str) -> bool:
    bare, ours, catalog = await reading(uri)
    columns = sum(len(table.columns) for table in catalog.tables)
    given = await warm(uri, catalog)
    sys.stdout.write(
        f"{len(catalog.tables):,} tables, {columns:,} columns: {ours:.3f} s, the bare queries {bare:.3f} s: {ours / bare:.2f} times "
        f"(limit {MOST_TIMES}); known already: {given:.2f} ms (limit {MOST_WARM_MILLISECONDS:g})\n"
    )
    return ours <= MOST_TIMES * bare and given < MOST_WARM_MILLISECONDS


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        with postgres(place, filled=False) as uri:
            make(uri)
            asyncio.run(asyncio.to_thread(migrate, uri))
            return 0 if asyncio.run(measured(uri)) else 1


if __name__ == "__main__":
    sys.exit(main())
