"""Answers and what was published of them, looked at by others: nobody sees a row through them that Superset would not show them."""

import json
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from integration.superset.test_what_people_may_read import LATE, ask
from running_stack import RunningStack
from superset_people import People, Person, Session

pytestmark = pytest.mark.stack

RULE = {"flights": "carrier IN ('AA', 'UA')"}
READS = {"tables": ["airlines", "flights"], "row_rules": RULE}


@pytest.fixture(scope="module")
def asker(people: People) -> Person:
    return people.add(**READS)


@pytest.fixture(scope="module")
def answered(stack: RunningStack, people: People, asker: Person) -> Iterator[dict[str, Any]]:
    """A question of somebody under a row rule, answered and published."""
    found = ask(stack, asker, LATE, publish=True, formats=["html"])
    assert (found["status"], found["superset"]["failure"]) == ("succeeded", None)
    yield found
    slug = found["superset"]["dashboard_url"].rstrip("/").rpartition("/")[2]
    people.administrator.send("DELETE", f"/api/v1/dashboard/{people.administrator.get(f'/api/v1/dashboard/{slug}').json()['result']['id']}")
    for kind in ("chart", "dataset"):
        for one in found["superset"][f"{kind}s"]:
            people.administrator.send("DELETE", f"/api/v1/{kind}/{one['id']}")


def open_link(people: People, person: Person, answered: dict[str, Any]) -> dict[str, tuple[int, Any]]:
    """What the page of somebody who followed the link is told, each with its status."""
    paths = {"": "", "rows": f"/results/{answered['primary']}", "report": "/report.html", "events": "/events"}
    with people.session(person) as session:
        got = {name: session.get(f"/analyses/{answered['id']}{path}") for name, path in paths.items()}
    return {name: (one.status_code, one.json() if "json" in one.headers["content-type"] else None) for name, one in got.items()}


def test_whoever_sees_the_same_rows_opens_the_link_and_reads(people: People, answered: dict[str, Any], stack: RunningStack) -> None:
    same = people.add(**READS)
    seen = open_link(people, same, answered)
    assert {name: status for name, (status, _) in seen.items()} == {"": 200, "rows": 200, "report": 200, "events": 404}
    document = seen[""][1]
    assert document["answer"] == answered["answer"]
    assert document["asked_by"] and answered["asked_by"] is None
    assert seen["rows"][1]["total"] == 2
    with people.session(same) as session:
        assert session.post(f"/analyses/{answered['id']}/cancel").status_code == 404
        assert session.post(f"/analyses/{answered['id']}/deliveries", {"to": [f"mail:{same.mail}"]}).status_code == 404
        assert session.get("/analyses").json()["analyses"] == []
    opened = lines(stack, same)
    assert {about for _, about in opened} == {"answer", answered["primary"], "report.html"}
    assert all(set(tables) >= {"flights"} for tables, _ in opened)


def lines(stack: RunningStack, person: Person) -> list[tuple[list[str], str]]:
    assert stack.settings.store_url
    address = stack.settings.store_url.get_secret_value().replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT entry FROM audit WHERE actor = %s AND act = 'opened'", [person.owner]).fetchall()
    return [(entry["tables"], entry["about"]) for (entry,) in found]


def test_whoever_sees_more_opens_it_too(people: People, answered: dict[str, Any]) -> None:
    assert open_link(people, people.add(whole_database=True), answered)[""][0] == 200
    assert open_link(people, people.add(tables=["airlines", "flights"]), answered)[""][0] == 200


def test_whoever_sees_less_or_other_rows_finds_nothing(people: People, answered: dict[str, Any], stack: RunningStack) -> None:
    missing = {"id": "0" * 12, "primary": "r1"}
    others = (
        people.add(tables=["airlines"]),
        people.add(),
        people.add(tables=["airlines", "flights"], row_rules={"flights": "carrier = 'AA'"}),
        people.add(whole_database=True, row_rules={"flights": "carrier IN ('UA', 'AA')"}),
        people.add(tables=["airlines", "flights"], row_rules={**RULE, "airlines": "carrier <> 'UA'"}),
    )
    for person in others:
        seen, nothing = open_link(people, person, answered), open_link(people, person, missing)
        assert {name: status for name, (status, _) in seen.items()} == dict.fromkeys(seen, 404)
        assert json.dumps(seen).replace(answered["id"], missing["id"]) == json.dumps(nothing)
        assert lines(stack, person) == []


def rows_through(session: Session, dataset: int) -> tuple[int, int]:
    """With which status Superset answers whoever asks a dataset for its rows, and how many there are."""
    metric = {"expressionType": "SQL", "sqlExpression": "COUNT(*)", "label": "rows"}
    body = {"datasource": {"id": dataset, "type": "table"}, "queries": [{"columns": [], "metrics": [metric]}], "force": True}
    answer = session.post("/api/v1/chart/data", body)
    return answer.status_code, answer.json()["result"][0]["data"][0]["rows"] if answer.is_success else 0


def test_what_was_published_shows_each_viewer_the_rows_that_superset_gives_them(
    people: People, asker: Person, answered: dict[str, Any]
) -> None:
    primary = answered["superset"]["datasets"][0]["id"]
    viewers = {
        "asker": (asker, (200, 2)),
        "whole": (people.add(whole_database=True), (200, 16)),
        "one": (people.add(whole_database=True, row_rules={"flights": "carrier = 'AA'"}), (200, 1)),
        "tables alone": (people.add(tables=["airlines", "flights"]), (403, 0)),
        "same rule": (people.add(**READS), (403, 0)),
        "nothing": (people.add(), (403, 0)),
    }
    found = {}
    for name, (person, _) in viewers.items():
        with people.session(person) as session:
            found[name] = rows_through(session, primary)
    assert found == {name: wanted for name, (_, wanted) in viewers.items()}


def test_no_rule_stands_in_what_was_published(people: People, answered: dict[str, Any]) -> None:
    """Else a viewer without a rule would be shown the asker's rows, and whoever reads the SQL would be told of the rule."""
    for one in answered["superset"]["datasets"]:
        text = people.administrator.get(f"/api/v1/dataset/{one['id']}").json()["result"]["sql"]
        assert "'UA'" not in text and "OFFSET 0" not in text, text


def test_ones_own_answer_is_not_shown_again_once_a_table_was_taken(stack: RunningStack, people: People) -> None:
    person = people.add(**READS)
    mine = ask(stack, person, LATE, formats=["html"])
    assert open_link(people, person, mine)[""][0] == 200
    people.take_tables(person)
    deadline = time.monotonic() + 30
    while (seen := open_link(people, person, mine))[""][0] == 200 and time.monotonic() < deadline:
        time.sleep(1)  # a right that was asked some seconds ago is not asked again
    assert {status for status, _ in seen.values()} == {403}
    assert seen[""][1]["detail"].startswith("You may not read all of the tables that this answer was made of any more")
    with people.session(person) as session:
        (listed,) = session.get("/analyses?view=summary").json()["analyses"]
    assert (listed["headline"], listed["report"]) == (None, {"html": None, "pdf": None})
