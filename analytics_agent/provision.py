"""A tenant's place in the services that hold its data: made, looked at, removed. Each call may be repeated."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from temporalio.api.operatorservice.v1 import DeleteNamespaceRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest
from temporalio.service import RPCError, RPCStatusCode

from analytics_agent import bootstrap
from analytics_agent.domain.api_key import ApiKey
from analytics_agent.errors import AgentError, OperatorError, ServiceUnreachable
from analytics_agent.settings import Settings
from analytics_agent.tenants import login_of, schema_of

if TYPE_CHECKING:
    from temporalio.client import Client

    from analytics_agent.ports import Store

_LOOKS, _LOOK_SECONDS = 100, 0.2
"""How long a new namespace may take until it can be used."""

_OPERATORS_MATTER = {RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.UNAUTHENTICATED}


async def makes_logins(administrator: str) -> bool:
    """Whether this login of the store may make others."""
    from analytics_agent.adapters.store.tenants import makes_logins as asked

    return await asyncio.to_thread(asked, administrator)


async def make(base: Settings, tenant: Settings, administrator: str) -> None:
    """`administrator` is a URL of the store with a login that may make schemas, and logins where the tenant has one of its own."""
    from analytics_agent.adapters.store.tenants import make as make_schema

    password = tenant.store_password.get_secret_value() if tenant.store_password else None
    login = login_of(base, tenant.tenant)
    await asyncio.to_thread(make_schema, administrator, schema=schema_of(tenant.tenant), login=login, password=password)
    await bring_up_to_date(base, tenant)


async def bring_up_to_date(base: Settings, tenant: Settings) -> None:
    """Its tables as this version has them, and its namespace where Temporal has forgotten it."""
    await bootstrap.migrate(tenant)
    await _make_namespace(base, tenant)


async def make_key(tenant: Settings, name: str, scopes: tuple[str, ...], *, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    async with _opened(tenant) as store:
        return await store.create_key(name, scopes, expires_at=expires_at)


async def revoke_key(tenant: Settings, key_id: str) -> None:
    async with _opened(tenant) as store:
        await store.revoke_key(key_id)


async def problem(tenant: Settings) -> str:
    """Why the tenant cannot work now, a sentence; empty where it can."""
    try:
        async with _opened(tenant) as store:
            await store.ping()
        client = await bootstrap.temporal(tenant)
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=tenant.temporal_namespace))
    except AgentError as error:
        return str(error)
    except RPCError as error:
        return f"Temporal has no usable namespace {tenant.temporal_namespace} ({error.status.name.lower()})."
    return ""


async def remove(base: Settings, tenant: Settings, administrator: str, *, but: Collection[str] = ()) -> None:
    """Everything that follows from its name. `but` are settings that name a place which is not ours to remove."""
    from analytics_agent.adapters.file_artifacts import remove_all
    from analytics_agent.adapters.store.tenants import remove as remove_schema

    if "temporal_namespace" not in but:
        await _remove_namespace(tenant)
    login = login_of(base, tenant.tenant)
    await asyncio.to_thread(remove_schema, administrator, schema=schema_of(tenant.tenant), login=login)
    if "artifacts_url" not in but:
        await asyncio.to_thread(remove_all, tenant.artifacts)


async def _make_namespace(base: Settings, tenant: Settings) -> None:
    client, name = await bootstrap.temporal(base), tenant.temporal_namespace
    try:
        about = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=base.temporal_namespace))
        kept = about.config.workflow_execution_retention_ttl
        asked = RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=kept, description="analytics-agent")
        await client.workflow_service.register_namespace(asked)
    except RPCError as error:
        if error.status in _OPERATORS_MATTER:
            raise OperatorError(f"Temporal does not let us make the namespace {name}.", hint="Make it there, then repeat this.") from None
        if error.status != RPCStatusCode.ALREADY_EXISTS:
            raise ServiceUnreachable("Temporal does not answer.", hint="Start it with `analytics-agent up`.") from None
    await _usable(await bootstrap.temporal(tenant), name)


async def _usable(client: "Client", name: str) -> None:
    """Its servers hear of a new namespace one after the other."""
    for _ in range(_LOOKS):
        try:
            async for _ in client.list_workflows(limit=1):
                pass
        except RPCError:
            await asyncio.sleep(_LOOK_SECONDS)
        else:
            return
    raise ServiceUnreachable(f"Temporal's namespace {name} cannot be used yet.", hint="Repeat this in a minute.")


async def _remove_namespace(tenant: Settings) -> None:
    """Its workflows and schedules go with it."""
    client = await bootstrap.temporal(tenant)
    try:
        await client.operator_service.delete_namespace(DeleteNamespaceRequest(namespace=tenant.temporal_namespace))
    except RPCError as error:
        if error.status in _OPERATORS_MATTER:
            name = tenant.temporal_namespace
            raise OperatorError(
                f"Temporal does not let us remove the namespace {name}.", hint="Remove it there, then repeat this."
            ) from None
        if error.status != RPCStatusCode.NOT_FOUND:
            raise ServiceUnreachable("Temporal does not answer.", hint="Start it with `analytics-agent up`.") from None


@asynccontextmanager
async def _opened(tenant: Settings) -> AsyncIterator["Store"]:
    opened = bootstrap.store(tenant)
    try:
        yield opened
    finally:
        await opened.close()
