"""What a result looks like to somebody who draws it: its dimensions, its measures, and whether its rows can be told apart."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from analytics_agent.domain.evidence import Query, ResultColumn

if TYPE_CHECKING:
    import pyarrow as pa

Role = Literal["time", "ordered", "category", "measure"]

_NUMBERS = {"integer", "number"}
_TIMES = {"date", "timestamp"}
_ORDERED_PARTS = {"year", "quarter", "month", "week", "day", "hour", "minute", "weekday", "dow", "doy"}
_KEYS = {"id", "code", "flight", "zip", "key", "number", "no"}
_KEY_ENDINGS = ("_id", "_code", "_key", "_number", "_no", "_zip")


@dataclass(frozen=True)
class Shape:
    """`distinct` counts the values of each dimension, `decimals` says how finely each measure is to be shown, `rising` names
    measures whose rows go up, `exact` those kept as decimals and not as binary fractions: all only where rows were looked at.

    `unique`: no two rows share their dimensions, so that MAX over a group of rows is the row's own value.
    """

    dimensions: tuple[tuple[ResultColumn, Role], ...]
    measures: tuple[ResultColumn, ...]
    rows: int
    unique: bool
    distinct: Mapping[str, int] = field(default_factory=dict)
    decimals: Mapping[str, int] = field(default_factory=dict)
    rising: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()

    @property
    def roles(self) -> tuple[Role, ...]:
        return tuple(role for _, role in self.dimensions)


def role(column: ResultColumn) -> Role:
    """Free SQL names no dimensions, so a number is told from a part of a date or a key by its name."""
    if column.type in _TIMES:
        return "time"
    if column.type not in _NUMBERS:
        return "category"
    if column.dimension is not None and column.metric is None:
        return "category" if _is_key(column) else "ordered"
    if column.metric is not None or column.type != "integer" or column.unit is not None:
        return "measure"
    if _words(column) & _ORDERED_PARTS:
        return "ordered"
    return "category" if _is_key(column) else "measure"


def _is_key(column: ResultColumn) -> bool:
    name = column.name.lower()
    return name in _KEYS or name.endswith(_KEY_ENDINGS)


def shape_of(query: Query, table: "pa.Table | None" = None) -> Shape:
    """The shape of a stored result; without its rows, governed results and grouped statements are taken as unique."""
    roles = [(column, role(column)) for column in query.columns]
    dimensions = tuple((column, kind) for column, kind in roles if kind != "measure")
    measures = tuple(column for column, kind in roles if kind == "measure")
    keys = [column.name for column, _ in dimensions]
    if table is None or not set(keys) <= set(table.column_names):
        unique = query.source == "metric" or query.rows <= 1 or "group by" in " ".join(query.sql.lower().split())
        return Shape(dimensions, measures, query.rows, unique)
    distinct = {key: len(table.column(key).unique()) for key in keys}
    unique = table.num_rows <= 1 or bool(keys and table.group_by(keys).aggregate([]).num_rows == table.num_rows)
    values = {c.name: _numbers(table, c.name) for c in measures if c.name in table.column_names}
    decimals = {name: _decimals(numbers) for name, numbers in values.items()}
    rising = frozenset(name for name, numbers in values.items() if _rises(numbers))
    exact = frozenset(name for name in values if str(table.schema.field(name).type).startswith("decimal"))
    return Shape(dimensions, measures, query.rows, unique, distinct, decimals, rising, exact)


def _words(column: ResultColumn) -> set[str]:
    return set(column.name.lower().split("_")) if column.name.count("_") <= 1 else set()


def _numbers(table: "pa.Table", name: str) -> list[float]:
    return [float(value) for value in table.column(name).to_pylist() if value is not None and math.isfinite(value)]


def _decimals(numbers: list[float]) -> int:
    """As many as leave the largest value three significant figures, as in the report's tables."""
    largest = max((abs(number) for number in numbers), default=0.0)
    if all(number == int(number) for number in numbers):
        return 0
    return 1 if largest >= 1 else 2 if largest >= 0.1 else 4


def _rises(numbers: list[float]) -> bool:
    return len(numbers) > 1 and numbers[0] < numbers[-1] and numbers == sorted(numbers)
