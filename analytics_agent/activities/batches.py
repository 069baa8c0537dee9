"""Turns for which nobody waits are sent together, in message batches, and what comes back is stored.

Everything is in the store before it is done: which turns go into a batch before it is made, its id when it is. A worker that dies
in between leaves turns with a time of sending and no batch; they are looked for in the account's recent batches by their custom ids
before they are sent again, so that nothing is paid for twice.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from temporalio import activity

from analytics_agent.domain.batch import BatchFailure, BatchLook, BatchState, WaitingTurn
from analytics_agent.domain.conversation import ModelRequest, Reply
from analytics_agent.domain.orders import BatchesOrder, TurnOrder
from analytics_agent.domain.turn import Turn
from analytics_agent.errors import ModelRejected, ModelUnavailable, NoBatches, OperatorError, RequestRejected
from analytics_agent.ports import Artifacts, ModelBatches, Store

log = logging.getLogger(__name__)

MOST = 100
"""Turns of one batch: some 25 MB when all are long. The provider takes more, this process has other things to hold."""

ATTEMPTS = 2
"""How often a turn may come back from a batch without a reply; then the model is asked directly, and says itself what is wrong."""

LATE = timedelta(minutes=1)
"""After this a batch whose sender died is in the provider's list, if it was ever made."""

SKEW = timedelta(minutes=5)
"""The provider's clock and ours."""

LONGEST = timedelta(hours=26)
"""A provider answers a batch within a day or says that it expired. A turn that waits longer is asked directly."""

LOOKS = ((timedelta(minutes=2), 15.0), (timedelta(minutes=20), 30.0), (timedelta(days=2), 120.0))
"""How long the newest batch is out, and how many seconds to wait before the next look."""

MOST_REFUSALS = 32
"""Of one batch and its parts. One turn at fault among 100 is found with eight, three with some twenty; where nearly all are refused
the reason is another one, and each run finds it out by itself."""

NOT_OFFERED = "The model's provider has no message batches, so it is asked directly, at the full price."
REFUSED = "The model's provider did not take the batch, so it is asked directly, at the full price."
AT_FAULT = "The model's provider takes this request into no batch, so the model is asked directly, at the full price."
UNREAD = "What was to be asked cannot be read any more, so the model is asked directly, at the full price."
TOO_LONG = "The message batch did not answer in a day, so the model is asked directly, at the full price."


Change = Callable[[WaitingTurn], WaitingTurn | None]


class Offer:
    """Whether the provider has message batches, as far as this process knows: one that has none is asked again after an hour."""

    def __init__(self, batches: ModelBatches | None) -> None:
        self._exists = batches is not None
        self._again = 0.0

    @property
    def stands(self) -> bool:
        return self._exists and time.monotonic() >= self._again

    def withdraw(self) -> None:
        self._again = time.monotonic() + 3_600


@dataclass(frozen=True)
class Pace:
    """`gather_seconds` is how long turns are collected before they are sent together; `looks` as LOOKS."""

    gather_seconds: float = 15.0
    looks: tuple[tuple[timedelta, float], ...] = LOOKS


class BatchActivities:
    """One workflow calls these, one after the other."""

    def __init__(self, store: Store, artifacts: Artifacts, batches: ModelBatches | None, offer: Offer, pace: Pace | None = None) -> None:
        self._store = store
        self._artifacts = artifacts
        self._batches = batches
        self._offer = offer
        self._pace = pace or Pace()
        self._not_ours: set[str] = set()

    @activity.defn
    async def send_batch(self, order: BatchesOrder) -> BatchLook:
        """Send what waits. `ready` are turns that are to be asked directly."""
        before = {turn.id for turn in await self._store.waiting_turns() if turn.direct}
        await self._find_lost()
        await self._give_up_late()
        waiting = [turn for turn in await self._store.waiting_turns() if not (turn.sent_at or turn.direct)]
        for chunk in _chunks(waiting, MOST):
            await self._send(chunk)
        now = await self._store.waiting_turns()
        ready = tuple(turn.order for turn in now if turn.direct and turn.id not in before)
        return BatchLook(len(now), ready, self._pace.gather_seconds)

    @activity.defn
    async def collect_batches(self, order: BatchesOrder) -> BatchLook:
        """Store what came back. `ready` are the turns that have their reply, or are to be asked directly."""
        ready: list[TurnOrder] = []
        for batch_id, turns in _by_batch(await self._store.waiting_turns()).items():
            try:
                ready += await self._collect(batch_id, turns)
            except (ModelUnavailable, ModelRejected) as error:  # a key that is refused now may be mended: what is there was paid for
                log.warning("batch %s was not looked at: %s", batch_id, error.message)
        left = [turn for turn in await self._store.waiting_turns() if not turn.direct]
        return BatchLook(len(left), tuple(ready), self._pause(left))

    def _pause(self, left: Sequence[WaitingTurn]) -> float:
        sent = [turn.sent_at for turn in left if turn.sent_at]
        if len(sent) < len(left) or not sent:
            return self._pace.gather_seconds
        age = datetime.now(UTC) - max(sent)
        return next((seconds for until, seconds in self._pace.looks if age < until), self._pace.looks[-1][1])

    @property
    def _there(self) -> ModelBatches:
        if self._batches is None:
            raise NoBatches("No key for Claude is set.", hint="Set ANTHROPIC_API_KEY, or ask with --model offline.")
        return self._batches

    # sending

    async def _send(self, turns: Sequence[WaitingTurn]) -> None:
        """In one batch, where the provider takes it. A batch is refused whole for a single request, which is not named: its halves are
        sent by themselves then, down to the turn that is at fault. Each part has its own time of sending, by which it is found again."""
        parts, refusals = [turns], 0
        while parts:
            part = parts.pop(0)
            mine = await self._send_together(part)
            refusals += bool(mine)
            if len(mine) == 1:
                await self._ask_directly(mine, AT_FAULT)
            elif refusals >= MOST_REFUSALS:
                await self._ask_directly([turn for rest in (mine, *parts) for turn in rest], REFUSED)
                return
            elif mine:
                await self._change(mine, lambda turn: None if turn.abandoned else replace(turn, sent_at=None))
                half = (len(mine) + 1) // 2
                parts += [mine[:half], mine[half:]]

    async def _send_together(self, turns: Sequence[WaitingTurn]) -> Sequence[WaitingTurn]:
        """Gives the turns one of which is at fault, where the provider says so. Claimed first: a run that is cancelled meanwhile takes
        away only what is not on its way."""
        now = datetime.now(UTC)
        claimed = await self._change(turns, lambda turn: turn if turn.sent_at or turn.direct else replace(turn, sent_at=now))
        mine = [turn for turn in claimed if turn.sent_at == now]
        if not mine:
            return ()
        requests = await self._requests(mine)
        mine = [turn for turn in mine if turn.custom_id in requests]
        if not mine:
            return ()
        try:
            batch_id = await self._there.create(requests)
        except ModelUnavailable as error:  # it may have been made all the same: looked for at the next look
            log.warning("a batch of %d turns was not acknowledged: %s", len(mine), error.message)
        except NoBatches:
            self._offer.withdraw()
            await self._ask_directly(mine, NOT_OFFERED)
        except RequestRejected:
            return mine
        except ModelRejected:  # asked directly each gets its own reason
            await self._ask_directly(mine, REFUSED)
        else:
            await self._change(mine, lambda turn: replace(turn, batch_id=batch_id))
        return ()

    async def _requests(self, turns: Sequence[WaitingTurn]) -> dict[str, ModelRequest]:
        """By their custom ids. One that cannot be read, as after an upgrade, must not hold up the others: its run asks anew."""
        found = {}
        for turn in turns:
            try:
                found[turn.custom_id] = await self._artifacts.get_record(turn.request, ModelRequest)
            except OperatorError:
                await self._ask_directly([turn], UNREAD)
        return found

    async def _give_up_late(self) -> None:
        """A provider that takes no batch for a day, or does not come to an end with one, is not waited for any longer."""
        old = datetime.now(UTC) - LONGEST
        late = [turn for turn in await self._store.waiting_turns() if not turn.direct and (turn.sent_at or turn.queued_at) < old]
        await self._ask_directly(late, TOO_LONG)

    async def _ask_directly(self, turns: Iterable[WaitingTurn], why: str) -> None:
        await self._change(turns, lambda turn: None if turn.abandoned else replace(turn, direct=why, sent_at=None, batch_id=None))

    # a batch whose sender died

    async def _find_lost(self) -> None:
        """Turns that were on their way into a batch whose id nobody has: give them their batch, or let them wait again."""
        waiting = await self._store.waiting_turns()
        known = {turn.batch_id for turn in waiting}
        lost: dict[datetime, list[WaitingTurn]] = {}
        for turn in waiting:
            if turn.sent_at and not turn.batch_id:
                lost.setdefault(turn.sent_at, []).append(turn)
        for sent_at, group in lost.items():
            if datetime.now(UTC) - sent_at > LATE:
                await self._find(group, sent_at, known)

    async def _find(self, group: Sequence[WaitingTurn], sent_at: datetime, known: set[str | None]) -> None:
        try:
            candidates = await self._candidates(len(group), sent_at, known)
            for batch in candidates:
                if batch.ended and await self._holds(batch.id, {turn.custom_id for turn in group}):
                    await self._change(group, lambda turn, found=batch.id: replace(turn, batch_id=found))  # type: ignore[misc]
                    return
        except ModelUnavailable as error:
            log.warning("the provider's recent batches were not read: %s", error.message)
            return
        # One that is still under way does not say what it holds, so it is waited for: a day at most.
        if all(batch.ended for batch in candidates):
            await self._change(group, lambda turn: None if turn.abandoned else replace(turn, sent_at=None))

    async def _candidates(self, size: int, sent_at: datetime, known: set[str | None]) -> list[BatchState]:
        """Batches that may be the one that was lost: made at the time, and as large. Whoever shares the account has some there too."""
        try:
            recent = await self._there.recent(since=sent_at - SKEW)
        except ModelRejected:  # nothing there to find: sent anew it says why
            return []
        return [one for one in recent if one.requests == size and one.id not in known and one.id not in self._not_ours]

    async def _holds(self, batch_id: str, wanted: set[str]) -> bool:
        async for custom_id, _ in self._there.results(batch_id):
            if custom_id in wanted:
                return True
        self._not_ours.add(batch_id)
        return False

    # collecting

    async def _collect(self, batch_id: str, turns: Sequence[WaitingTurn]) -> list[TurnOrder]:
        try:
            state = await self._there.state(batch_id)
            if not state.ended:
                await self._cancel_for_nobody(batch_id, turns)
                return []
            by_name = {turn.custom_id: turn for turn in turns}
            ready: list[TurnOrder] = []
            async for custom_id, outcome in self._there.results(batch_id):
                if turn := by_name.pop(custom_id, None):
                    ready += await self._take(turn, outcome)
        except NoBatches as error:  # the provider does not know it any more
            gone = BatchFailure("expired", error.message)
            return [order for turn in turns for order in await self._take(turn, gone)]
        missing = BatchFailure("expired", "The batch came back without this request.")
        return ready + [order for turn in by_name.values() for order in await self._take(turn, missing)]

    async def _cancel_for_nobody(self, batch_id: str, turns: Sequence[WaitingTurn]) -> None:
        """A batch all of whose runs are over: what is not answered yet need not be paid for."""
        if all(turn.abandoned for turn in turns):
            await self._there.cancel(batch_id)

    async def _take(self, turn: WaitingTurn, outcome: Reply | BatchFailure) -> list[TurnOrder]:
        """Store one reply, also for a run that is over: it was paid for. Gives the order when its run need not wait any longer."""
        if isinstance(outcome, Reply):
            await self._store.save_turn(turn.order.run_id, await self._turn(turn, outcome))
            await self._change([turn], lambda _: None)
            return [] if turn.abandoned else [turn.order]
        if outcome.spent is not None:
            asked = await self._artifacts.get_record(turn.request, ModelRequest)
            await self._store.save_lost_call(turn.order, asked.model, outcome.spent, turn.custom_id)
        attempts = turn.attempts + 1
        if outcome.mendable and attempts < ATTEMPTS:
            again = replace(turn, attempts=attempts, sent_at=None, batch_id=None)
            await self._change([turn], lambda now: None if now.abandoned else again)
            return []
        await self._ask_directly([turn], f"{outcome.message.rstrip('.')}, so the model is asked directly, at the full price.")
        return [] if turn.abandoned else [turn.order]

    async def _turn(self, turn: WaitingTurn, reply: Reply) -> Turn:
        """Nobody's time was taken: a batch has no seconds."""
        order, stored = turn.order, await self._artifacts.put_record(reply)
        made = Turn(order.step, order.turn, stored, reply.model, reply.usage, 0.0, turn.prompt, order.line, turn.settings, batched=True)
        return replace(made, request_id=reply.request_id, nudges=turn.nudges, instead_of=turn.instead_of)

    async def _change(self, turns: Iterable[WaitingTurn], change: Change) -> tuple[WaitingTurn, ...]:
        ids = [turn.id for turn in turns]
        return await self._store.change_waiting(ids, change) if ids else ()


def _by_batch(turns: Iterable[WaitingTurn]) -> dict[str, list[WaitingTurn]]:
    found: dict[str, list[WaitingTurn]] = {}
    for turn in turns:
        if turn.batch_id:
            found.setdefault(turn.batch_id, []).append(turn)
    return found


def _chunks(turns: Sequence[WaitingTurn], most: int) -> Iterator[Sequence[WaitingTurn]]:
    for begin in range(0, len(turns), most):
        yield turns[begin : begin + most]
