"""The part of ports.Store that keeps statements in line at their database, in a dictionary."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from analytics_agent.domain.statement import STANDS_FOR, InLine, KeptRows, Place, Standing


@dataclass
class _Standing:
    place: Place
    asked_at: datetime
    seen: float
    started_at: datetime | None = None
    rows: KeptRows | None = None

    @property
    def runs(self) -> bool:
        return self.started_at is not None and self.rows is None


class MemoryStatements:
    def __init__(self) -> None:
        super().__init__()
        self._line: dict[str, _Standing] = {}

    async def take_place(self, place: Place, *, at_once: int) -> Standing:
        own = self._line.setdefault(place.id, _Standing(place, datetime.now(UTC), 0.0))
        own.seen = time.monotonic()
        line = self._line_of(place.database)
        if own.runs:
            return Standing("runs")
        for other in line:
            if other is not own and place.fingerprint and other.place.fingerprint == place.fingerprint:
                if other.rows is not None and other.seen >= own.asked_at.timestamp() - time.time() + time.monotonic():
                    del self._line[place.id]
                    return Standing("given", rows=other.rows)
                if other.runs:
                    return Standing("follows")
        before = line[: line.index(own)]
        ahead = sum(other.runs for other in line) + sum(not (o.runs or o.rows or self._follows(o)) for o in before) - at_once + 1
        if ahead > 0:
            return Standing("waits", ahead)
        own.started_at = datetime.now(UTC)
        return Standing("runs")

    async def leave_place(self, place_id: str, rows: KeptRows | None = None) -> None:
        own = self._line.get(place_id)
        if own is None:
            return
        if rows is None:
            del self._line[place_id]
            return
        own.rows, own.seen = rows, time.monotonic()

    async def in_line(self, database: str) -> tuple[InLine, ...]:
        line = [standing for standing in self._line_of(database) if standing.rows is None]
        return tuple(self._shown(standing) for standing in sorted(line, key=lambda standing: not standing.runs))

    def _shown(self, standing: _Standing) -> InLine:
        state: Literal["runs", "waits", "follows"] = "runs" if standing.runs else "follows" if self._follows(standing) else "waits"
        return InLine(standing.place.run_id, state, standing.asked_at, standing.started_at)

    def _line_of(self, database: str) -> list[_Standing]:
        now = time.monotonic()
        line = (standing for standing in self._line.values() if standing.place.database == database)
        return [standing for standing in line if standing.rows or now - standing.seen < STANDS_FOR.total_seconds()]

    def _follows(self, standing: _Standing) -> bool:
        wanted = standing.place.fingerprint
        return bool(wanted) and any(other.runs and other.place.fingerprint == wanted for other in self._line_of(standing.place.database))
