"""Who may ask through Superset, what they see, and what nobody else sees: the extension in the real Superset before the real API."""

import secrets
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import psycopg
import pytest
from e2e.superset_page import Login
from running_stack import RunningStack
from superset_people import ASK, JSON, People, Person, Session

from analytics_agent.domain.database import superset_uuid
from analytics_agent.stack.credentials import credentials
from analytics_agent.stack.state import State

pytestmark = pytest.mark.stack

TABLES = [{"schema": "public", "name": name} for name in ("airlines", "airports", "flights", "planes", "weather")]
QUESTION = {"question": "How many flights were there?", "database": "flights", "publish": False}


@pytest.fixture(scope="module")
def reader(people: People) -> Person:
    """May read airlines and flights, whole."""
    return people.add(tables=["airlines", "flights"])


@pytest.fixture(scope="module")
def service(stack: RunningStack) -> Iterator[Session]:
    """Our own account in Superset."""
    given = stack.settings
    assert given.superset_url and given.superset_password
    with Session(given.superset_url, Login(given.superset_username, given.superset_password.get_secret_value())) as session:
        yield session


@pytest.fixture(scope="module")
def answered(people: People, reader: Person) -> str:
    """A finished run of the reader."""
    with people.session(reader) as session:
        asked = session.post("/analyses", {**QUESTION, "formats": ["html", "pdf"]}, {"Idempotency-Key": secrets.token_hex(8)})
        assert asked.status_code == 202, asked.text
        return finished(session, asked.json()["id"])


def finished(session: Session, run_id: str) -> str:
    """Follows it as the panel does. Gives its id when it has an answer."""
    after, deadline = 0, time.monotonic() + 60
    while time.monotonic() < deadline:
        batch = session.get(f"/analyses/{run_id}/events", params={"after": after, "wait": 10}).json()
        after = batch["next"]
        if batch["status"] in ("succeeded", "refused", "failed", "cancelled", "over_budget", "needs_input"):
            assert batch["status"] == "succeeded", session.get(f"/analyses/{run_id}").json()["reason"]
            return run_id
    raise AssertionError(f"run {run_id} did not finish")


def rights(service: Session, **who: Any) -> Any:
    answer = service.post("/rights", {"database_uuid": superset_uuid("flights"), "tables": TABLES, **who})
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def readable(found: Any) -> list[str]:
    return [table["name"] for table in found["tables"]]


# Who may come in


def test_a_stranger_is_asked_to_log_in(stack: RunningStack) -> None:
    for path in ("/context", "/analyses", "/schedules"):
        assert httpx2.get(f"{stack.settings.superset_url}{ASK}{path}").status_code == 401
    forged = {"X-GuestToken": "eyJhbGciOiJub25lIn0.e30.", "Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."}
    assert httpx2.get(f"{stack.settings.superset_url}{ASK}/context", headers=forged).status_code in (401, 422)


def test_the_token_for_our_api_opens_nothing_in_superset(stack: RunningStack, reader: Person) -> None:
    from ask.tokens import person_token

    assert stack.settings.superset_signing_key
    token = person_token(stack.settings.superset_signing_key.get_secret_value(), reader.id, "Ada")
    answer = httpx2.get(f"{stack.settings.superset_url}{ASK}/context", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in (401, 422)


def test_superset_s_own_token_opens_nothing_in_our_api(stack: RunningStack, reader: Person) -> None:
    body = {"username": reader.username, "password": reader.password, "provider": "db"}
    token = httpx2.post(f"{stack.settings.superset_url}/api/v1/security/login", json=body).json()["access_token"]
    answer = httpx2.get(f"{stack.settings.api_url}/v1/analyses", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


@pytest.mark.parametrize("headers", [JSON, {**JSON, "X-CSRFToken": "x" * 40}])
def test_a_page_elsewhere_cannot_ask_in_a_persons_name(people: People, reader: Person, headers: dict[str, str]) -> None:
    with people.session(reader) as session:
        before = session.get("/analyses").json()
        answer = session.client.post(f"{ASK}/analyses", json=QUESTION, headers=headers)
        assert answer.status_code == 400 and "CSRF" in answer.text
        assert session.get("/analyses").json() == before


def test_a_role_without_the_right_to_ask_may_not(people: People) -> None:
    person = people.add(roles=["Public"], tables=["airlines"])
    with people.session(person) as session:
        assert session.get("/context").status_code == 403
        assert session.get("/ask/").status_code in (302, 403)


def test_sql_lab_s_own_role_is_enough_to_ask(people: People) -> None:
    person = people.add(roles=["sql_lab"], tables=["airlines"])
    with people.session(person) as session:
        assert [one["name"] for one in session.get("/context").json()["databases"]] == ["flights"]
        loaded = session.get("/api/v1/extensions/").json()["result"]
        assert any(one["id"] == "analytics-agent.ask" and one["remoteEntry"] for one in loaded)
        assert session.post("/analyses", {**QUESTION, "formats": []}).status_code == 202


def test_an_account_that_is_switched_off_has_asked_its_last_question(people: People, service: Session) -> None:
    person = people.add(tables=["airlines"])
    with people.session(person) as session:
        assert session.get("/context").status_code == 200
        people.change(person, active=False)
        assert session.get("/context").status_code == 401
    assert rights(service, user=person.id)["known"] is False
    assert rights(service, mail=person.mail)["known"] is False


# What they are told


def test_the_menu_leads_to_a_page_of_superset_s_own_kind(people: People, reader: Person) -> None:
    with people.session(reader) as session:
        page = session.get("/ask/")
        assert page.status_code == 200 and "/ask/" in page.text
        assert "script-src 'self' 'strict-dynamic'" in page.headers["content-security-policy"]


def test_everybody_is_told_the_databases_that_they_may_ask(people: People, reader: Person) -> None:
    nobody, alpha, ruled = (
        people.add(),
        people.add(roles=["Alpha"]),
        people.add(tables=["flights"], row_rules={"flights": "carrier = 'AA'"}),
    )
    told = {}
    for person in (reader, nobody, alpha, ruled):
        with people.session(person) as session:
            told[person.id] = session.get("/context", params={"database_id": people.database_id}).json()
    assert [told[person.id]["database"] and told[person.id]["database"]["name"] for person in (reader, nobody, alpha, ruled)] == [
        "flights",
        None,
        "flights",
        "flights",
    ]
    assert told[nobody.id]["reason"] == "no_rights" and told[nobody.id]["databases"] == []
    assert told[alpha.id]["database"]["examples"] and not told[reader.id]["database"]["examples"]
    assert told[reader.id]["user"] == {"id": reader.id, "name": f"Ada {reader.username}"}


def test_a_database_of_superset_that_is_none_of_ours_is_named_so(people: People, reader: Person, postgres_database: str) -> None:
    body = {"database_name": f"other {secrets.token_hex(3)}", "sqlalchemy_uri": postgres_database}
    made = people.administrator.post("/api/v1/database/", body)
    number = {"database_id": made.json()["id"]}
    try:
        assert people.administrator.get("/context", params=number).json()["reason"] == "not_connected"
        with people.session(reader) as session:
            assert session.get("/context", params=number).json()["reason"] == "no_rights"
            assert session.get("/context", params={"database_id": 10**9}).json()["reason"] == "no_rights"
    finally:
        people.administrator.send("DELETE", f"/api/v1/database/{made.json()['id']}")


# What they may read


def test_only_our_service_account_may_ask_what_others_may_read(people: People, reader: Person) -> None:
    asked = {"user": reader.id, "database_uuid": superset_uuid("flights"), "tables": TABLES}
    assert people.administrator.post("/rights", asked).status_code == 403
    with people.session(reader) as session:
        assert session.post("/rights", asked).status_code == 403


def test_each_role_reads_what_superset_says_it_reads(people: People, service: Session, reader: Person) -> None:
    everything = [table["name"] for table in TABLES]
    alpha, whole, nobody = people.add(roles=["Alpha"]), people.add(whole_database=True), people.add()
    assert (readable(rights(service, user=1)), rights(service, user=1)["everything"]) == (everything, True)
    assert (readable(rights(service, user=alpha.id)), rights(service, user=alpha.id)["everything"]) == (everything, True)
    assert (readable(rights(service, user=whole.id)), rights(service, user=whole.id)["everything"]) == (everything, True)
    assert (readable(rights(service, user=reader.id)), rights(service, user=reader.id)["everything"]) == (["airlines", "flights"], False)
    assert rights(service, user=nobody.id)["database"] is False


def test_a_table_of_which_somebody_reads_a_part_comes_with_its_rule_and_then_every_table_is_named(people: People, service: Session) -> None:
    rules = {"flights": "carrier = 'AA'"}
    some = rights(service, user=people.add(tables=["airlines", "flights"], row_rules=rules).id)
    every = rights(service, user=people.add(roles=["Alpha", "sql_lab"], row_rules=rules).id)
    without_sql_lab = rights(service, user=people.add(roles=["Gamma"], whole_database=True, row_rules=rules).id)
    assert {table["name"]: table["rows"] for table in some["tables"]} == {"airlines": [], "flights": [["carrier = 'AA'"]]}
    assert (every["everything"], every["withheld"], readable(every)) == (False, 0, [table["name"] for table in TABLES])
    made = {name for name in readable(every) if people.has_dataset(name)}
    assert set(readable(without_sql_lab)) == made >= {"airlines", "flights"}


def test_who_somebody_is_is_told_with_their_rights(people: People, service: Session, reader: Person) -> None:
    told = rights(service, user=reader.id)
    assert (told["user"], told["username"]) == (reader.id, reader.username)
    assert set(told["roles"]) >= {"Gamma", "sql_lab"}
    assert "username" not in rights(service, user=987_654)


def test_a_mail_address_stands_for_exactly_one_person(people: People, service: Session, reader: Person) -> None:
    assert readable(rights(service, mail=reader.mail.upper())) == ["airlines", "flights"]
    assert rights(service, mail="nobody@people.example")["known"] is False
    assert rights(service, mail=f"{reader.mail}%")["known"] is False


def test_a_person_without_any_right_is_told_who_can_grant_it(people: People) -> None:
    with people.session(people.add()) as session:
        answer = session.post("/analyses", QUESTION)
        told = answer.json()
        assert (answer.status_code, told["title"]) == (403, "You may not ask about this database.")
        assert "administrator of Superset" in told["hint"] and "flights" not in answer.text
        assert session.post("/analyses", {**QUESTION, "database": "nowhere"}).json() == told


# Whose a run is


def test_a_question_is_answered_followed_and_downloaded(people: People, reader: Person, answered: str) -> None:
    with people.session(reader) as session:
        document = session.get(f"/analyses/{answered}").json()
        assert "336,776" in document["answer"]["summary"]
        rows = session.get(f"/analyses/{answered}/results/{document['primary']}", params={"limit": 5}).json()
        assert rows["rows"] == [[336776]]
        pdf = session.get(f"/analyses/{answered}/report.pdf")
        assert pdf.content[:5] == b"%PDF-" and pdf.headers["content-disposition"].startswith("attachment")
        html = session.get(f"/analyses/{answered}/report.html")
        assert html.headers["content-disposition"].startswith("attachment")
        assert html.headers["x-content-type-options"] == "nosniff"
        assert html.headers["content-security-policy"].startswith("sandbox")
        part = session.get(f"/analyses/{answered}/report.pdf", headers={"Range": "bytes=0-4"})
        assert (part.status_code, part.content) == (206, b"%PDF-")


def test_the_second_click_finds_the_first_question(people: People, reader: Person) -> None:
    key = {"Idempotency-Key": secrets.token_hex(8)}
    with people.session(reader) as session:
        first, second = session.post("/analyses", QUESTION, key), session.post("/analyses", QUESTION, key)
        assert first.json()["id"] == second.json()["id"]
        finished(session, first.json()["id"])


def test_nobody_else_finds_a_persons_run_and_only_who_may_see_as_much_opens_its_link(people: People, reader: Person, answered: str) -> None:
    """Nobody changes it: not a colleague with the same rights, and not Superset's administrator."""
    with people.session(reader) as session:
        primary = session.get(f"/analyses/{answered}").json()["primary"]
    paths = ("", f"/results/{primary}", f"/results/{primary}.csv", "/report.pdf", "/report.html")
    with people.session(people.add(tables=["airlines", "flights"])) as same, people.session(people.add(tables=["airlines"])) as less:
        for session, status in ((same, 200), (people.administrator, 200), (less, 404)):
            assert answered not in session.get("/analyses").text
            assert {path: session.get(f"/analyses/{answered}{path}").status_code for path in paths} == dict.fromkeys(paths, status)
            for path in ("/events", "/deliveries"):
                assert session.get(f"/analyses/{answered}{path}").status_code == 404, path
            for path, body in (("/cancel", {}), ("/answer", {"text": "x"}), ("/deliveries", {"to": ["a@b.example"]})):
                assert session.post(f"/analyses/{answered}{path}", body).status_code == 404, path
            assert session.post("/analyses", {**QUESTION, "continue": answered}).status_code in (404, 422)


def test_a_question_about_a_hidden_table_names_nothing_of_it(people: People) -> None:
    with people.session(people.add(tables=["airlines"])) as session:
        asked = session.post("/analyses", {**QUESTION, "question": "How many planes of each manufacturer are there?"}).json()["id"]
        deadline = time.monotonic() + 60
        while (document := session.get(f"/analyses/{asked}").json())["status"] not in ("refused", "succeeded", "failed"):
            assert time.monotonic() < deadline
            time.sleep(0.3)
    assert document["status"] == "refused"
    told = f"{document['reason']} {document['refusal']}"
    assert "administrator of Superset" in told and "manufacturer" not in told.replace(document["question"], "")


# What must not be kept, and what happens when we are away


def test_superset_keeps_no_token_and_no_key_in_its_logs(stack: RunningStack, answered: str) -> None:
    state = State(stack.settings.state)
    key = credentials(state).superset_signing
    assert answered
    url = next(line for line in state.superset_env.read_text().splitlines() if line.startswith("SUPERSET_DATABASE_URI"))
    with psycopg.connect(url.split("'")[1].replace("+psycopg2", "")) as connection:
        row = connection.execute("SELECT count(*) FROM logs WHERE json LIKE '%%eyJ%%' OR json LIKE %s", [f"%{key}%"]).fetchone()
    assert row == (0,)
    written = "".join(path.read_text(errors="replace") for path in state.logs.glob("*.log"))
    assert key not in written and "eyJhbGciOiJIUzI1NiI" not in written


def test_an_api_that_is_away_is_said_calmly_and_comes_back(stack: RunningStack, people: People, reader: Person) -> None:
    with people.session(reader) as session:
        stack.kill("api")
        answers = [session.get("/analyses")]
        deadline = time.monotonic() + 60
        while answers[-1].status_code != 200 and time.monotonic() < deadline:
            time.sleep(0.2)
            answers.append(session.get("/analyses"))
    first, last = answers[0], answers[-1]
    assert first.status_code == 503 and first.json()["title"] == "The analytics service does not answer."
    assert first.json()["retry_after"] == 5 and first.headers["retry-after"] == "5"
    assert last.status_code == 200
