"""In which order rows are wanted and how many of them: superlatives, "top 5", and the first of each group ("the top 3 products in each
category", "the busiest hour of each day")."""

from dataclasses import dataclass

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.groups import Group, sold_best
from analytics_agent.semantic.reader.lexicon import Metric, direction_word
from analytics_agent.semantic.reader.measures import ask_metric, judged
from analytics_agent.semantic.reader.reading import Ask, Refuse, Stop
from analytics_agent.semantic.reader.sentence import EACH, Sentence
from analytics_agent.semantic.reader.words import closed, stems, tokens

_OF_EACH = closed("each every per")
_THESE = closed("the our these those all")
_LOW, _HIGH = ("least", "bottom"), ("most", "top")


@dataclass(frozen=True)
class Ranking:
    """Order by the metric; `limit` is None when all rows are wanted. With `within`, so many rows of each group of these keys."""

    direction: str
    limit: int | None
    within: tuple[str, ...] = ()


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
        return _within(sentence, found, way, number)
    asked = found[-1]
    if number is None and (asked.singular or _one_of_them(sentence, asked.segment)) and sentence.cue(asked.segment) not in EACH:
        number = 1
    return Ranking(way, number)


def _within(sentence: Sentence, found: tuple[Group, ...], way: str, number: int | None) -> Ranking:
    """Stops where it is not said what is ranked within what, or how many are wanted: "top 5 carriers by month" may be the first five of
    all, followed over the months."""
    within = tuple(group for group in found if sentence.cue(group.segment) in _OF_EACH)
    ranked = [group for group in found if group not in within]
    if not within or len(ranked) != 1:
        said = sentence.text((within or found)[-1].segment)
        reason = f"It is not clear what is to be ranked here: the first in each {said}, or the first of all."
        raise Stop(Refuse(f"{reason} Say “in each {said}” for the first of each, or leave out all but one of them."))
    if way != "desc":
        raise Stop(Refuse("Of each group only those with the most can be found here, not those with the least."))
    said = sentence.text(ranked[0].segment)
    if ":" in ranked[0].key:
        grain = ranked[0].key.partition(":")[2]
        raise Stop(
            Refuse(f"A {grain} of each group cannot be found here. Ask for the {grain} of one of them, or for all of them by {grain}.")
        )
    if number is None and not ranked[0].singular:
        raise Stop(Refuse(f"How many {said} of each are wanted is not said. Say a number, as in “top 3 {said} in each …”."))
    return Ranking(way, number or 1, tuple(group.key for group in within))


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
    return ask_metric(sentence.lexicon, "Ranked by which measure?", names)


def _direction(sentence: Sentence, metric: Metric, metric_segments: list[Segment]) -> str | None:
    inner = [way for s in metric_segments if (way := direction_word(sentence.words(s)) or ("desc" if sold_best(sentence, s) else ""))]
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
    if sentence.has("best") and sentence.has("worst"):
        raise Stop(Refuse("The question asks for both ends at once. Ask for one of them."))
    if metric.higher_is is None:
        raise Stop(Refuse(f"Whether more {metric.label.lower()} is better or worse is not defined. Ask for the highest or the lowest."))
    best = sentence.take("best")
    sentence.take("worst")
    return "desc" if best == (metric.higher_is == "good") else "asc"


def _number(sentence: Sentence, found: tuple[Group, ...], metric_segments: list[Segment], *, ranked: bool) -> int | None:
    """The number in "top 5", "which ten destinations", "the five busiest". "Which of the three airports" wants one of them."""
    for segment in sentence.free():
        if segment.number is None or segment.number != int(segment.number) or not 1 <= segment.number <= 1000:
            continue
        left, right = sentence.before(segment), sentence.after(segment)
        if ranked and _of_so_many(sentence, segment):
            sentence.use(segment)
            return 1
        beside_top = left is not None and left.is_operator("top", "bottom", "most", "least")
        beside_group = right is not None and any(right == g.segment for g in found)
        before_best = right is not None and (right.is_operator("most", "least", "best", "worst") or right in metric_segments)
        if beside_top or (ranked and (beside_group or before_best)):
            sentence.use(segment)
            return int(segment.number)
        if beside_group and _the(sentence, segment):
            sentence.use(segment)
    return None


def _of_so_many(sentence: Sentence, segment: Segment) -> bool:
    """ "Which of the three", "what of the two": so many there are, and not so many are wanted."""
    before = [token.lower for token in sentence.tokens[: segment.first]]
    return before[-3:-1] == ["which", "of"] and before[-1] in _THESE


def _one_of_them(sentence: Sentence, segment: Segment) -> bool:
    """ "Which of our stores sold the least" wants one of them; "which of our stores are" wants any number."""
    after = sentence.tokens[segment.last + 1].lower if segment.last + 1 < len(sentence.tokens) else ""
    return _of_so_many(sentence, segment) and after not in ("are", "were", "have")


def _the(sentence: Sentence, segment: Segment) -> bool:
    """ "the three airports" are all there are; "three airports" are some."""
    return segment.first > 0 and sentence.tokens[segment.first - 1].lower in ("the", "all")
