"""Runs over HTTP: ask, list, read, cancel, answer."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from typing_extensions import TypedDict

from analytics_agent.api import outbox
from analytics_agent.api.asking import AnswerBody, AskBody, question_of
from analytics_agent.api.authentication import ADMIN, Asker, Viewer, may, status_for
from analytics_agent.api.budget_view import most_of
from analytics_agent.api.document import Document, document
from analytics_agent.api.idempotency import checked_key
from analytics_agent.api.opening import for_another, name_of, note_everyones, opened, without_lost, without_what_is_lost
from analytics_agent.api.paging import sent_by_run, with_zone
from analytics_agent.api.services import Given, Services
from analytics_agent.api.summary import Summary, summary
from analytics_agent.domain.run import FINISHED, Run
from analytics_agent.errors import Conflict, NotAllowed, ServiceUnreachable, Unavailable

routes = APIRouter(prefix="/v1/analyses", tags=["analyses"])

_ASK_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/AskBody"}}},
    }
}


class Page(TypedDict):
    """`next` is the `before` of the page that follows; None on the last."""

    analyses: list[Document]
    next: str | None


class SummaryPage(TypedDict):
    """The same page with summaries: `view=summary`."""

    analyses: list[Summary]
    next: str | None


@routes.post("", status_code=202, openapi_extra=_ASK_BODY)
async def ask(
    request: Request,
    response: Response,
    asker: Asker,
    services: Given,
    idempotency_key: Annotated[str | None, Header(description="The same key and body again give the same run.")] = None,
) -> Document:
    """Ask a question. It is stored before it is started, so it is not lost when the engine is down."""
    key = checked_key(idempotency_key)
    question = await question_of(request, asker, services)
    quota = asker.quota.or_else(services.limits.quota)
    run = await services.store.create_run(question, idempotency_key=key, quota=quota)
    response.headers["Location"] = f"/v1/analyses/{run.question.run_id}"
    if run.status == "queued":
        await _start(services, run, keep=key is not None)
    else:
        response.status_code = 200
    return document(await without_what_is_lost(asker, services, run))


@routes.get("")
async def list_analyses(
    asker: Viewer,
    services: Given,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    before: Annotated[datetime | None, Query(description="Only runs asked before this time.")] = None,
    everyone: Annotated[bool, Query(description="Runs of all keys; needs the scope admin.")] = False,
    view: Annotated[Literal["full", "summary"], Query(description="Whole documents, or what a list shows of each.")] = "full",
) -> SummaryPage | Page:
    """Your runs, the newest first. `view=summary` leaves out queries, claims and findings."""
    if everyone and not may(asker, ADMIN):
        raise NotAllowed("Only a key with the scope admin sees the runs of others.")
    if everyone:
        await note_everyones(asker, services)
    store, owner, until = services.store, None if everyone else asker.id, with_zone(before)
    if view == "summary":
        listed = await without_lost(asker, services, await store.run_summaries(owner=owner, limit=limit, before=until))
        sent = await sent_by_run(store, listed)
        lines = [summary(run, sent[run.question.run_id]) for run in listed]
        return {"analyses": lines, "next": lines[-1]["asked_at"] if len(lines) == limit else None}
    runs = await without_lost(asker, services, await store.runs(owner=owner, limit=limit, before=until))
    sent = await sent_by_run(store, runs)
    documents = [document(run, sent[run.question.run_id]) for run in runs]
    return {"analyses": documents, "next": documents[-1]["asked_at"] if len(documents) == limit else None}


@routes.get("/{run_id}")
async def read(run_id: str, asker: Viewer, services: Given) -> Document:
    """Everything known of a run: its answer with figures, queries, files, usage. The finished one of somebody else can be read by whoever
    may see all that it was made of; `asked_by` then says whose it is."""
    if not await opened(asker, services, run_id):
        run = await services.store.run(run_id)
        return document(for_another(run), asked_by=name_of(run))
    most = most_of(asker, services.limits.budget)
    return document(await services.store.run(run_id), await services.store.deliveries(run_id), most=most)


@routes.post("/{run_id}/cancel", status_code=202)
async def cancel(run_id: str, asker: Asker, services: Given) -> Document:
    """Stop a run. What it found is kept. Cancelling twice is one cancellation."""
    status = await status_for(asker, services.store, run_id)
    if status in FINISHED - {"cancelled"}:
        raise Conflict(f"The run has already finished: {status}.")
    if status == "queued":  # its workflow may not be there yet, or still be the one before its budget was raised: the store is asked first
        await outbox.end(services, run_id, "cancelled", "Cancelled by the asker before it began.")
    if status != "cancelled" and not await services.runner.cancel(run_id):
        await outbox.end(services, run_id, "cancelled", "Cancelled by the asker.")
    return document(await without_what_is_lost(asker, services, await services.store.run(run_id)))


@routes.post("/{run_id}/answer", status_code=202)
async def answer(run_id: str, body: AnswerBody, asker: Asker, services: Given) -> Document:
    """Answer the question that the run asks (`clarification` in its document)."""
    status = await status_for(asker, services.store, run_id)
    asked = await services.store.clarification(run_id)
    if asked is None or status != "needs_input":
        raise Conflict("The run does not wait for an answer.", hint=f"Its status is {status}.")
    try:
        await services.store.ask_person(run_id, replace(asked, answer=body.text))
    except Conflict:
        await _tell(services, run_id)  # whoever stored the first answer may have died before telling
        raise
    await _tell(services, run_id)
    return document(await without_what_is_lost(asker, services, await services.store.run(run_id)))


async def _tell(services: Services, run_id: str) -> None:
    if not await services.runner.answer(run_id):
        await outbox.end(services, run_id, "failed", outbox.LOST)


async def _start(services: Services, run: Run, *, keep: bool) -> None:
    """Start it, or say why not: a run under an Idempotency-Key stays queued for the retry, any other has failed."""
    run_id = run.question.run_id
    await services.store.append_event(run_id, "run", None, {"status": "queued"}, key="queued")
    try:
        await services.runner.start(run_id)
    except Unavailable as error:
        if not keep:
            await outbox.end(services, run_id, "failed", "It could not be started: the workflow engine did not answer.")
            raise
        kept = f"The question is kept as run {run_id} and begins when that is back; the same Idempotency-Key finds it again."
        raise ServiceUnreachable(error.message, hint=f"{error.hint} {kept}".strip(), retry_after=error.retry_after) from None


SCHEMAS = (AskBody,)
"""Bodies that a route reads by itself, for the OpenAPI document."""
