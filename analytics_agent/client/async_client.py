"""The client to be awaited: the methods of Client, for many questions at a time and for programs that have an event loop."""

from collections import deque
from collections.abc import AsyncIterator
from functools import cached_property
from types import TracebackType
from typing import Any, ClassVar, Self

import httpx2

from analytics_agent.client.async_connection import AsyncConnection
from analytics_agent.client.calls import Calls
from analytics_agent.client.client import Client, address
from analytics_agent.client.following import follow
from analytics_agent.client.steps import Steps, T, kept


class AsyncClient(Calls):
    """`url` and `key` as Client takes them.

    A run comes with its tables and charts. Its report is fetched when it is read or saved, which waits, as do its other methods;
    `await client.report(run.id, "pdf")` does not.
    """

    _loads_first: ClassVar[bool] = True

    def __init__(self, url: str | None = None, key: str | None = None, *, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._connection = AsyncConnection(address(url, key), transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<AsyncClient of {self._connection.address.url}>"

    async def close(self) -> None:
        await self._connection.http.aclose()

    async def perform(self, steps: Steps[T]) -> T:
        return await self._connection.perform(steps)

    @cached_property
    def _source(self) -> Client:
        """Where runs get what was not fetched before: a client that waits."""
        return Client(self._connection.address)

    async def events(self, run_id: str, *, after: int = 0) -> AsyncIterator[dict[str, Any]]:
        """Progress after that event until the run has finished or waits for a person. A lost connection is taken up again."""
        told: deque[dict[str, Any]] = deque()
        async for _ in self._connection.each(kept(follow(run_id, told.append, after=after), [])):
            while told:
                yield told.popleft()

    follow = events
