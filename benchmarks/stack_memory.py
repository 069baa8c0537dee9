"""Resident memory of the running embedded stack, per service: proportional set size, so that shared pages count once.

Run it while the stack is up: `.venv/bin/python benchmarks/stack_memory.py`. Prints a table; exit status 1 above the limit.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

from analytics_agent.settings import load
from analytics_agent.stack import leftovers
from analytics_agent.stack.state import State
from analytics_agent.stack.status import status

LIMIT_MEGABYTES = 1_400


def megabytes(pid: int, field: str = "Pss") -> float:
    """One line of the kernel's summary, in MB; 0 for a process that has just gone."""
    try:
        said = (Path("/proc") / str(pid) / "smaps_rollup").read_text()
    except OSError:
        return 0.0
    found = re.search(rf"^{field}:\s+(\d+) kB", said, re.MULTILINE)
    return int(found.group(1)) / 1000 if found else 0.0


def per_service() -> dict[str, float]:
    """Each service with its children; what belongs to none is the supervisor."""
    settings = load()
    names = {service.pid: service.name for service in status(settings).services if service.pid}
    parents = leftovers.find(State(settings.state.absolute()))
    totals: dict[str, float] = defaultdict(float)
    for pid in parents:
        ancestor = pid
        while ancestor not in names and ancestor in parents:
            ancestor = parents[ancestor]
        totals[names.get(ancestor, "supervisor")] += megabytes(pid)
    return dict(totals)


def main() -> int:
    totals = per_service()
    lines = [f"{name:<18}{size:>8.0f} MB" for name, size in sorted(totals.items(), key=lambda item: -item[1])]
    total = sum(totals.values())
    sys.stdout.write("\n".join([*lines, f"{'total':<18}{total:>8.0f} MB  (limit {LIMIT_MEGABYTES})", ""]))
    return 0 if total <= LIMIT_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
