""" "Rose from A to B", "fell steadily", "every month": two cells in their order, or a whole column in time."""

from dataclasses import replace
from itertools import pairwise

from analytics_agent.synthesize.checks.verdict import HOLDS, Verdict
from analytics_agent.synthesize.lexicon import EVERY, NEGATIONS, STEADY, TIMES, course
from analytics_agent.synthesize.rows import Measure, Stored
from analytics_agent.synthesize.sentence import Sentence, Slot

_FROM = frozenset(["from", "von"])
_TO = frozenset(["to", "auf", "zu", "bis"])
_THEN = frozenset(["then", "dann", "danach", "afterwards"])
_FAR = 2


def courses(sentence: Sentence, stored: Stored) -> Verdict:
    """Each turn by itself: "rose to B, then fell to C" goes on from B."""
    verdict, reached = HOLDS, None
    for turn in _turns(sentence):
        more, reached = _turn(turn, reached, stored)
        verdict += more
    return verdict


def _turns(sentence: Sentence) -> list[Sentence]:
    cuts = [at for at in range(1, len(sentence.tokens)) if sentence.word(at) in _THEN]
    ends = [0, *cuts, len(sentence.tokens)]
    return [replace(sentence, tokens=sentence.tokens[start:end]) for start, end in pairwise(ends)]


def _turn(sentence: Sentence, reached: Slot | None, stored: Stored) -> tuple[Verdict, Slot | None]:
    """One turn, and where it ended."""
    first, last = _ends(sentence, stored)
    return _judged(sentence, first or (reached if last is not None else None), last, stored), last or reached


def _judged(sentence: Sentence, first: Slot | None, last: Slot | None, stored: Stored) -> Verdict:
    said = course(sentence.words)
    if said is None:
        return Verdict(unproven=tuple(word for word in sentence.words if word in STEADY))
    sign, word = said
    if any(slot.value.change is not None for slot in sentence.figures):
        return HOLDS  # its own sign is checked with the figure
    if any(f"{lead} {word}" in " ".join(sentence.words) for lead in ("the", "whole")) and "went" in sentence.words:
        return HOLDS  # "brings half of the drop, as its share went from A to B": what dropped is something else
    negated = _negated(sentence, word)
    if first is not None and last is not None:
        moved = float(last.value.number - first.value.number) * sign
        if (moved < 0 and not negated) or (moved > 0 and negated) or (moved == 0 and not negated):
            return Verdict(wrong=(f"{word!r} contradicts {{{{{first.source}}}}} to {{{{{last.source}}}}}: change the word, or swap them.",))
        return _steady(sentence, sign, first, last, stored)
    if last is not None:
        return _since_before(sentence, sign, word, last, stored)
    return HOLDS


def _negated(sentence: Sentence, word: str) -> bool:
    at = next(place for place in range(len(sentence.tokens)) if sentence.word(place) == word)
    return any(sentence.word(place) in NEGATIONS for place in range(at - 3, at))


def _ends(sentence: Sentence, stored: Stored) -> tuple[Slot | None, Slot | None]:
    """What it went from and to: two cells of one kind, told by the words before them."""
    first = last = None
    for at, token in enumerate(sentence.tokens):
        if not isinstance(token, Slot) or not token.is_cell or token.value.is_rank:
            continue
        before = [sentence.word(place) for place in range(max(at - _FAR, 0), at)]
        if first is None and _FROM.intersection(before):
            first = token
        elif last is None and (_TO.intersection(before) or "at" in before or ("after" not in before and _down_to(before))):
            last = token
    if first and last and (stored.of_figure(first) is None or _kind(first) != _kind(last)):
        return None, None
    return first, last


def _down_to(before: list[str]) -> bool:
    return bool(_TO.intersection(before))


def _kind(slot: Slot) -> tuple[str | None, str]:
    return slot.value.column.unit, slot.value.column.format


def _steady(sentence: Sentence, sign: int, first: Slot, last: Slot, stored: Stored) -> Verdict:
    """Whether each step between the two ends goes the same way."""
    words = sentence.words
    every = any(a in EVERY and b in TIMES for a, b in pairwise(words))
    steady = next((word for word in words if word in STEADY), "every" if every else "")
    if not steady:
        return HOLDS
    measure = stored.of_figure(first)
    values = _between(measure, first, last, stored) if measure else None
    if values is None:
        return Verdict(unproven=(steady,))
    if all((b - a) * sign > 0 for a, b in pairwise(values)):
        return HOLDS
    return Verdict(wrong=(f"{steady!r} is not true: not every step between the two goes that way.",))


def _between(measure: Measure, first: Slot, last: Slot, stored: Stored) -> list[float] | None:
    time = stored.time(measure.result)
    start, end = first.value.row, last.value.row
    if time is None or first.value.result != last.value.result or start is None or end is None or len(stored.keys(measure.result)) > 1:
        return None
    days = stored.results.values(measure.result, time.name)
    rows = sorted((row for row, day in enumerate(days) if day is not None), key=lambda row: str(days[row]))
    if start not in rows or end not in rows:
        return None
    between = rows[rows.index(start) : rows.index(end) + 1]
    values = [stored.number(measure, row) for row in between]
    return [value for value in values if value is not None] if len(values) > 1 and None not in values else None


def _since_before(sentence: Sentence, sign: int, word: str, last: Slot, stored: Stored) -> Verdict:
    """ "Down to B": against the earlier value beside it, else the period before it, where the result has that."""
    measure = stored.of_figure(last)
    if measure is not None and (moved := stored.moved(measure, last.value.row)) is not None:
        wrong = f"{word!r} is not true of {{{{{last.source}}}}}: the earlier value beside it says otherwise."
        return HOLDS if moved * sign > 0 else Verdict(wrong=(wrong,))
    time = stored.time(measure.result) if measure else None
    if measure is None or time is None or last.value.row is None or len(stored.keys(measure.result)) > 1:
        return Verdict(unproven=(word,))
    days = stored.results.values(measure.result, time.name)
    earlier = [row for row, day in enumerate(days) if day is not None and str(day) < str(days[last.value.row])]
    own = stored.number(measure, last.value.row)
    previous = stored.number(measure, max(earlier, key=lambda row: str(days[row]))) if earlier else None
    if own is None or previous is None:
        return Verdict(unproven=(word,))
    if (own - previous) * sign > 0:
        return HOLDS
    return Verdict(wrong=(f"{word!r} is not true of {{{{{last.source}}}}}: it did not move that way from the period before.",))
