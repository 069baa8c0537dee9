"""Databases and their catalogs in the store: one suite for PostgreSQL and for the fake in memory."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore
from fakes.records import catalog

from analytics_agent.adapters.postgres_store import PostgresStore
from analytics_agent.adapters.store_migrations import migrate
from analytics_agent.domain.database import Database
from analytics_agent.errors import UnknownDatabase

pytestmark = pytest.mark.anyio

AnyStore = PostgresStore | MemoryStore


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["postgres", "memory"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[AnyStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    url = request.getfixturevalue("postgres_database")
    migrate(url)
    postgres = PostgresStore(url, Fernet.generate_key().decode())
    yield postgres
    await postgres.close()


async def test_a_database_is_read_back_with_its_uri_and_shows_it_nowhere(store: AnyStore) -> None:
    await store.save_database(Database("flights", "postgresql://reader:geheim@host/flights", "postgres", "public", "flights.yaml"))
    kept = await store.database("flights")
    assert kept.uri == "postgresql://reader:geheim@host/flights"
    assert (kept.dialect, kept.schema, kept.semantic_model) == ("postgres", "public", "flights.yaml")
    assert "geheim" not in repr(kept)
    assert kept.added_at is not None


async def test_a_database_added_again_is_replaced_and_forgets_its_catalog(store: AnyStore) -> None:
    await store.save_database(Database("flights", "postgresql://one/x"))
    await store.save_catalog(catalog())
    await store.save_database(Database("flights", "duckdb:///two.db", "duckdb"))
    assert (await store.database("flights")).uri == "duckdb:///two.db"
    assert await store.catalog("flights") is None
    assert len(await store.databases()) == 1


async def test_a_database_that_only_moved_keeps_its_catalog(store: AnyStore) -> None:
    await store.save_database(Database("flights", "postgresql://one/x"))
    await store.save_catalog(catalog())
    await store.save_database(Database("flights", "postgresql://two/x"), same_tables=True)
    assert (await store.database("flights")).uri == "postgresql://two/x"
    assert await store.catalog("flights") is not None


async def test_an_unknown_database_names_those_that_are_known(store: AnyStore) -> None:
    await store.save_database(Database("flights", "postgresql://one/x"))
    with pytest.raises(UnknownDatabase, match="flights"):
        await store.database("flight")


async def test_a_removed_database_is_gone_with_its_catalog(store: AnyStore) -> None:
    await store.save_database(Database("flights", "postgresql://one/x"))
    await store.save_catalog(catalog())
    for _ in range(2):
        await store.remove_database("flights")
    assert await store.databases() == ()
    assert await store.catalog("flights") is None


async def test_the_newest_catalog_stands(store: AnyStore) -> None:
    newest = catalog(fingerprint="new")
    await store.save_catalog(newest)
    await store.save_catalog(catalog(fingerprint="old", read_at=newest.read_at - timedelta(hours=1)))
    assert await store.catalog("flights") == newest
