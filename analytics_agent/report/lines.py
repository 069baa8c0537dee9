"""Lines over time: straight between points, broken where a value is missing, the last point hollow while its period is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.report import axes, marks
from analytics_agent.report.themes import Theme

HEIGHT = 185
MOST_POINTS_AS_DOTS = 40


@dataclass(frozen=True)
class Line:
    """One series: moments or steps on the x axis with their values, None where there is none."""

    name: str
    points: tuple[tuple[float, float | None], ...]
    color: str
    ink: str = ""
    """Of its name, where the line itself is too faint for letters."""


@dataclass(frozen=True)
class Note:
    """A text at a point. `above` says on which side."""

    x: float
    y: float
    text: str
    above: bool = True


def over_time(
    theme: Theme,
    lines: Sequence[Line],
    column: ResultColumn,
    ticks: list[dict[str, Any]],
    width: float,
    *,
    notes: Sequence[Note] = (),
    open_end: bool = False,
    zero: bool = True,
) -> dict[str, Any]:
    """The specification. `ticks` label the x axis: {"x", "text"}."""
    xs = [x for line in lines for x, _ in line.points]
    ys = [y for line in lines for _, y in line.points if y is not None]
    values = axes.value_ticks(min(ys), max(ys), zero=zero)
    labels = axes.value_labels(values, column)
    left = max(len(row["text"]) for row in labels) * marks.LABEL_CHARACTER + 12
    right = 12 + (max(marks.width_of(marks.shorten(line.name, 140)) for line in lines) * 1.08 if len(lines) > 1 else 0)
    right = max(right, 26 if notes else 12)
    x, y = marks.place("x", (min(xs), max(xs) if max(xs) > min(xs) else min(xs) + 1)), marks.quantity("y", (values[0], values[-1]))
    layers = [
        *marks.grid(theme, labels, y),
        *(_line(line, x, y, open_end and len(lines) == 1) for line in lines),
        *(_open_point(line, x, y, theme) for line in lines if open_end),
        *(_ends(lines, x, y) if len(lines) > 1 else []),
        *_notes(theme, notes, lines[0].color, x, y),
        _ticks(theme, ticks, x),
    ]
    two_lines = any(isinstance(tick["text"], list) and tick["text"][1] for tick in ticks)
    padding = {"left": left, "right": right, "top": 16, "bottom": 36 if two_lines else 24}
    return marks.spec(theme, width - left - right, HEIGHT, padding, layers)


def _line(line: Line, x: dict[str, Any], y: dict[str, Any], open_end: bool) -> marks.Layer:
    rows = [{"x": a, "y": b} for a, b in line.points]
    dots = len(rows) <= MOST_POINTS_AS_DOTS
    point: Any = {"filled": True, "size": 16, "opacity": 1, "color": line.color} if dots else False
    mark = {
        "type": "line",
        "color": line.color,
        "strokeWidth": 2,
        "invalid": "break-paths-show-path-domains",
        "interpolate": "linear",
        "point": point,
    }
    return {"data": {"values": rows}, "mark": mark, "encoding": {"x": x, "y": y}}


def _open_point(line: Line, x: dict[str, Any], y: dict[str, Any], theme: Theme) -> marks.Layer:
    at, value = line.points[-1]
    mark = {"type": "point", "filled": True, "fill": theme.color("paper"), "stroke": line.color, "strokeWidth": 2, "size": 42, "opacity": 1}
    return {"data": {"values": [{"x": at, "y": value}]}, "mark": mark, "encoding": {"x": x, "y": y}}


def _ends(lines: Sequence[Line], x: dict[str, Any], y: dict[str, Any]) -> list[marks.Layer]:
    """Each line's name at its end, moved apart where two would touch."""
    last = [(line, next((p for p in reversed(line.points) if p[1] is not None), None)) for line in lines]
    rows = sorted(((p[1], line) for line, p in last if p is not None and p[1] is not None), key=lambda pair: pair[0], reverse=True)
    low, high = y["scale"]["domain"]
    layers, above = [], -12.0
    for value, line in rows:
        above = max(above + 12, (high - value) / (high - low) * HEIGHT)
        style = {"color": line.ink or line.color, "fontSize": 10, "fontWeight": 600, "dx": 8}
        encoding = {"x": {**x, "field": "x"}, "y": {"value": above}}
        end = {"x": x["scale"]["domain"][1], "text": marks.shorten(line.name, 140)}
        layers.append(marks.text([end], align="left", style=style, encoding=encoding))
    return layers


def _notes(theme: Theme, notes: Sequence[Note], fallback: str, x: dict[str, Any], y: dict[str, Any]) -> list[marks.Layer]:
    low, high = x["scale"]["domain"]
    layers: list[marks.Layer] = []
    for note in notes:
        share = (note.x - low) / (high - low)
        align = "left" if share < 0.08 else "right" if share > 0.92 else "center"
        style = {
            "color": theme.color("pointText") if note.above else fallback,
            "fontSize": 10,
            "fontWeight": 600,
            "dy": -12 if note.above else 13,
        }
        layers.append(marks.text([{"x": note.x, "y": note.y, "text": note.text}], align=align, style=style, encoding={"x": x, "y": y}))
        if note.above:
            dot = {"type": "point", "filled": True, "color": theme.color("point"), "size": 34, "opacity": 1}
            layers.append({"data": {"values": [{"x": note.x, "y": note.y}]}, "mark": dot, "encoding": {"x": x, "y": y}})
    return layers


def _ticks(theme: Theme, ticks: list[dict[str, Any]], x: dict[str, Any]) -> marks.Layer:
    style = {"color": theme.color("third"), "fontSize": 10, "lineHeight": 12, "baseline": "top"}
    return marks.text(ticks, align="center", style=style, encoding={"x": x, "y": {"value": HEIGHT + 8}})
