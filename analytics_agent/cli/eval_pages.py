"""What an evaluation looks like on a terminal: while it runs, its summary, and the difference between two."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.live import Live
from rich.text import Text

from analytics_agent.cli.answer import GAP
from analytics_agent.cli.places import near, program
from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table, shortened
from analytics_agent.cli.terminal import INDENT, WIDTH, Ends, Page, Prose, console, whole
from analytics_agent.client.words import counted, duration, money

if TYPE_CHECKING:
    from analytics_agent.evals.score import Answered
    from analytics_agent.evals.suite import Case

_CHANGES = {"better": ("✓", "green"), "worse": ("✗", "red"), "otherwise": ("·", "dim")}
_BAR = 24
_NEWEST = 6
_MARKS = {"right": ("✓", "green"), "wrong": ("✗", "red"), "failed": ("✗", "red"), "over_budget": ("!", "yellow")}
_WORDS = {"over_budget": "over budget", "unscored": "not scored", "asked": "asked back"}
_MOST_LISTED = 20
_LARGE_TAG = 5
"""A rate of fewer questions says nothing; the summary line has them all."""


class Progress:
    """How far it is, on stderr: a live line with the newest answers; one plain line for each where there is no terminal."""

    def __init__(self, total: int, before: "Sequence[Answered]" = (), *, on: Console | None = None) -> None:
        self.begun = 0
        self._total = total
        self._lines = list(before)
        self._asking: dict[tuple[str, int], str] = {}
        self._started = monotonic()
        self._console = on or console(stderr=True)
        self._live = Live(console=self._console, get_renderable=lambda: _View(self), refresh_per_second=4, transient=True)

    def __enter__(self) -> Self:
        if self._is_live:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    @property
    def _is_live(self) -> bool:
        return self._console.is_terminal and not self._console.is_dumb_terminal

    def stop(self) -> None:
        self._live.stop()

    def begin(self, case: "Case", trial: int) -> None:
        self.begun += 1
        self._asking[(case.id, trial)] = case.question

    def done(self, answered: "Answered") -> None:
        self._asking.pop(answered.key, None)
        self._lines.append(answered)
        if not self._is_live:
            self._console.print(whole(told(answered)), crop=False, soft_wrap=True)

    def parts(self, width: int) -> Iterator[RenderableType]:
        yield GAP
        for answered in self._lines[-_NEWEST:]:
            yield Text(shortened(told(answered).plain, width), _mark(answered)[1])
        for question in list(self._asking.values())[:_NEWEST]:
            yield Text.assemble(("●  ", "cyan"), (shortened(line(question), width - 3), "dim"))
        yield GAP
        yield Ends(self._state(), Text(duration(round(monotonic() - self._started)), "dim"))

    def _state(self) -> Text:
        share = len(self._lines) / self._total if self._total else 1.0
        full = round(min(1.0, share) * _BAR)
        right = sum(each.correct is True for each in self._lines)
        silent = sum(each.silent for each in self._lines)
        cost = sum(each.usage.get("cost_usd") or 0.0 for each in self._lines)
        said = [f"{len(self._lines)} of {self._total}", f"{right} correct", *([f"{silent} silently wrong"] if silent else [])]
        said += [money(cost)] if cost else []
        return Text.assemble(("━" * full, "cyan"), ("─" * (_BAR - full), "bright_black"), "  ", " · ".join(said))


class _View:
    """The progress as it is at the moment of drawing."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = min(WIDTH, options.max_width - 2 * INDENT)
        yield Page(self._progress.parts(width))


def told(answered: "Answered") -> Text:
    """One question in one line."""
    mark, style = _mark(answered)
    name = answered.id if answered.trial == 1 else f"{answered.id} ({answered.trial})"
    words = _WORDS.get(answered.outcome, answered.outcome)
    parts = [line(name), words, duration(answered.seconds), line(answered.question)]
    return Text.assemble((f"{mark}  ", style), "  ".join(parts))


def _mark(answered: "Answered") -> tuple[str, str]:
    if answered.outcome in ("refused", "asked"):
        return ("✓", "green") if answered.correct else ("·", "dim")
    return _MARKS.get(answered.outcome, ("·", "dim"))


def summary_page(figures: dict[str, Any], out: Path | None) -> Page:
    return Page(_summary(figures, out))


def _summary(figures: dict[str, Any], out: Path | None) -> Iterator[RenderableType]:
    yield GAP
    if not figures["complete"]:
        kept = (
            f"Ended before its last question; {counted(figures['asked'], 'answer')} in {near(str(out))}."
            if out
            else "Ended before its last question."
        )
        more = " The same command goes on from there." if out else " With --out it can be gone on with."
        yield Prose(Text(kept + more), Text("!  ", "yellow"))
        yield GAP
    yield Table((Column("", dim=True), Column("", right=True), Column("", dim=True)), list(_figures(figures)))
    yield GAP
    if large := {tag: each for tag, each in figures["tags"].items() if each["asked"] >= _LARGE_TAG}:
        yield Table(_TAG_HEADS, [_tag(tag, each) for tag, each in large.items()])
        yield GAP


_TAG_HEADS = (
    Column("tag", flexible=True),
    *(Column(head, right=True) for head in ("asked", "correct", "answered", "refused", "silently wrong")),
)


def _tag(tag: str, each: dict[str, Any]) -> tuple[str, ...]:
    counts = (each["asked"], each["correct"], each["answered"], each["refused"], each["silent_errors"])
    return (tag, *(f"{count:,}" for count in counts))


def _figures(figures: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    yield "questions", f"{figures['questions']:,}", f"each {figures['trials']} times" if figures["trials"] > 1 else ""
    yield "correct", f"{figures['correct']:,}", _rate(figures, "correct_rate")
    if "correct_every_time" in figures:
        yield "correct every time", percent(figures["correct_every_time"]), ""
    yield "answered", f"{figures['answered']:,}", f"{percent(figures['coverage'])} of what has an answer"
    yield "silently wrong", f"{figures['silent_errors']:,}", f"{_rate(figures, 'silent_error_rate')} of what was answered"
    yield "refused", f"{figures['refused']:,}", _found(figures, "refusal")
    yield "asked back", f"{figures['asked_back']:,}", _found(figures, "ask")
    if figures["failed"]:
        yield "failed", f"{figures['failed']:,}", "failed, over budget or cancelled"
    if figures["unscored"]:
        yield "not scored", f"{figures['unscored']:,}", ""
    yield "cost", money(figures["cost_usd"]), f"{figures['input_tokens']:,} tokens in, {figures['output_tokens']:,} out"
    latency = figures["latency"]
    if latency["p50"] is not None:
        yield "seconds", f"{latency['p50']:.1f}", f"in the middle; 95 % within {latency['p95']:.1f}"


def _rate(figures: dict[str, Any], name: str) -> str:
    interval = figures["intervals"].get(name)
    between = f" ({percent(interval[0])} to {percent(interval[1])})" if interval else ""
    return f"{percent(figures[name])}{between}"


def _found(figures: dict[str, Any], name: str) -> str:
    precision, recall = figures[f"{name}_precision"], figures[f"{name}_recall"]
    parts = [f"{percent(precision)} of them rightly"] if precision is not None else []
    parts += [f"{percent(recall)} of those expected"] if recall is not None else []
    return ", ".join(parts)


def percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def difference_page(found: dict[str, Any]) -> Page:
    return Page(_difference(found))


def _difference(found: dict[str, Any]) -> Iterator[RenderableType]:
    yield GAP
    correct, significance = found["correct_rate"], found["significance"]
    head = f"{percent(correct['before'])} → {percent(correct['after'])} correct on {counted(found['questions'], 'question')}"
    yield Text(head, "bold")
    yield Prose(Text(_certainty(significance)))
    yield GAP
    changed = [row for kind in _CHANGES for row in _changed(found[kind], *_CHANGES[kind])]
    yield from (*changed, *([GAP] if changed else []))
    rows = [("silent errors", str(found["silent_errors"]["before"]), str(found["silent_errors"]["after"]), "")]
    rows += [(name, *_moved(found[key], key)) for name, key in (("cost of one", "cost_usd"), ("seconds of one", "seconds"))]
    yield Table((Column("", dim=True), Column("before", right=True), Column("after", right=True), Column("", dim=True)), rows)
    for count, which in ((found["only_before"], "first"), (found["only_after"], "second")):
        if count:
            yield Text(f"{counted(count, 'question')} only in the {which} file", "dim")


def _certainty(significance: dict[str, Any]) -> str:
    if not significance["better"] + significance["worse"]:
        return "No answer became better or worse."
    counts = f"{significance['better']} better, {significance['worse']} worse"
    chance = f"p = {significance['p']:.3f}, {significance['method']}" if significance["p"] is not None else significance["method"]
    interval = significance["interval"]
    between = f"; the change is between {points(interval[0])} and {points(interval[1])} points" if interval else ""
    verdict = "more than chance" if significance["certain"] else "may be chance"
    return f"{counts}: {verdict} ({chance}{between})."


def points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")


def _changed(told_of: Sequence[dict[str, Any]], mark: str, style: str) -> Iterator[RenderableType]:
    for each in told_of[:_MOST_LISTED]:
        head = Text.assemble((f"{mark}  ", style), line(each["id"]), "  ", (f"{each['before']} → {each['after']}", "dim"), "  ")
        yield Prose(Text(line(each["question"])), head)
    if len(told_of) > _MOST_LISTED:
        yield Text(f"   {len(told_of) - _MOST_LISTED} more; {program()} eval diff --json lists all", "dim")


def _moved(change: dict[str, Any], kind: str) -> tuple[str, str, str]:
    shown = money if kind == "cost_usd" else duration
    interval = change["interval"]
    low, high = interval or (0.0, 0.0)
    certain = "" if interval is None else "more than chance" if low > 0 or high < 0 else "may be chance"
    return shown(change["before"]), shown(change["after"]), certain
