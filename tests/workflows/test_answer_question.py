"""The workflow on a real Temporal server, its activities replaced by small recorders of the same names."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker, WorkflowRunner
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
from analytics_agent.workflows import answer_question, calls
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


def test_the_steps_come_in_their_order() -> None:
    recorder = Recorder(finish_each_step)
    assert run(recorder)[0] == "succeeded"
    begun = [line.split()[1] for line in recorder.log if line.startswith("begin ")]
    assert begun == ["explore", "analyze", "synthesize", "report", "deliver"]
    assert [line for line in recorder.log if line.startswith("end ")] == [f"end {step}" for step in begun]
    assert recorder.log[-1] == "finish_run" and recorder.log.count("tool run_sql") == 2


def test_a_refusal_ends_the_run_without_report_and_dashboard() -> None:
    recorder = Recorder(lambda order: TurnOutcome((CallReference("a", "refuse"),)))
    assert run(recorder)[0] == "refused"
    assert "render_report" not in recorder.log and "publish" not in recorder.log


@pytest.mark.parametrize(("ends", "status"), [("over_budget", "over_budget"), ("exhausted", "failed"), ("declined", "refused")])
def test_a_limit_ends_the_run_with_its_reason(ends: Any, status: str) -> None:
    recorder = Recorder(lambda order: TurnOutcome(ends=ends))
    assert run(recorder)[0] == status
    assert recorder.finished[-1].reason


def test_at_a_budget_what_was_found_is_put_together_and_rendered_and_nothing_is_published_or_sent() -> None:
    recorder = Recorder(lambda order: TurnOutcome(ends="over_budget"), plan=RunPlan(publish=True, report=True, send=True))
    assert run(recorder)[0] == "over_budget"
    assert recorder.log[-5:] == ["wrap_up", "begin report", "render_report", "end report", "finish_run"]
    assert recorder.finished == [FinishOrder("r", "over_budget", "Stopped at the budget of this run.")]


def test_the_end_of_a_run_says_which_of_its_openings_it_ends() -> None:
    recorder = Recorder(finish_each_step, plan=RunPlan(publish=False, report=False, opening=3))
    assert run(recorder)[0] == "succeeded"
    assert recorder.finished == [FinishOrder("r", "succeeded", None, 3)]


def test_at_a_budget_without_a_result_there_is_nothing_to_render() -> None:
    recorder = Recorder(lambda order: TurnOutcome(ends="over_budget"), wrapped=WrapUp(partial=False, reason="Nothing was found."))
    assert run(recorder)[0] == "over_budget"
    assert recorder.log[-2:] == ["wrap_up", "finish_run"]
    assert recorder.finished[-1].reason == "Nothing was found."


def test_what_was_found_that_cannot_be_put_together_is_kept_and_the_run_is_over_budget_all_the_same() -> None:
    broken = ApplicationError("The store is away.", type="StoreUnavailable", non_retryable=True)
    recorder = Recorder(lambda order: TurnOutcome(ends="over_budget"), fail={"wrap_up": broken})
    assert run(recorder)[0] == "over_budget"
    assert "raise the budget" in (recorder.finished[-1].reason or "")


def test_a_step_does_not_end_beside_a_call_that_failed() -> None:
    """The model ended the step in the same turn as a call that was refused: it is shown the refusal first."""

    def tool(order: ToolOrder) -> ToolOutcome:
        failed = order.step == "analyze" and order.turn == 1 and order.tool == "rank"
        return ToolOutcome("finish" if order.tool == "finish" else None, failed)

    def turn(order: TurnOrder) -> TurnOutcome:
        if order.step != "analyze":
            return finish_each_step(order)
        return TurnOutcome((CallReference("a", "rank"), CallReference("z", "finish")))

    recorder = Recorder(turn, tool=tool)
    assert run(recorder)[0] == "succeeded"
    assert recorder.log.count("tool rank") == 2 and "turn analyze 3" not in recorder.log


def test_analysis_without_an_end_does_not_cost_the_answer() -> None:
    recorder = Recorder(lambda order: TurnOutcome(ends="exhausted") if order.step == "analyze" else finish_each_step(order))
    assert run(recorder)[0] == "succeeded"


def test_a_failed_publication_is_noted_and_the_answer_stands() -> None:
    down = ApplicationError("Superset does not answer.", type="PublishRejected", non_retryable=True)
    recorder = Recorder(finish_each_step, fail={"publish": down})
    assert run(recorder)[0] == "succeeded"
    assert (
        recorder.log.count("render_report") == 2 and "noted deliver: Superset does not answer." in recorder.log
    )  # the second names no dashboard


def test_a_report_that_cannot_be_made_is_noted_and_the_answer_is_published() -> None:
    broken = ApplicationError("The disk is full.", type="StorageFull", non_retryable=True)
    recorder = Recorder(finish_each_step, fail={"render_report": broken})
    assert run(recorder)[0] == "succeeded"
    assert "noted report: The disk is full." in recorder.log and "publish" in recorder.log


def test_what_was_not_asked_for_is_not_made() -> None:
    recorder = Recorder(finish_each_step, plan=RunPlan(publish=False, report=False))
    assert run(recorder)[0] == "succeeded"
    assert not {"render_report", "publish"} & set(recorder.log)


def test_a_failure_names_its_reason() -> None:
    dead = ApplicationError("The database does not answer.", type="WarehouseUnavailable", non_retryable=True)
    recorder = Recorder(finish_each_step, fail={"read_catalog": dead})
    assert run(recorder)[0] == "failed"
    assert recorder.finished[-1].reason == "The database does not answer."


@pytest.mark.parametrize("where", ["read_catalog", "explore_tool", "model_turn"])
def test_a_person_without_the_right_is_refused_and_nothing_has_failed(where: str) -> None:
    no_right = ApplicationError("You may not ask about this database.", type="NotAllowed", non_retryable=True)
    named = {"read_catalog": "read_catalog", "explore_tool": "tool run_sql", "model_turn": "turn explore 1"}[where]
    recorder = Recorder(finish_each_step, fail={named: no_right})
    assert run(recorder)[0] == "refused"
    assert recorder.finished[-1].reason == "You may not ask about this database."
    assert "render_report" not in recorder.log and "publish" not in recorder.log


def test_a_cancelled_run_is_finished_as_cancelled() -> None:
    recorder = Recorder(finish_each_step, hold=asyncio.Event())

    async def cancel(handle: WorkflowHandle[Any, Any]) -> None:
        while not any(line.startswith("turn") for line in recorder.log):
            await asyncio.sleep(0.05)
        await handle.cancel()

    assert run(recorder, cancel)[0] == "cancelled"
    assert recorder.finished[-1].status == "cancelled"


class Publishing(Recorder):
    """`publish` takes a while; told to stop, it takes back what it made, or is just done."""

    too_late = False

    @activity.defn
    async def publish(self, order: RunOrder) -> bool:
        await self._note("publish")
        try:
            while True:
                activity.heartbeat()
                await asyncio.sleep(0.05)
        except asyncio.CancelledError:
            if self.too_late:
                return True
            await asyncio.sleep(0.5)
            await self._note("taken back")
            raise

    def cancelled(self, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setattr(calls, "PUBLISH", replace(calls.PUBLISH, heartbeat=timedelta(seconds=1)))

        async def cancel(handle: WorkflowHandle[Any, Any]) -> None:
            await _until(self, "publish", 1)
            await handle.cancel()

        return run(self, cancel, runner=UnsandboxedWorkflowRunner())[0]


def test_a_run_that_is_cancelled_while_publishing_ends_when_everything_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Publishing(finish_each_step)
    assert recorder.cancelled(monkeypatch) == "cancelled"
    assert recorder.log.index("taken back") < recorder.log.index("finish_run") and not any(
        line.startswith("noted") for line in recorder.log
    )


def test_a_cancellation_after_the_dashboard_was_made_is_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Publishing(finish_each_step)
    recorder.too_late = True
    assert recorder.cancelled(monkeypatch) == "succeeded"


def test_a_question_to_a_person_waits_for_the_answer_and_the_conversation_goes_on() -> None:
    def turn(order: TurnOrder) -> TurnOutcome:
        asks = order.step == "explore" and order.turn == 1
        return TurnOutcome((CallReference("q", "ask" if asks else "finish"),))

    recorder = Recorder(turn, answers=[False, True])

    async def answer(handle: WorkflowHandle[Any, Any]) -> None:
        await _until(recorder, "take_answer", 1)
        assert "turn explore 2" not in recorder.log
        await handle.signal("answered")

    assert run(recorder, answer)[0] == "succeeded"
    taken = recorder.log.index("take_answer")
    assert recorder.log[taken : taken + 4] == ["take_answer", "take_answer", "renew_rights", "turn explore 2"]


def test_who_may_not_read_any_more_when_they_answer_is_refused_and_no_turn_is_paid() -> None:
    taken = ApplicationError("You may not ask about this database.", type="NotAllowed", non_retryable=True)
    recorder = Recorder(lambda order: TurnOutcome((CallReference("q", "ask"),)), answers=[True], fail={"renew_rights": taken})
    assert run(recorder)[0] == "refused"
    assert "turn explore 2" not in recorder.log
    assert recorder.finished[0].reason == "You may not ask about this database."


def test_an_answer_that_is_told_twice_does_not_answer_the_next_question() -> None:
    """A client that repeats its request tells of one answer twice."""

    def turn(order: TurnOrder) -> TurnOutcome:
        asks = order.step == "explore" and order.turn < 3
        return TurnOutcome((CallReference(f"q{order.turn}", "ask" if asks else "finish"),))

    recorder = Recorder(turn, answers=[False, True, False, True])

    async def answer(handle: WorkflowHandle[Any, Any]) -> None:
        await _until(recorder, "take_answer", 1)
        await handle.signal("answered")
        await handle.signal("answered")
        await _until(recorder, "take_answer", 3)
        await asyncio.sleep(0.5)
        assert "turn explore 3" not in recorder.log
        await handle.signal("answered")

    assert run(recorder, answer)[0] == "succeeded"


def test_an_answer_that_nobody_told_of_is_found() -> None:
    """It came while the question was still being put, or the API died before it could tell."""
    asks = TurnOutcome((CallReference("q", "ask"),))
    recorder = Recorder(lambda order: asks if order.step == "explore" and order.turn == 1 else finish_each_step(order), answers=[True])
    assert run(recorder)[0] == "succeeded"


def test_the_end_of_a_run_waits_for_a_store_that_does_not_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_question, "ENDING_PAUSE", timedelta(seconds=0.2))
    full = ApplicationError("The application store's disk is full.", type="StorageFull", non_retryable=True)
    recorder = Recorder(finish_each_step, fail={"finish_run": full})

    async def make_room(handle: WorkflowHandle[Any, Any]) -> None:
        await _until(recorder, "finish_run", 3)
        recorder.fail.clear()

    assert run(recorder, make_room, runner=UnsandboxedWorkflowRunner())[0] == "succeeded"
    assert [order.status for order in recorder.finished] == ["succeeded"]


async def _until(recorder: Recorder, line: str, times: int) -> None:
    async with asyncio.timeout(20):
        while recorder.log.count(line) < times:
            await asyncio.sleep(0.05)


def test_a_finished_history_replays() -> None:
    from temporalio.client import WorkflowHistory

    _, history = run(Recorder(finish_each_step))
    replayer = Replayer(workflows=[AnswerQuestion], data_converter=pydantic_data_converter)
    asyncio.run(replayer.replay_workflow(WorkflowHistory.from_json("run-r", history)))


def test_a_step_that_no_worker_took_in_time_waits_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a night in which everything was down, the time limit has passed before the first worker is back."""
    monkeypatch.setattr(calls, "RENDER_REPORT", replace(calls.RENDER_REPORT, schedule_to_start=LATE))
    recorder = Recorder(finish_each_step)
    assert run(recorder, runner=UnsandboxedWorkflowRunner(), late="report")[0] == "succeeded"
    assert recorder.log.count("render_report") == 1


def test_a_worker_that_stays_away_fails_the_run_and_the_reason_says_where_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "READ_CATALOG", replace(calls.READ_CATALOG, schedule_to_start=LATE / 10))
    recorder = Recorder(finish_each_step)
    assert run(recorder, runner=UnsandboxedWorkflowRunner(), late="warehouse")[0] == "failed"
    assert "analytics-agent status" in (recorder.finished[-1].reason or "")


def test_a_store_that_fails_within_the_task_of_the_workflow_is_tried_again_through_the_queue() -> None:
    """In the task itself it is tried once: a store that is away for minutes would hold it, and fill the history."""
    recorder = Recorder(finish_each_step, fail={"begin explore": ApplicationError("The store is away.", type="StoreUnavailable")})

    async def back(handle: WorkflowHandle[Any, Any]) -> None:
        await _until(recorder, "begin explore", 3)
        assert "read_catalog" not in recorder.log
        recorder.fail.clear()

    result, history = run(recorder, back)
    assert result == "succeeded" and recorder.log.index("read_catalog") > recorder.log.index("begin explore")
    assert "begin_step" in queued(history)


def test_a_run_that_is_cancelled_within_the_task_of_its_workflow_is_finished_as_cancelled() -> None:
    """Whatever stands between two steps hangs until then."""

    class Hanging(Recorder):
        @activity.defn
        async def begin_step(self, order: StepOrder) -> bool:
            await self._note(f"begin {order.step}")
            await asyncio.sleep(30)
            return True

    recorder = Hanging(finish_each_step)

    async def cancel(handle: WorkflowHandle[Any, Any]) -> None:
        await _until(recorder, "begin explore", 1)
        await handle.cancel()

    assert run(recorder, cancel)[0] == "cancelled"
    assert "read_catalog" not in recorder.log and recorder.finished[-1].status == "cancelled"


def test_what_stands_between_the_steps_takes_no_way_through_a_queue() -> None:
    _, history = run(Recorder(finish_each_step))
    assert not {"begin_run", "begin_step", "finish_step"} & set(queued(history))


def queued(history: str) -> list[str]:
    """The activities that went through a queue."""
    scheduled = [event.get("activityTaskScheduledEventAttributes") for event in json.loads(history)["events"]]
    return [one["activityType"]["name"] for one in scheduled if one]


def test_every_call_has_limits_and_bounded_retries() -> None:
    every = [value for value in vars(calls).values() if isinstance(value, calls.Call)]
    assert len(every) >= 21
    for call in every:
        assert call.attempts > 0 and call.start_to_close > timedelta(0) and call.schedule_to_start > timedelta(0)
        assert call.start_to_close < timedelta(minutes=1) or call.heartbeat, call.activity
