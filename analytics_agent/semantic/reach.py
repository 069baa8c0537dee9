"""Whether the data reaches over the period that a request asks for: the statement that finds its first and its last day, and what is said.

Half a year looks like a bad year, and growth over it like a good one. What lacks a day or two lacks nothing: on holidays nothing happens.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.domain.period import Span, day_called
from analytics_agent.semantic.as_of import ends_of
from analytics_agent.semantic.compiler import time
from analytics_agent.semantic.compiler.compile import compile
from analytics_agent.semantic.compiler.expressions import column
from analytics_agent.semantic.compiler.periods import earlier_span
from analytics_agent.semantic.model import ANSI, Expression, Field, Metric, SemanticModel
from analytics_agent.semantic.request import Grain, MetricRequest

_DAY = timedelta(days=1)
_ENDS = ("first_day", "last_day")
_DOES, _HAS_ENDED, _BEGINS = " after the period does.", " after the period has ended.", " before the period begins."
_STOPS, _COMPARED = " before the period does.", " after the period that it is compared with does."


@dataclass(frozen=True)
class Dated:
    """The rows of a fact by one of its times, and the metrics that are made of them."""

    fact: str
    time: Field
    labels: tuple[str, ...]


def dated(model: SemanticModel, request: MetricRequest) -> tuple[Dated, ...]:
    """By which times of which facts a request is dated, where it has a period or an axis."""
    if request.time is None and _axis(request) is None:
        return ()
    found: dict[tuple[str, str], Dated] = {}
    for metric in (each for name in request.figures if (each := model.metric(name))):
        for leaf in _leaves(model, metric):
            named = request.time.field if request.time else None
            field = model.field(named) if named else model.time_of(leaf)
            if field is not None:
                before = found.get((leaf.dataset, field.path), Dated(leaf.dataset, field, ()))
                found[leaf.dataset, field.path] = replace(before, labels=tuple(dict.fromkeys((*before.labels, metric.label))))
    return tuple(found.values())


def _leaves(model: SemanticModel, metric: Metric) -> Iterator[Metric]:
    """The metrics that it is made of in the end."""
    if not metric.stands_on:
        yield metric
    for part in (model.metric(name) for name in metric.stands_on):
        yield from _leaves(model, part) if part else ()


def reach_statement(model: SemanticModel, rows: Dated, dialect: Dialect, catalog: Catalog) -> str | None:
    """SELECT the first and the last value of the time. Of another table's time those that the fact has count."""
    if rows.time.dataset == rows.fact:
        return ends_of(model, rows.time, dialect)
    path = column(rows.time.dataset, rows.time.name).sql()
    ends = [Metric(name, Expression({ANSI: f"{how}({path})"}), name, rows.fact) for name, how in zip(_ENDS, ("MIN", "MAX"), strict=True)]
    return compile(replace(model, metrics=tuple(ends)), MetricRequest("", _ENDS), dialect=dialect, catalog=catalog).sql


def span_of(values: Sequence[object], timezone: str | None) -> Span | None:
    """Of the first and the last value, whole days; None where they are no times."""
    days = [day_of(value, timezone) for value in values]
    if len(days) != 2 or days[0] is None or days[1] is None:
        return None
    return Span(days[0], days[1] + _DAY)


def day_of(value: object, timezone: str | None) -> date | None:
    """The day of a value that a database gave, None of what is no time."""
    if isinstance(value, str):  # SQLite keeps times as text
        try:
            return datetime.fromisoformat(value).date()
        except ValueError:
            return None
    if isinstance(value, datetime):
        return (value.astimezone(ZoneInfo(timezone)) if timezone and value.tzinfo else value).date()
    return value if isinstance(value, date) else None


def said(request: MetricRequest, held: Span, fiscal_start: int = 1, whose: str = "The data", *, with_day: bool = True) -> tuple[str, ...]:
    """Sentences on what the data does not reach of what was asked. Without `with_day` no day of it is told."""
    begins = f"{whose} begins{f' on {day_called(held.start)},' if with_day else ''}"
    ends = f"{whose} ends{f' on {day_called(held.last)},' if with_day else ''}"
    grain = _axis(request)
    if request.time is None:
        unit = _unit_of(held.start, grain, fiscal_start)
        is_cut = unit is not None and not _is_bound(request) and lacks(held.start - unit.start, unit)
        return (f"{begins.rstrip(',')}: the first {_called(grain)} may not be whole.",) if is_cut else ()
    period = Span(request.time.start, request.time.end)
    if held.start >= period.end:
        return (begins + _HAS_ENDED,)
    if held.end <= period.start:
        return (ends + _BEGINS,)
    return (*_late(request, period, held, begins), *_short(period, held, ends, _unit_of(period.end - _DAY, grain, fiscal_start)))


def _late(request: MetricRequest, period: Span, held: Span, begins: str) -> tuple[str, ...]:
    grain = _axis(request)
    earlier = earlier_span(period, request.compare, grain) if request.compare else None
    if earlier and lacks(held.start - earlier.start, earlier):
        return (begins + _COMPARED,)
    return (begins + _DOES,) if lacks(held.start - period.start, _unit_of(period.start, grain, 1) or period) else ()


def _short(period: Span, held: Span, ends: str, unit: Span | None) -> tuple[str, ...]:
    return (ends + _STOPS,) if lacks(period.end - held.end, unit or period) else ()


def _unit_of(day: date, grain: Grain | None, fiscal_start: int) -> Span | None:
    """The period of the axis that holds a day."""
    if grain is None or grain == "hour":
        return None
    first = time.first_day(day, grain, fiscal_start)
    return Span(first, time.step(first, grain, 1))


def _is_bound(request: MetricRequest) -> bool:
    """Where a condition chooses the first period that is shown, it may be another one than the data's first."""
    axis = next((key.partition(":")[0] for key in request.dimensions if ":" in key), "")
    return any(f.field.partition(":")[0] == axis and f.op in ("=", "in", ">", ">=", "between") for f in request.filters)


def is_outside(text: str) -> bool:
    """Said of a period of which the data holds no day."""
    return text.endswith((_HAS_ENDED, _BEGINS))


def begins_late(text: str) -> bool:
    """Said of a period, or of what it is compared with, that begins before the data does."""
    return text.endswith((_DOES, _COMPARED))


def is_not_over(text: str) -> bool:
    """Said of a period that goes on after the data."""
    return text.endswith(_STOPS)


def lacks(gap: timedelta, of: Span) -> bool:
    """A week, or a tenth of a short period."""
    return gap.days >= max(1, min(7, -(-of.days // 10)))


def _axis(request: MetricRequest) -> Grain | None:
    return cast(Grain | None, next((key.partition(":")[2] for key in request.dimensions if ":" in key), None))


def _called(grain: Grain | None) -> str:
    return (grain or "period").replace("_", " ")
