"""A right that is taken while a question is answered ends the run at the next step, whichever it is."""

from dataclasses import dataclass

import pytest
from temporalio import activity
from temporalio.exceptions import ApplicationError
from workflows.recorder import Recorder, finish_each_step, run

from analytics_agent.domain.orders import FinishOrder, StepOrder

CHANGED = ApplicationError("What you may read has changed since this question was asked.", type="NotAllowed", non_retryable=True)


@dataclass
class GrownOld(Recorder):
    """The grant has ended when these steps begin."""

    steps: tuple[str, ...] = ()

    @activity.defn
    async def begin_step(self, order: StepOrder) -> bool:
        await self._note(f"begin {order.step}")
        return order.step not in self.steps


def test_rights_that_have_grown_old_are_asked_for_before_the_step() -> None:
    recorder = GrownOld(finish_each_step, steps=("analyze", "deliver"))
    assert run(recorder)[0] == "succeeded"
    renewed = [place for place, line in enumerate(recorder.log) if line == "renew_rights"]
    assert [recorder.log[place - 1] for place in renewed] == ["begin analyze", "begin deliver"]


@pytest.mark.parametrize(("step", "never"), [("synthesize", "turn synthesize 1"), ("report", "render_report"), ("deliver", "publish")])
def test_a_right_that_was_taken_ends_the_run_before_more_is_told(step: str, never: str) -> None:
    recorder = GrownOld(finish_each_step, steps=(step,), fail={"renew_rights": CHANGED})
    assert run(recorder)[0] == "refused"
    assert recorder.finished == [FinishOrder("r", "refused", CHANGED.message)]
    assert never not in recorder.log
