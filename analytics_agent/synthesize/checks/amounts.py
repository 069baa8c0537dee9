"""What kind of amount a figure is said to be: a total, an average, a part of all, a majority, a number of names."""

import re

from analytics_agent.synthesize.checks.verdict import HOLDS, Verdict
from analytics_agent.synthesize.lexicon import AVERAGE, TOTAL
from analytics_agent.synthesize.references import Call, Cells
from analytics_agent.synthesize.rows import Measure, Stored
from analytics_agent.synthesize.sentence import Mark, Sentence, Slot, Word

_MEAN = re.compile(r"(?:^|[\W_])(?:avg|average|mean|median|rate|ratio|share)(?:$|[\W_])", re.IGNORECASE)
_MAJORITY = (
    (re.compile(r"\b(?:nearly all|almost all|fast alle|nahezu alle)\b"), 0.9, 1.0),
    (
        re.compile(r"\b(?:more than half|over half|most of(?! any\b)|the majority|mehr als die hälfte|die mehrheit|die meisten der)\b"),
        0.5,
        1.0,
    ),
    (re.compile(r"\b(?:less than half|under half|a minority|weniger als die hälfte|eine minderheit)\b"), 0.0, 0.5),
    (re.compile(r"\b(?:hardly any|almost none|kaum ein)\b"), 0.0, 0.1),
)
_PART = 1e-3


def totals(sentence: Sentence, stored: Stored) -> Verdict:
    """ "In total" beside a mean, "on average" beside a sum."""
    wrong = []
    for at in range(len(sentence.tokens)):
        word = sentence.word(at)
        of_it = word == "total" and sentence.word(at - 1) in ("the", "a")
        figure = _nearest(sentence, at) if (word in TOTAL or word in AVERAGE) and not of_it else None
        if figure is None or (word == "mean" and sentence.word(at - 1) not in ("the", "a")):
            continue
        if word in TOTAL and _is_mean(figure):
            wrong.append(f"{word!r} stands beside {{{{{figure.source}}}}}, which is no amount that adds up: leave it out.")
        if word in AVERAGE and _is_sum(figure) and not _per(sentence):
            wrong.append(f"{word!r} stands beside {{{{{figure.source}}}}}, which is a total: use mean(…), or leave the word out.")
    return Verdict(wrong=tuple(wrong))


def _nearest(sentence: Sentence, at: int) -> Slot | None:
    figures = {place: token for place, token in enumerate(sentence.tokens) if isinstance(token, Slot) and token.is_figure}
    clause = sentence.clause(at)
    near = [place for place in figures if place in clause] or list(figures)
    return figures[min(near, key=lambda place: abs(place - at))] if near else None


def _is_mean(slot: Slot) -> bool:
    if slot.function == "mean":
        return True
    column = slot.value.column
    return isinstance(slot.expression, Cells) and bool(column.format == "percent" or _MEAN.search(f"{column.name} {column.label}"))


def _is_sum(slot: Slot) -> bool:
    column = slot.value.column
    said = bool(_MEAN.search(f"{column.name} {column.label}"))
    return slot.function in ("sum", "count") or (slot.is_cell and column.additive is True and not said and column.type == "integer")


def _per(sentence: Sentence) -> bool:
    """ "below the average of": the word speaks of another figure."""
    return bool({"than", "above", "below", "als", "über", "unter"} & set(sentence.words))


def bases(sentence: Sentence, stored: Stored) -> Verdict:
    """ "X % of all": the whole must be all, and a column of shares must add up to one."""
    wrong = []
    for at, token in enumerate(sentence.tokens):
        following = (sentence.word(at + 1), sentence.word(at + 2))
        if not isinstance(token, Slot) or following not in {("of", "all"), ("aller", following[1])}:
            continue
        if token.function == "share" and not _is_whole(token, stored):
            wrong.append(f"{{{{{token.source}}}}} is a share of one row: use share(PART, sum(…)) for “of all”.")
        elif token.is_cell and token.value.column.format == "percent" and not _is_part(token, stored):
            wrong.append(f"{{{{{token.source}}}}} is a share within its own row, not of all: say of what.")
    return Verdict(tuple(wrong))


def _is_whole(slot: Slot, stored: Stored) -> bool:
    whole = slot.expression.arguments[1] if isinstance(slot.expression, Call) else slot.expression
    if isinstance(whole, Call):
        return whole.function in ("sum", "count") and not stored.limited(_first(whole).result)
    return stored.count(whole.result) == 1 or "total" in (whole.column or "")


def _first(expression: Call | Cells) -> Cells:
    while isinstance(expression, Call):
        expression = expression.arguments[0]
    return expression


def _is_part(slot: Slot, stored: Stored) -> bool:
    """A result of one row is its own whole; a column of parts adds up to one."""
    value = slot.value
    if stored.count(value.result) == 1 or value.name is None or value.name.startswith("share_"):
        return True
    numbers = stored.numbers(Measure(value.result, value.column))
    return abs(sum(number or 0.0 for number in numbers) - 1) < _PART or stored.limited(value.result)


def majorities(sentence: Sentence, stored: Stored) -> Verdict:
    """ "Most of", "nearly all": the share that stands in the same sentence must be so large."""
    said = " ".join(token.text.casefold() if isinstance(token, (Word, Mark)) else "\ue000" for token in sentence.tokens)
    for pattern, low, high in _MAJORITY:
        if not (match := pattern.search(said)):
            continue
        if (within := _within_rows(sentence, stored)) is not None:
            return HOLDS if within > low else Verdict(wrong=(f"{match.group()!r} is not true: the effects within the rows are less.",))
        shares = [slot for slot in sentence.figures if slot.value.column.format == "percent" and slot.value.change is None]
        if len(shares) != 1:
            return Verdict(unproven=(match.group(),)) if not shares else HOLDS
        number = float(shares[0].value.number)
        if not (low < number <= high if low else number < high):
            return Verdict(wrong=(f"{match.group()!r} is not true of {{{{{shares[0].source}}}}}: leave it out.",))
    return HOLDS


def _within_rows(sentence: Sentence, stored: Stored) -> float | None:
    """The part of a change that happened within the rows of a contribution, where the sentence shows its other part."""
    for slot in sentence.figures:
        if slot.function != "sum" or (measure := stored.of_figure(slot)) is None or not measure.column.name.endswith("_effect"):
            continue
        effects = {m.column.name: sum(n or 0.0 for n in stored.numbers(m)) for m in stored.measures(measure.result)}
        rate, mix = effects.get("rate_effect"), effects.get("mix_effect")
        if rate is not None and mix is not None and rate + mix:
            return rate / (rate + mix)
    return None


def counts(sentence: Sentence, stored: Stored) -> Verdict:
    """ "Three regions: A, B and C": as many names as were counted."""
    colon = next((at for at, token in enumerate(sentence.tokens) if isinstance(token, Mark) and token.text == ":"), None)
    if colon is None:
        return HOLDS
    counted = [slot for slot in sentence.figures_in(range(0, colon)) if slot.function == "count"]
    listed = sentence.names_in(range(colon, len(sentence.tokens)))
    open_list = {"example", "among", "including", "etwa", "darunter"} & set(sentence.words)
    if len(counted) != 1 or len(listed) < 2 or open_list:
        return HOLDS
    if counted[0].value.number == len(listed):
        return HOLDS
    return Verdict(
        wrong=(f"{{{{{counted[0].source}}}}} counts another number than the {len(listed)} that are listed: list all, or say “among them”.",)
    )
