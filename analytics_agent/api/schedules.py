"""Scheduled reports over HTTP: make, look, pause, resume, run now, fill in, delete."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator
from typing_extensions import TypedDict

from analytics_agent.api import schedule_upkeep as upkeep
from analytics_agent.api.asking import checked_text
from analytics_agent.api.auditing import acted_on
from analytics_agent.api.authentication import ADMIN, Scheduler, Viewer, may
from analytics_agent.api.idempotency import checked_key
from analytics_agent.api.opening import without_lost
from analytics_agent.api.paging import with_zone
from analytics_agent.api.schedule_view import NEXT, DueView, PreviewView, ScheduleView, coming, due_views, preview, view
from analytics_agent.api.scheduling import BackfillBody, ScheduleBody, backfilled, schedule_for, schedule_of
from analytics_agent.api.services import Given, Services
from analytics_agent.domain.rights import Principal
from analytics_agent.domain.run import FINISHED
from analytics_agent.domain.schedule import Schedule
from analytics_agent.errors import Conflict, NotAllowed

routes = APIRouter(prefix="/v1/schedules", tags=["schedules"])

RUNS = 20
"""How many of a schedule's last runs are shown."""


def _body(model: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model}"}}}
    return {"requestBody": {"required": True, "content": content}}


class PauseBody(BaseModel):
    """Why it is paused, for whoever looks at it later."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, Field(max_length=500)] = "Paused by hand."

    @field_validator("note")
    @classmethod
    def readable(cls, text: str) -> str:
        return checked_text(text, "note", most=500)


class ScheduleList(TypedDict):
    """`next` is the `before` of the page that follows; None on the last."""

    schedules: list[ScheduleView]
    next: str | None


class BackfillView(TypedDict):
    """`due` are the reports that are made now, one after the other, the oldest first; `made_before` were there already."""

    schedule: str
    count: int
    made_before: int
    due: list[DueView]


@routes.post("", status_code=201, openapi_extra=_body("ScheduleBody"))
async def create(
    request: Request,
    response: Response,
    asker: Scheduler,
    services: Given,
    idempotency_key: Annotated[str | None, Header(description="The same key and body again give the same schedule.")] = None,
) -> ScheduleView:
    """Run a succeeded analysis again and again, its period moved. `timing` is {time_zone, cron} or {time_zone, every, at, on, month}."""
    wanted, _ = await schedule_of(request, asker, services, checked_key(idempotency_key))
    kept, is_new = await upkeep.create(services, wanted)
    acted_on(request, f"schedule:{kept.id}")
    response.status_code = 201 if is_new else 200
    response.headers["Location"] = f"/v1/schedules/{kept.id}"
    return await _shown(services, asker, kept)


@routes.post("/preview", openapi_extra=_body("ScheduleBody"))
async def look_ahead(request: Request, asker: Scheduler, services: Given) -> PreviewView:
    """What a schedule would do: its next times, the period that each report covers, warnings. Nothing is made."""
    wanted, why = await schedule_of(request, asker, services, None)
    source = await services.store.run(wanted.run_id)
    due = coming(wanted)
    return preview(wanted, source, why, due, await services.periods.covered(wanted, due))


@routes.get("")
async def list_schedules(
    asker: Viewer,
    services: Given,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[datetime | None, Query(description="Only schedules made before this time.")] = None,
    everyone: Annotated[bool, Query(description="Schedules of all; needs the scope admin.")] = False,
) -> ScheduleList:
    """Your schedules, the newest first, each with its next and its last report."""
    if everyone and not may(asker, ADMIN):
        raise NotAllowed("Only a key with the scope admin sees the schedules of others.")
    kept = await services.store.schedules(owner=None if everyone else asker.id, limit=limit, before=with_zone(before))
    shown = [await _shown(services, asker, one, due=1, runs=1) for one in kept]
    return {"schedules": shown, "next": shown[-1]["created_at"] if len(shown) == limit else None}


@routes.get("/{schedule_id}")
async def read(schedule_id: str, asker: Viewer, services: Given) -> ScheduleView:
    """A schedule with its next ten times and the period each covers, and its last runs."""
    return await _shown(services, asker, await schedule_for(asker, services.store, schedule_id))


@routes.post("/{schedule_id}/pause")
async def pause(schedule_id: str, body: PauseBody, asker: Scheduler, services: Given) -> ScheduleView:
    """Make no more reports until it is resumed. One that is being made is finished."""
    kept = await schedule_for(asker, services.store, schedule_id)
    return await _shown(services, asker, await upkeep.change(services, kept, replace(kept, paused=body.note)))


@routes.post("/{schedule_id}/resume")
async def resume(schedule_id: str, asker: Scheduler, services: Given) -> ScheduleView:
    """Go on. What fell due while it was paused is not made: `backfill` does that."""
    kept = await schedule_for(asker, services.store, schedule_id)
    return await _shown(services, asker, await upkeep.change(services, kept, replace(kept, paused=None)))


@routes.post("/{schedule_id}/run", status_code=202)
async def run_now(schedule_id: str, asker: Scheduler, services: Given) -> ScheduleView:
    """Make a report now, over the period that is complete now. Its run is the first of `runs` a moment later."""
    kept = await schedule_for(asker, services.store, schedule_id)
    for run in await services.store.runs_of_schedule(kept.id, limit=5):
        if run.status not in FINISHED and kept.overlap in ("skip", "buffer_one"):
            raise Conflict(
                "A report of this schedule is still being made.", hint=f"Look at run {run.question.run_id}, or wait for its end."
            )
    await services.schedules.run_now(kept.id)
    return await _shown(services, asker, kept)


@routes.post("/{schedule_id}/backfill", status_code=202, openapi_extra=_body("BackfillBody"))
async def backfill(schedule_id: str, request: Request, asker: Scheduler, services: Given) -> BackfillView:
    """Make the reports that were due in a time gone by, one after the other. Those that were made already are not made again."""
    kept = await schedule_for(asker, services.store, schedule_id)
    due, missing = await backfilled(request, kept, services.store)
    if missing:
        await services.schedules.backfill(kept.id, missing)
    shown = due_views(kept.timing, missing, (await services.periods.covered(kept, missing)).periods)
    return {"schedule": kept.id, "count": len(missing), "made_before": len(due) - len(missing), "due": shown}


@routes.delete("/{schedule_id}", status_code=204)
async def delete(schedule_id: str, asker: Scheduler, services: Given) -> Response:
    """Make no more reports. Its runs stay, and one that is being made is finished."""
    kept = await schedule_for(asker, services.store, schedule_id)
    await upkeep.delete(services, kept.id)
    return Response(status_code=204)


async def _shown(services: Services, asker: Principal, kept: Schedule, *, due: int = NEXT, runs: int = RUNS) -> ScheduleView:
    source, made = await services.store.run(kept.run_id), await services.store.runs_of_schedule(kept.id, limit=runs)
    times = coming(kept, due)
    coverage = await services.periods.covered(kept, times, made)
    return view(kept, source, await without_lost(asker, services, made), times, coverage)


SCHEMAS = (ScheduleBody, BackfillBody)
"""Bodies that a route reads by itself, for the OpenAPI document."""
