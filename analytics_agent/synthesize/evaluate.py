"""References evaluated over stored results: every number that reaches the prose comes through here, exact until it is shown."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from analytics_agent.domain.cell import Cell, as_number, cells, decimal, find, nearest
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.synthesize.markup import plain
from analytics_agent.synthesize.references import BadReference, Call, Cells, Condition, Expression

if TYPE_CHECKING:
    import pyarrow as pa

CHANGE_COLUMNS = frozenset({"difference", "percent_change", "change", "total_change", "slope"})
"""Columns of computed results whose sign says that something rose or fell."""

_MEAN_LIKE = re.compile(r"(^|_)(avg|average|mean|median|rate|ratio|share|pct|percent|percentage)(_|$)", re.IGNORECASE)
_PLAIN = ResultColumn(name="", type="number", label="", additive=False)
_COUNT = ResultColumn(name="", type="integer", label="", additive=True)


@dataclass(frozen=True)
class Value:
    """An evaluated reference. Numbers are exact; a cell without a value is None. `column` says how it is shown; result, row and name
    point to its first cell.

    `change` is set for what is a change: its sign, which `abs` keeps, tells whether something rose or fell.
    """

    cell: Cell | Fraction
    column: ResultColumn
    result: str
    row: int | None = None
    name: str | None = None
    change: int | None = None
    is_rank: bool = False

    @property
    def number(self) -> Fraction:
        """Raises BadReference for a value that is no number."""
        if self.cell is None:
            raise BadReference(f"{self.result}[{self.row}].{self.name} is empty: nothing can be computed from it. Refer to it by itself.")
        if not isinstance(self.cell, Fraction):
            raise BadReference(f"{self.result}.{self.name} holds no number: choose a numeric column.")
        return self.cell


@dataclass(frozen=True)
class Results:
    """All stored results that prose may refer to."""

    tables: Mapping[str, "pa.Table"]
    queries: Mapping[str, Query]

    def value(self, expression: Expression) -> Value:
        """Raises BadReference, telling what to write instead."""
        if isinstance(expression, Cells):
            return self._one_cell(expression)
        return _FUNCTIONS[expression.function](self, expression)

    def query(self, name: str) -> Query:
        if name in self.queries and name in self.tables:
            return self.queries[name]
        known = ", ".join(nearest(name, (known for known in self.queries if known in self.tables), 12))
        raise BadReference(f"There is no result {name!r}. Results: {known or 'none'}.")

    def column(self, result: str, name: str | None) -> ResultColumn:
        columns = self.query(result).columns
        for column in columns:
            if column.name == name:
                return column
        offer = ", ".join(nearest(name or "", (column.name for column in columns), 12))
        said = f"{result} has no column {name!r}" if name else f"A column is missing after {result}"
        raise BadReference(f"{said}. Nearest: {offer}.")

    def values(self, result: str, column: str | None) -> list[Cell]:
        name = self.column(result, column).name
        if (result, name) not in self._read:
            self._read[result, name] = cells(self.tables[result], name)
        return self._read[result, name]

    @cached_property
    def _read(self) -> dict[tuple[str, str], list[Cell]]:
        return {}

    def rows(self, where: Cells) -> list[int]:
        """The rows that a reference selects; all of them when it selects none by number or condition."""
        self.query(where.result)
        count = int(self.tables[where.result].num_rows)
        if where.row is not None:
            if where.row >= count:
                raise BadReference(f"{where.result} has {count} rows, counted from 0: there is no row {where.row}.")
            return [where.row]
        selected = set(range(count))
        for condition in where.conditions:
            selected &= set(self._matching(where.result, condition))
        return sorted(selected)

    def _matching(self, result: str, condition: Condition) -> list[int]:
        column = self.values(result, condition.column)
        if condition.operator == "=":
            return find(column, condition.value)
        if condition.operator == "!=":
            named = set(find(column, condition.value))
            return [row for row, cell in enumerate(column) if row not in named and cell is not None]
        return [row for row, cell in enumerate(column) if _compares(cell, condition)]

    def one_row(self, where: Cells) -> int:
        rows = self.rows(where)
        if len(rows) == 1:
            return rows[0]
        if not where.conditions and where.row is None:
            raise BadReference(f"Say which row of {where.result}: {where.result}[0].{where.column}, or {where.result}[{self._key(where)}].")
        said = f"No row of {where.result} has" if not rows else f"{len(rows)} rows of {where.result} have"
        conditions = ", ".join(f"{c.column}{c.operator}{c.value}" for c in where.conditions)
        raise BadReference(f"{said} {conditions}. {self._instead(where) if not rows else 'Add a key that tells them apart.'}")

    def _key(self, where: Cells) -> str:
        first = self.query(where.result).columns[0].name
        return f"{first}=…"

    def _instead(self, where: Cells) -> str:
        """The values nearest to the first condition that nothing meets."""
        for condition in where.conditions:
            column = self.values(where.result, condition.column)
            if not self._matching(where.result, condition):
                offer = nearest(condition.value, (str(cell) for cell in column if cell is not None), 6)
                return f"Values of {condition.column}: {', '.join(offer) or 'none'}."
        return "Each condition alone is met, all together are not."

    def _one_cell(self, where: Cells) -> Value:
        column = self.column(where.result, where.column)
        row = self.one_row(where)
        cell = self.values(where.result, column.name)[row]
        value, at = exact(cell), f"{where.result}[{row}].{column.name}"
        if isinstance(cell, (float, Decimal)) and value is None and cell == cell:
            raise BadReference(f"{at} is infinite: say in words that it has no measure, or use another cell.")
        is_blank = isinstance(value, str) and not plain(value).strip()
        if is_blank or (value is None and column.type in ("text", "other")):
            raise BadReference(f"{at} is empty: say in words that there is no name, or use another cell.")
        changes = isinstance(value, Fraction) and self.query(where.result).source == "computed" and column.name in CHANGE_COLUMNS
        change = sign(value) if changes and isinstance(value, Fraction) else None
        return Value(value, column, where.result, row, column.name, change)

    def whole(self, result: str, purpose: str) -> None:
        if self.query(result).truncated:
            raise BadReference(f"{result} was cut at the row cap, so {purpose} over it would be wrong: query it aggregated.")


def exact(cell: Cell) -> Cell | Fraction:
    """Numbers as fractions; None for what is empty or not finite; anything else as it is."""
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        return as_number(cell)
    return cell


def sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _compares(cell: Cell, condition: Condition) -> bool:
    left: Decimal | str | None
    right: Decimal | str | None
    if isinstance(cell, (date, time)):
        left, right = cell.isoformat(), condition.value.replace(" ", "T") if isinstance(cell, datetime) else condition.value
    else:
        left, right = decimal(cell), decimal(condition.value)
        if right is None:
            raise BadReference(f"{condition.column}{condition.operator}{condition.value} needs a number or a date.")
    if left is None or right is None:
        return False
    below, equal = left < right, left == right  # type: ignore[operator]
    return {"<": below, "<=": below or equal, ">": not below and not equal, ">=": not below}[condition.operator]


def _arguments(results: Results, call: Call, count: int) -> list[Value]:
    if len(call.arguments) != count:
        raise BadReference(f"{call.function} takes {count} reference{'s' * (count > 1)}, not {len(call.arguments)}.")
    return [results.value(argument) for argument in call.arguments]


def _same_unit(first: Value, second: Value, function: str) -> None:
    for name, one, other in (("unit", first.column.unit, second.column.unit), ("format", first.column.format, second.column.format)):
        if one != other:
            raise BadReference(f"{function} needs one {name}: {first.name} has {one or 'none'}, {second.name} has {other or 'none'}.")


def _difference(results: Results, call: Call) -> Value:
    """A − B; two percentages differ in points, two dates in days."""
    first, second = _arguments(results, call, 2)
    if isinstance(first.cell, date) and isinstance(second.cell, date):
        return _days_between(first, second)
    number = first.number - second.number
    _same_unit(first, second, "difference")
    column = replace(first.column, dimension=None)
    if column.format == "percent" or column.unit == "%":
        number = number * 100 if column.format == "percent" else number
        column = replace(column, format="number", unit="points", type="number", decimals=None)
    return replace(first, cell=number, column=column, change=sign(number))


def _days_between(first: Value, second: Value) -> Value:
    days = Fraction((_day(first.cell) - _day(second.cell)).days)
    return replace(first, cell=days, column=replace(_COUNT, unit="days"), change=sign(days))


def _day(cell: Cell | Fraction) -> date:
    return cell.date() if isinstance(cell, datetime) else cell  # type: ignore[return-value]


def _ratio(results: Results, call: Call) -> Value:
    first, second = _arguments(results, call, 2)
    if not second.number:
        raise BadReference(f"ratio has no meaning: {second.name} is zero.")
    return replace(first, cell=first.number / second.number, column=_PLAIN)


def _percent_change(results: Results, call: Call) -> Value:
    """(TO − FROM) ÷ FROM, points to the cell TO."""
    start, end = _arguments(results, call, 2)
    _same_unit(start, end, "percent_change")
    if start.number <= 0:
        raise BadReference("percent_change has no meaning from zero or a negative value: use difference.")
    change = (end.number - start.number) / start.number
    return replace(end, cell=change, column=replace(_PLAIN, format="percent"), change=sign(change))


def _share(results: Results, call: Call) -> Value:
    part, whole = _arguments(results, call, 2)
    _same_unit(part, whole, "share")
    if not 0 <= part.number <= whole.number or not whole.number:
        raise BadReference("share needs a PART between zero and the WHOLE: use ratio or percent_change, or swap the two.")
    return replace(part, cell=part.number / whole.number, column=replace(_PLAIN, format="percent"))


def _abs(results: Results, call: Call) -> Value:
    (value,) = _arguments(results, call, 1)
    return replace(value, cell=abs(value.number))


def _column_values(results: Results, call: Call) -> list[Value]:
    """What an aggregate works on: the cells of a column, where they are not empty, or several references."""
    if len(call.arguments) > 1 or not isinstance(call.arguments[0], Cells):
        values = [results.value(argument) for argument in call.arguments]
        for other in values[1:]:
            _same_unit(values[0], other, call.function)
        return values
    where = call.arguments[0]
    column = results.column(where.result, where.column)
    results.whole(where.result, call.function)
    stored = results.values(where.result, column.name)
    found = [
        Value(value, column, where.result, row, column.name) for row in results.rows(where) if (value := exact(stored[row])) is not None
    ]
    if not found:
        raise BadReference(f"{call.function}({where.result}.{column.name}) has no value to work on: say in words that there are none.")
    return found


def _sum(results: Results, call: Call) -> Value:
    values = _column_values(results, call)
    _may_be_combined(values, "sum")
    return replace(values[0], cell=sum((value.number for value in values), Fraction(0)))


def _mean(results: Results, call: Call) -> Value:
    values = _column_values(results, call)
    _may_be_combined(values, "mean")
    mean = sum((value.number for value in values), Fraction(0)) / len(values)
    return replace(values[0], cell=mean, column=replace(values[0].column, type="number"))


def _may_be_combined(values: list[Value], function: str) -> None:
    """Adding up means or shares gives no total, and their plain mean is not the overall mean."""
    column = values[0].column
    unknown = column.additive is None and _MEAN_LIKE.search(column.name)
    is_share = column.format == "percent" or column.unit == "%"
    if len(values) > 1 and (is_share or column.additive is False or column.dimension or unknown):
        raise BadReference(f"{function} over {column.name!r} would be wrong: it is no amount that adds up. Query it at that level.")


def _max(results: Results, call: Call) -> Value:
    return max(_column_values(results, call), key=lambda value: _sortable(value, "max"))


def _min(results: Results, call: Call) -> Value:
    return min(_column_values(results, call), key=lambda value: _sortable(value, "min"))


def _sortable(value: Value, function: str) -> Fraction | str:
    if isinstance(value.cell, Fraction):
        return value.cell
    if isinstance(value.cell, (date, time)):
        return value.cell.isoformat()
    raise BadReference(f"{function} needs numbers or dates, and {value.name!r} holds neither.")


def _count(results: Results, call: Call) -> Value:
    """Rows, or the cells of a column that are not empty."""
    where = call.arguments[0]
    if len(call.arguments) != 1 or not isinstance(where, Cells):
        raise BadReference("count takes one result or column: count(r1), count(r1[delay>=30]).")
    results.query(where.result)
    results.whole(where.result, "count")
    rows = results.rows(where)
    if where.column is not None:
        stored = results.values(where.result, where.column)
        rows = [row for row in rows if exact(stored[row]) is not None]
    return Value(Fraction(len(rows)), _COUNT, where.result, rows[0] if rows else None, where.column)


def _rank(results: Results, call: Call) -> Value:
    """1 + the number of rows with a strictly higher value, or with a lower one for low_rank."""
    where = call.arguments[0]
    if not isinstance(where, Cells) or (where.row is None and not where.conditions):
        raise BadReference("rank takes a column and the row to rank: rank(r1.delay, carrier=WN).")
    results.whole(where.result, "rank")
    own = results.value(where)
    number = own.number
    column = [exact(cell) for cell in results.values(where.result, where.column)]
    side = -1 if call.function == "low_rank" else 1
    ahead = sum(1 for cell in column if isinstance(cell, Fraction) and (cell - number) * side > 0)
    return replace(own, cell=Fraction(ahead + 1), column=_COUNT, change=None, is_rank=True)


_FUNCTIONS: dict[str, Callable[[Results, Call], Value]] = {
    "difference": _difference,
    "ratio": _ratio,
    "percent_change": _percent_change,
    "share": _share,
    "abs": _abs,
    "sum": _sum,
    "mean": _mean,
    "max": _max,
    "min": _min,
    "count": _count,
    "rank": _rank,
    "low_rank": _rank,
}
