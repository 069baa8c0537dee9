"""Two dimensions and one measure as a field of cells, light to dark; an empty cell is blank."""

from collections.abc import Mapping, Sequence
from typing import Any

from analytics_agent.report import marks
from analytics_agent.report.themes import Theme

MOST_ROWS, MOST_COLUMNS = 31, 31
ROW = 19


def heatmap(
    theme: Theme, across: Sequence[str], down: Sequence[str], cells: Mapping[tuple[int, int], tuple[float, str]], width: float
) -> dict[str, Any]:
    """`cells` maps (down, across) to a value and its text. Figures are written into cells that have room for them."""
    left = marks.room_for(down)
    plot = width - left - 4
    colors = theme.palette["sequential"]
    low, high = min(v for v, _ in cells.values()), max(v for v, _ in cells.values())
    rows = [
        {
            "r": r,
            "c": c,
            "text": text,
            "color": colors[_shade(value, low, high, len(colors))],
            "ink": _ink(theme, _shade(value, low, high, 8)),
        }
        for (r, c), (value, text) in sorted(cells.items())
    ]
    y, x = marks.band("r", len(down)), marks.band("c", len(across))
    room = plot / len(across)
    layers: list[marks.Layer] = [
        {
            "data": {"values": rows},
            "mark": {"type": "rect", "stroke": theme.color("paper"), "strokeWidth": 1},
            "encoding": {"x": x, "y": y, "color": marks.color()},
        },
        marks.text(
            [{"r": i, "text": label} for i, label in enumerate(down)],
            align="right",
            style={"color": theme.color("second"), "fontSize": 10},
            encoding={"y": y, "x": {"value": -8}},
        ),
        marks.text(
            [{"c": i, "text": label} for i, label in enumerate(across) if i % _every(across, room) == 0],
            align="center",
            style={"color": theme.color("third"), "fontSize": 10},
            encoding={"x": x, "y": {"value": -9}},
        ),
    ]
    if max(len(row["text"]) for row in rows) * 5.4 + 3 < room:
        layers.append(
            marks.text(rows, align="center", style={"fontSize": 9.5}, encoding={"x": x, "y": y, "color": marks.color("ink")}),
        )
    return marks.spec(theme, plot, ROW * len(down), {"left": left, "right": 4, "top": 18, "bottom": 2}, layers)


def _shade(value: float, low: float, high: float, steps: int) -> int:
    return 0 if high == low else min(steps - 1, int((value - low) / (high - low) * steps))


def _ink(theme: Theme, shade: int) -> str:
    return theme.color("paper") if shade >= 4 else theme.color("strong")


def _every(labels: Sequence[str], room: float) -> int:
    longest = max(len(label) for label in labels) * marks.LABEL_CHARACTER + 6
    return max(1, -(-int(longest) // max(1, int(room))))
