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
from analytics_agent.domain.small_groups import is_count, passed_over

METHOD = (
    "Rows of the two reports that are about the same are set side by side; difference now − before and percent change (now − before) ÷ "
    "before from unrounded values; competition ranks."
)
FEW_LAST = " Changes of rows with far fewer records than the average row stand after the others."
_ORDERED = re.compile(r"\border\s+by\b", re.IGNORECASE)
_ABOUT = re.compile(r"(^|_)(id|year|quarter|month|week|day|weekday|hour|no|number|code|zip|key)$", re.IGNORECASE)
Key = tuple[Hashable, ...]
Align = Callable[[date], date]


@dataclass(frozen=True)
class Line:
    """One row of the comparison. Ranks are within each report, the leader first. `records` stand behind a mean or a share, where that is
    known; `few`: too few in either report for the row to lead."""

    about: tuple[Cell, ...]
    before: Fraction | None
    now: Fraction | None
    rank_before: int | None
    rank_now: int | None
    state: str
    records_before: Fraction | None = None
    records_now: Fraction | None = None
    few: bool = False

    @property
    def difference(self) -> Fraction | None:
        return None if self.before is None or self.now is None else self.now - self.before


@dataclass(frozen=True)
class Side:
    """One report, by what its rows are about. `few` are the rows that rest on too few records to lead."""

    figures: dict[Key, Fraction | None]
    records: dict[Key, Fraction | None]
    few: frozenset[Key]


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
    weight = weight_of(now, measure)
    weight = weight if weight and weight.name in known else None
    first, second = _side(before, about, measure, weight, align), _side(now, about, measure, weight, None)
    if first is None or second is None:
        return Changed(None, same)
    lines = _lines(first, second, lowest=_lowest_first(now, measure))
    adds_up = bool(measure.additive) and not before.is_cut and not now.is_cut and len(lines) > 1
    totals = _totals(now, measure, first.figures, second.figures, len(lines)) if adds_up else []
    table, columns = assemble([*_outputs(now, about, measure, lines, names), *_resting(now, weight, lines), *totals])
    method = METHOD + (FEW_LAST if any(line.few for line in lines) else "")
    parameters = {"measure": measure.name, "by": about[0] if about else None}
    computed = Computed("comparison", f"{measure.label}: what changed", table, columns, (now.query.id,), parameters, method)
    return Changed(computed, same)


def about_columns(sheet: Sheet) -> tuple[str, ...]:
    """The columns that tell what a row is about: dimensions, and of free SQL what is no number or is called like a code or a date."""
    return tuple(column.name for column in sheet.query.columns if _is_about(column))


def measure_of(sheet: Sheet) -> ResultColumn | None:
    """The first figure: what was asked for stands before what it rests on."""
    figures = [column for column in sheet.query.columns if not _is_about(column) and column.type in ("integer", "number")]
    return next((column for column in figures if column.metric), figures[0] if figures else None)


def weight_of(sheet: Sheet, measure: ResultColumn) -> ResultColumn | None:
    """The number of records behind each row's mean or share: fetched with it, and not asked for by itself."""
    if measure.metric is None or is_count(measure.type, measure.unit):
        return None
    other = next((column for column in sheet.query.columns if column.metric and column.name != measure.name), None)
    if other is None or not is_count(other.type, other.unit) or other.label.casefold() in sheet.query.title.casefold():
        return None
    return other


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


def _side(sheet: Sheet, about: Sequence[str], measure: ResultColumn, weight: ResultColumn | None, align: Align | None) -> Side | None:
    figures = _by_key(sheet, about, measure.name, align)
    if figures is None or weight is None:
        return None if figures is None else Side(figures, {}, frozenset())
    records = _by_key(sheet, about, weight.name, align) or {}
    return Side(figures, records, _few(sheet, figures, records))


def _few(sheet: Sheet, figures: dict[Key, Fraction | None], records: dict[Key, Fraction | None]) -> frozenset[Key]:
    """Of a list that a limit cut nobody knows how large the average row is."""
    if (sheet.query.request or {}).get("limit"):
        return frozenset()
    keys = [key for key, figure in figures.items() if figure is not None]
    return frozenset(keys[place] for place in passed_over([float(records.get(key) or 0) for key in keys]))


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


def _lines(before: Side, now: Side, *, lowest: bool) -> list[Line]:
    """The largest change first, those on few records after the others; then what is new, then what is gone."""
    ranks = [_ranks(side.figures, lowest=lowest) for side in (before, now)]
    lines = [_line(key, before, now, ranks[0].get(key), ranks[1].get(key)) for key in now.figures | before.figures]
    order = {"changed": 0, "unchanged": 1, "new": 2, "gone": 3}
    return sorted(lines, key=lambda line: (order[line.state], line.few, -abs(line.difference or 0), line.rank_now or line.rank_before or 0))


def _line(key: Key, before: Side, now: Side, rank_before: int | None, rank_now: int | None) -> Line:
    return Line(
        about=key,  # type: ignore[arg-type]
        before=before.figures.get(key),
        now=now.figures.get(key),
        rank_before=rank_before,
        rank_now=rank_now,
        state=_state(key, before.figures, now.figures),
        records_before=before.records.get(key),
        records_now=now.records.get(key),
        few=key in before.few | now.few,
    )


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


def _resting(sheet: Sheet, weight: ResultColumn | None, lines: list[Line]) -> list[Output]:
    """How many records stand behind each row of each report, where that is known."""
    if weight is None:
        return []
    precision = sheet.precision(weight.name)
    return [
        derived(weight, "records_before", [line.records_before for line in lines], precision, f"{weight.label}, before"),
        derived(weight, "records_now", [line.records_now for line in lines], precision, f"{weight.label}, now"),
        Output(ResultColumn(name="few", type="boolean", label="Few records", format="text"), [line.few for line in lines]),
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
