"""Words that claim what no stored result shows: a cause, an expectation, a test. They stand, and the reader is told."""

from analytics_agent.synthesize.checks.verdict import HOLDS, Verdict
from analytics_agent.synthesize.lexicon import UNPROVEN
from analytics_agent.synthesize.rows import Stored
from analytics_agent.synthesize.sentence import Sentence


def unproven(sentence: Sentence, stored: Stored) -> Verdict:
    words = UNPROVEN[sentence.language]
    found = [sentence.tokens[at].text for at in range(len(sentence.tokens)) if sentence.word(at) in words and not _asked(sentence, at)]  # type: ignore[union-attr]
    return Verdict(unproven=tuple(found)) if found else HOLDS


def _asked(sentence: Sentence, at: int) -> bool:
    """What the question said itself claims nothing new; "not significant" and "not a cause" claim nothing either."""
    return sentence.word(at - 1) in ("not", "nicht", "no", "kein", "keine")
