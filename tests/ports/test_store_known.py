"""ports.Store: what a call works on, read at one moment; and events that are stored with what they tell of."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore
from fakes.records import EVIDENCE, FINDINGS, catalog, query, question, tool_result, turn

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.database import Database
from analytics_agent.domain.event import News
from analytics_agent.domain.evidence import Evidence, Query
from analytics_agent.domain.finding import Findings
from analytics_agent.domain.question import StepModels
from analytics_agent.domain.tier import BY_RULE, TIER, Tier
from analytics_agent.errors import UnknownDatabase, UnknownRun
from analytics_agent.store_ports import Known

pytestmark = pytest.mark.anyio

AnyStore = PostgresStore | MemoryStore
FLIGHTS = Database("flights", "postgresql://reader:secret@127.0.0.1/flights", "postgres", added_at=datetime(2026, 1, 1, tzinfo=UTC))
TOLD = News("tool", "explore", {"name": "describe"}, key="tool:1")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["postgres", "memory"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[AnyStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    url = request.getfixturevalue("postgres_database")
    migrate(url)
    postgres = PostgresStore(url, Fernet.generate_key().decode())
    yield postgres
    await postgres.close()


async def a_run(store: AnyStore) -> str:
    asked = question()
    await store.create_run(asked)
    return asked.run_id


async def filled(store: AnyStore) -> str:
    run_id = await a_run(store)
    await store.save_database(FLIGHTS)
    await store.save_catalog(catalog())
    for kept in (turn(1), turn(2), turn(1, "analyze")):
        await store.save_turn(run_id, kept)
    for result in (tool_result(2, "c9"), tool_result(1, "c3"), tool_result(1, "c2"), tool_result(1, "c3", step="analyze")):
        await store.save_tool_result(run_id, result)
    await store.add_query(run_id, query(), key="late", number=12)
    await store.add_query(run_id, query(), key="soon", number=3)
    await store.save_document(run_id, "evidence", EVIDENCE)
    await store.pause_model("opus", 60)
    return run_id


async def everything(known: Known, run_id: str) -> list[object]:
    return [
        replace(await known.run(run_id), timings=None),  # type: ignore[arg-type]  seconds run on
        await known.turns(run_id, "explore"),
        await known.turns(run_id),
        await known.tool_results(run_id, "explore"),
        await known.tool_results(run_id, "analyze"),
        await known.queries(run_id),
        [await known.query_by_key(run_id, key) for key in ("late", "soon", "never")],
        await known.document(run_id, "evidence", Evidence),
        await known.document(run_id, "findings", Findings),
        await known.database("flights"),
        await known.catalog("flights"),
        await known.catalog("shop"),
        round(await known.model_pause("opus"), -1),
        await known.model_pause("haiku"),
    ]


async def test_what_is_known_at_a_moment_is_what_the_store_says_piece_by_piece(store: AnyStore) -> None:
    run_id = await filled(store)
    assert await everything(await store.known(run_id, "explore"), run_id) == await everything(store, run_id)


async def test_it_is_known_of_a_run_that_has_ended_too(store: AnyStore) -> None:
    run_id = await filled(store)
    await store.set_status(run_id, "cancelled")
    assert await everything(await store.known(run_id, "explore"), run_id) == await everything(store, run_id)


async def test_what_is_stored_later_is_not_in_it(store: AnyStore) -> None:
    run_id = await filled(store)
    known = await store.known(run_id, "explore")
    before = await everything(known, run_id)
    await store.save_turn(run_id, turn(3))
    await store.save_tool_result(run_id, tool_result(3, "c1"))
    await store.add_query(run_id, query(), key="never")
    await store.save_document(run_id, "findings", FINDINGS)
    await store.save_database(replace(FLIGHTS, schema="other"))
    own = [place for place in range(len(before)) if place not in (2, 10)]  # turns of every step, and a catalog, may be read anew
    after = await everything(known, run_id)
    assert [after[place] for place in own] == [before[place] for place in own]


async def test_a_catalog_that_was_read_anew_is_known(store: AnyStore) -> None:
    run_id = await filled(store)
    assert (found := await (await store.known(run_id, "explore")).catalog("flights")) and found.fingerprint == "f1"
    await store.save_catalog(catalog(fingerprint="f2", read_at=datetime.now(UTC)))
    assert (found := await (await store.known(run_id, "explore")).catalog("flights")) and found.fingerprint == "f2"


async def test_of_another_run_it_is_asked_anew(store: AnyStore) -> None:
    run_id, other = await filled(store), await a_run(store)
    known = await store.known(run_id, "explore")
    await store.save_document(other, "evidence", EVIDENCE)
    await store.add_query(other, query(), key="late")
    assert (await known.run(other)).question.run_id == other
    assert await known.document(other, "evidence", Evidence) == EVIDENCE
    assert (found := await known.query_by_key(other, "late")) and found.id == "r1"
    assert [one.id for one in await known.queries(other)] == ["r1"]
    assert await known.turns(other, "explore") == await known.tool_results(other, "explore") == ()


async def test_a_database_that_was_removed_is_unknown_and_a_run_too(store: AnyStore) -> None:
    run_id = await filled(store)
    await store.remove_database("flights")
    known = await store.known(run_id, "explore")
    assert await known.catalog("flights") is None
    with pytest.raises(UnknownDatabase):
        await known.database("flights")
    with pytest.raises(UnknownRun):
        await store.known("none", "explore")


# events stored with what they tell of


async def test_what_is_told_of_a_turn_a_call_or_a_result_is_stored_with_it_once(store: AnyStore) -> None:
    run_id = await a_run(store)
    for _ in range(2):
        await store.save_turn(run_id, turn(1), News("turn", "explore", {"turn": 1}, key="turn:1"))
        await store.save_tool_result(run_id, tool_result(1), TOLD)
        await store.add_query(run_id, query(), key="a", news=_told)
    assert [(event.seq, event.kind, event.data) for event in await store.events(run_id)] == [
        (1, "turn", {"turn": 1}),
        (2, "tool", {"name": "describe"}),
        (3, "query", {"id": "r1"}),
    ]


def _told(stored: Query) -> News:
    return News("query", "explore", {"id": stored.id}, key=f"query:{stored.id}")


async def test_a_call_that_was_stored_without_a_word_is_told_when_it_is_stored_again(store: AnyStore) -> None:
    run_id = await a_run(store)
    await store.save_tool_result(run_id, tool_result(1))
    await store.save_tool_result(run_id, tool_result(1), TOLD)
    assert [event.data for event in await store.events(run_id)] == [{"name": "describe"}]


async def test_many_who_store_and_tell_at_once_leave_no_gap_and_nothing_out(store: AnyStore) -> None:
    run_id = await a_run(store)
    await asyncio.gather(
        *(store.save_tool_result(run_id, tool_result(n), News("tool", "explore", {}, key=f"tool:{n}")) for n in range(8)),
        *(store.append_event(run_id, "warning", None, {}, key=f"w{n}") for n in range(8)),
        *(store.save_turn(run_id, turn(n), News("turn", "explore", {}, key=f"turn:{n}")) for n in range(8)),
        *(store.add_query(run_id, query(), key=f"q{n}", news=_told) for n in range(8)),
    )
    assert [event.seq for event in await store.events(run_id)] == list(range(1, 33))
    assert len(await store.tool_results(run_id, "explore")) == len(await store.turns(run_id)) == len(await store.queries(run_id)) == 8


async def test_the_result_of_a_call_of_no_run_is_refused(store: AnyStore) -> None:
    with pytest.raises(UnknownRun):
        await store.save_tool_result("none", tool_result(1), TOLD)


async def test_a_run_that_is_answered_by_rule_has_that_model_until_it_is_handed_over(store: AnyStore) -> None:
    opus = "claude-opus-4-7"
    asked = question(model=opus, models=StepModels(opus, opus, opus), offline_first=True)
    await store.create_run(asked)
    await store.save_document(asked.run_id, TIER, Tier())
    for run in (await store.run(asked.run_id), await (await store.known(asked.run_id, "explore")).run(asked.run_id)):
        assert (run.question.model, run.question.models, run.notices) == ("offline", StepModels(*["offline"] * 3), (BY_RULE,))
    await store.save_document(asked.run_id, TIER, Tier(stands=False))
    run = await store.run(asked.run_id)
    assert (run.question, run.notices) == (asked, ())
