"""What the values of a table's columns are like: counted over all rows or a sample of them, never guessed."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

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


LONGEST_VALUE = 100
"""Characters of a value that is kept. A longer one is left out: cut, it would be another value."""


_TIME = re.compile(r"\d{4}-\d\d-\d\d(?P<hour>[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?")


def written_time(column: ColumnProfile) -> Literal["date", "timestamp"] | None:
    """What a text holds whose least and greatest value are days as ISO 8601 writes them: anything else would come before or after."""
    found = [_TIME.fullmatch(str(end)) for end in (column.least, column.greatest)]
    if not column.filled or not all(found):
        return None
    return "timestamp" if any(match and match["hour"] for match in found) else "date"


def without_values(profile: TableProfile, columns: Collection[str]) -> TableProfile:
    """With these columns counted only."""
    return replace(profile, columns=tuple(_counted(one) if one.name in columns else one for one in profile.columns))


def worth_keeping(profile: TableProfile, free_texts: Collection[str]) -> TableProfile:
    """Without the least and the greatest of `free_texts`, which are somebody's words or name unless they are days, and without values that
    are too long."""
    return replace(profile, columns=tuple(_short(one, is_free=one.name in free_texts and not written_time(one)) for one in profile.columns))


def _counted(column: ColumnProfile) -> ColumnProfile:
    return ColumnProfile(column.name, column.filled, column.distinct)


def _short(column: ColumnProfile, *, is_free: bool) -> ColumnProfile:
    least, greatest = (None if is_free or len(str(value)) > LONGEST_VALUE else value for value in (column.least, column.greatest))
    common = () if any(len(value) > LONGEST_VALUE for value, _ in column.common) else column.common
    return replace(column, least=least, greatest=greatest, common=common)
