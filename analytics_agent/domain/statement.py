"""A checked statement on its way through an engine: what it is expected to take, what it may give, what it gave."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.catalog import ColumnType


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
    """What is in the Parquet file. `cut` names the cap that was reached, where more rows exist than the file holds.

    `columns` are names and our types, in order; `notes` are sentences on values that their column could not keep as they are.
    """

    rows: int
    bytes: int
    milliseconds: float
    cut: Literal["rows", "bytes"] | None = None
    columns: tuple[tuple[str, ColumnType], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeptRows:
    """The stored rows of a statement: what those who asked for the same one meanwhile are given too."""

    artifact: Artifact
    saved: Saved


@dataclass(frozen=True)
class Place:
    """Where a statement stands in line at its database. `id` names one call: taken again, it is the same place.

    `fingerprint` is the same for statements that give the same rows to whoever may run them; empty for one that is not shared.
    """

    id: str
    database: str
    run_id: str
    fingerprint: str = ""


@dataclass(frozen=True)
class Standing:
    """`runs`: it may run now. `waits`: `ahead` others are before it. `follows`: the same statement is running and its rows will be
    this one's. `given`: here they are."""

    state: Literal["runs", "waits", "follows", "given"]
    ahead: int = 0
    rows: KeptRows | None = None


@dataclass(frozen=True)
class InLine:
    """One statement of a database's line, as people see it: never its text."""

    run_id: str
    state: Literal["runs", "waits", "follows"]
    asked_at: datetime
    started_at: datetime | None = None


STANDS_FOR = timedelta(seconds=30)
"""A place that nobody has asked about for so long is given up: its worker died."""

GIVEN_FOR = timedelta(minutes=2)
"""How long the rows of a statement that is done are kept for those who wait for the same one."""
