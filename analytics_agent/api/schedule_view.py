"""A schedule as people and programs see it: when it is due next, which period each report covers, and how the last ones went."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from typing_extensions import TypedDict

from analytics_agent.api.services import Coverage
from analytics_agent.domain import schedule_words as words
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.notices import reads_as
from analytics_agent.domain.run import Run, RunStatus
from analytics_agent.domain.schedule import Every, Overlap, Schedule, Timing
from analytics_agent.domain.timing import moments

NEXT = 10
"""How many coming reports are shown."""
MANY_A_DAY = 24
"""More reports than that in a day are made by few on purpose: it is said."""


class TimingView(TypedDict):
    time_zone: str
    cron: str | None
    every: Every | None
    at: str
    on: int
    month: int


class DueView(TypedDict):
    """`at` in UTC, `local` on the clock of the schedule's zone. `period` is what the report will cover, where that is known."""

    at: str
    local: str
    period: str | None


class PoliciesView(TypedDict):
    """Sentences for people."""

    moves: str
    overlap: str
    catch_up: str


class FilesView(TypedDict):
    """Paths under the API's address; None where there is no such file."""

    html: str | None
    pdf: str | None


class MadeView(TypedDict):
    """A report that was made, or is being made. `scheduled_for` is when it was due, `period` what it covers."""

    id: str
    status: RunStatus
    reason: str | None
    scheduled_for: str | None
    finished_at: str | None
    period: str | None
    question: str
    headline: str | None
    report: FilesView


class PreviewView(TypedDict):
    """What a schedule would do. `moves_by` is a unit or "fixed"; `why` says why that was proposed."""

    name: str
    question: str
    database: str
    analysis: str
    timing: TimingView
    when: str
    moves_by: str
    why: str
    next: list[DueView]
    policies: PoliciesView
    warnings: list[str]


class ScheduleView(TypedDict):
    """`analysis` is the run whose SQL is run again. `paused` is the note, None while it is not paused. In a list `next` and `runs`
    hold one each; `next` is empty while it is paused. `reads_as` is with whose rights, where these are not the owner's."""

    id: str
    owner: str
    name: str
    question: str
    database: str
    analysis: str
    timing: TimingView
    when: str
    moves_by: str
    recipients: list[str]
    formats: list[str]
    publish: bool
    overlap: Overlap
    catch_up_hours: float
    patient: bool
    reads_as: str | None
    policies: PoliciesView
    created_at: str
    paused: str | None
    next: list[DueView]
    runs: list[MadeView]
    warnings: list[str]


def view(schedule: Schedule, source: Run, runs: Sequence[Run], due: Sequence[datetime], coverage: Coverage) -> ScheduleView:
    """`due` are the coming moments and `coverage` what each covers."""
    return {
        "id": schedule.id,
        "owner": schedule.owner,
        "name": schedule.name,
        "question": source.question.text,
        "database": source.question.database,
        "analysis": schedule.run_id,
        "timing": timing_view(schedule.timing),
        "when": words.when(schedule.timing),
        "moves_by": schedule.moves_by or "fixed",
        "recipients": list(schedule.recipients),
        "formats": list(schedule.formats),
        "publish": schedule.publish,
        "overlap": schedule.overlap,
        "patient": schedule.patient,
        "reads_as": reads_as(schedule) or None,
        "catch_up_hours": schedule.catch_up / timedelta(hours=1),
        "policies": policies_view(schedule),
        "created_at": moment(schedule.created_at),
        "paused": schedule.paused,
        "next": due_views(schedule.timing, due, coverage.periods),
        "runs": [_made(run) for run in runs],
        "warnings": [*filter(None, [coverage.behind]), *warnings(schedule.timing)],
    }


def preview(schedule: Schedule, source: Run, why: str, due: Sequence[datetime], coverage: Coverage) -> PreviewView:
    return {
        "name": schedule.name,
        "question": source.question.text,
        "database": source.question.database,
        "analysis": schedule.run_id,
        "timing": timing_view(schedule.timing),
        "when": words.when(schedule.timing),
        "moves_by": schedule.moves_by or "fixed",
        "why": why,
        "next": due_views(schedule.timing, due, coverage.periods),
        "policies": policies_view(schedule),
        "warnings": [*filter(None, [coverage.behind]), *warnings(schedule.timing)],
    }


def coming(schedule: Schedule, count: int = NEXT) -> list[datetime]:
    """The next due moments; none while it is paused."""
    return [] if schedule.paused is not None else list(islice(moments(schedule.timing, datetime.now(UTC)), count))


def timing_view(timing: Timing) -> TimingView:
    fields: Any = asdict(timing)
    made: TimingView = fields
    return made


def policies_view(schedule: Schedule) -> PoliciesView:
    overlap, catch_up = words.policies(schedule)
    return {"moves": words.moving(schedule.moves_by), "overlap": overlap, "catch_up": catch_up}


def due_views(timing: Timing, due: Sequence[datetime], periods: Sequence[str | None]) -> list[DueView]:
    zone = ZoneInfo(timing.time_zone)
    return [
        {"at": moment(at), "local": at.astimezone(zone).isoformat(timespec="minutes"), "period": period}
        for at, period in zip(due, periods, strict=True)
    ]


def warnings(timing: Timing) -> list[str]:
    """What a change of clocks does to it, and that it is due very often."""
    now = datetime.now(UTC)
    found = list(words.clock_warnings(timing, now))
    a_day = sum(1 for _ in islice(moments(timing, now, now + timedelta(days=1)), 1_441))
    often = [f"This makes {a_day:,} reports in the coming 24 hours."] if a_day > MANY_A_DAY else []
    return often + found


def _made(run: Run) -> MadeView:
    asked, answer = run.question, run.answer
    path = f"/v1/analyses/{asked.run_id}/report"
    return {
        "id": asked.run_id,
        "status": run.status,
        "reason": run.reason,
        "scheduled_for": moment(asked.scheduled_for) if asked.scheduled_for else None,
        "finished_at": moment(run.finished_at) if run.finished_at else None,
        "period": run.replayed.covers if run.replayed else None,
        "question": asked.text,
        "headline": answer.headline if answer else None,
        "report": {"html": f"{path}.html" if run.report.html else None, "pdf": f"{path}.pdf" if run.report.pdf else None},
    }
