"""Statements of our own that count what a table's columns hold: one statement for many columns, over a bounded number of rows."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect, Table, TableColumn
from analytics_agent.domain.profile import ColumnProfile, Scalar

COLUMNS_AT_ONCE = 25
"""Counting distinct values keeps them all: more columns in one statement take more memory at once."""
_ORDERED = {"integer", "number", "date", "timestamp", "text"}


def profile_of(table: Table, columns: Sequence[TableColumn], *, rows: int, dialect: Dialect) -> str:
    """SQL for one row: of the first `rows` rows how many there are, and for each column by its place how many have a value, how many
    different ones, and the least and greatest (as text)."""
    named = [exp.alias_(exp.column(column.name, quoted=True), f"c{place}") for place, column in enumerate(columns)]
    sample = exp.select(*named).from_(exp.table_(table.name, db=table.schema, quoted=True)).limit(rows + 1)
    counted: list[exp.Expr] = [exp.alias_(exp.Count(this=exp.Star()), "looked_at")]
    for place, column in enumerate(columns):
        counted += _of_column(place, column)
    return exp.select(*counted).from_(sample.subquery("looked")).sql(dialect=dialect)


def _of_column(place: int, column: TableColumn) -> list[exp.Expr]:
    value = exp.column(f"c{place}")
    # A type that cannot be compared (json, a point) is counted by its text.
    counted = value if column.type in _ORDERED or column.type in ("boolean", "time") else exp.cast(value.copy(), "text")
    parts: list[exp.Expr] = [
        exp.alias_(exp.Count(this=value.copy()), f"filled_{place}"),
        exp.alias_(exp.Count(this=exp.Distinct(expressions=[counted.copy()])), f"distinct_{place}"),
    ]
    if column.type in _ORDERED:
        parts.append(exp.alias_(exp.cast(exp.Min(this=value.copy()), "text"), f"least_{place}"))
        parts.append(exp.alias_(exp.cast(exp.Max(this=value.copy()), "text"), f"greatest_{place}"))
    return parts


def profiles_in(row: Mapping[str, Scalar], columns: Sequence[TableColumn]) -> tuple[int, tuple[ColumnProfile, ...]]:
    """The rows that were looked at, and the profiles, from the one row that `profile_of` gives."""
    found = tuple(
        ColumnProfile(
            column.name,
            _count(row[f"filled_{place}"]),
            _count(row[f"distinct_{place}"]),
            row.get(f"least_{place}"),
            row.get(f"greatest_{place}"),
        )
        for place, column in enumerate(columns)
    )
    return _count(row["looked_at"]), found


def strangers(table: Table, column: TableColumn, target: Table, key: TableColumn, *, rows: int, dialect: Dialect) -> str:
    """SQL for one number: of at most `rows` different values of a column, how many are not in the key of another table."""
    name, other = exp.column(column.name, quoted=True), exp.column(key.name, "target", quoted=True)
    values = (
        exp.select(exp.alias_(name, "held"))
        .distinct()
        .from_(exp.table_(table.name, db=table.schema, quoted=True))
        .where(exp.Not(this=exp.Is(this=name.copy(), expression=exp.Null())))
        .limit(rows)
    )
    there = exp.select("1").from_(exp.alias_(exp.table_(target.name, db=target.schema, quoted=True), "target", table=True))
    there = there.where(exp.EQ(this=other, expression=exp.column("held", "looked")))
    counted = exp.alias_(exp.Count(this=exp.Star()), "strangers")
    return exp.select(counted).from_(values.subquery("looked")).where(exp.Not(this=exp.Exists(this=there))).sql(dialect=dialect)


def _count(value: Scalar) -> int:
    return int(value) if isinstance(value, int | float | str) else 0
