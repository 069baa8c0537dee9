"""One person's data is erased. It knows the erasure's id and counts: whom it is about is in the store, and goes from there last.

Killed at any step it goes on where it was, and all of it can be done twice.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from analytics_agent.domain.erasure import ErasureOrder
from analytics_agent.workflows import calls

STOPS, STOP_PAUSE = 120, timedelta(seconds=1.5)
"""How often runs are asked to end, and the pause between; what has not ended then is ended."""

HEARD = timedelta(seconds=12)
"""A worker whose run was ended hears of it by then, and stores nothing any more."""

LOOKS, LOOK_PAUSE = 150, timedelta(seconds=2)
"""How long others who are at work are waited for: the longest of what they do between storing a file and referring to it takes five
minutes. What they store after that counts as stored again, and stays."""

HISTORIES, HISTORY_PAUSE = 300, timedelta(seconds=2)
"""Temporal deletes within a minute, as a rule."""

TROUBLE = timedelta(minutes=10)
"""After a step that failed for good. It is promised to somebody: it goes on when an operator has mended what is wrong."""


@workflow.defn
class ErasePerson:
    @workflow.run
    async def run(self, order: ErasureOrder) -> bool:
        """Gives whether Temporal has forgotten all that it knew, too."""
        while True:
            try:
                return await self._erase(order)
            except ActivityError as error:
                if is_cancelled_exception(error):
                    raise
            await workflow.sleep(TROUBLE)

    async def _erase(self, order: ErasureOrder) -> bool:
        await self._stop(order)
        while await calls.ERASE_SOME_RUNS(order):
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(order)
        await calls.ERASE_TRACES(order)
        for _ in range(LOOKS):
            if not await calls.OTHERS_AT_WORK(order):
                break
            await workflow.sleep(LOOK_PAUSE)
        await calls.ERASE_FILES(order)
        forgotten = await self._forget(order)
        await calls.FINISH_ERASURE(order)
        return forgotten

    async def _stop(self, order: ErasureOrder) -> None:
        stopped = False
        for _ in range(STOPS):
            if not await calls.STOP_PERSON(order):
                break
            stopped = True
            await workflow.sleep(STOP_PAUSE)
        else:
            await calls.STOP_PERSON(ErasureOrder(order.erasure_id, hard=True))
        if stopped:
            await workflow.sleep(HEARD)

    async def _forget(self, order: ErasureOrder) -> bool:
        for _ in range(HISTORIES):
            if not await calls.FORGET_HISTORIES(order):
                return True
            await workflow.sleep(HISTORY_PAUSE)
        return False
