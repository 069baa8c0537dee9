"""A run of a person reads what that person may read: in prompts, tool results, statements and refusals alike."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from fakes.records import EVIDENCE, query, question, turn
from fakes.rights import MemoryRights
from unit.activities.exploring import BY_CATEGORY, EVERY_TOOL, ORDERS, REFUSE, Explored, Listening, explored, refusal_of, refused
from unit.semantic import shop

from analytics_agent.catalog.restrict import Hidden
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.event import Step
from analytics_agent.domain.orders import RunOrder, TurnOrder
from analytics_agent.domain.rights import Grant
from analytics_agent.errors import NotAllowed, SupersetUnavailable


def test_no_tool_tells_of_a_table_that_is_hidden() -> None:
    """An error repeats the name that the model wrote; beyond that it knows nothing of it. `customers` is also a metric of orders."""
    _, ended, told = explored("orders", calls=EVERY_TOOL)
    assert ended == "refuse"
    for text in told:
        assert not Hidden.of(["order_lines", "visits", "tea", "coffee", "Bergen", "Nearest: stores", "Nearest: products"]).named_in(text)
    results = [json.loads(text) for text in told if text.startswith("{")]
    assert not Hidden.of(["products", "stores"]).named_in(json.dumps(results))
    described = json.loads(told[1])
    assert [each.get("table", each.get("name")) for each in described if "error" not in each] == ["shop", "orders", "orders"]
    assert '"cancelled"' in told[4]


def test_no_prompt_names_a_table_that_is_hidden() -> None:
    run, _, _ = explored("orders", calls=(REFUSE,))
    shown = run.model.shown[0].partition("<dialect>")[2]  # type: ignore[attr-defined]
    assert "orders" in shown
    assert not Hidden.of(["products", "stores", "order_lines", "visits"]).named_in(shown)


def test_who_may_read_everything_is_shown_everything() -> None:
    for run, _, told in (
        explored(everything=True, calls=EVERY_TOOL),
        explored(calls=EVERY_TOOL, asked=question(database="shop", owner="k1")),
    ):
        assert any('"tea"' in text for text in told)
        assert refusal_of(run).reason == "The data does not hold that."


def test_a_run_that_reads_a_database_first_learns_what_its_login_may_do() -> None:
    run, _, _ = explored(everything=True, calls=EVERY_TOOL)
    assert (asyncio.run(run.store.catalog("shop")) or pytest.fail("no catalog")).can_write == ()


def test_superset_is_not_asked_about_an_api_key() -> None:
    run, _, _ = explored(calls=(REFUSE,), asked=question(database="shop", owner="k1"))
    assert run.rights.asked == []


@pytest.mark.parametrize(
    ("readable", "withheld", "said"),
    [
        (("orders",), 0, "1 table of this database, and no others were looked in; an administrator of Superset can grant more."),
        (("orders", "stores"), 0, "2 tables of this database, and no others were looked in; an administrator of Superset can grant more."),
        (("orders",), 1, "more. Row rules apply to you on one of its tables; it is left out, because the agent cannot read the rules."),
        (("orders",), 3, "more. Row rules apply to you on 3 of its tables; they are left out, because the agent cannot read the rules."),
    ],
)
def test_a_refusal_says_that_more_could_be_granted_and_names_nothing(readable: tuple[str, ...], withheld: int, said: str) -> None:
    run, _, _ = explored(*readable, calls=(REFUSE,), withheld=withheld)
    assert refusal_of(run).reason.startswith("The data does not hold that. You may read ")
    assert refusal_of(run).reason.endswith(said)


def test_the_offline_model_answers_from_the_tables_that_may_be_read() -> None:
    run, ended, told = explored("orders", asked=question(database="shop", owner="superset:7", text="How many orders were there by month?"))
    assert ended == "finish", told
    queries = asyncio.run(run.store.queries(run.asked.run_id))
    assert {name for each in queries for name in each.tables} == {"orders"}


@pytest.mark.parametrize("readable", [("stores",), ("orders",), ("visits",), ("products", "customers"), ("order_lines",)], ids="+".join)
@pytest.mark.parametrize("text", ["What was the revenue by category?", "How many visitors came to Oslo?", "orders by region", "hello"])
def test_the_offline_model_ends_calmly_over_any_part(readable: tuple[str, ...], text: str) -> None:
    run, ended, told = explored(*readable, asked=question(database="shop", owner="superset:7", text=text))
    assert ended in {"finish", "refuse", "ask"}, told
    tables = {name for each in asyncio.run(run.store.queries(run.asked.run_id)) for name in each.tables}
    assert tables <= set(readable)
    if ended == "refuse":
        assert "You may read" in refusal_of(run).reason
        assert "semantic-model" not in refusal_of(run).reason


def test_a_database_without_a_semantic_model_is_narrowed_too() -> None:
    run, _, told = explored("orders", calls=(*EVERY_TOOL[:2], REFUSE), semantic_model=None)
    assert not Hidden.of(["order_lines", "visits"]).named_in(told[0])
    assert not Hidden.of(["order_lines", "visits"]).named_in(run.model.shown[0].partition("<dialect>")[2])  # type: ignore[attr-defined]


# no right at all


def test_who_may_not_use_the_database_is_refused_with_who_can_grant_it() -> None:
    rights = MemoryRights()
    rights.error = NotAllowed("You may not ask about this database.", hint="An administrator of Superset can grant it.")
    assert refused(Explored(rights)) == "You may not ask about this database. An administrator of Superset can grant it."


def test_who_may_read_no_table_is_refused_before_a_model_is_paid() -> None:
    assert refused(Explored(MemoryRights())) == ("You may not read any table of this database. An administrator of Superset can grant it.")
    assert "Row rules apply to you on 2 of its tables" in refused(Explored(MemoryRights(withheld=2)))


def test_without_superset_nothing_is_read_and_nothing_is_granted() -> None:
    rights = MemoryRights(everything=True)
    rights.error = SupersetUnavailable("Superset does not answer.")
    run = Explored(rights)

    async def steps() -> None:
        with pytest.raises(SupersetUnavailable):
            await run.begin()
        assert await run.store.document(run.asked.run_id, "rights", Grant) is None
        await run.store.save_document(run.asked.run_id, "briefing", Briefing(None, "f"))
        with pytest.raises(NotAllowed):
            await run.turns.model_turn(TurnOrder(run.asked.run_id, "explore", 1))

    asyncio.run(steps())


# rights that change


def test_a_grant_that_has_ended_is_asked_for_again_before_the_next_tool() -> None:
    run = Explored(
        MemoryRights("orders", "order_lines", "products", lasts=timedelta(seconds=-1)), Listening(("query_metrics", BY_CATEGORY), REFUSE)
    )

    async def narrowed() -> None:
        run.rights.readable = {"orders"}

    async def steps() -> list[str]:
        await run.begin()
        await run.converse(narrowed)
        return await run.told()

    told = asyncio.run(steps())
    assert "There is no metric 'revenue'" in told[0]
    assert "You may read 1 table" in refusal_of(run).reason
    assert len(run.rights.asked) == 2


def test_after_a_persons_answer_the_model_is_told_what_may_be_read_now() -> None:
    run = Explored(MemoryRights("orders", "visits", lasts=timedelta(seconds=-1)), Listening(("search_catalog", {"words": "x"}), REFUSE))

    async def steps() -> list[str]:
        await run.begin()
        run.rights.readable = {"orders"}
        await run.explore.renew_rights(RunOrder(run.asked.run_id))
        await run.turns.model_turn(TurnOrder(run.asked.run_id, "explore", 1))
        return run.model.shown  # type: ignore[attr-defined, no-any-return]

    (shown,) = asyncio.run(steps())
    assert "orders" in shown and "visitors" not in shown


def test_a_grant_that_holds_is_not_asked_for_at_every_tool() -> None:
    run, _, _ = explored("orders", calls=EVERY_TOOL)
    assert len(run.rights.asked) == 1


def test_a_right_that_is_withdrawn_while_a_run_waits_ends_it_and_is_not_told_to_the_model() -> None:
    run = Explored(MemoryRights("orders", lasts=timedelta(seconds=-1)), Listening(("query_metrics", ORDERS), REFUSE))

    async def withdrawn() -> None:
        run.rights.error = NotAllowed("You may not ask about this database.", hint="An administrator of Superset can grant it.")

    async def steps() -> list[str]:
        await run.begin()
        with pytest.raises(NotAllowed):
            await run.converse(withdrawn)
        return await run.told()

    assert asyncio.run(steps()) == []
    assert refusal_of(run).reason.startswith("You may not ask about this database.")


def test_a_table_that_was_dropped_after_the_grant_is_an_unknown_table() -> None:
    run = Explored(
        MemoryRights("orders", "visits"), Listening(("run_sql", {"purpose": "p", "sql": "SELECT count(*) AS n FROM visits"}), REFUSE)
    )

    async def dropped() -> None:
        whole = shop.catalog()
        await run.store.save_catalog(replace(whole, tables=tuple(table for table in whole.tables if table.name != "visits")))

    async def steps() -> list[str]:
        await run.begin()
        await run.converse(dropped)
        return await run.told()

    assert "There is no table" in asyncio.run(steps())[0]


def test_a_table_that_came_after_the_grant_is_hidden() -> None:
    run = Explored(MemoryRights("orders"), Listening(("describe", {"names": ["salaries"]}), REFUSE))

    async def added() -> None:
        whole = shop.catalog()
        await run.store.save_catalog(replace(whole, tables=(*whole.tables, replace(whole.tables[0], name="salaries"))))

    async def steps() -> list[str]:
        await run.begin()
        await run.converse(added)
        return await run.told()

    assert "There is no table salaries" in asyncio.run(steps())[0]


# what else could tell


def test_the_day_that_counts_as_today_is_not_read_from_a_hidden_table() -> None:
    text = shop.TEXT.replace('"as_of": {"date": "2025-06-15"}', '"as_of": {"column": "visits.visited_on"}')
    assert text != shop.TEXT

    async def as_of(*readable: str) -> date | None:
        run = Explored(MemoryRights(*readable), semantic_model=text)
        await run.begin()
        kept = await run.store.document(run.asked.run_id, "briefing", Briefing)
        found: date | None = kept.as_of
        return found

    assert asyncio.run(as_of("orders", "visits")) == date(2025, 3, 1)
    assert asyncio.run(as_of("orders")) == datetime.now(UTC).date()


@pytest.mark.parametrize(("tables", "is_told"), [(("orders",), True), (("orders", "visits"), False)])
def test_an_earlier_run_is_told_only_while_its_tables_may_be_read(tables: tuple[str, ...], is_told: bool) -> None:
    earlier = question(database="shop", owner="superset:7", text="How was March?")
    run = Explored(MemoryRights("orders"), Listening(REFUSE), question(database="shop", owner="superset:7", continues=earlier.run_id))

    async def steps() -> str:
        await run.store.create_run(earlier)
        await run.store.save_turn(earlier.run_id, turn(1))
        await run.store.add_query(earlier.run_id, query(tables=tables, sql="SELECT 1 AS visitors"), key="q")
        await run.store.save_document(earlier.run_id, "evidence", EVIDENCE)
        await run.begin()
        await run.converse()
        return str(run.model.shown[0])  # type: ignore[attr-defined]

    assert ("How was March?" in asyncio.run(steps())) is is_told


@pytest.mark.parametrize("step", ["explore", "synthesize"])
def test_a_model_is_told_that_it_sees_a_part_and_nothing_where_it_sees_everything(step: Step) -> None:
    async def shown(rights: MemoryRights) -> str:
        run = Explored(rights, Listening(REFUSE))
        await run.begin()
        await run.turns.model_turn(TurnOrder(run.asked.run_id, step, 1))
        return str(run.model.shown[0].rpartition("[[")[2])  # type: ignore[attr-defined]

    assert "<rights>\\nThe asker may read 2 tables of this database." in asyncio.run(shown(MemoryRights("orders", "visits")))
    assert "<rights>" not in asyncio.run(shown(MemoryRights("orders", everything=True)))


@pytest.mark.parametrize("step", ["analyze", "synthesize"])
def test_every_step_of_a_follow_up_knows_the_question_before_it(step: Step) -> None:
    earlier = question(database="shop", text="How was March?")
    run = Explored(MemoryRights(), Listening(REFUSE), question(database="shop", text="Why?", continues=earlier.run_id))

    async def steps() -> str:
        await run.store.create_run(earlier)
        await run.begin()
        await run.turns.model_turn(TurnOrder(run.asked.run_id, step, 1))
        return str(run.model.shown[0])  # type: ignore[attr-defined]

    assert "How was March?" in asyncio.run(steps())


def test_the_grant_is_kept_with_the_run() -> None:
    run, _, _ = explored("orders", calls=(REFUSE,), withheld=2)
    kept = asyncio.run(run.store.document(run.asked.run_id, "rights", Grant))
    assert (kept.policy.tables, kept.withheld) == ((TableName("main", "orders"),), 2)
    assert kept.until > datetime.now(UTC)
