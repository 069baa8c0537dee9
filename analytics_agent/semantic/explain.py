"""What a request means, for people: labels and units of its columns, and sentences on how it was read."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from analytics_agent.domain.catalog import ColumnType
from analytics_agent.domain.evidence import ResultColumn, ValueFormat
from analytics_agent.domain.period import day_called
from analytics_agent.semantic.model import Cumulative, Metric, SemanticModel
from analytics_agent.semantic.request import Compared, Filter
from analytics_agent.semantic.resolve import Dimension, Resolved, find_field

OPERATORS = {
    "=": "is",
    "!=": "is not",
    "<": "is below",
    "<=": "is at most",
    ">": "is above",
    ">=": "is at least",
    "in": "is one of",
    "not_in": "is none of",
    "between": "is from",
    "contains": "contains",
    "is_null": "is empty",
    "not_null": "is known",
}
_FORMATS: dict[ColumnType, ValueFormat] = {"text": "text", "boolean": "text", "date": "date", "timestamp": "timestamp", "time": "text"}


def dimension_column(dimension: Dimension, kind: ColumnType) -> ResultColumn:
    if dimension.grain:
        kind = "timestamp" if dimension.grain == "hour" else "date"
    field = dimension.field
    label = f"{field.label} ({dimension.grain})" if dimension.grain else field.label
    return ResultColumn(
        name=dimension.name,
        type=kind,
        label=label,
        unit=field.unit,
        format=_FORMATS.get(kind, field.format or ("text" if kind == "other" else "number")),
        decimals=field.decimals,
        dimension=dimension.key,
        higher_is=field.higher_is,
    )


def metric_column(metric: Metric, kind: ColumnType) -> ResultColumn:
    return ResultColumn(
        name=metric.name,
        type="number" if kind == "other" else kind,
        label=metric.label,
        unit=metric.unit,
        format=metric.format,
        decimals=metric.decimals,
        metric=metric.name,
        higher_is=metric.higher_is,
        additive=metric.additivity == "additive",
    )


def compared_column(of: ResultColumn, kind: str, name: str, compared: Compared) -> ResultColumn:
    """The column of an earlier period, of the change since then, or of the change as a share of what was."""
    earlier = "previous period" if compared == "previous_period" else "a year before"
    if kind == "previous":
        return replace(of, name=name, label=f"{of.label} ({earlier})", metric=None)
    if kind == "change":
        return replace(of, name=name, label=f"{of.label}: change", metric=None)
    label = f"{of.label}: change in percent"
    return replace(of, name=name, type="number", label=label, unit=None, format="percent", decimals=None, metric=None, additive=False)


def share_column(of: ResultColumn, name: str, within: Sequence[str]) -> ResultColumn:
    label = f"{of.label}: share of " + (f"its {', '.join(within)}" if within else "all")
    return ResultColumn(name=name, type="number", label=label, format="percent", additive=not within)


def caveats(resolved: Resolved) -> tuple[str, ...]:
    """What the metrics leave out, each sentence once."""
    left_out = [
        f"Rows without a value of {f.field} are left out by the filter." for f in resolved.request.filters if f.op in ("!=", "not_in")
    ]
    metrics = (*resolved.metrics, *resolved.leaves)
    return tuple(dict.fromkeys([*(text for metric in metrics for text in metric.caveats), *left_out]))


def readings(model: SemanticModel, resolved: Resolved) -> tuple[str, ...]:
    """How the request was understood: definitions, period, conditions."""
    request = resolved.request
    definitions = [f"{metric.label}: {metric.description}" for metric in resolved.metrics if metric.description]
    period = [f"Period: {_span(request.time.start, request.time.end)}."] if request.time else []
    conditions = [_condition(model, item) for item in request.filters]
    thresholds = [f"Only where {_metric_label(model, h.metric)} {OPERATORS[h.op]} {h.value:g}." for h in request.having]
    return tuple(dict.fromkeys([*definitions, *period, *conditions, *thresholds, *_staged(model, resolved)]))


def _staged(model: SemanticModel, resolved: Resolved) -> Iterator[str]:
    """How compared, cut and filled rows were read, and what is told of balances and running totals."""
    request = resolved.request
    for leaf in resolved.leaves:
        if leaf.balance:
            yield f"{leaf.label}: of each {', '.join(leaf.balance.keys)} the {leaf.balance.pick} state in the period."
        if leaf.cumulative:
            yield f"{leaf.label}: {_window(leaf.cumulative)}."
    if request.compare:
        yield "Compared with the same a year before." if request.compare == "previous_year" else "Compared with the period before."
    if request.top:
        rest = ", all others in one row" if request.top.others else " only"
        yield f"The top {request.top.count} by {_metric_label(model, request.top.by or request.metrics[0])}{rest}."
    if request.fill:
        yield "Periods without rows are shown: as 0 for counts and sums, as unknown for everything else."


def _window(cumulative: Cumulative) -> str:
    if cumulative.unit is None:
        return "added up from the beginning of the data to the end of each period"
    if not cumulative.count:
        return f"added up from the beginning of the {cumulative.unit} to the end of each period"
    return f"added up over the {cumulative.count} {cumulative.unit}{'s' if cumulative.count > 1 else ''} to the end of each period"


def _condition(model: SemanticModel, item: Filter) -> str:
    field = find_field(model, item.field.partition(":")[0])
    joiner = " to " if item.op == "between" else ", "
    values = joiner.join(str(value) for value in item.values)
    return f"Only where {field.label[:1].lower()}{field.label[1:]} {OPERATORS[item.op]} {values}".strip() + "."


def _metric_label(model: SemanticModel, name: str) -> str:
    metric = model.metric(name)
    return metric.label[:1].lower() + metric.label[1:] if metric else name


def _span(start: date, end: date) -> str:
    """The period in words; `end` is exclusive, people count the last day in."""
    last = end - timedelta(days=1)
    if start == last:
        return day_called(start)
    return f"{day_called(start)} to {day_called(last)}"
