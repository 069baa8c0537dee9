"""Reports, their way to recipients, and where they may go: each thing that the API can do with them, described once for both clients."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from analytics_agent.client.asking import file_of, once
from analytics_agent.client.following import patiently
from analytics_agent.client.lists import DeliveryList, ReportPage
from analytics_agent.client.steps import Send, Steps, endpoint, given, part

CHUNK = 4_000_000
"""Bytes of one request of a download: what is lost when a connection breaks."""

Kind = Literal["html", "pdf"]


@dataclass(frozen=True)
class ReportFile:
    """A report as it is kept: `tag` names its content and is its SHA-256."""

    tag: str
    bytes: int


class Delivering:
    @endpoint
    def reports(self, *, limit: int = 50, before: str | None = None) -> Steps[ReportPage]:
        """Your finished reports, newest first, in `reports`; `next` is the `before` of the page that follows."""
        page: dict[str, Any] = yield Send("GET", "/v1/reports", {"params": given(limit=limit, before=before)})
        return ReportPage(page)

    @endpoint
    def deliver(
        self, run_id: str, to: Sequence[str] | str, *, again: bool = False, idempotency_key: str | None = None
    ) -> Steps[DeliveryList]:
        """Send a run's report: "mail:ops@example.com", "webhook:NAME", "folder:NAME". To whom it was sent already, only with `again`.

        A connection that is lost midway is tried again, and sends nothing twice.
        """
        body = {"to": [to] if isinstance(to, str) else list(to), "again": again}
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        begun = yield from once(Send("POST", f"/v1/analyses/{part(run_id)}/deliveries", {"json": body, "headers": headers}))
        return DeliveryList(begun["deliveries"])

    @endpoint
    def deliveries(self, run_id: str) -> Steps[DeliveryList]:
        """Where a run's report went, and where it could not go and why."""
        found = yield Send("GET", f"/v1/analyses/{part(run_id)}/deliveries")
        return DeliveryList(found["deliveries"])

    @endpoint
    def report_file(self, run_id: str, kind: Kind) -> Steps[ReportFile]:
        """How large a report is and which content it has, without the content. Raises UnknownResult when the run has none."""
        # HEAD has no body to say what is wrong in, so a part of one byte is asked for instead.
        send = file_of(run_id, f"report.{kind}")
        answer = yield from patiently(Send("GET", send.path, {"headers": {"Range": "bytes=0-0"}}, gives="response"))
        size = answer.headers.get("content-range", "").rpartition("/")[2]
        return ReportFile(answer.headers.get("etag", "").strip('"'), int(size) if size.isdigit() else len(answer.content))

    @endpoint
    def report_part(self, run_id: str, kind: Kind, start: int, tag: str) -> Steps[bytes | None]:
        """The next bytes of a report, of one request at most; None when its content is not `tag` any more."""
        send = file_of(run_id, f"report.{kind}")
        headers = {"Range": f"bytes={start}-{start + CHUNK - 1}", "If-Range": f'"{tag}"'}
        answer = yield from patiently(Send("GET", send.path, {"headers": headers}, gives="response"))
        if answer.headers.get("etag", "").strip('"') != tag:
            return None
        content: bytes = answer.content if answer.status_code == 206 else answer.content[start:]
        return content

    # where reports may go: an administrator's affair

    @endpoint
    def webhooks(self) -> Steps[list[dict[str, Any]]]:
        found: list[dict[str, Any]] = (yield Send("GET", "/v1/webhooks"))["webhooks"]
        return found

    @endpoint
    def add_webhook(self, name: str, url: str, *, databases: Sequence[str] | None = None) -> Steps[dict[str, Any]]:
        """Add or replace a webhook. The secret that verifies its signatures is in `secret`, and nowhere else."""
        body = given(name=name, url=url, databases=databases and list(databases))
        made: dict[str, Any] = yield Send("POST", "/v1/webhooks", {"json": body})
        return made

    @endpoint
    def remove_webhook(self, name: str) -> Steps[None]:
        yield Send("DELETE", f"/v1/webhooks/{part(name)}", gives="nothing")

    @endpoint
    def folders(self) -> Steps[list[dict[str, Any]]]:
        found: list[dict[str, Any]] = (yield Send("GET", "/v1/folders"))["folders"]
        return found

    @endpoint
    def add_folder(
        self, name: str, url: str, *, databases: Sequence[str] | None = None, options: Mapping[str, str] | None = None
    ) -> Steps[dict[str, Any]]:
        """Add or replace a folder or bucket, by its fsspec address; `options` are those of its filesystem."""
        body = given(name=name, url=url, databases=databases and list(databases), options=options and dict(options))
        made: dict[str, Any] = yield Send("POST", "/v1/folders", {"json": body})
        return made

    @endpoint
    def remove_folder(self, name: str) -> Steps[None]:
        yield Send("DELETE", f"/v1/folders/{part(name)}", gives="nothing")
