"""Runs for which nobody waits, on a real Temporal server, their pauses made short: batches are looked after, and no turn is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker
from workflows.recorder import Recorder, finish_each_step

from analytics_agent.domain.batch import BatchLook
from analytics_agent.domain.orders import QUEUES, BatchesOrder, RunOrder, RunPlan, TurnOrder, TurnOutcome
from analytics_agent.stack.services import _script
from analytics_agent.workflows import converse, turn_batches
from analytics_agent.workflows.answer_question import AnswerQuestion
from analytics_agent.workflows.turn_batches import BATCHES, TurnBatches


@dataclass
class Provider(Recorder):
    """A recorder whose turns wait until a look at the batches has found their reply. `blind` looks see nothing that waits, as one does
    that was made a moment before a turn came; `slow` looks find the batch under way; `broken` looks fail for good."""

    plan: RunPlan = field(default_factory=lambda: RunPlan(publish=False, report=False))
    waiting: list[TurnOrder] = field(default_factory=list)
    answered: list[TurnOrder] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    blind: int = 0
    slow: int = 0
    broken: int = 0

    @activity.defn
    async def model_turn(self, order: TurnOrder) -> TurnOutcome:
        if order in self.answered:
            return self.turn(order)
        if order not in self.waiting:
            self.waiting.append(order)
        return TurnOutcome(waits=True)

    @activity.defn
    async def send_batch(self, order: BatchesOrder) -> BatchLook:
        if self.broken:
            self.broken -= 1
            raise activity_failure()
        return BatchLook(len(self.waiting), (), 0.1)

    @activity.defn
    async def collect_batches(self, order: BatchesOrder) -> BatchLook:
        if self.blind:
            self.blind -= 1
            return BatchLook(0, (), 0.1)
        if self.slow:
            self.slow -= 1
            return BatchLook(len(self.waiting), (), 0.05)
        ready = tuple(self.waiting)
        self.sent.append(len(ready))
        self.answered += ready
        self.waiting.clear()
        return BatchLook(0, ready, 0.1)


def activity_failure() -> ApplicationError:
    return ApplicationError("The store does not answer.", non_retryable=True)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_batches, "GATHER", timedelta(seconds=0.3))
    monkeypatch.setattr(turn_batches, "TROUBLE", timedelta(seconds=0.1))
    monkeypatch.setattr(converse, "FIRST_LOOK", timedelta(seconds=1))


Drive = Callable[[list[WorkflowHandle[Any, Any]], Provider], Awaitable[None]]


def run(provider: Provider, runs: int = 1, drive: Drive | None = None) -> tuple[list[str], str]:
    """Run so many questions at once; gives how they ended, and the history of the first."""
    return asyncio.run(_run(provider, runs, drive))


async def _run(provider: Provider, runs: int, drive: Drive | None) -> tuple[list[str], str]:
    async with AsyncExitStack() as stack:
        tuning = ["--dynamic-config-value", "history.transferProcessorMaxPollRPS=2000"]
        tuning += ["--dynamic-config-value", "history.timerProcessorMaxPollRPS=2000"]
        started = WorkflowEnvironment.start_local(
            dev_server_existing_path=str(_script("temporal")), dev_server_extra_args=tuning, data_converter=pydantic_data_converter
        )
        env = await stack.enter_async_context(await started)
        client: Client = env.client
        for queue in QUEUES:
            flows = [AnswerQuestion, TurnBatches] if queue == "workflow" else []
            worker = Worker(
                client,
                task_queue=queue,
                workflows=flows,
                activities=provider.activities(),
                workflow_runner=UnsandboxedWorkflowRunner(),
                sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
            )
            await stack.enter_async_context(worker)
        names = [f"r{number}" for number in range(runs)]
        handles = [
            await client.start_workflow("AnswerQuestion", RunOrder(name), id=f"run-{name}", task_queue="workflow", result_type=str)
            for name in names
        ]
        if drive:
            await drive(handles, provider)
        ended = await asyncio.wait_for(asyncio.gather(*(handle.result() for handle in handles)), 60)
        await asyncio.wait_for(client.get_workflow_handle(BATCHES).result(), 60)
        assert (await client.get_workflow_handle(BATCHES).describe()).status == WorkflowExecutionStatus.COMPLETED
        return ended, (await handles[0].fetch_history()).to_json()


def test_runs_that_wait_together_are_asked_together_and_the_looking_ends_with_the_last() -> None:
    provider = Provider(finish_each_step)
    ended, history = run(provider, 4)
    assert ended == ["succeeded"] * 4
    # Explore takes two turns, the other steps one: each time all four runs went into one batch.
    assert [size for size in provider.sent if size] == [4, 4, 4, 4]
    replayer = Replayer(workflows=[AnswerQuestion], data_converter=pydantic_data_converter)
    asyncio.run(replayer.replay_workflow(WorkflowHistory.from_json("run-r0", history)))


def test_no_turn_is_lost_by_looks_that_miss_it_fail_or_come_too_early() -> None:
    provider = Provider(finish_each_step, blind=1, broken=1, slow=2)
    ended, history = run(provider)
    assert ended == ["succeeded"]
    assert (provider.blind, provider.broken, provider.slow) == (0, 0, 0)
    assert history.count("turn_ready") == 4, "a run is told when its reply is there"


def test_a_run_that_is_cancelled_while_it_waits_ends_and_the_others_go_on() -> None:
    async def cancel_first(handles: list[WorkflowHandle[Any, Any]], provider: Provider) -> None:
        while len(provider.waiting) < 2:
            await asyncio.sleep(0.05)
        await handles[0].cancel()
        await handles[0].result()
        provider.waiting = [order for order in provider.waiting if order.run_id != "r0"]
        provider.slow = 0

    provider = Provider(finish_each_step, slow=10_000)  # under way until the one is cancelled
    ended, _ = run(provider, 2, cancel_first)
    assert ended == ["cancelled", "succeeded"]
