"""Before a call of a model: permitted, shortened, the last one, or not made."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.memory_store import MemoryStore
from fakes.records import query, question, turn

from analytics_agent.activities.purse import NO_ANALYSIS, WRAP_UP, WRAPS_UP, Permit, Purse
from analytics_agent.domain.conversation import Message, ModelRequest, Usage
from analytics_agent.domain.event import Step
from analytics_agent.domain.orders import TurnOrder
from analytics_agent.domain.question import Budget
from analytics_agent.domain.run import Run
from analytics_agent.domain.spending import Stop

pytestmark = pytest.mark.anyio

OPUS = "claude-opus-4-7"
REQUEST = ModelRequest(OPUS, "s" * 30_000, (), (Message("user", ({"type": "text", "text": "Why?"},)),), 12_000)
"""Its input may cost $0.10, and 4,000 tokens of output as much."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def asked(store: MemoryStore, *, spent: float = 0.0, results: int = 1, **changes: object) -> Run:
    made = question(model=OPUS, **changes)
    await store.create_run(made)
    if spent:
        await store.save_turn(made.run_id, turn(usage=Usage(1_000, 100, cost_usd=spent), model=OPUS))
    for number in range(results):
        await store.add_query(made.run_id, query(), key=str(number))
    return await store.run(made.run_id)


def order(run: Run, step: Step = "explore", number: int = 2, line: str = "") -> TurnOrder:
    return TurnOrder(run.question.run_id, step, number, line)


async def warnings(store: MemoryStore, run: Run) -> list[str]:
    return [event.data["message"] for event in await store.events(run.question.run_id) if event.kind == "warning"]


async def test_without_budgets_nothing_is_reserved() -> None:
    store = MemoryStore()
    run = await asked(store)
    assert await Purse(store).permit(run, order(run), REQUEST) == Permit()
    assert store.reserved == {}


async def test_the_offline_model_costs_nothing_and_is_never_stopped() -> None:
    store = MemoryStore()
    run = await asked(store, budget=Budget(tokens=1))
    offline = replace(REQUEST, model="offline")
    assert await Purse(store, Budget(usd=0.000001)).permit(run, order(run), offline) == Permit()


async def test_a_call_that_fits_is_reserved_at_its_dearest() -> None:
    store = MemoryStore()
    run = await asked(store, budget=Budget(usd=2.0))
    assert await Purse(store).permit(run, order(run), REQUEST) == Permit(max_tokens=12_000)
    (reserved,) = store.reserved.values()
    assert reserved.spending.usd == pytest.approx(0.10 + 0.30, abs=0.001)


async def test_a_second_try_of_a_turn_is_reserved_once() -> None:
    store = MemoryStore()
    run = await asked(store, budget=Budget(usd=0.6))
    permits = [await Purse(store).permit(run, order(run), REQUEST) for _ in range(4)]
    assert len(set(permits)) == 1
    assert len(store.reserved) == 1


async def test_near_the_end_the_model_is_told_to_finish_with_what_is_known() -> None:
    store = MemoryStore()
    run = await asked(store, spent=0.45, budget=Budget(usd=0.75))
    permit = await Purse(store).permit(run, order(run), REQUEST)
    assert permit.nudge == WRAP_UP["explore"]
    assert permit.max_tokens is not None
    assert 1_500 <= permit.max_tokens < 4_000
    sent = permit.applied(REQUEST)
    assert sent.max_tokens == permit.max_tokens
    assert [block["text"] for block in sent.messages[-1].content] == ["Why?", WRAP_UP["explore"]]
    assert sent.messages[:-1] == REQUEST.messages[:-1]
    assert await warnings(store, run) == [WRAPS_UP]


async def test_before_there_is_a_result_nothing_is_kept_and_nobody_is_told_to_finish() -> None:
    store = MemoryStore()
    run = await asked(store, results=0, budget=Budget(usd=0.16))
    permit = await Purse(store).permit(run, order(run), REQUEST)
    assert (permit.ends, permit.nudge) == (None, "")
    assert permit.max_tokens is not None
    assert permit.max_tokens < 4_000


async def test_a_call_that_does_not_fit_stops_the_run_before_it_is_made_and_says_at_which_budget() -> None:
    store = MemoryStore()
    run = await asked(store, spent=0.6, budget=Budget(usd=0.7))
    assert await Purse(store).permit(run, order(run), REQUEST) == Permit(ends="over_budget")
    assert store.reserved == {}
    stop = await store.document(run.question.run_id, "stopped", Stop)
    assert stop is not None
    assert (stop.pool, stop.unit, stop.limit, stop.used) == ("run", "usd", 0.7, 0.6)
    assert await warnings(store, run) == ["85 % of the budget of this run is used: $0.60 of $0.70."]


async def test_analysis_is_left_out_before_the_answer_is() -> None:
    store = MemoryStore()
    run = await asked(store, spent=0.6, budget=Budget(usd=0.85))
    brief = replace(REQUEST, max_tokens=4_000)
    assert await Purse(store).permit(run, order(run, "analyze", 1), brief) == Permit(ends="exhausted")
    assert await store.document(run.question.run_id, "stopped", Stop) is None
    assert NO_ANALYSIS in await warnings(store, run)
    permit = await Purse(store).permit(run, order(run, "synthesize", 1), brief)
    assert permit.ends is None


async def test_synthesize_may_have_what_was_kept_for_it() -> None:
    store = MemoryStore()
    run = await asked(store, spent=0.55, budget=Budget(usd=0.70))
    assert (await Purse(store).permit(run, order(run), REQUEST)).ends == "over_budget"
    permit = await Purse(store).permit(run, order(run, "synthesize", 1), replace(REQUEST, max_tokens=8_000))
    assert permit.nudge == WRAP_UP["synthesize"]


async def test_a_line_of_inquiry_ends_and_the_run_is_not_said_to_be_stopped() -> None:
    store = MemoryStore()
    run = await asked(store, spent=0.6, budget=Budget(usd=0.7))
    assert await Purse(store).permit(run, order(run, line="a"), REQUEST) == Permit(ends="over_budget")
    assert await store.document(run.question.run_id, "stopped", Stop) is None


async def test_four_fifths_are_told_once() -> None:
    store = MemoryStore()
    run = await asked(store, spent=4.1, budget=Budget(usd=5.0))
    for number in (2, 3):
        await Purse(store).permit(run, order(run, number=number), REQUEST)
    assert await warnings(store, run) == ["82 % of the budget of this run is used: $4.10 of $5.00."]


async def test_a_day_of_a_person_counts_all_of_their_runs() -> None:
    store = MemoryStore()
    await asked(store, spent=0.95)
    other = await asked(store, owner="k2", spent=0.95)
    run = await asked(store)
    purse = Purse(store, Budget(usd=1.0))
    assert (await purse.permit(run, order(run), REQUEST)).ends == "over_budget"
    stop = await store.document(run.question.run_id, "stopped", Stop)
    assert stop is not None
    assert stop.pool == "person"
    fresh = await asked(store, owner="k3")
    assert (await purse.permit(fresh, order(fresh), REQUEST)).ends is None
    assert (await Purse(store, None, Budget(usd=2.0)).permit(other, order(other), REQUEST)).ends == "over_budget"


async def test_a_turn_in_a_batch_is_reserved_at_half_price_and_for_a_day() -> None:
    store = MemoryStore()
    now, patient = await asked(store, budget=Budget(usd=9.0)), await asked(store, budget=Budget(usd=9.0), patient=True)
    for run in (now, patient):
        await Purse(store, patience=timedelta(minutes=5)).permit(run, order(run), REQUEST)
    direct, batched = store.reserved.values()
    assert batched.spending.usd == pytest.approx(direct.spending.usd / 2)
    assert batched.until - direct.until > timedelta(hours=24)
