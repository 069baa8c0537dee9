"""The rows of a list by one measure, as the offline model tells them: their order, their names, what stands behind each."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analytics_agent.adapters.offline.evidence import Column, Shown
from analytics_agent.adapters.offline.words import cell, counts, is_name, is_proper, number, small
from analytics_agent.domain.others import OTHERS, has_others_row
from analytics_agent.domain.small_groups import FEWEST, FEWEST_LARGER, small_rows


@dataclass(frozen=True)
class Rows:
    """The rows of a result by one measure, the leading one first. `names` call them, the first one above all."""

    result: Shown
    names: tuple[Column, ...]
    measure: Column

    @property
    def name(self) -> Column:
        return self.names[0]

    @cached_property
    def low(self) -> bool:
        """Whether the lowest were asked for."""
        orders = self.result.request.get("order_by", ())
        return any(o["field"] == (self.measure.metric or self.measure.name) and o["direction"] == "asc" for o in orders)

    @cached_property
    def whole(self) -> bool:
        """Whether all rows there are were shown."""
        return self.result.rows <= len(self.result.preview) and not self.result.request.get("limit")

    @cached_property
    def both_ends(self) -> bool:
        """Whether the last row shown is the last of all, not of those that meet a condition."""
        return self.whole and not self.result.request.get("having")

    @cached_property
    def is_alone(self) -> bool:
        """Whether there is one row and no other: whoever may see one of many must not be told that it leads."""
        asked = self.result.request
        return self.result.rows == 1 and asked.get("limit") != 1 and not asked.get("having")

    @cached_property
    def is_asked_for(self) -> bool:
        """Whether the one row is that which the question named: the sentence begins with it."""
        named = {f["field"] for f in self.result.request.get("filters", ()) if f["op"] == "=" and len(f.get("values", ())) == 1}
        return self.is_alone and all(name.dimension in named for name in self.names)

    @cached_property
    def order(self) -> list[int]:
        """Rows that have a value and a name, in the order of the measure. All others, where they are one row, are no member among them."""
        rows = [row for row in self._told if self._is_called(row) and row not in self.others]
        return sorted(rows, key=lambda row: (self.value(row) or 0.0) * (1 if self.low else -1))

    @cached_property
    def others(self) -> list[int]:
        """The row of all others; with it a member that has the very name."""
        return (
            [row for row in self._told if any(self._value(row, name) == OTHERS for name in self.names)] if has_others(self.result) else []
        )

    @cached_property
    def nameless(self) -> list[int]:
        """Rows of what has no name: orders without a store."""
        return [row for row in self._told if not any(self._is_said(row, name) for name in self.names)]

    @cached_property
    def _told(self) -> list[int]:
        return [row for row in range(len(self.result.preview)) if self.value(row) is not None]

    def value(self, row: int) -> float | None:
        return number(self.result.preview[row].get(self.measure.name))

    def _is_called(self, row: int) -> bool:
        return all(self._is_said(row, name) for name in self.names)

    def _is_said(self, row: int, name: Column) -> bool:
        return self._value(row, self._caller(row, name)) not in (None, "")

    def _caller(self, row: int, name: Column) -> Column:
        """The column that calls this row: the code where the name is missing."""
        code = self.result.codes.get(name.name)
        return code if code and self._value(row, name) is None else name

    def _value(self, row: int, column: Column) -> Any:
        return self.result.preview[row].get(column.name)

    def proper(self, row: int) -> bool:
        return self.name.type == "text" and is_proper(self._value(row, self._caller(row, self.name)))

    def in_heading(self, *rows: int) -> bool:
        callers = [(row, self._caller(row, name)) for row in rows for name in self.names]
        return all(is_name(caller, self._value(row, caller)) for row, caller in callers)

    def called(self, row: int) -> str:
        """A number says what it is ("scheduled hour 19"), a name needs nothing; a second name stands in brackets."""
        first, *others = [self._said(row, self._caller(row, name)) for name in self.names]
        return f"{first} ({', '.join(others)})" if others else first

    def _said(self, row: int, name: Column) -> str:
        figure = cell(self.result, row, name)
        return f"{small(name.label)} {figure}" if name.type in ("integer", "number") else figure

    def figure(self, row: int) -> str:
        return cell(self.result, row, self.measure)


def has_others(result: Shown) -> bool:
    """Whether all but the first few are one row."""
    return has_others_row(result.request.get("top") or {})


def are_level(rows: Rows, order: list[int], row: int) -> bool:
    """Whether another row has the very figure of this one: nobody leads or trails alone then."""
    return any(rows.value(other) == rows.value(row) for other in order if other != row)


def has_both_ends(rows: Rows) -> bool:
    """Whether one row of all is the highest and one the lowest."""
    ends = [rows.order[0], rows.order[-1]] if rows.whole and len(rows.order) == rows.result.rows and not rows.low else []
    return bool(ends) and not any(are_level(rows, rows.order, row) for row in ends)


def weight_of(result: Shown) -> Column | None:
    """The number of records behind each row's mean or share: fetched with it, and not asked for by itself."""
    measure, *others = result.metrics
    if counts(measure) or not others or not counts(others[0]) or small(others[0].label) in result.title.lower():
        return None
    return others[0]


def larger_rows(rows: Rows, weight: Column) -> list[int]:
    """Rows with enough behind them, where the leader has not; empty where the leader does, or where not all rows are shown."""
    small = _small_rows(rows, weight)
    large = [row for row in rows.order if row not in small]
    return large if rows.order[0] in small and len(large) >= FEWEST_LARGER else []


def is_small(rows: Rows, row: int, weight: Column | None) -> bool:
    """Whether far fewer records stand behind it than behind the average row. Where not all rows are shown, nobody knows."""
    return weight is not None and row in _small_rows(rows, weight)


def _small_rows(rows: Rows, weight: Column) -> set[int]:
    if not rows.whole:
        return set()
    return {rows.order[place] for place in small_rows([_behind(rows, row, weight) or 0.0 for row in rows.order])}


def resting_on(rows: Rows, row: int, weight: Column | None) -> str:
    """ " on 3,130 departures": the unit comes with the figure."""
    if weight is None or weight.unit == rows.measure.unit or (behind := _behind(rows, row, weight)) is None:
        return ""
    return f"{', but on only' if behind < FEWEST else ' on'} {cell(rows.result, row, weight)}"


def _behind(rows: Rows, row: int, weight: Column) -> float | None:
    return number(rows.result.preview[row].get(weight.name))
