"""One delivery is sent: its right checked anew, the report put into the form its way takes, and every change of its state stored.

Nothing is sent twice. A mail is marked as uncertain in the moment in which it is handed over, so that a worker that is killed after
that leaves a mark that a retry respects. A webhook's receiver drops a second message of one id, and a file written again is the same.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from temporalio import activity

from analytics_agent.activities.deliveries import moved, tell
from analytics_agent.deliver.beginning import version_of
from analytics_agent.deliver.files import file_name
from analytics_agent.deliver.right_to_see import RightToSee
from analytics_agent.deliver.summary import as_bytes, report_ready, summary
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.delivery import Delivery, Recipient
from analytics_agent.domain.mail import Attachment, Mail
from analytics_agent.domain.orders import DeliveryOrder
from analytics_agent.domain.run import Run
from analytics_agent.errors import AgentError, DeliveryRejected, DeliveryUncertain, Unavailable
from analytics_agent.ports import Artifacts, Folders, Mailer, Store, Webhooks
from analytics_agent.report.document import ReportDocument
from analytics_agent.report.mail import FileNote

LARGEST_ATTACHMENT = 15_000_000
"""Bytes. In a mail they grow by a third, and many servers take 20 to 25 MB."""

HANDED_OVER = (
    "Handed to the mail server, which has not said that it took it. It may have arrived; it is not sent again by itself. "
    "Ask the recipient, or send it once more with --again."
)
_SETTLE_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True)
class Ways:
    """The ways out, each opened when it is first used. `api_url` is where a report can be downloaded."""

    mailer: Callable[[], Mailer]
    webhooks: Callable[[], Webhooks]
    folders: Callable[[], Folders]
    api_url: str


class DeliverReportActivities:
    def __init__(self, store: Store, artifacts: Artifacts, right: RightToSee, ways: Ways) -> None:
        self._store = store
        self._artifacts = artifacts
        self._right = right
        self._ways = ways
        self._building = asyncio.Lock()
        self._built: tuple[str, ReportDocument] | None = None

    @activity.defn
    async def deliver_report(self, order: DeliveryOrder) -> bool:
        """Whether it was handed over or held back. Raises what Temporal should try again, and what the delivery fails with."""
        kept = await self._store.delivery(order.id)
        if kept.state != "waiting":
            return await self._left(kept)
        run = await self._store.run(kept.run_id)
        if reason := await self._right.why_not(run, kept.recipient):
            await moved(self._store, kept, "held", before="waiting", reason=reason)
            return await self._left(await self._store.delivery(kept.id))
        send = {"mail": self._mail, "webhook": self._webhook, "folder": self._folder}[kept.recipient.kind]
        try:
            await send(kept, run)
        except DeliveryUncertain:
            pass  # its state says so already
        except AgentError as error:
            await self._note(error, kept)
            raise
        return await self._left(await self._store.delivery(kept.id))

    async def _left(self, kept: Delivery) -> bool:
        """Tell how it stands. Told again after a crash, it is one event."""
        await tell(self._store, kept)
        return kept.state in ("sent", "held")

    async def _note(self, error: AgentError, kept: Delivery) -> None:
        """A try that came to nothing: counted, and what Temporal will try again is said to be on its way still."""
        await moved(self._store, kept, "waiting", before="waiting", reason=_later(error), tried=True)
        if isinstance(error, Unavailable):
            await tell(self._store, await self._store.delivery(kept.id))

    async def _sent(self, kept: Delivery, *, handed_over: bool = False) -> None:
        """Stored with patience: a store that is away for some seconds must not make of a sent one an uncertain one."""
        for pause in (*_SETTLE_PAUSES, None):
            try:
                await moved(self._store, kept, "sent", before="uncertain" if handed_over else "waiting", reason=None, tried=True)
                return
            except Unavailable:
                if pause is None:
                    raise
                await asyncio.sleep(pause)

    # the three ways

    async def _mail(self, kept: Delivery, run: Run) -> None:
        """Uncertain from when the server begins to get it until it says that it has it. A refusal ends that too: then it has not."""
        ours = False

        async def handing_over() -> bool:
            nonlocal ours
            ours = await moved(self._store, kept, "uncertain", before="waiting", reason=HANDED_OVER, tried=True)
            return ours

        try:
            sent = await self._ways.mailer().send(await self._written(kept, run), handing_over=handing_over)
        except (Unavailable, DeliveryRejected):
            if ours:
                await moved(self._store, kept, "waiting", before="uncertain", reason=None)
            raise
        if sent:
            await self._sent(kept, handed_over=True)

    async def _webhook(self, kept: Delivery, run: Run) -> None:
        destination = await self._store.destination("webhook", kept.recipient.name)
        await self._ways.webhooks().post(destination, kept.id, report_ready(run, api_url=self._ways.api_url))
        await self._sent(kept)

    async def _folder(self, kept: Delivery, run: Run) -> None:
        """The files, and last what tells a program that they are all there."""
        destination, folders = await self._store.destination("folder", kept.recipient.name), self._ways.folders()
        text, run_id = run.question.text, run.question.run_id
        for kind, artifact in _files(run):
            content = await self._artifacts.get_file(artifact)
            await folders.put(destination, file_name(text, run_id, kind), content)
        about = as_bytes(summary(run, api_url=self._ways.api_url))
        await folders.put(destination, file_name(text, run_id, "json"), about)
        await self._sent(kept)

    # the mail

    async def _written(self, kept: Delivery, run: Run) -> Mail:
        from analytics_agent.report.mail import render_mail

        attached = self._attached(run)
        files = _notes(run, attached, self._ways.api_url)
        document = await self._document(run)
        body = await asyncio.to_thread(render_mail, document, files, occasion=_occasion(run), footer=_footer(run, kept.recipient))
        attachments = [await self._attachment(run, kind, artifact) for kind, artifact in attached]
        return Mail(kept.id, kept.recipient.name, body.subject, body.text, body.html, tuple(attachments))

    async def _document(self, run: Run) -> ReportDocument:
        """Built once for all recipients of a run, and one run at a time: it holds every result's rows while it is built."""
        from analytics_agent.report.build import build

        dashboard, key = run.receipt.dashboard_url if run.receipt else None, f"{run.question.run_id} {version_of(run.report)}"
        async with self._building:
            if self._built is None or self._built[0] != key:
                loaded = await asyncio.gather(*(self._artifacts.get_table(query.artifact) for query in run.queries))
                tables = dict(zip((query.id for query in run.queries), loaded, strict=True))
                now = datetime.now().astimezone()
                self._built = (key, await asyncio.to_thread(build, run, tables, dashboard_url=dashboard, generated_at=now))
            return self._built[1]

    def _attached(self, run: Run) -> Sequence[tuple[str, Artifact]]:
        """The PDF, or the HTML file where there is no PDF; none that is too large for a mail."""
        return [(kind, artifact) for kind, artifact in _files(run)[:1] if artifact.bytes <= LARGEST_ATTACHMENT]

    async def _attachment(self, run: Run, kind: str, artifact: Artifact) -> Attachment:
        name = file_name(run.question.text, run.question.run_id, kind)
        return Attachment(name, artifact.media_type, await self._artifacts.get_file(artifact))


def _files(run: Run) -> list[tuple[str, Artifact]]:
    """What was made of the report, the PDF first."""
    made = {"pdf": run.report.pdf, "html": run.report.html}
    return [(kind, artifact) for kind, artifact in made.items() if artifact]


def _notes(run: Run, attached: Sequence[tuple[str, Artifact]], api_url: str) -> list[FileNote]:
    """What the mail says of each file: attached, or where it is and why it is not attached."""
    inside = {kind for kind, _ in attached}
    notes = [FileNote(f"The whole report is attached as {kind.upper()}.") for kind in inside]
    for kind, artifact in _files(run):
        if kind in inside:
            continue
        too_large = f" ({artifact.bytes / 1e6:.0f} MB, too large to attach)" if artifact.bytes > LARGEST_ATTACHMENT else ""
        address = f"{api_url}/v1/analyses/{run.question.run_id}/report.{kind}"
        notes.append(FileNote(f"As {kind.upper()}{too_large} it can be downloaded with a key:", address, f"report.{kind}"))
    if not notes:
        notes.append(FileNote(f"There is no report file. {run.report.failure}" if run.report.failure else "No report file was asked for."))
    return notes


def _occasion(run: Run) -> str:
    return "Scheduled report" if run.question.schedule else "Analysis"


def _footer(run: Run, recipient: Recipient) -> str:
    sent = "A schedule sends it to" if run.question.schedule else "Whoever asked had it sent to"
    return f"Run {run.question.run_id}. {sent} {recipient.name}. Every figure leads back to its result, SQL and table in the report."


def _later(error: AgentError) -> str | None:
    """Why it has not gone out yet. What it fails with for good is stored when it is given up."""
    return f"{error} It is tried again." if isinstance(error, Unavailable) else None
