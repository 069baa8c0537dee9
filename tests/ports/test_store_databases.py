"""Databases and their catalogs in the store: one suite for PostgreSQL and for the fake in memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore
from fakes.records import catalog

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.profile import ColumnProfile, KeptProfile, TableProfile
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


async def test_two_who_change_a_database_at_once_both_have_changed_it(store: AnyStore) -> None:
    await store.save_database(Database("flights", "postgresql://one/x"))
    await store.save_catalog(catalog())
    await asyncio.gather(
        *(store.change_database("flights", lambda kept: replace(kept, at_once=(kept.at_once or 0) + 1)) for _ in range(8)),
        store.change_database("flights", lambda kept: replace(kept, model_sees="masked")),
    )
    kept = await store.database("flights")
    assert (kept.at_once, kept.model_sees, kept.uri) == (8, "masked", "postgresql://one/x")
    assert await store.catalog("flights") is not None


async def test_a_database_that_was_removed_is_not_there_again_because_somebody_changes_it(store: AnyStore) -> None:
    await store.save_database(Database("flights", "postgresql://one/x"))
    await store.remove_database("flights")
    with pytest.raises(UnknownDatabase):
        await store.change_database("flights", lambda kept: replace(kept, at_once=1))
    assert await store.databases() == ()


async def test_what_cannot_be_made_of_a_database_leaves_it_as_it_is(store: AnyStore) -> None:
    await store.save_database(Database("flights", "postgresql://one/x"))
    with pytest.raises(TypeError):
        await store.change_database("flights", lambda kept: replace(kept, no_such_thing=1))
    assert (await store.database("flights")).at_once is None


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


# catalogs that are looked at again

LASTS, NOW_TOO = timedelta(seconds=30), timedelta(0)


async def test_of_all_who_find_a_catalog_old_one_is_to_look(store: AnyStore) -> None:
    await store.save_catalog(catalog(read_at=datetime.now(UTC) - timedelta(hours=2)))
    asked = [store.begin_reading("flights", f"w{number}", older_than=timedelta(hours=1), lasts=LASTS) for number in range(12)]
    assert sorted(await asyncio.gather(*asked)) == [False] * 11 + [True]


async def test_a_catalog_that_was_looked_at_is_not_looked_at_again_soon(store: AnyStore) -> None:
    await store.save_catalog(catalog(read_at=datetime.now(UTC) - timedelta(hours=2)))
    before = await store.catalog("flights")
    assert await store.begin_reading("flights", "w1", older_than=timedelta(hours=1), lasts=LASTS)
    assert await store.end_reading("flights", "w1", checked=True)
    assert not await store.begin_reading("flights", "w2", older_than=timedelta(hours=1), lasts=LASTS)
    assert await store.catalog("flights") is before  # what was made of it is good still
    checked = await store.catalog_checked("flights")
    assert checked is not None and datetime.now(UTC) - checked < timedelta(minutes=1)


async def test_how_long_ago_a_catalog_was_looked_at_is_told(store: AnyStore) -> None:
    assert await store.catalog_age("flights") is None
    await store.save_catalog(catalog(read_at=datetime.now(UTC) - timedelta(hours=2)))
    age = await store.catalog_age("flights")
    assert age is not None and timedelta(hours=1.9) < age < timedelta(hours=2.1)


async def test_what_was_just_read_stands_whatever_the_clock_of_who_read_it(store: AnyStore) -> None:
    await store.save_catalog(catalog(read_at=datetime.now(UTC) + timedelta(minutes=5)))
    assert await store.begin_reading("flights", "w1", older_than=timedelta(minutes=-9), lasts=LASTS)
    assert await store.end_reading("flights", "w1", checked=True, catalog=catalog(fingerprint="new", read_at=datetime.now(UTC)))
    assert (found := await store.catalog("flights")) and found.fingerprint == "new"


async def test_the_pause_after_a_look_that_failed_can_be_passed_over_and_another_s_look_cannot(store: AnyStore) -> None:
    assert await store.begin_reading("flights", "w1", older_than=NOW_TOO, lasts=LASTS)
    assert not await store.begin_reading("flights", "w2", older_than=NOW_TOO, lasts=LASTS, in_pause=True)
    assert await store.end_reading("flights", "w1", checked=False, pause=timedelta(hours=1))
    assert await store.begin_reading("flights", "w2", older_than=NOW_TOO, lasts=LASTS, in_pause=True)


async def test_a_look_that_failed_is_repeated_after_its_pause(store: AnyStore) -> None:
    for name, pause in (("flights", timedelta(hours=1)), ("shop", timedelta(seconds=0.05))):
        assert await store.begin_reading(name, "w1", older_than=NOW_TOO, lasts=LASTS)
        assert await store.end_reading(name, "w1", checked=False, pause=pause)
    await asyncio.sleep(0.1)
    assert not await store.begin_reading("flights", "w2", older_than=NOW_TOO, lasts=LASTS)
    assert await store.begin_reading("shop", "w2", older_than=NOW_TOO, lasts=LASTS)


async def test_who_died_while_looking_is_followed_by_another_and_changes_nothing_any_more(store: AnyStore) -> None:
    assert await store.begin_reading("flights", "w1", older_than=NOW_TOO, lasts=timedelta(seconds=0.05))
    await asyncio.sleep(0.1)
    assert await store.begin_reading("flights", "w2", older_than=NOW_TOO, lasts=LASTS)
    assert not await store.end_reading("flights", "w1", checked=True, catalog=catalog(fingerprint="late"))
    assert await store.catalog("flights") is None
    assert await store.end_reading("flights", "w2", checked=True, catalog=catalog(fingerprint="new"))
    assert (found := await store.catalog("flights")) and found.fingerprint == "new"


async def test_what_was_read_of_a_database_is_not_kept_for_another_of_its_name(store: AnyStore) -> None:
    await store.save_database(Database("flights", "postgresql://one/x"))
    assert await store.begin_reading("flights", "w1", older_than=NOW_TOO, lasts=LASTS)
    await store.save_database(Database("flights", "postgresql://two/x"))
    assert not await store.end_reading("flights", "w1", checked=True, catalog=catalog())
    assert await store.catalog("flights") is None and await store.catalog_checked("flights") is None


# profiles


def _profile(name: str = "flights", schema: str | None = "public", rows: int = 10, day: int = 1) -> KeptProfile:
    columns = (ColumnProfile("carrier", rows, 2, None, None, (("UA", 6), ("\0bad", 4))),)
    return KeptProfile(TableProfile(schema, name, rows, True, columns), f"made of {rows}", datetime(2026, 11, day, tzinfo=UTC))


async def test_profiles_are_kept_by_table_and_replaced(store: AnyStore) -> None:
    known = catalog()
    await store.save_catalog(known)
    assert await store.profiles("flights") == {}
    assert await store.keep_profiles(known, [_profile()])
    table = TableName("public", "flights")
    assert (await store.profiles("flights"))[table].profile.rows == 10
    assert await store.profiles("flights") is not None
    assert await store.keep_profiles(known, [_profile(rows=11, day=2)])
    kept = (await store.profiles("flights"))[table]
    assert (kept.profile.rows, kept.made_of, kept.looked_at.day) == (11, "made of 11", 2)


async def test_a_profile_whose_values_are_taken_out_is_without_them_at_once(store: AnyStore) -> None:
    """Also for who read it before, and though nobody looked at the table anew."""
    known, table = catalog(), TableName("public", "flights")
    await store.save_catalog(known)
    await store.keep_profiles(known, [_profile(rows=10)])
    before = (await store.profiles("flights"))[table]
    await store.keep_profiles(known, [replace(before, profile=replace(before.profile, columns=()))])
    assert (await store.profiles("flights"))[table].profile.columns == ()


async def test_profiles_of_tables_that_are_gone_go(store: AnyStore) -> None:
    known = catalog()
    await store.save_catalog(known)
    await store.keep_profiles(known, [_profile(), _profile("no_such_table")])
    await store.keep_profiles(known, [])
    assert list(await store.profiles("flights")) == [TableName("public", "flights")]


async def test_profiles_made_of_a_catalog_that_was_replaced_are_not_kept(store: AnyStore) -> None:
    old = catalog()
    await store.save_catalog(old)
    await store.save_catalog(catalog(read_at=old.read_at + timedelta(seconds=1)))
    assert not await store.keep_profiles(old, [_profile()])
    assert await store.profiles("flights") == {}


@pytest.mark.parametrize("how", ["removed", "replaced", "switched off"])
async def test_profiles_go_with_their_database(store: AnyStore, how: str) -> None:
    known, database = catalog(), Database("flights", "postgresql://one/x")
    await store.save_database(database)
    await store.save_catalog(known)
    await store.keep_profiles(known, [_profile()])
    assert len(await store.profiles("flights")) == 1
    if how == "removed":
        await store.remove_database("flights")
    elif how == "replaced":
        await store.save_database(database)
    else:
        await store.save_database(replace(database, profiled=False), same_tables=True)
        assert not (await store.database("flights")).profiled
    assert await store.profiles("flights") == {}
