"""A scheduled report: an accepted run's statements and operations for another period, without a conversation, and what changed since.

A retry goes on where the try before ended: every statement and operation is stored under a key of its own.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from temporalio import activity

from analytics_agent import semantic
from analytics_agent.activities import conversation
from analytics_agent.activities.analyze import AnalyzeActivities
from analytics_agent.activities.estimating import RAISE
from analytics_agent.activities.reading import may_be_told
from analytics_agent.activities.rights import Readable, kept_grant, limits
from analytics_agent.activities.run_warehouse import RunWarehouse
from analytics_agent.activities.weights import wrong_weights
from analytics_agent.analyze import operations
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.evidence import Evidence, Query
from analytics_agent.domain.finding import Finding
from analytics_agent.domain.orders import RunOrder, ToolOrder
from analytics_agent.domain.period import day_called
from analytics_agent.domain.replay import Replayed
from analytics_agent.domain.run import Refusal, Run
from analytics_agent.domain.schedule import Schedule
from analytics_agent.errors import StatementFailed, StatementRefused, StatementTimeout, StatementTooCostly, ToolRefused, WarehouseRefused
from analytics_agent.ports import Artifacts, Store
from analytics_agent.semantic.compiler.calendar_filters import CannotMove
from analytics_agent.semantic.definitions import by_one_key
from analytics_agent.semantic.replay import moving, retelling
from analytics_agent.semantic.replay.accepted import Accepted, ends_statement
from analytics_agent.semantic.replay.origin import day_of, origin
from analytics_agent.semantic.request import MetricRequest

AGAIN = "Ask the question again and schedule the new answer."
NOT_COMPUTED = "“{0}” could not be computed for this period and is left out."
_EVERY_TURN = 10_000


class NoReport(Exception):
    """Why there is no report: a sentence for people."""


class NoLonger(NoReport):
    """Something that it reads is not there any more, or was taken from its owner: to them that looks the same."""


class ReplayActivities:
    """`warehouse` checks and runs statements with the rights of the run's owner, `analyze` keeps findings."""

    def __init__(self, store: Store, artifacts: Artifacts, warehouse: RunWarehouse, analyze: AnalyzeActivities) -> None:
        self._store = store
        self._artifacts = artifacts
        self._warehouse = warehouse
        self._analyze = analyze

    @activity.defn
    async def replay_explore(self, order: RunOrder) -> bool:
        """False where there is no report to make; the run then has its refusal."""
        try:
            await self._run_again(order)
        except NoReport as problem:
            await self._store.save_document(order.run_id, "refusal", Refusal(await self._told(order, problem)))
            return False
        return True

    @activity.defn
    async def replay_analyze(self, order: RunOrder) -> bool:
        """The operations of the accepted run over the new rows; one that does not fit any more is left out, and that is said."""
        run = await self._store.run(order.run_id)
        source = await origin(self._store, run.question.replays or "")
        plan = await self._plan(order, await self._warehouse.readable(order), run, source)
        names = await self._names(order, source)
        left_out = []
        for finding, tool, given in await self._operations(source):
            try:
                names[finding.result] = await self._compute_again(order, finding.id, tool, given, names, plan)
            except ToolRefused:
                left_out.append(NOT_COMPUTED.format(retelling.text(given.get("title", tool), plan)))
        if left_out and run.evidence:
            said = tuple(dict.fromkeys((*run.evidence.caveats, *left_out)))
            await self._store.save_document(order.run_id, "evidence", replace(run.evidence, caveats=said))
        return True

    # explore

    async def _told(self, order: RunOrder, problem: NoReport) -> str:
        if not isinstance(problem, NoLonger):
            return str(problem)
        grant = await kept_grant(self._store, (await self._store.run(order.run_id)).question)
        return " ".join(filter(None, (str(problem), limits(grant))))

    async def _run_again(self, order: RunOrder) -> None:
        run = await self._store.run(order.run_id)
        source = await origin(self._store, run.question.replays or "")
        view = await self._warehouse.readable(order)
        if not await may_be_told(self._store, source, view):
            raise NoLonger(f"The accepted answer was made from data that is not all yours to see any more. {AGAIN}")
        accepted = await accepted_run(self._store, source, view)
        self._check_free(view, accepted)
        try:
            plan = await self._plan(order, view, run, source)
        except CannotMove as problem:
            raise NoReport(f"{problem} {AGAIN}") from None
        moved = [(query.id, _moved(query, foot, plan, accepted)) for query, foot in accepted.footprints]
        if source.evidence is None or not moved:
            raise NoReport(f"The accepted answer has no query that could be run again. {AGAIN}")
        primary = next((query for query in source.queries if source.evidence and query.id == source.evidence.primary), None)
        asked = retelling.question(source.question, primary, plan)
        replayed = Replayed(source.question.run_id, asked, plan.as_of, plan.unit, plan.period, plan.name, plan.short)
        await self._store.save_document(order.run_id, "replayed", replayed)
        known = await self._store.document(order.run_id, "briefing", Briefing)
        briefing = known or Briefing(plan.as_of, view.catalog.fingerprint, view.database.model_sees)
        await self._store.save_document(order.run_id, "briefing", replace(briefing, as_of=plan.as_of))
        stored = {old: await self._again(order, view, query) for old, query in moved}
        late = _not_yet(accepted, plan, await self._due(run))
        reach = (*late, *await self._reach(view, accepted, source.evidence.primary, stored, plan))
        await self._store.save_document(order.run_id, "evidence", _evidence(source.evidence, stored, reach, plan))

    async def _plan(self, order: RunOrder, view: Readable, run: Run, source: Run) -> moving.Plan:
        """Fixed by the run, its schedule and the day that read_catalog found: the same at every try."""
        if run.replayed is not None:
            return await self._planned(run.replayed, source, view)
        briefing = await self._store.document(order.run_id, "briefing", Briefing)
        accepted = await accepted_run(self._store, source, view)
        as_of = (briefing.as_of if briefing else None) or datetime.now(UTC).date()
        schedule = await self._schedule(run)
        unit = schedule.moves_by if schedule else moving.propose(accepted).unit
        return moving.plan(accepted, unit, moving.last_day(as_of, await self._due(run)))

    async def _schedule(self, run: Run) -> Schedule | None:
        """Also one that was deleted after the run had begun."""
        return await self._store.schedule(run.question.schedule, or_deleted=True) if run.question.schedule else None

    async def _due(self, run: Run) -> date | None:
        """The day on which the report is due, on its schedule's clock."""
        schedule, due = await self._schedule(run), run.question.scheduled_for
        return due.astimezone(ZoneInfo(schedule.timing.time_zone) if schedule else UTC).date() if due else None

    async def _planned(self, replayed: Replayed, source: Run, view: Readable) -> moving.Plan:
        return moving.plan(await accepted_run(self._store, source, view), replayed.unit, replayed.as_of)

    def _check_free(self, view: Readable, accepted: Accepted) -> None:
        """A table that is gone is told as such, and not as a period that is not found in it."""
        for query in accepted.repeated:
            if query.source != "metric":
                try:
                    self._warehouse.check(view, query.sql)
                except StatementRefused as problem:
                    raise _not_allowed("One of its statements", problem) from None

    async def _further(self, view: Readable, query: Query) -> list[str]:
        """What a first answer says beside its metrics' own caveats: of a draft's keys, and of weights that do not add up."""
        if query.source != "metric" or view.model is None or query.request is None:
            return []
        request = MetricRequest.from_tool_input(query.request)
        compiled = semantic.compile(view.model, request, dialect=view.catalog.dialect, catalog=view.catalog)
        off = await wrong_weights(self._warehouse, view, compiled.weights)
        return [*by_one_key(view.model, request, query.definitions), *off]

    async def _again(self, order: RunOrder, view: Readable, query: Query) -> Query:
        try:
            said = (*query.caveats, *await self._further(view, query))
            return await self._warehouse.run_again(order, view, replace(query, caveats=said), key=f"replay:{query.id}")
        except StatementRefused as problem:
            raise _not_allowed(f"“{query.title}”", problem) from None
        except StatementTooCostly as problem:
            raise NoReport(f"“{query.title}”: {problem.message} {RAISE.format(view.database.name)}") from None
        except (StatementFailed, WarehouseRefused) as problem:
            raise NoReport(f"“{query.title}” cannot be run again: {problem.message} {AGAIN}") from None

    async def _reach(
        self, view: Readable, accepted: Accepted, primary: str, stored: Mapping[str, Query], plan: moving.Plan
    ) -> tuple[str, ...]:
        """What the data does not reach of the period. Raises NoReport where it does not hold a day of it: a zero would be invented."""
        if plan.period is None or primary not in stored:
            return ()
        ends = await self._ends(view, stored[primary], accepted)
        if ends is None:
            return ()
        first, last = ends
        if last < plan.period.start:
            raise NoReport(f"There are no rows in {plan.short}: the data ends on {day_called(last)}.")
        if first > plan.period.last:
            raise NoReport(f"There are no rows in {plan.short}: the data begins on {day_called(first)}.")
        early = f"The data ends on {day_called(last)}, before {plan.short} does." if last < min(plan.period.last, plan.as_of) else ""
        late = f"The data begins on {day_called(first)}, after {plan.short} does." if first > plan.period.start else ""
        return tuple(text for text in (early, late) if text)

    async def _ends(self, view: Readable, query: Query, accepted: Accepted) -> tuple[date, date] | None:
        """The first and the last day that the data holds; None where nothing says so."""
        sql = ends_statement(query, accepted)
        if sql is None:
            return None
        with suppress(StatementRefused, StatementFailed, StatementTimeout):
            table = (await self._warehouse.looked_up(view, sql)).table
            days = [_day(table.column(place)[0].as_py()) for place in (0, 1)] if table.num_rows else []
            if len(days) == 2 and days[0] is not None and days[1] is not None:
                return days[0], days[1]
        return None

    # analyze

    async def _operations(self, source: Run) -> list[tuple[Finding, str, dict[str, Any]]]:
        """The accepted run's findings with the tool calls that made them, in their order."""
        said = await conversation.read(self._store, self._artifacts, source.question.run_id, "analyze", before=_EVERY_TURN)
        calls = {
            (turn.number, call["id"]): call for turn, reply in zip(said.turns, said.replies, strict=True) for call in reply.tool_calls()
        }
        found = {}
        for place, (result, text) in said.results.items():
            name = _finding(text) if not result.is_error and result.ends is None else None
            if name and place in calls:
                found[name] = calls[place]
        return [(each, found[each.id]["name"], found[each.id]["input"]) for each in source.findings if each.id in found]

    async def _names(self, order: RunOrder, source: Run) -> dict[str, str]:
        """The accepted run's results and what they are called in this one."""
        keys = [f"replay:{query.id}" for query in source.queries]
        stored = await asyncio.gather(*(self._store.query_by_key(order.run_id, key) for key in keys))
        return {query.id: again.id for query, again in zip(source.queries, stored, strict=True) if again is not None}

    async def _compute_again(
        self, order: RunOrder, finding: str, tool: str, given: dict[str, Any], names: dict[str, str], plan: moving.Plan
    ) -> str:
        """The id of its result."""
        if given.get("result") not in names:
            raise ToolRefused("Its result was not computed.")
        queries = {query.id: query for query in await self._store.queries(order.run_id)}
        query = queries[names[given["result"]]]
        table = await self._artifacts.get_table(query.artifact)
        moved = _moved_input(given, query.id, plan)
        computed = await asyncio.to_thread(operations.run, tool, moved, {query.id: table}, queries)
        call = ToolOrder(order.run_id, "analyze", 0, f"replay:{finding}", tool)
        return (await self._analyze.keep(call, computed))[0].id


async def accepted_run(store: Store, source: Run, view: Readable) -> Accepted:
    """The run with the day that its relative dates counted from, read against what may be read now."""
    return Accepted(source, await day_of(store, source), view.model, view.catalog, view.catalog.dialect)


def _not_yet(accepted: Accepted, plan: moving.Plan, due: date | None) -> tuple[str, ...]:
    """Where the data is behind: which period was due."""
    if plan.unit is None or due is None:
        return ()
    expected = moving.plan(accepted, plan.unit, moving.last_day(date.max, due))
    if expected.period == plan.period:
        return ()
    return (f"{expected.short} is not in the data, which ends on {day_called(plan.as_of)}: this report covers {plan.short}.",)


def _not_allowed(what: str, problem: StatementRefused) -> NoReport:
    first = problem.findings[0].message if problem.findings else "It is not allowed any more."
    return NoLonger(f"{what} cannot be run again: {first} {AGAIN}")


def _moved(query: Query, foot: Any, plan: moving.Plan, accepted: Accepted) -> Query:
    """The query for this report, under its own id until its rows are stored."""
    try:
        moved: Query = foot.moved(query, plan, accepted)
    except (CannotMove, ToolRefused) as problem:
        kind = NoLonger if isinstance(problem, ToolRefused) else NoReport
        raise kind(f"“{query.title}” cannot be run again: {problem} {AGAIN}") from None
    title = retelling.title(query, plan)
    request = {**moved.request, "purpose": title} if moved.request else None
    return replace(moved, id=query.id, title=title, request=request)


def _evidence(source: Evidence, stored: Mapping[str, Query], reach: Sequence[str], plan: moving.Plan) -> Evidence:
    results = tuple(stored[name].id for name in source.results if name in stored)
    governed = [caveat for query in stored.values() for caveat in query.caveats]
    said = (*reach, *retelling.caveats(source, governed, plan))
    return Evidence(stored[source.primary].id, results, retelling.readings(source, plan), said)


def _moved_input(given: dict[str, Any], result: str, plan: moving.Plan) -> dict[str, Any]:
    """An operation's input for the new rows: its groups and its title moved."""
    moved = given | {"result": result, "title": retelling.text(given["title"], plan)}
    for side in ("before", "now"):
        if side in given:
            moved[side] = retelling.value(given[side], str(given.get("column", "")), plan)
    return moved


def _finding(told: str) -> str | None:
    try:
        data = json.loads(told)
    except ValueError:
        return None
    return str(data["finding"]) if isinstance(data, dict) and "finding" in data else None


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        with suppress(ValueError):
            return datetime.fromisoformat(value).date()
        return None
    return value if isinstance(value, date) else None
