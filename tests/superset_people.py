"""People of a running Superset, made for a test: with a role, the tables they may read, row rules; and how they send requests.

people = People(url, admin)                      # the fixture `people` in tests/conftest.py
reader = people.add(tables=["airlines"])         # Gamma with SQL Lab, one table of the sample
ruled = people.add(tables=["airlines", "flights"], row_rules={"flights": "carrier = 'AA'"})
with people.session(reader) as session:          # as the browser: cookie, and the CSRF token where it is needed
    session.get("/context")
"""

import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import httpx2
from e2e.superset_page import Login

from analytics_agent.domain.database import superset_uuid

ASK = "/extensions/analytics-agent/ask"
JSON = {"Content-Type": "application/json"}
ONE_EACH = httpx2.Limits(max_keepalive_connections=0)
"""A connection for each request."""


@dataclass(frozen=True)
class Person:
    id: int
    username: str
    password: str
    mail: str
    role_id: int | None = None

    @property
    def login(self) -> Login:
        return Login(self.username, self.password)

    @property
    def owner(self) -> str:
        """As runs name their owner."""
        return f"superset:{self.id}"


class Session:
    """One signed-in browser, without the browser. Paths are those of the extension unless they begin with /api/ or are whole."""

    def __init__(self, url: str, login: Login) -> None:
        # Superset closes a connection after two idle seconds, in the middle of a request that was just sent on it.
        self.client = httpx2.Client(base_url=url, timeout=60, headers={"Referer": url}, limits=ONE_EACH)
        page = self.client.get("/login/")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text) or re.search(r"csrf_token&#34;: &#34;([^&]+)", page.text)
        form = {"username": login.username, "password": login.password, "csrf_token": token.group(1) if token else ""}
        answer = self.client.post("/login/", data=form)
        told = f"{answer.status_code}, to {answer.headers.get('location')}, its page {page.status_code}"
        assert answer.status_code == 302 and "/login" not in answer.headers["location"], f"{login.username} could not log in: {told}"

    @cached_property
    def csrf(self) -> dict[str, str]:
        return {"X-CSRFToken": self.client.get("/api/v1/security/csrf_token/").json()["result"]}

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.client.get(_whole(path), **options)

    def send(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        given = {**JSON, **self.csrf, **(headers or {})}
        return self.client.request(method, _whole(path), content=json.dumps({} if body is None else body), headers=given)

    def post(self, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        return self.send("POST", path, body, headers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *about: object) -> None:
        self.client.close()


def _whole(path: str) -> str:
    return path if path.startswith(("/api/", "/extensions/", "/superset/", "/ask/")) else ASK + path


class People:
    """Makes people as an administrator does, and removes them again."""

    def __init__(self, url: str, admin: Login, database: str = "flights", schema: str = "public") -> None:
        self.url = url
        self.admin = admin
        self._database = database
        self._schema = schema
        self._made: list[tuple[str, int]] = []

    @cached_property
    def administrator(self) -> Session:
        return Session(self.url, self.admin)

    @cached_property
    def database_id(self) -> int:
        """Superset's number of the sample's connection, which is there from the start."""
        (found,) = self._list("database", "uuid", superset_uuid(self._database))
        return int(found["id"])

    def add(
        self,
        *,
        roles: Sequence[str] = ("Gamma", "sql_lab"),
        tables: Sequence[str] = (),
        row_rules: Mapping[str, str] | None = None,
        whole_database: bool = False,
        active: bool = True,
        mail: str | None = None,
    ) -> Person:
        """Somebody with these of Superset's own roles, and a role of their own for the tables. No table and no such role: nothing."""
        name = f"p{secrets.token_hex(4)}"
        own = self._role(name, tables, whole_database)
        self._rules(name, own, row_rules or {})
        ids = [*(self.role_id(role) for role in roles), own]
        mail = mail or f"{name}@people.example"
        body = {"first_name": "Ada", "last_name": name, "username": name, "password": name, "email": mail, "active": active, "roles": ids}
        return Person(self._create("security/users", body), name, name, mail, own)

    def role_id(self, name: str) -> int:
        (found,) = self._list("security/roles", "name", name)
        return int(found["id"])

    def dataset_id(self, table: str) -> int:
        """The dataset of a whole table, made where it is missing."""
        body = {"database_id": self.database_id, "schema": self._schema, "table_name": table}
        return int(self._ok(self.administrator.post("/api/v1/dataset/get_or_create/", body))["result"]["table_id"])

    def has_dataset(self, table: str) -> bool:
        return any(one["database"]["id"] == self.database_id and not one["sql"] for one in self._list("dataset", "table_name", table))

    @contextmanager
    def session(self, person: Person) -> Iterator[Session]:
        with Session(self.url, person.login) as session:
            yield session

    def change(self, person: Person, **fields: Any) -> None:
        """Such as active=False."""
        self._ok(self.administrator.send("PUT", f"/api/v1/security/users/{person.id}", fields))

    def take_tables(self, person: Person) -> None:
        """Whatever was granted to the person alone."""
        body: dict[str, Any] = {"permission_view_menu_ids": []}
        self._ok(self.administrator.post(f"/api/v1/security/roles/{person.role_id}/permissions", body))

    def remove_all(self) -> None:
        """Rules before roles, and people before their roles: later ones stand on earlier ones."""
        for kind, number in reversed(self._made):
            self.administrator.send("DELETE", f"/api/v1/{kind}/{number}")
        self._made.clear()
        if administrator := self.__dict__.pop("administrator", None):  # signed in again at the next use
            administrator.client.close()

    def _role(self, name: str, tables: Sequence[str], whole_database: bool) -> int:
        role = self._create("security/roles", {"name": f"reads for {name}"})
        granted = [self._permission("datasource_access", self.dataset_id(table)) for table in tables]
        if whole_database:
            granted.append(self._permission("database_access", self.database_id))
        if granted:
            body = {"permission_view_menu_ids": granted}
            self._ok(self.administrator.post(f"/api/v1/security/roles/{role}/permissions", body))
        return role

    def _rules(self, name: str, role: int, rules: Mapping[str, str]) -> None:
        for table, clause in rules.items():
            body = {"name": f"{table} for {name}", "filter_type": "Regular", "tables": [self.dataset_id(table)], "roles": [role]}
            self._create("rowlevelsecurity", {**body, "clause": clause})

    def _permission(self, kind: str, number: int) -> int:
        """Superset names what a permission is for "[database].[table](id:7)"."""
        named = self._list("security/permissions", "name", kind)[0]["id"]
        query = {"filters": [{"col": "permission", "opr": "rel_o_m", "value": named}], "page_size": 100, "page": 0}
        while found := self._ok(self.administrator.get("/api/v1/security/permissions-resources/", params={"q": json.dumps(query)}))[
            "result"
        ]:
            for one in found:
                if one["view_menu"]["name"].endswith(f"(id:{number})"):
                    return int(one["id"])
            query["page"] += 1
        raise AssertionError(f"Superset knows no {kind} for {number}")

    def _create(self, kind: str, body: Any) -> int:
        made = int(self._ok(self.administrator.post(f"/api/v1/{kind}/", body))["id"])
        self._made.append((kind, made))
        return made

    def _list(self, kind: str, column: str, value: Any) -> list[dict[str, Any]]:
        query = {"filters": [{"col": column, "opr": "eq", "value": value}], "page_size": 100}
        found: list[dict[str, Any]] = self._ok(self.administrator.get(f"/api/v1/{kind}/", params={"q": json.dumps(query)}))["result"]
        return found

    @staticmethod
    def _ok(answer: httpx2.Response) -> dict[str, Any]:
        assert answer.is_success, f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:300]}"
        found: dict[str, Any] = answer.json()
        return found
