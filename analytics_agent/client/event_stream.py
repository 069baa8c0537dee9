"""A run's events, one after the other, across lost connections: what was seen is never shown twice and nothing is left out."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2

from analytics_agent.client.connection import Connection
from analytics_agent.domain.run import FINISHED
from analytics_agent.errors import Unavailable

Event = dict[str, Any]

WAITING = frozenset({"needs_input", "needs_approval"})
"""Nothing more happens until a person acts."""

QUIET_SECONDS = 45.0
"""The API says something every 15 s; a connection that is silent for longer is dead."""
PATIENCE_SECONDS = 60.0
"""How long lost connections are tried again before we give up."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_LOST = (httpx2.TransportError, Unavailable)


def follow(connection: Connection, run_id: str, *, after: int = 0, sleep: Callable[[float], None] = time.sleep) -> Iterator[Event]:
    """Events after that number until the run has finished or waits for a person.

    Raises UnknownRun, NotAuthenticated, and ServiceUnreachable when the API stays away.
    """
    pause, lost_at = _FIRST_PAUSE, None
    while True:
        try:
            for event in _stream(connection, run_id, after):
                after, pause, lost_at = event["seq"], _FIRST_PAUSE, None
                yield event
                if _waits(event) and _status(connection, run_id, after) in WAITING:
                    return
            if _status(connection, run_id, after) in FINISHED:
                return
        except _LOST as error:
            lost_at = lost_at or time.monotonic()
            if time.monotonic() - lost_at > PATIENCE_SECONDS:
                raise connection.unreachable(error) if isinstance(error, httpx2.TransportError) else error from None
        sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _stream(connection: Connection, run_id: str, after: int) -> Iterator[Event]:
    """One connection's worth of events. Ends without error when the API closes it, which it also does when it restarts."""
    headers = {"Last-Event-ID": str(after)} if after else {}
    with connection.http.sse(f"/v1/analyses/{run_id}/events", headers=headers, timeout=_timeout()) as source:
        if source.response.status_code == 204:
            return
        if not source.response.is_success:
            source.response.read()
            connection.checked(source.response)
        for message in source:
            event = message.json()
            if isinstance(event, dict):
                yield event


def _timeout() -> httpx2.Timeout:
    return httpx2.Timeout(10.0, connect=5.0, read=QUIET_SECONDS)


def _waits(event: Event) -> bool:
    return event["kind"] == "run" and event["data"].get("status") in WAITING


def _status(connection: Connection, run_id: str, after: int) -> str:
    """The run's status; "running" while there are events that were not read yet."""
    options: dict[str, Any] = {"params": {"after": after}, "headers": {"Accept": "application/json"}}
    batch = connection.json("GET", f"/v1/analyses/{run_id}/events", **options)
    return "running" if batch["events"] else str(batch["status"])
