"""What the reports of a schedule cover, told before they are made, on the sample's semantic model."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fakes.memory_store import MemoryStore
from fakes.records import EVIDENCE, query, question

from analytics_agent.api.periods import ReplayedPeriods
from analytics_agent.api.services import Coverage
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.database import Database
from analytics_agent.domain.replay import Replayed
from analytics_agent.domain.run import Run
from analytics_agent.domain.schedule import Schedule, Timing
from analytics_agent.resources import resource

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DUE = datetime(2026, 12, 1, 7, tzinfo=UTC)
MODEL = (resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text()
JUNE: dict[str, Any] = {"metrics": ["cancellations"], "purpose": "cancellations", "time": {"from": "2013-06-01", "to": "2013-07-01"}}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def accepted(
    *, as_of: date | None = None, request: dict[str, Any] = JUNE, **changes: Any
) -> tuple[ReplayedPeriods, Schedule, MemoryStore]:
    """A run about June 2013, asked while the data went on to the end of the year, and a monthly schedule of it."""
    store = MemoryStore()
    await store.save_database(Database("flights", "postgresql://reader@host/flights", "postgres", "public", MODEL))
    asked = question(text="How many flights were cancelled in June 2013?", as_of=as_of)
    await store.create_run(asked)
    await store.add_query(asked.run_id, query(request=request), key="q1")
    await store.save_document(asked.run_id, "evidence", EVIDENCE)
    await store.save_document(asked.run_id, "briefing", Briefing(as_of or date(2013, 12, 31), "f1"))
    await store.set_status(asked.run_id, "succeeded")
    schedule = Schedule("s1", "k1", "Monthly", asked.run_id, Timing("Europe/Berlin", every="month"), "month", NOW)
    return ReplayedPeriods(store), replace(schedule, **changes), store


async def run_of(store: MemoryStore, schedule: Schedule) -> Run:
    return await store.run(schedule.run_id)


async def test_a_question_about_a_month_moves_by_the_month_and_says_why() -> None:
    periods, schedule, store = await accepted()
    found = await periods.moving(await run_of(store, schedule))
    assert (found.unit, found.obstacle) == ("month", None)
    assert "June 2013" in found.why


async def test_a_unit_that_is_too_small_is_refused_with_a_reason() -> None:
    periods, schedule, store = await accepted()
    assert "whole months" in (await periods.why_not(await run_of(store, schedule), "week") or "")


async def test_each_coming_report_covers_the_month_before_it_on_the_clock_of_its_zone() -> None:
    periods, schedule, _ = await accepted()
    due = [datetime(2026, 12, 1, 7, tzinfo=UTC), datetime(2026, 12, 31, 23, 30, tzinfo=UTC)]  # the second is in January there
    assert (await periods.covered(schedule, due)).periods == ("November 2026", "December 2026")
    fixed = replace(schedule, moves_by=None)
    assert (await periods.covered(fixed, due[:1])).periods == ("June 2013",)


async def test_data_that_ends_before_the_report_would_look_is_said() -> None:
    periods, schedule, _ = await accepted()
    told = (await periods.covered(schedule, [DUE])).behind
    assert told == ("When it was last looked at, the data ended on 31 December 2013. Until there is more, a report covers December 2013.")
    assert (await periods.covered(replace(schedule, moves_by=None), [DUE])).behind is None
    assert (await periods.covered(schedule, [datetime(2014, 1, 1, 7, tzinfo=UTC)])).behind is None


async def test_a_run_whose_period_is_gone_leaves_the_schedule_to_be_looked_at() -> None:
    """Its semantic model was changed since: one such schedule must not keep people from the list of them."""
    periods, schedule, _ = await accepted(request={name: JUNE[name] for name in ("metrics", "purpose")})
    assert await periods.covered(schedule, [DUE]) == Coverage((None,))


async def test_a_day_that_the_asker_chose_says_nothing_of_where_the_data_ends() -> None:
    periods, schedule, _ = await accepted(as_of=date(2013, 7, 15))
    assert (await periods.covered(schedule, [DUE])).behind is None


async def test_a_report_of_a_report_counts_from_the_accepted_run() -> None:
    periods, schedule, store = await accepted()
    again = question(replays=schedule.run_id, schedule="s0", scheduled_for=NOW)
    await store.create_run(again)
    await store.set_status(again.run_id, "succeeded")
    assert (await periods.moving(await store.run(again.run_id))).unit == "month"
    assert (await periods.covered(replace(schedule, run_id=again.run_id), [DUE])).periods == ("November 2026",)


async def test_a_database_that_was_removed_leaves_the_schedule_to_be_looked_at() -> None:
    periods, schedule, store = await accepted()
    await store.remove_database("flights")
    assert await periods.covered(schedule, [DUE]) == Coverage((None,))


async def test_the_last_report_knows_better_how_far_the_data_goes() -> None:
    periods, schedule, store = await accepted(as_of=date(2013, 7, 15))
    made = question(replays=schedule.run_id, schedule="s1", scheduled_for=NOW)
    await store.create_run(made)
    looked = replace(await store.run(made.run_id), replayed=Replayed(schedule.run_id, "", date(2013, 12, 31), "month"))
    assert "ended on 31 December 2013" in ((await periods.covered(schedule, [DUE], [looked])).behind or "")
