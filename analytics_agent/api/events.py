"""A run's progress over HTTP: server-sent events that resume where they broke off, and a JSON long poll of the same."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import JSONResponse, StreamingResponse

from analytics_agent.api.authentication import Viewer, still_valid
from analytics_agent.api.opening import opened_as_ones_own
from analytics_agent.api.problems import FieldProblem, InvalidRequest
from analytics_agent.api.services import Given
from analytics_agent.domain.event import Event
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.rights import Principal
from analytics_agent.domain.run import FINISHED
from analytics_agent.errors import Unavailable
from analytics_agent.ports import Store

routes = APIRouter(prefix="/v1/analyses", tags=["analyses"])

HEARTBEAT_SECONDS = 15.0
"""A comment that often keeps proxies from closing a quiet stream."""
LONGEST_WAIT = 10.0
_FASTEST, _SLOWEST = 0.1, 1.0
_SETTLE_SECONDS = 2.0
_KEY_SECONDS = 2.0
"""How long a stream goes on at most after its key was revoked."""


@routes.get(
    "/{run_id}/events",
    response_class=Response,
    responses={
        200: {"content": {"text/event-stream": {}, "application/json": {}}},
        204: {"description": "Finished, nothing more to come."},
    },
)
async def events(
    run_id: str,
    asker: Viewer,
    services: Given,
    accept: Annotated[str, Header()] = "",
    last_event_id: Annotated[str | None, Header()] = None,
    after: Annotated[int | None, Query(ge=0, le=2**53, description="Only events after this number.")] = None,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT, description="For JSON: seconds to wait for the first one.")] = 0,
) -> Response:
    """Progress from the first event, or after `Last-Event-ID`, to the end. `Accept: application/json` gives one batch instead."""
    status = await opened_as_ones_own(asker, services, run_id, "events")
    seen = _number(last_event_id, after)
    if "application/json" in accept and "text/event-stream" not in accept:
        return await _batch(services.store, run_id, seen, wait)
    if status in FINISHED and not await services.store.events(run_id, after=seen, limit=1):
        return Response(status_code=204)  # tells a browser's EventSource not to come back
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    frames = _while_the_store_answers(services.store, run_id, seen, asker)
    return StreamingResponse(frames, media_type="text/event-stream", headers=headers)


def _number(last_event_id: str | None, after: int | None) -> int:
    """Last-Event-ID is what a reconnecting browser sends by itself, so it wins over the address it was first given."""
    if not last_event_id:
        return after or 0
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 16):
        raise InvalidRequest([FieldProblem(field="Last-Event-ID", message="Send the id of the last event you saw, a number.")])
    return int(last_event_id)


async def _batch(store: Store, run_id: str, after: int, wait: float) -> Response:
    deadline = time.monotonic() + wait
    while True:
        found = await store.events(run_id, after=after)
        if found:
            await _settled(store, run_id, found[-1])
        _, status = await store.owner_and_status(run_id)
        if found or status in FINISHED or time.monotonic() >= deadline:
            break
        await asyncio.sleep(min(_SLOWEST / 4, max(0.0, deadline - time.monotonic())))
    body = {"events": [view(event) for event in found], "next": found[-1].seq if found else after, "status": status}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


async def _while_the_store_answers(store: Store, run_id: str, after: int, asker: Principal) -> AsyncIterator[bytes]:
    """A stream has sent its status long ago: when the store goes away it just ends, and the reader comes back to hear why."""
    with suppress(Unavailable):
        async for frames in _stream(store, run_id, after, asker):
            yield frames


async def _stream(store: Store, run_id: str, after: int, asker: Principal) -> AsyncIterator[bytes]:
    """Events as they come; ends when the run has finished and everything was sent, or the key is not valid any more: then the reader
    hears why when it comes back. A quiet run is looked at less often."""
    pause, spoke = _FASTEST, time.monotonic()
    looked = spoke
    while True:
        if time.monotonic() - looked > _KEY_SECONDS:
            looked = time.monotonic()
            if not await still_valid(asker, store):
                return
        found = await store.events(run_id, after=after)
        if found:
            await _settled(store, run_id, found[-1])
            yield b"".join(_frame(event) for event in found)
            after, pause, spoke = found[-1].seq, _FASTEST, time.monotonic()
            continue
        _, status = await store.owner_and_status(run_id)
        if status in FINISHED:
            if found := await store.events(run_id, after=after):  # the last one may have come in between
                yield b"".join(_frame(event) for event in found)
            return
        if time.monotonic() - spoke > HEARTBEAT_SECONDS:
            spoke = time.monotonic()
            yield b": waiting\n\n"
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, _SLOWEST)


async def _settled(store: Store, run_id: str, last: Event) -> None:
    """An event that announces a status may be stored just before the status: let the two agree before a reader acts on it."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while last.kind == "run" and time.monotonic() < deadline:
        _, status = await store.owner_and_status(run_id)
        if status == last.data.get("status") or status in FINISHED or await store.events(run_id, after=last.seq, limit=1):
            return
        await asyncio.sleep(_FASTEST / 2)


def view(event: Event) -> dict[str, Any]:
    return {"seq": event.seq, "at": moment(event.at), "kind": event.kind, "step": event.step, "data": event.data}


def _frame(event: Event) -> bytes:
    return f"id: {event.seq}\ndata: {json.dumps(view(event), ensure_ascii=True)}\n\n".encode()
