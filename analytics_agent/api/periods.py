"""services.Periods: what the reports of a schedule will cover, by the rule by which a run's period is moved when it is due."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from analytics_agent.api.services import Moving
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.run import Run
from analytics_agent.domain.schedule import PeriodUnit, Schedule
from analytics_agent.errors import UnknownDatabase
from analytics_agent.ports import Store

if TYPE_CHECKING:
    from analytics_agent.semantic.accepted import Accepted


class ReplayedPeriods:
    """Reads the store; imports what parses SQL when it is first asked."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def moving(self, run: Run) -> Moving:
        from analytics_agent.semantic.moving import propose

        found = propose(await self._accepted(run))
        return Moving(found.unit, found.reason, found.problem or None)

    async def why_not(self, run: Run, unit: PeriodUnit) -> str | None:
        from analytics_agent.semantic.moving import why_not

        return why_not(await self._accepted(run), unit)

    async def covered(self, schedule: Schedule, due: Sequence[datetime]) -> Sequence[str | None]:
        from analytics_agent.semantic.moving import upcoming

        zone = ZoneInfo(schedule.timing.time_zone)
        try:
            accepted = await self._accepted(await self._store.run(schedule.run_id))
        except UnknownDatabase:  # removed since: the next report will say so
            return [None for _ in due]
        return upcoming(accepted, schedule.moves_by, [at.astimezone(zone).date() for at in due])

    async def _accepted(self, run: Run) -> "Accepted":
        from analytics_agent import semantic
        from analytics_agent.semantic.accepted import Accepted

        database = await self._store.database(run.question.database)
        catalog = await self._store.catalog(database.name)
        briefing = await self._store.document(run.question.run_id, "briefing", Briefing)
        as_of = (briefing.as_of if briefing else None) or run.question.asked_at.date()
        model = semantic.load(database.semantic_model) if database.semantic_model else None
        return Accepted(run, as_of, model, catalog, catalog.dialect if catalog else "postgres")
