"""Policies that change: what was found is not told to who may not see it any more, in a run, after it, or beside another."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from asked_alone import Asked
from fakes.records import question
from unit.activities.policed import (
    CALLS,
    NAMES,
    NARROW,
    PART,
    RULE,
    Doing,
    explored,
    worker,
)

from analytics_agent.activities import reading
from analytics_agent.activities.changes import ChangeActivities
from analytics_agent.activities.replay import ReplayActivities
from analytics_agent.activities.run import RunActivities
from analytics_agent.domain.orders import RunOrder, StepOrder
from analytics_agent.domain.policy import Mask, Policy
from analytics_agent.domain.rights import READ, TablesRead
from analytics_agent.domain.run import Refusal, Run
from analytics_agent.errors import NotAllowed
from analytics_agent.semantic.replay.origin import origin


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        (lambda old: NARROW, True),
        (lambda old: Policy(NAMES[1:2]), True),
        (lambda old: replace(old, rules=(replace(RULE, masks=(*RULE.masks, Mask("city", "null"))),)), True),
        (lambda old: replace(old, tables=NAMES), False),
        (lambda old: Policy(NAMES), False),
        (lambda old: replace(old, tables=NAMES[:1]), False),
    ],
    ids=["fewer rows", "no table", "a mask more", "another table", "everything", "a table that was not read is gone"],
)
def test_a_right_that_is_taken_in_mid_run_ends_it_where_it_was_used(shop: Path, change: Callable[[Policy], Policy], ends: bool) -> None:
    run = worker(shop, Doing(CALLS[6], CALLS[6]), lasts=timedelta(0))
    asked = question(database="db", owner="k1", text="How is it?", reads_as="user:ada")

    async def steps() -> str:
        await run.begin(asked)
        await one_turn()
        run.rights.policies["user:ada"] = change(PART)
        for step in ("analyze", "synthesize", "report", "deliver"):
            assert not await frame.begin_step(StepOrder(asked.run_id, step))  # type: ignore[arg-type]
        try:
            await run.explore.renew_rights(RunOrder(asked.run_id))
        except NotAllowed as error:
            return str(error)
        return ""

    async def one_turn() -> None:
        from analytics_agent.domain.orders import ToolOrder, TurnOrder

        outcome = await run.turns.model_turn(TurnOrder(asked.run_id, "explore", 1))
        for call in outcome.calls:
            await run.explore.explore_tool(ToolOrder(asked.run_id, "explore", 1, call.call_id, call.tool))

    frame = RunActivities(run.store, run.artifacts, can_publish=False)
    said = asyncio.run(steps())
    assert asyncio.run(run.store.document(asked.run_id, READ, TablesRead)).tables == NAMES[:1]
    if not ends:
        assert said == ""
        return
    assert said.startswith("What you may read has changed since this question was asked")
    refusal = asyncio.run(run.store.document(asked.run_id, "refusal", Refusal))
    assert refusal.reason == said and "Oslo" not in said and "orders" not in said


def test_a_step_of_a_run_whose_grant_holds_or_of_an_operator_begins_at_once(shop: Path) -> None:
    run = worker(shop)
    frame = RunActivities(run.store, run.artifacts, can_publish=False)
    for reader in ("user:ada", "k1"):
        done = asyncio.run(run.ask("How many orders are there by city?", reader=reader))
        assert asyncio.run(frame.begin_step(StepOrder(done.question.run_id, "report")))


def test_values_that_were_looked_at_count_as_read(shop: Path) -> None:
    run, asked, _, _ = explored(shop, ("look_at_values", {"column": "plain.note"}), ("refuse", {"reason": "No."}))
    assert asyncio.run(run.store.document(asked.run_id, READ, TablesRead)).tables == NAMES[1:2]


# what was found before


def continued(shop: Path, before: str, now: Policy) -> str:
    """What a model is shown of a question that goes on from one which `before` asked."""
    run = worker(shop)
    earlier = asyncio.run(run.ask("How many orders are there by city?", reader=before))
    assert earlier.answer
    run.rights.policies["user:ada"] = now
    run.turns._calls._model = model = Doing(("refuse", {"reason": "No."}))
    asyncio.run(run.ask("And by customer?", continues=earlier.question.run_id))
    return model.shown[0]


def test_an_earlier_run_is_told_only_to_who_may_see_what_it_was_shown(shop: Path) -> None:
    assert "<earlier>\\nQuestion" in continued(shop, "user:ada", PART)
    assert "<earlier>\\nQuestion" in continued(shop, "user:ada", Policy(NAMES))
    assert "<earlier>\\nQuestion" not in continued(shop, "user:ada", NARROW)
    assert "<earlier>\\nQuestion" not in continued(shop, "user:ada", replace(PART, tables=NAMES[1:]))
    assert "<earlier>\\nQuestion" not in continued(shop, "user:bob", PART)
    assert "<earlier>\\nQuestion" not in continued(shop, "k1", PART)  # an operator saw everything
    assert "<earlier>\\nQuestion" in continued(shop, "k1", Policy(NAMES))


def replayed(shop: Path, now: Policy) -> tuple[bool, Run, Asked]:
    run = worker(shop)
    source = asyncio.run(run.ask("How many orders are there by city?"))
    run.rights.policies["user:ada"] = now
    again = question(database="db", owner="k1", text=source.question.text, reads_as="user:ada", replays=source.question.run_id)

    async def steps() -> bool:
        await run.begin(again)
        activities = ReplayActivities(run.store, run.artifacts, run.explore.warehouse, run.analyze)
        return await activities.replay_explore(RunOrder(again.run_id))

    made = asyncio.run(steps())
    return made, asyncio.run(run.store.run(again.run_id)), run


def test_an_accepted_answer_is_made_again_only_for_who_may_see_what_it_was_made_from(shop: Path) -> None:
    made, run, _ = replayed(shop, PART)
    assert made and run.evidence and run.evidence.caveats.count("Of orders only the rows that the asker may see are counted.") == 1
    made, run, _ = replayed(shop, NARROW)
    assert not made and run.refusal and not run.queries
    assert run.refusal.reason.startswith("The accepted answer was made from data that is not all yours to see any more.")
    made, run, _ = replayed(shop, Policy(NAMES))
    assert made and run.evidence and run.evidence.caveats == ()


def test_two_reports_of_different_rights_are_not_compared(shop: Path) -> None:
    run = worker(shop)
    runs = {}
    for name, policy in (("same", PART), ("again", PART), ("more", Policy(NAMES)), ("less", NARROW)):
        run.rights.policies["user:ada"] = policy
        runs[name] = asyncio.run(run.ask("How many orders are there by city?"))
    alike = {(one, other): asyncio.run(reading.may_be_compared(run.store, runs[one], runs[other])) for one in runs for other in runs}
    assert {pair for pair, may in alike.items() if may} == {(name, name) for name in runs} | {("same", "again"), ("again", "same")}
    operators = asyncio.run(run.ask("How many orders are there by city?", reader="k1"))
    assert asyncio.run(reading.may_be_compared(run.store, operators, operators))
    assert not asyncio.run(reading.may_be_compared(run.store, operators, runs["same"]))


def test_a_report_made_with_other_rights_says_nothing_of_what_changed(shop: Path) -> None:
    made, now, run = replayed(shop, Policy(NAMES))
    assert made
    source = asyncio.run(origin(run.store, now.question.replays or ""))
    assert not asyncio.run(reading.may_be_compared(run.store, source, now))
    assert asyncio.run(ChangeActivities(run.store, run.artifacts).say_changes(RunOrder(now.question.run_id))) is False
