"""What people and our service account send, checked before anything is done with it."""

import json
from typing import Any

import pytest
from ask.bodies import connection_uuid, question, rights_request
from ask.problems import Refused

from analytics_agent.domain.database import superset_uuid

DATABASE = superset_uuid("flights")


def rights(**sent: Any) -> bytes:
    return json.dumps({"database_uuid": DATABASE, "tables": [], **sent}).encode()


def test_both_sides_know_a_database_by_the_same_uuid() -> None:
    assert str(connection_uuid("flights")) == DATABASE


def test_a_question_takes_along_what_a_person_may_choose_and_nothing_else() -> None:
    chosen = {"question": "How many?", "database": "flights", "schema": "sales", "publish": False}
    sent = {**chosen, "owner": "superset:1", "model": "dear", "replays": "x"}
    name, body = question(json.dumps(sent).encode())
    assert (name, json.loads(body)) == ("flights", chosen)


@pytest.mark.parametrize("body", [b"[]", b"{", b'"x"', b"{}", b'{"database": 7}', b'{"database": ""}', b"[" * 50_000])
def test_a_question_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        question(body)
    assert refused.value.problem.status == 400


def test_a_question_without_end_is_refused() -> None:
    with pytest.raises(Refused):
        question(json.dumps({"question": "x" * 100_000, "database": "flights"}).encode())


def test_rights_are_asked_for_one_person_by_number_mail_or_username() -> None:
    assert rights_request(rights(user=7)).user == 7
    assert rights_request(rights(mail="a@b.example")).mail == "a@b.example"
    assert rights_request(rights(username="ada")).username == "ada"


def test_without_a_database_it_is_only_asked_who_that_is() -> None:
    asked = rights_request(b'{"username": "ada"}')
    assert (asked.username, asked.database_uuid, asked.tables) == ("ada", None, ())


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"user": 7, "mail": "a@b.example"},
        {"user": "7 or 1=1"},
        {"user": True},
        {"mail": " "},
        {"username": ""},
        {"username": 7},
        {"username": "ada", "user": 7},
        {"username": "ada", "mail": "a@b.example"},
        {"user": 7, "database_uuid": None},
        {"user": 7, "database_uuid": "flights"},
        {"user": 7, "tables": "flights"},
        {"user": 7, "tables": [{"name": 7}]},
        {"user": 7, "tables": [{"schema": 7, "name": "x"}]},
        {"user": 7, "tables": [None]},
    ],
)
def test_rights_that_are_asked_wrongly_are_refused(sent: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        rights_request(rights(**sent))
