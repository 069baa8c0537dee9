"""Message batches: what a provider tells of one, and a model turn that waits in it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.orders import TurnOrder


@dataclass(frozen=True)
class BatchState:
    """A batch as its provider tells of it. `requests` is how many it holds; when it has `ended` its results can be read."""

    id: str
    created_at: datetime
    requests: int
    ended: bool


@dataclass(frozen=True)
class BatchFailure:
    """A request of a batch that has no reply.

    `errored` with `mendable` False is a request that the provider refuses however often it is made. `spent` is what was charged
    for a reply that could not be read."""

    kind: Literal["errored", "expired", "canceled"]
    message: str
    mendable: bool = True
    spent: Usage | None = None


@dataclass(frozen=True)
class WaitingTurn:
    """A turn of a run for which nobody waits.

    `sent_at` without a `batch_id`: its batch is being made, or the worker died while it was."""

    order: TurnOrder
    request: Artifact
    """Of a ModelRequest."""

    prompt: str
    settings: str
    queued_at: datetime
    nudges: tuple[str, ...] = ()
    instead_of: str | None = None
    attempts: int = 0
    """How often it came back from a batch without a reply."""

    sent_at: datetime | None = None
    batch_id: str | None = None
    abandoned: bool = False
    """Its run is over. What it costs is still to be written down."""

    direct: str = ""
    """Why it is not for a batch after all, a sentence; then the run asks the model itself."""

    @property
    def id(self) -> str:
        return waiting_id(self.order)

    @property
    def custom_id(self) -> str:
        """Its name in a batch: another one for each attempt, so that a late result is never taken for a new one."""
        return f"{self.id}-{self.attempts}"


def waiting_id(order: TurnOrder) -> str:
    """Of this run, step, line and turn alone."""
    return sha256(f"{order.run_id}:{order.step}:{order.line}:{order.turn}".encode()).hexdigest()[:40]


@dataclass(frozen=True)
class BatchLook:
    """What a look at the batches found: how many turns wait, which need not wait any more, and when to look again."""

    waiting: int
    ready: tuple[TurnOrder, ...] = ()
    pause_seconds: float = 15.0
