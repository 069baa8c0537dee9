"""Days written out as a table: one by one, or as runs of days that are equally far apart, so that years of days stay a short statement.

No engine counts months here: only days are added to days, which all of them do alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.semantic.compiler import time
from analytics_agent.semantic.compiler.expressions import identifier

WRITTEN_OUT = 40
"""Rows that are short enough to be written one by one, for people to read."""
_NUMBER = "number_"
Days = Mapping[str, date]


@dataclass(frozen=True)
class Run:
    """Rows whose columns each go on by the same number of days."""

    first: Days
    steps: Mapping[str, int]
    count: int


def runs_of(rows: Sequence[Days]) -> list[Run]:
    found: list[Run] = []
    start = 0
    while start < len(rows):
        end = start + 1
        steps = _steps(rows[start], rows[end]) if end < len(rows) else dict.fromkeys(rows[start], 0)
        while end < len(rows) and _steps(rows[end - 1], rows[end]) == steps:
            end += 1
        found.append(Run(rows[start], steps, end - start))
        start = end
    return found


def _steps(a: Days, b: Days) -> dict[str, int]:
    return {name: (b[name] - a[name]).days for name in a}


def longest_run(rows: Sequence[Days]) -> int:
    """How many numbers a table of these rows is counted with; 0 where it is written row by row."""
    runs = runs_of(rows)
    is_written = len(rows) <= WRITTEN_OUT or 2 * len(runs) > len(rows)
    return 0 if is_written else max(run.count for run in runs)


def table(rows: Sequence[Days], dialect: Dialect, numbers_called: str | None, more: Iterable[exp.Expr] = ()) -> exp.Query:
    """The rows as a query: over a table of numbers, or row by row."""
    more = tuple(more)
    if numbers_called is None:
        written = [{name: time.day(value, dialect) for name, value in row.items()} for row in rows]
        first, *others = [exp.select(*_named(row), *(each.copy() for each in more)) for row in written]
        # Columns are called by the first; names in every row would make it half as long again.
        return _stacked([first, *(exp.select(*(column.unalias() for column in each.selects)) for each in others)])
    arms = []
    for run in runs_of(rows):
        days = {name: time.days_after(value, _times(run.steps[name]), dialect) for name, value in run.first.items()}
        counted = exp.LT(this=_number(), expression=exp.Literal.number(run.count))
        arms.append(exp.select(*_named(days), *(each.copy() for each in more)).from_(numbers_called).where(counted))
    return _stacked(arms)


def _named(row: Mapping[str, exp.Expr]) -> list[exp.Expr]:
    return [exp.alias_(tree, identifier(name)) for name, tree in row.items()]


def _stacked(arms: Sequence[exp.Select]) -> exp.Query:
    return arms[0] if len(arms) == 1 else exp.union(*arms, distinct=False, copy=False)


def _times(step: int) -> exp.Expr | None:
    if step == 0:
        return None
    return _number() if step == 1 else exp.Mul(this=_number(), expression=exp.Literal.number(step))


def _number() -> exp.Column:
    return exp.column(_NUMBER)


def digits() -> exp.Query:
    return _stacked([exp.select(exp.alias_(exp.Literal.number(i), "digit")) for i in range(10)])


def numbers(most: int, digits_called: str) -> exp.Select:
    """At least 0 to `most` - 1, put together from digits: recursion is bounded differently by every engine."""
    places = [f"d{i}" for i in range(len(str(most - 1)))]
    value: exp.Expr = exp.column("digit", table=places[0])
    for i, place in enumerate(places[1:], start=1):
        part = exp.Mul(this=exp.column("digit", table=place), expression=exp.Literal.number(10**i))
        value = exp.Add(this=value, expression=part)
    select = exp.select(exp.alias_(value, _NUMBER)).from_(exp.alias_(exp.to_table(digits_called), places[0], table=True))
    for place in places[1:]:
        select = select.join(exp.alias_(exp.to_table(digits_called), place, table=True), join_type="cross")
    return select
