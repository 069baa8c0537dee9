"""Deciding on a statement that waits, over HTTP: once, by whoever may, and the run hears of it."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from fakes.api import Api
from fakes.records import question

from analytics_agent.api import outbox
from analytics_agent.domain.approval import Approval, Approvals, Approver
from analytics_agent.domain.statement import Estimate

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


async def waiting_run(api: Api, *, needs: Approver = "asker", owner: str | None = None) -> str:
    asked = question(owner=owner or api.owner)
    await api.store.create_run(asked)
    estimate = Estimate(8.8e9, 1, 2.0, ("public.flights",))
    waits = Approval("a1", "Delays", "SELECT 1", estimate, 10**9, "It is expected …", "Join them.", needs, datetime.now(UTC))
    await api.store.save_document(asked.run_id, "approvals", Approvals((waits,)))
    await api.store.set_status(asked.run_id, "needs_approval")
    return asked.run_id


async def decide(api: Api, run_id: str, what: str = "approve", key: str | None = None, **body: Any) -> httpx2.Response:
    return await api.client(key or api.ask).post(f"/v1/analyses/{run_id}/{what}", json=body)


async def test_the_document_says_what_waits(api: Api) -> None:
    run_id = await waiting_run(api)
    document = (await api.client(api.ask).get(f"/v1/analyses/{run_id}")).json()
    assert document["status"] == "needs_approval"
    waits = document["approval"]
    assert (waits["id"], waits["sql"], waits["estimate"]["rows_read"], waits["limit"]) == ("a1", "SELECT 1", 8.8e9, 10**9)
    assert (waits["why"], waits["needs"], waits["decision"]) == ("It is expected …", "asker", None)


async def test_an_approval_is_stored_told_and_in_the_events(api: Api) -> None:
    run_id = await waiting_run(api)
    answer = await decide(api, run_id, approval="a1")
    assert (answer.status_code, answer.json()["status"], answer.json()["approval"]) == (202, "running", None)
    (decided,) = answer.json()["approvals"]
    assert (decided["decision"], decided["by"]) == ("approved", "asker")
    assert api.runner.answered == [run_id]
    events = await api.store.events(run_id)
    assert [(event.kind, event.data.get("state") or event.data.get("status")) for event in events] == [
        ("approval", "approved"),
        ("run", "running"),
    ]


async def test_a_second_click_changes_nothing_and_the_opposite_is_refused(api: Api) -> None:
    run_id = await waiting_run(api)
    for _ in range(2):
        assert (await decide(api, run_id)).status_code == 202
    refused = await decide(api, run_id, "reject")
    assert (refused.status_code, refused.json()["detail"]) == (409, "The statement was already approved.")
    assert len(await api.store.events(run_id)) == 2


async def test_a_rejection_keeps_its_note(api: Api) -> None:
    run_id = await waiting_run(api)
    (decided,) = (await decide(api, run_id, "reject", note=" June only ")).json()["approvals"]
    assert (decided["decision"], decided["note"]) == ("rejected", "June only")


async def test_without_a_body_the_one_that_waits_is_meant(api: Api) -> None:
    run_id = await waiting_run(api)
    assert (await api.client(api.ask).post(f"/v1/analyses/{run_id}/approve")).status_code == 202


async def test_another_statement_than_the_one_that_was_seen_is_not_approved(api: Api) -> None:
    run_id = await waiting_run(api)
    assert (await decide(api, run_id, approval="a0")).status_code == 409
    assert (await api.store.run(run_id)).approvals[0].decision is None


@pytest.mark.parametrize("body", [{"note": "\x00"}, {"note": "a" * 3_000}, {"approval": 3}, {"why": "no"}])
async def test_a_body_that_makes_no_sense_decides_nothing(api: Api, body: Any) -> None:
    run_id = await waiting_run(api)
    assert (await decide(api, run_id, "reject", **body)).status_code == 422
    assert (await api.store.run(run_id)).approvals[0].decision is None


async def test_somebody_elses_run_looks_as_if_it_did_not_exist(api: Api) -> None:
    run_id = await waiting_run(api)
    assert (await decide(api, run_id, key=api.other)).status_code == 404


async def test_where_an_administrator_has_to_approve_the_asker_may_only_reject(api: Api) -> None:
    run_id = await waiting_run(api, needs="admin")
    refused = await decide(api, run_id)
    assert (refused.status_code, refused.json()["detail"]) == (403, "Only an administrator may approve this statement.")
    assert (await api.store.run(run_id)).approvals[0].decision is None
    assert (await decide(api, run_id, key=api.admin)).status_code == 202
    assert (await decide(api, await waiting_run(api, needs="admin"), "reject")).status_code == 202


async def test_a_person_of_superset_decides_on_their_own_run_and_on_nothing_for_an_administrator(api: Api) -> None:
    path = "/v1/analyses/{}/approve"
    own, for_admin = await waiting_run(api, owner="superset:7"), await waiting_run(api, owner="superset:7", needs="admin")
    assert (await api.person(7).post(path.format(own))).status_code == 202
    assert (await api.person(7).post(path.format(for_admin))).status_code == 403
    assert (await api.person(8).post(path.format(for_admin))).status_code == 404


async def test_a_run_that_does_not_wait_or_has_ended_takes_no_decision(api: Api) -> None:
    assert (await decide(api, await api.finished_run())).status_code == 409
    asked = question(owner=api.owner)
    await api.store.create_run(asked)
    assert (await decide(api, asked.run_id)).status_code == 409


async def test_a_decision_of_which_the_run_was_never_told_is_told_with_the_next_try(api: Api) -> None:
    run_id = await waiting_run(api)
    api.runner.away = True
    assert (await decide(api, run_id)).status_code == 503
    api.runner.away = False
    assert (await decide(api, run_id)).status_code == 202
    assert api.runner.answered == [run_id]


async def test_a_decision_on_a_run_that_was_lost_is_not_left_waiting(api: Api) -> None:
    run_id = await waiting_run(api)
    api.runner.lost = {run_id}
    answer = await decide(api, run_id)
    assert (answer.json()["status"], answer.json()["reason"]) == ("failed", outbox.LOST)


async def test_limits_of_a_database_are_set_and_set_back_by_an_administrator(api: Api) -> None:
    client = api.client(api.admin)
    changed = (await client.patch("/v1/databases/flights", json={"rows_limit": 500, "over_limit": "ask"})).json()
    assert (changed["rows_limit"], changed["over_limit"]) == (500, "ask")
    changed = (await client.patch("/v1/databases/flights", json={"rows_limit": None})).json()
    assert (changed["rows_limit"], changed["over_limit"]) == (None, "ask")
    for wrong in ({"rows_limit": -1}, {"rows_limit": 1.5}, {"rows_limit": "many"}, {"over_limit": "never"}):
        assert (await client.patch("/v1/databases/flights", json=wrong)).status_code == 422, wrong
    assert (await api.client(api.ask).patch("/v1/databases/flights", json={"rows_limit": 0})).status_code == 403
