"""The steps of a run in their order, its ends, its failures and its waits, on a real Temporal server."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from workflows.recorder import LATE, Recorder, finish_each_step, run, until

from analytics_agent.domain.orders import (
    CallReference,
    FinishOrder,
    RunPlan,
    ToolOrder,
    ToolOutcome,
    TurnOrder,
    TurnOutcome,
    WrapUp,
)
from analytics_agent.workflows import answer_question, calls
from analytics_agent.workflows.answer_question import AnswerQuestion


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


def test_the_end_of_a_run_waits_for_a_store_that_does_not_take_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_question, "ENDING_PAUSE", timedelta(seconds=0.2))
    full = ApplicationError("The application store's disk is full.", type="StorageFull", non_retryable=True)
    recorder = Recorder(finish_each_step, fail={"finish_run": full})

    async def make_room(handle: WorkflowHandle[Any, Any]) -> None:
        await until(recorder, "finish_run", 3)
        recorder.fail.clear()

    assert run(recorder, make_room, runner=UnsandboxedWorkflowRunner())[0] == "succeeded"
    assert [order.status for order in recorder.finished] == ["succeeded"]


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
        await until(recorder, "begin explore", 3)
        assert "read_catalog" not in recorder.log
        recorder.fail.clear()

    result, history = run(recorder, back)
    assert result == "succeeded" and recorder.log.index("read_catalog") > recorder.log.index("begin explore")
    assert "begin_step" in queued(history)


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
