"""Conditions of dbt's semantic layer (SQL with Jinja references) as SQL over `dataset.field`, and as filters where they are that simple."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from analytics_agent.semantic.model import MetricFilter

_REFERENCE = re.compile(
    r"\{\{\s*(?P<kind>Dimension|TimeDimension|Entity|Metric)\s*\(\s*(?P<quote>['\"])(?P<name>[\w.]+)(?P=quote)(?P<more>[^{}]*?)\)"
    r"(?P<after>[^{}]*?)\}\}"
)
_OPS: dict[type[exp.Expr], str] = {exp.EQ: "=", exp.NEQ: "!=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}


class NotCarried(Exception):
    """What is asked for has no place in a model; the text says why, without a full stop."""


def as_sql(condition: str, field_of: Callable[[str, str], str]) -> exp.Expr:
    """The condition over "dataset.field" columns. `field_of(kind, name)` says which field a reference means, and raises NotCarried."""

    def path(found: re.Match[str]) -> str:
        if found["kind"] == "Metric":
            raise NotCarried("it is filtered by a metric")
        if found["after"].strip() or "grain" in found["more"] or re.search(r"['\"]\s*(?:week|month|quarter|year)\s*['\"]", found["more"]):
            raise NotCarried("it is filtered by a part of a time")
        before = re.search(r"entity_path\s*=\s*\[([^\]]*)\]", found["more"])
        way = re.findall(r"\w+", before[1]) if before else []
        return ".".join(f'"{part}"' for part in field_of(found["kind"], "__".join((*way, found["name"]))).split("."))

    text = _REFERENCE.sub(path, condition)
    if "{{" in text or "{%" in text:
        raise NotCarried("its filter holds Jinja other than Dimension, TimeDimension and Entity")
    try:
        tree = sqlglot.parse_one(text)
    except (SqlglotError, RecursionError) as error:
        raise NotCarried("its filter does not parse as SQL") from error
    if tree.find(exp.Query, exp.AggFunc, exp.Window) is not None:
        raise NotCarried("its filter holds a query or an aggregate")
    if any(not column.table for column in tree.find_all(exp.Column)):
        raise NotCarried("its filter names a column without saying of which dimension")
    return _plain(tree)


def _plain(tree: exp.Expr) -> exp.Expr:
    """Names without quotes where they need none."""
    for identifier in tree.find_all(exp.Identifier):
        identifier.set("quoted", not re.fullmatch(r"[a-z_][a-z0-9_]*", identifier.name))
    return tree


def as_filters(tree: exp.Expr) -> tuple[MetricFilter, ...] | None:
    """The condition as filters that all must hold; None where it is more than that."""
    found = [_filter(part.unnest()) for part in _conjuncts(tree)]
    return tuple(one for one in found if one) if all(found) else None


def _conjuncts(tree: exp.Expr) -> Iterator[exp.Expr]:
    tree = tree.unnest()
    if isinstance(tree, exp.And):
        yield from _conjuncts(tree.this)
        yield from _conjuncts(tree.expression)
    else:
        yield tree


def _filter(tree: exp.Expr) -> MetricFilter | None:
    is_not = isinstance(tree, exp.Not)
    inner = tree.this.unnest() if is_not else tree
    if isinstance(inner, exp.Column):
        return MetricFilter(_path(inner), "=", (not is_not,))
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null):
        return MetricFilter(_path(inner.this), "not_null" if is_not else "is_null") if isinstance(inner.this, exp.Column) else None
    if isinstance(inner, exp.In) and isinstance(inner.this, exp.Column):
        values = [_value(each) for each in inner.expressions]
        well = values and None not in values and not inner.args.get("query")
        return MetricFilter(_path(inner.this), "not_in" if is_not else "in", tuple(values)) if well else None
    if is_not:
        return None
    if type(inner) in _OPS and isinstance(inner.this, exp.Column) and (value := _value(inner.expression)) is not None:
        return MetricFilter(_path(inner.this), _OPS[type(inner)], (value,))
    return None


def _path(column: exp.Column) -> str:
    return f"{column.table}.{column.name}"


def _value(tree: exp.Expr) -> Any:
    """A literal's value; None for anything else."""
    if isinstance(tree, exp.Boolean):
        return bool(tree.this)
    if isinstance(tree, exp.Neg) and isinstance(tree.this, exp.Literal) and not tree.this.is_string:
        return -_number(tree.this.name)
    if not isinstance(tree, exp.Literal):
        return None
    return tree.name if tree.is_string else _number(tree.name)


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() else float(text)


def as_jinja(filters: tuple[MetricFilter, ...], reference: Callable[[str], str]) -> str:
    """Filters as a condition of dbt; `reference` gives the Jinja of a field."""
    return " AND ".join(_jinja(one, reference(one.field)) for one in filters)


def _jinja(one: MetricFilter, said: str) -> str:
    values = [_written(value) for value in one.values]
    match one.op:
        case "is_null":
            return f"{said} IS NULL"
        case "not_null":
            return f"{said} IS NOT NULL"
        case "in" | "not_in":
            return f"{said} {'NOT IN' if one.op == 'not_in' else 'IN'} ({', '.join(values)})"
        case "between":
            return f"({said} >= {values[0]} AND {said} <= {values[1]})"
        case "contains":
            raise NotCarried("a filter of it looks inside a text")
    return f"{said} {one.op} {values[0]}"


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"
