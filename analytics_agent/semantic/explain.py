"""What a request means, for people: labels and units of its columns, and sentences on how it was read."""

from datetime import date, timedelta

from analytics_agent.domain.catalog import ColumnType
from analytics_agent.domain.evidence import ResultColumn, ValueFormat
from analytics_agent.domain.period import day_called
from analytics_agent.semantic.model import Metric, SemanticModel
from analytics_agent.semantic.request import Filter
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


def caveats(resolved: Resolved) -> tuple[str, ...]:
    """What the metrics leave out, each sentence once."""
    left_out = [
        f"Rows without a value of {f.field} are left out by the filter." for f in resolved.request.filters if f.op in ("!=", "not_in")
    ]
    return tuple(dict.fromkeys([*(text for metric in resolved.metrics for text in metric.caveats), *left_out]))


def readings(model: SemanticModel, resolved: Resolved) -> tuple[str, ...]:
    """How the request was understood: definitions, period, conditions."""
    request = resolved.request
    definitions = [f"{metric.label}: {metric.description}" for metric in resolved.metrics if metric.description]
    period = [f"Period: {_span(request.time.start, request.time.end)}."] if request.time else []
    conditions = [_condition(model, item) for item in request.filters]
    thresholds = [f"Only where {_metric_label(model, h.metric)} {OPERATORS[h.op]} {h.value:g}." for h in request.having]
    return tuple(dict.fromkeys([*definitions, *period, *conditions, *thresholds]))


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
