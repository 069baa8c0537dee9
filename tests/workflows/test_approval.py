"""A run whose statement waits for approval, on a real Temporal server: it waits, goes on once, and replays."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity
from temporalio.client import WorkflowHandle, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from workflows.recorder import Recorder, finish_each_step, run, until

from analytics_agent.domain.orders import CallReference, FinishOrder, ToolOrder, ToolOutcome, TurnOrder, TurnOutcome
from analytics_agent.workflows import answer_question
from analytics_agent.workflows.answer_question import AnswerQuestion


@dataclass
class Deciding(Recorder):
    """`decisions` is what each look for a decision finds."""

    decisions: list[bool] = field(default_factory=list)

    @activity.defn
    async def take_decision(self, order: ToolOrder) -> bool:
        await self._note(f"take_decision {order.call_id}")
        return self.decisions.pop(0)


def waits_first(*calls: str) -> Any:
    """A tool of which these calls need approval the first time that they are made."""
    made: list[str] = []

    def tool(order: ToolOrder) -> ToolOutcome:
        if order.call_id in calls and order.call_id not in made:
            made.append(order.call_id)
            return ToolOutcome("approve")
        return ToolOutcome(order.tool if order.tool in ("finish", "refuse", "ask") else None)  # type: ignore[arg-type]

    return tool


def test_a_statement_waits_until_it_is_approved_and_its_call_is_then_made_again() -> None:
    recorder = Deciding(finish_each_step, tool=waits_first("a"), decisions=[False, True])

    async def approve(handle: WorkflowHandle[Any, Any]) -> None:
        await until(recorder, "take_decision a", 1)
        await asyncio.sleep(0.3)
        assert "turn explore 2" not in recorder.log
        await handle.signal("answered")
        await handle.signal("answered")  # a second click

    result, history = run(recorder, approve)
    assert result == "succeeded"
    assert recorder.log.count("tool run_sql") == 3, "the one that waited, the one beside it, and the one that waited again"
    decided = recorder.log.index("take_decision a")
    assert recorder.log[decided : decided + 4] == ["take_decision a", "take_decision a", "tool run_sql", "turn explore 2"]
    replayer = Replayer(workflows=[AnswerQuestion], data_converter=pydantic_data_converter)
    asyncio.run(replayer.replay_workflow(WorkflowHistory.from_json("run-r", history)))


def test_two_statements_of_one_reply_wait_one_after_the_other() -> None:
    """Both were decided on before anybody looked: no signal is needed."""
    recorder = Deciding(finish_each_step, tool=waits_first("a", "b"), decisions=[True, True])
    assert run(recorder)[0] == "succeeded"
    assert [line for line in recorder.log if line.startswith("take")] == ["take_decision a", "take_decision b"]


def test_a_question_beside_a_statement_that_waits_is_waited_for_after_it() -> None:
    def turn(order: TurnOrder) -> TurnOutcome:
        if order.step == "explore" and order.turn == 1:
            return TurnOutcome((CallReference("q", "ask"), CallReference("a", "run_sql")))
        return finish_each_step(order) if order.step != "explore" else TurnOutcome((CallReference("z", "finish"),))

    recorder = Deciding(turn, tool=waits_first("a"), decisions=[True], answers=[True])
    assert run(recorder)[0] == "succeeded"
    assert [line for line in recorder.log if line.startswith("take")] == ["take_decision a", "take_answer"]


def test_a_statement_that_nobody_decides_on_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_question, "PATIENCE", timedelta(seconds=0.5))
    recorder = Deciding(finish_each_step, tool=waits_first("a"), decisions=[False])
    assert run(recorder, runner=UnsandboxedWorkflowRunner())[0] == "refused"
    assert recorder.finished == [FinishOrder("r", "refused", "The statement that waited for approval was not approved within seven days.")]


def test_a_run_that_waits_for_approval_is_cancelled_at_once() -> None:
    recorder = Deciding(finish_each_step, tool=waits_first("a"), decisions=[False])

    async def cancel(handle: WorkflowHandle[Any, Any]) -> None:
        await until(recorder, "take_decision a", 1)
        await handle.cancel()

    assert run(recorder, cancel)[0] == "cancelled"
    assert recorder.log.count("tool run_sql") == 2
