"""A report is made by a process of its own: what that gives is kept, and one that fails, hangs or is not wanted any more leaves nothing."""

import asyncio
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from fakes.memory_artifacts import MemoryArtifacts
from unit.report.samples import ranking_run

from analytics_agent.activities import report
from analytics_agent.activities.report import ReportActivities, ReportUnmade
from analytics_agent.domain.orders import RunOrder
from analytics_agent.domain.report import Report
from analytics_agent.domain.run import Run
from analytics_agent.settings import without_secrets


class OneRun:
    """A store that holds a finished run, and what is made of it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.saved: dict[str, Any] = {}
        self.told: list[str] = []

    async def run(self, run_id: str) -> Run:
        return self._run

    async def save_document(self, run_id: str, name: str, record: object) -> None:
        self.saved[name] = record

    async def append_event(self, run_id: str, kind: str, step: str, data: object, *, key: str) -> None:
        self.told.append(kind)


async def kept(artifacts: MemoryArtifacts, formats: tuple[str, ...] = ("html", "pdf")) -> OneRun:
    run, tables = ranking_run()
    queries = tuple([replace(one, artifact=await artifacts.put_table(tables[one.id])) for one in run.queries])
    return OneRun(replace(run, queries=queries, question=replace(run.question, formats=formats)))


def activities(store: OneRun, artifacts: MemoryArtifacts, environment: dict[str, str] | None = None) -> ReportActivities:
    return ReportActivities(store, artifacts, lambda run_id: None, environment)  # type: ignore[arg-type]


def environment(folder: Path, code: str) -> dict[str, str]:
    """In which every Python begins with this code."""
    (folder / "sitecustomize.py").write_text(code)
    return {**without_secrets(), "PYTHONPATH": os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])}


def test_page_pdf_and_drawings_come_from_a_process_that_is_told_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYTICS_AGENT_STORE_URL", "postgresql://a:secret@127.0.0.1/b")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    seen = tmp_path / "seen"
    code = f"import os, sys; open({str(seen)!r}, 'a').write(repr(dict(os.environ))); print('a library prints')"

    async def made() -> tuple[MemoryArtifacts, OneRun]:
        artifacts = MemoryArtifacts()
        store = await kept(artifacts)
        await activities(store, artifacts, environment(tmp_path, code)).render_report(RunOrder("r"))
        return artifacts, store

    artifacts, store = asyncio.run(made())
    found = store.saved["report"]
    assert isinstance(found, Report) and found.html and found.pdf and store.told == ["report"]
    assert b"Southwest" in artifacts.files[found.html.sha256] and artifacts.files[found.pdf.sha256].startswith(b"%PDF")
    (chart,) = found.charts
    drawings = [chart.svg, chart.dark, chart.narrow, chart.narrow_dark]
    assert all(one and artifacts.files[one.sha256].startswith(b"<svg") for one in drawings) and chart.alt
    assert seen.exists() and "secret" not in seen.read_text()


def test_what_was_not_asked_for_is_not_made() -> None:
    async def made() -> OneRun:
        artifacts = MemoryArtifacts()
        store = await kept(artifacts, ("html",))
        await activities(store, artifacts).render_report(RunOrder("r"))
        return store

    assert asyncio.run(made()).saved["report"].pdf is None


def test_a_report_that_cannot_be_made_is_logged_without_the_words_of_the_error(capfd: pytest.CaptureFixture[str]) -> None:
    async def made() -> OneRun:
        artifacts = MemoryArtifacts()
        store = await kept(artifacts)
        artifacts.files = dict.fromkeys(artifacts.files, b"canary, and no Parquet")
        with pytest.raises(ReportUnmade):
            await activities(store, artifacts).render_report(RunOrder("r"))
        return store

    assert not asyncio.run(made()).saved
    logged = capfd.readouterr().err
    assert f"unforeseen {pa.ArrowInvalid.__name__} in a report at " in logged and "canary" not in logged


HANGS = "import os, time; open({!r}, 'w').write(str(os.getpid())); time.sleep(60)"


def test_a_rendering_that_hangs_is_ended_when_its_time_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "LONGEST", 1.0)

    async def made() -> None:
        artifacts = MemoryArtifacts()
        told = environment(tmp_path, HANGS.format(str(tmp_path / "pid")))
        with pytest.raises(ReportUnmade):
            await activities(await kept(artifacts), artifacts, told).render_report(RunOrder("r"))

    asyncio.run(made())
    assert not Path("/proc", (tmp_path / "pid").read_text()).exists()


def test_a_rendering_that_nobody_wants_any_more_is_ended_at_once(tmp_path: Path) -> None:
    begun = tmp_path / "pid"

    async def cancelled() -> None:
        artifacts = MemoryArtifacts()
        told = environment(tmp_path, HANGS.format(str(begun)))
        rendering = asyncio.create_task(activities(await kept(artifacts), artifacts, told).render_report(RunOrder("r")))
        deadline = time.monotonic() + 20
        while not (begun.exists() and begun.read_text()):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)
        rendering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await rendering

    asyncio.run(cancelled())
    assert not Path("/proc", begun.read_text()).exists()
