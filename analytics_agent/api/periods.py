"""services.Periods: what the reports of a schedule will cover, by the rule by which a run's period is moved when it is due."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from analytics_agent.api.services import Coverage, Moving
from analytics_agent.domain.period import day_called
from analytics_agent.domain.run import Run
from analytics_agent.domain.schedule import PeriodUnit, Schedule
from analytics_agent.errors import UnknownDatabase
from analytics_agent.ports import Store

if TYPE_CHECKING:
    from analytics_agent.semantic.replay.accepted import Accepted


class ReplayedPeriods:
    """Reads the store; imports what parses SQL when it is first asked, and lets it work beside the event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def moving(self, run: Run) -> Moving:
        from analytics_agent.semantic.replay.moving import propose

        found = await asyncio.to_thread(propose, await self._accepted(run.question.run_id))
        return Moving(found.unit, found.reason, found.problem or None)

    async def why_not(self, run: Run, unit: PeriodUnit) -> str | None:
        from analytics_agent.semantic.replay.moving import why_not

        return await asyncio.to_thread(why_not, await self._accepted(run.question.run_id), unit)

    async def covered(self, schedule: Schedule, due: Sequence[datetime], made: Sequence[Run] = ()) -> Coverage:
        from analytics_agent.semantic.replay.moving import upcoming

        zone = ZoneInfo(schedule.timing.time_zone)
        days = [at.astimezone(zone).date() for at in due]
        try:
            accepted = await self._accepted(schedule.run_id)
        except UnknownDatabase:  # removed since: the next report will say so
            return Coverage(tuple(None for _ in due))
        periods = await asyncio.to_thread(upcoming, accepted, schedule.moves_by, days)
        behind = await asyncio.to_thread(self._behind, accepted, schedule.moves_by, days[0], made) if days else None
        return Coverage(periods, behind)

    def _behind(self, accepted: "Accepted", unit: PeriodUnit | None, due: date, made: Sequence[Run]) -> str | None:
        from analytics_agent.semantic.compiler.calendar_filters import CannotMove
        from analytics_agent.semantic.replay.moving import last_day, plan

        end = next(filter(None, map(_data_end, made)), None) or self._end_when_asked(accepted)
        if end is None or unit is None:
            return None
        try:
            with_data, wanted = (plan(accepted, unit, last_day(last, due)).name for last in (end, date.max))
        except CannotMove:  # as `upcoming` takes it
            return None
        if with_data == wanted:
            return None
        return f"When it was last looked at, the data ended on {day_called(end)}. Until there is more, a report covers {with_data}."

    def _end_when_asked(self, accepted: "Accepted") -> date | None:
        """Where the accepted run's day is that of the newest row."""
        asked, model = accepted.run.question, accepted.model
        return accepted.as_of if asked.as_of is None and model is not None and model.as_of.kind == "column" else None

    async def _accepted(self, run_id: str) -> "Accepted":
        from analytics_agent.semantic.replay.origin import as_accepted, origin

        return await as_accepted(self._store, await origin(self._store, run_id))


def _data_end(run: Run) -> date | None:
    """The day up to which a report could look, where that was not the day before it was due."""
    due, found = run.question.scheduled_for, run.replayed
    if due is None or found is None or found.as_of >= due.date() - timedelta(days=2):
        return None
    return found.as_of
