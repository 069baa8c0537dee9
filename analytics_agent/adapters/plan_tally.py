"""What the walk of an engine's plan adds up, the same for every engine: rows read by scans, rows made by joins, tables read as a whole."""

from dataclasses import dataclass, field

from analytics_agent.domain.statement import Estimate

MOST_SCANS = 4


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
