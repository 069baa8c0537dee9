"""api.services.Schedules and Periods without Temporal: they remember, and can be away."""

from collections.abc import Sequence
from datetime import datetime

from analytics_agent.api.services import Coverage, Moving
from analytics_agent.domain.run import Run
from analytics_agent.domain.schedule import Schedule, pause_mark
from analytics_agent.errors import ServiceUnreachable


class MemoryClock:
    """`away`: every call fails as if Temporal were down. `dies_at`: the next call of that name does, once."""

    def __init__(self) -> None:
        self.ticking: dict[str, Schedule] = {}
        self.ran: list[str] = []
        self.filled: list[tuple[str, tuple[datetime, ...]]] = []
        self.away = False
        self.dies_at = ""

    async def put(self, schedule: Schedule) -> None:
        self._reach("put")
        self.ticking[schedule.id] = schedule

    async def remove(self, schedule_id: str) -> None:
        self._reach("remove")
        self.ticking.pop(schedule_id, None)

    async def run_now(self, schedule_id: str) -> None:
        self._reach("run_now")
        self.ran.append(schedule_id)

    async def backfill(self, schedule_id: str, due: Sequence[datetime]) -> None:
        self._reach("backfill")
        self.filled.append((schedule_id, tuple(due)))

    async def known(self) -> dict[str, str | None]:
        self._reach("known")
        return {name: pause_mark(one) for name, one in self.ticking.items()}

    async def check(self) -> None:
        self._reach("check")

    def _reach(self, call: str) -> None:
        if self.away or self.dies_at == call:
            self.dies_at = ""
            raise ServiceUnreachable("Temporal does not answer.", hint="Start it with `analytics-agent up`.", retry_after=7)


class MonthlyPeriods:
    """Every run is about a month, and each report about the month before."""

    def __init__(self) -> None:
        self.found = Moving("month", "The question is about June 2013.")

    async def moving(self, run: Run) -> Moving:
        return self.found

    async def why_not(self, run: Run, unit: str) -> str | None:
        return "June 2013 is made of whole months, which do not move by the week." if unit == "week" else None

    async def covered(self, schedule: Schedule, due: Sequence[datetime], made: Sequence[Run] = ()) -> Coverage:
        return Coverage([f"the month before {at:%Y-%m-%d}" if schedule.moves_by else None for at in due])
