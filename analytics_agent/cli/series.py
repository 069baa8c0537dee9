"""A measure over time as columns: one for each period, the missing ones left blank, the highest marked."""

import math
from calendar import month_abbr
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from analytics_agent.cli import drawing
from analytics_agent.cli.numerals import day, decimals_for, is_time_part, moment, number, shown, unit_of
from analytics_agent.cli.plain import line
from analytics_agent.cli.terminal import whole
from analytics_agent.domain.period import UNITS, Span, holding

LINES = 5
_MOST_EMPTY = 3
"""A series with more than this many empty periods for one that is there is drawn without its gaps."""
_FEW = 24
"""So few of them are bars with their names then."""
_LONG_TIME, _SOME_TIME = 1100, 62
_START = datetime(1, 1, 1)  # noqa: DTZ001 wall time


@dataclass(frozen=True)
class Series:
    """`points` are in order; a period without a value is None. `names` say a period in full, `ticks` below the axis."""

    title: str
    measure: dict[str, Any]
    points: tuple[float | None, ...]
    names: tuple[str, ...]
    ticks: tuple[str, ...]
    cut: frozenset[int] = frozenset()
    """Places of periods of which a part was asked for: drawn, and neither the highest nor the lowest."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield drawing.heading(self.title, unit_of(self.measure))
        lines, said = self._drawn(options.max_width), self._said()
        if max(one.cell_len for one in lines) + 3 + max(one.cell_len for one in said) <= options.max_width:
            widest = max(one.cell_len for one in lines)
            beside = [*said, *[Text()] * (len(lines) - len(said))]
            lines = [Text.assemble(one, " " * (widest - one.cell_len + 3), note) for one, note in zip(lines, beside, strict=True)]
        else:
            lines.append(Text("   ").join(said))
        yield from map(whole, lines)

    def _drawn(self, width: int) -> list[Text]:
        scale, labels = self._scaled(self.points)
        gutter = max(map(cell_len, labels)) + 1
        each = math.ceil(len(self.points) / (width - gutter))
        points, ticks = _bundled(self.points, each), [_first(self.ticks[at : at + each]) for at in range(0, len(self.ticks), each)]
        if each > 1:
            scale, labels = self._scaled(points)
        wide = max(1, min(4, (width - gutter) // len(points)))
        peak = max(range(len(points)), key=lambda at: -math.inf if (value := points[at]) is None else value)
        blank = " " * (max(map(cell_len, labels)) + 1)
        notes = [f"Each column is the highest of {each} periods."] if each > 1 else []
        below = [Text(blank + text, "dim") for text in (drawing.below(ticks, wide), *notes)]
        return [*drawing.standing(points, scale, labels, wide=wide, peak=peak), *below]

    def _scaled(self, points: Sequence[float | None]) -> tuple[drawing.Scale, tuple[str, str, str]]:
        scale = drawing.Scale.of([value for value in points if value is not None], LINES)
        top, bottom = scale.ends
        return scale, (self._label(top), self._label(0.0), self._label(bottom) if bottom else "")

    def _label(self, value: float) -> str:
        """A round number with the decimals that it has."""
        scaled = value * 100 if self.measure["format"] == "percent" else value
        return shown(value, self.measure, next((few for few in range(6) if math.isclose(round(scaled, few), scaled)), 6))

    def _said(self) -> list[Text]:
        """The highest and the lowest, in words."""
        known = [(value, self.names[at]) for at, value in enumerate(self.points) if value is not None and at not in self.cut]
        known = known or [(value, name) for value, name in zip(self.points, self.names, strict=True) if value is not None]
        decimals = decimals_for(self.measure, [value for value, _ in known])
        highest, lowest = max(value for value, _ in known), min(value for value, _ in known)
        top = Text.assemble((f"highest {shown(highest, self.measure, decimals)}", drawing.POINT), (_when(known, highest), "dim"))
        low = Text.assemble(f"lowest {shown(lowest, self.measure, decimals)}", (_when(known, lowest), "dim"))
        level = Text(f"the same in all of them: {shown(highest, self.measure, decimals)}")
        return [
            *([top, low] if highest > lowest else [level]),
            *([Text("the period asked for cuts the first or the last", "dim")] if self.cut else []),
        ]


def _when(known: Sequence[tuple[float, str]], value: float) -> str:
    """The first period with this value, and how many others have it too."""
    first, *others = [name for one, name in known if one == value]
    return f", {first}" + (f" and {len(others):,} more" if others else "")


def of(column: dict[str, Any], measure: dict[str, Any], rows: Sequence[dict[str, Any]], asked: Span | None = None) -> Series | None:
    """None where `column` is no time or says one twice. `asked` is the period that was asked for."""
    values = [number(row.get(measure["name"])) for row in rows]
    if all(value is None for value in values):
        return None
    title = line(measure["label"])
    if is_time_part(column):
        return _of_parts(column, measure, [row.get(column["name"]) for row in rows], values, title)
    moments = [moment(row.get(column["name"])) for row in rows]
    times = [at for at in moments if at]
    if len(times) < len(rows) or len(set(times)) < len(rows):
        return None
    known = sorted(zip(times, values, strict=True), key=lambda one: one[0])
    ordered = _filled(known)
    if ordered == known and _has_gaps(times) and len(known) <= _FEW:
        return None  # a few days out of many: side by side they would read as a course
    times = [at for at, _ in ordered]
    return Series(
        title,
        measure,
        tuple(value for _, value in ordered),
        _names(column["name"], times),
        _ticks(column["name"], times),
        _cut(column["name"], times, asked),
    )


def _cut(name: str, times: Sequence[datetime], asked: Span | None) -> frozenset[int]:
    unit = next((unit for unit in UNITS if name.lower().endswith(f"_{unit}")), None)
    if asked is None or unit is None:
        return frozenset()
    spans = [holding(at.date(), unit) for at in times]
    return frozenset(at for at, span in enumerate(spans) if span.start < asked.start or span.end > asked.end)


def _of_parts(column: dict[str, Any], measure: dict[str, Any], parts: list[Any], values: list[float | None], title: str) -> Series | None:
    """The months of a year, the hours of a day."""
    numbers = [part for part in parts if isinstance(part, int) and not isinstance(part, bool)]
    if len(numbers) < len(parts) or len(set(numbers)) < len(parts) or max(numbers) - min(numbers) > len(parts) * _MOST_EMPTY:
        return None
    known = dict(zip(numbers, values, strict=True))
    span = range(min(numbers), max(numbers) + 1)
    month = column["name"].lower().endswith("month") and span.start >= 1 and span.stop <= 13
    ticks = tuple(month_abbr[part] if month else str(part) for part in span)
    word = line(column["label"]).lower()
    return Series(title, measure, tuple(map(known.get, span)), ticks if month else tuple(f"{word} {part}" for part in span), ticks)


def _filled(points: list[tuple[datetime, float | None]]) -> list[tuple[datetime, float | None]]:
    """With the periods that the result has no row for, where its periods are regular."""
    monthly = all(at.day == 1 and at.time() == time() for at, _ in points)
    places = [_place(at, monthly=monthly) for at, _ in points]
    step = math.gcd(*(later - earlier for earlier, later in pairwise(places)))
    if not step or (places[-1] - places[0]) // step + 1 > len(points) * _MOST_EMPTY:
        return points
    known = dict(zip(places, (value for _, value in points), strict=True))
    return [(_at(place, monthly=monthly), known.get(place)) for place in range(places[0], places[-1] + 1, step)]


def _has_gaps(times: Sequence[datetime]) -> bool:
    monthly = all(at.day == 1 and at.time() == time() for at in times)
    return len({later - earlier for earlier, later in pairwise(sorted(_place(at, monthly=monthly) for at in times))}) > 1


def _place(at: datetime, *, monthly: bool) -> int:
    """Periods on a line of whole numbers: months, or seconds."""
    return at.year * 12 + at.month - 1 if monthly else round((at - _START).total_seconds())


def _at(place: int, *, monthly: bool) -> datetime:
    return _START.replace(year=place // 12, month=place % 12 + 1) if monthly else _START + timedelta(seconds=place)


def _names(name: str, times: Sequence[datetime]) -> tuple[str, ...]:
    if _is_quarterly(name, times):
        return tuple(f"Q{(at.month + 2) // 3} {at.year}" for at in times)
    if all(at.hour == at.minute == at.second == 0 for at in times):
        monthly = all(at.day == 1 for at in times)
        return tuple(f"{month_abbr[at.month]} {at.year}" if monthly else day(at) for at in times)
    return tuple(f"{day(at)}, {at:%H:%M}" for at in times)


def _is_quarterly(name: str, times: Sequence[datetime]) -> bool:
    return name.lower().endswith("_quarter") and all(at.day == 1 and at.month % 3 == 1 for at in times)


def _ticks(name: str, times: Sequence[datetime]) -> tuple[str, ...]:
    """Years, quarters, months, days or hours, by how long it is from the first to the last; where one begins."""
    if _is_quarterly(name, times):
        return tuple(str(at.year) if at.month == 1 else f"Q{(at.month + 2) // 3}" for at in times)
    days = (times[-1] - times[0]).days
    years = times[0].year != times[-1].year
    said = []
    for at in times:
        if days > _LONG_TIME:
            said.append(str(at.year))
        elif days > _SOME_TIME:
            said.append(str(at.year) if years and at.month == 1 else month_abbr[at.month])
        else:
            said.append(f"{at.day} {month_abbr[at.month]}" if days > 1 else f"{at:%H:%M}")
    return tuple(text if at == 0 or text != said[at - 1] else "" for at, text in enumerate(said))


def _bundled(points: Sequence[float | None], each: int) -> tuple[float | None, ...]:
    """The highest of every `each` periods, where there are more than fit."""
    bundles = (points[at : at + each] for at in range(0, len(points), each))
    return tuple(max((value for value in bundle if value is not None), default=None) for bundle in bundles)


def _first(texts: Sequence[str]) -> str:
    return next((text for text in texts if text), "")
