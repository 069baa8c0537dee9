"""explore: the catalog is read, and the model's tools look things up and run checked queries."""

from collections.abc import Callable

from temporalio import activity

from analytics_agent.activities.at_hand import having
from analytics_agent.activities.behind import Behind
from analytics_agent.activities.closing import Closing
from analytics_agent.activities.elsewhere import OtherDatabases
from analytics_agent.activities.ending import EndingTools
from analytics_agent.activities.lines import LineTools
from analytics_agent.activities.looking import LookingTools
from analytics_agent.activities.querying import QueryTools
from analytics_agent.activities.refreshing import CatalogKeeper
from analytics_agent.activities.run_warehouse import BYTE_CAP, Limits, RunWarehouse
from analytics_agent.activities.statement_queue import AT_ONCE, StatementQueue
from analytics_agent.activities.tiers import tier_of
from analytics_agent.activities.tool_call import Body, ToolRunner
from analytics_agent.domain.approval import CostLimit
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import RunOrder, ToolOrder, ToolOutcome
from analytics_agent.domain.tier import TIER
from analytics_agent.explore import tools
from analytics_agent.ports import Artifacts, Rights, Store, Warehouse


class ExploreActivities:
    """`warehouse` is what a replay works on too. Without a `keeper` of catalogs one that is too old is waited for."""

    def __init__(
        self,
        store: Store,
        artifacts: Artifacts,
        open_warehouse: Callable[[Database], Warehouse],
        rights: Rights,
        *,
        row_cap: int,
        timeout_seconds: float,
        catalog_age_seconds: float,
        byte_cap: int = BYTE_CAP,
        at_once: int = AT_ONCE,
        most: CostLimit = CostLimit(),
        keeper: CatalogKeeper | None = None,
    ) -> None:
        self._store = store
        limits = Limits(row_cap, timeout_seconds, byte_cap)
        keeper = keeper or CatalogKeeper(
            store, open_warehouse, age_seconds=catalog_age_seconds, hard_age_seconds=catalog_age_seconds, behind=Behind()
        )
        self.warehouse = RunWarehouse(store, artifacts, open_warehouse, rights, limits, StatementQueue(store, at_once), most, keeper)
        bodies, results = self._bodies(artifacts, OtherDatabases(store, rights)), (tools.QUERY_METRICS.name, tools.RUN_SQL.name)
        self.runner = ToolRunner(store, artifacts, tools.TOOLS, bodies, results=results)

    def _bodies(self, artifacts: Artifacts, others: OtherDatabases) -> dict[str, Body]:
        """What stands behind each tool."""
        looking = LookingTools(self._store, artifacts, self.warehouse, others)
        querying, ending = QueryTools(self._store, artifacts, self.warehouse), EndingTools(self._store, self.warehouse, others)
        return {
            tools.SEARCH_CATALOG.name: looking.search_catalog,
            tools.DESCRIBE.name: looking.describe,
            tools.LOOK_AT_VALUES.name: looking.look_at_values,
            tools.QUERY_METRICS.name: querying.query_metrics,
            tools.RUN_SQL.name: querying.run_sql,
            tools.INVESTIGATE.name: LineTools(self._store).investigate,
            tools.ASK_PERSON.name: ending.ask_person,
            tools.FINISH.name: Closing(self._store).finish,
            tools.REFUSE.name: ending.refuse,
        }

    @activity.defn
    async def read_catalog(self, order: RunOrder) -> bool:
        """Make sure that a fresh catalog is in the store, and fix what the owner may read and the day that relative dates count from.

        Raises NotAllowed for an owner who may read nothing.
        """
        with having(await self._store.known(order.run_id, "explore")) as known:
            question = (await known.run(order.run_id)).question
            view = await self.warehouse.begin(question)
        as_of = question.as_of or await self.warehouse.as_of(view)
        from_data = question.as_of is None and view.model is not None and view.model.as_of.kind == "column"
        briefing = Briefing(as_of, view.catalog.fingerprint, view.database.model_sees, from_data)
        await self._store.save_document(order.run_id, "briefing", briefing)
        if tier := await tier_of(question, view, as_of):
            await self._store.save_document(order.run_id, TIER, tier)
        return True

    @activity.defn
    async def renew_rights(self, order: RunOrder) -> bool:
        """After a person took their time: what they may read is asked again where it has grown old. Raises NotAllowed."""
        await self.warehouse.readable(order)
        return True

    @activity.defn
    async def explore_tool(self, order: ToolOrder) -> ToolOutcome:
        return await self.runner.run(order)
