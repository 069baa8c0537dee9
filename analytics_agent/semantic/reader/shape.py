"""The parts of a question put together as one request: value, list, breakdown, ranking, trend, comparison or why."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import cast

from analytics_agent.semantic.reader.conditions import Named
from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.groups import drivers, with_names
from analytics_agent.semantic.reader.growth import LONGEST_STEP, Grown, grown
from analytics_agent.semantic.reader.lexicon import Metric
from analytics_agent.semantic.reader.periods import UNITS, Found, Span, unit_span
from analytics_agent.semantic.reader.ranking import Ranking
from analytics_agent.semantic.reader.reading import Ask, Comparison, Reading, ReadingKind, Refuse, Stop
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.reader.shares import Shared, shared
from analytics_agent.semantic.request import Compared, Filter, Having, MetricRequest, Order, Period, Top

MOST_DRIVERS = 4
_COMPARING = ("compare", "comparative")


@dataclass
class Parts:
    """What was found, before it is decided what kind of answer it makes."""

    sentence: Sentence
    metrics: tuple[Metric, ...]
    fact: str
    groups: list[str]
    keys: list[str]
    filters: list[Filter]
    sides: tuple[Named, ...]
    having: list[Having]
    ranking: Ranking | None
    periods: list[Found]
    named: tuple[Named, ...] = ()
    earlier: Compared | None = None


def shaped(parts: Parts) -> Reading:
    sentence = parts.sentence
    if sentence.take("why") | sentence.take("contribute"):
        return _why(parts)
    if share := shared(sentence, parts.metrics, parts.groups, parts.named):
        return _of_total(parts, share)
    if growth := grown(sentence, parts.metrics, parts.groups, parts.periods, parts.earlier, parts.ranking):
        return _beside_earlier(parts, growth)
    if (
        parts.sides
        and not (sentence.take("together") or _either(parts))
        and not any(side.path in (g, sentence.lexicon.code_of(g)) for g in parts.groups for side in parts.sides)
    ):
        return _sides(parts)
    pair = _pair(parts, comparing=sentence.has(*_COMPARING, "change"))
    if pair is not None:
        return _two_periods(parts, *pair, kind="comparison")
    period = _period(parts)
    trend = sentence.take("trend") | (sentence.take("change") and (bool(_times(parts)) or _is_course(parts)))
    if trend and not _times(parts):
        parts.groups, parts.keys = [*parts.groups, _monthly(parts)], [*parts.keys, _monthly(parts)]
    if sentence.has("compare") and parts.groups:
        _two_of_a_kind(parts)
        sentence.take("compare")
    return Reading(_kind(parts), _request(parts, period))


def _of_total(parts: Parts, share: Shared) -> Reading:
    """Values whose rows are the shares are split by; what else was named says what the whole is."""
    parts.groups = [*parts.groups, *(n.path for n in share.of)]
    parts.keys = with_names(parts.sentence, parts.groups, parts.fact)
    if [n for n in parts.sides if n not in share.of]:
        _sides(parts)  # asks whether several values of one field are one whole
    request = replace(_request(parts, _period(parts)), share_of=share.share)
    return Reading(_kind(parts) if parts.ranking or not share.of else "share", replace(request, purpose=f"{request.purpose}, as a share"))


def _beside_earlier(parts: Parts, growth: Grown) -> Reading:
    time = parts.sentence.lexicon.facts.get(parts.fact, {}).get("time")
    if not time:
        raise Stop(Refuse("What is asked has no time here, so it cannot be compared with an earlier period."))
    if growth.grain:
        parts.groups, parts.keys = [f"{time}:{growth.grain}", *parts.groups], [f"{time}:{growth.grain}", *parts.keys]
    parts.periods = growth.periods
    if parts.sides:
        _sides(parts)
    request = replace(_request(parts, _period(parts)), compare=growth.compare)
    earlier = "a year before" if growth.compare == "previous_year" else "the period before"
    request = replace(request, purpose=f"{request.purpose}, compared with {earlier}", order_by=growth.order or request.order_by)
    return Reading("growth", request)


def _either(parts: Parts) -> bool:
    """ "from Germany or France": rows of any of them; "is Germany or France larger" sets them side by side."""
    joints = [parts.sentence.between(a.segment, b.segment) for a, b in pairwise(parts.sides)]
    return all("or" in words for words in joints[-1:]) and not parts.sentence.has(*_COMPARING) and not _which_of_them(parts)


def _which_of_them(parts: Parts) -> bool:
    """ "Who leaves later, JetBlue or Delta" and "which is larger: Germany or France" want one of the two."""
    tokens = parts.sentence.tokens
    begin = tokens[parts.sides[0].segment.first]
    return tokens[0].lower in ("who", "which", "what") and not parts.groups and (begin.comma or begin.breaks)


def _is_course(parts: Parts) -> bool:
    """ "Did orders rise in 2025?" wants the months of the year: one figure does not say."""
    long = all((period.whole.end - period.whole.start).days > LONGEST_STEP for period in parts.periods)
    return long and not parts.groups and parts.ranking is None


def _kind(parts: Parts) -> ReadingKind:
    if parts.ranking is not None:
        return "ranking"
    if _times(parts):
        return "trend"
    if parts.having:
        return "list"
    return "breakdown" if parts.groups else "value"


def _times(parts: Parts) -> list[str]:
    return [key for key in parts.groups if ":" in key]


def _monthly(parts: Parts) -> str:
    time = parts.sentence.lexicon.facts.get(parts.fact, {}).get("time")
    if not time:
        raise Stop(Refuse("What is asked has no time here, so it has no trend."))
    return f"{time}:month"


def _request(parts: Parts, period: Period | None) -> MetricRequest:
    if parts.ranking is not None and parts.ranking.within:
        return _firsts(parts, parts.ranking, period)
    order: tuple[Order, ...] = ()
    if parts.ranking is not None:
        order = (Order(parts.metrics[0].name, "asc" if parts.ranking.direction == "asc" else "desc"),)
    filters = [*parts.filters, *_named_groups(parts)]
    request = MetricRequest(
        purpose=_purpose(parts),
        metrics=tuple(m.name for m in parts.metrics),
        dimensions=tuple(parts.keys),
        filters=tuple(filters),
        time=period,
        having=tuple(parts.having),
        order_by=order,
        limit=parts.ranking.limit if parts.ranking else None,
    )
    return _with_others(parts, request)


def _firsts(parts: Parts, ranking: Ranking, period: Period | None) -> MetricRequest:
    """The first few of each group, in the order of the groups."""
    thing = next(key for key in parts.groups if key not in ranking.within)
    whole = replace(parts, groups=[*ranking.within, thing], ranking=replace(ranking, within=(), limit=None))
    whole.keys = with_names(parts.sentence, whole.groups, parts.fact)
    within = tuple(with_names(parts.sentence, list(ranking.within), parts.fact))
    request = _request(whole, period)
    order = (*(Order(key) for key in ranking.within), *request.order_by)
    top = Top(ranking.limit or 1, request.metrics[0], thing, others=False, within=within)
    return replace(request, purpose=f"{_purpose(parts)}: the first of each", order_by=order, top=top)


def _with_others(parts: Parts, request: MetricRequest) -> MetricRequest:
    """ "top 5 and the rest": the others are one row, so what they are members of is told by its key alone."""
    if not parts.sentence.take("others"):
        return request
    ranking, things = parts.ranking, [key for key in parts.groups if ":" not in key]
    if ranking is None or ranking.limit is None or ranking.direction != "desc" or len(things) != 1:
        raise Stop(Refuse("All others are put into one row beside the first few: “top 5 … by … and the rest”."))
    top = Top(ranking.limit, request.metrics[0], things[0])
    return replace(request, dimensions=tuple(parts.groups), order_by=(), limit=None, top=top)


def _named_groups(parts: Parts) -> list[Filter]:
    """In a ranking, rows without a name are no candidates: "top 5 makers" does not want the unknown maker."""
    if parts.ranking is None and not parts.having:
        return []
    joined = [key for key in parts.groups if ":" not in key and key.partition(".")[0] != parts.fact]
    codes = {parts.sentence.lexicon.code_of(key) for key in joined}
    return [Filter(path, "not_null") for path in sorted(codes) if path.partition(".")[0] != parts.fact]


def _purpose(parts: Parts) -> str:
    lexicon = parts.sentence.lexicon
    text = " and ".join(m.label if i == 0 else _small(m.label) for i, m in enumerate(parts.metrics))
    labels = [key.partition(":")[2] or _small(lexicon.dimensions[key].label) for key in parts.groups]
    return f"{text} by {' and '.join(labels)}" if labels else text


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


# time


def _period(parts: Parts) -> Period | None:
    """One period; several that do not fit together are refused."""
    if not parts.periods:
        return None
    if len(parts.periods) > 1:
        raise Stop(Refuse("The question names several periods without comparing them. Ask for one, or for a comparison of two."))
    whole = parts.periods[0].whole
    return Period(whole.start, whole.end)


def _pair(parts: Parts, *, comparing: bool) -> tuple[Span, Span] | None:
    """Two periods set side by side, where the question compares or asks for a change."""
    if not comparing or not parts.periods:
        return None
    if len(parts.periods) == 2 and all(len(p.spans) == 1 for p in parts.periods):
        left, right = sorted((p.spans[0] for p in parts.periods), key=lambda s: s.start)
        return left, right
    only = parts.periods[0]
    return (only.spans[0], only.spans[1]) if len(parts.periods) == 1 and only.pair and len(only.spans) == 2 else None


def _two_periods(parts: Parts, before: Span, now: Span, *, kind: ReadingKind, by: tuple[str, ...] = ()) -> Reading:
    """One query over both periods, grouped by the unit they were said in. Where they do not follow one another, what lies between them
    is left out."""
    time = parts.sentence.lexicon.facts.get(parts.fact, {}).get("time")
    if before.unit != now.unit or before.unit not in UNITS or not time:
        raise Stop(Refuse("Only two periods of the same kind can be compared: two days, weeks, months, quarters or years."))
    parts.sentence.take("compare", "comparative", "change")
    if before.end == now.start:
        key, filters = f"{time}:{before.unit}", []
        sides = (before.start.isoformat(), now.start.isoformat())
    else:
        key, sides = _named_months(parts, before, now) or (f"{time}:{before.unit}", (before.start.isoformat(), now.start.isoformat()))
        filters = [Filter(key, "in", sides)]
    parts.filters = [*parts.filters, *filters]
    extra = [k for k in parts.keys if k != key]
    parts.groups = [key, *[g for g in parts.groups if g != key and g != f"{time}:{before.unit}"]]
    parts.keys = [key, *[k for k in extra if k != f"{time}:{before.unit}"]]
    months = before.end != now.start and ":" not in key
    period = Period(date(now.start.year, 1, 1), date(now.start.year + 1, 1, 1)) if months else Period(before.start, now.end)
    comparison = Comparison(key, *sides)
    return Reading(kind, _request(parts, period), comparison, by)


def _named_months(parts: Parts, before: Span, now: Span) -> tuple[str, tuple[str, str]] | None:
    """Two months of one year, by the dimension whose values are called by their names."""
    names = (f"{before.start:%B}", f"{now.start:%B}")
    for dimension in parts.sentence.lexicon.dimensions.values():
        called = {word: value for value, words in dimension.values.items() for word in (value, *words)}
        reached = parts.sentence.lexicon.reaches(parts.fact, dimension.path)
        if before.unit == "month" and before.start.year == now.start.year and reached and set(names) <= set(called):
            return dimension.path, (called[names[0]], called[names[1]])
    return None


# comparison of values


def _two_of_a_kind(parts: Parts) -> None:
    """ "on weekends versus weekdays": one value beside a field that splits the rows. Half of a comparison is no answer."""
    sentence = parts.sentence
    for segment in sentence.operators("compare"):
        left, right = sentence.before(segment), sentence.after(segment)
        if left is None and right is not None:
            left, right = right, _other_side(sentence, right)  # "compare weekdays and weekends"
        if left is None or right is None:
            continue
        one, other = (left, right) if left.of("value") or left.period else (right, left)
        if (one.of("value") or one.period) and not (other.of("value") or other.period) and (other.of("dimension") or other.of("grain")):
            labels = dict.fromkeys(sentence.lexicon.dimensions[m.name].label for m in one.of("value"))
            said = f"“{sentence.text(one)}” and “{sentence.text(other)}” are not two values of one kind. Name both that are to be compared."
            raise Stop(Refuse(said, instead=tuple(f"{parts.metrics[0].label} by {_small(label)}" for label in labels)))


def _other_side(sentence: Sentence, side: Segment) -> Segment | None:
    place = sentence.segments.index(side) + 1
    other = sentence.segments[place] if place < len(sentence.segments) else None
    joint = sentence.between(side, other) if other is not None else frozenset()
    return other if joint and joint <= {"and", "with", "to", "the"} else None


def _sides(parts: Parts) -> Reading:
    """Several values of one field: side by side when they are compared, otherwise it must be asked whether they belong together."""
    sentence, side = parts.sentence, parts.sides[0]
    first, second = parts.sides[0], parts.sides[1]
    against = "or" in sentence.between(first.segment, second.segment) and sentence.has("comparative")
    against = against or _which_of_them(parts)
    if not (sentence.has(*_COMPARING) or against or "than" in sentence.between(first.segment, second.segment)):
        names = [sentence.text(s.segment) for s in parts.sides]
        raise Stop(
            Ask(
                f"{' and '.join(names)}: together or each on its own?",
                (f"by {_label(parts, side.path)}: one figure for each", "together: one figure for all of them"),
            )
        )
    sentence.take(*_COMPARING)
    sentence.use(*(s for s in sentence.operators("over", "under") if any(t.lower == "than" for t in sentence.words(s))))
    parts.groups = [side.path, *parts.groups]
    parts.keys = with_names(sentence, parts.groups, parts.fact)
    alone = len(parts.sides) == 2 and all(len(s.values) == 1 for s in parts.sides)
    comparison = Comparison(side.path, first.values[0], second.values[0]) if alone else None
    return Reading("comparison", _request(parts, _period(parts)), comparison)


def _label(parts: Parts, path: str) -> str:
    return _small(parts.sentence.lexicon.dimensions[path].label)


# why


def _why(parts: Parts) -> Reading:
    """The change is one query over both periods; then the same by each dimension that may explain it."""
    sentence = parts.sentence
    sentence.take("change", "comparative")
    if len(parts.metrics) > 1:
        raise Stop(Refuse("Ask why for one measure at a time."))
    asked = [key for key in parts.groups if ":" not in key]
    parts.groups = [key for key in parts.groups if ":" in key]
    parts.keys = list(parts.groups)
    parts.ranking = None
    weight = sentence.lexicon.metrics.get(parts.metrics[0].weight or "")
    if weight is not None and weight.fact == parts.fact:
        parts.metrics = (*parts.metrics, weight)
    reading = _change(parts)
    taken = {f.field for f in reading.request.filters} | {cast(Comparison, reading.comparison).field}
    reach = list(sentence.lexicon.facts.get(parts.fact, {}).get("datasets", ()))
    usable = [path for path in drivers(sentence.lexicon.dimensions, reach, taken) if not _is_season(parts, path)]
    chosen = tuple(asked or usable[:MOST_DRIVERS])
    return Reading("why", reading.request, reading.comparison, chosen)


def _is_season(parts: Parts, path: str) -> bool:
    values = {v.lower() for v in parts.sentence.lexicon.dimensions[path].values}
    return bool(values & {s.lower() for s in parts.sentence.lexicon.seasons})


def _change(parts: Parts) -> Reading:
    pair = _pair(parts, comparing=True)
    if pair is not None:
        return _two_periods(parts, *pair, kind="why")
    season = next((f for f in parts.filters if f.op == "=" and _is_season(parts, f.field)), None)
    if season is not None:
        return _season_before(parts, season)
    two = next((f for f in parts.filters if f.op == "in" and len(f.values) == 2 and _is_season(parts, f.field)), None)
    if two is not None and "than" in {token.lower for token in parts.sentence.tokens}:
        parts.groups, parts.keys = [two.field], [two.field]
        return Reading("why", _request(parts, _period(parts)), Comparison(two.field, str(two.values[1]), str(two.values[0])))
    if len(parts.periods) == 1 and parts.periods[0].whole.unit in UNITS:
        now = parts.periods[0].whole
        return _two_periods(parts, unit_span(now.start, now.unit, 1), now, kind="why")
    raise Stop(Refuse("To explain a change, say between which two periods: for example “from May to June”."))


def _season_before(parts: Parts, season: Filter) -> Reading:
    dimension = parts.sentence.lexicon.dimensions[season.field]
    order = [v for v in dimension.order if v in dimension.values] or list(dimension.values)
    now = str(season.values[0])
    place = order.index(now)
    if place == 0:
        raise Stop(Refuse(f"The season before {now} lies in the year before. Name two periods to compare."))
    parts.filters = [f for f in parts.filters if f != season] + [Filter(season.field, "in", (order[place - 1], now))]
    parts.groups, parts.keys = [season.field], [season.field]
    return Reading("why", _request(parts, _period(parts)), Comparison(season.field, order[place - 1], now))
