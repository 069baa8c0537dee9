"""When: the periods that a question names, by which of several dates they are meant, and which earlier one it is set beside."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from analytics_agent.domain.period import day_called
from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.lexicon import Dimension
from analytics_agent.semantic.reader.reading import Comparison, Reading, Refuse, Stop
from analytics_agent.semantic.reader.sentence import GROUPING, Sentence
from analytics_agent.semantic.reader.spans import UNITS, Found, Span, Unclear, in_full, in_words
from analytics_agent.semantic.reader.words import closed, stems
from analytics_agent.semantic.reader.years import year_filters
from analytics_agent.semantic.request import Compared, Filter

_OF_DATES = frozenset(
    s for word in closed("date time day timestamp datetime on at when moment month year and or of the to in") for s in stems(word)
)
_BETWEEN = closed("in on at during between from since before after was were is are the a by until through with of for")
_MADE = closed("made built produced manufactured born founded")


@dataclass(frozen=True)
class When:
    """`field` is the date that is meant where it is not the fact's own; `filters` are periods without a beginning."""

    spans: tuple[Found, ...] = ()
    filters: tuple[Filter, ...] = ()
    field: str | None = None
    compare: Compared | None = None

    def applied(self, reading: Reading, own: str | None) -> Reading:
        """The reading by the date that is meant, and beside the earlier period that is."""
        request = reading.request
        if self.compare:
            if request.time is None:
                raise Stop(
                    Refuse("Say which period is to be compared with the one before: for example “in May compared with the year before”.")
                )
            request = replace(request, compare=self.compare)
        if self.field is None:
            return replace(reading, request=request)
        if own is None:
            return replace(reading, request=replace(request, time=replace(request.time, field=self.field) if request.time else None))
        request = replace(
            request,
            dimensions=tuple(self._dated(key, own) for key in request.dimensions),
            filters=tuple(replace(f, field=self._dated(f.field, own)) for f in request.filters),
            time=replace(request.time, field=self.field) if request.time else None,
        )
        sides = reading.comparison
        return replace(reading, request=request, comparison=_of(sides, self._dated(sides.field, own)) if sides else None)

    def _dated(self, key: str, own: str) -> str:
        path, mark, grain = key.partition(":")
        return f"{self.field}{mark}{grain}" if path == own else key


def _of(comparison: Comparison, field: str) -> Comparison:
    return replace(comparison, field=field)


def when(sentence: Sentence, as_of: date | None, fact: str) -> When:
    """Raises Stop for a period after the last day of the data, and Unclear where it must be asked."""
    own = sentence.lexicon.facts.get(fact, {}).get("time")
    named = [s for s in sentence.free() if s.period is not None]
    field = _field(sentence, named, fact, own)
    compare = _compared(sentence, named)
    years = year_filters(sentence, named, fact, own, as_of) if field is None else []
    named = [s for s in named if not sentence.used(s)]
    _dated(sentence, named, fact, field or own)
    found = [_told(sentence, s, as_of, fact) for s in named if s.period and not s.period.earlier]
    _listed(sentence, named)
    filters = [_up_to(span, field or own) for span in found if span.is_open]
    return When(tuple(span for span in found if not span.is_open), (*years, *filters), field, compare)


def _dated(sentence: Sentence, named: Sequence[Segment], fact: str, time: str | None) -> None:
    """Raises Stop for a period of what has no date."""
    period = next((s for s in named if s.period and not s.period.earlier), None)
    if period is None or time is not None:
        return
    lexicon, said = sentence.lexicon, sentence.text(period)
    years = [d.label for d in lexicon.dimensions.values() if d.dataset == fact and "year" in d.label.lower().split()]
    hint = f"Say which year is meant: “{_small(years[0])} 2015”." if years else "Ask without it."
    raise Stop(Refuse(f"What is asked has no date here, so “{said}” cannot be taken of it. {hint}", missing=said))


def _told(sentence: Sentence, segment: Segment, as_of: date | None, fact: str) -> Found:
    """A period that may be asked for: not one after the last day of the data."""
    found = segment.period
    if found is None:
        raise ValueError("The segment is no period.")
    if as_of is not None and found.whole.start > as_of:
        raise Stop(Refuse(f"“{sentence.text(segment)}” lies after the last day of the data, {day_called(as_of)}. Ask for a time before."))
    _no_birthday(sentence, segment, fact)
    sentence.use(segment)
    return found


def _up_to(found: Found, time: str | None) -> Filter:
    """Everything before a day. Where the data begins need not be known."""
    if time is None:
        raise Stop(Refuse("What is asked has no time here, so no period of it can be taken."))
    return Filter(time, "<", (found.whole.end.isoformat(),))


def _compared(sentence: Sentence, named: Sequence[Segment]) -> Compared | None:
    """ "compared with the same period last year"."""
    earlier = [s for s in named if s.period and s.period.earlier]
    if not earlier:
        return None
    said = [s for s in sentence.operators("compare", "comparative", "change") if s.first < earlier[0].first]
    joined = sentence.between(said[-1], earlier[0]) if said else frozenset({""})
    if len(earlier) > 1 or not joined <= {"to", "with", "the", "from", "than", "of", "over", "in", "and"}:
        reason = f"“{sentence.text(earlier[0])}” needs to be said as a comparison: “in May compared with the same period last year”."
        raise Stop(Refuse(reason, missing=sentence.text(earlier[0])))
    sentence.use(earlier[0], *said)
    period = earlier[0].period
    return period.earlier if period else None


def _listed(sentence: Sentence, named: Sequence[Segment]) -> None:
    """ "in June and July": one figure for both, or one for each? Raises Unclear."""
    both = [(s, s.period) for s in named if s.period and not s.period.earlier]
    if len(both) != 2 or sentence.has("compare", "comparative", "change", "why", "trend") or any(s.of("grain") for s in sentence.segments):
        return
    (left, a), (right, b) = both
    follows = a.whole.end == b.whole.start and a.whole.unit == b.whole.unit and a.whole.unit in UNITS
    if follows and sentence.between(left, right) <= {"and", "or", "in", "the"}:
        whole = Span(a.whole.start, b.whole.end, "range")
        one, each = in_words(whole), f"{in_words(whole)} by {a.whole.unit}"
        asked = f"“{sentence.text(left)}” and “{sentence.text(right)}”: together, or each on its own?"
        readings = (f"{one}: one figure for {in_full(whole)}", f"{each}: one figure for each {a.whole.unit}")
        raise Unclear(left.first, right.last, asked, readings)


# by which date


def _field(sentence: Sentence, named: Sequence[Segment], fact: str, own: str | None) -> str | None:
    """ "shipped in May" is by the shipping date, where that is another one than the fact's own."""
    dates = [d for d in sentence.lexicon.dimensions.values() if d.role == "time" and sentence.lexicon.reaches(fact, d.path)]
    found = {path for segment in named if (path := _date_of(sentence, segment, dates)) is not None}
    if len(found) > 1:
        raise Stop(Refuse("The question names periods of several dates. Ask for one at a time."))
    return next((path for path in found if path != own), None)


def _date_of(sentence: Sentence, period: Segment, dates: Sequence[Dimension]) -> str | None:
    """The date that the words right before the period name; they are accounted for by it."""
    last = period.first - 1
    while last >= 0 and sentence.tokens[last].lower in _BETWEEN:
        last -= 1
    segment = next((s for s in sentence.segments if s.first <= last <= s.last), None)
    if last < 0 or (segment is not None and (segment.of("metric") or sentence.cue(segment) in GROUPING)):
        return None
    words = frozenset(sentence.content(segment)) if segment else frozenset({sentence.tokens[last].stem})
    fits = [d.path for d in dates if words - _OF_DATES and words - _OF_DATES <= _bag(d)]
    if len(fits) != 1:
        return None
    if segment is not None:
        _no_value(sentence, segment, fits[0])
        sentence.use(segment)
    sentence.unknown.discard(last)
    return fits[0]


def _no_value(sentence: Sentence, segment: Segment, path: str) -> None:
    """ "shipped in May": what was shipped in May, or what was ordered in May and is shipped by now? Raises Unclear."""
    values = segment.of("value")
    if not values:
        return
    date_, state = sentence.lexicon.dimensions[path].label, sentence.lexicon.dimensions[values[0].name].label
    before = sentence.before(segment)
    if before is not None and any(m.name == values[0].name for m in before.of("dimension")):
        return
    said = sentence.text(segment)
    readings = (f"with {date_}: by the {_small(date_)}", f"with {state} {said}: by its own date, and only where {_small(state)} is {said}")
    raise Unclear(segment.first, segment.last, f"What does “{said}” mean here?", readings)


def _bag(dimension: Dimension) -> frozenset[str]:
    texts = (dimension.label, dimension.path.partition(".")[2].replace("_", " "), *dimension.synonyms)
    return frozenset(stem for text in texts for stem in stems(text)) - _OF_DATES


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _no_birthday(sentence: Sentence, period: Segment, fact: str) -> None:
    """ "planes made in 2013" dates the planes, not what is counted."""
    place = sentence.segments.index(period)
    noun = sentence.segments[place - 1] if place else None
    between = {t.lower for t in sentence.tokens[noun.last + 1 : period.first]} if noun else set()
    things = {m.name.partition(".")[0] for kind in ("dataset", "dimension", "value") for m in noun.of(kind)} if noun else set()
    if noun is not None and between & _MADE and things and fact not in things:
        reason = f"“{sentence.text(period)}” dates the {sentence.text(noun)} here, and not what is asked for. Leave it out, or split by it."
        raise Stop(Refuse(reason, missing=sentence.text(period)))
