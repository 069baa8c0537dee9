"""ports.Store: schedules and their runs, one suite for PostgreSQL and for the fake in memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore
from fakes.records import question

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.schedule import Schedule, Timing
from analytics_agent.errors import UnknownSchedule

pytestmark = pytest.mark.anyio

AnyStore = PostgresStore | MemoryStore
MADE = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)
MONTHLY = Schedule(
    "s1",
    "k1",
    "Late flights, monthly",
    "run1",
    Timing("Europe/Berlin", every="month", on=2),
    "month",
    MADE,
    recipients=("mail:ops@example.com",),
    formats=("pdf",),
    publish=True,
    overlap="buffer_one",
    catch_up=timedelta(hours=1.5),
)


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


async def test_a_schedule_reads_as_it_was_stored(store: AnyStore) -> None:
    assert await store.add_schedule(MONTHLY) == MONTHLY
    assert await store.schedule("s1") == MONTHLY


async def test_a_schedule_added_twice_is_left_as_it_is(store: AnyStore) -> None:
    await store.add_schedule(MONTHLY)
    later = [replace(MONTHLY, name=f"tab {number}") for number in range(4)]
    assert await asyncio.gather(*map(store.add_schedule, later)) == [MONTHLY] * 4


async def test_a_change_replaces_the_schedule(store: AnyStore) -> None:
    await store.add_schedule(MONTHLY)
    paused = replace(MONTHLY, paused="Data is late.\0")
    await store.save_schedule(paused)
    assert (await store.schedule("s1")).paused in ("Data is late.\0", "Data is late.\N{REPLACEMENT CHARACTER}")


async def test_a_deleted_schedule_is_unknown_and_stays_deleted(store: AnyStore) -> None:
    await store.add_schedule(MONTHLY)
    await store.remove_schedule("s1")
    await store.remove_schedule("s1")
    await store.save_schedule(replace(MONTHLY, paused="too late"))
    with pytest.raises(UnknownSchedule):
        await store.schedule("s1")
    assert await store.schedule("s1", or_deleted=True) == MONTHLY  # for a run that it began before
    assert await store.add_schedule(MONTHLY) is None
    assert await store.schedules(owner=None) == ()


async def test_only_what_was_here_and_is_deleted_counts_as_deleted(store: AnyStore) -> None:
    for name in ("s1", "s2"):
        await store.add_schedule(replace(MONTHLY, id=name))
    await store.remove_schedule("s1")
    assert await store.deleted_schedules(["s1", "s2", "stranger"]) == {"s1"}
    assert await store.deleted_schedules([]) == frozenset()


async def test_a_schedule_that_never_was_is_unknown(store: AnyStore) -> None:
    await store.remove_schedule("no")
    with pytest.raises(UnknownSchedule):
        await store.schedule("no\0")


async def test_schedules_are_listed_newest_first_by_owner(store: AnyStore) -> None:
    for number, owner in enumerate(["k1", "superset:7", "k1"]):
        await store.add_schedule(replace(MONTHLY, id=f"s{number}", owner=owner, created_at=MADE + timedelta(minutes=number)))
    assert [one.id for one in await store.schedules(owner="k1")] == ["s2", "s0"]
    assert [one.id for one in await store.schedules(owner="superset:7")] == ["s1"]
    assert len(await store.schedules(owner=None)) == 3
    first = await store.schedules(owner=None, limit=2)
    assert [one.id for one in (*first, *await store.schedules(owner=None, limit=2, before=first[-1].created_at))] == ["s2", "s1", "s0"]


async def test_the_runs_of_a_schedule_are_those_it_made_the_one_due_last_first(store: AnyStore) -> None:
    due = [datetime(2013, month, 1, 6, tzinfo=UTC) for month in (4, 3, 5)]  # a backfill makes older ones later
    asked = [question(schedule="s1", scheduled_for=at) for at in due]
    for one in (*asked, question(schedule="s2", scheduled_for=due[0]), question()):
        await store.create_run(one)
    runs = await store.runs_of_schedule("s1")
    assert [run.question.run_id for run in runs] == [asked[n].run_id for n in (2, 0, 1)]
    assert runs[0].question == asked[2]
    assert len(await store.runs_of_schedule("s1", limit=1)) == 1
    assert await store.runs_of_schedule("s3") == ()


async def test_the_runs_of_a_schedule_can_be_those_of_a_time_and_those_that_made_a_report(store: AnyStore) -> None:
    march, april, may = (question(schedule="s1", scheduled_for=datetime(2013, month, 1, 6, 0, 0, month, tzinfo=UTC)) for month in (3, 4, 5))
    for one in (april, may, march):
        await store.create_run(one)
    await store.set_status(march.run_id, "succeeded")
    await store.set_status(april.run_id, "failed")
    before = [run.question.run_id for run in await store.runs_of_schedule("s1", before=may.scheduled_for)]
    since = [run.question.run_id for run in await store.runs_of_schedule("s1", since=april.scheduled_for)]
    made = [run.question.run_id for run in await store.runs_of_schedule("s1", limit=1, before=may.scheduled_for, made=True)]
    assert (before, since, made) == ([april.run_id, march.run_id], [may.run_id, april.run_id], [march.run_id])
