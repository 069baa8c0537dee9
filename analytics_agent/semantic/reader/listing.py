"""Things that are asked for themselves: "which restaurants serve Italian food", "names and ratings of the restaurants".

A thing is a dataset whose rows have a name to show; its rows are then groups of one record each, told apart by their key.
"""

from dataclasses import replace

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.lexicon import Metric
from analytics_agent.semantic.reader.measures import ask_metric
from analytics_agent.semantic.reader.reading import Reading, Stop
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.reader.words import closed, stems
from analytics_agent.semantic.request import Filter

_NAMES = closed("name names title titles")
_TELLING, _SPLITTING = closed("list name get find return give"), closed("by per each every")
_JOINING = closed("and of the all for a an")
SIZES: dict[str, tuple[str, str]] = {
    "longest": ("high", "length distance duration"),
    "shortest": ("low", "length distance duration"),
    "highest": ("high", "height altitude elevation"),
    "tallest": ("high", "height"),
    "lowest": ("low", "height altitude elevation"),
    "largest": ("high", "area size"),
    "biggest": ("high", "area size"),
    "smallest": ("low", "area size"),
    "heaviest": ("high", "weight"),
    "lightest": ("low", "weight"),
    "oldest": ("high", "age"),
    "youngest": ("low", "age"),
    "fastest": ("high", "speed"),
    "slowest": ("low", "speed"),
    "deepest": ("high", "depth"),
    "widest": ("high", "width"),
    "cheapest": ("low", "price cost"),
}
"""What a superlative of a thing measures: the longest river has the greatest length."""
_ENDS = {"high": {"highest", "maximum", "largest", "longest"}, "low": {"lowest", "minimum", "smallest", "shortest"}}


def thing_of(sentence: Sentence, path: str) -> str | None:
    """The dataset whose rows a dimension names: airlines for "airlines.name", which shows its key or is called as they are."""
    code, dataset = sentence.lexicon.code_of(path), path.partition(".")[0]
    if code != path and code.partition(".")[0] == dataset:
        return dataset
    dimension, own = sentence.lexicon.dimensions[path], stems(dataset.replace("_", " "))
    is_called_so = dimension.role == "dimension" and own in {stems(text) for text in (dimension.label, *dimension.synonyms)}
    return dataset if is_called_so else None


def things(sentence: Sentence) -> tuple[frozenset[int], Metric | None]:
    """The segments whose things are to be listed, and the measure by which, where a superlative says it: "names and altitudes of the
    mountains", "cities and their population", "the longest rivers"."""
    measure, thing = _sized(sentence)
    return frozenset({*_named(sentence), *_with_their_own(sentence), *_told(sentence), *([thing.first] if thing else [])}), measure


def _told(sentence: Sentence) -> set[int]:
    """ "List the writers from Chile" wants the writers and not their number, unless something splits them."""
    split = {token.lower for token in sentence.tokens} & _SPLITTING
    opening = {at for at, token in enumerate(sentence.tokens) if token.breaks and token.lower in _TELLING}
    return {
        s.first for s in sentence.segments if sentence.plural(s) and _is_thing(sentence, s) and sentence.start(s) in opening and not split
    }


def _named(sentence: Sentence) -> set[int]:
    """In "names of the mountains" these are to be listed; the word itself is explained by that."""
    found = set()
    for at in (at for at, token in enumerate(sentence.tokens) if token.lower in _NAMES):
        alone = [s for s in sentence.segments if s.first == s.last == at]
        thing = _thing_after(sentence, at) if at in sentence.unknown or alone else None
        if thing is not None:
            sentence.unknown.discard(at)
            sentence.use(*alone)
            beside = (s for s in sentence.segments if at < s.first < thing.first and s.of("dimension") and not s.of("metric"))
            found |= {thing.first, *(s.first for s in beside)}
    return found


def _with_their_own(sentence: Sentence) -> set[int]:
    """In "cities and their population" the population is that of each."""
    found = set()
    for at, token in enumerate(sentence.tokens):
        before = [s for s in sentence.segments if s.last < at and _is_thing(sentence, s)]
        after = [s for s in sentence.segments if s.first == at + 1 and (s.of("metric") or s.of("dimension"))]
        if token.lower in ("their", "its") and before and after:
            found.add(before[0].first)
    return found


def _is_thing(sentence: Sentence, segment: Segment) -> bool:
    return any(thing_of(sentence, m.name) for m in segment.of("dimension"))


def _thing_after(sentence: Sentence, at: int) -> Segment | None:
    """The nearest thing behind the word, with nothing between but what else is to be shown of it."""
    of_all = False
    for segment in (s for s in sentence.segments if s.first > at):
        between = {t.lower for i, t in enumerate(sentence.tokens[at + 1 : segment.first], at + 1) if not _inside(sentence, i)}
        if not between <= _JOINING:
            return None
        if _is_thing(sentence, segment) and (of_all or "of" in between):
            return segment
        of_all = of_all or segment.is_operator("of_total")
        if not (segment.of("metric") or segment.of("dimension") or segment.is_operator("of_total")):
            return None
    return None


def _inside(sentence: Sentence, at: int) -> bool:
    return any(s.first <= at <= s.last for s in sentence.segments)


def listed(sentence: Sentence) -> tuple[Metric, ...]:
    """The count that stands behind a list of things, where nothing else is measured; empty where no thing is asked for."""
    asked = [s for s in sentence.free() if s.first in sentence.listed or sentence.cue(s) in ("which", "what") or sentence.clause_start(s)]
    datasets = {thing for s in asked for m in s.of("dimension") if (thing := thing_of(sentence, m.name))}
    datasets = {each for each in datasets if each in sentence.lexicon.facts} or datasets  # airports, and not as where flights go
    if len(datasets) != 1 or sentence.has("count", "share", "average", "total", "why", "trend", "change", "best", "worst"):
        return ()
    base = sentence.lexicon.base(next(iter(datasets)))
    return (base,) if base is not None else ()


def _sized(sentence: Sentence) -> tuple[Metric | None, Segment | None]:
    """The measure that a superlative right before a thing speaks of. Stops with a question where several do."""
    for segment in sentence.operators("most", "least"):
        thing, word = sentence.after(segment), sentence.words(segment)[-1].lower
        if thing is None or word not in SIZES or not thing.of("dataset") or not _is_thing(sentence, thing):
            continue
        end, about = SIZES[word]
        measured = {part for each in about.split() for part in stems(each)}
        facts = {m.name for m in thing.of("dataset")}
        fits = [m for m in sentence.lexicon.metrics.values() if m.fact in facts and measured & set(stems(m.label))]
        fits = [m for m in fits if _ENDS[end] & set(m.label.lower().split())]
        if len(fits) > 1:
            asked = f"“{sentence.text(segment)} {sentence.text(thing)}” by which measure?"
            raise Stop(ask_metric(sentence.lexicon, asked, [m.name for m in fits]))
        if fits:
            return fits[0], thing
    return None, None


def known(sentence: Sentence, reading: Reading, metrics: tuple[Metric, ...]) -> Reading:
    """A list of things with what other records say of them has those of which something is said."""
    fact = metrics[0].fact
    is_list = metrics == (sentence.lexicon.base(fact),) and any(_is_of(sentence, key, fact) for key in reading.request.dimensions)
    joined = [key for key in reading.request.dimensions if ":" not in key and key.partition(".")[0] != fact]
    said = tuple(Filter(key, "not_null") for key in joined if is_list and not any(f.field == key for f in reading.request.filters))
    return replace(reading, request=replace(reading.request, filters=(*reading.request.filters, *said))) if said else reading


def _is_of(sentence: Sentence, key: str, fact: str) -> bool:
    return key in sentence.lexicon.dimensions and thing_of(sentence, key) == fact
