"""Keys and the audit log on the whole stack: what a key for one database, with a person's rights, gets; and the lines that it leaves."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from e2e.command_line import run
from running_stack import RunningStack
from superset_people import People, Person

from analytics_agent.client import Client
from analytics_agent.errors import NotAllowed, NotAuthenticated, TooMany, UnknownDatabase

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

HOW_MANY = "How many flights were there?"
OF_AMERICAN = 32_729
FILE = """version: 1
policies:
  - name: American
    users: [{name}]
    database: flights
    tables:
      - table: flights
        rows: carrier = 'AA'
"""


def made(stack: RunningStack, *options: str) -> dict[str, Any]:
    done = run(stack, "keys", "create", "e2e", *options, "--json")
    assert done.code == 0, done.err
    return done.document


def client(stack: RunningStack, key: dict[str, Any]) -> Client:
    return Client(stack.settings.api_url, key["key"])


@pytest.fixture
def carol(stack: RunningStack, people: People) -> Iterator[Person]:
    person = people.add(whole_database=True)
    with stack.policies(FILE.format(name=person.username)):
        yield person


def test_a_key_with_a_persons_rights_gets_their_rows_and_the_log_says_whose_and_of_which_tables(stack: RunningStack, carol: Person) -> None:
    key = made(stack, "--as", carol.username, "--database", "flights", "--expires", "1d")
    assert (key["reads_as"], key["databases"]) == (carol.owner, ["flights"])
    with client(stack, key) as hers:
        document = stack.finished(hers.submit(HOW_MANY, "flights", model="offline", publish=False))
        assert str(f"{OF_AMERICAN:,}") in document["answer"]["summary"]
        with pytest.raises(UnknownDatabase):
            hers.submit(HOW_MANY, "shop", model="offline")
        with pytest.raises(NotAllowed):
            hers.catalog("flights")
        with pytest.raises(NotAllowed):
            hers.audit()
    done = run(stack, "audit", "--run", document["id"], "--json")
    assert done.code == 0, done.err
    lines = json.loads(done.out)
    assert {"asked", "read"} <= {line["act"] for line in lines}
    assert {(line["actor"], line["reads_as"]) for line in lines if line["act"] != "opened"} == {(key["id"], carol.owner)}
    assert key["id"] not in {line["actor"] for line in lines if line["act"] == "opened"}  # the operator looked whether it was finished
    read = [line for line in lines if line["act"] == "read"]
    assert any("flights" in table for line in read for table in line["tables"])
    assert all(line["policy"] for line in read)
    assert HOW_MANY not in done.out
    with stack.client() as operator:
        assert document["id"] in {line["run"] for line in operator.audit(table="flights", actor=key["id"])}


def test_a_key_asks_as_often_as_it_may_and_is_told_in_a_sentence_when_it_is_too_often(stack: RunningStack) -> None:
    key = made(stack, "--questions-per-day", "1")
    with client(stack, key) as asker:
        asker.submit(HOW_MANY, "flights", model="offline", publish=False)
        with pytest.raises(TooMany, match="which is the most for a day") as refused:
            asker.submit(HOW_MANY, "flights", model="offline", publish=False)
        assert refused.value.retry_after
    assert run(stack, "keys", "revoke", key["id"]).code == 0
    with client(stack, key) as asker, pytest.raises(NotAuthenticated):
        asker.me()
