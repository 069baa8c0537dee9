"""What two readings of one database differ in: whether the later one says anything new, and what is said of the difference."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from analytics_agent.catalog.names import nearest, shown_name
from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog, Table, TableColumn, TableName

MOST_SAID = 12
ROWS_APART = 0.1
"""Of an estimate of rows: one that differs by less says nothing new."""


def says_the_same(before: Catalog, after: Catalog) -> bool:
    """Whether nothing that is told of the tables differs, comments and rights to write included. Estimates of rows may differ a little."""
    if _without_tables(before) != _without_tables(after) or len(before.tables) != len(after.tables):
        return False
    return all(_is_the_same(one, other) for one, other in zip(before.tables, after.tables, strict=True))


def _without_tables(catalog: Catalog) -> Catalog:
    return replace(catalog, tables=(), read_at=catalog.read_at.min)


def _is_the_same(before: Table, after: Table) -> bool:
    if before == after:
        return True
    if before.rows is None or after.rows is None or replace(before, rows=0) != replace(after, rows=0):
        return False
    return abs(before.rows - after.rows) <= ROWS_APART * max(before.rows, after.rows)


def what_changed(before: Catalog, after: Catalog) -> tuple[str, ...]:
    """Half sentences ("orders.total is gone; there is total_amount now"), what is gone first. Empty where names and types are the same."""
    gone = _gone(before, after)
    said = [*_tables_gone(before, after, gone), *_columns(before, after), *_tables_new(before, after, gone)]
    left = len(said) - MOST_SAID
    return (*said[:MOST_SAID], f"and {left} other changes") if left > 0 else tuple(said)


def _tables_gone(before: Catalog, after: Catalog, gone: Sequence[tuple[Table, Table | None]]) -> Iterator[str]:
    for table, instead in gone:
        yield f"{shown_name(before, table)} is gone" + (f"; there is {shown_name(after, instead)} now" if instead else "")


def _gone(before: Catalog, after: Catalog) -> list[tuple[Table, Table | None]]:
    """Each with the new table that seems to stand in its place."""
    there, known = {name_of(table) for table in after.tables}, {name_of(table) for table in before.tables}
    having: dict[str, list[Table]] = defaultdict(list)
    for table in (table for table in after.tables if name_of(table) not in known):
        for column in table.columns:
            having[column.name].append(table)
    return [(table, _instead(table, having)) for table in before.tables if name_of(table) not in there]


def _instead(gone: Table, having: Mapping[str, Sequence[Table]]) -> Table | None:
    """The new table that has most of its columns, and at least half of them. `having` are new tables by the columns that they have: with
    a renamed schema a thousand are gone and a thousand new, and what has no column in common is not looked at."""
    shared: dict[TableName, int] = defaultdict(int)
    tables: dict[TableName, Table] = {}
    for column in gone.columns:
        for table in having.get(column.name, ()):
            tables[name_of(table)] = table
            shared[name_of(table)] += 1
    best = max(shared, key=lambda name: (shared[name], name.name == gone.name), default=None)
    return tables[best] if best and shared[best] * 2 >= len(gone.columns) else None


def _tables_new(before: Catalog, after: Catalog, gone: Sequence[tuple[Table, Table | None]]) -> Iterator[str]:
    known = {name_of(table) for table in before.tables} | {name_of(instead) for _, instead in gone if instead}
    yield from (f"{shown_name(after, table)} is new" for table in after.tables if name_of(table) not in known)


def _columns(before: Catalog, after: Catalog) -> Iterator[str]:
    """Of tables that are still there: gone and of another type first, then what is new."""
    now = {name_of(table): table for table in after.tables}
    pairs = [(table, now[name_of(table)]) for table in before.tables if name_of(table) in now]
    told = [(shown_name(before, one), one, other) for one, other in pairs if one.columns != other.columns]
    for shown, one, other in told:
        yield from _gone_or_other(shown, one, other)
    for shown, one, other in told:
        instead = {_renamed(column, _new(one, other)) for column in one.columns if column.name not in {each.name for each in other.columns}}
        if more := [column.name for column in _new(one, other) if column.name not in instead]:
            yield f"{shown} has new columns: {', '.join(more)}" if len(more) > 1 else f"{shown} has a new column {more[0]}"


def _gone_or_other(shown: str, before: Table, after: Table) -> Iterator[str]:
    now = {column.name: column for column in after.columns}
    for column in before.columns:
        if column.name not in now:
            instead = _renamed(column, _new(before, after))
            yield f"{shown}.{column.name} is gone" + (f"; there is {instead} now" if instead else "")
        elif (there := now[column.name]).native_type != column.native_type:
            yield f"{shown}.{column.name} is {there.native_type} now, it was {column.native_type}"


def _new(before: Table, after: Table) -> list[TableColumn]:
    known = {column.name for column in before.columns}
    return [column for column in after.columns if column.name not in known]


def _renamed(gone: TableColumn, new: list[TableColumn]) -> str:
    """What it may be called now: a new column with a name like it, or the only new one of its type."""
    if near := nearest(gone.name, [column.name for column in new], limit=1):
        return near[0]
    alike = [column.name for column in new if column.type == gone.type]
    return alike[0] if len(alike) == 1 else ""
