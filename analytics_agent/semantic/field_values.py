"""Where the values of a field can be looked up: in the table's own column, or, where the field is computed, by a governed query."""

from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.compiler.types import is_query
from analytics_agent.semantic.model import Field, Metric, SemanticModel
from analytics_agent.semantic.request import Filter, MetricRequest, Order


def stored_column(model: SemanticModel, path: str) -> str | None:
    """The table's column behind a field, as "schema.table.column"; None where the field is computed, or there is none, or a query
    gives the dataset its rows."""
    field = model.field(path)
    dataset = model.dataset(field.dataset) if field else None
    if field is None or dataset is None or is_query(dataset.source):
        return None
    text = next(iter(field.expression.texts.values()), "")
    return f"{dataset.source}.{text}" if text.isidentifier() else None


def values_request(model: SemanticModel, path: str, *, like: str | None, limit: int) -> MetricRequest | None:
    """A request for the values of a field with how often each occurs, most frequent first; None where nothing counts its rows."""
    field = model.field(path)
    metric = _count(model, field) if field else None
    if metric is None:
        return None
    filters = (Filter(path, "contains", (like,)),) if like else ()
    return MetricRequest(f"Values of {path}", (metric.name,), (path,), filters=filters, order_by=(Order(metric.name, "desc"),), limit=limit)


def _count(model: SemanticModel, field: Field) -> Metric | None:
    """An additive metric that can be split by the field, of the field's own dataset if there is one."""
    able = [m for m in model.metrics if m.additivity == "additive" and not m.filters and _reaches(model, m, field)]
    return min(able, key=lambda m: m.dataset != field.dataset, default=None)


def _reaches(model: SemanticModel, metric: Metric, field: Field) -> bool:
    """What is split by weight is not counted in whole rows."""
    reach = paths(model, metric.dataset)
    return field.dataset in reach.splits() and not (field.dataset in reach.over and reach.over[field.dataset].weight)
