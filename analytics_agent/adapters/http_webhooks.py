"""ports.Webhooks: signed posts by the Standard Webhooks scheme, to addresses that are looked at again at each connection."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from urllib.parse import urlsplit

import httpx2

from analytics_agent.domain.addresses import allowed, is_loopback, webhook_problems
from analytics_agent.domain.delivery import Destination
from analytics_agent.errors import AgentError, DeliveryRejected, WebhookUnavailable

LONGEST = 256_000
"""Bytes of a body. Receivers often refuse more than that, and a report's summary is far below."""
TIMEOUT = httpx2.Timeout(20.0, connect=10.0)
_LATER = frozenset({408, 409, 423, 425, 429})
_MOST_ADDRESSES = 4

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class HttpWebhooks:
    """Goes straight to the receiver, not through a proxy: a proxy would resolve the name again and might mean another address."""

    def __init__(self, *, this_machine: bool = True, trusted: ssl.SSLContext | None = None, resolve: Resolve | None = None) -> None:
        """`this_machine`: an address of this machine may be posted to, where it is written as one. `trusted` replaces the machine's
        certificate authorities and `resolve` its names, in tests."""
        self._this_machine = this_machine
        self._trusted = trusted
        self._resolve = resolve or _addresses_of

    async def post(self, destination: Destination, message_id: str, body: bytes) -> None:
        if webhook_problems(destination.address):
            raise DeliveryRejected(f"The address of the webhook {destination.name} is not one that reports may go to. Add it again.")
        if len(body) > LONGEST:
            raise DeliveryRejected(f"The message is too large for a webhook: {len(body):,} bytes, {LONGEST:,} is the most.")
        headers = {"Content-Type": "application/json", "User-Agent": "analytics-agent", **signature(destination, message_id, body)}
        async with httpx2.AsyncClient(verify=self._trusted or _trusted(), trust_env=False, timeout=TIMEOUT) as client:
            _judge(destination.name, *await self._posted(client, destination, headers, body))

    async def _posted(
        self, client: httpx2.AsyncClient, destination: Destination, headers: dict[str, str], body: bytes
    ) -> tuple[int, str | None]:
        """The status and when to come back. The answer's body is not read: it is nothing to us, and may be endless."""
        for ip in await self._checked(destination):
            request = _pinned(client, destination.address, ip, headers, body)
            try:
                response = await client.send(request, stream=True, follow_redirects=False)
            except httpx2.ConnectError as error:
                refusal: AgentError = _unreachable(destination.name, error)
                continue
            except httpx2.TransportError:
                raise WebhookUnavailable(f"The webhook {destination.name} does not answer.") from None
            await response.aclose()
            return response.status_code, response.headers.get("retry-after")
        raise refusal

    async def _checked(self, destination: Destination) -> list[str]:
        """Where its name leads now, without the addresses that no report goes to. Never empty."""
        parts = urlsplit(destination.address)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        try:
            resolved = await asyncio.wait_for(self._resolve(host, port), 10)
        except (OSError, TimeoutError):
            raise WebhookUnavailable(f"The host of the webhook {destination.name} is not found.") from None
        if (self._this_machine or not is_loopback(host)) and (usable := allowed(host, resolved)):
            return usable[:_MOST_ADDRESSES]
        raise DeliveryRejected(
            f"The host of the webhook {destination.name} leads to this machine or to one of its network services. Reports do not go there."
        )


def signature(destination: Destination, message_id: str, body: bytes, *, at: int | None = None) -> dict[str, str]:
    """The three headers of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body."""
    try:
        secret = base64.b64decode((destination.secret or "").removeprefix("whsec_"), validate=True)
    except binascii.Error:
        secret = b""
    if not secret:
        raise DeliveryRejected(f"The webhook {destination.name} has no secret to sign with. Add it again.")
    now = str(int(time.time()) if at is None else at)
    signed = hmac.new(secret, b".".join((message_id.encode(), now.encode(), body)), hashlib.sha256).digest()
    return {"webhook-id": message_id, "webhook-timestamp": now, "webhook-signature": f"v1,{base64.b64encode(signed).decode()}"}


def _pinned(client: httpx2.AsyncClient, address: str, ip: str, headers: dict[str, str], body: bytes) -> httpx2.Request:
    """A request to the address that was checked, under the name that was written: no second look-up can lead elsewhere."""
    url = httpx2.URL(address)
    name = url.netloc.decode("ascii")
    extensions = {"sni_hostname": url.raw_host.decode("ascii")} if url.scheme == "https" else {}
    return client.build_request(
        "POST",
        url.copy_with(host=ip),
        headers={**headers, "Host": name},
        content=body,
        extensions={**extensions, "timeout": TIMEOUT.as_dict()},
    )


def _judge(name: str, status: int, retry_after: str | None) -> None:
    """Raises for every answer but a 2xx."""
    if 200 <= status < 300:
        return
    if status in _LATER or status >= 500:
        wait = float(retry_after) if retry_after and retry_after.isdecimal() and len(retry_after) < 6 else None
        raise WebhookUnavailable(f"The webhook {name} says later ({status}).", retry_after=wait)
    if 300 <= status < 400:
        raise DeliveryRejected(
            f"The webhook {name} sends us elsewhere ({status}); reports follow no redirect.", hint="Add its new address."
        )
    hint = "It wants no more messages: remove it." if status == 410 else "Check its address and its secret."
    raise DeliveryRejected(f"The webhook {name} refuses the message ({status}).", hint=hint)


def _unreachable(name: str, error: httpx2.ConnectError) -> AgentError:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return DeliveryRejected(f"The webhook {name} does not prove by a valid certificate who it is.", hint="Check its address.")
        seen = seen.__cause__ or seen.__context__
    return WebhookUnavailable(f"The webhook {name} does not answer.")


async def _addresses_of(host: str, port: int) -> Sequence[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
