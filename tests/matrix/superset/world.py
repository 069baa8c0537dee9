"""The matrix's own small world in a running stack: a warehouse, its datasets in Superset, people with roles and row rules. All of it goes
again at the end."""

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import psycopg
from e2e.superset_page import Login
from matrix.superset.asked import DATASETS, SEED
from matrix.superset.model import MODEL
from matrix.superset.persons import BASE_RULE, Made, Role, Rule, Spec
from running_stack import RunningStack
from superset_people import People, Session

from analytics_agent.domain.database import superset_uuid
from analytics_agent.stack.credentials import credentials
from analytics_agent.stack.ports import remembered
from analytics_agent.stack.postgres import SUPERUSER
from analytics_agent.stack.state import State


@dataclass
class World(People):
    """`name` is the database's in the product and in PostgreSQL. People are made when they are first asked for."""

    stack: RunningStack
    name: str = field(default_factory=lambda: f"matrix_{secrets.token_hex(4)}")
    password: str = field(default_factory=lambda: secrets.token_hex(12))

    def __post_init__(self) -> None:
        assert self.stack.settings.superset_url
        super().__init__(self.stack.settings.superset_url, Login(*self.stack.superset_login), self.name, "public")
        self.datasets: dict[str, int] = {}
        self.persons: dict[str, Made] = {}
        self._exempt: int | None = None
        self._permissions: dict[str, int] = {}

    def owner(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A session of PostgreSQL's superuser."""
        state = State(self.stack.settings.state)
        port = remembered(state)["postgres"]
        return psycopg.connect(
            host="127.0.0.1", port=port, user=SUPERUSER, password=credentials(state).postgres, dbname=database, autocommit=True
        )

    @property
    def uri(self) -> str:
        """Of the login that may only read."""
        return f"postgresql://{self.name}:{self.password}@127.0.0.1:{remembered(State(self.stack.settings.state))['postgres']}/{self.name}"

    def create(self) -> None:
        with self.owner() as server:
            server.execute(f"CREATE DATABASE {self.name}")
            server.execute(f"CREATE ROLE {self.name} LOGIN PASSWORD '{self.password}'")
        with self.owner(self.name) as warehouse:
            warehouse.execute(SEED)
            for schema in ("public", "archive"):
                warehouse.execute(f"GRANT USAGE ON SCHEMA {schema} TO {self.name}")
                warehouse.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {self.name}")
        with self.stack.client() as client:
            client.add_database(self.name, self.uri, semantic_model=MODEL)
        self._exempt = self._create("security/roles", {"name": f"{self.name} is exempt"})
        for key, dataset in DATASETS.items():
            body: dict[str, Any] = {"database": self.database_id, "table_name": dataset.table, "owners": []}
            body |= {"schema": dataset.schema} if dataset.schema else {}
            self.datasets[key] = self._create("dataset", body | ({"sql": dataset.sql} if dataset.sql else {}))
        self.rule(BASE_RULE, self._exempt, kind="Base")

    def drop(self) -> None:
        try:
            self._forget_statements()
            self.remove_all()
            assert not self._left(), "Something of the matrix stayed in Superset."
        finally:
            with self.stack.client() as client:
                client.remove_database(self.name)
            self._forget_connection()
            with self.owner() as server:
                server.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
                server.execute(f"DROP ROLE IF EXISTS {self.name}")

    def _metadata(self) -> psycopg.Connection[Any]:
        """Superset's own tables."""
        line = next(line for line in State(self.stack.settings.state).superset_env.read_text().splitlines() if "DATABASE_URI=" in line)
        return self.owner(line.strip("'").rpartition("/")[2])

    def _forget_statements(self) -> None:
        """Superset lets nobody go who ran a statement in SQL Lab, and has no request that takes these away."""
        with self._metadata() as connection:
            connection.execute("DELETE FROM query WHERE user_id = ANY(%s)", [[person.id for person in self.persons.values()]])

    def _left(self) -> int:
        """Of people, roles and rules."""
        people = [person.id for person in self.persons.values()]
        counted = (
            "SELECT (SELECT count(*) FROM ab_user WHERE id = ANY(%(people)s)) + (SELECT count(*) FROM ab_role WHERE name LIKE %(own)s)"
        )
        counted += " + (SELECT count(*) FROM row_level_security_filters WHERE name LIKE %(own)s)"
        with self._metadata() as connection:
            found = connection.execute(counted, {"people": people, "own": f"{self.name}%"}).fetchone()
        return int(found[0]) if found else 0

    @contextmanager
    def dataset_of(self, sql: str) -> Iterator[int]:
        """A virtual dataset, for the time of the block."""
        body = {"database": self.database_id, "schema": "public", "table_name": f"v{secrets.token_hex(4)}", "sql": sql, "owners": []}
        made = int(self._ok(self.administrator.post("/api/v1/dataset/", body))["id"])
        try:
            yield made
        finally:
            self._ok(self.administrator.send("DELETE", f"/api/v1/dataset/{made}"))

    def _forget_connection(self) -> None:
        with Session(self.url, self.admin) as session:
            query = {"filters": [{"col": "uuid", "opr": "eq", "value": superset_uuid(self.name)}]}
            for one in session.get("/api/v1/database/", params={"q": json.dumps(query)}).json()["result"]:
                self._ok(session.send("DELETE", f"/api/v1/database/{one['id']}"))

    # people

    def person(self, spec: Spec) -> Made:
        if spec.name not in self.persons:
            self.persons[spec.name] = self._made_now(spec)
        return self.persons[spec.name]

    def _made_now(self, spec: Spec) -> Made:
        username = f"m{secrets.token_hex(4)}"
        roles = [self._role_of(f"{self.name} {secrets.token_hex(4)}", role) for role in spec.own]
        given = [*(self.role_id(base) for base in spec.base), *roles, *([self._exempt] if spec.is_exempt and self._exempt else [])]
        given = given or [self._create("security/roles", {"name": f"{self.name} {secrets.token_hex(4)}"})]
        mail = f"{username}@people.example"
        body = {"first_name": "Ada", "last_name": username, "username": username, "password": username, "email": mail, "active": True}
        made = Made(spec, self._create("security/users", body | {"roles": given}), username, tuple(roles), mail)
        for dataset in spec.owns:
            self._ok(self.administrator.send("PUT", f"/api/v1/dataset/{self.datasets[dataset]}", {"owners": [made.id]}))
        return made

    def _role_of(self, name: str, role: Role) -> int:
        made = self._create("security/roles", {"name": name})
        granted = [self._named("datasource_access", f"(id:{self.datasets[key]})") for key in role.datasets]
        granted += [self._named("schema_access", f"[{self._catalog}].[{schema}]") for schema in role.schemas]
        granted += [self._named("database_access", f"(id:{self.database_id})")] if role.database else []
        granted += [self._named("catalog_access", f"[{self._catalog}]")] if role.catalog else []
        granted += [self._named(permission, view) for permission, view in role.permissions]
        if granted:
            self._ok(self.administrator.post(f"/api/v1/security/roles/{made}/permissions", {"permission_view_menu_ids": granted}))
        for rule in role.rules:
            self.rule(rule, made)
        return made

    @property
    def _catalog(self) -> str:
        """Superset's own name for the PostgreSQL database."""
        return self.name

    def rule(self, rule: Rule, role: int, kind: str = "Regular") -> int:
        body = {
            "name": f"{self.name} {secrets.token_hex(4)}",
            "filter_type": kind,
            "tables": [self.datasets[rule.dataset]],
            "roles": [role],
        }
        return self._create("rowlevelsecurity", body | {"clause": rule.clause} | ({"group_key": rule.group} if rule.group else {}))

    def take_all(self, person: Made) -> None:
        """What was granted to the person alone; the roles stay, and with them nothing."""
        for role in person.roles:
            self._ok(self.administrator.post(f"/api/v1/security/roles/{role}/permissions", {"permission_view_menu_ids": []}))

    def switch_off(self, person: Made) -> None:
        self._ok(self.administrator.send("PUT", f"/api/v1/security/users/{person.id}", {"active": False}))

    def _named(self, permission: str, ending: str) -> int:
        """The number of a permission on what ends with this name, of our own database where the name is of a schema."""
        for name, number in self._of_kind(permission).items():
            if name.endswith(ending):
                return number
        raise AssertionError(f"Superset knows no {permission} for {ending}: {list(self._of_kind(permission))}")

    def _of_kind(self, permission: str) -> Mapping[str, int]:
        return self._kinds.setdefault(permission, dict(self._all_of(permission)))

    @cached_property
    def _kinds(self) -> dict[str, dict[str, int]]:
        return {}

    def _all_of(self, permission: str) -> Iterator[tuple[str, int]]:
        kind = self._list("security/permissions", "name", permission)[0]["id"]
        query: dict[str, Any] = {"filters": [{"col": "permission", "opr": "rel_o_m", "value": kind}], "page_size": 100, "page": 0}
        path = "/api/v1/security/permissions-resources/"
        while found := self._ok(self.administrator.get(path, params={"q": json.dumps(query)}))["result"]:
            yield from ((one["view_menu"]["name"], int(one["id"])) for one in found)
            query["page"] += 1


@contextmanager
def world_in(stack: RunningStack) -> Iterator[World]:
    made = World(stack)
    try:
        made.create()
        yield made
    finally:
        made.drop()
