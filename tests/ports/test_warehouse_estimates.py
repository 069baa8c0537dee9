"""What the planner of every engine expects of a statement, on the real engines: honest work is cheap, what multiplies tables is not."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import psycopg
import pytest
from mariadb_server import MariaServer

from analytics_agent.adapters.duckdb import estimate as duckdb_estimate
from analytics_agent.adapters.mariadb import estimate as mariadb_estimate
from analytics_agent.adapters.postgres import estimate as postgres_estimate
from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.domain.database import Database
from analytics_agent.domain.statement import Estimate
from analytics_agent.errors import StatementFailed
from analytics_agent.ports import Warehouse

SALES, SHOPS = 40_000, 400
ENGINES = ("postgres", "duckdb", "sqlite", "mariadb")
_TABLES = (
    "CREATE TABLE shops (shop_id INTEGER PRIMARY KEY, city VARCHAR(20))",
    "CREATE TABLE sales (sale_id INTEGER PRIMARY KEY, shop_id INTEGER, sold_on DATE, amount INTEGER)",
    "CREATE INDEX sales_shop ON sales (shop_id)",
)
_ROWS = {
    "postgres": (
        f"INSERT INTO shops SELECT i, 'c' || i % 20 FROM generate_series(1, {SHOPS}) AS g(i)",
        f"INSERT INTO sales SELECT i, i % {SHOPS} + 1, DATE '2025-01-01' + i % 700, i % 90 FROM generate_series(1, {SALES}) AS g(i)",
        "ANALYZE",
    ),
    "duckdb": (
        f"INSERT INTO shops SELECT i, 'c' || i % 20 FROM range(1, {SHOPS + 1}) AS g(i)",
        f"INSERT INTO sales SELECT i, i % {SHOPS} + 1, DATE '2025-01-01' + (i % 700)::INT, i % 90 FROM range(1, {SALES + 1}) AS g(i)",
    ),
    "sqlite": (
        f"WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < {SHOPS}) "
        "INSERT INTO shops SELECT i, 'c' || i % 20 FROM g",
        f"WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < {SALES}) "
        f"INSERT INTO sales SELECT i, i % {SHOPS} + 1, date('2025-01-01', (i % 700) || ' days'), i % 90 FROM g",
    ),
    "mariadb": (
        f"INSERT INTO shops SELECT seq, concat('c', seq % 20) FROM seq_1_to_{SHOPS}",
        f"INSERT INTO sales SELECT seq, seq % {SHOPS} + 1, date_add('2025-01-01', INTERVAL seq % 700 DAY), seq % 90 FROM seq_1_to_{SALES}",
        "ANALYZE TABLE sales, shops",
    ),
}
_MONTH = {
    "postgres": "date_trunc('month', sold_on)",
    "duckdb": "date_trunc('month', sold_on)",
    "sqlite": "strftime('%Y-%m', sold_on)",
    "mariadb": "date_format(sold_on, '%Y-%m')",
}


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def warehouse(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Two tables of known sizes, for all tests of an engine."""
    statements, folder = (*_TABLES, *_ROWS[engine]), tmp_path_factory.mktemp(engine)
    if engine == "postgres":
        uri = _postgres(request, statements)
    elif engine == "mariadb":
        server: MariaServer = request.getfixturevalue("mariadb")
        uri = server.reader_url(server.create_database(statements))
    else:
        uri = _file(engine, folder, statements)
    yield open_warehouse(Database("sales", uri))


def _postgres(request: pytest.FixtureRequest, statements: tuple[str, ...]) -> str:
    cluster = request.getfixturevalue("postgres")
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE estimates")
    with psycopg.connect(cluster.url("estimates"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
    return str(cluster.url("estimates"))


def _file(engine: str, folder: Path, statements: tuple[str, ...]) -> str:
    path = folder / f"sales.{engine}"
    if engine == "duckdb":
        with duckdb.connect(str(path)) as database:
            for statement in statements:
                database.execute(statement)
        return f"duckdb:///{path}"
    with sqlite3.connect(path) as file:
        for statement in statements:
            file.execute(statement)
    file.close()
    return f"sqlite:///{path}"


def estimate(warehouse: Warehouse, sql: str) -> Estimate:
    return asyncio.run(warehouse.estimate(sql, timeout_seconds=10))


def rows(warehouse: Warehouse, sql: str) -> float:
    """Rows that it is expected to go through: never unknown here."""
    found = estimate(warehouse, sql).rows_read
    assert found is not None, sql
    return found


def test_a_whole_table_is_read_once_and_named(warehouse: Warehouse) -> None:
    found = estimate(warehouse, "SELECT sum(amount) AS n FROM sales WHERE amount > 80")
    assert found.rows_read == pytest.approx(SALES, rel=0.05)
    assert [name.rpartition(".")[2] for name in found.scans] == ["sales"]


def test_a_join_by_its_key_reads_little_more_than_its_tables(warehouse: Warehouse) -> None:
    read = rows(warehouse, "SELECT s.city, count(*) AS n FROM sales AS a JOIN shops AS s ON s.shop_id = a.shop_id GROUP BY s.city")
    assert SALES * 0.3 <= read <= 4 * SALES


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) AS n FROM sales AS a CROSS JOIN sales AS b",
        "SELECT count(*) AS n FROM sales AS a, sales AS b WHERE a.amount < b.amount",
        "SELECT count(*) AS n FROM (SELECT a.amount FROM sales AS a CROSS JOIN sales AS b) AS pairs",
    ],
)
def test_tables_that_are_multiplied_are_seen(warehouse: Warehouse, sql: str) -> None:
    assert rows(warehouse, sql) > SALES * SALES / 10


def test_a_subquery_that_is_run_for_every_row_is_counted_so_often(warehouse: Warehouse, engine: str) -> None:
    sql = "SELECT city, (SELECT max(a.amount) FROM sales AS a WHERE a.amount <> s.shop_id) AS most FROM shops AS s"
    if engine == "duckdb":  # it unnests the subquery and joins: every pair is then made there
        assert rows(warehouse, sql) > SALES
    else:
        assert rows(warehouse, sql) > SHOPS * SALES * 0.8


def test_one_total_beside_every_row_is_cheap(warehouse: Warehouse) -> None:
    read = rows(warehouse, "SELECT shop_id, amount * 1.0 / t.total AS share FROM sales, (SELECT sum(amount) AS total FROM sales) AS t")
    assert read <= 15 * SALES


def test_two_months_compared_are_cheap(warehouse: Warehouse, engine: str) -> None:
    """No planner knows how many months there are; some take every day for one, and the join of two such tables for billions of rows."""
    monthly = f"SELECT {_MONTH[engine]} AS month, count(*) AS n FROM sales GROUP BY 1"
    read = rows(warehouse, f"WITH m AS ({monthly}) SELECT a.month, a.n, b.n AS other FROM m AS a JOIN m AS b ON a.month = b.month")
    assert read <= 30 * SALES


def test_a_limit_without_an_order_stops_early(warehouse: Warehouse) -> None:
    assert rows(warehouse, "SELECT a.amount FROM sales AS a CROSS JOIN sales AS b LIMIT 1001") <= 4 * SALES
    assert rows(warehouse, "SELECT amount FROM sales LIMIT 11") <= 100


def test_a_limit_after_an_order_does_not(warehouse: Warehouse) -> None:
    assert rows(warehouse, "SELECT amount FROM sales ORDER BY amount LIMIT 11") >= SALES * 0.9
    assert (
        rows(warehouse, "SELECT a.amount FROM sales AS a CROSS JOIN sales AS b ORDER BY a.amount + b.amount LIMIT 11") > SALES * SALES / 10
    )


def test_what_reads_no_table_reads_nothing(warehouse: Warehouse) -> None:
    assert rows(warehouse, "SELECT 1 AS one") <= 1


def test_nothing_is_run(warehouse: Warehouse, engine: str) -> None:
    """Ten billion pairs would take minutes; the planner needs a moment."""
    assert rows(warehouse, "SELECT count(*) AS n FROM sales AS a CROSS JOIN sales AS b CROSS JOIN sales AS c") > 1e12


def test_a_statement_that_the_engine_refuses_fails_as_it_would_when_run(warehouse: Warehouse) -> None:
    with pytest.raises(StatementFailed):
        estimate(warehouse, "SELECT no_such_column FROM sales")


def test_only_one_statement_is_looked_at(warehouse: Warehouse, engine: str) -> None:
    with pytest.raises(StatementFailed):
        estimate(warehouse, "SELECT 1; SELECT amount FROM sales" if engine != "duckdb" else "SELECT 1; SELECT nothing FROM sales")


def test_a_plan_too_deep_to_walk_is_unknown_or_walked_and_fails_nothing(warehouse: Warehouse, engine: str) -> None:
    joins = {"postgres": 450, "duckdb": 12}.get(engine, 55)  # more than 61 tables MariaDB and SQLite refuse; DuckDB plans them for minutes
    deep = " ".join(f"JOIN shops AS s{n} ON s{n}.shop_id = a.shop_id" for n in range(joins))
    assert isinstance(estimate(warehouse, f"SELECT count(*) AS n FROM sales AS a {deep}"), Estimate)


def test_with_queries_that_double_one_another_do_not_take_for_ever(postgres_database: str) -> None:
    doubled = ", ".join(f"c{n} AS (SELECT count(*) AS n FROM c{n - 1} AS a, c{n - 1} AS b)" for n in range(1, 30))
    warehouse = open_warehouse(Database("empty", postgres_database))
    assert isinstance(estimate(warehouse, f"WITH c0 AS (SELECT 1 AS n), {doubled} SELECT n FROM c29"), Estimate)


@pytest.mark.parametrize(
    "found",
    [
        lambda: postgres_estimate.estimated({}, {}),
        lambda: postgres_estimate.estimated({"Node Type": "Limit", "Plan Rows": None, "Plans": [{}]}, {}),
        lambda: postgres_estimate.estimated(postgres_estimate.plan_of("[" * 50_000), {}),
        lambda: duckdb_estimate.estimated("", {}),
        lambda: duckdb_estimate.estimated('[{"name": 3, "children": 4}]', {}),
        lambda: duckdb_estimate.estimated("[" * 50_000, {}),
        lambda: mariadb_estimate.estimated("{", "SELECT 1"),
        lambda: mariadb_estimate.estimated('{"query_block": {"nested_loop": 3}}', "SELECT 1"),
    ],
)
def test_a_plan_of_another_shape_says_nothing(found: Callable[[], Estimate]) -> None:
    """A newer server may tell its plans otherwise."""
    assert found() == Estimate()


def test_a_table_that_was_never_analyzed_makes_the_estimate_unknown(postgres_database: str) -> None:
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("CREATE TABLE fresh (id int, k int) WITH (autovacuum_enabled = false)")
        connection.execute("INSERT INTO fresh SELECT i, i % 7 FROM generate_series(1, 50000) AS g(i)")
        connection.execute("CREATE TABLE tiny (k int) WITH (autovacuum_enabled = false)")
        connection.execute("INSERT INTO tiny VALUES (1), (2)")
    warehouse = open_warehouse(Database("fresh", postgres_database))
    assert estimate(warehouse, "SELECT count(*) AS n FROM fresh AS a JOIN fresh AS b ON a.id = b.id").rows_read is None
    assert estimate(warehouse, "SELECT count(*) AS n FROM tiny").rows_read is not None
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("ANALYZE fresh")
    assert estimate(warehouse, "SELECT count(*) AS n FROM fresh AS a JOIN fresh AS b ON a.id = b.id").rows_read == pytest.approx(
        150_000, rel=0.1
    )


def test_a_scan_by_several_processes_is_counted_once(postgres_database: str) -> None:
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("CREATE TABLE wide (id int, k int)")
        connection.execute("INSERT INTO wide SELECT i, i % 1000 FROM generate_series(1, 100000) AS g(i)")
        connection.execute("ANALYZE wide")
        for setting in ("parallel_setup_cost = 0", "parallel_tuple_cost = 0", "min_parallel_table_scan_size = 0"):
            connection.execute(f"ALTER DATABASE {psycopg.conninfo.conninfo_to_dict(postgres_database)['dbname']} SET {setting}".encode())
    warehouse = open_warehouse(Database("wide", postgres_database))
    assert rows(warehouse, "SELECT count(*) AS n FROM wide WHERE k > 3") == pytest.approx(100_000, rel=0.05)
    joined = rows(warehouse, "SELECT count(*) AS n FROM wide AS a JOIN wide AS b ON a.k = b.k")
    assert joined == pytest.approx(100_000 * 100, rel=0.2)


@pytest.mark.parametrize("analyzed", [False, True])
def test_row_ids_far_apart_are_no_rows(tmp_path: Path, analyzed: bool) -> None:
    with sqlite3.connect(tmp_path / "f.sqlite") as file:
        file.execute("CREATE TABLE sparse (id INTEGER PRIMARY KEY, x INT)")
        file.executemany("INSERT INTO sparse VALUES (?, 1)", [(n * 1_000_003,) for n in range(300)])
        file.execute("CREATE TABLE unnumbered (k TEXT PRIMARY KEY) WITHOUT ROWID")
        if analyzed:
            file.execute("ANALYZE")
    warehouse = open_warehouse(Database("f", f"sqlite:///{tmp_path / 'f.sqlite'}"))
    assert rows(warehouse, "SELECT count(*) AS n FROM sparse") == 300
    if not analyzed:
        assert estimate(warehouse, "SELECT count(*) AS n FROM unnumbered").rows_read is None
