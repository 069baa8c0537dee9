"""The audit log over HTTP: every route that changes something leaves a line, so that a new one cannot forget to."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from fakes.api import Api
from fakes.databases import DRAFT
from fakes.records import question
from fakes.superset_datasets import MODEL
from starlette.routing import Route

from analytics_agent.api.app import create_app
from analytics_agent.api.auditing import ACTS, CHANGING, HARMLESS
from analytics_agent.domain.approval import Approval, Approvals
from analytics_agent.domain.audit import AuditFilter
from analytics_agent.domain.database import Database
from analytics_agent.domain.model_version import ModelChange
from analytics_agent.domain.run import Clarification
from analytics_agent.domain.spending import Stop
from analytics_agent.domain.statement import Estimate
from analytics_agent.errors import ServiceUnreachable, StoreUnavailable

pytestmark = pytest.mark.anyio

ASKED = {"question": "How late were flights geheim?", "database": "flights"}
Address = tuple[str, str]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


# what stands before each route can do what it does; `{…}` of its path is filled in with what that gives


async def nothing(api: Api) -> str:
    await flights(api)
    return ""


async def finished(api: Api) -> str:
    return await api.finished_run()


async def running(api: Api) -> str:
    asked = question(owner=api.owner)
    await api.store.create_run(asked)
    return asked.run_id


async def asking(api: Api) -> str:
    run_id = await running(api)
    await api.store.ask_person(run_id, Clarification("Which?", ("this", "that")))
    await api.store.set_status(run_id, "needs_input")
    return run_id


async def over_limit(api: Api) -> str:
    run_id = await running(api)
    estimate = Estimate(8.8e9, 1, 2.0, ("public.flights",))
    waits = Approval("a1", "Delays", "SELECT 1", estimate, 10**9, "It is expected …", "Join them.", "asker", datetime.now(UTC))
    await api.store.save_document(run_id, "approvals", Approvals((waits,)))
    await api.store.set_status(run_id, "needs_approval")
    return run_id


async def over_budget(api: Api) -> str:
    run_id = await running(api)
    await api.store.save_document(run_id, "stopped", Stop("run", "usd", 1.0, 1.0, 0.1))
    await api.store.set_status(run_id, "over_budget")
    return run_id


async def schedule(api: Api) -> str:
    body = {"analysis": await api.finished_run(), "timing": {"time_zone": "UTC", "every": "month"}}
    return str((await api.client(api.ask).post("/v1/schedules", json=body)).json()["id"])


async def webhook(api: Api) -> str:
    await api.client(api.admin).post("/v1/webhooks", json={"name": "hook", "url": "https://hooks.example.com/x"})
    return "hook"


async def folder(api: Api) -> str:
    await api.client(api.admin).post("/v1/folders", json={"name": "box", "url": "file:///srv/x"})
    return "box"


async def flights(api: Api) -> str:
    await api.store.save_database(Database("flights", "postgresql://reader:geheim@host/flights"))
    return "flights"


async def drafted(api: Api) -> str:
    await api.artifacts.put_file(DRAFT, "application/yaml")
    return await flights(api)


async def modeled(api: Api) -> str:
    await api.store.save_database(Database("flights", "postgresql://reader:geheim@host/flights", semantic_model=MODEL))
    return "flights"


async def versions(api: Api) -> str:
    await modeled(api)
    database = await api.store.database("flights")
    await api.store.save_database(database, same_tables=True, change=ModelChange())
    return "flights/1"


async def key(api: Api) -> str:
    return (await api.store.create_key("old", ["ask"]))[0].id


CALLS: dict[Address, tuple[Callable[[Api], Awaitable[str]], Any]] = {
    ("POST", "/v1/analyses"): (nothing, ASKED),
    ("POST", "/v1/analyses/{run_id}/cancel"): (running, None),
    ("POST", "/v1/analyses/{run_id}/answer"): (asking, {"text": "this geheim"}),
    ("POST", "/v1/analyses/{run_id}/approve"): (over_limit, None),
    ("POST", "/v1/analyses/{run_id}/reject"): (over_limit, {"note": "geheim"}),
    ("POST", "/v1/analyses/{run_id}/budget"): (over_budget, {"usd": 5}),
    ("POST", "/v1/analyses/{run_id}/deliveries"): (finished, {"to": ["mail:ann@example.com"]}),
    ("POST", "/v1/databases/{name}/draft"): (drafted, None),
    ("POST", "/v1/databases/{name}/superset-model"): (modeled, {"dry_run": False}),
    ("POST", "/v1/databases/{name}/semantic-model/versions/{number}/restore"): (versions, {"note": "geheim"}),
    ("POST", "/v1/webhooks"): (nothing, {"name": "hook", "url": "https://hooks.example.com/geheim"}),
    ("DELETE", "/v1/webhooks/{name}"): (webhook, None),
    ("POST", "/v1/folders"): (nothing, {"name": "box", "url": "file:///srv/geheim"}),
    ("DELETE", "/v1/folders/{name}"): (folder, None),
    ("POST", "/v1/schedules"): (finished, {"analysis": "{}", "timing": {"time_zone": "UTC", "every": "month"}}),
    ("DELETE", "/v1/schedules/{schedule_id}"): (schedule, None),
    ("POST", "/v1/schedules/{schedule_id}/pause"): (schedule, {"note": "geheim"}),
    ("POST", "/v1/schedules/{schedule_id}/resume"): (schedule, None),
    ("POST", "/v1/schedules/{schedule_id}/run"): (schedule, None),
    ("POST", "/v1/schedules/{schedule_id}/backfill"): (schedule, {"from": "2026-01-01", "to": "2026-03-31"}),
    ("POST", "/v1/databases"): (nothing, {"name": "shop", "uri": "postgresql://u:geheim@h/shop"}),
    ("PATCH", "/v1/databases/{name}"): (flights, {"model_sees": "masked"}),
    ("DELETE", "/v1/databases/{name}"): (flights, None),
    ("POST", "/v1/databases/{name}/refresh"): (flights, None),
    ("POST", "/v1/keys"): (nothing, {"name": "laptop geheim"}),
    ("DELETE", "/v1/keys/{key_id}"): (key, None),
    ("POST", "/v1/erasures"): (nothing, {"person": "7", "mails": []}),
}
"""How each is called. A new route is added here, and then has to leave its line."""


def changing(api: Api) -> set[Address]:
    """Every address that takes a method that may change something, as the application serves it, listed or not."""
    app = create_app(api.services())
    listed = {(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods}
    routed = {(method, route.path) for route in app.routes if isinstance(route, Route) for method in route.methods or ()}
    return {address for address in listed | routed if address[0] in CHANGING}


async def test_every_route_that_changes_something_is_called_here(api: Api) -> None:
    assert changing(api) == {*CALLS, *HARMLESS}
    assert set(ACTS) <= set(CALLS)


async def test_each_leaves_a_line_that_says_who_did_what_and_holds_no_secret(api: Api) -> None:
    api.limits = replace(api.limits, mail=True)
    for address, (before, body) in CALLS.items():
        named = await before(api)
        known = {line.id for line in await api.store.audit(AuditFilter())}
        answer, actor = await call(api, address, named, body)
        assert answer.status_code < 300, (address, answer.text)
        lines = [line.entry for line in await api.store.audit(AuditFilter()) if line.id not in known]
        assert len(lines) == 1, address
        assert lines[0].actor == actor, address
        assert (lines[0].run_id, lines[0].database, lines[0].about) != (None, None, ""), address
        assert "geheim" not in repr(lines[0]), address
        assert lines[0].act == ACTS.get(address, "asked" if address[1] == "/v1/analyses" else "changed"), address


async def call(api: Api, address: Address, named: str, body: Any) -> tuple[httpx2.Response, str]:
    """The answer, and who asked."""
    names = iter(named.split("/"))
    method, path = address[0], "/".join(next(names) if part.startswith("{") else part for part in address[1].split("/"))
    body = body and {name: named if value == "{}" else value for name, value in body.items()}
    by_admin = not path.startswith(("/v1/analyses", "/v1/schedules"))
    key, actor = (api.admin, "k2") if by_admin else (api.ask, api.owner)
    return await api.client(key).request(method, path, json=body), actor


async def test_who_is_refused_leaves_a_line_once_a_minute(api: Api) -> None:
    for _ in range(3):
        assert (await api.client(api.ask).delete("/v1/keys/k2")).status_code == 403
    lines = [line.entry for line in await api.store.audit(AuditFilter(act="refused"))]
    assert 1 <= len(lines) <= 2  # a minute may have ended between
    assert (lines[0].actor, lines[0].about) == (api.owner, "DELETE /v1/keys/{key_id}")


async def test_what_fails_or_only_looks_leaves_none(api: Api) -> None:
    client = api.client(api.admin)
    await client.get("/v1/keys")
    await client.post("/v1/keys", json={})
    await client.delete("/v1/databases/nowhere")
    assert (await client.post("/v1/keys", json={"name": "x"}, headers={"Authorization": "Bearer wrong"})).status_code == 401
    assert await api.store.audit(AuditFilter()) == ()


async def test_where_the_line_cannot_be_written_the_answer_is_not_given(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable("The application store does not answer.")

    monkeypatch.setattr(api.store, "record_act", away)
    answer = await api.client(api.admin).post("/v1/keys", json={"name": "x"})
    assert (answer.status_code, "key" in answer.json()) == (503, False)


async def test_the_log_is_for_administrators_and_read_in_pages(api: Api) -> None:
    for name in ("a", "b", "c"):
        await api.client(api.admin).post("/v1/keys", json={"name": name})
    run = (await api.client(api.ask).post("/v1/analyses", json=ASKED)).json()["id"]
    assert (await api.client(api.ask).get("/v1/audit")).status_code == 403
    client = api.client(api.admin)
    page = (await client.get("/v1/audit", params={"limit": 3})).json()
    assert [line["act"] for line in page["lines"]] == ["refused", "asked", "added"]
    assert (page["lines"][1]["run"], page["lines"][1]["name"], page["lines"][1]["database"]) == (run, "asker", "flights")
    rest = (await client.get("/v1/audit", params={"limit": 3, "before": page["next"]})).json()
    assert ([line["act"] for line in rest["lines"]], rest["next"]) == (["added", "added"], None)
    found = (await client.get("/v1/audit", params={"actor": api.owner, "act": "asked"})).json()
    assert [line["run"] for line in found["lines"]] == [run]
    assert (await client.get("/v1/audit", params={"act": "thought"})).status_code == 422
    assert (await client.get("/v1/audit", params={"since": "2026-01-01T00:00:00"})).status_code == 422


async def test_what_was_written_in_place_of_a_run_or_key_is_not_kept(api: Api) -> None:
    """Whoever is refused may write anything into an address: a question, or what a terminal takes for orders."""
    _, reading = await api.store.create_key("reader", ["read"])
    for written in ("what%20ada%20earns%20geheim", "%1b%5D0%3Bgeheim%07", "geheim%00"):
        assert (await api.client(reading).post(f"/v1/analyses/{written}/cancel")).status_code == 403
        assert (await api.client(api.admin).delete(f"/v1/keys/{written}")).status_code == 404
    lines = [line.entry for line in await api.store.audit(AuditFilter())]
    assert {line.act for line in lines} == {"refused"}
    assert "geheim" not in repr(lines)
    known = await running(api)
    await api.client(reading).post(f"/v1/analyses/{known}/approve")
    assert [line.entry.run_id for line in await api.store.audit(AuditFilter(run_id=known))][:1] == [known]


async def test_an_operator_who_looks_at_what_somebody_else_asked_leaves_a_line(api: Api) -> None:
    run_id, admin = await finished(api), api.client(api.admin)
    for path in ("", "/results/r1.csv", "/report.pdf", "/events"):
        assert (await admin.get(f"/v1/analyses/{run_id}{path}", headers={"Accept": "application/json"})).status_code == 200
        assert (await api.client(api.ask).get(f"/v1/analyses/{run_id}{path}", headers={"Accept": "application/json"})).status_code == 200
    assert (await admin.get("/v1/analyses?everyone=true")).status_code == 200
    lines = [line.entry for line in await api.store.audit(AuditFilter(act="opened"))]
    assert {line.actor for line in lines} == {"k2"}
    assert {(line.run_id, line.about) for line in lines} == {
        (run_id, "answer"),
        (run_id, "r1.csv"),
        (run_id, "report.pdf"),
        (run_id, "events"),
        (None, "runs of everyone"),
    }


async def test_what_may_have_been_done_though_the_answer_was_a_failure_leaves_a_line(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The approval stands in the store; the engine that is told of it is away."""
    run_id = await over_limit(api)

    async def away(_: str) -> bool:
        raise ServiceUnreachable("The workflow engine does not answer.")

    monkeypatch.setattr(api.runner, "answer", away)
    for _ in range(3):
        assert (await api.client(api.ask).post(f"/v1/analyses/{run_id}/approve")).status_code == 503
    kept = await api.store.document(run_id, "approvals", Approvals)
    assert kept is not None
    assert kept.asked[0].decision == "approved"
    lines = [line.entry for line in await api.store.audit(AuditFilter(act="approved"))]
    assert 1 <= len(lines) <= 2  # a minute may have ended between
    assert (lines[0].actor, lines[0].run_id, lines[0].about) == (api.owner, run_id, "(answered 503)")
