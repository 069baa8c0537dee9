"""What equals the last row that a limit or a top lets in, as SQL trees: "which carrier has the most" names both where two have as many.

Rows are equal whose values are; of real numbers, whose last digits depend on the order in which an engine adds them up, those that agree
in twelve digits. What is unknown is equal to nothing.
"""

from collections.abc import Sequence

from sqlglot import exp

from analytics_agent.domain.catalog import ColumnType

MOST_EQUAL = 20
"""Rows beyond a limit, at most, that are let in because they equal its last one."""
LAST = "last_"
_AGREE = "1e-12"


def last_of(value: exp.Expr, place: str, count: int, partition: Sequence[exp.Expr] = ()) -> exp.Expr:
    """The value in the last place that is let in, beside every row."""
    there = exp.EQ(this=exp.column(place), expression=exp.Literal.number(count))
    chosen = exp.Max(this=exp.Case(ifs=[exp.If(this=there, true=value.copy())]))
    return exp.Window(this=chosen, partition_by=[tree.copy() for tree in partition])


def equal(value: exp.Expr, last: exp.Expr, kind: ColumnType) -> exp.Expr:
    if kind != "number":
        return exp.EQ(this=value, expression=last)
    apart = exp.Abs(this=exp.Sub(this=value, expression=last))
    return exp.LTE(this=apart, expression=exp.Mul(this=exp.Abs(this=last.copy()), expression=exp.Literal.number(_AGREE)))
