"""ports.Store: one suite for PostgreSQL and for the fake in memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore
from fakes.records import ANSWER, ARTIFACT, EVIDENCE, FINDINGS, RECEIPT, REPORT, query, question, tool_result, turn

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.answer import Answer
from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.evidence import Evidence
from analytics_agent.domain.finding import Findings
from analytics_agent.domain.run import FINISHED, Clarification, Refusal, Run
from analytics_agent.errors import Conflict, ToolRefused, UnknownRun
from analytics_agent.ports import Store

pytestmark = pytest.mark.anyio

AnyStore = PostgresStore | MemoryStore


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


def test_both_are_stores() -> None:
    kept: list[Store] = [MemoryStore(), PostgresStore("postgresql://nobody@127.0.0.1:1/none", Fernet.generate_key().decode())]
    assert len(kept) == 2  # the assignment above is the test: the type checker holds it


# runs


async def test_a_new_run_is_queued_and_reads_as_it_was_asked(store: AnyStore) -> None:
    asked = question(publish=False, formats=("pdf",))
    created = await store.create_run(asked)
    assert created.status == "queued"
    assert created.question == asked
    assert (await store.run(asked.run_id)).question == asked


async def test_the_same_idempotency_key_gives_the_earlier_run(store: AnyStore) -> None:
    first = await store.create_run(question(), idempotency_key="once")
    again = await store.create_run(question(), idempotency_key="once")
    assert again.question.run_id == first.question.run_id
    assert len(await store.runs(owner="k1")) == 1


async def test_an_idempotency_key_for_another_question_is_a_conflict(store: AnyStore) -> None:
    await store.create_run(question(), idempotency_key="once")
    with pytest.raises(Conflict):
        await store.create_run(question(text="How many flights?"), idempotency_key="once")


async def test_two_owners_may_use_the_same_idempotency_key(store: AnyStore) -> None:
    first = await store.create_run(question(owner="k1"), idempotency_key="once")
    second = await store.create_run(question(owner="k2"), idempotency_key="once")
    assert first.question.run_id != second.question.run_id


async def test_concurrent_requests_with_one_key_make_one_run(store: AnyStore) -> None:
    runs = await asyncio.gather(*(store.create_run(question(), idempotency_key="once") for _ in range(8)))
    assert len({run.question.run_id for run in runs}) == 1


async def test_the_same_run_created_again_is_left_as_it_is(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    await store.set_status(asked.run_id, "running")
    assert (await store.create_run(asked)).status == "running"


async def test_an_unknown_run_is_said_to_be_unknown(store: AnyStore) -> None:
    for call in (
        store.run("no"),
        store.set_status("no", "running"),
        store.owner_and_status("no"),
        store.save_document("no", "answer", ANSWER),
    ):
        with pytest.raises(UnknownRun):
            await call


async def test_runs_are_listed_newest_first_by_owner_and_page(store: AnyStore) -> None:
    start = datetime.now(UTC)
    asked = [question(owner=owner, asked_at=start + timedelta(seconds=n)) for n, owner in enumerate(["k1", "k2", "k1", "k1"])]
    for one in asked:
        await store.create_run(one)
    first_page = await store.runs(owner="k1", limit=2)
    assert [run.question.run_id for run in first_page] == [asked[3].run_id, asked[2].run_id]
    rest = await store.runs(owner="k1", before=first_page[-1].question.asked_at)
    assert [run.question.run_id for run in rest] == [asked[0].run_id]
    assert len(await store.runs(owner=None)) == 4


@pytest.mark.parametrize("finished", sorted(FINISHED))
async def test_a_finished_run_is_never_moved(store: AnyStore, finished: str) -> None:
    asked = question()
    await store.create_run(asked)
    assert await store.set_status(asked.run_id, finished, "because")  # type: ignore[arg-type]
    assert not await store.set_status(asked.run_id, "running")
    assert not await store.set_status(asked.run_id, "failed", "late")
    run = await store.run(asked.run_id)
    assert (run.status, run.reason) == (finished, "because")


async def test_owner_and_status_follow_the_run(store: AnyStore) -> None:
    asked = question(owner="k7")
    await store.create_run(asked)
    assert await store.owner_and_status(asked.run_id) == ("k7", "queued")
    await store.set_status(asked.run_id, "running")
    assert await store.owner_and_status(asked.run_id) == ("k7", "running")


async def test_runs_that_were_never_started_are_found(store: AnyStore) -> None:
    old = question(asked_at=datetime.now(UTC) - timedelta(minutes=5))
    started = question(asked_at=datetime.now(UTC) - timedelta(minutes=5))
    for asked in (old, started, question()):
        await store.create_run(asked)
    await store.set_status(started.run_id, "running")
    assert await store.waiting_runs(older_than=timedelta(minutes=1)) == (old.run_id,)


async def test_runs_that_began_and_did_not_finish_are_found_the_oldest_first(store: AnyStore) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    waits, runs, queued, over = question(), question(asked_at=yesterday), question(), question()
    for asked, status in ((waits, "needs_input"), (runs, "running"), (queued, "queued"), (over, "refused")):
        await store.create_run(asked)
        await store.set_status(asked.run_id, status)  # type: ignore[arg-type]
    assert await store.begun_runs() == (runs.run_id, waits.run_id)


async def test_a_run_is_put_together_from_everything_its_steps_made(store: AnyStore) -> None:
    run = await _whole_run(store)
    assert (run.evidence, run.findings, run.answer) == (EVIDENCE, FINDINGS.findings, ANSWER)
    assert (run.report, run.receipt) == (REPORT, RECEIPT)
    assert [kept.id for kept in run.queries] == ["r1"]
    assert run.clarification == Clarification("Which summer?", ("2013", "both"), "2013")
    assert run.turns == 3
    assert run.usage == Usage(300, 60, 3_000, 150, 0.75)
    assert run.timings.model_seconds == pytest.approx(4.5)
    assert run.timings.warehouse_seconds == pytest.approx(0.25)
    assert run.prompts == ("explore.1 4c1e", "synthesize.1 4c1e")


async def test_a_finished_run_reads_the_same_whatever_happens_to_its_parts(store: AnyStore) -> None:
    run_id = (await _whole_run(store)).question.run_id
    await store.set_status(run_id, "succeeded")
    finished = await store.run(run_id)
    await store.save_document(run_id, "answer", replace(ANSWER, headline="Another"))
    await store.add_query(run_id, query(), key="late")
    await store.save_turn(run_id, turn(9))
    assert await store.run(run_id) == finished
    assert finished.answer == ANSWER
    assert finished.finished_at is not None


async def _whole_run(store: AnyStore) -> Run:
    asked = question()
    run_id = asked.run_id
    await store.create_run(asked)
    await store.set_status(run_id, "running")
    await store.add_query(run_id, query(), key="explore/1/c1")
    for kept in (turn(1), turn(2), turn(1, "synthesize")):
        await store.save_turn(run_id, kept)
    for name, record in {"evidence": EVIDENCE, "findings": FINDINGS, "answer": ANSWER, "report": REPORT, "receipt": RECEIPT}.items():
        await store.save_document(run_id, name, record)
    await store.ask_person(run_id, Clarification("Which summer?", ("2013", "both")))
    await store.ask_person(run_id, Clarification("Which summer?", ("2013", "both"), "2013"))
    return await store.run(run_id)


# documents, clarifications


async def test_a_document_is_read_back_as_what_it_was(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    assert await store.document(asked.run_id, "answer", Answer) is None
    await store.save_document(asked.run_id, "answer", ANSWER)
    await store.save_document(asked.run_id, "evidence", EVIDENCE)
    assert await store.document(asked.run_id, "answer", Answer) == ANSWER
    assert await store.document(asked.run_id, "evidence", Evidence) == EVIDENCE


async def test_a_refusal_is_part_of_the_run(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    refusal = Refusal("There is no weather on the route.", "weather", ("weather",), ("What was the weather at the origin?",))
    await store.save_document(asked.run_id, "refusal", refusal)
    await store.set_status(asked.run_id, "refused", refusal.reason)
    assert (await store.run(asked.run_id)).refusal == refusal


async def test_a_question_asked_twice_keeps_its_answer(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    which = Clarification("Which summer?", ("2013", "both"))
    await store.ask_person(asked.run_id, which)
    await store.ask_person(asked.run_id, replace(which, answer="both"))
    await store.ask_person(asked.run_id, which)
    assert await store.clarification(asked.run_id) == replace(which, answer="both")


async def test_the_first_answer_stands(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    which = Clarification("Which summer?", ("2013", "both"))
    await store.ask_person(asked.run_id, which)
    await store.ask_person(asked.run_id, replace(which, answer="both"))
    await store.ask_person(asked.run_id, replace(which, answer="both"))
    with pytest.raises(Conflict):
        await store.ask_person(asked.run_id, replace(which, answer="2013"))


async def test_the_newest_question_to_the_asker_is_the_one_that_counts(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    assert await store.clarification(asked.run_id) is None
    await store.ask_person(asked.run_id, Clarification("Which summer?", ("a", "b"), "a"))
    await store.ask_person(asked.run_id, Clarification("Which airport?", ("a", "b")))
    assert await store.clarification(asked.run_id) == Clarification("Which airport?", ("a", "b"))


# events


async def test_events_count_from_one_and_are_read_after_a_number(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    await store.append_event(asked.run_id, "run", None, {"status": "queued"}, key="queued")
    await store.append_event(asked.run_id, "step", "explore", {"state": "started"}, key="explore")
    await store.append_event(asked.run_id, "run", None, {"status": "queued"}, key="queued")
    events = await store.events(asked.run_id)
    assert [(event.seq, event.kind, event.step, event.data) for event in events] == [
        (1, "run", None, {"status": "queued"}),
        (2, "step", "explore", {"state": "started"}),
    ]
    assert [event.seq for event in await store.events(asked.run_id, after=1)] == [2]
    assert [event.seq for event in await store.events(asked.run_id, limit=1)] == [1]
    assert all(event.at.utcoffset() == timedelta(0) for event in events)


async def test_concurrent_writers_leave_no_gap_and_no_double(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    await asyncio.gather(
        *(store.append_event(asked.run_id, "tool", "explore", {"name": f"t{n % 20}"}, key=f"t{n % 20}") for n in range(40))
    )
    events = await store.events(asked.run_id)
    assert [event.seq for event in events] == list(range(1, 21))
    assert len({event.data["name"] for event in events}) == 20


# the agent loop


async def test_a_turn_that_was_stored_is_not_replaced(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    await store.save_turn(asked.run_id, turn(1))
    await store.save_turn(asked.run_id, turn(1, model="another", seconds=99))
    assert await store.turns(asked.run_id) == (turn(1),)


async def test_turns_are_listed_by_step(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    for kept in (turn(1), turn(2), turn(1, "synthesize")):
        await store.save_turn(asked.run_id, kept)
    assert await store.turns(asked.run_id, "synthesize") == (turn(1, "synthesize"),)
    assert [kept.number for kept in await store.turns(asked.run_id)] == [1, 2, 1]


async def test_tool_results_keep_the_order_in_which_they_came(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    for kept in (tool_result(2, "c9"), tool_result(1, "c3"), tool_result(1, "c2"), tool_result(1, "c3", name="other")):
        await store.save_tool_result(asked.run_id, kept)
    results = await store.tool_results(asked.run_id, "explore")
    assert [(kept.turn, kept.call_id, kept.name) for kept in results] == [
        (1, "c3", "query_metrics"),
        (1, "c2", "query_metrics"),
        (2, "c9", "query_metrics"),
    ]
    assert await store.tool_results(asked.run_id, "analyze") == ()


async def test_results_are_numbered_in_order_and_a_retried_one_keeps_its_id(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    first = await store.add_query(asked.run_id, query(title="first"), key="a")
    second = await store.add_query(asked.run_id, query(title="second"), key="b")
    again = await store.add_query(asked.run_id, query(title="retried"), key="a")
    assert (first.id, second.id) == ("r1", "r2")
    assert again == first
    assert await store.queries(asked.run_id) == (first, second)
    assert await store.query_by_key(asked.run_id, "b") == second
    assert await store.query_by_key(asked.run_id, "c") is None


async def test_a_result_takes_the_number_that_was_kept_for_it_where_it_is_free(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    ids = [(await store.add_query(asked.run_id, query(), key=key, number=number)).id for key, number in (("a", 3), ("b", 1), ("c", 3))]
    assert ids == ["r3", "r1", "r4"]
    assert (await store.add_query(asked.run_id, query(), key="a", number=9)).id == "r3"
    assert (await store.add_query(asked.run_id, query(), key="d")).id == "r5"
    assert [one.id for one in await store.queries(asked.run_id)] == ["r1", "r3", "r4", "r5"]


async def test_two_who_change_a_document_at_once_do_not_lose_what_the_other_wrote(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)

    def one_more(known: Findings | None) -> Findings:
        found = known.findings if known else ()
        return Findings((*found, replace(FINDINGS.findings[0], id=f"f{len(found) + 1}")))

    await asyncio.gather(*(store.change_document(asked.run_id, "findings", Findings, one_more) for _ in range(8)))
    kept = await store.document(asked.run_id, "findings", Findings)
    assert kept and [finding.id for finding in kept.findings] == [f"f{number}" for number in range(1, 9)]


async def test_a_change_that_is_refused_leaves_the_document_as_it_was(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    await store.save_document(asked.run_id, "findings", FINDINGS)

    def refuse(known: Findings | None) -> Findings:
        raise ToolRefused("Enough.")

    with pytest.raises(ToolRefused):
        await store.change_document(asked.run_id, "findings", Findings, refuse)
    assert await store.document(asked.run_id, "findings", Findings) == FINDINGS


async def test_concurrent_results_get_different_ids(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    kept = await asyncio.gather(*(store.add_query(asked.run_id, query(), key=f"q{n}") for n in range(12)))
    assert sorted(int(one.id[1:]) for one in kept) == list(range(1, 13))


async def test_two_runs_number_for_themselves(store: AnyStore) -> None:
    one, two = question(), question()
    for asked in (one, two):
        await store.create_run(asked)
        assert (await store.add_query(asked.run_id, query(), key="a")).id == "r1"


async def test_artifacts_are_references_only(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    assert (await store.add_query(asked.run_id, query(), key="a")).artifact == ARTIFACT
