"""One stored result as the operations read it: columns by name, cells as exact numbers, and whether rows are missing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.cell import Cell, as_number, cells, nearest
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.domain.others import is_cut_to_top, is_some_groups
from analytics_agent.errors import ToolRefused

if TYPE_CHECKING:
    import pyarrow as pa

_HAVING = re.compile(r"\bhaving\b", re.IGNORECASE)
_LIMIT = re.compile(r"\b(?:limit|fetch\s+(?:first|next)|top)\s*\(?\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Precision:
    """How a measure is stored: an integer, a decimal with `scale` places, or a binary float (`scale` None)."""

    scale: int | None


FLOAT = Precision(None)
INTEGER = Precision(0)


@dataclass(frozen=True)
class Sheet:
    """A result's description together with its rows."""

    query: Query
    table: "pa.Table"

    @property
    def rows(self) -> int:
        return int(self.table.num_rows)

    @cached_property
    def is_cut(self) -> bool:
        """Whether groups exist that this result does not hold: the row cap, a used-up limit, a condition on groups."""
        if (request := self.query.request) is not None:
            # Rows that equal the last one are beyond the limit.
            is_full = self.rows >= (request.get("limit") or self.rows + 1)
            return self.query.truncated or is_full or is_some_groups(self.query) or is_cut_to_top(self.query)
        limits = [int(number) for number in _LIMIT.findall(self.query.sql)]
        return self.query.truncated or self.rows in limits or bool(_HAVING.search(self.query.sql))

    def column(self, name: str) -> ResultColumn:
        """The column of that name. Raises ToolRefused with the nearest names."""
        for column in self.query.columns:
            if column.name == name:
                return column
        offer = ", ".join(nearest(name, (column.name for column in self.query.columns), 12))
        raise ToolRefused(f"{self.query.id} has no column {name!r}.", hint=f"Nearest: {offer}.")

    def cells(self, name: str) -> list[Cell]:
        return cells(self.table, self.column(name).name)

    def numbers(self, name: str) -> list[Fraction | None]:
        """The exact numbers of a column; None where a cell is empty or not finite. Raises ToolRefused for other types."""
        if self._scale(name) == "other":
            numeric = [column.name for column in self.query.columns if self._scale(column.name) != "other"]
            offer = f"Its numeric columns are: {', '.join(numeric)}." if numeric else "It has no numeric column."
            raise ToolRefused(f"Column {name!r} of {self.query.id} holds no numbers.", hint=offer)
        return [as_number(cell) for cell in self.cells(name)]

    def precision(self, name: str) -> Precision:
        scale = self._scale(name)
        return Precision(scale) if isinstance(scale, int) else FLOAT

    def _scale(self, name: str) -> Any:
        import pyarrow.types as kinds

        kind = self.table.schema.field(self.column(name).name).type
        if kinds.is_integer(kind):
            return 0
        if kinds.is_decimal(kind):
            return max(kind.scale, 0)
        return "float" if kinds.is_floating(kind) else "other"


def sheet(name: str, tables: Mapping[str, "pa.Table"], queries: Mapping[str, Query]) -> Sheet:
    """The result of that name. Raises ToolRefused when it does not exist or has no rows."""
    if name not in queries or name not in tables:
        known = ", ".join(nearest(name, (known for known in queries if known in tables), 12)) or "none yet"
        raise ToolRefused(f"There is no result {name!r}.", hint=f"Stored results: {known}.")
    found = Sheet(queries[name], tables[name])
    if found.rows == 0:
        raise ToolRefused(f"{name} has no rows: there is nothing to compute.", hint="Use another result, or call done.")
    return found
