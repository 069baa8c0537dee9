"""Profiles of tables: made when nobody waits, of what changed alone, never with values that policies keep from anybody, told to who sees
every row."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from fakes.memory_store import MemoryStore
from fakes.rights import MemoryRights

from analytics_agent.activities.behind import Behind
from analytics_agent.activities.profiles_seen import seen_under
from analytics_agent.activities.profiling import Profiler
from analytics_agent.activities.scrubbing import Scrubber
from analytics_agent.activities.statement_queue import StatementQueue
from analytics_agent.adapters.duckdb.warehouse import DuckdbWarehouse
from analytics_agent.catalog.under_policy import under_policy
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.policy import OPEN, Mask, Policy, TablePolicy
from analytics_agent.domain.profile import ColumnProfile, KeptProfile, TableProfile, worth_keeping
from analytics_agent.domain.statement import Place
from analytics_agent.errors import RightsUnknown
from analytics_agent.ports import Fetched

pytestmark = pytest.mark.anyio
ORDERS, CUSTOMERS = TableName("main", "orders"), TableName("main", "customers")
MADE = """
CREATE TABLE orders (id integer PRIMARY KEY, status varchar, amount decimal(10, 2), placed date);
INSERT INTO orders SELECT i, CASE WHEN i % 4 = 0 THEN 'open' ELSE 'paid' END, i / 2, DATE '2025-01-01' + i::integer FROM range(40) t(i);
CREATE TABLE customers (id integer PRIMARY KEY, name varchar, city varchar);
INSERT INTO customers SELECT i, 'Name ' || i, CASE WHEN i < 5 THEN 'Oslo' END FROM range(10) t(i);
CREATE VIEW cities AS SELECT city, count(*) AS n FROM customers GROUP BY city;
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Counted:
    """DuckDB, with the statements that were run and a pause before each; `stamp` is what it says of every table."""

    warehouse: DuckdbWarehouse
    ran: list[str] = field(default_factory=list)
    pause: float = 0.0
    stamps_of: dict[str, str] | None = None

    async def run(self, sql: str, *, row_cap: int, timeout_seconds: float) -> Fetched:
        await asyncio.sleep(self.pause)
        self.ran.append(sql)
        return await self.warehouse.run(sql, row_cap=row_cap, timeout_seconds=timeout_seconds)

    async def stamps(self) -> Mapping[TableName, str]:
        known = await self.warehouse.stamps()
        return known if self.stamps_of is None else {name: self.stamps_of.get(name.name, "") for name in known}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.warehouse, name)

    def tables(self) -> set[str]:
        return {table for table in ("orders", "customers", "cities") if any(re.search(rf"\b{table}\b", sql) for sql in self.ran)}


class Shop:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.change(MADE)
        self.warehouse = Counted(DuckdbWarehouse("shop", path), stamps_of={})
        self.store: Any = MemoryStore()
        self.rights = MemoryRights()
        open_it: Any = lambda _: self.warehouse  # noqa: E731
        self.queue = StatementQueue(self.store, 1)
        self.profiler = Profiler(self.store, open_it, self.rights, self.queue, seconds=20.0)

    def change(self, statements: str) -> None:
        with duckdb.connect(str(self.path)) as connection:
            connection.execute(statements)

    async def begin(self, **changes: Any) -> Catalog:
        await self.store.save_database(replace(Database("shop", f"duckdb:///{self.path}", "duckdb"), **changes))
        return await self.read()

    async def read(self) -> Catalog:
        catalog = await self.warehouse.introspect()
        await self.store.save_catalog(catalog)
        return catalog

    async def profiles(self) -> Mapping[TableName, KeptProfile]:
        await self.profiler.profile("shop")
        return await self.store.profiles("shop")  # type: ignore[no-any-return]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path / "shop.duckdb")


async def test_rows_nulls_different_values_ranges_and_common_values_are_kept(shop: Shop) -> None:
    await shop.begin()
    kept = (await shop.profiles())[ORDERS].profile
    assert (kept.rows, kept.is_whole) == (40, True)
    status, amount, placed = (kept.column(name) for name in ("status", "amount", "placed"))
    assert status and status.common == (("paid", 30), ("open", 10))
    assert amount and (amount.filled, amount.distinct, amount.least, amount.greatest) == (40, 40, "0.00", "19.50")
    assert placed and (placed.least, placed.greatest) == ("2025-01-01", "2025-02-09")
    city = (await shop.store.profiles("shop"))[CUSTOMERS].profile.column("city")
    assert city and (city.filled, city.common) == (5, (("Oslo", 5),))


async def test_the_least_and_greatest_of_names_are_nobodys_to_keep(shop: Shop) -> None:
    await shop.begin()
    name = (await shop.profiles())[CUSTOMERS].profile.column("name")
    assert name and (name.distinct, name.least, name.greatest, name.common) == (10, None, None, ())


async def test_tables_that_did_not_change_are_not_looked_at_again(shop: Shop) -> None:
    await shop.begin()
    await shop.profiles()
    assert shop.warehouse.tables() == {"orders", "customers"}  # and no view: what one takes is not known
    shop.warehouse.ran.clear()
    await shop.profiles()
    assert shop.warehouse.ran == []
    shop.warehouse.stamps_of = {"orders": "another"}
    await shop.profiles()
    assert shop.warehouse.tables() == {"orders"}


async def test_a_table_with_a_new_column_is_looked_at_again(shop: Shop) -> None:
    await shop.begin()
    await shop.profiles()
    shop.warehouse.ran.clear()
    shop.change("ALTER TABLE customers ADD COLUMN country varchar DEFAULT 'NO'")
    await shop.read()
    kept = await shop.profiles()
    country = kept[CUSTOMERS].profile.column("country")
    assert country and country.common == (("NO", 10),)
    assert shop.warehouse.tables() == {"customers"}


async def test_profiles_of_a_table_that_is_gone_go(shop: Shop) -> None:
    await shop.begin()
    await shop.profiles()
    shop.change("DROP TABLE orders")
    await shop.read()
    shop.warehouse.stamps_of = {"customers": "another"}
    assert ORDERS not in await shop.profiles()


async def test_where_it_is_switched_off_nothing_is_asked(shop: Shop) -> None:
    await shop.begin(profiled=False)
    assert await shop.profiles() == {} and shop.warehouse.ran == []


async def test_values_that_a_policy_keeps_from_anybody_are_not_kept(shop: Shop) -> None:
    shop.rights.kept_back = {ORDERS: {"status", "amount"}}
    await shop.begin()
    kept = (await shop.profiles())[ORDERS].profile
    for name in ("status", "amount"):
        found = kept.column(name)
        assert found and found.filled == 40 and (found.least, found.greatest, found.common) == (None, None, ())
    placed = kept.column("placed")
    assert placed and placed.least == "2025-01-01"


async def test_values_go_when_a_policy_is_written_for_them(shop: Shop) -> None:
    await shop.begin()
    await shop.profiles()
    shop.rights.kept_back = {ORDERS: {"status"}}
    shop.warehouse.ran.clear()
    status = (await shop.profiles())[ORDERS].profile.column("status")
    assert status and status.common == () and shop.warehouse.ran == []


async def test_values_go_without_another_reading_when_a_policy_is_written_for_them(shop: Shop) -> None:
    await shop.begin()
    await shop.profiles()
    scrubber = Scrubber(shop.store, shop.rights)
    await scrubber.look()
    shop.warehouse.ran.clear()
    shop.rights.kept_back = {ORDERS: {"status"}}
    watching = asyncio.create_task(scrubber.watch())
    await asyncio.sleep(0.1)
    watching.cancel()
    kept = await shop.store.profiles("shop")
    status, placed = kept[ORDERS].profile.column("status"), kept[ORDERS].profile.column("placed")
    assert status and status.common == () and placed and placed.least and shop.warehouse.ran == []


async def test_policies_that_cannot_be_read_drop_no_values_and_end_no_watch(shop: Shop) -> None:
    await shop.begin()
    before = await shop.profiles()
    shop.rights.error = RightsUnknown("The file of policies cannot be used.")
    await Scrubber(shop.store, shop.rights).look()
    assert await shop.store.profiles("shop") == before


async def test_a_database_of_which_nothing_can_be_read_holds_up_no_other_and_ends_no_watch(shop: Shop) -> None:
    await shop.begin()
    await shop.profiles()
    await shop.store.save_database(Database("broken", "duckdb:////nowhere", "duckdb"))
    read = shop.store.catalog

    async def catalog(name: str) -> Catalog | None:
        if name == "broken":
            raise ValueError("what is kept of it is no catalog")
        return await read(name)  # type: ignore[no-any-return]

    shop.store.catalog = catalog
    shop.rights.kept_back = {ORDERS: {"status"}}
    await Scrubber(shop.store, shop.rights).look()
    status = (await shop.store.profiles("shop"))[ORDERS].profile.column("status")
    assert status and status.common == ()


async def test_a_profile_that_is_kept_while_others_are_scrubbed_is_scrubbed_next(shop: Shop) -> None:
    """By a profiler that began before the policy was written."""
    catalog = await shop.begin()
    before = (await shop.profiles())[ORDERS]
    shop.rights.kept_back = {ORDERS: {"status"}}
    scrubber, keep = Scrubber(shop.store, shop.rights), shop.store.keep_profiles

    async def kept_meanwhile(of: Catalog, made: Sequence[KeptProfile]) -> bool:
        shop.store.keep_profiles = keep
        return await keep(of, made) and await keep(catalog, [before])

    shop.store.keep_profiles = kept_meanwhile
    await scrubber.look()
    assert (await shop.store.profiles("shop"))[ORDERS] == before
    await scrubber.look()
    status = (await shop.store.profiles("shop"))[ORDERS].profile.column("status")
    assert status and status.common == ()


async def test_where_the_policies_cannot_be_read_nothing_is_looked_at(shop: Shop) -> None:
    shop.rights.error = RightsUnknown("The file of policies cannot be used.")
    await shop.begin()
    behind = Behind()
    behind.start("profiling", lambda: shop.profiler.profile("shop"))
    await behind.settled()
    assert shop.warehouse.ran == [] and await shop.store.profiles("shop") == {}


async def test_a_statement_that_waits_is_let_by_at_once(shop: Shop) -> None:
    """One at a time in this database: the profile's statement is stopped, and begun anew when the other one is over."""
    database = Database("shop", f"duckdb:///{shop.path}", "duckdb")
    await shop.begin()
    shop.warehouse.pause = 5.0  # each of its statements takes that long
    profiling = asyncio.create_task(shop.profiler.profile("shop"))
    while not await shop.store.in_line("shop"):
        await asyncio.sleep(0.01)
    begun = asyncio.get_running_loop().time()
    async with shop.queue.turn(Place("question", "shop", "run1"), database):
        waited = asyncio.get_running_loop().time() - begun
        shop.warehouse.pause = 0.0
    await profiling
    assert waited < 3.0
    assert set(await shop.store.profiles("shop")) >= {ORDERS, CUSTOMERS}


async def test_two_workers_do_not_profile_one_database_at_once(shop: Shop) -> None:
    await shop.begin()
    shop.warehouse.pause = 0.02
    await asyncio.gather(*(shop.profiler.profile("shop") for _ in range(5)))
    statements = len(shop.warehouse.ran)
    await shop.store.save_database(Database("shop", f"duckdb:///{shop.path}", "duckdb"))
    shop.warehouse.ran.clear()
    await shop.read()
    await shop.profiler.profile("shop")
    assert len(shop.warehouse.ran) == statements


async def test_what_time_does_not_suffice_for_is_looked_at_the_next_time(shop: Shop) -> None:
    await shop.begin()
    shop.warehouse.pause = 0.15
    open_it: Any = lambda _: shop.warehouse  # noqa: E731
    hasty = Profiler(shop.store, open_it, shop.rights, shop.queue, seconds=0.1)
    await hasty.profile("shop")
    first = set(await shop.store.profiles("shop"))
    assert len(first) == 1
    await hasty.profile("shop")
    assert set(await shop.store.profiles("shop")) == {ORDERS, CUSTOMERS}


# who is told


async def seen(shop: Shop, policy: Policy, *, values: bool = True) -> dict[TableName, Any]:
    catalog = await shop.begin()
    return dict(seen_under(await shop.profiles(), under_policy(catalog, policy), policy, values=values))


async def test_who_reads_everything_is_told_everything(shop: Shop) -> None:
    assert set(await seen(shop, OPEN)) == {ORDERS, CUSTOMERS}


async def test_a_profile_is_not_there_for_who_sees_some_rows(shop: Shop) -> None:
    policy = Policy((ORDERS, CUSTOMERS), (TablePolicy("main", "orders", rows=(("status = 'paid'",),)),))
    assert set(await seen(shop, policy)) == {CUSTOMERS}


async def test_a_profile_is_not_there_of_a_table_that_is_not_ones_to_see(shop: Shop) -> None:
    assert set(await seen(shop, Policy((CUSTOMERS,)))) == {CUSTOMERS}


async def test_hidden_and_masked_columns_are_not_in_a_profile(shop: Shop) -> None:
    policy = Policy((ORDERS,), (TablePolicy("main", "orders", masks=(Mask("amount", "null"),), hidden=("status",)),))
    columns = (await seen(shop, policy))[ORDERS].columns
    assert [column.name for column in columns] == ["id", "placed"]


async def test_who_may_see_no_values_is_told_counts(shop: Shop) -> None:
    status = (await seen(shop, OPEN, values=False))[ORDERS].column("status")
    assert (status.filled, status.distinct, status.common, status.least) == (40, 2, (), None)


async def test_a_database_that_was_replaced_meanwhile_gets_nothing_of_the_old_one(shop: Shop) -> None:
    await shop.begin()
    shop.warehouse.pause = 0.1
    profiling = asyncio.create_task(shop.profiler.profile("shop"))
    await asyncio.sleep(0.05)
    catalog = await shop.begin()
    await shop.store.save_catalog(replace(catalog, read_at=catalog.read_at + timedelta(seconds=1)))
    await profiling
    assert await shop.store.profiles("shop") == {}


def test_of_texts_that_are_days_the_first_and_the_last_are_kept() -> None:
    """As of a date: they are nobody's words."""
    made = TableProfile(
        "public",
        "visits",
        2,
        True,
        (
            ColumnProfile("seen_on", 2, 2, "2013-01-05", "2013-12-28"),
            ColumnProfile("seen_at", 2, 2, "2013-01-05 10:00:00", "2013-12-28 11:30:00"),
            ColumnProfile("told", 2, 2, "2013-01-05", "n/a"),
        ),
    )
    kept = worth_keeping(made, {"seen_on", "seen_at", "told"})
    assert [one.least for one in kept.columns] == ["2013-01-05", "2013-01-05 10:00:00", None]
