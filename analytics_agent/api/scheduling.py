"""A request for a schedule, judged as a whole: every problem with every field is found before anything is stored."""

import difflib
import secrets
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from analytics_agent.api.asking import checked_text, json_object
from analytics_agent.api.authentication import ADMIN, may, status_for
from analytics_agent.api.problems import FieldProblem, InvalidRequest, field_problems
from analytics_agent.api.reading_as import LONGEST_NAME as LONGEST_LOGIN
from analytics_agent.api.reading_as import reads_as
from analytics_agent.api.recipients import checked_recipients
from analytics_agent.api.services import Moving, Services
from analytics_agent.domain import timing as timings
from analytics_agent.domain.cron import problems_of as cron_problems
from analytics_agent.domain.question import Format
from analytics_agent.domain.quoting import quoted
from analytics_agent.domain.rights import Principal
from analytics_agent.domain.run import FINISHED, Run
from analytics_agent.domain.schedule import Every, Overlap, PeriodUnit, Schedule, Timing
from analytics_agent.errors import UnknownDatabase, UnknownRun, UnknownSchedule
from analytics_agent.ports import Store
from analytics_agent.semantic.replay.origin import origin

MOST_BACKFILLED = 100
"""Reports of one backfill: more is a slip of the keyboard, or a question for one query over the whole time."""
LONGEST_NAME = 120
_OLDEST, _NEWEST = 1900, 2200
"""Years in which every time zone has an offset that a calendar can hold."""


class TimingBody(BaseModel):
    """When it runs: `cron`, or `every` with `at`."""

    model_config = ConfigDict(extra="forbid")

    time_zone: Annotated[str, Field(description="An IANA name, as Europe/Berlin.")]
    cron: Annotated[str | None, Field(max_length=200, description="Five fields: minute, hour, day, month, weekday.")] = None
    every: Every | None = None
    at: Annotated[str, Field(description="A time of the day, as 08:00.")] = "08:00"
    on: Annotated[int, Field(description="Weekday 1 (Monday) to 7 for week; day of the month 1 to 28 for month, quarter, year.")] = 1
    month: Annotated[int, Field(ge=1, le=12, description="For year.")] = 1


class ScheduleBody(BaseModel):
    """A schedule to make. What is left out is proposed or takes its default."""

    model_config = ConfigDict(extra="forbid")

    analysis: Annotated[str, Field(description="The id of a succeeded run of yours. Its SQL is run again.")]
    timing: TimingBody
    name: Annotated[str | None, Field(description="At most 120 characters; the question where it is left out.")] = None
    recipients: Annotated[list[str], Field(max_length=50, description="mail:a@b.example, webhook:NAME, folder:NAME.")] = []
    formats: Annotated[list[Format], Field(description="Report files to make.")] = ["html", "pdf"]
    publish: Annotated[bool, Field(description="Make a Superset dashboard each time.")] = False
    moves_by: Annotated[
        PeriodUnit | Literal["fixed"] | None, Field(description="The unit by which the period moves; fixed runs it as it is.")
    ] = None
    overlap: Annotated[Overlap, Field(description="What happens when a report is due while the one before is being made.")] = "skip"
    catch_up_hours: Annotated[
        float, Field(ge=0.01, le=24 * 31, allow_inf_nan=False, description="How late a report that was missed is still made.")
    ] = 24
    patient: Annotated[
        bool, Field(description="What Claude writes goes through message batches: half the price, and a report up to a day later.")
    ] = True
    reads_as: Annotated[
        str | None,
        Field(alias="as", max_length=LONGEST_LOGIN, description="Read with the rights of the person with this login name; for admins."),
    ] = None

    @field_validator("name")
    @classmethod
    def readable(cls, text: str | None) -> str | None:
        return None if text is None else " ".join(checked_text(text, "name", most=LONGEST_NAME).split())


class BackfillBody(BaseModel):
    """A time gone by. A date is that whole day in the schedule's time zone; both ends are included."""

    model_config = ConfigDict(extra="forbid")

    begin: Annotated[str, Field(alias="from", max_length=40, description="A date, as 2013-02-01, or a time.")]
    end: Annotated[str, Field(alias="to", max_length=40, description="A date, as 2013-07-31, or a time.")]

    @field_validator("begin", "end")
    @classmethod
    def readable(cls, text: str) -> str:
        if not _OLDEST <= _day_or_time(text).year <= _NEWEST:
            raise ValueError(f"Write a date between {_OLDEST} and {_NEWEST}.")
        return text


def _day_or_time(text: str) -> date | datetime:
    """Raises ValueError with a sentence for people."""
    for kind in (date, datetime):
        with suppress(ValueError):
            return kind.fromisoformat(text.strip())
    raise ValueError("Write a date, as 2013-12-31.")


class NoSuchRun(FieldProblem):
    """Where it is all that is wrong, a client raises UnknownRun."""


@dataclass(frozen=True)
class _Source:
    """The run to repeat, how its period can move, and what was asked when its answer was accepted, without a report's own period."""

    run: Run
    asked: str
    moving: Moving


async def schedule_of(request: Request, asker: Principal, services: Services, key: str | None) -> tuple[Schedule, str]:
    """The schedule as it will be stored, and why its period moves as it does. Raises InvalidRequest with every problem."""
    sent = await json_object(request, 'Send {"analysis": "RUN_ID", "timing": {"time_zone": "…", "every": "month"}}.')
    whose, nobody = await reads_as(sent, asker, services, earlier="analysis")
    problems = [*_shape_problems(ScheduleBody, sent), *_timing_problems(sent.get("timing")), *nobody]
    source, found = await _source(sent, asker, services)
    problems += found
    recipients, unusable = await _recipients(sent, source, services, whose.reader or asker.id)
    problems += unusable
    if problems or source is None:
        raise InvalidRequest(problems, "UnknownRun" if len(problems) == 1 and isinstance(problems[0], NoSuchRun) else "InvalidRequest")
    body = ScheduleBody.model_validate(sent)
    why = source.moving.why if body.moves_by is None else "As it was asked for."
    schedule = _schedule(body, source, asker, key)
    return replace(schedule, recipients=recipients, reads_as=whose.reader, reads_as_name=whose.name), why


def _schedule(body: ScheduleBody, source: _Source, asker: Principal, key: str | None) -> Schedule:
    timing = body.timing
    return Schedule(
        id=_id(asker, key),
        owner=asker.id,
        name=body.name or _shortened(source.asked),
        run_id=body.analysis,
        timing=Timing(timing.time_zone, timing.cron, timing.every, timing.at, timing.on, timing.month),
        moves_by=source.moving.unit if body.moves_by is None else None if body.moves_by == "fixed" else body.moves_by,
        created_at=datetime.now(UTC),
        formats=tuple(dict.fromkeys(body.formats)),
        publish=body.publish,
        overlap=body.overlap,
        catch_up=timedelta(hours=body.catch_up_hours),
        patient=body.patient,
    )


def _id(asker: Principal, key: str | None) -> str:
    """Two tabs with one Idempotency-Key mean one schedule."""
    return secrets.token_hex(5) if key is None else uuid.uuid5(_SPACE, f"{asker.id} {key}").hex[:10]


_SPACE = uuid.UUID("5b7ad9a4-86a4-4c34-8a0d-2c1f6f0b7d11")


def _shortened(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME - 1]}…"


def _shape_problems(body: type[BaseModel], sent: dict[str, Any]) -> list[FieldProblem]:
    try:
        body.model_validate(sent)
    except ValidationError as error:
        return field_problems(error.errors(include_input=False, include_url=False))
    return []


# timing


def _timing_problems(sent: object) -> list[FieldProblem]:
    """What the shape does not say: names and expressions that mean nothing, and times that never come."""
    if not isinstance(sent, dict):
        return []
    problems = [FieldProblem(field=f"timing.{field}", message=message) for field, message in _timing_messages(sent)]
    if not problems and (timing := _timing(sent)) and next(timings.moments(timing, datetime.now(UTC)), None) is None:
        problems.append(FieldProblem(field="timing.cron", message="There is no such day in any year: it would never run."))
    return problems


def _timing_messages(sent: dict[str, Any]) -> Iterator[tuple[str, str]]:
    zone, cron, every, at, on = (sent.get(name) for name in ("time_zone", "cron", "every", "at", "on"))
    if isinstance(zone, str) and zone not in timings.time_zones():
        yield "time_zone", _unknown_zone(zone)
    if (cron is None) == (every is None):
        yield "cron", "Give either cron or every, as every month."
    if isinstance(cron, str):
        for problem in cron_problems(cron):
            yield "cron", problem
    if isinstance(at, str) and (problem := _clock_problem(at)):
        yield "at", problem
    if type(on) is int and (problem := _on_problem(every, on)):
        yield "on", problem


def _unknown_zone(zone: str) -> str:
    known = {name.lower(): name for name in timings.time_zones()}
    tails = {name.rpartition("/")[2]: name for name in known}
    wanted = zone.strip().lower().replace(" ", "_")
    near = [tails[wanted]] if wanted in tails else []
    near += difflib.get_close_matches(wanted, known, n=3, cutoff=0.6)
    near += [tails[tail] for tail in difflib.get_close_matches(wanted.rpartition("/")[2], tails, n=3, cutoff=0.75)]
    names = [known[name] for name in dict.fromkeys(near)][:3]
    hint = f"Nearest: {', '.join(names)}." if names else "Write an IANA name, as Europe/Berlin or UTC."
    return f"There is no time zone {quoted(zone)}. {hint}"


def _clock_problem(text: str) -> str:
    try:
        timings.clock(text)
    except ValueError as error:
        return str(error)
    return ""


def _on_problem(every: object, on: int) -> str:
    if every == "week" and not 1 <= on <= 7:
        return "Use 1 (Monday) to 7 (Sunday)."
    if every in ("month", "quarter", "year") and not 1 <= on <= 28:
        return "Use 1 to 28: later days are not in every month."
    return ""


def _timing(sent: dict[str, Any]) -> Timing | None:
    try:
        body = TimingBody.model_validate(sent)
    except ValidationError:
        return None
    return Timing(body.time_zone, body.cron, body.every, body.at, body.on, body.month)


# the run, the recipients


async def _source(sent: dict[str, Any], asker: Principal, services: Services) -> tuple[_Source | None, list[FieldProblem]]:
    run_id, wanted = sent.get("analysis"), sent.get("moves_by")
    if not isinstance(run_id, str):
        return None, []
    try:
        status = await status_for(asker, services.store, run_id)
    except UnknownRun as error:
        return None, [NoSuchRun(field="analysis", message=str(error))]
    if status != "succeeded":
        return None, [FieldProblem(field="analysis", message=_no_answer(run_id, status))]
    run = await services.store.run(run_id)
    try:
        await services.store.database(run.question.database)
    except UnknownDatabase:
        return None, [FieldProblem(field="analysis", message=f"Its database {run.question.database} is not known any more.")]
    moving = await services.periods.moving(run)
    problem = await _cannot_move(run, moving, wanted, services)
    if problem:
        told = f"{problem} Ask it again with a period that can move, or choose fixed: then the same statements run each time."
        return None, [FieldProblem(field="moves_by", message=told)]
    accepted = await origin(services.store, run_id)
    return _Source(run, accepted.question.text, moving), []


async def _recipients(
    sent: dict[str, Any], source: _Source | None, services: Services, reader: str
) -> tuple[tuple[str, ...], list[FieldProblem]]:
    database = source.run.question.database if source else ""
    found, problems = await checked_recipients(sent.get("recipients", []), services, database=database, reader=reader)
    return tuple(map(str, found)), problems


async def _cannot_move(run: Run, moving: Moving, wanted: object, services: Services) -> str | None:
    """Whether by the unit that was asked for, or by any where none was."""
    if wanted in ("day", "week", "month", "quarter", "year"):
        return await services.periods.why_not(run, wanted)
    return moving.obstacle if wanted is None else None


def _no_answer(run_id: str, status: str) -> str:
    if status not in FINISHED:
        return f"Run {run_id} has not finished yet. Schedule it when it has succeeded."
    return (
        f"Run {run_id} has no answer that could be repeated: it ended as {status.replace('_', ' ')}. Ask again, and schedule that answer."
    )


# one schedule, a time gone by


async def schedule_for(asker: Principal, store: Store, schedule_id: str) -> Schedule:
    """Raises UnknownSchedule for one that is not there, was deleted, or is somebody else's: they look alike."""
    with suppress(UnknownSchedule):
        kept = await store.schedule(schedule_id)
        if kept.owner == asker.id or may(asker, ADMIN):
            return kept
    hint = "" if asker.kind == "person" else "`analytics-agent schedules list` shows yours."
    raise UnknownSchedule(f"There is no schedule {quoted(schedule_id)}.", hint=hint)


async def backfilled(request: Request, kept: Schedule, store: Store) -> tuple[list[datetime], list[datetime]]:
    """The due moments of a time gone by, and those of them for which there is no report. Raises InvalidRequest."""
    sent = await json_object(request, 'Send {"from": "2013-02-01", "to": "2013-07-31"}.')
    problems = _shape_problems(BackfillBody, sent)
    if problems:
        raise InvalidRequest(problems)
    body = BackfillBody.model_validate(sent)
    zone = ZoneInfo(kept.timing.time_zone)
    begin, end = _bound(body.begin, zone), _bound(body.end, zone, whole_day=True)
    due = _judged(kept, begin, end)
    runs = await store.runs_of_schedule(kept.id, since=due[0], before=due[-1] + timedelta(seconds=1), limit=1_000)
    made = {run.question.scheduled_for for run in runs if run.status not in UNMADE}
    return due, [at for at in due if at not in made]


UNMADE = FINISHED - {"succeeded"}
"""A report that ended so may be made again for the same time."""


def _judged(kept: Schedule, begin: datetime, end: datetime) -> list[datetime]:
    if begin > end:
        raise InvalidRequest([FieldProblem(field="to", message="This is before `from`.")])
    if end > datetime.now(UTC) + timedelta(days=1):
        raise InvalidRequest([FieldProblem(field="to", message="This is in the future: what falls due then is made then.")])
    due = list(islice(timings.moments(kept.timing, begin - timedelta(microseconds=1), min(end, datetime.now(UTC))), MOST_BACKFILLED + 1))
    if not due:
        raise InvalidRequest([FieldProblem(field="from", message="No report was due in this time.")])
    if len(due) > MOST_BACKFILLED:
        told = f"More than {MOST_BACKFILLED} reports were due in this time, which is the most at once. Choose a shorter one."
        raise InvalidRequest([FieldProblem(field="from", message=told)])
    return due


def _bound(text: str, zone: ZoneInfo, *, whole_day: bool = False) -> datetime:
    """A date is its first moment in the zone, or its last one; a time without a zone is in the schedule's."""
    given = _day_or_time(text)
    if not isinstance(given, datetime):
        given = datetime.combine(given, time.max if whole_day else time.min)
    return (given if given.tzinfo else given.replace(tzinfo=zone)).astimezone(UTC)
