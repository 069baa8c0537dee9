"""Numbers that rows or groups must pass: "more than 10,000 flights", "planes with over 200 seats"."""

from typing import Literal, cast

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.groups import Group
from analytics_agent.semantic.reader.lexicon import UNIT_WORDS, Metric
from analytics_agent.semantic.reader.reading import Refuse, Stop
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.request import Filter, Having

_OPS = {"over": ">", "under": "<", "at_least": ">=", "at_most": "<="}
Op = Literal["<", "<=", ">", ">="]


def thresholds(sentence: Sentence, metrics: tuple[Metric, ...], found: tuple[Group, ...], fact: str) -> tuple[list[Having], list[Filter]]:
    """Conditions on a metric need groups to hold for; conditions on a numeric dimension hold for rows."""
    having: list[Having] = []
    rows: list[Filter] = []
    for segment in sentence.operators(*_OPS):
        number = sentence.after(segment)
        if number is None or number.number is None:
            continue
        if (metric := _after_metric(sentence, metrics, segment)) is not None and found:
            having.append(Having(metric.name, _op(segment), _scaled(sentence, metric, number)))
            sentence.use(segment, number)
            continue
        op = _op(segment)
        what = sentence.after(number)
        dimension = _numeric(sentence, what, fact)
        if what is not None and what.of("metric") and dimension is None:
            having.append(_having(sentence, metrics, found, what, op, number.number))
        elif dimension is not None:
            rows.append(Filter(dimension, op, (_whole(number.number),)))
            sentence.use(cast(Segment, what))
        else:
            continue
        sentence.use(segment, number)
    return having, rows


def _op(segment: Segment) -> Op:
    return cast(Op, next(_OPS[m.name] for m in segment.meanings if m.name in _OPS))


def _after_metric(sentence: Sentence, metrics: tuple[Metric, ...], segment: Segment) -> Metric | None:
    """ "a cancellation rate over 5 %": the metric stands right before the comparison."""
    left = sentence.before(segment)
    named = {m.name for m in left.of("metric")} if left is not None else set()
    return next((m for m in metrics if m.name in named), None)


def _scaled(sentence: Sentence, metric: Metric, number: Segment) -> float:
    """The number in the metric's own unit; percent are fractions in the data. A unit that does not fit is refused."""
    value, at = cast(float, number.number), number.last + 1
    word = sentence.tokens[at].lower if at < len(sentence.tokens) else ""
    follows = sentence.after(number)
    percent = follows is not None and follows.is_operator("share")
    if percent != metric.is_share and (percent or value > 1):
        raise Stop(Refuse(f"{metric.label} is {'a share: compare it with a percentage' if metric.is_share else 'no percentage'}."))
    if percent:
        sentence.use(cast(Segment, follows))
    elif word in UNIT_WORDS.get(metric.unit or "", "").split():
        sentence.unknown.discard(at)
    return value / 100 if percent else value


def _having(sentence: Sentence, metrics: tuple[Metric, ...], found: tuple[Group, ...], what: Segment, op: Op, number: float) -> Having:
    name = next((m.name for m in metrics if any(x.name == m.name for x in what.of("metric"))), None)
    if not found or name is None:
        raise Stop(Refuse(f"“{sentence.text(what)}” with a threshold needs groups that can pass it, such as “which month …”."))
    return Having(name, op, number)


def _numeric(sentence: Sentence, what: Segment | None, fact: str) -> str | None:
    if what is None or sentence.used(what):
        return None
    fits = [m.name for m in what.of("dimension") if sentence.lexicon.dimensions[m.name].numeric and sentence.lexicon.reaches(fact, m.name)]
    return fits[0] if len(fits) == 1 else None


def _whole(number: float) -> int | float:
    return int(number) if number == int(number) else number
