"""Progress in the places where people look: a notebook, IPython in a terminal, an interactive Python."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from analytics_agent.client.words import counted, duration, line, money

Event = dict[str, Any]
ENDS = {
    "succeeded": "Answered",
    "needs_input": "Waiting for you",
    "needs_approval": "Waiting for approval",
    "refused": "Refused",
    "failed": "Failed",
    "cancelled": "Cancelled",
    "over_budget": "Over budget",
}


@dataclass
class StepSeen:
    """A step that has begun, with a line for each thing that it made."""

    name: str
    seconds: float | None = None
    lines: dict[str, str] = field(default_factory=dict)


@dataclass
class Seen:
    """What the events say, in the order of the steps. Knows nothing of where it is shown."""

    run_id: str
    steps: dict[str, StepSeen] = field(default_factory=dict)
    turns: int = 0
    cost: float = 0.0

    def add(self, event: Event) -> str | None:
        """Take an event in; gives what it says in one line, None for nothing that people need to see."""
        kind, step, data = event["kind"], event.get("step"), event["data"]
        if kind == "turn":
            self.turns, self.cost = self.turns + 1, self.cost + data["cost_usd"]
            return None
        if not step:
            return None
        seen = self.steps.setdefault(step, StepSeen(step))
        if kind == "step":
            seen.seconds = data.get("seconds") if data["state"] == "finished" else None
            return step if seen.seconds is None else None
        if found := line_of(event):
            seen.lines[data.get("id" if kind == "query" else "result") or str(event["seq"])] = found
        return found and f"  {found}"

    def newest(self) -> str:
        """The step that runs, with its newest line."""
        running = list(self.steps.values())[-1:]
        return "".join(f"{one.name}  {list(one.lines.values())[-1] if one.lines else ''}".rstrip() for one in running) or "queued"


def line_of(event: Event) -> str | None:
    """What one event says, None for nothing that people need to see."""
    kind, data = event["kind"], event["data"]
    if kind == "query":
        taken = "computed" if data["source"] == "computed" else f"{data['milliseconds']:,.0f} ms"
        return f"{data['id']} {line(data['title'])} · {counted(data['rows'], 'row')} · {taken}"
    if kind == "finding":
        return f"{data['result']} {line(data['title'])}"
    if kind == "published":
        return f"dashboard with {counted(data['charts'], 'chart')}"
    said = {"tool": data.get("title"), "report": " and ".join(data.get("formats", ())), "warning": data.get("message")}
    said |= {"approval": f"{data.get('state')}: {data.get('why')}"}
    said |= {"ask": data.get("question"), "delivery": f"{data.get('recipient')}: {data.get('state')}"}
    return line(said[kind]) if said.get(kind) else None


def ending(document: dict[str, Any]) -> str:
    """The run in one line: how it ended, after how long, at which cost."""
    usage, told = document["usage"], ENDS.get(document["status"], document["status"])
    return f"{told} · {duration(usage['seconds'])} · {counted(len(document['queries']), 'result')} · {money(usage['cost_usd'])}"


class Lines:
    """A line for each thing, on stderr."""

    def __init__(self, run_id: str, write: Callable[[str], Any] | None = None) -> None:
        self._seen = Seen(run_id)
        self._write = write or sys.stderr.write

    def begin(self) -> None:
        self._write(f"run {self._seen.run_id}\n")

    def event(self, event: Event) -> None:
        if said := self._seen.add(event):
            self._write(f"{said}\n")

    def end(self, document: dict[str, Any]) -> None:
        self._write(f"{ending(document)}\n")

    def leave(self) -> None:
        """Lines stay as they are."""


class InTerminal:
    """One line of a terminal that changes, and at the end says how it ended."""

    def __init__(self, run_id: str) -> None:
        self._seen = Seen(run_id)

    def begin(self) -> None:
        self._put(self._seen.run_id)

    def event(self, event: Event) -> None:
        self._seen.add(event)
        width = shutil.get_terminal_size().columns - 1
        self._put(f"{self._seen.run_id}  {self._seen.newest()}"[:width])

    def end(self, document: dict[str, Any]) -> None:
        self._put(f"{ending(document)}\n")

    def leave(self) -> None:
        self._put("")

    def _put(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[2K{text}")
        sys.stderr.flush()
