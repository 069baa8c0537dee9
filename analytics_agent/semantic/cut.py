"""The top few members of a dimension, kept apart from all others, as SQL trees."""

from dataclasses import dataclass

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.domain.others import OTHERS
from analytics_agent.semantic import expressions
from analytics_agent.semantic.resolve import Dimension

PLACE = "place_"


@dataclass(frozen=True)
class Cut:
    """The members of a dimension that are kept apart stand in the table `named`, each with its `place`."""

    dimension: Dimension
    named: str
    count: int
    others: bool

    def column(self, name: str) -> exp.Column:
        return expressions.column(self.named, name)

    def met(self, kept: exp.Expr) -> exp.Expr:
        """Whether a value is one of those kept apart."""
        return same(kept, self.column(self.dimension.name))

    def name(self, kept: exp.Expr, dialect: Dialect) -> exp.Expr:
        """The member, or one name for all that is not kept apart: a member that really has that name stays its own, by its place."""
        rest = exp.Is(this=self.column(PLACE), expression=exp.Null())
        return exp.Case(ifs=[exp.If(this=rest, true=exp.Literal.string(OTHERS))], default=as_text(kept, dialect))

    def place(self, *known: exp.Expr) -> exp.Expr:
        """The first place that is known, else the one behind all."""
        first, *more = known or (self.column(PLACE),)
        return exp.Coalesce(this=first, expressions=[*more, exp.Literal.number(self.count + 1)])


def as_text(tree: exp.Expr, dialect: Dialect) -> exp.Expr:
    return exp.cast(tree.copy(), "char" if dialect == "mysql" else "text")


def same(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Equal, or both unknown; in words that every engine has."""
    unknown = [exp.Is(this=tree.copy(), expression=exp.Null()) for tree in (left, right)]
    return exp.or_(exp.EQ(this=left.copy(), expression=right.copy()), exp.and_(*unknown), copy=False)
