"""Databases, keys and costs: each thing that the API can do with them, described once for both clients."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from analytics_agent.client.steps import Send, Steps, endpoint, given, part

_READING = 120.0
"""Seconds: a catalog of a thousand tables over a slow line."""


class Administration:
    @endpoint
    def databases(self) -> Steps[list[dict[str, Any]]]:
        """The databases that can be asked."""
        views: list[dict[str, Any]] = (yield Send("GET", "/v1/databases"))["databases"]
        return views

    @endpoint
    def add_database(
        self,
        name: str,
        uri: str,
        *,
        schema: str | None = None,
        semantic_model: str | None = None,
        model_sees: str | None = None,
        sql_lab: bool = True,
    ) -> Steps[dict[str, Any]]:
        """Add or replace a database. `semantic_model` is the text of an Ossie file, not its path. Without `sql_lab` people of Superset
        do not find it there. `model_sees`: full, masked or schema; left out, as it was."""
        body = given(name=name, uri=uri, schema=schema, semantic_model=semantic_model, model_sees=model_sees)
        body |= {} if sql_lab else {"sql_lab": False}
        view: dict[str, Any] = yield Send("POST", "/v1/databases", {"json": body, "timeout": _READING})
        return view

    @endpoint
    def change_database(
        self,
        name: str,
        *,
        model_sees: str | None = None,
        at_once: int | None = None,
        rows_limit: int | Literal["default"] | None = None,
        over_limit: Literal["refuse", "ask", "admin", "default"] | None = None,
        profiled: bool | None = None,
    ) -> Steps[dict[str, Any]]:
        """What is left out stays. `model_sees`: what a model outside is shown of it: full, masked or schema. `at_once`: most statements
        that run in it at the same time; 0, as the settings say. `rows_limit`: most rows that a statement may be expected to go through;
        0 is no limit. `over_limit`: what becomes of one that is over it. "default" is as the settings say. `profiled`: what its columns
        hold is counted and kept; False removes what is kept."""
        changes = given(model_sees=model_sees, profiled=profiled) | ({} if at_once is None else {"at_once": at_once or None})
        limits = given(rows_limit=rows_limit, over_limit=over_limit)
        changes |= {field: None if value == "default" else value for field, value in limits.items()}
        view: dict[str, Any] = yield Send("PATCH", f"/v1/databases/{part(name)}", {"json": changes})
        return view

    @endpoint
    def set_semantic_model(
        self, name: str, text: str | None, *, note: str = "", source: Literal["set", "draft", "import"] = "set"
    ) -> Steps[dict[str, Any]]:
        """The text of an Ossie file, held against the database's tables first; None takes it away. What served before is kept as a version:
        `note` says why this one is set, and `source` from where it is, where nobody has read it."""
        body = {"semantic_model": text} | ({"semantic_model_note": note} if note else {})
        body |= {} if source == "set" else {"semantic_model_source": source}
        view: dict[str, Any] = yield Send("PATCH", f"/v1/databases/{part(name)}", {"json": body, "timeout": _READING})
        return view

    @endpoint
    def semantic_model(self, name: str) -> Steps[str | None]:
        """The text of the Ossie file by which a database is asked; None where it has none."""
        text: str | None = (yield Send("GET", f"/v1/databases/{part(name)}/semantic-model"))["semantic_model"]
        return text

    @endpoint
    def draft_semantic_model(
        self, name: str, descriptions: Sequence[Mapping[str, str]] = (), tables: Sequence[str] = ()
    ) -> Steps[dict[str, Any]]:
        """A model from the database's names, keys and values, and from `descriptions` ({"table", "column", "text"}): `semantic_model` is
        its text, `left` the tables that were not looked at, `strange` what was described and is not there,
        `without` the tables for which one model had no room; `tables` are those that it is to be of."""
        known = {"descriptions": [dict(one) for one in descriptions], "tables": list(tables)}
        body = {"json": known} if descriptions or tables else {}
        drafted: dict[str, Any] = yield Send("POST", f"/v1/databases/{part(name)}/draft", {"timeout": 150.0, **body})
        return drafted

    @endpoint
    def statements(self, name: str) -> Steps[list[dict[str, Any]]]:
        """Those that run in a database now, then those that wait for their turn, each by its run."""
        line: list[dict[str, Any]] = (yield Send("GET", f"/v1/databases/{part(name)}/queue"))["statements"]
        return line

    @endpoint
    def remove_database(self, name: str) -> Steps[None]:
        yield Send("DELETE", f"/v1/databases/{part(name)}", gives="nothing")

    @endpoint
    def refresh_database(self, name: str) -> Steps[dict[str, Any]]:
        """Read the schema again."""
        view: dict[str, Any] = yield Send("POST", f"/v1/databases/{part(name)}/refresh", {"timeout": _READING})
        return view

    @endpoint
    def catalog(self, name: str) -> Steps[dict[str, Any]]:
        """Tables, columns and keys."""
        catalog: dict[str, Any] = yield Send("GET", f"/v1/databases/{part(name)}/catalog", {"timeout": _READING})
        return catalog

    @endpoint
    def search(self, name: str, words: str, *, limit: int = 10) -> Steps[dict[str, Any]]:
        """What words of a question mean: under `semantic_model` metrics and dimensions, under `verified` queries that a person vouches for,
        under `tables` tables, each with the columns and values that fit; the best first."""
        found: dict[str, Any] = yield Send("GET", f"/v1/databases/{part(name)}/search", {"params": {"words": words, "limit": limit}})
        return found

    @endpoint
    def profiles(self, name: str) -> Steps[list[dict[str, Any]]]:
        """What the columns hold of the tables that were looked at; each table's under `profile`."""
        known: list[dict[str, Any]] = (yield Send("GET", f"/v1/databases/{part(name)}/profiles"))["profiles"]
        return known

    @endpoint
    def policy(self, database: str, *, as_user: str | None = None, models: bool = False) -> Steps[dict[str, Any]]:
        """What the person with this login name may see of a database, from all sources together, or with `models` what a model outside
        may be shown. Needs a key with the scope admin."""
        params = given(database=database, **{"as": as_user}, models="true" if models else None)
        told: dict[str, Any] = yield Send("GET", "/v1/policies", {"params": params, "timeout": _READING})
        return told

    @endpoint
    def me(self) -> Steps[dict[str, Any]]:
        """Whose key this is, and the models that may be chosen."""
        me: dict[str, Any] = yield Send("GET", "/v1/me")
        return me

    @endpoint
    def create_key(
        self,
        name: str,
        *,
        scopes: Sequence[str] = ("ask", "schedule"),
        expires_at: str | None = None,
        databases: Sequence[str] | None = None,
        as_user: str | None = None,
        quota: dict[str, int] | None = None,
    ) -> Steps[dict[str, Any]]:
        """The new key is in `key`, and nowhere else. `scopes` are of read, ask, schedule and admin; `expires_at` is a time with its zone;
        `databases` the only ones that there are for it; `as_user` the login name of a person with whose rights it reads. `quota` has
        requests_per_minute, questions_per_day, questions_at_once, where these are not as the settings say."""
        body = given(name=name, scopes=list(scopes), expires_at=expires_at, quota=quota, **{"as": as_user})
        body |= {} if databases is None else {"databases": list(databases)}
        made: dict[str, Any] = yield Send("POST", "/v1/keys", {"json": body})
        return made

    @endpoint
    def keys(self) -> Steps[list[dict[str, Any]]]:
        known: list[dict[str, Any]] = (yield Send("GET", "/v1/keys"))["keys"]
        return known

    @endpoint
    def revoke_key(self, key_id: str) -> Steps[None]:
        yield Send("DELETE", f"/v1/keys/{part(key_id)}", gives="nothing")

    @endpoint
    def audit(
        self,
        *,
        since: str | None = None,
        until: str | None = None,
        actor: str | None = None,
        act: str | None = None,
        database: str | None = None,
        table: str | None = None,
        run: str | None = None,
        limit: int = 100,
    ) -> Steps[list[dict[str, Any]]]:
        """Who did what, the newest first: `limit` lines at most, of as many pages as that takes. Needs a key with the scope admin."""
        wanted = given(since=since, until=until, actor=actor, act=act, database=database, table=table, run=run)
        lines: list[dict[str, Any]] = []
        before: int | None = None
        while len(lines) < limit:
            page = yield Send("GET", "/v1/audit", {"params": wanted | given(limit=min(limit - len(lines), 1000), before=before)})
            lines += page["lines"]
            before = page["next"]
            if before is None:
                break
        return lines

    @endpoint
    def costs(self, *, by: str = "day", since: str | None = None) -> Steps[dict[str, Any]]:
        """The ledger, summed by user, database, model, workflow, step, run or day."""
        costs: dict[str, Any] = yield Send("GET", "/v1/costs", {"params": given(by=by, since=since)})
        return costs
