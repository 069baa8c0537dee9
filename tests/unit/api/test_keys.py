"""Keys over HTTP: scopes, an end, databases, a person's rights; and what each of them keeps from a key."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fakes.api import Api
from fakes.records import question

from analytics_agent.api import events
from analytics_agent.domain.database import Database
from analytics_agent.domain.rights import Principal

pytestmark = pytest.mark.anyio

ASKED = {"question": "How late were flights?", "database": "flights"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    made = await Api().prepare()
    await made.store.save_database(Database("secret", "postgresql://reader:geheim@host/secret"))
    return made


async def made(api: Api, **body: Any) -> Any:
    answer = await api.client(api.admin).post("/v1/keys", json={"name": "laptop"} | body)
    assert answer.status_code == 201, answer.text
    return answer.json()


SCOPES = [
    # scopes, may read, ask, schedule, administer
    (["read"], True, False, False, False),
    (["ask"], True, True, False, False),
    (["schedule"], True, False, True, False),
    (["ask", "schedule"], True, True, True, False),
    (["admin"], True, True, True, True),
]


async def test_a_scope_allows_what_it_says_and_no_more(api: Api) -> None:
    for scopes, *allowed in SCOPES:
        client = api.client((await made(api, scopes=scopes))["key"])
        answers = [
            (await client.get("/v1/analyses")).status_code == 200,
            (await client.post("/v1/analyses", json=ASKED)).status_code == 202,
            (await client.post("/v1/schedules", json={})).status_code == 422,  # a body that is wrong is judged after the right to send it
            (await client.get("/v1/keys")).status_code == 200,
        ]
        assert answers == allowed, scopes


async def test_a_key_that_ran_out_is_told_so(api: Api) -> None:
    later = (datetime.now(UTC) + timedelta(days=90)).isoformat()
    assert (await api.client((await made(api, expires_at=later))["key"]).get("/v1/me")).json()["expires_at"] is not None
    _, key = await api.store.create_key("old", ["ask"], expires_at=datetime.now(UTC) - timedelta(seconds=1))
    answer = await api.client(key).get("/v1/me")
    assert answer.status_code == 401
    assert answer.json()["detail"].startswith("This key ran out at ")
    assert key not in answer.text


NONSENSE: list[dict[str, Any]] = [
    {"expires_at": "2020-01-01T00:00:00Z"},
    {"expires_at": "2090-01-01T00:00:00"},
    {"databases": []},
    {"databases": ["nowhere"]},
    {"as": "nobody"},
    {"scopes": ["admin"], "databases": ["flights"]},
    {"scopes": ["admin"], "as": "7"},
    {"quota": {"requests_per_minute": 0}},
    {"quota": {"per_hour": 5}},
]


async def test_a_key_that_means_nothing_is_not_made(api: Api) -> None:
    before = len(await api.store.keys())
    for body in NONSENSE:
        answer = await api.client(api.admin).post("/v1/keys", json={"name": "x"} | body)
        assert answer.status_code == 422, (body, answer.text)
    assert len(await api.store.keys()) == before


async def test_a_key_for_some_databases_sees_no_other_anywhere(api: Api) -> None:
    client = api.client((await made(api, databases=["flights"]))["key"])
    assert [one["name"] for one in (await client.get("/v1/databases")).json()["databases"]] == ["flights"]
    assert (await client.post("/v1/analyses", json=ASKED)).status_code == 202
    answers = [
        await client.post("/v1/analyses", json=ASKED | {"database": "secret"}),
        await client.get("/v1/databases/secret/catalog"),
        await client.get("/v1/databases/secret/queue"),
        await client.get("/v1/databases/secret/search?words=x"),
        await client.post("/v1/analyses", json=ASKED | {"database": "nowhere"}),
    ]
    assert {answer.json()["type"] for answer in answers} == {"urn:analytics-agent:unknown-database"}
    assert answers[0].json()["detail"].replace("secret", "nowhere") == answers[-1].json()["detail"]
    await api.store.remove_database("flights")
    assert "secret" not in (await client.get("/v1/databases/flights/catalog")).text


async def test_a_key_with_a_persons_rights_reads_as_that_person_and_is_shown_no_catalog(api: Api) -> None:
    key = await made(api, **{"as": "7"})
    assert key["reads_as"] == "superset:7"
    client = api.client(key["key"])
    run = (await client.post("/v1/analyses", json=ASKED)).json()["id"]
    asked = (await api.store.run(run)).question
    assert (asked.owner, asked.reader) == (key["id"], "superset:7")
    assert (await client.get("/v1/databases/flights/catalog")).status_code == 403
    assert (await client.get("/v1/databases/flights/search?words=carrier")).status_code == 403
    assert "tables" not in {name for name, value in (await client.get("/v1/databases")).json()["databases"][0].items() if value}
    unknown = await client.post("/v1/analyses", json=ASKED | {"database": "flihgts"})
    assert "flights" not in unknown.json()["detail"]


def test_a_limited_key_administers_nothing_whatever_its_scopes_say() -> None:
    from analytics_agent.api.authentication import ADMIN, ASK, may

    for limited in (Principal("k1", "x", ("admin",), databases=("a",)), Principal("k1", "x", ("admin",), reads_as="user:ada")):
        assert not may(limited, ADMIN)
    assert may(Principal("k1", "x", ("admin",)), ASK)


async def test_a_stream_ends_when_its_key_is_revoked(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_KEY_SECONDS", 0.05)
    key = await made(api)
    asked = question(owner=key["id"])
    await api.store.create_run(asked)
    await api.store.append_event(asked.run_id, "run", None, {"status": "queued"}, key="queued")
    frames: list[bytes] = []

    async def read() -> None:
        frames.extend([frame async for frame in events._stream(api.store, asked.run_id, 0, Principal(key["id"], "laptop", ("ask",)))])

    reading = asyncio.create_task(read())
    await asyncio.sleep(0.3)
    assert not reading.done()
    await api.store.revoke_key(key["id"])
    await asyncio.wait_for(reading, 3)
    assert len(frames) == 1


async def test_the_last_administrator_that_does_not_run_out_stays(api: Api) -> None:
    client = api.client(api.admin)
    me = (await client.get("/v1/me")).json()["id"]
    await made(api, scopes=["admin"], expires_at=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    assert (await client.delete(f"/v1/keys/{me}")).status_code == 409
    await made(api, scopes=["admin"])
    assert (await client.delete(f"/v1/keys/{me}")).status_code == 204
