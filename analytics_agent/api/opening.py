"""Opening an answer: one's own while one may still see what it was made of, another's by its link when one may see as much.

Reading only. Whatever changes a run stays with who asked (`authentication.status_for`).
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from analytics_agent.api.authentication import owner_and_status_for
from analytics_agent.api.services import Services
from analytics_agent.deliver.right_to_see import YOU_LOST_IT, Seen
from analytics_agent.domain.audit import AuditEntry
from analytics_agent.domain.quota import UNDER_WAY
from analytics_agent.domain.report import Report
from analytics_agent.domain.rights import GRANT, Grant, Principal
from analytics_agent.domain.run import Run, RunStatus, RunSummary
from analytics_agent.errors import NotAllowed, RightsUnknown, UnknownDatabase, UnknownRun

R = TypeVar("R", Run, RunSummary)
NOT_KNOWN = "It cannot be said now whether you may still see this answer, so it is not shown. It is kept. An operator can look into it."


async def opened(asker: Principal, services: Services, run_id: str, what: str = "answer") -> bool:
    """Let somebody read a run; whether it is their own, or an operator looks. `what` of it goes into the audit log.

    Raises UnknownRun for another's that may not be opened, as for one that is not there; NotAllowed for one's own whose tables one may
    not read any more.
    """
    try:
        await opened_as_ones_own(asker, services, run_id, what)
    except UnknownRun:
        if not await _may_open(asker, services, run_id):
            raise
        await _note(asker, services, run_id, what)
        return False
    return True


async def opened_as_ones_own(asker: Principal, services: Services, run_id: str, what: str) -> RunStatus:
    """For what is not shown to others by a link. Raises UnknownRun, and NotAllowed as `opened` does."""
    owner, status = await owner_and_status_for(asker, services.store, run_id)
    if owner != asker.id:
        await _note(asker, services, run_id, what)
    await _still_ones_own(asker, services, run_id, status)
    return status


async def _still_ones_own(asker: Principal, services: Services, run_id: str, status: RunStatus) -> None:
    """Raises NotAllowed for what its owner may not read any more. A run that goes on looks after that by itself; one that waits for a
    person does so when that person has answered, which may be in a year."""
    if asker.sees_a_part and status not in UNDER_WAY:
        run = await services.store.run(run_id)
        if await services.right_to_see.has_read(run) and not await _sees(asker, services, run):
            raise NotAllowed(YOU_LOST_IT)


async def without_lost(asker: Principal, services: Services, runs: Sequence[R]) -> list[R]:
    """A page of one's own runs. Of answers whose tables one may not read any more only the question is left, and of those of a database
    whose rights cannot be said now: the others are shown all the same."""
    if not asker.sees_a_part:
        return list(runs)
    over = [run for run in runs if run.status not in UNDER_WAY]
    names = sorted({run.question.database for run in over})
    seen: dict[str, Seen | None] = {}
    unsaid: set[str] = set()
    for name in names:
        try:
            seen[name] = await _seen(asker, services, name)
        except RightsUnknown:
            seen[name] = None
            unsaid.add(name)
    lost = await asyncio.gather(*(_is_lost(services, seen[run.question.database], run.question.run_id) for run in over))
    gone = {run.question.run_id for run, is_lost in zip(over, lost, strict=True) if is_lost}
    return [
        _emptied(run, NOT_KNOWN if run.question.database in unsaid else YOU_LOST_IT) if run.question.run_id in gone else run for run in runs
    ]


async def without_what_is_lost(asker: Principal, services: Services, run: Run) -> Run:
    """One of one's own runs, as an answer to what one did with it: it may have gone on just now, and not have looked yet."""
    if not asker.sees_a_part or not await services.right_to_see.has_read(run):
        return run
    seen = await _seen(asker, services, run.question.database)
    return _emptied(run, YOU_LOST_IT) if await _is_lost(services, seen, run.question.run_id) else run


def for_another(run: Run) -> Run:
    """What is shown to somebody who did not ask: without what was said to the asker alone, and what hangs on their schedule."""
    question = replace(run.question, schedule=None, scheduled_for=None, replays=None)
    return replace(run, question=question, clarification=None, approvals=(), stopped=None, receipt=None)


def name_of(run: Run) -> str:
    """Who asked, for people; a key's name is the operators' own."""
    return run.question.asked_by or "an operator"


def reader_of(asker: Principal) -> str:
    return asker.reads_as or asker.id


async def _may_open(asker: Principal, services: Services, run_id: str) -> bool:
    """An operator's key opens its own runs alone, as ever: with it anything can be asked anew."""
    if not asker.sees_a_part:
        return False
    try:
        run = await services.store.run(run_id)
        database = await services.store.database(run.question.database)
    except (UnknownRun, UnknownDatabase):
        return False
    is_shown = run.status == "succeeded" and run.model_sees == database.model_sees == "full" and asker.may_ask(database.name)
    return is_shown and await _sees(asker, services, run)


async def _sees(asker: Principal, services: Services, run: Run) -> bool:
    return await services.right_to_see.shows(await _seen(asker, services, run.question.database), run)


async def _seen(asker: Principal, services: Services, database: str) -> Seen | None:
    right, reader = services.right_to_see, reader_of(asker)
    seen = await right.seen(database, reader)
    if seen is None and await services.store.catalog(database) is None:  # the database was added anew, and nobody has asked since
        with suppress(UnknownDatabase):
            await services.databases.catalog(database)
            seen = await right.seen(database, reader)
    return seen


async def _is_lost(services: Services, seen: Seen | None, run_id: str) -> bool:
    right = services.right_to_see
    if seen is not None and await right.is_as_it_was(seen, run_id):
        return False
    run = await services.store.run(run_id)
    return await right.has_read(run) and not await right.shows(seen, run)


async def _note(asker: Principal, services: Services, run_id: str, what: str) -> None:
    """Once in a minute: a page opens a document, its charts and its rows together."""
    run, now = await services.store.run(run_id), datetime.now(UTC)
    kept = await services.store.document(run_id, GRANT, Grant)
    tables = tuple(sorted({table for query in run.queries for table in query.tables}))
    policy = kept.of_reader.hash if kept else ""
    entry = AuditEntry(now, asker.id, "opened", run_id, run.question.database, tables, asker.reads_as, policy, what)
    await services.store.record_act(entry, key=f"opened:{asker.id}:{run_id}:{what}:{now:%Y-%m-%dT%H:%M}")


async def note_everyones(asker: Principal, services: Services) -> None:
    """An operator looks through the runs of all, answers and all. Once in a minute: pages follow one another."""
    now = datetime.now(UTC)
    entry = AuditEntry(now, asker.id, "opened", about="runs of everyone")
    await services.store.record_act(entry, key=f"opened:{asker.id}:everyone:{now:%Y-%m-%dT%H:%M}")


def _emptied(run: R, why: str) -> R:
    nothing: dict[str, Any] = {"reason": why, "clarification": None}
    if isinstance(run, Run):
        nothing |= {"evidence": None, "queries": (), "findings": (), "answer": None, "refusal": None, "report": Report(), "receipt": None}
        nothing |= {"changes": None, "approvals": (), "notices": ()}
    else:
        nothing |= {"headline": None, "html": None, "pdf": None, "dashboard_url": None}
    return replace(run, **nothing)
