"""Expressions of the model as sqlglot trees: parsed once, checked, and rewritten to stand in a query."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from analytics_agent.semantic.model import Expression, SemanticModel
from analytics_agent.sql.as_written import spoken

SQLGLOT_DIALECT = {
    "ANSI_SQL": "",
    "POSTGRES": "postgres",
    "POSTGRESQL": "postgres",
    "MARIADB": "mysql",
    "MYSQL": "mysql",
    "DUCKDB": "duckdb",
    "SQLITE": "sqlite",
}
FORBIDDEN = (exp.Query, exp.DDL, exp.Command, exp.DML, exp.Window, exp.Semicolon, exp.Set, exp.Pragma)


_TEXT = re.compile(r"'(?:[^']|'')*'")
_TEMPLATE = re.compile(r"\{[{%]")
_AS = re.compile(r"\bAS\b", re.IGNORECASE)


class Unusable(Exception):
    """The expression cannot be used; the text says why, without a full stop."""


def parse(expression: Expression, engine: str) -> exp.Expr:
    """The tree of an expression for an engine (postgres, duckdb, sqlite). Raises Unusable."""
    name, text = expression.choose(engine)
    if name not in SQLGLOT_DIALECT:
        raise Unusable(f"it is written for {name} only; add an ANSI_SQL expression")
    return _parse(text, SQLGLOT_DIALECT[name], engine).copy()


@lru_cache(maxsize=4096)
def _parse(text: str, dialect: str, engine: str) -> exp.Expr:
    try:
        trees = [tree for tree in sqlglot.parse(text, read=spoken(dialect)) if tree is not None]
    except (SqlglotError, RecursionError) as error:
        raise Unusable(f"`{text}` does not parse as SQL") from error
    if len(trees) != 1:
        raise Unusable(f"`{text}` is not one expression")
    if _TEMPLATE.search(_TEXT.sub("", text)):
        raise Unusable(f"`{text}` holds a template, which nothing fills in here")
    if isinstance(trees[0], exp.Alias) and not _AS.search(text):
        raise Unusable(f"`{text}` is two things beside each other, with nothing between that says how they belong together")
    tree = trees[0].unalias()
    if isinstance(tree, FORBIDDEN) or tree.find(*FORBIDDEN):
        raise Unusable(f"`{text}` is not a plain expression: no statement, subquery or window function may stand in it")
    for ordered in tree.find_all(exp.Ordered):
        ordered.set("nulls_first", False)
    return _same_division(tree, engine)


def _same_division(tree: exp.Expr, engine: str) -> exp.Expr:
    """Division is of real numbers and by zero gives NULL, whatever the engine does with integers."""
    for division in list(tree.find_all(exp.Div)):
        divisor = division.expression
        if not isinstance(divisor, exp.Nullif | exp.Literal):
            divisor.replace(exp.Nullif(this=exp.paren(divisor.copy(), copy=False).unnest(), expression=exp.Literal.number(0)))
        if engine != "duckdb" and not isinstance(division.this.unnest(), exp.Cast):
            dividend = division.this
            dividend.replace(exp.cast(dividend.copy(), "double"))
        division.set("typed", False)
        division.set("safe", False)
    return tree


def columns(tree: exp.Expr) -> Iterator[exp.Column]:
    yield from tree.find_all(exp.Column)


def tables(tree: exp.Expr) -> tuple[str, ...]:
    """Datasets that the expression names, in order."""
    return tuple(dict.fromkeys(column.table for column in columns(tree) if column.table))


def aggregates(tree: exp.Expr) -> bool:
    return any(isinstance(node, exp.AggFunc) for node in tree.walk())


def bare_columns(tree: exp.Expr) -> Iterator[exp.Column]:
    """Columns that stand outside every aggregate, which makes an expression no metric."""
    for column in columns(tree):
        parent = column.parent
        while parent is not None and not isinstance(parent, exp.AggFunc | exp.Filter | exp.WithinGroup):
            parent = parent.parent
        if parent is None:
            yield column


def column(dataset: str, name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=not _plain(name)), table=exp.to_identifier(dataset, quoted=not _plain(dataset)))


def identifier(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=not _plain(name))


def _plain(name: str) -> bool:
    return name.isidentifier() and name.isascii() and name == name.lower()


def field_sql(model: SemanticModel, path: str, engine: str) -> exp.Expr:
    """A field as an expression over its dataset's alias."""
    field = model.field(path)
    if field is None:
        raise Unusable(f"there is no field {path}")
    tree = parse(field.expression, engine)
    return _rewrite(tree, lambda found: _own_column(found, field.dataset))


def _own_column(found: exp.Column, dataset: str) -> exp.Expr:
    return exp.column(found.this.copy(), table=exp.to_identifier(dataset, quoted=not _plain(dataset)))


def metric_sql(model: SemanticModel, expression: Expression, fact: str, engine: str) -> exp.Expr:
    """A metric's aggregate with its `dataset.field` names replaced by the fields' expressions."""
    return filled_in(model, parse(expression, engine), fact, engine)


def filled_in(model: SemanticModel, tree: exp.Expr, fact: str, engine: str) -> exp.Expr:
    """The same of a tree, which is changed."""

    def resolve(found: exp.Column) -> exp.Expr:
        dataset = found.table or fact
        if model.field(f"{dataset}.{found.name}") is None:
            return _own_column(found, dataset)
        inner = field_sql(model, f"{dataset}.{found.name}", engine)
        return inner if isinstance(inner, exp.Column | exp.Func) else exp.paren(inner, copy=False)

    return _rewrite(tree, resolve)


def _rewrite(tree: exp.Expr, change: Callable[[exp.Column], exp.Expr]) -> exp.Expr:
    if isinstance(tree, exp.Column):
        return change(tree)
    for found in list(columns(tree)):
        found.replace(change(found))
    return tree
