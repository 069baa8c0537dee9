"""Cells of a result as people read them in a table: thousands, percent, dates. The column's head names the unit."""

import math
from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from analytics_agent.client.words import line

EMPTY = "–"
MINUS = "−"
_MOST_DECIMALS = 6


def shown(value: Any, column: dict[str, Any], decimals: int) -> str:
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_number(value):
        return number(value, column, decimals)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat(" ", "minutes") if isinstance(value, datetime) else line(value, 80)


def number(value: Any, column: dict[str, Any], decimals: int) -> str:
    """1234.5 → "1,234.5"; a share of a percent column times a hundred. What names a thing (a year, a number of a flight) stays as it is."""
    if not math.isfinite(value):
        return "∞" if value == math.inf else f"{MINUS}∞" if value == -math.inf else EMPTY
    if column["type"] == "integer" and not column["metric"] and not column["unit"]:
        return str(value).replace("-", MINUS)
    scaled = Decimal(str(value)) * 100 if column["format"] == "percent" else value
    return f"{scaled:,.{decimals}f}".replace("-", MINUS)


def decimals_of(values: Sequence[Any], column: dict[str, Any]) -> int:
    """One number of decimals for a column: its own, or enough for its largest value to have some significant figures."""
    if column["decimals"] is not None:
        return int(column["decimals"])
    numbers = [abs(value) for value in values if is_number(value) and math.isfinite(value)]
    if column["type"] == "integer" or not numbers or all(one == int(one) for one in numbers):
        return 0
    if column["format"] in ("percent", "currency"):
        return {"percent": 1, "currency": 2}[column["format"]]
    return max(1, min(_MOST_DECIMALS, 2 - Decimal(str(max(numbers))).adjusted()))


def head(column: dict[str, Any]) -> str:
    """The column's label with its unit."""
    unit = "%" if column["format"] == "percent" else column["unit"]
    label = line(column["label"], 60)
    return f"{label}, {line(unit, 20)}" if unit and line(unit, 20).casefold() != label.casefold() else label


def is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
