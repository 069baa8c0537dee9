"""Running one tool call, whatever its step: found in the stored reply, checked against its schema, run once, its result stored.

What the model can mend comes back to it as an error result; what it cannot is raised for Temporal.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from analytics_agent.activities import conversation
from analytics_agent.activities.at_hand import at_hand, having
from analytics_agent.activities.sight import Sight, shown_as, sight_of, with_results
from analytics_agent.catalog.names import nearest
from analytics_agent.domain.conversation import Block, Reply, Tool
from analytics_agent.domain.event import News
from analytics_agent.domain.markup import spelled_out
from analytics_agent.domain.numbering import Numbers, keep
from analytics_agent.domain.orders import Ending, ToolOrder, ToolOutcome
from analytics_agent.domain.turn import ToolResult
from analytics_agent.errors import AskerError, ModelError, NotAllowed, StatementFailed, StatementTimeout, ToolRefused
from analytics_agent.explore import loop
from analytics_agent.explore.inputs import input_problems
from analytics_agent.explore.tools import OF_A_RUN_ONLY
from analytics_agent.ports import Artifacts, Store
from analytics_agent.store_ports import Known

REPAIRABLE = (ModelError, StatementFailed, StatementTimeout, AskerError)
"""Errors whose text goes back to the model: it can write another statement."""


@dataclass(frozen=True)
class Told:
    """What a tool body tells the model; `ends` when the step is over; `title` names the call in the progress, where no result does;
    `lines` are lines of inquiry whose findings will be its result."""

    text: str
    ends: Ending | None = None
    title: str | None = None
    lines: tuple[str, ...] = ()


Body = Callable[[ToolOrder, dict[str, Any]], Coroutine[Any, Any, Told]]
Tell = Callable[[ToolOrder, Sight], Coroutine[Any, Any, tuple[Told, bool]]]


def call_key(order: ToolOrder) -> str:
    """What names one call within its run. A model may number its calls anew in every step and line."""
    return ":".join(filter(None, (order.step, order.line, str(order.turn), order.call_id)))


def _news(order: ToolOrder, told: Told, *, is_error: bool) -> News:
    data = {"name": order.tool, "title": told.title or order.tool, "is_error": is_error} | ({"line": order.line} if order.line else {})
    return News("tool", order.step, data, key=f"tool:{call_key(order)}")


class ToolRunner:
    """`tools` is the step's list as the model saw it, `bodies` what stands behind each name, `again` the tools of which
    a call may be made anew with the same input; `results` are those whose rows are stored under a number."""

    def __init__(
        self,
        store: Store,
        artifacts: Artifacts,
        tools: Sequence[Tool],
        bodies: Mapping[str, Body],
        again: Sequence[str] = (),
        results: Collection[str] = (),
    ) -> None:
        self._store = store
        self._artifacts = artifacts
        self._tools = {tool.name: tool for tool in tools}
        self._bodies = bodies
        self._again = again
        self._results = results

    async def run(self, order: ToolOrder) -> ToolOutcome:
        """Once per (run, step, turn, call): a call whose result is stored is not run again."""
        return await self._once(order, self._told)

    async def conclude(self, order: ToolOrder, body: Body) -> ToolOutcome:
        """The result of a call that had to wait for others: what `body` tells of what they found."""

        async def told(order: ToolOrder, sight: Sight) -> tuple[Told, bool]:
            return await body(order, {}), False

        return await self._once(order, told)

    async def _once(self, order: ToolOrder, tell: Tell) -> ToolOutcome:
        with having(await self._store.known(order.run_id, order.step)) as known:
            for stored in await known.tool_results(order.run_id, order.step):
                if (stored.line, stored.turn, stored.call_id) == (order.line, order.turn, order.call_id):
                    return ToolOutcome(stored.ends, stored.is_error)
            told, is_error = await self._seen(known, order, tell)
        await self._keep(order, told, is_error=is_error)
        return ToolOutcome(told.ends, is_error, told.lines)

    async def _keep(self, order: ToolOrder, told: Told, *, is_error: bool) -> None:
        news = _news(order, told, is_error=is_error) if told.title or is_error else None
        # The result of a question to a person is the answer, that of a statement to approve its rows, and that of lines of inquiry what
        # they found: stored when they come.
        if told.ends not in ("ask", "approve") and not told.lines:
            content = await self._artifacts.put_file(told.text.encode(), "text/plain")
            result = ToolResult(order.step, order.turn, order.call_id, order.tool, content, is_error, told.ends, order.line)
            await self._store.save_tool_result(order.run_id, result, news)
        elif news:
            await self._store.append_event(order.run_id, news.kind, news.step, news.data, key=news.key)

    async def _seen(self, known: Known, order: ToolOrder, tell: Tell) -> tuple[Told, bool]:
        """What the tool tells, as far as the model of this step may see it."""
        run = await known.run(order.run_id)
        sight = await sight_of(known, run, order.step)
        if not sight.is_full:
            await with_results(sight, self._artifacts, run)
        with shown_as(sight):
            told, is_error = await tell(order, sight)
            strict = is_error and (bool(sight.looked_up) or order.step != "explore")
            # In a thread: large results take long enough to hold up the heartbeats of other calls.
            text = told.text if sight.is_full else await asyncio.to_thread(sight.tidied, told.text, strict=strict)
            text = await sight.closed(self._store, order.run_id, text)
            return replace(told, text=spelled_out(" ".join(text.splitlines()) if is_error else text)), is_error

    async def _told(self, order: ToolOrder, sight: Sight) -> tuple[Told, bool]:
        try:
            call, reply, answered = await self._call(order)
            before = loop.before(call, reply)
            if order.tool not in self._again and (made := loop.repeated(call, (*answered, *before))) is not None:
                raise ToolRefused(loop.SAME_CALL.format(await self._as_result(order, made)))
            if len(before) >= loop.MOST_CALLS:
                raise ToolRefused(loop.TOO_MANY)
            if waits := loop.out_of_turn(call, reply):
                raise ToolRefused(waits)
            self._check(order, call)
            await self._keep_numbers(order, reply)
            sight.own = f"{sight.own} {call['input']}"
            return await self._bodies[order.tool](order, sight.real(order.tool, call["input"])), False
        except NotAllowed:  # a right that was withdrawn while the run waited: no other statement mends that
            raise
        except REPAIRABLE as error:
            return Told(str(error)), True

    async def _keep_numbers(self, order: ToolOrder, reply: Reply) -> None:
        """Results are told, and cited, by their numbers: those of calls made together follow the order in which they were asked for. A call
        that is alone has the next number anyway."""
        calls = [call for call in reply.tool_calls() if call["name"] in self._results]
        is_alone = len(calls) == 1 and not order.line and len(reply.tool_calls()) == 1
        if order.tool not in self._results or is_alone:
            return
        keys = [call_key(replace(order, call_id=call["id"])) for call in calls]
        taken = [int(query.id[1:]) for query in await self._store.queries(order.run_id)]
        kept = partial(keep, conversation=f"{order.step}:{order.line}", keys=keys, taken=taken)
        await self._store.change_document(order.run_id, "numbers", Numbers, kept)

    async def _call(self, order: ToolOrder) -> tuple[Block, Reply, Sequence[Block]]:
        """The call, its reply, and the calls of earlier turns that were answered: one that was refused then may be in order now."""
        known = at_hand(self._store)
        said = await conversation.read(known, self._artifacts, order.run_id, order.step, order.line, before=order.turn + 1)
        reply = said.replies[-1]
        call = next(call for call in reply.tool_calls() if call["id"] == order.call_id)
        return call, reply, said.answered(before=order.turn)

    async def _as_result(self, order: ToolOrder, made: Block) -> str:
        """Under which id the rows of an earlier call are found, where it has some."""
        if not loop.makes_result(made):
            return ""
        for turn in range(order.turn, 0, -1):
            stored = await at_hand(self._store).query_by_key(order.run_id, call_key(replace(order, turn=turn, call_id=made["id"])))
            if stored is not None:
                return f" as {stored.id}"
        return ""

    def _check(self, order: ToolOrder, call: Block) -> None:
        if order.line and call["name"] in OF_A_RUN_ONLY:
            raise ToolRefused(loop.NOT_IN_A_LINE)
        tool = self._tools.get(call["name"])
        if tool is None:
            near = nearest(call["name"], self._tools)
            meant = f"Did you mean {near[0]}? " if near else ""
            raise ToolRefused(f"There is no tool {call['name'][:60]!r} in this step. {meant}The tools are: {', '.join(self._tools)}.")
        if problems := tuple(input_problems(call["input"], tool.input_schema)):
            fields = ", ".join(tool.input_schema["properties"])
            raise ToolRefused(f"The input of {tool.name} is not valid. {' '.join(problems[:5])} Its fields: {fields or 'none'}.")
