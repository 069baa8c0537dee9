"""How a statement ends: in which order its rows stand, and where a limit cuts them. It does not cut between rows that are equal in the
metric that they are ordered by first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from analytics_agent.domain.catalog import ColumnType
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.compiler.resolve import Resolved
from analytics_agent.semantic.compiler.side_by_side import by_order, column
from analytics_agent.semantic.compiler.ties import LAST, MOST_EQUAL, equal, last_of

LINE = "line_"


@dataclass(frozen=True)
class Ended:
    """An order: columns, each with its direction. `metric` is the one that it begins with and its type, where it begins with any."""

    order: tuple[tuple[str, str], ...]
    limit: int | None = None
    metric: tuple[str, ColumnType] | None = None

    @property
    def is_extended(self) -> bool:
        """Whether what equals the last row is a row too. No engine knows a greatest truth value."""
        return self.limit is not None and self.metric is not None and self.metric[1] != "boolean"


def ended(query: exp.Select, names: Sequence[str], end: Ended) -> exp.Select:
    """`query`, whose rows have the columns `names` and those of the order, in order and cut.

    No more rows than may be shown are ever placed: an engine finds the first few without sorting all.
    """
    ordered = [by_order(column(name), direction) for name, direction in end.order]
    if end.limit is None or end.metric is None or not end.is_extended:
        query = query.order_by(*ordered, copy=False) if ordered else query
        return query.limit(end.limit, copy=False) if end.limit else query
    beside = [column(name) for name, _ in end.order if name not in names]
    first = query.select(*beside, copy=False).order_by(*ordered, copy=False).limit(end.limit + MOST_EQUAL, copy=False)
    lines = exp.Window(this=exp.RowNumber(), order=exp.Order(expressions=[tree.copy() for tree in ordered]))
    placed = exp.select(*map(column, names), exp.alias_(lines, LINE)).from_(first.subquery("first_rows", copy=False), copy=False)
    name, kind = end.metric
    tied = exp.select(*map(column, names), column(LINE), exp.alias_(last_of(column(name), LINE, end.limit), LAST))
    tied = tied.from_(placed.subquery("placed", copy=False), copy=False)
    within = exp.LTE(this=column(LINE), expression=exp.Literal.number(end.limit))
    cut = exp.select(*map(column, names)).from_(tied.subquery("tied", copy=False), copy=False)
    cut = cut.where(exp.or_(within, equal(column(name), column(LAST), kind), copy=False), copy=False)
    return cut.order_by(by_order(column(LINE), "asc"), copy=False)


def end_of(resolved: Resolved, columns: Sequence[ResultColumn], places: Sequence[str] = ()) -> Ended:
    """By what was asked for; else time runs forward, and anything else goes by `places`, or by its first figure, largest first."""
    request, names = resolved.request, {c.name for c in columns}
    shown = [d for d in resolved.dimensions if d.name in names]
    wanted = [(_output(resolved, columns, order.field), str(order.direction)) for order in request.order_by]
    if not wanted:
        first = next(c for c in columns if c.name not in {d.name for d in shown})
        wanted = [(d.name, "asc") for d in shown if d.field.is_time] or ([] if places else [(first.name, "desc")])
    told = {name for name, _ in wanted}
    rest = [name for name in (*places, *(d.name for d in shown)) if name not in told]
    metric = next(((c.name, c.type) for c in columns if wanted and c.name == wanted[0][0] and c.dimension is None), None)
    return Ended((*wanted, *((name, "asc") for name in dict.fromkeys(rest))) if shown else (), request.limit, metric if shown else None)


def _output(resolved: Resolved, columns: Sequence[ResultColumn], name: str) -> str:
    known = [c.name for c in columns]
    for dimension in resolved.dimensions:
        if name in (dimension.key, dimension.name, dimension.field.path) and dimension.name in known:
            return dimension.name
    if name in known:
        return name
    able = ", ".join(c.dimension or c.name for c in columns)
    raise ToolRefused(f"The rows cannot be ordered by {name!r}, which is not in this request. Order by one of {able}.")
