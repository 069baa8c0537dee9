"""What a fact has many of: rows that belong to several groups at once, over a bridge of pairs.

Without a weight a row of the fact counts once in each group that it belongs to, however many pairs lead there, and a total counts it
once; so the groups do not add up. "All others" is the group of every member that is not kept apart: a row that belongs to one of the top
and to another member is in both. With a weight a row is split among its pairs, its parts are added, and groups add up to the total.

A condition holds for a row of which one pair fulfills it; several conditions over one bridge are of the same pair. Where rows are grouped
over that bridge, it chooses the pairs, and so the groups. What is denied (`!=`, `not_in`, `is_null`) is denied of every pair.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.domain.others import OTHERS
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.compiler.cut import PLACE, Cut
from analytics_agent.semantic.compiler.expressions import identifier
from analytics_agent.semantic.compiler.joins import Crossing, Hop
from analytics_agent.semantic.compiler.resolve import Dimension, Part, find_field, listed, named, seen_by
from analytics_agent.semantic.model import MetricFilter, SemanticModel
from analytics_agent.semantic.request import Filter, Period

if TYPE_CHECKING:
    from analytics_agent.semantic.compiler.facts import Facts

DENIED = {"!=": "=", "not_in": "in", "is_null": "not_null"}
DENIALS = {"!=": "not", "not_in": "none of", "is_null": "without a value"}
_OF_ONE_VALUE = ("=", "in", "contains")
_READ_BY_ROW: tuple[Dialect, ...] = ("postgres", "mysql", "sqlite")
_PLAIN = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Paren, exp.Neg, exp.Nullif, exp.Coalesce, exp.Cast, exp.Literal, exp.DataType, exp.Null)
Condition = Filter | MetricFilter


def crossing_of(model: SemanticModel, part: Part, item: Condition) -> Crossing | None:
    return part.paths.over.get(find_field(model, item.field.partition(":")[0]).dataset)


def overlapping(model: SemanticModel, part: Part, dimensions: Iterable[Dimension]) -> tuple[Dimension, ...]:
    """The dimensions of which a row of the fact may belong to several members, and counts in each."""
    return tuple(d for d in dimensions if (over := _over(model, part, d)) and over.weight is None)


def split(model: SemanticModel, part: Part, dimensions: Iterable[Dimension], conditions: Iterable[Condition]) -> tuple[Crossing, ...]:
    """The bridges, each once, by whose weights a row is split among groups or counted in part."""
    over = [_over(model, part, d) for d in dimensions]
    over += [crossing_of(model, part, item) for item in conditions if item.op not in DENIED]
    return tuple({c.bridge: c for c in over if c is not None and c.weight}.values())


def _over(model: SemanticModel, part: Part, dimension: Dimension) -> Crossing | None:
    return part.paths.over.get(seen_by(model, part, dimension).dataset)


@dataclass
class Bridged:
    """What one select needs of bridges. `groups` replace the dimensions' own expressions; `needs` are datasets to be joined before
    `joins`, `brought` the tables that these bring; `weight` is what each row counts."""

    groups: dict[str, exp.Expr] = field(default_factory=dict)
    conditions: list[exp.Expr] = field(default_factory=list)
    needs: set[str] = field(default_factory=set)
    brought: set[str] = field(default_factory=set)
    joins: list[tuple[exp.Expr, exp.Expr, str]] = field(default_factory=list)
    weight: exp.Expr | None = None
    is_cut: bool = False

    def joined(self, select: exp.Select) -> exp.Select:
        for source, on, kind in self.joins:
            select = select.join(source, on=on, join_type=kind, copy=False)
        return select

    def counted(self, metric: exp.Expr) -> exp.Expr:
        """A metric of which each row counts as much as its weight says; one that cannot be split was refused before."""
        return metric if self.weight is None else weighed(metric, self.weight) or metric


class Bridges:
    """The bridges of one part of a request."""

    def __init__(self, model: SemanticModel, facts: "Facts", part: Part, dimensions: Sequence[Dimension], asked: Sequence[Filter]) -> None:
        self._model = model
        self._facts = facts
        self._part = part
        self._dimensions = [d for d in dimensions if _over(model, part, d)]
        self._asked = [f for f in asked if crossing_of(model, part, f)]
        self._defined = [f for f in part.filters if crossing_of(model, part, f)]

    def used(self, cut: Cut | None, period: Period | None = None) -> Bridged:
        """`period` is that of the rows, whose pairs alone are looked for where that spares an engine others."""
        made = Bridged()
        self._check()
        for crossing in self._crossings():
            made.needs.add(crossing.fact)
            if crossing.weight:
                self._split(made, crossing)
            elif self._of(crossing, self._dimensions):
                self._grouped(made, crossing, cut, period)
            elif chosen := self._chosen(crossing):
                made.conditions.append(self._exists(crossing, chosen))
            made.conditions += [exp.Not(this=self._exists(crossing, [_affirmed(f)])) for f in self._denied(crossing)]
            made.conditions += self._of_definition(crossing)
        if made.weight is not None:
            self._check_split()
        return made

    def _crossings(self) -> list[Crossing]:
        found = [_over(self._model, self._part, d) for d in self._dimensions]
        conditions: list[Condition] = [*self._asked, *self._defined]
        found += [crossing_of(self._model, self._part, f) for f in conditions]
        return list({c.bridge: replace(c, way=()) for c in found if c is not None}.values())

    def _of(self, crossing: Crossing, dimensions: Iterable[Dimension]) -> list[Dimension]:
        return [d for d in dimensions if (over := _over(self._model, self._part, d)) and over.bridge == crossing.bridge]

    def _filters(self, crossing: Crossing, among: Sequence[Condition]) -> list[Condition]:
        return [f for f in among if (over := crossing_of(self._model, self._part, f)) and over.bridge == crossing.bridge]

    def _chosen(self, crossing: Crossing) -> list[Condition]:
        return [f for f in self._filters(crossing, self._asked) if f.op not in DENIED]

    def _denied(self, crossing: Crossing) -> list[Condition]:
        return [f for f in self._filters(crossing, self._asked) if f.op in DENIED]

    def _of_definition(self, crossing: Crossing) -> list[exp.Expr]:
        """A definition chooses rows of the fact, whatever they are grouped by."""
        defined = self._filters(crossing, self._defined)
        chosen = [f for f in defined if f.op not in DENIED]
        made: list[exp.Expr] = [self._exists(crossing, chosen)] if chosen else []
        return made + [exp.Not(this=self._exists(crossing, [_affirmed(f)])) for f in defined if f.op in DENIED]

    # refusals

    def _check(self) -> None:
        names = listed(map(named, self._part.metrics))
        for crossing in self._crossings():
            many = f"a row of {crossing.fact} has many by {crossing.bridge}"
            by = self._of(crossing, self._dimensions)
            if by and (denied := self._denied(crossing)):
                denial, of = DENIALS[denied[0].op], self._called(denied[0].field)
                raise ToolRefused(
                    f"“{denial}” of {of} could leave out groups, or the rows that belong to them: {many}. Name the groups that are wanted "
                    f"(`in`), or ask without the split by {named(by[0].field)} for what belongs to none of them."
                )
            fields = [f.field for f in self._chosen(crossing) if f.op in _OF_ONE_VALUE]
            if twice := next((name for name in fields if fields.count(name) > 1), None):
                raise ToolRefused(
                    f"Two conditions on {self._called(twice)} could be of one and the same or of two: {many}. Ask for either of several in "
                    "one condition (`in`); rows that belong to both cannot be asked for here."
                )
            if crossing.weight and any(f.op not in DENIED for f in self._filters(crossing, self._defined)):
                raise ToolRefused(
                    f"{names} is defined by a part of what {crossing.bridge} splits by weight, which has no one meaning. Ask for another "
                    "metric: whoever keeps the semantic model has to define this one by rows."
                )

    def _check_split(self) -> None:
        """Means, distinct counts and the like have no parts."""
        whole = [named(m) for m in self._part.metrics if weighed(self._facts.metric(m), exp.Literal.number(1)) is None]
        if whole:
            fact, bridges = self._part.fact, listed(crossing.bridge for crossing in self._crossings() if crossing.weight)
            able = [named(m) for m in self._model.metrics if m.dataset == fact and m.additivity == "additive" and not m.stands_on]
            used = [f.field for f in self._asked if (over := crossing_of(self._model, self._part, f)) and over.weight]
            used += [d.field.path for d in self._dimensions if (over := _over(self._model, self._part, d)) and over.weight]
            by = listed(dict.fromkeys(map(self._called, used)))
            raise ToolRefused(
                f"{listed(whole)} cannot be told by {by}: {bridges} splits each row of {fact} among several by weight, and only sums and "
                "counts can be split; a mean, an extreme or a distinct count cannot. "
                f"Ask for {listed(able) or 'another metric'}, or without {by}."
            )

    def _called(self, path: str) -> str:
        return named(find_field(self._model, path.partition(":")[0]))

    # split by weight

    def _split(self, made: Bridged, crossing: Crossing) -> None:
        """Pairs are joined as they are: the parts of a row add up to it, in whatever groups they are."""
        chosen = self._chosen(crossing)
        used = {self._dataset(each) for each in (*self._of(crossing, self._dimensions), *chosen)}
        if not used:
            return
        made.conditions += [self._facts.condition_of(self._part, f) for f in chosen]
        made.joins.append((self._facts.source(crossing.bridge), self._on(crossing), "left"))
        made.joins += [(self._facts.source(hop.there), self._facts.matched(hop), "left") for hop in self._hops(used)]
        made.brought |= {crossing.bridge, *used, *(hop.there for hop in self._hops(used))}
        whole = exp.Is(this=self._facts.column(crossing.bridge, crossing.pair_columns[0]), expression=exp.Null())
        own = expressions.field_sql(self._model, str(crossing.weight), self._facts.dialect)
        weight: exp.Expr = exp.Case(ifs=[exp.If(this=whole, true=exp.Literal.number(1))], default=own)
        made.weight = exp.Mul(this=made.weight, expression=weight) if made.weight is not None else weight

    # counted in each

    def _grouped(self, made: Bridged, crossing: Crossing, cut: Cut | None, period: Period | None) -> None:
        """Each row of the fact beside the groups that it belongs to, each once."""
        chosen, dimensions = self._chosen(crossing), self._of(crossing, self._dimensions)
        trees = {d.name: self._facts.dimension(self._part, d) for d in dimensions}
        kept = trees.get(cut.dimension.name) if cut else None
        conditions = [self._facts.condition_of(self._part, f) for f in chosen]
        conditions += self._of_rows_meant(crossing, period)
        used = {self._dataset(each) for each in (*dimensions, *chosen)}
        if cut and kept is not None:
            trees |= {**cut.shown(trees, self._facts.dialect), PLACE: cut.column(PLACE)}
        keys = {_key(i): self._facts.column(crossing.bridge, name) for i, name in enumerate(crossing.pair_columns)}
        pairs = exp.select(*(exp.alias_(tree, identifier(name)) for name, tree in (keys | trees).items())).distinct()
        pairs = self._from_pairs(pairs, crossing, used, "left")
        if cut and kept is not None:
            pairs = pairs.join(exp.to_table(cut.named), on=cut.met(kept), join_type="left")
        pairs = pairs.where(*conditions) if conditions else pairs
        on = self._on(crossing, [expressions.column(crossing.bridge, name) for name in keys])
        made.joins.append((pairs.subquery(identifier(crossing.bridge)), on, "" if chosen else "left"))
        made.groups |= {d.name: expressions.column(crossing.bridge, d.name) for d in dimensions}
        made.brought.add(crossing.bridge)
        if cut and kept is not None:
            self._cut(made, crossing, cut)

    def _of_rows_meant(self, crossing: Crossing, period: Period | None) -> list[exp.Expr]:
        """Pairs of rows that nobody asks for are left out before the groups of each are made different: of years of pairs those of a
        week. DuckDB does so by itself."""
        fact = self._part.fact
        if crossing.fact != fact or len(crossing.fact_columns) != 1 or self._part.balance or self._facts.dialect not in _READ_BY_ROW:
            return []
        own = self._facts.own_conditions(self._part, period)
        key, pair_key = self._facts.column(fact, crossing.fact_columns[0]), self._facts.column(crossing.bridge, crossing.pair_columns[0])
        meant = exp.select(key).from_(self._facts.source(fact)).where(*own)
        return [exp.In(this=pair_key, query=meant.subquery())] if own else []

    def _cut(self, made: Bridged, crossing: Crossing, cut: Cut) -> None:
        """A row without a pair belongs to what is unknown, which may be one of those kept apart, or one of the others."""
        made.is_cut = True
        name, none = cut.dimension.name, f"none_of_{crossing.bridge}"
        places = [expressions.column(table, PLACE) for table in (crossing.bridge, none)]
        no_pair, not_kept, unknown = (
            exp.Is(this=column, expression=exp.Null())
            for column in (expressions.column(crossing.bridge, _key(0)), places[1].copy(), expressions.column(none, name))
        )
        table = exp.alias_(exp.to_table(cut.named), identifier(none), table=True)
        made.joins.append((table, exp.and_(no_pair.copy(), unknown), "left"))
        made.brought.add(none)
        others = exp.If(this=exp.and_(no_pair, not_kept), true=exp.Literal.string(OTHERS))
        told = [d.name for d in (cut.dimension, *cut.names) if d.name in made.groups]
        made.groups |= {each: exp.Case(ifs=[others.copy()], default=made.groups[each]) for each in told}
        made.groups[PLACE] = cut.place(*places)
        if not cut.others:
            made.conditions.append(exp.Not(this=exp.Is(this=exp.Coalesce(this=places[0], expressions=places[1:]), expression=exp.Null())))

    # pairs

    def _exists(self, crossing: Crossing, items: Sequence[Condition]) -> exp.Expr:
        conditions = [self._facts.condition_of(self._part, item) for item in items]
        inner = self._from_pairs(exp.select(exp.Literal.number(1)), crossing, {self._dataset(item) for item in items}, "")
        return exp.Exists(this=inner.where(self._on(crossing), *conditions))

    def _from_pairs(self, select: exp.Select, crossing: Crossing, used: set[str], kind: str) -> exp.Select:
        select = select.from_(self._facts.source(crossing.bridge))
        for hop in self._hops(used - {crossing.bridge}):
            select = select.join(self._facts.source(hop.there), on=self._facts.matched(hop), join_type=kind)
        return select

    def _hops(self, used: set[str]) -> tuple[Hop, ...]:
        ways = sorted((self._part.paths.over[name].way for name in used), key=len)
        return tuple(dict.fromkeys(hop for way in ways for hop in way))

    def _dataset(self, item: Dimension | Condition) -> str:
        if isinstance(item, Dimension):
            return seen_by(self._model, self._part, item).dataset
        return find_field(self._model, item.field.partition(":")[0]).dataset

    def _on(self, crossing: Crossing, keys: Sequence[exp.Expr] = ()) -> exp.Expr:
        pairs = keys or [self._facts.column(crossing.bridge, name) for name in crossing.pair_columns]
        own = [self._facts.column(crossing.fact, name) for name in crossing.fact_columns]
        return exp.and_(*(exp.EQ(this=a, expression=b) for a, b in zip(pairs, own, strict=True)))


def _key(number: int) -> str:
    return f"pair_{number + 1}_"


def _affirmed(item: Condition) -> Condition:
    return MetricFilter(item.field, DENIED[item.op], item.values)


def weighed(tree: exp.Expr, weight: exp.Expr | None) -> exp.Expr | None:
    """A metric of which each row counts as much as its weight says; None where that has no meaning: only sums and counts are split."""
    if weight is None:
        return tree
    if isinstance(tree, exp.Filter):
        of = weighed(tree.this, weight)
        return exp.Filter(this=of, expression=tree.expression.copy()) if of is not None else None
    if isinstance(tree, exp.Sum | exp.Count):
        return _weighed(tree, weight)
    if not isinstance(tree, _PLAIN):
        return None
    made = tree.copy()
    for child, before in zip(list(made.iter_expressions()), list(tree.iter_expressions()), strict=True):
        if (after := weighed(before, weight)) is None:
            return None
        child.replace(after)
    return made


def _weighed(tree: exp.Sum | exp.Count, weight: exp.Expr) -> exp.Expr | None:
    of = tree.this
    if isinstance(of, exp.Distinct) or tree.expressions:
        return None
    if isinstance(tree, exp.Sum):
        return exp.Sum(this=exp.Mul(this=exp.paren(of.copy()), expression=weight.copy()))
    known = exp.Not(this=exp.Is(this=of.copy(), expression=exp.Null()))
    each = weight.copy() if isinstance(of, exp.Star | exp.Literal) else exp.Case(ifs=[exp.If(this=known, true=weight.copy())])
    return exp.Coalesce(this=exp.Sum(this=each), expressions=[exp.Literal.number(0)])
