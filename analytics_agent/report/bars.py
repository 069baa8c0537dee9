"""Bars that lie down: a ranking, a pair, changes, a waterfall. Values stand at the ends, names have room at the left, all begin at zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics_agent.report import marks
from analytics_agent.report.themes import Theme

ROW, LEAST_ROW, BAR = 25.0, 18.0, 0.64
"""Pixels of a row, of a row where there are many, and the part of it that the bar fills."""
TALLEST = 300.0
"""Pixels after which rows move closer, so that a chart finds room on the page that speaks of it."""
_VALUE_CHARACTER = 6.4
SMALLEST_PLOT = 0.3
"""Part of the width that the bars keep; what stands at the far right gives way first."""


@dataclass(frozen=True)
class Bar:
    """One bar from `start` to `end`; `value` stands at its end, `aside` in a column at the far right."""

    name: str
    start: float
    end: float
    value: str
    color: str
    aside: str = ""


def lying(theme: Theme, bars: Sequence[Bar], width: float, *, connect: bool = False) -> dict[str, Any]:
    """The specification. `connect` draws the steps of a waterfall."""
    labels = marks.told_apart([bar.name for bar in bars], width * 0.4)
    left = marks.room_for(labels)
    right = 14 + max(len(bar.value) for bar in bars) * _VALUE_CHARACTER
    aside = max(len(bar.aside) for bar in bars) * _VALUE_CHARACTER + 12
    if not any(bar.aside for bar in bars) or width - left - right - aside < width * SMALLEST_PLOT:
        aside = 0.0
    low, high = min(0.0, *(min(b.start, b.end) for b in bars)), max(0.0, *(max(b.start, b.end) for b in bars))
    plot = max(width - left - right - aside, width * SMALLEST_PLOT)
    if low < 0:
        low -= (high - low) * right / max(plot - right, plot * SMALLEST_PLOT)  # so that its value ends before the names do
    if low == high:
        high = 1.0
    x = marks.quantity("x", (low, high))
    rows, row = [_row(i, bar) for i, bar in enumerate(bars)], row_height(len(bars))
    layers = [
        _bars(rows, len(bars), x, row * BAR),
        *(_steps(theme, bars, x, row) if connect else []),
        marks.rules([{"x": 0.0}], stroke=theme.color("strong"), encoding={"x": x}),
        marks.names(theme, labels),
        *_values(theme, rows, len(bars), x),
        *(_asides(theme, rows, len(bars), plot + right + aside) if aside else []),
    ]
    return marks.spec(theme, plot, row * len(bars), {"left": left, "right": right + aside, "top": 2, "bottom": 2}, layers)


def row_height(count: int) -> float:
    return max(LEAST_ROW, min(ROW, float(TALLEST // count)))


def _row(index: int, bar: Bar) -> dict[str, Any]:
    end = bar.end if bar.end >= bar.start or bar.start == 0 else bar.start
    return {"k": index, "a": bar.start, "x": bar.end, "end": end, "text": bar.value, "aside": bar.aside, "color": bar.color}


def _bars(rows: marks.Rows, count: int, x: dict[str, Any], size: float) -> marks.Layer:
    encoding = {"y": marks.band("k", count), "x": {**x, "field": "a"}, "x2": {"field": "x"}, "color": marks.color()}
    return {"data": {"values": list(rows)}, "mark": {"type": "bar", "size": round(size)}, "encoding": encoding}


def _values(theme: Theme, rows: marks.Rows, count: int, x: dict[str, Any]) -> list[marks.Layer]:
    style = {"color": theme.color("strong"), "fontSize": 10.5, "fontWeight": 600}
    encoding = {"y": marks.band("k", count), "x": {**x, "field": "end"}}
    leftward = [row for row in rows if row["end"] < 0]
    rightward = [row for row in rows if row["end"] >= 0]
    return [
        marks.text(rightward, align="left", style={**style, "dx": 6}, encoding=encoding),
        marks.text(leftward, align="right", style={**style, "dx": -6}, encoding=encoding),
    ]


def _asides(theme: Theme, rows: marks.Rows, count: int, at: float) -> list[marks.Layer]:
    texts = [{"k": row["k"], "text": row["aside"]} for row in rows]
    style = {"color": theme.color("third"), "fontSize": 10}
    return [marks.text(texts, align="right", style=style, encoding={"y": marks.band("k", count), "x": {"value": at}})]


def _steps(theme: Theme, bars: Sequence[Bar], x: dict[str, Any], row: float) -> list[marks.Layer]:
    """Thin lines from where one bar ends to the next."""
    half = row * BAR / 2
    rows = [{"x": bar.end, "y": (i + 0.5) * row + half, "y2": (i + 1.5) * row - half} for i, bar in enumerate(bars[:-1])]
    return [
        marks.rules([step], stroke=theme.color("third"), encoding={"x": x, "y": {"value": step["y"]}, "y2": {"value": step["y2"]}})
        for step in rows
    ]
