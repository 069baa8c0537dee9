"""Expressions of dbt's metrics as trees: aggregates by their names, under conditions, and put together from metrics."""

from collections.abc import Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from analytics_agent.semantic.exchange.dbt_filters import NotCarried


def tree_of(text: str) -> exp.Expr:
    """An expression as it stands in a file. Raises NotCarried, also for Jinja, which reads as SQL of another meaning."""
    if "{{" in text or "{%" in text or "{#" in text:
        raise NotCarried(f"its expression {text[:80]!r} holds Jinja, whose value only dbt knows")
    try:
        trees = sqlglot.parse(text)
    except (SqlglotError, RecursionError) as error:
        raise NotCarried(f"its expression {text[:80]!r} does not parse as SQL") from error
    if len(trees) != 1 or trees[0] is None or isinstance(trees[0], exp.Alias):
        raise NotCarried(f"its expression {text[:80]!r} is not one expression")
    return trees[0]


def aggregate(agg: str, value: exp.Expr, params: Mapping[str, Any]) -> exp.Expr:
    if agg in ("sum", "count") and isinstance(value, exp.Literal) and (agg == "count" or value.name == "1"):
        return exp.Count(this=exp.Star())
    plain: dict[str, type[exp.Expr]] = {
        "sum": exp.Sum, "count": exp.Count, "average": exp.Avg, "min": exp.Min, "max": exp.Max, "median": exp.Median,
    }  # fmt: skip
    if agg in plain:
        return plain[agg](this=value)
    if agg == "count_distinct":
        return exp.Count(this=exp.Distinct(expressions=[value]))
    if agg == "sum_boolean":
        return exp.Sum(this=exp.case().when(value, "1").else_("0"))
    if agg == "percentile" and params.get("percentile") is not None:
        kind = exp.PercentileDisc if params.get("use_discrete_percentile") else exp.PercentileCont
        share = kind(this=exp.Literal.number(str(float(params["percentile"]))))
        return exp.WithinGroup(this=share, expression=exp.Order(expressions=[exp.Ordered(this=value, nulls_first=True)]))
    raise NotCarried(f"an aggregate called {agg or 'nothing'!r} is not known")


def under(tree: exp.Expr, conditions: tuple[exp.Expr, ...]) -> exp.Expr:
    """Each aggregate over the rows for which the conditions hold."""
    tree = tree.copy()
    if not conditions:
        return tree
    condition = exp.and_(*conditions)
    for aggregate in list(tree.find_all(exp.Sum, exp.Count, exp.Avg, exp.Min, exp.Max, exp.Median, exp.Ordered)):
        inner = aggregate.this
        if isinstance(inner, exp.Distinct):
            inner.set("expressions", [_case(condition, each) for each in inner.expressions])
        else:
            aggregate.set("this", _case(condition, exp.Literal.number(1) if isinstance(inner, exp.Star) else inner))
    return tree


def _case(condition: exp.Expr, value: exp.Expr) -> exp.Expr:
    return exp.case().when(condition.copy(), value.copy())


def filled(tree: exp.Expr, parts: Mapping[str, exp.Expr]) -> exp.Expr:
    """The expression with aggregates in the place of the metrics it names."""
    for column in list(tree.find_all(exp.Column)):
        if column.name not in parts or column.table:
            raise NotCarried(f"its expression names {column.sql()}, which is none of its metrics")
        part = parts[column.name].copy()
        part = part if isinstance(part, exp.AggFunc) else exp.paren(part)
        tree = part if column is tree else tree
        column.replace(part)
    return tree


def or_else(tree: exp.Expr, value: int | None) -> exp.Expr:
    """With a number in the place of nothing."""
    return tree if value is None or isinstance(tree, exp.Count) else exp.Coalesce(this=tree, expressions=[exp.Literal.number(value)])


def divides(text: str) -> bool:
    """Whether dbt's engine would divide whole numbers into whole ones, or stumble over zero."""
    return any(real(one.copy()) == one for one in sqlglot.parse_one(text).find_all(exp.Div))


def real(tree: exp.Expr) -> exp.Expr:
    """Without what makes a division one of real numbers, and by zero one without a value: here each is."""
    for division in list(tree.find_all(exp.Div)):
        left, right = division.this.unnest(), division.expression.unnest()
        if isinstance(left, exp.Mul) and left.expression.sql() == "1.0" and isinstance(right, exp.Nullif) and right.expression.sql() == "0":
            division.set("this", _bare(left.this))
            division.set("expression", _bare(right.this))
    return tree


def _bare(tree: exp.Expr) -> exp.Expr:
    """Without parentheses around one thing, with them around several."""
    inner = tree.unnest().copy()
    return inner if isinstance(inner, exp.Column | exp.Func | exp.Literal) else exp.paren(inner)


def quotient(tree: exp.Expr) -> tuple[str, str] | None:
    """The two names of "a / b", also of "a * 1.0 / nullif(b, 0)" and with casts."""
    tree = tree.unnest()
    if not isinstance(tree, exp.Div):
        return None
    names = [_name(side) for side in (tree.this, tree.expression)]
    return (names[0], names[1]) if names[0] and names[1] else None


def _name(tree: exp.Expr) -> str:
    tree = tree.unnest()
    if isinstance(tree, exp.Nullif | exp.Cast):
        return _name(tree.this)
    if isinstance(tree, exp.Mul):
        sides = (tree.this.unnest(), tree.expression.unnest())
        one = next((side for side in sides if isinstance(side, exp.Literal) and float(side.name) == 1), None)
        return _name(next(side for side in sides if side is not one)) if one is not None else ""
    return tree.name if isinstance(tree, exp.Column) and not tree.table else ""


def is_linear(tree: exp.Expr) -> bool:
    """Sums, differences and multiples of metrics: these add up where the metrics do."""
    tree = tree.unnest()
    if isinstance(tree, exp.Add | exp.Sub):
        return is_linear(tree.this) and is_linear(tree.expression)
    if isinstance(tree, exp.Mul):
        sides = (tree.this.unnest(), tree.expression.unnest())
        return any(isinstance(side, exp.Literal) for side in sides) and any(is_linear(side) for side in sides)
    return isinstance(tree, exp.Column) or (isinstance(tree, exp.Div) and isinstance(tree.expression, exp.Literal) and is_linear(tree.this))
