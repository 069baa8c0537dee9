"""What is said of the rows that a statement kept: a cut, values that were left empty, types that the engine declared."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question, turn
from fakes.rights import MemoryRights
from unit.activities.test_estimating import Planner
from unit.semantic import shop

from analytics_agent.activities import conversation
from analytics_agent.activities.explore import ExploreActivities
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.conversation import Reply, Usage
from analytics_agent.domain.database import Database
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.domain.statement import Caps, Saved

NOTE = "Some values of total cannot be kept as numeric: they are not finite or out of its range, and left empty."


@dataclass
class Cutting(Planner):
    """A warehouse whose rows have more bytes than may be kept."""

    caps: Caps | None = None

    async def save(self, sql: str, *, to: Path, caps: Caps, timeout_seconds: float) -> Saved:
        self.caps = caps
        table = pa.table({"total": pa.array([3], pa.int64())})
        pq.write_table(table, to)
        return Saved(1, table.nbytes, 1.0, "bytes", (("total", "number"),), (NOTE,))


def run(warehouse: Cutting) -> tuple[dict[str, Any], Query]:
    async def steps() -> tuple[dict[str, Any], Query]:
        store, artifacts, asked = MemoryStore(), MemoryArtifacts(), question(database="shop")
        await store.create_run(asked)
        await store.save_database(Database("shop", "duckdb:///shop", "duckdb", None, None))
        await store.save_catalog(shop.catalog())
        await store.save_document(asked.run_id, "briefing", Briefing(None, "f"))
        call = {
            "type": "tool_use",
            "id": "a",
            "name": "run_sql",
            "input": {"sql": "SELECT sum(order_id) AS total FROM orders", "purpose": "x"},
        }
        await store.save_turn(asked.run_id, turn(reply=await artifacts.put_record(Reply((call,), "tool_use", Usage(), "offline"))))
        given = {"row_cap": 1_000, "byte_cap": 5_000_000, "timeout_seconds": 5, "catalog_age_seconds": 60}
        activities = ExploreActivities(store, artifacts, lambda database: warehouse, MemoryRights(), **given)  # type: ignore[arg-type]
        await activities.explore_tool(ToolOrder(asked.run_id, "explore", 1, "a", "run_sql"))
        said = await conversation.read(store, artifacts, asked.run_id, "explore", before=2)  # type: ignore[arg-type]
        return json.loads(said.results[1, "a"][1]), (await store.queries(asked.run_id))[0]

    return asyncio.run(steps())


def test_a_cut_by_bytes_and_values_left_empty_are_told_to_the_model_and_kept_with_the_result() -> None:
    warehouse = Cutting()
    told, query = run(warehouse)
    assert warehouse.caps == Caps(1_000, 5_000_000)
    assert "more rows exist" in told["truncated"]
    assert told["caveats"] == [NOTE]
    assert (query.truncated, query.caveats, query.rows) == (True, (NOTE,), 1)


def test_a_column_has_the_type_that_the_engine_declared_whatever_its_rows_are() -> None:
    assert [column.type for column in run(Cutting())[1].columns] == ["number"]
