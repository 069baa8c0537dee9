"""People of a real Superset ask, and each run reads what Superset lets its owner read: no more, and never without being asked."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from fakes.superset_token import signed
from running_stack import RunningStack
from superset_people import People, Person

from analytics_agent import bootstrap
from analytics_agent.adapters.superset.rights import SupersetRights
from analytics_agent.catalog.restrict import Hidden
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.rights import Grant
from analytics_agent.errors import NotAllowed, UnknownPerson

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


def asked_of(stack: RunningStack, call: Callable[[SupersetRights], Awaitable[Any]]) -> Any:
    """What the adapter of rights says, over the sample's real catalog."""
    given = stack.settings

    async def asked(url: str, password: str) -> Any:
        opened = bootstrap.store(given)
        rights = SupersetRights(url, given.superset_username, password, catalog_of=opened.catalog)
        try:
            return await call(rights)
        finally:
            await rights.close()
            await opened.close()

    assert given.superset_url and given.superset_password
    return asyncio.run(asked(given.superset_url, given.superset_password.get_secret_value()))


def grant(stack: RunningStack, person: Person) -> Grant:
    found: Grant = asked_of(stack, lambda rights: rights.grant(person.owner, Database("flights", "postgresql://"), EVERYTHING))
    return found


def test_a_person_with_one_table_is_answered_from_it_alone(stack: RunningStack, people: People) -> None:
    found = ask(stack, people.add(tables=["flights"]), LATE)
    assert found["status"] == "succeeded", found["reason"]
    assert {name for query in found["queries"] for name in query["tables"]} == {"flights"}
    assert "Southwest" not in json.dumps(found["answer"])  # whose name stands in the table airlines


def test_what_stands_in_other_tables_is_refused_and_says_who_can_grant_it(stack: RunningStack, people: People) -> None:
    found = ask(stack, people.add(tables=["airlines"]), LATE)
    assert found["status"] == "refused"
    assert found["reason"].endswith("1 table of this database, and no others were looked in; an administrator of Superset can grant more.")
    assert not Hidden.of(["flights", "airports", "planes", "weather"]).named_in(found["reason"])
    assert found["queries"] == []


def late(stack: RunningStack, document: dict[str, Any]) -> int:
    """How many carriers an answer ranks."""
    return int(next(query["rows"] for query in document["queries"] if query["id"] == document["primary"]))


def test_a_table_under_row_rules_is_answered_from_the_rows_that_superset_shows(stack: RunningStack, people: People) -> None:
    person = people.add(tables=["airlines", "flights"], row_rules={"flights": "carrier IN ('AA', 'UA')"})
    found = grant(stack, person)
    assert (found.withheld, [rule.rows for rule in found.policy.rules]) == (0, [(("carrier IN ('AA', 'UA')",),)])
    document = ask(stack, person, LATE)
    assert document["status"] == "succeeded", document["reason"]
    assert late(stack, document) == 2
    assert "Of flights only the rows that the asker may see are counted." in document["caveats"]
    assert late(stack, ask(stack, people.add(whole_database=True), LATE)) > 10
    assert "'UA')" not in json.dumps(document["queries"])  # the rule itself is told to nobody


def test_a_table_whose_rule_the_guard_cannot_read_is_left_out_and_it_is_said(stack: RunningStack, people: People) -> None:
    person = people.add(tables=["airlines", "flights"], row_rules={"flights": "pg_backend_pid() > 0"})
    assert grant(stack, person).withheld == 1
    found = ask(stack, person, LATE)
    assert found["status"] == "refused"
    assert "Row rules apply to you on one of its tables" in found["reason"]


def test_nobody_but_the_service_account_is_told_of_rights(stack: RunningStack, people: People) -> None:
    person = people.add(tables=["flights"], roles=("Gamma", "sql_lab", "Admin"))
    body = {"username": person.username}
    with people.session(person) as session:
        refused = session.post("/rights", body)
        assert (refused.status_code, refused.json()["title"]) == (403, "Only the service account of analytics-agent may ask this.")
        assert person.mail not in refused.text and "roles" not in refused.text
    assert people.administrator.post("/rights", body).status_code == 403
    with httpx2.Client(base_url=people.url) as anonymous:
        assert anonymous.post("/extensions/analytics-agent/ask/rights", json=body).status_code in (400, 401)


def test_a_username_is_its_person_and_nobody_elses(stack: RunningStack, people: People) -> None:
    person = people.add(tables=["flights"])
    assert asked_of(stack, lambda rights: rights.reader(person.username)) == person.owner
    for name in ("nobody", person.username.upper(), f"{person.username} ", person.mail):
        with pytest.raises(UnknownPerson):
            asked_of(stack, lambda rights, name=name: rights.reader(name))  # type: ignore[misc]
    people.change(person, active=False)
    with pytest.raises(UnknownPerson):
        asked_of(stack, lambda rights: rights.reader(person.username))


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
