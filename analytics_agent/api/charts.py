"""The report's charts as pictures: SVG that a page shows as an image, and that no browser runs on our address."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Response
from fastapi import Query as Parameter

from analytics_agent.api.authentication import Viewer
from analytics_agent.api.file_response import SAFE, Conditions, is_unchanged, unchanged
from analytics_agent.api.opening import opened
from analytics_agent.api.services import Given
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.report import Report, ReportChart
from analytics_agent.errors import UnknownResult

routes = APIRouter(prefix="/v1/analyses", tags=["files"])

SVG = "image/svg+xml"
Theme = Annotated[Literal["light", "dark"], Parameter(description="The background it is drawn for.")]
Width = Annotated[Literal["wide", "narrow"], Parameter(description="The column it is drawn for: 640 or 380 pixels.")]


@routes.get("/{run_id}/charts/{number}.svg", response_class=Response, responses={200: {"content": {SVG: {}}}})
async def chart(
    run_id: str,
    number: Annotated[int, Path(ge=1, description="1 is the report's main chart.")],
    asker: Viewer,
    services: Given,
    theme: Theme = "light",
    width: Width = "wide",
    if_none_match: Annotated[str | None, Header(description="The ETag of the copy you have.")] = None,
) -> Response:
    """A chart of the report as an image. Its background is transparent and its text is text."""
    await opened(asker, services, run_id)
    report = await services.store.document(run_id, "report", Report) or Report()
    if number > len(report.charts):
        known = f"It has {len(report.charts)}." if report.charts else "It has none."
        raise UnknownResult("The run has no such chart.", hint=known)
    drawing = drawing_of(report.charts[number - 1], theme, width)
    if is_unchanged(Conditions(if_none_match), drawing.sha256):
        return unchanged(drawing.sha256)
    name = f"{run_id}-chart-{number}.svg"
    headers = SAFE | {"Content-Disposition": f'inline; filename="{name}"', "ETag": f'"{drawing.sha256}"'}
    return Response(await services.artifacts.get_file(drawing), media_type=SVG, headers=headers)


def drawing_of(chart: ReportChart, theme: str, width: str) -> Artifact:
    """The drawing that fits best: every chart has the wide light one."""
    narrow = (chart.narrow_dark if theme == "dark" else None) or chart.narrow
    return (narrow if width == "narrow" else None) or (chart.dark if theme == "dark" else None) or chart.svg
