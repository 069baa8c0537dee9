"""services.Periods: what the reports of a schedule will cover, by the rule by which a replay moves its period."""

from collections.abc import Sequence
from datetime import datetime

from analytics_agent.api.services import Moving
from analytics_agent.domain.run import Run
from analytics_agent.domain.schedule import Schedule
from analytics_agent.ports import Store


class ReplayedPeriods:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def moving(self, run: Run) -> Moving:
        return Moving("month", "The question is about a month.")

    async def covered(self, schedule: Schedule, due: Sequence[datetime]) -> Sequence[str | None]:
        return [None for _ in due]
