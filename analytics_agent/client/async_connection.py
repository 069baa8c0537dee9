"""HTTP to the API for who awaits it: the same steps as Connection does, on the running event loop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, closing, suppress
from typing import Any

import httpx2

from analytics_agent.client.connection import LISTENING, NO_CONTENT, Address, event_of, not_writable
from analytics_agent.client.steps import Hear, Listen, Outcome, Patience, Pause, Send, Step, Steps, T, kept
from analytics_agent.errors import AgentError, TooMany


class AsyncConnection:
    """Does steps, awaiting. Raises as Connection does."""

    def __init__(
        self,
        address: Address,
        transport: httpx2.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.address = address
        self.http = httpx2.AsyncClient(transport=transport, **address.options)
        self.sleep = sleep

    async def perform(self, steps: Steps[T]) -> T:
        box: list[T] = []
        async for _ in self.each(kept(steps, box)):
            pass
        return box[0]

    async def each(self, steps: Steps[None]) -> AsyncIterator[None]:
        """Go on by one step each time. What goes wrong with a step is raised inside the steps, which may mend it."""
        outcome = Outcome()
        async with _Doing(self) as doing:
            with closing(steps), suppress(StopIteration):
                while True:
                    outcome = await doing.attempt(outcome.told(steps))
                    yield


class _Doing(AsyncExitStack):
    """Steps one by one, with the stream of events that is open."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__()
        self._connection = connection
        self._events: AsyncIterator[httpx2.ServerSentEvent] | None = None

    async def attempt(self, step: Step) -> Outcome:
        try:
            return Outcome(await self._patiently(step))
        except httpx2.TransportError as error:
            return Outcome(error=self._connection.address.unreachable(error))
        except UnicodeEncodeError:
            return Outcome(error=not_writable())
        except (AgentError, KeyboardInterrupt) as error:
            return Outcome(error=error)

    async def _patiently(self, step: Step) -> Any:
        patience = Patience(step)
        while True:
            try:
                return await self._do(step)
            except TooMany as refusal:
                pause = patience.pause(refusal)
            await self._connection.sleep(pause)

    async def _do(self, step: Step) -> Any:
        match step:
            case Send():
                response = await self._connection.http.request(step.method, step.path, **step.options)
                return self._connection.address.read(step, response)
            case Pause():
                return await self._connection.sleep(step.seconds)
            case Listen():
                return await self._listen(step)
            case Hear():
                return event_of(await anext(self._events, None) if self._events else None)

    async def _listen(self, listen: Listen) -> bool:
        await self.aclose()
        source = await self.enter_async_context(self._connection.http.sse(listen.path, headers=listen.headers, timeout=LISTENING))
        if not source.response.is_success:
            await source.response.aread()
            self._connection.address.check(source.response)
        self._events = aiter(source)
        return source.response.status_code != NO_CONTENT
