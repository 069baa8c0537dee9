"""A million rows of twelve mixed columns from each engine into Parquet: our rate against drivers measured in the same run, and our memory.

`.venv/bin/python benchmarks/parquet.py` starts a PostgreSQL and a MariaDB of its own. Each reading is a process of its own, which imports
first and then takes the time of one pass; the best of three counts. Exit status 1 where PostgreSQL's rows come at less than 0.8 of the
fastest driver's rate, or our resident memory grows by 250 MB. Other engines are reported.
"""

import asyncio
import json
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

ROWS, COLUMNS = 1_000_000, 12
ROUNDS = 3
LEAST_RATE, MOST_MEMORY = 0.8, 250e6
SQL = "SELECT * FROM mixed"

POSTGRES = """
CREATE TABLE mixed AS SELECT i::bigint AS id, (i % 1000)::int AS customer, (i % 7)::smallint AS region,
  (i * 1.17 + 0.01)::numeric(12, 2) AS amount, (i % 977 / 977.0)::numeric(8, 4) AS rate, random() * 1000 AS score, i % 3 = 0 AS paid,
  date '2015-01-01' + (i % 3650)::int AS day, timestamp '2020-01-01' + i * interval '1 second' AS at,
  timestamptz '2020-01-01 UTC' + i * interval '37 seconds' AS seen, 'customer ' || i % 5000 AS name, md5(i::text) AS code
FROM generate_series(1, {rows}) AS g(i)
"""
DUCKDB = """
CREATE TABLE mixed AS SELECT i AS id, (i % 1000)::int AS customer, (i % 7)::smallint AS region, (i * 1.17)::decimal(12, 2) AS amount,
  (i % 977 / 977.0)::decimal(8, 4) AS rate, random() * 1000 AS score, i % 3 = 0 AS paid, date '2015-01-01' + (i % 3650)::int AS day,
  timestamp '2020-01-01' + to_seconds(i) AS at, timestamptz '2020-01-01' + to_seconds(i * 37) AS seen, 'customer ' || i % 5000 AS name,
  md5(i::varchar) AS code FROM range({rows}) AS r(i)
"""
SQLITE = """
CREATE TABLE mixed AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < {rows})
SELECT i AS id, i % 1000 AS customer, i % 7 AS region, i * 1.17 AS amount, i % 977 / 977.0 AS rate, i / 7.0 AS score, i % 3 = 0 AS paid,
  date('2015-01-01', (i % 3650) || ' days') AS day, datetime(1577836800 + i, 'unixepoch') AS at, i * 37 AS seen,
  'customer ' || i % 5000 AS name, hex(i * 7919) AS code FROM r
"""
MARIADB = """
CREATE TABLE mixed AS SELECT seq AS id, cast(seq % 1000 AS int) AS customer, cast(seq % 7 AS int) AS region,
  cast(seq * 1.17 AS decimal(12, 2)) AS amount, cast(seq % 977 / 977.0 AS decimal(8, 4)) AS rate, rand() * 1000 AS score,
  seq % 3 = 0 AS paid, date('2015-01-01') + INTERVAL (seq % 3650) DAY AS day, timestamp('2020-01-01') + INTERVAL seq SECOND AS at,
  timestamp('2020-01-01') + INTERVAL seq * 37 SECOND AS seen, concat('customer ', seq % 5000) AS name, md5(seq) AS code
FROM seq_1_to_{rows}
"""


def ours(uri: str, to: Path) -> Callable[[], object]:
    from analytics_agent.adapters.warehouses import open_warehouse
    from analytics_agent.domain.database import Database
    from analytics_agent.domain.statement import Caps

    warehouse, caps = open_warehouse(Database("mixed", uri)), Caps(2 * ROWS, 2_000_000_000)
    asyncio.run(warehouse.run("SELECT 1 AS n", row_cap=1, timeout_seconds=20))  # what is imported at first use
    return lambda: asyncio.run(warehouse.save(SQL, to=to, caps=caps, timeout_seconds=600))


def adbc(uri: str, to: Path) -> Callable[[], object]:
    """Its numerics come as text: they are cast to the decimals that they are."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from adbc_driver_postgresql import dbapi

    def fixed(field: pa.Field) -> pa.Field:
        return pa.field(field.name, {"amount": pa.decimal128(12, 2), "rate": pa.decimal128(8, 4)}.get(field.name, field.type))

    def run() -> None:
        with dbapi.connect(uri) as connection, connection.cursor() as cursor:
            cursor.execute(SQL)
            reader = cursor.fetch_record_batch()
            schema = pa.schema([fixed(field) for field in reader.schema])
            with pq.ParquetWriter(to, schema, compression="zstd") as writer:
                for batch in reader:
                    columns = [c.storage if isinstance(c, pa.ExtensionArray) else c for c in batch.columns]
                    cast = [c.cast(field.type) for c, field in zip(columns, schema, strict=True)]
                    writer.write_table(pa.table(cast, schema=schema))

    return run


def connectorx(uri: str, to: Path) -> Callable[[], object]:
    import connectorx as cx
    import pyarrow.parquet as pq

    address = uri.replace("mariadb://", "mysql://")
    return lambda: pq.write_table(cx.read_sql(address, SQL, return_type="arrow"), to, compression="zstd")


def psycopg_copy(uri: str, to: Path) -> Callable[[], object]:
    """Its documented way: rows of COPY as bytes, here read by Arrow in one go."""
    import psycopg
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import csv

    def run() -> None:
        command = f"COPY ({SQL}) TO STDOUT (FORMAT csv, HEADER)"
        with psycopg.connect(uri) as connection, connection.cursor() as cursor, cursor.copy(command) as copy:
            content = b"".join(copy)
        kinds = {"amount": pa.decimal128(12, 2), "rate": pa.decimal128(8, 4)}
        options = csv.ConvertOptions(column_types=kinds, true_values=["t"], false_values=["f"])
        pq.write_table(csv.read_csv(pa.BufferReader(content), convert_options=options), to, compression="zstd")

    return run


def pandas_read_sql(uri: str, to: Path) -> Callable[[], object]:
    import pandas as pd
    import sqlalchemy

    engine = sqlalchemy.create_engine(uri.replace("postgresql://", "postgresql+psycopg://"))
    return lambda: pd.read_sql(SQL, engine).to_parquet(to, compression="zstd")


def duckdb_copy(uri: str, to: Path) -> Callable[[], object]:
    import duckdb

    connection = duckdb.connect(uri.removeprefix("duckdb:///"), read_only=True)
    return lambda: connection.execute(f"COPY ({SQL}) TO '{to}' (FORMAT parquet, COMPRESSION zstd)")


def asyncmy_rows(uri: str, to: Path) -> Callable[[], object]:
    """Rows as Python's values, nothing written."""
    from urllib.parse import urlsplit

    import asyncmy
    from asyncmy.cursors import SSCursor

    at = urlsplit(uri)

    async def read() -> None:
        given = {"host": at.hostname, "port": at.port, "user": at.username, "password": at.password, "database": at.path[1:]}
        connection = await asyncmy.connect(**given)
        cursor = connection.cursor(SSCursor)
        await cursor.execute(SQL)
        while await cursor.fetchmany(10_000):
            pass
        connection.close()

    return lambda: asyncio.run(read())


READERS = (ours, adbc, connectorx, psycopg_copy, pandas_read_sql, duckdb_copy, asyncmy_rows)


def pass_once(name: str, uri: str) -> None:
    """In a process of its own: seconds and bytes of memory of one pass, as JSON."""
    reader = next(one for one in READERS if one.__name__ == name)
    with tempfile.TemporaryDirectory() as folder:
        work = reader(uri, Path(folder) / "mixed.parquet")
        before, started = resident(), time.perf_counter()
        work()
        seconds = time.perf_counter() - started
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "grew": max(0, most - before)}))


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def measured(name: str, uri: str) -> dict[str, float]:
    passes = []
    command = [sys.executable, __file__, name, uri]
    for _ in range(1 if name == pandas_read_sql.__name__ else ROUNDS):
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            sys.stdout.write(f"  {name} failed: {done.stderr.strip().splitlines()[-1]}\n")
            return {"seconds": float("inf"), "grew": 0.0}
        passes.append(json.loads(done.stdout))
    return {"seconds": min(one["seconds"] for one in passes), "grew": max(one["grew"] for one in passes)}


def compared(engine: str, uri: str, *others: Callable[[str, Path], Callable[[], object]]) -> tuple[float, float]:
    """Our rate over the fastest other's, and how our memory grew."""
    sys.stdout.write(f"{engine}: {ROWS:,} rows of {COLUMNS} columns to Parquet\n")
    found = {reader.__name__: measured(reader.__name__, uri) for reader in (ours, *others)}
    for name, one in found.items():
        rate = ROWS / one["seconds"] / 1e6
        sys.stdout.write(f"  {name:16s} {one['seconds']:6.2f} s  {rate:5.2f} million rows a second  memory +{one['grew'] / 1e6:4.0f} MB\n")
    fastest = min(one["seconds"] for name, one in found.items() if name != ours.__name__)
    ratio = fastest / found[ours.__name__]["seconds"]
    sys.stdout.write(f"  ours is {ratio:.2f} of the fastest\n")
    return ratio, found[ours.__name__]["grew"]


@contextmanager
def postgres(folder: Path, *, filled: bool = True) -> Iterator[str]:
    import psycopg

    from analytics_agent.stack.postgres import Cluster, runnable_binaries, system_user

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    cluster = Cluster(folder / "data", port, "benchmark", runnable_binaries(folder))
    cluster.create()
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(cluster.command(), user=system_user(), cwd="/", stdout=log, stderr=log)  # noqa: S603
    try:
        for _ in range(100):
            try:
                psycopg.connect(cluster.url()).close()
                break
            except psycopg.OperationalError:
                time.sleep(0.1)
        if filled:
            with psycopg.connect(cluster.url(), autocommit=True) as connection:
                connection.execute(POSTGRES.format(rows=ROWS).encode())
                connection.execute("VACUUM (FREEZE, ANALYZE) mixed")
        yield cluster.url()
    finally:
        server.send_signal(2)
        server.wait(timeout=20)


def files(folder: Path) -> dict[str, str]:
    """The addresses of a DuckDB and a SQLite file with the rows."""
    import duckdb

    with duckdb.connect(str(folder / "mixed.duckdb")) as connection:
        connection.execute(DUCKDB.format(rows=ROWS))
    file = sqlite3.connect(folder / "mixed.sqlite")
    file.execute(SQLITE.format(rows=ROWS))
    file.commit()
    file.close()
    return {"DuckDB": f"duckdb:///{folder / 'mixed.duckdb'}", "SQLite": f"sqlite:///{folder / 'mixed.sqlite'}"}


def main() -> int:
    from mariadb_server import mariadb_server

    folder = Path(tempfile.mkdtemp(prefix="aa-parquet-"))
    folder.chmod(0o755)
    try:
        with postgres(folder) as uri:
            ratio, grew = compared("PostgreSQL", uri, adbc, connectorx, psycopg_copy, pandas_read_sql)
        addresses = files(folder)
        compared("DuckDB", addresses["DuckDB"], duckdb_copy)
        compared("SQLite", addresses["SQLite"], connectorx)
        with mariadb_server() as server:
            database = server.create_database([MARIADB.format(rows=ROWS)])
            compared("MariaDB", server.url(database), connectorx, asyncmy_rows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.write(f"PostgreSQL {ratio:.2f} (at least {LEAST_RATE}), memory +{grew / 1e6:.0f} MB (at most {MOST_MEMORY / 1e6:.0f})\n")
    return 0 if ratio >= LEAST_RATE and grew < MOST_MEMORY else 1


if __name__ == "__main__":
    if len(sys.argv) == 3:
        pass_once(*sys.argv[1:])
    else:
        sys.exit(main())
