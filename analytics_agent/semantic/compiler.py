"""From a metric request to SQL that is right under joins: each fact is aggregated on its own, over many-to-one joins only."""

from dataclasses import dataclass

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic import explain, expressions, filters, time
from analytics_agent.semantic.expressions import Unusable
from analytics_agent.semantic.model import Dataset, Field, Metric, MetricFilter, SemanticModel
from analytics_agent.semantic.request import Filter, MetricRequest
from analytics_agent.semantic.resolve import Dimension, Part, Resolved, checked_grain, find_field, reachable, resolve
from analytics_agent.semantic.types import Types, is_query


@dataclass(frozen=True)
class Compiled:
    """`columns` describe the rows, in order; `metrics` are the governed names used; `readings` say what was meant, in words."""

    sql: str
    columns: tuple[ResultColumn, ...]
    metrics: tuple[str, ...]
    caveats: tuple[str, ...]
    readings: tuple[str, ...]


def compile(model: SemanticModel, request: MetricRequest, *, dialect: Dialect, catalog: Catalog | None = None) -> Compiled:
    """SQL for one request. With a catalog, values are checked against the columns' types.

    Raises ToolRefused: unknown names (with the nearest), a dimension that a metric's rows do not determine, a value that
    does not fit.
    """
    resolved = resolve(model, request)
    try:
        query, columns = _Compiler(model, resolved, dialect, catalog).build()
    except Unusable as problem:
        raise ToolRefused(f"The semantic model cannot be compiled for {dialect}: {problem}.") from problem
    return Compiled(
        sql=query.sql(dialect=dialect, pretty=True),
        columns=columns,
        metrics=tuple(metric.name for metric in resolved.metrics),
        caveats=explain.caveats(resolved),
        readings=explain.readings(model, resolved),
    )


class _Compiler:
    def __init__(self, model: SemanticModel, resolved: Resolved, dialect: Dialect, catalog: Catalog | None) -> None:
        self._model = model
        self._resolved = resolved
        self._request = resolved.request
        self._dialect: Dialect = dialect
        self._types = Types(model, catalog, dialect)

    def build(self) -> tuple[exp.Select, tuple[ResultColumn, ...]]:
        selects = [self._part(part) for part in self._resolved.parts]
        query = selects[0] if len(selects) == 1 else self._merged(selects)
        return self._ordered(query), self._columns()

    # one fact

    def _part(self, part: Part) -> exp.Select:
        """SELECT dimensions, metrics FROM fact LEFT JOIN … WHERE … GROUP BY … HAVING …"""
        groups = [self._dimension(part, d) for d in self._resolved.dimensions]
        aggregates = [self._metric(m) for m in part.metrics]
        conditions = self._conditions(part)
        select = exp.select(
            *(exp.alias_(g, _identifier(d.name)) for g, d in zip(groups, self._resolved.dimensions, strict=True)),
            *(exp.alias_(a, _identifier(m.name)) for a, m in zip(aggregates, part.metrics, strict=True)),
        ).from_(self._source(part.fact))
        select = self._joined(select, part, [*groups, *aggregates, *conditions])
        if conditions:
            select = select.where(*conditions)
        if groups:
            select = select.group_by(*(exp.Literal.number(i + 1) for i in range(len(groups))))
        if len(self._resolved.parts) == 1 and self._request.having:
            select = select.having(*self._thresholds(dict(zip((m.name for m in part.metrics), aggregates, strict=True))))
        return select

    def _joined(self, select: exp.Select, part: Part, trees: list[exp.Expr]) -> exp.Select:
        used = {column.table for tree in trees for column in tree.find_all(exp.Column)} - {part.fact}
        for hop in part.paths.needed(used):
            on = [
                exp.EQ(this=self._column(hop.here, a), expression=self._column(hop.there, b))
                for a, b in zip(hop.here_columns, hop.there_columns, strict=True)
            ]
            select = select.join(self._source(hop.there), on=exp.and_(*on), join_type="left")
        return select

    def _source(self, name: str) -> exp.Expr:
        dataset = self._model.dataset(name)
        if dataset is None:
            raise Unusable(f"there is no dataset {name}")
        return table_of(dataset)

    def _column(self, dataset: str, name: str) -> exp.Expr:
        """A relationship's column: the dataset's field of that name, else the table's own column."""
        path = f"{dataset}.{name}"
        if self._model.field(path) is not None:
            return expressions.field_sql(self._model, path, self._dialect)
        return expressions.column(dataset, name)

    def _field(self, field: Field) -> exp.Expr:
        tree = expressions.field_sql(self._model, field.path, self._dialect)
        return time.in_zone(tree, self._types.native(tree), self._model.timezone) if field.is_time else tree

    def _dimension(self, part: Part, dimension: Dimension) -> exp.Expr:
        tree = self._field(reachable(self._model, part, dimension.field))
        return time.truncate(tree, dimension.grain, self._dialect) if dimension.grain else tree

    def _metric(self, metric: Metric) -> exp.Expr:
        return expressions.metric_sql(self._model, metric.expression, metric.dataset, self._dialect)

    def _conditions(self, part: Part) -> list[exp.Expr]:
        asked = [self._condition(part, f) for f in self._request.filters]
        defined = [self._condition(part, f) for f in part.filters]
        return [*self._period(part), *asked, *defined]

    def _condition(self, part: Part, item: Filter | MetricFilter) -> exp.Expr:
        path, _, grain = item.field.partition(":")
        field = reachable(self._model, part, find_field(self._model, path))
        tree = self._field(field)
        if grain:
            return time.in_units(
                tree, item.op, checked_grain(field, grain), filters.days_of(item.field, item.op, item.values), self._dialect
            )
        kind = self._types.of(tree)
        if field.is_time and kind == "other":
            kind = "timestamp"
        return filters.condition(tree, item.field, item.op, item.values, kind, self._dialect)

    def _period(self, part: Part) -> list[exp.Expr]:
        period = self._request.time
        if period is None:
            return []
        if period.start >= period.end:
            raise ToolRefused("The period is empty: `to` is exclusive and must be later than `from`.")
        field = find_field(self._model, period.field) if period.field else self._model.default_time(part.fact)
        if field is None:
            raise ToolRefused(f"{part.fact} has no time field, so {', '.join(m.name for m in part.metrics)} cannot take a period.")
        if coarse := time.cut(period.start, period.end, field.grains):
            raise ToolRefused(f"{field.path} is known by {coarse} only: `from` and `to` must each be the first day of a {coarse}.")
        tree = self._field(reachable(self._model, part, field))
        return list(time.within(tree, period.start, period.end, self._dialect).flatten())

    def _thresholds(self, metrics: dict[str, exp.Expr]) -> list[exp.Expr]:
        return [filters.condition(metrics[h.metric], h.metric, h.op, (h.value,), "number", self._dialect) for h in self._request.having]

    # several facts

    def _merged(self, selects: list[exp.Select]) -> exp.Select:
        """Aggregated parts side by side: stacked with NULL in each other's columns, then folded by dimension.

        A FULL JOIN would be the textbook way, but PostgreSQL cannot match NULL groups in one. Parts are folded two at a
        time, so that every column of NULLs takes its type from its neighbor.
        """
        names = [[m.name for m in part.metrics] for part in self._resolved.parts]
        query, held = selects[0], names[0]
        for number, (select, added) in enumerate(zip(selects[1:], names[1:], strict=True), start=2):
            query = self._folded(query, held, select, added, number)
            held = [*held, *added]
        final = self._finished(query)
        thresholds = self._thresholds({name: exp.column(_identifier(name)) for name in held})
        return final.where(*thresholds) if thresholds else final

    def _folded(self, left: exp.Select, held: list[str], right: exp.Select, added: list[str], number: int) -> exp.Select:
        dimensions = [d.name for d in self._resolved.dimensions]
        stacked = exp.union(
            _projected(left, f"part_{number - 1}", dimensions, held, held + added),
            _projected(right, f"part_{number}_alone", dimensions, added, held + added),
            distinct=False,
        )
        folded = exp.select(
            *(exp.column(_identifier(name)) for name in dimensions),
            *(exp.alias_(exp.Max(this=exp.column(_identifier(name))), _identifier(name)) for name in (*held, *added)),
        ).from_(stacked.subquery("stacked"))
        return folded.group_by(*(exp.Literal.number(i + 1) for i in range(len(dimensions)))) if dimensions else folded

    def _finished(self, query: exp.Select) -> exp.Select:
        """Columns in the order asked for; a count that has no rows for a group is 0 there, not unknown."""
        parts = [exp.column(_identifier(d.name)) for d in self._resolved.dimensions]
        return exp.select(*parts, *(self._counted(m) for m in self._resolved.metrics)).from_(query.subquery("folded"))

    def _counted(self, metric: Metric) -> exp.Expr:
        column = exp.column(_identifier(metric.name))
        if not isinstance(self._metric(metric), exp.Count):
            return column
        return exp.alias_(exp.Coalesce(this=column, expressions=[exp.Literal.number(0)]), _identifier(metric.name))

    # order and columns

    def _ordered(self, query: exp.Select) -> exp.Select:
        wanted = [(self._output(order.field), order.direction) for order in self._request.order_by] or self._default_order()
        named = {name for name, _ in wanted}
        wanted += [(d.name, "asc") for d in self._resolved.dimensions if d.name not in named]
        if self._resolved.dimensions:
            query = query.order_by(*(_by(name, direction) for name, direction in wanted))
        return query.limit(self._request.limit) if self._request.limit else query

    def _default_order(self) -> list[tuple[str, str]]:
        """Time runs forward; anything else goes by the first metric, largest first."""
        times = [(d.name, "asc") for d in self._resolved.dimensions if d.field.is_time]
        return times or [(self._resolved.metrics[0].name, "desc")]

    def _output(self, name: str) -> str:
        for dimension in self._resolved.dimensions:
            if name in (dimension.key, dimension.name, dimension.field.path):
                return dimension.name
        if name in {metric.name for metric in self._resolved.metrics}:
            return name
        known = [*(d.key for d in self._resolved.dimensions), *(m.name for m in self._resolved.metrics)]
        raise ToolRefused(f"The rows cannot be ordered by {name!r}, which is not in this request. Order by one of {', '.join(known)}.")

    def _columns(self) -> tuple[ResultColumn, ...]:
        part = self._resolved.parts[0]
        dimensions = [explain.dimension_column(d, self._types.of(self._dimension(part, d))) for d in self._resolved.dimensions]
        metrics = [explain.metric_column(m, self._types.of(self._metric(m))) for m in self._resolved.metrics]
        return (*dimensions, *metrics)


def table_of(dataset: Dataset) -> exp.Expr:
    """The source under its dataset's name. A leading database name is dropped: a statement stays in its database."""
    alias = _identifier(dataset.name)
    if is_query(dataset.source):
        return exp.maybe_parse(dataset.source.strip(), dialect="postgres").subquery(alias)
    parts = [part.strip('"`') for part in dataset.source.split(".")][-2:]
    table = exp.Table(this=_identifier(parts[-1]), db=_identifier(parts[0]) if len(parts) > 1 else None)
    return table if parts[-1] == dataset.name else exp.alias_(table, alias, table=True)


def _projected(query: exp.Select, alias: str, dimensions: list[str], own: list[str], everything: list[str]) -> exp.Select:
    metrics = [exp.column(_identifier(n)) if n in own else exp.alias_(exp.Null(), _identifier(n)) for n in everything]
    return exp.select(*(exp.column(_identifier(n)) for n in dimensions), *metrics).from_(query.subquery(alias))


def _identifier(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=not (name.isidentifier() and name.isascii() and name == name.lower()))


def _by(name: str, direction: str) -> exp.Ordered:
    return exp.Ordered(this=exp.column(_identifier(name)), desc=direction == "desc", nulls_first=False)
