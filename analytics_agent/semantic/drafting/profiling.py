"""What a database's columns hold, asked of it within a time: each table's profile, the values of texts that have few, keys that nobody
declared. How statements are run is the caller's: with its rights, its limits, its place in line."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog, Table, TableColumn, TableName
from analytics_agent.domain.profile import ColumnProfile, Scalar, TableProfile
from analytics_agent.errors import AgentError
from analytics_agent.semantic.drafting.keys import FoundKey, candidate_keys
from analytics_agent.semantic.drafting.things import MOST_VALUES
from analytics_agent.sql.profiling import COLUMNS_AT_ONCE, profile_of, profiles_in, strangers
from analytics_agent.sql.values import distinct_values

ROWS = 100_000
"""Rows of a table that are looked at."""
VALUES_COMPARED = 10_000

Run = Callable[[str], Awaitable[Sequence[Mapping[str, Scalar]]]]
"""The rows of one statement. Raises AgentError where it cannot be run."""


@dataclass(frozen=True)
class Profiled:
    """`left` are the tables for which there was no time, or whose statements failed."""

    tables: Mapping[TableName, TableProfile]
    keys: tuple[FoundKey, ...]
    left: tuple[TableName, ...]


async def profiled(
    catalog: Catalog, run: Run, *, seconds: float, rows: int = ROWS, known: Mapping[TableName, TableProfile] | None = None
) -> Profiled:
    """As much as can be found out in this time; small tables first, so that most of them are known. What is `known` is not asked again."""
    ends = time.monotonic() + seconds
    found: dict[TableName, TableProfile] = dict(known or {})
    left = []
    for table in sorted(catalog.tables, key=lambda table: table.rows or 0):
        if name_of(table) in found:
            continue
        try:
            if time.monotonic() < ends and table.columns:
                found[name_of(table)] = await table_profile(table, catalog, run, rows)
                continue
        except AgentError:
            pass  # one table that cannot be read does not spoil the rest: it is told as left
        left.append(name_of(table))
    return Profiled(found, tuple([key async for key in _keys(catalog, found, run, ends)]), tuple(left))


async def table_profile(table: Table, catalog: Catalog, run: Run, rows: int = ROWS) -> TableProfile:
    """Raises what `run` raises."""
    looked_at, columns = 0, list[ColumnProfile]()
    for start in range(0, len(table.columns), COLUMNS_AT_ONCE):
        part = table.columns[start : start + COLUMNS_AT_ONCE]
        (row,) = await run(profile_of(table, part, rows=rows, dialect=catalog.dialect))
        looked_at, counted = profiles_in(row, part)
        columns += counted
    named = [await _with_values(table, column, one, catalog, run) for column, one in zip(table.columns, columns, strict=True)]
    return TableProfile(table.schema, table.name, min(looked_at, rows), looked_at <= rows, tuple(named))


async def _with_values(table: Table, column: TableColumn, found: ColumnProfile, catalog: Catalog, run: Run) -> ColumnProfile:
    """A text with few values is told with all of them, most frequent first."""
    if column.type != "text" or not 0 < found.distinct <= MOST_VALUES or found.distinct == found.filled:
        return found
    counted = await run(distinct_values(table, column, like=None, limit=MOST_VALUES + 1, dialect=catalog.dialect))
    common = tuple((str(row["value"]), int(str(row["rows"]))) for row in counted if row["value"] is not None)
    return replace(found, common=common) if len(common) <= MOST_VALUES else found


async def _keys(catalog: Catalog, found: Mapping[TableName, TableProfile], run: Run, ends: float) -> AsyncIterator[FoundKey]:
    """Of the candidates of one column the first that holds."""
    tables, settled = {name_of(table): table for table in catalog.tables}, set[tuple[TableName, str]]()
    for key in candidate_keys(catalog, found):
        if (key.table, key.column) in settled:
            continue
        table, target = tables[key.table], tables[key.target]
        one, other = _column(table, key.column), _column(target, key.target_column)
        if time.monotonic() >= ends:
            return
        try:
            rows = await run(strangers(table, one, target, other, rows=VALUES_COMPARED, dialect=catalog.dialect))
        except AgentError:
            continue
        if rows and rows[0]["strangers"] == 0:
            settled.add((key.table, key.column))
            yield key


def _column(table: Table, name: str) -> TableColumn:
    return next(column for column in table.columns if column.name == name)
