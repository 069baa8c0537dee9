"""All checks of words, in one list. Runs over a claim whose references are evaluated; knows no wording of a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics_agent.synthesize.checks.amounts import bases, counts, majorities, totals
from analytics_agent.synthesize.checks.comparisons import comparisons
from analytics_agent.synthesize.checks.courses import courses
from analytics_agent.synthesize.checks.pairing import pairing, periods
from analytics_agent.synthesize.checks.ranks import ranks
from analytics_agent.synthesize.checks.ratios import ratios
from analytics_agent.synthesize.checks.superlatives import superlatives
from analytics_agent.synthesize.checks.unproven import unproven
from analytics_agent.synthesize.checks.verdict import HOLDS, Check, Verdict
from analytics_agent.synthesize.evaluate import Results
from analytics_agent.synthesize.lexicon import LANGUAGES
from analytics_agent.synthesize.names import Names
from analytics_agent.synthesize.references import Reference, parse
from analytics_agent.synthesize.rows import Stored
from analytics_agent.synthesize.sentence import Slot, Token, sentences, tokens

CHECKS: tuple[Check, ...] = (
    superlatives, ranks, comparisons, courses, pairing, periods, ratios, totals, bases, majorities, counts, unproven,
)  # fmt: skip

WORDING = "the wording in this language"
"""What is unchecked of a claim in a language that the checks do not read."""


def parts(prose: Sequence[str], references: Sequence[Reference], results: Results) -> list[str | Slot]:
    """Prose and evaluated references in turn, as the checks read them."""
    trees = [(parse(reference.source), reference.source) for reference in references]
    slots = [Slot(results.value(tree), tree, source) for tree, source in trees]
    return [prose[0], *(part for pair in zip(slots, prose[1:], strict=True) for part in pair)]


@dataclass(frozen=True)
class Words:
    """What the words of an answer are checked against. `question` is what was asked and how it was read, in small letters."""

    stored: Stored
    names: Names
    language: str
    question: str = ""

    @classmethod
    def of(cls, results: Results, language: str, question: str) -> "Words":
        stored = Stored(results)
        return cls(stored, Names(stored), language, question.casefold())

    def check(self, written: Sequence[str | Slot], is_heading: bool = False) -> Verdict:
        """Of one claim or heading: its prose and its evaluated references in turn."""
        if self.language not in LANGUAGES:
            return Verdict(unproven=(WORDING,))
        read: list[Token] = []
        for part in written:
            read.extend([part] if isinstance(part, Slot) else self.names.mentioned(tuple(tokens(part))))
        verdict = HOLDS
        for sentence in sentences(read, self.language, self.question, is_heading):
            for one in CHECKS:
                verdict += one(sentence, self.stored)
        return Verdict(tuple(dict.fromkeys(verdict.wrong)), tuple(dict.fromkeys(verdict.unproven)))
