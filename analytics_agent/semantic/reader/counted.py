"""The plain count of some records beside another measure: what is only counted over, and what is asked for itself."""

from itertools import pairwise

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.lexicon import Metric
from analytics_agent.semantic.reader.reading import Refuse, Stop
from analytics_agent.semantic.reader.sentence import Sentence


def counts(segment: Segment | None) -> bool:
    return segment is not None and segment.is_operator("count")


def without_base(sentence: Sentence, found: list[Metric], segments: list[Segment]) -> list[Metric]:
    """In "how many flights were cancelled" the flights are only what is counted; "flights and cancellations" are two metrics."""
    bases = [m for m in found if sentence.lexicon.base(m.fact) == m]
    if len(found) < 2 or not bases:
        return found
    if (noun := _counted_noun(sentence, segments)) and (things := [s for s in segments if s != noun and s.of("dataset")]):
        _kinds_of_values(sentence, noun, things)
        return bases
    _no_ratio(sentence, segments)
    _not_of_one(sentence, [m for m in found if m not in bases], segments)
    facts = {m.fact for m in found if m not in bases}
    return [m for m in found if m not in bases or m.fact not in facts]


def _counted_noun(sentence: Sentence, segments: list[Segment]) -> Segment | None:
    """What "how many" stands right before, where it is the plain count of some records."""
    lexicon = sentence.lexicon
    base = {m.name for m in lexicon.metrics.values() if lexicon.base(m.fact) == m}
    return next((s for s in segments if _is_counted(sentence, s) and base & {m.name for m in s.of("metric")}), None)


def _is_counted(sentence: Sentence, segment: Segment) -> bool:
    """ "how much flights" is said as well."""
    before = [token.lower for token in sentence.tokens[max(segment.first - 2, 0) : segment.first]]
    return counts(sentence.before(segment)) or (before == ["how", "much"] and sentence.plural(segment))


def _kinds_of_values(sentence: Sentence, noun: Segment, things: list[Segment]) -> None:
    """ "how many flights were made with planes of Airbus": the planes are no measure there, they say what Airbus is. Without a value of
    theirs they would say something that nobody reads."""
    named = {m.name.partition(".")[0] for s in sentence.segments for m in s.of("value")}
    for thing in things:
        if not named & {m.name for m in thing.of("dataset")}:
            both = f"“{sentence.text(noun)}” and “{sentence.text(thing)}”"
            raise Stop(Refuse(f"{both} are counted apart here. Ask how many of one of them, and name what narrows them."))


def _not_of_one(sentence: Sentence, found: list[Metric], segments: list[Segment]) -> None:
    """ "What does an admission cost?" wants the cost of one, and not what all of them cost."""
    for segment in segments:
        base = any(
            sentence.lexicon.base(sentence.lexicon.metrics[m.name].fact) == sentence.lexicon.metrics[m.name] for m in segment.of("metric")
        )
        article = sentence.tokens[segment.first - 1].lower if segment.first else ""
        if base and article in ("a", "an", "one") and not sentence.plural(segment) and any(m.additivity == "additive" for m in found):
            total = next(m for m in found if m.additivity == "additive")
            reason = f"{total.label} of a single one is not defined: it is a total. Ask for the total, or for a mean that is defined."
            raise Stop(Refuse(reason, instead=(total.label,)))


def _no_ratio(sentence: Sentence, segments: list[Segment]) -> None:
    """ "flights per plane" divides two metrics, which only a metric of its own may do."""
    for a, b in pairwise(segments):
        if sentence.between(a, b) & {"per", "each", "every"}:
            asked = f"{sentence.text(a)} per {sentence.text(b)}"
            raise Stop(Refuse(f"“{asked}” is not defined as a metric, and metrics are not divided by one another here."))
