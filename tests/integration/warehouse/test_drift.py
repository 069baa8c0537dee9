"""Tables that change while a run goes on: the model is told what is different, once, and the run goes on; on every engine that runs."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question, turn
from fakes.rights import MemoryRights
from mariadb_server import MariaServer

from analytics_agent.activities import conversation
from analytics_agent.activities.explore import ExploreActivities
from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.conversation import Reply, Usage
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import RunOrder, ToolOrder
from analytics_agent.domain.policy import OPEN, Policy, TablePolicy
from analytics_agent.domain.rights import Grant
from analytics_agent.ports import Warehouse

pytestmark = pytest.mark.anyio

MADE = (
    "CREATE TABLE orders (id integer PRIMARY KEY, total integer, placed varchar(20))",
    "INSERT INTO orders VALUES (1, 10, 'x'), (2, 20, 'y')",
    "CREATE TABLE customers (id integer PRIMARY KEY, name varchar(20), city varchar(20))",
    "INSERT INTO customers VALUES (1, 'Ada', 'Oslo')",
)
MODEL = """
version: 0.2.0.dev0
semantic_model:
  - name: db
    datasets:
      - name: orders
        source: orders
        primary_key: [id]
        fields:
          - name: placed
            expression: {dialects: [{dialect: ANSI_SQL, expression: placed}]}
    metrics:
      - name: revenue
        expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(orders.total)}]}
      - name: orders_placed
        expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(orders.id)}]}
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Counted:
    """A warehouse that says how often it was introspected."""

    warehouse: Warehouse
    readings: int = 0

    async def introspect(self) -> Catalog:
        self.readings += 1
        return await self.warehouse.introspect()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.warehouse, name)


class Rights(MemoryRights):
    """The policy of every person is set by the test."""

    policy: Policy = OPEN

    async def grant(self, reader: str, database: Database, tables: Sequence[TableName]) -> Grant:
        return Grant(self.policy, until=datetime.now(UTC) + timedelta(minutes=5)) if reader.startswith("user:") else Grant()


@dataclass
class Told:
    """A run whose tool calls are made one by one."""

    uri: str
    change: Callable[..., None]
    """Runs statements of the tables' owner."""
    dialect: str
    rights: Any = field(default_factory=Rights)
    store: Any = field(default_factory=MemoryStore)
    artifacts: Any = field(default_factory=MemoryArtifacts)
    numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.warehouse = Counted(open_warehouse(Database("db", self.uri)))
        limits = {"row_cap": 100, "timeout_seconds": 20.0, "catalog_age_seconds": 1e9}
        open_it: Any = lambda _: self.warehouse  # noqa: E731
        self.explore = ExploreActivities(self.store, self.artifacts, open_it, self.rights, **limits)  # type: ignore[arg-type]

    async def begin(self, model: str | None = None, reader: str = "") -> None:
        self.asked = question(database="db", reads_as=reader)
        await self.store.save_database(Database("db", self.uri, self.dialect, None, model))
        await self.store.create_run(self.asked)
        await self.store.save_document(self.asked.run_id, "briefing", Briefing(date(2026, 11, 23), "f"))
        await self.explore.read_catalog(RunOrder(self.asked.run_id))

    async def another(self) -> "Told":
        """A run of the same worker."""
        other = Told(self.uri, self.change, self.dialect, self.rights, self.store, self.artifacts)
        other.explore, other.warehouse, other.asked = self.explore, self.warehouse, question(database="db")
        await self.store.create_run(other.asked)
        await self.store.save_document(other.asked.run_id, "briefing", Briefing(date(2026, 11, 23), "f"))
        await self.explore.read_catalog(RunOrder(other.asked.run_id))
        return other

    async def call(self, tool: str, **given: Any) -> str:
        number = next(self.numbers)
        asked = {"type": "tool_use", "id": f"a{number}", "name": tool, "input": given}
        reply = await self.artifacts.put_record(Reply((asked,), "tool_use", Usage(), "offline"))
        await self.store.save_turn(self.asked.run_id, turn(number=number, reply=reply))
        await self.explore.explore_tool(ToolOrder(self.asked.run_id, "explore", number, f"a{number}", tool))
        said = await conversation.read(self.store, self.artifacts, self.asked.run_id, "explore", before=number + 1)
        return str(said.results[number, f"a{number}"][1])

    async def sql(self, text: str) -> str:
        return await self.call("run_sql", purpose="p", sql=text, why_not_metrics="it is asked for as SQL")


def _postgres(request: pytest.FixtureRequest, folder: Path) -> tuple[str, Callable[..., None]]:
    uri = str(request.getfixturevalue("postgres_database"))

    def change(*statements: str) -> None:
        with psycopg.connect(uri, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    return uri, change


def _mysql(request: pytest.FixtureRequest, folder: Path) -> tuple[str, Callable[..., None]]:
    server: MariaServer = request.getfixturevalue("mariadb")
    uri = str(request.getfixturevalue("mariadb_database"))
    return uri, lambda *statements: server.execute(*statements, database=uri.rpartition("/")[2])


def _duckdb(request: pytest.FixtureRequest, folder: Path) -> tuple[str, Callable[..., None]]:
    def change(*statements: str) -> None:
        with duckdb.connect(str(folder / "db.duckdb")) as connection:
            for statement in statements:
                connection.execute(statement)

    return f"duckdb:///{folder / 'db.duckdb'}", change


def _sqlite(request: pytest.FixtureRequest, folder: Path) -> tuple[str, Callable[..., None]]:
    def change(*statements: str) -> None:
        with sqlite3.connect(folder / "db.sqlite") as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    return f"sqlite:///{folder / 'db.sqlite'}", change


@pytest.fixture(params=[_postgres, _mysql, _duckdb, _sqlite], ids=["postgres", "mysql", "duckdb", "sqlite"])
async def run(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Told]:
    uri, change = request.param(request, tmp_path)
    change(*MADE)
    yield Told(uri, change, request.param.__name__[1:])


async def test_a_column_that_got_another_name_is_told_with_it_and_the_run_goes_on(run: Told) -> None:
    await run.begin()
    assert json.loads(await run.sql("SELECT sum(total) AS t FROM orders"))["preview"] == [[30]]
    run.change("ALTER TABLE orders RENAME COLUMN total TO total_amount")
    told = await run.sql("SELECT max(total) AS t FROM orders")
    assert "orders.total is gone; there is total_amount now" in told and "write the statement anew" in told
    assert json.loads(await run.sql("SELECT max(total_amount) AS t FROM orders"))["preview"] == [[20]]
    assert "total_amount" in await run.call("describe", names=["orders"])
    assert run.warehouse.readings == 2


async def test_a_table_that_got_another_name_is_told_with_it(run: Told) -> None:
    await run.begin()
    run.change("ALTER TABLE orders RENAME TO sales_orders")
    told = await run.sql("SELECT count(*) AS n FROM orders")
    assert "orders is gone; there is" in told and "sales_orders now" in told
    assert json.loads(await run.sql("SELECT count(*) AS n FROM sales_orders"))["preview"] == [[2]]


async def test_values_are_looked_at_in_what_is_there_now(run: Told) -> None:
    await run.begin()
    run.change("ALTER TABLE orders RENAME COLUMN placed TO placed_by")
    assert "orders.placed is gone; there is placed_by now" in await run.call("look_at_values", column="orders.placed")
    assert '"x"' in await run.call("look_at_values", column="orders.placed_by")


async def test_a_statement_that_is_wrong_itself_has_the_tables_read_once_and_not_again(run: Told) -> None:
    await run.begin()
    wrong = {"sqlite": "SELECT strftime('%Y', id, 'no', id) + total(id, id) AS n FROM orders"}.get(
        run.dialect, "SELECT CAST(placed AS date) AS d, CAST(placed AS integer) AS n FROM orders"
    )
    for number in range(4):
        told = await run.sql(f"{wrong} WHERE id > {number - 9}")
        assert "changed" not in told
    assert run.warehouse.readings <= 2


async def test_many_runs_that_fail_at_once_have_the_tables_read_once(run: Told) -> None:
    await run.begin()
    others = [await run.another() for _ in range(4)]
    run.change("ALTER TABLE orders RENAME COLUMN total TO total_amount")
    before = run.warehouse.readings
    told = await asyncio.gather(*(each.sql(f"SELECT sum(total) + {place} AS t FROM orders") for place, each in enumerate([run, *others])))
    assert all("there is total_amount now" in each for each in told)
    assert run.warehouse.readings - before <= 2  # who failed while the first reading went on already wants a later one


async def test_a_metric_that_needs_what_is_gone_says_that_the_semantic_model_does_not_fit(run: Told) -> None:
    await run.begin(MODEL)
    assert json.loads(await run.call("query_metrics", purpose="p", metrics=["revenue"]))["preview"] == [[30]]
    run.change("ALTER TABLE orders DROP COLUMN total")
    told = await run.call("query_metrics", purpose="q", metrics=["revenue"], limit=5)
    assert "orders.total is gone" in told and "semantic model does not fit any more" in told
    assert json.loads(await run.call("query_metrics", purpose="r", metrics=["orders_placed"]))["preview"] == [[2]]


async def test_what_changed_in_tables_that_are_not_ones_to_see_is_not_told(run: Told) -> None:
    schema = (await open_warehouse(Database("db", run.uri)).introspect()).tables[0].schema
    orders = TableName(schema, "orders")
    run.rights.policy = Policy((orders,), (TablePolicy(schema, "orders", hidden=("placed",)),))
    await run.begin(reader="user:ada")
    run.change("ALTER TABLE orders RENAME COLUMN total TO total_amount", "ALTER TABLE customers RENAME COLUMN city TO town")
    told = await run.sql("SELECT sum(total) AS t FROM orders")
    assert "orders.total is gone; there is total_amount now" in told
    assert not {"customers", "city", "town", "placed"} & set(told.replace(".", " ").replace(";", " ").split())
