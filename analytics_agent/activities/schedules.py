"""A report falls due: the run that makes it is stored, once for each due time, or it is said why there is none."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

from temporalio import activity

from analytics_agent.domain.orders import DueOrder, DuePlan
from analytics_agent.domain.question import Question
from analytics_agent.domain.rights import is_person
from analytics_agent.domain.run import FINISHED, RunStatus
from analytics_agent.domain.schedule import Schedule
from analytics_agent.domain.timing import is_due, is_phantom, wall_clock
from analytics_agent.errors import UnknownRun, UnknownSchedule
from analytics_agent.ports import Store

NOTHING = DuePlan(None)
MADE: frozenset[RunStatus] = frozenset({"succeeded"})
ATTEMPTS = 20
"""How often a report that failed may be made for the same due time; each is a run of its own."""

REVOKED = "Paused by itself: the API key that it belongs to was revoked. Make it again with a key that is valid."
GONE = "Paused by itself: the analysis that it repeats is gone. Ask the question again and schedule the new answer."


class ScheduleActivities:
    """Rows in the store; nothing else. The API tells Temporal of a schedule that paused itself."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @activity.defn
    async def begin_due(self, order: DueOrder) -> DuePlan:
        try:
            schedule = await self._store.schedule(order.schedule_id)
        except UnknownSchedule:
            return NOTHING
        due = order.due.astimezone(UTC)
        if is_phantom(schedule.timing, due):
            return NOTHING
        note = await self._why_not(schedule)
        if note is not None:
            if schedule.paused is None:
                await self._store.save_schedule(replace(schedule, paused=note))
            return NOTHING
        return DuePlan(await self._run_for(schedule, due))

    async def _why_not(self, schedule: Schedule) -> str | None:
        """Why no more reports may be made; people are looked up when the run reads the catalog."""
        valid = {key.id for key in await self._store.keys() if key.is_valid(datetime.now(UTC))}
        if not is_person(schedule.owner) and schedule.owner not in valid:
            return REVOKED
        try:
            await self._store.owner_and_status(schedule.run_id)
        except UnknownRun:
            return GONE
        return None

    async def _run_for(self, schedule: Schedule, due: datetime) -> str | None:
        """The run that waits for being started; None where the report is there already."""
        for attempt in range(ATTEMPTS):
            run_id = run_of(schedule, due, attempt)
            status = await self._status(run_id)
            if status is None:
                await self._store.create_run(await self._question(schedule, due, run_id))
                await self._store.append_event(run_id, "run", None, {"status": "queued"}, key="queued")
            if status not in FINISHED:
                return run_id
            if status in MADE:
                return None
        return None

    async def _status(self, run_id: str) -> RunStatus | None:
        try:
            return (await self._store.owner_and_status(run_id))[1]
        except UnknownRun:
            return None

    async def _question(self, schedule: Schedule, due: datetime, run_id: str) -> Question:
        """The accepted question, over a period that its replay moves to before `due`."""
        accepted = (await self._store.run(schedule.run_id)).question
        reader, name = _reader(schedule, accepted)
        return replace(
            accepted,
            run_id=run_id,
            owner=schedule.owner,
            asked_at=datetime.now(UTC),
            as_of=None,
            continues=None,
            publish=schedule.publish,
            formats=schedule.formats,
            recipients=schedule.recipients,
            replays=schedule.run_id,
            schedule=schedule.id,
            scheduled_for=due,
            patient=schedule.patient,
            reads_as=reader,
            reads_as_name=name,
        )


def _reader(schedule: Schedule, accepted: Question) -> tuple[str, str]:
    """Whose rights it reads with: those of schedules of older versions are those of the run that they repeat."""
    if is_person(schedule.owner):
        return "", ""
    said = schedule if schedule.reads_as else accepted
    return said.reads_as, said.reads_as_name


def run_of(schedule: Schedule, due: datetime, attempt: int = 0) -> str:
    """The id of the run for a due time. What the clock shows twice, where it goes back, is one due time."""
    at = f"{wall_clock(schedule.timing, due)}" if is_due(schedule.timing, due) else f"{due.isoformat()}"
    return uuid.uuid5(_SPACE, f"{schedule.id} {at} {attempt}").hex[:12]


_SPACE = uuid.UUID("0a3f3ce1-5a3c-4a0e-9d3a-6f8f4b1f5d52")
