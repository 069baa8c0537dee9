"""The audit log at the API's edge: every request that changed something leaves a line, whether or not its route thinks of it.

What a question, a statement and a delivery leave is written by the store with the thing itself (docs/audit.md).
"""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from analytics_agent.api.problems import answer, headers_of, problem_of
from analytics_agent.domain.audit import Act, AuditEntry
from analytics_agent.domain.rights import Principal
from analytics_agent.errors import AgentError, UnknownRun
from analytics_agent.ports import Store

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
HARMLESS = frozenset({("POST", "/v1/schedules/preview"), ("POST", "/v1/people/held")})
"""Changes nothing."""
BY_THE_STORE = frozenset({("POST", "/v1/analyses")})
"""The store writes the line with the run: a repeat under the same Idempotency-Key asks nothing anew."""
ACTS: Mapping[tuple[str, str], Act] = {
    ("POST", "/v1/keys"): "added",
    ("DELETE", "/v1/keys/{key_id}"): "revoked",
    ("POST", "/v1/databases"): "added",
    ("DELETE", "/v1/databases/{name}"): "removed",
    ("POST", "/v1/databases/{name}/draft"): "read",
    ("POST", "/v1/webhooks"): "added",
    ("DELETE", "/v1/webhooks/{name}"): "removed",
    ("POST", "/v1/folders"): "added",
    ("DELETE", "/v1/folders/{name}"): "removed",
    ("POST", "/v1/erasures"): "erased",
    ("POST", "/v1/schedules"): "added",
    ("DELETE", "/v1/schedules/{schedule_id}"): "removed",
    ("POST", "/v1/analyses/{run_id}/budget"): "raised",
    ("POST", "/v1/analyses/{run_id}/approve"): "approved",
}
"""Of what is not here it is said that it changed something, and what."""
_FORBIDDEN, _UNSURE = 403, 500
_SAID = "audit_about"


def acted_on(request: Request, about: str, *, database: str | None = None) -> None:
    """Said by a route of what its address does not name: never a question's text, a secret or an address of a database."""
    setattr(request.state, _SAID, (about, database))


class Auditing:
    """ASGI middleware. The line is written before the answer goes out: where it cannot be, the answer is that the store is away."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        unwritten = False

        async def noting(message: Message) -> None:
            nonlocal unwritten
            if message["type"] == "http.response.start":
                try:
                    await _note(scope, int(message["status"]))
                except AgentError as error:
                    unwritten = True
                    problem = problem_of(error)
                    await answer(problem, headers_of(error, problem.status))(scope, receive, send)
            if not unwritten:
                await send(message)

        await self.app(scope, receive, noting)


async def _note(scope: Scope, status: int) -> None:
    asker: Principal | None = scope.get("state", {}).get("asker")
    route = getattr(scope.get("route"), "path", None)
    if asker is None or route is None:
        return
    store: Store = scope["state"]["store"]
    address = (scope["method"], route)
    if status == _FORBIDDEN:
        await _refused(store, asker, address, scope["path_params"])
    elif status < 400 and scope["method"] in CHANGING and address not in HARMLESS | BY_THE_STORE:
        await store.record_act(_entry(asker, address, scope), key=f"api:{uuid.uuid4().hex}")
    elif status >= _UNSURE and scope["method"] in CHANGING and address not in HARMLESS | BY_THE_STORE:
        await _unsure(store, _entry(asker, address, scope), status)


async def _unsure(store: Store, entry: AuditEntry, status: int) -> None:
    """An approval may stand in the store, and the engine be away that is told of it: what was answered with a failure may have been done,
    or be done later. Once a minute for each act; the failure stands without its line too."""
    told = replace(entry, about=f"{entry.about} (answered {status})".strip())
    try:
        await store.record_act(told, key=f"unsure:{told.actor}:{told.act}:{told.run_id}:{told.about}:{told.at:%Y%m%d%H%M}")
    except AgentError:
        return


async def _refused(store: Store, asker: Principal, address: tuple[str, str], path: Mapping[str, Any]) -> None:
    """Once a minute for each address: whoever is refused and tries on shall not fill the log. A refusal stands without its line too."""
    now = datetime.now(UTC)
    try:
        entry = AuditEntry(now, asker.id, "refused", await _run(store, path), about=" ".join(address))
        await store.record_act(entry, key=f"refused:{asker.id}:{' '.join(address)}:{now:%Y%m%d%H%M}")
    except AgentError:
        return


def _entry(asker: Principal, address: tuple[str, str], scope: Scope) -> AuditEntry:
    path = scope["path_params"]
    about, database = scope["state"].get(_SAID, ("", None))
    if database is None and address[1].startswith("/v1/databases/"):
        database = path.get("name")
    return AuditEntry(
        datetime.now(UTC),
        asker.id,
        ACTS.get(address, "changed"),
        path.get("run_id"),
        database,
        about=about or _about(address, path),
    )


async def _run(store: Store, path: Mapping[str, Any]) -> str | None:
    """The run that an address names. Whoever is refused may have written anything there: what is no run's id is not kept."""
    named: str | None = path.get("run_id")
    with suppress(UnknownRun):
        return named if named and await store.owner_and_status(named) else None
    return None


def _about(address: tuple[str, str], path: Mapping[str, Any]) -> str:
    """What the address names: a schedule, a key, a webhook; and what was done with it where the act does not say it."""
    parts = address[1].removeprefix("/v1/").split("/")
    named = next((path[name] for name in ("schedule_id", "key_id", "name") if name in path), "")
    thing = f"{parts[0].removesuffix('s')}:{named}" if named else ""
    done = "" if address in ACTS or parts[-1].startswith("{") else parts[-1]
    return f"{thing} {done}".strip()
