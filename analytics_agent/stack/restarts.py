"""A plug-in inside supervisord that counts what supervisord itself forgets: how often each service ended by itself, and when."""

import time
from collections import defaultdict
from typing import Any

from supervisor.events import ProcessStateBackoffEvent, ProcessStateEvent, ProcessStateExitedEvent, subscribe

NAMESPACE = "restarts"


class Restarts:
    """Its public methods are callable over supervisord's socket, under the name `restarts`."""

    def __init__(self) -> None:
        self._ends: dict[str, list[float]] = defaultdict(list)
        subscribe(ProcessStateEvent, self._seen)

    def counts(self) -> dict[str, int]:
        return {name: len(ends) for name, ends in self._ends.items()}

    def latest(self) -> dict[str, float]:
        """Unix time of each service's last end that nobody asked for."""
        return {name: ends[-1] for name, ends in self._ends.items()}

    def _seen(self, event: Any) -> None:
        if isinstance(event, ProcessStateExitedEvent | ProcessStateBackoffEvent):
            self._ends[event.process.config.name].append(time.time())


def make(supervisord: Any, **_settings: str) -> Restarts:
    """Called by supervisord, named in its configuration."""
    return Restarts()
