"""A question carried through explore, analyze and synthesize as the workflow does it, without Temporal, on a real DuckDB file: for tests of
what a run reads, tells and keeps."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question

from analytics_agent.activities.analyze import AnalyzeActivities
from analytics_agent.activities.explore import ExploreActivities
from analytics_agent.activities.model import ModelActivities
from analytics_agent.activities.purse import Purse
from analytics_agent.activities.synthesize import SynthesizeActivities
from analytics_agent.adapters.duckdb.warehouse import DuckdbWarehouse
from analytics_agent.adapters.offline.model import OfflineModel
from analytics_agent.domain.approval import CostLimit, OverLimit
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.event import Step
from analytics_agent.domain.orders import RunOrder, ToolOrder, TurnOrder
from analytics_agent.domain.policy import OPEN, Policy
from analytics_agent.domain.question import Question
from analytics_agent.domain.rights import Grant, has_own_rights
from analytics_agent.domain.run import Run
from analytics_agent.ports import Model

MOST_TURNS = 24
STEPS: tuple[Step, ...] = ("explore", "analyze", "synthesize")


class PolicyRights:
    """ports.Rights of people whose policies the test sets, by reader. `lasts` is how long each grant holds."""

    def __init__(self, policies: dict[str, Policy], *, lasts: timedelta = timedelta(minutes=5)) -> None:
        self.policies = policies
        self.lasts = lasts
        self.asked = 0

    async def grant(self, reader: str, database: Database, tables: Sequence[TableName]) -> Grant:
        if not has_own_rights(reader):
            return Grant()
        self.asked += 1
        return Grant(self.policies[reader], until=datetime.now(UTC) + self.lasts)

    async def for_models(self, database: Database, tables: Sequence[TableName]) -> Policy:
        return OPEN

    async def confidential(self, database: str) -> Mapping[TableName, Collection[str]]:
        return {}

    async def hash_key(self) -> str:
        return next((policy.hash_key for policy in self.policies.values() if policy.hash_key), "")

    async def reader(self, name: str) -> str:
        return f"user:{name}"


@dataclass
class Asked:
    """A worker of our own: every question goes through the same store, artifacts, caches and queue."""

    file: Path
    rights: Any
    model_text: str | None = None
    model: Model = field(default_factory=OfflineModel)
    store: Any = field(default_factory=MemoryStore)
    artifacts: Any = field(default_factory=MemoryArtifacts)
    rows_limit: int | None = None
    over: OverLimit = "refuse"

    def __post_init__(self) -> None:
        warehouse = DuckdbWarehouse("db", self.file, schema="public")
        self.explore = ExploreActivities(
            self.store,
            self.artifacts,
            lambda _: warehouse,
            self.rights,
            row_cap=50_000,
            timeout_seconds=30,
            catalog_age_seconds=1e9,
            most=CostLimit(self.rows_limit, self.over),
        )
        self.analyze = AnalyzeActivities(self.store, self.artifacts)
        self.synthesize = SynthesizeActivities(self.store, self.artifacts)
        self.turns = ModelActivities(self.store, self.artifacts, self.model, Purse(self.store), turns=MOST_TURNS)

    async def ask(self, text: str, reader: str = "user:ada", **more: Any) -> Run:
        """To its end; the run as it then stands in the store."""
        asked = question(database="db", owner="k1", text=text, reads_as="" if reader == "k1" else reader, **more)
        await self.begin(asked)
        for step in STEPS:
            if await self.converse(asked, step) != "finish":
                break
        return await self.store.run(asked.run_id)  # type: ignore[no-any-return]

    async def begin(self, asked: Question) -> None:
        if not any(database.name == "db" for database in await self.store.databases()):
            await self.store.save_database(Database("db", f"duckdb:///{self.file}", "duckdb", "public", self.model_text))
        await self.store.create_run(asked)
        await self.explore.read_catalog(RunOrder(asked.run_id))

    async def converse(self, asked: Question, step: Step) -> str | None:
        tool = {"explore": self.explore.explore_tool, "analyze": self.analyze.analyze_tool, "synthesize": self.synthesize.synthesize_tool}
        for number in range(1, MOST_TURNS + 1):
            outcome = await self.turns.model_turn(TurnOrder(asked.run_id, step, number))
            if outcome.ends:
                return outcome.ends
            for call in outcome.calls:
                if ends := (await tool[step](ToolOrder(asked.run_id, step, number, call.call_id, call.tool))).ends:
                    return ends
        return None

    async def told(self, run_id: str, step: Step = "explore") -> list[str]:
        """The result of every tool call."""
        return [(await self.artifacts.get_file(one.content)).decode() for one in await self.store.tool_results(run_id, step)]


def with_key(policy: Policy, key: str) -> Policy:
    return replace(policy, hash_key=key)
