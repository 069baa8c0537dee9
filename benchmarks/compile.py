"""What compiling a request costs: four metrics of three facts by month and city, plainly and with everything that a request may ask for.

`.venv/bin/python benchmarks/compile.py` takes the median of many rounds in one process. Exit status 1 when the plain request takes more
than its limit.
"""

import gc
import sys
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from unit.semantic import chain

from analytics_agent.semantic import compile
from analytics_agent.semantic.request import MetricRequest, Period, ShareOf, Top

MOST_MILLISECONDS, ROUNDS = 10.0, 60
YEAR = Period(date(2024, 1, 1), date(2025, 1, 1))
BY = ("time:month", "stores.city")
FOUR = ("revenue", "sales_made", "visitors", "buyers")
REQUESTS = {
    "four metrics": (MetricRequest("p", FOUR, BY, time=YEAR), MOST_MILLISECONDS),
    "four metrics, two of them a ratio and a balance": (
        MetricRequest("p", ("revenue", "conversion", "stocked", "buyers"), BY, time=YEAR),
        None,
    ),
    "the same compared, shared, cut and filled": (
        MetricRequest("p", FOUR, BY, time=YEAR, compare="previous_year", share_of=ShareOf(), top=Top(3), fill=True),
        None,
    ),
}


def milliseconds(request: MetricRequest) -> float:
    model, catalog, taken = chain.model(), chain.catalog("postgres", "public"), []
    for _ in range(ROUNDS):
        started = perf_counter()
        compile(model, request, dialect="postgres", catalog=catalog)
        taken.append((perf_counter() - started) * 1000)
    return median(taken)


def main() -> int:
    gc.freeze()
    is_slow = False
    for name, (request, most) in REQUESTS.items():
        took = milliseconds(request)
        is_slow |= most is not None and took > most
        sys.stdout.write(f"{name}: {took:.1f} ms" + (f", at most {most:g}" if most else "") + "\n")
    return int(is_slow)


if __name__ == "__main__":
    sys.exit(main())
