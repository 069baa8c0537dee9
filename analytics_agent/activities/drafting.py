"""A first semantic model for a database that has none. What its columns hold is known from kept profiles; of the rest they are looked at
within a time, statement by statement, as any other. What is not known then is drafted from names alone, and no
value is listed of a column that the file of policies keeps from anybody."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence

from temporalio import activity

from analytics_agent.activities.profiling import MOST_ROWS, SECONDS, STATEMENT_SECONDS, checked, is_stale
from analytics_agent.catalog.names import shown_name
from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import DraftedModel, DraftOrder
from analytics_agent.domain.profile import Scalar, TableProfile, without_values
from analytics_agent.errors import UnknownDatabase
from analytics_agent.ports import Artifacts, Rights, Store, Warehouse
from analytics_agent.semantic.drafting.dictionary import Described, described
from analytics_agent.semantic.drafting.draft import draft
from analytics_agent.semantic.drafting.profiling import profiled
from analytics_agent.semantic.drafting.selection import selected


class DraftActivities:
    def __init__(self, store: Store, artifacts: Artifacts, open_warehouse: Callable[[Database], Warehouse], rights: Rights) -> None:
        self._store = store
        self._artifacts = artifacts
        self._open = open_warehouse
        self._rights = rights

    @activity.defn
    async def draft_model(self, order: DraftOrder) -> DraftedModel:
        """Raises UnknownDatabase where its catalog was not read yet."""
        database, catalog = await self._store.database(order.name), await self._store.catalog(order.name)
        if catalog is None:
            raise UnknownDatabase(f"The tables of {order.name} are not known yet.", hint="Refresh the database first.")
        whole, strange = described(catalog, await self._descriptions(order.descriptions))
        catalog, without = selected(whole, order.tables)
        warehouse = self._open(database)

        async def run(sql: str) -> Sequence[Mapping[str, Scalar]]:
            found = await warehouse.run(checked(sql, catalog), row_cap=MOST_ROWS, timeout_seconds=STATEMENT_SECONDS)
            rows: Sequence[Mapping[str, Scalar]] = found.table.to_pylist()
            return rows

        looked = await profiled(catalog, run, seconds=SECONDS, known=await self._known(catalog, warehouse))
        confidential = await self._rights.confidential(order.name)
        tables = {name: without_values(profile, confidential.get(name, ())) for name, profile in looked.tables.items()}
        text = await asyncio.to_thread(draft, catalog, tables, looked.keys)
        known = {(table.schema, table.name): shown_name(whole, table) for table in whole.tables}
        left, out = (tuple(known[name.schema, name.name] for name in names) for names in (looked.left, without))
        return DraftedModel(await self._artifacts.put_file(text.encode(), "application/yaml"), len(catalog.tables), left, strange, out)

    async def _descriptions(self, stored: Artifact | None) -> tuple[Described, ...]:
        given = json.loads(await self._artifacts.get_file(stored))["descriptions"] if stored else []
        return tuple(Described(one["table"], one["column"], one["text"]) for one in given)

    async def _known(self, catalog: Catalog, warehouse: Warehouse) -> dict[TableName, TableProfile]:
        """Profiles that are kept and still say how their tables are."""
        kept = await self._store.profiles(catalog.database)
        stamps = await warehouse.stamps() if kept else {}
        tables = {name_of(table): table for table in catalog.tables}
        return {name: one.profile for name, one in kept.items() if name in tables and not is_stale(tables[name], kept, stamps)}
