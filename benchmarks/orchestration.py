"""What a run costs besides the model: its wall time over the time the model took, with turns of two seconds.

`.venv/bin/python benchmarks/orchestration.py` starts a stack of its own without Superset: real PostgreSQL, real Temporal, our API and
workers, the SDK against a scripted Messages API over a socket. Prints each run; exit status 1 above the limit.
"""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from e2e.scripted import QUESTION, late_carriers
from fakes.messages_api import Body, Fault, Says
from running_stack import RunningStack, running_stack

TURN_SECONDS = 2.0
RUNS = 5
LIMIT = 0.05
MODEL = "claude-opus-4-7"


def slowly(body: Body) -> list[Body] | Says | Fault:
    time.sleep(TURN_SECONDS)
    return late_carriers(body)


def overhead(stack: RunningStack) -> tuple[int, float, float]:
    """Turns of one run, the seconds of its model, and those of its whole life."""
    with stack.client() as client:
        run_id = client.submit(QUESTION, "flights", model=MODEL, publish=False, formats=[])
    usage = stack.finished(run_id)["usage"]
    return usage["turns"], usage["model_seconds"], usage["seconds"]


def main() -> int:
    with running_stack(superset=False) as stack:
        stack.script.step = late_carriers
        overhead(stack)  # the first run pays for imports
        stack.script.step = slowly
        shares = []
        for _ in range(RUNS):
            turns, model, whole = overhead(stack)
            shares.append(whole / model - 1)
            sys.stdout.write(f"{turns} turns  model {model:.2f} s  run {whole:.2f} s  orchestration {shares[-1]:+.1%}\n")
    median = statistics.median(shares)
    sys.stdout.write(f"median {median:.1%}  (limit {LIMIT:.0%})\n")
    return 0 if median <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
