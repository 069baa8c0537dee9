"""Which columns of a statement's result its rows are ordered by."""

from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError


def ordered_by(statement: str, *, dialect: str) -> tuple[int, ...] | None:
    """Places of the columns that the outermost ORDER BY names, in its order.

    Empty without one. None where it cannot be told: it orders by something that is no column of the result, or does not parse.
    """
    try:
        tree = sqlglot.parse_one(statement, dialect=dialect)
    except SqlglotError:
        return None
    if not isinstance(tree, exp.Query):
        return None
    order = tree.args.get("order")
    if order is None:
        return ()
    columns = tree.selects
    if any(column.is_star for column in columns):
        return None
    places = [_place(ordered.this, columns) for ordered in order.expressions]
    return None if None in places else tuple(place for place in places if place is not None)


def _place(key: Any, columns: list[Any]) -> int | None:
    """By number, by alias or name, or by the same expression."""
    if isinstance(key, exp.Literal) and key.is_int:
        return int(key.this) - 1 if 0 < int(key.this) <= len(columns) else None
    if isinstance(key, exp.Column) and not key.table:
        named = [at for at, column in enumerate(columns) if column.alias_or_name.lower() == key.name.lower()]
        return named[0] if len(named) == 1 else None
    same = [at for at, column in enumerate(columns) if column.unalias() == key]
    return same[0] if same else None
