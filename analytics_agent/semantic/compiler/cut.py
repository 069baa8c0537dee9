"""The top few members of a dimension, kept apart from all others, as SQL trees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from analytics_agent.domain.catalog import ColumnType, Dialect
from analytics_agent.domain.others import OTHERS
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.compiler.expressions import identifier
from analytics_agent.semantic.compiler.resolve import Dimension
from analytics_agent.semantic.compiler.ties import LAST, MOST_EQUAL, equal, last_of

PLACE, VALUE = "place_", "value_"


@dataclass(frozen=True)
class Cut:
    """The members of a dimension that are kept apart stand in the table `named`, each with its `place`.

    `names` are dimensions that hold the members' names: all others have none of theirs, and are one row.
    """

    dimension: Dimension
    named: str
    count: int
    others: bool
    names: tuple[Dimension, ...] = ()

    def column(self, name: str) -> exp.Column:
        return expressions.column(self.named, name)

    def met(self, kept: exp.Expr) -> exp.Expr:
        """Whether a value is one of those kept apart."""
        return same(kept, self.column(self.dimension.name))

    def shown(self, groups: Mapping[str, exp.Expr], dialect: Dialect) -> dict[str, exp.Expr]:
        """Those of the groups that tell a member, as they are told where all others are one."""
        return {d.name: self.name(groups[d.name], dialect) for d in (self.dimension, *self.names) if d.name in groups}

    def name(self, kept: exp.Expr, dialect: Dialect) -> exp.Expr:
        """The member, or one name for all that is not kept apart: a member that really has that name stays its own, by its place."""
        rest = exp.Is(this=self.column(PLACE), expression=exp.Null())
        return exp.Case(ifs=[exp.If(this=rest, true=exp.Literal.string(OTHERS))], default=as_text(kept, dialect))

    def place(self, *known: exp.Expr) -> exp.Expr:
        """The first place that is known, else the one behind all."""
        first, *more = known or (self.column(PLACE),)
        return exp.Coalesce(this=first, expressions=[*more, exp.Literal.number(self.count + 1)])


@dataclass(frozen=True)
class Tops:
    """The top members of each group: of the last dimension, within those before it. They stand in the table `named`, with their places.

    There are no others, so rows beyond are left out of what was put together, and shares stay those of all rows.
    """

    dimensions: tuple[Dimension, ...]
    named: str

    @property
    def places(self) -> list[str]:
        return [*(d.name for d in self.dimensions[:-1]), PLACE]

    def among(self, rows: str, names: Sequence[str]) -> exp.Select:
        on = [same(expressions.column(rows, d.name), expressions.column(self.named, d.name)) for d in self.dimensions]
        kept = [expressions.column(rows, name) for name in names]
        select = exp.select(*kept, expressions.column(self.named, PLACE)).from_(rows)
        return select.join(exp.to_table(self.named), on=exp.and_(*on))


def ranked(rows: str, names: Sequence[str], value: exp.Expr, kind: ColumnType, count: int) -> exp.Select:
    """The members of the last column with the most, of each group of the columns before it; and those that equal the last of them."""
    groups, member = [exp.column(identifier(name)) for name in names[:-1]], exp.column(identifier(names[-1]))
    every, worth, place = [*groups, member], exp.column(VALUE), exp.column(PLACE)
    order = exp.Order(expressions=[exp.Ordered(this=tree, desc=tree is worth, nulls_first=False) for tree in (worth, member)])
    placing = exp.Window(this=exp.RowNumber(), partition_by=groups, order=order)
    valued = exp.select(*every, exp.alias_(value, VALUE)).from_(rows)
    placed = exp.select(*every, worth, exp.alias_(placing, PLACE)).from_(valued.subquery("valued", copy=False))
    last = exp.alias_(last_of(worth, PLACE, count, groups), LAST)
    beside = exp.select(*every, worth, place, last).from_(placed.subquery("placed", copy=False))
    most, farthest = (exp.LTE(this=place.copy(), expression=exp.Literal.number(n)) for n in (count, count + MOST_EQUAL))
    kept = most if kind == "boolean" else exp.or_(most, exp.and_(farthest, equal(worth.copy(), exp.column(LAST), kind)))
    return exp.select(*every, place).from_(beside.subquery("ranked", copy=False)).where(kept)


def as_text(tree: exp.Expr, dialect: Dialect) -> exp.Expr:
    return exp.cast(tree.copy(), "char" if dialect == "mysql" else "text")


def same(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Equal, or both unknown; in words that every engine has."""
    unknown = [exp.Is(this=tree.copy(), expression=exp.Null()) for tree in (left, right)]
    return exp.or_(exp.EQ(this=left.copy(), expression=right.copy()), exp.and_(*unknown), copy=False)
