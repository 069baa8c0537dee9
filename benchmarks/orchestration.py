"""What orchestration adds to a run: its wall time without the model's and the database's, over the time the model took, with turns of
two seconds.

The wall time goes from the question to its stored end, as the run itself says it (`usage.seconds`). Taken from it are `model_seconds`, what
the calls of the model took, and `warehouse_seconds`, what the statements that made results took in the database. All else counts: Temporal,
the store, prompts, checks, artifacts, and also the statements of ours that look at values and make no result. With reports and publishing
a run does more than answer, so neither is asked for.

`.venv/bin/python benchmarks/orchestration.py` starts a stack of its own without Superset: real PostgreSQL, real Temporal, our API and
workers, the SDK against a scripted Messages API over a socket. Prints each run; exit status 1 above the limit.
"""

import statistics
import sys
import time
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Cost:
    """Turns of one run, the seconds of its model and of its database, and those of its whole life."""

    turns: int
    model: float
    warehouse: float
    whole: float

    @property
    def added(self) -> float:
        return self.whole - self.model - self.warehouse

    @property
    def share(self) -> float:
        return self.added / self.model

    def __str__(self) -> str:
        parts = f"run {self.whole:.2f} s  model {self.model:.2f} s  database {self.warehouse:.3f} s"
        return f"{self.turns} turns  {parts}  orchestration {self.added:.3f} s, {self.share:+.1%}"


def asked(stack: RunningStack) -> Cost:
    with stack.client() as client:
        run_id = client.submit(QUESTION, "flights", model=MODEL, publish=False, formats=[])
    usage = stack.finished(run_id)["usage"]
    return Cost(usage["turns"], usage["model_seconds"], usage["warehouse_seconds"], usage["seconds"])


def main() -> int:
    with running_stack(superset=False) as stack:
        stack.script.step = late_carriers
        asked(stack)  # the first run pays for imports
        stack.script.step = slowly
        shares = []
        for _ in range(RUNS):
            cost = asked(stack)
            shares.append(cost.share)
            sys.stdout.write(f"{cost}\n")
    median = statistics.median(shares)
    sys.stdout.write(f"median {median:.1%}  (limit {LIMIT:.0%})\n")
    return 0 if median <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
