"""One conversation with the model: its turns and the tool calls they ask for, until a tool or a limit ends it.

A run has one for each of its steps, and one for each line of inquiry, in a child workflow.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count

from temporalio import workflow
from temporalio.exceptions import ChildWorkflowError, is_cancelled_exception

from analytics_agent.domain.event import Step
from analytics_agent.domain.orders import CallReference, Ending, LineOrder, ToolOrder, ToolOutcome, TurnOrder, TurnOutcome, workflow_id
from analytics_agent.workflows import calls
from analytics_agent.workflows.turn_batches import look_after

TOOLS = {"explore": calls.EXPLORE_TOOL, "analyze": calls.ANALYZE_TOOL, "synthesize": calls.SYNTHESIZE_TOOL}
FIRST_LOOK, LONGEST_LOOK = timedelta(minutes=1), timedelta(minutes=10)
"""When a turn that is in a message batch is asked for again, should nobody say that it is there."""

AskPerson = Callable[[ToolOrder], Awaitable[None]]


async def converse(
    run_id: str, step: Step, ask_person: AskPerson | None = None, ask_approval: AskPerson | None = None, *, line: str = ""
) -> Ending:
    """Carry it to its end. Without `ask_person` nobody can be asked: such a call was told so. `ask_approval` likewise, of a statement."""
    for turn in count(1):
        reply = await _turn(TurnOrder(run_id, step, turn, line))
        if reply.ends:
            return reply.ends
        orders = [_order(run_id, step, turn, call, line) for call in reply.calls]
        outcomes = await asyncio.gather(*map(_tool, orders))
        if ask_approval:
            outcomes = [await _decided(order, outcome, ask_approval) for order, outcome in zip(orders, outcomes, strict=True)]
        endings = [outcome.ends for outcome in outcomes]
        if "ask" in endings and ask_person:
            await ask_person(orders[endings.index("ask")])
        elif "refuse" in endings:
            return "refuse"
        elif "finish" in endings and not any(outcome.failed for outcome in outcomes):
            return "finish"
    raise AssertionError("count() does not end")


def _order(run_id: str, step: Step, turn: int, call: CallReference, line: str) -> ToolOrder:
    return ToolOrder(run_id, step, turn, call.call_id, call.tool, line)


async def _turn(order: TurnOrder) -> TurnOutcome:
    outcome = await calls.MODEL_TURN(order)
    return await _batched(order) if outcome.waits else outcome


async def _batched(order: TurnOrder) -> TurnOutcome:
    """Nobody waits for the run: the turn is in a message batch, maybe for hours. Looked after anew each time, should nobody do it."""
    rung = asyncio.Event()
    workflow.set_signal_handler("turn_ready", rung.set)
    pause = FIRST_LOOK
    await look_after(is_new=True)
    while True:
        with suppress(TimeoutError):
            await workflow.wait_condition(rung.is_set, timeout=pause)
        rung.clear()
        outcome = await calls.MODEL_TURN(order)
        if not outcome.waits:
            return outcome
        pause = min(2 * pause, LONGEST_LOOK)
        await look_after(is_new=False)


async def _tool(order: ToolOrder) -> ToolOutcome:
    outcome = await TOOLS[order.step](order)
    if not outcome.lines:
        return outcome
    await asyncio.gather(*(_follow(order.run_id, line) for line in outcome.lines))
    return await calls.MERGE_LINES(order)


async def _decided(order: ToolOrder, outcome: ToolOutcome, ask_approval: AskPerson) -> ToolOutcome:
    """A call whose statement waits for approval is made again when a person has decided: the statement then runs, or is refused."""
    while outcome.ends == "approve":
        await ask_approval(order)
        outcome = await _tool(order)
    return outcome


async def _follow(run_id: str, line: str) -> None:
    """How it ended is in the store. A line that was stopped from outside is one that found nothing."""
    try:
        await workflow.execute_child_workflow("FollowLine", LineOrder(run_id, line), id=workflow_id(run_id, line))
    except ChildWorkflowError as error:
        if is_cancelled_exception(error):
            raise
