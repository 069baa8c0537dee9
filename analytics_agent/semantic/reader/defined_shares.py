"""Shares that a model defines as metrics: "share of flights cancelled" is its cancellation rate. Those of a total are in shares.py."""

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.lexicon import Lexicon, Metric
from analytics_agent.semantic.reader.operators import HIGH_WORDS, LOW_WORDS
from analytics_agent.semantic.reader.reading import Ask, Refuse, Stop
from analytics_agent.semantic.reader.sentence import GROUPING, Sentence
from analytics_agent.semantic.reader.words import SKIPPED, closed, stem, stems

PARTING = closed("""is are was were be been being come came comes coming go goes went made make makes placed belongs belong belonged
    falls fell accounted account accounts due stems stem stemmed happened happens happen occurred takes took""")
"""Verbs between a whole and its part: "what share of orders came from the app"."""
_HAVE = closed("has have had having")
_BEFORE_SHARE = closed("the a an what which")
SHARE_WORDS = frozenset(stem(word) for word in ["share", "rate", "percentage", "percent", "proportion", "fraction", "ratio"])
_PARTS = SHARE_WORDS - {stem("rate"), stem("ratio")}


def shared_as_defined(sentence: Sentence, metric: Metric) -> Metric:
    """ "share of" turns a count into its share, where the model has one; else it is one of a total, which shares.py reads."""
    _of_whose(sentence, metric)
    segments = sentence.operators("share")
    if not segments or sentence.in_percent:
        return metric
    if any(sentence.cue(segment) == "in" for segment in segments) and not metric.is_share and not sentence.has("of_total"):
        raise Stop(Refuse(f"{metric.label} is a number, not a percentage. Ask for it as it is, or for a share.", instead=(metric.label,)))
    defined = metric if metric.is_share else sibling_of(sentence.lexicon, metric, share=True) or _share_of_value(sentence, metric)
    if defined is None or (
        metric.additivity == "additive" and (sentence.has("of_total") or _is_split_by_a_verb(sentence, metric, defined))
    ):
        return metric
    if defined != metric and metric.additivity == "additive":
        _of_which(sentence, metric, defined)
    sentence.use(*segments)
    return defined


def _of_whose(sentence: Sentence, metric: Metric) -> None:
    """ "what share of late departures was at JFK", where the model calls a rate so: at JFK it is one, and JFK's part is another."""
    count = (sibling_of(sentence.lexicon, metric, share=False) or _named_behind(sentence, metric)) if metric.is_share else None
    if count is None or count.additivity != "additive":
        return
    if _is_split_by_a_verb(sentence, metric, count) or _is_had(sentence, metric, count):
        reason = f"This may be the {_small(metric.label)} there, or its part of all {_small(count.label)}. Ask for one of them by its name."
        raise Stop(Refuse(reason, instead=(metric.label, f"Share of all {_small(count.label)}")))


def _is_had(sentence: Sentence, metric: Metric, count: Metric) -> bool:
    """ "Delta's share of cancellations", "which carrier has the largest share of cancellations": a part of all of them, by who has it. One
    that is called a share is itself what is had."""
    named = next((s for s in sentence.segments if any(m.name == metric.name for m in s.of("metric"))), None)
    share = next((i for i, token in enumerate(sentence.tokens) if token.stem in _PARTS), None)
    if named is None or share is None or share > named.last or sentence.has("of_total"):
        return False
    if any(s.last == share - 1 and s.of("value") and not s.of("metric") for s in sentence.segments):
        return True
    if frozenset(stems(metric.label)) & _PARTS or _names_base(sentence, count, metric):
        return False
    at = share - 1
    while at >= 0 and sentence.tokens[at].lower in HIGH_WORDS | LOW_WORDS | _BEFORE_SHARE:
        at -= 1
    behind = [s.last + 1 for s in sentence.segments if s.of("value") and named.last < s.last < len(sentence.tokens) - 1]
    return any(place >= 0 and sentence.tokens[place].lower in _HAVE for place in (at, *behind))


def _named_behind(sentence: Sentence, metric: Metric) -> Metric | None:
    """What "share of returns" is a share of, by its own name: the returns."""
    segment = next((s for s in sentence.segments if any(m.name == metric.name for m in s.of("metric"))), None)
    rest = tuple(t.stem for t in sentence.words(segment) if t.stem not in SHARE_WORDS and t.lower not in SKIPPED) if segment else ()
    if segment is None or len(rest) == len(sentence.content(segment)):
        return None
    return next((sentence.lexicon.metrics[m.name] for m in sentence.lexicon.lookup(rest) if m.kind == "metric"), None)


def _is_split_by_a_verb(sentence: Sentence, metric: Metric, defined: Metric) -> bool:
    """ "what share of the late departures was at JFK" is JFK's part of them; their part of its departures is another one."""
    named = next((s for s in sentence.segments if any(m.name == metric.name for m in s.of("metric"))), None)
    if metric == defined or named is None or _names_base(sentence, metric, defined, beside=named):
        return False
    values = [s for s in sentence.segments if (s.of("value") and not s.of("metric")) or _is_fallen_into(sentence, s)]
    if not values:
        return False
    return any(named.last < i < values[-1].first and t.lower in PARTING for i, t in enumerate(sentence.tokens))


def _is_fallen_into(sentence: Sentence, segment: Segment) -> bool:
    """ "falls on February", "were in May": a period right behind the verb is what the part lies in."""
    if segment.period is None or sentence.has("most", "least", "best", "worst"):
        return False
    at = segment.first - 1
    while at >= 0 and sentence.tokens[at].lower in ("on", "in", "into", "during", "within", "from", "the"):
        at -= 1
    return at >= 0 and sentence.tokens[at].lower in PARTING


def _names_base(sentence: Sentence, metric: Metric, defined: Metric, beside: Segment | None = None) -> bool:
    """Whether the whole is named. A noun right behind `beside` is its own: "late flights" are no whole."""
    base = sentence.lexicon.base(metric.fact)
    names = (base.name if base else "", defined.weight)
    own = () if beside is None or metric.name in names else (beside.first, beside.last + 1)
    return any(m.name in names for s in sentence.segments if s.first not in own for m in s.of("metric"))


def _of_which(sentence: Sentence, metric: Metric, defined: Metric) -> None:
    """ "share of cancellations by carrier": of the carrier's flights, or of all cancellations? "Of flights" would tell."""
    named = _names_base(sentence, metric, defined)
    split = any(s.of("dimension") and sentence.cue(s) in GROUPING for s in sentence.segments)
    if split and not named:
        readings = (f"{defined.label}: {_small(defined.description)}", f"Share of all {_small(metric.label)}: they add up to 100 percent")
        raise Stop(Ask(f"Which share of {_small(metric.label)} is meant?", readings))


def _share_of_value(sentence: Sentence, metric: Metric) -> Metric | None:
    """ "what share of orders was sent" is the sent share, though "sent" is also a value."""
    for segment in sentence.free():
        words = frozenset(sentence.content(segment))
        fits = [m for m in sentence.lexicon.metrics.values() if m.is_share and m.fact == metric.fact]
        fits = [m for m in fits if words in {frozenset(p) - SHARE_WORDS for p in m.phrases}]
        if segment.of("value") and len(fits) == 1:
            sentence.use(segment)
            return fits[0]
    return None


def share_by_words(sentence: Sentence, found: list[Metric], segments: list[Segment]) -> list[Metric]:
    """ "what share of the units was returned" names two counts, and means the one share that has the words of both."""
    if len(found) < 2 or not sentence.has("share") or any(m.is_share for m in found):
        return []
    words = frozenset().union(*(sentence.content(s) for s in segments)) | {sentence.tokens[i].stem for i in sentence.unknown}
    fits = [m for m in sentence.lexicon.metrics.values() if m.is_share and words <= m.bag]
    if len(fits) != 1:
        return []
    sentence.unknown.clear()
    return fits


def sibling_of(lexicon: Lexicon, metric: Metric, *, share: bool) -> Metric | None:
    """The count of a share, the share of a count: the same words in their labels, but for "share"."""
    core = frozenset(stems(metric.label)) - SHARE_WORDS
    matches = [
        m
        for m in lexicon.metrics.values()
        if m.fact == metric.fact and m.is_share == share and m != metric and frozenset(stems(m.label)) - SHARE_WORDS == core
    ]
    return matches[0] if len(matches) == 1 else None


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
