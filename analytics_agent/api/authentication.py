"""Who is asking: an API key with its scopes, or a person of Superset. Runs of others look as if they did not exist."""

from contextlib import suppress
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from analytics_agent.api.person import is_token, person_of
from analytics_agent.api.services import Given, Services
from analytics_agent.domain.quoting import quoted
from analytics_agent.domain.rights import Principal
from analytics_agent.domain.run import RunStatus
from analytics_agent.errors import NotAllowed, NotAuthenticated, UnknownRun
from analytics_agent.ports import Store

ASK = "ask"
ADMIN = "admin"

_bearer = HTTPBearer(auto_error=False, description="An API key, made with `analytics-agent keys create`.")


async def _known(services: Given, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Principal:
    found = await _principal(services, sent.credentials) if sent else None
    if found is None:
        told = "This key is not valid." if sent else "A key is needed."
        raise NotAuthenticated(told, hint="Send `Authorization: Bearer KEY`. `analytics-agent keys create NAME` makes one.")
    return found


async def _principal(services: Services, sent: str) -> Principal | None:
    if is_token(sent):
        return person_of(sent, services.signing_key) if services.signing_key else None
    key = await services.store.authenticate(sent)
    return Principal(key.id, key.name, key.scopes) if key else None


def _asker(asker: Annotated[Principal, Depends(_known)]) -> Principal:
    if not may(asker, ASK):
        raise NotAllowed("This key may not ask.", hint="Use a key with the scope ask.")
    return asker


def _operator(asker: Annotated[Principal, Depends(_asker)]) -> Principal:
    if asker.kind == "person":
        raise NotAllowed("The catalog is not shown to people of Superset.", hint="Ask about it instead.")
    return asker


def _admin(asker: Annotated[Principal, Depends(_known)]) -> Principal:
    if asker.kind == "person":
        raise NotAllowed("This is for the operators of the agent.", hint="They do it with an API key.")
    if not may(asker, ADMIN):
        raise NotAllowed("This needs a key with the scope admin.", hint="`analytics-agent keys create NAME --scope admin` makes one.")
    return asker


def may(asker: Principal, scope: str) -> bool:
    """An administrator may do everything."""
    return scope in asker.scopes or ADMIN in asker.scopes


Anyone = Annotated[Principal, Depends(_known)]
Asker = Annotated[Principal, Depends(_asker)]
Operator = Annotated[Principal, Depends(_operator)]
"""Whoever comes with a key: may see what the databases' logins see."""
Admin = Annotated[Principal, Depends(_admin)]


async def status_for(asker: Principal, store: Store, run_id: str) -> RunStatus:
    """The run's status, after the rights check. Raises UnknownRun for a run that is not there and for somebody else's alike."""
    with suppress(UnknownRun):
        owner, status = await store.owner_and_status(run_id)
        if owner == asker.id or may(asker, ADMIN):
            return status
    hint = "" if asker.kind == "person" else "`analytics-agent runs list` shows yours."
    raise UnknownRun(f"There is no run {quoted(run_id)}.", hint=hint)
