"""One pass over a fact where its rows are needed several times: beside an earlier period, for the top and for what is shown of it, for
each of several windows. What is added up, counted, least or greatest is grouped once, finely, and put together from there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlglot import exp

from analytics_agent.semantic.compiler import time
from analytics_agent.semantic.compiler.cut import PLACE, Cut
from analytics_agent.semantic.compiler.expressions import identifier
from analytics_agent.semantic.compiler.facts import ROWS, Facts, grouped
from analytics_agent.semantic.compiler.resolve import Dimension, Part
from analytics_agent.semantic.request import Period

DAY = "day_"
_MOST_WASTED = 1.5
"""How much longer what lies between periods may make the time that is read."""


@dataclass(frozen=True)
class Ask:
    """Rows of a part that are needed: in a period, by day or by the axis as it is."""

    part: Part
    period: Period | None
    by_day: bool = False


@dataclass(frozen=True)
class Base:
    """Rows grouped finely: by the dimensions and the axis, which is by day where something needs days."""

    part: Part
    dimensions: tuple[Dimension, ...]
    axis: Dimension | None
    period: Period | None
    pieces: Mapping[str, exp.Expr]
    wholes: Mapping[str, exp.Expr]

    def holds(self, period: Period | None) -> bool:
        if period is None or self.period is None:
            return period == self.period
        inside = self.period.start <= period.start and period.end <= self.period.end and period.field == self.period.field
        return inside and (self.axis is not None or period == self.period)


class Passes:
    """Which parts of a statement are read in one pass."""

    def __init__(self, facts: Facts, spine: Dimension | None) -> None:
        self._facts = facts
        self._spine = spine
        self._bases: dict[tuple[object, ...], Base] = {}

    def find(self, asks: Sequence[Ask], dimensions: Sequence[Dimension], *, is_cut: bool) -> None:
        """What is needed more than once, or is cut: the top is met by a few rows then, and not by each row of the fact."""
        together: dict[tuple[object, ...], list[Ask]] = {}
        for ask in asks:
            together.setdefault(self._key(ask.part, ask.period), []).append(ask)
        for key, each in together.items():
            if (len(each) > 1 or is_cut) and (base := _base(self._facts, each, dimensions, self._spine)):
                self._bases[key] = base

    def base_of(self, part: Part, period: Period | None) -> Base | None:
        base = self._bases.get(self._key(part, period))
        return base if base is not None and base.holds(period) else None

    def _key(self, part: Part, period: Period | None) -> tuple[object, ...]:
        """Parts that can be read in one pass: without an axis in the same period only."""
        return (part.fact, part.filters, part.time.path if part.time else "", part.balance, None if self._spine else period)


def _base(facts: Facts, asks: Sequence[Ask], dimensions: Sequence[Dimension], spine: Dimension | None) -> Base | None:
    """None where the metrics cannot be put together from pieces, or where one pass would read much that nobody needs."""
    part = replace(asks[0].part, metrics=tuple({m.name: m for ask in asks for m in ask.part.metrics}.values()), cumulative=None)
    in_parts = facts.is_split(part, dimensions)
    pieces: dict[str, exp.Expr] = {}
    wholes: dict[str, exp.Expr] = {}
    for metric in part.metrics:
        whole = in_pieces(facts.metric(metric), f"{metric.name}_", pieces, whole_counts=not in_parts)
        if whole is None or part.balance:
            return None
        wholes[metric.name] = whole
    by_day = spine is not None and any(ask.by_day for ask in asks)
    period = _joined([ask.period for ask in asks]) if spine else asks[0].period
    if (spine is None and any(ask.period != period for ask in asks)) or (spine and period is None):
        return None
    if spine and not by_day and not all(_is_whole(facts, ask.period, spine) for ask in asks):
        return None
    axis = replace(spine, grain="day", name=DAY) if spine and by_day else spine
    kept = tuple(axis if axis and d == spine else d for d in dimensions)
    return Base(part, kept, axis, period, pieces, wholes)


def _is_whole(facts: Facts, period: Period | None, spine: Dimension) -> bool:
    return (
        period is not None
        and spine.grain is not None
        and all(facts.first_day(day, spine.grain) == day for day in (period.start, period.end))
    )


def _joined(periods: Sequence[Period | None]) -> Period | None:
    known = sorted({period for period in periods if period is not None}, key=lambda p: (p.start, p.end))
    if len({period.field for period in known}) != 1 or None in periods:
        return None
    whole = Period(known[0].start, max(period.end for period in known), known[0].field)
    read, until = 0, date.min
    for period in known:
        read += max((period.end - max(period.start, until)).days, 0)
        until = max(until, period.end)
    return whole if (whole.end - whole.start).days <= _MOST_WASTED * read else None


def in_pieces(tree: exp.Expr, prefix: str, pieces: dict[str, exp.Expr], *, whole_counts: bool) -> exp.Expr | None:
    """A metric over columns that hold its pieces, which are added to those that there are; None for what cannot be put together, as
    distinct counts."""
    made = tree.copy()
    found = list(made.find_all(exp.AggFunc))
    if any(not isinstance(node, exp.Sum | exp.Count | exp.Min | exp.Max) or _is_whole_only(node) for node in found) or made.find(
        exp.Filter
    ):
        return None
    for number, node in enumerate(found, start=1):
        name = next((known for known, piece in pieces.items() if piece == node), f"{prefix}{number}_")
        pieces.setdefault(name, node.copy())
        again = _again(node, _column(name), whole_counts)
        if node is made:
            made = again
        else:
            node.replace(again)
    return made


def _is_whole_only(node: exp.Expr) -> bool:
    return isinstance(node.this, exp.Distinct) or bool(node.args.get("expressions"))


def _again(node: exp.Expr, column: exp.Expr, whole_counts: bool) -> exp.Expr:
    """Engines add whole numbers up to something wider; a count that is split by weight is none."""
    if not isinstance(node, exp.Count):
        return type(node)(this=column)
    total = exp.Coalesce(this=exp.Sum(this=column), expressions=[exp.Literal.number(0)])
    return exp.cast(total, "bigint") if whole_counts else total


def fine(facts: Facts, base: Base) -> exp.Select:
    """The one pass."""
    return facts.select(base.part, base.dimensions, base.period, pieces=base.pieces)


def read(
    facts: Facts, base: Base, named: str, dimensions: Sequence[Dimension], period: Period | None, called: Mapping[str, str], cut: Cut | None
) -> exp.Select:
    """What facts.select would give, from the step `named` that holds the base's rows."""
    groups = {d.name: _dimension(facts, base, d) for d in dimensions}
    kept = groups[cut.dimension.name] if cut else None
    conditions = _within(facts, base, period)
    if cut and kept is not None:
        groups |= {**cut.shown(groups, facts.dialect), PLACE: cut.place()}
        conditions += [] if cut.others else [exp.Not(this=exp.Is(this=cut.column(PLACE), expression=exp.Null()))]
    rows = {ROWS: exp.Sum(this=_column(ROWS))}
    outputs = groups | {called[name]: tree for name, tree in ({**base.wholes, **rows}).items() if name in called}
    select = exp.select(*(exp.alias_(tree.copy(), identifier(name)) for name, tree in outputs.items()))
    select = select.from_(exp.alias_(exp.to_table(named), "finely", table=True))
    if cut and kept is not None:
        select = select.join(exp.to_table(cut.named), on=cut.met(kept), join_type="left")
    select = select.where(*conditions) if conditions else select
    return grouped(select, len(groups), facts.dialect) if groups else select


def _column(name: str) -> exp.Column:
    return exp.column(identifier(name), table="finely")


def _dimension(facts: Facts, base: Base, dimension: Dimension) -> exp.Expr:
    axis = base.axis
    if axis is None or dimension in base.dimensions or dimension.key != axis.key:
        return _column(dimension.name)
    return facts.period_of(_column(axis.name), dimension)


def _within(facts: Facts, base: Base, period: Period | None) -> list[exp.Expr]:
    if period is None or base.axis is None or period == base.period:
        return []
    conditions = list(time.within(_column(base.axis.name), period.start, period.end, facts.dialect).flatten())
    conditions = conditions[1:] if period.start == date.min else conditions
    if facts.dialect != "duckdb":
        return conditions
    # DuckDB moves a condition into what is kept, and asks it of every row of the fact; what leans on a count of rows it cannot move.
    is_there = exp.GT(this=_column(ROWS), expression=exp.Literal.number(0))
    return [exp.Case(ifs=[exp.If(this=is_there, true=exp.and_(*conditions))])]
