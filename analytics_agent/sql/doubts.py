"""What to look at when a statement finds nothing: the texts it compares columns with, and its conditions one by one as statements."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect, Table, TableColumn
from analytics_agent.sql.names import resolve
from analytics_agent.sql.parse import generate, parse
from analytics_agent.sql.scope import Output, Resolution
from analytics_agent.sql.verdict import quoted

MOST_CONDITIONS = 8
_SHAPES = ("where", "group", "having", "order", "limit", "offset", "distinct", "qualify", "windows", "with_")


@dataclass(frozen=True)
class Compared:
    """A column of a table that is compared with texts, anywhere in a statement."""

    table: Table
    column: TableColumn
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """One condition as people read it; `alone` and `together` (with those before it) give a row if any row fulfils them.
    `compares` is the column whose range says why, where it is about one column of numbers or time."""

    text: str
    alone: str
    together: str
    compares: tuple[Table, TableColumn] | None = None


@dataclass(frozen=True)
class Stage:
    """One SELECT of a statement. `any` gives a row if the SELECT does, `joined` if it would without its conditions."""

    name: str
    any: str
    joined: str
    conditions: tuple[Condition, ...]
    joins: int = 0
    has_having: bool = False


def compared(sql: str, dialect: Dialect, catalog: Catalog) -> tuple[Compared, ...]:
    """Texts that columns are set equal to, or listed with, by column; in the order of the statement."""
    tree = parse(sql, dialect).tree
    if tree is None:
        return ()
    found: dict[tuple[str | None, str, str], Compared] = {}
    result = resolve(tree, dialect, catalog)
    for column, texts in _comparisons(tree):
        origin = _origin(column, result)
        if origin is None or origin[1].type not in ("text", "other"):
            continue
        table, of = origin
        key = (table.schema, table.name, of.name)
        earlier = found[key].texts if key in found else ()
        found[key] = Compared(table, of, tuple(dict.fromkeys((*earlier, *texts))))
    return tuple(found.values())


def stages(sql: str, dialect: Dialect, catalog: Catalog) -> tuple[Stage, ...]:
    """The WITH queries of a statement in their order, then itself. Empty for what cannot be taken apart."""
    tree = parse(sql, dialect).tree
    if tree is None:
        return ()
    resolve_of = resolve(tree, dialect, catalog)
    root = _inner(tree.unnest())
    clause = tree.args.get("with_")
    if clause is not None and clause.args.get("recursive"):
        return ()
    ctes = list(clause.expressions) if clause is not None else []
    made = [_stage(cte.alias, cte.this, ctes[:place], dialect, resolve_of) for place, cte in enumerate(ctes)]
    made.append(_stage("", root, ctes, dialect, resolve_of))
    return tuple(stage for stage in made if stage)


def _comparisons(tree: exp.Expr) -> Iterator[tuple[exp.Column, tuple[str, ...]]]:
    for node in tree.find_all(exp.EQ, exp.NEQ, exp.In, bfs=False):
        if isinstance(node, exp.In):
            texts = tuple(item.name for item in node.expressions if _is_text(item))
            if isinstance(node.this, exp.Column) and texts:
                yield node.this, texts
            continue
        for side, other in ((node.this, node.expression), (node.expression, node.this)):
            if isinstance(side, exp.Column) and _is_text(other):
                yield side, (other.name,)


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)


def _origin(column: exp.Column, result: Resolution) -> tuple[Table, TableColumn] | None:
    output: Output | None = result.origins.get(id(column))
    return (output.table, output.column) if output and output.table and output.column else None


def _inner(node: exp.Expr) -> exp.Expr:
    """What a SELECT that only passes on the rows of a subquery passes on."""
    while isinstance(node, exp.Select) and not node.args.get("where") and not node.args.get("joins"):
        from_ = node.args.get("from_")
        if from_ is None or not isinstance(from_.this, exp.Subquery):
            break
        node = from_.this.unnest()
    return node


def _stage(name: str, node: exp.Expr, ctes: list[exp.Expr], dialect: Dialect, result: Resolution) -> Stage | None:
    query = node.unnest()
    if not isinstance(query, exp.Select) or query.args.get("from_") is None:
        return None
    bare = query.copy()
    for part in _SHAPES:
        bare.set(part, None)
    bare.set("expressions", [exp.alias_(exp.Literal.number(1), "found")])
    parts = _conjuncts(query)

    def text(conditions: list[exp.Expr]) -> str:
        probe = bare.copy()
        if conditions:
            probe.set("where", exp.Where(this=exp.and_(*(condition.copy() for condition in conditions))))
        return _with(probe.limit(1), ctes, dialect)

    conditions = tuple(
        Condition(
            quoted(part.sql(dialect=dialect, comments=False), 160), text([part]), text(list(parts[: place + 1])), _only_column(part, result)
        )
        for place, part in enumerate(parts)
    )
    whole = exp.select(exp.alias_(exp.Literal.number(1), "found")).from_(query.copy().subquery("whole")).limit(1)
    return Stage(
        name, _with(whole, ctes, dialect), text([]), conditions, len(query.args.get("joins") or ()), query.args.get("having") is not None
    )


def _with(query: exp.Expr, ctes: list[exp.Expr], dialect: Dialect) -> str:
    if ctes and not query.args.get("with_"):
        query.set("with_", exp.With(expressions=[cte.copy() for cte in ctes]))
    return generate(query, dialect) or ""


def _conjuncts(query: exp.Select) -> tuple[exp.Expr, ...]:
    where = query.args.get("where")
    if where is None:
        return ()
    parts = tuple(where.this.flatten()) if isinstance(where.this, exp.And) else (where.this,)
    return parts[:MOST_CONDITIONS]


def _only_column(condition: exp.Expr, result: Resolution) -> tuple[Table, TableColumn] | None:
    found = {
        (origin[0].schema, origin[0].name, origin[1].name): origin for c in condition.find_all(exp.Column) if (origin := _origin(c, result))
    }
    only = next(iter(found.values())) if len(found) == 1 else None
    return only if only and only[1].type in ("integer", "number", "date", "timestamp") else None
