"""The schedules' part of ports.Store, in dictionaries."""

from collections.abc import Collection
from datetime import UTC, datetime

from analytics_agent.domain.schedule import Schedule
from analytics_agent.errors import UnknownSchedule


class MemorySchedules:
    def __init__(self) -> None:
        super().__init__()
        self._schedules: dict[str, Schedule] = {}
        self._deleted: dict[str, datetime] = {}

    async def add_schedule(self, schedule: Schedule) -> Schedule | None:
        kept = self._schedules.setdefault(schedule.id, schedule)
        return None if schedule.id in self._deleted else kept

    async def save_schedule(self, schedule: Schedule) -> None:
        if schedule.id not in self._deleted:
            self._schedules[schedule.id] = schedule

    async def schedule(self, schedule_id: str, *, or_deleted: bool = False) -> Schedule:
        if (schedule_id in self._deleted and not or_deleted) or schedule_id not in self._schedules:
            raise UnknownSchedule(f"There is no schedule {schedule_id!r}.")
        return self._schedules[schedule_id]

    async def schedules(self, *, owner: str | None, limit: int | None = None, before: datetime | None = None) -> tuple[Schedule, ...]:
        kept = [one for one in self._schedules.values() if one.id not in self._deleted and owner in (None, one.owner)]
        older = [one for one in kept if before is None or one.created_at < before]
        return tuple(sorted(older, key=lambda one: one.created_at, reverse=True)[:limit])

    async def remove_schedule(self, schedule_id: str) -> None:
        if schedule_id in self._schedules:
            self._deleted.setdefault(schedule_id, datetime.now(UTC))

    async def deleted_schedules(self, schedule_ids: Collection[str]) -> frozenset[str]:
        return frozenset(schedule_ids) & frozenset(self._deleted)
