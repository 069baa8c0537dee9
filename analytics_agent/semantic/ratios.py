"""A ratio that no metric defines: one metric over another, each of its own rows, each by its own filters.

It becomes three metrics of the model for this one request, the two figures and their ratio, and is compiled as a defined ratio is.
"""

from dataclasses import replace

from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.model import Expression, Metric, MetricFilter, SemanticModel
from analytics_agent.semantic.request import Filter, MetricRequest

MOST_VALUES = 3
_WORDS = {
    "=": "is", "!=": "is not", "in": "is", "not_in": "is not", "<": "is below", "<=": "is at most", ">": "is above", ">=": "is at least",
    "between": "is between", "is_null": "is missing", "not_null": "is known",
}  # fmt: skip


def with_ratio(model: SemanticModel, request: MetricRequest) -> tuple[SemanticModel, MetricRequest]:
    """The same where no ratio is asked for. Raises ToolRefused for what divides nothing, and for ratios of ratios."""
    if request.ratio_to is None:
        if any(f.of for f in request.filters):
            raise ToolRefused("A filter with `of` is of one of the two figures of a ratio: say `ratio_to` too.")
        return model, request
    upper, lower = _metric(model, request), model.metric(request.ratio_to)
    if upper is None or lower is None:
        return model, replace(request, metrics=(*request.metrics, request.ratio_to))  # whose names are refused with the nearest
    name = _free(model, f"{upper.name}_to_{lower.name}")
    figures = (_figure(upper, request, "numerator", f"{name}_numerator"), _figure(lower, request, "denominator", f"{name}_denominator"))
    ratio = _ratio(model, name, (upper, lower), figures, request)
    added = tuple(each for each in (*figures, ratio) if model.metric(each.name) is None)
    filters = tuple(f for f in request.filters if f.of is None)
    return replace(model, metrics=(*model.metrics, *added)), replace(request, metrics=(name,), filters=filters, ratio_to=None)


def _metric(model: SemanticModel, request: MetricRequest) -> Metric | None:
    if len(request.metrics) != 1:
        raise ToolRefused("`ratio_to` divides one metric by another: give one in `metrics`, and the others in requests of their own.")
    return model.metric(request.metrics[0])


def _figure(metric: Metric, request: MetricRequest, side: str, name: str) -> Metric:
    """The metric by the filters of its side; without any, itself."""
    own = [f for f in request.filters if f.of == side]
    if metric.ratio or (own and metric.cumulative):
        raise ToolRefused(f"{metric.name} is made of other metrics, so it is no part of a ratio by filters. Ask for it alone.")
    if not own:
        return metric
    return replace(metric, name=name, filters=(*metric.filters, *(_defined(f) for f in own)))


def _defined(item: Filter) -> MetricFilter:
    return MetricFilter(item.field, item.op, item.values)


def _ratio(model: SemanticModel, name: str, of: tuple[Metric, Metric], figures: tuple[Metric, Metric], request: MetricRequest) -> Metric:
    said = [_said(model, metric, request, side) for metric, side in zip(of, ("numerator", "denominator"), strict=True)]
    return Metric(name, Expression({}), f"Ratio of {' to '.join(said)}", of[0].dataset, ratio=(figures[0].name, figures[1].name))


def _said(model: SemanticModel, metric: Metric, request: MetricRequest, side: str) -> str:
    """ "orders where channel is phone"."""
    conditions = [_condition(model, f) for f in request.filters if f.of == side]
    return f"{_small(metric.label)} where {' and '.join(conditions)}" if conditions else _small(metric.label)


def _condition(model: SemanticModel, item: Filter) -> str:
    field = model.field(item.field.partition(":")[0])
    values = (" and " if item.op == "between" else ", ").join(map(str, item.values[:MOST_VALUES]))
    more = " and others" if len(item.values) > MOST_VALUES else ""
    return f"{_small(field.label) if field else item.field} {_WORDS.get(item.op, item.op)} {values}{more}".strip()


def _free(model: SemanticModel, name: str) -> str:
    return next(each for each in (name, *(f"{name}_{number}" for number in range(2, 100))) if model.metric(each) is None)


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
