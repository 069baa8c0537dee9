"""A few cells of the matrix through the whole product: asked in the panel, answered by a run, published, sent by mail."""

import io
import json
import secrets
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from fakes.mail_server import MailServer
from matrix.superset.model import QUESTION, SQL
from matrix.superset.persons import PEOPLE, Made, Role, Rule, Spec
from matrix.superset.ways import InSuperset, told
from matrix.superset.world import World, world_in
from running_stack import RunningStack
from superset_people import Session

pytestmark = [pytest.mark.stack, pytest.mark.matrix, pytest.mark.timeout(600)]

ASKERS = (
    *("admin", "alpha, a filter", "gamma, all tables", "gamma, a filter", "two roles, one group", "clause that shuts out"),
    "one schema, a filter",
)
REFUSED = ("gamma, nothing", "gamma, one table", "clause that we do not read", "a view alone")
VIEWERS = (
    *("admin", "alpha, a filter", "gamma, a filter", "gamma, all tables", "gamma, one table", "one schema", "one schema, a filter"),
    *("the database", "the database, a filter", "two roles, one group", "clause that nobody reads", "anonymous"),
)

FIGURE = "240"
"""What the EU's sales come to, as each of the answers says."""
SEE_IT = ("admin", "alpha, a filter", "one schema, a filter", "the database, a filter")
"""Its owner, and who may read the whole database. What is published has no schema where its database was added without one."""


@pytest.fixture(scope="module")
def world(stack: RunningStack) -> Iterator[World]:
    with world_in(stack) as made:
        yield made


def spec(name: str) -> Spec:
    return next(spec for spec in PEOPLE if spec.name == name)


def asked(world: World, person: Made, **more: Any) -> dict[str, Any]:
    """The document of a question in the panel, when its run has ended."""
    body = {"question": QUESTION, "database": world.name, "publish": False, "formats": [], **more}
    with Session(world.url, person.login) as session:
        answer = session.post("/analyses", body, {"Idempotency-Key": secrets.token_hex(8)})
        if answer.status_code == 403:
            return {"status": "refused", "reason": answer.text, "queries": []}
        assert answer.status_code == 202, answer.text
        deadline = time.monotonic() + 120
        while (document := session.get(f"/analyses/{answer.json()['id']}").json())["status"] in ("queued", "running"):
            assert time.monotonic() < deadline, document["status"]
            time.sleep(0.3)
        return document if document["status"] != "succeeded" else {**document, "rows": _rows(session, document)}


def _rows(session: Session, document: dict[str, Any]) -> tuple[tuple[Any, ...], ...]:
    found = session.get(f"/analyses/{document['id']}/results/{document['primary']}").json()
    columns = [column["name"] for column in found["columns"]]
    return told(columns, [dict(zip(columns, row, strict=True)) for row in found["rows"]]).rows or ()


def in_lab(world: World, person: Made, sql: str) -> tuple[tuple[Any, ...], ...] | None:
    session = InSuperset(world.url, person.login, world.database_id)
    try:
        return session.lab(sql).rows
    finally:
        session.close()


@pytest.mark.parametrize("name", ASKERS)
def test_an_answer_is_made_of_the_rows_that_superset_gives_its_asker(world: World, name: str) -> None:
    person = world.person(spec(name))
    document = asked(world, person)
    given = in_lab(world, person, SQL)
    assert given is not None
    if not given:
        assert document["status"] == "refused" or document["rows"] == (), document["reason"]
        return
    assert document["status"] == "succeeded", document["reason"]
    assert {(region, float(amount)) for region, amount in document["rows"]} == {(region, float(amount)) for region, amount in given}
    assert "OFFSET 0" not in json.dumps(document)


@pytest.mark.parametrize("name", REFUSED)
def test_who_may_not_read_the_table_is_refused_and_told_no_name_of_it(world: World, name: str) -> None:
    document = asked(world, world.person(spec(name)))
    assert document["status"] == "refused" and document["queries"] == []
    assert "sales" not in str(document["reason"]).replace("sales_board", "") and "ctid" not in json.dumps(document)


@contextmanager
def published_by(world: World, name: str) -> Iterator[dict[str, Any]]:
    """The answer to somebody, as a dashboard for everybody: its owner has taken it out of the drafts."""
    document = asked(world, world.person(spec(name)), publish=True, formats=["html"])
    assert document["status"] == "succeeded" and document["superset"]["dashboard_url"], document
    slug = document["superset"]["dashboard_url"].rstrip("/").rpartition("/")[2]
    number = world.administrator.get(f"/api/v1/dashboard/{slug}").json()["result"]["id"]
    assert world.administrator.send("PUT", f"/api/v1/dashboard/{number}", {"published": True}).is_success
    try:
        yield {**document, "dashboard": number}
    finally:
        world.administrator.send("DELETE", f"/api/v1/dashboard/{number}")
        for kind in ("chart", "dataset"):
            for one in document["superset"][f"{kind}s"]:
                world.administrator.send("DELETE", f"/api/v1/{kind}/{one['id']}")


@pytest.fixture(scope="module")
def published(world: World) -> Iterator[dict[str, Any]]:
    """Asked by somebody who sees the EU's sales."""
    with published_by(world, "one schema, a filter") as document:
        yield document


@pytest.mark.parametrize("name", VIEWERS)
def test_a_published_dashboard_shows_each_viewer_what_superset_gives_that_viewer(
    world: World, published: dict[str, Any], name: str
) -> None:
    """The rows of its statement as the viewer is given them, or nothing. No rule of the asker's is in it, none of the viewer's is lost."""
    found = spec(name)
    session = InSuperset(world.url, None if found.is_anonymous else world.person(found).login, world.database_id)
    try:
        for one in published["superset"]["datasets"]:
            dataset = world.administrator.get(f"/api/v1/dataset/{one['id']}").json()["result"]
            columns = [column["column_name"] for column in dataset["columns"]]
            shown = session.chart(one["id"], columns).rows
            given = session.lab(dataset["sql"]).rows
            assert shown is None or shown == given, (name, dataset["sql"])
            if name in SEE_IT:
                assert shown is not None
    finally:
        session.close()


def test_a_published_dashboard_is_not_the_same_for_everybody(world: World, published: dict[str, Any]) -> None:
    """Else the test above would compare one thing with itself."""
    number = published["superset"]["datasets"][0]["id"]
    columns = [column["column_name"] for column in world.administrator.get(f"/api/v1/dataset/{number}").json()["result"]["columns"]]
    seen = {}
    for name in ("the database", "one schema, a filter"):
        session = InSuperset(world.url, world.person(spec(name)).login, world.database_id)
        seen[name] = len(session.chart(number, columns).rows or ())
        session.close()
    assert seen == {"the database": 4, "one schema, a filter": 1}


def opened(world: World, name: str, number: int) -> bool:
    """Whether the person is shown the dashboard. Who is not, finds its text in no list and no export either."""
    with Session(world.url, world.person(spec(name)).login) as session:
        page = session.get(f"/api/v1/dashboard/{number}")
        others = [session.get(path) for path in ("/api/v1/dashboard/", f"/api/v1/dashboard/export/?q=!({number})")]
    found = page.is_success and FIGURE in page.text
    assert found or not any(FIGURE in answer.text or _in_archive(answer) for answer in others), name
    return found


def _in_archive(answer: httpx2.Response) -> bool:
    if not answer.is_success or "zip" not in answer.headers["content-type"]:
        return False
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return any(FIGURE in archive.read(name).decode() for name in archive.namelist())


def test_a_dashboard_is_shown_to_nobody_whom_its_text_would_tell_of_other_rows(world: World, published: dict[str, Any]) -> None:
    """Charts are drawn for each viewer; its text is of the asker's rows."""
    readers = (
        "one schema, a filter",
        "the database, a filter",
        "the database",
        "alpha, a filter",
        "clause that nobody reads",
        "admin, a filter",
    )
    with published_by(world, "the database") as whole:
        seen = {name: (opened(world, name, published["dashboard"]), opened(world, name, whole["dashboard"])) for name in readers}
    assert seen == {
        "one schema, a filter": (True, False),
        "the database, a filter": (True, False),  # under the same rule as the first asker
        "the database": (True, True),
        "alpha, a filter": (True, False),
        "clause that nobody reads": (False, False),
        "admin, a filter": (True, True),  # may change the rules
    }


def test_a_report_by_mail_goes_to_those_alone_who_see_all_that_it_shows(stack: RunningStack, world: World) -> None:
    """The asker sees the EU's sales. Who sees the same or all of them gets the report; who sees others or fewer does not."""
    asker = world.person(spec("gamma, a filter"))
    less, other, wider, same = (
        world.person(Spec(f"mail: {clauses}", (Role(datasets=("sales",), rules=tuple(Rule("sales", clause) for clause in clauses)),)))
        for clauses in (("region = 'EU'", "id > 4"), ("region = 'US'",), ("region IN ('EU', 'US')",), ("region = 'EU'",))
    )
    gets = [same, world.person(spec("gamma, all tables")), world.person(spec("admin"))]
    not_so = [less, other, wider, world.person(spec("gamma, one table")), world.person(spec("clause that we do not read"))]
    with MailServer(port=stack.mail_port) as server:
        document = asked(world, asker, formats=["html"], recipients=[f"mail:{one.mail}" for one in (*gets, *not_so)])
        assert document["status"] == "succeeded", document["reason"]
        states = _deliveries(world, asker, document["id"])
        sent = {mail["To"] for mail in server.taken}
    assert sent == {one.mail for one in gets}
    assert {name for name, state in states.items() if state == "held"} == {one.mail for one in not_so}


def _deliveries(world: World, asker: Made, run_id: str) -> dict[str, str]:
    deadline = time.monotonic() + 60
    with Session(world.url, asker.login) as session:
        while True:
            found = {one["name"]: one["state"] for one in session.get(f"/analyses/{run_id}/deliveries").json()["deliveries"]}
            if "waiting" not in found.values() or time.monotonic() > deadline:
                return found
            time.sleep(0.3)
