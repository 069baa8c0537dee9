"""How long a step took, as the progress of its run tells it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question

from analytics_agent.activities.run import RunActivities
from analytics_agent.domain.orders import StepOrder, ToolOrder
from analytics_agent.domain.question import Budget
from analytics_agent.domain.run import Clarification, RunStatus


async def _step(activities: RunActivities, run_id: str) -> None:
    await activities.begin_step(StepOrder(run_id, "report"))
    await activities.finish_step(StepOrder(run_id, "report"))


def test_a_step_of_a_run_that_went_on_is_timed_from_its_second_beginning() -> None:
    store, asked = MemoryStore(), question(budget=Budget(usd=0.5))
    activities = RunActivities(store, MemoryArtifacts(), can_publish=False)

    async def steps() -> list[float]:
        await store.create_run(asked)
        await _step(activities, asked.run_id)
        await store.set_status(asked.run_id, "over_budget")
        kept = store._runs[asked.run_id]
        kept.events = {key: replace(event, at=event.at - timedelta(hours=1)) for key, event in kept.events.items()}
        assert await store.reopen(asked.run_id, Budget(usd=1.0))
        await _step(activities, asked.run_id)
        return [event.data["seconds"] for event in await store.events(asked.run_id) if event.data.get("state") == "finished"]

    first, second = asyncio.run(steps())
    assert first < 60
    assert second < 60, "the hour in which nobody had raised the budget is not part of it"


@pytest.mark.parametrize(("status", "told"), [("needs_input", "needs_input"), ("running", "needs_input"), ("cancelled", "cancelled")])
def test_a_question_that_still_waits_after_an_approval_is_said_to_wait_again(status: RunStatus, told: str) -> None:
    store, asked = MemoryStore(), question()
    activities = RunActivities(store, MemoryArtifacts(), can_publish=False)

    async def steps() -> tuple[bool, str, int]:
        await store.create_run(asked)
        await store.ask_person(asked.run_id, Clarification("Which summer?", ("2013",)))
        await store.set_status(asked.run_id, status)
        order = ToolOrder(asked.run_id, "explore", 1, "q", "ask_person")
        taken = [await activities.take_answer(order) for _ in range(2)]
        return any(taken), (await store.owner_and_status(asked.run_id))[1], len(await store.events(asked.run_id))

    assert asyncio.run(steps()) == (False, told, int(status == "running"))
