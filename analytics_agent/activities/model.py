"""A model turn: the one activity that spends tokens. Its reply is stored before it completes and looked for first. A reply that only
closes its step is acted on at once."""

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from temporalio import activity

from analytics_agent.activities import conversation
from analytics_agent.activities.at_hand import at_hand, having
from analytics_agent.activities.batches import Offer
from analytics_agent.activities.closing import ClosingTurns
from analytics_agent.activities.model_call import ModelCalls
from analytics_agent.activities.opening import Opening, Openings
from analytics_agent.activities.purse import Purse
from analytics_agent.activities.step_settings import STEPS, in_words
from analytics_agent.activities.tiers import gives_up, hand_over, may_hand_over, stands
from analytics_agent.domain.batch import WaitingTurn
from analytics_agent.domain.conversation import ModelRequest, Reply
from analytics_agent.domain.event import EventKind, News
from analytics_agent.domain.models import OFFLINE
from analytics_agent.domain.orders import CallReference, TurnOrder, TurnOutcome
from analytics_agent.domain.question import model_of
from analytics_agent.domain.run import Run
from analytics_agent.domain.turn import Turn
from analytics_agent.explore import loop
from analytics_agent.ports import Artifacts, Model, Store
from analytics_agent.store_ports import Known


@dataclass(frozen=True)
class Asked:
    """What is sent to the model, and which prompt it was made from. The first `own` blocks of the last message are the conversation's
    own; what stands after them is said with this turn."""

    request: ModelRequest
    prompt: str
    own: int

    @property
    def nudges(self) -> tuple[str, ...]:
        return tuple(block["text"] for block in self.request.messages[-1].content[self.own :])


class ModelActivities:
    """`turns` is the most a step may take, `a_minute` how many calls all workers together may begin. `offer` says whether a turn for which
    nobody waits can go into a message batch."""

    def __init__(
        self,
        store: Store,
        artifacts: Artifacts,
        model: Model,
        purse: Purse,
        *,
        turns: int,
        offer: Offer | None = None,
        a_minute: float | None = None,
    ) -> None:
        self._store = store
        self._artifacts = artifacts
        self._calls = ModelCalls(store, model, a_minute=a_minute)
        self._purse = purse
        self._openings = Openings(store, artifacts)
        self._closing = ClosingTurns(store, artifacts)
        self._turns = turns
        self._offer = offer or Offer(None)

    @activity.defn
    async def model_turn(self, order: TurnOrder) -> TurnOutcome:
        with having(await self._store.known(order.run_id, order.step)) as known:
            run, said = await known.run(order.run_id), await self._said(known, order)
            if said.turns and said.turns[-1].number == order.turn:
                taken: Reply | TurnOutcome = await self._taken_before(order, said)
            else:
                taken = await self._next(run, order, said)
        if isinstance(taken, TurnOutcome):
            return taken
        return await self._closing.closed(order, taken) or _outcome(taken)

    async def _said(self, known: Known, order: TurnOrder) -> conversation.Conversation:
        """With the turn itself, where it was taken before."""
        return await conversation.read(known, self._artifacts, order.run_id, order.step, order.line, before=order.turn + 1)

    async def _taken_before(self, order: TurnOrder, said: conversation.Conversation) -> Reply:
        """Told again, should it have been stored without: through a message batch it is."""
        news = _news(order, said.turns[-1])
        await self._store.append_event(order.run_id, news.kind, news.step, news.data, key=news.key)
        return said.replies[-1]

    async def _next(self, run: Run, order: TurnOrder, said: conversation.Conversation) -> Reply | TurnOutcome:
        """The reply, asked for now; or why there is none."""
        waiting = await self._waiting(run, order)
        if waiting and not waiting.direct:
            return TurnOutcome(waits=True)
        if order.step == "analyze" and _nothing_to_compute(run):
            return TurnOutcome(ends="finish")
        turns = max(1, self._turns // 2) if order.line else self._turns
        verdict = loop.decide(said.replies, turns=turns, failed=said.failed())
        if verdict.ends:
            return await self._another(run, order) or TurnOutcome(ends=verdict.ends)
        opening, model = await asyncio.gather(self._openings.of(run, order.step, order.line), self._calls.chosen(run, order))
        asked = _asked(order, opening, model, said, verdict.nudge)
        batched = self._is_for_a_batch(run, asked.request, waiting)
        if not batched:
            await self._calls.ready(order, asked.request.model)
        permit = await self._purse.permit(run if batched else hurried(run), order, asked.request)
        if permit.ends:
            return TurnOutcome(ends=permit.ends)
        asked = replace(asked, request=permit.applied(asked.request))
        if batched:
            return await self._queue(run, order, asked)
        taken = await self._take(run, order, asked)
        if isinstance(taken, TurnOutcome):
            return taken
        if waiting:
            await self._store.change_waiting([waiting.id], lambda _: None)
        return taken

    # turns for which nobody waits

    async def _waiting(self, run: Run, order: TurnOrder) -> WaitingTurn | None:
        """The turn as it waits for a batch. One that is to be asked directly after all says why to whoever watches."""
        if not run.question.patient:
            return None
        found = next((turn for turn in await self._store.waiting_turns(run_id=order.run_id) if turn.order == order), None)
        if found and found.direct:
            await self._tell(order, "warning", {"message": found.direct}, key=f"direct:{found.direct}")
        return found

    def _is_for_a_batch(self, run: Run, request: ModelRequest, waiting: WaitingTurn | None) -> bool:
        return run.question.patient and request.model != OFFLINE and waiting is None and self._offer.stands

    async def _queue(self, run: Run, order: TurnOrder, asked: Asked) -> TurnOutcome:
        request = await self._artifacts.put_record(asked.request)
        turn = WaitingTurn(
            order, request, asked.prompt, in_words(asked.request), datetime.now(UTC), asked.nudges, _other(run, order, asked)
        )
        await self._store.queue_turn(turn)
        data = {"name": "batch", "title": "waits in a message batch: half the price, within a day"}
        await self._tell(order, "tool", data, key=f"batch:{order.step}:{order.line}")
        return TurnOutcome(waits=True)

    async def _tell(self, order: TurnOrder, kind: EventKind, data: dict[str, Any], *, key: str) -> None:
        await self._store.append_event(order.run_id, kind, order.step, data, key=key)

    # turns that are taken now

    async def _another(self, run: Run, order: TurnOrder) -> TurnOutcome | None:
        """Where the offline model was to answer in front of the others and cannot go on: the next turn is one of theirs."""
        if not may_hand_over(run, order.step) or not await stands(at_hand(self._store), run):
            return None
        await hand_over(self._store, run)
        return TurnOutcome()

    async def _take(self, run: Run, order: TurnOrder, asked: Asked) -> Reply | TurnOutcome:
        begun = time.monotonic()
        reply = await self._calls.reply(run, order, asked.request)
        if asked.request.model == OFFLINE and gives_up(reply) and (another := await self._another(run, order)):
            return another
        seconds = round(time.monotonic() - begun, 3)
        stored = await self._artifacts.put_record(reply)
        turn = Turn(
            order.step,
            order.turn,
            stored,
            reply.model,
            reply.usage,
            seconds,
            asked.prompt,
            order.line,
            settings=in_words(asked.request),
            instead_of=_other(run, order, asked),
            nudges=asked.nudges,
            request_id=reply.request_id,
        )
        await self._store.save_turn(order.run_id, turn, _news(order, turn))
        return reply


def _asked(order: TurnOrder, opening: Opening, model: str, said: conversation.Conversation, nudge: str) -> Asked:
    settings = STEPS[order.step]
    messages = said.messages(opening.first, nudge)
    request = ModelRequest(model, opening.system, opening.tools, messages, settings.max_tokens, settings.effort)
    return Asked(request, opening.prompt, own=len(messages[-1].content) - bool(nudge))


def hurried(run: Run) -> Run:
    """The run as one whose next turn is not for a batch: it costs the full price."""
    return replace(run, question=replace(run.question, patient=False)) if run.question.patient else run


def _other(run: Run, order: TurnOrder, asked: Asked) -> str | None:
    """The model in whose place another one is asked."""
    first = model_of(run.question, order.step)
    return first if asked.request.model != first else None


def _nothing_to_compute(run: Run) -> bool:
    """True where every result is a single row: no operation works on one, so the model need not be asked."""
    chosen = {run.evidence.primary, *run.evidence.results} if run.evidence else set()
    return bool(chosen) and all(query.rows <= 1 for query in run.queries if query.id in chosen)


def _outcome(reply: Reply) -> TurnOutcome:
    """Tool calls are run only when the model meant to call: a truncated reply may hold half a statement."""
    if reply.stop_reason == "refusal":
        return TurnOutcome(ends="declined")
    if reply.stop_reason != "tool_use":
        return TurnOutcome()
    return TurnOutcome(calls=tuple(CallReference(call["id"], call["name"]) for call in reply.tool_calls()))


def _news(order: TurnOrder, turn: Turn) -> News:
    return News("turn", order.step, _progress(turn), key=f"turn:{order.key}")


def _progress(turn: Turn) -> dict[str, Any]:
    """`input_tokens` are all that were read, by the model or from a cache; the kinds say how many of them were which."""
    usage = turn.usage
    return {
        "turn": turn.number,
        "line": turn.line,
        "model": turn.model,
        "input_tokens": usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens,
        "output_tokens": usage.output_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "cost_usd": usage.cost_usd,
        "seconds": turn.seconds,
    } | ({"batched": True} if turn.batched else {})
