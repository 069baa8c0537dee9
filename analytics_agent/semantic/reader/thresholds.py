"""Numbers that rows or groups must pass: "more than 10,000 flights", "planes with over 200 seats", "between 5 and 10", "$50 or more"."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.groups import Group
from analytics_agent.semantic.reader.lexicon import Metric
from analytics_agent.semantic.reader.operators import UNITS, in_unit
from analytics_agent.semantic.reader.reading import Refuse, Stop
from analytics_agent.semantic.reader.sentence import GROUPING, Sentence
from analytics_agent.semantic.reader.words import closed, stems
from analytics_agent.semantic.request import Filter, Having

Op = Literal["=", "<", "<=", ">", ">="]
TIMES, TIMES_UNIT = closed("times time"), "times"
""" "more than three times": how often something was done."""
_BEFORE: dict[str, Op] = {"over": ">", "under": "<", "at_least": ">=", "at_most": "<=", "exactly": "="}
_AFTER: dict[str, Op] = {"or_more": ">=", "or_less": "<="}


@dataclass(frozen=True)
class Limit:
    """One number with its comparison. `first` and `last` are the segments it takes, `unit` the word for its unit, at token `at`."""

    op: Op
    value: float
    first: Segment
    last: Segment
    taken: tuple[Segment, ...]
    unit: str = ""
    at: int = -1
    percent: bool = False
    low: float | None = None
    """The other end of "between 5 and 10", of which `value` is the upper one."""

    @property
    def ends(self) -> tuple[tuple[Op, float], ...]:
        return ((self.op, self.value),) if self.low is None else ((">=", self.low), ("<=", self.value))


def thresholds(sentence: Sentence, metrics: tuple[Metric, ...], found: tuple[Group, ...], fact: str) -> tuple[list[Having], list[Filter]]:
    """Conditions on a metric need groups to hold for; conditions on a numeric dimension hold for rows."""
    having: list[Having] = []
    rows: list[Filter] = []
    for limit in limits(sentence):
        metric, field = _metric(sentence, metrics, limit), _field(sentence, limit, fact)
        if field is not None and metric is None:
            path, segment = field
            rows += [Filter(path, op, (whole(value * _in_field(sentence, path, limit)),)) for op, value in limit.ends]
            sentence.use(segment)
        elif metric is not None:
            _needs_groups(sentence, found, limit)
            having += [Having(metric.name, op, _scaled(metric, limit, value)) for op, value in limit.ends]
        else:
            continue
        sentence.use(*limit.taken)
        if limit.at >= 0:
            sentence.unknown.discard(limit.at)
    return having, rows


# numbers with a comparison


def limits(sentence: Sentence) -> Iterator[Limit]:
    for segment in list(sentence.free()):
        if segment.is_operator("within"):
            if (between := _between(sentence, segment)) is not None:
                yield between
        elif (op := _named(segment, _BEFORE)) and (number := _number(sentence.after(segment))) is not None:
            yield _limit(sentence, op, segment, number)
        elif segment.number is not None and (limit := _after(sentence, segment)):
            yield limit


def _after(sentence: Sentence, number: Segment) -> Limit | None:
    """ "5 or more", "100 euros or more"."""
    place = sentence.segments.index(number)
    for right in sentence.segments[place + 1 : place + 3]:
        between = sentence.tokens[number.last + 1 : right.first]
        if (op := _named(right, _AFTER)) and all(t.lower in UNITS for t in between):
            unit = number.last + 1 if between else -1
            return Limit(op, number.number or 0.0, number, right, (number, right), between[0].lower if between else "", unit)
    return None


def _between(sentence: Sentence, segment: Segment) -> Limit | None:
    """between 5 and 10: both ends count."""
    low = _number(sentence.after(segment))
    place = sentence.segments.index(low) + 1 if low else len(sentence.segments)
    high = sentence.segments[place] if place < len(sentence.segments) else None
    if low is None or high is None or high.number is None or sentence.between(low, high) - UNITS != {"and"}:
        return None
    if (low.number or 0) < 1000 <= high.number and sentence.tokens[high.first].surface[-1:].isalpha() and low.first == low.last:
        raise Stop(Refuse(f"“{sentence.text(low)} and {sentence.text(high)}”: write both numbers in full."))  # "1 and 2 million"
    whole = _limit(sentence, "<=", segment, high)
    return replace(whole, taken=(segment, low, *whole.taken), low=low.number)


def _limit(sentence: Sentence, op: Op, segment: Segment, number: Segment) -> Limit:
    at = number.last + 1
    word = sentence.tokens[at].lower if at < len(sentence.tokens) else ""
    follows = sentence.after(number)
    if follows is not None and follows.is_operator("share") and word in ("percent", "percentage"):
        return Limit(op, number.number or 0.0, segment, follows, (segment, number, follows), percent=True)
    if word in TIMES:
        return Limit(op, number.number or 0.0, segment, number, (segment, number), TIMES_UNIT, at)
    if word not in UNITS:
        return Limit(op, number.number or 0.0, segment, number, (segment, number))
    unit = next((s for s in sentence.segments if s.first == at == s.last), None)
    if unit is not None and not unit.of("grain"):
        return Limit(op, number.number or 0.0, segment, number, (segment, number), word)
    taken = (segment, number, *([unit] if unit else []))
    return Limit(op, number.number or 0.0, segment, unit or number, taken, word, at)


def _named(segment: Segment, ops: dict[str, Op]) -> Op | None:
    return next((ops[m.name] for m in segment.meanings if m.kind == "operator" and m.name in ops), None)


def _number(segment: Segment | None) -> Segment | None:
    return segment if segment is not None and segment.number is not None else None


# what they are of


def _metric(sentence: Sentence, metrics: tuple[Metric, ...], limit: Limit) -> Metric | None:
    """The metric right before ("a cancellation rate over 5 %") or right after ("more than 100 orders"), or whose unit was said."""
    if limit.unit == TIMES_UNIT:
        return metrics[0] if len(metrics) == 1 and metrics[0].is_count else None
    after, before = _counted_after(sentence, limit), sentence.before(limit.first)
    for beside in (after, before):
        names = {m.name for m in beside.of("metric")} if beside is not None else set()
        if beside is not None and (metric := next((m for m in metrics if m.name in names), None)) is not None:
            _of_groups(sentence, beside, metric, limit)
            return metric
        if beside is not None and names and beside is after:
            return metrics[0] if _is_part_of(sentence, beside, metrics) else None
    if len(metrics) != 1 or (after is not None and (after.of("dimension") or after.of("value"))):
        return None
    only = metrics[0]
    fits = only.is_share if limit.percent else bool(limit.unit) and in_unit(limit.unit, only.unit or "") is not None
    if fits:
        _of_groups(sentence, limit.first, only, limit)
    return only if fits else None


def _counted_after(sentence: Sentence, limit: Limit) -> Segment | None:
    """What so many are of: "more than 100 flights". "Patients over 60 were admitted" says no number of admissions."""
    after = sentence.after(limit.last)
    return None if after is not None and sentence.between(limit.last, after) & _VERBS else after


_VERBS = closed("was were is are be been did do does has have had")


def _of_groups(sentence: Sentence, segment: Segment, metric: Metric, limit: Limit) -> None:
    """ "flights with a delay over an hour" are single flights: the limit is not one of their mean, nor of what they add up to."""
    base = sentence.lexicon.base(metric.fact)
    if base is None or metric.is_count or not limit.unit or set(sentence.content(segment)) & AGGREGATED:
        return
    place, noun = sentence.segments.index(segment), set(stems(base.label))
    before = sentence.segments[place - 1] if place else None
    parts = noun < sentence.content(segment) and sentence.tokens[segment.first].lower.endswith("s")
    own = before is not None and noun == set(sentence.content(before)) and sentence.plural(before)
    if parts or (before is not None and own and sentence.between(before, segment) & _WITH):
        raise Stop(Refuse(f"A limit of single {base.label.lower()} needs a field of theirs, which {metric.label.lower()} is not."))


AGGREGATED = frozenset(stems("average mean median total sum rate share"))
_WITH = closed("with having had have has that whose which who were was")


def _is_part_of(sentence: Sentence, segment: Segment, metrics: tuple[Metric, ...]) -> bool:
    """ "placed more than two orders": what is placed and the orders are one measure together."""
    return len(metrics) == 1 and metrics[0].is_count and sentence.content(segment) < metrics[0].bag


def _needs_groups(sentence: Sentence, found: tuple[Group, ...], limit: Limit) -> None:
    if not found:
        said = sentence.text(sentence.after(limit.last) or limit.first)
        raise Stop(Refuse(f"“{said}” with a threshold needs groups that can pass it, such as “which month …”."))


def _scaled(metric: Metric, limit: Limit, value: float) -> float:
    """The number in the metric's own unit; percent are fractions in the data. A unit that does not fit is refused."""
    if limit.percent != metric.is_share and (limit.percent or value > 1):
        raise Stop(Refuse(f"{metric.label} is {'a share: compare it with a percentage' if metric.is_share else 'no percentage'}."))
    if limit.percent:
        return value / 100
    return value * _factor(limit, metric.unit or "", metric.label)


def _factor(limit: Limit, unit: str, label: str) -> float:
    factor = in_unit(limit.unit, unit) if limit.unit and limit.unit != TIMES_UNIT else 1.0
    if factor is None and limit.at >= 0:
        measured = f"measured in {unit}" if unit else "a bare number"
        raise Stop(Refuse(f"{label} is {measured}, so it cannot be compared with {limit.value:g} {limit.unit}."))
    return factor or 1.0


def _in_field(sentence: Sentence, path: str, limit: Limit) -> float:
    dimension = sentence.lexicon.dimensions[path]
    if limit.percent:
        raise Stop(Refuse(f"{dimension.label} is no percentage."))
    return _factor(limit, dimension.unit or "", dimension.label)


def _field(sentence: Sentence, limit: Limit, fact: str) -> tuple[str, Segment] | None:
    """A numeric field that is named right after the number, or right before the comparison."""
    for segment in (sentence.after(limit.last), sentence.before(limit.first)):
        if segment is None or sentence.used(segment) or sentence.cue(segment) in GROUPING:
            continue
        fits = [m.name for m in segment.of("dimension") if sentence.lexicon.dimensions[m.name].numeric]
        fits = [path for path in fits if sentence.lexicon.reaches(fact, path)]
        if len(fits) == 1:
            return fits[0], segment
    return None


def whole(number: float) -> int | float:
    return int(number) if number == int(number) else number
