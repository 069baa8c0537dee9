"""A finished report goes to its recipients. Each has its own state in the store, where people see it."""

import asyncio
from contextlib import suppress
from functools import partial

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from analytics_agent.domain.orders import DeliveryOrder, RunOrder
from analytics_agent.workflows import calls


@workflow.defn
class DeliverReport:
    """All deliveries of a run that wait, also those that are asked for while it is at work. Ids only: an address is nobody's business
    in Temporal's history."""

    @workflow.init
    def __init__(self, order: RunOrder) -> None:
        self._order = order
        self._heard = 0
        self._begun: dict[str, asyncio.Task[bool]] = {}
        self._delivered = 0

    @workflow.run
    async def run(self, order: RunOrder) -> int:
        """Gives how many were handed over or held back; the others are noted as failed."""
        while True:
            heard = self._heard
            await self._begin()
            await workflow.wait_condition(partial(self._heard_or_idle, heard))
            if self._heard == heard:
                return self._delivered

    async def _begin(self) -> None:
        """Start what waits and is not being worked on: one that failed may have been asked for again meanwhile."""
        for delivery_id in (await calls.BEGIN_DELIVERIES(self._order)).ids:
            earlier = self._begun.get(delivery_id)
            if earlier is None or earlier.done():
                self._begun[delivery_id] = asyncio.create_task(self._deliver(delivery_id))

    def _heard_or_idle(self, heard: int) -> bool:
        return self._heard > heard or all(task.done() for task in self._begun.values())

    @workflow.signal
    def look_again(self) -> None:
        """Somebody asked for a delivery; it is in the store."""
        self._heard += 1

    async def _deliver(self, delivery_id: str) -> bool:
        try:
            done = await calls.DELIVER(DeliveryOrder(delivery_id))
        except ActivityError as error:
            cause = error.cause
            reason = cause.message if isinstance(cause, ApplicationError) else "No worker delivered it in time."
            with suppress(ActivityError):  # a store that is away for long: the API finds what was forgotten
                await calls.GIVE_UP_DELIVERY(DeliveryOrder(delivery_id, reason))
            return False
        self._delivered += done
        return done
