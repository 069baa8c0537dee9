"""Limits of single rows: "flights longer than 1,000 miles", "orders over 100 euros", "flights delayed more than two hours".

A field of the rows that are counted is meant, by its unit and by the words beside the limit. Such a question is read so only where it
cannot be read as it stands: a limit of a measure is one for groups.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.lexicon import Dimension, Metric
from analytics_agent.semantic.reader.operators import in_unit
from analytics_agent.semantic.reader.reading import Refuse, Stop
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.reader.spans import Unclear
from analytics_agent.semantic.reader.thresholds import AGGREGATED, TIMES_UNIT, Limit, limits, whole
from analytics_agent.semantic.reader.words import closed, stems
from analytics_agent.semantic.request import Filter

NO_ROWS = "The question sets no limit of single rows."
"""Said to nobody: another reading of the question was refused before."""
_MEASURING = closed("lasted lasting last worth weighing weigh costing cost long")
"""Verbs that say that something is measured, and not what."""
_BETWEEN = closed("that which who were was are is been a an the of with by had has have having")
MOST_FIELDS = 4


def row_limits(sentence: Sentence) -> list[Filter]:
    """Conditions on rows by fields that the limits' units and words name; they are accounted for. Stops where there are none."""
    base = _counted(sentence)
    found = [item for limit in list(limits(sentence)) for item in _conditions(sentence, limit, base)] if base else []
    if not found:
        raise Stop(Refuse(NO_ROWS))
    return found


def _counted(sentence: Sentence) -> Metric | None:
    """The plain count of the records that the question is about, where they are of one kind and named."""
    named = [m.name for s in sentence.segments for m in s.of("metric") if m.rank == min(each.rank for each in s.of("metric"))]
    facts = {sentence.lexicon.metrics[name].fact for name in named}
    base = sentence.lexicon.base(facts.pop()) if len(facts) == 1 else None
    said = {stem for s in sentence.segments if s.of("metric") for stem in sentence.content(s)}
    return base if base is not None and base.is_count and set(stems(base.label)) <= said else None


def _conditions(sentence: Sentence, limit: Limit, base: Metric) -> Iterator[Filter]:
    if not limit.unit or limit.unit == TIMES_UNIT or limit.percent:
        return
    before = sentence.before(limit.first)
    if before is not None and set(sentence.content(before)) & AGGREGATED:
        raise Stop(Refuse(NO_ROWS))  # "an average delay over 15 minutes" is no limit of single rows
    every = sentence.lexicon.dimensions.values()
    fits = [d for d in every if d.dataset == base.fact and d.numeric and d.unit and in_unit(limit.unit, d.unit) is not None]
    if not fits:
        return
    words = _words(sentence, limit, fits)
    best = _best(sentence, fits, words)
    if limit.op in ("<", "<=") and limit.low is None and (said := _said_of_it(sentence, words, base)):
        reason = f"Whether “{said}” below a limit takes in those without any is not clear."
        label = _small(best[0].label)
        raise Stop(Refuse(f"{reason} Say “with {label} between … and …”.", missing=said))
    field = _meant(sentence, limit, best)
    _account(sentence, limit, base, words)
    for op, value in limit.ends:
        yield Filter(field.path, op, (whole(value * (in_unit(limit.unit, field.unit or "") or 1.0)),))


@dataclass(frozen=True)
class _Words:
    """What may say what is measured: phrases of the model right before and behind the limit, words that no phrase explains, and the word
    for the unit where it is a phrase of its own."""

    named: Segment | None
    behind: Segment | None
    loose: frozenset[int]
    unit: Segment | None


def _words(sentence: Sentence, limit: Limit, fits: list[Dimension]) -> _Words:
    place, loose = sentence.segments.index(limit.first), set()
    before = sentence.segments[place - 1] if place else None
    for at in range(before.last + 1 if before else 0, limit.first.first):
        if sentence.tokens[at].lower not in _BETWEEN:
            loose.add(at)
    paths = {field.path for field in fits}
    is_name = before is not None and (before.of("metric") or any(m.name in paths for m in before.of("dimension")))
    end = limit.last.last + 1
    within = (s for s in sentence.segments if limit.first.first < s.first == s.last <= end)
    unit = next((s for s in within if _said(sentence, s.first) == limit.unit), None)
    behind = sentence.after(unit if unit is not None and unit.last >= end else limit.last)
    end += _said(sentence, end) == limit.unit
    if end in sentence.unknown and any(sentence.tokens[end].stem in _bag(field) for field in fits):
        loose.add(end)  # "two hours late"
    is_said = behind is not None and behind.of("metric") and any(set(sentence.content(behind)) <= _bag(field) for field in fits)
    return _Words(before if is_name else None, behind if is_said else None, frozenset(loose & sentence.unknown), unit)


def _said(sentence: Sentence, at: int) -> str:
    return sentence.tokens[at].lower if at < len(sentence.tokens) else ""


def _best(sentence: Sentence, fits: list[Dimension], words: _Words) -> list[Dimension]:
    """Those that the words name most of: "delayed" is of the delays, and where it is a measure of departures, of theirs."""
    named = words.named
    if exact := [field for field in fits if named is not None and any(m.name == field.path for m in named.of("dimension"))]:
        return exact
    loose = {sentence.tokens[at].stem for at in words.loose if sentence.tokens[at].lower not in _MEASURING}
    if loose and not any(loose <= _bag(field) for field in fits):
        raise Stop(Refuse(NO_ROWS))
    typed = loose | {stem for segment in (named, words.behind) if segment for stem in sentence.content(segment)}
    labels = {stem for m in named.of("metric") for stem in stems(sentence.lexicon.metrics[m.name].label)} if named else set()
    scores = [len(typed & _bag(field)) + len(labels & _bag(field)) for field in fits]
    return [field for field, score in zip(fits, scores, strict=True) if score == max(scores)]


def _said_of_it(sentence: Sentence, words: _Words, base: Metric) -> str:
    """The word for what is limited: not every flight that is less than an hour late is late."""
    if words.named is not None and words.named.of("metric") and not _is_base(words.named, base):
        return sentence.text(words.named)
    if words.behind is not None:
        return sentence.text(words.behind)
    loose = [sentence.tokens[at] for at in sorted(words.loose) if sentence.tokens[at].lower not in _MEASURING]
    return loose[0].surface if loose else ""


def _is_base(segment: Segment, base: Metric) -> bool:
    return any(m.name == base.name for m in segment.of("metric"))


def _bag(field: Dimension) -> set[str]:
    """Words of its names, but for those of the records themselves."""
    texts = (field.label, field.path.partition(".")[2].replace("_", " "), *field.synonyms)
    return {stem for text in texts for stem in stems(text)} - set(stems(field.dataset.replace("_", " ")))


def _meant(sentence: Sentence, limit: Limit, fits: list[Dimension]) -> Dimension:
    if len(fits) == 1:
        return fits[0]
    first, last = limit.first.first, limit.last.last
    said = " ".join(token.surface for token in sentence.tokens[first : last + 1])
    if len(fits) > MOST_FIELDS:
        raise Stop(Refuse(f"“{said}” may be of many things here. Say of which, as in “{_small(fits[0].label)} {said}”."))
    readings = tuple(f"with {_small(field.label)} {said}: by the {_small(field.label)}" for field in fits)
    raise Unclear(first, last, f"What is “{said}” here?", readings)


def _account(sentence: Sentence, limit: Limit, base: Metric, words: _Words) -> None:
    sentence.use(*limit.taken, *(segment for segment in (words.unit, words.behind) if segment))
    sentence.unknown -= words.loose | {limit.at, limit.last.last + 1}
    if words.named is None or _is_base(words.named, base):
        return
    sentence.use(words.named)
    if set(stems(base.label)) <= sentence.content(words.named):
        sentence.chosen = sentence.chosen or base  # "flights delayed" by more than an hour are flights, whatever else counts as delayed


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
