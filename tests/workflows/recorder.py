"""Runs the workflow on a real Temporal server, its activities replaced by small recorders of the same names."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from analytics_agent.domain.orders import (
    QUEUES,
    CallReference,
    FinishOrder,
    NoteOrder,
    Queue,
    RunOrder,
    RunPlan,
    StepOrder,
    ToolOrder,
    ToolOutcome,
    TurnOrder,
    TurnOutcome,
    WrapUp,
)
from analytics_agent.stack.services import _script
from analytics_agent.workflows.answer_question import AnswerQuestion

LATE = timedelta(seconds=2)
"""How long a step waits for a worker in tests in which one is late."""

Turn = Callable[[TurnOrder], TurnOutcome]


@dataclass
class Recorder:
    """Every activity, in order. `turn` and `tool` script the conversation; `fail` makes a named activity raise."""

    turn: Turn
    tool: Callable[[ToolOrder], ToolOutcome] = lambda order: ToolOutcome(order.tool if order.tool in ("finish", "refuse", "ask") else None)  # type: ignore[arg-type]
    plan: RunPlan = RunPlan(publish=True, report=True)
    fail: dict[str, ApplicationError] = field(default_factory=dict)
    hold: asyncio.Event | None = None
    answers: list[bool] = field(default_factory=list)
    """What each look for a person's answer finds."""
    wrapped: WrapUp = field(default_factory=lambda: WrapUp(partial=True, reason="Stopped at the budget of this run."))
    log: list[str] = field(default_factory=list)
    finished: list[FinishOrder] = field(default_factory=list)

    async def _note(self, name: str) -> None:
        self.log.append(name)
        if name in self.fail:
            raise self.fail[name]

    @activity.defn
    async def begin_run(self, order: RunOrder) -> RunPlan:
        await self._note("begin_run")
        return self.plan

    @activity.defn
    async def begin_step(self, order: StepOrder) -> bool:
        await self._note(f"begin {order.step}")
        return True

    @activity.defn
    async def finish_step(self, order: StepOrder) -> bool:
        await self._note(f"end {order.step}")
        return True

    @activity.defn
    async def read_catalog(self, order: RunOrder) -> bool:
        await self._note("read_catalog")
        return True

    @activity.defn
    async def renew_rights(self, order: RunOrder) -> bool:
        await self._note("renew_rights")
        return True

    @activity.defn
    async def model_turn(self, order: TurnOrder) -> TurnOutcome:
        await self._note(f"turn {order.step} {order.turn}")
        if self.hold:
            while not self.hold.is_set():
                activity.heartbeat()
                await asyncio.sleep(0.05)
        return self.turn(order)

    async def _tool(self, order: ToolOrder) -> ToolOutcome:
        await self._note(f"tool {order.tool}")
        return self.tool(order)

    @activity.defn
    async def explore_tool(self, order: ToolOrder) -> ToolOutcome:
        return await self._tool(order)

    @activity.defn
    async def analyze_tool(self, order: ToolOrder) -> ToolOutcome:
        return await self._tool(order)

    @activity.defn
    async def synthesize_tool(self, order: ToolOrder) -> ToolOutcome:
        return await self._tool(order)

    @activity.defn
    async def take_answer(self, order: ToolOrder) -> bool:
        await self._note("take_answer")
        return self.answers.pop(0)

    @activity.defn
    async def wrap_up(self, order: RunOrder) -> WrapUp:
        await self._note("wrap_up")
        return self.wrapped

    @activity.defn
    async def render_report(self, order: RunOrder) -> bool:
        await self._note("render_report")
        return True

    @activity.defn
    async def publish(self, order: RunOrder) -> bool:
        await self._note("publish")
        return True

    @activity.defn
    async def note_failure(self, order: NoteOrder) -> bool:
        await self._note(f"noted {order.step}: {order.reason}")
        return True

    @activity.defn
    async def finish_run(self, order: FinishOrder) -> bool:
        await self._note("finish_run")
        self.finished.append(order)
        return True

    def activities(self) -> list[Callable[..., Any]]:
        every = [getattr(self, name) for name in dir(self) if not name.startswith("_")]
        return [method for method in every if hasattr(method, "__temporal_activity_definition")]


def finish_each_step(order: TurnOrder) -> TurnOutcome:
    """Explore looks once and finishes; the other steps finish at once."""
    if order.step == "explore" and order.turn == 1:
        return TurnOutcome((CallReference("a", "run_sql"), CallReference("b", "run_sql")))
    return TurnOutcome((CallReference("z", "finish"),))


Drive = Callable[[WorkflowHandle[Any, Any]], Awaitable[None]]


def run(
    recorder: Recorder, drive: Drive | None = None, *, runner: WorkflowRunner | None = None, late: Queue | None = None
) -> tuple[str, str]:
    """Run one workflow; gives its result and its history as JSON. `drive` steers it while it runs; the worker of `late` comes late."""
    return asyncio.run(_run(recorder, drive, runner or SandboxedWorkflowRunner(), late))


async def _run(recorder: Recorder, drive: Drive | None, runner: WorkflowRunner, late: Queue | None) -> tuple[str, str]:
    tuning = ["--dynamic-config-value", "history.transferProcessorMaxPollRPS=2000"]
    async with AsyncExitStack() as stack:
        env = await stack.enter_async_context(
            await WorkflowEnvironment.start_local(
                dev_server_existing_path=str(_script("temporal")), dev_server_extra_args=tuning, data_converter=pydantic_data_converter
            )
        )
        client: Client = env.client

        def worker(queue: Queue) -> Worker:
            flows = [AnswerQuestion] if queue == "workflow" else []
            return Worker(client, task_queue=queue, workflows=flows, activities=recorder.activities(), workflow_runner=runner)

        for queue in QUEUES:
            if queue != late:
                await stack.enter_async_context(worker(queue))
        handle = await client.start_workflow("AnswerQuestion", RunOrder("r"), id="run-r", task_queue="workflow", result_type=str)
        if late:
            await asyncio.sleep(1.5 * LATE.total_seconds())
            await stack.enter_async_context(worker(late))
        if drive:
            await drive(handle)
        result = await asyncio.wait_for(handle.result(), 40)
        return result, (await handle.fetch_history()).to_json()


async def until(recorder: Recorder, line: str, times: int) -> None:
    async with asyncio.timeout(20):
        while recorder.log.count(line) < times:
            await asyncio.sleep(0.05)
