"""Records that have something: "flights with delays" may be a number of flights, and the delay is no number of them."""

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.lexicon import Metric
from analytics_agent.semantic.reader.reading import Refuse, Stop
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.reader.thresholds import AGGREGATED
from analytics_agent.semantic.reader.words import closed, stems

_WITH = closed("with having")
_ARTICLES = closed("a an any some")
MOST_NAMED = 3


def number_or_figure(sentence: Sentence) -> None:
    """Stops where records are named, and behind "with" a figure of theirs that says nothing of how it is taken together."""
    if sentence.chosen is not None or sentence.has("most", "least", "top", "bottom", "average", "total", "share", "change", "why"):
        return
    for segment in sentence.segments:
        records = _records_before(sentence, segment) if segment.of("metric") and not segment.of("dimension") else None
        figures = [sentence.lexicon.metrics[m.name] for m in segment.of("metric")]
        if records is None or not all(_is_figure(sentence, segment, metric, records) for metric in figures):
            continue
        words, known = sentence.content(segment), sentence.lexicon.metrics.values()
        counts = [m.label for m in known if m.fact == records.fact and m.is_count and words & m.bag]
        said, figure = sentence.text(_from(sentence, segment)), _small(figures[0].label)
        reason = f"“{said}” may be a number of {_small(records.label)}, or their {figure}."
        raise Stop(Refuse(f"{reason} Name the one that is meant.", instead=(figures[0].label, *counts)[:MOST_NAMED]))


def _small(label: str) -> str:
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _is_figure(sentence: Sentence, segment: Segment, metric: Metric, records: Metric) -> bool:
    return metric.fact == records.fact and not metric.is_count and not metric.is_share and not sentence.content(segment) & AGGREGATED


def _records_before(sentence: Sentence, segment: Segment) -> Metric | None:
    """The count of the records that stand before "with", where nothing limits what they have."""
    at = segment.first - 1
    while at > 0 and sentence.tokens[at].lower in _ARTICLES:
        at -= 1
    place = sentence.segments.index(segment)
    behind = sentence.segments[place + 1] if place + 1 < len(sentence.segments) else None
    if at < 1 or sentence.tokens[at].lower not in _WITH or (behind is not None and _is_limit(sentence, behind)):
        return None
    left = next((s for s in sentence.segments if s.last == at - 1), None)
    bases = {sentence.lexicon.metrics[m.name].fact for m in left.of("metric")} if left is not None else set()
    base = sentence.lexicon.base(bases.pop()) if len(bases) == 1 else None
    is_named = left is not None and base is not None and set(stems(base.label)) == set(sentence.content(left))
    return base if is_named else None


def _is_limit(sentence: Sentence, segment: Segment) -> bool:
    return segment.number is not None or segment.is_operator("over", "under", "at_least", "at_most", "exactly", "within", "between")


def _from(sentence: Sentence, segment: Segment) -> Segment:
    """From the records on, as it was said."""
    left = next(s for s in reversed(sentence.segments) if s.last < segment.first)
    return Segment(left.first, segment.last)
