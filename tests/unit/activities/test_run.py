"""How long a step took, as the progress of its run tells it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question

from analytics_agent.activities.run import RunActivities
from analytics_agent.domain.batch import WaitingTurn
from analytics_agent.domain.orders import FinishOrder, RunOrder, StepOrder, ToolOrder, TurnOrder
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


@pytest.mark.parametrize("then", ["running", "over_budget"])
def test_an_end_that_comes_late_leaves_a_run_that_went_on_as_it_is(then: RunStatus) -> None:
    """Also the turns that it has in a message batch by then."""
    store, asked = MemoryStore(), question(budget=Budget(usd=0.5))
    activities = RunActivities(store, MemoryArtifacts(), can_publish=False)

    async def steps() -> tuple[int, list[object], int]:
        await store.create_run(asked)
        plan = await activities.begin_run(RunOrder(asked.run_id))
        late = FinishOrder(asked.run_id, "over_budget", "Stopped, the first time.", plan.opening)
        await activities.finish_run(late)
        assert await store.reopen(asked.run_id, Budget(usd=1.0))
        again = await activities.begin_run(RunOrder(asked.run_id))
        turn = await MemoryArtifacts().put_file(b"{}", "application/json")
        await store.queue_turn(WaitingTurn(TurnOrder(asked.run_id, "explore", 1), turn, "explore.3 ab", "", datetime.now(UTC)))
        if then == "over_budget":
            await store.set_status(asked.run_id, then, "Stopped, the second time.", opening=again.opening)
        await activities.finish_run(late)
        run = await store.run(asked.run_id)
        assert (run.status, run.reason) == (then, "Stopped, the second time." if then == "over_budget" else None)
        told = [event.data.get("reason") for event in await store.events(asked.run_id)]
        return again.opening, told, len(await store.waiting_turns(run_id=asked.run_id))

    opening, told, waiting = asyncio.run(steps())
    assert (opening, waiting, told.count("Stopped, the first time.")) == (2, 1, 1)


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
