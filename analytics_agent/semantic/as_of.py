"""The day that relative dates count from, where the model takes it from the data: the newest value of a column."""

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic import expressions
from analytics_agent.semantic.compiler import table_of
from analytics_agent.semantic.model import SemanticModel


def as_of_statement(model: SemanticModel, dialect: Dialect) -> str:
    """SELECT MAX(column) for a model whose `as_of` is a column. Raises InvalidSemanticModel where it is not."""
    field = model.field(model.as_of.value) if model.as_of.kind == "column" else None
    dataset = model.dataset(field.dataset) if field else None
    if field is None or dataset is None:
        raise InvalidSemanticModel([f"`as_of` names {model.as_of.value!r}, which is no field of the model."])
    newest = exp.Max(this=expressions.field_sql(model, field.path, dialect))
    return exp.select(exp.alias_(newest, "newest")).from_(table_of(dataset)).sql(dialect=dialect)
