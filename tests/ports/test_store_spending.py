"""ports.Store, what calls cost: one suite for PostgreSQL and for the fake in memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore
from fakes.records import ANSWER, EVIDENCE, REPORT, query, question, turn
from sqlalchemy import text

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.answer import Answer
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.evidence import Evidence
from analytics_agent.domain.orders import TurnOrder
from analytics_agent.domain.question import Budget, Question
from analytics_agent.domain.spending import Decide, Pool, Spending, Stop, Used, WrappedUp

pytestmark = pytest.mark.anyio

AnyStore = PostgresStore | MemoryStore
HOUR = timedelta(hours=1)
EVERY: tuple[Pool, ...] = ("run", "person", "installation")
CALL = Spending(1_000, 0.10)


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


# the ledger


async def test_the_ledger_is_summed_by_whoever_asks(store: AnyStore) -> None:
    mine, theirs = question(owner="k1"), question(owner="k2", database="other")
    for asked in (mine, theirs):
        await store.create_run(asked)
    for kept in (turn(1), turn(2), turn(2)):
        await store.save_turn(mine.run_id, kept)
    await store.save_turn(theirs.run_id, turn(1, model="claude", usage=Usage(1, 2, 3, 4, 9.0)))
    dearest_first = await store.costs(by="owner")
    assert [(cost.group, cost.runs, cost.turns, cost.usage) for cost in dearest_first] == [
        ("k2", 1, 1, Usage(1, 2, 3, 4, 9.0)),
        ("k1", 1, 2, Usage(200, 40, 2_000, 100, 0.5)),
    ]
    assert [cost.group for cost in await store.costs(by="model", owner="k1")] == ["offline"]
    assert [cost.group for cost in await store.costs(by="database")] == ["other", "flights"]
    assert [cost.group for cost in await store.costs(by="day")] == [datetime.now(UTC).date().isoformat()]
    assert await store.costs(by="owner", since=datetime.now(UTC) + timedelta(days=1)) == ()
    assert await store.costs(by="user") == dearest_first
    assert [cost.group for cost in await store.costs(by="run", owner="k1")] == [mine.run_id]
    assert [cost.group for cost in await store.costs(by="step")] == ["explore"]


async def test_what_a_schedule_makes_and_what_is_evaluated_is_told_apart(store: AnyStore) -> None:
    of_kinds = (question(), question(schedule="s1"), question(workflow="evaluation"), question(workflow="batch"))
    for asked in of_kinds:
        await store.create_run(asked)
        await store.save_turn(asked.run_id, turn())
    assert sorted(cost.group for cost in await store.costs(by="workflow")) == ["asked", "batch", "evaluation", "scheduled"]


async def test_a_call_whose_reply_was_lost_is_in_the_ledger_and_in_the_runs_usage(store: AnyStore) -> None:
    order = await asked_order(store)
    await store.save_lost_call(order, "claude-opus-4-7", Usage(10, 0, 0, 0, 0.5), "req_1")
    await store.save_lost_call(order, "claude-opus-4-7", Usage(10, 0, 0, 0, 0.5), "req_1")
    await store.save_lost_call(order, "claude-opus-4-7", Usage(20, 1, 0, 0, 0.25), "req_2")
    await store.save_lost_call(order, "claude-opus-4-7", Usage(1, 0, 0, 0, 0.25), None)
    await store.save_turn(order.run_id, turn(usage=Usage(10, 5, 0, 0, 1.0), request_id="req_3"))
    expected = Usage(41, 6, 0, 0, 2.0)
    assert [(cost.turns, cost.usage) for cost in await store.costs(by="run")] == [(4, expected)]
    run = await store.run(order.run_id)
    assert (run.usage, run.turns) == (expected, 1)


async def test_two_replies_to_one_turn_were_both_charged_and_the_first_stands(store: AnyStore) -> None:
    order = await asked_order(store)
    first, second = turn(request_id="req_1"), turn(request_id="req_2", reply=Artifact("ff" * 32, 1, "application/json"))
    for one in (first, second, first, second):
        await store.save_turn(order.run_id, one)
    assert await store.turns(order.run_id) == (first,)
    assert [cost.turns for cost in await store.costs(by="run")] == [2]


async def test_writes_to_the_cache_for_an_hour_are_counted_apart(store: AnyStore) -> None:
    order = await asked_order(store)
    paid = Usage(1, 2, 3, 40, 0.5, 30)
    await store.save_turn(order.run_id, turn(usage=paid))
    assert [cost.usage for cost in await store.costs(by="day")] == [paid]
    assert (await store.run(order.run_id)).usage == paid


# reservations


async def asked_order(store: AnyStore, turn: int = 1, **changes: object) -> TurnOrder:
    asked: Question = question(**changes)
    await store.create_run(asked)
    return TurnOrder(asked.run_id, "explore", turn)


def take(seen: list[Used], what: Spending | None = CALL) -> Decide:
    def decide(used: Used) -> Spending | None:
        seen.append(used)
        return what

    return decide


async def test_a_reservation_counts_as_used_until_its_turn_is_saved(store: AnyStore) -> None:
    seen: list[Used] = []
    order = await asked_order(store)
    await store.reserve(order, take(seen), pools=EVERY, lasts=HOUR)
    await store.reserve(replace(order, turn=2), take(seen), pools=EVERY, lasts=HOUR)
    await store.save_turn(order.run_id, turn(usage=Usage(10, 0, 0, 0, 0.01)))
    await store.reserve(replace(order, turn=3), take(seen, None), pools=EVERY, lasts=HOUR)
    assert [used["run"].tokens for used in seen] == [0, 1_000, 1_010]
    assert all(used["run"] == used["person"] == used["installation"] for used in seen)
    assert (await store.used("k1", pools=("person",)))["person"].usd == pytest.approx(0.11)


async def test_a_turn_that_is_tried_again_replaces_what_it_reserved(store: AnyStore) -> None:
    seen: list[Used] = []
    order = await asked_order(store)
    for _ in range(3):
        await store.reserve(order, take(seen), pools=EVERY, lasts=HOUR)
    assert [used["run"] for used in seen] == [Spending()] * 3
    assert (await store.used("k1", pools=("installation",)))["installation"] == CALL


async def test_what_a_dead_worker_reserved_expires(store: AnyStore) -> None:
    seen: list[Used] = []
    order = await asked_order(store)
    await store.reserve(order, take(seen), pools=EVERY, lasts=timedelta(0))
    await store.reserve(replace(order, turn=2), take(seen), pools=EVERY, lasts=HOUR)
    assert seen[1]["run"] == Spending()


async def test_a_run_that_ended_keeps_nothing_reserved_but_a_cancelled_one_does_for_a_while(store: AnyStore) -> None:
    failed, cancelled = await asked_order(store), await asked_order(store, owner="k2")
    for order in (failed, cancelled):
        await store.reserve(order, take([]), pools=EVERY, lasts=HOUR)
    await store.set_status(failed.run_id, "failed")
    await store.set_status(cancelled.run_id, "cancelled")
    assert (await store.used("k1", pools=("person",)))["person"] == Spending()
    assert (await store.used("k2", pools=("person",)))["person"] == CALL


async def test_each_owner_has_a_budget_of_their_own_and_all_share_one(store: AnyStore) -> None:
    seen: list[Used] = []
    mine, theirs = await asked_order(store), await asked_order(store, owner="k2")
    await store.reserve(mine, take([]), pools=EVERY, lasts=HOUR)
    await store.reserve(theirs, take(seen), pools=EVERY, lasts=HOUR)
    assert seen == [{"run": Spending(), "person": Spending(), "installation": CALL}]


async def test_fifty_calls_at_once_do_not_overrun_a_budget_together(store: AnyStore) -> None:
    """Of one person, in fifty runs: a budget that holds twelve calls and a half lets twelve be made."""
    orders = [await asked_order(store) for _ in range(50)]

    def decide(used: Used) -> Spending | None:
        return CALL if (used["person"] + CALL).usd <= 1.25 else None

    await asyncio.gather(*(store.reserve(order, decide, pools=("person",), lasts=HOUR) for order in orders))
    assert (await store.used("k1", pools=("person",)))["person"].tokens == 12_000


async def test_nothing_is_missed_while_reservations_become_lines_of_the_ledger(store: AnyStore) -> None:
    """Calls are saved at what they reserved, others look meanwhile: the sum never falls."""
    orders = [await asked_order(store) for _ in range(20)]
    for order in orders:
        await store.reserve(order, take([]), pools=EVERY, lasts=HOUR)
    seen: list[int] = []

    async def look() -> None:
        seen.extend([(await store.used("k1", pools=("person",)))["person"].tokens for _ in range(20)])

    saved = [store.save_turn(order.run_id, turn(usage=Usage(1_000, 0, 0, 0, 0.1))) for order in orders]
    await asyncio.gather(look(), *saved)
    assert set(seen) == {20_000}


# a run that goes on


async def test_a_run_that_was_stopped_goes_on_without_what_belonged_to_its_end(store: AnyStore) -> None:
    order = await asked_order(store)
    run_id = order.run_id
    await store.append_event(run_id, "run", None, {"status": "running"}, key="running")
    await store.save_turn(run_id, turn())
    kept = await store.add_query(run_id, query(), key="a")
    await store.save_document(run_id, "evidence", EVIDENCE)
    await store.save_document(run_id, "answer", replace(ANSWER, partial=True))
    await store.save_document(run_id, "report", REPORT)
    await store.save_document(run_id, "stopped", Stop("run", "usd", 0.5, 0.4, 0.2))
    await store.save_document(run_id, "wrapped_up", WrappedUp(("answer",)))
    await store.set_status(run_id, "over_budget", "Stopped.")
    stopped = await store.run(run_id)
    assert stopped.stopped == Stop("run", "usd", 0.5, 0.4, 0.2)
    assert await store.reopen(run_id, Budget(usd=2.0))
    run = await store.run(run_id)
    assert (run.status, run.reason, run.finished_at, run.answer, run.stopped) == ("queued", None, None, None, None)
    assert (run.question.budget, run.openings, stopped.openings) == (Budget(usd=2.0), 2, 1)
    assert (run.report.html, run.evidence, run.queries, run.usage) == (None, EVIDENCE, (kept,), stopped.usage)
    assert await store.document(run_id, "answer", Answer) is None
    assert await store.document(run_id, "evidence", Evidence) == EVIDENCE
    await store.append_event(run_id, "run", None, {"status": "running"}, key="running")
    told = [(event.seq, event.data["status"]) for event in await store.events(run_id)]
    assert told == [(1, "running"), (2, "queued"), (3, "running")]


async def test_what_is_left_of_an_earlier_opening_does_not_end_a_run_that_goes_on(store: AnyStore) -> None:
    """The workflow of before the budget was raised offers its end again, late."""
    run_id = (await asked_order(store)).run_id
    assert await store.set_status(run_id, "over_budget", "Stopped.", opening=1)
    assert await store.reopen(run_id, Budget(usd=2.0))
    for status in ("over_budget", "failed", "cancelled"):
        assert not await store.set_status(run_id, status, "Late.", opening=1)
    run = await store.run(run_id)
    assert (run.status, run.reason, run.finished_at) == ("queued", None, None)
    assert await store.set_status(run_id, "running", opening=2)
    assert await store.set_status(run_id, "cancelled", "By the asker.")  # whichever it is


async def test_only_a_run_over_budget_is_opened_again_and_only_once(store: AnyStore) -> None:
    order = await asked_order(store, budget=Budget(usd=0.5))
    assert not await store.reopen(order.run_id, Budget(usd=2.0))
    await store.set_status(order.run_id, "over_budget", "Stopped.")
    assert sorted(await asyncio.gather(*(store.reopen(order.run_id, Budget(usd=2.0)) for _ in range(5)))) == [False] * 4 + [True]
    await store.set_status(order.run_id, "succeeded")
    assert not await store.reopen(order.run_id, Budget(usd=3.0))
    assert (await store.run(order.run_id)).question.budget == Budget(usd=2.0)


async def test_the_ledger_says_the_price_at_the_time(store: AnyStore) -> None:
    if isinstance(store, MemoryStore):
        pytest.skip("the fake keeps no prices")
    order = await asked_order(store)
    await store.save_lost_call(order, "claude-opus-4-7", Usage(10, 0, 0, 0, 0.5), "req_1")
    await store.save_turn(order.run_id, turn(model="claude-opus-4-7", batched=True, request_id="req_2"))
    async with store.transaction() as connection:
        rows = (await connection.execute(text("SELECT kind, attempt, request_id, prices FROM usage_ledger ORDER BY attempt"))).all()
    assert [(row.kind, row.attempt, row.request_id) for row in rows] == [("lost", 1, "req_1"), ("batch", 2, "req_2")]
    assert [row.prices["output"] for row in rows] == [25, 12.5]


async def test_a_day_is_a_day_in_utc(store: AnyStore) -> None:
    order = await asked_order(store)
    await store.save_turn(order.run_id, turn())
    assert (await store.used("k1", pools=("person",)))["person"].tokens == turn().usage.tokens
    if isinstance(store, PostgresStore):
        async with store.transaction() as connection:
            yesterday = datetime.now(UTC).replace(hour=0, minute=0, second=0) - timedelta(seconds=1)
            await connection.execute(text("UPDATE usage_ledger SET at = :at"), {"at": yesterday})
        assert (await store.used("k1", pools=("person",)))["person"] == Spending()


async def test_keys_and_people_have_names_and_who_is_unknown_has_none(store: AnyStore) -> None:
    record, _ = await store.create_key("The finance team", ("ask",))
    people = [("superset:7", "Ann"), ("superset:7", "Ann Berg"), ("superset:8", "")]
    for minute, (owner, name) in enumerate(people):
        await store.create_run(question(owner=owner, asked_by=name, asked_at=datetime(2026, 1, 1, 12, minute, tzinfo=UTC)))
    await store.create_run(question(owner="superset:8", asked_by="Somebody else", schedule="s1"))
    names = await store.owner_names([record.id, "superset:7", "superset:8", "superset:9"])
    assert names == {record.id: "The finance team", "superset:7": "Ann Berg"}
    assert await store.owner_names([]) == {}
