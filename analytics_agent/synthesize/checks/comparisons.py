"""A against B: "more than", "worse than", "below", "the same as", of names, of figures, of all rows, of no other, of one alone."""

from dataclasses import dataclass
from typing import Literal

from analytics_agent.synthesize.checks.verdict import HOLDS, Verdict, judged
from analytics_agent.synthesize.lexicon import ABOUT, BESIDE, EVERY, NEGATIONS, NO_ONE, ONLY, SAME, THAN, Pole, comparative
from analytics_agent.synthesize.rows import Measure, Stored
from analytics_agent.synthesize.sentence import Mark, Mention, Name, Sentence, Slot, Word

Whose = Literal["named", "every", "none", "only"]
_FAR = 5
"""Words between a comparative and its "than"."""
_NEAR = 3
_AND = frozenset(("and", "und", "or", "oder"))
_CLOSE = 0.05
_AT_LEAST = {"least": 1, "mindestens": 1, "most": -1, "höchstens": -1}


@dataclass(frozen=True)
class _Compared:
    """`sign` 1: the subject is above the object. `equal`: to be level is enough."""

    at: int
    sign: int
    pole: Pole
    object: Name | Slot
    objects: tuple[Name, ...]
    subjects: tuple[Name, ...]
    whose: Whose
    negated: bool
    equal: bool = False


def comparisons(sentence: Sentence, stored: Stored) -> Verdict:
    verdict = HOLDS
    for at, token in enumerate(sentence.tokens):
        if isinstance(token, Word) and (compared := _read(sentence, at)) is not None:
            verdict += _judged(sentence, compared, stored)
    return verdict + _levels(sentence, stored)


def _read(sentence: Sentence, at: int) -> _Compared | None:
    word, pole = sentence.word(at), comparative(sentence.word(at))
    bound = _AT_LEAST.get(word) if word in ("mindestens", "höchstens") or sentence.word(at - 1) == "at" else None
    if pole is None and bound is None:
        return None
    # "less often": the first word says it; "more than half" and "more than a million" compare with no row.
    if sentence.word(at - 1) in ("more", "less", "mehr", "weniger") and word in ("often", "later", "earlier"):
        return None
    if bound is not None:
        end = at
        pole = "high" if bound > 0 else "low"
    else:
        end = next((place for place in range(at + 1, min(at + 1 + _FAR, len(sentence.tokens))) if sentence.word(place) in THAN), -1)
        if end < 0:
            end = at if word in BESIDE else -1
    if end < 0 or pole is None:
        return None
    thing = _object(sentence, end)
    if thing is None:
        return None
    clause = sentence.clause(at)
    words = [sentence.word(place) for place in range(clause.start, at)]
    subjects = sentence.names_in(range(clause.start, at)) or sentence.names_in(range(0, at))
    negated = bool(NEGATIONS.intersection(words))
    whose: Whose = "named"
    if not subjects and any(word in NO_ONE for word in words):
        whose, negated = "none", False
    elif not subjects and any(word in EVERY for word in words):
        whose = "every"
    elif subjects and any(word in ONLY for word in words):
        whose = "only"
    if not subjects and whose == "named":
        subjects = sentence.names_in(range(end, len(sentence.tokens)))[1:2] if at == clause.start else ()
    return _Compared(at, -1 if pole == "low" else 1, pole, thing, _objects(sentence, end), subjects, whose, negated, bound is not None)


def _object(sentence: Sentence, end: int) -> Name | Slot | None:
    """What stands soon after "than": a name, or a figure."""
    for place in range(end + 1, min(end + 2 + _NEAR, len(sentence.tokens))):
        token = sentence.tokens[place]
        if isinstance(token, Slot) and (token.is_figure or token.is_name):
            return token
        if not isinstance(token, Word):
            return token if isinstance(token, Mention) else None
    return None


def _objects(sentence: Sentence, end: int) -> tuple[Name, ...]:
    """The name after "than" with the one in brackets behind it, up to the next figure."""
    stop = next((at for at in range(end + 1, len(sentence.tokens)) if _ends_name(sentence.tokens[at])), len(sentence.tokens))
    return sentence.names_in(range(end + 1, stop))


def _ends_name(token: object) -> bool:
    return (
        (isinstance(token, Slot) and token.is_figure)
        or (isinstance(token, Mark) and token.text in ",;:")
        or (isinstance(token, Word) and token.folded in _AND)
    )


def _judged(sentence: Sentence, compared: _Compared, stored: Stored) -> Verdict:
    word = sentence.word(compared.at)
    if swapped := _swapped(sentence, compared, stored):
        return swapped
    if any(slot.value.change is not None for slot in sentence.figures_in(sentence.clause(compared.at))):
        return HOLDS  # its sign is checked with the figure
    thing = compared.object
    figure = thing if isinstance(thing, Slot) and thing.is_figure else None
    if figure is not None and (figure.value.change is not None or stored.of_figure(figure) is None):
        return HOLDS
    result = _result(sentence, compared, figure, stored)
    if result is None:
        return HOLDS if figure is not None else Verdict(unproven=(word,))
    about = stored.about(sentence, compared.at, result)
    if figure is not None and (own := stored.of_figure(figure)) is not None:
        twin = stored.twin(own, result)
        about = type(about)((twin,) if twin else (), True)
    outcomes = [_stands(measure, compared, figure, stored) for measure in about.found]
    if compared.whose == "named" and not compared.subjects:
        return HOLDS
    return judged(outcomes, about.sure, f"{word!r} is not true of what is compared: swap the two, or change the word.", word)


def _result(sentence: Sentence, compared: _Compared, figure: Slot | None, stored: Stored) -> str | None:
    own = stored.of_figure(figure) if figure is not None else None
    if compared.whose in ("every", "none"):
        clause = sentence.clause(compared.at)
        first = own.result if own else next(iter(stored.results_of([compared.object])), None)
        return stored.described([sentence.word(place) for place in range(clause.start, compared.at)], first)
    names = compared.subjects if own else (*compared.subjects, compared.object)
    beside = [m.result for slot in sentence.figures if (m := stored.of_figure(slot)) is not None]
    for result in dict.fromkeys([*([own.result] if own else []), *beside, *stored.results_of(names)]):
        if stored.measures(result) and all(stored.row_in(name, result) for name in names):
            return result
    return None


def _stands(measure: Measure, compared: _Compared, figure: Slot | None, stored: Stored) -> bool | None:
    values = stored.numbers(measure)
    sign = stored.polarity(compared.pole, measure.column)
    if sign is None:
        return None
    own: list[int] = []
    if figure is not None:
        number = float(figure.value.number)
        if figure.is_cell and figure.value.result == measure.result and figure.value.row is not None and not compared.equal:
            own = [figure.value.row]
    else:
        own = stored.rows_of(compared.objects, measure.result)
        known = [values[row] for row in own if values[row] is not None]
        if len(known) != 1:
            return None
        number = known[0] or 0.0
    meets = [row for row, value in enumerate(values) if value is not None and _above(value, number, sign, compared.equal)]
    others = [row for row, value in enumerate(values) if value is not None and row not in own]
    if compared.whose in ("every", "none", "only") and stored.limited(measure.result) and not stored.reaches(measure, sign):
        return None
    if compared.whose == "every":
        return set(others) <= set(meets) if not compared.negated else not meets
    if compared.whose == "none":
        return not meets
    named = set(stored.rows_of(compared.subjects, measure.result))
    if not named:
        return None
    if compared.whose == "only":
        return set(meets) == named
    return not named & set(meets) if compared.negated else named <= set(meets)


def _above(value: float, than: float, sign: int, equal: bool) -> bool:
    return (value - than) * sign >= 0 if equal else (value - than) * sign > 0


def _swapped(sentence: Sentence, compared: _Compared, stored: Stored) -> Verdict | None:
    """A difference or a ratio of A and B must be said of A against B."""
    clause = sentence.clause(compared.at)
    if len(compared.subjects) != 1 or (isinstance(compared.object, Slot) and compared.object.is_figure):
        return None
    for slot in sentence.figures_in(clause):
        if wrong := turned(slot, compared.subjects[0], compared.object, stored):
            return Verdict(wrong=(wrong,))
    return None


def turned(slot: Slot, first: Name, second: Name, stored: Stored) -> str | None:
    """What is wrong when an expression over two cells is said of its two rows the other way round."""
    if slot.function not in ("difference", "ratio", "percent_change") or len(slot.value_cells) != 2:
        return None
    one, two = slot.value_cells if slot.function != "percent_change" else slot.value_cells[::-1]
    try:
        rows = [stored.results.one_row(cell) for cell in (one, two)]
    except ValueError:
        return None
    said = [stored.row_in(first, one.result), stored.row_in(second, two.result)]
    crossed = [stored.row_in(first, two.result), stored.row_in(second, one.result)]
    if rows[0] in said[0] and rows[1] in said[1]:
        return None
    if rows[1] in crossed[0] and rows[0] in crossed[1]:
        return f"{{{{{slot.source}}}}} is of the second against the first: swap its references, or the names."
    return None


# the same


def _levels(sentence: Sentence, stored: Stored) -> Verdict:
    at = next((place for place in range(len(sentence.tokens)) if _says_same(sentence, place)), -1)
    if at < 0:
        return HOLDS
    word = sentence.word(at)
    close = any(sentence.word(place) in ABOUT for place in range(at - 2, at + 1))
    negated = any(sentence.word(place) in NEGATIONS for place in range(at - 3, at))
    pairs = _pairs(sentence, at, stored)
    if not pairs:
        return Verdict(unproven=(word,))
    outcomes: list[bool | None] = [(_level(pair, close)) != negated for pair in pairs]
    return judged(outcomes, len(pairs) == 1, f"{word!r} is not true of the two values.", word)


def _says_same(sentence: Sentence, at: int) -> bool:
    word, following = sentence.word(at), sentence.word(at + 1)
    if word in ("exactly", "genau", "level"):
        return following in ("that", "with", "die", "der", "das", "wie") or (word == "level" and following == "")
    if word not in SAME or following in ("time", "period", "way", "as", "day", "month"):
        return False
    return word != "same" or sentence.word(at - 1) in ("the", "about", "roughly", "nearly")


def _pairs(sentence: Sentence, at: int, stored: Stored) -> list[tuple[float, float]]:
    """Two figures of a kind, or a measure of two names."""
    cells = [slot for slot in sentence.figures if slot.is_cell]
    kinds = {(slot.value.column.unit, slot.value.column.format) for slot in cells}
    if len(cells) == 2 and len(kinds) == 1:
        return [(float(cells[0].value.number), float(cells[1].value.number))]
    names = sentence.names
    if len(names) != 2:
        return []
    for result in stored.results_of(names):
        rows = [stored.row_in(name, result) for name in names]
        if all(len(row) == 1 for row in rows) and stored.measures(result):
            found = stored.about(sentence, at, result).found
            values = [tuple(stored.number(measure, row[0]) for row in rows) for measure in found]
            return [(a, b) for a, b in values if a is not None and b is not None]
    return []


def _level(pair: tuple[float, float], close: bool) -> bool:
    first, second = pair
    return abs(first - second) <= (_CLOSE if close else 1e-9) * max(abs(first), abs(second))
