"""Registering the shop as a sample: loaded and offered, left alone where somebody's own database has its name, left out on request."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from integration.flights.warehouse import Maker, Warehouse

from analytics_agent import bootstrap
from analytics_agent.domain.database import Database
from analytics_agent.settings import Settings
from analytics_agent.stack import samples
from analytics_agent.stack.postgres import Cluster

TINY = {"scale": 0.002}


@pytest.fixture
def settings(postgres_database: str, tmp_path: Path) -> Settings:
    """An application store of its own."""
    made = Settings(
        state=tmp_path,
        store_url=postgres_database.replace("postgresql:", "postgresql+psycopg:"),
        encryption_key=Fernet.generate_key().decode(),
    )
    asyncio.run(bootstrap.migrate(made))
    return made


@pytest.fixture
def sample(postgres: Cluster) -> Iterator[Warehouse]:
    maker = Maker(postgres)
    yield maker.make()
    maker.remove()


def registered(settings: Settings) -> tuple[Database, ...]:
    async def read() -> tuple[Database, ...]:
        store = bootstrap.store(settings)
        try:
            return await store.databases()
        finally:
            await store.close()

    return asyncio.run(read())


def save(settings: Settings, database: Database) -> None:
    async def write() -> None:
        store = bootstrap.store(settings)
        try:
            await store.save_database(database)
        finally:
            await store.close()

    asyncio.run(write())


def register(settings: Settings, sample: Warehouse, reader_url: str | None = None) -> str:
    return asyncio.run(samples.register(settings, "shop", sample.owner, reader_url or sample.reader, **TINY))


def forget(settings: Settings, sample: Warehouse) -> None:
    asyncio.run(samples.forget(settings, "shop", sample.reader))


def is_loaded(sample: Warehouse) -> bool:
    with psycopg.connect(sample.owner) as connection:
        row = connection.execute("SELECT to_regclass('public.order_lines') IS NOT NULL").fetchone()
    return bool(row and row[0])


def test_the_shop_is_loaded_and_registered_with_its_model_and_its_reader(settings: Settings, sample: Warehouse) -> None:
    assert register(settings, sample) == ""
    (shop,) = registered(settings)
    assert (shop.name, shop.uri, shop.dialect) == ("shop", sample.reader, "postgres")
    assert shop.semantic_model and "net_sales" in shop.semantic_model
    assert is_loaded(sample)


def test_a_port_that_moved_is_followed(settings: Settings, sample: Warehouse) -> None:
    save(settings, Database("shop", sample.reader.replace("@127.0.0.1:", "@127.0.0.1:1"), "postgres"))
    assert register(settings, sample) == ""
    assert [each.uri for each in registered(settings)] == [sample.reader]


def test_somebodys_own_database_of_that_name_is_left_alone(settings: Settings, sample: Warehouse) -> None:
    own = Database("shop", "postgresql://me:secret@db.example.com/shop", "postgres")
    save(settings, own)
    assert register(settings, sample) == "not loaded: a database of yours is called shop"
    forget(settings, sample)
    assert [each.uri for each in registered(settings)] == [own.uri]
    assert not is_loaded(sample)


def test_a_shop_that_is_left_out_is_not_offered_and_keeps_its_tables(settings: Settings, sample: Warehouse) -> None:
    register(settings, sample)
    forget(settings, sample)
    forget(settings, sample)
    assert registered(settings) == ()
    assert is_loaded(sample)


def test_a_model_that_somebody_set_stays_and_an_older_one_of_ours_does_not(settings: Settings, sample: Warehouse) -> None:
    register(settings, sample)
    (shipped,) = registered(settings)
    theirs = f"# by Ada\n{shipped.semantic_model}"
    save(settings, replace(shipped, semantic_model=theirs))
    for _ in range(2):  # the second start remembers no other
        register(settings, sample)
        assert [database.semantic_model for database in registered(settings)] == [theirs]
    save(settings, shipped)
    (settings.state / "samples" / "shop.sha256").unlink()
    save(settings, replace(shipped, semantic_model="# older"))
    register(settings, sample)
    assert registered(settings) == (shipped,)
