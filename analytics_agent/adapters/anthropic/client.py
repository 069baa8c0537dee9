"""The SDK's client, one for a worker: a new one costs 40 ms of TLS set-up, and importing the SDK two seconds and 76 MB.

Temporal retries, the SDK does not: it would hide its waiting from the run, and bill for what nobody sees.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from analytics_agent.domain.addresses import is_loopback

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

_CONNECT_SECONDS = 10.0


class AnthropicClient:
    """Made at the first use."""

    def __init__(self, api_key: str, base_url: str | None, *, timeout_seconds: float) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._timeout = timeout_seconds
        self._made: AsyncAnthropic | None = None

    def sdk(self) -> "AsyncAnthropic":
        if self._made is None:
            import httpx2
            from anthropic import AsyncAnthropic

            # A proxy of the environment would divert even a gateway on this machine.
            here = is_loopback(urlsplit(self._base_url or "").hostname or "")
            timeout = httpx2.Timeout(self._timeout, connect=min(_CONNECT_SECONDS, self._timeout))
            # As many connections as turns are in flight; the usual 100 would let the rest wait and call it a timeout.
            limits = httpx2.Limits(max_connections=None, max_keepalive_connections=50)
            http = httpx2.AsyncClient(trust_env=not here, timeout=timeout, limits=limits)
            self._made = AsyncAnthropic(api_key=self._api_key, base_url=self._base_url, max_retries=0, timeout=timeout, http_client=http)
        return self._made

    async def close(self) -> None:
        if self._made is not None:
            await self._made.close()
