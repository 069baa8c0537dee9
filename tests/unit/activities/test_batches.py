"""Turns for which nobody waits: sent together, collected once, found again after a crash, asked directly where batches fail."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.model_batches import MemoryBatches
from fakes.records import question

from analytics_agent.activities import batches as under_test
from analytics_agent.activities.batches import BatchActivities, Offer, Pace
from analytics_agent.activities.run import RunActivities
from analytics_agent.domain.batch import BatchFailure, BatchLook, WaitingTurn
from analytics_agent.domain.conversation import Message, ModelRequest, Usage
from analytics_agent.domain.orders import BatchesOrder, FinishOrder, TurnOrder
from analytics_agent.errors import ModelRejected, ModelUnavailable, NoBatches

pytestmark = pytest.mark.anyio

NOW = BatchesOrder()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Bench:
    """A store with turns that wait, and a provider in memory."""

    def __init__(self, batches: MemoryBatches | None = None) -> None:
        self.store, self.artifacts, self.batches = MemoryStore(), MemoryArtifacts(), batches or MemoryBatches()
        self.offer = Offer(self.batches)
        self.activities = self.worker()

    def worker(self) -> BatchActivities:
        """A worker process of its own: it knows what the store knows."""
        return BatchActivities(self.store, self.artifacts, self.batches, self.offer, Pace(1.0))  # type: ignore[arg-type]

    async def wait(self, turns: int = 1, **changes: object) -> list[WaitingTurn]:
        """So many turns, each of a run of its own."""
        waiting = []
        for _ in range(turns):
            asked = question(patient=True, model="claude-opus-4-7")
            await self.store.create_run(asked)
            said = (Message("user", ({"type": "text", "text": f"How late were flights of {asked.run_id}?"},)),)
            request = await self.artifacts.put_record(ModelRequest("claude-opus-4-7", "s", (), said))
            turn = WaitingTurn(TurnOrder(asked.run_id, "explore", 1), request, "explore.3 ab", "effort=high", datetime.now(UTC))
            waiting.append(replace(turn, **changes))  # type: ignore[arg-type]
            await self.store.queue_turn(waiting[-1])
        return waiting

    async def look(self, worker: BatchActivities | None = None) -> BatchLook:
        await (worker or self.activities).send_batch(NOW)
        return await (worker or self.activities).collect_batches(NOW)

    async def replies(self, turns: list[WaitingTurn]) -> int:
        return sum([len(await self.store.turns(turn.order.run_id)) for turn in turns])

    async def age(self, minutes: float) -> None:
        """Let what is on its way have been so for longer."""
        ids = [turn.id for turn in await self.store.waiting_turns()]
        past = timedelta(minutes=minutes)
        await self.store.change_waiting(ids, lambda turn: replace(turn, sent_at=turn.sent_at and turn.sent_at - past))


async def test_turns_that_wait_together_are_sent_together_and_their_replies_stored() -> None:
    bench = Bench()
    turns = await bench.wait(3)
    look = await bench.look()
    assert len(bench.batches.made) == 1 and len(bench.batches.sent) == 3
    assert look.waiting == 0 and set(look.ready) == {turn.order for turn in turns}
    [stored] = await bench.store.turns(turns[0].order.run_id)
    assert (stored.batched, stored.prompt, stored.settings, stored.usage.cost_usd) == (True, "explore.3 ab", "effort=high", 0.001)
    assert await bench.store.waiting_turns() == ()


async def test_a_request_that_cannot_be_read_any_more_holds_up_no_other() -> None:
    bench = Bench()
    lost, *others = await bench.wait(3)
    del bench.artifacts.files[lost.request.sha256]
    look = await bench.activities.send_batch(NOW)
    assert look.ready == (lost.order,) and len(bench.batches.sent) == 2
    assert (await bench.look()).waiting == 0 and await bench.replies(others) == 2
    [left] = await bench.store.waiting_turns()
    assert left.direct == under_test.UNREAD


async def test_many_turns_are_several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "MOST", 2)
    bench = Bench()
    turns = await bench.wait(5)
    await bench.look()
    assert [state.requests for state, _ in bench.batches.made.values()] == [2, 2, 1] and await bench.replies(turns) == 5


async def test_a_batch_that_is_under_way_is_waited_for_and_not_sent_again() -> None:
    bench = Bench(MemoryBatches(ends=False))
    turns = await bench.wait(2)
    assert (await bench.look()).waiting == 2 and (await bench.look()).waiting == 2
    bench.batches.ends = True
    assert (await bench.look()).waiting == 0 and await bench.replies(turns) == 2 and len(bench.batches.made) == 1


async def test_a_worker_that_died_after_making_a_batch_finds_it_again() -> None:
    """The batch was made and its id was not stored."""
    bench = Bench(MemoryBatches(fail=ModelUnavailable("The connection broke."), lost=True))
    turns = await bench.wait(2)
    assert (await bench.look()).waiting == 2
    assert (await bench.look()).waiting == 2, "it may still be on its way into the provider's list"
    await bench.age(2)
    assert (await bench.look(bench.worker())).waiting == 0
    assert len(bench.batches.made) == 1 and await bench.replies(turns) == 2


async def test_a_worker_that_died_before_making_a_batch_sends_it() -> None:
    bench = Bench(MemoryBatches(fail=ModelUnavailable("The connection broke.")))
    turns = await bench.wait(2)
    await bench.look()
    await bench.age(2)
    await bench.look(bench.worker())
    assert len(bench.batches.made) == 1 and await bench.replies(turns) == 2


async def test_a_batch_of_somebody_else_is_not_taken_for_ours() -> None:
    bench = Bench(MemoryBatches(fail=ModelUnavailable("The connection broke.")))
    turns = await bench.wait(1)
    await bench.look()
    request = await bench.artifacts.get_record(turns[0].request, ModelRequest)
    await bench.batches.create({"theirs": request})
    await bench.age(2)
    await bench.look()
    assert bench.batches.sent == ["theirs", turns[0].custom_id] and await bench.replies(turns) == 1


async def test_a_batch_that_may_be_the_lost_one_is_waited_for() -> None:
    """What a batch holds is not told before it ends: sent anew it might be paid for twice."""
    bench = Bench(MemoryBatches(fail=ModelUnavailable("The connection broke."), lost=True, ends=False))
    await bench.wait(1)
    await bench.look()
    await bench.age(2)
    assert (await bench.look()).waiting == 1 and len(bench.batches.made) == 1


async def test_a_batch_that_is_known_is_not_taken_for_the_lost_one() -> None:
    bench = Bench(MemoryBatches(fail=ModelUnavailable("The connection broke."), ends=False))
    await bench.wait(1)
    await bench.look()
    await bench.wait(1)
    await bench.look()
    assert len(bench.batches.made) == 1
    await bench.age(2)
    await bench.look()
    assert len(bench.batches.made) == 2, "what is known to hold another turn is not waited for"


@pytest.mark.parametrize("kind", ["expired", "canceled", "errored"])
async def test_a_request_without_a_reply_is_sent_once_more_and_then_asked_directly(kind: str) -> None:
    bench = Bench(MemoryBatches(lambda name, request: BatchFailure(kind, f"The request was {kind}.")))  # type: ignore[arg-type]
    [turn] = await bench.wait(1)
    assert (await bench.look()).ready == ()
    look = await bench.look()
    assert look.ready == (turn.order,) and look.waiting == 0
    assert bench.batches.sent == [f"{turn.id}-0", f"{turn.id}-1"]
    [left] = await bench.store.waiting_turns()
    assert left.direct == f"The request was {kind}, so the model is asked directly, at the full price."
    await bench.look()
    assert len(bench.batches.sent) == 2


async def test_what_was_charged_for_replies_that_cannot_be_read_is_in_the_ledger_once_each() -> None:
    charged = Usage(10, 5, cost_usd=0.01)
    bench = Bench(MemoryBatches(lambda name, request: BatchFailure("errored", "The reply could not be read.", spent=charged)))
    [turn] = await bench.wait(1)
    await bench.look()
    await bench.look()
    await bench.look()
    assert [(line.kind, line.usage, line.request_id) for line in bench.store.ledger] == [
        ("lost", charged, f"{turn.id}-0"),
        ("lost", charged, f"{turn.id}-1"),
    ]


async def test_a_request_that_is_refused_for_good_is_asked_directly_at_once() -> None:
    bench = Bench(MemoryBatches(lambda name, request: BatchFailure("errored", "It is too long.", mendable=False)))
    [turn] = await bench.wait(1)
    assert (await bench.look()).ready == (turn.order,) and len(bench.batches.sent) == 1


async def test_a_provider_without_batches_is_asked_directly_and_not_bothered_again() -> None:
    bench = Bench(MemoryBatches(fail=NoBatches("There are none.")))
    turns = await bench.wait(2)
    assert bench.offer.stands
    sent = await bench.activities.send_batch(NOW)
    assert set(sent.ready) == {turn.order for turn in turns} and not bench.offer.stands
    assert {turn.direct for turn in await bench.store.waiting_turns()} == {under_test.NOT_OFFERED}
    assert (await bench.activities.collect_batches(NOW)).waiting == 0


async def test_a_batch_that_is_refused_leaves_each_run_to_find_out_why() -> None:
    bench = Bench(MemoryBatches(fail=ModelRejected("The key is refused.")))
    await bench.wait(1)
    await bench.look()
    assert [turn.direct for turn in await bench.store.waiting_turns()] == [under_test.REFUSED] and bench.offer.stands


async def test_of_a_refused_batch_only_the_turn_at_fault_is_asked_directly() -> None:
    bench = Bench()
    turns = await bench.wait(100)
    fault = turns[41]
    bench.batches.refuses = lambda requests: fault.custom_id in requests
    look = await bench.activities.send_batch(NOW)
    assert look.ready == (fault.order,) and bench.batches.refused in (7, 8), "halved, wherever in it the fault stands"
    [left] = [turn for turn in await bench.store.waiting_turns() if turn.direct]
    assert left.id == fault.id and left.direct == under_test.AT_FAULT
    assert sorted(bench.batches.sent) == sorted(turn.custom_id for turn in turns if turn is not fault)
    await bench.activities.collect_batches(NOW)
    assert await bench.replies(turns) == 99


async def test_a_batch_that_is_too_large_as_a_whole_goes_in_parts() -> None:
    bench = Bench(MemoryBatches(refuses=lambda requests: len(requests) > 3))
    turns = await bench.wait(10)
    assert (await bench.look()).waiting == 0 and await bench.replies(turns) == 10
    assert all(state.requests <= 3 for state, _ in bench.batches.made.values())


async def test_where_all_is_refused_it_is_not_tried_for_ever() -> None:
    bench = Bench(MemoryBatches(refuses=lambda requests: True))
    turns = await bench.wait(100)
    look = await bench.activities.send_batch(NOW)
    assert set(look.ready) == {turn.order for turn in turns} and bench.batches.refused == under_test.MOST_REFUSALS


async def test_a_part_whose_acknowledgement_was_lost_is_found_again_by_itself() -> None:
    """Each part of a refused batch has its own time of sending: what is looked for is as large as what was sent."""
    bench = Bench()
    turns = await bench.wait(4)
    fault, calls = turns[0], 0

    def refuses(requests: object) -> bool:
        nonlocal calls
        calls += 1
        if calls == 2:  # the part that holds it is refused too, and the other one is made without our hearing of it
            bench.batches.fail, bench.batches.lost = ModelUnavailable("The connection broke."), True
        return fault.custom_id in requests  # type: ignore[operator]

    bench.batches.refuses = refuses
    await bench.look()
    await bench.age(2)
    await bench.look(bench.worker())
    assert await bench.replies(turns) == 3 and sorted(bench.batches.sent) == sorted(turn.custom_id for turn in turns[1:])


async def test_a_run_that_is_cancelled_while_its_batch_is_split_is_asked_nowhere() -> None:
    bench = Bench()
    gone, stays = await bench.wait(2)
    bench.batches.refuses = lambda requests: len(requests) > 1
    change = bench.store.change_waiting

    async def cancelled_meanwhile(ids: Collection[str], do: Callable[[WaitingTurn], WaitingTurn | None]) -> tuple[WaitingTurn, ...]:
        return await change(ids, lambda turn: do(replace(turn, abandoned=turn.id == gone.id and turn.sent_at is not None)))

    bench.store.change_waiting = cancelled_meanwhile  # type: ignore[method-assign]
    await bench.look()
    assert bench.batches.sent == [stays.custom_id] and await bench.store.waiting_turns() == ()


async def test_a_batch_that_the_provider_forgot_is_sent_again() -> None:
    bench = Bench(MemoryBatches(ends=False))
    turns = await bench.wait(1)
    await bench.look()
    bench.batches.made.clear()
    bench.batches.ends = True
    await bench.look()
    await bench.look()
    assert await bench.replies(turns) == 1


async def test_what_waits_for_more_than_a_day_is_asked_directly() -> None:
    bench = Bench(MemoryBatches(ends=False))
    long_ago = datetime.now(UTC) - timedelta(hours=27)
    await bench.wait(1, queued_at=long_ago)
    await bench.wait(1, queued_at=long_ago, sent_at=long_ago, batch_id="batch0")
    await bench.wait(1)
    await bench.look()
    assert [turn.direct for turn in await bench.store.waiting_turns()] == [under_test.TOO_LONG] * 2 + [""]


async def test_a_cancelled_run_takes_its_waiting_turns_away_and_nobody_elses() -> None:
    bench = Bench()
    gone, stays = await bench.wait(2)
    await RunActivities(bench.store, bench.artifacts, can_publish=False).finish_run(FinishOrder(gone.order.run_id, "cancelled"))  # type: ignore[arg-type]
    await bench.look()
    assert bench.batches.sent == [stays.custom_id] and await bench.replies([gone]) == 0


async def test_what_a_cancelled_run_has_in_a_batch_is_still_written_down() -> None:
    bench = Bench(MemoryBatches(ends=False))
    gone, stays = await bench.wait(2)
    await bench.look()
    await RunActivities(bench.store, bench.artifacts, can_publish=False).finish_run(FinishOrder(gone.order.run_id, "cancelled"))  # type: ignore[arg-type]
    await bench.look()
    assert bench.batches.cancelled == [], "somebody else's turn is in it"
    bench.batches.ends = True
    assert (await bench.look()).ready == (stays.order,)
    assert await bench.replies([gone, stays]) == 2


async def test_a_batch_of_cancelled_runs_only_is_cancelled() -> None:
    bench = Bench(MemoryBatches(ends=False))
    [gone] = await bench.wait(1)
    await bench.look()
    await RunActivities(bench.store, bench.artifacts, can_publish=False).finish_run(FinishOrder(gone.order.run_id, "cancelled"))  # type: ignore[arg-type]
    await bench.look()
    assert bench.batches.cancelled == ["batch1"]


async def test_the_pause_grows_with_the_age_of_what_is_out() -> None:
    bench = Bench(MemoryBatches(ends=False))
    await bench.wait(1)
    activities = BatchActivities(bench.store, bench.artifacts, bench.batches, bench.offer)  # type: ignore[arg-type]
    pauses = [(await bench.look(activities)).pause_seconds]
    for minutes in (5, 60):
        await bench.age(minutes)
        pauses.append((await activities.collect_batches(NOW)).pause_seconds)
    assert pauses == [15.0, 30.0, 120.0]
