"""A report falls due: one run for each due time, and none where none may be made."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes.memory_store import MemoryStore
from fakes.records import question

from analytics_agent.activities.schedules import GONE, REVOKED, ScheduleActivities, run_of
from analytics_agent.domain.orders import DueOrder
from analytics_agent.domain.question import Budget
from analytics_agent.domain.schedule import Schedule, Timing
from analytics_agent.domain.timing import is_phantom

pytestmark = pytest.mark.anyio

DUE = datetime(2013, 7, 1, 6, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 25, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def prepared(**changes: object) -> tuple[MemoryStore, Schedule]:
    """A store with a key, its accepted run and a schedule of it."""
    store = MemoryStore()
    key, _ = await store.create_key("ann", ["ask"])
    asked = question(owner=key.id, as_of=DUE.date(), continues="before", budget=Budget(usd=0.5), recipients=("mail:old@example.com",))
    await store.create_run(asked)
    timing = Timing("Europe/Berlin", every="month")
    schedule = Schedule("s1", key.id, "Monthly", asked.run_id, timing, "month", DUE, ("folder:board",), ("pdf",), publish=True)
    schedule = replace(schedule, **changes)  # type: ignore[arg-type]
    await store.add_schedule(schedule)
    return store, schedule


async def begin(store: MemoryStore, due: datetime = DUE) -> str | None:
    return (await ScheduleActivities(store).begin_due(DueOrder("s1", due))).run_id


async def test_a_due_report_is_the_accepted_question_for_its_owner_and_its_recipients() -> None:
    store, schedule = await prepared()
    run_id = await begin(store)
    assert run_id
    asked = (await store.run(run_id)).question
    assert (asked.text, asked.database, asked.model, asked.budget) == ("How late were flights?", "flights", "offline", Budget(usd=0.5))
    assert (asked.owner, asked.recipients, asked.formats, asked.publish) == (schedule.owner, ("folder:board",), ("pdf",), True)
    assert (asked.replays, asked.schedule, asked.scheduled_for) == (schedule.run_id, "s1", DUE)
    assert (asked.as_of, asked.continues) == (None, None)
    assert [event.data for event in await store.events(run_id)] == [{"status": "queued"}]


async def test_a_due_time_that_is_told_twice_is_one_run() -> None:
    store, _ = await prepared()
    assert await begin(store) == await begin(store)
    assert len(await store.runs_of_schedule("s1")) == 1


async def test_a_report_that_is_there_is_not_made_again_and_one_that_failed_is() -> None:
    store, _ = await prepared()
    first = await begin(store)
    assert first
    await store.set_status(first, "failed", "The database does not answer.")
    second = await begin(store)
    assert second not in (None, first)
    await store.set_status(second, "succeeded")
    assert await begin(store) is None
    assert len(await store.runs_of_schedule("s1")) == 2


async def test_a_deleted_schedule_makes_nothing() -> None:
    store, _ = await prepared()
    await store.remove_schedule("s1")
    assert await begin(store) is None
    assert await store.runs_of_schedule("s1") == ()


async def test_a_schedule_whose_key_was_revoked_pauses_itself_and_says_why() -> None:
    store, schedule = await prepared()
    await store.revoke_key(schedule.owner)
    assert await begin(store) is None
    assert (await store.schedule("s1")).paused == REVOKED


async def test_a_note_that_somebody_wrote_is_kept() -> None:
    store, schedule = await prepared(paused="Data is late.")
    await store.revoke_key(schedule.owner)
    assert await begin(store) is None
    assert (await store.schedule("s1")).paused == "Data is late."


async def test_a_schedule_whose_run_is_gone_pauses_itself() -> None:
    store, _ = await prepared(run_id="gone")
    assert await begin(store) is None
    assert (await store.schedule("s1")).paused == GONE


async def test_a_person_of_superset_needs_no_key() -> None:
    store, _ = await prepared(owner="superset:7")
    assert await begin(store)


async def test_a_paused_schedule_still_runs_by_hand() -> None:
    store, _ = await prepared(paused="Data is late.")
    assert await begin(store, datetime(2026, 11, 23, 8, 11, tzinfo=UTC))  # a whole minute, which no due time is


async def test_a_time_that_comes_twice_makes_one_report() -> None:
    """New York, 1 November 2026: 01:30 in summer time, and an hour later again."""
    store, _ = await prepared(timing=Timing("America/New_York", every="day", at="01:30"))
    first, again = [datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (5, 6)]
    made = await begin(store, first)
    assert made
    await store.set_status(made, "succeeded")
    assert await begin(store, again) is None


async def test_what_temporal_adds_when_clocks_go_back_makes_no_report() -> None:
    """Berlin, 25 October 2026, every day at 01:00: Temporal acts at 01:00 and at 02:00."""
    timing = Timing("Europe/Berlin", every="day", at="01:00")
    store, _ = await prepared(timing=timing)
    assert is_phantom(timing, AUTUMN)
    assert await begin(store, AUTUMN) is None
    assert await begin(store, AUTUMN - timedelta(hours=1))


def test_two_schedules_and_two_times_are_different_runs() -> None:
    schedule = Schedule("s1", "k1", "Monthly", "run1", Timing("UTC", every="month"), "month", DUE)
    other = replace(schedule, id="s2")
    assert len({run_of(schedule, DUE), run_of(other, DUE), run_of(schedule, DUE + timedelta(days=1)), run_of(schedule, DUE, 1)}) == 4
