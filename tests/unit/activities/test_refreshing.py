"""Catalogs over all workers: one reads, the others go on or wait; what says nothing new is not written."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore
from fakes.records import catalog

from analytics_agent.activities import refreshing
from analytics_agent.activities.behind import Behind
from analytics_agent.activities.refreshing import CatalogKeeper
from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.catalog import Catalog, TableColumn
from analytics_agent.domain.database import Database
from analytics_agent.errors import UnknownDatabase, WarehouseUnavailable

pytestmark = pytest.mark.anyio
HOURS, DAY = 3_600.0, 86_400.0
FLIGHTS = Database("flights", "postgresql://one/x")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Slow:
    """A warehouse that takes its time; `tables` is what it has."""

    tables: Catalog = field(default_factory=catalog)
    readings: int = 0
    seconds: float = 0.05
    dead: bool = False

    async def introspect(self) -> Catalog:
        self.readings += 1
        await asyncio.sleep(self.seconds)
        if self.dead:
            raise WarehouseUnavailable("The database does not answer.")
        return replace(self.tables, read_at=datetime.now(UTC))

    async def can_write(self) -> tuple[str, ...]:
        return ()


@dataclass
class Worker:
    """One of several processes: a store and a keeper of its own."""

    store: Any
    warehouse: Any
    age: float = HOURS
    behind: Behind = field(default_factory=Behind)

    @property
    def keeper(self) -> CatalogKeeper:
        return CatalogKeeper(
            self.store, lambda _: self.warehouse, age_seconds=self.age, hard_age_seconds=DAY, behind=self.behind, seen=self.note
        )

    def note(self, database: Database, found: Catalog) -> None: ...

    async def ask(self) -> Catalog:
        return await self.keeper.fresh(FLIGHTS, await self.store.catalog("flights"))


@pytest.fixture(params=["postgres", "memory"])
async def workers(request: pytest.FixtureRequest) -> AsyncIterator[list[Worker]]:
    """Three, over one store and one warehouse."""
    warehouse = Slow()
    if request.param == "memory":
        store = MemoryStore()
        await store.save_database(FLIGHTS)
        yield [Worker(store, warehouse) for _ in range(3)]
        return
    url, key = request.getfixturevalue("postgres_database"), Fernet.generate_key().decode()
    migrate(url)
    stores = [PostgresStore(url, key) for _ in range(3)]
    await stores[0].save_database(FLIGHTS)
    yield [Worker(store, warehouse) for store in stores]
    for each in stores:
        await each.close()


async def settled(workers: list[Worker]) -> None:
    for worker in workers:
        await worker.behind.settled()


def old(age: timedelta, **changes: Any) -> Catalog:
    return catalog(read_at=datetime.now(UTC) - age, can_write=(), **changes)


async def test_thirty_who_find_none_wait_for_one_reading(workers: list[Worker]) -> None:
    found = await asyncio.gather(*(worker.ask() for worker in workers for _ in range(10)))
    assert workers[0].warehouse.readings == 1
    assert {each.fingerprint for each in found} == {"f1"} and len(found) == 30


@dataclass
class Between:
    """A store for somebody who is slow: another one reads all between their look and their turn."""

    store: Any
    another: Worker

    async def begin_reading(self, *asked: Any, **limits: Any) -> bool:
        await self.another.ask()
        return bool(await self.store.begin_reading(*asked, **limits))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


async def test_who_finds_at_their_turn_that_another_has_read_does_not_read_again(workers: list[Worker]) -> None:
    first, second, third = workers
    found = await replace(second, store=Between(second.store, first)).ask()
    assert found.fingerprint == "f1" and first.warehouse.readings == 1
    assert await third.store.begin_reading("flights", "third", older_than=timedelta(0), lasts=timedelta(seconds=9))


async def test_who_finds_none_just_before_another_has_read_it_does_not_read_it_again(workers: list[Worker]) -> None:
    """A slow worker: between its look and its turn another one comes to its end."""
    slow, other = workers[0], workers[1]
    looked, begin = asyncio.Event(), slow.store.begin_reading

    async def late(*given: Any, **more: Any) -> bool:
        if not looked.is_set():
            looked.set()
            await other.ask()
        return bool(await begin(*given, **more))

    slow.store.begin_reading = late
    assert (await slow.ask()).fingerprint == "f1"
    assert slow.warehouse.readings == 1
    assert (await slow.keeper.within(FLIGHTS, timedelta(0))).fingerprint == "f1"  # and nobody is kept from reading after that
    assert slow.warehouse.readings == 2


async def test_thirty_who_find_an_old_one_go_on_at_once_and_one_reads(workers: list[Worker]) -> None:
    warehouse = workers[0].warehouse
    warehouse.seconds, warehouse.tables = 0.3, catalog(fingerprint="f2")
    await workers[0].store.save_catalog(old(timedelta(hours=2)))
    found = await asyncio.gather(*(worker.ask() for worker in workers for _ in range(10)))
    assert {each.fingerprint for each in found} == {"f1"}  # nobody waited for the new one
    await settled(workers)
    assert warehouse.readings == 1
    assert {(await worker.ask()).fingerprint for worker in workers} == {"f2"}
    assert warehouse.readings == 1


async def test_one_that_is_too_old_is_not_used(workers: list[Worker]) -> None:
    workers[0].warehouse.tables = catalog(fingerprint="f2")
    await workers[0].store.save_catalog(old(timedelta(days=2)))
    found = await asyncio.gather(*(worker.ask() for worker in workers for _ in range(5)))
    assert {each.fingerprint for each in found} == {"f2"} and workers[0].warehouse.readings == 1


async def test_one_that_is_too_old_is_not_used_where_another_has_replaced_it_meanwhile(workers: list[Worker]) -> None:
    first, second, _ = workers
    first.warehouse.tables = catalog(fingerprint="f2")
    await first.store.save_catalog(old(timedelta(days=2)))
    handed_in = await second.store.catalog("flights")
    await first.ask()
    assert (await second.keeper.fresh(FLIGHTS, handed_in)).fingerprint == "f2" and first.warehouse.readings == 1


async def test_one_that_says_nothing_new_is_the_very_same_as_before_and_fresh(workers: list[Worker]) -> None:
    worker = workers[0]
    first = old(timedelta(hours=2))
    worker.warehouse.tables = replace(first, tables=(replace(first.tables[0], rows=336_900),))  # an estimate moves a little
    await worker.store.save_catalog(first)
    before = await worker.ask()
    await worker.behind.settled()
    assert worker.warehouse.readings == 1
    assert await worker.ask() is before and (await worker.store.catalog("flights")).read_at == first.read_at
    assert datetime.now(UTC) - await worker.store.catalog_checked("flights") < timedelta(minutes=1)
    await worker.behind.settled()
    assert worker.warehouse.readings == 1


@pytest.mark.parametrize("change", ["a column", "a comment", "many rows"])
async def test_one_that_says_anything_new_is_stored(workers: list[Worker], change: str) -> None:
    worker = workers[0]
    first = old(timedelta(hours=2))
    (table,) = first.tables
    new = {
        "a column": replace(table, columns=(*table.columns, TableColumn("late", "integer", "integer"))),
        "a comment": replace(table, comment="All of 2013"),
        "many rows": replace(table, rows=700_000),
    }[change]
    worker.warehouse.tables = replace(first, tables=(new,))
    await worker.store.save_catalog(first)
    await worker.ask()
    await worker.behind.settled()
    assert (await worker.ask()).tables == (new,)


async def test_a_database_that_is_away_keeps_its_old_catalog_in_use_and_is_not_asked_by_everybody(workers: list[Worker]) -> None:
    workers[0].warehouse.dead = True
    await workers[0].store.save_catalog(old(timedelta(hours=2)))
    for _ in range(4):
        assert {(await worker.ask()).fingerprint for worker in workers} == {"f1"}
        await settled(workers)
    assert workers[0].warehouse.readings == 1


async def test_who_has_to_wait_hears_what_is_wrong(workers: list[Worker]) -> None:
    workers[0].warehouse.dead = True
    with pytest.raises(WarehouseUnavailable):
        await workers[0].ask()
    workers[0].warehouse.dead = False
    assert (await workers[1].ask()).fingerprint == "f1"  # and the next one reads, without a pause


async def test_who_asks_for_a_new_look_after_one_that_failed_has_it_at_once(workers: list[Worker]) -> None:
    first, second, _ = workers
    await first.store.save_catalog(old(timedelta(hours=2)))
    first.warehouse.dead = True
    await first.ask()
    await settled(workers)
    first.warehouse.dead, first.warehouse.tables = False, catalog(fingerprint="f2")
    found = await asyncio.wait_for(second.keeper.within(FLIGHTS, timedelta(0)), 5)
    assert found.fingerprint == "f2" and first.warehouse.readings == 2


@pytest.mark.parametrize("hours", [-48, 48])
async def test_a_worker_whose_clock_is_wrong_reads_no_more_and_no_less_than_others(
    workers: list[Worker], hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Wrong(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Wrong":
            return cls.fromtimestamp(datetime.now(UTC).timestamp() + 3_600 * hours, tz)

    worker = workers[0]
    monkeypatch.setattr(refreshing, "datetime", Wrong)
    await worker.store.save_catalog(old(timedelta(minutes=1)))
    await worker.ask()
    await settled(workers)
    assert worker.warehouse.readings == 0
    assert (await worker.keeper.within(FLIGHTS, timedelta(hours=1))).fingerprint == "f1" and worker.warehouse.readings == 0
    worker.warehouse.tables = catalog(fingerprint="f2")
    assert (await worker.keeper.within(FLIGHTS, timedelta(0))).fingerprint == "f2" and worker.warehouse.readings == 1


async def test_who_still_has_the_address_of_before_does_not_keep_its_tables_under_the_name(workers: list[Worker]) -> None:
    """A question that was on its way when another database was added under the name: its reading begins after that."""
    await workers[0].store.save_database(replace(FLIGHTS, uri="postgresql://another/x"))
    with pytest.raises(WarehouseUnavailable):
        await workers[0].keeper.fresh(FLIGHTS, None)
    assert await workers[0].store.catalog("flights") is None
    await workers[0].store.remove_database("flights")
    with pytest.raises(UnknownDatabase):
        await workers[1].keeper.fresh(FLIGHTS, None)
    assert await workers[0].store.catalog("flights") is None
