"""Publishing to Superset through its REST API: implements `ports.Publisher`, and takes back what a run published."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import quote

import httpx2

from analytics_agent.adapters.superset import objects
from analytics_agent.adapters.superset.connection import connection_name, connection_uuid, is_publishable, refuse_engine, secrets_of
from analytics_agent.adapters.superset.session import SupersetSession
from analytics_agent.domain.database import Database
from analytics_agent.domain.publish_plan import PublishPlan
from analytics_agent.domain.report import Published, PublishedKind, Receipt
from analytics_agent.errors import PublishRejected, SupersetUnavailable


class SupersetRest:
    """Safe to call again after any failure, and from several workers at once: every object has one address."""

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        *,
        statement_timeout_seconds: float = 30.0,
        timeout_seconds: float = 60.0,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._account = (username, password)
        self._statement_timeout_seconds = statement_timeout_seconds
        self._timeout_seconds = timeout_seconds
        self._transport = transport

    async def publish(self, plan: PublishPlan, database: Database) -> Receipt:
        """Make or change everything in the plan, then ask each chart for its data. What is refused or cancelled half-way is taken back.

        Raises SupersetUnavailable (try again) or PublishRejected (Superset's refusal, or an engine it cannot reach).
        """
        refuse_engine(database)
        try:
            return await self._apply(plan, database)
        except (PublishRejected, asyncio.CancelledError):
            # Whoever is told that nothing was published must find nothing; that this fails too is not the news.
            with suppress(PublishRejected, SupersetUnavailable):
                await self.withdraw(plan)
            raise

    async def _apply(self, plan: PublishPlan, database: Database) -> Receipt:
        async with self._session(*secrets_of(database)) as session:
            database_id = await objects.ensure_database(session, database, self._statement_timeout_seconds)
            datasets = {d.uuid: await objects.ensure_dataset(session, d, database_id, database.schema, plan.owner) for d in plan.datasets}
            charts = {c.uuid: await objects.ensure_chart(session, c, datasets[c.dataset], plan.owner) for c in plan.charts}
            rows = {dataset.uuid: dataset.rows for dataset in plan.datasets}
            for chart in plan.charts:
                await objects.check_chart(session, chart, charts[chart.uuid], rows[chart.dataset] > 0)
            dashboard_id = await objects.ensure_dashboard(session, plan, charts)
        return self._receipt(plan, database, database_id, datasets, charts, dashboard_id)

    async def connect(self, database: Database) -> bool:
        """Make the connection that SQL Lab shows, or set it right. False for an engine that Superset cannot reach."""
        if not is_publishable(database):
            return False
        async with self._session(*secrets_of(database)) as session:
            await objects.ensure_database(session, database, self._statement_timeout_seconds)
        return True

    async def withdraw(self, plan: PublishPlan) -> tuple[Published, ...]:
        """Delete what `publish` made, except the connection and datasets on which somebody has drawn a chart of their own.

        Returns what was left standing for that reason. Withdrawing what is not there is fine.
        """
        kept = []
        async with self._session() as session:
            await objects.remove_object(session, "dashboard", plan.uuid)
            for chart in plan.charts:
                await objects.remove_object(session, "chart", chart.uuid)
            for dataset in plan.datasets:
                if await objects.used_by_others(session, dataset.uuid):
                    found = await session.find(f"dataset/{dataset.uuid}") or {}
                    kept.append(self._dataset(dataset.uuid, int(found.get("id", 0)), dataset.name))
                else:
                    await objects.remove_object(session, "dataset", dataset.uuid)
        return tuple(kept)

    async def remove(self, published: Sequence[tuple[PublishedKind, str]]) -> int:
        """In the order in which nothing stands on what is removed."""
        kept = 0
        async with self._session() as session:
            for kind in ("dashboard", "chart", "dataset"):
                for uuid in dict.fromkeys(uuid for found, uuid in published if found == kind):
                    if kind == "dataset" and await objects.used_by_others(session, uuid):
                        await objects.make_nameless(session, uuid)
                        kept += 1
                    else:
                        await objects.remove_object(session, kind, uuid)
        return kept

    def _session(self, *secrets: str) -> SupersetSession:
        username, password = self._account
        return SupersetSession(
            self._url, username, password, timeout_seconds=self._timeout_seconds, transport=self._transport, secrets=secrets
        )

    def _receipt(
        self,
        plan: PublishPlan,
        database: Database,
        database_id: int,
        datasets: dict[str, int],
        charts: dict[str, int],
        dashboard_id: int,
    ) -> Receipt:
        address = f"{self._url}/superset/dashboard/{quote(plan.slug, safe='')}/"
        connection = Published(
            "database", connection_uuid(database), database_id, connection_name(database), f"{self._url}/databaseview/list/"
        )
        return Receipt(
            dashboard_url=address,
            objects=(
                connection,
                *(self._dataset(d.uuid, datasets[d.uuid], d.name) for d in plan.datasets),
                *(Published("chart", c.uuid, charts[c.uuid], c.title, self._explore(f"slice_id={charts[c.uuid]}")) for c in plan.charts),
                Published("dashboard", plan.uuid, dashboard_id, plan.title, address),
            ),
        )

    def _dataset(self, uuid: str, number: int, name: str) -> Published:
        return Published("dataset", uuid, number, name, self._explore(f"datasource_type=table&datasource_id={number}"))

    def _explore(self, query: str) -> str:
        return f"{self._url}/explore/?{query}"
