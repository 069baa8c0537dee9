"""Warnings: shapes that run and are often wrong. They stop nothing; the model and the reader are told."""

from collections.abc import Callable, Iterator

from sqlglot import exp

from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.scope import Output, Resolution, Source
from analytics_agent.sql.verdict import quoted, warning

Lint = Callable[[exp.Expr, Resolution], Iterator[SqlFinding]]


def reads_no_table(tree: exp.Expr, result: Resolution) -> Iterator[SqlFinding]:
    """Figures that come from nowhere but the statement itself."""
    if not result.references:
        yield warning("no-table", "The statement reads no table: its rows are constants written into it.", "Select from a table.")


def cartesian_join(tree: exp.Expr, result: Resolution) -> Iterator[SqlFinding]:
    """Two sources with no condition between them: every row of one with every row of the other."""
    for select in tree.find_all(exp.Select):
        first = select.args.get("from_")
        linked = _linked_names(select, result)
        for join in select.args.get("joins") or ():
            source = result.sources.get(id(join.this))
            if (
                first is None
                or source is None
                or _has_condition(join)
                or source.name in linked
                or _is_small(join.this)
                or _is_small(first.this)
            ):
                continue
            hint = "Add the join condition; for one total beside every row use a subquery or a window."
            yield warning("cartesian-join", f"{quoted(source.name)} is joined to every row: no condition links it.", hint)


def left_join_undone(tree: exp.Expr, result: Resolution) -> Iterator[SqlFinding]:
    """A WHERE on the optional side drops the rows that the LEFT JOIN kept."""
    for select in tree.find_all(exp.Select):
        optional = {
            result.sources[id(j.this)].name for j in select.args.get("joins") or () if j.side == "LEFT" and id(j.this) in result.sources
        }
        where = select.args.get("where")
        parts = where.this.flatten() if where and isinstance(where.this, exp.And) else [where.this] if where else []
        for part in parts:
            names = {result.fold(column.args.get("table")) for column in part.find_all(exp.Column)} & optional
            if (
                names
                and isinstance(part, (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NEQ, exp.In, exp.Like, exp.ILike, exp.Between))
                and not part.find(exp.Coalesce, exp.Is)
            ):
                hint = "Move the condition into ON to keep unmatched rows, or write JOIN."
                yield warning("left-join-undone", f"WHERE on {', '.join(sorted(names))} drops the rows that LEFT JOIN kept.", hint)
                break


def aggregate_over_limit(tree: exp.Expr, result: Resolution) -> Iterator[SqlFinding]:
    """A total of an arbitrary part of the rows."""
    for select in tree.find_all(exp.Select):
        from_ = select.args.get("from_")
        inner = from_.this.this if from_ and isinstance(from_.this, exp.Subquery) else None
        if isinstance(inner, exp.Query) and inner.args.get("limit") and not inner.args.get("order") and _aggregates(select):
            hint = "Leave LIMIT out of the subquery, or ORDER BY in it if the first rows are meant."
            yield warning(
                "aggregate-over-limit", "The aggregate covers an arbitrary part of the rows: its subquery has LIMIT without ORDER BY.", hint
            )


def not_in_nullable(tree: exp.Expr, result: Resolution) -> Iterator[SqlFinding]:
    """One NULL in the subquery and NOT IN is never true."""
    for negation in tree.find_all(exp.Not):
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


def integer_division(tree: exp.Expr, result: Resolution) -> Iterator[SqlFinding]:
    """Counts divided by counts lose their fraction, except in DuckDB."""
    if result.dialect == "duckdb":
        return
    for division in tree.find_all(exp.Div):
        if _is_integer(division.this, result) and _is_integer(division.expression, result):
            shown = division.sql(dialect=result.dialect)
            yield warning(
                "integer-division",
                f"{quoted(shown)} divides integers: the fraction is cut off.",
                "Multiply by 1.0, or cast one side to numeric.",
            )


LINTS: tuple[Lint, ...] = (reads_no_table, cartesian_join, left_join_undone, aggregate_over_limit, not_in_nullable, integer_division)


def _has_condition(join: exp.Join) -> bool:
    on = join.args.get("on")
    is_true = isinstance(on, exp.Boolean) and bool(on.this)
    return bool(join.args.get("using") or join.method or (on is not None and not is_true))


def _linked_names(select: exp.Select, result: Resolution) -> set[str]:
    """Sources that some condition of WHERE or ON compares with another source."""
    linked: set[str] = set()
    conditions = [select.args.get("where"), *(join.args.get("on") for join in select.args.get("joins") or ())]
    for condition in conditions:
        for comparison in condition.find_all(exp.Predicate) if condition else ():
            names = {_source_of(column, result) for column in comparison.find_all(exp.Column)} - {""}
            if len(names) > 1:
                linked |= names
    return linked


def _source_of(column: exp.Column, result: Resolution) -> str:
    if table := column.args.get("table"):
        return result.fold(table)
    output = result.origins.get(id(column))
    return next((s.name for s in result.sources.values() if output is not None and _gives(s, output)), "")


def _gives(source: Source, output: Output) -> bool:
    return any(column is output for column in source.outputs.columns)


def _is_small(node: exp.Expr) -> bool:
    """Surely few rows: VALUES, a function, LATERAL, or a subquery that is one aggregate or is limited."""
    if isinstance(node, (exp.Values, exp.Unnest, exp.Lateral)) or isinstance(node.this, exp.Func):
        return True
    if isinstance(node, exp.Table):
        return _is_small_cte(node)
    return _is_one_row(node.this) if isinstance(node, exp.Subquery) else False


def _is_small_cte(node: exp.Table) -> bool:
    root = node.root()
    ctes = {cte.alias: cte.this for cte in root.find_all(exp.CTE)}
    return not node.args.get("db") and node.name in ctes and _is_one_row(ctes[node.name])


def _is_one_row(query: exp.Expr) -> bool:
    if not isinstance(query, exp.Select):
        return False
    return bool(query.args.get("limit")) or query.args.get("from_") is None or (_aggregates(query) and not query.args.get("group"))


def _aggregates(select: exp.Select) -> bool:
    return any(
        isinstance(node, exp.AggFunc) and node.find_ancestor(exp.Window, exp.Select) is select
        for item in select.expressions
        for node in item.find_all(exp.AggFunc)
    )


def _excludes_null(select: exp.Expr | None, output: Output) -> bool:
    where = select.args.get("where") if select else None
    name = output.column.name if output.column else ""
    return where is not None and any(test.args.get("negate") and test.this.name == name for test in where.find_all(exp.Is))


def _is_integer(node: exp.Expr, result: Resolution) -> bool:
    if isinstance(node, (exp.Paren, exp.Filter, exp.Window)):
        return _is_integer(node.this, result)
    if isinstance(node, exp.Count):
        return True
    if isinstance(node, exp.Literal):
        return not node.is_string and str(node.this).isdigit()
    if isinstance(node, (exp.Add, exp.Sub, exp.Mul)):
        return _is_integer(node.this, result) and _is_integer(node.expression, result)
    if isinstance(node, (exp.Nullif, exp.Max, exp.Min)):
        return _is_integer(node.this, result)
    if isinstance(node, exp.Sum):
        # PostgreSQL gives numeric for a sum of bigint, bigint for a sum of integer.
        origin = result.origins.get(id(node.this))
        return _is_integer(node.this, result) and not (
            result.dialect == "postgres" and origin and origin.column and "bigint" in origin.column.native_type
        )
    if isinstance(node, exp.Case):
        branches = [branch.args["true"] for branch in node.args["ifs"]] + [node.args["default"]] * bool(node.args.get("default"))
        return all(_is_integer(branch, result) for branch in branches)
    origin = result.origins.get(id(node))
    return bool(origin and origin.column and origin.column.type == "integer")
