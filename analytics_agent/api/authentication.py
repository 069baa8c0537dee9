"""Who is asking: an API key with its scopes, or a person of Superset. Runs of others look as if they did not exist."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from analytics_agent.api.person import is_token, person_of
from analytics_agent.api.rate_limit import count
from analytics_agent.api.services import Given, Services
from analytics_agent.domain.quoting import quoted
from analytics_agent.domain.rights import Principal
from analytics_agent.domain.run import RunStatus
from analytics_agent.errors import NotAllowed, NotAuthenticated, UnknownDatabase, UnknownRun
from analytics_agent.ports import Store

READ = "read"
ASK = "ask"
SCHEDULE = "schedule"
ADMIN = "admin"
INCLUDED: Mapping[str, frozenset[str]] = {
    READ: frozenset({READ, ASK, SCHEDULE, ADMIN}),
    ASK: frozenset({ASK, ADMIN}),
    SCHEDULE: frozenset({SCHEDULE, ADMIN}),
    ADMIN: frozenset({ADMIN}),
}
"""The scopes of a key that allow what one scope names: an administrator may do everything, and who may ask may read."""

_bearer = HTTPBearer(auto_error=False, description="An API key, made with `analytics-agent keys create`.")


async def _known(request: Request, services: Given, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Principal:
    """Every route that is not open to all comes through here: it is where requests are counted. The audit log takes the asker from it."""
    found = await _principal(services, sent.credentials) if sent else None
    if found is None:
        told = "This key is not valid." if sent else "A key is needed."
        raise NotAuthenticated(told, hint="Send `Authorization: Bearer KEY`. `analytics-agent keys create NAME` makes one.")
    request.state.asker, request.state.store = found, services.store
    await count(request, services, found)
    return found


async def _principal(services: Services, sent: str) -> Principal | None:
    if is_token(sent):
        return person_of(sent, services.signing_key, services.tenant) if services.signing_key else None
    key = await services.store.authenticate(sent)
    return Principal(key.id, key.name, key.scopes, "key", key.databases, key.reads_as, key.quota) if key else None


def _viewer(asker: Annotated[Principal, Depends(_known)]) -> Principal:
    return _with(asker, READ, "This key may not read anything.")


def _asker(asker: Annotated[Principal, Depends(_known)]) -> Principal:
    return _with(asker, ASK, "This key may not ask.")


def _scheduler(asker: Annotated[Principal, Depends(_known)]) -> Principal:
    return _with(asker, SCHEDULE, "This key may not make or change schedules.")


def _with(asker: Principal, scope: str, refusal: str) -> Principal:
    if not may(asker, scope):
        raise NotAllowed(refusal, hint=f"Use a key with the scope {scope}.")
    return asker


def _operator(asker: Annotated[Principal, Depends(_viewer)]) -> Principal:
    if asker.kind == "person":
        raise NotAllowed("The catalog is not shown to people of Superset.", hint="Ask about it instead.")
    if asker.sees_a_part:
        raise NotAllowed("The catalog is not shown to a key that reads with a person's rights.", hint="Ask about it instead.")
    return asker


def _admin(asker: Annotated[Principal, Depends(_known)]) -> Principal:
    if asker.kind == "person":
        raise NotAllowed("This is for the operators of the agent.", hint="They do it with an API key.")
    if not may(asker, ADMIN):
        raise NotAllowed("This needs a key with the scope admin.", hint="`analytics-agent keys create NAME --scope admin` makes one.")
    return asker


def may(asker: Principal, scope: str) -> bool:
    """A key that is limited to a part is nobody's to administer with, whatever its scopes say."""
    scopes = INCLUDED[scope] if not (asker.sees_a_part or asker.databases is not None) else INCLUDED[scope] - {ADMIN}
    return not scopes.isdisjoint(asker.scopes)


Anyone = Annotated[Principal, Depends(_known)]
Viewer = Annotated[Principal, Depends(_viewer)]
"""Whoever may see runs and results of their own."""
Asker = Annotated[Principal, Depends(_asker)]
Scheduler = Annotated[Principal, Depends(_scheduler)]
Operator = Annotated[Principal, Depends(_operator)]
"""Whoever comes with a key that is bound to nobody's rights: may see what the databases' logins see."""
Admin = Annotated[Principal, Depends(_admin)]


async def still_valid(asker: Principal, store: Store) -> bool:
    """Whether a key that was valid when a request began still is. A person's token has said what it says and ends soon."""
    if asker.kind == "person":
        return True
    key = await store.key(asker.id)
    return key is not None and key.is_valid(datetime.now(UTC))


async def status_for(asker: Principal, store: Store, run_id: str) -> RunStatus:
    """The run's status, after the rights check. Raises UnknownRun for a run that is not there and for somebody else's alike."""
    return (await owner_and_status_for(asker, store, run_id))[1]


async def owner_and_status_for(asker: Principal, store: Store, run_id: str) -> tuple[str, RunStatus]:
    """Whose the run is and its status, as `status_for`."""
    with suppress(UnknownRun):
        owner, status = await store.owner_and_status(run_id)
        if owner == asker.id or may(asker, ADMIN):
            return owner, status
    hint = "" if asker.kind == "person" else "`analytics-agent runs list` shows yours."
    raise UnknownRun(f"There is no run {quoted(run_id)}.", hint=hint)


async def check_database(asker: Principal, store: Store, name: str) -> None:
    """Raises UnknownDatabase, also for one that the key is not for: as if it were not there, and without the names of others."""
    try:
        if asker.may_ask(name):
            await store.database(name)
            return
    except UnknownDatabase:
        if asker.databases is None:
            raise
    known = f"Known: {', '.join(asker.databases)}." if asker.databases else ""
    raise UnknownDatabase(f"There is no database {quoted(name)}.", hint=known)
