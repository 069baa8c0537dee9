"""What is said with an answer of how it came about: which turns another model took."""

from collections import Counter
from collections.abc import Sequence

from analytics_agent.domain.rights import Grant
from analytics_agent.domain.turn import Turn

NOT_FOR_MODELS = "A part of this database is not shown to models; ask with --model offline."


def notices_of(turns: Sequence[Turn], grant: Grant | None = None) -> tuple[str, ...]:
    """A sentence for each step that had a model in the place of its own, and one where the run read less because a model read along."""
    instead = Counter((turn.step, turn.model, turn.instead_of) for turn in turns if turn.instead_of)
    less = (NOT_FOR_MODELS,) if grant and grant.own is not None else ()
    return less + tuple(
        f"{count} {'turn' if count == 1 else 'turns'} of {step} {'was' if count == 1 else 'were'} answered by {model}: "
        f"{first} was overloaded."
        for (step, model, first), count in instead.items()
    )
