"""Requests a minute, questions a day and at once: refused with a sentence, before anything is done."""

import pytest
from fakes.api import Api
from fakes.records import question

from analytics_agent.api.services import Limits
from analytics_agent.domain.quota import Quota
from analytics_agent.errors import StoreUnavailable

pytestmark = pytest.mark.anyio

ASKED = {"question": "How late were flights?", "database": "flights"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    return await Api().prepare()


async def test_without_a_limit_nothing_is_counted_and_nothing_said(api: Api) -> None:
    answer = await api.client(api.ask).get("/v1/me")
    assert not [name for name in answer.headers if name.startswith("ratelimit")]


async def test_more_requests_than_a_minute_has_are_refused_with_when_to_come_back(api: Api) -> None:
    api.limits = Limits("offline", quota=Quota(requests_per_minute=3))
    client = api.client(api.ask)
    answers = [await client.get("/v1/me") for _ in range(5)]
    if answers[3].status_code == 200:  # a minute ended just then
        answers = [await client.get("/v1/me") for _ in range(5)]
    assert answers[0].headers["ratelimit-policy"] == '"minute";q=3;w=60'
    assert answers[0].headers["ratelimit"].startswith('"minute";r=2;t=')
    refused = answers[-1]
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:analytics-agent:too-many")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit"].startswith('"minute";r=0;t=')
    assert "More than 3 requests in this minute" in refused.json()["detail"]
    assert (await api.client(api.other).get("/v1/me")).status_code == 200


async def test_what_is_refused_does_nothing(api: Api) -> None:
    api.limits = Limits("offline", quota=Quota(requests_per_minute=1))
    client = api.client(api.ask)
    await client.get("/v1/me")
    await client.get("/v1/me")  # whatever the minute, one of the next two is too many
    refused = await client.post("/v1/analyses", json=ASKED)
    assert refused.status_code == 429
    assert await api.store.runs(owner=api.owner) == ()


async def test_each_person_is_counted_alone_and_not_the_service_that_speaks_for_them(api: Api) -> None:
    api.limits = Limits("offline", quota=Quota(requests_per_minute=1))
    for user in (7, 8, 9):
        assert (await api.person(user).get("/v1/me")).status_code == 200


async def test_following_a_run_counts_once_a_minute_however_often_the_line_breaks(api: Api) -> None:
    run_id = await api.finished_run()
    api.limits = Limits("offline", quota=Quota(requests_per_minute=4))
    client, accept = api.client(api.ask), {"Accept": "application/json"}
    for after in range(4):
        assert (await client.get(f"/v1/analyses/{run_id}/events?after={after}", headers=accept)).status_code == 200
    assert (await client.get("/v1/me")).status_code == 200
    streams = [await client.get(f"/v1/analyses/{run_id}/events", headers=accept) for _ in range(10)]
    assert streams[-1].status_code == 429  # and no more often than anything else


async def test_following_many_runs_at_once_is_no_way_around_the_limit(api: Api) -> None:
    api.limits = Limits("offline", quota=Quota(requests_per_minute=4))
    client = api.client(api.ask)
    said = [(await client.get(f"/v1/analyses/run{run}/events")).status_code for _ in range(10) for run in range(10)]
    assert 90 <= said.count(429) < 100  # four of them and four of other requests; a minute may have ended between


async def test_a_key_has_its_own_limit_where_it_was_given_one(api: Api) -> None:
    api.limits = Limits("offline", quota=Quota(requests_per_minute=1, questions_per_day=1))
    _, key = await api.store.create_key("big", ["ask"], quota=Quota(requests_per_minute=50))
    client = api.client(key)
    answers = [await client.get("/v1/me") for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[0].json()["quota"] == {"requests_per_minute": 50, "questions_per_day": 1, "questions_at_once": None}


async def test_more_questions_than_a_day_has_are_refused_before_they_are_stored(api: Api) -> None:
    api.limits = Limits("offline", quota=Quota(questions_per_day=1))
    client = api.client(api.ask)
    first = await client.post("/v1/analyses", json=ASKED, headers={"Idempotency-Key": "a"})
    again = await client.post("/v1/analyses", json=ASKED, headers={"Idempotency-Key": "a"})
    assert first.json()["id"] == again.json()["id"]
    refused = await client.post("/v1/analyses", json=ASKED)
    assert (refused.status_code, refused.json()["type"]) == (429, "urn:analytics-agent:too-many")
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    assert len(await api.store.runs(owner=api.owner)) == 1


async def test_a_question_may_be_asked_when_one_of_those_at_once_is_answered(api: Api) -> None:
    api.limits = Limits("offline", quota=Quota(questions_at_once=1))
    asked = question(owner=api.owner)
    await api.store.create_run(asked)
    client = api.client(api.ask)
    refused = await client.post("/v1/analyses", json=ASKED)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
    await api.store.set_status(asked.run_id, "succeeded")
    assert (await client.post("/v1/analyses", json=ASKED)).status_code == 202


async def test_where_it_cannot_be_counted_nothing_is_answered(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    api.limits = Limits("offline", quota=Quota(requests_per_minute=5))

    async def away(owner: str) -> None:
        raise StoreUnavailable("The application store does not answer.")

    monkeypatch.setattr(api.store, "count_request", away)
    assert (await api.client(api.ask).get("/v1/me")).status_code == 503
