"""Quotas, keys and the audit log over real sockets: two processes' worth of API share one PostgreSQL, and count together."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from fakes.records import question
from integration.api.server import Server

from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.audit import AuditFilter
from analytics_agent.domain.quota import Quota

pytestmark = pytest.mark.anyio

ASKED = {"question": "How late were flights?", "database": "flights"}


@pytest.fixture
def second(server: Server, caplog: pytest.LogCaptureFixture) -> Iterator[Server]:
    """Another API over the same store. Both hold the same limits."""
    caplog.set_level(logging.CRITICAL, "uvicorn.error")
    server.stop()
    server.quota = Quota(requests_per_minute=20, questions_at_once=3)
    server.start()
    running = Server(server.url, server.encryption_key, server.artifacts, quota=server.quota)
    running.start()
    yield running
    running.stop()


def client(server: Server, key: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=server.address, headers={"Authorization": f"Bearer {key}"}, timeout=20, trust_env=False)


async def test_two_processes_count_together(server: Server, second: Server, store: PostgresStore, key: str) -> None:
    async with client(server, key) as one, client(second, key) as other:
        first = await asyncio.gather(*(http.post("/v1/analyses", json=ASKED) for _ in range(4) for http in (one, other)))
        statuses = [answer.status_code for answer in first]
        assert (statuses.count(202), statuses.count(429)) == (3, 5), [answer.text for answer in first]
        assert {answer.headers["retry-after"] for answer in first if answer.status_code == 429} == {"5"}
        answers = await asyncio.gather(*(http.get("/v1/me") for _ in range(30) for http in (one, other)))
        refused = [answer for answer in answers if answer.status_code == 429]
        # 20 a minute, 8 of them gone; where a minute ended meanwhile, 20 more.
        assert 20 <= len(refused) <= 48
        assert 1 <= int(refused[0].headers["retry-after"]) <= 60
    assert len(await store.runs(owner=None)) == 3


async def test_a_key_is_useless_at_once_in_every_process_and_an_open_stream_ends(
    server: Server, second: Server, store: PostgresStore
) -> None:
    record, key = await store.create_key("laptop", ["ask"])
    asked = question(owner=record.id)
    await store.create_run(asked)
    await store.append_event(asked.run_id, "run", None, {"status": "queued"}, key="queued")

    async def follow(http: httpx2.AsyncClient) -> int:
        async with http.stream("GET", f"/v1/analyses/{asked.run_id}/events", headers={"Accept": "text/event-stream"}) as stream:
            return len([chunk async for chunk in stream.aiter_bytes()])

    async with client(server, key) as one, client(second, key) as other:
        following = asyncio.create_task(follow(one))
        assert (await other.get("/v1/me")).status_code == 200
        await store.revoke_key(record.id)
        for http in (one, other):
            assert (await http.get("/v1/me")).status_code == 401
        assert await asyncio.wait_for(following, 10) >= 1
    assert (await store.owner_and_status(asked.run_id))[1] == "queued"  # what was asked goes on


async def test_a_key_is_nowhere_but_with_its_holder(server: Server, store: PostgresStore, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _, admin = await store.create_key("admin", ["admin"])
    async with client(server, admin) as http:
        made: Any = (await http.post("/v1/keys", json={"name": "laptop", "databases": ["flights"]})).json()
        _, old = await store.create_key("old", ["ask"], expires_at=datetime.now(UTC) - timedelta(days=1))
        async with client(server, old) as ended:
            answers = [await ended.get("/v1/me")]
        async with client(server, made["key"]) as laptop:
            answers += [await laptop.post("/v1/analyses", json=ASKED), await laptop.get("/v1/keys"), await laptop.get("/v1/me")]
        answers += [await http.get("/v1/keys"), await http.get("/v1/audit")]
    assert [answer.status_code for answer in answers] == [401, 202, 403, 200, 200, 200]
    told = caplog.text + "".join(answer.text for answer in answers) + repr(await store.audit(AuditFilter()))
    for key in (made["key"], old, admin):
        assert key not in told
    lines = await store.audit(AuditFilter())
    assert [line.entry.act for line in lines] == ["refused", "asked", "added"]
    assert replace(lines[0].entry, at=lines[1].entry.at).actor == made["id"]
