"""People of a real Superset ask, and each run reads what Superset lets its owner read: no more, and never without being asked."""

import asyncio
import json
import time
from typing import Any

import httpx2
import pytest
from fakes.superset_token import signed
from running_stack import RunningStack
from superset_people import People, Person

from analytics_agent.adapters.superset_rights import SupersetRights
from analytics_agent.catalog.restrict import Hidden
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.rights import Grant
from analytics_agent.errors import NotAllowed

pytestmark = pytest.mark.stack

LATE = "Which carriers were late most often in summer?"
TABLES = ("airlines", "airports", "flights", "planes", "weather")
EVERYTHING = tuple(TableName("public", name) for name in TABLES)


def ask(stack: RunningStack, person: Person | int, question: str, **more: Any) -> dict[str, Any]:
    """As the extension asks for somebody; gives the document of the finished run."""
    assert stack.settings.superset_signing_key
    number = person if isinstance(person, int) else person.id

    def headers() -> dict[str, str]:
        return {"Authorization": f"Bearer {signed(number, key=stack.settings.superset_signing_key.get_secret_value())}"}  # type: ignore[union-attr]

    body = {"question": question, "database": "flights", "publish": False, "formats": [], **more}
    with httpx2.Client(base_url=stack.settings.api_url, timeout=30) as client:
        asked = client.post("/v1/analyses", json=body, headers=headers())
        assert asked.status_code == 202, asked.text
        deadline = time.monotonic() + 60
        while True:
            document: dict[str, Any] = client.get(f"/v1/analyses/{asked.json()['id']}", headers=headers()).json()
            if document["status"] not in ("queued", "running"):
                return document
            assert time.monotonic() < deadline, document["status"]
            time.sleep(0.2)


def grant(stack: RunningStack, person: Person) -> Grant:
    given = stack.settings
    assert given.superset_url and given.superset_password

    async def asked(url: str, password: str) -> Grant:
        rights = SupersetRights(url, given.superset_username, password)
        try:
            return await rights.grant(person.owner, Database("flights", "postgresql://"), EVERYTHING)
        finally:
            await rights.close()

    return asyncio.run(asked(given.superset_url, given.superset_password.get_secret_value()))


def test_a_person_with_one_table_is_answered_from_it_alone(stack: RunningStack, people: People) -> None:
    found = ask(stack, people.add(tables=["flights"]), LATE)
    assert found["status"] == "succeeded", found["reason"]
    assert {name for query in found["queries"] for name in query["tables"]} == {"flights"}
    assert "Southwest" not in json.dumps(found["answer"])  # whose name stands in the table airlines


def test_what_stands_in_other_tables_is_refused_and_says_who_can_grant_it(stack: RunningStack, people: People) -> None:
    found = ask(stack, people.add(tables=["airlines"]), LATE)
    assert found["status"] == "refused"
    assert found["reason"].endswith("You may read 1 table of this database; an administrator of Superset can grant more.")
    assert not Hidden.of(["flights", "airports", "planes", "weather"]).named_in(found["reason"])
    assert found["queries"] == []


def test_a_table_under_row_rules_is_left_out_and_it_is_said(stack: RunningStack, people: People) -> None:
    person = people.add(tables=["airlines", "flights"], row_rules={"flights": "carrier = 'AA'"})
    assert grant(stack, person).withheld == 1
    found = ask(stack, person, LATE)
    assert found["status"] == "refused"
    assert "Row rules apply to you on one of its tables" in found["reason"]


def test_a_person_without_the_database_is_refused_before_anything_is_read(stack: RunningStack, people: People) -> None:
    found = ask(stack, people.add(), LATE)
    assert (found["status"], found["reason"]) == (
        "refused",
        "You may not ask about this database. An administrator of Superset can grant it.",
    )
    assert found["refusal"]["reason"] == found["reason"]
    assert (found["queries"], found["usage"]["turns"]) == ([], 0)


def test_who_left_or_never_was_is_refused(stack: RunningStack, people: People) -> None:
    left = people.add(tables=["flights"])
    assert grant(stack, left).policy.tables == (TableName("public", "flights"),)
    people.change(left, active=False)
    with pytest.raises(NotAllowed):
        grant(stack, left)
    assert ask(stack, left, LATE)["status"] == "refused"
    assert ask(stack, 987_654, LATE)["status"] == "refused"


def test_who_may_use_the_whole_database_reads_all_of_it(stack: RunningStack, people: People) -> None:
    person = people.add(whole_database=True)
    assert grant(stack, person).policy.tables is None
    found = ask(stack, person, LATE)
    assert {name for query in found["queries"] for name in query["tables"]} == {"airlines", "flights"}


def test_a_language_model_is_shown_nothing_that_is_hidden(stack: RunningStack, people: People) -> None:
    """What leaves for the model's provider is looked at as it leaves."""
    calls = [
        ("search_catalog", {"words": "seats of planes, temperature, airports"}),
        ("describe", {"names": ["planes", "flights.carrier", "model"]}),
        ("look_at_values", {"column": "planes.manufacturer"}),
        ("run_sql", {"purpose": "x", "sql": "SELECT count(*) AS n FROM weather"}),
        ("refuse", {"reason": "That is not in the data."}),
    ]

    def step(body: dict[str, Any]) -> list[dict[str, Any]]:
        name, given = calls[sum(message["role"] == "assistant" for message in body["messages"])]
        return [{"type": "tool_use", "id": f"toolu_{len(body['messages'])}", "name": name, "input": given}]

    stack.script.step, before = step, len(stack.messages.requests)
    found = ask(stack, people.add(tables=["flights"]), "How many seats were there?", model="claude-opus-4-7")
    assert found["status"] == "refused"
    last = stack.messages.requests[-1]
    assert len(stack.messages.requests) - before == len(calls)
    results = [
        block for message in last["messages"] if message["role"] == "user" for block in message["content"] if block["type"] != "text"
    ]
    system = json.dumps(last["system"]).partition("<dialect>")[2]
    assert "planes_used (planes)" in system  # counts the tail numbers of flights
    assert not Hidden.of(["planes", "weather", "airports", "airlines", "seats", "temp"]).named_in(
        system.replace("planes_used (planes)", "")
    )
    told = json.dumps(results)
    assert not any(word in told for word in ("BOEING", "manufacturer", "seats", "origin_airports", "precip"))
    assert "There is no table" in told
