"""What is held of a person, and its erasure, over HTTP."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fakes.api import Api
from fakes.records import question

from analytics_agent.api import outbox
from analytics_agent.domain.audit import AuditFilter
from analytics_agent.domain.erasure import Left

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


async def posted(api: Api, path: str, key: str, **body: Any) -> Any:
    async with api.client(key) as client:
        return await client.post(path, json=body)


async def asked_by_ada(api: Api, **changes: Any) -> None:
    await api.store.create_run(question(**{"owner": "superset:7", "asked_by": "Ada Byron", **changes}))


@pytest.mark.parametrize("path", ["/v1/people/held", "/v1/erasures"])
async def test_only_an_administrator_looks_and_erases(api: Api, path: str) -> None:
    assert (await posted(api, path, api.ask, person="superset:7")).status_code == 403
    async with api.person(7) as client:
        assert (await client.post(path, json={"person": "superset:7"})).status_code == 403
    assert not await api.store.erasures()


async def test_what_is_held_is_counted_and_nothing_is_changed(api: Api) -> None:
    await asked_by_ada(api)
    found = (await posted(api, "/v1/people/held", api.admin, person="superset:7", mails=["Ada@Example.COM"])).json()
    assert (found["ids"], found["names"], found["mails"]) == (["superset:7"], ["Ada Byron"], ["Ada@example.com"])
    assert (found["held"]["runs"], found["held"]["unfinished"]) == (1, 1)
    assert found["held"]["since"]
    assert not await api.store.erasures()
    assert not [line for line in await api.store.audit(AuditFilter()) if line.entry.act in ("changed", "erased")]


async def test_an_erasure_is_begun_once_and_told_without_a_name(api: Api) -> None:
    await asked_by_ada(api)
    answer = await posted(api, "/v1/erasures", api.admin, person="superset:7")
    begun = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (202, f"/v1/erasures/{begun['id']}")
    assert (begun["stage"], begun["finished_at"], begun["left"]) == ("stopping", None, [])
    again = (await posted(api, "/v1/erasures", api.admin, person="Ada Byron")).json()
    assert again["id"] == begun["id"]
    assert api.runner.erased == [begun["id"]] * 2
    async with api.client(api.admin) as client:
        assert (await client.get(f"/v1/erasures/{begun['id']}")).json() == begun
        listed = await client.get("/v1/erasures")
        assert listed.json() == {"erasures": [begun]}
    assert "Ada" not in listed.text and "superset:7" not in listed.text


async def test_the_audit_log_says_that_somebody_was_erased_and_not_who(api: Api) -> None:
    begun = (await posted(api, "/v1/erasures", api.admin, person="superset:7")).json()
    (line,) = [line.entry for line in await api.store.audit(AuditFilter()) if line.entry.act == "erased"]
    assert line.about == f"erasure:{begun['id']}"


async def test_what_is_left_outside_is_told(api: Api) -> None:
    begun = (await posted(api, "/v1/erasures", api.admin, person="superset:7")).json()
    left = (Left("mail", 2), Left("webhook", 1, "chat"))
    await api.store.change_erasure(
        begun["id"], lambda one: replace(one, stage="done", runs=3, files=9, left=left, finished_at=datetime.now(UTC))
    )
    async with api.client(api.admin) as client:
        told = (await client.get(f"/v1/erasures/{begun['id']}")).json()
    assert (told["stage"], told["runs"], told["files"]) == ("done", 3, 9)
    assert told["left"] == [{"kind": "mail", "name": "", "count": 2}, {"kind": "webhook", "name": "chat", "count": 1}]


async def test_somebody_unknown_is_no_erasure(api: Api) -> None:
    answer = await posted(api, "/v1/erasures", api.admin, person="Nobody Here")
    assert answer.status_code == 404
    assert "nothing is held under that name" in answer.json()["detail"]
    async with api.client(api.admin) as client:
        assert (await client.get("/v1/erasures/none")).status_code == 404


async def test_several_of_one_name_are_told_apart_by_their_ids(api: Api) -> None:
    await asked_by_ada(api)
    await asked_by_ada(api, owner="superset:8")
    answer = await posted(api, "/v1/erasures", api.admin, person="Ada Byron")
    assert answer.status_code == 409
    assert "superset:7, superset:8" in answer.text


async def test_a_key_is_erased_by_its_id_but_not_the_one_that_asks_nor_the_last_of_an_administrator(api: Api) -> None:
    assert (await posted(api, "/v1/erasures", api.admin, person=api.owner)).status_code == 202
    (own,) = [key.id for key in await api.store.keys() if key.name == "admin"]
    refused = await posted(api, "/v1/erasures", api.admin, person=own)
    assert refused.status_code == 409 and "that you ask with" in refused.text
    assert (await posted(api, "/v1/erasures", api.admin, person="admin")).status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"person": ""},
        {"person": "x" * 271},
        {"person": "mail:nobody"},
        {"person": "a", "mails": ["no address"]},
        {"person": "a", "more": 1},
        {"person": "\0"},
    ],
)
async def test_a_body_that_is_wrong_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert (await posted(api, "/v1/erasures", api.admin, **body)).status_code == 422
    assert not await api.store.erasures()


async def test_somebody_who_only_gets_reports_is_named_by_their_address(api: Api) -> None:
    await asked_by_ada(api, recipients=("mail:Ben@Example.com",))
    found = (await posted(api, "/v1/people/held", api.admin, person="mail:ben@example.com")).json()
    assert (found["ids"], found["mails"], found["held"]["mentions"]) == (["mail:ben@example.com"], ["ben@example.com"], 1)
    assert (await posted(api, "/v1/erasures", api.admin, person="mail:ben@example.com")).status_code == 202
    unknown = await posted(api, "/v1/erasures", api.admin, person="ben@example.com")
    assert unknown.status_code == 404 and "mail:" in unknown.json()["hint"]


async def test_an_erasure_that_nobody_carries_out_is_taken_up_again(api: Api) -> None:
    api.runner.away = True
    assert (await posted(api, "/v1/erasures", api.admin, person="superset:7")).status_code == 503
    api.runner.away = False
    assert await outbox.go_on_erasing(api.services()) == 1
    (erasure,) = await api.store.erasures()
    assert api.runner.erased == [erasure.id]
    await api.store.change_erasure(erasure.id, lambda one: replace(one, stage="done", subject=None))
    assert await outbox.go_on_erasing(api.services()) == 0
