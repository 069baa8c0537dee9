"""What a result looks like to somebody who draws it: its dimensions, its measures, and whether its rows can be told apart."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from analytics_agent.domain.cell import cells
from analytics_agent.domain.display_names import Dimension, display_names, implied
from analytics_agent.domain.evidence import Query, ResultColumn

if TYPE_CHECKING:
    import pyarrow as pa

Role = Literal["time", "ordered", "category", "measure"]
Dimensions = tuple[tuple[ResultColumn, Role], ...]

_NUMBERS = {"integer", "number"}
_TIMES = {"date", "timestamp"}
_ORDERED_PARTS = {"year", "quarter", "month", "week", "day", "hour", "minute", "weekday", "dow", "doy"}
_KEYS = {"id", "code", "flight", "zip", "key", "number", "no"}
_KEY_ENDINGS = ("_id", "_code", "_key", "_number", "_no", "_zip")


@dataclass(frozen=True)
class Shape:
    """`distinct` counts the values of each dimension, `decimals` says how finely each measure is to be shown, `rising` names
    measures whose rows go up, `exact` those kept as decimals and not as binary fractions, `lacking` dimensions that some row has
    no value of, `echoed` columns called like one of the values, `climbing` measures that only rise (or only fall) with time: all
    only where rows were looked at.

    `unique`: no two rows share their dimensions, so that MAX over a group of rows is the row's own value.
    """

    dimensions: Dimensions
    measures: tuple[ResultColumn, ...]
    rows: int
    unique: bool
    distinct: Mapping[str, int] = field(default_factory=dict)
    decimals: Mapping[str, int] = field(default_factory=dict)
    rising: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    echoed: frozenset[str] = frozenset()
    climbing: Mapping[str, bool] = field(default_factory=dict)

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
    if column.name.endswith("_count"):  # the number of months is none
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
    dimensions: Dimensions = tuple((column, kind) for column, kind in roles if kind != "measure")
    measures = tuple(column for column, kind in roles if kind == "measure")
    keys = [column.name for column, _ in dimensions]
    if table is None or not set(keys) <= set(table.column_names):
        unique = query.source == "metric" or query.rows <= 1 or "group by" in " ".join(query.sql.lower().split())
        return Shape(dimensions, measures, query.rows, unique)
    dimensions = _telling(dimensions, table)
    keys = [column.name for column, _ in dimensions]
    unique = table.num_rows <= 1 or bool(keys and table.group_by(keys).aggregate([]).num_rows == table.num_rows)
    values = {c.name: _numbers(table, c.name) for c in measures if c.name in table.column_names}
    return Shape(
        dimensions,
        measures,
        query.rows,
        unique,
        distinct={key: len(table.column(key).unique()) for key in keys},
        decimals={name: _decimals(numbers) for name, numbers in values.items()},
        rising=frozenset(name for name, numbers in values.items() if _rises(numbers)),
        exact=frozenset(name for name in values if str(table.schema.field(name).type).startswith("decimal")),
        lacking=frozenset(key for key in keys if table.column(key).null_count),
        echoed=_echoed(query, table),
        climbing=_climbing(table, keys[0], measures) if [kind for _, kind in dimensions] == ["time"] else {},
    )


def _telling(dimensions: Dimensions, table: "pa.Table") -> Dimensions:
    """Without codes that have a display name beside them, and without what another dimension decides."""
    found = [Dimension(c, cells(table, c.name), kind in {"time", "ordered"}) for c, kind in dimensions]
    codes = display_names(found)
    gone = {*codes, *implied([one for one in found if one.name not in codes])}
    return tuple((c, kind) for c, kind in dimensions if c.name not in gone) if table.num_rows > 1 else dimensions


def _climbing(table: "pa.Table", time: str, measures: tuple[ResultColumn, ...]) -> dict[str, bool]:
    if table.column(time).null_count:
        return {}
    found = {m.name: _numbers(table.sort_by(time), m.name) for m in measures if m.name in table.column_names}
    steps = {name: {a < b if a != b else None for a, b in pairwise(numbers)} for name, numbers in found.items()}
    return {name: up for name, ways in steps.items() if len(ways) == 1 and (up := next(iter(ways))) is not None}


def _echoed(query: Query, table: "pa.Table") -> frozenset[str]:
    texts = [c.name for c in query.columns if c.type == "text" and c.name in table.column_names]
    values = {value for name in texts for value in table.column(name).unique().to_pylist()}
    return frozenset(c.name for c in query.columns if c.name in values)


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
