"""A run that repeats an accepted one, on a real Temporal server: no conversation before synthesize, and what changed at the end."""

from dataclasses import dataclass

from temporalio import activity
from temporalio.exceptions import ApplicationError
from workflows.recorder import Recorder, finish_each_step, run

from analytics_agent.domain.orders import RunOrder, RunPlan


@dataclass
class Replaying(Recorder):
    """`found` is False where there is no report to make."""

    plan: RunPlan = RunPlan(publish=False, report=True, replay=True)
    found: bool = True

    @activity.defn
    async def replay_explore(self, order: RunOrder) -> bool:
        await self._note("replay_explore")
        return self.found

    @activity.defn
    async def replay_analyze(self, order: RunOrder) -> bool:
        await self._note("replay_analyze")
        return True

    @activity.defn
    async def say_changes(self, order: RunOrder) -> bool:
        await self._note("say_changes")
        return True


def test_a_replay_asks_the_model_for_its_prose_only_and_says_what_changed_before_the_report() -> None:
    recorder = Replaying(finish_each_step)
    assert run(recorder)[0] == "succeeded"
    assert [line for line in recorder.log if line.startswith(("turn", "replay", "say", "read", "render"))] == [
        "read_catalog",
        "replay_explore",
        "replay_analyze",
        "turn synthesize 1",
        "say_changes",
        "render_report",
    ]
    assert [line.split()[1] for line in recorder.log if line.startswith("begin ")] == ["explore", "analyze", "synthesize", "report"]


def test_a_period_without_data_ends_the_run_as_refused_and_its_step_as_finished() -> None:
    recorder = Replaying(finish_each_step, found=False)
    assert run(recorder)[0] == "refused"
    assert "end explore" in recorder.log and not {"replay_analyze", "say_changes", "render_report"} & set(recorder.log)


def test_a_person_who_may_not_read_any_more_is_refused() -> None:
    gone = ApplicationError("You may not ask about this database.", type="NotAllowed", non_retryable=True)
    recorder = Replaying(finish_each_step, fail={"read_catalog": gone})
    assert run(recorder)[0] == "refused" and "replay_explore" not in recorder.log


def test_a_comparison_that_fails_is_noted_and_the_answer_stands() -> None:
    broken = ApplicationError("The disk is full.", type="StorageFull", non_retryable=True)
    recorder = Replaying(finish_each_step, fail={"say_changes": broken})
    assert run(recorder)[0] == "succeeded"
    assert "noted synthesize: The disk is full." in recorder.log and "render_report" in recorder.log
