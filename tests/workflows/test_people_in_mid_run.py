"""What people do to a run while it goes on: they cancel it, and answer what it asks."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner
from workflows.recorder import Recorder, finish_each_step, run, until

from analytics_agent.domain.orders import (
    CallReference,
    RunOrder,
    StepOrder,
    TurnOrder,
    TurnOutcome,
)
from analytics_agent.workflows import calls


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
            await until(self, "publish", 1)
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
        await until(recorder, "take_answer", 1)
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
        await until(recorder, "take_answer", 1)
        await handle.signal("answered")
        await handle.signal("answered")
        await until(recorder, "take_answer", 3)
        await asyncio.sleep(0.5)
        assert "turn explore 3" not in recorder.log
        await handle.signal("answered")

    assert run(recorder, answer)[0] == "succeeded"


def test_an_answer_that_nobody_told_of_is_found() -> None:
    """It came while the question was still being put, or the API died before it could tell."""
    asks = TurnOutcome((CallReference("q", "ask"),))
    recorder = Recorder(lambda order: asks if order.step == "explore" and order.turn == 1 else finish_each_step(order), answers=[True])
    assert run(recorder)[0] == "succeeded"


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
        await until(recorder, "begin explore", 1)
        await handle.cancel()

    assert run(recorder, cancel)[0] == "cancelled"
    assert "read_catalog" not in recorder.log and recorder.finished[-1].status == "cancelled"
