"""Runs in this process: the workflow's activities one after the other, over a store in memory and a real database; no Temporal."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question
from fakes.rights import MemoryRights

from analytics_agent.activities.analyze import AnalyzeActivities
from analytics_agent.activities.changes import ChangeActivities
from analytics_agent.activities.explore import ExploreActivities
from analytics_agent.activities.model import ModelActivities
from analytics_agent.activities.purse import Purse
from analytics_agent.activities.replay import ReplayActivities
from analytics_agent.activities.run import RunActivities
from analytics_agent.activities.synthesize import SynthesizeActivities
from analytics_agent.adapters.offline.model import OfflineModel
from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.domain.conversation import ModelRequest, Reply, Usage
from analytics_agent.domain.database import Database
from analytics_agent.domain.event import Step
from analytics_agent.domain.orders import FinishOrder, RunOrder, ToolOrder, TurnOrder
from analytics_agent.domain.run import Run
from analytics_agent.domain.schedule import PeriodUnit, Schedule, Timing
from analytics_agent.ports import Model, Warehouse
from analytics_agent.semantic.replay import moving
from analytics_agent.semantic.replay.moving import Proposal

ZONE = "Europe/Berlin"
MOST_TURNS = 12


@dataclass
class InOrder:
    """Asks and repeats questions; `run` does it in a loop of its own, so that a test needs none."""

    database: Database
    model: Model = field(default_factory=OfflineModel)
    everything: MemoryRights = field(default_factory=lambda: MemoryRights(everything=True))

    def __post_init__(self) -> None:
        self.store, self.artifacts = MemoryStore(), MemoryArtifacts()
        self._opened: Warehouse | None = None
        shared: tuple[Any, Any] = (self.store, self.artifacts)
        limits = {"row_cap": 50_000, "timeout_seconds": 30, "catalog_age_seconds": 3_600}
        self.explore = ExploreActivities(*shared, self._open, self.everything, **limits)
        self.analyze, self.synthesize = AnalyzeActivities(*shared), SynthesizeActivities(*shared)
        self.turns = ModelActivities(*shared, self.model, Purse(shared[0]), turns=MOST_TURNS)
        self.replays = ReplayActivities(*shared, self.explore.warehouse, self.analyze)
        self.changes = ChangeActivities(*shared)
        self.frame = RunActivities(*shared, can_publish=False)
        self._tools: dict[Step, Callable[[ToolOrder], Any]] = {
            "explore": self.explore.explore_tool,
            "analyze": self.analyze.analyze_tool,
            "synthesize": self.synthesize.synthesize_tool,
        }

    def run(self, what: Any) -> Any:
        """The result of a coroutine. A warehouse belongs to the loop that opened it."""

        async def once() -> Any:
            try:
                return await what
            finally:
                if self._opened is not None:
                    await self._opened.close()
                    self._opened = None

        return asyncio.run(once())

    def _open(self, database: Database) -> Warehouse:
        self._opened = self._opened or open_warehouse(database)
        return self._opened

    async def ask(self, text: str, **asked: Any) -> Run:
        """A conversation from start to end. Raises AssertionError where it is not answered."""
        await self.store.save_database(self.database)
        new = question(text=text, database=self.database.name, **asked)
        await self.store.create_run(new)
        order = RunOrder(new.run_id)
        await self.explore.read_catalog(order)
        for step in ("explore", "analyze", "synthesize"):
            await self._converse(order, step)
        return await self._finished(order)

    async def schedule(self, source: Run, unit: PeriodUnit | None, **changes: Any) -> Schedule:
        made = Schedule(
            f"s{source.question.run_id}",
            "k1",
            "Report",
            source.question.run_id,
            Timing(ZONE, every="month"),
            unit,
            datetime.now(ZoneInfo(ZONE)),
        )
        made = replace(made, **changes)
        await self.store.save_schedule(made)
        return made

    async def report(self, schedule: Schedule, due: date, **changes: Any) -> Run:
        """One report, due at 8 in the schedule's zone."""
        source = (await self.store.run(schedule.run_id)).question
        at = datetime.combine(due, time(8), ZoneInfo(schedule.timing.time_zone))
        new = question(
            text=source.text, database=source.database, replays=schedule.run_id, schedule=schedule.id, scheduled_for=at, **changes
        )
        await self.store.create_run(new)
        return await self.repeat(new.run_id)

    async def repeat(self, run_id: str) -> Run:
        order = RunOrder(run_id)
        await self.explore.read_catalog(order)
        if not await self.replays.replay_explore(order):
            await self.frame.finish_run(FinishOrder(run_id, "refused"))
            return await self.store.run(run_id)
        await self.replays.replay_analyze(order)
        await self._converse(order, "synthesize")
        await self.changes.say_changes(order)
        return await self._finished(order)

    async def proposed(self, source: Run) -> Proposal:
        return moving.propose(await self.accepted(source))

    async def accepted(self, source: Run) -> Any:
        from analytics_agent.activities.replay import accepted_run

        view = await self.explore.warehouse.readable(RunOrder(source.question.run_id))
        return await accepted_run(self.store, source, view)  # type: ignore[arg-type]

    async def rows(self, run: Run, name: str | None = None) -> pa.Table:
        name = name or (run.evidence.primary if run.evidence else "")
        return await self.artifacts.get_table(next(query for query in run.queries if query.id == name).artifact)

    async def _converse(self, order: RunOrder, step: Step) -> None:
        for turn in range(1, MOST_TURNS + 1):
            reply = await self.turns.model_turn(TurnOrder(order.run_id, step, turn))
            if reply.ends:
                return
            outcomes = [await self._tools[step](ToolOrder(order.run_id, step, turn, call.call_id, call.tool)) for call in reply.calls]
            assert not [outcome for outcome in outcomes if outcome.ends in ("refuse", "ask")], (await self.store.run(order.run_id)).refusal
            if any(outcome.ends == "finish" and not outcome.failed for outcome in outcomes):
                return
        raise AssertionError(f"{step} did not end")

    async def _finished(self, order: RunOrder) -> Run:
        await self.frame.finish_run(FinishOrder(order.run_id, "succeeded"))
        return await self.store.run(order.run_id)


class Scripted:
    """A model that runs one statement, finishes with it, and tells its first figure."""

    def __init__(self, sql: str, purpose: str, column: str = "n") -> None:
        self._sql, self._purpose, self._column = sql, purpose, column
        self._calls = 0

    async def reply(self, request: ModelRequest) -> Reply:
        self._calls += 1
        name, given = self._next(request)
        call = {"type": "tool_use", "id": f"c{self._calls}", "name": name, "input": given}
        return Reply((call,), "tool_use", Usage(), request.model)

    def _next(self, request: ModelRequest) -> tuple[str, dict[str, Any]]:
        tools = {tool.name for tool in request.tools}
        if "run_sql" in tools:
            ran = len(request.messages) > 1
            return ("finish", {"primary": "r1", "results": ["r1"]}) if ran else ("run_sql", {"purpose": self._purpose, "sql": self._sql})
        if "write_answer" in tools:
            claim = {"text": f"The first has {{{{r1[0].{self._column}}}}}."}
            return "write_answer", {"headline": "Carriers differ", "claims": [claim]}
        return "done", {}
