"""deliver: what the run found is published to Superset, idempotently."""

import asyncio
from collections.abc import Callable

from temporalio import activity

from analytics_agent.deliver.kept_rights import why_not_published
from analytics_agent.deliver.superset_plan import plan, queries_to_publish
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import DatabaseOrder, RunOrder
from analytics_agent.domain.publish_plan import PublishPlan
from analytics_agent.domain.report import Receipt
from analytics_agent.domain.rights import GRANT, Grant
from analytics_agent.errors import PublishRejected, SupersetUnavailable
from analytics_agent.ports import Artifacts, Publisher, Store


class DeliverActivities:
    def __init__(self, store: Store, artifacts: Artifacts, publisher: Callable[[], Publisher]) -> None:
        self._store = store
        self._artifacts = artifacts
        self._publisher = publisher

    @activity.defn
    async def publish(self, order: RunOrder) -> bool:
        run = await self._store.run(order.run_id)
        if reason := why_not_published(run, await self._store.document(order.run_id, GRANT, Grant)):
            raise PublishRejected(reason)
        database = await self._store.database(run.question.database)
        shown = queries_to_publish(run)
        loaded = await asyncio.gather(*(self._artifacts.get_table(query.artifact) for query in shown))
        tables = dict(zip((query.id for query in shown), loaded, strict=True))
        receipt = await self._published(order, plan(run, tables), database)
        await self._store.save_document(order.run_id, "receipt", receipt)
        data = {
            "dashboard_url": receipt.dashboard_url,
            "datasets": sum(published.kind == "dataset" for published in receipt.objects),
            "charts": sum(published.kind == "chart" for published in receipt.objects),
        }
        await self._store.append_event(order.run_id, "published", "deliver", data, key="published")
        return True

    @activity.defn
    async def connect_database(self, order: DatabaseOrder) -> bool:
        """Let SQL Lab know a database that was added; False for one that it cannot reach."""
        return await self._publisher().connect(await self._store.database(order.name))

    async def _published(self, order: RunOrder, wanted: PublishPlan, database: Database) -> Receipt:
        """Publish; an attempt that Temporal will repeat is told to whoever watches."""
        try:
            return await self._publisher().publish(wanted, database)
        except SupersetUnavailable as error:
            attempt = activity.info().attempt
            data = {"message": f"Publishing, attempt {attempt}: {error.message}"}
            await self._store.append_event(order.run_id, "warning", "deliver", data, key=f"publish:{attempt}")
            raise
