"""Results and reports as files."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from fastapi import Query as Parameter
from fastapi.responses import JSONResponse

from analytics_agent.api.authentication import Viewer
from analytics_agent.api.file_response import SAFE, Asked, Conditions, described, file, is_unchanged, streamed, unchanged
from analytics_agent.api.opening import opened
from analytics_agent.api.result_files import csv_parts, to_csv, to_json
from analytics_agent.api.services import Given, Services
from analytics_agent.deliver.files import file_name
from analytics_agent.domain.evidence import Query
from analytics_agent.errors import UnknownResult

routes = APIRouter(prefix="/v1/analyses", tags=["files"])

ResultId = Annotated[str, Path(description="r1, r2, …")]
STREAMED = 2_000_000
"""Bytes in memory of a result that is sent as CSV while it is being written."""
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}


@routes.head("/{run_id}/results/{result}.csv", include_in_schema=False)
@routes.get("/{run_id}/results/{result}.csv", response_class=Response, responses=described(MEDIA["csv"]))
async def result_csv(run_id: str, result: ResultId, asker: Viewer, services: Given, asked: Asked) -> Response:
    """A stored result as CSV (RFC 4180). Text that a spreadsheet would take for a formula has an apostrophe before it."""
    await opened(asker, services, run_id, f"{result}.csv")
    query = await _query(services, run_id, result)
    tag = f"{query.artifact.sha256}-csv"
    if is_unchanged(asked, tag):
        return unchanged(tag)
    table, name = await services.artifacts.get_table(query.artifact), f"{run_id}-{query.id}.csv"
    if table.nbytes > STREAMED and asked.range is None:
        return streamed(csv_parts(table), MEDIA["csv"], name, tag)
    return file(await asyncio.to_thread(to_csv, table), MEDIA["csv"], name, tag, asked)


@routes.head("/{run_id}/results/{result}.parquet", include_in_schema=False)
@routes.get("/{run_id}/results/{result}.parquet", response_class=Response, responses=described(MEDIA["parquet"]))
async def result_parquet(run_id: str, result: ResultId, asker: Viewer, services: Given, asked: Asked) -> Response:
    """A stored result as it is stored, with every type kept."""
    await opened(asker, services, run_id, f"{result}.parquet")
    query = await _query(services, run_id, result)
    tag = query.artifact.sha256
    if is_unchanged(asked, tag):
        return unchanged(tag)
    return file(await services.artifacts.get_file(query.artifact), MEDIA["parquet"], f"{run_id}-{query.id}.parquet", tag, asked)


@routes.get("/{run_id}/results/{result}.json")
async def result_json(
    run_id: str,
    result: ResultId,
    asker: Viewer,
    services: Given,
    limit: Annotated[int | None, Parameter(ge=0, le=2**53, description="Only so many rows.")] = None,
    offset: Annotated[int, Parameter(ge=0, le=2**53, description="The first row, counted from 0.")] = 0,
) -> JSONResponse:
    """A stored result with its columns' labels and units, rows as lists."""
    await opened(asker, services, run_id, result)
    query = await _query(services, run_id, result)
    table = await services.artifacts.get_table(query.artifact)
    return JSONResponse(await asyncio.to_thread(to_json, table, query, limit=limit, offset=offset), headers=SAFE)


@routes.head("/{run_id}/report.html", include_in_schema=False)
@routes.get("/{run_id}/report.html", response_class=Response, responses=described(MEDIA["html"]))
async def report_html(run_id: str, asker: Viewer, services: Given, asked: Asked) -> Response:
    """The report as one HTML file, to save: it holds everything it needs."""
    await opened(asker, services, run_id, "report.html")
    return await _report(services, run_id, "html", asked)


@routes.head("/{run_id}/report.pdf", include_in_schema=False)
@routes.get("/{run_id}/report.pdf", response_class=Response, responses=described(MEDIA["pdf"]))
async def report_pdf(run_id: str, asker: Viewer, services: Given, asked: Asked) -> Response:
    """The report as PDF."""
    await opened(asker, services, run_id, "report.pdf")
    return await _report(services, run_id, "pdf", asked)


async def _query(services: Services, run_id: str, result: str) -> Query:
    queries = await services.store.queries(run_id)
    for query in queries:
        if query.id == result:
            return query
    known = f"It has {', '.join(query.id for query in queries)}." if queries else "It has none."
    raise UnknownResult("The run has no such result.", hint=known)


async def _report(services: Services, run_id: str, kind: Literal["html", "pdf"], asked: Conditions) -> Response:
    run = await services.store.run(run_id)
    artifact = run.report.html if kind == "html" else run.report.pdf
    if artifact is None:
        raise UnknownResult(f"The run has no {kind.upper()} report.", hint=f"Its status is {run.status}.")
    if is_unchanged(asked, artifact.sha256):
        return unchanged(artifact.sha256)
    content = await services.artifacts.get_file(artifact)
    return file(content, MEDIA[kind], file_name(run.question.text, run_id, kind), artifact.sha256, asked)
