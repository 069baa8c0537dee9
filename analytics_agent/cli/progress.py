"""The live view of a run: its steps, queries, findings, cost and time, on stderr. Plain lines where there is no terminal."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.live import Live
from rich.text import Text

from analytics_agent.cli.answer import GAP
from analytics_agent.cli.plain import cleaned, line
from analytics_agent.cli.progress_line import Line, line_of
from analytics_agent.cli.table import shortened
from analytics_agent.cli.terminal import INDENT, WIDTH, Ends, Page, console, whole
from analytics_agent.client.words import counted, duration, money
from analytics_agent.domain.event import STEPS
from analytics_agent.domain.money import dollars

BAR = 30
_SHORTEST_BAR = 8
_HINT = "Ctrl-C: cancel or detach"
Valued = Callable[[dict[str, Any]], tuple[str, str]]


class Progress:
    """Fed with events, in order. `seen` is the number of the last one, for a reader that connects again.

    `expected` are the steps that will be; `budget` may hold `usd` and `tokens`; `value` says what a finding comes to, and whose it is.
    """

    def __init__(
        self,
        document: dict[str, Any],
        *,
        quiet: bool = False,
        expected: Sequence[str] = STEPS,
        budget: dict[str, float] | None = None,
        value: Valued = lambda _: ("", ""),
        on: Console | None = None,
    ) -> None:
        self.seen = 0
        self._document = cleaned(document)
        self._quiet = quiet
        self._expected = expected
        self._budget = budget or {}
        self._value = value
        self._lines: dict[str, dict[str, Line]] = {step: {} for step in STEPS}
        self._begun: dict[str, float] = {}
        self._seconds: dict[str, float] = {}
        self._running: str | None = None
        self._tokens = 0
        self._cost = 0.0
        self._console = on or console(stderr=True)
        self._live = Live(console=self._console, get_renderable=self.view, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        if self._is_live:
            self._live.start()
        else:
            self._plain(Text(f"run {self._document['id']}"))
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._live.stop()

    @property
    def _is_live(self) -> bool:
        return self._console.is_terminal and not self._console.is_dumb_terminal and not self._quiet

    def stop(self) -> Console:
        """The terminal without the live view, for the last words."""
        self._live.stop()
        return self._console

    @contextmanager
    def paused(self) -> Iterator[Console]:
        """The terminal without the live view, to ask something."""
        yield self.stop()
        if self._is_live:
            self._live.start()

    def add(self, event: dict[str, Any]) -> None:
        self.seen = max(self.seen, event["seq"])
        event = cleaned(event)
        kind, step, data = event["kind"], str(event.get("step")), event["data"]
        if kind == "step":
            self._step(step, data, event.get("at"))
        elif kind == "turn":
            self._tokens += data["input_tokens"] + data["output_tokens"]
            self._cost += data["cost_usd"]
        elif step in self._lines and (found := line_of(event, self._value)):
            # A finding stands in the place of the result that was computed for it.
            self._lines[step][found.key] = found
            if not found.awaited:
                self._plain(found.plain())

    def _step(self, step: str, data: dict[str, Any], at: str | None) -> None:
        if step not in self._lines:
            return
        if data["state"] == "started":
            self._running = step
            self._begun[step] = datetime.fromisoformat(at).timestamp() if at else time.time()
            self._plain(Text(f"● {step}"))
        else:
            self._seconds[step], self._running = data["seconds"], None
            self._plain(Text(f"✓ {step}  {duration(data['seconds'])}"))

    def _plain(self, text: Text) -> None:
        if not (self._is_live or self._quiet):
            self._console.print(whole(text), crop=False, soft_wrap=True)

    def view(self) -> RenderableType:
        return _View(self)

    def parts(self, width: int, height: int) -> Iterator[RenderableType]:
        """What stands on the screen: no more than `height` lines, the newest of a long list."""
        head = self._heading(width)
        yield from head
        steps = [step for step in STEPS if self._is_shown(step)]
        yield from self._steps(steps, width, height - len(head) - len(steps) - 2)
        yield from (GAP, self._foot(width))

    def _is_shown(self, step: str) -> bool:
        return step in self._expected or step in self._begun

    def _heading(self, width: int) -> list[RenderableType]:
        document = self._document
        under = f"{line(document['database'])} · {document['model']} · run {document['id']}"
        return [GAP, Text(shortened(line(document["question"]), width), "bold"), Text(under, "dim", no_wrap=True, overflow="ellipsis"), GAP]

    def _steps(self, steps: Sequence[str], width: int, room: int) -> Iterator[RenderableType]:
        hidden = self._hidden(steps, room)
        for step in steps:
            yield self._step_line(step)
            found = list(self._lines[step].values())
            if hidden[step]:
                yield Text(f"      {counted(hidden[step], 'line')} more", "dim")
            yield from (one.live(width) for one in found[hidden[step] :])

    def _hidden(self, steps: Sequence[str], room: int) -> dict[str, int]:
        """How many lines of each step are left out, the oldest first, when there is room for so many in all."""
        hidden = dict.fromkeys(steps, 0)
        for step in steps:
            kept = {name: len(self._lines[name]) - hidden[name] + bool(hidden[name]) for name in steps}
            if (excess := sum(kept.values()) - room) <= 0:
                break
            # Saying that lines are left out takes a line itself.
            hidden[step] = min(len(self._lines[step]), excess + 1)
        return hidden

    def _step_line(self, step: str) -> RenderableType:
        seconds = self._seconds.get(step)
        if seconds is not None:
            return Ends(Text.assemble(("✓ ", "green"), (step, "bold")), Text(duration(seconds), "dim"))
        if step == self._running:
            taken = duration(max(0.0, time.time() - self._begun[step]))
            return Ends(Text.assemble(("● ", "cyan"), (step, "bold")), Text(taken, "dim"))
        return Text(f"○ {step}", "dim")

    def _foot(self, width: int) -> RenderableType:
        """One line: the bar gives way where it is narrow, and the hint where it is very narrow."""
        elapsed = max(0.0, time.time() - datetime.fromisoformat(self._document["asked_at"]).timestamp())
        spent = Text.assemble("  ".join(self._spent()), (f"  {duration(round(elapsed))}", "dim"))
        room = width - spent.cell_len - len(_HINT) - 4
        if room < 0:
            spent.truncate(width, overflow="ellipsis")
            return whole(spent)
        share, hint = self._share(), Text(_HINT, "dim")
        if share is None or room < _SHORTEST_BAR:
            return Ends(spent, hint)
        cells = min(BAR, room)
        full = round(min(1.0, share) * cells)
        bar = Text.assemble(("━" * full, "red" if share > 0.9 else "cyan"), ("─" * (cells - full), "bright_black"), "  ")
        return Ends(bar.append_text(spent), hint)

    def _share(self) -> float | None:
        """How much of the budget is used, of the limit that is nearer; None where there is none."""
        limits = ((self._cost, self._budget.get("usd")), (self._tokens, self._budget.get("tokens")))
        return max((used / limit for used, limit in limits if limit), default=None)

    def _spent(self) -> Iterator[str]:
        """Dollars where there is a price or a limit in dollars, and tokens likewise."""
        usd, tokens = self._budget.get("usd"), self._budget.get("tokens")
        if usd:
            yield f"{dollars(self._cost)} of {dollars(usd)}"
        elif self._cost or not (tokens or self._tokens):
            yield money(self._cost)
        if tokens:
            yield f"{self._tokens:,} of {int(tokens):,} tokens"
        elif self._tokens and not (usd or self._cost):
            yield f"{self._tokens:,} tokens"


class _View:
    """The progress as it is at the moment of drawing, at the size that the terminal has then."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = min(WIDTH, options.max_width - 2 * INDENT)
        yield Page(self._progress.parts(width, console.height - 1))
