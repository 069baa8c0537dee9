"""People of Superset see their own runs and nothing else: no run of others, no catalog, no administration."""

import re
from collections.abc import Collection
from dataclasses import replace

import pytest
from fakes.api import Api
from fakes.records import question, turn
from fakes.rights import MemoryRights
from fakes.superset_token import signed

from analytics_agent.api.app import create_app
from analytics_agent.api.services import Limits
from analytics_agent.domain.database import superset_uuid
from analytics_agent.domain.question import Budget
from analytics_agent.domain.run import Clarification

pytestmark = pytest.mark.anyio

ASK = {"question": "How many flights were there?", "database": "flights"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


async def test_a_person_asks_and_owns_the_run(api: Api) -> None:
    client = api.person(7)
    asked = await client.post("/v1/analyses", json=ASK)
    assert asked.status_code == 202
    run = await api.store.run(asked.json()["id"])
    assert run.question.owner == "superset:7"
    assert [one["id"] for one in (await client.get("/v1/analyses")).json()["analyses"]] == [asked.json()["id"]]
    assert (await api.person(8).get("/v1/analyses")).json()["analyses"] == []


async def test_a_person_may_spend_less_than_the_operators_allow_and_never_more(api: Api) -> None:
    api.limits = Limits("offline", budget=Budget(1_000, 2.5))
    kept = {}
    for tokens, usd in ((5, 100_000), (10_000_000, 0.5)):
        asked = await api.person(7).post("/v1/analyses", json=ASK | {"budget": {"tokens": tokens, "usd": usd}})
        kept[tokens] = (await api.store.run(asked.json()["id"])).question.budget
    assert kept == {5: Budget(5, 2.5), 10_000_000: Budget(1_000, 0.5)}


async def test_me_says_who_and_of_which_kind(api: Api) -> None:
    me = (await api.person(7).get("/v1/me")).json()
    assert (me["id"], me["name"], me["kind"], me["scopes"]) == ("superset:7", "Ada Byron", "person", ["ask", "schedule"])
    assert (await api.client(api.ask).get("/v1/me")).json()["kind"] == "key"


async def test_a_token_that_is_not_valid_learns_nothing(api: Api) -> None:
    answers = [
        (await api.client(wrong).get("/v1/me"))
        for wrong in (
            signed(key="x" * 64),
            signed(exp=1, iat=0),
            signed(aud="x"),
            signed("7 or 1=1"),
            "a.b.c",
            signed(x="y" * 9000),
            "aa_x",
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


async def test_without_a_signing_key_nobody_comes_in_through_superset(api: Api) -> None:
    async with api.client() as client:
        client._transport = type(client._transport)(create_app(replace(api.services(), signing_key=None)))
        for key in (signed(), signed(key="None" * 16)):
            assert (await client.get("/v1/me", headers={"Authorization": f"Bearer {key}"})).status_code == 401


def routes_of_a_run(api: Api, *, without: Collection[str] = ()) -> list[tuple[str, str]]:
    """Every route below a run, also those that come later."""
    left_out = {f"/v1/analyses/{{run_id}}{path}" for path in without}
    sample = {"{result}": "r1", "{number}": "1"}
    below = {
        path: methods
        for path, methods in create_app(api.services()).openapi()["paths"].items()
        if "{run_id}" in path and path not in left_out
    }
    filled = {re.sub(r"\{(?!run_id)\w+\}", lambda found: sample.get(found[0], "x1"), path): methods for path, methods in below.items()}
    return [(method.upper(), path) for path, methods in filled.items() for method in methods]


READ = {"", "/results/{result}.csv", "/results/{result}.parquet", "/results/{result}.json", "/report.html", "/report.pdf"}
READ |= {"/charts/{number}.svg"}
"""What can be opened by another's link, by whoever may see as much; see test_opening.py."""


@pytest.mark.parametrize("may_see_as_much", [False, True])
async def test_a_run_of_somebody_else_looks_like_one_that_is_not_there(api: Api, may_see_as_much: bool) -> None:
    api.rights = MemoryRights(everything=True) if may_see_as_much else MemoryRights("airlines")
    routes, none = routes_of_a_run(api, without=READ if may_see_as_much else set()), "f" * 12
    assert len(routes) >= 8
    theirs = [await api.finished_run(owner=owner) for owner in ("superset:8", "superset:77", "7", api.owner)]
    client = api.person(7)
    for method, path in routes:
        missing = await client.request(method, path.replace("{run_id}", none), json={"text": "yes"})
        assert missing.status_code in {404, 422}, path
        for run_id in theirs:
            answer = await client.request(method, path.replace("{run_id}", run_id), json={"text": "yes"})
            assert (answer.status_code, answer.text.replace(run_id, none)) == (missing.status_code, missing.text), path


async def test_no_route_but_the_health_checks_answers_a_stranger(api: Api) -> None:
    routes = create_app(api.services()).openapi()["paths"]
    open_routes, strangers = set(), [api.client(), api.client(signed(key="y" * 64)), api.client("aa_guess")]
    for path, methods in routes.items():
        for method in methods:
            for client in strangers:
                answer = await client.request(method.upper(), re.sub(r"\{\w+\}", "1", path), json={})
                open_routes |= {path} if answer.status_code != 401 else set()
    assert open_routes == {"/healthz", "/readyz"}


async def test_an_administrators_key_sees_the_runs_of_people_and_another_key_does_not(api: Api) -> None:
    run_id = await api.finished_run(owner="superset:7")
    assert (await api.client(api.admin).get(f"/v1/analyses/{run_id}")).status_code == 200
    assert (await api.client(api.other).get(f"/v1/analyses/{run_id}")).status_code == 404


async def test_nobody_goes_on_from_a_run_of_somebody_else(api: Api) -> None:
    theirs = await api.finished_run(owner="superset:8")
    answer = await api.person(7).post("/v1/analyses", json={**ASK, "continue": theirs})
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["errors"]] == ["continue"]
    assert (await api.person(8).post("/v1/analyses", json={**ASK, "continue": theirs})).status_code == 202


async def test_nobody_answers_for_somebody_else(api: Api) -> None:
    asked = question(owner="superset:8")
    await api.store.create_run(asked)
    await api.store.ask_person(asked.run_id, Clarification("Which?", ("a", "b")))
    await api.store.set_status(asked.run_id, "needs_input")
    assert (await api.person(7).post(f"/v1/analyses/{asked.run_id}/answer", json={"text": "a"})).status_code == 404
    found = await api.store.clarification(asked.run_id)
    assert found is not None
    assert found.answer is None


async def test_an_idempotency_key_finds_only_ones_own_run(api: Api) -> None:
    header = {"Idempotency-Key": "click-1"}
    first = (await api.person(7).post("/v1/analyses", json=ASK, headers=header)).json()["id"]
    assert (await api.person(7).post("/v1/analyses", json=ASK, headers=header)).json()["id"] == first
    assert (await api.person(8).post("/v1/analyses", json=ASK, headers=header)).json()["id"] != first


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/keys"),
        ("POST", "/v1/keys"),
        ("DELETE", "/v1/keys/k1"),
        ("POST", "/v1/databases"),
        ("PATCH", "/v1/databases/flights"),
        ("DELETE", "/v1/databases/flights"),
        ("POST", "/v1/databases/flights/refresh"),
        ("GET", "/v1/databases/flights/catalog"),
        ("GET", "/v1/databases/no_such/catalog"),
        ("GET", "/v1/databases/flights/search?words=x"),
        ("GET", "/v1/analyses?everyone=true"),
    ],
)
async def test_what_operators_do_people_may_not(api: Api, method: str, path: str) -> None:
    answer = await api.person(7).request(method, path, json={"name": "x", "uri": "y"})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:analytics-agent:not-allowed")


async def test_the_list_of_databases_says_nothing_of_their_tables(api: Api) -> None:
    view = (await api.person(7).get("/v1/databases")).json()["databases"][0]
    told = {name: value for name, value in view.items() if value not in (None, [], False)}
    assert told == {"name": "flights", "dialect": "postgres", "superset_uuid": superset_uuid("flights"), "model_sees": "full"}


async def test_an_unknown_database_names_no_other(api: Api) -> None:
    answer = await api.person(7).post("/v1/analyses", json={**ASK, "database": "flight"})
    assert "flights" not in answer.text
    assert "flights" in (await api.client(api.ask).post("/v1/analyses", json={**ASK, "database": "flight"})).text


async def test_costs_are_ones_own(api: Api) -> None:
    for owner in ("superset:7", "superset:8"):
        asked = question(owner=owner)
        await api.store.create_run(asked)
        await api.store.save_turn(asked.run_id, turn(1))
    mine = (await api.person(7).get("/v1/costs?by=owner")).json()
    assert [line["group"] for line in mine["costs"]] == ["superset:7"]
