"""report: the answer becomes an HTML page, a PDF and a drawing of each chart, stored as artifacts.

They are made by a process that ends with them (report/apart.py): fonts, layout and drawings take 170 MB that a worker would keep.
"""

import asyncio
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from temporalio import activity

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.orders import RunOrder
from analytics_agent.domain.report import Report, ReportChart
from analytics_agent.domain.run import Run
from analytics_agent.ports import Artifacts, Store
from analytics_agent.report.apart import Made, Picture, Wanted, made_form, wanted_form

LONGEST = 270.0
"""Seconds. Shorter than the activity may take, so that a rendering that hangs is ended and not left behind."""


class ReportUnmade(Exception):
    """The process ended without a report; it logged the type and the place of the error."""


class ReportActivities:
    """`dashboard_url` gives the address a run's dashboard will have, None where nothing is published. `environment` is all that the process
    that renders is told of ours; None is everything."""

    def __init__(
        self,
        store: Store,
        artifacts: Artifacts,
        dashboard_url: Callable[[str], str | None],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._store = store
        self._artifacts = artifacts
        self._dashboard_url = dashboard_url
        self._environment = environment

    @activity.defn
    async def render_report(self, order: RunOrder) -> bool:
        run = await self._store.run(order.run_id)
        made = await self._made(await self._wanted(run))
        html = await self._artifacts.put_file(made.html.encode(), "text/html") if made.html is not None else None
        pdf = await self._artifacts.put_file(made.pdf, "application/pdf") if made.pdf is not None else None
        charts = await asyncio.gather(*map(self._kept, made.pictures))
        await self._store.save_document(order.run_id, "report", Report(html, pdf, tuple(charts)))
        data = {"formats": list(run.question.formats)}
        await self._store.append_event(order.run_id, "report", "report", data, key="report")
        return True

    async def _wanted(self, run: Run) -> Wanted:
        files = await asyncio.gather(*(self._artifacts.get_file(query.artifact) for query in run.queries))
        tables = dict(zip((query.id for query in run.queries), files, strict=True))
        unpublished = (run.receipt is not None and run.receipt.failure is not None) or (run.answer is not None and run.answer.partial)
        address = self._dashboard_url(run.question.run_id) if run.question.publish and not unpublished else None
        return Wanted(run, tables, datetime.now().astimezone(), address)

    async def _made(self, wanted: Wanted) -> Made:
        """The process is ended with the activity, and when its time is over. Raises ReportUnmade."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "analytics_agent.report.apart"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=self._environment,
        )
        try:
            async with asyncio.timeout(LONGEST):
                said, _ = await process.communicate(await asyncio.to_thread(wanted_form().dump_json, wanted))
        except TimeoutError:
            raise ReportUnmade from None
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if process.returncode:
            raise ReportUnmade
        return await asyncio.to_thread(made_form().validate_json, said)

    async def _kept(self, picture: Picture) -> ReportChart:
        kept: list[Artifact] = [await self._artifacts.put_file(svg.encode(), "image/svg+xml") for svg in picture.drawings]
        return ReportChart(picture.title, picture.alt, kept[0], picture.subtitle, picture.notes, picture.result, *kept[1:])
