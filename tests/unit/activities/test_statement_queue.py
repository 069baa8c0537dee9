"""Statements take turns at their database, and the same one runs once for all who ask for it at the same time."""

import asyncio
from collections.abc import Callable

import pytest
from fakes import records
from fakes.memory_store import MemoryStore

from analytics_agent.activities import statement_queue
from analytics_agent.activities.slots import Slots, set_aside
from analytics_agent.activities.statement_queue import StatementQueue, Waiting, fingerprint
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.domain.statement import KeptRows, Place, Saved, Standing
from analytics_agent.errors import StatementFailed, StoreUnavailable, WarehouseUnavailable

pytestmark = pytest.mark.anyio

SHOP = Database("shop", "sqlite:///shop.db", "sqlite")
ROWS = KeptRows(Artifact("ab" * 32, 10, "application/vnd.apache.parquet"), Saved(3, 100, 1.5))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Engine:
    """Counts what runs at the same time; each statement ends when it is let go."""

    def __init__(self) -> None:
        self.running = self.most = self.began = 0
        self.go = asyncio.Event()

    async def run(self, queue: StatementQueue, name: str, statement: str = "", database: Database = SHOP) -> KeptRows | None:
        async with queue.turn(Place(name, database.name, name, statement), database) as turn:
            if turn.rows is None:
                self.began += 1
                self.running += 1
                self.most = max(self.most, self.running)
                try:
                    await self.go.wait()
                finally:
                    self.running -= 1
                turn.rows = ROWS
            return turn.rows


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.005)


async def test_no_more_than_may_run_at_once_over_two_workers() -> None:
    store, engine = MemoryStore(), Engine()
    queues = [StatementQueue(store, at_once=2), StatementQueue(store, at_once=2)]
    asked = [asyncio.create_task(engine.run(queues[n % 2], str(n))) for n in range(7)]
    await until(lambda: engine.running == 2)
    assert len(await store.in_line("shop")) == 7
    engine.go.set()
    assert await asyncio.gather(*asked) == [ROWS] * 7
    assert engine.most == 2 and engine.began == 7


async def test_a_database_may_have_a_number_of_its_own() -> None:
    engine, queue = Engine(), StatementQueue(MemoryStore(), at_once=4)
    slow = Database("old", "sqlite:///old.db", "sqlite", at_once=1)
    asked = [asyncio.create_task(engine.run(queue, str(n), database=slow)) for n in range(3)]
    await until(lambda: engine.running == 1)
    engine.go.set()
    await asyncio.gather(*asked)
    assert engine.most == 1


async def test_the_same_statement_runs_once_for_all_who_ask_meanwhile() -> None:
    store, engine = MemoryStore(), Engine()
    queues = [StatementQueue(store), StatementQueue(store)]
    asked = [asyncio.create_task(engine.run(queues[n % 2], str(n), "same")) for n in range(5)]
    await until(lambda: engine.running == 1)
    engine.go.set()
    assert await asyncio.gather(*asked) == [ROWS] * 5
    assert engine.began == 1


async def test_who_follows_a_statement_that_is_cancelled_runs_it_itself() -> None:
    engine, queue = Engine(), StatementQueue(MemoryStore())
    first = asyncio.create_task(engine.run(queue, "first", "same"))
    await until(lambda: engine.running == 1)
    second = asyncio.create_task(engine.run(queue, "second", "same"))
    await asyncio.sleep(0.02)
    first.cancel()
    await until(lambda: engine.began == 2)
    engine.go.set()
    assert await second == ROWS


async def test_a_statement_that_fails_gives_its_place_up_and_its_failure_to_nobody_else() -> None:
    store = MemoryStore()
    queue, engine = StatementQueue(store, at_once=1), Engine()
    engine.go.set()
    with pytest.raises(StatementFailed):
        async with queue.turn(Place("bad", "shop", "bad", "same"), SHOP):
            raise StatementFailed("Division by zero.", code="22012")
    assert await store.in_line("shop") == ()
    assert await engine.run(queue, "next", "same") == ROWS


async def test_who_is_cancelled_while_waiting_leaves_the_line() -> None:
    store, engine = MemoryStore(), Engine()
    queue = StatementQueue(store, at_once=1)
    first = asyncio.create_task(engine.run(queue, "first"))
    await until(lambda: engine.running == 1)
    waiting = asyncio.create_task(engine.run(queue, "waiting"))
    await asyncio.sleep(0.02)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert [one.run_id for one in await store.in_line("shop")] == ["first"]
    engine.go.set()
    await first


async def test_a_wait_that_is_too_long_is_said_and_leaves_the_line() -> None:
    store, engine = MemoryStore(), Engine()
    first = asyncio.create_task(engine.run(StatementQueue(store, at_once=1), "first"))
    await until(lambda: engine.running == 1)
    with pytest.raises(WarehouseUnavailable, match="shop was busy"):
        await engine.run(StatementQueue(store, at_once=1, patience=0.1), "second")
    assert [one.run_id for one in await store.in_line("shop")] == ["first"]
    engine.go.set()
    await first


async def test_a_long_statement_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    store, taken = MemoryStore(), 0
    take = store.take_place

    async def counted(place: Place, *, at_once: int) -> Standing:
        nonlocal taken
        taken += 1
        if taken == 2:
            raise StoreUnavailable("The store is away for a moment.")
        return await take(place, at_once=at_once)

    monkeypatch.setattr(store, "take_place", counted)
    monkeypatch.setattr(statement_queue, "STANDS_FOR", statement_queue.STANDS_FOR / 1_000)
    async with StatementQueue(store).turn(Place("long", "shop", "long"), SHOP):
        await until(lambda: taken >= 4)


async def test_the_line_is_told_when_it_begins_and_when_it_is_half_as_long() -> None:
    store = MemoryStore()
    run = await store.create_run(records.question())
    waiting = Waiting(store, ToolOrder(run.question.run_id, "explore", 1, "c1", "run_sql"), "shop", "k")
    for ahead in (5, 5, 4, 3, 2, 2, 1):
        await waiting.tell(Standing("waits", ahead))
    await waiting.tell(Standing("follows"))
    await waiting.tell(Standing("follows"))
    said = [event.data["title"] for event in await store.events(run.question.run_id) if event.kind == "tool"]
    assert said == [
        "Waits for its turn in shop: 5 statements before it",
        "Waits for its turn in shop: 2 statements before it",
        "Waits for its turn in shop: one statement before it",
        "The same statement is running in shop already; its rows are waited for",
    ]


def test_statements_over_other_connections_or_under_other_caps_are_other_statements() -> None:
    moved = Database("shop", "sqlite:///new.db", "sqlite")
    prints = {fingerprint(SHOP, "SELECT 1", 10), fingerprint(SHOP, "SELECT 2", 10), fingerprint(SHOP, "SELECT 1", 20)}
    assert len(prints | {fingerprint(moved, "SELECT 1", 10)}) == 4
    assert fingerprint(SHOP, "SELECT 1", 10) == fingerprint(SHOP, "SELECT 1", 10)


async def test_who_waits_holds_no_slot_and_takes_one_again_before_it_goes_on() -> None:
    order: list[str] = []
    slots = Slots(1)
    waits, free = asyncio.Event(), asyncio.Event()

    async def waiter(_: object) -> None:
        async with set_aside():
            waits.set()
            await free.wait()
        order.append("waiter")

    async def worker(_: object) -> None:
        free.set()
        await asyncio.sleep(0.02)
        order.append("worker")

    first = asyncio.create_task(_activity(slots, waiter))
    await waits.wait()
    await asyncio.gather(_activity(slots, worker), first)
    assert order == ["worker", "waiter"]
    async with asyncio.timeout(1):
        await _activity(slots, worker)


async def test_who_is_cancelled_while_it_waits_leaves_the_number_of_slots_as_it_was() -> None:
    slots, waits = Slots(1), asyncio.Event()

    async def waiter(_: object) -> None:
        async with set_aside():
            waits.set()
            await asyncio.sleep(60)

    async def quick(_: object) -> None:
        return None

    waiting = asyncio.create_task(_activity(slots, waiter))
    await waits.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    async with asyncio.timeout(1):
        await asyncio.gather(_activity(slots, quick), _activity(slots, quick))
    assert slots._free._value == 1


async def _activity(slots: Slots, body: Callable[[object], object]) -> object:
    class Body:
        async def execute_activity(self, input: object) -> object:
            return await body(input)  # type: ignore[misc]

    return await slots.intercept_activity(Body()).execute_activity(None)  # type: ignore[arg-type]
