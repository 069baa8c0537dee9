"""What changed since a schedule's last report: computed from the two stored results, kept as one, and said at the end of the answer."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from temporalio import activity

from analytics_agent.activities.evidence import store_result
from analytics_agent.activities.reading import may_be_compared
from analytics_agent.analyze.changes import Align, Changed, changed
from analytics_agent.analyze.sheet import Sheet
from analytics_agent.domain.answer import Answer, Claim
from analytics_agent.domain.evidence import Evidence, Query
from analytics_agent.domain.orders import RunOrder
from analytics_agent.domain.period import Span, day_called, shifted, units_between, when
from analytics_agent.domain.replay import Changes, Replayed
from analytics_agent.domain.run import Run
from analytics_agent.errors import ToolRefused, Ungrounded, UnknownSchedule
from analytics_agent.ports import Artifacts, Store
from analytics_agent.semantic import definitions
from analytics_agent.semantic.replay import moving
from analytics_agent.semantic.replay.origin import as_accepted, origin
from analytics_agent.synthesize.changes import Base, told, unchanged

KEY = "changes"


@dataclass(frozen=True)
class Earlier:
    """What a report is compared with: a run, when it was due or asked, what it covers."""

    run: Run
    at: datetime
    period: Span | None
    name: str
    said: str
    """As it stands in a sentence: "the report of 1 July 2013"."""


class ChangeActivities:
    def __init__(self, store: Store, artifacts: Artifacts) -> None:
        self._store = store
        self._artifacts = artifacts

    @activity.defn
    async def say_changes(self, order: RunOrder) -> bool:
        """False where there is nothing to compare with: a first report for an earlier period than the accepted answer's, or one that was
        made with other rights."""
        run = await self._store.run(order.run_id)
        earlier = await self._earlier(run)
        if earlier is None or run.replayed is None or not await may_be_compared(self._store, earlier.run, run):
            await self._store.save_document(order.run_id, "changes", Changes())
            return False
        await self._say_definitions(run, earlier)
        found = await self._compared(run, run.replayed, earlier)
        await self._store.save_document(order.run_id, "changes", found)
        if found.claims:
            await self._store.change_document(order.run_id, "answer", Answer, partial(_with, found.claims))
        return True

    async def _say_definitions(self, run: Run, earlier: Earlier) -> None:
        """Where a metric is computed otherwise than it was: its figures then and now are of two things."""
        before, now = ([each for query in one.queries for each in query.definitions] for one in (earlier.run, run))
        if said := definitions.changed(before, now, earlier.said):
            await self._store.change_document(run.question.run_id, "evidence", Evidence, partial(_keeping_in_mind, said))

    async def _earlier(self, run: Run) -> Earlier | None:
        """The schedule's last report before this one, else the accepted answer where it is not about a later time."""
        asked = run.question
        if (last := await self._last(run)) is not None:
            other, due, replayed = last
            said = f"the report of {day_called(await self._day(asked.schedule, due))}"
            return Earlier(other, due, replayed.period, replayed.short_name, said)
        source = await origin(self._store, asked.replays or "")
        plan = moving.as_accepted(await as_accepted(self._store, source))
        if plan.period and run.replayed and run.replayed.period and plan.period.start > run.replayed.period.start:
            return None
        at = source.question.asked_at
        said = f"the answer of {day_called(await self._day(asked.schedule, at))}"
        return Earlier(source, at, plan.period, plan.short, said)

    async def _last(self, run: Run) -> tuple[Run, datetime, Replayed] | None:
        """The report that was due last before this one and was made."""
        asked = run.question
        if asked.schedule is None or asked.scheduled_for is None:
            return None
        for other in await self._store.runs_of_schedule(asked.schedule, limit=1, before=asked.scheduled_for, made=True):
            if other.question.scheduled_for and other.replayed:
                return other, other.question.scheduled_for, other.replayed
        return None

    async def _day(self, schedule: str | None, at: datetime) -> date:
        """A moment's day on the schedule's clock."""
        zone = None
        with suppress(UnknownSchedule):
            zone = ZoneInfo((await self._store.schedule(schedule, or_deleted=True)).timing.time_zone) if schedule else None
        return at.astimezone(zone or UTC).date()

    async def _compared(self, run: Run, replayed: Replayed, earlier: Earlier) -> Changes:
        before, now = await self._primary(earlier.run), await self._primary(run)
        same_period = earlier.period == replayed.period
        align = _aligned(earlier.period, replayed)
        name, at = (earlier.said, "") if same_period else (earlier.name, when(earlier.name))
        base = Base(name, replayed.short_name, at, same_period, align is not None)
        known = Changes(earlier.run.question.run_id, earlier.at, earlier.name)
        if before is None or now is None:
            return known
        with suppress(ToolRefused):  # numbers too large to compute with
            names = (earlier.said, "now") if same_period else (earlier.name or earlier.said, replayed.short_name or "now")
            found = await asyncio.to_thread(changed, before, now, names, align)
            kept, claims = await self._kept(run, found, base, earlier, before.query.predicates)
            corrected = same_period and replayed.period is not None and not found.same
            return replace(known, result=kept, claims=claims, changed=not found.same, corrected=corrected)
        return known

    async def _primary(self, run: Run) -> Sheet | None:
        name = run.evidence.primary if run.evidence else None
        query = next((query for query in run.queries if query.id == name), None)
        return Sheet(query, await self._artifacts.get_table(query.artifact)) if query else None

    async def _kept(
        self, run: Run, found: Changed, base: Base, earlier: Earlier, predicates: Sequence[str]
    ) -> tuple[str | None, tuple[Claim, ...]]:
        """The comparison as a stored result, and what is said of it."""
        computed = found.computed
        if computed is None or not computed.table.num_rows:
            return None, (Claim(unchanged(base), (), heading="Nothing has changed"),) if found.same else ()
        artifact = await self._artifacts.put_table(computed.table)
        of = f"{computed.method} Before: run {earlier.run.question.run_id}."
        query = Query(
            "",
            computed.title,
            computed.columns,
            computed.table.num_rows,
            artifact,
            "computed",
            predicates=tuple(f"before: {predicate}" for predicate in predicates),
            inputs=computed.inputs,
            method=of,
        )
        stored = await store_result(self._store, run.question.run_id, "synthesize", query, key=KEY)
        with suppress(Ungrounded):  # an odd name in the data: the comparison stands in the report all the same
            return stored.id, await asyncio.to_thread(told, stored, computed.table, base)
        return stored.id, ()


def _aligned(before: Span | None, replayed: Replayed) -> Align | None:
    """Days of the earlier period at their place in this one, where that is the year before: June 2013 beside June 2014, not beside July.
    Periods that overlap share days, which are compared with themselves."""
    now = replayed.period
    if replayed.unit != "year" or before is None or now is None or before.overlaps(now):
        return None
    years = units_between(before.start, now.start, "year")
    return (lambda day: shifted(day, "year", years)) if years == 1 else None


def _keeping_in_mind(said: Sequence[str], evidence: Evidence | None) -> Evidence:
    known = evidence or Evidence("", ())
    return replace(known, caveats=tuple(dict.fromkeys((*said, *known.caveats))))


def _with(claims: Sequence[Claim], answer: Answer | None) -> Answer:
    """The answer with what changed at its end, once."""
    known = answer or Answer("", "", ())
    kept = tuple(claim for claim in known.claims if claim not in claims)
    said = (*kept, *claims)
    return replace(known, claims=said, summary=" ".join(claim.text for claim in said))
