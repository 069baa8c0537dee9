"""What it costs to read a question by rule and compile what was read: all golden questions of both sample warehouses, several times.

`.venv/bin/python benchmarks/offline_reading.py` prints the median and the slowest of them; nothing is queried. Exit status 1 when the
median takes more than its limit.
"""

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from statistics import median
from time import perf_counter

from analytics_agent import semantic
from analytics_agent.errors import ToolRefused
from analytics_agent.resources import resource
from analytics_agent.semantic.reader import Reading, read

MOST_MILLISECONDS, ROUNDS = 300.0, 5
WAREHOUSES = {"flights": date(2013, 12, 31), "shop": date(2026, 6, 30)}


def milliseconds() -> Iterator[tuple[float, str]]:
    """(median of the rounds, question) of each question, from its text to SQL or to what is said instead."""
    for name, as_of in WAREHOUSES.items():
        folder = resource("sql_fixtures") / name
        model = semantic.load((folder / "semantic_model.yaml").read_text())
        overview = semantic.overview(model)
        for line in (folder / "questions.jsonl").read_text().splitlines():
            question = json.loads(line)["question"]
            yield median(_took(question, overview, model, as_of) for _ in range(ROUNDS)), question


def _took(question: str, overview: dict[str, object], model: semantic.SemanticModel, as_of: date) -> float:
    started = perf_counter()
    outcome = read(question, overview, as_of)
    if isinstance(outcome, Reading):
        with suppress(ToolRefused):  # told to the asker, which is an end too
            semantic.compile(model, outcome.request, dialect="postgres")
    return (perf_counter() - started) * 1000


def main() -> int:
    gc.freeze()
    took = sorted(milliseconds())
    middle = median(each for each, _ in took)
    sys.stdout.write(f"{len(took)} questions: median {middle:.1f} ms, at most {MOST_MILLISECONDS:g}\n")
    sys.stdout.write(f"slowest: {took[-1][0]:.1f} ms, {took[-1][1]}\n")
    return int(middle > MOST_MILLISECONDS)


if __name__ == "__main__":
    sys.exit(main())
