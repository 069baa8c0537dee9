"""Progress over a real socket: in order, resumable, ended when the run has."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from fakes.records import question
from integration.api.server import Server

from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.api import events as api_events

pytestmark = pytest.mark.anyio


@pytest.fixture
async def http(server: Server, key: str) -> AsyncIterator[httpx2.AsyncClient]:
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(base_url=server.address, headers=headers, timeout=20, trust_env=False) as client:
        yield client


@pytest.fixture
async def run_id(store: PostgresStore, key: str) -> str:
    """A queued run of the key's owner, with its first event."""
    record = await store.authenticate(key)
    assert record is not None
    asked = question(owner=record.id)
    await store.create_run(asked)
    await store.append_event(asked.run_id, "run", None, {"status": "queued"}, key="queued")
    return asked.run_id


async def _finish(store: PostgresStore, run_id: str) -> None:
    """As the workers do it: the event just before the status."""
    await store.append_event(run_id, "run", None, {"status": "succeeded"}, key="succeeded")
    await store.set_status(run_id, "succeeded")


async def _read(http: httpx2.AsyncClient, run_id: str, **options: Any) -> list[dict[str, Any]]:
    async with http.sse(f"/v1/analyses/{run_id}/events", **options) as source:
        assert source.response.headers["content-type"].startswith("text/event-stream")
        messages = [message async for message in source]
    assert [message.id for message in messages] == [str(json.loads(message.data)["seq"]) for message in messages]
    return [json.loads(message.data) for message in messages]


async def test_events_come_as_they_happen_and_the_stream_ends_with_the_run(
    http: httpx2.AsyncClient, store: PostgresStore, run_id: str
) -> None:
    reading = asyncio.create_task(_read(http, run_id))
    for number in range(3):
        await asyncio.sleep(0.15)
        await store.append_event(run_id, "query", "explore", {"id": f"r{number}", "title": "a\nb\u2028c"}, key=f"q{number}")
    await _finish(store, run_id)
    events = await asyncio.wait_for(reading, 10)
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5]
    assert [event["kind"] for event in events] == ["run", "query", "query", "query", "run"]
    assert events[1]["data"]["title"] == "a\nb\u2028c"
    assert events[1]["step"] == "explore"


async def test_an_event_is_seen_soon_after_it_happened(http: httpx2.AsyncClient, store: PostgresStore, run_id: str) -> None:
    async with http.sse(f"/v1/analyses/{run_id}/events") as source:
        messages = aiter(source)
        await anext(messages)
        await asyncio.sleep(0.5)
        await store.append_event(run_id, "warning", None, {"message": "x"}, key="w")
        written = time.monotonic()
        await asyncio.wait_for(anext(messages), 5)
        assert time.monotonic() - written < 4


@pytest.mark.parametrize("resume", [{"headers": {"Last-Event-ID": "2"}}, {"params": {"after": 2}}])
async def test_a_reader_goes_on_where_it_broke_off(
    http: httpx2.AsyncClient, store: PostgresStore, run_id: str, resume: dict[str, Any]
) -> None:
    for number in range(3):
        await store.append_event(run_id, "tool", "explore", {"name": str(number)}, key=str(number))
    await _finish(store, run_id)
    assert [event["seq"] for event in await _read(http, run_id, **resume)] == [3, 4, 5]


async def test_what_the_browser_remembers_wins_over_the_first_address(http: httpx2.AsyncClient, store: PostgresStore, run_id: str) -> None:
    await _finish(store, run_id)
    assert [event["seq"] for event in await _read(http, run_id, headers={"Last-Event-ID": "1"}, params={"after": 0})] == [2]


async def test_a_reader_that_has_seen_all_of_a_finished_run_is_told_not_to_come_back(
    http: httpx2.AsyncClient, store: PostgresStore, run_id: str
) -> None:
    await _finish(store, run_id)
    answer = await http.get(f"/v1/analyses/{run_id}/events", headers={"Last-Event-ID": "2"})
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("sent", ["x", "-1", "1" * 30, "1.5", "\u00b2"])
async def test_a_senseless_last_event_id_is_refused(http: httpx2.AsyncClient, run_id: str, sent: str) -> None:
    answer = await http.get(f"/v1/analyses/{run_id}/events", headers={"Last-Event-ID": sent.encode()})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


async def test_the_last_event_is_held_back_until_the_run_reads_as_finished(
    http: httpx2.AsyncClient, store: PostgresStore, run_id: str
) -> None:
    async with http.sse(f"/v1/analyses/{run_id}/events", params={"after": 1}) as source:
        await store.append_event(run_id, "run", None, {"status": "succeeded"}, key="succeeded")
        late = asyncio.create_task(_later(store, run_id))
        assert json.loads((await anext(aiter(source))).data)["data"] == {"status": "succeeded"}
        document = (await http.get(f"/v1/analyses/{run_id}")).json()
        await late
    assert document["status"] == "succeeded"


async def _later(store: PostgresStore, run_id: str) -> None:
    await asyncio.sleep(0.5)
    await store.set_status(run_id, "succeeded")


async def test_a_finished_run_without_its_last_event_still_ends_the_stream(
    http: httpx2.AsyncClient, store: PostgresStore, run_id: str
) -> None:
    reading = asyncio.create_task(_read(http, run_id))
    await asyncio.sleep(0.3)
    await store.set_status(run_id, "failed", "The worker died.")
    assert [event["seq"] for event in await asyncio.wait_for(reading, 10)] == [1]


async def test_a_quiet_stream_says_that_it_lives(http: httpx2.AsyncClient, run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_events, "HEARTBEAT_SECONDS", 0.3)
    async with http.stream("GET", f"/v1/analyses/{run_id}/events", params={"after": 1}) as answer:
        assert await asyncio.wait_for(anext(answer.aiter_bytes()), 5) == b": waiting\n\n"


async def test_many_readers_of_one_run_all_see_all_of_it(http: httpx2.AsyncClient, store: PostgresStore, run_id: str) -> None:
    readers = [asyncio.create_task(_read(http, run_id)) for _ in range(20)]
    await asyncio.sleep(0.3)
    for number in range(5):
        await store.append_event(run_id, "tool", "explore", {"name": str(number)}, key=str(number))
    await _finish(store, run_id)
    for events in await asyncio.wait_for(asyncio.gather(*readers), 20):
        assert [event["seq"] for event in events] == list(range(1, 8))


# the JSON long poll

JSON = {"Accept": "application/json"}


async def test_a_poll_gives_what_there_is_at_once(http: httpx2.AsyncClient, run_id: str) -> None:
    answer = await http.get(f"/v1/analyses/{run_id}/events", headers=JSON, params={"wait": 10})
    assert answer.json()["events"][0]["data"] == {"status": "queued"}
    assert (answer.json()["next"], answer.json()["status"]) == (1, "queued")
    assert answer.elapsed.total_seconds() < 5


async def test_a_poll_waits_for_the_next_event_and_no_longer(http: httpx2.AsyncClient, store: PostgresStore, run_id: str) -> None:
    address = f"/v1/analyses/{run_id}/events"
    waiting = asyncio.create_task(http.get(address, headers=JSON, params={"after": 1, "wait": 10}))
    await asyncio.sleep(0.3)
    await store.append_event(run_id, "tool", "explore", {"name": "x"}, key="x")
    answer = await asyncio.wait_for(waiting, 5)
    assert [event["seq"] for event in answer.json()["events"]] == [2]
    empty = await http.get(address, headers=JSON, params={"after": 2, "wait": 0.3})
    assert (empty.json()["events"], empty.json()["next"]) == ([], 2)


async def test_a_poll_of_a_finished_run_does_not_wait(http: httpx2.AsyncClient, store: PostgresStore, run_id: str) -> None:
    await _finish(store, run_id)
    answer = await http.get(f"/v1/analyses/{run_id}/events", headers=JSON, params={"after": 2, "wait": 10})
    assert (answer.json()["events"], answer.json()["status"]) == ([], "succeeded")
    assert answer.elapsed.total_seconds() < 5


async def test_nobody_waits_longer_than_ten_seconds(http: httpx2.AsyncClient, run_id: str) -> None:
    answer = await http.get(f"/v1/analyses/{run_id}/events", headers=JSON, params={"wait": 11})
    assert answer.status_code == 422


async def test_no_key_is_in_the_access_log(http: httpx2.AsyncClient, key: str, run_id: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await http.get(f"/v1/analyses/{run_id}")
    assert f"/v1/analyses/{run_id}" in caplog.text
    assert key not in caplog.text
