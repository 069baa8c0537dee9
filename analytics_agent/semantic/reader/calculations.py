"""Calculations that are written with signs: "cancellations / flights", "sales - returns". The first figure alone would be another one."""

from dataclasses import replace

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.periods import UNITS
from analytics_agent.semantic.reader.reading import Refuse, Stop
from analytics_agent.semantic.reader.sentence import Sentence


def no_calculation(sentence: Sentence) -> None:
    """Stops at a sign between two figures. "flights/day" is a mean, "JFK/LGA" are two values, "A/B tests" may be a name."""
    for at, token in enumerate(sentence.tokens):
        if not token.sign or token.stem in UNITS:
            continue
        left = next((s for s in sentence.segments if s.first < at <= s.last + 1 and s.of("metric")), None)
        if left is not None and (_is_askers(left, token.sign) if at <= left.last else _is_measured(sentence, at)):
            said = f"{sentence.text(replace(left, last=at - 1))} {token.sign} {token.surface}"
            raise Stop(Refuse(f"“{said}” is a calculation with two figures, which is not made here. Ask for each of the two by itself."))


def _is_askers(segment: Segment, sign: str) -> bool:
    """Whether the sign within a phrase of the model is the asker's, and not the phrase's own."""
    return not segment.of("value") and not any(sign in word for meaning in segment.meanings for word in meaning.words)


def _is_measured(sentence: Sentence, at: int) -> bool:
    """Whether a figure stands here, or the total or the number of one."""
    behind = [s for s in sentence.segments if s.first >= at and s.first - at <= 2][:2]
    named = next((s for s in behind if not s.is_operator("total", "of_total", "count", "average")), None)
    return named is not None and not named.of("value") and bool(named.of("metric") or named.of("dataset"))
