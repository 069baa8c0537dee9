"""Warnings about joins: rows multiplied, rows lost, and totals that count one row many times."""

from collections.abc import Iterator

from sqlglot import exp

from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.nodes import Nodes
from analytics_agent.sql.scope import Resolution, Source
from analytics_agent.sql.types import Typer
from analytics_agent.sql.verdict import quoted, warning


def cartesian_join(nodes: Nodes, result: Resolution, typer: Typer) -> Iterator[SqlFinding]:
    """Two sources with no condition between them: every row of one with every row of the other."""
    for select in _joining(nodes):
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
            hint = "Add the join condition; for one total beside every row use a subquery or a window; of one row each it is right."
            yield warning("cartesian-join", f"{quoted(source.name)} is joined to every row: no condition links it.", hint)


def left_join_undone(nodes: Nodes, result: Resolution, typer: Typer) -> Iterator[SqlFinding]:
    """A WHERE on the optional side drops the rows that the LEFT JOIN kept."""
    for select in _joining(nodes):
        optional = {
            result.sources[id(j.this)].name for j in select.args.get("joins") or () if j.side == "LEFT" and id(j.this) in result.sources
        }
        where = select.args.get("where")
        parts = where.this.flatten() if where and isinstance(where.this, exp.And) else [where.this] if where else []
        for part in parts:
            names = {_source_of(column, result) for column in part.find_all(exp.Column)} & optional if optional else None
            if (
                names
                and isinstance(part, (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NEQ, exp.In, exp.Like, exp.ILike, exp.Between))
                and not part.find(exp.Coalesce, exp.Is)
            ):
                hint = "Move the condition into ON to keep unmatched rows, or write JOIN."
                yield warning("left-join-undone", f"WHERE on {', '.join(sorted(names))} drops the rows that LEFT JOIN kept.", hint)
                break


def fan_out(nodes: Nodes, result: Resolution, typer: Typer) -> Iterator[SqlFinding]:
    """A sum over rows that a join repeats. Known where the other table's primary key is, and the join does not pin it down."""
    totals = [(total, total.find_ancestor(exp.Select)) for total in nodes.of(exp.Sum, exp.Avg)]
    for select in _joining(nodes):
        of_this = [total for total, around in totals if around is select and not total.find(exp.Distinct)]
        if not of_this:
            continue
        sources = _sources(select, result)
        pinned = _pinned_columns(select, result, sources)
        many = [s for s in sources if s.table and s.table.primary_key and not set(s.table.primary_key) <= pinned.get(s.name, set())]
        for total in of_this:
            measured = _only_source(total, result)
            repeating = [source.name for source in many if source.name != measured]
            if measured and repeating and len(sources) > 1:
                hint = f"Aggregate {repeating[0]} in a subquery to one row per key before joining, or sum a column of {repeating[0]}."
                shown = quoted(total.sql(dialect=result.dialect))
                yield warning("fan-out", f"{shown} counts rows of {measured} once for each matching row of {repeating[0]}.", hint)


def _joining(nodes: Nodes) -> list[exp.Select]:
    """In the order of the statement."""
    return [select for select in nodes.of(exp.Select) if select.args.get("joins")]


def aggregates(select: exp.Select) -> bool:
    return any(
        isinstance(node, exp.AggFunc) and node.find_ancestor(exp.Window, exp.Select) is select
        for item in select.expressions
        for node in item.find_all(exp.AggFunc)
    )


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
    source = result.sources_of.get(id(column))
    return source.name if source is not None else result.fold_source(column.args.get("table"))


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
    return bool(query.args.get("limit")) or query.args.get("from_") is None or (aggregates(query) and not query.args.get("group"))


def _sources(select: exp.Select, result: Resolution) -> list[Source]:
    first = select.args.get("from_")
    nodes = [first.this] if first else []
    nodes += [join.this for join in select.args.get("joins") or () if join.args.get("kind") not in ("SEMI", "ANTI")]
    return [result.sources[id(node)] for node in nodes if id(node) in result.sources]


def _pinned_columns(select: exp.Select, result: Resolution, sources: list[Source]) -> dict[str, set[str]]:
    """By source, the columns that an equality or USING sets to one value for each row of the others."""
    pinned: dict[str, set[str]] = {}
    for join in select.args.get("joins") or ():
        for name in join.args.get("using") or ():
            for source in sources:
                pinned.setdefault(source.name, set()).add(name.name)
    conditions = [select.args.get("where"), *(join.args.get("on") for join in select.args.get("joins") or ())]
    for equality in (node for condition in conditions if condition for node in condition.find_all(exp.EQ)):
        for side, other in ((equality.this, equality.expression), (equality.expression, equality.this)):
            if isinstance(side, exp.Column) and _source_of(side, result) not in {_source_of(c, result) for c in other.find_all(exp.Column)}:
                pinned.setdefault(_source_of(side, result), set()).add(side.name)
    return pinned


def _only_source(total: exp.Expr, result: Resolution) -> str:
    """The one source whose columns are summed; empty when there are none or several."""
    names = {_source_of(column, result) for column in total.find_all(exp.Column)}
    return names.pop() if len(names) == 1 else ""
