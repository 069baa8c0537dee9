"""What the columns of free SQL are: named and typed by what came back, a share told by its expression and its values.

What else they mean is for the model to say.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from analytics_agent.domain.catalog import ColumnType, Dialect
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.domain.readable import column_type
from analytics_agent.sql.shares import Kind, shares

if TYPE_CHECKING:
    import pyarrow as pa


def free_columns(table: "pa.Table", sql: str, dialect: Dialect, types: Sequence[tuple[str, ColumnType]] = ()) -> tuple[ResultColumn, ...]:
    """`types` are those that the engine declared, where they are known: the rows at hand say less."""
    known = dict(types)
    kinds = {name.casefold(): kind for name, kind in shares(sql, dialect).items()}
    types_here = [(field.name, known.get(field.name) or column_type(field.type)) for field in table.schema]
    plain = [ResultColumn(name, kind, name.replace("_", " ")) for name, kind in types_here]
    return tuple(_told(column, kinds.get(column.name.casefold()), table) for column in plain)


def _told(column: ResultColumn, kind: Kind | None, table: "pa.Table") -> ResultColumn:
    """A share lies between nothing and all; one that was multiplied by a hundred says so by its unit. Whole numbers alone are no
    fractions: they are what a division of integers leaves, or a flag."""
    if kind == "fraction" and _has_places(table, column.name) and _lies_within(table, column.name, 1.0):
        return replace(column, format="percent")
    if kind == "percent" and column.type in ("integer", "number") and _lies_within(table, column.name, 100.0):
        return replace(column, unit="%", decimals=1)
    return column


def _has_places(table: "pa.Table", name: str) -> bool:
    return column_type(table.column(name).type) == "number"


def _lies_within(table: "pa.Table", name: str, most: float) -> bool:
    """With a hair's breadth for sums of floats."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ends = pc.min_max(table.column(name).cast(pa.float64(), safe=False)).as_py()
    return ends["min"] is not None and ends["min"] >= 0 and ends["max"] <= most * (1 + 1e-9)
