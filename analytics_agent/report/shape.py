"""What a result looks like: which columns measure, which name things, which is time. Pictures are chosen from this and nothing else."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.cell import cells
from analytics_agent.domain.display_names import Dimension, display_names, implied
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.report.numbers import grain, is_number, is_time_part

if TYPE_CHECKING:
    import pyarrow as pa


_COUNTERS = frozenset({"rank", "rows_before", "rows_now", "periods", "missing_periods"})
"""Columns of computed results that serve the reader of a table and are no measure of the question."""


@dataclass(frozen=True)
class Field:
    """A column with its values."""

    column: ResultColumn
    values: tuple[Any, ...]

    @property
    def numbers(self) -> tuple[float, ...]:
        """Its finite numbers, as floats for drawing."""
        return tuple(float(v) for v in self.values if is_number(v) and math.isfinite(v))

    @property
    def distinct(self) -> int:
        return len(set(self.values))


@dataclass(frozen=True)
class Shape:
    """A result sorted into its roles, in the order of its columns. A code with a display name beside it is in `codes` and in no role."""

    rows: int
    measures: tuple[Field, ...]
    times: tuple[Field, ...]
    names: tuple[Field, ...]
    codes: Mapping[str, str] = field(default_factory=dict)

    def field(self, name: object) -> Field | None:
        return next((field for field in (*self.measures, *self.times, *self.names) if field.column.name == name), None)

    @property
    def others(self) -> tuple[Field, ...]:
        return (*self.times, *self.names)

    @property
    def without_implied(self) -> "Shape":
        """Only what tells rows apart: a season beside its month does not, and cannot be an axis of its own."""
        gone = implied(_dimensions(self.others, self.times))
        times, names = (tuple(one for one in fields if one.column.name not in gone) for fields in (self.times, self.names))
        return replace(self, times=times, names=names)


def shape_of(query: Query, table: "pa.Table") -> Shape:
    """Sort the columns of a result into measures, times and names."""
    roles: dict[str, list[Field]] = {"measure": [], "time": [], "name": [], "counter": []}
    for one in _fields(query, table):
        roles[_role(one)].append(one)
    if not roles["time"] and not roles["name"] and len(roles["measure"]) > 1 and table.num_rows > 1:
        _take_a_key(roles)
    able = _called(roles["name"])
    codes = display_names(_dimensions(able, ()))
    names = tuple(one for one in able if one.column.name not in codes)
    return Shape(table.num_rows, tuple(roles["measure"]), tuple(roles["time"]), names, codes)


def _called(names: list[Field]) -> list[Field]:
    """Names of codes, some of which have none: an airport that is not listed is called by its code."""
    for code, name in permutations(names, 2):
        if None not in name.values or None in code.values:
            continue
        full = Field(name.column, tuple(c if n is None else n for c, n in zip(code.values, name.values, strict=True)))
        if display_names(_dimensions((code, full), ())) == {code.column.name: name.column.name}:
            names = [full if one is name else one for one in names]
    return names


def _fields(query: Query, table: "pa.Table") -> Iterator[Field]:
    for column in query.columns:
        if column.name in table.column_names:
            yield Field(column, tuple(cells(table, column.name)))


def _role(field: Field) -> str:
    column = field.column
    if column.metric:
        return "measure"
    if column.type in {"date", "timestamp"} or grain(column):
        return "time" if any(isinstance(v, date) for v in field.values) else "name"
    if is_time_part(column) and column.type == "integer":
        return "time"
    if column.name in _COUNTERS:
        return "counter"
    if column.type in {"integer", "number"} and not column.dimension and not _names_something(column):
        return "measure"
    return "name"


def _names_something(column: ResultColumn) -> bool:
    """A number that is a name: an id, a code."""
    name = column.name.lower()
    return name in {"id", "code", "flight", "zip"} or name.endswith(("_id", "_code", "_key", "_number", "_no"))


def _take_a_key(roles: dict[str, list[Field]]) -> None:
    """All columns are numbers: the first one, when it never repeats and only rises, is what the others are counted by."""
    first = roles["measure"][0]
    numbers = first.numbers
    if first.column.type == "integer" and len(numbers) == len(first.values) and all(a < b for a, b in pairwise(numbers)):
        roles["name"].append(roles["measure"].pop(0))


def _dimensions(fields: Iterable[Field], times: Iterable[Field]) -> list[Dimension]:
    ordered = {one.column.name for one in times}
    return [Dimension(one.column, one.values, one.column.name in ordered) for one in fields]


def as_datetime(value: date) -> datetime:
    """A date or timestamp as a naive moment in its own wall time."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 wall time
