"""A model turn: not taken where there is nothing for it to decide."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import catalog, query, question

from analytics_agent.activities.model import ModelActivities
from analytics_agent.activities.purse import SLACK, Purse
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.conversation import ModelRequest, Reply, Usage
from analytics_agent.domain.database import Database
from analytics_agent.domain.evidence import Evidence
from analytics_agent.domain.orders import TurnOrder, TurnOutcome
from analytics_agent.domain.question import Budget


class Counting:
    """A model that is done at once, and counts how often it was asked."""

    asked = 0

    async def reply(self, request: ModelRequest) -> Reply:
        self.asked += 1
        return Reply(({"type": "tool_use", "id": "a", "name": "done", "input": {}},), "tool_use", Usage(), "offline")

    async def close(self) -> None: ...


def analyze(*rows: int) -> tuple[TurnOutcome, int]:
    """The first turn of analyze over results of so many rows, and how often the model was asked."""

    async def steps() -> tuple[TurnOutcome, int]:
        store, artifacts, model, asked = MemoryStore(), MemoryArtifacts(), Counting(), question()
        await store.create_run(asked)
        await store.save_database(Database("flights", "postgresql://db", "postgres", None, None))
        await store.save_catalog(replace(catalog(), database="flights"))
        await store.save_document(asked.run_id, "briefing", Briefing(date(2013, 12, 31), "f"))
        table = await artifacts.put_table(pa.table({"carrier": ["WN"], "delay": [1.0]}))
        names = tuple(
            [
                (await store.add_query(asked.run_id, replace(query(rows=count), artifact=table), key=str(n))).id
                for n, count in enumerate(rows)
            ]
        )
        await store.save_document(asked.run_id, "evidence", Evidence(names[0], names))
        activities = ModelActivities(store, artifacts, model, Purse(store), turns=5)  # type: ignore[arg-type]
        return await activities.model_turn(TurnOrder(asked.run_id, "analyze", 1)), model.asked

    return asyncio.run(steps())


@pytest.mark.parametrize("rows", [(1,), (0,), (1, 1)])
def test_single_rows_leave_nothing_to_compute_and_the_model_is_not_asked(rows: tuple[int, ...]) -> None:
    assert analyze(*rows) == (TurnOutcome(ends="finish"), 0)


@pytest.mark.parametrize("rows", [(2,), (1, 12)])
def test_several_rows_are_the_models_to_analyze(rows: tuple[int, ...]) -> None:
    assert analyze(*rows) == (TurnOutcome(ends="finish"), 1)


class WhenAsked(Counting):
    """Notes for how long what is reserved will hold when the model is asked."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.holds: list[timedelta] = []

    async def reply(self, request: ModelRequest) -> Reply:
        self.holds += [reserved.until - datetime.now(UTC) for reserved in self.store.reserved.values()]
        return await super().reply(request)


def test_a_pause_is_waited_for_before_anything_is_reserved() -> None:
    """What is reserved holds as long as the call may take: after a pause it would be over while the call is under way."""

    async def turn() -> tuple[timedelta, int]:
        store, artifacts, asked = MemoryStore(), MemoryArtifacts(), question(model="claude-opus-4-7", budget=Budget(usd=5.0))
        await store.create_run(asked)
        await store.save_database(Database("flights", "postgresql://db", "postgres", None, None))
        await store.save_catalog(replace(catalog(), database="flights"))
        await store.save_document(asked.run_id, "briefing", Briefing(date(2013, 12, 31), "f"))
        await store.pause_model("claude-opus-4-7", 0.6)
        model, purse = WhenAsked(store), Purse(store, patience=timedelta(seconds=9))  # type: ignore[arg-type]
        activities = ModelActivities(store, artifacts, model, purse, turns=5)  # type: ignore[arg-type]
        await activities.model_turn(TurnOrder(asked.run_id, "explore", 1))
        return model.holds[0], model.asked

    holds, times = asyncio.run(turn())
    assert times == 1
    assert holds > timedelta(seconds=9) + SLACK - timedelta(seconds=0.5)
