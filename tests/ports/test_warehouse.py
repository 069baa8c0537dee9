"""What every warehouse must do, run on real PostgreSQL, MariaDB, DuckDB and SQLite alike."""

import asyncio
import sqlite3
import time
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import pytest
import sql_shop
from mariadb_server import MariaServer

from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.domain.catalog import Dialect, TableName
from analytics_agent.domain.database import Database
from analytics_agent.errors import StatementFailed, StatementTimeout
from analytics_agent.ports import Warehouse
from analytics_agent.sql.check import check

_ENDLESS = {
    "postgres": "SELECT count(*) AS n FROM generate_series(1, 100000000000) AS g(i) CROSS JOIN generate_series(1, 1000) AS h(j)",
    "mysql": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT 1 - n FROM r WHERE SLEEP(0.001) = 0) SELECT count(*) AS n FROM r",
    "duckdb": "SELECT count(*) AS n FROM range(100000000) AS a, range(100000000) AS b WHERE a.range + b.range = 7",
    "sqlite": "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) AS n FROM r",
}


def _make(dialect: Dialect, folder: Path, request: pytest.FixtureRequest) -> str:
    statements = sql_shop.made(dialect)
    if dialect == "mysql":
        server: MariaServer = request.getfixturevalue("mariadb")
        uri = str(request.getfixturevalue("mariadb_database"))
        server.execute(*statements, database=uri.rpartition("/")[2])
        return uri
    if dialect == "postgres":
        uri = str(request.getfixturevalue("postgres_database"))
        with psycopg.connect(uri, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())
        return uri
    if dialect == "duckdb":
        with duckdb.connect(str(folder / "shop.duckdb")) as database:
            for statement in statements:
                database.execute(statement)
        return str(folder / "shop.duckdb")
    file = sqlite3.connect(folder / "shop.sqlite")
    for statement in statements:
        file.execute(statement)
    file.commit()
    file.close()
    return f"sqlite:///{folder / 'shop.sqlite'}"


@pytest.fixture(params=["postgres", "mysql", "duckdb", "sqlite"])
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def uri(dialect: Dialect, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    return _make(dialect, tmp_path, request)


@pytest.fixture
def warehouse(uri: str) -> Warehouse:
    return open_warehouse(Database("shop", uri))


def run(warehouse: Warehouse, sql: str, row_cap: int = 1_000, timeout_seconds: float = 20.0) -> pa.Table:
    async def once() -> pa.Table:
        try:
            return (await warehouse.run(sql, row_cap=row_cap, timeout_seconds=timeout_seconds)).table
        finally:
            await warehouse.close()

    return asyncio.run(once())


def test_the_catalog_has_tables_columns_and_keys(warehouse: Warehouse, dialect: Dialect) -> None:
    catalog = asyncio.run(warehouse.introspect())
    orders = next(table for table in catalog.tables if table.name == "orders")
    assert catalog.dialect == dialect
    assert [column.name for column in orders.columns] == ["id", "customer_id", "amount", "status", "ordered_on"]
    assert [column.type for column in orders.columns] == ["integer", "integer", "number", "text", "date"]
    assert orders.primary_key == ("id",)
    assert [(key.columns, key.table, key.to_columns) for key in orders.foreign_keys] == [(("customer_id",), "customers", ("id",))]
    assert {"Größe (cm)", "select", "user"} == {c.name for t in catalog.tables if t.name == "Odd Table" for c in t.columns}


def test_two_readings_of_one_schema_have_one_fingerprint(warehouse: Warehouse) -> None:
    async def twice() -> tuple[str, str]:
        return (await warehouse.introspect()).fingerprint, (await warehouse.introspect()).fingerprint

    first, second = asyncio.run(twice())
    assert first == second


def test_every_legitimate_statement_runs_as_checked_and_means_the_same(warehouse: Warehouse, dialect: Dialect) -> None:
    async def all_of_them() -> list[str]:
        catalog = await warehouse.introspect()
        different = []
        for statement in (text for kind, text in sql_shop.statements("legitimate") if kind == dialect):
            verdict = check(statement, dialect=dialect, catalog=catalog, row_cap=1_000)
            assert verdict.ok, (statement, verdict.findings)
            try:
                as_written = (await warehouse.run(statement, row_cap=1_000, timeout_seconds=20)).table
                as_checked = (await warehouse.run(verdict.sql, row_cap=1_000, timeout_seconds=20)).table
            except StatementFailed as failed:
                different.append(f"{statement}\n{verdict.sql}\n{failed}")
                continue
            changing = "now" in statement or "age(" in statement
            if sorted(map(str, as_written.to_pylist())) != sorted(map(str, as_checked.to_pylist())) and not changing:
                different.append(f"{statement}\n{verdict.sql}\n{as_written.to_pylist()}\n{as_checked.to_pylist()}")
        return different

    assert asyncio.run(all_of_them()) == []


def test_the_row_cap_holds_and_is_said(warehouse: Warehouse) -> None:
    async def capped(cap: int) -> tuple[int, bool]:
        fetched = await warehouse.run("SELECT id FROM orders ORDER BY id", row_cap=cap, timeout_seconds=20)
        return fetched.table.num_rows, fetched.truncated

    assert asyncio.run(capped(2)) == (2, True)
    assert asyncio.run(capped(3)) == (3, False)


def test_equal_and_missing_output_names_are_told_apart(warehouse: Warehouse) -> None:
    table = run(warehouse, "SELECT id, id, status AS id_2 FROM orders WHERE id = 1")
    assert len(set(table.column_names)) == 3
    assert table.num_rows == 1


def test_no_rows_have_columns_all_the_same(warehouse: Warehouse) -> None:
    table = run(warehouse, "SELECT id, status FROM orders WHERE id < 0")
    assert (table.num_rows, table.column_names) == (0, ["id", "status"])


def test_text_in_any_script_comes_back_unchanged(warehouse: Warehouse) -> None:
    assert run(warehouse, "SELECT name FROM customers WHERE id = 2")["name"].to_pylist() == ["Émile"]


def test_a_statement_over_its_time_is_stopped(warehouse: Warehouse, dialect: Dialect) -> None:
    started = time.perf_counter()
    with pytest.raises(StatementTimeout, match=r"after 0[.]5 seconds"):
        run(warehouse, _ENDLESS[dialect], timeout_seconds=0.5)
    assert time.perf_counter() - started < 5


def test_a_cancelled_statement_ends_soon(warehouse: Warehouse, dialect: Dialect) -> None:
    async def cancelled() -> float:
        running = asyncio.create_task(warehouse.run(_ENDLESS[dialect], row_cap=1, timeout_seconds=60))
        await asyncio.sleep(0.5)
        started = time.perf_counter()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        return time.perf_counter() - started

    assert asyncio.run(cancelled()) < 2


def test_statements_run_side_by_side(warehouse: Warehouse) -> None:
    async def together() -> list[int]:
        runs = (warehouse.run("SELECT count(*) AS n FROM orders", row_cap=10, timeout_seconds=20) for _ in range(8))
        return [fetched.table["n"][0].as_py() for fetched in await asyncio.gather(*runs)]

    assert asyncio.run(together()) == [3] * 8


def test_an_engine_error_never_repeats_a_value(warehouse: Warehouse, dialect: Dialect) -> None:
    failing = {
        "postgres": "SELECT CAST(name AS integer) AS n FROM customers",
        "mysql": "SELECT id - CAST(5 AS UNSIGNED) AS n FROM customers WHERE name = 'Ada'",
        "duckdb": "SELECT CAST(name AS integer) AS n FROM customers",
        "sqlite": "SELECT json_extract(name, '$.x') AS n FROM customers",
    }
    with pytest.raises(StatementFailed) as caught:
        run(warehouse, failing[dialect])
    assert "Ada" not in str(caught.value)
    assert caught.value.code
    assert caught.value.hint
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM orders",
        "INSERT INTO customers (id, name) VALUES (9, 'x')",
        "UPDATE orders SET amount = 0",
        "CREATE TABLE made (a integer)",
        "DROP TABLE orders",
    ],
)
def test_with_the_guard_switched_off_nothing_is_written(uri: str, statement: str) -> None:
    with pytest.raises(StatementFailed):
        run(open_warehouse(Database("shop", uri)), statement)
    assert run(open_warehouse(Database("shop", uri)), "SELECT count(*) AS n, sum(amount) AS total FROM orders")["n"].to_pylist() == [3]


def test_a_table_that_was_written_has_another_stamp_and_one_that_was_not_the_same(
    warehouse: Warehouse, dialect: Dialect, uri: str, request: pytest.FixtureRequest
) -> None:
    def stamps() -> dict[str, str]:
        return {table.name: stamp for table, stamp in asyncio.run(warehouse.stamps()).items()}

    before = stamps()
    assert "orders" in before and before == stamps()
    _execute("DELETE FROM orders WHERE id = (SELECT least_id FROM (SELECT min(id) AS least_id FROM orders) AS x)", dialect, uri, request)
    until = time.monotonic() + 10
    while stamps()["orders"] == before["orders"]:  # PostgreSQL counts when the session that wrote has ended
        assert time.monotonic() < until
        time.sleep(0.05)
    if dialect in ("postgres", "mysql"):  # a file has one stamp for all its tables
        assert stamps()["customers"] == before["customers"]


def test_stamps_name_tables_as_the_catalog_does(warehouse: Warehouse) -> None:
    async def both() -> tuple[set[TableName], set[TableName]]:
        known = await warehouse.introspect()
        tables = {TableName(table.schema, table.name) for table in known.tables if table.kind == "table"}
        return set(await warehouse.stamps()), tables

    stamped, tables = asyncio.run(both())
    assert tables <= stamped


def _execute(statement: str, dialect: Dialect, uri: str, request: pytest.FixtureRequest) -> None:
    if dialect == "mysql":
        request.getfixturevalue("mariadb").execute(statement, database=uri.rpartition("/")[2])
    elif dialect == "postgres":
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute(statement.encode())
    elif dialect == "duckdb":
        with duckdb.connect(uri) as connection:
            connection.execute(statement)
    else:
        with sqlite3.connect(uri.removeprefix("sqlite:///")) as file:
            file.execute(statement)
        file.close()
