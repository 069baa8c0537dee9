"""Keys, scopes, databases, costs and health over HTTP."""

from dataclasses import replace

import pytest
from fakes.api import Api
from fakes.records import question, turn

from analytics_agent.domain.statement import Place

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


ADMIN_ONLY = [
    ("GET", "/v1/keys"),
    ("POST", "/v1/keys"),
    ("DELETE", "/v1/keys/k1"),
    ("POST", "/v1/databases"),
    ("PATCH", "/v1/databases/flights"),
    ("DELETE", "/v1/databases/flights"),
    ("POST", "/v1/databases/flights/refresh"),
    ("GET", "/v1/databases/flights/semantic-model"),
]


@pytest.mark.parametrize(("method", "path"), ADMIN_ONLY)
async def test_administration_needs_the_scope_admin(api: Api, method: str, path: str) -> None:
    answer = await api.client(api.ask).request(method, path, json={"name": "x", "uri": "y"})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:analytics-agent:not-allowed")


async def test_a_key_without_a_scope_may_only_look_at_itself(api: Api) -> None:
    _, bare = await api.store.create_key("bare", [])
    client = api.client(bare)
    assert (await client.get("/v1/me")).json()["name"] == "bare"
    for path in ("/v1/analyses", "/v1/databases", "/v1/costs", "/v1/keys"):
        assert (await client.get(path)).status_code == 403


async def test_me_tells_what_may_be_chosen(api: Api) -> None:
    me = (await api.client(api.ask).get("/v1/me")).json()
    assert (me["id"], me["scopes"], me["default_model"]) == (api.owner, ["ask", "schedule"], "offline")
    assert me["models"] == ["claude-opus-4-7", "offline"]


async def test_a_new_key_is_shown_once_and_works_until_it_is_revoked(api: Api) -> None:
    client = api.client(api.admin)
    made = await client.post("/v1/keys", json={"name": "laptop"})
    assert (made.status_code, made.json()["scopes"]) == (201, ["ask", "schedule"])
    key = made.json()["key"]
    assert key not in (await client.get("/v1/keys")).text
    assert (await api.client(key).get("/v1/me")).status_code == 200
    assert (await client.delete(f"/v1/keys/{made.json()['id']}")).status_code == 204
    assert (await api.client(key).get("/v1/me")).status_code == 401


async def test_the_last_administrator_cannot_lock_everybody_out(api: Api) -> None:
    client = api.client(api.admin)
    me = (await client.get("/v1/me")).json()["id"]
    assert (await client.delete(f"/v1/keys/{me}")).status_code == 409
    await client.post("/v1/keys", json={"name": "second", "scopes": ["admin"]})
    assert (await client.delete(f"/v1/keys/{me}")).status_code == 204


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x", "scopes": []}, {"name": "x", "scopes": ["root"]}, {"name": "x", "k": 1}])
async def test_a_key_is_not_made_from_nonsense(api: Api, body: dict[str, object]) -> None:
    before = await api.store.keys()
    assert (await api.client(api.admin).post("/v1/keys", json=body)).status_code == 422
    assert len(await api.store.keys()) == len(before)


# databases


async def test_a_database_is_added_and_its_address_never_shown(api: Api) -> None:
    client = api.client(api.admin)
    added = await client.post("/v1/databases", json={"name": "shop", "uri": "postgresql://u:geheim@h/shop", "schema": "public"})
    assert (added.status_code, added.json()["warnings"]) == (201, ["The login can write."])
    assert (await api.store.database("shop")).uri == "postgresql://u:geheim@h/shop"
    for answer in (added, await client.get("/v1/databases"), await client.get("/v1/databases/shop/catalog")):
        assert "geheim" not in answer.text
    assert [one["name"] for one in (await client.get("/v1/databases")).json()["databases"]] == ["flights", "shop"]


async def test_a_wrong_request_does_not_repeat_the_address(api: Api) -> None:
    answer = await api.client(api.admin).post("/v1/databases", json={"name": "no good", "uri": "postgresql://u:geheim@h/x"})
    assert answer.status_code == 422
    assert "geheim" not in answer.text


async def test_a_dead_database_is_not_added(api: Api) -> None:
    answer = await api.client(api.admin).post("/v1/databases", json={"name": "shop", "uri": "postgresql://dead/shop"})
    assert (answer.status_code, answer.json()["hint"]) == (503, "Check host and port.")


async def test_a_database_is_refreshed_and_removed(api: Api) -> None:
    client = api.client(api.admin)
    assert (await client.post("/v1/databases/flights/refresh")).json()["tables"] == 1
    assert (await client.get("/v1/databases/flights/catalog")).json()["tables"][0]["name"] == "flights"
    assert (await client.delete("/v1/databases/flights")).status_code == 204
    for method, path in (("DELETE", ""), ("POST", "/refresh"), ("GET", "/catalog")):
        answer = await client.request(method, f"/v1/databases/flights{path}")
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:analytics-agent:unknown-database")


async def test_an_administrator_sets_what_a_model_sees(api: Api) -> None:
    client = api.client(api.admin)
    changed = await client.patch("/v1/databases/flights", json={"model_sees": "masked"})
    assert (changed.status_code, changed.json()["model_sees"]) == (200, "masked")
    assert (await client.get("/v1/databases")).json()["databases"][0]["model_sees"] == "masked"
    assert (await client.patch("/v1/databases/flights", json={"model_sees": "nothing"})).status_code == 422
    assert (await client.patch("/v1/databases/unknown", json={"model_sees": "full"})).status_code == 404


async def test_an_administrator_sets_how_many_statements_run_at_once_and_what_is_left_out_stays(api: Api) -> None:
    client = api.client(api.admin)
    await client.patch("/v1/databases/flights", json={"model_sees": "masked"})
    changed = (await client.patch("/v1/databases/flights", json={"at_once": 2})).json()
    assert (changed["at_once"], changed["model_sees"]) == (2, "masked")
    assert (await client.patch("/v1/databases/flights", json={"at_once": None})).json()["at_once"] is None
    for wrong in (0, -1, 101, "two", True):
        assert (await client.patch("/v1/databases/flights", json={"at_once": wrong})).status_code == 422, wrong


async def test_the_semantic_model_of_a_database_is_shown_to_an_admin_alone(api: Api) -> None:
    client = api.client(api.admin)
    assert (await client.get("/v1/databases/flights/semantic-model")).json() == {"semantic_model": None}
    await api.store.save_database(replace(await api.store.database("flights"), semantic_model="name: flights"), same_tables=True)
    assert (await client.get("/v1/databases/flights/semantic-model")).json() == {"semantic_model": "name: flights"}
    assert (await client.get("/v1/databases/unknown/semantic-model")).status_code == 404


async def test_the_line_of_a_database_is_shown_without_any_statements_text(api: Api) -> None:
    client = api.client(api.admin)
    assert (await client.get("/v1/databases/flights/queue")).json() == {"statements": []}
    for name in ("a", "b"):
        await api.store.take_place(Place(f"{name}:key", "flights", name, "f" * 64), at_once=1)
    line = (await client.get("/v1/databases/flights/queue")).json()["statements"]
    assert [(one["run_id"], one["state"]) for one in line] == [("a", "runs"), ("b", "follows")]
    assert all(set(one) == {"run_id", "state", "asked_at", "started_at"} for one in line)
    assert (await client.get("/v1/databases/unknown/queue")).status_code == 404


# costs, health


async def test_people_see_their_own_costs_and_administrators_all(api: Api) -> None:
    for owner in (api.owner, "k99"):
        asked = question(owner=owner)
        await api.store.create_run(asked)
        await api.store.save_turn(asked.run_id, turn(1))
    mine = (await api.client(api.ask).get("/v1/costs", params={"by": "owner"})).json()
    assert [line["group"] for line in mine["costs"]] == [api.owner]
    assert (mine["total_usd"], mine["costs"][0]["input_tokens"]) == (0.25, 100)
    by_name = (await api.client(api.admin).get("/v1/costs", params={"by": "user"})).json()["costs"]
    assert {line["group"]: line.get("name") for line in by_name} == {api.owner: "asker", "k99": None}
    everybodys = (await api.client(api.admin).get("/v1/costs", params={"by": "model"})).json()
    assert (everybodys["costs"][0]["group"], everybodys["costs"][0]["runs"], everybodys["total_usd"]) == ("offline", 2, 0.5)


async def test_health_needs_no_key_and_readiness_says_what_is_missing(api: Api) -> None:
    client = api.client()
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ready", "checks": {"store": "ok", "temporal": "ok"}}
    api.runner.away = True
    not_ready = await client.get("/readyz")
    assert (not_ready.status_code, not_ready.headers["content-type"]) == (503, "application/problem+json")
    assert not_ready.json()["checks"] == {"store": "ok", "temporal": "Temporal does not answer."}
    assert (await client.get("/healthz")).status_code == 200
