"""Questions over HTTP that cannot be asked: each is refused with every problem that it has."""

import json
from typing import Any

import pytest
from fakes.api import Api
from fakes.records import question

from analytics_agent.domain.database import Database

pytestmark = pytest.mark.anyio

ASKED = {"question": "How late were flights?", "database": "flights"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


async def _refused(api: Api, **changes: Any) -> dict[str, Any]:
    answer = await api.client(api.ask).post("/v1/analyses", content=json.dumps(ASKED | changes))
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert await api.store.runs(owner=None) == ()
    assert api.runner.started == []
    problem: dict[str, Any] = answer.json()
    return problem


@pytest.mark.parametrize("text", ["", "   \n", "?!", "\u200b"])
async def test_an_empty_question_is_refused(api: Api, text: str) -> None:
    problem = await _refused(api, question=text)
    assert problem["type"] == "urn:analytics-agent:invalid-question"
    assert "empty" in problem["detail"]


async def test_fifty_thousand_characters_are_refused(api: Api) -> None:
    problem = await _refused(api, question="why " * 12_500)
    assert problem["detail"] == "The question has 49,999 characters; 10,000 is the most."


@pytest.mark.parametrize("text", ["How\0 late", "How \x1b[31mlate", "How \ud800 late", "How \x7f late"])
async def test_control_characters_are_refused(api: Api, text: str) -> None:
    problem = await _refused(api, question=text)
    assert problem["detail"] == "The question holds control characters."


async def test_lines_and_tabs_in_a_question_are_fine(api: Api) -> None:
    answer = await api.client(api.ask).post("/v1/analyses", json=ASKED | {"question": " How late?\n\tBy month. "})
    assert answer.json()["question"] == "How late?\n\tBy month."


async def test_an_unknown_database_names_the_known_ones(api: Api) -> None:
    problem = await _refused(api, database="flight")
    assert problem["type"] == "urn:analytics-agent:unknown-database"
    assert "flights" in problem["detail"]


async def test_an_unknown_model_names_the_known_ones(api: Api) -> None:
    problem = await _refused(api, model="gpt-99")
    assert "claude-opus-4-7, offline" in problem["errors"][0]["message"]


async def test_somebody_elses_run_cannot_be_continued(api: Api) -> None:
    theirs = question(owner="k99")
    await api.store.create_run(theirs)
    answer = await api.client(api.ask).post("/v1/analyses", json=ASKED | {"continue": theirs.run_id})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "continue"


async def test_a_question_goes_on_in_the_database_of_the_one_before_and_in_no_other(api: Api) -> None:
    before = question(owner=api.owner)
    await api.store.create_run(before)
    client = api.client(api.ask)
    for database in ({}, {"database": None}, {"database": "flights"}):
        answer = await client.post("/v1/analyses", json={"question": "And in winter?", "continue": before.run_id} | database)
        assert answer.status_code == 202, answer.text
        assert (await api.store.run(answer.json()["id"])).question.database == "flights"
    await api.store.save_database(Database("shop", "postgresql://reader:geheim@host/shop"))
    answer = await client.post("/v1/analyses", json=ASKED | {"continue": before.run_id, "database": "shop"})
    (problem,) = answer.json()["errors"]
    assert (answer.status_code, problem["field"]) == (422, "continue")
    assert "asked the database flights: leave the database out" in problem["message"]
    await api.store.remove_database("flights")
    answer = await client.post("/v1/analyses", json={"question": "And in winter?", "continue": before.run_id})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "database")


async def test_a_question_without_a_database_goes_on_from_none_of_somebody_else(api: Api) -> None:
    theirs = question(owner="k99")
    await api.store.create_run(theirs)
    answer = await api.client(api.ask).post("/v1/analyses", json={"question": "And in winter?", "continue": theirs.run_id})
    assert answer.status_code == 422 and "flights" not in answer.text
    assert [problem["field"] for problem in answer.json()["errors"]] == ["continue"]
    for nothing in ({}, {"database": None}, {"database": None, "continue": None}):
        answer = await api.client(api.ask).post("/v1/analyses", json={"question": "And in winter?"} | nothing)
        assert answer.status_code == 422 and "Name the database to ask" in answer.json()["errors"][0]["message"]


async def test_every_problem_is_told_at_once(api: Api) -> None:
    problem = await _refused(api, question="", database="none", model="gpt", formats=["docx"], budget={"tokens": 0}, surprise=1)
    assert {error["field"] for error in problem["errors"]} == {"question", "database", "model", "formats.0", "budget.tokens", "surprise"}
    assert problem["type"] == "urn:analytics-agent:invalid-request"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 30_000])
async def test_a_body_that_is_not_json_is_refused(api: Api, body: bytes) -> None:
    answer = await api.client(api.ask).post("/v1/analyses", content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"null", b"7"])
async def test_a_body_that_is_no_object_is_refused(api: Api, body: bytes) -> None:
    answer = await api.client(api.ask).post("/v1/analyses", content=body)
    assert answer.status_code == 422
