"""How many of Superset's threads we may hold at once, so that dashboards load in their usual time whatever the panels do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .problems import BUSY, Refused

_PATIENCE_SECONDS = 2.0


class Slots:
    """Of all threads at most a quarter wait for progress, and at most half are on an errand of any kind."""

    def __init__(self, threads: int) -> None:
        self._waiting = threading.BoundedSemaphore(max(1, threads // 4))
        self._errands = threading.BoundedSemaphore(max(1, threads // 2))

    @contextmanager
    def wait(self) -> Iterator[bool]:
        """Whether this request may wait; when too many do already it is to be answered at once."""
        free = self._waiting.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                self._waiting.release()

    def take(self) -> None:
        """Begin an errand. Raises Refused when none is free after a short while. Every `take` needs its `give`."""
        if not self._errands.acquire(timeout=_PATIENCE_SECONDS):
            raise Refused(BUSY)

    def give(self) -> None:
        self._errands.release()
