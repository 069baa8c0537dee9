"""One call of a model: who is asked, pauses that hold for all, what a call that broke had cost, what those who watch are told."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeVar

import pytest
from fakes.memory_store import MemoryStore
from fakes.records import question
from temporalio.testing import ActivityEnvironment

from analytics_agent.activities import model_call
from analytics_agent.activities.model_call import ModelCalls
from analytics_agent.domain.conversation import Message, ModelRequest, Reply, Usage
from analytics_agent.domain.orders import TurnOrder
from analytics_agent.domain.question import StepModels
from analytics_agent.errors import CallInterrupted, ModelRejected, ModelUnavailable

T = TypeVar("T")
OPUS, SONNET = "claude-opus-4-7", "claude-sonnet-5"
ASKED = question(model=OPUS, models=StepModels(OPUS, "claude-haiku-4-5", OPUS, SONNET))
ORDER = TurnOrder(ASKED.run_id, "explore", 1)
REQUEST = ModelRequest(OPUS, "", (), (Message("user", ({"type": "text", "text": "?"},)),))
SPENT = Usage(100, 1, 0, 50, 0.01)
BUSY = ModelUnavailable("The model is overloaded.", overloaded=True)


class Scripted:
    """Raises what it is given, one after the other, then replies."""

    def __init__(self, *troubles: BaseException) -> None:
        self.troubles = list(troubles)
        self.asked: list[float] = []

    async def reply(self, request: ModelRequest) -> Reply:
        self.asked.append(time.monotonic())
        if self.troubles:
            raise self.troubles.pop(0)
        return Reply((), "end_turn", Usage(), request.model)


def attempts(*troubles: BaseException, models: StepModels | None = ASKED.models, count: int = 1) -> tuple[MemoryStore, list[str], Scripted]:
    """So many attempts at one turn, as Temporal makes them; gives who was asked in each."""
    store, model, asked = MemoryStore(), Scripted(*troubles), []

    async def all_of_them() -> None:
        run = await store.create_run(replace(ASKED, models=models))
        for number in range(1, count + 1):
            there = ActivityEnvironment()
            there.info = replace(there.info, attempt=number)
            try:
                await there.run(one, run)
            except (ModelUnavailable, ModelRejected, asyncio.CancelledError):
                continue

    async def one(run: Any) -> None:
        calls = ModelCalls(store, model)
        asked.append(await calls.chosen(run, ORDER))
        await calls.ready(ORDER, asked[-1])
        await calls.reply(run, ORDER, replace(REQUEST, model=asked[-1]))

    asyncio.run(all_of_them())
    return store, asked, model


def read(store: MemoryStore, what: Callable[[MemoryStore], Coroutine[Any, Any, T]]) -> T:
    return asyncio.run(what(store))


def warnings(store: MemoryStore) -> list[str]:
    return [str(event.data["message"]) for event in read(store, lambda kept: kept.events(ASKED.run_id)) if event.kind == "warning"]


def test_the_fallback_is_asked_after_three_overloads_and_in_turns_with_the_model_itself() -> None:
    _, asked, _ = attempts(*[BUSY] * 6, count=7)
    assert asked == [OPUS, OPUS, OPUS, SONNET, OPUS, SONNET, OPUS]


def test_other_trouble_is_no_overload() -> None:
    broke = ModelUnavailable("The connection broke.")
    _, asked, _ = attempts(*[broke] * 5, count=6)
    assert asked == [OPUS] * 6


@pytest.mark.parametrize("models", [None, StepModels(OPUS, OPUS, OPUS), StepModels(OPUS, OPUS, OPUS, OPUS)])
def test_without_another_model_the_model_itself_is_asked(models: StepModels | None) -> None:
    assert attempts(*[BUSY] * 5, models=models, count=6)[1] == [OPUS] * 6


def test_a_pause_that_a_provider_asks_for_holds_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_call, "_SPREAD", 0)
    store, model = MemoryStore(), Scripted()

    async def another_turn() -> float:
        await store.create_run(ASKED)
        await store.pause_model(OPUS, 0.3)
        begun = time.monotonic()
        await asyncio.gather(*(ModelCalls(store, model).ready(replace(ORDER, turn=n), OPUS) for n in range(5)))
        return time.monotonic() - begun

    assert asyncio.run(another_turn()) >= 0.29
    assert "asked for a pause" in warnings(store)[0]


def test_calls_of_several_workers_begin_as_far_apart_as_a_minute_allows() -> None:
    store, model = MemoryStore(), Scripted()

    async def calls() -> list[float]:
        await store.create_run(ASKED)
        workers = [ModelCalls(store, model, a_minute=600) for _ in range(2)]
        began: list[float] = []

        async def one(number: int) -> None:
            await workers[number % 2].ready(replace(ORDER, turn=number), OPUS if number % 3 else "claude-haiku-4-5")
            began.append(time.monotonic())

        await asyncio.gather(*map(one, range(6)))
        return began

    began = asyncio.run(calls())
    assert all(later - earlier > 0.09 for earlier, later in pairwise(began)) and began[-1] - began[0] < 1.5
    assert warnings(store) == []


def test_what_is_no_call_of_a_provider_takes_no_place_among_the_calls_of_a_minute() -> None:
    store, model = MemoryStore(), Scripted()

    async def calls() -> None:
        calls = ModelCalls(store, model, a_minute=1)
        await asyncio.gather(*(calls.ready(replace(ORDER, turn=number), "offline") for number in range(5)))
        await calls.ready(ORDER, OPUS)

    asyncio.run(asyncio.wait_for(calls(), 2))


def test_a_cancelled_turn_that_waits_for_its_place_leaves_it_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_call, "SAID_AFTER", 0.05)
    store, model = MemoryStore(), Scripted()

    async def calls() -> float:
        await store.create_run(ASKED)
        calls = ModelCalls(store, model, a_minute=200)  # 0.3 s apart
        await calls.ready(ORDER, OPUS)
        cancelled = [asyncio.create_task(calls.ready(replace(ORDER, turn=number), OPUS)) for number in range(2, 9)]
        await asyncio.sleep(0.1)
        begun = time.monotonic()
        for task in cancelled:
            task.cancel()
        await calls.ready(replace(ORDER, turn=9), OPUS)
        return time.monotonic() - begun

    assert asyncio.run(calls()) < 0.4
    assert set(warnings(store)) == {"No more than 200 calls of the model may begin in a minute. The question waits for its turn."}


def test_who_waited_for_a_place_heeds_a_pause_that_began_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_call, "_SPREAD", 0)
    store, model = MemoryStore(), Scripted()

    async def calls() -> float:
        await store.create_run(ASKED)
        calls = ModelCalls(store, model, a_minute=600)
        await calls.ready(ORDER, OPUS)
        begun = time.monotonic()
        waiting = asyncio.create_task(calls.ready(replace(ORDER, turn=2), OPUS))
        await asyncio.sleep(0.02)
        await store.pause_model(OPUS, 0.5)
        await waiting
        return time.monotonic() - begun

    assert asyncio.run(calls()) >= 0.5


def test_the_offline_model_never_waits() -> None:
    store, model = MemoryStore(), Scripted()

    async def once() -> None:
        await store.create_run(ASKED)
        await store.pause_model("offline", 60)
        await ModelCalls(store, model).ready(ORDER, "offline")

    asyncio.run(asyncio.wait_for(once(), 2))


def test_a_provider_that_says_later_pauses_its_model_and_no_longer_than_ten_minutes() -> None:
    error = ModelUnavailable("Later.", overloaded=True, retry_after=86_400)
    store, _, _ = attempts(error, models=None)
    assert 590 < read(store, lambda kept: kept.model_pause(OPUS)) <= 600
    assert error.retry_after == 600
    assert "in 600 seconds" in warnings(store)[0]


def test_an_error_of_its_own_does_not_pause_a_model() -> None:
    store, _, _ = attempts(ModelUnavailable("The connection broke.", retry_after=30), models=None)
    assert read(store, lambda kept: kept.model_pause(OPUS)) == 0


def test_a_long_pause_is_not_waited_for_where_another_model_may_answer() -> None:
    error = ModelUnavailable("Later.", overloaded=True, retry_after=300)
    store, asked, _ = attempts(error, count=2)
    assert asked == [OPUS, SONNET]
    assert error.retry_after is None  # Temporal tries again at once
    assert "with another model" in warnings(store)[0]


def test_what_a_broken_call_had_cost_is_in_the_ledger() -> None:
    broke = ModelUnavailable("The reply broke off.", spent=SPENT, request_id="req_1")
    store, _, _ = attempts(broke, ModelUnavailable("Nothing came."), count=3)
    (cost,) = read(store, lambda kept: kept.costs(by="model"))
    assert (cost.group, cost.turns, cost.usage) == (OPUS, 1, SPENT)


def test_what_a_cancelled_call_had_cost_is_in_the_ledger() -> None:
    store, _, _ = attempts(CallInterrupted(SPENT, "req_1"))
    (cost,) = read(store, lambda kept: kept.costs(by="model"))
    assert cost.usage == SPENT


def test_what_waiting_does_not_mend_is_told_once_by_the_run_itself() -> None:
    store, asked, _ = attempts(ModelRejected("Bad key."))
    assert (asked, warnings(store)) == ([OPUS], [])
