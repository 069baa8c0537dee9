"""ports.ModelBatches by Anthropic's Message Batches: half the price, an answer within a day, results for 29 days."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from analytics_agent.adapters.anthropic.client import AnthropicClient
from analytics_agent.adapters.anthropic.errors import judged, of_status
from analytics_agent.adapters.anthropic.model import profile_for
from analytics_agent.adapters.anthropic.reply import LONGEST, TOO_LONG, Reading
from analytics_agent.adapters.anthropic.wire import arguments
from analytics_agent.domain.batch import BatchFailure, BatchState
from analytics_agent.domain.conversation import ModelRequest, Reply
from analytics_agent.domain.models import OFFLINE, PROFILES, profile_of
from analytics_agent.errors import AgentError, ModelUnavailable, NoBatches

_PAGE = 100
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
_PAGES = 50
"""Batches are listed the newest first; who looks back further than 5,000 of them looks for something else."""


class AnthropicBatches:
    """`timeout_seconds` is for one request; a batch itself takes up to a day."""

    def __init__(self, client: AnthropicClient, *, timeout_seconds: float) -> None:
        self._client = client
        self._timeout = timeout_seconds

    async def create(self, requests: Mapping[str, ModelRequest]) -> str:
        sent = [{"custom_id": name, "params": arguments(request, profile_for(request))} for name, request in requests.items()]
        async with self._broken():
            return (await self._client.sdk().messages.batches.create(requests=sent)).id  # type: ignore[arg-type]

    async def state(self, batch_id: str) -> BatchState:
        async with self._broken():
            return _state(await self._client.sdk().messages.batches.retrieve(batch_id))

    async def recent(self, *, since: datetime) -> tuple[BatchState, ...]:
        found: list[BatchState] = []
        async with self._broken():
            page = await self._client.sdk().messages.batches.list(limit=_PAGE)
            for _ in range(_PAGES):
                states = [_state(batch) for batch in page.data]
                found += [state for state in states if state.created_at >= since]
                if len(states) < _PAGE or states[-1].created_at < since or not page.has_next_page():
                    break
                page = await page.get_next_page()
        return tuple(found)

    async def results(self, batch_id: str) -> AsyncIterator[tuple[str, Reply | BatchFailure]]:
        """Read whole before the first is handed out: what is done with them takes its own time."""
        async with self._broken(), self._client.sdk().messages.batches.with_streaming_response.results(batch_id) as response:
            lines = [line async for line in response.http_response.aiter_lines() if line.strip()]
            for last in lines[-1:]:
                json.loads(last)  # a list that was cut, or a page of a proxy, is asked for again
            found = [_result(line) for line in lines]
        for each in found:
            if each is not None:
                yield each

    async def cancel(self, batch_id: str) -> None:
        import anthropic

        async with self._broken():
            try:
                await self._client.sdk().messages.batches.cancel(batch_id)
            except (anthropic.BadRequestError, anthropic.ConflictError):  # it has ended
                return

    async def close(self) -> None:
        await self._client.close()

    @asynccontextmanager
    async def _broken(self) -> AsyncIterator[None]:
        """What can go wrong, as our errors."""
        import anthropic
        import httpx2

        try:
            async with asyncio.timeout(self._timeout):
                yield
        except anthropic.NotFoundError:
            raise NoBatches("The model's provider has no such batch, or no message batches.") from None
        except anthropic.APIStatusError as error:
            if error.status_code in (405, 501):
                raise NoBatches("The model's provider has no message batches.") from None
            raise of_status(error) from None
        except TimeoutError:
            raise ModelUnavailable(f"The model's provider did not answer within {self._timeout:g} seconds.") from None
        except (anthropic.AnthropicError, httpx2.HTTPError) as error:
            raise ModelUnavailable(f"The connection to the model's provider broke ({type(error).__name__}).") from None
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            raise ModelUnavailable(f"The provider's answer on a batch could not be read ({type(error).__name__}).") from None


def _state(batch: Any) -> BatchState:
    counts = batch.request_counts
    requests = counts.processing + counts.succeeded + counts.errored + counts.canceled + counts.expired
    return BatchState(batch.id, batch.created_at, requests, batch.processing_status == "ended")


def _result(text: str) -> tuple[str, Reply | BatchFailure] | None:
    """One line. What is wrong with it is the trouble of one request: the others were paid for. None where it is nobody's."""
    try:
        line = json.loads(text)
        name, result = line["custom_id"], line["result"]
    except _UNREADABLE:
        return None
    try:
        return str(name), _outcome(result, is_too_long=len(text) > 2 * LONGEST)
    except _UNREADABLE:
        return str(name), BatchFailure("errored", "The reply could not be read.")


def _outcome(result: dict[str, Any], *, is_too_long: bool) -> Reply | BatchFailure:
    if result["type"] == "succeeded":
        return _reply(result["message"], is_too_long=is_too_long)
    if result["type"] in ("expired", "canceled"):
        return BatchFailure(result["type"], f"The request was {result['type']} in its batch.")
    error = (result.get("error") or {}).get("error") or {}
    why = judged(0, str(error.get("type") or ""), (error.get("details") or {}).get("error_code"), None, None)
    return BatchFailure("errored", why.message, mendable=why.retryable)


def _reply(message: dict[str, Any], *, is_too_long: bool) -> Reply | BatchFailure:
    """Costs are at the price of batches. What cannot be read was charged all the same."""
    reading = Reading(profile_of(str(message.get("model"))) or PROFILES[OFFLINE], batched=True)
    try:
        reading.take_whole(message)
        return BatchFailure("errored", TOO_LONG, spent=reading.spent) if is_too_long else reading.reply(0.0)
    except AgentError as error:
        return BatchFailure("errored", error.message, spent=reading.spent)
    except _UNREADABLE:
        return BatchFailure("errored", "The reply could not be read.", spent=reading.spent)
