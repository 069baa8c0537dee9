"""A run's events, one after the other, across lost connections: what was seen is never shown twice and nothing is left out."""

import time
from collections.abc import Callable
from typing import Any

from analytics_agent.client.steps import Hear, Listen, Pause, Send, Steps, part
from analytics_agent.domain.run import FINISHED
from analytics_agent.errors import Unavailable

Event = dict[str, Any]
Tell = Callable[[Event], Any]

WAITING = frozenset({"needs_input", "needs_approval"})
"""Nothing more happens until a person acts."""

PATIENCE_SECONDS = 60.0
"""How long lost connections are tried again before we give up."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0


def follow(run_id: str, tell: Tell, *, after: int = 0) -> Steps[int]:
    """Tell events after that number until the run has finished or waits for a person. Gives the number of the last one.

    Raises UnknownRun, NotAuthenticated, and ServiceUnreachable when the API stays away.
    """
    seen, pause, lost_at = after, _FIRST_PAUSE, None

    def see(event: Event) -> None:
        nonlocal seen, pause, lost_at
        seen, pause, lost_at = event["seq"], _FIRST_PAUSE, None
        tell(event)

    while True:
        try:
            if (yield from _listen(run_id, seen, see)) or (yield from _status(run_id, seen)) in FINISHED:
                return seen
        except Unavailable:
            lost_at = lost_at or time.monotonic()
            if time.monotonic() - lost_at > PATIENCE_SECONDS:
                raise
        yield Pause(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def patiently(send: Send) -> Steps[Any]:
    """A request that changes nothing, tried again while the API restarts."""
    pause, until = _FIRST_PAUSE, time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return (yield send)
        except Unavailable:
            if time.monotonic() > until:
                raise
        yield Pause(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _listen(run_id: str, after: int, see: Tell) -> Steps[bool]:
    """One connection's worth of events, which also ends when the API restarts. Gives whether the run waits for a person."""
    if not (yield Listen(f"/v1/analyses/{part(run_id)}/events", {"Last-Event-ID": str(after)} if after else {})):
        return False
    while (event := (yield Hear())) is not None:
        if "seq" not in event:
            continue
        see(event)
        if _waits(event) and (yield from _status(run_id, event["seq"])) in WAITING:
            return True
    return False


def _waits(event: Event) -> bool:
    return event["kind"] == "run" and event["data"].get("status") in WAITING


def _status(run_id: str, after: int) -> Steps[str]:
    """The run's status; "running" while there are events that were not read yet."""
    options: dict[str, Any] = {"params": {"after": after}, "headers": {"Accept": "application/json"}}
    batch = yield Send("GET", f"/v1/analyses/{part(run_id)}/events", options)
    return "running" if batch["events"] else str(batch["status"])


def last_event(run_id: str) -> Steps[int]:
    """The number of the run's newest event, 0 where there is none."""
    seen = 0
    while True:
        options: dict[str, Any] = {"params": {"after": seen}, "headers": {"Accept": "application/json"}}
        batch = yield Send("GET", f"/v1/analyses/{part(run_id)}/events", options)
        if not batch["events"]:
            return seen
        seen = batch["events"][-1]["seq"]
