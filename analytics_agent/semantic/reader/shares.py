"""Shares of a total: "revenue by category as a share", "what share of orders came from the app", "Germany's share of sales by month".

A share that the model defines as a metric (a cancellation rate) is read in measures.py; here it is one of a sum or a count.
"""

from dataclasses import dataclass

from analytics_agent.semantic.reader.conditions import Named
from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.defined_shares import PARTING
from analytics_agent.semantic.reader.lexicon import Metric
from analytics_agent.semantic.reader.reading import Ask, Refuse, Stop
from analytics_agent.semantic.reader.sentence import GROUPING, Sentence
from analytics_agent.semantic.reader.words import closed, stems
from analytics_agent.semantic.request import ShareOf

_ASKING = closed("for what which the a s")
_PLACES = closed("in at on within for during among from to by with")


@dataclass(frozen=True)
class Shared:
    """`of` are the phrases whose rows are the shares; without them each row is one."""

    share: ShareOf
    of: tuple[Named, ...] = ()


def shared(sentence: Sentence, metrics: tuple[Metric, ...], groups: list[str], named: tuple[Named, ...]) -> Shared | None:
    """What is a share of what, where one of a total is asked for. Stops where that cannot be told."""
    asked = sentence.operators("share")
    if not asked or sentence.in_percent:
        return None
    _additive(metrics)
    _is_of_its_own_kind(sentence, metrics[0])
    _no_rate(sentence, metrics[0], asked)
    sentence.use(*asked)
    things = [key for key in groups if ":" not in key]
    times = tuple(key for key in groups if ":" in key)
    _of_which(sentence, metrics[0])
    parts = _parts(sentence, asked[0].first, named, alone=not things)
    if things and not parts:
        _whole_is_clear(sentence, asked[0].first, named)
    if parts:
        _single(sentence, parts)
        return Shared(ShareOf((*things, *times)), parts)
    if len(things) > 1:
        raise Stop(Refuse("A share by two things at once could be one of everything or one of each. Ask for it by one of them."))
    if not groups:
        raise Stop(Refuse(f"A share of {_small(metrics[0].label)} needs parts. Say by what: “by …”, or which part: “from …”."))
    return Shared(ShareOf(times if things else ()))


def _no_rate(sentence: Sentence, metric: Metric, asked: list[Segment]) -> None:
    """A "checkout rate" is checkouts over something that the name does not say, and no part of all checkouts."""
    said = {t.lower for s in asked for t in sentence.words(s)} & {"rate", "ratio"}
    if said:
        reason = f"A {said.pop()} of {_small(metric.label)} is not defined here. Ask for the figure itself, or for a share by something."
        raise Stop(Refuse(reason, instead=(metric.label,)))


def _of_which(sentence: Sentence, metric: Metric) -> None:
    """ "cancelled orders share by channel": their part of the channel's orders, where the model defines that, or of all of them?"""
    if sentence.take("of_total"):
        return
    words = frozenset(stems(metric.label))
    defined = [m for m in sentence.lexicon.metrics.values() if m.is_share and m.fact == metric.fact and words <= m.bag]
    if defined and len(words) > 1:
        readings = [f"{m.label}: {_small(m.description)}" for m in defined[:3]]
        raise Stop(
            Ask(
                f"Which share of {_small(metric.label)} is meant?",
                (*readings, f"Share of all {_small(metric.label)}: all of them are 100 percent"),
            )
        )


def _is_of_its_own_kind(sentence: Sentence, metric: Metric) -> None:
    """ "the proportion of flights with stops" is one of flights, and no share of all stops."""
    base = sentence.lexicon.base(metric.fact)
    measured = [s for s in sentence.segments if any(m.name == metric.name for m in s.of("metric"))]
    for segment in sentence.segments if base is not None and base != metric and measured else ():
        beside = any(sentence.after(segment) == s or sentence.before(segment) == s for s in measured)
        if base is not None and any(m.name == base.name for m in segment.of("metric")) and not beside:
            said = f"“{sentence.text(segment)}” and {_small(metric.label)} are two measures, and a share is one of its own kind."
            raise Stop(Refuse(f"{said} Ask for a share of one of them.", instead=(metric.label, base.label)))


def _whole_is_clear(sentence: Sentence, asked: int, named: tuple[Named, ...]) -> None:
    """ "share of sales on promotion by category": of each category, or among what is on promotion?"""
    split = min((s.first for s in sentence.segments if s.first > asked and sentence.cue(s) in GROUPING), default=asked)
    for each in named:
        noun = sentence.after(each.segment)
        is_of_it = noun is not None and bool(noun.of("metric")) and not sentence.tokens[noun.first].breaks
        if asked < each.segment.first < split or is_of_it:  # "missed visits as a share, by clinic"
            said = sentence.text(each.segment)
            advice = f"Say “what share of … in each … is {said}”, or name it first: “for {said}, …”."
            raise Stop(Refuse(f"“{said}” may be the part or the whole here. {advice}"))


def _additive(metrics: tuple[Metric, ...]) -> None:
    if len(metrics) > 1:
        raise Stop(Refuse("Ask for the share of one measure at a time."))
    if metrics[0].additivity != "additive":
        reason = f"A share is one of things that add up, and {_small(metrics[0].label)} does not: its parts overlap, or it is a mean."
        raise Stop(Refuse(reason, instead=(metrics[0].label,)))


def _parts(sentence: Sentence, asked: int, named: tuple[Named, ...], *, alone: bool) -> tuple[Named, ...]:
    """What the share is: what follows a verb ("… came from the app"), what stands right before ("the app's share"), or the one value
    that is named and nothing else to split by. Other values say what the whole is."""
    verbs = [i for i, token in enumerate(sentence.tokens) if i > asked and token.lower in PARTING]
    after = tuple(n for n in named if verbs and n.segment.first > verbs[0])
    before = tuple(n for n in named if n.segment.last < asked and _leads_to(sentence, n, asked))
    if after or before:
        return after or before
    if alone and len(named) > 1:
        said = " and ".join(f"“{sentence.text(n.segment)}”" for n in named)
        raise Stop(Refuse(f"{said}: which one is the part, and which the whole? Say “what share of … in the one came from the other”."))
    return named if alone else ()


def _leads_to(sentence: Sentence, named: Named, asked: int) -> bool:
    """ "Germany's share", "Germany accounts for what share"; in "in Germany, what share" it is the whole."""
    between = [t.lower for t in sentence.tokens[named.segment.last + 1 : asked]]
    if sentence.cue(named.segment) in _PLACES or not set(between) <= PARTING | _ASKING:
        return False
    return bool(set(between) & PARTING) or not set(between) & {"what", "which"}


def _single(sentence: Sentence, parts: tuple[Named, ...]) -> None:
    for part in parts:
        said = sentence.text(part.segment)
        if part.negated or len(part.values) != 1:
            raise Stop(Refuse(f"“{said}” is not one value, and the share of one value can be given at a time. Ask for the share by group."))
    if len({part.path for part in parts}) < len(parts):
        raise Stop(Refuse("The share of one value can be given at a time. Ask for the share by group, or for one of them."))


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
