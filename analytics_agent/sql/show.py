"""What a checked statement reads and keeps, for people: its tables, columns, functions and conditions."""

from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from analytics_agent.catalog.names import shown_name
from analytics_agent.sql.functions import CLASSES, name_of
from analytics_agent.sql.scope import Resolution


def tables(result: Resolution) -> tuple[str, ...]:
    """Every table read, once, in the order of the statement; by its shortest name where the catalog is known."""
    names = (
        shown_name(result.catalog, table) if table and result.catalog else ".".join(part for part in (node.text("db"), node.name) if part)
        for node, table in result.references
    )
    return tuple(dict.fromkeys(names))


def columns(result: Resolution) -> tuple[str, ...]:
    """Every column of a table that is read by name, as "table.column", sorted."""
    named = (output for output in result.origins.values() if output.table and output.column)
    starred = (output for output in result.outputs.columns if output.table and output.column)
    read = {(output.table.name, output.column.name) for output in (*named, *starred) if output.table and output.column}
    return tuple(f"{table}.{column}" for table, column in sorted(read))


def functions(tree: exp.Expr) -> tuple[str, ...]:
    """Every function called, once, sorted. Syntax that sqlglot counts among functions (CASE, AND) is left out."""
    calls = tree.find_all(exp.Func)
    return tuple(sorted({name_of(call) for call in calls if type(call).__name__ in CLASSES or isinstance(call, exp.Anonymous)}))


def predicates(tree: exp.Expr, dialect: str) -> tuple[str, ...]:
    """The conditions that decide which rows count, each once, as written: of WHERE, HAVING, QUALIFY, JOIN and FILTER.

    The tree may be changed: this comes after the statement was generated.
    """
    parts = (part for condition in _conditions(tree) for part in _conjuncts(condition))
    return tuple(dict.fromkeys(part.sql(dialect=dialect, comments=False, copy=False) for part in parts))


def _conditions(tree: exp.Expr) -> Iterator[exp.Expr]:
    for node in tree.find_all(exp.Where, exp.Having, exp.Qualify, exp.Join, bfs=False):
        if not isinstance(node, exp.Join):
            yield node.this
        elif on := node.args.get("on"):
            yield on


def _conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    yield from condition.flatten() if isinstance(condition, exp.And) else (condition,)


def without_literals(sql: str) -> str:
    """A statement that ran, with `?` in place of every text and number of it; empty where it cannot be read."""
    try:
        tree = sqlglot.parse_one(sql) if sql else None
    except SqlglotError:
        return ""
    return tree.transform(lambda node: exp.Placeholder() if isinstance(node, exp.Literal) else node).sql(comments=False) if tree else ""
