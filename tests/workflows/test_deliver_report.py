"""The delivery workflow on a real Temporal server, its activities replaced by small recorders of the same names."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from analytics_agent.api.temporal_runner import TemporalRunner
from analytics_agent.domain.orders import DeliveryList, DeliveryOrder, RunOrder
from analytics_agent.stack.services import _script
from analytics_agent.workflows.deliver_report import DeliverReport

Drive = Callable[["Recorder", TemporalRunner], Awaitable[None]]


@dataclass
class Recorder:
    """`waiting` are the ids that each look finds. `fail` makes a delivery raise; `hold` keeps one until it is set."""

    waiting: list[tuple[str, ...]]
    fail: dict[str, ApplicationError] = field(default_factory=dict)
    hold: dict[str, asyncio.Event] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    @activity.defn
    async def begin_deliveries(self, order: RunOrder) -> DeliveryList:
        self.log.append("begin")
        return DeliveryList(self.waiting.pop(0) if len(self.waiting) > 1 else self.waiting[0])

    @activity.defn
    async def deliver_report(self, order: DeliveryOrder) -> bool:
        self.log.append(f"deliver {order.id}")
        if order.id in self.fail:
            raise self.fail[order.id]
        while order.id in self.hold and not self.hold[order.id].is_set():
            activity.heartbeat()
            await asyncio.sleep(0.02)
        return True

    @activity.defn
    async def give_up_delivery(self, order: DeliveryOrder) -> bool:
        self.log.append(f"give up {order.id}: {order.reason}")
        return True

    async def saw(self, line: str) -> None:
        while line not in self.log:
            await asyncio.sleep(0.02)


def run(recorder: Recorder, drive: Drive | None = None) -> tuple[int, str]:
    """Start it as the API does; gives its result and its history as JSON."""
    return asyncio.run(_run(recorder, drive))


async def _run(recorder: Recorder, drive: Drive | None) -> tuple[int, str]:
    tuning = ["--dynamic-config-value", "history.transferProcessorMaxPollRPS=2000"]
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(_script("temporal")), dev_server_extra_args=tuning, data_converter=pydantic_data_converter
    )
    async with environment as env:

        async def connect() -> Any:
            return env.client

        frame = [recorder.begin_deliveries, recorder.give_up_delivery]
        flow = Worker(
            env.client, task_queue="workflow", workflows=[DeliverReport], activities=frame, workflow_runner=SandboxedWorkflowRunner()
        )
        async with flow, Worker(env.client, task_queue="deliver", activities=[recorder.deliver_report]):
            runner = TemporalRunner(connect)
            await runner.deliver("r")
            if drive:
                await asyncio.wait_for(drive(recorder, runner), 20)
            handle: WorkflowHandle[Any, int] = env.client.get_workflow_handle("deliver-r", result_type=int)
            result = await asyncio.wait_for(handle.result(), 20)
            return result, (await handle.fetch_history()).to_json()


def test_every_delivery_that_waits_is_sent_and_one_that_fails_keeps_no_other_from_it() -> None:
    refused = ApplicationError("The mail server refuses the recipient's address (550).", type="DeliveryRejected", non_retryable=True)
    recorder = Recorder([("a", "b", "c")], fail={"b": refused})
    sent, history = run(recorder)
    assert sent == 2
    assert sorted(line for line in recorder.log if line.startswith("deliver")) == ["deliver a", "deliver b", "deliver c"]
    assert "give up b: The mail server refuses the recipient's address (550)." in recorder.log
    asyncio.run(Replayer(workflows=[DeliverReport], data_converter=pydantic_data_converter).replay_workflow(_history(history)))


def test_what_is_asked_for_while_another_one_is_on_its_way_goes_out_beside_it_and_nothing_twice() -> None:
    recorder = Recorder([("slow",), ("slow", "new"), ("slow",)], hold={"slow": asyncio.Event()})

    async def drive(recorder: Recorder, runner: TemporalRunner) -> None:
        await recorder.saw("deliver slow")
        await runner.deliver("r")
        await recorder.saw("deliver new")
        recorder.hold["slow"].set()

    assert run(recorder, drive)[0] == 2
    assert recorder.log.count("deliver slow") == recorder.log.count("deliver new") == 1


def test_a_delivery_asked_for_after_the_others_is_a_workflow_of_its_own() -> None:
    recorder = Recorder([("a",), ()])

    async def drive(recorder: Recorder, runner: TemporalRunner) -> None:
        await recorder.saw("deliver a")
        await asyncio.sleep(0.3)
        recorder.waiting = [("b",), ()]
        await runner.deliver("r")

    assert run(recorder, drive)[0] == 1
    assert [line for line in recorder.log if line.startswith("deliver")] == ["deliver a", "deliver b"]


def test_a_run_without_recipients_ends_at_once() -> None:
    assert run(Recorder([()]))[0] == 0


def _history(text: str) -> Any:
    from temporalio.client import WorkflowHistory

    return WorkflowHistory.from_json("deliver-r", text)
