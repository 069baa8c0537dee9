"""What no model outside may see is not there for a run in which one reads along, whoever asks; our own model sees all of it."""

import asyncio
import json
from dataclasses import replace

import pytest
from fakes.records import question
from fakes.rights import MemoryRights
from unit.activities.exploring import EVERY_TOOL, REFUSE, Explored, Listening, refusal_of, refused
from unit.activities.test_elsewhere import offered
from unit.semantic import shop

from analytics_agent.activities.rights import RunRights, kept_grant
from analytics_agent.adapters.offline.model import OfflineModel
from analytics_agent.api.document import document
from analytics_agent.catalog.restrict import Hidden
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.notices import NOT_FOR_MODELS
from analytics_agent.domain.policy import OPEN, Mask, Policy, TablePolicy
from analytics_agent.domain.question import Question, StepModels
from analytics_agent.domain.rights import GRANT, Grant
from analytics_agent.errors import NotAllowed

CLAUDE = "claude-opus-4-7"
SHOWN = Policy(
    tuple(TableName("main", name) for name in ("orders", "stores", "customers")),
    (TablePolicy("main", "stores", hidden=("city",)), TablePolicy("main", "orders", (("status = 'sent'",),))),
)
"""Of six tables three, of these one without a column and one with a part of its rows."""


def run_of(asked: Question, models: Policy = SHOWN, readable: tuple[str, ...] | None = None) -> Explored:
    rights = MemoryRights(*(readable or ()), everything=readable is None)
    rights.models = models
    return Explored(rights, Listening(*EVERY_TOOL), asked=asked)


def explored(asked: Question, models: Policy = SHOWN, readable: tuple[str, ...] | None = None) -> tuple[Explored, str]:
    """The run, and all that its model was shown."""
    run = run_of(asked, models, readable)

    async def steps() -> list[str]:
        await run.begin()
        await run.converse()
        return await run.told()

    told = asyncio.run(steps())
    shown = run.model.shown[0].partition("<dialect>")[2]  # type: ignore[attr-defined]
    return run, shown + json.dumps(told)


def asked_with(model: str = CLAUDE, **changes: object) -> Question:
    return question(database="shop", model=model, text="What was the revenue in March?", **changes)


IN_NO_WAY = Hidden.of(["order_lines", "visits", "tea", "coffee", "Bergen"])


def test_an_operators_run_with_a_model_outside_does_not_show_it_what_it_may_not_see() -> None:
    run, shown = explored(asked_with())
    assert not IN_NO_WAY.named_in(shown)
    assert "orders" in shown
    assert "ask with --model offline" in refusal_of(run).reason


def test_our_own_model_sees_everything() -> None:
    run, shown = explored(asked_with("offline"))
    assert all(Hidden.of([name]).named_in(shown) for name in ("order_lines", "visits", "tea"))
    assert asyncio.run(run.store.run(run.asked.run_id)).notices == ()


@pytest.mark.parametrize(
    "models",
    [
        StepModels("offline", "offline", CLAUDE),
        StepModels("offline", CLAUDE, "offline"),
        StepModels("offline", "offline", "offline", fallback=CLAUDE),
    ],
)
def test_one_step_of_a_model_outside_is_enough_and_so_is_one_that_may_take_over(models: StepModels) -> None:
    _, shown = explored(asked_with("offline", models=models))
    assert not IN_NO_WAY.named_in(shown)


def test_a_person_sees_through_a_model_what_both_may_see() -> None:
    run, shown = explored(asked_with(owner="superset:7"), readable=("stores", "order_lines"))
    assert not IN_NO_WAY.named_in(shown)
    assert not Hidden.of(["customers"]).named_in(shown)
    kept = asyncio.run(run.store.document(run.asked.run_id, GRANT, Grant))
    assert kept.policy.tables == (TableName("main", "stores"),)
    assert {table.name for table in kept.of_reader.tables} == {"stores", "order_lines"}


def test_the_answer_says_that_a_part_was_not_shown_to_models() -> None:
    run, _ = explored(asked_with())
    found = asyncio.run(run.store.run(run.asked.run_id))
    assert NOT_FOR_MODELS in found.notices
    assert NOT_FOR_MODELS in document(found)["notices"]


@pytest.mark.parametrize("models", [OPEN, Policy(SHOWN.tables)])
def test_nothing_is_said_where_nothing_was_taken_away(models: Policy) -> None:
    """Of what this person may read, everything may be shown."""
    run, _ = explored(asked_with(owner="superset:7"), models, readable=("orders",))
    assert asyncio.run(run.store.run(run.asked.run_id)).notices == ()


def test_where_a_model_may_be_shown_nothing_that_the_asker_may_read_the_run_is_refused_before_it_is_paid() -> None:
    run = run_of(asked_with(owner="superset:7"), Policy((TableName("main", "visits"),)), readable=("orders",))
    assert refused(run) == "A model outside may not be shown any table of this database that you may read. Ask with --model offline."


def test_what_a_statement_of_such_a_run_counts_is_what_may_be_shown() -> None:
    count = ("run_sql", {"purpose": "orders", "sql": "SELECT count(*) AS n FROM orders"})
    everybody = Explored(MemoryRights(everything=True), Listening(count, REFUSE), asked=asked_with("offline"))
    through_a_model = Explored(MemoryRights(everything=True), Listening(count, REFUSE), asked=asked_with())
    through_a_model.rights.models = SHOWN
    assert [_counted(everybody), _counted(through_a_model)] == [5, 4]
    stored = asyncio.run(through_a_model.store.queries(through_a_model.asked.run_id))
    assert stored[0].caveats == ("Of orders only the rows that the model and the asker may see are counted.",)


def _counted(run: Explored) -> int:
    async def steps() -> int:
        await run.begin()
        await run.converse()
        stored = await run.store.queries(run.asked.run_id)
        return int((await run.artifacts.get_table(stored[0].artifact)).column(0)[0].as_py())

    return asyncio.run(steps())


def test_the_offline_model_beside_a_model_outside_ends_calmly() -> None:
    run = run_of(asked_with("offline", models=StepModels("offline", CLAUDE, CLAUDE)))
    run.model = OfflineModel()

    async def steps() -> str | None:
        await run.begin()
        return await run.converse()

    assert asyncio.run(steps()) in {"finish", "refuse", "ask"}


@pytest.mark.parametrize("again", [False, True])
def test_an_operators_run_that_is_under_way_when_models_are_limited_ends(again: bool) -> None:
    """What its model was shown before would be told to it again with every turn; also where it begins again after a budget was raised."""
    count = ("run_sql", {"purpose": "lines", "sql": "SELECT count(*) AS n FROM order_lines"})
    run = run_of(asked_with(), OPEN)
    run.model = Listening(count, REFUSE)

    async def steps() -> None:
        await run.begin()
        await run.converse()
        run.rights.models = SHOWN
        own, database, catalog = (
            RunRights(run.store, run.rights),
            Database("shop", "duckdb:///shop", "duckdb", None, shop.TEXT),
            shop.catalog(),
        )
        await (own.ask if again else own.current)(run.asked, database, catalog)

    with pytest.raises(NotAllowed, match="has changed"):
        asyncio.run(steps())


def test_another_database_is_not_offered_by_names_that_the_model_may_not_see() -> None:
    rights = MemoryRights(everything=True)
    rights.models = Policy((TableName("public", "holidays"),))
    assert offered("salaries", rights=rights, model=CLAUDE) == ()
    assert offered("salaries", rights=rights) != ()


def test_the_key_of_hashes_is_there_where_statements_are_checked_and_is_kept_nowhere() -> None:
    rights, asked = MemoryRights(everything=True), asked_with()
    rights.key = "not for anybody's eyes"
    rights.models = Policy(rules=(), tables=None)
    hashed = Policy((TableName("main", "stores"),), (TablePolicy("main", "stores", masks=(Mask("city", "hash"),)),), rights.key)
    rights.models = hashed
    run = Explored(rights, Listening(REFUSE), asked=asked)

    async def steps() -> tuple[Grant, Grant, Grant | None]:
        await run.store.create_run(asked)
        database, catalog = Database("shop", "duckdb:///shop", "duckdb", None, shop.TEXT), shop.catalog()
        own = RunRights(run.store, rights)
        begun, later = await own.ask(asked, database, catalog), await own.current(asked, database, catalog)
        assert (await kept_grant(run.store, asked)).policy.hash_key == ""
        return begun, later, await run.store.document(asked.run_id, GRANT, Grant)

    begun, later, kept = asyncio.run(steps())
    assert {begun.policy, later.policy} == {hashed}
    assert kept is not None
    assert kept.policy == replace(hashed, hash_key="")
    assert kept.of_reader == OPEN
