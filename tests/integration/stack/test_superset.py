"""Superset from its own lock: ready for our service account, closed to the outside, and quick the second time."""

import http.cookiejar
import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from analytics_agent.settings import load
from analytics_agent.stack import lifecycle, ports
from analytics_agent.stack.credentials import credentials, superset_login
from analytics_agent.stack.plan import Plan, plan
from analytics_agent.stack.state import State

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]
PARTS = ("postgres", "superset")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    settings = load(state=tmp_path_factory.mktemp("superset") / "state")
    said: list[str] = []
    try:
        assert lifecycle.up(settings, only=PARTS, echo=said.append).healthy, said
        yield plan(settings, ports.remembered(State(settings.state)), superset=True)
    finally:
        lifecycle.clean(settings, echo=said.append)


class Session:
    """A logged-in user of Superset's REST interface, by the standard library alone."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, urllib.request.ProxyHandler({}))
        self.headers = {"Content-Type": "application/json", "Referer": url}
        login = {"username": username, "password": password, "provider": "db", "refresh": True}
        self.headers["Authorization"] = f"Bearer {self.call('POST', 'security/login', login)[1]['access_token']}"
        self.headers["X-CSRFToken"] = self.call("GET", "security/csrf_token/")[1]["result"]

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", data, self.headers, method=method)  # noqa: S310
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read()


@pytest.fixture
def service(made: Plan) -> Session:
    return Session(made.url("superset"), "analytics_agent", made.secret.superset_service)


def test_the_service_account_can_publish_and_take_it_back(made: Plan, service: Session) -> None:
    def create(path: str, **body: object) -> int:
        status, answer = service.call("POST", path, {"uuid": str(uuid.uuid4()), **body})
        assert status == 201, answer
        return int(answer["id"])

    database = create("database/", database_name="flights", sqlalchemy_uri=made.addresses.flights_reader, expose_in_sqllab=True)
    dataset = create("dataset/", database=database, schema="public", table_name="one", sql="SELECT 1 AS a, current_date AS d")
    chart = create("chart/", slice_name="c", viz_type="table", datasource_id=dataset, datasource_type="table", params="{}", owners=[1, 2])
    dashboard = create("dashboard/", dashboard_title="d", published=True, owners=[1, 2])
    assert service.call("PUT", f"dashboard/{dashboard}", {"json_metadata": "{}"})[0] == 200
    assert service.call("POST", "tag/bulk_create", {"tags": [{"name": "t", "objects_to_tag": [["chart", chart]]}]})[0] == 200
    query = {"datasource": {"id": dataset, "type": "table"}, "queries": [{"columns": ["a"], "row_limit": 5}], "result_type": "full"}
    assert service.call("POST", "chart/data", query)[1]["result"][0]["data"] == [{"a": 1}]
    for path in (f"dashboard/{dashboard}", f"chart/{chart}", f"dataset/{dataset}", f"database/{database}"):
        assert service.call("DELETE", path)[0] == 200, path


def test_the_service_account_finds_people_but_makes_none_and_reads_no_logs(service: Session) -> None:
    status, found = service.call("GET", "security/users/")
    assert status == 200 and {user["username"] for user in found["result"]} == {"admin", "analytics_agent"}
    assert service.call("POST", "security/users/", {})[0] == 403
    assert service.call("GET", "log/")[0] == 403


def test_a_person_can_log_in_as_administrator(made: Plan) -> None:
    session = Session(made.url("superset"), *superset_login(made.state))
    assert "Admin" in session.call("GET", "me/roles/")[1]["result"]["roles"]


def test_extensions_are_on_and_a_change_without_a_token_is_refused(service: Session) -> None:
    assert service.call("GET", "extensions/")[0] == 200
    del service.headers["X-CSRFToken"]
    assert service.call("POST", "dashboard/", {"dashboard_title": "forged"})[0] == 400


def test_the_login_page_allows_no_outside_address(made: Plan) -> None:
    with urllib.request.urlopen(f"{made.url('superset')}/login/", timeout=30) as page:  # noqa: S310
        policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "http" not in policy


def test_its_logs_hold_no_password(made: Plan) -> None:
    text = "".join(path.read_text() for path in made.state.logs.glob("superset*.log"))
    assert text
    assert not [name for name, value in vars(credentials(made.state)).items() if value in text]


def test_a_second_start_installs_and_initializes_nothing(made: Plan) -> None:
    settings, said = load(state=made.state.folder), []
    lifecycle.down(settings, echo=said.append)
    began = time.monotonic()
    assert lifecycle.up(settings, only=PARTS, echo=said.append).healthy
    assert time.monotonic() - began < 45
    skipped = [line for line in said if "superset environment" in line or "superset database" in line]
    assert len(skipped) == 2
    assert all(float(line.split(" s")[-2].split()[-1]) < 1 for line in skipped), skipped
