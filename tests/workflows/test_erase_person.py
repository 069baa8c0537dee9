"""The workflow of an erasure on a real Temporal server, its activities replaced by small recorders of the same names."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from analytics_agent.activities.engine_history import EngineHistory
from analytics_agent.api.temporal_runner import TemporalRunner
from analytics_agent.domain.erasure import ErasureOrder
from analytics_agent.stack.services import _script
from analytics_agent.workflows import erase_person
from analytics_agent.workflows.erase_person import ErasePerson

STEPS = ["stop_person", "erase_some_runs", "erase_traces", "others_at_work", "erase_files", "forget_histories", "finish_erasure"]


@dataclass
class Recorder:
    """`gives` is what an activity gives, one after the other, then 0; `fails` how often it fails before, `broken` how often for good."""

    gives: dict[str, list[int]] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)
    fails: dict[str, int] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def activities(self) -> list[Callable[..., Any]]:
        return [self._activity(name) for name in STEPS]

    def _activity(self, name: str) -> Callable[..., Any]:
        @activity.defn(name=name)
        async def act(order: ErasureOrder) -> Any:
            if self.broken.get(name, 0):
                self.broken[name] -= 1
                raise ApplicationError("A stored run cannot be read.", type="OperatorError", non_retryable=True)
            if self.fails.get(name, 0):
                self.fails[name] -= 1
                raise ApplicationError("Superset does not answer.", type="SupersetUnavailable", next_retry_delay=timedelta(seconds=0.05))
            self.log.append(f"{name}{' hard' if order.hard else ''}")
            given = self.gives.get(name) or [0]
            found = given.pop(0) if len(given) > 1 else given[0]
            return bool(found) if name in ("erase_traces", "others_at_work", "finish_erasure") else found

        return act


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STOP_PAUSE", "HEARD", "LOOK_PAUSE", "HISTORY_PAUSE", "TROUBLE"):
        monkeypatch.setattr(erase_person, name, timedelta(seconds=0.02))
    for name in ("STOPS", "LOOKS", "HISTORIES"):
        monkeypatch.setattr(erase_person, name, 3)


def carried_out(recorder: Recorder) -> tuple[bool, str]:
    """Started as the API does; gives its result and its history."""

    async def started(client: Client) -> tuple[bool, str]:
        async def connect() -> Client:
            return client

        runner = TemporalRunner(connect)
        await runner.erase("e1")
        await runner.erase("e1")
        handle: WorkflowHandle[Any, bool] = client.get_workflow_handle("erase-e1", result_type=bool)
        return await asyncio.wait_for(handle.result(), 20), (await handle.fetch_history()).to_json()

    return asyncio.run(_served(recorder, started))


async def _served(recorder: Recorder, do: Callable[[Client], Awaitable[Any]]) -> Any:
    tuning = ["--dynamic-config-value", "history.transferProcessorMaxPollRPS=2000"]
    tuning += ["--dynamic-config-value", "history.timerProcessorMaxPollRPS=2000"]
    tuning += ["--dynamic-config-value", 'history.transferProcessorUpdateAckInterval="1s"']
    tuning += ["--dynamic-config-value", 'history.visibilityProcessorUpdateAckInterval="1s"']
    environment = await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(_script("temporal")), dev_server_extra_args=tuning, data_converter=pydantic_data_converter
    )
    async with environment as env:
        flow = Worker(env.client, task_queue="workflow", workflows=[ErasePerson], workflow_runner=UnsandboxedWorkflowRunner())
        async with flow, Worker(env.client, task_queue="deliver", activities=recorder.activities()):
            return await do(env.client)


def test_each_step_is_done_once_in_its_order_and_the_history_holds_an_id_alone() -> None:
    recorder = Recorder(gives={"erase_some_runs": [20, 3, 0]})
    forgotten, history = carried_out(recorder)
    assert forgotten
    assert recorder.log == ["stop_person", *["erase_some_runs"] * 3, *STEPS[2:]]
    kept = WorkflowHistory.from_json("erase-e1", history)
    given = [one for one in kept.events if one.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED]
    inputs = {one.activity_task_scheduled_event_attributes.input.payloads[0].data for one in given}
    assert inputs == {b'{"erasure_id":"e1","hard":false}'}
    asyncio.run(Replayer(workflows=[ErasePerson], data_converter=pydantic_data_converter).replay_workflow(kept))


def test_a_step_that_fails_is_tried_again_and_nothing_is_left_out() -> None:
    recorder = Recorder(fails={"erase_some_runs": 1, "erase_files": 1, "finish_erasure": 1})
    assert carried_out(recorder)[0]
    assert recorder.log == STEPS


def test_after_a_step_that_failed_for_good_it_begins_anew() -> None:
    recorder = Recorder(broken={"erase_traces": 1})
    assert carried_out(recorder)[0]
    assert recorder.log == [*STEPS[:2], *STEPS]


def test_what_does_not_end_is_ended() -> None:
    recorder = Recorder(gives={"stop_person": [2, 1, 1, 0]})
    carried_out(recorder)
    assert recorder.log[:4] == ["stop_person", "stop_person", "stop_person", "stop_person hard"]


def test_others_and_temporal_are_waited_for_but_not_for_ever() -> None:
    recorder = Recorder(gives={"others_at_work": [1], "forget_histories": [5]})
    forgotten, _ = carried_out(recorder)
    assert not forgotten
    assert recorder.log.count("others_at_work") == recorder.log.count("forget_histories") == 3
    assert recorder.log[-1] == "finish_erasure"


def test_temporal_forgets_whatever_belongs_to_a_run_or_schedule_and_nothing_else() -> None:
    async def forgotten(client: Client) -> None:
        engine = EngineHistory(lambda: _given(client))
        for name in (
            "run-a1",
            "run-a1",
            "line-a1-one",
            "deliver-a1",
            "scheduled-s1-2026",
            "turn-batches",
            "run-a11",
            "line-a11-one",
            "scheduled-s12-2026",
        ):
            await client.execute_workflow("ErasePerson", ErasureOrder("x"), id=name, task_queue="workflow")
        await client.start_workflow("Nobody", id="deliver-a2", task_queue="nobody")
        await _listed(client, 10)
        wanted = ["run:a1", "run:a2", "schedule:s1", "batches:", "run:' OR WorkflowId != '"]
        assert await engine.forget(wanted) >= 6
        while await engine.forget(wanted):
            await asyncio.sleep(0.2)
        found = sorted([one.id async for one in client.list_workflows("")])
        assert found == ["line-a11-one", "run-a11", "scheduled-s12-2026"]
        assert not await engine.cancel("a1") and not await engine.batches_at_work()
        await engine.remove_schedule("none")

    asyncio.run(_served(Recorder(), lambda client: asyncio.wait_for(forgotten(client), 60)))


async def _listed(client: Client, count: int) -> None:
    while len([one async for one in client.list_workflows("")]) < count:
        await asyncio.sleep(0.1)


async def _given(client: Client) -> Client:
    return client
