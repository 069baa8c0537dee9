"""How many rows a statement may go through, by its structure and the sizes of its tables alone.

For statements over tables of which the asker sees a part of the rows. An engine's planner knows the values of all rows: `customer = 'X'`
is expected to find many where many hidden rows are X's, and "over the limit" would answer a guess. Nothing here depends on what the
statement compares with. A join on equal columns is taken to make as many rows as its largest table has, any other all pairs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import prod

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog
from analytics_agent.sql.parse import STUMBLES, parse

_OF_FUNCTIONS = 1_000.0
"""Rows that a function in FROM is taken to make: the guard bounds a series, and its limits are not repeated here."""


@dataclass(frozen=True)
class Size:
    """Rows that are gone through for a query, rows that it makes, and the names of its columns in lower case."""

    read: float
    made: float
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Sized:
    """The tables of a database and the WITH queries that can be read at a place, by name in lower case."""

    tables: Mapping[str, Size]
    queries: Mapping[str, Size] = field(default_factory=dict)


def rows_at_most(sql: str, catalog: Catalog) -> float | None:
    """None where the size of one of its tables is not known."""
    try:
        tree = parse(sql, catalog.dialect).tree
        return _query(tree, _Sized(_sizes(catalog))).read if tree is not None else None
    except STUMBLES:  # a table without a size among them, and forms that are not known here
        return None


def _sizes(catalog: Catalog) -> dict[str, Size]:
    """Of two tables with one name in two schemas the larger one."""
    known: dict[str, Size] = {}
    for table in catalog.tables:
        if table.rows is None:
            continue
        columns = frozenset(column.name.lower() for column in table.columns)
        size, before = Size(float(table.rows), float(table.rows), columns), known.get(table.name.lower())
        known[table.name.lower()] = size if before is None or before.made < size.made else before
    return known


def _query(tree: exp.Expr, sized: _Sized) -> Size:
    if isinstance(tree, exp.Subquery):
        return _query(tree.this, sized)
    read = 0.0
    for cte in tree.args["with_"].expressions if tree.args.get("with_") else ():
        size = _query(cte.this, _Sized(sized.tables, {cte.alias.lower(): Size(0.0, 0.0), **sized.queries}))
        named = frozenset(column.name.lower() for column in cte.args["alias"].columns) or size.columns
        read += size.read
        sized = _Sized(sized.tables, {**sized.queries, cte.alias.lower(): Size(size.made, size.made, named)})
    if isinstance(tree, exp.SetOperation):
        left, right = _query(tree.this, sized), _query(tree.expression, sized)
        return Size(read + left.read + right.read, left.made + right.made, left.columns)
    size = _select(tree, sized)
    return Size(read + size.read, size.made, size.columns)


def _select(tree: exp.Expr, sized: _Sized) -> Size:
    if not isinstance(tree, exp.Select):
        return Size(_OF_FUNCTIONS, _OF_FUNCTIONS)  # VALUES
    sources = dict(_sources(tree, sized))
    groups = _joined(tree, sources)
    made = prod(max(max(1.0, sources[name].made) for name in group) for group in groups) if groups else 1.0
    read = sum(size.read for size in sources.values()) + (made if len(sources) > 1 else 0.0)
    read += sum(_within(inner, sources, sized, made) for inner in _inner(tree))
    is_one = not tree.args.get("group") and any(each.find(exp.AggFunc) and not each.find(exp.Window) for each in tree.expressions)
    columns = frozenset(each.alias_or_name.lower() for each in tree.expressions)
    if any(each.is_star for each in tree.expressions):
        columns = columns.union(*(size.columns for size in sources.values()))
    return Size(read, 1.0 if is_one else made, columns)


def _sources(tree: exp.Select, sized: _Sized) -> Iterator[tuple[str, Size]]:
    begin = tree.args.get("from_")
    joins = [*tree.args.get("joins", ()), *tree.args.get("laterals", ())]
    for number, node in enumerate([begin.this] if begin else []):
        joins = [*node.args.get("joins", ()), *joins]
        yield node.alias_or_name.lower() or f"#{number}", _source(node, sized)
    for number, join in enumerate(joins, 1):
        node = join.this if isinstance(join, exp.Join) else join
        yield node.alias_or_name.lower() or f"#{number}", _source(node, sized)


def _source(node: exp.Expr, sized: _Sized) -> Size:
    if isinstance(node, exp.Lateral):
        node = node.this
    if isinstance(node, exp.Subquery):
        return _query(node, sized)
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        name = node.name.lower()
        return sized.queries[name] if name in sized.queries and not node.db else sized.tables[name]
    return Size(_OF_FUNCTIONS, _OF_FUNCTIONS)


def _joined(tree: exp.Select, sources: Mapping[str, Size]) -> list[set[str]]:
    """The sources in groups that equal columns join."""
    groups = [{name} for name in sources]
    for one, other in _equals(tree, sources):
        first, second = (next(group for group in groups if name in group) for name in (one, other))
        if first is not second:
            groups.remove(second)
            first |= second
    return groups


def _equals(tree: exp.Select, sources: Mapping[str, Size]) -> Iterator[tuple[str, str]]:
    names = list(sources)
    joins = tree.args.get("joins", ())
    for place, join in enumerate(joins, len(names) - len(joins)):
        if join.args.get("using") or str(join.args.get("method", "")).upper() == "NATURAL":
            yield names[max(0, place - 1)], names[place]
    conditions = [join.args["on"] for join in joins if join.args.get("on")]
    if tree.args.get("where"):
        conditions.append(tree.args["where"].this)
    for condition in conditions:
        for part in condition.flatten() if isinstance(condition, exp.And) else [condition]:
            bare = part.unnest()
            if isinstance(bare, (exp.EQ, exp.NullSafeEQ)):
                one, other = (_owner(side, sources) for side in (bare.this, bare.expression))
                if one and other and one != other:
                    yield one, other


def _owner(side: exp.Expr, sources: Mapping[str, Size]) -> str:
    """Of whose columns alone a side is made; empty where of none, of several or of a query around."""
    owners = {_owner_of(column, sources) for column in side.find_all(exp.Column)}
    return owners.pop() if len(owners) == 1 else ""


def _owner_of(column: exp.Column, sources: Mapping[str, Size]) -> str:
    if column.table:
        return column.table.lower() if column.table.lower() in sources else ""
    having = [name for name, size in sources.items() if column.name.lower() in size.columns]
    return having[0] if len(having) == 1 else ""


def _inner(tree: exp.Select) -> Iterable[exp.Expr]:
    """Queries in expressions, each the outermost of its place; those of FROM and WITH are sources."""
    own = [part for name, part in tree.args.items() if name not in ("from_", "joins", "laterals", "with_")]
    parts = [each for part in own for each in (part if isinstance(part, list) else [part]) if isinstance(each, exp.Expr)]
    parts += [join.args["on"] for join in tree.args.get("joins", ()) if join.args.get("on")]
    for part in parts:
        for query in part.find_all(exp.Query):
            around = query.find_ancestor(exp.Query)
            if not isinstance(query, exp.Subquery) and (
                around is tree or (isinstance(around, exp.Subquery) and around.parent_select is tree)
            ):
                yield query


def _within(inner: exp.Expr, sources: Mapping[str, Size], sized: _Sized, times: float) -> float:
    """A query that speaks of the rows around it is run for each of them, unless equal columns make a join of it."""
    size = _query(inner, sized)
    around = [column for column in inner.find_all(exp.Column) if column.table and column.table.lower() in sources]
    own = {each.alias_or_name.lower() for each in inner.find_all(exp.Table, exp.Subquery)}
    outer = [column for column in around if column.table.lower() not in own]
    if not outer:
        return size.read
    is_join = any(isinstance(column.parent, exp.EQ) for column in outer)
    return size.read + times if is_join else max(1.0, size.read) * times
