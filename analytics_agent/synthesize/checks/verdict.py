"""What a check says of a sentence."""

from collections.abc import Callable
from dataclasses import dataclass

from analytics_agent.synthesize.rows import Stored
from analytics_agent.synthesize.sentence import Sentence


@dataclass(frozen=True)
class Verdict:
    """`wrong` are contradictions, each with what to write instead; `unproven` words that claim what no stored result shows."""

    wrong: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(self.wrong + other.wrong, self.unproven + other.unproven)


HOLDS = Verdict()
Check = Callable[[Sentence, Stored], Verdict]


def judged(outcomes: list[bool | None], sure: bool, wrong: str, word: str) -> Verdict:
    """Over the columns that may be meant: one that is sure decides; else all must agree, or the word is left unproven."""
    if not outcomes or (None in outcomes and True not in outcomes and False not in outcomes):
        return Verdict(unproven=(word,))
    if all(outcomes):
        return HOLDS
    if sure or not any(outcomes):
        return Verdict(wrong=(wrong,)) if None not in outcomes else Verdict(unproven=(word,))
    return Verdict(unproven=(word,))
