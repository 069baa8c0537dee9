"""What changed between two reports of one schedule: their primary results matched row by row, by what the rows are about.

Like compare, but over two stored results instead of two groups of one. No model chooses it: every scheduled report gets it.
"""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from analytics_agent.analyze.computed import Computed, Output, assemble, changes, derived, ratio, ratio_column
from analytics_agent.analyze.ranking import competition_ranks
from analytics_agent.analyze.sheet import FLOAT, INTEGER, Sheet
from analytics_agent.domain.cell import Cell, as_number
from analytics_agent.domain.evidence import ResultColumn

METHOD = (
    "Rows of the two reports that are about the same are set side by side; difference now − before and percent change (now − before) ÷ "
    "before from unrounded values; competition ranks."
)
_ORDERED = re.compile(r"\border\s+by\b", re.IGNORECASE)
_ABOUT = re.compile(r"(^|_)(id|year|quarter|month|week|day|weekday|hour|no|number|code|zip|key)$", re.IGNORECASE)
Key = tuple[Hashable, ...]
Align = Callable[[date], date]


@dataclass(frozen=True)
class Line:
    """One row of the comparison. Ranks are within each report, the leader first."""

    about: tuple[Cell, ...]
    before: Fraction | None
    now: Fraction | None
    rank_before: int | None
    rank_now: int | None
    state: str

    @property
    def difference(self) -> Fraction | None:
        return None if self.before is None or self.now is None else self.now - self.before


@dataclass(frozen=True)
class Changed:
    """`computed` is the table, None where the two cannot be set side by side. `same` is whether every cell is as it was."""

    computed: Computed | None
    same: bool


def changed(before: Sheet, now: Sheet, names: tuple[str, str], align: Align | None = None) -> Changed:
    """`names` say what the two reports cover ("May 2013", "June 2013"); `align` moves a day of the first to its place in the second."""
    if before.query.truncated or now.query.truncated:
        return Changed(None, same=False)  # which rows the cap let through is nobody's news
    same = _rows(before) == _rows(now)
    about, measure = about_columns(now), measure_of(now)
    known = {column.name for column in before.query.columns}
    if measure is None or not {measure.name, *about} <= known:
        return Changed(None, same)
    first, second = _by_key(before, about, measure.name, align), _by_key(now, about, measure.name, None)
    if first is None or second is None:
        return Changed(None, same)
    lines = _lines(first, second, lowest=_lowest_first(now, measure))
    adds_up = bool(measure.additive) and not before.is_cut and not now.is_cut and len(lines) > 1
    totals = _totals(now, measure, first, second, len(lines)) if adds_up else []
    table, columns = assemble([*_outputs(now, about, measure, lines, names), *totals])
    parameters = {"measure": measure.name, "by": about[0] if about else None}
    computed = Computed("comparison", f"{measure.label}: what changed", table, columns, (now.query.id,), parameters, METHOD)
    return Changed(computed, same)


def about_columns(sheet: Sheet) -> tuple[str, ...]:
    """The columns that tell what a row is about: dimensions, and of free SQL what is no number or is called like a code or a date."""
    return tuple(column.name for column in sheet.query.columns if _is_about(column))


def measure_of(sheet: Sheet) -> ResultColumn | None:
    """The first figure: what was asked for stands before what it rests on."""
    figures = [column for column in sheet.query.columns if not _is_about(column) and column.type in ("integer", "number")]
    return next((column for column in figures if column.metric), figures[0] if figures else None)


def _is_about(column: ResultColumn) -> bool:
    if column.metric is not None:
        return False
    return column.dimension is not None or column.type not in ("integer", "number") or bool(_ABOUT.search(column.name))


def _rows(sheet: Sheet) -> list[tuple[Hashable, ...]]:
    """Every cell, exact, in an order of its own: rows that tie may come in any."""
    columns = [sheet.cells(name) for name in sheet.table.column_names]
    return sorted((tuple(_exact(cell) for cell in row) for row in zip(*columns, strict=True)), key=repr)


def _exact(cell: Cell) -> Hashable:
    number = as_number(cell)
    return number if number is not None else cell if isinstance(cell, Hashable) else repr(cell)


def _by_key(sheet: Sheet, about: Sequence[str], measure: str, align: Align | None) -> dict[Key, Fraction | None] | None:
    """The measure for each thing; None where two rows are about the same, so that they cannot be told apart."""
    columns = [sheet.cells(name) for name in about]
    keys = [tuple(_aligned(column[row], align) for column in columns) for row in range(sheet.rows)]
    if len(set(keys)) < len(keys):
        return None
    return dict(zip(keys, sheet.numbers(measure), strict=True))


def _aligned(cell: Cell, align: Align | None) -> Cell:
    if align is None or not isinstance(cell, date):
        return cell
    if isinstance(cell, datetime):
        return datetime.combine(align(cell.date()), cell.timetz())
    return align(cell)


def _lowest_first(sheet: Sheet, measure: ResultColumn) -> bool:
    """Whether the lowest were asked for, so that the lowest leads."""
    asked = sheet.query.request
    if asked is not None:
        names = (measure.name, measure.metric)
        return any(o.get("field") in names and o.get("direction", "asc") == "asc" for o in asked.get("order_by", ()))
    numbers = [number for number in sheet.numbers(measure.name) if number is not None]
    return bool(_ORDERED.search(sheet.query.sql)) and len(numbers) > 1 and numbers == sorted(numbers)


def _lines(before: dict[Key, Fraction | None], now: dict[Key, Fraction | None], *, lowest: bool) -> list[Line]:
    """The largest change first, then what is new, then what is gone."""
    ranks = [_ranks(side, lowest=lowest) for side in (before, now)]
    lines = [
        Line(key, before.get(key), now.get(key), ranks[0].get(key), ranks[1].get(key), _state(key, before, now))  # type: ignore[arg-type]
        for key in now | before
    ]
    order = {"changed": 0, "unchanged": 1, "new": 2, "gone": 3}
    return sorted(lines, key=lambda line: (order[line.state], -abs(line.difference or 0), line.rank_now or line.rank_before or 0))


def _ranks(side: dict[Key, Fraction | None], *, lowest: bool) -> dict[Key, int]:
    places: dict[Cell, Fraction] = {place: number for place, number in enumerate(side.values()) if number is not None}
    keys = list(side)
    return {keys[int(str(place))]: rank for rank, place, _ in competition_ranks(places, highest=not lowest)}


def _state(key: Key, before: dict[Key, Fraction | None], now: dict[Key, Fraction | None]) -> str:
    if key not in before:
        return "new"
    if key not in now:
        return "gone"
    return "unchanged" if before[key] == now[key] else "changed"


def _outputs(sheet: Sheet, about: Sequence[str], measure: ResultColumn, lines: list[Line], names: tuple[str, str]) -> list[Output]:
    precision = sheet.precision(measure.name)
    share = [ratio(line.difference, line.before) for line in lines]
    rank = ResultColumn(name="rank_before", type="integer", label="Rank before", additive=False)
    ranks = [_number(line.rank_before) for line in lines], [_number(line.rank_now) for line in lines]
    return [
        *(Output(sheet.column(name), [line.about[place] for line in lines], given=True) for place, name in enumerate(about)),
        derived(measure, "before", [line.before for line in lines], precision, f"{measure.label}, before"),
        derived(measure, "now", [line.now for line in lines], precision, f"{measure.label}, now"),
        changes(measure, "difference", "Difference", [line.difference for line in lines], precision, additive=measure.additive),
        Output(ratio_column("percent_change", "Percent change", percent=True), share, FLOAT),
        Output(rank, ranks[0], INTEGER),
        derived(rank, "rank_now", ranks[1], INTEGER, "Rank now"),
        _text("state", "State", [line.state for line in lines]),
        _text("before_group", "Before", [names[0]] * len(lines)),
        _text("now_group", "Now", [names[1]] * len(lines)),
    ]


def _totals(
    sheet: Sheet, measure: ResultColumn, before: dict[Key, Fraction | None], now: dict[Key, Fraction | None], rows: int
) -> list[Output]:
    """Of a measure that adds up, over all rows of each report, on every line; none where a report has no figure at all."""
    present = [[number for number in side.values() if number is not None] for side in (before, now)]
    if not all(present):
        return []
    precision = sheet.precision(measure.name)
    first, second = (sum(numbers, Fraction(0)) for numbers in present)
    return [
        derived(replace(measure, additive=False), "total_before", [first] * rows, precision, f"{measure.label} in all, before"),
        derived(replace(measure, additive=False), "total_now", [second] * rows, precision, f"{measure.label} in all, now"),
        changes(measure, "total_change", "Change in all", [second - first] * rows, precision, additive=False),
    ]


def _text(name: str, label: str, values: list[str]) -> Output:
    return Output(ResultColumn(name=name, type="text", label=label, format="text"), values)


def _number(rank: int | None) -> Fraction | None:
    return None if rank is None else Fraction(rank)
