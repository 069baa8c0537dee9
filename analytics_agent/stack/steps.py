"""Steps with dependencies, run side by side where they may, each told with its seconds when it is done."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from graphlib import TopologicalSorter

Echo = Callable[[str], None]


@dataclass(frozen=True)
class InPart:
    """A step that did not do all, which is no reason to stop: what is missing and why, a sentence each."""

    missing: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One thing that `up` does. `action` may give a few words to print, or what it could not do; it stops early when the event it is
    given is set."""

    name: str
    action: Callable[[threading.Event], str | InPart | None]
    needs: tuple[str, ...] = ()


def run(steps: Sequence[Step], echo: Echo) -> None:
    """Run all; the first failure lets what runs come to its end, starts nothing more, and is raised."""
    named = {step.name: step for step in steps}
    order = TopologicalSorter({step.name: [need for need in step.needs if need in named] for step in steps})
    order.prepare()
    cancelled = threading.Event()
    running: dict[Future[None], str] = {}
    with ThreadPoolExecutor(max_workers=len(steps) or 1, thread_name_prefix="up") as threads:
        try:
            while order.is_active():
                running |= {threads.submit(_timed, named[name], cancelled, echo): name for name in order.get_ready()}
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                    order.done(running.pop(future))
        except BaseException:
            cancelled.set()
            raise


def _timed(step: Step, cancelled: threading.Event, echo: Echo) -> None:
    if cancelled.is_set():
        return
    began = time.monotonic()
    found = step.action(cancelled) or ""
    mark, words = ("!", "") if isinstance(found, InPart) else ("✓", found)
    echo(f"  {mark} {step.name:<28}{time.monotonic() - began:6.1f} s  {words}".rstrip())
    for sentence in found.missing if isinstance(found, InPart) else ():
        echo(f"    {sentence}")
