"""A model is drafted of a real database of each engine: keys are found by their values, odd names hold, and what it means runs."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import duckdb
import psycopg
import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.rights import MemoryRights
from mariadb_server import MariaServer

from analytics_agent import semantic
from analytics_agent.activities.drafting import DraftActivities
from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import DraftOrder
from analytics_agent.sql.check import check

TABLES = (
    "CREATE TABLE customers (customer_id INTEGER, region VARCHAR(20), joined DATE)",
    "CREATE TABLE orders (order_id INTEGER, customer_id INTEGER, status VARCHAR(20), amount DECIMAL(10, 2), placed TIMESTAMP)",
    "CREATE TABLE strangers (stranger_id INTEGER, customer_id INTEGER, note VARCHAR(80))",
    "CREATE TABLE empty_one (customer_id INTEGER, amount DECIMAL(10, 2))",
    *(f"INSERT INTO customers VALUES ({n}, '{'north' if n % 2 else 'south'}', '2025-01-0{1 + n % 9}')" for n in range(9)),
    *(f"INSERT INTO orders VALUES ({n}, {n % 9}, '{'paid' if n % 3 else 'open'}', {n}.5, '2025-03-01 10:00:00')" for n in range(40)),
    *(f"INSERT INTO strangers VALUES ({n}, {700 + n}, 'note {n}')" for n in range(20)),
)


def in_postgres(request: pytest.FixtureRequest, folder: Path) -> str:
    url: str = request.getfixturevalue("postgres_database")
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in (*TABLES, 'CREATE TABLE "Odd ""Table" ("select" integer, "2nd col" text)'):
            connection.execute(statement.encode())
    return url


def in_mariadb(request: pytest.FixtureRequest, folder: Path) -> str:
    server: MariaServer = request.getfixturevalue("mariadb")
    url: str = request.getfixturevalue("mariadb_database")
    server.execute(*TABLES, "CREATE TABLE `Odd Table` (`select` integer, `2nd col` text)", database=url.rpartition("/")[2])
    return url


def in_duckdb(request: pytest.FixtureRequest, folder: Path) -> str:
    with duckdb.connect(str(folder / "a.duckdb")) as connection:
        connection.execute("; ".join((*TABLES, 'CREATE TABLE "Odd ""Table" ("select" integer, "2nd col" text)')))
    return f"duckdb:///{folder / 'a.duckdb'}"


def in_sqlite(request: pytest.FixtureRequest, folder: Path) -> str:
    with sqlite3.connect(folder / "a.sqlite") as connection:
        connection.executescript("; ".join((*TABLES, 'CREATE TABLE "Odd ""Table" ("select" integer, "2nd col" text)')))
    return f"sqlite:///{folder / 'a.sqlite'}"


@pytest.mark.parametrize("filled", [in_postgres, in_duckdb, in_sqlite, in_mariadb], ids=lambda filled: filled.__name__[3:])
def test_a_database_without_a_model_gets_one_that_answers(
    filled: Callable[[pytest.FixtureRequest, Path], str], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database = Database("sales", filled(request, tmp_path))
    text, left, counted = asyncio.run(_drafted(database))
    model = semantic.load(text)
    region, status = (field for path in ("customers.region", "orders.status") if (field := model.field(path)))
    assert "north" in region.values and not status.values  # what a policy keeps from somebody is listed for nobody
    assert left == ()
    assert {(r.many, r.one) for r in model.relationships} == {("orders", "customers")}
    assert counted == [("north", 4), ("south", 5)]


async def _drafted(database: Database) -> tuple[str, tuple[str, ...], list[tuple[str, int]]]:
    """The model, what was not looked at, and customers by region as the model counts them."""
    store, artifacts, warehouse = MemoryStore(), MemoryArtifacts(), open_warehouse(database)
    try:
        catalog = await warehouse.introspect()
        await store.save_database(database)
        await store.save_catalog(catalog)
        rights = MemoryRights()
        rights.kept_back = {name_of(table): {"status"} for table in catalog.tables if table.name == "orders"}
        drafted = await DraftActivities(store, artifacts, lambda _: warehouse, rights).draft_model(DraftOrder("sales"))
        text = (await artifacts.get_file(drafted.text)).decode()
        asked = {"purpose": "by region", "metrics": ["customers_count"], "dimensions": ["customers.region"]}
        model, request = semantic.load(text), semantic.MetricRequest.from_tool_input(asked)
        assert semantic.validate(model, catalog) == ()
        sql = check(
            semantic.compile(model, request, dialect=catalog.dialect, catalog=catalog).sql, dialect=catalog.dialect, catalog=catalog
        )
        assert sql.ok, sql.findings
        rows = (await warehouse.run(sql.sql, row_cap=100, timeout_seconds=20)).table.to_pylist()
        return text, drafted.left, sorted((str(row["region"]), int(row["customers_count"])) for row in rows)
    finally:
        await warehouse.close()
