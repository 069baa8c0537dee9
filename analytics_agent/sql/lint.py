"""Warnings: shapes that run and are often wrong. They stop nothing; the model and the reader are told."""

from collections.abc import Callable, Iterator

from sqlglot import exp

from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.lint_joins import aggregates, cartesian_join, fan_out, left_join_undone
from analytics_agent.sql.lint_texts import texts_for_columns
from analytics_agent.sql.nodes import Nodes
from analytics_agent.sql.scope import Output, Resolution
from analytics_agent.sql.types import DIVIDES_INTEGERS, Typer
from analytics_agent.sql.verdict import quoted, warning

Lint = Callable[[Nodes, Resolution, Typer], Iterator[SqlFinding]]


def reads_no_table(nodes: Nodes, result: Resolution, typer: Typer) -> Iterator[SqlFinding]:
    """Figures that come from nowhere but the statement itself."""
    if not result.references:
        yield warning("no-table", "The statement reads no table: its rows are constants written into it.", "Select from a table.")


def aggregate_over_limit(nodes: Nodes, result: Resolution, typer: Typer) -> Iterator[SqlFinding]:
    """A total of an arbitrary part of the rows."""
    for select in nodes.of(exp.Select):
        from_ = select.args.get("from_")
        inner = from_.this.this if from_ and isinstance(from_.this, exp.Subquery) else None
        if isinstance(inner, exp.Query) and inner.args.get("limit") and not inner.args.get("order") and aggregates(select):
            hint = "Leave LIMIT out of the subquery, or ORDER BY in it if the first rows are meant."
            yield warning(
                "aggregate-over-limit", "The aggregate covers an arbitrary part of the rows: its subquery has LIMIT without ORDER BY.", hint
            )


def not_in_nullable(nodes: Nodes, result: Resolution, typer: Typer) -> Iterator[SqlFinding]:
    """One NULL in the subquery and NOT IN is never true."""
    for negation in nodes.of(exp.Not):
        query = negation.this.args.get("query") if isinstance(negation.this, exp.In) else None
        select = query.unnest() if query else None
        item = select.expressions[0] if isinstance(select, exp.Select) and select.expressions else None
        output = result.origins.get(id(item)) if item else None
        if output and output.nullable and output.column and not _excludes_null(select, output):
            name = output.column.name
            yield warning(
                "not-in-null",
                f"NOT IN over {quoted(name)}, which can be NULL: one NULL and no row is left.",
                "Use NOT EXISTS, or filter NULLs out.",
            )


def compared_with_null(nodes: Nodes, result: Resolution, typer: Typer) -> Iterator[SqlFinding]:
    """Neither true nor false, whatever the value: no row is left, or none is taken away."""
    for test in nodes.of(exp.EQ, exp.NEQ):
        if isinstance(test.expression, exp.Null) or isinstance(test.this, exp.Null):
            shown = quoted(test.sql(dialect=result.dialect))
            meant = "IS NULL" if isinstance(test, exp.EQ) else "IS NOT NULL"
            yield warning("null-comparison", f"{shown} is never true: nothing is equal to NULL, or unequal to it.", f"Write {meant}.")


def linked_to_itself(nodes: Nodes, result: Resolution, typer: Typer) -> Iterator[SqlFinding]:
    """A slip of the alias: the condition of a join that is true of every row."""
    for join in nodes.of(exp.Join):
        on = join.args.get("on")
        for test in on.flatten() if isinstance(on, exp.And) else (on,):
            if isinstance(test, exp.EQ) and isinstance(test.this, exp.Column) and test.this == test.expression:
                shown = quoted(test.sql(dialect=result.dialect))
                hint = "Write a column of each of the two tables that are joined."
                yield warning("join-to-itself", f"{shown} compares a column with itself: it joins nothing.", hint)


def integer_division(nodes: Nodes, result: Resolution, typer: Typer) -> Iterator[SqlFinding]:
    """Counts divided by counts lose their fraction, in some engines."""
    for division in nodes.of(exp.Div) if result.dialect in DIVIDES_INTEGERS else ():
        if typer.kind(division.this) == typer.kind(division.expression) == "integer":
            shown = division.sql(dialect=result.dialect)
            yield warning(
                "integer-division",
                f"{quoted(shown)} divides integers: the fraction is cut off.",
                "Multiply by 1.0, or cast one side to numeric.",
            )


def average_of_averages(nodes: Nodes, result: Resolution, typer: Typer) -> Iterator[SqlFinding]:
    """A group of two rows weighs as much as one of a million."""
    for average in nodes.of(exp.Avg):
        inner = average.this
        select = average.find_ancestor(exp.Select)
        if not isinstance(inner, exp.Column) or select is None:
            continue
        means = {name for query in _read_by(select, nodes) for name in _means(query)}
        if inner.name in means:
            shown = quoted(average.sql(dialect=result.dialect))
            yield warning(
                "average-of-averages",
                f"{shown} averages averages: a group of two rows counts as much as one of a million.",
                "For the average over all rows divide the sum of the amounts by the sum of the counts.",
            )


def _read_by(select: exp.Select, nodes: Nodes) -> Iterator[exp.Select]:
    """The queries in its FROM and joins: subqueries, and WITH queries by their names."""
    ctes = {cte.alias: cte.this for cte in nodes.of(exp.CTE)}
    from_ = select.args.get("from_")
    sources = [*([from_.this] if from_ else []), *(join.this for join in select.args.get("joins") or ())]
    for source in sources:
        query = source.this if isinstance(source, exp.Subquery) else ctes.get(source.name) if isinstance(source, exp.Table) else None
        if isinstance(query, exp.Select):
            yield query


def _means(query: exp.Select) -> Iterator[str]:
    """Its outputs that are means: AVG, or an aggregate divided by another."""
    for item in query.expressions:
        shape = item.this if isinstance(item, exp.Alias) else item
        while isinstance(shape, (exp.Cast, exp.Round, exp.Paren)):
            shape = shape.this
        sides = (shape.this, shape.expression) if isinstance(shape, exp.Div) else ()
        if isinstance(shape, exp.Avg) or (sides and all(side.find(exp.AggFunc) for side in sides)):
            yield item.alias_or_name


LINTS: tuple[Lint, ...] = (
    reads_no_table,
    cartesian_join,
    fan_out,
    left_join_undone,
    aggregate_over_limit,
    not_in_nullable,
    compared_with_null,
    linked_to_itself,
    integer_division,
    average_of_averages,
    texts_for_columns,
)


def _excludes_null(select: exp.Expr | None, output: Output) -> bool:
    where = select.args.get("where") if select else None
    name = output.column.name if output.column else ""
    return where is not None and any(test.args.get("negate") and test.this.name == name for test in where.find_all(exp.Is))
