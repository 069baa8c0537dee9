"""Results and reports as files. They are made from data that we do not trust, so no browser may run them on our address."""

import asyncio
import re
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Response
from fastapi import Query as Parameter
from fastapi.responses import JSONResponse

from analytics_agent.api.authentication import Asker, status_for
from analytics_agent.api.result_files import to_csv, to_json
from analytics_agent.api.services import Given, Services
from analytics_agent.domain.evidence import Query
from analytics_agent.errors import UnknownResult

routes = APIRouter(prefix="/v1/analyses", tags=["files"])

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:",
    "Cache-Control": "private, no-cache",
}
"""A file opened in place is a sandbox without scripts and without our address's rights."""

IfNoneMatch = Annotated[str | None, Header()]
ResultId = Annotated[str, Path(description="r1, r2, …")]
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}


@routes.get("/{run_id}/results/{result}.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def result_csv(run_id: str, result: ResultId, asker: Asker, services: Given, if_none_match: IfNoneMatch = None) -> Response:
    """A stored result as CSV (RFC 4180). Text that a spreadsheet would take for a formula has an apostrophe before it."""
    await status_for(asker, services.store, run_id)
    query = await _query(services, run_id, result)
    if _matches(if_none_match, query.artifact.sha256 + "-csv"):
        return _unchanged(query.artifact.sha256 + "-csv")
    content = await asyncio.to_thread(to_csv, await services.artifacts.get_table(query.artifact))
    return _file(content, "csv", f"{run_id}-{query.id}.csv", query.artifact.sha256 + "-csv")


@routes.get("/{run_id}/results/{result}.parquet", response_class=Response, responses={200: {"content": {MEDIA["parquet"]: {}}}})
async def result_parquet(run_id: str, result: ResultId, asker: Asker, services: Given, if_none_match: IfNoneMatch = None) -> Response:
    """A stored result as it is stored, with every type kept."""
    await status_for(asker, services.store, run_id)
    query = await _query(services, run_id, result)
    if _matches(if_none_match, query.artifact.sha256):
        return _unchanged(query.artifact.sha256)
    return _file(await services.artifacts.get_file(query.artifact), "parquet", f"{run_id}-{query.id}.parquet", query.artifact.sha256)


@routes.get("/{run_id}/results/{result}.json")
async def result_json(
    run_id: str,
    result: ResultId,
    asker: Asker,
    services: Given,
    limit: Annotated[int | None, Parameter(ge=0, le=2**53, description="Only so many rows.")] = None,
    offset: Annotated[int, Parameter(ge=0, le=2**53, description="The first row, counted from 0.")] = 0,
) -> JSONResponse:
    """A stored result with its columns' labels and units, rows as lists."""
    await status_for(asker, services.store, run_id)
    query = await _query(services, run_id, result)
    table = await services.artifacts.get_table(query.artifact)
    return JSONResponse(await asyncio.to_thread(to_json, table, query, limit=limit, offset=offset), headers=SAFE)


@routes.get("/{run_id}/report.html", response_class=Response, responses={200: {"content": {"text/html": {}}}})
async def report_html(run_id: str, asker: Asker, services: Given, if_none_match: IfNoneMatch = None) -> Response:
    """The report as one HTML file, to save: it holds everything it needs."""
    await status_for(asker, services.store, run_id)
    return await _report(services, run_id, "html", if_none_match)


@routes.get("/{run_id}/report.pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
async def report_pdf(run_id: str, asker: Asker, services: Given, if_none_match: IfNoneMatch = None) -> Response:
    """The report as PDF."""
    await status_for(asker, services.store, run_id)
    return await _report(services, run_id, "pdf", if_none_match)


async def _query(services: Services, run_id: str, result: str) -> Query:
    queries = await services.store.queries(run_id)
    for query in queries:
        if query.id == result:
            return query
    known = f"It has {', '.join(query.id for query in queries)}." if queries else "It has none."
    raise UnknownResult("The run has no such result.", hint=known)


async def _report(services: Services, run_id: str, kind: Literal["html", "pdf"], if_none_match: str | None) -> Response:
    run = await services.store.run(run_id)
    artifact = run.report.html if kind == "html" else run.report.pdf
    if artifact is None:
        raise UnknownResult(f"The run has no {kind.upper()} report.", hint=f"Its status is {run.status}.")
    if _matches(if_none_match, artifact.sha256):
        return _unchanged(artifact.sha256)
    content = await services.artifacts.get_file(artifact)
    return _file(content, kind, f"{_slug(run.question.text)}-{run_id}.{kind}", artifact.sha256)


def _file(content: bytes, kind: str, name: str, tag: str) -> Response:
    headers = SAFE | {"Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{tag}"'}
    return Response(content, media_type=MEDIA[kind], headers=headers)


def _unchanged(tag: str) -> Response:
    return Response(status_code=304, headers=SAFE | {"ETag": f'"{tag}"'})


def _matches(if_none_match: str | None, tag: str) -> bool:
    """If-None-Match compares weakly (RFC 9110): a proxy may have marked our tag as weak."""
    sent = [part.strip().removeprefix("W/").strip('"') for part in (if_none_match or "").split(",")]
    return tag in sent or "*" in sent


def _slug(question: str) -> str:
    """Words of the question that a file name can hold."""
    words = re.findall(r"[a-z0-9]+", question.lower())
    return "-".join(words)[:60].strip("-") or "report"
