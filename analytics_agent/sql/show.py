"""What a checked statement reads and keeps, for people: its tables, columns, functions and conditions."""

from collections.abc import Iterable, Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.as_written import sqlglot_dialect
from analytics_agent.sql.functions import CLASSES, name_of
from analytics_agent.sql.nodes import Nodes
from analytics_agent.sql.scope import Resolution


def tables(result: Resolution) -> tuple[str, ...]:
    """Every table read, once, in the order of the statement; by its shortest name where the catalog is known."""
    names = (
        result.index.shown(table) if table and result.index else ".".join(part for part in (node.text("db"), node.name) if part)
        for node, table in result.references
    )
    return tuple(dict.fromkeys(names))


def columns(result: Resolution) -> tuple[str, ...]:
    """Every column of a table that is read by name, as "table.column", sorted."""
    named = (output for output in result.origins.values() if output.table and output.column)
    starred = (output for output in result.outputs.columns if output.table and output.column)
    read = {(output.table.name, output.column.name) for output in (*named, *starred) if output.table and output.column}
    return tuple(f"{table}.{column}" for table, column in sorted(read))


def functions(nodes: Nodes) -> tuple[str, ...]:
    """Every function called, once, sorted. Syntax that sqlglot counts among functions (CASE, AND) is left out."""
    calls = (call for call in nodes.of(exp.Func) if call.__class__.__name__ in CLASSES or isinstance(call, exp.Anonymous))
    return tuple(sorted({name_of(call) for call in calls}))


def conditions(nodes: Nodes) -> list[exp.Expr]:
    """The conditions that decide which rows count, one by one: of WHERE, HAVING, QUALIFY and JOIN."""
    holders = nodes.of(exp.Where, exp.Having, exp.Qualify, exp.Join)
    whole = (holder.args.get("on") if isinstance(holder, exp.Join) else holder.this for holder in holders)
    return [part for condition in whole if condition is not None for part in _conjuncts(condition)]


def predicates(conditions: Iterable[exp.Expr], dialect: Dialect) -> tuple[str, ...]:
    """Their texts, each once. The tree may be changed: this comes after the statement was generated."""
    writer = sqlglot_dialect(dialect).generator(comments=False)
    return tuple(dict.fromkeys(writer.generate(condition, copy=False) for condition in conditions))


def _conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    yield from condition.flatten() if isinstance(condition, exp.And) else (condition,)


def has_literals(sql: str) -> bool:
    """Whether a statement names a text or a number; what cannot be read may."""
    try:
        return sqlglot.parse_one(sql).find(exp.Literal) is not None
    except SqlglotError:
        return True


def without_literals(sql: str) -> str:
    """A statement that ran, with `?` in place of every text and number of it; empty where it cannot be read."""
    try:
        tree = sqlglot.parse_one(sql) if sql else None
    except SqlglotError:
        return ""
    return tree.transform(lambda node: exp.Placeholder() if isinstance(node, exp.Literal) else node).sql(comments=False) if tree else ""
