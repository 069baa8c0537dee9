"""How many requests a key or person may send in a minute, counted in the store for every process of the API, before anything is done.

The answer's headers are those of draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy: "minute";q=600;w=60` is the limit and
`RateLimit: "minute";r=17;t=42` what is left of it, and for how many seconds.
"""

import math

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from analytics_agent.api.services import Services
from analytics_agent.domain.quota import Counted
from analytics_agent.domain.rights import Principal
from analytics_agent.errors import TooMany

LONGEST_ID = 40
"""Of a run: anything longer is none, and not kept."""
_HEADERS = "rate_limit_headers"


async def count(request: Request, services: Services, asker: Principal) -> None:
    """Count a request. Raises TooMany; StoreUnavailable where it cannot be counted, and then nothing is done either."""
    limit = asker.quota.or_else(services.limits.quota).requests_per_minute
    if limit is None:
        return
    if (stream := _stream(request)) is not None and (await services.store.count_request(f"{asker.id} events")).count <= limit:
        again = await services.store.count_request(f"{asker.id} {stream}")
        if again.count > 1:  # the same stream once more: a line that breaks is not the reader's doing
            return
    counted = await services.store.count_request(asker.id)
    setattr(request.state, _HEADERS, _headers(limit, counted))
    if counted.count > limit:
        raise _too_many(limit, counted)


def _stream(request: Request) -> str | None:
    """Which run's events are asked for. Following them takes a request again and again, which counts once a minute, as long as there are
    not more of these, of all runs together, than there may be of others."""
    run_id = request.path_params.get("run_id")
    is_one = run_id and len(run_id) <= LONGEST_ID and request.method == "GET" and request.url.path.endswith("/events")
    return run_id if is_one else None


def _too_many(limit: int, counted: Counted) -> TooMany:
    seconds = max(math.ceil(counted.seconds_left), 1)
    told = f"More than {limit:,} {'request' if limit == 1 else 'requests'} in this minute, which is the most."
    return TooMany(told, hint=f"Try again in {seconds} {'second' if seconds == 1 else 'seconds'}.", retry_after=seconds)


def _headers(limit: int, counted: Counted) -> dict[str, str]:
    left, seconds = max(limit - counted.count, 0), math.ceil(counted.seconds_left)
    return {"RateLimit-Policy": f'"minute";q={limit};w=60', "RateLimit": f'"minute";r={left};t={seconds}'}


class RateLimitHeaders:
    """ASGI middleware: says with every answer what is left, the refusal included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(scope.get("state", {}).get(_HEADERS, {}))
            await send(message)

        await self.app(scope, receive, telling if scope["type"] == "http" else send)
