"""Turns of all runs for which nobody waits: gathered, sent together, looked after until the last one is answered.

One workflow for the whole installation, under the id BATCHES. The first turn that waits starts it, and it ends when none does.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, WorkflowAlreadyStartedError

from analytics_agent.domain.batch import BatchLook
from analytics_agent.domain.orders import BatchesOrder, TurnOrder, workflow_id
from analytics_agent.workflows import calls

BATCHES = "turn-batches"
GATHER = timedelta(seconds=15)
"""Before the first look: turns that begin to wait together are sent together. The looks say how long the later pauses are."""

TROUBLE = timedelta(minutes=1)
"""After a look that failed for good: the store or the worker is away for longer than its retries."""


@workflow.defn
class TurnBatches:
    """Knows ids only: what is asked and answered is in the store."""

    def __init__(self) -> None:
        self._heard = self._seen = 0

    @workflow.run
    async def run(self, pause_seconds: float | None = None) -> None:
        """`pause_seconds` is the pause before the next look, where a long history was cut."""
        pause = GATHER if pause_seconds is None else timedelta(seconds=pause_seconds)
        while True:
            await self._pause(pause)
            self._seen = self._heard
            look = await self._look()
            if look and not look.waiting and not self._is_called():
                return
            pause = timedelta(seconds=look.pause_seconds) if look else TROUBLE
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(pause.total_seconds())

    async def _pause(self, pause: timedelta) -> None:
        """A turn that begins to wait meanwhile is not kept waiting: it is gathered with others for a moment, then all are sent."""
        with suppress(TimeoutError):
            await workflow.wait_condition(self._is_called, timeout=pause)
            await workflow.sleep(min(pause, GATHER))

    def _is_called(self) -> bool:
        return self._heard > self._seen

    async def _look(self) -> BatchLook | None:
        try:
            sent = await calls.SEND_BATCH(BatchesOrder())
            found = await calls.COLLECT_BATCHES(BatchesOrder())
        except ActivityError:
            return None
        await asyncio.gather(*map(_wake, (*sent.ready, *found.ready)))
        return found

    @workflow.signal
    def one_more(self) -> None:
        """A turn begins to wait; it is in the store."""
        self._heard += 1


async def look_after(*, is_new: bool) -> None:
    """Have somebody look after a turn of this workflow's run that waits in the store, and tell them where it has just begun to."""
    try:
        await workflow.start_child_workflow("TurnBatches", id=BATCHES, parent_close_policy=workflow.ParentClosePolicy.ABANDON)
    except WorkflowAlreadyStartedError:
        if is_new:
            with suppress(ApplicationError):  # it has just ended: whoever waits looks again
                await workflow.get_external_workflow_handle(BATCHES).signal("one_more")


async def _wake(order: TurnOrder) -> None:
    """Tell the run that its turn is there. One that has ended, or was not told, needs nothing: runs look by themselves too."""
    with suppress(ApplicationError):
        await workflow.get_external_workflow_handle(workflow_id(order.run_id, order.line)).signal("turn_ready")
