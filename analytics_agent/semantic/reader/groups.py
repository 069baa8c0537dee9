"""What the rows of the answer are: dimensions after "by", "which" and "each", and time grains."""

from dataclasses import dataclass

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.lexicon import OWN_TIME, Dimension, direction_word
from analytics_agent.semantic.reader.reading import Refuse, Stop
from analytics_agent.semantic.reader.sentence import EACH, GROUPING, Sentence
from analytics_agent.semantic.reader.ways import in_ways, typed_alone, which_way
from analytics_agent.semantic.reader.words import closed, is_verb_form
from analytics_agent.semantic.request import Filter

MOST_INSTEAD = 3
"""So many questions are offered for one that cannot be answered."""

_SPLITTING = closed(
    "broken down split sorted ordered grouped divided listed ranked separated aggregated segmented compared arranged sliced"
)
_HAVING = closed("with that which who had has have having the of a")
_LOW, _HIGH = ("least", "bottom"), ("most", "top")


@dataclass(frozen=True)
class Group:
    """A dimension's key, the segment that named it, and whether it was named in the singular ("which airline")."""

    key: str
    segment: Segment
    singular: bool


def groups(sentence: Sentence, fact: str) -> tuple[Group, ...]:
    """Dimensions and grains that split the answer."""
    found: list[Group] = []
    for segment in sentence.free():
        if not (_splits(sentence, segment) or _continues(sentence, segment, found)):
            continue
        key = _grain(sentence, segment, fact) or _dimension(sentence, segment, fact)
        if key is None:
            continue
        _each_or_mean(sentence, segment, key)
        sentence.use(segment)
        if found and _says_whose(sentence, found[-1], segment, key):
            found.pop()
        if key not in [g.key for g in found]:
            found.append(Group(key, segment, not sentence.plural(segment)))
    return tuple(found)


def _says_whose(sentence: Sentence, before: Group, segment: Segment, key: str) -> bool:
    """ "by patient city" is by the city of patients, and not by each of them."""
    dataset = key.partition(".")[0]
    whose = any(m.name == dataset for m in before.segment.of("dataset")) and before.key.partition(".")[0] == dataset
    return whose and ":" not in key and key != before.key and before.singular and sentence.before(segment) == before.segment


def _each_or_mean(sentence: Sentence, segment: Segment, key: str) -> None:
    """ "sales per customer" is one figure for each of them, or a mean over them: of things that are told apart by a number alone,
    rarely the list."""
    dimension = sentence.lexicon.dimensions.get(key)
    if dimension is None or sentence.cue(segment) != "per" or dimension.values:
        return
    divides = dimension.role == "attribute" and segment.of("metric")  # "cost per night", where nights are added up
    if not divides and not (dimension.numeric and dimension.display):
        return
    said = sentence.text(segment)
    reason = (
        f"“per {said}” may be one figure for each {said} or a mean over them, which is not defined here. For one of each, say “by {said}”."
    )
    raise Stop(Refuse(reason, missing=f"a mean per {said}"))


def _splits(sentence: Sentence, segment: Segment) -> bool:
    if segment.of("grain") and _adverb(sentence, segment):
        return True
    named = segment.of("grain") or segment.of("dimension") or segment.first in sentence.listed or _each_thing(sentence, segment)
    if not (named or _thing(sentence, segment)):
        return False
    if _acts(sentence, segment) or _acted(sentence, segment):
        return False
    _no_ratio(sentence, segment)
    if segment.first in sentence.listed:
        return True
    if sentence.cue(segment) in GROUPING or (sentence.clause_start(segment) and sentence.plural(segment)):
        return True
    left = sentence.before(segment)
    if left is not None and left.number is not None:
        return not sentence.limits(left)  # "more than one airline" has airlines counted, and says nothing of each
    if sentence.clause_start(segment) and _with_the_most(sentence, segment):
        return True
    if (
        left is not None
        and left.of("metric")
        and (sold_best(sentence, left) or direction_word(sentence.words(left)) or _superlative(sentence.before(left)))
    ):
        return True
    return left is not None and left.is_operator("compare", "top", "bottom", "trend", "best", "worst", "most", "least", "rank")


def _no_ratio(sentence: Sentence, segment: Segment) -> None:
    """ "seats per plane" divides what no metric divides; the planes are not split by their seats."""
    place, before = sentence.segments.index(segment) + 1, sentence.before(segment)
    after = sentence.segments[place] if place < len(sentence.segments) else None
    if before is not None and (_superlative(before) or direction_word(sentence.words(before)) or sold_best(sentence, before)):
        return  # "busiest weekday per carrier" is the first of each
    if after is not None and after.of("metric") and sentence.between(segment, after) == {"per"} and sentence.cue(segment) not in GROUPING:
        raise Stop(Refuse(f"“{sentence.text(segment)} per {sentence.text(after)}” is not defined as a metric."))


def _with_the_most(sentence: Sentence, segment: Segment) -> bool:
    """ "day with the most orders", "the region that had the highest margin"."""
    place = sentence.segments.index(segment) + 1
    after = sentence.segments[place] if place < len(sentence.segments) else None
    if after is None or not (after.is_operator("most", "least", "best", "worst") or direction_word(sentence.words(after))):
        return False
    return sentence.between(segment, after) <= _HAVING


def _acts(sentence: Sentence, segment: Segment) -> bool:
    """In "what did customers pay" they do something; "what" asks for a figure, and not for a figure of each customer."""
    before = [token.lower for token in sentence.tokens[: segment.first] if token.lower not in ("the", "our", "all")]
    return before[-1:] in (["did"], ["do"], ["does"]) and before[-2:-1] == ["what"]


def _acted(sentence: Sentence, segment: Segment) -> bool:
    """In "fees paid by customers" they are who paid; "units sold by store" are so for each."""
    at = segment.first - 1
    while at >= 0 and sentence.tokens[at].lower in ("the", "our", "all"):
        at -= 1
    if at < 1 or sentence.tokens[at].lower != "by" or not sentence.plural(segment) or segment.of("grain"):
        return False
    verb = sentence.tokens[at - 1]
    return is_verb_form(verb) and verb.lower not in _SPLITTING


def _thing(sentence: Sentence, segment: Segment) -> tuple[str, ...]:
    """ "top 10 planes", once the measure is named: the noun stands for the field that tells one plane from another."""
    if not segment.of("metric") or (sentence.chosen is None and sentence.ranked_by(segment) is None):
        return ()
    every = sentence.lexicon.dimensions.values()
    keys = {(m.name, d.path.partition(".")[2]) for m in segment.of("dataset") for d in every if d.dataset == m.name and d.role == "key"}
    return tuple(d.path for d in every if d.role == "dimension" and any(d.path.partition(".")[2] == k and d.dataset != n for n, k in keys))


def _each_thing(sentence: Sentence, segment: Segment) -> bool:
    """ "by airport of departure", where so a dataset is called and no field."""
    return bool(segment.of("dataset")) and not (segment.of("dimension") or segment.of("metric")) and sentence.cue(segment) in EACH


def _key(sentence: Sentence, segment: Segment, fact: str) -> str | None:
    """What tells the rows of a dataset apart, as the fact has it: flights know their plane by its number, listed or not."""
    keys = [sentence.lexicon.keys[m.name] for m in segment.of("dataset") if m.name in sentence.lexicon.keys]
    keys = [key for key in keys if sentence.lexicon.reaches(fact, key)]
    own = f"{fact}.{keys[0].partition('.')[2]}" if keys else ""
    return (own if own in sentence.lexicon.dimensions else keys[0]) if len(keys) == 1 else None


def known_things(found: tuple[Group, ...]) -> list[Filter]:
    """Flights of no known plane are no plane that could be among the top five."""
    return [Filter(group.key, "not_null") for group in found if not (group.segment.of("dimension") or group.segment.of("grain"))]


def sold_best(sentence: Sentence, segment: Segment) -> bool:
    """ "best selling product": best by a measure of which more is good news. The best lap is none with the most seconds."""
    said = any(token.lower == "best" for token in sentence.words(segment))
    return said and all(sentence.lexicon.metrics[m.name].higher_is == "good" for m in segment.of("metric"))


def _superlative(segment: Segment | None) -> bool:
    return segment is not None and segment.is_operator("most", "least")


def _continues(sentence: Sentence, segment: Segment, found: list[Group]) -> bool:
    """ "by carrier and month"."""
    if not found or not (segment.of("grain") or segment.of("dimension")):
        return False
    return sentence.between(found[-1].segment, segment) in ({"and"}, frozenset())


def _adverb(sentence: Sentence, segment: Segment) -> bool:
    """daily, week by week: these need no "by"."""
    text = sentence.text(segment).lower()
    return any(f" {joint} " in text for joint in ("by", "to", "after")) or text.endswith("ly")


def _grain(sentence: Sentence, segment: Segment, fact: str) -> str | None:
    """The fact's own time at that grain."""
    time = sentence.lexicon.facts.get(fact, {}).get("time")
    if time == OWN_TIME and segment.of("grain"):
        return f"{time}:{segment.of('grain')[0].name}"
    for meaning in segment.of("grain"):
        dimension = sentence.lexicon.dimensions.get(time) if time else None
        if dimension is not None and (not dimension.grains or meaning.name in dimension.grains):
            return f"{time}:{meaning.name}"
    return None


def _dimension(sentence: Sentence, segment: Segment, fact: str) -> str | None:
    paths = list(dict.fromkeys(m.name for m in sorted(segment.of("dimension"), key=lambda m: m.rank)))
    if not paths and (thing := _thing(sentence, segment)):
        return next((p for p in thing if p.partition(".")[0] == fact), None)
    if not paths and (segment.first in sentence.listed or _each_thing(sentence, segment)):
        return _key(sentence, segment, fact)
    if not paths:
        return None
    reached = [path for path in paths if sentence.lexicon.reaches(fact, path)]
    if not reached:
        raise Stop(_not_by(sentence, paths[0]))
    own = [path for path in reached if path.partition(".")[0] == fact]
    return _one_of(sentence, segment, own or reached, fact)


def _not_by(sentence: Sentence, path: str) -> Refuse:
    """What is measured of other records may be split by it."""
    label = sentence.lexicon.dimensions[path].label
    by = label[:1].lower() + label[1:]
    able = [metric.label for metric in sentence.lexicon.metrics.values() if sentence.lexicon.reaches(metric.fact, path)][:MOST_INSTEAD]
    hint = f" Ask for another measure by it, such as “{able[0]}”." if able else ""
    instead = tuple(f"{each} by {by}" for each in able)
    return Refuse(f"What is asked cannot be split by {by}: its records do not hold it.{hint}", instead=instead)


def _one_of(sentence: Sentence, segment: Segment, paths: list[str], fact: str) -> str:
    """The field that is called so before the others. Stops where several are, of several things: neither is more likely meant."""
    ranks = {path: min(m.rank for m in segment.of("dimension") if m.name == path) for path in paths}
    first = [path for path in paths if ranks[path] == min(ranks.values())]
    things = dict.fromkeys(sentence.lexicon.code_of(path) for path in first)
    if len(things) == 1 or (any(sentence.lexicon.code_of(path) != path for path in first) and not in_ways(first)):
        return first[0]
    if (alone := typed_alone(sentence, segment, first)) is not None:
        return alone
    raise which_way(sentence, segment, fact, first)


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def with_names(sentence: Sentence, keys: list[str], fact: str) -> list[str]:
    """A code with the name people know it by, a name with its code."""
    shown: list[str] = []
    for key in keys:
        code = sentence.lexicon.code_of(key)
        code = code if sentence.lexicon.reaches(fact, code) else key
        dimension = sentence.lexicon.dimensions.get(code)
        display = dimension.display if dimension else None
        shown += [code, *([display] if display and sentence.lexicon.reaches(fact, display) else [])]
    return list(dict.fromkeys(shown))


def drivers(dimensions: dict[str, Dimension], reach: list[str], taken: set[str]) -> list[str]:
    """Dimensions that may explain a change: a few named values each, not already in the question; the calendar comes last."""
    fit = [
        d
        for d in dimensions.values()
        if d.dataset in reach and d.role == "dimension" and d.path not in taken and d.type != "boolean" and not d.numeric
        if (d.order and d.values) or 2 <= len(d.values) <= 20
    ]
    return [d.path for d in sorted(fit, key=lambda d: (d.is_calendar, not (d.display or d.order), reach.index(d.dataset), not d.display))]
