"""ports.Store: turns that wait for a message batch, one suite for PostgreSQL and for the fake in memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore
from fakes.records import ARTIFACT, question

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.batch import WaitingTurn
from analytics_agent.domain.orders import TurnOrder
from analytics_agent.domain.spending import Spending
from analytics_agent.errors import UnknownRun

pytestmark = pytest.mark.anyio

AnyStore = PostgresStore | MemoryStore
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


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


def waiting(run_id: str, turn: int = 1, line: str = "", minutes: int = 0) -> WaitingTurn:
    return WaitingTurn(TurnOrder(run_id, "explore", turn, line), ARTIFACT, "explore.3 ab", "effort=high", NOON + timedelta(minutes=minutes))


async def queued(store: AnyStore, *turns: WaitingTurn) -> None:
    for turn in turns:
        await store.queue_turn(turn)


async def runs(store: AnyStore, count: int) -> list[str]:
    asked = [question() for _ in range(count)]
    for one in asked:
        await store.create_run(one)
    return [one.run_id for one in asked]


async def test_a_waiting_turn_reads_as_it_was_queued_the_longest_waiting_first(store: AnyStore) -> None:
    one, other = await runs(store, 2)
    later, first = waiting(one, 2, "1.a", minutes=5), waiting(other)
    await queued(store, later, first)
    assert await store.waiting_turns() == (first, later)
    assert await store.waiting_turns(run_id=one) == (later,)


async def test_a_turn_that_waits_already_is_left_as_it_is(store: AnyStore) -> None:
    [run] = await runs(store, 1)
    await queued(store, waiting(run), waiting(run, minutes=9))
    assert await store.waiting_turns() == (waiting(run),)


async def test_a_turn_of_no_run_does_not_wait(store: AnyStore) -> None:
    with pytest.raises(UnknownRun):
        await store.queue_turn(waiting("nobody"))


async def test_what_changed_is_kept_and_what_is_gone_is_not_brought_back(store: AnyStore) -> None:
    [run] = await runs(store, 1)
    first, second, third = (waiting(run, number) for number in (1, 2, 3))
    await queued(store, first, second)
    sent = {turn.id for turn in (first, second, third)}
    assert await store.change_waiting(sent, lambda turn: None if turn == first else replace(turn, sent_at=NOON)) == (
        replace(second, sent_at=NOON),
    )
    assert await store.waiting_turns() == (replace(second, sent_at=NOON),)


async def test_two_that_change_the_same_turn_see_each_others_change(store: AnyStore) -> None:
    [run] = await runs(store, 1)
    turns = [waiting(run, number) for number in range(1, 6)]
    await queued(store, *turns)
    ids = [turn.id for turn in turns]
    await asyncio.gather(*(store.change_waiting(ids, lambda turn: replace(turn, attempts=turn.attempts + 1)) for _ in range(8)))
    assert [turn.attempts for turn in await store.waiting_turns()] == [8] * 5


async def reserved(store: AnyStore, turn: WaitingTurn) -> None:
    await store.reserve(turn.order, lambda used: Spending(100, 0.5), pools=("person",), lasts=timedelta(hours=27))


async def test_a_turn_of_a_run_that_was_cancelled_meanwhile_does_not_wait_and_reserves_nothing(store: AnyStore) -> None:
    [run] = await runs(store, 1)
    await store.set_status(run, "cancelled", "Cancelled by the asker.")
    await reserved(store, waiting(run))
    await store.queue_turn(waiting(run))
    assert await store.waiting_turns() == ()
    assert await store.used(question().owner, pools=("person",)) == {"person": Spending()}


async def test_what_was_reserved_for_a_turn_that_is_not_asked_any_more_is_free_again(store: AnyStore) -> None:
    """A cancelled run keeps what it reserved, for what is on its way; a turn that waits for a batch reserves it for more than a day."""
    [run] = await runs(store, 1)
    gone, sent = waiting(run, 1), waiting(run, 2)
    await queued(store, gone, sent)
    for turn in (gone, sent):
        await reserved(store, turn)
    await store.set_status(run, "cancelled", "Cancelled by the asker.")
    await store.change_waiting([gone.id, sent.id], lambda turn: None if turn.id == gone.id else replace(turn, abandoned=True))
    assert await store.used(question().owner, pools=("person",)) == {"person": Spending(100, 0.5)}
