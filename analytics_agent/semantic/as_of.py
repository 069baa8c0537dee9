"""What days the data reaches: the newest value of a column, from which relative dates may count, and the oldest beside it."""

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.compiler.compile import table_of
from analytics_agent.semantic.model import Field, SemanticModel
from analytics_agent.sql.as_written import sqlglot_dialect


def as_of_statement(model: SemanticModel, dialect: Dialect) -> str:
    """SELECT MAX(column) for a model whose `as_of` is a column. Raises InvalidSemanticModel where it is not."""
    field = model.field(model.as_of.value) if model.as_of.kind == "column" else None
    dataset = model.dataset(field.dataset) if field else None
    if field is None or dataset is None:
        raise InvalidSemanticModel([f"`as_of` names {model.as_of.value!r}, which is no field of the model."])
    newest = exp.Max(this=expressions.field_sql(model, field.path, dialect))
    return exp.select(exp.alias_(newest, "newest")).from_(table_of(dataset)).sql(dialect=sqlglot_dialect(dialect))


def ends_of(model: SemanticModel, field: Field, dialect: Dialect) -> str | None:
    """SELECT MIN(field), MAX(field); None for a field whose dataset is not there."""
    dataset = model.dataset(field.dataset)
    if dataset is None:
        return None
    value = expressions.field_sql(model, field.path, dialect)
    ends = (exp.alias_(exp.Min(this=value), "first_day"), exp.alias_(exp.Max(this=value.copy()), "last_day"))
    return exp.select(*ends).from_(table_of(dataset)).sql(dialect=sqlglot_dialect(dialect))
