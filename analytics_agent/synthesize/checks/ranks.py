""" "Second", "last", "Platz zwei" beside a name, and the words around rank()."""

from collections.abc import Iterable

from analytics_agent.synthesize.checks.superlatives import subject
from analytics_agent.synthesize.checks.verdict import HOLDS, Verdict, judged
from analytics_agent.synthesize.lexicon import LAST, RANK_VERBS, RANKS, superlative
from analytics_agent.synthesize.rows import Measure, Stored
from analytics_agent.synthesize.sentence import Name, Sentence, Slot, Word

_NEAR = 2


def ranks(sentence: Sentence, stored: Stored) -> Verdict:
    verdict = HOLDS
    for at, token in enumerate(sentence.tokens):
        if isinstance(token, Slot) and token.value.is_rank:
            verdict += _beside(sentence, at, token)
        elif isinstance(token, Word) and (token.folded in RANKS or token.folded in LAST) and _is_rank(sentence, at):
            verdict += _judged(sentence, at, stored)
    return verdict


def _beside(sentence: Sentence, at: int, slot: Slot) -> Verdict:
    """rank() counts from the highest."""
    pole = superlative(sentence.word(at + 1))
    low = slot.function == "low_rank"
    if pole in ("high", "low") and (pole == "low") != low:
        other = "low_rank" if pole == "low" else "rank"
        return Verdict(
            wrong=(f"{slot.function}(…) counts from the {'lowest' if low else 'highest'}: use {other}(…) for {sentence.word(at + 1)!r}.",)
        )
    return HOLDS


def _is_rank(sentence: Sentence, at: int) -> bool:
    return any(sentence.word(place) in RANK_VERBS for place in range(at - _NEAR, at)) or superlative(sentence.word(at + 1)) is not None


def _judged(sentence: Sentence, at: int, stored: Stored) -> Verdict:
    word = sentence.word(at)
    name = subject(sentence, at)
    results = [result for result in stored.results_of([name] if name else []) if stored.count(result) > 1 and stored.measures(result)]
    if name is None or not results:
        return Verdict(unproven=(word,))
    about = stored.about(sentence, at, results[0])
    outcomes = [_stands(measure, name, sentence, at, stored) for measure in about.found]
    return judged(outcomes, about.sure, f"{word!r} is not its place: write rank(…) as a reference.", word)


def _stands(measure: Measure, name: Name, sentence: Sentence, at: int, stored: Stored) -> bool | None:
    values = stored.numbers(measure)
    rows = stored.row_in(name, measure.result)
    if len(rows) != 1 or (own := values[rows[0]]) is None:
        return None
    word = sentence.word(at)
    sign = -1 if word in LAST or superlative(sentence.word(at + 1)) == "low" else 1
    if not stored.reaches(measure, sign):
        return None
    said = 1 if word in LAST else RANKS[word]
    groups = [among for among in stored.populations(measure, rows[0], sentence) if rows[0] in among] if sentence.of_part else []
    return any(_place(values, among, own, sign) == said for among in groups or [list(range(len(values)))])


def _place(values: list[float | None], among: Iterable[int], own: float, sign: int) -> int:
    return 1 + sum(1 for row in among if (value := values[row]) is not None and (value - own) * sign > 0)
