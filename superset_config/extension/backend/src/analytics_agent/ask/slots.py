"""How many of Superset's threads we may hold at once, so that dashboards load in their usual time whatever the panels do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from .problems import BUSY, Refused

_PATIENCE_SECONDS = 2.0

Kind = Literal["errand", "file"]


class Slots:
    """A quarter of the threads each: to wait for progress, to hand out files, for everything else. A quarter is never ours.

    A slow line holds a file for minutes, and an API that hangs holds an errand for seconds; neither may keep the other waiting.
    """

    def __init__(self, threads: int) -> None:
        share = max(1, threads // 4)
        self._waiting = threading.BoundedSemaphore(share)
        self._taken = {"errand": threading.BoundedSemaphore(share), "file": threading.BoundedSemaphore(share)}

    @contextmanager
    def wait(self) -> Iterator[bool]:
        """Whether this request may wait; when too many do already it is to be answered at once."""
        free = self._waiting.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                self._waiting.release()

    def take(self, kind: Kind) -> None:
        """Raises Refused when none is free after a short while. Every `take` needs its `give`."""
        if not self._taken[kind].acquire(timeout=_PATIENCE_SECONDS):
            raise Refused(BUSY)

    def give(self, kind: Kind) -> None:
        self._taken[kind].release()
