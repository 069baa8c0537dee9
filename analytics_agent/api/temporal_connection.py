"""The API's way to Temporal: connected at the first call and again after a failure, so that the API starts while Temporal is away."""

from collections.abc import Awaitable, Callable

from temporalio.client import Client
from temporalio.service import RPCError

from analytics_agent.errors import ServiceUnreachable

Connect = Callable[[], Awaitable[Client]]


class TemporalConnection:
    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._client: Client | None = None

    async def _connected(self) -> Client:
        if self._client is None:
            self._client = await self._connect()
        return self._client

    def _lost(self, error: RPCError) -> ServiceUnreachable:
        self._client = None
        return ServiceUnreachable(f"Temporal does not answer ({error.status.name.lower()}).", hint="Start it with `analytics-agent up`.")
