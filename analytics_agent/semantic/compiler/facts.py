"""One fact: its rows joined to what they determine, filtered, and aggregated by dimensions."""

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.compiler import expressions, filters, time
from analytics_agent.semantic.compiler.bridged import Bridges, crossing_of, split
from analytics_agent.semantic.compiler.cut import PLACE, Cut
from analytics_agent.semantic.compiler.expressions import Unusable, identifier
from analytics_agent.semantic.compiler.joins import Crossing, Hop
from analytics_agent.semantic.compiler.resolve import Dimension, Part, checked_grain, find_field, listed, named, reachable, seen_by, summed
from analytics_agent.semantic.compiler.types import Types, is_query
from analytics_agent.semantic.model import Balance, Dataset, Field, Metric, MetricFilter, SemanticModel
from analytics_agent.semantic.request import Filter, Grain, MetricRequest, Period

ROWS = "rows_"
EMPTY_PERIOD = "The period is empty: it has to end behind its first day (`to` is exclusive, and later than `from`)."
MOMENT, CHOSEN = "moment_", "chosen_moment_"


class Facts:
    """`period` is given with every call: a comparison asks for the same in another one."""

    def __init__(self, model: SemanticModel, request: MetricRequest, dialect: Dialect, catalog: Catalog | None) -> None:
        self._model = model
        self._request = request
        self.dialect: Dialect = dialect
        self.types = Types(model, catalog, dialect)

    def asked(self, request: MetricRequest) -> "Facts":
        """The same for another request."""
        other = copy(self)
        other._request = request
        return other

    def select(
        self,
        part: Part,
        dimensions: Sequence[Dimension],
        period: Period | None,
        *,
        cut: Cut | None = None,
        called: Mapping[str, str] | None = None,
        pieces: Mapping[str, exp.Expr] | None = None,
        having: bool = False,
    ) -> exp.Select:
        """SELECT dimensions, metrics FROM fact LEFT JOIN … WHERE … GROUP BY … HAVING ….

        `called` gives the metrics other names, and one to the number of rows, which is added then. `pieces` stand in place of the metrics.
        """
        groups = {d.name: self.dimension(part, d) for d in dimensions}
        bridges = Bridges(self._model, self, part, dimensions, self._request.filters).used(cut, period)
        early, conditions = self._conditions(part, period)
        conditions += bridges.conditions
        kept = groups[cut.dimension.name] if cut and not bridges.is_cut else None
        if cut and kept is not None:
            groups |= {**cut.shown(groups, self.dialect), PLACE: cut.place()}
            conditions += [] if cut.others else [exp.Not(this=exp.Is(this=cut.column(PLACE), expression=exp.Null()))]
        groups |= bridges.groups
        aggregates = {name: bridges.counted(tree) for name, tree in (pieces or {m.name: self.metric(m) for m in part.metrics}).items()}
        outputs = {**groups, **aggregates, **({ROWS: exp.Count(this=exp.Star())} if pieces else {})}
        if called:
            named = aggregates | {ROWS: exp.Count(this=exp.Star())}
            outputs = {**groups, **{called[name]: tree for name, tree in named.items()}}
        select = exp.select(*(exp.alias_(tree, identifier(name)) for name, tree in outputs.items())).from_(
            self.source(part.fact), copy=False
        )
        trees = [*groups.values(), *aggregates.values(), *conditions, *([kept] if kept else [])]
        select = bridges.joined(
            self._joined(select, part, tables_of(trees) - ({cut.named} if cut else set()) - bridges.brought | bridges.needs)
        )
        if cut and kept is not None:
            select = select.join(exp.to_table(cut.named), on=cut.met(kept), join_type="left")
        if conditions:
            select = select.where(*conditions, copy=False)
        if part.balance:
            select = self._of_one_moment(select, part, part.balance, dimensions, early)
        if groups:
            select = grouped(select, len(groups), self.dialect)
        return select.having(*self.thresholds(aggregates)) if having and self._request.having else select

    def _joined(self, select: exp.Select, part: Part, used: set[str]) -> exp.Select:
        for hop in self._hops(part, used - {part.fact}):
            on = [self.matched(hop)]
            if hop.valid and part.time:
                on += self._at(self._field(part.time), hop.there, hop.valid)
            select = select.join(self.source(hop.there), on=exp.and_(*on, copy=False), join_type="left", copy=False)
        return select

    def matched(self, hop: Hop) -> exp.Expr:
        pairs = zip(hop.here_columns, hop.there_columns, strict=True)
        return exp.and_(*(exp.EQ(this=self.column(hop.here, a), expression=self.column(hop.there, b)) for a, b in pairs), copy=False)

    def _hops(self, part: Part, used: set[str]) -> tuple[Hop, ...]:
        """Where a version is chosen by a time of another dataset, that one is joined first."""
        hops = part.paths.needed(used)
        versions = [hop.there for hop in hops if hop.valid]
        if not versions:
            return hops
        if part.time is None:
            raise ToolRefused(
                f"{part.fact} has no time field, which says which version of {', '.join(versions)} its rows mean: ask without it."
            )
        dated = tuple(expressions.tables(self._field(part.time)))
        return tuple(dict.fromkeys((*part.paths.needed({*dated} - {part.fact}), *hops)))

    def _at(self, moment: exp.Expr, there: str, valid: tuple[str, str]) -> list[exp.Expr]:
        """The version that held then: from its first moment on, until right before its last."""
        begins, ends = (self.column(there, name) for name in valid)
        open_ended = exp.Is(this=ends.copy(), expression=exp.Null())
        return [
            exp.LTE(this=begins, expression=moment.copy()),
            exp.paren(exp.or_(open_ended, exp.GT(this=ends, expression=moment.copy()), copy=False), copy=False),
        ]

    def source(self, name: str) -> exp.Expr:
        dataset = self._model.dataset(name)
        if dataset is None:
            raise Unusable(f"there is no dataset {name}")
        return table_of(dataset)

    def column(self, dataset: str, name: str) -> exp.Expr:
        """A relationship's column: the dataset's field of that name, else the table's own column."""
        path = f"{dataset}.{name}"
        if self._model.field(path) is not None:
            return expressions.field_sql(self._model, path, self.dialect)
        return expressions.column(dataset, name)

    def _field(self, field: Field) -> exp.Expr:
        tree = expressions.field_sql(self._model, field.path, self.dialect)
        return time.in_zone(tree, self.types.native(tree), self._model.timezone) if field.is_time else tree

    def dimension(self, part: Part, dimension: Dimension) -> exp.Expr:
        tree = self._field(seen_by(self._model, part, dimension))
        return time.truncate(tree, dimension.grain, self.dialect, self._model.fiscal_start) if dimension.grain else tree

    def wrong_weights(self, crossing: Crossing) -> exp.Select:
        """How many have pairs whose weights do not add up to one whole."""
        keys = [self.column(crossing.bridge, name) for name in crossing.pair_columns]
        weight = expressions.field_sql(self._model, str(crossing.weight), self.dialect)
        total = exp.Coalesce(this=exp.Sum(this=weight), expressions=[exp.Literal.number(0)])
        is_off = exp.GT(this=exp.Abs(this=exp.Sub(this=total, expression=exp.Literal.number(1))), expression=exp.Literal.number("0.001"))
        known = [exp.Not(this=exp.Is(this=key.copy(), expression=exp.Null())) for key in keys]
        named = [exp.alias_(key.copy(), f"pair_{i}_") for i, key in enumerate(keys, start=1)]
        each = exp.select(*named).from_(self.source(crossing.bridge)).where(*known).group_by(*keys).having(is_off)
        return exp.select(exp.alias_(exp.Count(this=exp.Star()), "off")).from_(each.subquery("each_of"))

    def is_split(self, part: Part, dimensions: Sequence[Dimension]) -> bool:
        return bool(split(self._model, part, dimensions, [*self._request.filters, *part.filters]))

    def period_of(self, day: exp.Expr, dimension: Dimension) -> exp.Expr:
        """The period of a dimension that a day is in."""
        return time.truncate(day, dimension.grain, self.dialect, self._model.fiscal_start) if dimension.grain else day

    def first_day(self, day: date, grain: Grain) -> date:
        return time.first_day(day, grain, self._model.fiscal_start)

    def metric(self, metric: Metric) -> exp.Expr:
        of = summed(self._model, metric)
        return expressions.metric_sql(self._model, of.expression, of.dataset, self.dialect)

    def _conditions(self, part: Part, period: Period | None) -> tuple[list[exp.Expr], list[exp.Expr]]:
        """What chooses the moments of a balance, and everything else: an account that was closed since is no open one."""
        of_one = [f for f in self._request.filters if crossing_of(self._model, part, f) is None]
        asked = [(f, self.condition_of(part, f)) for f in of_one]
        defined = [self.condition_of(part, f) for f in part.filters if crossing_of(self._model, part, f) is None]
        if part.balance is None:
            return [], [*self._period(part, period), *(tree for _, tree in asked), *defined]
        early = [tree for f, tree in asked if self._is_of_time(part, find_field(self._model, f.field.partition(":")[0]))]
        return [*self._period(part, period), *early], [*(tree for _, tree in asked if not any(tree is e for e in early)), *defined]

    def own_conditions(self, part: Part, period: Period | None) -> list[exp.Expr]:
        """Those that a row of the fact fulfills or not by its own columns."""
        early, others = self._conditions(part, period)
        return [tree for tree in (*early, *others) if tables_of([tree]) == {part.fact}]

    def _is_of_time(self, part: Part, field: Field) -> bool:
        """Whether a field says when a balance was: its time, or anything of the calendar that its time stands in."""
        seen = reachable(self._model, part, field)
        return part.time is not None and (seen == part.time or seen.dataset == part.time.dataset != part.fact)

    def _of_one_moment(
        self, select: exp.Select, part: Part, balance: Balance, dimensions: Sequence[Dimension], early: list[exp.Expr]
    ) -> exp.Select:
        """The same over those rows only that are the last of their key in their period."""
        if part.time is None:
            raise Unusable(f"there is no field {balance.time}")
        moment = self._field(part.time)
        keys = [self._field(find_field(self._model, key)) for key in balance.keys]
        periods = [self.dimension(part, d) for d in dimensions if self._is_of_time(part, seen_by(self._model, part, d))]
        found = {column.name: column.this for column in select.find_all(exp.Column) if column.table == part.fact}
        pick = (exp.Max if balance.pick == "last" else exp.Min)(this=moment.copy())
        chosen = exp.Window(this=pick, partition_by=[tree.copy() for tree in (*periods, *keys)])
        inner = exp.select(
            *(exp.column(name.copy(), table=identifier(part.fact)) for name in found.values()),
            exp.alias_(moment.copy(), identifier(MOMENT)),
            exp.alias_(chosen, identifier(CHOSEN)),
        ).from_(self.source(part.fact))
        inner = self._joined(inner, part, tables_of([moment, *keys, *periods, *early]))
        inner = inner.where(*early) if early else inner
        select = select.from_(inner.subquery(identifier(part.fact)))
        return select.where(exp.EQ(this=expressions.column(part.fact, MOMENT), expression=expressions.column(part.fact, CHOSEN)))

    def condition_of(self, part: Part, item: Filter | MetricFilter) -> exp.Expr:
        path, _, grain = item.field.partition(":")
        field = reachable(self._model, part, find_field(self._model, path))
        tree = self._field(field)
        if grain:
            days = filters.days_of(item.field, item.op, item.values)
            unit = checked_grain(self._model, field, grain)
            return time.in_units(tree, item.op, unit, days, self.dialect, self._model.fiscal_start)
        if field.is_time and (ends := filters.ends_of(item.op, item.values)) and (coarse := time.cut(*ends, field.grains)):
            raise ToolRefused(
                f"{named(field)} is known by {coarse} only: ask for whole {coarse}s (`{item.op}` must choose whole {coarse}s). Or give "
                "`time` a period."
            )
        kind = self.types.of(tree)
        if field.is_time and kind == "other":
            kind = "timestamp"
        return filters.condition(tree, item.field, item.op, item.values, kind, self.dialect)

    def condition(self, item: Filter, column: exp.Expr) -> exp.Expr:
        """A filter on a column that its field has been read into."""
        path, _, grain = item.field.partition(":")
        field = find_field(self._model, path)
        if grain:
            days = filters.days_of(item.field, item.op, item.values)
            return time.in_units(column, item.op, checked_grain(self._model, field, grain), days, self.dialect, self._model.fiscal_start)
        return filters.condition(column, item.field, item.op, item.values, self.types.of(self._field(field)), self.dialect)

    def _period(self, part: Part, period: Period | None) -> list[exp.Expr]:
        if period is None:
            return []
        if period.start >= period.end:
            raise ToolRefused(EMPTY_PERIOD)
        field = find_field(self._model, period.field) if period.field else part.time
        if field is None:
            raise ToolRefused(
                f"{part.fact} has no time field, so {listed(map(named, part.metrics))} cannot take a period: ask without one."
            )
        if coarse := time.cut(period.start, period.end, field.grains):
            raise ToolRefused(
                f"{named(field)} is known by {coarse} only: ask for whole {coarse}s (`from` and `to` must each be the first day of one)."
            )
        tree = self._field(reachable(self._model, part, field))
        conditions = list(time.within(tree, period.start, period.end, self.dialect).flatten())
        return conditions[1:] if period.start == date.min else conditions

    def thresholds(self, metrics: dict[str, exp.Expr]) -> list[exp.Expr]:
        return [filters.condition(metrics[h.metric], h.metric, h.op, (h.value,), "number", self.dialect) for h in self._request.having]


def tables_of(trees: Sequence[exp.Expr]) -> set[str]:
    """The tables whose columns expressions name, but for those of subqueries in them."""
    return {
        column.table
        for tree in trees
        for column in tree.walk(prune=lambda node: isinstance(node, exp.Query))
        if isinstance(column, exp.Column)
    }


def table_of(dataset: Dataset) -> exp.Expr:
    """The source under its dataset's name. A leading database name is dropped: a statement stays in its database."""
    alias = identifier(dataset.name)
    if is_query(dataset.source):
        return exp.maybe_parse(dataset.source.strip(), dialect="postgres").subquery(alias)
    parts = [part.strip('"`') for part in dataset.source.split(".")][-2:]
    table = exp.Table(this=identifier(parts[-1]), db=identifier(parts[0]) if len(parts) > 1 else None)
    return table if parts[-1] == dataset.name else exp.alias_(table, alias, table=True)


def grouped(select: exp.Select, count: int, dialect: Dialect) -> exp.Select:
    """Grouped by its first columns: by their places, but where an engine knows no places."""
    if dialect == "tsql":
        return select.group_by(*(column.unalias().copy() for column in select.selects[:count]), copy=False)
    return select.group_by(*(exp.Literal.number(i + 1) for i in range(count)), copy=False)
