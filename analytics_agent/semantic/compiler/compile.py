"""From a metric request to SQL that is right under joins: each fact is aggregated on its own, over many-to-one joins only.

What asks for more than metrics by dimensions (comparisons, shares, the top few, filled periods, ratios, balances, running totals) is
put together in staged.py from the same parts.
"""

from dataclasses import dataclass, replace

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.compiler import explain
from analytics_agent.semantic.compiler.bridged import split
from analytics_agent.semantic.compiler.counting import of_keys
from analytics_agent.semantic.compiler.cut import PLACE
from analytics_agent.semantic.compiler.ending import end_of, ended
from analytics_agent.semantic.compiler.expressions import Unusable
from analytics_agent.semantic.compiler.expressions import identifier as _identifier
from analytics_agent.semantic.compiler.facts import Facts, grouped
from analytics_agent.semantic.compiler.facts import table_of as table_of
from analytics_agent.semantic.compiler.picked import picked
from analytics_agent.semantic.compiler.resolve import Resolved, resolve
from analytics_agent.semantic.compiler.staged import Staged, is_staged
from analytics_agent.semantic.model import Metric, SemanticModel
from analytics_agent.semantic.ratios import with_ratio
from analytics_agent.semantic.request import MetricRequest
from analytics_agent.sql.as_written import sqlglot_dialect
from analytics_agent.sql.dialects import BOOKS
from analytics_agent.sql.text import LONGEST_STATEMENT


@dataclass(frozen=True)
class Compiled:
    """`columns` describe the rows, in order; `metrics` are the governed names used; `readings` say how rows were compared, cut and filled:
    what a request alone does not tell."""

    sql: str
    columns: tuple[ResultColumn, ...]
    metrics: tuple[str, ...]
    caveats: tuple[str, ...]
    readings: tuple[str, ...]
    weights: tuple[tuple[str, str], ...] = ()
    """Statements that count what is split by weights that do not add up, each with the sentence to be said where there is any."""


def compile(model: SemanticModel, request: MetricRequest, *, dialect: Dialect, catalog: Catalog | None = None) -> Compiled:
    """SQL for one request. With a catalog, values are checked against the columns' types.

    Raises ToolRefused: unknown names (with the nearest), a dimension that a metric's rows do not determine, a value that
    does not fit.
    """
    figures, asked = request.figures if request.ratio_to else (), request.filters
    model, request = with_ratio(model, request)
    request = of_keys(model, request)
    resolved = resolve(model, request)
    try:
        chosen = picked(request, resolved.dimensions)
        counted = replace(request, filters=tuple(f for f in request.filters if f not in [each for each, _ in chosen]))
        facts = Facts(model, counted, dialect, catalog)
        query, columns = (
            Staged(model, resolved, facts, dialect, chosen) if is_staged(resolved) else _Compiler(model, resolved, facts)
        ).build()
    except Unusable as problem:
        raise ToolRefused(f"The semantic model cannot be compiled for {dialect}: {problem}.") from problem
    return Compiled(
        sql=_written(query, dialect),
        columns=columns,
        metrics=figures or tuple(metric.name for metric in resolved.metrics),
        caveats=explain.caveats(model, replace(resolved, request=replace(resolved.request, filters=asked))),
        readings=tuple(explain.readings(model, resolved, end_of(resolved, columns, [PLACE] if request.top else ()))),
        weights=_weights(model, resolved, facts),
    )


def _weights(model: SemanticModel, resolved: Resolved, facts: Facts) -> tuple[tuple[str, str], ...]:
    crossings = [c for part in resolved.parts for c in split(model, part, resolved.dimensions, resolved.request.filters)]
    return tuple(
        (
            _written(facts.wrong_weights(crossing), facts.dialect),
            f"The weights of {name} do not add up to 1 for every row of {crossing.fact}, so its parts do not add up to the whole.",
        )
        for name, crossing in {crossing.bridge: crossing for crossing in crossings}.items()
    )


def _written(query: exp.Select, dialect: Dialect) -> str:
    """On lines for people, or on one where that would be longer than a statement may be."""
    is_too_wide = sum(1 for _ in query.find_all(exp.Join)) > BOOKS[dialect].most_joins
    for is_pretty in () if is_too_wide else (True, False):
        if len(text := query.sql(dialect=sqlglot_dialect(dialect), pretty=is_pretty)) <= LONGEST_STATEMENT:
            return text
    raise ToolRefused("This is too much for one statement. Ask for fewer figures, longer periods or less time, in several requests.")


class _Compiler:
    def __init__(self, model: SemanticModel, resolved: Resolved, facts: Facts) -> None:
        self._model = model
        self._resolved = resolved
        self._request = resolved.request
        self._facts = facts

    def build(self) -> tuple[exp.Select, tuple[ResultColumn, ...]]:
        alone = len(self._resolved.parts) == 1
        selects = [self._facts.select(part, self._resolved.dimensions, self._request.time, having=alone) for part in self._resolved.parts]
        query = selects[0] if len(selects) == 1 else self._merged(selects)
        columns = self._columns()
        names, end = [c.name for c in columns], end_of(self._resolved, columns)
        if not end.is_extended:
            return ended(query, names, end), columns
        shown = exp.select(*(exp.column(_identifier(name)) for name in names))
        if alone:
            return ended(shown.from_(query.subquery("result", copy=False), copy=False), names, end), columns
        # A step with a name: nested in what cuts them, several facts are deeper than SQLite reads.
        step = self._free("result")
        rows = shown.from_(step)
        return ended(rows, names, end).with_(exp.to_identifier(step), as_=query, copy=False), columns

    def _free(self, name: str) -> str:
        """A name that no table of the model has: a step would take that table's place."""
        taken = {d.name for d in self._model.datasets} | {d.source.split(".")[-1].strip('"`') for d in self._model.datasets}
        return next(each for each in (name, *(f"{name}_{i}" for i in range(2, 100))) if each not in taken)

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
        thresholds = self._facts.thresholds({m.name: self._counted(m) for part in self._resolved.parts for m in part.metrics})
        return final.where(*thresholds, copy=False) if thresholds else final

    def _folded(self, left: exp.Select, held: list[str], right: exp.Select, added: list[str], number: int) -> exp.Select:
        dimensions = [d.name for d in self._resolved.dimensions]
        stacked = exp.union(
            _projected(left, f"part_{number - 1}", dimensions, held, held + added),
            _projected(right, f"part_{number}_alone", dimensions, added, held + added),
            distinct=False,
            copy=False,
        )
        folded = exp.select(
            *(exp.column(_identifier(name)) for name in dimensions),
            *(exp.alias_(exp.Max(this=exp.column(_identifier(name))), _identifier(name)) for name in (*held, *added)),
        ).from_(stacked.subquery("stacked", copy=False), copy=False)
        return grouped(folded, len(dimensions), self._facts.dialect) if dimensions else folded

    def _finished(self, query: exp.Select) -> exp.Select:
        """Columns in the order asked for; a count that has no rows for a group is 0 there, not unknown."""
        parts = [exp.column(_identifier(d.name)) for d in self._resolved.dimensions]
        values = [(self._counted(m), _identifier(m.name)) for m in self._resolved.metrics]
        metrics = [value if isinstance(value, exp.Column) else exp.alias_(value, name) for value, name in values]
        return exp.select(*parts, *metrics).from_(query.subquery("folded", copy=False), copy=False)

    def _counted(self, metric: Metric) -> exp.Expr:
        """What is shown, and what thresholds are on: here the name alone would be the column that does not know the 0 yet."""
        column = exp.column(_identifier(metric.name))
        if not isinstance(self._facts.metric(metric), exp.Count):
            return column
        return exp.Coalesce(this=column, expressions=[exp.Literal.number(0)])

    # columns

    def _columns(self) -> tuple[ResultColumn, ...]:
        part = self._resolved.parts[0]
        dimensions = [explain.dimension_column(d, self._facts.types.of(self._facts.dimension(part, d))) for d in self._resolved.dimensions]
        kinds = {m.name: self._facts.types.of(self._facts.metric(m)) for m in self._resolved.metrics}
        metrics = [explain.metric_column(self._model, self._resolved, m, kinds[m.name]) for m in self._resolved.metrics]
        return (*dimensions, *metrics)


def _projected(query: exp.Select, alias: str, dimensions: list[str], own: list[str], everything: list[str]) -> exp.Select:
    metrics = [exp.column(_identifier(n)) if n in own else exp.alias_(exp.Null(), _identifier(n)) for n in everything]
    return exp.select(*(exp.column(_identifier(n)) for n in dimensions), *metrics).from_(query.subquery(alias, copy=False), copy=False)
