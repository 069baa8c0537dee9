"""What is said with an answer of how it came about: which turns another model took."""

from collections import Counter
from collections.abc import Sequence

from analytics_agent.domain.question import Question
from analytics_agent.domain.rights import PERSON, USER, Grant
from analytics_agent.domain.schedule import Schedule
from analytics_agent.domain.tier import BY_RULE, Tier
from analytics_agent.domain.turn import Turn

NOT_FOR_MODELS = "A part of this database is not shown to models; ask with --model offline."


def notices_of(turns: Sequence[Turn], grant: Grant | None = None, tier: Tier | None = None) -> tuple[str, ...]:
    """A sentence for each step that had a model in the place of its own, one where the run read less because a model read along, and one
    where no paid model was asked although the question could have been answered by one."""
    instead = Counter((turn.step, turn.model, turn.instead_of) for turn in turns if turn.instead_of)
    less = (NOT_FOR_MODELS,) if grant and grant.own is not None else ()
    by_rule = (BY_RULE,) if tier and tier.stands else ()
    return (
        by_rule
        + less
        + tuple(
            f"{count} {'turn' if count == 1 else 'turns'} of {step} {'was' if count == 1 else 'were'} answered by {model}: "
            f"{first} was overloaded."
            for (step, model, first), count in instead.items()
        )
    )


def reads_as(question: Question | Schedule) -> str:
    """Who it reads as, where that is not who asked: a login name, or else Superset's number of the person."""
    if question.reads_as.startswith(PERSON) and not question.reads_as_name:
        return f"person {question.reads_as.removeprefix(PERSON)} of Superset"
    return question.reads_as_name or question.reads_as.removeprefix(USER)


def asked_as(question: Question) -> str:
    """A sentence for who reads an answer that was made with the rights of somebody else; empty for any other."""
    return f"Asked by the key {question.owner} as {reads_as(question)}, with what they may read." if question.reads_as else ""
