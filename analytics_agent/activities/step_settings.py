"""How hard the model is asked to think in each step, and how long its reply may be: one table, with the reasons."""

from dataclasses import dataclass

from analytics_agent.domain.conversation import Effort, ModelRequest
from analytics_agent.domain.event import Step
from analytics_agent.domain.models import PROFILES


@dataclass(frozen=True)
class StepSettings:
    effort: Effort
    max_tokens: int
    """Of one reply, its thinking included."""


STEPS: dict[Step, StepSettings] = {
    # Which tables, which joins, which reading of the question: a slip here is a wrong answer that looks right.
    "explore": StepSettings("high", 12_000),
    # A choice among a few named operations over results that are there; code computes.
    "analyze": StepSettings("low", 4_000),
    # Prose with references that code checks; a wrong one comes back. The longest reply: a whole answer in one call.
    "synthesize": StepSettings("medium", 8_000),
}


def in_words(request: ModelRequest) -> str:
    """What a run records of how its model was asked. Ours knows nothing of all this."""
    profile = PROFILES[request.model]
    if profile.tier == "offline":
        return ""
    manner = profile.asked(request.max_tokens, request.effort)
    thinking = "always" if profile.thinking == "always" else manner.thinking
    told = {"effort": manner.effort, "thinking": thinking, "max_tokens": manner.max_tokens}
    return " ".join(f"{name}={value}" for name, value in told.items() if value is not None)
