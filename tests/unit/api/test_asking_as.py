"""An operator asks with somebody else's rights, and looks at what these are. Nobody else can."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sql_shop
from fakes import databases, policies
from fakes.api import Api
from fakes.databases import StoredDatabases
from fakes.records import question

from analytics_agent.activities.schedules import ScheduleActivities
from analytics_agent.adapters.combined_rights import CombinedRights
from analytics_agent.domain.database import Database, DatabaseView
from analytics_agent.domain.delivery import Destination
from analytics_agent.domain.notices import asked_as
from analytics_agent.domain.orders import DueOrder
from analytics_agent.domain.policy import Mask, Policy, TablePolicy
from analytics_agent.domain.question import Budget, Question
from analytics_agent.domain.rights import Grant
from analytics_agent.errors import NotAllowed, RightsUnknown, SupersetUnavailable

pytestmark = pytest.mark.anyio

ASK = {"question": "How late were flights?", "database": "flights"}
AS_SEVEN = ASK | {"as": "7"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


async def asked(api: Api, body: dict[str, Any], key: str | None = None) -> Question:
    answer = await api.client(key or api.admin).post("/v1/analyses", json=body)
    assert answer.status_code == 202, answer.text
    return (await api.store.run(answer.json()["id"])).question


async def test_an_operator_asks_with_a_persons_rights_and_the_run_is_still_theirs(api: Api) -> None:
    run = await asked(api, AS_SEVEN)
    assert (run.reads_as, run.reader, run.reads_as_name) == ("superset:7", "superset:7", "7")
    assert not run.owner.startswith("superset:")
    shown = (await api.client(api.admin).get(f"/v1/analyses/{run.run_id}")).json()
    assert shown["reads_as"] == "7"
    assert f"Asked by the key {run.owner} as 7, with what they may read." in shown["notices"]


async def test_without_as_nothing_of_it_is_said(api: Api) -> None:
    run = await asked(api, ASK)
    assert run.reads_as == ""
    shown = (await api.client(api.admin).get(f"/v1/analyses/{run.run_id}")).json()
    assert (shown["reads_as"], shown["notices"]) == (None, [])


async def test_a_key_without_the_scope_admin_and_a_person_may_not(api: Api) -> None:
    for route in ("/v1/analyses", "/v1/schedules"):
        for body in (AS_SEVEN, ASK | {"as": "nobody"}, ASK | {"as": ""}):
            for client in (api.client(api.ask), api.person(7)):
                answer = await client.post(route, json=body)
                assert (answer.status_code, answer.json()["type"]) == (403, "urn:analytics-agent:not-allowed"), answer.text
    assert await api.store.runs(owner=None) == ()


async def test_a_key_that_is_bound_to_a_person_reads_as_that_person_and_as_nobody_else(api: Api) -> None:
    _, bound = await api.store.create_key("bound", ["ask"], reads_as="user:ada")
    run = await asked(api, ASK, bound)
    assert (run.reader, run.reads_as_name) == ("user:ada", "")
    assert asked_as(run) == f"Asked by the key {run.owner} as ada, with what they may read."
    assert (await api.client(bound).post("/v1/analyses", json=AS_SEVEN)).status_code == 403


async def test_a_bound_key_with_every_scope_is_no_administrator(api: Api) -> None:
    _, bound = await api.store.create_key("bound", ["ask", "admin"], reads_as="user:ada")
    assert (await api.client(bound).post("/v1/analyses", json=AS_SEVEN)).status_code == 403
    assert (await api.client(bound).get("/v1/policies", params={"database": "flights", "as": "7"})).status_code == 403


async def test_who_is_not_known_is_a_problem_of_that_field(api: Api) -> None:
    names: list[Any] = ["nobody", "", " ", "a\nb", "\u202e7", "x" * 201, 7, ["7"]]
    for name in names:
        answer = await api.client(api.admin).post("/v1/analyses", json=ASK | {"as": name})
        assert answer.status_code == 422, name
        assert {problem["field"] for problem in answer.json()["errors"]} == {"as"}


async def test_a_superset_that_is_away_or_a_file_that_is_broken_starts_nothing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for error, status in ((SupersetUnavailable("Superset does not answer."), 503), (RightsUnknown("The file cannot be used."), 500)):

        async def raising(name: str, error: Exception = error) -> str:
            raise error

        monkeypatch.setattr(api.rights, "reader", raising)
        assert (await api.client(api.admin).post("/v1/analyses", json=AS_SEVEN)).status_code == status
    assert await api.store.runs(owner=None) == ()


async def test_a_question_that_goes_on_from_such_a_run_keeps_whose_rights_it_reads_with(api: Api) -> None:
    first = await asked(api, AS_SEVEN)
    await api.store.set_status(first.run_id, "succeeded")
    assert (await asked(api, ASK | {"continue": first.run_id})).reader == "superset:7"
    assert (await asked(api, ASK | {"continue": first.run_id, "as": "8"})).reader == "superset:8"


async def test_the_same_key_of_idempotency_for_another_person_is_a_conflict(api: Api) -> None:
    client, headers = api.client(api.admin), {"Idempotency-Key": "one"}
    assert (await client.post("/v1/analyses", json=AS_SEVEN, headers=headers)).status_code == 202
    assert (await client.post("/v1/analyses", json=AS_SEVEN, headers=headers)).status_code in (200, 202)
    assert (await client.post("/v1/analyses", json=ASK | {"as": "8"}, headers=headers)).status_code == 409
    assert (await client.post("/v1/analyses", json=ASK, headers=headers)).status_code == 409


async def test_without_superset_the_names_of_the_file_are_whom_an_operator_asks_as(api: Api, tmp_path: Path) -> None:
    def no_superset() -> Any:
        raise AssertionError("nobody is asked")

    api.rights = CombinedRights(no_superset, policies.rights_of(tmp_path / "policies.yaml"), has_superset=False)  # type: ignore[assignment]
    run = await asked(api, ASK | {"as": "ada"})
    assert (run.reader, asked_as(run)) == ("user:ada", f"Asked by the key {run.owner} as ada, with what they may read.")
    made = await api.client(api.admin).post("/v1/keys", json={"name": "hers", "as": "ada"})
    assert made.status_code == 201, made.text
    assert (await asked(api, ASK, made.json()["key"])).reader == "user:ada"
    assert (await api.client(api.admin).post("/v1/analyses", json=ASK | {"as": "eve"})).status_code == 422


# schedules

MONTHLY = {"time_zone": "Europe/Berlin", "every": "month", "at": "08:00"}


async def scheduled(api: Api, run_id: str, **body: Any) -> dict[str, Any]:
    answer = await api.client(api.admin).post("/v1/schedules", json={"analysis": run_id, "timing": MONTHLY} | body)
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def due(api: Api, schedule_id: str) -> Question:
    schedule = await api.store.schedule(schedule_id)
    plan = await ScheduleActivities(api.store).begin_due(DueOrder(schedule.id, datetime.now(UTC) + timedelta(days=1)))
    assert plan.run_id is not None
    return (await api.store.run(plan.run_id)).question


async def test_a_schedule_of_such_a_run_makes_its_reports_with_the_same_rights(api: Api) -> None:
    run_id = await api.finished_run(reads_as="superset:7", reads_as_name="ada")
    view = await scheduled(api, run_id)
    assert view["reads_as"] == "ada"
    made = await due(api, view["id"])
    assert (made.reader, made.reads_as_name) == ("superset:7", "ada")


async def test_a_schedule_may_be_made_with_somebodys_rights(api: Api) -> None:
    view = await scheduled(api, await api.finished_run(), **{"as": "9"})
    assert (view["reads_as"], (await due(api, view["id"])).reader) == ("9", "superset:9")
    answer = await api.client(api.admin).post(
        "/v1/schedules", json={"analysis": await api.finished_run(), "timing": MONTHLY, "as": "nobody"}
    )
    assert [problem["field"] for problem in answer.json()["errors"]] == ["as"]


async def test_a_persons_own_schedule_reads_with_their_own_rights(api: Api) -> None:
    run_id = await api.finished_run(owner="superset:7")
    answer = await api.person(7).post("/v1/schedules", json={"analysis": run_id, "timing": MONTHLY})
    assert answer.status_code == 201, answer.text
    assert (await due(api, answer.json()["id"])).reader == "superset:7"


# what holds for somebody


@pytest.fixture
async def shop(api: Api, monkeypatch: pytest.MonkeyPatch) -> Api:
    await api.store.save_database(Database("shop", "postgresql://reader:geheim@host/shop"))
    monkeypatch.setattr(databases, "catalog", lambda name: sql_shop.catalog())
    return api


async def policy(api: Api, **params: Any) -> dict[str, Any]:
    answer = await api.client(api.admin).get("/v1/policies", params={"database": "shop"} | params)
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def test_what_somebody_may_see_is_told_to_administrators_without_the_key_of_hashes(
    shop: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = TablePolicy("public", "orders", (("status = 'paid'",),), (Mask("amount", "bucket", size=10.0),), ("customer_id",))
    narrow = Policy((rule.table,), (rule,), "not for anybody's eyes")

    async def grant(*_: Any) -> Grant:
        return Grant(narrow, withheld=1)

    monkeypatch.setattr(shop.rights, "grant", grant)
    found = await policy(shop, **{"as": "7"})
    assert (found["everything"], found["withheld"], found["why"]) == (False, 1, None)
    mask = {"column": "amount", "kind": "bucket", "first": 0, "last": 0, "size": 10.0, "unit": None}
    assert found["tables"] == [
        {"schema": "public", "table": "orders", "rows": [["status = 'paid'"]], "masks": [mask], "hidden": ["customer_id"]}
    ]
    assert "eyes" not in str(found)


async def test_who_may_see_everything_nothing_or_is_refused_is_told_so(shop: Api) -> None:
    assert (await policy(shop, **{"as": "7"}))["everything"] is True
    shop.rights.error = NotAllowed("You may not ask about this database.", hint="Ask somebody.")
    found = await policy(shop, **{"as": "7"})
    assert (found["everything"], found["tables"], found["why"]) == (False, [], "You may not ask about this database. Ask somebody.")


async def test_what_models_may_be_shown_is_told_too(shop: Api) -> None:
    assert (await policy(shop, models="true"))["everything"] is True
    shop.rights.models = Policy((TablePolicy("public", "orders").table,))
    found = await policy(shop, models="true")
    assert [table["table"] for table in found["tables"]] == ["orders"]
    assert found["reads_as"] is None


async def test_it_is_either_somebody_or_models(shop: Api) -> None:
    for params in ({}, {"as": "7", "models": "true"}):
        answer = await shop.client(shop.admin).get("/v1/policies", params={"database": "shop"} | params)
        assert answer.status_code == 422


async def test_nobody_but_an_administrator_sees_what_holds(shop: Api) -> None:
    for client in (shop.client(shop.ask), shop.person(7)):
        answer = await client.get("/v1/policies", params={"database": "shop", "as": "7"})
        assert answer.status_code == 403
    unknown = await shop.client(shop.admin).get("/v1/policies", params={"database": "none", "as": "7"})
    assert unknown.status_code == 404
    nobody = await shop.client(shop.admin).get("/v1/policies", params={"database": "shop", "as": "nobody"})
    assert nobody.status_code == 404
    assert re.search("nobody", nobody.json()["detail"])


async def test_examples_of_a_database_that_the_file_governs_are_not_told_to_people(shop: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Superset, which shows them to who may read everything there, does not know what the file hides."""
    views = StoredDatabases.views

    async def with_examples(self: StoredDatabases) -> tuple[DatabaseView, ...]:
        return tuple(replace(view, examples=("What do we pay?",)) for view in await views(self))

    async def examples(client: httpx2.AsyncClient) -> dict[str, list[str]]:
        listed = (await client.get("/v1/databases")).json()["databases"]
        return {view["name"]: view["examples"] for view in listed}

    monkeypatch.setattr(StoredDatabases, "views", with_examples)
    shop.rights.governed = {"shop"}
    _, bound = await shop.store.create_key("bound", ["ask"], reads_as="user:ada")
    told = ["What do we pay?"]
    assert await examples(shop.person(7)) == {"flights": told, "shop": []}
    assert await examples(shop.client(bound)) == {"flights": [], "shop": []}
    assert await examples(shop.client(shop.ask)) == {"flights": told, "shop": told}


# readiness


async def test_a_file_of_policies_that_cannot_be_used_is_told_and_does_not_take_the_api_away(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> None:
        raise RightsUnknown("The file of policies cannot be used. See line 3.")

    services = api.services()
    monkeypatch.setattr(api, "services", lambda: replace(services, told={"policies": broken}))
    answer = await api.client().get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert answer.json()["checks"]["policies"] == "The file of policies cannot be used. See line 3."


async def test_who_is_not_who_asked_is_said_by_number_where_no_name_was_given() -> None:
    assert "person 7 of Superset" in asked_as(question(reads_as="superset:7"))
    assert asked_as(question(owner="superset:7")) == ""


# what goes with a person's rights


async def test_with_a_persons_rights_a_report_goes_only_where_a_persons_may(api: Api) -> None:
    """Also where an operator asks as that person, or their key does: who reads at a webhook is not known."""
    _, bound = await api.store.create_key("bound", ["ask", "schedule"], reads_as="superset:7")
    await api.store.save_destination(Destination("webhook", "ops", "https://hooks.example.com/x", "whsec_x", None))
    for key, said in ((bound, {}), (api.admin, {"as": "7"}), (api.admin, {})):
        run_id = await api.finished_run(owner=(await api.store.authenticate(key)).id)  # type: ignore[union-attr]
        body = {"recipients": ["webhook:ops"]} | said
        asking = await api.client(key).post("/v1/analyses", json=ASK | body)
        planned = await api.client(key).post("/v1/schedules", json={"analysis": run_id, "timing": MONTHLY} | body)
        allowed = key == api.admin and not said
        assert (asking.status_code, planned.status_code) == ((202, 201) if allowed else (422, 422)), (asking.text, planned.text)


async def test_a_bound_key_may_not_spend_more_than_the_settings_let_a_person(api: Api) -> None:
    api.limits = replace(api.limits, budget=Budget(tokens=1_000, usd=1.0))
    _, bound = await api.store.create_key("bound", ["ask"], reads_as="superset:7")
    body = ASK | {"budget": {"usd": 50, "tokens": 10**6}}
    assert (await asked(api, body, bound)).budget == Budget(tokens=1_000, usd=1.0)
    assert (await asked(api, body, api.ask)).budget == Budget(tokens=10**6, usd=50)
