"""A finished report goes to its recipients. Each has its own state in the store, where people see it."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from analytics_agent.domain.orders import DeliveryOrder, RunOrder
from analytics_agent.workflows import calls


@workflow.defn
class DeliverReport:
    """All deliveries of a run that wait. Ids only: an address is nobody's business in Temporal's history."""

    @workflow.run
    async def run(self, order: RunOrder) -> int:
        """Gives how many were handed over or held back; the others are noted as failed."""
        waiting = await calls.BEGIN_DELIVERIES(order)
        return sum(await asyncio.gather(*(self._deliver(name) for name in waiting.ids)))

    async def _deliver(self, delivery_id: str) -> bool:
        try:
            return await calls.DELIVER(DeliveryOrder(delivery_id))
        except ActivityError as error:
            cause = error.cause
            reason = cause.message if isinstance(cause, ApplicationError) else "No worker delivered it in time."
            await calls.GIVE_UP_DELIVERY(DeliveryOrder(delivery_id, reason))
            return False
