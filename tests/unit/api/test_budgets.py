"""Raising the budget of a run that was stopped at one, over HTTP."""

import httpx2
import pytest
from fakes.api import Api
from fakes.records import query, question, turn

from analytics_agent.api.services import Limits
from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.question import Budget
from analytics_agent.domain.run import RunStatus
from analytics_agent.domain.spending import Spending, Stop

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


STOP = Stop("run", "usd", 0.5, 0.41, 0.14)


async def stopped(api: Api, status: RunStatus = "over_budget", stop: Stop | None = STOP, **changes: object) -> str:
    asked = question(**({"owner": api.owner, "budget": Budget(usd=0.5)} | changes))
    await api.store.create_run(asked)
    await api.store.add_query(asked.run_id, query(), key="a")
    await api.store.save_turn(asked.run_id, turn())
    if stop:
        await api.store.save_document(asked.run_id, "stopped", stop)
    await api.store.set_status(asked.run_id, status, "Stopped.")
    return asked.run_id


async def raised(api: Api, run_id: str, key: str | None = None, **body: object) -> httpx2.Response:
    return await api.client(key or api.ask).post(f"/v1/analyses/{run_id}/budget", json=body)


async def test_a_raised_run_is_queued_and_started_anew(api: Api) -> None:
    run_id = await stopped(api)
    answered = await raised(api, run_id, usd=1.0)
    document = answered.json()
    assert (answered.status_code, document["status"], document["reason"]) == (202, "queued", None)
    assert (document["budget"], document["stopped"]) == ({"tokens": None, "usd": 1.0}, None)
    assert [one["id"] for one in document["queries"]] == ["r1"]
    assert api.runner.again == [run_id]


async def test_a_run_that_is_cancelled_when_it_was_just_raised_does_not_go_on(api: Api) -> None:
    """Its workflow of before may still be ending: asked to stop, that one would take the cancellation with it."""
    run_id = await stopped(api)
    await api.runner.start(run_id)
    assert (await raised(api, run_id, usd=1.0)).status_code == 202
    answered = await api.client(api.ask).post(f"/v1/analyses/{run_id}/cancel")
    assert (answered.status_code, answered.json()["status"]) == (202, "cancelled")
    assert not await api.store.set_status(run_id, "running", opening=2)
    told = [event.data["status"] for event in await api.store.events(run_id) if event.kind == "run"]
    assert told == ["queued", "cancelled"]


async def test_the_document_says_what_stopped_it_and_what_it_may_be_raised_to(api: Api) -> None:
    run_id = await stopped(api)
    document = (await api.client(api.ask).get(f"/v1/analyses/{run_id}")).json()
    assert document["stopped"] == {"pool": "run", "unit": "usd", "limit": 0.5, "used": 0.41, "needs": 0.14, "raise_to": 1.0}
    assert document["partial"] is False


async def test_a_second_click_finds_that_it_goes_on(api: Api) -> None:
    run_id = await stopped(api)
    assert (await raised(api, run_id, usd=1.0)).status_code == 202
    again = await raised(api, run_id, usd=2.0)
    assert (again.status_code, again.json()["detail"]) == (409, "The run goes on already.")
    assert api.runner.again == [run_id]


@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled", "refused"])
async def test_a_run_that_ended_otherwise_has_nothing_to_go_on_with(api: Api, status: RunStatus) -> None:
    answered = await raised(api, await stopped(api, status), usd=1.0)
    assert (answered.status_code, answered.json()["detail"]) == (409, "The run was not stopped at a budget.")


@pytest.mark.parametrize(
    ("body", "field", "word"),
    [
        ({}, "usd", "at least $0.55"),
        ({"usd": 0.52}, "usd", "at least $0.55"),
        ({"usd": 0.2}, "usd", "already"),
        ({"tokens": 10_000}, "usd", "at least $0.55"),
        ({"usd": 0}, "usd", "greater than 0"),
        ({"usd": "much"}, "usd", "number"),
        ({"eur": 5}, "eur", "not known"),
    ],
)
async def test_a_budget_at_which_it_would_stop_again_is_refused(api: Api, body: dict[str, object], field: str, word: str) -> None:
    run_id = await stopped(api)
    answered = await raised(api, run_id, **body)
    assert answered.status_code == 422
    assert word in answered.text
    assert field in answered.text
    assert (await api.store.run(run_id)).status == "over_budget"
    assert api.runner.again == []


async def test_a_day_that_was_used_up_needs_no_other_budget(api: Api) -> None:
    run_id = await stopped(api, stop=Stop("person", "usd", 5.0, 4.9, 0.2))
    assert (await raised(api, run_id)).status_code == 202
    assert (await api.store.run(run_id)).question.budget == Budget(usd=0.5)


async def test_somebody_elses_run_looks_as_if_it_were_not_there(api: Api) -> None:
    run_id = await stopped(api, owner="somebody")
    assert (await raised(api, run_id, usd=1.0)).status_code == 404
    assert (await raised(api, run_id, api.admin, usd=1.0)).status_code == 202


async def test_a_person_may_raise_it_as_far_as_the_operators_allow(api: Api) -> None:
    api.limits = Limits("offline", budget=Budget(usd=0.6))
    run_id = await stopped(api, owner="superset:7")
    client = api.person(7)
    assert (await client.get(f"/v1/analyses/{run_id}")).json()["stopped"]["raise_to"] == 0.6
    refused = await client.post(f"/v1/analyses/{run_id}/budget", json={"usd": 0.7})
    assert (refused.status_code, refused.json()["detail"]) == (403, "The operators let one question use at most $0.60.")
    assert (await client.post(f"/v1/analyses/{run_id}/budget", json={"usd": 0.6})).status_code == 202


async def test_a_person_at_the_operators_limit_is_not_offered_more(api: Api) -> None:
    api.limits = Limits("offline", budget=Budget(usd=0.5))
    run_id = await stopped(api, owner="superset:7")
    assert (await api.person(7).get(f"/v1/analyses/{run_id}")).json()["stopped"]["raise_to"] is None


async def test_while_the_engine_is_down_it_stays_queued(api: Api) -> None:
    run_id = await stopped(api)
    api.runner.away = True
    answered = await raised(api, run_id, usd=1.0)
    assert answered.status_code == 503
    assert "goes on when that is back" in answered.text
    assert (await api.store.run(run_id)).status == "queued"


async def test_me_tells_what_is_left_of_the_day(api: Api) -> None:
    api.limits = Limits("offline", person=Budget(usd=5.0), installation=Budget(tokens=1_000_000))
    asked = question(owner=api.owner)
    await api.store.create_run(asked)
    await api.store.save_turn(asked.run_id, turn(usage=Usage(1_000, 200, cost_usd=1.25)))
    me = (await api.client(api.ask).get("/v1/me")).json()
    assert me["today"] == {
        "limit": {"tokens": None, "usd": 5.0},
        "used": {"tokens": 1_200, "usd": 1.25},
        "left": {"tokens": None, "usd": 3.75},
    }
    assert me["today_all"] is None
    everybody = (await api.client(api.admin).get("/v1/me")).json()
    assert everybody["today_all"]["left"] == {"tokens": 998_800, "usd": None}
    assert everybody["today"]["used"] == {"tokens": Spending().tokens, "usd": 0.0}


async def test_costs_are_told_by_kind_of_run(api: Api) -> None:
    for workflow in ("asked", "evaluation"):
        asked = question(owner=api.owner, workflow=workflow)
        await api.store.create_run(asked)
        await api.store.save_turn(asked.run_id, turn())
    costs = (await api.client(api.ask).get("/v1/costs?by=workflow")).json()
    assert [line["group"] for line in costs["costs"]] == ["asked", "evaluation"]
