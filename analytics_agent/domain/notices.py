"""What is said with an answer of how it came about: which turns another model took."""

from collections import Counter
from collections.abc import Sequence

from analytics_agent.domain.turn import Turn


def notices_of(turns: Sequence[Turn]) -> tuple[str, ...]:
    """A sentence for each step that had a model in the place of its own."""
    instead = Counter((turn.step, turn.model, turn.instead_of) for turn in turns if turn.instead_of)
    return tuple(
        f"{count} {'turn' if count == 1 else 'turns'} of {step} {'was' if count == 1 else 'were'} answered by {model}: "
        f"{first} was overloaded."
        for (step, model, first), count in instead.items()
    )
