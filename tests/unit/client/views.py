"""Runs as a client sees them, with a client that holds their files."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from fakes.records import ANSWER, EVIDENCE, query, question

from analytics_agent.api.document import document
from analytics_agent.client import RunView
from analytics_agent.domain.run import Run
from analytics_agent.errors import ServiceUnreachable

HOSTILE = "<img src=x onerror=alert(1)>"
TABLE = pa.table({"carrier": ["F9", "EV", HOSTILE], "delay": [20.215543, 19.95539, None]})


class Files:
    """A client with one result and its charts; `gone`: its API does not answer any more. Counts how often it is asked."""

    def __init__(self, table: pa.Table = TABLE, *, gone: bool = False) -> None:
        self.table = table
        self.gone = gone
        self.fetched: list[str] = []
        self.replies: list[str] = []
        self.view: RunView | None = None

    def document(self, run_id: str) -> dict[str, Any]:
        return dict(document(Run(question(run_id=run_id), "succeeded")))

    def file(self, run_id: str, name: str) -> bytes:
        self.fetched.append(name)
        if self.gone:
            raise ServiceUnreachable("The API does not answer.")
        if name.startswith("report."):
            return f"{name.removeprefix('report.')} of {run_id}".encode()
        if name.startswith("charts/"):
            return f"<svg><script>alert(1)</script>{name}</svg>".encode()
        buffer = io.BytesIO()
        pq.write_table(self.table, buffer)
        return buffer.getvalue()

    def reply(self, run_id: str, text: str, **options: Any) -> RunView:
        self.replies.append(text)
        if options.get("progress"):
            options["progress"]({"seq": 9, "kind": "step", "step": "explore", "data": {"state": "started"}})
        assert self.view is not None
        return self.view


def view(files: Files | None = None, **changes: Any) -> RunView:
    """A succeeded run with one result."""
    parts: dict[str, Any] = {"answer": ANSWER, "evidence": EVIDENCE, "queries": (query(id="r1"),)} | changes
    run = Run(question(run_id="abc", **parts.pop("asked", {})), parts.pop("status", "succeeded"), **parts)
    source: Any = files or Files()
    return RunView(source, dict(document(run)))
