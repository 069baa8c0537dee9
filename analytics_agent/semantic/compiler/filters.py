"""Filters and thresholds as SQL trees. Values become typed literals of the tree; no text is ever pasted into SQL."""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlglot import exp

from analytics_agent.domain.catalog import ColumnType, Dialect
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.compiler import time

COMPARISONS: dict[str, type[exp.Expr]] = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
COUNTS = {"in": (1, 200), "not_in": (1, 200), "between": (2, 2), "is_null": (0, 0), "not_null": (0, 0)}
LAST = date(9990, 1, 1)
"""There are periods around a day that is no later."""
_DAY = timedelta(days=1)
Value = str | int | float | bool


def condition(tree: exp.Expr, field: str, op: str, values: Sequence[Any], kind: ColumnType, dialect: Dialect) -> exp.Expr:
    """`tree op values` as a condition. Raises ToolRefused for a value that the field's type cannot hold."""
    _counted(field, op, values)
    if isinstance(tree, exp.Predicate | exp.Connector | exp.Not):
        tree = exp.Paren(this=tree.copy())  # `status = 'completed' = TRUE` is no SQL in PostgreSQL
    if op == "is_null":
        return exp.Is(this=tree.copy(), expression=exp.Null())
    if op == "not_null":
        return exp.Not(this=exp.Is(this=tree.copy(), expression=exp.Null()))
    if op == "contains":
        return _contains(tree, field, str(values[0]), kind)
    if kind in ("date", "timestamp") and all(_is_day(value) for value in values):
        return time.on_days(tree, op, [date.fromisoformat(value) for value in values], dialect)
    return _plain(tree, op, [literal(value, field, kind, dialect) for value in values])


def days_of(field: str, op: str, values: Sequence[Any]) -> list[date]:
    """The days that say which months, quarters and the like are meant. Raises ToolRefused."""
    _counted(field, op, values)
    if op not in ("=", "!=", "in", "not_in"):
        raise ToolRefused(f"{field} with a grain takes =, !=, in or not_in. For a period use `time`, or the field without its grain.")
    if wrong := next((value for value in values if not _is_day(value)), None):
        raise ToolRefused(f"{field} is told by a day of it, as 2013-06-01; {str(wrong)[:40]!r} is none.")
    days = [date.fromisoformat(value) for value in values]
    if any(one > LAST for one in days):
        raise ToolRefused(f"{field} takes days up to {LAST}.")
    return days


def ends_of(op: str, values: Sequence[Any]) -> tuple[date, date] | None:
    """The days with which what an ordered comparison chooses begins and ends (exclusive), twice the same where there is one of them; None
    for what orders nothing, and for values that are no days."""
    after = {">=": (0,), "<": (0,), ">": (1,), "<=": (1,), "between": (0, 1)}.get(op, ())
    if len(values) != len(after) or not after or not all(map(_is_day, values)):
        return None
    days = [date.fromisoformat(value) for value in values]
    days = [min(one, date.max - _DAY) + timedelta(days=more) for one, more in zip(days, after, strict=True)]
    return days[0], days[-1]


def _counted(field: str, op: str, values: Sequence[Any]) -> None:
    low, high = COUNTS.get(op, (1, 1))
    if not low <= len(values) <= high:
        wanted = str(low) if low == high else f"{low} to {high}"
        raise ToolRefused(f"The filter on {field} with `{op}` takes {wanted} value(s), not {len(values)}.")


def _plain(tree: exp.Expr, op: str, literals: list[exp.Expr]) -> exp.Expr:
    if op in COMPARISONS:
        compared: exp.Expr = COMPARISONS[op](this=tree.copy(), expression=literals[0])
        return compared
    if op == "between":
        return exp.Between(this=tree.copy(), low=literals[0], high=literals[1])
    inside = exp.In(this=tree.copy(), expressions=literals)
    return exp.Not(this=inside) if op == "not_in" else inside


def _contains(tree: exp.Expr, field: str, text: str, kind: ColumnType) -> exp.Expr:
    if kind not in ("text", "other"):
        raise ToolRefused(f"`contains` looks inside text, and {field} is a {kind}. Use =, between or in.")
    return exp.GT(
        this=exp.StrPosition(this=exp.Lower(this=tree.copy()), substr=exp.Literal.string(text.lower())), expression=exp.Literal.number(0)
    )


def literal(value: Value, field: str, kind: ColumnType, dialect: Dialect) -> exp.Expr:
    """One value as a literal of the field's type. A number given as text is read as one where the field is numeric."""
    if kind == "boolean":
        return exp.Boolean(this=_boolean(value, field))
    if kind in ("integer", "number"):
        return _number(value, field)
    if kind in ("date", "timestamp"):
        return _moment(value, field, kind, dialect)
    if kind == "text":
        return exp.Literal.string(_clean(str(value), field))
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    return _number(value, field) if isinstance(value, int | float) else exp.Literal.string(_clean(value, field))


def _clean(text: str, field: str) -> str:
    if "\x00" in text:
        raise ToolRefused(f"The value for {field} holds a null character, which no stored text can.")
    return text


def _boolean(value: Value, field: str) -> bool:
    known: dict[str, bool] = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
    found = known.get(str(value).strip().lower())
    if found is None:
        raise ToolRefused(f"{field} is true or false; {str(value)[:40]!r} is neither.")
    return found


def _number(value: Value, field: str) -> exp.Expr:
    if isinstance(value, bool):
        raise ToolRefused(f"{field} is a number; true and false are none.")
    try:
        number = value if isinstance(value, int | float) else (int(value) if _is_whole(value) else float(value))
    except ValueError:
        raise ToolRefused(f"{field} is a number; {str(value)[:40]!r} is none. Look at its values first (look_at_values).") from None
    if not math.isfinite(number):
        raise ToolRefused(f"{field} can only be compared with a finite number.")
    tree = exp.Literal.number(repr(abs(number)) if isinstance(number, float) else str(abs(number)))
    return exp.Neg(this=tree) if number < 0 else tree


def _is_whole(text: str) -> bool:
    return text.strip().lstrip("+-").isdigit() and text.isascii()


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != 10:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _moment(value: Value, field: str, kind: ColumnType, dialect: Dialect) -> exp.Expr:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise ToolRefused(f"{field} is a {kind}; write it as YYYY-MM-DD, not {str(value)[:40]!r}.") from None
    text = exp.Literal.string(moment.isoformat(sep=" "))
    return text if dialect == "sqlite" else exp.cast(text, "timestamp")
