"""A checked statement on its way through an engine: what it is expected to take, what it may give, what it gave."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Estimate:
    """What the engine's planner expects. None where that engine does not say.

    `rows_read` adds up the rows that the scans of the plan read, joins multiplied; `rows` are those of the result; `cost` is in the
    engine's own unit, comparable within one engine only. `scans` are the largest tables read as a whole, the largest first.
    """

    rows_read: float | None = None
    rows: float | None = None
    cost: float | None = None
    scans: tuple[str, ...] = ()


@dataclass(frozen=True)
class Caps:
    """Most rows and most bytes (in memory, as Arrow) of one stored result."""

    rows: int
    bytes: int


@dataclass(frozen=True)
class Saved:
    """What is in the Parquet file. `cut` names the cap that was reached, where more rows exist than the file holds."""

    rows: int
    bytes: int
    milliseconds: float
    cut: Literal["rows", "bytes"] | None = None
