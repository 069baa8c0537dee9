"""The report's charts as SVG files of their own, for places that show an answer and no report: a notebook, a panel, a mail.

Each is drawn four times: for a wide and a narrow column, for a light and a dark background. A file holds no script and loads
nothing; its fonts are asked for by name, as a picture cannot bring its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analytics_agent.domain.run import Run
from analytics_agent.report.build import main_chart, primary_of
from analytics_agent.report.document import Chart, Evidence
from analytics_agent.report.drawing import chart_svg
from analytics_agent.report.figures import Ledger
from analytics_agent.report.framing import FULL, NARROW, Frame
from analytics_agent.report.sections import Material, sections
from analytics_agent.report.standing import said_of, told_of
from analytics_agent.report.themes import theme

if TYPE_CHECKING:
    import pyarrow as pa

FONTS = "Inter, &quot;Helvetica Neue&quot;, Helvetica, Arial, sans-serif"


@dataclass(frozen=True)
class ChartFile:
    """One chart of the report, in its four drawings. `result` is the result it shows."""

    chart: Chart
    result: str
    wide: str
    wide_dark: str
    narrow: str
    narrow_dark: str


def chart_files(run: Run, tables: Mapping[str, "pa.Table"]) -> tuple[ChartFile, ...]:
    """In the order in which the report shows them, its main chart first."""
    frame = Frame(FULL, run.question.as_of or run.question.asked_at.date(), side=FULL, said=said_of(run), told=told_of(run))
    slim = replace(frame, width=NARROW, side=NARROW)
    dark = theme("dark")
    frames = (frame, replace(frame, look=dark), slim, replace(slim, look=dark))
    shown = [_pictures(run, tables, one) for one in frames]
    return tuple(_file(number, alike) for number, alike in enumerate(zip(*shown, strict=True), start=1))


def _pictures(run: Run, tables: Mapping[str, "pa.Table"], frame: Frame) -> list[tuple[Chart, Evidence]]:
    queries = {query.id: query for query in run.queries}
    primary = primary_of(run, queries)
    chart, evidence = main_chart(run, primary, queries, tables, frame)
    body = sections(Material(run, queries, tables, Ledger(queries), frame, chart), primary)
    pairs = [(chart, evidence), *((section.chart, section.evidence) for section in body)]
    return [(chart, evidence) for chart, evidence in pairs if chart and evidence]


def _file(number: int, alike: tuple[tuple[Chart, Evidence], ...]) -> ChartFile:
    chart, evidence = alike[0]
    return ChartFile(chart, evidence.result, *(_svg(one, f"c{number}") for one, _ in alike))


def _svg(chart: Chart, number: str) -> str:
    return str(chart_svg(chart, number)).replace('font-family="Inter"', f'font-family="{FONTS}"')
