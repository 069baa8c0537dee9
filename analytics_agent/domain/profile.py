"""What the values of a table's columns are like: counted over all rows or a sample of them, never guessed."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from analytics_agent.domain.catalog import TableName

Scalar = str | int | float | bool | Decimal | date | datetime | None


@dataclass(frozen=True)
class ColumnProfile:
    """Of the rows that were looked at: how many have a value, how many different ones, the least, the greatest, and the most frequent
    with their rows, where they were asked for."""

    name: str
    filled: int
    distinct: int
    least: Scalar = None
    greatest: Scalar = None
    common: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class TableProfile:
    """`rows` are those that were looked at; `is_whole`: there are no others."""

    schema: str | None
    name: str
    rows: int
    is_whole: bool
    columns: tuple[ColumnProfile, ...]

    def column(self, name: str) -> ColumnProfile | None:
        return next((each for each in self.columns if each.name == name), None)

    def is_unique(self, name: str) -> bool:
        """Whether each row has a value of its own there. Of a sample it is likely, of all rows it is so today."""
        found = self.column(name)
        return found is not None and self.rows > 1 and found.filled == found.distinct == self.rows


@dataclass(frozen=True)
class KeptProfile:
    """A profile as the store keeps it. `made_of` says what the table was like then: while it is the same, nobody looks again."""

    profile: TableProfile
    made_of: str
    looked_at: datetime

    @property
    def table(self) -> TableName:
        return TableName(self.profile.schema, self.profile.name)
