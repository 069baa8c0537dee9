"""Who is asking: a bearer key, and the scopes it has. Runs of others look as if they did not exist."""

from contextlib import suppress
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from analytics_agent.api.services import Given
from analytics_agent.domain.run import RunStatus
from analytics_agent.errors import NotAllowed, NotAuthenticated, UnknownRun
from analytics_agent.ports import ApiKey, Store

ASK = "ask"
ADMIN = "admin"
SCOPES = (ASK, ADMIN)

_bearer = HTTPBearer(auto_error=False, description="An API key, made with `analytics-agent keys create`.")


async def _known(services: Given, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> ApiKey:
    key = await services.store.authenticate(sent.credentials) if sent else None
    if key is None:
        told = "This key is not valid." if sent else "A key is needed."
        raise NotAuthenticated(told, hint="Send `Authorization: Bearer KEY`. `analytics-agent keys create NAME` makes one.")
    return key


def _asker(key: Annotated[ApiKey, Depends(_known)]) -> ApiKey:
    if not may(key, ASK):
        raise NotAllowed("This key may not ask.", hint="Use a key with the scope ask.")
    return key


def _admin(key: Annotated[ApiKey, Depends(_known)]) -> ApiKey:
    if not may(key, ADMIN):
        raise NotAllowed("This needs a key with the scope admin.", hint="`analytics-agent keys create NAME --scope admin` makes one.")
    return key


def may(key: ApiKey, scope: str) -> bool:
    """An administrator may do everything."""
    return scope in key.scopes or ADMIN in key.scopes


Anyone = Annotated[ApiKey, Depends(_known)]
Asker = Annotated[ApiKey, Depends(_asker)]
Admin = Annotated[ApiKey, Depends(_admin)]


async def status_for(key: ApiKey, store: Store, run_id: str) -> RunStatus:
    """The run's status, after the rights check. Raises UnknownRun for a run that is not there and for somebody else's alike."""
    with suppress(UnknownRun):
        owner, status = await store.owner_and_status(run_id)
        if owner == key.id or may(key, ADMIN):
            return status
    shown = run_id if len(run_id) <= 60 else f"{run_id[:60]}…"
    raise UnknownRun(f"There is no run {shown!r}.", hint="`analytics-agent runs list` shows yours.")
