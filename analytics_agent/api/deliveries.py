"""Reports over HTTP, as things of their own: the list of those that are finished, and their way to recipients."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from analytics_agent.api.authentication import Asker, Viewer, status_for
from analytics_agent.api.document import DeliveryView, delivery_view
from analytics_agent.api.idempotency import checked_key
from analytics_agent.api.opening import without_lost
from analytics_agent.api.paging import sent_by_run, with_zone
from analytics_agent.api.problems import InvalidRequest
from analytics_agent.api.recipients import checked_recipients
from analytics_agent.api.services import Given, Services
from analytics_agent.api.summary import ReportPaths, summary
from analytics_agent.deliver.beginning import begin_on_request
from analytics_agent.domain.delivery import Delivery
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.run import RunSummary
from analytics_agent.errors import Conflict

routes = APIRouter(prefix="/v1", tags=["reports"])

_PAGES = 10
"""Pages of runs that are looked through for reports before a page of reports is given as it is."""


class SendBody(BaseModel):
    """To whom a report goes."""

    model_config = ConfigDict(extra="forbid")

    to: Annotated[list[str], Field(min_length=1, description="mail:ops@example.com, webhook:NAME, folder:NAME.")]
    again: Annotated[bool, Field(description="Also to whom it was sent already, or may have been.")] = False


class DeliveryList(TypedDict):
    deliveries: list[DeliveryView]


class ReportFile(TypedDict):
    url: str
    bytes: int


class ReportSummary(TypedDict):
    """A finished run's report. `id` is the run's; `title` states the finding, and is the question where there is none. `period` is
    what a scheduled report covers, in words."""

    id: str
    title: str
    question: str
    database: str
    asked_at: str
    finished_at: str | None
    formats: list[str]
    files: dict[str, ReportFile]
    dashboard_url: str | None
    schedule: str | None
    period: str | None
    deliveries: list[DeliveryView]


class ReportPage(TypedDict):
    """`next` is the `before` of the page that follows; None on the last."""

    reports: list[ReportSummary]
    next: str | None


@routes.get("/reports")
async def list_reports(
    asker: Viewer,
    services: Given,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[datetime | None, Query(description="Only of runs asked before this time.")] = None,
) -> ReportPage:
    """Your reports, the newest first."""
    listed, goes_on = await _with_report(services, asker.id, limit, with_zone(before))
    found = await without_lost(asker, services, listed)
    sent = await sent_by_run(services.store, found)
    return {"reports": [_summary(run, sent[run.question.run_id]) for run in found], "next": goes_on}


@routes.post("/analyses/{run_id}/deliveries", status_code=202)
async def deliver(
    run_id: str,
    body: SendBody,
    asker: Asker,
    services: Given,
    idempotency_key: Annotated[str | None, Header(description="The same key again sends nothing more.")] = None,
) -> DeliveryList:
    """Send a run's report. Each recipient's right to see it is checked when it is sent; `held` says that there is none."""
    key = checked_key(idempotency_key) or secrets.token_hex(8)
    await status_for(asker, services.store, run_id)
    run = await services.store.run(run_id)
    asked = run.question
    found, problems = await checked_recipients(body.to, services, database=asked.database, reader=asked.reader, field="to")
    if problems:
        raise InvalidRequest(problems)
    if run.status != "succeeded":
        raise Conflict("The run has no report to send.", hint=f"Its status is {run.status}.")
    begun = await begin_on_request(services.store, run, found, again=key if body.again else "")
    if any(one.state == "waiting" for one in begun):
        await services.runner.deliver(run_id)
    return {"deliveries": [delivery_view(one) for one in begun]}


@routes.get("/analyses/{run_id}/deliveries")
async def list_deliveries(run_id: str, asker: Viewer, services: Given) -> DeliveryList:
    """Where a run's report went, and where it could not go and why."""
    await status_for(asker, services.store, run_id)
    return {"deliveries": [delivery_view(one) for one in await services.store.deliveries(run_id)]}


async def _with_report(services: Services, owner: str, limit: int, before: datetime | None) -> tuple[list[RunSummary], str | None]:
    """Finished runs that have a file, and where to go on. Runs without one are passed over, some pages of them."""
    found: list[RunSummary] = []
    for _ in range(_PAGES):
        page = await services.store.run_summaries(owner=owner, limit=limit, before=before)
        for run in page:
            before = run.question.asked_at
            if run.finished_at and (run.html or run.pdf):
                found.append(run)
            if len(found) == limit:
                return found, moment(before)
        if len(page) < limit:
            return found, None
    return found, moment(before) if before else None


def _summary(run: RunSummary, sent: Sequence[Delivery]) -> ReportSummary:
    shown = summary(run, sent)
    files = _files(run, shown["report"])
    return {
        "id": shown["id"],
        "title": shown["headline"] or shown["question"],
        "question": shown["question"],
        "database": shown["database"],
        "asked_at": shown["asked_at"],
        "finished_at": shown["finished_at"],
        "formats": list(files),
        "files": files,
        "dashboard_url": shown["dashboard_url"],
        "schedule": run.question.schedule,
        "period": run.replayed.covers if run.replayed else None,
        "deliveries": shown["deliveries"],
    }


def _files(run: RunSummary, urls: ReportPaths) -> dict[str, ReportFile]:
    """The PDF first: it is what most people want."""
    kept = {"pdf": (run.pdf, urls["pdf"]), "html": (run.html, urls["html"])}
    return {kind: {"url": url, "bytes": file.bytes} for kind, (file, url) in kept.items() if file and url}
