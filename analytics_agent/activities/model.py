"""A model turn: the one activity that spends tokens. Its reply is stored before it completes and looked for first."""

import time
from dataclasses import dataclass, replace

from temporalio import activity

from analytics_agent.activities import conversation
from analytics_agent.activities.opening import Openings
from analytics_agent.activities.purse import Purse
from analytics_agent.domain.conversation import Message, ModelRequest, Reply
from analytics_agent.domain.event import Step
from analytics_agent.domain.orders import CallReference, TurnOrder, TurnOutcome
from analytics_agent.domain.question import Question
from analytics_agent.domain.run import Run
from analytics_agent.domain.turn import Turn
from analytics_agent.errors import ModelUnavailable
from analytics_agent.explore import loop
from analytics_agent.ports import Artifacts, Model, Store


@dataclass(frozen=True)
class Asked:
    """What is sent to the model, and which prompt it was made from."""

    request: ModelRequest
    prompt: str


class ModelActivities:
    """`turns` is the most a step may take."""

    def __init__(self, store: Store, artifacts: Artifacts, model: Model, purse: Purse, *, turns: int) -> None:
        self._store = store
        self._artifacts = artifacts
        self._model = model
        self._purse = purse
        self._openings = Openings(store, artifacts)
        self._turns = turns

    @activity.defn
    async def model_turn(self, order: TurnOrder) -> TurnOutcome:
        run = await self._store.run(order.run_id)
        turn = await self._stored(order)
        if turn is None:
            if order.step == "analyze" and _nothing_to_compute(run):
                return TurnOutcome(ends="finish")
            said = await conversation.read(self._store, self._artifacts, order.run_id, order.step, order.line, before=order.turn)
            verdict = loop.decide(said.replies, turns=self._turns)
            if verdict.ends:
                return TurnOutcome(ends=verdict.ends)
            asked = await self._asked(run, order, said, verdict.nudge)
            permit = await self._purse.permit(run, order, asked.request)
            if permit.ends:
                return TurnOutcome(ends=permit.ends)
            turn = await self._take(order, replace(asked, request=nudged(asked.request, permit.nudge)))
        await self._store.append_event(order.run_id, "turn", order.step, _progress(turn), key=f"turn:{_key(order)}")
        return _outcome(await self._artifacts.get_record(turn.reply, Reply))

    async def _stored(self, order: TurnOrder) -> Turn | None:
        turns = await self._store.turns(order.run_id, order.step)
        return next((turn for turn in turns if (turn.line, turn.number) == (order.line, order.turn)), None)

    async def _asked(self, run: Run, order: TurnOrder, said: conversation.Conversation, nudge: str) -> Asked:
        opening = await self._openings.of(run, order.step, order.line)
        messages = said.messages(opening.first, nudge)
        return Asked(ModelRequest(model_of(run.question, order.step), opening.system, opening.tools, messages), opening.prompt)

    async def _take(self, order: TurnOrder, asked: Asked) -> Turn:
        begun = time.monotonic()
        reply = await self._reply(order, asked.request)
        seconds = round(time.monotonic() - begun, 3)
        stored = await self._artifacts.put_record(reply)
        turn = Turn(order.step, order.turn, stored, reply.model, reply.usage, seconds, asked.prompt, order.line)
        await self._store.save_turn(order.run_id, turn)
        return turn

    async def _reply(self, order: TurnOrder, request: ModelRequest) -> Reply:
        """Ask the model; a trouble that Temporal will retry is told to whoever watches, once an attempt."""
        try:
            return await self._model.reply(request)
        except ModelUnavailable as error:
            attempt = activity.info().attempt
            data = {"message": f"{error.message} Trying again (attempt {attempt})."}
            await self._store.append_event(order.run_id, "warning", order.step, data, key=f"model:{_key(order)}:{attempt}")
            raise


def model_of(question: Question, step: Step) -> str:
    """The model of a step. Only three steps have one."""
    chosen = question.models
    named = {"explore": chosen.explore, "analyze": chosen.analyze, "synthesize": chosen.synthesize} if chosen else {}
    return named.get(step, question.model)


def nudged(request: ModelRequest, text: str) -> ModelRequest:
    """With a word of ours said last."""
    if not text:
        return request
    last = request.messages[-1]
    return replace(request, messages=(*request.messages[:-1], Message("user", (*last.content, {"type": "text", "text": text}))))


def _key(order: TurnOrder) -> str:
    return ":".join(filter(None, (order.step, order.line, str(order.turn))))


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


def _progress(turn: Turn) -> dict[str, object]:
    usage = turn.usage
    return {
        "turn": turn.number,
        "model": turn.model,
        "input_tokens": usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": usage.cost_usd,
        "seconds": turn.seconds,
    }
