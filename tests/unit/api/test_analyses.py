"""Runs over HTTP: asking, reading, cancelling, answering."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from fakes.api import Api
from fakes.memory_store import MemoryStore
from fakes.records import question

from analytics_agent.api import outbox
from analytics_agent.api.app import create_app
from analytics_agent.api.outbox import start_waiting
from analytics_agent.api.services import Limits, Services
from analytics_agent.domain.event import Event
from analytics_agent.domain.question import Budget
from analytics_agent.domain.run import Clarification, RunStatus
from analytics_agent.errors import ServiceUnreachable, StoreUnavailable

pytestmark = pytest.mark.anyio

ASKED = {"question": "How late were flights?", "database": "flights"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


async def test_a_question_is_accepted_and_started(api: Api) -> None:
    answer = await api.client(api.ask).post("/v1/analyses", json=ASKED)
    assert answer.status_code == 202
    document = answer.json()
    assert answer.headers["location"] == f"/v1/analyses/{document['id']}"
    assert (document["status"], document["question"], document["model"]) == ("queued", ASKED["question"], "offline")
    assert api.runner.started == [document["id"]]
    events = await api.store.events(document["id"])
    assert [(event.kind, event.data) for event in events] == [("run", {"status": "queued"})]


async def test_everything_that_was_asked_for_reaches_the_run(api: Api) -> None:
    client = api.client(api.ask)
    first = (await client.post("/v1/analyses", json=ASKED)).json()["id"]
    wanted = {"model": "claude-opus-4-7", "publish": False, "formats": ["pdf", "pdf"], "budget": {"tokens": 5, "usd": 0.5}}
    answer = await client.post("/v1/analyses", json=ASKED | wanted | {"as_of": "2013-12-31", "continue": first, "schema": " sales "})
    asked = (await api.store.run(answer.json()["id"])).question
    assert (asked.model, asked.publish, asked.formats) == ("claude-opus-4-7", False, ("pdf",))
    assert asked.budget == Budget(5, 0.5)
    assert str(asked.as_of) == "2013-12-31"
    assert (asked.continues, asked.schema, asked.owner) == (first, "sales", api.owner)


async def test_what_is_left_out_takes_the_settings_value(api: Api) -> None:
    api.limits = Limits("claude-opus-4-7", budget=Budget(1_000, 2.5), publish=False)
    answer = await api.client(api.ask).post("/v1/analyses", json=ASKED | {"budget": {"usd": 1.0}})
    asked = (await api.store.run(answer.json()["id"])).question
    assert (asked.model, asked.publish, asked.budget) == ("claude-opus-4-7", False, Budget(1_000, 1.0))


# idempotency


async def test_the_same_key_and_body_give_the_same_run(api: Api) -> None:
    client = api.client(
        api.ask,
    )
    first, second = [await client.post("/v1/analyses", json=ASKED, headers={"Idempotency-Key": "a b"}) for _ in range(2)]
    assert first.json()["id"] == second.json()["id"]
    assert api.runner.started == [first.json()["id"]]


async def test_a_repeated_request_for_a_run_that_has_begun_gives_it_as_it_is(api: Api) -> None:
    client = api.client(api.ask)
    first = await client.post("/v1/analyses", json=ASKED, headers={"Idempotency-Key": "once"})
    await api.store.set_status(first.json()["id"], "running")
    second = await client.post("/v1/analyses", json=ASKED, headers={"Idempotency-Key": "once"})
    assert (second.status_code, second.json()["status"]) == (200, "running")


async def test_the_same_key_with_another_body_is_a_conflict(api: Api) -> None:
    client = api.client(api.ask)
    await client.post("/v1/analyses", json=ASKED, headers={"Idempotency-Key": "once"})
    other = await client.post("/v1/analyses", json=ASKED | {"publish": False}, headers={"Idempotency-Key": "once"})
    assert (other.status_code, other.json()["type"]) == (409, "urn:analytics-agent:conflict")


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "tab\there"])
async def test_an_unusable_idempotency_key_is_refused(api: Api, key: str) -> None:
    answer = await api.client(api.ask).post("/v1/analyses", json=ASKED, headers={"Idempotency-Key": key})
    assert answer.status_code == 422


# the engine is away


async def test_without_a_key_a_run_that_cannot_start_has_failed(api: Api) -> None:
    api.runner.away = True
    answer = await api.client(api.ask).post("/v1/analyses", json=ASKED)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    (run,) = await api.store.runs(owner=api.owner)
    assert run.status == "failed"
    assert "could not be started" in (run.reason or "")
    assert [event.data["status"] for event in await api.store.events(run.question.run_id)] == ["queued", "failed"]


async def test_with_a_key_the_retry_starts_the_same_run(api: Api) -> None:
    client, once = api.client(api.ask), {"Idempotency-Key": "once"}
    api.runner.away = True
    refused = await client.post("/v1/analyses", json=ASKED, headers=once)
    (run,) = await api.store.runs(owner=api.owner)
    assert refused.status_code == 503
    assert run.question.run_id in refused.json()["hint"]
    assert run.status == "queued"
    api.runner.away = False
    retried = await client.post("/v1/analyses", json=ASKED, headers=once)
    assert (retried.status_code, retried.json()["id"]) == (202, run.question.run_id)
    assert api.runner.started == [run.question.run_id]


async def test_a_run_that_was_stored_and_never_started_is_started_later(api: Api) -> None:
    forgotten = question(owner=api.owner, asked_at=datetime.now(UTC) - timedelta(minutes=1))
    await api.store.create_run(forgotten)
    await api.store.create_run(question(owner=api.owner))
    await start_waiting(api.services())
    assert api.runner.started == [forgotten.run_id]
    api.runner.away = True
    with pytest.raises(ServiceUnreachable):
        await start_waiting(api.services())


async def test_waiting_runs_are_looked_for_again_after_a_failure(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "EVERY_SECONDS", 0.01)
    forgotten = question(owner=api.owner, asked_at=datetime.now(UTC) - timedelta(minutes=1))
    await api.store.create_run(forgotten)
    api.runner.away = True
    looking = asyncio.create_task(outbox.keep_settling(api.services()))
    await asyncio.sleep(0.05)
    assert (looking.done(), api.runner.started) == (False, [])
    api.runner.away = False
    await asyncio.sleep(0.05)
    looking.cancel()
    assert api.runner.started == [forgotten.run_id]


async def test_a_defect_that_ends_the_settling_is_said_at_once(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_: Services) -> None:
        raise LookupError

    monkeypatch.setattr(outbox, "keep_settling", broken)
    app = create_app(api.services())
    async with app.router.lifespan_context(app):
        await asyncio.sleep(0.05)
        assert "is not settled any more: LookupError" in caplog.text


@pytest.mark.parametrize("status", ["running", "needs_input"])
async def test_a_run_that_the_engine_lost_has_failed_and_says_so(api: Api, status: RunStatus) -> None:
    lost, works, queued = question(owner=api.owner), question(owner=api.owner), question(owner=api.owner)
    for asked in (lost, works, queued):
        await api.store.create_run(asked)
    for asked in (lost, works):
        await api.store.set_status(asked.run_id, status)
    finished = await api.finished_run()
    api.runner.lost = {lost.run_id, queued.run_id, finished}
    assert [await outbox.end_lost(api.services()) for _ in range(2)] == [1, 0]
    run, (event,) = await api.store.run(lost.run_id), await api.store.events(lost.run_id)
    assert (run.status, run.reason) == ("failed", outbox.LOST) and event.data == {"status": "failed", "reason": outbox.LOST}
    assert [(await api.store.run(each)).status for each in (works.run_id, queued.run_id, finished)] == [status, "queued", "succeeded"]


async def test_a_run_that_ended_in_the_engine_before_it_began_has_failed(api: Api) -> None:
    ended = question(owner=api.owner, asked_at=datetime.now(UTC) - timedelta(minutes=1))
    await api.store.create_run(ended)
    api.runner.lost = {ended.run_id}
    await start_waiting(api.services())
    assert (await api.store.run(ended.run_id)).status == "failed"


async def test_no_run_is_held_for_lost_while_the_engine_is_away(api: Api) -> None:
    asked = question(owner=api.owner)
    await api.store.create_run(asked)
    await api.store.set_status(asked.run_id, "running")
    api.runner.away = True
    with pytest.raises(ServiceUnreachable):
        await outbox.end_lost(api.services())
    assert (await api.store.run(asked.run_id)).status == "running"


async def test_an_event_stream_ends_when_the_store_goes_away(api: Api) -> None:
    class GoesAway(MemoryStore):
        async def events(self, run_id: str, *, after: int = 0, limit: int = 500) -> tuple[Event, ...]:
            if after:
                raise StoreUnavailable("The application store does not answer.")
            return await super().events(run_id, after=after, limit=limit)

    api.store = GoesAway()
    await api.prepare()
    client = api.client(api.ask)
    run_id = (await client.post("/v1/analyses", json=ASKED)).json()["id"]
    answer = await asyncio.wait_for(client.get(f"/v1/analyses/{run_id}/events"), 5)
    assert (answer.status_code, answer.text.count("data: ")) == (200, 1)


# reading


async def test_a_run_is_read_by_its_owner_and_by_an_administrator(api: Api) -> None:
    run_id = await api.finished_run()
    for key in (api.ask, api.admin):
        answer = await api.client(key).get(f"/v1/analyses/{run_id}")
        assert (answer.status_code, answer.json()["answer"]["summary"]) == (200, "Frontier was 20.2 min late.")


PATHS = ("", "/events", "/results/r1.csv", "/results/r1.json", "/results/r1.parquet", "/report.html", "/report.pdf")


@pytest.mark.parametrize("path", PATHS)
async def test_somebody_elses_run_looks_as_if_it_were_not_there(api: Api, path: str) -> None:
    theirs = await api.finished_run()
    client = api.client(api.other)
    foreign, missing = await client.get(f"/v1/analyses/{theirs}{path}"), await client.get(f"/v1/analyses/{'0' * len(theirs)}{path}")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.text.replace(theirs, "") == missing.text.replace("0" * len(theirs), "")
    assert foreign.headers == missing.headers


@pytest.mark.parametrize("path", ["cancel", "answer"])
async def test_somebody_elses_run_cannot_be_steered(api: Api, path: str) -> None:
    theirs = await api.finished_run()
    answer = await api.client(api.other).post(f"/v1/analyses/{theirs}/{path}", json={"text": "x"})
    assert answer.status_code == 404
    assert (api.runner.cancelled, api.runner.answered) == ([], [])


@pytest.mark.parametrize("run_id", ["%00", "a%00b", "..%2f..", "%F0%9F%92%A9", "x" * 3000, "%ff"])
async def test_strange_run_ids_are_just_unknown(api: Api, run_id: str) -> None:
    answer = await api.client(api.ask).get(f"/v1/analyses/{run_id}")
    assert answer.status_code == 404
    assert len(answer.text) < 500


async def test_runs_are_listed_for_their_owner_page_by_page(api: Api) -> None:
    client = api.client(api.ask)
    asked = [(await client.post("/v1/analyses", json=ASKED)).json()["id"] for _ in range(3)]
    await api.client(api.other).post("/v1/analyses", json=ASKED)
    first = (await client.get("/v1/analyses", params={"limit": 2})).json()
    rest = (await client.get("/v1/analyses", params={"limit": 2, "before": first["next"]})).json()
    assert [run["id"] for run in first["analyses"] + rest["analyses"]] == asked[::-1]
    assert rest["next"] is None


async def test_only_an_administrator_lists_everybodys_runs(api: Api) -> None:
    await api.finished_run()
    assert (await api.client(api.other).get("/v1/analyses", params={"everyone": True})).status_code == 403
    assert len((await api.client(api.admin).get("/v1/analyses", params={"everyone": True})).json()["analyses"]) == 1
    assert (await api.client(api.admin).get("/v1/analyses")).json()["analyses"] == []


# cancelling


async def test_a_started_run_is_asked_to_stop(api: Api) -> None:
    client = api.client(api.ask)
    run_id = (await client.post("/v1/analyses", json=ASKED)).json()["id"]
    answer = await client.post(f"/v1/analyses/{run_id}/cancel")
    assert answer.status_code == 202
    assert api.runner.cancelled == [run_id]


async def test_a_run_that_never_started_is_cancelled_at_once(api: Api) -> None:
    asked = question(owner=api.owner)
    await api.store.create_run(asked)
    for _ in range(2):
        answer = await api.client(api.ask).post(f"/v1/analyses/{asked.run_id}/cancel")
        assert (answer.status_code, answer.json()["status"]) == (202, "cancelled")


async def test_a_finished_run_cannot_be_cancelled(api: Api) -> None:
    run_id = await api.finished_run()
    answer = await api.client(api.ask).post(f"/v1/analyses/{run_id}/cancel")
    assert (answer.status_code, answer.json()["detail"]) == (409, "The run has already finished: succeeded.")


# answering


async def _waiting_run(api: Api) -> str:
    asked = question(owner=api.owner)
    await api.store.create_run(asked)
    await api.store.ask_person(asked.run_id, Clarification("Which summer?", ("2013", "both")))
    await api.store.set_status(asked.run_id, "needs_input")
    return asked.run_id


async def _answer(api: Api, run_id: str, text: object) -> httpx2.Response:
    return await api.client(api.ask).post(f"/v1/analyses/{run_id}/answer", json={"text": text})


async def test_an_answer_reaches_the_store_and_then_the_run(api: Api) -> None:
    run_id = await _waiting_run(api)
    answer = await _answer(api, run_id, " both ")
    assert answer.status_code == 202
    assert answer.json()["clarification"] == {"question": "Which summer?", "readings": ["2013", "both"], "answer": "both"}
    assert api.runner.answered == [run_id]


async def test_an_answer_can_be_sent_again_but_not_changed(api: Api) -> None:
    run_id = await _waiting_run(api)
    api.runner.away = True
    assert (await _answer(api, run_id, "both")).status_code == 503
    api.runner.away = False
    assert (await _answer(api, run_id, "both")).status_code == 202
    assert api.runner.answered == [run_id]
    assert (await _answer(api, run_id, "2013")).status_code == 409


async def test_an_answer_of_which_the_run_was_never_told_is_told_with_the_next_try(api: Api) -> None:
    """The API died after storing the first one: whatever is sent next must not leave the run waiting for a week."""
    run_id = await _waiting_run(api)
    await api.store.ask_person(run_id, Clarification("Which summer?", ("2013", "both"), "both"))
    assert (await _answer(api, run_id, "2013")).status_code == 409
    assert api.runner.answered == [run_id]


async def test_an_answer_to_a_run_that_was_lost_is_not_left_waiting(api: Api) -> None:
    run_id = await _waiting_run(api)
    api.runner.lost = {run_id}
    answer = await _answer(api, run_id, "both")
    assert (answer.json()["status"], answer.json()["reason"]) == ("failed", outbox.LOST)


async def test_a_run_that_does_not_wait_takes_no_answer(api: Api) -> None:
    run_id = await api.finished_run()
    assert (await _answer(api, run_id, "both")).status_code == 409


@pytest.mark.parametrize("text", ["", " ", "x" * 2_001, "a\0b", 7, None])
async def test_an_unusable_answer_is_refused(api: Api, text: object) -> None:
    run_id = await _waiting_run(api)
    assert (await _answer(api, run_id, text)).status_code == 422
    assert api.runner.answered == []
