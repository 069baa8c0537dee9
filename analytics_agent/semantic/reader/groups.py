"""What the rows of the answer are: dimensions after "by", "which" and "each", time grains, and how many rows in which order."""

from dataclasses import dataclass

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.lexicon import OWN_TIME, Dimension, Metric, direction_word
from analytics_agent.semantic.reader.measures import ask_metric, judged
from analytics_agent.semantic.reader.operators import UNITS
from analytics_agent.semantic.reader.reading import Ask, Refuse, Stop
from analytics_agent.semantic.reader.sentence import GROUPING, Sentence
from analytics_agent.semantic.reader.words import closed, is_verb_form, stems, tokens
from analytics_agent.semantic.request import Filter

_EACH = closed("by per each every across among")
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


@dataclass(frozen=True)
class Ranking:
    """Order by the metric; `limit` is None when all rows are wanted."""

    direction: str
    limit: int | None


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
    if not (segment.of("grain") or segment.of("dimension") or _thing(sentence, segment)):
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
        return not (sentence.limits(left) and sentence.tokens[segment.last].lower in UNITS)
    if sentence.clause_start(segment) and _with_the_most(sentence, segment):
        return True
    if left is not None and left.of("metric") and (direction_word(sentence.words(left)) or _superlative(sentence.before(left))):
        return True
    return left is not None and left.is_operator("compare", "top", "bottom", "trend", "best", "worst", "most", "least", "rank")


def _no_ratio(sentence: Sentence, segment: Segment) -> None:
    """ "seats per plane" divides what no metric divides; the planes are not split by their seats."""
    place = sentence.segments.index(segment) + 1
    after = sentence.segments[place] if place < len(sentence.segments) else None
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


def known_things(found: tuple[Group, ...]) -> list[Filter]:
    """Flights of no known plane are no plane that could be among the top five."""
    return [Filter(group.key, "not_null") for group in found if not (group.segment.of("dimension") or group.segment.of("grain"))]


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
    if not paths:
        return None
    reached = [path for path in paths if sentence.lexicon.reaches(fact, path)]
    if not reached:
        label = sentence.lexicon.dimensions[paths[0]].label
        raise Stop(Refuse(f"What is asked cannot be split by {label[:1].lower()}{label[1:]}: its records do not hold it."))
    own = [path for path in reached if path.partition(".")[0] == fact]
    return _one_of(sentence, segment, own or reached)


def _one_of(sentence: Sentence, segment: Segment, paths: list[str]) -> str:
    """The field that is called so before the others. Stops where several are, of several things: neither is more likely meant."""
    ranks = {path: min(m.rank for m in segment.of("dimension") if m.name == path) for path in paths}
    first = [path for path in paths if ranks[path] == min(ranks.values())]
    things = dict.fromkeys(sentence.lexicon.code_of(path) for path in first)
    if len(things) == 1 or any(sentence.lexicon.code_of(path) != path for path in first):
        return first[0]
    said = sentence.text(segment)
    fields = [(path.partition(".")[0].replace("_", " "), sentence.lexicon.dimensions[path].label) for path in first]
    names = tuple(label if label.lower().startswith(thing) else f"{thing} {_small(label)}" for thing, label in fields)
    whose = " or ".join(f"that of {thing}" for thing in dict.fromkeys(thing for thing, _ in fields))
    raise Stop(Refuse(f"“{said}” may be {whose} here. Say whose is meant, as in “{names[0]}”.", missing=said))


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


def ranking(sentence: Sentence, found: tuple[Group, ...], metric: Metric, metric_segments: list[Segment]) -> Ranking | None:
    """Superlatives: which end, and how many rows. A superlative without anything to rank is refused."""
    ends = {"asc" for _ in sentence.operators(*_LOW)} | {"desc" for _ in sentence.operators(*_HIGH)}
    if _of_a_size(sentence, metric):
        raise Stop(_nothing_to_rank(sentence, metric))
    judged_ = bool(sentence.operators("best", "worst"))
    way = _direction(sentence, metric, metric_segments)
    number = _number(sentence, found, metric_segments, ranked=way is not None)
    if way is None:
        return Ranking("desc", None) if found and sentence.take("rank") else None
    if not found:
        extreme = direction_word(tokens(f"{metric.label} {metric.name.replace('_', ' ')}"))
        if extreme and ends <= {extreme} and not judged_:
            return None
        raise Stop(_nothing_to_rank(sentence, metric))
    if len(found) > 1:
        raise Stop(Refuse("The first of each group cannot be found here. Ask for a ranking over one thing at a time."))
    if number is None and found[-1].singular and sentence.cue(found[-1].segment) not in _EACH:
        number = 1
    return Ranking(way, number)


_SIZES = closed("longest shortest strongest weakest")


def _of_a_size(sentence: Sentence, metric: Metric) -> bool:
    """ "the longest flights" are not the most flights: a number has no length."""
    said = {t.lower for s in sentence.operators(*_LOW, *_HIGH) for t in sentence.words(s)}
    return bool(said & _SIZES) and (metric.is_count or metric.is_share)


def _nothing_to_rank(sentence: Sentence, metric: Metric) -> Ask | Refuse:
    """ "top 10 planes": what is ranked was taken for the measure."""
    said = {t.stem for s in sentence.segments if s.is_operator("most", "least") for t in sentence.words(s)}
    extremes = [m.name for m in sentence.lexicon.metrics.values() if m.fact == metric.fact and said & set(stems(m.label))]
    if len(extremes) > 1:
        return ask_metric(sentence.lexicon, "By which measure?", extremes)
    base = sentence.lexicon.base(metric.fact)
    names = [m for m in ([base.name] if base else []) + judged(sentence.lexicon, metric.fact) if m != metric.name]
    return ask_metric(sentence.lexicon, "By which measure is this to be ranked, and what?", names)


def _direction(sentence: Sentence, metric: Metric, metric_segments: list[Segment]) -> str | None:
    inner = [way for s in metric_segments if (way := direction_word(sentence.words(s)))]
    if sentence.operators("best", "worst"):
        return _judged(sentence, metric)
    low, high = sentence.take("least"), sentence.take("most")
    bottom, top = sentence.take("bottom"), sentence.take("top")
    if (low and high) or (bottom and top):
        raise Stop(Refuse("The question asks for both ends at once. Ask for one of them."))
    if inner and (low or high):
        return inner[0] if high else ("asc" if inner[0] == "desc" else "desc")
    if low or bottom:
        return "asc"
    return "desc" if high or top else (inner[0] if inner else None)


def _judged(sentence: Sentence, metric: Metric) -> str:
    """ "best" and "worst" need a metric that is good or bad news."""
    if metric.higher_is is None:
        raise Stop(Refuse(f"Whether more {metric.label.lower()} is better or worse is not defined. Ask for the highest or the lowest."))
    best = sentence.take("best")
    sentence.take("worst")
    return "desc" if best == (metric.higher_is == "good") else "asc"


def _number(sentence: Sentence, found: tuple[Group, ...], metric_segments: list[Segment], *, ranked: bool) -> int | None:
    """The number in "top 5", "which ten destinations", "the five busiest"."""
    for segment in sentence.free():
        if segment.number is None or segment.number != int(segment.number) or not 1 <= segment.number <= 1000:
            continue
        left, right = sentence.before(segment), sentence.after(segment)
        beside_top = left is not None and left.is_operator("top", "bottom", "most", "least")
        beside_group = right is not None and any(right == g.segment for g in found)
        before_best = right is not None and (right.is_operator("most", "least", "best", "worst") or right in metric_segments)
        if beside_top or (beside_group and (ranked or not _the(sentence, segment))) or (ranked and before_best):
            sentence.use(segment)
            return int(segment.number)
        if beside_group:
            sentence.use(segment)
    return None


def _the(sentence: Sentence, segment: Segment) -> bool:
    """ "the three airports" are all there are; "three airports" are some."""
    return segment.first > 0 and sentence.tokens[segment.first - 1].lower in ("the", "all")


def drivers(dimensions: dict[str, Dimension], reach: list[str], taken: set[str]) -> list[str]:
    """Dimensions that may explain a change: a few named values each, not already in the question; the calendar comes last."""
    fit = [
        d
        for d in dimensions.values()
        if d.dataset in reach and d.role == "dimension" and d.path not in taken and d.type != "boolean" and not d.numeric
        if (d.order and d.values) or 2 <= len(d.values) <= 20
    ]
    return [d.path for d in sorted(fit, key=lambda d: (d.is_calendar, not (d.display or d.order), reach.index(d.dataset), not d.display))]
