"""A first semantic model for a database that has none: its columns are looked at within a time, statement by statement, as any other."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from temporalio import activity

from analytics_agent.catalog.names import shown_name
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import DatabaseOrder, DraftedModel
from analytics_agent.domain.profile import Scalar
from analytics_agent.errors import StatementRefused, UnknownDatabase
from analytics_agent.ports import Artifacts, Store, Warehouse
from analytics_agent.semantic.draft import draft
from analytics_agent.semantic.profiling import profiled
from analytics_agent.sql.check import check

SECONDS, STATEMENT_SECONDS = 60.0, 10.0
"""Seconds for the whole database and for one statement; what is not known then is drafted from names alone."""
MOST_ROWS = 1_000
"""Of one of these statements: a row of counts, or a column's few values."""


class DraftActivities:
    def __init__(self, store: Store, artifacts: Artifacts, open_warehouse: Callable[[Database], Warehouse]) -> None:
        self._store = store
        self._artifacts = artifacts
        self._open = open_warehouse

    @activity.defn
    async def draft_model(self, order: DatabaseOrder) -> DraftedModel:
        """Raises UnknownDatabase where its catalog was not read yet."""
        database, catalog = await self._store.database(order.name), await self._store.catalog(order.name)
        if catalog is None:
            raise UnknownDatabase(f"The tables of {order.name} are not known yet.", hint="Refresh the database first.")
        warehouse = self._open(database)

        async def run(sql: str) -> Sequence[Mapping[str, Scalar]]:
            found = await warehouse.run(_checked(sql, catalog), row_cap=MOST_ROWS, timeout_seconds=STATEMENT_SECONDS)
            rows: Sequence[Mapping[str, Scalar]] = found.table.to_pylist()
            return rows

        looked = await profiled(catalog, run, seconds=SECONDS)
        text = await asyncio.to_thread(draft, catalog, looked.tables, looked.keys)
        known = {(table.schema, table.name): shown_name(catalog, table) for table in catalog.tables}
        left = tuple(known[name.schema, name.name] for name in looked.left)
        return DraftedModel(await self._artifacts.put_file(text.encode(), "application/yaml"), len(catalog.tables), left)


def _checked(sql: str, catalog: Catalog) -> str:
    """Ours too goes through the guard: names of a hostile database are in it."""
    verdict = check(sql, dialect=catalog.dialect, catalog=catalog)
    if not verdict.ok:
        raise StatementRefused(verdict.findings)
    return verdict.sql
