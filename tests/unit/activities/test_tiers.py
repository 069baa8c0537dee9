"""The tier in front of the paid models: what is certain is answered for nothing, and whatever it cannot finish goes to them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question
from fakes.rights import MemoryRights
from unit.activities.test_explore import Shop
from unit.semantic import shop

from analytics_agent.activities.explore import ExploreActivities
from analytics_agent.activities.model import ModelActivities
from analytics_agent.activities.purse import Purse
from analytics_agent.adapters.offline.model import OfflineModel
from analytics_agent.domain.conversation import ModelRequest, Reply, Usage
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import Ending, RunOrder, ToolOrder, TurnOrder
from analytics_agent.domain.question import StepModels
from analytics_agent.domain.run import Run
from analytics_agent.domain.tier import BY_RULE

OPUS = "claude-opus-4-7"
COST = 0.25


@dataclass
class Both:
    """The real offline model, and one that costs, which refuses everything and keeps what it was asked."""

    asked: list[ModelRequest] = field(default_factory=list)
    broken: bool = False

    async def reply(self, request: ModelRequest) -> Reply:
        if request.model != "offline":
            self.asked.append(request)
            call = {"type": "tool_use", "id": "t1", "name": "refuse", "input": {"reason": "No."}}
            return Reply((call,), "tool_use", Usage(10, 1, 0, 0, COST), request.model)
        if self.broken and any(message.role == "assistant" for message in request.messages):
            return Reply(({"type": "text", "text": "…"},), "end_turn", Usage(), "offline")
        return await OfflineModel().reply(request)

    async def close(self) -> None: ...


def explored(
    text: str, *, first: bool = True, model: Both | None = None, change: Callable[[str], str] = str, **rest: Any
) -> tuple[Ending | None, Run, Both]:
    """Explore of a question over the shop, to its end."""

    async def steps() -> tuple[Ending | None, Run, Both]:
        store, artifacts, both = MemoryStore(), MemoryArtifacts(), model or Both()
        before = question(text="revenue of tea", database="shop")
        await store.create_run(before)
        rest.update({"continues": before.run_id} if rest.pop("goes_on", False) else {})
        asked = question(text=text, database="shop", model=OPUS, models=StepModels(OPUS, OPUS, OPUS), offline_first=first, **rest)
        await store.create_run(asked)
        await store.save_database(Database("shop", "duckdb:///shop", "duckdb", None, change(shop.TEXT)))
        explore = ExploreActivities(
            store,  # type: ignore[arg-type]
            artifacts,  # type: ignore[arg-type]
            lambda database: Shop(),  # type: ignore[arg-type, return-value]
            MemoryRights(),
            row_cap=1_000,
            timeout_seconds=5,
            catalog_age_seconds=60,
        )
        turns = ModelActivities(store, artifacts, both, Purse(store), turns=8)  # type: ignore[arg-type]
        await explore.read_catalog(RunOrder(asked.run_id))
        for number in range(1, 10):
            outcome = await turns.model_turn(TurnOrder(asked.run_id, "explore", number))
            if outcome.ends:
                return outcome.ends, await store.run(asked.run_id), both
            told = [
                await explore.explore_tool(ToolOrder(asked.run_id, "explore", number, call.call_id, call.tool)) for call in outcome.calls
            ]
            if ends := next((one.ends for one in told if one.ends), None):
                return ends, await store.run(asked.run_id), both
        return None, await store.run(asked.run_id), both

    return asyncio.run(steps())


def test_a_certain_question_costs_nothing_and_the_run_says_who_answered() -> None:
    ends, run, both = explored("What was the revenue by region?")
    assert ends == "finish" and not both.asked and run.usage.cost_usd == 0
    assert run.question.model == "offline" and BY_RULE in run.notices
    assert run.evidence is not None and run.queries[0].source == "metric"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Why did revenue fall in March?", {}),
        ("revenue by flavour", {}),
        ("What was the revnue?", {}),
        ("What was the revenue by region?", {"first": False}),
    ],
)
def test_whatever_is_not_certain_is_answered_by_the_paid_model_from_the_start(text: str, rest: dict[str, Any]) -> None:
    ends, run, both = explored(text, **rest)
    assert ends == "refuse" and len(both.asked) == 1 and run.question.model == OPUS and BY_RULE not in run.notices
    assert len(both.asked[0].messages) == 1


@pytest.mark.parametrize(("text", "answers"), [("How many orders were there in March?", "offline"), ("and by region?", OPUS)])
def test_what_is_asked_after_another_question_must_be_one_of_its_own(text: str, answers: str) -> None:
    assert explored(text, goes_on=True)[1].question.model == answers


def test_a_draft_that_nobody_reviewed_is_not_certain() -> None:
    def drafted(text: str) -> str:
        return text.replace('{"as_of": {"date": "2025-06-15"}', '{"certification": "unreviewed", "as_of": {"date": "2025-06-15"}')

    assert explored("What was the revenue by region?", change=drafted)[1].question.model == OPUS


@pytest.mark.parametrize("text", ["What was the revenue in 2019?", "orders by region in June 2025"])
def test_what_the_offline_model_cannot_finish_goes_on_with_the_paid_one_that_is_told_nothing_of_it(text: str) -> None:
    """It was certain of the question, and then the data had nothing for it: what to make of that is not for a rule to say."""
    ends, run, both = explored(text)
    assert ends == "refuse" and run.question.model == OPUS and BY_RULE not in run.notices
    (asked,) = both.asked
    assert asked.model == OPUS and len(asked.messages) == 1, "it begins anew"
    assert run.usage.cost_usd == COST


def test_a_model_that_says_nothing_is_not_waited_for() -> None:
    ends, run, both = explored("What was the revenue by region?", model=Both(broken=True))
    assert ends == "refuse" and run.question.model == OPUS and len(both.asked) == 1


def test_an_earlier_day_of_the_asker_is_the_one_that_counts() -> None:
    ends, run, _ = explored("How many orders were there last month?", as_of=date(2025, 4, 10))
    assert ends == "finish" and run.queries[0].request is not None
    assert run.queries[0].request["time"] == {"from": "2025-03-01", "to": "2025-04-01"}
