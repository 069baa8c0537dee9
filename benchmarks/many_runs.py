"""Two hundred runs in flight on one model worker, with turns of a second: none is lost, and the worker stays small.

`.venv/bin/python benchmarks/many_runs.py` starts a stack of its own without Superset, asks all questions at once and watches the
worker's resident memory until the last run has ended. Exit status 1 when a run was lost or the worker grew too large.
"""

import re
import sys
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from e2e.scripted import QUESTION, late_carriers
from fakes.messages_api import Body, Fault, Says
from running_stack import RunningStack, running_stack

RUNS = 200
TURN_SECONDS = 1.0
LIMIT_MEGABYTES = 300
PATIENCE = 900.0
MODEL = "claude-opus-4-7"


def slowly(body: Body) -> list[Body] | Says | Fault:
    time.sleep(TURN_SECONDS)
    return late_carriers(body)


class Watched:
    """The largest resident set of a process, looked at four times a second, and how many requests were open at once."""

    def __init__(self, pid: int) -> None:
        self.most = 0.0
        self._status = Path("/proc") / str(pid) / "status"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.25):
            found = re.search(r"^VmRSS:\s+(\d+) kB", self._status.read_text(), re.MULTILINE)
            self.most = max(self.most, int(found[1]) / 1000 if found else 0.0)


def ask_all(stack: RunningStack) -> Counter[str]:
    """How the runs ended."""
    with stack.client() as client:
        runs = [client.submit(QUESTION, "flights", model=MODEL, publish=False, formats=[]) for _ in range(RUNS)]
    return Counter(stack.finished(run_id, PATIENCE)["status"] for run_id in runs)


def main() -> int:
    with running_stack(superset=False) as stack:
        stack.script.step = slowly
        begun = time.monotonic()
        with Watched(stack.pid("worker-model")) as watched:
            ended = ask_all(stack)
        seconds = time.monotonic() - begun
        asked = len(stack.messages.requests)
    sys.stdout.write(f"{RUNS} runs: {dict(ended)} in {seconds:.0f} s, {asked} requests ({asked / seconds:.0f} a second)\n")
    sys.stdout.write(f"model worker: {watched.most:.0f} MB at most  (limit {LIMIT_MEGABYTES})\n")
    return 0 if ended == {"succeeded": RUNS} and watched.most < LIMIT_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
