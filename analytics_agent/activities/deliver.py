"""deliver: what the run found is published to Superset, idempotently."""

from collections.abc import Callable

from temporalio import activity

from analytics_agent.deliver.superset_plan import plan
from analytics_agent.domain.orders import RunOrder
from analytics_agent.ports import Publisher, Store


class DeliverActivities:
    def __init__(self, store: Store, publisher: Callable[[], Publisher]) -> None:
        self._store = store
        self._publisher = publisher

    @activity.defn
    async def publish(self, order: RunOrder) -> bool:
        run = await self._store.run(order.run_id)
        database = await self._store.database(run.question.database)
        receipt = await self._publisher().publish(plan(run), database)
        await self._store.save_document(order.run_id, "receipt", receipt)
        data = {
            "dashboard_url": receipt.dashboard_url,
            "datasets": sum(published.kind == "dataset" for published in receipt.objects),
            "charts": sum(published.kind == "chart" for published in receipt.objects),
        }
        await self._store.append_event(order.run_id, "published", "deliver", data, key="published")
        return True
