"""Which number a result will get: calls that are made at the same time are numbered as they were asked for, whichever is done first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Numbers:
    """`kept` has the numbers that are kept for calls under way, by their keys, for each conversation by its name. The next turn of a
    conversation gives back what the one before did not use."""

    kept: dict[str, dict[str, int]] = field(default_factory=dict)

    def of(self, key: str) -> int | None:
        return next((numbers[key] for numbers in self.kept.values() if key in numbers), None)


def keep(known: Numbers | None, conversation: str, keys: Sequence[str], taken: Iterable[int]) -> Numbers:
    """With a number for each of these calls, in their order. Those of one turn that are asked for again stay as they are."""
    kept = known.kept if known else {}
    if set(kept.get(conversation, ())) == set(keys):
        return Numbers(kept)
    others = {name: numbers for name, numbers in kept.items() if name != conversation}
    first = 1 + max([0, *taken, *(number for numbers in others.values() for number in numbers.values())])
    return Numbers(others | {conversation: {key: first + place for place, key in enumerate(keys)}})
