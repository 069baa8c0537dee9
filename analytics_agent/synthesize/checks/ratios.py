""" "A sold 1.7 times as much as B": the operands in the order of the names."""

from analytics_agent.synthesize.checks.comparisons import turned
from analytics_agent.synthesize.checks.verdict import Verdict
from analytics_agent.synthesize.rows import Stored
from analytics_agent.synthesize.sentence import Sentence, Slot

_AS = frozenset(["as", "wie", "than", "als", "of"])


def ratios(sentence: Sentence, stored: Stored) -> Verdict:
    wrong = []
    for at, token in enumerate(sentence.tokens):
        if not isinstance(token, Slot) or token.function not in ("ratio", "percent_change", "difference"):
            continue
        before = sentence.names_in(range(0, at))
        after = sentence.names_in(range(at, len(sentence.tokens)))
        linked = any(sentence.word(place) in _AS for place in range(at, len(sentence.tokens)))
        if linked and len(before) == 1 and len(after) == 1 and (problem := turned(token, before[0], after[0], stored)):
            wrong.append(problem)
    return Verdict(wrong=tuple(wrong))
