"""Tenants behind one API: a key or a token opens one of them, and everything of another is as if it were not there."""

import asyncio
import json
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest
from fakes.api import Api
from fakes.records import question
from fakes.superset_token import claims, signed
from tenant_walk import Belongings, filled, gets, lists, strange

from analytics_agent.api import outbox, tenants
from analytics_agent.api.app import create_app
from analytics_agent.api.services import Services
from analytics_agent.api.tenants import Tenants
from analytics_agent.domain.database import Database
from analytics_agent.domain.delivery import Destination
from analytics_agent.domain.tenant import key_prefix
from analytics_agent.errors import InvalidSettings, StoreUnavailable

pytestmark = pytest.mark.anyio

SIGNING = {"default": "d" * 40, "acme": "a" * 40, "beta": "b" * 40}
MONTHLY = {"time_zone": "Europe/Berlin", "every": "month", "at": "08:00"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Installation:
    """Tenants with everything in memory. `served` is what the roster would give."""

    apis: dict[str, Api]
    served: dict[str, Services]

    def __post_init__(self) -> None:
        self.tenants = Tenants(lambda: self.served, lambda services: services)
        self.app = create_app(self.tenants)

    def client(self, key: str) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url="http://api", headers={"Authorization": f"Bearer {key}"})

    def keys(self, *names: str) -> list[str]:
        """Of an administrator and of somebody who asks. Their ids are the same in every tenant."""
        return [key for name in names for key in (self.apis[name].admin, self.apis[name].ask)]

    def admin(self, name: str) -> httpx2.AsyncClient:
        return self.client(self.apis[name].admin)


@pytest.fixture
async def installed() -> Installation:
    apis = {name: Api() for name in SIGNING}
    for name, api in apis.items():
        api.store.key_prefix = key_prefix(name)  # type: ignore[attr-defined]
        await api.prepare()
    served = {name: replace(api.services(), tenant=name, signing_key=SIGNING[name]) for name, api in apis.items()}
    return Installation(apis, served)


async def belongings(installed: Installation, name: str) -> Belongings:
    """One of everything, with the names that the other tenants use too where names are chosen, and a mark in each."""
    api, client = installed.apis[name], installed.admin(name)
    run_id = await api.finished_run()
    marked = question(owner=api.owner, text=f"asked-by-{name}")
    await api.store.create_run(marked)
    await api.store.save_database(Database(f"only-{name}", "postgresql://reader:geheim@host/x"))
    await api.store.save_destination(Destination("webhook", f"hook-{name}", "https://example.com/hook"))
    await api.store.save_destination(Destination("folder", f"folder-{name}", "s3://bucket/x"))
    await api.store.create_key(f"key-{name}", ["ask"])
    sent = {"analysis": run_id, "timing": MONTHLY, "name": f"schedule-{name}"}
    schedule = (await installed.client(api.ask).post("/v1/schedules", json=sent)).json()
    erased = await client.post("/v1/erasures", json={"person": "superset:99"})
    ids = {"run_id": run_id, "result": "r1", "number": "1", "schedule_id": schedule["id"], "name": f"only-{name}"}
    ids["erasure_id"] = erased.json().get("id", f"e-{name}")
    marks = [f"{what}-{name}" for what in ("asked-by", "only", "hook", "folder", "key", "schedule")]
    return Belongings(ids, [*marks, run_id, marked.run_id, ids["schedule_id"]])


async def test_every_route_shows_a_tenant_its_own_and_nothing_of_another(installed: Installation) -> None:
    theirs, own = await belongings(installed, "beta"), await belongings(installed, "acme")
    document = installed.app.openapi()
    assert len(list(gets(document))) >= 25
    admins = {api.admin for api in installed.apis.values()}
    for key in installed.keys("acme", "default"):
        client = installed.client(key)
        for path in strange(document, theirs):
            answer = await client.get(path)
            refusals = {404} if key in admins else {403, 404}  # who may only ask has fewer routes
            assert answer.status_code in refusals, f"{key[:8]} asked {path}: {answer.status_code}"
            said_again = set(theirs.ids.values())  # what was asked for is named in the refusal
            assert not [mark for mark in theirs.marks if mark in answer.text and mark not in said_again]
        for path in lists(document):
            answer = await client.get(path)
            assert not [mark for mark in theirs.marks if mark in answer.text], f"{key[:8]} asked {path}"
    seen = "".join([(await installed.client(key).get(path)).text for key in installed.keys("beta") for path in lists(document)])
    assert [mark for mark in theirs.marks if mark not in seen] == []
    assert not [mark for mark in own.marks if mark in seen]


async def test_what_is_written_is_refused_as_what_is_read(installed: Installation) -> None:
    theirs = await belongings(installed, "beta")
    document, client, walked = installed.app.openapi(), installed.admin("acme"), 0
    for path, operations in document["paths"].items():
        if "{run_id}" not in path and "{schedule_id}" not in path and not path.startswith("/v1/databases/{name}"):
            continue
        for method in {"post", "patch", "delete"} & set(operations):
            answer = await client.request(method, filled(path, theirs.ids), json={})
            assert answer.status_code in {404, 422}, f"{method} {path}: {answer.status_code} {answer.text}"
            walked += 1
    assert walked > 10
    assert (await installed.apis["beta"].store.database("only-beta")).name == "only-beta"
    assert (await installed.admin("beta").get(f"/v1/schedules/{theirs.ids['schedule_id']}")).status_code == 200


async def test_a_key_is_made_and_revoked_in_its_own_tenant(installed: Installation) -> None:
    made = (await installed.admin("acme").post("/v1/keys", json={"name": "ada"})).json()
    assert made["key"].startswith("aa_acme_")
    assert (await installed.client(made["key"]).get("/v1/me")).status_code == 200
    await installed.admin("beta").delete(f"/v1/keys/{made['id']}")
    assert (await installed.client(made["key"]).get("/v1/me")).status_code == 200
    await installed.admin("acme").delete(f"/v1/keys/{made['id']}")
    assert (await installed.client(made["key"]).get("/v1/me")).status_code == 401


async def test_a_forged_key_opens_nothing_and_says_nothing_of_which_tenants_there_are(installed: Installation) -> None:
    secret = installed.apis["acme"].admin.removeprefix("aa_acme_")
    forged = [f"aa_{name}_{secret}" for name in ("beta", "default", "nobody", "../acme", "ACME", "a" * 40)] + [f"aa_{secret}", secret]
    answers = [await installed.client(key).get("/v1/me") for key in forged]
    assert {answer.status_code for answer in answers} == {401}
    assert len({json.dumps(answer.json(), sort_keys=True) for answer in answers}) == 1


async def test_a_token_is_believed_by_the_signature_of_the_tenant_that_it_names(installed: Installation) -> None:
    for name, key in SIGNING.items():
        named = {"tenant": name} if name != "default" else {}
        assert (await installed.client(signed(7, key=key, **named)).get("/v1/me")).status_code == 200
    forged = [
        signed(7, key=SIGNING["acme"], tenant="beta"),  # acme's Superset says that it is beta's
        signed(7, key=SIGNING["acme"]),
        signed(7, key=SIGNING["acme"], tenant="default"),
        signed(7, key=SIGNING["default"], tenant="acme"),
        signed(7, key=SIGNING["default"], tenant="nobody"),
        signed(7, key=SIGNING["acme"], tenant=["acme"]),
        signed(7, key=SIGNING["acme"], tenant={"name": "acme"}),
        "a.b.c",
        "." * 5_000,
    ]
    assert {(await installed.client(token).get("/v1/me")).status_code for token in forged} == {401}


async def test_people_with_the_same_number_in_two_supersets_are_two_people(installed: Installation) -> None:
    tokens = {name: signed(7, key=SIGNING[name], tenant=name) for name in ("acme", "beta")}
    asked = await installed.client(tokens["acme"]).post("/v1/analyses", json={"question": "How many?", "database": "flights"})
    run_id = asked.json()["id"]
    assert (await installed.client(tokens["acme"]).get(f"/v1/analyses/{run_id}")).status_code == 200
    assert (await installed.client(tokens["beta"]).get(f"/v1/analyses/{run_id}")).status_code == 404
    assert (await installed.client(tokens["beta"]).get("/v1/analyses")).json()["analyses"] == []
    assert (installed.apis["acme"].runner.started, installed.apis["beta"].runner.started) == ([run_id], [])


async def test_a_tenant_without_a_superset_lets_nobody_in_through_one(installed: Installation) -> None:
    installed.served["acme"] = replace(installed.served["acme"], signing_key=None)
    assert (await installed.client(signed(7, key=SIGNING["acme"], tenant="acme")).get("/v1/me")).status_code == 401


async def test_readiness_tells_how_many_tenants_cannot_work_and_not_which(
    installed: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    client = installed.client("")
    assert (await client.get("/readyz")).json()["checks"]["tenants"] == "ok"

    async def away() -> None:
        raise StoreUnavailable("The application store does not answer.")

    installed.served["acme"] = replace(installed.served["acme"], checks={"store": away})
    ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]["tenants"]) == (200, "1 of 2 cannot work")  # the others are served
    assert "acme" not in ready.text and "the tenant acme cannot work" in caplog.text
    installed.served["default"] = replace(installed.served["default"], checks={"store": away})
    assert (await client.get("/readyz")).status_code == 503


async def test_a_tenant_that_is_left_out_counts_among_those_that_cannot_work(installed: Installation) -> None:
    named = Tenants(lambda: installed.served, lambda services: services, names=lambda: [*SIGNING, "gamma"])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(create_app(named)), base_url="http://api") as client:
        assert (await client.get("/readyz")).json()["checks"]["tenants"] == "1 of 3 cannot work"
        del installed.served["acme"], installed.served["beta"]
        assert (await client.get("/readyz")).json()["checks"]["tenants"] == "3 of 3 cannot work"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://localhost/x", "https://[::1]/x", "http://[::ffff:127.0.0.1]/x"])
async def test_a_webhook_of_this_machine_is_for_its_operator_alone(installed: Installation, url: str) -> None:
    refused = await installed.admin("acme").post("/v1/webhooks", json={"name": "chat", "url": url})
    assert refused.status_code == 422 and "Reports of a tenant do not go there" in refused.text
    assert (await installed.admin("default").post("/v1/webhooks", json={"name": "chat", "url": url})).status_code == 201
    assert (await installed.admin("acme").post("/v1/webhooks", json={"name": "chat", "url": "https://example.com/x"})).status_code == 201


async def test_an_installation_without_tenants_says_nothing_of_tenants(installed: Installation) -> None:
    assert "tenants" not in (await installed.apis["default"].client().get("/readyz")).json()["checks"]


async def test_a_tenant_is_served_from_when_it_is_added_until_it_is_removed(installed: Installation) -> None:
    acme = installed.served.pop("acme")
    key = installed.apis["acme"].admin
    assert (await installed.client(key).get("/v1/me")).status_code == 401
    installed.served["acme"] = acme
    assert (await installed.client(key).get("/v1/me")).status_code == 200
    del installed.served["acme"]
    assert (await installed.client(key).get("/v1/me")).status_code == 401


async def test_a_tenant_whose_settings_are_wrong_does_not_keep_the_others_from_being_served(caplog: pytest.LogCaptureFixture) -> None:
    good = (await Api().prepare()).services()

    def build(settings: Any) -> Services:
        if settings == "wrong":
            raise InvalidSettings(["ANALYTICS_AGENT_STORE_URL: not set"])
        return good

    served = Tenants(lambda: {"default": "fine", "acme": "wrong"}, build)
    assert list(served.all()) == ["default"] and served.of("acme") is good
    assert "the tenant acme is not served: Settings are not usable: ANALYTICS_AGENT_STORE_URL: not set" in " ".join(caplog.text.split())
    with pytest.raises(InvalidSettings):
        Tenants(lambda: {"default": "wrong"}, build).all()


async def test_each_tenants_waiting_runs_are_started_and_one_whose_store_hangs_holds_up_no_other(
    installed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tenants, "LOOK_SECONDS", 0.01)
    settled: list[str] = []

    async def settle(services: Services) -> None:
        settled.append(services.tenant)
        await asyncio.Event().wait()  # as a store that does not answer

    monkeypatch.setattr(outbox, "keep_settling", settle)
    gamma = replace(installed.served["acme"], tenant="gamma")
    working = asyncio.create_task(installed.tenants.keep_settling())
    await asyncio.sleep(0.05)
    installed.served["gamma"] = gamma
    await asyncio.sleep(0.05)
    assert settled == ["default", "acme", "beta", "gamma"]
    working.cancel()
    await asyncio.wait([working])


def test_the_token_of_an_installation_without_tenants_has_no_tenant() -> None:
    assert "tenant" not in claims()
