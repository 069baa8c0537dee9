"""Schedules and their runs: one part of PostgresStore. A deleted schedule stays, marked, for the runs that name it."""

from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy import DateTime, cast, select, update
from sqlalchemy.dialects.postgresql import insert

from analytics_agent.adapters.record_json import from_json, to_json
from analytics_agent.adapters.store.engine import StorePart
from analytics_agent.adapters.store.models import RunRow, ScheduleRow
from analytics_agent.adapters.store.run_document import of_row, whole_runs
from analytics_agent.domain.quoting import quoted
from analytics_agent.domain.run import Run
from analytics_agent.domain.schedule import Schedule
from analytics_agent.errors import UnknownSchedule


class ScheduleTables(StorePart):
    """`schedules`, and `runs` by the schedule that made them."""

    async def add_schedule(self, schedule: Schedule) -> Schedule | None:
        """One of that id that is there already is left as it is and returned; None where it was deleted."""
        async with self.transaction() as connection:
            await connection.execute(insert(ScheduleRow).values(**_values(schedule)).on_conflict_do_nothing())
            wanted = select(ScheduleRow.record, ScheduleRow.deleted_at).where(ScheduleRow.id == schedule.id)
            row = (await connection.execute(wanted)).one()
        return None if row.deleted_at else from_json(row.record, Schedule)

    async def save_schedule(self, schedule: Schedule) -> None:
        """One that was deleted stays deleted."""
        values = _values(schedule)
        row = insert(ScheduleRow).values(**values)
        changed = {name: values[name] for name in ("owner", "record")}
        there = row.on_conflict_do_update(index_elements=["id"], set_=changed, where=ScheduleRow.deleted_at.is_(None))
        async with self.transaction() as connection:
            await connection.execute(there)

    async def schedule(self, schedule_id: str, *, or_deleted: bool = False) -> Schedule:
        wanted = select(ScheduleRow.record).where(ScheduleRow.id == schedule_id)
        if not or_deleted:
            wanted = wanted.where(ScheduleRow.deleted_at.is_(None))
        async with self.transaction() as connection:
            record = (await connection.execute(wanted)).scalar_one_or_none()
        if record is None:
            raise UnknownSchedule(f"There is no schedule {quoted(schedule_id)}.", hint="`analytics-agent schedules list` shows yours.")
        return from_json(record, Schedule)

    async def schedules(self, *, owner: str | None, limit: int | None = None, before: datetime | None = None) -> tuple[Schedule, ...]:
        wanted = select(ScheduleRow.record).where(ScheduleRow.deleted_at.is_(None)).limit(limit)
        if before is not None:
            wanted = wanted.where(ScheduleRow.created_at < before)
        if owner is not None:
            wanted = wanted.where(ScheduleRow.owner == owner)
        async with self.transaction() as connection:
            records = (await connection.execute(wanted.order_by(ScheduleRow.created_at.desc(), ScheduleRow.id))).scalars().all()
        return tuple(from_json(record, Schedule) for record in records)

    async def remove_schedule(self, schedule_id: str) -> None:
        """Nothing happens when there is none of that id, or when it was deleted before."""
        removed = update(ScheduleRow).where(ScheduleRow.id == schedule_id, ScheduleRow.deleted_at.is_(None))
        async with self.transaction() as connection:
            await connection.execute(removed.values(deleted_at=datetime.now(UTC)))

    async def deleted_schedules(self, schedule_ids: Collection[str]) -> frozenset[str]:
        wanted = select(ScheduleRow.id).where(ScheduleRow.id.in_(schedule_ids), ScheduleRow.deleted_at.is_not(None))
        async with self.transaction() as connection:
            return frozenset((await connection.execute(wanted)).scalars())

    async def runs_of_schedule(
        self, schedule_id: str, *, limit: int = 50, since: datetime | None = None, before: datetime | None = None, made: bool = False
    ) -> tuple[Run, ...]:
        """The one that was due last first; of those due alike, the one that was asked last."""
        due = cast(RunRow.question["scheduled_for"].as_string(), DateTime(timezone=True))
        wanted = whole_runs().where(RunRow.schedule == schedule_id)
        if since is not None:
            wanted = wanted.where(due >= since)
        if before is not None:
            wanted = wanted.where(due < before)
        if made:
            wanted = wanted.where(RunRow.status == "succeeded")
        async with self.transaction() as connection:
            rows = (await connection.execute(wanted.order_by(due.desc(), RunRow.asked_at.desc(), RunRow.id).limit(limit))).all()
        return tuple(map(of_row, rows))


def _values(schedule: Schedule) -> dict[str, object]:
    return {"id": schedule.id, "owner": schedule.owner, "record": to_json(schedule), "created_at": schedule.created_at}
