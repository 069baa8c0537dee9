"""HTTP to the API: what both clients share, the one that waits, and the place where the API's problems become our errors again."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx2

from analytics_agent import errors
from analytics_agent.client.steps import Hear, Listen, Outcome, Patience, Pause, Send, Step, Steps, T, kept
from analytics_agent.domain.addresses import is_loopback
from analytics_agent.errors import (
    AgentError,
    AskerError,
    NotAllowed,
    NotAuthenticated,
    ServiceUnreachable,
    TooMany,
    Unavailable,
    UnknownRun,
)

TIMEOUT = httpx2.Timeout(60.0, connect=5.0)
QUIET_SECONDS = 45.0
"""The API says something every 15 s; a stream that is silent for longer is dead."""
LISTENING = httpx2.Timeout(10.0, connect=5.0, read=QUIET_SECONDS)
PROBLEM = "application/problem+json"
NO_CONTENT = 204
NO_SUCH_ADDRESS = "urn:analytics-agent:not-found"
"""What the API says of a path that it has for nobody; what is missing at a path that it has is named otherwise."""
_BY_STATUS: dict[int, type[AgentError]] = {401: NotAuthenticated, 403: NotAllowed, 404: UnknownRun, 409: errors.Conflict}


class ConnectionLost(ServiceUnreachable):
    """The connection broke after the request went out: what it asked for may have happened."""


class Address:
    """Where the API is, with which key, and what its answers mean."""

    def __init__(self, url: str, key: str | None) -> None:
        self.url = url.rstrip("/")
        self.headers = {"Authorization": f"Bearer {_sendable(key)}"} if key else {}
        self._is_here = is_loopback(urlsplit(self.url).hostname or "")

    @property
    def options(self) -> dict[str, Any]:
        """For httpx2's clients. Proxies from the environment are for addresses beyond this machine."""
        return {"base_url": self.url, "headers": self.headers, "timeout": TIMEOUT, "trust_env": not self._is_here}

    def read(self, send: Send, response: httpx2.Response) -> Any:
        """What the request asked for. Raises what the API says is wrong. The response's body must have been read."""
        self.check(response)
        if send.gives == "json":
            return self._parsed(response)
        return {"bytes": response.content, "response": response, "nothing": None}[send.gives]

    def check(self, response: httpx2.Response) -> None:
        """Raises the error that a problem is."""
        if response.is_success or response.status_code == 304:
            return
        if response.headers.get("content-type", "").partition(";")[0] != PROBLEM:
            raise self._foreign(response)
        if _object(response).get("type") == NO_SUCH_ADDRESS:
            raise self._older(response)
        raise error_of(response)

    def unreachable(self, error: httpx2.TransportError) -> ServiceUnreachable:
        if isinstance(error, httpx2.UnsupportedProtocol):
            return ServiceUnreachable(f"{self.url!r} is not the address of an API.", hint="Write it as https://analytics.example.com.")
        kind = ServiceUnreachable if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout) else ConnectionLost
        what = "did not answer in time" if isinstance(error, httpx2.TimeoutException) else "does not answer"
        hint = "Start it with `analytics-agent up` (in a checkout: `make up`), or set ANALYTICS_AGENT_API_URL."
        elsewhere = "Check the address and the network, then ask again."
        return kind(f"The analytics-agent API at {self.url} {what}.", hint=hint if self._is_here else elsewhere)

    def not_ours(self) -> ServiceUnreachable:
        return ServiceUnreachable(
            f"What answers at {self.url} is not the analytics-agent API.",
            hint="`analytics-agent status` shows the right address; set ANALYTICS_AGENT_API_URL to it.",
        )

    def _older(self, response: httpx2.Response) -> ServiceUnreachable:
        return ServiceUnreachable(
            f"The analytics-agent API at {self.url} is older than this client: it has no {response.request.url.path}.",
            hint="Update the server, or install the client of its version.",
        )

    def _parsed(self, response: httpx2.Response) -> Any:
        try:
            return response.json()
        except ValueError:
            raise self.not_ours() from None

    def _foreign(self, response: httpx2.Response) -> AgentError:
        """Something between us and the API, or something else altogether, answered."""
        if response.status_code in {502, 503, 504}:
            return Unavailable(f"A gateway before {self.url} answered {response.status_code}.", hint="Try again in a moment.")
        return self.not_ours()


class Connection:
    """Does steps, waiting. Raises ServiceUnreachable when nothing answers, and the API's own errors by their class."""

    def __init__(
        self, address: Address, transport: httpx2.BaseTransport | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """`transport` stands in for the network and `sleep` for the clock, in tests."""
        self.address = address
        self.http = httpx2.Client(transport=transport, **address.options)
        self.sleep = sleep

    def perform(self, steps: Steps[T]) -> T:
        box: list[T] = []
        for _ in self.each(kept(steps, box)):
            pass
        return box[0]

    def each(self, steps: Steps[None]) -> Iterator[None]:
        """Go on by one step each time. What goes wrong with a step is raised inside the steps, which may mend it."""
        outcome = Outcome()
        with _Doing(self) as doing, closing(steps), suppress(StopIteration):
            while True:
                outcome = doing.attempt(outcome.told(steps))
                yield


def not_writable() -> AskerError:
    """A terminal hands over bytes that are no UTF-8 as halves of letters."""
    return AskerError(
        "A text holds a character that cannot be sent: it is no UTF-8. Nothing was sent.",
        hint="Type it again, or let the terminal and the file it is from be UTF-8.",
    )


class _Doing(ExitStack):
    """Steps one by one, with the stream of events that is open."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._events: Iterator[httpx2.ServerSentEvent] = iter(())

    def attempt(self, step: Step) -> Outcome:
        try:
            return Outcome(self._patiently(step))
        except httpx2.TransportError as error:
            return Outcome(error=self._connection.address.unreachable(error))
        except UnicodeEncodeError:
            return Outcome(error=not_writable())
        except (AgentError, KeyboardInterrupt) as error:
            return Outcome(error=error)

    def _patiently(self, step: Step) -> Any:
        patience = Patience(step)
        while True:
            try:
                return self._do(step)
            except TooMany as refusal:
                pause = patience.pause(refusal)
            self._connection.sleep(pause)

    def _do(self, step: Step) -> Any:
        match step:
            case Send():
                response = self._connection.http.request(step.method, step.path, **step.options)
                return self._connection.address.read(step, response)
            case Pause():
                return self._connection.sleep(step.seconds)
            case Listen():
                return self._listen(step)
            case Hear():
                return event_of(next(self._events, None))

    def _listen(self, listen: Listen) -> bool:
        self.close()
        source = self.enter_context(self._connection.http.sse(listen.path, headers=listen.headers, timeout=LISTENING))
        if not source.response.is_success:
            source.response.read()
            self._connection.address.check(source.response)
        self._events = iter(source)
        return source.response.status_code != NO_CONTENT


def event_of(message: httpx2.ServerSentEvent | None) -> dict[str, Any] | None:
    """The event in a message of the stream, None at its end. What is no event of ours is an empty one."""
    if message is None:
        return None
    try:
        event = message.json()
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def _sendable(key: str) -> str:
    """The key, when a header can hold it. Raises NotAuthenticated for one that was pasted with something else."""
    key = key.strip()
    if not (key.isascii() and key.isprintable()):
        raise NotAuthenticated("The key holds characters that no key has.", hint="Check ANALYTICS_AGENT_API_KEY.")
    return key


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
    if isinstance(error, Unavailable | TooMany):
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
