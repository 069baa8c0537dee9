""" "The highest", "most", "worst", "leads": the row that is named must be the end of that column."""

from itertools import pairwise, takewhile

from analytics_agent.synthesize.checks.verdict import HOLDS, Verdict, judged
from analytics_agent.synthesize.lexicon import NEGATIONS, PRAISE, Pole, course, superlative
from analytics_agent.synthesize.rows import Measure, Stored
from analytics_agent.synthesize.sentence import Mention, Name, Sentence, Slot, Token, Word

_SKIPPED_BEFORE = frozenset(["at", "zu", "zum"])
_OPENS = frozenset(["from", "von", "vom"])
_CLOSES = frozenset(["to", "bis", "zu", "zum", "zur"])
_BETWEEN = frozenset(["the", "der", "die", "das", "dem", "den"])
_CHANGED = frozenset(["changed", "change", "changes", "moved", "shifted"])
_NO_THING = frozenset(["in", "on", "at", "im", "am", "value", "wert", ""])
"""Behind a superlative, or in its place a figure: where something was, and no thing that is listed."""
_TIED_IN_ENGLISH = ["one", "each", "both", "other", "others", "equal", "equally", "tied", "tie", "alike", "same", "joint"]
_TIED_IN_GERMAN = ["eine", "einer", "eines", "beide", "andere", "anderen", "gleich", "gleichauf", "ebenso", "ebenfalls", "teilt"]
_TIED = frozenset([*_TIED_IN_ENGLISH, "jointly", "shares", "shared", "many", "among", "those", *_TIED_IN_GERMAN])
"""Words of a place that is not held alone."""
_SKIPPED_AFTER = frozenset(["of", "recent", "likely", "recently", "der"])


def superlatives(sentence: Sentence, stored: Stored) -> Verdict:
    verdict = HOLDS
    for at, token in enumerate(sentence.tokens):
        pole = _pole(sentence, at) if isinstance(token, Word) else None
        if pole is not None and not _idle(sentence, at):
            verdict += _judged(sentence, at, pole, stored)
    return verdict


def _pole(sentence: Sentence, at: int) -> Pole | None:
    """ "Most punctual" is good, whatever the column counts."""
    word = sentence.word(at)
    if word in ("most", "least") and sentence.word(at + 1) in PRAISE:
        return "good" if word == "most" else "bad"
    return superlative(word)


def _idle(sentence: Sentence, at: int) -> bool:
    """ "At least", "most of" but not "most of any", "led to", "third highest", "from shortest to longest"; "most often" is none."""
    word, following = sentence.word(at), sentence.word(at + 1)
    quantity = word in ("most", "meisten", "meiste") and following in _SKIPPED_AFTER and sentence.word(at + 2) != "any"
    leading = word.startswith(("led", "lead", "führ", "trail")) and following in ("to", "zu", "by")
    ranked = sentence.word(at - 1) in ("second", "third", "fourth", "fifth") or _after_rank(sentence, at)
    return sentence.word(at - 1) in _SKIPPED_BEFORE or quantity or leading or ranked or _names_an_order(sentence, at)


def _names_an_order(sentence: Sentence, at: int) -> bool:
    """ "From shortest to longest", "vom kürzesten Flug bis zum längsten": how rows are listed, not which one stands at an end. Beside a
    name or a figure each end is a claim of its own."""
    words = [sentence.word(place) for place in range(len(sentence.tokens))]
    ends = [place for place in range(max(0, at - 6), min(len(words), at + 7)) if superlative(words[place])]
    for first, last in pairwise(ends):
        opened = first - 2 if words[first - 1] in _BETWEEN else first - 1
        between = [word for word in words[first + 1 : last] if word not in _BETWEEN]
        noun = between[: -len(list(takewhile(_CLOSES.__contains__, reversed(between)))) or len(between)]
        is_linked = len(noun) < 2 and len(noun) < len(between) and not _NO_THING.intersection(noun)
        if at in (first, last) and is_linked and opened >= 0 and words[opened] in _OPENS:
            other_ends = superlative(words[first]) != superlative(words[last])
            return other_ends and not isinstance(_at(sentence, last + 1), (Slot, Mention))
    return False


def _at(sentence: Sentence, place: int) -> Token | None:
    return sentence.tokens[place] if place < len(sentence.tokens) else None


def _after_rank(sentence: Sentence, at: int) -> bool:
    token = sentence.tokens[at - 1] if at else None
    return isinstance(token, Slot) and token.value.is_rank


def _judged(sentence: Sentence, at: int, pole: Pole, stored: Stored) -> Verdict:
    word = sentence.word(at)
    if any(word in slot.value.column.name.split("_") for slot in sentence.figures if slot.is_cell):
        return HOLDS  # the column itself is "longest_delay"
    if (name := subject(sentence, at)) is None:
        return _of_figure(sentence, at, pole, stored)
    if word == "most" and (moved := course(tuple(sentence.word(place) for place in range(at - 2, at)))) is not None:
        return _moved_most(sentence, name, moved[0], stored)
    if word == "most" and sentence.word(at - 1) in _CHANGED and any(stored.changes(result) for result in stored.results_of([name])):
        return _moved_most(sentence, name, 0, stored)
    if (own := _by_column(name, pole, word)) is not None:
        return own
    results = [result for result in stored.results_of([name]) if stored.measures(result)]
    figures = [m.result for slot in sentence.figures if (m := stored.of_figure(slot)) is not None and stored.row_in(name, m.result)]
    result = next(iter([*figures, *sorted(results, key=lambda r: stored.count(r) < 2)]), None)
    if result is None or stored.count(result) == 0:
        return Verdict(unproven=(word,))
    about = stored.about(sentence, at, result)
    negated = any(sentence.word(place) in NEGATIONS for place in sentence.clause(at) if place < at)
    outcomes = [_stands(measure, name, pole, sentence, stored, negated) for measure in about.found]
    if about.sure and about.found and outcomes == [True] and not negated and not _reaches(about.found[0], pole, sentence, stored):
        return Verdict(wrong=(_cut(sentence, at, about.found[0]),))
    if about.sure and outcomes == [True] and not negated and (alike := _alike(about.found[0], name, pole, sentence, stored)):
        return Verdict(wrong=(f"{word!r} holds of {alike} rows of {result} alike: name them, or say that it is one of them.",))
    if sentence.of_part and not all(outcomes):
        return Verdict(unproven=(word,))
    said = _told(name)
    where = f"{about.found[0].result}.{about.found[0].column.name}" if about.sure and about.found else result
    meant = "" if figures or len(stored.measures(result)) < 2 else " If another column is meant, put its figure beside the name."
    return judged(outcomes, about.sure, f"{word!r} is not true of {said}: by {where} {_instead(about.found, pole, stored)}.{meant}", word)


def _alike(measure: Measure, name: Name, pole: Pole, sentence: Sentence, stored: Stored) -> int:
    """How many rows share the end of a column of which one alone is told, as if it were the only one."""
    rows, sign = stored.row_in(name, measure.result), stored.polarity(pole, measure.column)
    if len(rows) != 1 or sign is None or _TIED & set(sentence.words):
        return 0
    values = stored.numbers(measure)
    own = values[rows[0]]
    equal = {row for row, value in enumerate(values) if value == own}
    named = {row for each in sentence.names_in(range(len(sentence.tokens))) for row in stored.row_in(each, measure.result)}
    is_end = own is not None and all((own - value) * sign >= 0 for value in values if value is not None)
    return len(equal) if is_end and len(equal) > 1 and len(equal & named) == 1 else 0


def _moved_most(sentence: Sentence, name: Name, sign: int, stored: Stored) -> Verdict:
    """ "Rose most", and "changed most" with 0 for the sign: by the change of each row of a computed result."""

    def size(change: float | None) -> float:
        return (change or 0.0) * sign if sign else abs(change or 0.0)

    for result in stored.results_of([name]):
        changes = stored.changes(result)
        rows = stored.row_in(name, result)
        if not changes or not rows:
            continue
        own = max(size(changes[row]) for row in rows)
        groups = [[row for row in among if changes[row] is not None] for among in stored.larger(result)]
        if any(own >= max((size(changes[row]) for row in among), default=own) for among in groups):
            return HOLDS
        return Verdict(wrong=(f"'most' is not true of {_told(name)}: another row of {result} changed more that way.",))
    return Verdict(unproven=("most",))


def subject(sentence: Sentence, at: int) -> Name | None:
    """The name before the word in its clause, or else after it; then those of the sentence."""
    clause = sentence.clause(at)
    before = sentence.names_in(range(clause.start, at))
    after = sentence.names_in(range(at, clause.stop))
    if after and before and sentence.word(at - 1) not in ("the", "was", "were", "is", "are", "had", "has"):
        linked = any(
            sentence.word(place) in ("for", "in", "on", "from", "by", "im", "am", "aus", "ab", "bei") for place in range(at, clause.stop)
        )
        if linked and not _has_verb(sentence, range(clause.start, at)):
            return after[0]
    for found, last in ((before, True), (after, False)):
        if found:
            return found[-1 if last else 0]
    earlier, later = sentence.names_in(range(0, at)), sentence.names_in(range(at, len(sentence.tokens)))
    return (later or earlier or (None,))[0] if not earlier else earlier[-1]


def _has_verb(sentence: Sentence, places: range) -> bool:
    return any(sentence.word(p) in ("had", "has", "was", "is", "hat", "hatte", "war", "ist", "brought", "peaked") for p in places)


def _by_column(name: Name, pole: Pole, word: str) -> Verdict | None:
    """Computed results have columns such as highest_period: the word must be the column's."""
    column = name.value.name if isinstance(name, Slot) else None
    if column not in ("highest_period", "lowest_period"):
        return None
    fits = column.startswith("highest") == (pole == "high") or pole in ("good", "bad")
    return HOLDS if fits else Verdict(wrong=(f"{word!r} stands beside {column}: swap the two.",))


def _of_figure(sentence: Sentence, at: int, pole: Pole, stored: Stored) -> Verdict:
    """Without a name: "the highest share was {{r1[0].share}}", "the highest: {{max(r1.share)}}"."""
    for slot in sentence.figures_in(sentence.clause(at)) or sentence.figures:
        if slot.function in ("max", "min"):
            fits = pole in ("good", "bad") or (slot.function == "max") == (pole == "high")
            return HOLDS if fits else Verdict(wrong=(f"{sentence.word(at)!r} stands beside {slot.function}(…): use the other end.",))
        if slot.value.name in ("highest", "lowest"):
            fits = pole in ("good", "bad") or (slot.value.name == "highest") == (pole == "high")
            return HOLDS if fits else Verdict(wrong=(f"{sentence.word(at)!r} stands beside {slot.value.name}: swap the two.",))
        measure = stored.of_figure(slot) if slot.is_cell else None
        if measure is not None and slot.value.row is not None and stored.count(measure.result) > 1:
            sign = stored.polarity(pole, measure.column)
            ends = sign is None or _is_end(measure, slot.value.row, sign, sentence, stored)
            return HOLDS if ends else Verdict(wrong=(f"{sentence.word(at)!r} is not true of {{{{{slot.source}}}}}.",))
    return Verdict(unproven=(sentence.word(at),))


def _stands(measure: Measure, name: Name, pole: Pole, sentence: Sentence, stored: Stored, negated: bool) -> bool | None:
    rows = stored.row_in(name, measure.result)
    sign = stored.polarity(pole, measure.column)
    if not rows or (stored.count(measure.result) == 1 and not stored.limited(measure.result)):
        return None
    ends = {end: any(_is_end(measure, row, end, sentence, stored) for row in rows) for end in (1, -1)}
    if sign is None:
        return None if ends[1] or ends[-1] else negated
    return ends[sign] != negated


def _is_end(measure: Measure, row: int, sign: int, sentence: Sentence, stored: Stored) -> bool:
    values = stored.numbers(measure)
    own = values[row]
    if own is None:
        return False
    among = stored.populations(measure, row, sentence)
    return any(all((own - (values[other] or 0.0)) * sign >= 0 for other in rows) for rows in among if row in rows)


def _reaches(measure: Measure, pole: Pole, sentence: Sentence, stored: Stored) -> bool:
    sign = stored.polarity(pole, measure.column)
    bounded = {"these", "those", "diesen", "among", "shown", "listed"} & set(sentence.words)
    return sign is None or bool(bounded) or stored.reaches(measure, sign)


def _cut(sentence: Sentence, at: int, measure: Measure) -> str:
    return (
        f"{sentence.word(at)!r} cannot be known: {measure.result} holds only part of the rows, not ordered by {measure.column.name} "
        "from that end. Say “among these”, or leave the word out"
    )


def _told(name: Name) -> str:
    return f"{{{{{name.source}}}}}" if isinstance(name, Slot) else repr(name.text)


def _instead(found: tuple[Measure, ...], pole: Pole, stored: Stored) -> str:
    """Which row it is, by its place: values of the data are not quoted in a refusal."""
    if len(found) == 1 and (sign := stored.polarity(pole, found[0].column)) is not None:
        values = stored.numbers(found[0])
        rows = [row for row, value in enumerate(values) if value is not None]
        if rows:
            return f"it is row {max(rows, key=lambda row: (values[row] or 0.0) * sign)}"
    return "it is another row"
