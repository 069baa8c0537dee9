"""Which columns of a statement are shares of a whole, by how they are computed: the values of free SQL have no unit of their own."""

import re
from collections.abc import Mapping
from typing import Literal

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.parse import parse

Kind = Literal["fraction", "percent"]
"""0.35, or the same multiplied by a hundred."""

_CALLED = re.compile(
    r"(^|[_\s])(rate|share|pct|percent|percentage|ratio|proportion|fraction|quote|anteil|prozent)s?($|[_\s])", re.IGNORECASE
)
_WRAPPING = (exp.Paren, exp.Round, exp.Cast, exp.TryCast, exp.Coalesce, exp.Nullif, exp.Alias)
_DEEPEST = 20


def shares(sql: str, dialect: Dialect) -> Mapping[str, Kind]:
    """By the names of the columns. Whoever knows the values looks whether they are those of a share: a ratio may be any number."""
    tree = parse(sql, dialect).tree
    if tree is None:
        return {}
    first = tree.unnest()
    while isinstance(first, exp.SetOperation):
        first = first.this.unnest()
    if not isinstance(first, exp.Select):
        return {}
    inner = _inner(tree, first)
    found = {item.alias_or_name: _kind(item, inner) for item in first.expressions if item.alias_or_name}
    return {name: kind for name, kind in found.items() if kind}


def _inner(tree: exp.Expr, first: exp.Select) -> dict[str, exp.Expr]:
    """What a name means in the CTEs and subqueries that the statement selects from, where it means one thing."""
    known: dict[str, list[exp.Expr]] = {}
    for select in tree.find_all(exp.Select):
        for item in select.expressions if select is not first else ():
            if isinstance(item, exp.Alias):
                known.setdefault(item.alias.casefold(), []).append(item)
    return {name: items[0] for name, items in known.items() if len(items) == 1}


def _kind(item: exp.Expr, inner: Mapping[str, exp.Expr]) -> Kind | None:
    bare, factor = _unwrapped(item, inner)
    is_called_so = bool(_CALLED.search(item.alias_or_name))
    if not (_is_part(bare) or (is_called_so and isinstance(bare, (exp.Div, exp.Avg)))):
        return None
    return {1.0: "fraction", 100.0: "percent"}.get(factor)  # type: ignore[return-value]


def _unwrapped(item: exp.Expr, inner: Mapping[str, exp.Expr]) -> tuple[exp.Expr, float]:
    """Without what changes nothing of its meaning, and by how much it is multiplied."""
    factor, bare = 1.0, item
    for _ in range(_DEEPEST):
        if isinstance(bare, _WRAPPING):
            bare = bare.this
        elif isinstance(bare, exp.Column) and bare.name.casefold() in inner:
            bare = inner[bare.name.casefold()]
        elif isinstance(bare, exp.Mul) and (number := _number(bare.this) or _number(bare.expression)):
            factor *= number
            bare = bare.expression if _number(bare.this) else bare.this
        elif isinstance(bare, exp.Div) and isinstance(bare.this.unnest(), exp.Mul):
            part, own = _unwrapped(bare.this, {})
            return exp.Div(this=part.copy(), expression=bare.expression.copy()), factor * own
        else:
            break
    return bare, factor


def _number(item: exp.Expr) -> float | None:
    bare = item.unnest()
    while isinstance(bare, exp.Cast):
        bare = bare.this.unnest()
    if not isinstance(bare, exp.Literal) or bare.is_string:
        return None
    try:
        return float(bare.this)
    except ValueError:
        return None


def _is_part(item: exp.Expr) -> bool:
    """The mean of a condition; what fulfils one by all; a sum by the sum of all."""
    if isinstance(item, exp.Avg):
        return _is_condition(item.this)
    if not isinstance(item, exp.Div):
        return False
    part, whole = _counted(item.this), _counted(item.expression)
    conditional = _is_conditional(part) and isinstance(whole, (exp.Count, exp.Sum))
    of_all = (
        isinstance(whole, exp.Window)
        and isinstance(whole.this, (exp.Sum, exp.Count))
        and isinstance(part, (exp.Sum, exp.Count, exp.Column))
    )
    return conditional or of_all


def _counted(item: exp.Expr) -> exp.Expr:
    return _unwrapped(item, {})[0]


def _is_conditional(item: exp.Expr) -> bool:
    if isinstance(item, exp.Filter):
        return isinstance(item.this, (exp.Count, exp.Sum))
    if isinstance(item, exp.CountIf):
        return True
    return isinstance(item, (exp.Count, exp.Sum)) and item.this is not None and _is_condition(item.this)


def _is_condition(item: exp.Expr) -> bool:
    """A comparison, or a CASE that gives 1 or 0 (or nothing)."""
    bare = item.unnest()
    while isinstance(bare, exp.Cast):
        bare = bare.this.unnest()
    if isinstance(bare, exp.Case):
        given = [branch.args["true"] for branch in bare.args["ifs"]] + [bare.args.get("default")]
    elif isinstance(bare, exp.If):
        given = [bare.args.get("true"), bare.args.get("false")]
    else:
        return isinstance(bare, (exp.Predicate, exp.And, exp.Or, exp.Not))
    return all(one is None or isinstance(one, exp.Null) or _number(one) in (0.0, 1.0) for one in given)
