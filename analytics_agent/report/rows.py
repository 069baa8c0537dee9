"""A stored result read by the names of its columns: what charts, key figures and tables of a finding have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.cell import cells
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.report.numbers import bare, decimals_for, full, named

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Rows:
    """A result with its cells. Columns that it does not have read as empty, so that an older run still renders."""

    query: Query
    columns: dict[str, ResultColumn]
    values: dict[str, list[Any]]
    count: int

    @classmethod
    def of(cls, query: Query, table: "pa.Table") -> "Rows":
        known = {column.name: column for column in query.columns if column.name in table.column_names}
        return cls(query, known, {name: list(cells(table, name)) for name in known}, table.num_rows)

    def renamed(self, values: Mapping[str, list[Any]]) -> "Rows":
        return replace(self, values={**self.values, **values})

    def has(self, *names: str) -> bool:
        return all(name in self.columns for name in names)

    def cell(self, row: int, name: str) -> Any:
        return self.values[name][row] if name in self.values else None

    def name(self, row: int, name: str) -> str:
        return named(self.cell(row, name), self.columns[name])

    def bare(self, row: int, name: str, *, signed: bool = False) -> str:
        column = self.columns[name]
        return bare(self.cell(row, name), column, decimals_for(column, self.values[name]), signed=signed)

    def full(self, row: int, name: str, *, signed: bool = False) -> str:
        column = self.columns[name]
        return full(self.cell(row, name), column, decimals_for(column, self.values[name]), signed=signed)
