"""ports.Store: statements in line at their database, over all workers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore
from sqlalchemy import text

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.statement import GIVEN_FOR, STANDS_FOR, KeptRows, Place, Saved, Standing

pytestmark = pytest.mark.anyio

AnyStore = PostgresStore | MemoryStore
ROWS = KeptRows(Artifact("ab" * 32, 10, "application/vnd.apache.parquet"), Saved(3, 100, 1.5))


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


def place(name: str, *, database: str = "flights", statement: str = "") -> Place:
    return Place(name, database, f"run-{name}", statement)


async def test_no_more_run_at_once_than_may_and_the_others_are_told_how_many_are_before_them(store: AnyStore) -> None:
    told = [await store.take_place(place(name), at_once=2) for name in "abcd"]
    assert told == [Standing("runs"), Standing("runs"), Standing("waits", 1), Standing("waits", 2)]
    await store.leave_place("a")
    assert await store.take_place(place("d"), at_once=2) == Standing("waits", 1), "who asked first goes first"
    assert await store.take_place(place("c"), at_once=2) == Standing("runs")


async def test_each_database_has_a_line_of_its_own(store: AnyStore) -> None:
    assert await store.take_place(place("a"), at_once=1) == Standing("runs")
    assert await store.take_place(place("b", database="shop"), at_once=1) == Standing("runs")


async def test_of_many_who_come_at_the_same_time_as_many_run_as_may(store: AnyStore) -> None:
    told = await asyncio.gather(*(store.take_place(place(str(n)), at_once=3) for n in range(12)))
    assert sum(standing.state == "runs" for standing in told) == 3
    assert sorted(standing.ahead for standing in told if standing.state == "waits") == list(range(1, 10))


async def test_a_place_that_is_taken_again_is_the_same_place(store: AnyStore) -> None:
    for _ in range(3):
        assert await store.take_place(place("a"), at_once=1) == Standing("runs")
    assert len(await store.in_line("flights")) == 1


async def test_the_same_statement_is_followed_and_its_rows_are_given_to_all_who_wait_for_it(store: AnyStore) -> None:
    assert await store.take_place(place("a", statement="s"), at_once=1) == Standing("runs")
    followers = [place(name, statement="s") for name in "bc"]
    assert [await store.take_place(one, at_once=1) for one in followers] == [Standing("follows")] * 2
    assert await store.take_place(place("d", statement="other"), at_once=1) == Standing("waits", 1), "followers take no place"
    await store.leave_place("a", ROWS)
    assert [await store.take_place(one, at_once=1) for one in followers] == [Standing("given", rows=ROWS)] * 2
    assert await store.take_place(place("d", statement="other"), at_once=1) == Standing("runs")


async def test_rows_are_not_given_to_who_asks_after_they_were_there(store: AnyStore) -> None:
    await store.take_place(place("a", statement="s"), at_once=1)
    await store.leave_place("a", ROWS)
    await asyncio.sleep(0.01)
    assert await store.take_place(place("b", statement="s"), at_once=1) == Standing("runs")


async def test_when_the_one_that_was_followed_fails_the_next_runs_itself(store: AnyStore) -> None:
    await store.take_place(place("a", statement="s"), at_once=1)
    await store.take_place(place("b", statement="s"), at_once=1)
    await store.leave_place("a")
    assert await store.take_place(place("b", statement="s"), at_once=1) == Standing("runs")


async def test_statements_without_a_fingerprint_are_never_shared(store: AnyStore) -> None:
    await store.take_place(place("a"), at_once=2)
    assert await store.take_place(place("b"), at_once=2) == Standing("runs")


async def test_the_line_is_shown_those_that_run_first(store: AnyStore) -> None:
    for name, statement in (("a", "s"), ("b", "s"), ("c", "t")):
        await store.take_place(place(name, statement=statement), at_once=1)
    shown = await store.in_line("flights")
    assert [(one.run_id, one.state, one.started_at is not None) for one in shown] == [
        ("run-a", "runs", True),
        ("run-b", "follows", False),
        ("run-c", "waits", False),
    ]
    await store.leave_place("a", ROWS)
    assert [one.run_id for one in await store.in_line("flights")] == ["run-b", "run-c"]
    assert await store.in_line("shop") == ()


async def test_who_died_in_line_is_no_longer_in_it_and_rows_are_not_kept_for_ever(postgres_database: str) -> None:
    migrate(postgres_database)
    store = PostgresStore(postgres_database, Fernet.generate_key().decode())
    try:
        await store.take_place(place("dead"), at_once=1)
        await store.take_place(place("given", database="shop", statement="s"), at_once=1)
        await store.leave_place("given", ROWS)
        assert await store.take_place(place("next"), at_once=1) == Standing("waits", 1)
        await _later(store, STANDS_FOR + timedelta(seconds=1), "dead")
        assert await store.take_place(place("next"), at_once=1) == Standing("runs")
        await _later(store, GIVEN_FOR + timedelta(seconds=1), "given")
        await store.take_place(place("other", database="shop"), at_once=1)
        async with store.alone() as connection:
            kept = (await connection.execute(text("SELECT id FROM statements ORDER BY id"))).scalars().all()
        assert kept == ["next", "other"]
    finally:
        await store.close()


async def _later(store: PostgresStore, by: timedelta, place_id: str) -> None:
    async with store.transaction() as connection:
        await connection.execute(text("UPDATE statements SET seen_at = seen_at - :by WHERE id = :id"), {"by": by, "id": place_id})
