"""One HTTP connection to the API, and the place where its problems become our errors again."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

import httpx2

from analytics_agent import errors
from analytics_agent.errors import AgentError, AskerError, NotAllowed, NotAuthenticated, ServiceUnreachable, Unavailable, UnknownRun

TIMEOUT = httpx2.Timeout(60.0, connect=5.0)
PROBLEM = "application/problem+json"
_BY_STATUS: dict[int, type[AgentError]] = {401: NotAuthenticated, 403: NotAllowed, 404: UnknownRun, 409: errors.Conflict}


class Connection:
    """Requests with the key. Raises ServiceUnreachable when nothing answers, and the API's own errors by their class."""

    def __init__(self, url: str, key: str | None, transport: httpx2.BaseTransport | None = None) -> None:
        """`transport` stands in for the network, in tests. Proxies from the environment are for addresses beyond this machine."""
        self.url = url
        headers = {"Authorization": f"Bearer {_sendable(key)}"} if key else {}
        self.http = httpx2.Client(base_url=url, headers=headers, timeout=TIMEOUT, transport=transport, trust_env=not is_loopback(url))

    def send(self, method: str, path: str, **options: Any) -> httpx2.Response:
        try:
            response = self.http.request(method, path, **options)
        except httpx2.TransportError as error:
            raise self.unreachable(error) from None
        return self.checked(response)

    def json(self, method: str, path: str, **options: Any) -> Any:
        response = self.send(method, path, **options)
        try:
            return response.json()
        except ValueError:
            raise self.not_ours() from None

    def checked(self, response: httpx2.Response) -> httpx2.Response:
        """The response, when it is not a problem. Its body must have been read."""
        if response.is_success or response.status_code == 304:
            return response
        if response.headers.get("content-type", "").partition(";")[0] != PROBLEM:
            raise self._foreign(response)
        raise error_of(response)

    def unreachable(self, error: httpx2.TransportError) -> ServiceUnreachable:
        what = "did not answer in time" if isinstance(error, httpx2.TimeoutException) else "does not answer"
        return ServiceUnreachable(
            f"The analytics-agent API at {self.url} {what}.",
            hint="Start it with `analytics-agent up` (in a checkout: `make up`), or set ANALYTICS_AGENT_API_URL.",
        )

    def not_ours(self) -> ServiceUnreachable:
        return ServiceUnreachable(
            f"What answers at {self.url} is not the analytics-agent API.",
            hint="`analytics-agent status` shows the right address; set ANALYTICS_AGENT_API_URL to it.",
        )

    def _foreign(self, response: httpx2.Response) -> AgentError:
        """Something between us and the API, or something else altogether, answered."""
        if response.status_code in {502, 503, 504}:
            return Unavailable(f"A gateway before {self.url} answered {response.status_code}.", hint="Try again in a moment.")
        return self.not_ours()


def _sendable(key: str) -> str:
    """The key, when a header can hold it. Raises NotAuthenticated for one that was pasted with something else."""
    key = key.strip()
    if not (key.isascii() and key.isprintable()):
        raise NotAuthenticated("The key holds characters that no key has.", hint="Check ANALYTICS_AGENT_API_KEY.")
    return key


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def error_of(response: httpx2.Response) -> AgentError:
    """The problem as the error that the API raised; by its status when this client does not know that error yet."""
    problem = _object(response)
    name = "".join(word.capitalize() for word in str(problem.get("type", "")).rpartition(":")[2].split("-"))
    known = getattr(errors, name, None)
    by_status = _BY_STATUS.get(response.status_code, AskerError if response.status_code < 500 else AgentError)
    kind: type[AgentError] = known if isinstance(known, type) and issubclass(known, AgentError) else by_status
    error = kind.__new__(kind)  # some take the pieces that their message was made of, which we do not have
    AgentError.__init__(
        error, str(problem.get("detail", "")) or f"The API answered {response.status_code}.", hint=str(problem.get("hint", ""))
    )
    if isinstance(error, Unavailable):
        error.retry_after = _seconds(response.headers.get("retry-after"))
    if hasattr(kind, "problems") or issubclass(kind, errors.InvalidSemanticModel | errors.InvalidSettings | errors.Ungrounded):
        error.problems = tuple(error.message.splitlines())  # type: ignore[attr-defined]
    return error


def _object(response: httpx2.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdigit() else None
