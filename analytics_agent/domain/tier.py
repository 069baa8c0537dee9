"""The tier in front of the paid models: a question that is certain to be read right is answered by rule, for nothing."""

from dataclasses import dataclass, replace

from analytics_agent.domain.models import OFFLINE
from analytics_agent.domain.question import Question, StepModels

TIER = "tier"
"""The document of a run that says so. A run without it is answered by the models of its question."""

BY_RULE = "Answered by rule and without a paid model: every word of the question is defined here, and it can be read in one way only."


@dataclass(frozen=True)
class Tier:
    """`stands` until the offline model cannot go on: then the question's own models answer it from the start."""

    stands: bool = True


def answered_by(question: Question, tier: Tier | None) -> Question:
    """The question with the models that answer it now."""
    if tier is None or not tier.stands:
        return question
    return replace(question, model=OFFLINE, models=StepModels(OFFLINE, OFFLINE, OFFLINE))
