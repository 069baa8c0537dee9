"""A model turn: the one activity that spends tokens. Its reply is stored before it completes and looked for first."""

import time
from dataclasses import dataclass

from temporalio import activity

from analytics_agent.activities import conversation
from analytics_agent.activities.evidence import digest
from analytics_agent.activities.rights import Readable, kept_grant, part_of, readable
from analytics_agent.analyze import prompt as analyze_prompt
from analytics_agent.catalog.names import find_table
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.conversation import ModelRequest, Reply, Tool
from analytics_agent.domain.event import Step
from analytics_agent.domain.orders import CallReference, TurnOrder, TurnOutcome
from analytics_agent.domain.rights import is_person
from analytics_agent.domain.run import Run
from analytics_agent.domain.turn import Turn
from analytics_agent.errors import ModelUnavailable, UnknownDatabase
from analytics_agent.explore import loop
from analytics_agent.explore import prompt as explore_prompt
from analytics_agent.ports import Artifacts, Model, Store
from analytics_agent.synthesize import prompt as synthesize_prompt


@dataclass(frozen=True)
class Opening:
    """How a step's conversation opens: what stays the same for a database, then the question itself."""

    system: str
    tools: tuple[Tool, ...]
    first: str
    prompt: str


class ModelActivities:
    """`turns` is the most a step may take."""

    def __init__(self, store: Store, artifacts: Artifacts, model: Model, *, turns: int) -> None:
        self._store = store
        self._artifacts = artifacts
        self._model = model
        self._turns = turns

    @activity.defn
    async def model_turn(self, order: TurnOrder) -> TurnOutcome:
        run = await self._store.run(order.run_id)
        turn = await self._stored(order)
        if turn is None:
            if order.step == "analyze" and _nothing_to_compute(run):
                return TurnOutcome(ends="finish")
            said = await conversation.read(self._store, self._artifacts, order.run_id, order.step, before=order.turn)
            verdict = loop.decide(said.replies, turns=self._turns, spent=run.usage, budget=run.question.budget)
            if verdict.ends:
                return TurnOutcome(ends=verdict.ends)
            turn = await self._take(order, run, said, verdict.nudge)
        await self._store.append_event(order.run_id, "turn", order.step, _progress(turn), key=f"turn:{order.step}:{order.turn}")
        return _outcome(await self._artifacts.get_record(turn.reply, Reply))

    async def _stored(self, order: TurnOrder) -> Turn | None:
        turns = await self._store.turns(order.run_id, order.step)
        return next((turn for turn in turns if turn.number == order.turn), None)

    async def _take(self, order: TurnOrder, run: Run, said: conversation.Conversation, nudge: str) -> Turn:
        opening = await self._opening(run, order.step)
        request = ModelRequest(run.question.model, opening.system, opening.tools, said.messages(opening.first, nudge))
        begun = time.monotonic()
        reply = await self._reply(order, request)
        seconds = round(time.monotonic() - begun, 3)
        stored = await self._artifacts.put_record(reply)
        turn = Turn(order.step, order.turn, stored, reply.model, reply.usage, seconds, opening.prompt)
        await self._store.save_turn(order.run_id, turn)
        return turn

    async def _reply(self, order: TurnOrder, request: ModelRequest) -> Reply:
        """Ask the model; a trouble that Temporal will retry is told to whoever watches, once an attempt."""
        try:
            return await self._model.reply(request)
        except ModelUnavailable as error:
            attempt = activity.info().attempt
            data = {"message": f"{error.message} Trying again (attempt {attempt})."}
            await self._store.append_event(order.run_id, "warning", order.step, data, key=f"model:{order.step}:{order.turn}:{attempt}")
            raise

    async def _opening(self, run: Run, step: Step) -> Opening:
        database = await self._store.database(run.question.database)
        catalog = await self._store.catalog(database.name)
        briefing = await self._store.document(run.question.run_id, "briefing", Briefing)
        if catalog is None or briefing is None:
            raise UnknownDatabase("The database was removed while the question ran.", hint="Add it again and ask again.")
        view = readable(database, catalog, await kept_grant(self._store, run.question))
        earlier, part = await self._earlier(run, view), part_of(view.grant)
        if step == "explore":
            system, prompt = explore_prompt.system(view.catalog, view.model)
            return Opening(system, explore_prompt.TOOLS, explore_prompt.first(run.question, briefing, earlier, part), prompt)
        evidence = await digest(self._store, self._artifacts, run)
        before = earlier.question.text if earlier else ""
        if step == "analyze":
            system, prompt = analyze_prompt.system()
            return Opening(system, analyze_prompt.TOOLS, analyze_prompt.first(run.question, briefing, evidence, before), prompt)
        system, prompt = synthesize_prompt.system()
        return Opening(system, synthesize_prompt.TOOLS, synthesize_prompt.first(run.question, briefing, evidence, before, part), prompt)

    async def _earlier(self, run: Run, view: Readable) -> Run | None:
        """The run that this one goes on from; not one that read what its owner may not read any more."""
        if run.question.continues is None:
            return None
        earlier = await self._store.run(run.question.continues)
        if not is_person(run.question.owner):
            return earlier
        tables = {name for query in earlier.queries for name in query.tables}
        is_same = earlier.question.database == run.question.database
        return earlier if is_same and all(find_table(view.catalog, name) for name in tables) else None


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
