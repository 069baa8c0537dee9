"""Claude through the real SDK. Temporal retries, the SDK does not; every way a call can break is mapped to one of our errors.

The price and the quirks of a model are in domain/models.py. Importing the SDK costs two seconds and 76 MB, so it is imported at
the first call.
"""

import asyncio
import time
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from analytics_agent.domain.addresses import is_loopback
from analytics_agent.domain.conversation import Block, Message, ModelRequest, Reply, StopReason, Usage
from analytics_agent.domain.models import PROFILES, ModelProfile
from analytics_agent.errors import AgentError, ModelRejected, ModelUnavailable

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from anthropic.types import Message as Answer

_CACHED: dict[str, Any] = {"cache_control": {"type": "ephemeral"}}
_STOPS = frozenset({"end_turn", "tool_use", "max_tokens", "refusal", "pause_turn"})
_WAITING_DOES_NOT_HELP = frozenset({"enforced_spend_limit_reached"})


class AnthropicModel:
    """One client a worker: a new one costs 40 ms of TLS set-up."""

    def __init__(self, api_key: str, base_url: str | None, *, timeout_seconds: float) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._timeout = timeout_seconds
        self._client: AsyncAnthropic | None = None

    async def reply(self, request: ModelRequest) -> Reply:
        profile = PROFILES[request.model]
        begun = time.monotonic()
        answer = await self._call(arguments(request, profile))
        return _reply(answer, profile, time.monotonic() - begun)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _call(self, given: dict[str, Any]) -> "Answer":
        import anthropic
        import httpx2

        client = self._connected()
        try:
            async with asyncio.timeout(self._timeout):
                answer = await client.messages.create(**given)
        except TimeoutError:
            raise ModelUnavailable(f"The model did not answer within {self._timeout:g} seconds.") from None
        except anthropic.APIStatusError as error:
            raise _of_status(error) from None
        except (anthropic.AnthropicError, httpx2.HTTPError) as error:
            raise ModelUnavailable(f"The connection to the model broke ({type(error).__name__}).") from None
        except ValueError as error:  # a reply cut in the middle of its JSON
            raise ModelUnavailable(f"The model's reply could not be read ({type(error).__name__}).") from None
        return _whole(answer)

    def _connected(self) -> "AsyncAnthropic":
        if self._client is None:
            import httpx2
            from anthropic import AsyncAnthropic

            # A proxy of the environment would divert even a gateway on this machine.
            here = is_loopback(urlsplit(self._base_url or "").hostname or "")
            http = httpx2.AsyncClient(trust_env=not here, timeout=self._timeout)
            self._client = AsyncAnthropic(
                api_key=self._api_key, base_url=self._base_url, max_retries=0, timeout=self._timeout, http_client=http
            )
        return self._client


def arguments(request: ModelRequest, profile: ModelProfile) -> dict[str, Any]:
    """What is sent: tools and system first and marked for the cache, then the conversation with a mark that moves along."""
    tools = [{"name": t.name, "description": t.description, "input_schema": t.input_schema} for t in request.tools]
    given: dict[str, Any] = {
        "model": request.model,
        "max_tokens": min(request.max_tokens, profile.most_output_tokens),
        "system": [{"type": "text", "text": request.system, **_CACHED}],
        "tools": tools,
        "messages": [_wire(message, last=message is request.messages[-1]) for message in request.messages],
    }
    return given | ({"thinking": {"type": "adaptive"}} if profile.adaptive_thinking else {})


def _wire(message: Message, *, last: bool) -> dict[str, Any]:
    content: list[Block] = [dict(block) for block in message.content]
    if last and content:
        content[-1] |= _CACHED
    return {"role": message.role, "content": content}


def _whole(answer: object) -> "Answer":
    """A 200 may hold a web page, or JSON that is no message: the SDK hands over either."""
    if isinstance(answer, str) or getattr(answer, "content", None) is None or getattr(answer, "usage", None) is None:
        raise ModelUnavailable("The endpoint answered with something that is no message.")
    return cast("Answer", answer)


def _reply(answer: "Answer", profile: ModelProfile, seconds: float) -> Reply:
    content = tuple(block.model_dump(exclude_none=True, mode="json") for block in answer.content)
    stop = cast(StopReason, answer.stop_reason if answer.stop_reason in _STOPS else "other")
    return Reply(content, stop, _usage(answer, profile), answer.model or profile.id, answer._request_id, round(seconds, 3))


def _usage(answer: "Answer", profile: ModelProfile) -> Usage:
    usage = answer.usage
    return profile.usage(
        input_tokens=usage.input_tokens or 0,
        output_tokens=usage.output_tokens or 0,
        cache_write_tokens=usage.cache_creation_input_tokens or 0,
        cache_read_tokens=usage.cache_read_input_tokens or 0,
    )


def _of_status(error: Any) -> AgentError:
    """By status and type, never by text. An error event after a 200 carries the status 200 and its type."""
    status, kind = error.status_code, error.type or ""
    if error.error_code in _WAITING_DOES_NOT_HELP:
        return ModelRejected("The spend limit of the model's account is reached.", hint="Raise it in the provider's console.")
    if status in (408, 409, 429) or status >= 500 or kind in ("overloaded_error", "rate_limit_error", "api_error", "timeout_error"):
        after = _seconds(error.response.headers.get("retry-after"))
        return ModelUnavailable(f"The model is not available now ({status} {kind or 'error'}).", retry_after=after)
    if status in (401, 403):
        return ModelRejected(f"The model's provider refused our key ({status}).", hint="Set ANTHROPIC_API_KEY to a valid key.")
    if status == 404:
        return ModelRejected("The provider does not know this model.", hint="Choose another with ANALYTICS_AGENT_MODEL.")
    return ModelRejected(f"The provider refused the request ({status} {kind or 'error'}).")


def _seconds(text: str | None) -> float | None:
    try:
        return max(0.0, float(text)) if text else None
    except ValueError:
        return None
