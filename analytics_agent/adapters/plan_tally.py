"""What the walk of an engine's plan adds up, the same for every engine: rows read by scans, rows made by joins, tables read as a whole."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec

from analytics_agent.domain.statement import Estimate

log = logging.getLogger(__name__)

MOST_SCANS = 4
Given = ParamSpec("Given")


def or_unknown(walk: Callable[Given, Estimate]) -> Callable[Given, Estimate]:
    """A plan of another shape than expected, or nested too deeply to be walked, says nothing: that is no reason to fail a question."""

    @wraps(walk)
    def walked(*given: Given.args, **named: Given.kwargs) -> Estimate:
        try:
            return walk(*given, **named)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError) as problem:
            log.warning("the plan of a statement could not be read: %s", type(problem).__name__)
            return Estimate()

    return walked


@dataclass
class Tally:
    """`is_known` is False once something was met of which the planner knows nothing: the sum would then be a guess."""

    read: float = 0.0
    whole: dict[str, float] = field(default_factory=dict)
    is_known: bool = True

    def scan(self, table: str, rows: float | None, *, times: float = 1.0, whole: bool = True) -> None:
        """A table of which so many rows are read so many times; None is not known how many."""
        if rows is None:
            self.is_known = False
            return
        self.read += rows * times
        if whole:
            self.whole[table] = max(self.whole.get(table, 0.0), rows)

    def made(self, rows: float) -> None:
        """Rows that a join makes: whatever stands above it goes through them."""
        self.read += rows

    def estimate(self, rows: float | None, cost: float | None = None) -> Estimate:
        largest = sorted(self.whole, key=lambda table: self.whole[table], reverse=True)
        read = round(self.read) if self.is_known else None
        return Estimate(read, None if rows is None else round(rows), cost, tuple(largest[:MOST_SCANS]))
