"""The API's way to Temporal: connected at the first call and again after a failure, so that the API starts while Temporal is away."""

import asyncio
from collections.abc import Awaitable, Callable

from temporalio.client import Client
from temporalio.service import RPCError

from analytics_agent.errors import ServiceUnreachable

CONNECT_SECONDS = 5.0
"""A server that takes connections and says nothing is away too; nobody waits half a minute to hear it."""

Connect = Callable[[], Awaitable[Client]]


class TemporalConnection:
    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._client: Client | None = None

    async def _connected(self) -> Client:
        if self._client is None:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    self._client = await self._connect()
            except TimeoutError:
                raise ServiceUnreachable("Temporal does not answer in time.", hint="Look at `analytics-agent status`.") from None
        return self._client

    def _lost(self, error: RPCError) -> ServiceUnreachable:
        self._client = None
        return ServiceUnreachable(f"Temporal does not answer ({error.status.name.lower()}).", hint="Start it with `analytics-agent up`.")
