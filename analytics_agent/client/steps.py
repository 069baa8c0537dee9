"""What the client does, written once for both clients: a generator yields what it needs of the network and is sent what came of it.

`Connection` does these things waiting, `AsyncConnection` does them awaiting. `endpoint` turns such a generator into a method that
gives its result on `Client` and an awaitable of it on `AsyncClient`.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, Literal, ParamSpec, Protocol, TypeVar, overload
from urllib.parse import quote

from analytics_agent.errors import TooMany

P = ParamSpec("P")
T = TypeVar("T")
TOO_MANY_SECONDS = 60.0
"""As long as it takes until requests are counted anew."""


@dataclass(frozen=True)
class Send:
    """A request. Sent back is what its answer holds, as `gives` says; `options` are httpx2's."""

    method: str
    path: str
    options: dict[str, Any] = field(default_factory=dict)
    gives: Literal["json", "bytes", "response", "nothing"] = "json"
    patience: float = TOO_MANY_SECONDS
    """Seconds to wait in all where the API says that one asks too much: it has done nothing then, and may be asked again."""


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Listen:
    """Open a stream of events, closing the one before. Sent back is whether there is one."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hear:
    """Sent back is the next event of the open stream, None at its end."""


Step = Send | Pause | Listen | Hear
Steps = Generator[Step, Any, T]


@dataclass(frozen=True)
class Outcome:
    """What came of a step."""

    value: Any = None
    error: BaseException | None = None

    def told(self, steps: Steps[None]) -> Step:
        """The next step. Raises StopIteration when there is none."""
        return steps.send(self.value) if self.error is None else steps.throw(self.error)


@dataclass
class Patience:
    """With one step whose request was refused because too much is asked."""

    step: Step
    waited: float = 0.0

    def pause(self, refusal: TooMany) -> float:
        """Seconds until it may be asked again. Raises the refusal where that would take too long."""
        most = self.step.patience if isinstance(self.step, Send) else TOO_MANY_SECONDS
        if refusal.retry_after is None or self.waited + refusal.retry_after > most:
            raise refusal
        self.waited += refusal.retry_after
        return refusal.retry_after


def kept(steps: Steps[T], box: list[T]) -> Steps[None]:
    """The same steps with their result put into a box, for who goes through them one by one."""
    box.append((yield from steps))


class Waiting(Protocol):
    """A client whose methods give their results."""

    def perform(self, steps: Steps[T]) -> T: ...


class Awaiting(Protocol):
    """A client whose methods give awaitables of their results."""

    async def perform(self, steps: Steps[T]) -> T: ...


class endpoint(Generic[P, T]):  # noqa: N801 it decorates, as property does
    """A method of both clients, described once: its function takes the client and gives steps."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Steps[T]]) -> None:
        self.describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> Callable[Concatenate[Any, P], Steps[T]]: ...
    @overload
    def __get__(self, client: Waiting, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: Awaiting, owner: type) -> Callable[P, Awaitable[T]]: ...

    def __get__(self, client: Any, owner: type) -> Any:
        if client is None:
            return self.describe

        @functools.wraps(self.describe)
        def call(*given: P.args, **named: P.kwargs) -> Any:
            return client.perform(self.describe(client, *given, **named))

        signature = inspect.signature(self.describe)
        call.__signature__ = signature.replace(parameters=list(signature.parameters.values())[1:])  # type: ignore[attr-defined]
        return call


def part(name: str) -> str:
    """One segment of a path, whatever is in it. A slash is quoted twice: servers take one quoted once for a slash of the path."""
    return quote(name.replace("/", "%2F"), safe="") or "-"


def given(**fields: Any) -> dict[str, Any]:
    """The fields that were given a value."""
    return {name: value for name, value in fields.items() if value is not None}
