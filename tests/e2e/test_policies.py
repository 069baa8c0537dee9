"""A file of policies on the whole stack: two people, one question, two numbers; a broken file refuses and a mended one works at once;
what no model outside may see is not there for it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from e2e.command_line import run
from e2e.other_databases import scripted
from running_stack import RunningStack
from superset_people import People, Person

from analytics_agent.client import Client
from analytics_agent.errors import NotAllowed, UnknownPerson

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

HOW_MANY = "How many flights were there?"
OF_AMERICAN, OF_UNITED, OF_ALL = 32_729, 58_665, 336_776

FILE = """version: 1
hash_key: not for anybody's eyes
policies:
  - name: American
    users: [{ada}]
    database: flights
    tables:
      - table: flights
        rows: carrier = 'AA'
        mask: {{tailnum: hash}}
  - name: two carriers
    users: [{bob}]
    database: flights
    tables:
      - table: flights
        rows: carrier IN ('AA', 'UA')
      - table: airlines
"""
MODELS = """version: 1
policies:
  - name: what Claude may see
    models: true
    database: flights
    tables:
      - table: flights
        rows: carrier = 'UA'
      - table: '*'
"""


@pytest.fixture(scope="module")
def ada(people: People) -> Person:
    return people.add(whole_database=True)


@pytest.fixture(scope="module")
def bob(people: People) -> Person:
    return people.add(tables=["flights"])


@pytest.fixture
def put(stack: RunningStack, ada: Person, bob: Person) -> Iterator[Callable[[str], None]]:
    with stack.policies(FILE.format(ada=ada.username, bob=bob.username)) as put:
        yield put


def asked(stack: RunningStack, **options: Any) -> dict[str, Any]:
    """The document of the finished run."""
    options = {"formats": [], "publish": False} | options
    with stack.client() as client:
        return stack.finished(client.submit(HOW_MANY, "flights", **options))


def counted(stack: RunningStack, document: dict[str, Any]) -> int:
    assert document["status"] == "succeeded", document["reason"]
    with stack.client() as client:
        rows = json.loads(client.result(document["id"], document["primary"], "json"))["rows"]
    (((number),),) = rows
    return int(number)


def test_the_same_question_gives_each_their_own_number(stack: RunningStack, put: Callable[[str], None], ada: Person, bob: Person) -> None:
    assert counted(stack, asked(stack)) == OF_ALL
    assert counted(stack, asked(stack, as_user=bob.username)) == OF_AMERICAN + OF_UNITED
    hers = run(
        stack, "ask", HOW_MANY, "--database", "flights", "--no-publish", "--formats", "html", "--as", ada.username, "--json"
    ).document
    assert counted(stack, hers) == OF_AMERICAN
    assert hers["reads_as"] == ada.username
    assert any(notice.endswith(f" as {ada.username}, with what they may read.") for notice in hers["notices"])
    with stack.client() as client:
        report = client.report(hers["id"], "html").decode()
    assert f" as {ada.username}, with what they may read." in report
    assert ada.username in run(stack, "runs", "show", hers["id"]).out
    for text in (json.dumps(hers), report):
        assert "'AA'" not in text
        assert "eyes" not in text
    again = asked(stack, continues=hers["id"])
    assert again["reads_as"] == ada.username
    assert counted(stack, again) == OF_AMERICAN


def test_a_broken_file_refuses_whom_it_governs_says_where_and_works_again_when_it_is_mended(
    stack: RunningStack, put: Callable[[str], None], ada: Person
) -> None:
    def told() -> str:
        checks: dict[str, str] = httpx2.get(f"{stack.settings.api_url}/readyz").json()["checks"]
        return checks["policies"]

    good = FILE.format(ada=ada.username, bob="nobody")
    for broken in (good.replace("carrier = 'AA'", "carier = 'AA'"), good.replace("rows:", "row:")):
        put(broken)
        hers = asked(stack, as_user=ada.username)
        assert hers["status"] == "failed"
        assert "The file of policies" in hers["reason"]
        assert "carier" not in json.dumps(hers)
        assert "The file of policies" in told()
    doctor = run(stack, "doctor", "--json")
    assert doctor.code == 1
    assert any("The file of policies" in problem and "line 1" in problem for problem in doctor.document["problems"])
    assert counted(stack, asked(stack)) == OF_ALL
    put(good)
    assert counted(stack, asked(stack, as_user=ada.username)) == OF_AMERICAN
    assert told() == "ok"


def test_what_holds_is_shown_and_statements_are_judged_by_it(
    stack: RunningStack, put: Callable[[str], None], ada: Person, bob: Person
) -> None:
    shown = run(stack, "policies", "show", "--as", bob.username, "--database", "flights")
    assert shown.code == 0, shown.err
    # Superset gives him one table, the file two.
    assert [line for line in shown.out.splitlines() if not line.startswith("    ")] == [
        f"{bob.username} may see of flights:",
        "  public.flights",
    ]
    statements = "".join(
        json.dumps({"id": text, "sql": text}) + "\n" for text in ("SELECT tailnum FROM flights", "SELECT name FROM airlines")
    )
    judged = run(stack, "sql", "check", "--database", "flights", "--as", ada.username, "--rewritten", stdin=statements)
    seen, hidden = (json.loads(line) for line in judged.out.splitlines())
    assert "carrier = 'AA'" in seen["sql"]
    assert "eyes" not in judged.out
    assert (hidden["ok"], hidden["sql"]) == (False, None)


def test_only_an_administrators_key_asks_as_somebody_else_and_a_bound_one_as_one_person(
    stack: RunningStack, put: Callable[[str], None], ada: Person
) -> None:
    with stack.client() as admin:
        unbound, bound = admin.create_key("asks only"), admin.create_key("hers", as_user=ada.username)
        with pytest.raises(UnknownPerson, match="nobody-at-all"):
            admin.submit(HOW_MANY, "flights", as_user="nobody-at-all")
        with pytest.raises(NotAllowed, match="scope admin"), Client(stack.settings.api_url, unbound["key"]) as asking:
            asking.submit(HOW_MANY, "flights", as_user=ada.username)
        with Client(stack.settings.api_url, bound["key"]) as asking:
            hers = stack.finished(asking.submit(HOW_MANY, "flights", formats=[], publish=False))
        assert counted(stack, hers) == OF_AMERICAN
        for key in (unbound, bound):
            admin.revoke_key(key["id"])


def test_what_no_model_outside_may_see_is_not_there_for_it_whoever_asks(stack: RunningStack) -> None:
    with stack.policies(MODELS):
        stack.script.step = scripted("SELECT count(*) AS flights FROM flights", "There were {r1[0].flights} flights.")
        through_claude = asked(stack, model="claude-opus-4-7")
        assert counted(stack, through_claude) == OF_UNITED
        assert any("not shown to models" in notice for notice in through_claude["notices"])
        here = asked(stack, model="offline")
        assert counted(stack, here) == OF_ALL
        assert not any("not shown to models" in notice for notice in here["notices"])
