"""What row security costs: the golden SQL of the sample warehouses under a policy beside the same SQL without one, in one run.

`.venv/bin/python benchmarks/row_security.py` starts a PostgreSQL of its own and loads the flights and a third of the shop. Three ways of
running each statement take turns: as it is, with a column hidden in each table, and with a condition on each table that all of its rows
meet. The last is the dearest there can be: everything goes through the fence and nothing is left out. Then whole questions, answered by the
offline model over DuckDB files with a store in memory: what a policy costs from the first prompt to the last sentence. It prints ratios,
and fails on none.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import sample_files
from asked_alone import Asked, PolicyRights
from integration.flights import warehouse as flights
from integration.shop import warehouse as shop

from analytics_agent.adapters.duckdb.warehouse import DuckdbWarehouse
from analytics_agent.adapters.postgres.warehouse import PostgresWarehouse
from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog, Table
from analytics_agent.domain.policy import Policy, TablePolicy
from analytics_agent.resources import resource
from analytics_agent.sql.check import check
from analytics_agent.sql.identifiers import written
from analytics_agent.stack.postgres import Cluster, runnable_binaries, system_user

ROUNDS, SCALE, QUESTIONS = 3, 0.33, 25
WAYS = ("plain", "hidden column", "all rows fenced")


@contextmanager
def server(folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(folder / "data", free_port(), "benchmark", runnable_binaries(folder))
    cluster.create()
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(cluster.command(), user=system_user(), cwd="/", stdout=log, stderr=log)  # noqa: S603
    try:
        for _ in range(100):
            try:
                psycopg.connect(cluster.url()).close()
                break
            except psycopg.OperationalError:
                time.sleep(0.1)
        yield cluster
    finally:
        process.send_signal(2)
        process.wait(timeout=20)


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def statements(name: str) -> list[str]:
    lines = (resource("sql_fixtures") / name / "questions.jsonl").read_text().splitlines()
    return [question["gold_sql"] for line in lines if "gold_sql" in (question := json.loads(line))]


def policies(catalog: Catalog, used: set[str]) -> dict[str, Policy | None]:
    """For each way. A hidden column is one that no statement reads."""
    hiding = (TablePolicy(table.schema, table.name, hidden=(free,)) for table in catalog.tables if (free := _unused(table, used)))
    fencing = (TablePolicy(table.schema, table.name, ((_met_by_all(table),),)) for table in catalog.tables)
    return {"plain": None, "hidden column": Policy(None, tuple(hiding)), "all rows fenced": Policy(None, tuple(fencing))}


def _unused(table: Table, used: set[str]) -> str:
    return next((column.name for column in table.columns if f"{table.name}.{column.name}" not in used), "")


def _met_by_all(table: Table) -> str:
    column = written((table.primary_key or (table.columns[0].name,))[0], "postgres")
    return f"{column} IS NOT NULL OR {column} IS NULL"


def compare(name: str, url: str) -> None:
    catalog = asyncio.run(PostgresWarehouse(name, url).introspect())
    asked = statements(name)
    used = {column for each in asked for column in check(each, dialect="postgres", catalog=catalog).columns}
    ways = policies(catalog, used)
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    checks: dict[str, list[float]] = {way: [] for way in WAYS}
    left_out = 0
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET jit = off")
        for each in asked:
            texts = _checked(each, catalog, ways, checks)
            if not all(texts.values()):
                left_out += 1
                continue
            taken: dict[str, list[float]] = {way: [] for way in WAYS}
            for _ in range(ROUNDS):
                for way, text in texts.items():
                    started = time.perf_counter()
                    connection.execute(psycopg.sql.SQL(text)).fetchall()  # type: ignore[arg-type]
                    taken[way].append(time.perf_counter() - started)
            for way in WAYS:
                seconds[way].append(min(taken[way]))
    _print(name, seconds, checks, left_out)


def _checked(asked: str, catalog: Catalog, ways: dict[str, Policy | None], checks: dict[str, list[float]]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for way, policy in ways.items():
        check(asked, dialect="postgres", catalog=catalog, policy=policy)  # what is made once, is made
        started = time.perf_counter()
        texts[way] = check(asked, dialect="postgres", catalog=catalog, policy=policy).sql
        checks[way].append(time.perf_counter() - started)
    return texts


def _print(name: str, seconds: dict[str, list[float]], checks: dict[str, list[float]], left_out: int) -> None:
    plain = seconds["plain"]
    sys.stdout.write(f"{name}: {len(plain)} statements, {sum(plain) * 1000:,.0f} ms together as they are")
    sys.stdout.write(f"; {left_out} left out: they group by a key or read a column that is hidden\n" if left_out else "\n")
    for way in WAYS[1:]:
        ratios = [under / without for under, without in zip(seconds[way], plain, strict=True)]
        sys.stdout.write(
            f"  {way:16s} {sum(seconds[way]) / sum(plain):5.2f} times in all, {median(ratios):5.2f} median, "
            f"{quantiles(ratios, n=10)[8]:5.2f} at the 90th percentile, {max(ratios):5.2f} at most\n"
        )
    millis = {way: median(checks[way]) * 1000 for way in WAYS}
    sys.stdout.write("  judging: " + ", ".join(f"{way} {value:.2f} ms" for way, value in millis.items()) + "\n")


def whole_questions(name: str, folder: Path) -> None:
    """As an operator and under a policy with a rule on every table, in turns; the best of three of each."""
    path = sample_files.make(name, folder / f"{name}.duckdb", scale=SCALE)
    catalog = asyncio.run(DuckdbWarehouse(name, path, schema="public").introspect())
    used = {column for each in statements(name) for column in check(each, dialect="duckdb", catalog=catalog).columns}
    rules = []
    for table in catalog.tables:
        free = _unused(table, used)
        rules.append(TablePolicy(table.schema, table.name, ((_met_by_all(table),),), (), (free,) if free else ()))
    policy = Policy(tuple(name_of(table) for table in catalog.tables), tuple(rules))
    worker = Asked(path, PolicyRights({"user:ada": policy}), sample_files.semantic_model(name))
    lines = (resource("sql_fixtures") / name / "questions.jsonl").read_text().splitlines()
    texts = [json.loads(line)["question"] for line in lines][:: len(lines) // QUESTIONS]
    seconds: dict[str, list[float]] = {reader: [] for reader in ("k1", "user:ada")}
    for text in texts:
        taken: dict[str, list[float]] = {reader: [] for reader in seconds}
        for _ in range(ROUNDS):
            for reader, times in taken.items():
                started = time.perf_counter()
                asyncio.run(worker.ask(text, reader=reader))
                times.append(time.perf_counter() - started)
        for reader, times in taken.items():
            seconds[reader].append(min(times))
    plain, ruled = seconds.values()
    more = median(under - without for under, without in zip(ruled, plain, strict=True))
    sys.stdout.write(
        f"{name}: {len(texts)} whole questions, {median(plain) * 1000:,.0f} ms each as they are; under a policy "
        f"{sum(ruled) / sum(plain):.2f} times in all, {more * 1000:+,.0f} ms median\n"
    )


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="aa-bench-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        with server(folder) as cluster:
            for name, load in (("flights", flights.load_module().load), ("shop", shop.load_module().load)):
                maker = flights.Maker(cluster)
                made = maker.make()
                load(made.owner, reader=made.role, **({"scale": SCALE} if name == "shop" else {}))
                compare(name, made.reader)
                maker.remove()
        for name in ("flights", "shop"):
            whole_questions(name, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
