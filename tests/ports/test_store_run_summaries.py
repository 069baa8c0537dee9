"""ports.Store: runs as a list shows them, one suite for PostgreSQL and for the fake in memory."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore
from fakes.records import ANSWER, EVIDENCE, FINDINGS, RECEIPT, REPORT, query, question, turn
from fakes.run_summary import summary_of
from sqlalchemy.event import listen

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.period import Span
from analytics_agent.domain.replay import Replayed
from analytics_agent.domain.report import Receipt
from analytics_agent.domain.run import Clarification

pytestmark = pytest.mark.anyio

AnyStore = PostgresStore | MemoryStore
REPLAYED = Replayed("r0", "How late in summer 2014?", date(2014, 8, 31), "year", Span(date(2014, 6, 1), date(2014, 9, 1)), "summer 2014")


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


async def test_a_summary_says_of_every_run_what_the_whole_run_says(store: AnyStore) -> None:
    working, done, asks, again, bare = [await _stored(store, n) for n in range(5)]
    for one in (working, done):
        await _work(store, one)
    await store.ask_person(asks, Clarification("Which summer?", ("a", "b"), "a"))
    await store.ask_person(asks, Clarification("Which airport?", ("a", "b")))
    await store.save_document(again, "replayed", REPLAYED)
    assert await _summed_up(store) == [bare, again, asks, done, working]
    await store.set_status(done, "succeeded")
    await store.set_status(again, "refused", "There is no weather.")
    assert await _summed_up(store) == [bare, again, asks, done, working]


async def test_a_finished_run_is_listed_as_it_was_whatever_happens_to_its_parts(store: AnyStore) -> None:
    run_id = await _stored(store)
    await _work(store, run_id)
    await store.set_status(run_id, "succeeded")
    (finished,) = await store.run_summaries(owner="k1")
    await store.save_document(run_id, "answer", replace(ANSWER, headline="Another"))
    await store.save_document(run_id, "receipt", Receipt())
    await store.save_turn(run_id, turn(9))
    await store.ask_person(run_id, Clarification("Which airport?", ("a", "b")))
    assert await store.run_summaries(owner="k1") == (finished,)
    assert (finished.headline, finished.html, finished.pdf) == (ANSWER.headline, REPORT.html, REPORT.pdf)
    assert (finished.dashboard_url, finished.cost_usd) == (RECEIPT.dashboard_url, 0.5)
    assert finished.clarification == Clarification("Which summer?", ("2013", "both"), "2013")


async def test_a_run_without_an_answer_is_listed_without_what_an_answer_has(store: AnyStore) -> None:
    await store.set_status(await _stored(store), "failed", "The database did not answer.")
    (failed,) = await store.run_summaries(owner="k1")
    assert (failed.status, failed.reason) == ("failed", "The database did not answer.")
    assert (failed.headline, failed.html, failed.pdf, failed.dashboard_url, failed.clarification, failed.replayed) == (None,) * 6
    assert failed.cost_usd == 0 and failed.finished_at is not None


async def test_summaries_have_the_pages_of_their_runs(store: AnyStore) -> None:
    start = datetime.now(UTC)
    asked = [question(owner=owner, asked_at=start + timedelta(seconds=n)) for n, owner in enumerate(["k1", "k2", "k1", "k1"])]
    for one in asked:
        await store.create_run(one)
    first_page = await store.run_summaries(owner="k1", limit=2)
    rest = await store.run_summaries(owner="k1", before=first_page[-1].question.asked_at)
    assert [one.question.run_id for one in (*first_page, *rest)] == [asked[n].run_id for n in (3, 2, 0)]
    assert await store.run_summaries(owner="nobody") == ()


async def test_a_page_of_summaries_is_one_statement_however_many_runs_it_has(postgres_database: str) -> None:
    migrate(postgres_database)
    store = PostgresStore(postgres_database, Fernet.generate_key().decode())
    for n in range(6):
        await _work(store, run_id := await _stored(store, n))
        if n % 2:
            await store.set_status(run_id, "succeeded")
    statements: list[str] = []
    listen(store.engine.sync_engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    assert len(await store.run_summaries(owner=None)) == 6
    await store.close()
    assert len(statements) == 1


async def _stored(store: AnyStore, second: int = 0) -> str:
    asked = question(asked_at=datetime.now(UTC) + timedelta(seconds=second - 10), schedule="s1", replays="r0")
    return (await store.create_run(asked)).question.run_id


async def _work(store: AnyStore, run_id: str) -> None:
    await store.set_status(run_id, "running")
    await store.add_query(run_id, query(), key="explore/1/c1")
    for kept in (turn(1), turn(1, "synthesize")):
        await store.save_turn(run_id, kept)
    for name, record in {"evidence": EVIDENCE, "findings": FINDINGS, "answer": ANSWER, "report": REPORT, "receipt": RECEIPT}.items():
        await store.save_document(run_id, name, record)
    await store.ask_person(run_id, Clarification("Which summer?", ("2013", "both"), "2013"))


async def _summed_up(store: AnyStore) -> list[str]:
    """Ids of the summaries, held to what the whole runs say; a run that goes on is a moment older in one of them."""
    listed, whole = await store.run_summaries(owner=None), [summary_of(run) for run in await store.runs(owner=None)]
    assert [replace(one, seconds=0) for one in listed] == [replace(one, seconds=0) for one in whole]
    assert [one.seconds for one in listed] == pytest.approx([one.seconds for one in whole], abs=5)
    return [one.question.run_id for one in listed]
