"""Lines of inquiry on a real Temporal server: followed beside one another, stopped with their run, and never the end of it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, Worker
from workflows.recorder import Recorder

from analytics_agent.domain.orders import QUEUES, CallReference, Queue, RunOrder, RunPlan, ToolOrder, ToolOutcome, TurnOrder, TurnOutcome
from analytics_agent.stack.services import _script
from analytics_agent.workflows.answer_question import AnswerQuestion
from analytics_agent.workflows.follow_line import FollowLine

LINES = ("1.1", "1.2")


def two_lines(order: TurnOrder) -> TurnOutcome:
    """Explore begins two lines and finishes; each of them looks once and finishes."""
    first = order.step == "explore" and order.turn == 1
    tool = "run_sql" if order.line and first else "investigate" if first else "finish"
    return TurnOutcome((CallReference(f"{order.line or 'run'}-{order.turn}", tool),))


def tool(order: ToolOrder) -> ToolOutcome:
    if order.tool == "investigate":
        return ToolOutcome(lines=LINES)
    return ToolOutcome("finish" if order.tool == "finish" else None)


@dataclass
class Inquiring(Recorder):
    """`together`: the first turn of a line waits until the other line has its own; `stuck`: no turn of a line ends."""

    tool: Callable[[ToolOrder], ToolOutcome] = tool
    plan: RunPlan = field(default_factory=lambda: RunPlan(publish=False, report=False))
    under_way: set[str] = field(default_factory=set)
    together: bool = True
    stuck: bool = False
    broken: str = ""

    @activity.defn
    async def model_turn(self, order: TurnOrder) -> TurnOutcome:
        await self._note(f"turn {order.line or order.step} {order.turn}")
        if order.line and order.line == self.broken:
            raise ApplicationError("The store does not answer.", type="StoreUnavailable", non_retryable=True)
        if order.line:
            self.under_way.add(order.line)
            while self.stuck or (self.together and len(self.under_way) < len(LINES)):
                activity.heartbeat()
                await asyncio.sleep(0.02)
        return self.turn(order)

    @activity.defn
    async def merge_lines(self, order: ToolOrder) -> ToolOutcome:
        await self._note("merge")
        return ToolOutcome()


Drive = Callable[[Client, WorkflowHandle[Any, Any]], Awaitable[None]]


async def _run(recorder: Inquiring, drive: Drive | None) -> str:
    tuning = ["--dynamic-config-value", "history.transferProcessorMaxPollRPS=2000"]
    async with AsyncExitStack() as stack:
        env = await stack.enter_async_context(
            await WorkflowEnvironment.start_local(
                dev_server_existing_path=str(_script("temporal")), dev_server_extra_args=tuning, data_converter=pydantic_data_converter
            )
        )

        def worker(queue: Queue) -> Worker:
            flows = [AnswerQuestion, FollowLine] if queue == "workflow" else []
            # Nothing is kept between tasks: each one is worked out anew from the history, as after the death of a worker.
            return Worker(env.client, task_queue=queue, workflows=flows, activities=recorder.activities(), max_cached_workflows=0)

        for queue in QUEUES:
            await stack.enter_async_context(worker(queue))
        handle = await env.client.start_workflow("AnswerQuestion", RunOrder("r"), id="run-r", task_queue="workflow", result_type=str)
        if drive:
            await drive(env.client, handle)
        result = str(await asyncio.wait_for(handle.result(), 40))
        for line in LINES:
            described = await env.client.get_workflow_handle(f"line-r-{line}").describe()
            assert described.status != WorkflowExecutionStatus.RUNNING
        replayer = Replayer(workflows=[AnswerQuestion, FollowLine], data_converter=pydantic_data_converter)
        await replayer.replay_workflow(await handle.fetch_history())
        return result


def run(recorder: Inquiring, drive: Drive | None = None) -> str:
    return asyncio.run(_run(recorder, drive))


async def _begun(recorder: Inquiring) -> None:
    while len(recorder.under_way) < len(LINES):
        await asyncio.sleep(0.02)


def test_lines_are_followed_beside_one_another_and_merged_before_the_run_goes_on() -> None:
    recorder = Inquiring(two_lines)
    assert run(recorder) == "succeeded"
    merged = recorder.log.index("merge")
    for line in LINES:
        assert recorder.log.index(f"turn {line} 1") < recorder.log.index(f"turn {line} 2") < merged
    assert recorder.log[merged + 1] == "turn explore 2" and recorder.log.count("merge") == 1


def test_a_line_that_fails_leaves_the_others_and_the_run() -> None:
    recorder = Inquiring(two_lines, together=False, broken="1.1")
    assert run(recorder) == "succeeded"
    assert "turn 1.2 2" in recorder.log and "turn 1.1 2" not in recorder.log and "merge" in recorder.log


def test_a_line_that_somebody_terminates_is_one_that_found_nothing() -> None:
    recorder = Inquiring(two_lines, stuck=True)

    async def terminate(client: Client, handle: WorkflowHandle[Any, Any]) -> None:
        await _begun(recorder)
        await client.get_workflow_handle("line-r-1.1").terminate("a test")
        recorder.stuck = False

    assert run(recorder, terminate) == "succeeded"
    assert "turn 1.2 2" in recorder.log and "turn 1.1 2" not in recorder.log


def test_cancelling_a_run_stops_its_lines() -> None:
    recorder = Inquiring(two_lines, stuck=True)

    async def cancel(client: Client, handle: WorkflowHandle[Any, Any]) -> None:
        await _begun(recorder)
        await handle.cancel()

    assert run(recorder, cancel) == "cancelled"
    assert "merge" not in recorder.log and not any(line.endswith(" 2") for line in recorder.log)
