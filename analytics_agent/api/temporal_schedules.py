"""services.Schedules on Temporal: a schedule is Temporal's schedule `schedule-<id>`, which starts the workflow ScheduledReport.

Its times are given as calendars, not as cron text: the store's reading of an expression and Temporal's cannot differ. Names and
addresses stay in the store, and what somebody wrote of a pause; Temporal knows ids and times.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from temporalio.client import (
    Client,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleBackfill,
    ScheduleCalendarSpec,
    ScheduleHandle,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.client import (
    Schedule as TemporalSchedule,
)
from temporalio.service import RPCError, RPCStatusCode

from analytics_agent.api.temporal_connection import TemporalConnection
from analytics_agent.domain.cron import Calendar
from analytics_agent.domain.orders import ScheduleOrder
from analytics_agent.domain.schedule import Overlap, Schedule, pause_mark
from analytics_agent.domain.timing import calendars

PREFIX = "schedule-"
PATIENCE = timedelta(seconds=10)
"""How long one call may take before Temporal counts as away."""

OVERLAPS: dict[Overlap, ScheduleOverlapPolicy] = {
    "skip": ScheduleOverlapPolicy.SKIP,
    "buffer_one": ScheduleOverlapPolicy.BUFFER_ONE,
    "buffer_all": ScheduleOverlapPolicy.BUFFER_ALL,
    "cancel_other": ScheduleOverlapPolicy.CANCEL_OTHER,
    "allow_all": ScheduleOverlapPolicy.ALLOW_ALL,
}
T = TypeVar("T")


class TemporalSchedules(TemporalConnection):
    """Every call may be repeated."""

    async def put(self, schedule: Schedule) -> None:
        wanted = temporal_schedule(schedule)

        def changed(_: ScheduleUpdateInput) -> ScheduleUpdate:
            return ScheduleUpdate(wanted)

        try:
            await self._asked(lambda client: client.create_schedule(_name(schedule.id), wanted, rpc_timeout=PATIENCE))
        except ScheduleAlreadyRunningError:
            await self._asked(lambda client: _handle(client, schedule.id).update(changed, rpc_timeout=PATIENCE))

    async def remove(self, schedule_id: str) -> None:
        await self._if_there(lambda client: _handle(client, schedule_id).delete(rpc_timeout=PATIENCE))

    async def run_now(self, schedule_id: str) -> None:
        await self._asked(lambda client: _handle(client, schedule_id).trigger(rpc_timeout=PATIENCE))

    async def backfill(self, schedule_id: str, due: Sequence[datetime]) -> None:
        """One after the other, whatever the schedule's own policy is: each report is compared with the one before it."""
        moments = [_only(at) for at in due]
        await self._asked(lambda client: _handle(client, schedule_id).backfill(*moments, rpc_timeout=PATIENCE))

    async def known(self) -> Mapping[str, str | None]:
        return await self._asked(_listed)

    async def check(self) -> None:
        await self._asked(lambda client: client.service_client.check_health(timeout=timedelta(seconds=3)))

    async def _if_there(self, act: Callable[[Client], Awaitable[object]]) -> None:
        try:
            await act(await self._connected())
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise self._lost(error) from None

    async def _asked(self, act: Callable[[Client], Awaitable[T]]) -> T:
        client = await self._connected()
        try:
            return await act(client)
        except RPCError as error:
            raise self._lost(error) from None


def temporal_schedule(schedule: Schedule) -> TemporalSchedule:
    """The record as Temporal takes it."""
    action = ScheduleActionStartWorkflow(
        "ScheduledReport", ScheduleOrder(schedule.id), id=f"scheduled-{schedule.id}", task_queue="workflow"
    )
    timing = schedule.timing
    spec = ScheduleSpec(calendars=[_calendar(one) for one in calendars(timing)], time_zone_name=timing.time_zone)
    policy = SchedulePolicy(overlap=OVERLAPS[schedule.overlap], catchup_window=schedule.catch_up)
    return TemporalSchedule(action, spec, policy=policy, state=ScheduleState(note=pause_mark(schedule), paused=schedule.paused is not None))


def _calendar(one: Calendar) -> ScheduleCalendarSpec:
    return ScheduleCalendarSpec(
        minute=_ranges(one.minutes),
        hour=_ranges(one.hours),
        day_of_month=_ranges(one.days),
        month=_ranges(one.months),
        day_of_week=_ranges(one.weekdays),
    )


def _ranges(values: Iterable[int]) -> list[ScheduleRange]:
    """Runs of neighbors as one range each."""
    ranges: list[ScheduleRange] = []
    for value in sorted(values):
        if ranges and ranges[-1].end == value - 1:
            ranges[-1] = ScheduleRange(ranges[-1].start, value)
        else:
            ranges.append(ScheduleRange(value, value))
    return ranges


def _only(at: datetime) -> ScheduleBackfill:
    """Temporal leaves the start out and takes the end."""
    return ScheduleBackfill(at - timedelta(seconds=1), at, overlap=ScheduleOverlapPolicy.BUFFER_ALL)


async def _listed(client: Client) -> dict[str, str | None]:
    found = await client.list_schedules(rpc_timeout=PATIENCE)
    return {
        one.id.removeprefix(PREFIX): (one.schedule.state.note or "") if one.schedule.state.paused else None
        async for one in found
        if one.id.startswith(PREFIX) and one.schedule
    }


def _name(schedule_id: str) -> str:
    return f"{PREFIX}{schedule_id}"


def _handle(client: Client, schedule_id: str) -> ScheduleHandle:
    return client.get_schedule_handle(_name(schedule_id))
