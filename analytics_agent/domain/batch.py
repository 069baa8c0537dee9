"""Message batches: what a provider tells of one, and a model turn that waits in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from analytics_agent.domain.artifact import Artifact
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
    """A request of a batch that has no reply. Nothing was paid for it.

    `errored` with `mendable` False is a request that the provider refuses however often it is made."""

    kind: Literal["errored", "expired", "canceled"]
    message: str
    mendable: bool = True


@dataclass(frozen=True)
class WaitingTurn:
    """A turn of a run for which nobody waits. `id` is its custom id in the batch: of this run, step, line, turn and attempt alone.

    `sent_at` without a `batch_id` is a batch that was being made when its worker died, or is being made now."""

    order: TurnOrder
    id: str
    request: Artifact
    """Of a ModelRequest."""

    prompt: str
    settings: str
    queued_at: datetime
    attempts: int = 0
    """How often it came back from a batch without a reply."""

    batch_id: str | None = None
    sent_at: datetime | None = None
