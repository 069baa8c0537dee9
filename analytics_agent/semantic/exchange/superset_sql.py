"""Expressions of Superset's datasets: SQL of the engine over the columns of one table, which may hold Jinja."""

import re
from collections.abc import Mapping

import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.errors import SqlglotError

from analytics_agent.domain.catalog import Dialect
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.exchange.dbt_filters import NotCarried
from analytics_agent.semantic.model import ANSI, Expression
from analytics_agent.sql.as_written import spoken, sqlglot_dialect

TEMPLATE = re.compile(r"\{\{|\{%|\{#")
_OURS = {"postgres": "POSTGRES", "mysql": "MARIADB"}
_SHOWS = {"expressions", "from", "from_", "kind"}
"""All that a SELECT may have that only names columns of one table."""


def parsed(text: str, dialect: Dialect) -> exp.Expr:
    if TEMPLATE.search(text):
        raise NotCarried("it holds Jinja")
    try:
        trees = [tree for tree in sqlglot.parse(text, read=spoken(dialect)) if tree is not None]
    except (SqlglotError, RecursionError) as error:
        raise NotCarried("its expression does not parse as SQL") from error
    if len(trees) != 1:
        raise NotCarried("its expression is not one")
    tree = trees[0].unalias()
    if isinstance(tree, expressions.FORBIDDEN) or tree.find(*expressions.FORBIDDEN):
        raise NotCarried("it holds a query or a window function")
    return tree


def expression(tree: exp.Expr, dialect: Dialect) -> Expression:
    """In ANSI SQL where that says the same to the engine, else in the engine's own."""
    engine = sqlglot_dialect(dialect)
    own = tree.sql(engine, unsupported_level=ErrorLevel.IGNORE)
    ansi = tree.sql(unsupported_level=ErrorLevel.IGNORE)
    try:
        same = sqlglot.parse_one(ansi).sql(engine, unsupported_level=ErrorLevel.IGNORE) == own
    except (SqlglotError, RecursionError):
        same = False
    return Expression({ANSI if same else _OURS.get(dialect, ANSI): ansi if same else own})


def same(one: str, other: str, dialect: Dialect) -> bool:
    """Whether two expressions are told alike, whatever their blanks, quotes and letters of names."""
    if one.strip() == other.strip():
        return True
    try:
        trees = [_normal(parsed(text, dialect)) for text in (one, other)]
    except NotCarried:
        return False
    return trees[0] == trees[1]


def _normal(tree: exp.Expr) -> exp.Expr:
    for identifier in tree.find_all(exp.Identifier):
        identifier.set("quoted", False)
    return tree


def called(column: exp.Column, dialect: Dialect) -> str:
    """The column that an engine means by a name: PostgreSQL reads one without quotes in small letters."""
    return column.name.lower() if dialect == "postgres" and not column.this.args.get("quoted") else column.name


def over_fields(tree: exp.Expr, dataset: str, table: str, fields: Mapping[str, str], dialect: Dialect) -> exp.Expr:
    """The expression of a metric over "dataset.field". `fields` are names of fields by those of the columns."""
    lower = {name.lower(): field for name, field in fields.items()} if dialect != "postgres" else {}
    for column in list(tree.find_all(exp.Column)):
        name = fields.get(called(column, dialect)) or lower.get(column.name.lower())
        if name is None or column.table.lower() not in ("", table.lower()):
            raise NotCarried(f"it names `{column.sql()}`, which is no column of its dataset here")
        made = expressions.column(dataset, name)
        tree = made if column is tree else tree
        column.replace(made)
    return tree


def over_columns(tree: exp.Expr, table: str, known: Mapping[str, exp.Expr], dialect: Dialect) -> exp.Expr:
    """The expression of a calculated column over the columns of its table. `known` is what a dataset's SQL says of its names."""
    for column in list(tree.find_all(exp.Column)):
        if column.table.lower() not in ("", table.lower()):
            raise NotCarried(f"it names `{column.sql()}`, which is no column of its table")
        name = called(column, dialect)
        own = known.get(name)
        made = own.copy() if own is not None else exp.column(expressions.identifier(name))
        if column is tree:
            return made
        made = made if isinstance(made, exp.Column) else exp.paren(made)
        column.replace(made)
    return tree


def adds_up(tree: exp.Expr) -> bool:
    """Whether the value of several groups is the sum of their values: sums and counts, their sums, differences and multiples."""
    tree = tree.unnest()
    if isinstance(tree, exp.Sum | exp.Count):
        return not isinstance(tree.this, exp.Distinct)
    if isinstance(tree, exp.Filter | exp.Neg | exp.Cast | exp.Round):
        return not isinstance(tree, exp.Cast | exp.Round) and adds_up(tree.this)
    if isinstance(tree, exp.Coalesce):
        return adds_up(tree.this) and all(isinstance(each, exp.Literal) and each.name == "0" for each in tree.expressions)
    if isinstance(tree, exp.Add | exp.Sub):
        return adds_up(tree.this) and adds_up(tree.expression)
    if isinstance(tree, exp.Mul):
        sides = (tree.this.unnest(), tree.expression.unnest())
        return any(isinstance(side, exp.Literal) for side in sides) and any(adds_up(side) for side in sides)
    return isinstance(tree, exp.Div) and isinstance(tree.expression.unnest(), exp.Literal) and adds_up(tree.this)


def divides_whole(tree: exp.Expr, dialect: Dialect) -> bool:
    """Whether the engine may divide whole numbers into whole ones there, or stumble over zero."""
    return any(not (_is_real(each.this, dialect) and _never_zero(each.expression)) for each in tree.find_all(exp.Div))


def _is_real(tree: exp.Expr, dialect: Dialect) -> bool:
    tree = tree.unnest()
    if dialect == "mysql" or isinstance(tree, exp.Cast | exp.Avg):
        return True
    return isinstance(tree, exp.Mul) and any("." in side.name for side in (tree.this, tree.expression) if isinstance(side, exp.Literal))


def _never_zero(tree: exp.Expr) -> bool:
    return isinstance(tree.unnest(), exp.Nullif | exp.Literal)


def plain_select(sql: str, dialect: Dialect) -> tuple[exp.Table, dict[str, exp.Expr], bool]:
    """The one table that a dataset's SQL reads, what it calls which column, and whether it has all the others too. Raises NotCarried."""
    if TEMPLATE.search(sql):
        raise NotCarried("its SQL holds Jinja")
    try:
        trees = [tree for tree in sqlglot.parse(sql, read=spoken(dialect)) if tree is not None]
    except (SqlglotError, RecursionError) as error:
        raise NotCarried("its SQL does not parse") from error
    select = trees[0] if len(trees) == 1 else None
    if not isinstance(select, exp.Select) or {key for key, value in select.args.items() if value} - _SHOWS:
        raise NotCarried("it is a query of its own and no table; a view of the database can take its place")
    source = select.find(exp.From)
    table = source.this if source else None
    if not isinstance(table, exp.Table) or table.args.get("joins") or not isinstance(table.this, exp.Identifier):
        raise NotCarried("its SQL reads no plain table")
    shown = [each for each in select.expressions if not isinstance(each, exp.Star)]
    if any(each.find(exp.AggFunc, exp.Query, exp.Window) or not each.alias_or_name for each in shown):
        raise NotCarried("its SQL computes more than columns of rows")
    return table, {_shown_as(each, dialect): _bare(each.unalias(), dialect) for each in shown}, len(shown) < len(select.expressions)


def _shown_as(tree: exp.Expr, dialect: Dialect) -> str:
    own = tree.args.get("alias") or tree.this
    return tree.alias_or_name.lower() if dialect == "postgres" and not own.args.get("quoted") else tree.alias_or_name


def _bare(tree: exp.Expr, dialect: Dialect) -> exp.Expr:
    tree = tree.copy()
    for column in list(tree.find_all(exp.Column)):
        made = exp.column(expressions.identifier(called(column, dialect)))
        if column is tree:
            return made
        column.replace(made)
    return tree
