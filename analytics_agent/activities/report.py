"""report: the answer becomes an HTML page, a PDF and a drawing of each chart, stored as artifacts."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from temporalio import activity

from analytics_agent.domain.orders import RunOrder
from analytics_agent.domain.report import Report, ReportChart
from analytics_agent.ports import Artifacts, Store
from analytics_agent.report.build import build
from analytics_agent.report.chart_files import ChartFile, chart_files
from analytics_agent.report.render import render_html, render_pdf


class ReportActivities:
    """`dashboard_url` gives the address a run's dashboard will have, None where nothing is published."""

    def __init__(self, store: Store, artifacts: Artifacts, dashboard_url: Callable[[str], str | None]) -> None:
        self._store = store
        self._artifacts = artifacts
        self._dashboard_url = dashboard_url

    @activity.defn
    async def render_report(self, order: RunOrder) -> bool:
        run = await self._store.run(order.run_id)
        loaded = await asyncio.gather(*(self._artifacts.get_table(query.artifact) for query in run.queries))
        tables = dict(zip((query.id for query in run.queries), loaded, strict=True))
        unpublished = (run.receipt is not None and run.receipt.failure is not None) or (run.answer is not None and run.answer.partial)
        address = self._dashboard_url(order.run_id) if run.question.publish and not unpublished else None
        now = datetime.now().astimezone()
        document = await asyncio.to_thread(build, run, tables, dashboard_url=address, generated_at=now)
        html = pdf = None
        if "html" in run.question.formats:
            page = await asyncio.to_thread(render_html, document)
            html = await self._artifacts.put_file(page.encode(), "text/html")
        if "pdf" in run.question.formats:
            pdf = await self._artifacts.put_file(await asyncio.to_thread(render_pdf, document), "application/pdf")
        drawn = await asyncio.to_thread(chart_files, run, tables)
        charts = await asyncio.gather(*(self._kept(one) for one in drawn))
        await self._store.save_document(order.run_id, "report", Report(html, pdf, tuple(charts)))
        data = {"formats": list(run.question.formats)}
        await self._store.append_event(order.run_id, "report", "report", data, key="report")
        return True

    async def _kept(self, file: ChartFile) -> ReportChart:
        drawings = (file.wide, file.wide_dark, file.narrow, file.narrow_dark)
        kept = [await self._artifacts.put_file(svg.encode(), "image/svg+xml") for svg in drawings]
        chart = file.chart
        return ReportChart(chart.title, chart.alt, kept[0], chart.subtitle, chart.notes, file.result, *kept[1:])
