"""The frame of a delivery: begun as a row for each recipient, given up with a reason, and each change of its state told as an event."""

from dataclasses import replace
from datetime import UTC, datetime

from temporalio import activity

from analytics_agent.deliver.beginning import begin
from analytics_agent.deliver.recipients import recipients
from analytics_agent.domain.delivery import Delivery, DeliveryState
from analytics_agent.domain.orders import DeliveryList, DeliveryOrder, RunOrder
from analytics_agent.ports import Store


class DeliveryActivities:
    """Rows and events in the store; nothing else."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @activity.defn
    async def begin_deliveries(self, order: RunOrder) -> DeliveryList:
        """Gives what waits: those of the run's own recipients, and those that somebody asked for since."""
        run = await self._store.run(order.run_id)
        own, _ = recipients(run.question.recipients)
        await begin(self._store, run, own)
        return DeliveryList(tuple(one.id for one in await self._store.deliveries(order.run_id) if one.state == "waiting"))

    @activity.defn
    async def give_up_delivery(self, order: DeliveryOrder) -> bool:
        """Only what still waits: what was handed over meanwhile is left as it is."""
        kept = await self._store.delivery(order.id)
        await moved(self._store, kept, "failed", before="waiting", reason=order.reason)
        await tell(self._store, await self._store.delivery(order.id))
        return True


async def moved(
    store: Store, kept: Delivery, state: DeliveryState, *, before: DeliveryState, reason: str | None, tried: bool = False
) -> bool:
    """Whether it was still in the state `before`. `tried` counts an attempt."""
    now = datetime.now(UTC)
    return await store.move_delivery(
        replace(kept, state=state, reason=reason, attempts=kept.attempts + tried, changed_at=now), before=before
    )


async def tell(store: Store, kept: Delivery) -> None:
    """One event for each state it comes to; tries that Temporal will repeat are one event, their number is in the row."""
    data = {"recipient": str(kept.recipient), "state": kept.state} | ({"reason": kept.reason} if kept.reason else {})
    place = "" if kept.state == "waiting" else f":{kept.attempts}"
    await store.append_event(kept.run_id, "delivery", "deliver", data, key=f"delivery:{kept.id}:{kept.state}{place}")
