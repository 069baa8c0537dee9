"""Pictures made of characters: lying bars and standing columns. They know lengths and labels, nothing of runs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from analytics_agent.cli.table import told_apart
from analytics_agent.cli.terminal import Prose, whole

ACCENT, CONTEXT, POINT = "cyan", "bright_black", "red"
"""One color for the subject, grey for what it is seen against, red for the one thing to see."""

_LYING = " ▏▎▍▌▋▊▉"
_STANDING = " ▁▂▃▄▅▆▇█"
_LONGEST_LABEL = 34
_SHORTEST_BARS = 20
_STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True)
class Bar:
    """From `start` to `end`, with its name and its value as text."""

    label: str
    shown: str
    start: float
    end: float
    style: str = ACCENT


@dataclass(frozen=True)
class Bars:
    """Bars below their title and its unit, with a note on what is not drawn."""

    title: str
    unit: str
    bars: tuple[Bar, ...]
    note: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield heading(self.title, self.unit)
        yield from map(whole, lying(self.bars, options.max_width))
        if self.note:
            yield whole(Text(self.note, "dim"))


def heading(title: str, unit: str) -> Prose:
    return Prose(Text.assemble((title, "bold"), (f", {unit}" if unit and unit.lower() not in title.lower() else "", "dim")))


def lying(bars: Sequence[Bar], width: int) -> list[Text]:
    """One line a bar: name, value, bar. All stand on one scale, which has zero on it."""
    value_width = max(cell_len(bar.shown) for bar in bars)
    labels = told_apart([bar.label for bar in bars], max(8, min(_LONGEST_LABEL, width - value_width - _SHORTEST_BARS - 4)))
    name_width = max(map(cell_len, labels))
    room = max(8, min(44, width - name_width - value_width - 4))
    low = min(0.0, *(min(bar.start, bar.end) for bar in bars))
    scale = room / ((max(0.0, *(max(bar.start, bar.end) for bar in bars)) - low) or 1)
    lines = []
    for bar, name in zip(bars, labels, strict=True):
        left, right = sorted((bar.start, bar.end))
        drawn = _drawn((left - low) * scale, (right - low) * scale)
        head = name + " " * (name_width - cell_len(name) + 2) + " " * (value_width - cell_len(bar.shown))
        lines.append(Text.assemble(head, (bar.shown, "bold"), "  ", (drawn, bar.style)))
    return lines


def _drawn(left: float, right: float) -> str:
    """Whole blocks from the nearest cell on, and an eighth at least where there is anything at all."""
    first = round(left)
    eighths = round((right - first) * 8) if right > left else 0
    if eighths <= 0:
        return " " * first + ("▏" if right > left else "")
    return " " * first + "█" * (eighths // 8) + (_LYING[eighths % 8] if eighths % 8 else "")


@dataclass(frozen=True)
class Scale:
    """Lines of a picture, `unit` each: `above` zero and `below` it."""

    unit: float
    above: int
    below: int

    @classmethod
    def of(cls, values: Sequence[float], lines: int) -> "Scale":
        """The finest round unit with which the values fit; a line at least, though all be zero."""
        high, low = max(0.0, *values), -min(0.0, *values)
        unit = ceiling((high + low) / lines) or 1.0
        while math.ceil(high / unit - 1e-9) + math.ceil(low / unit - 1e-9) > lines:
            unit = ceiling(unit * 1.01)
        above, below = math.ceil(high / unit - 1e-9), math.ceil(low / unit - 1e-9)
        return cls(unit, above or (0 if below else 1), below)

    @property
    def ends(self) -> tuple[float, float]:
        return self.unit * self.above, -self.unit * self.below


def standing(values: Sequence[float | None], scale: Scale, labels: tuple[str, str, str], *, wide: int, peak: int) -> list[Text]:
    """Values as columns above and below zero, each `wide` cells. `labels` are those of both ends of the scale and of zero."""
    top, zero, bottom = labels
    rows, gutter = scale.above + scale.below, max(map(cell_len, labels))
    lines = []
    for row in range(rows):
        head = top if row == 0 and scale.above else zero if row in (0, scale.above - 1) else bottom if row == rows - 1 else ""
        made = Text.assemble((" " * (gutter - cell_len(head)) + head + " ", "dim"))
        for at, value in enumerate(values):
            drawn = _cell(None if value is None else value / scale.unit, scale.above - 1 - row)
            made.append(drawn * (wide - 1 if wide > 2 else wide) + " " * (wide > 2), POINT if at == peak else ACCENT)
        lines.append(made)
    return lines


def _cell(height: float | None, line: int) -> str:
    """One cell of a column, by its height in lines; line 0 stands on zero, line -1 hangs from it."""
    if height is None:
        return " "
    if line >= 0:
        eighths = min(8, max(0, round((height - line) * 8)))
        # A small value is not a missing one: something of it stands on zero.
        return _STANDING[max(eighths, 1) if line == 0 and height >= 0 else eighths]
    depth = -height - (-line - 1)
    return "█" if depth >= 0.75 else "▀" if depth >= 0.25 else "▔" if depth > 0 else " "


def ceiling(value: float) -> float:
    """The next round number: 39.3 → 40, 51,356 → 60,000. Nothing above zero gives zero."""
    if value <= 0:
        return 0.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(size * step for step in _STEPS if size * step >= value * (1 - 1e-12))


def below(labels: Sequence[str], wide: int) -> str:
    """Labels under their columns, left to right; one that would touch the one before it is left out."""
    line = ""
    for at, label in enumerate(labels):
        start = at * wide
        if label and (not line or start > cell_len(line)):
            line += " " * (start - cell_len(line)) + label
    return line
