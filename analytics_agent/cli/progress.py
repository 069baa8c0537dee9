"""The live view of a run: its steps, queries, cost and time, on stderr. Plain lines where there is no terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

STEPS = ("explore", "analyze", "synthesize", "report", "deliver")
WIDTH = 88
ACCENT = "cyan"


class Progress:
    """Fed with events, in order. `seen` is the number of the last one, for a reader that connects again."""

    def __init__(self, document: dict[str, Any], *, quiet: bool = False) -> None:
        self.seen = 0
        self._document = document
        self._quiet = quiet
        self._lines: dict[str, list[tuple[str, str, str, str]]] = {step: [] for step in STEPS}
        self._seconds: dict[str, float] = {}
        self._running: str | None = None
        self._tokens = 0
        self._cost = 0.0
        self._begun = time.monotonic()
        self._console = Console(stderr=True, highlight=False)
        self._live = Live(console=self._console, get_renderable=self._render, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        if self._live_shown:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._live.stop()

    @property
    def _live_shown(self) -> bool:
        return self._console.is_terminal and not self._quiet

    @contextmanager
    def paused(self) -> Iterator[Console]:
        """The terminal without the live view, to ask something."""
        self._live.stop()
        try:
            yield self._console
        finally:
            if self._live_shown:
                self._live.start()

    def add(self, event: dict[str, Any]) -> None:
        self.seen = max(self.seen, event["seq"])
        kind, step, data = event["kind"], str(event.get("step")), event["data"]
        if kind == "step":
            self._step(step, data)
        elif kind == "turn":
            self._tokens += data["input_tokens"] + data["output_tokens"]
            self._cost += data["cost_usd"]
        elif step in self._lines and (line := _line(kind, data)):
            self._lines[step].append(line)
            self._plain("    " + "  ".join(part for part in line if part))

    def _step(self, step: str, data: dict[str, Any]) -> None:
        if data["state"] == "started":
            self._running = step
            self._plain(f"● {step}")
        else:
            self._seconds[step] = data["seconds"]
            self._running = None

    def _plain(self, line: str) -> None:
        if not (self._live_shown or self._quiet):
            self._console.print(line, markup=False)

    def _render(self) -> RenderableType:
        width = min(WIDTH, self._console.width)
        return Group(self._heading(), *(self._part(step, width) for step in self._shown_steps()), self._foot(width))

    def _shown_steps(self) -> tuple[str, ...]:
        return STEPS if self._document.get("publish", True) else STEPS[:-1]

    def _heading(self) -> RenderableType:
        document = self._document
        under = f"{document['database']} · {document['model']} · run {document['id']}"
        return Group(Text(), Text(f"  {document['question']}", style="bold"), Text(f"  {under}", style="dim"), Text())

    def _part(self, step: str, width: int) -> RenderableType:
        grid = Table.grid(expand=False, padding=(0, 1))
        for justify, size in (("left", 2), ("left", 4), ("left", width - 36), ("right", 12), ("right", 10)):
            grid.add_column(justify=justify, width=size, no_wrap=True, overflow="ellipsis")  # type: ignore[arg-type]
        seconds = self._seconds.get(step)
        grid.add_row(*self._step_cells(step, seconds))
        for mark, title, middle, right in self._lines[step][-12:]:
            grid.add_row("", Text(mark, style="red" if mark == "✗" else ACCENT), Text(title), Text(middle, "dim"), Text(right, "dim"))
        return grid

    def _step_cells(self, step: str, seconds: float | None) -> tuple[RenderableType, ...]:
        if seconds is not None:
            mark, style = Text("  ✓"[-2:], "green"), "bold"
        elif step == self._running:
            mark, style = Text(" ●", ACCENT), "bold"
        else:
            mark, style = Text(" ○", "dim"), "dim"
        name = Text(step, style=style)
        return mark, name[:4], name[4:], Text(), Text(f"{seconds:.1f} s" if seconds is not None else "", "dim")

    def _foot(self, width: int) -> RenderableType:
        spent = f"${self._cost:.2f}" if self._cost else f"{self._tokens:,} tokens"
        left = f"  {spent}  {time.monotonic() - self._begun:.0f} s"
        right = "Ctrl-C: cancel or detach"
        return Group(Text(), Text(left + " " * max(2, width - len(left) - len(right)) + right, style="dim"))


def _line(kind: str, data: dict[str, Any]) -> tuple[str, str, str, str] | None:
    """Mark, title, middle and right of one line below a step; None for what is not shown."""
    if kind == "query":
        time_taken = "computed" if data["source"] == "computed" else f"{data['milliseconds']:,.0f} ms"
        return data["id"], data["title"], f"{data['rows']:,} row{'' if data['rows'] == 1 else 's'}", time_taken
    if kind == "tool":
        return ("✗" if data["is_error"] else "›"), data["title"], "mended" if data["is_error"] else "", ""
    if kind == "report":
        return "✓", " and ".join(data["formats"]), "", ""
    if kind == "published":
        return "✓", f"dashboard with {data['charts']} charts", "", ""
    if kind == "warning":
        return "!", data["message"], "", ""
    return None
