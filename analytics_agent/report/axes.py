"""Ticks: few, round, and labeled by us, so that screen, paper and every font show the same."""

import math
from calendar import month_abbr
from datetime import datetime, timedelta
from typing import Any

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.report.numbers import full, number

MOST_TICKS = 5
_BEGINS = {"quarter": {(1, 1), (4, 1), (7, 1), (10, 1)}, "year": {(1, 1)}}
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 wall time


def milliseconds(moment: datetime) -> float:
    """Since 1970, reading the wall time as UTC, which is how the specification draws it."""
    return (moment - _EPOCH).total_seconds() * 1000


def value_ticks(low: float, high: float, *, zero: bool, most: int = MOST_TICKS) -> list[float]:
    """Round values that enclose low and high, at most `most` of them; from zero where `zero`."""
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = (0.0, high) if high > 0 else (low, 0.0) if low < 0 else (0.0, 1.0)
    step = _round_step((high - low) / (most - 1), most, low, high)
    first = math.floor(low / step + 1e-9)
    return [round(i * step, 12) for i in range(first, math.ceil(high / step - 1e-9) + 1)]


def _round_step(raw: float, most: int, low: float, high: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that needs no more than `most` ticks."""
    power = 10.0 ** math.floor(math.log10(raw))
    for factor in (1, 2, 2.5, 5, 10, 20, 25, 50):
        step = factor * power
        if math.ceil(high / step - 1e-9) - math.floor(low / step + 1e-9) + 1 <= most:
            return step
    return 100 * power


def value_labels(ticks: list[float], column: ResultColumn) -> list[dict[str, Any]]:
    """A label for each tick; the highest carries the unit."""
    scale = 100 if column.format == "percent" else 1
    decimals = next((d for d in range(6) if all(abs(round(t * scale, d) - t * scale) < 1e-9 for t in ticks)), 6)
    labels = [{"y": t, "text": number(t * scale, decimals)} for t in ticks]
    labels[-1]["text"] = full(ticks[-1], column, decimals)
    return labels


def time_labels(moments: list[datetime], most: int, grain: str = "") -> list[dict[str, Any]]:
    """Labels for a time axis: years, months or days, whichever are few enough. The year is said where it begins or changes. Quarters
    and years are said where they are: between them nothing was counted."""
    if grain in _BEGINS and all((m.month, m.day) in _BEGINS[grain] for m in moments):
        return _periods(moments, most, grain)
    first, last = moments[0], moments[-1]
    days = (last - first).days
    if days > 366 * 6:
        return _years(first, last, most)
    if days >= 75:
        return _months(first, last, most)
    return _days(moments, most) if days >= 2 or len({m.date() for m in moments}) == len(moments) else _hours(moments, most)


def _years(first: datetime, last: datetime, most: int) -> list[dict[str, Any]]:
    every = max(1, math.ceil((last.year - first.year + 1) / most))
    begins = [datetime(year, 1, 1) for year in range(first.year, last.year + 1, every)]  # noqa: DTZ001
    return [{"x": milliseconds(b), "text": str(b.year)} for b in begins if first <= b <= last]


def _periods(moments: list[datetime], most: int, grain: str) -> list[dict[str, Any]]:
    steps = (1, 2, 4) if grain == "quarter" else (1, 2, 5, 10)
    every = next((each for each in steps if math.ceil(len(moments) / each) <= most), math.ceil(len(moments) / most))
    seen: set[int] = set()
    labels = []
    for moment in moments[::every]:
        year = "" if moment.year in seen else str(moment.year)
        seen.add(moment.year)
        text = [f"Q{(moment.month + 2) // 3}", year] if grain == "quarter" else str(moment.year)
        labels.append({"x": milliseconds(moment), "text": text})
    return labels


def _months(first: datetime, last: datetime, most: int) -> list[dict[str, Any]]:
    total = (last.year - first.year) * 12 + last.month - first.month + 1
    every = next(e for e in (1, 2, 3, 4, 6, 12) if math.ceil(total / e) <= most)
    begins = [datetime(first.year + m // 12, m % 12 + 1, 1) for m in range(first.month - 1, first.month - 1 + total, every)]  # noqa: DTZ001
    begins = [b for b in begins if first <= b <= last]
    seen: set[int] = set()
    labels = []
    for begin in begins:
        year = "" if begin.year in seen else str(begin.year)
        seen.add(begin.year)
        labels.append({"x": milliseconds(begin), "text": [month_abbr[begin.month], year]})
    return labels


def _days(moments: list[datetime], most: int) -> list[dict[str, Any]]:
    if len(moments) <= min(most, 8):
        return [{"x": milliseconds(m), "text": f"{m.day} {month_abbr[m.month]}"} for m in moments]
    first, last = moments[0], moments[-1]
    every = max(1, math.ceil(((last - first).days + 1) / min(most, 8)))
    begins = [first + timedelta(days=d) for d in range(0, (last - first).days + 1, every)]
    return [{"x": milliseconds(b), "text": f"{b.day} {month_abbr[b.month]}"} for b in begins]


def _hours(moments: list[datetime], most: int) -> list[dict[str, Any]]:
    every = max(1, math.ceil(len(moments) / min(most, 8)))
    return [{"x": milliseconds(m), "text": f"{m:%H:%M}"} for m in moments[::every]]
