"""Numbers that rows or groups must pass: "more than 10,000 flights", "planes with over 200 seats"."""

from typing import Literal, cast

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.groups import Group
from analytics_agent.semantic.reader.lexicon import Metric
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
        op = cast(Op, next(_OPS[m.name] for m in segment.meanings if m.name in _OPS))
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
