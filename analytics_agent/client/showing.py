"""Where progress is shown: nowhere, as lines, as text that changes, or in a notebook; chosen by who is looking."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

Progress = Callable[[dict[str, Any]], Any]


class Show(Protocol):
    """`begin` comes first. `event` is told each event, `end` the run's document when it has ended or waits. `leave` comes last, also
    where a part of the rest is missing."""

    def begin(self) -> None: ...

    def event(self, event: dict[str, Any]) -> Any: ...

    def end(self, document: dict[str, Any]) -> None: ...

    def leave(self) -> None: ...


class Told:
    """Events go to a function and nothing is shown."""

    def __init__(self, progress: Progress = lambda event: None) -> None:
        self.event = progress

    def begin(self) -> None:
        """Nothing has happened yet."""

    def end(self, document: dict[str, Any]) -> None:
        """The function has seen the last event."""

    def leave(self) -> None:
        """Nothing is shown that would have to be taken away."""


@contextmanager
def shown(progress: Progress | bool | None, run_id: str, stop: Callable[[], Any]) -> Iterator[Show]:
    """Progress of one run for as long as somebody waits for it. `stop` stops the run, where there is a button for it."""
    show = chosen(progress, run_id, stop)
    try:
        show.begin()
        yield show
    finally:
        show.leave()


def chosen(progress: Progress | bool | None, run_id: str, stop: Callable[[], Any]) -> Show:
    """A function is told; True shows, False does not; None shows where somebody looks. `stop` stops the run."""
    if callable(progress):
        return Told(progress)
    if progress is False or (progress is None and not _somebody_looks()):
        return Told()
    from analytics_agent.client.progress import InTerminal, Lines

    shell = ipython()
    if hasattr(shell, "kernel"):
        from analytics_agent.client.notebook_progress import InNotebook

        return InNotebook(run_id, stop)
    return InTerminal(run_id) if shell and sys.stderr.isatty() else Lines(run_id)


def ipython() -> Any:
    """The running IPython, None where Python runs without it."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None


def _somebody_looks() -> bool:
    return ipython() is not None or hasattr(sys, "ps1")
