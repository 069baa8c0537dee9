"""One signed-in conversation with Superset's REST API: login, CSRF, one renewal, and replies turned into our errors.

It knows nothing of datasets or charts. No error of it carries a password, a token or a database's address.
"""

import json
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2

from analytics_agent.domain.addresses import is_loopback
from analytics_agent.errors import PublishRejected, SupersetUnavailable

_LONGEST_MESSAGE = 300
_CONNECT_SECONDS = 5.0


class SupersetSession:
    """Use as an async context manager. `secrets` are texts that must not show up in an error, such as a database's URI."""

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        *,
        timeout_seconds: float = 60.0,
        transport: httpx2.AsyncBaseTransport | None = None,
        secrets: Iterable[str] = (),
    ) -> None:
        self._login = {"username": username, "password": password, "provider": "db", "refresh": False}
        self._secrets = tuple(secret for secret in (password, *secrets) if secret)
        timeout = httpx2.Timeout(timeout_seconds, connect=_CONNECT_SECONDS)
        proxied = not is_loopback(urlsplit(url).hostname or "")  # a company's proxy does not know our loopback
        base = f"{url.rstrip('/')}/api/v1/"
        self._client = httpx2.AsyncClient(base_url=base, timeout=timeout, transport=transport, trust_env=proxied)
        self._client.headers["Referer"] = url  # Flask-WTF wants one over https
        self._signed_in = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        await self._client.aclose()

    async def find(self, path: str) -> dict[str, Any] | None:
        """The `result` of an object, None when there is none."""
        response = await self._signed("GET", path)
        return None if response.status_code == 404 else self._result(response)

    async def select(self, path: str, column: str, value: str) -> list[dict[str, Any]]:
        """The objects of a list whose `column` equals `value`."""
        query = {"filters": [{"col": column, "opr": "eq", "value": value}], "page_size": 5}
        response = await self._signed("GET", path, params={"q": json.dumps(query)})
        found: list[dict[str, Any]] = self._json(response)["result"]
        return found

    async def read(self, path: str, **params: str) -> Any:
        return self._json(await self._signed("GET", path, params=params))

    async def ask(self, address: str, body: dict[str, Any]) -> Any:
        """The answer of an address of Superset that is not below its REST API: one of an extension, written whole."""
        return self._json(await self._signed("POST", address, body=body))

    async def create(self, path: str, body: dict[str, Any]) -> int:
        """Superset's number of the new object."""
        return int(self._json(await self._signed("POST", path, body=body))["id"])

    async def change(self, path: str, body: dict[str, Any], **params: str) -> None:
        self._json(await self._signed("PUT", path, body=body, params=params))

    async def remove(self, path: str) -> bool:
        """False when it was not there."""
        response = await self._signed("DELETE", path)
        if response.status_code == 404:
            return False
        self._json(response)
        return True

    async def _signed(self, method: str, path: str, *, body: Any = None, params: dict[str, str] | None = None) -> httpx2.Response:
        """Send, signing in before the first request and once more when the token or the CSRF session has run out."""
        if not self._signed_in:
            await self._sign_in()
        response = await self._send(method, path, body, params)
        if response.status_code == 401 or _csrf_ran_out(response):
            await self._sign_in()
            response = await self._send(method, path, body, params)
        return response

    async def _sign_in(self) -> None:
        self._client.headers.pop("Authorization", None)
        self._client.cookies.clear()
        response = await self._send("POST", "security/login", self._login, None)
        if response.status_code in {401, 403}:
            raise PublishRejected(
                "Superset refused our service account's login.",
                hint="Check ANALYTICS_AGENT_SUPERSET_USERNAME and ANALYTICS_AGENT_SUPERSET_PASSWORD.",
            )
        self._client.headers["Authorization"] = f"Bearer {self._json(response)['access_token']}"
        token = self._json(await self._send("GET", "security/csrf_token/", None, None))
        self._client.headers["X-CSRFToken"] = token["result"]
        self._signed_in = True

    async def _send(self, method: str, path: str, body: Any, params: dict[str, str] | None) -> httpx2.Response:
        try:
            response = await self._client.request(method, path, json=body, params=params)
        except httpx2.RequestError as error:
            raise SupersetUnavailable(
                f"Superset does not answer ({type(error).__name__}).", hint="See whether it runs: analytics-agent status."
            ) from None
        if response.status_code == 429 or response.status_code >= 500:
            raise SupersetUnavailable(f"Superset failed with HTTP {response.status_code}.", retry_after=_seconds(response))
        return response

    def _result(self, response: httpx2.Response) -> dict[str, Any]:
        result: dict[str, Any] = self._json(response)["result"]
        return result

    def _json(self, response: httpx2.Response) -> Any:
        if not response.is_success:
            raise self.refusal(_message(response) or f"HTTP {response.status_code}")
        try:
            return response.json()
        except ValueError:
            raise PublishRejected(
                "The address answers, but not as Superset's REST API does.", hint="Check ANALYTICS_AGENT_SUPERSET_URL."
            ) from None

    def refusal(self, message: str) -> PublishRejected:
        """Superset's own words, shortened and without secrets."""
        text = " ".join(message.split())
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return PublishRejected(f"Superset refused: {text[:_LONGEST_MESSAGE]}")


def _csrf_ran_out(response: httpx2.Response) -> bool:
    return response.status_code == 400 and "csrf" in response.text.lower()


def _seconds(response: httpx2.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdigit() else None


def _message(response: httpx2.Response) -> str:
    """What Superset says, in whichever of its forms it says it."""
    try:
        body = response.json()
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    errors = body.get("errors")
    if isinstance(errors, list):
        return "; ".join(str(error.get("message", "")) for error in errors if isinstance(error, dict))
    message = body.get("message", body.get("msg", ""))
    return message if isinstance(message, str) else json.dumps(message)
