"""Claude through the real SDK, its replies streamed, so that a stall is told from a model that thinks. Every way a call can break is
one of our errors, and carries what the call had cost until then.

What is sent is in wire.py, how a reply is put together in reply.py; prices and quirks are in domain/models.py.
"""

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from analytics_agent.adapters.anthropic.client import AnthropicClient
from analytics_agent.adapters.anthropic.errors import of_status, short_id
from analytics_agent.adapters.anthropic.reply import LONGEST, TOO_LONG, Reading
from analytics_agent.adapters.anthropic.wire import arguments
from analytics_agent.domain.conversation import ModelRequest, Reply
from analytics_agent.domain.models import OFFLINE, ModelProfile, profile_of
from analytics_agent.errors import CallInterrupted, RequestRejected

if TYPE_CHECKING:
    import httpx2

_AFTER_THE_END = 1.0
"""Seconds in which a stream that has told its end is closed by the other side; longer is not waited for."""

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""Cut JSON, or events of another shape."""


class AnthropicModel:
    """`timeout_seconds` is for a whole turn, `stall_seconds` the longest silence once a reply has begun."""

    def __init__(self, client: AnthropicClient, *, timeout_seconds: float, stall_seconds: float) -> None:
        self._client = client
        self._timeout = timeout_seconds
        self._stall = stall_seconds

    async def reply(self, request: ModelRequest) -> Reply:
        profile = profile_for(request)
        begun, reading = time.monotonic(), Reading(profile)
        try:
            await self._read(arguments(request, profile), reading)
        except asyncio.CancelledError:
            if spent := reading.spent:
                raise CallInterrupted(spent, reading.request_id) from None
            raise
        try:
            return reading.reply(time.monotonic() - begun)
        except _UNREADABLE as error:
            raise reading.broken(f"The model's reply could not be read ({type(error).__name__}).") from None

    async def close(self) -> None:
        await self._client.close()

    async def _read(self, given: dict[str, Any], reading: Reading) -> None:
        import anthropic
        import httpx2

        messages = self._client.sdk().messages
        try:
            async with (
                asyncio.timeout(self._timeout),
                messages.with_streaming_response.create(**given, stream=True) as response,
            ):
                reading.request_id = short_id(response.request_id)
                await self._take_all(response.http_response, reading)
        except anthropic.APIStatusError as error:
            raise of_status(error) from None
        except (TimeoutError, anthropic.APITimeoutError):
            if not reading.ended:
                raise reading.broken(f"The model did not answer within {self._timeout:g} seconds.") from None
        except (anthropic.AnthropicError, httpx2.HTTPError) as error:
            if not reading.ended:
                raise reading.broken(f"The connection to the model broke ({type(error).__name__}).") from None
        except _UNREADABLE as error:
            raise reading.broken(f"The model's reply could not be read ({type(error).__name__}).") from None

    async def _take_all(self, response: "httpx2.Response", reading: Reading) -> None:
        kind = response.headers.get("content-type", "")
        if "event-stream" not in kind:
            reading.take_whole(json.loads(await _body(response, reading)) if "json" in kind else None)
            return
        clock = asyncio.get_running_loop().time
        patience = asyncio.timeout(self._stall)
        try:
            async with patience:
                async for event in _events(response):
                    patience.reschedule(clock() + (_AFTER_THE_END if reading.ended else self._stall))
                    reading.take(event)
        except TimeoutError:
            if not patience.expired():
                raise
            if not reading.ended:
                raise reading.broken(f"The model fell silent in the middle of its reply, for {self._stall:g} seconds.") from None


async def _body(response: "httpx2.Response", reading: Reading) -> bytes:
    """Of a reply in one piece, as far as one can be meant."""
    parts, size = [], 0
    async for part in response.aiter_bytes():
        parts.append(part)
        size += len(part)
        if size > 2 * LONGEST:
            raise reading.broken(TOO_LONG)
    return b"".join(parts)


async def _events(response: "httpx2.Response") -> Any:
    """Events as they come, pings too: those say that the other side still works."""
    from anthropic import AsyncStream

    async for sent in AsyncStream.raw_events(response):
        if sent.data:
            yield json.loads(sent.data)


def profile_for(request: ModelRequest) -> ModelProfile:
    """Raises RequestRejected for a model that is not in the table any more."""
    profile = profile_of(request.model)
    if profile is None or profile.id == OFFLINE:
        raise RequestRejected(f"{request.model} is no Claude model that we know.", hint="Choose another with ANALYTICS_AGENT_MODEL.")
    return profile
