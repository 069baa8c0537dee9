"""The page to read first: a question becomes an answer, a report and a dashboard, as a durable workflow.

The workflow holds ids only. What was asked, what the model said, SQL, rows and prose are in the store and its artifacts,
so no cell value enters Temporal's history, and a finished run can be read when Temporal has forgotten it.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from functools import partial

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, ChildWorkflowError, WorkflowAlreadyStartedError, is_cancelled_exception
from temporalio.exceptions import TimeoutError as ActivityTimeout

from analytics_agent.domain.event import Step
from analytics_agent.domain.orders import ENDLESS, Ending, FinishOrder, NoteOrder, RunOrder, RunPlan, StepOrder, ToolOrder
from analytics_agent.domain.run import RunStatus
from analytics_agent.workflows import calls
from analytics_agent.workflows.converse import converse

PATIENCE = timedelta(days=7)
"""How long a run waits for a person to answer its question."""

ENDINGS, ENDING_PAUSE = 1_000, timedelta(minutes=1)
"""How often the end of a run is offered to a store that does not take it, and the pause between: a full disk is mended within days."""

ENDED_WITHOUT: dict[Ending, tuple[RunStatus, str]] = {
    "refuse": ("refused", ""),
    "exhausted": ("failed", "The model did not come to an end within the turns it has. Ask a narrower question, or raise the limit."),
    "silent": ("failed", "The model stopped calling its tools, so nothing more could be found. Ask again, or choose another model."),
    "circling": ("failed", "The model went in circles and found nothing new. Ask a narrower question, or name the measure to use."),
    "failing": ("failed", "Nothing that the model tried worked several times in a row. Name the tables or columns that are meant."),
    "over_budget": ("over_budget", "Stopped at a budget. What was found is kept; raise the budget to go on."),
    "declined": ("refused", "The model declined to work on this question."),
    "ask": ("refused", "The question to the asker was not answered within seven days."),
    "approve": ("refused", "The statement that waited for approval was not approved within seven days."),
}


class Stopped(Exception):
    """The run ends before its answer, for a reason that is not a fault."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending)
        self.status, self.reason = ENDED_WITHOUT[ending]


@workflow.defn
class AnswerQuestion:
    """One run."""

    @workflow.init
    def __init__(self, order: RunOrder) -> None:
        self._order = order
        self._heard = 0
        self._opening = 0

    @workflow.run
    async def run(self, order: RunOrder) -> RunStatus:
        """Carry the question through the steps; always leaves the run finished in the store. Gives the final status."""
        try:
            plan = await calls.BEGIN_RUN(order)
            self._opening = plan.opening
            if plan.over:
                return "cancelled"
            try:
                await self._answer(plan)
            except Stopped as stop:
                return await self._finish(stop.status, await self._wrap_up(plan, stop))
            await self._report(plan)
            await self._deliver(plan)
            await self._send(plan)
            return await self._finish("succeeded")
        except (ActivityError, ChildWorkflowError, asyncio.CancelledError) as error:
            if is_cancelled_exception(error):
                return await self._finish("cancelled", "Cancelled by the asker.")
            return await self._finish("refused" if _may_not(error) else "failed", _reason(error))

    async def _answer(self, plan: RunPlan) -> None:
        """explore → analyze → synthesize: three conversations with the model over stored results."""
        if plan.replay:
            await self._replay()
        else:
            await self._step("explore")
            await self._step("analyze")
        await self._step("synthesize")
        if plan.replay:
            await self._say_changes()

    async def _wrap_up(self, plan: RunPlan, stop: Stopped) -> str:
        """Why it stopped. At a budget, what was found is put together and rendered without a model; it is not published or sent."""
        if stop.status != "over_budget" or not workflow.patched("wrap-up"):
            return stop.reason
        try:
            wrapped = await calls.WRAP_UP(self._order)
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return stop.reason
        if wrapped.partial:
            await self._report(plan)
        return wrapped.reason

    async def _say_changes(self) -> None:
        """What changed since the last report. The answer stands without it: a failure is noted, not raised."""
        try:
            await calls.SAY_CHANGES(self._order)
        except ActivityError as error:
            await self._note("synthesize", error)

    async def _replay(self) -> None:
        """The first two steps without a conversation: an accepted run's statements and operations, its period moved."""
        await self._begin("explore")
        await calls.READ_CATALOG(self._order)
        found = await calls.REPLAY_EXPLORE(self._order)
        await self._end("explore")
        if not found:
            raise Stopped("refuse")
        await self._begin("analyze")
        await calls.REPLAY_ANALYZE(self._order)
        await self._end("analyze")

    async def _report(self, plan: RunPlan) -> None:
        """Render. The answer stands without its report: a failure is noted, not raised."""
        if plan.report:
            await self._begin("report")
            await self._render()
            await self._end("report")

    async def _render(self) -> None:
        try:
            await calls.RENDER_REPORT(self._order)
        except ActivityError as error:
            await self._note("report", error)

    async def _deliver(self, plan: RunPlan) -> None:
        """Publish to Superset. The answer stands without it: a failure is noted, not raised."""
        if not plan.publish:
            return
        await self._begin("deliver")
        try:
            await calls.PUBLISH(self._order)
        except ActivityError as error:
            await self._note("deliver", error)
            if plan.report:  # it named the dashboard before it was there: made anew, it says why there is none
                await self._render()
        await self._end("deliver")

    async def _send(self, plan: RunPlan) -> None:
        """Mail and the like go their own way: a mail server that says "later" for hours does not keep the run from ending."""
        if plan.send:
            with suppress(WorkflowAlreadyStartedError):
                await workflow.start_child_workflow(
                    "DeliverReport",
                    self._order,
                    id=f"deliver-{self._order.run_id}",
                    parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                )

    async def _note(self, step: Step, error: ActivityError) -> None:
        if is_cancelled_exception(error):
            raise error
        await calls.NOTE_FAILURE(NoteOrder(self._order.run_id, step, _reason(error)))

    async def _step(self, step: Step) -> None:
        await self._begin(step)
        if step == "explore":
            await calls.READ_CATALOG(self._order)
        ending = await converse(self._order.run_id, step, self._wait_for_person, self._wait_for_approval)
        await self._end(step)
        # Analysis that found no end is dropped, not the answer: the evidence stands on its own.
        if ending != "finish" and not (step == "analyze" and ending in ENDLESS):
            raise Stopped(ending)

    async def _wait_for_person(self, order: ToolOrder) -> None:
        """Until the answer is in the store."""
        await self._wait(calls.TAKE_ANSWER, order, "ask")
        if workflow.patched("rights-after-an-answer"):  # runs that were answered under 0.1.0 go on as they began
            # Days may have passed: the next turn tells the model what its asker may read now.
            await calls.RENEW_RIGHTS(self._order)

    async def _wait_for_approval(self, order: ToolOrder) -> None:
        """Until it is in the store whether the statement may run. What its asker may read by then is asked when it runs."""
        await self._wait(calls.TAKE_DECISION, order, "approve")

    async def _wait(self, take: calls.Call[ToolOrder, bool], order: ToolOrder, ending: Ending) -> None:
        """Until `take` finds it. A signal only says "look again": it may come twice, and before we wait for it."""
        until = workflow.now() + PATIENCE
        heard = self._heard
        while not await take(order):
            try:
                await workflow.wait_condition(partial(self._heard_after, heard), timeout=max(until - workflow.now(), timedelta(0)))
            except TimeoutError:
                raise Stopped(ending) from None
            heard = self._heard

    def _heard_after(self, heard: int) -> bool:
        return self._heard > heard

    @workflow.signal
    def answered(self) -> None:
        """A person answered or decided; what they said is in the store."""
        self._heard += 1

    async def _begin(self, step: Step) -> None:
        workflow.set_current_details(step)
        if not await calls.BEGIN_STEP(StepOrder(self._order.run_id, step)):
            # What the asker may read was asked for too long ago: a right that was taken since ends the run before more is told.
            await calls.RENEW_RIGHTS(self._order)

    async def _end(self, step: Step) -> None:
        await calls.FINISH_STEP(StepOrder(self._order.run_id, step))

    async def _finish(self, status: RunStatus, reason: str | None = None) -> RunStatus:
        """Offered again and again, also to a cancelled run: an end that the store did not take would leave the run unfinished for ever."""
        order = FinishOrder(self._order.run_id, status, reason, self._opening)
        for _ in range(ENDINGS):
            try:
                await calls.FINISH_RUN(order)
                return status
            except (ActivityError, asyncio.CancelledError) as error:
                if not is_cancelled_exception(error):
                    with suppress(asyncio.CancelledError):
                        await workflow.sleep(ENDING_PAUSE)
        raise ApplicationError("The store did not take the end of the run.", type="Unfinished", non_retryable=True)


def _may_not(error: BaseException) -> bool:
    """The asker may not read the database: that is an answer, not a fault."""
    cause = error.cause if isinstance(error, ActivityError) else None
    return isinstance(cause, ApplicationError) and cause.type == "NotAllowed"


def _reason(error: BaseException) -> str:
    """What to tell a person of a failed activity. Our own errors are written for people; the rest is named, not quoted."""
    cause = error.cause if isinstance(error, ActivityError) else None
    if isinstance(cause, ApplicationError):
        return cause.message
    if isinstance(cause, ActivityTimeout):
        return "A worker did not answer in time. Look at `analytics-agent status`, then ask again."
    return "The run failed for an unknown reason. `analytics-agent logs` has the details."
