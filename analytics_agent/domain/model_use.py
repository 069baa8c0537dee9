"""Which models a run used, and how they were asked."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics_agent.domain.event import Step

if TYPE_CHECKING:
    from analytics_agent.domain.turn import Turn


@dataclass(frozen=True)
class ModelUse:
    """How a step used a model: by which prompt, how it was asked, and for how many turns."""

    step: Step
    model: str
    prompt: str
    settings: str
    turns: int
    instead_of: str | None = None
    batched: bool = False


def model_use(turns: Iterable["Turn"]) -> tuple[ModelUse, ...]:
    """In the order in which the run came to them."""
    counts = Counter((turn.step, turn.model, turn.prompt, turn.settings, turn.instead_of, turn.batched) for turn in turns)
    return tuple(ModelUse(*known[:4], count, *known[4:]) for known, count in counts.items())
