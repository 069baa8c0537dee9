"""Trees of which staged statements are made: rows laid side by side, quotients, orders."""

from collections.abc import Sequence

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.semantic.compiler.expressions import identifier
from analytics_agent.semantic.compiler.facts import grouped


def column(name: str, table: str = "") -> exp.Column:
    return exp.column(identifier(name), table=table or None)


def divided(above: exp.Expr, below: exp.Expr) -> exp.Expr:
    """Of real numbers; by zero there is no value."""
    zero = exp.Literal.number(0)
    return exp.Div(
        this=exp.cast(above.copy(), "double"), expression=exp.Nullif(this=below.copy(), expression=zero), typed=False, safe=False
    )


def padded(name: str, dimensions: Sequence[str], own: Sequence[str], everything: Sequence[str]) -> exp.Select:
    columns = [column(each) if each in own else exp.alias_(exp.Null(), identifier(each)) for each in everything]
    return exp.select(*map(column, dimensions), *columns).from_(name)


def fold(arms: Sequence[exp.Select], dimensions: Sequence[str], columns: Sequence[str], dialect: Dialect) -> exp.Select:
    values = [exp.alias_(exp.Max(this=column(name)), identifier(name)) for name in columns]
    select = exp.select(*map(column, dimensions), *values).from_(exp.union(*arms, distinct=False).subquery("stacked"))
    return grouped(select, len(dimensions), dialect) if dimensions else select


def by_order(tree: exp.Expr, direction: str) -> exp.Ordered:
    return exp.Ordered(this=tree.copy(), desc=direction == "desc", nulls_first=False)
