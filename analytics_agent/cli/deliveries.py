"""Where reports went: one line for each recipient, below an answer and in a table of its own."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from analytics_agent.cli.numerals import local_time
from analytics_agent.cli.plain import line
from analytics_agent.cli.table import Column, Table
from analytics_agent.cli.terminal import Prose
from analytics_agent.client import Client

PATIENCE = 20.0
"""Seconds to look at deliveries that are on their way. They go on without anybody looking."""

_STATES = {
    "sent": ("✓", "green", "sent"),
    "waiting": ("○", "dim", "on its way"),
    "held": ("!", "yellow", "held back"),
    "uncertain": ("!", "yellow", "uncertain"),
    "failed": ("✗", "red", "failed"),
}


def state(name: str) -> Text:
    mark, style, said = _STATES.get(name, ("!", "yellow", name))
    return Text.assemble((mark, style), f" {said}")


def table(deliveries: Sequence[dict[str, Any]]) -> Table:
    heads = (Column("recipient"), Column("state"), Column("tries", right=True, dim=True), Column("since", dim=True))
    rows = [(line(one["recipient"]), state(one["state"]), f"{one['attempts']}", local_time(one["changed_at"])) for one in deliveries]
    return Table(heads, rows)


def places(deliveries: Sequence[dict[str, Any]]) -> Iterator[tuple[str, Text, str]]:
    """For the end of an answer: the recipients, one a line."""
    for number, one in enumerate(deliveries):
        yield "" if number else "Sent to", Text.assemble(line(one["name"]), "  ", state(one["state"])), ""


def reasons(deliveries: Sequence[dict[str, Any]]) -> Iterator[RenderableType]:
    """Why something has not arrived, each sentence with whom it concerns."""
    told = [one for one in deliveries if one["reason"]]
    for one in told:
        mark, style, _ = _STATES.get(one["state"], _STATES["held"])
        yield Prose(Text(f"{line(one['name'])}: {line(one['reason'])}"), Text.assemble((mark, style), "   "))


def is_done(deliveries: Sequence[dict[str, Any]]) -> bool:
    return not any(one["state"] == "waiting" and not one["attempts"] for one in deliveries)


def arrived(deliveries: Sequence[dict[str, Any]]) -> bool:
    """Nothing that anybody would have to act on."""
    return all(one["state"] in ("sent", "waiting") for one in deliveries)


def settled(client: Client, run_id: str, deliveries: Sequence[dict[str, Any]], patience: float = PATIENCE) -> list[dict[str, Any]]:
    """The same deliveries when each has been tried, or as they stand when nobody wants to wait any longer."""
    wanted, until = {one["id"] for one in deliveries}, time.monotonic() + patience
    now = list(deliveries)
    while not is_done(now) and time.monotonic() < until:
        time.sleep(0.3)
        now = [one for one in client.deliveries(run_id) if one["id"] in wanted]
    return now
