"""One delivery: checked, sent once, and told as it stands, whatever breaks and wherever the worker dies."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import ANSWER, EVIDENCE, FINDINGS, RECEIPT, catalog, query, question
from fakes.rights import MemoryRights
from fakes.ways_out import Killed, MemoryFolders, MemoryMailer, MemoryWebhooks

from analytics_agent.activities.deliver_report import HANDED_OVER, DeliverReportActivities, Ways
from analytics_agent.activities.deliveries import DeliveryActivities
from analytics_agent.deliver.right_to_see import RightToSee
from analytics_agent.domain.database import Database
from analytics_agent.domain.delivery import Delivery, Destination
from analytics_agent.domain.orders import DeliveryOrder, RunOrder
from analytics_agent.domain.report import Report
from analytics_agent.errors import DeliveryRejected, DeliveryUncertain, MailServerUnavailable, StoreUnavailable, WebhookUnavailable

pytestmark = pytest.mark.anyio

PDF = b"%PDF-1.7 report"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class World:
    """Everything a delivery needs, in memory."""

    store: MemoryStore = field(default_factory=MemoryStore)
    artifacts: MemoryArtifacts = field(default_factory=MemoryArtifacts)
    rights: MemoryRights = field(default_factory=lambda: MemoryRights(everything=True))
    mailer: MemoryMailer = field(default_factory=MemoryMailer)
    webhooks: MemoryWebhooks = field(default_factory=MemoryWebhooks)
    folders: MemoryFolders = field(default_factory=MemoryFolders)

    @property
    def activities(self) -> DeliverReportActivities:
        ways = Ways(lambda: self.mailer, lambda: self.webhooks, lambda: self.folders, "http://api")
        return DeliverReportActivities(self.store, self.artifacts, RightToSee(self.store, self.rights), ways)

    async def begun(self, *recipients: str, report: Report | None = None, **more: Any) -> Sequence[Delivery]:
        """A finished run's deliveries."""
        await self.store.save_database(Database("flights", "postgresql://reader@host/flights"))
        await self.store.save_catalog(catalog())
        await self.store.save_destination(Destination("webhook", "chat", "https://hooks.example.com/x", "whsec_x"))
        await self.store.save_destination(Destination("folder", "archive", "file:///srv"))
        asked = question(recipients=recipients, **more)
        await self.store.create_run(asked)
        rows = await self.artifacts.put_table(pa.table({"carrier": ["F9", "EV"], "delay": [20.215543, 19.955390]}))
        await self.store.add_query(asked.run_id, query(artifact=rows), key="q1")
        made = report or Report(
            await self.artifacts.put_file(b"<!doctype html>", "text/html"), await self.artifacts.put_file(PDF, "application/pdf")
        )
        documents = {"evidence": EVIDENCE, "findings": FINDINGS, "answer": ANSWER, "report": made, "receipt": RECEIPT}
        for name, record in documents.items():
            await self.store.save_document(asked.run_id, name, record)
        waiting = await DeliveryActivities(self.store).begin_deliveries(RunOrder(asked.run_id))
        return [await self.store.delivery(one) for one in waiting.ids]

    async def deliver(self, one: Delivery) -> bool:
        return await self.activities.deliver_report(DeliveryOrder(one.id))

    async def now(self, one: Delivery) -> Delivery:
        return await self.store.delivery(one.id)

    async def told(self, one: Delivery) -> list[str]:
        return [event.data["state"] for event in await self.store.events(one.run_id) if event.kind == "delivery"]


async def test_each_way_gets_the_report_in_its_form() -> None:
    world = World()
    for one in await world.begun("mail:ops@example.com", "webhook:chat", "folder:archive"):
        assert await world.deliver(one)
        assert (await world.now(one)).state == "sent"
    (mail,) = world.mailer.taken
    assert (mail.to, mail.subject) == ("ops@example.com", "Frontier was latest")
    assert [(each.media_type, each.content) for each in mail.attachments] == [("application/pdf", PDF)]
    assert "20.2 min" in mail.text and "20.2 min" in mail.html
    assert RECEIPT.dashboard_url and RECEIPT.dashboard_url in mail.html
    ((_, message_id, body),) = world.webhooks.posts
    sent = json.loads(body)
    assert sent["type"] == "report.ready"
    assert sent["data"]["headline"] == "Frontier was latest"
    assert sent["data"]["report"]["pdf"] == f"http://api/v1/analyses/{sent['data']['id']}/report.pdf"
    names = sorted(world.folders.files)
    assert [name.rpartition(".")[2] for name in names] == ["html", "json", "pdf"]
    assert len({name.rpartition(".")[0] for name in names}) == 1
    assert message_id


async def test_a_second_try_of_what_was_sent_sends_nothing_and_is_one_event() -> None:
    world = World()
    for one in await world.begun("mail:ops@example.com", "webhook:chat"):
        for _ in range(3):
            assert await world.deliver(one)
        assert (await world.now(one)).attempts == 1
    assert len(world.mailer.taken) == 1
    assert len(world.webhooks.posts) == 1
    assert await world.told(one) == ["sent", "sent"]


async def test_a_recipient_without_the_right_is_held_with_a_sentence_and_gets_nothing() -> None:
    world = World(rights=MemoryRights())
    (one,) = await world.begun("mail:ops@example.com")
    assert await world.deliver(one)
    held = await world.now(one)
    assert held.state == "held"
    assert held.reason and "may read" in held.reason
    assert not world.mailer.taken
    assert await world.told(one) == ["held"]


async def test_the_right_is_asked_for_when_it_is_sent_not_only_when_it_was_begun() -> None:
    world = World()
    (one,) = await world.begun("mail:ops@example.com")
    world.rights.readable = set()
    await world.deliver(one)
    assert (await world.now(one)).state == "held"


async def test_a_worker_killed_after_handing_over_leaves_it_uncertain_and_a_new_one_does_not_send_again() -> None:
    world = World(mailer=MemoryMailer(after=Killed()))
    (one,) = await world.begun("mail:ops@example.com")
    with pytest.raises(Killed):
        await world.deliver(one)
    world.mailer.after = None
    assert not await world.deliver(one)
    left = await world.now(one)
    assert (left.state, left.reason, left.attempts) == ("uncertain", HANDED_OVER, 1)
    assert len(world.mailer.taken) == 1
    assert await world.told(one) == ["uncertain"]


async def test_a_worker_killed_before_handing_over_is_made_good_by_the_next_one() -> None:
    world = World(mailer=MemoryMailer(before=Killed()))
    (one,) = await world.begun("mail:ops@example.com")
    with pytest.raises(Killed):
        await world.deliver(one)
    world.mailer.before = None
    assert await world.deliver(one)
    assert len(world.mailer.taken) == 1


async def test_a_connection_that_breaks_after_the_message_is_uncertain_and_not_tried_again() -> None:
    world = World(mailer=MemoryMailer(after=DeliveryUncertain("It may have arrived.")))
    (one,) = await world.begun("mail:ops@example.com")
    assert not await world.deliver(one)
    assert not await world.deliver(one)
    assert (await world.now(one)).state == "uncertain"
    assert len(world.mailer.taken) == 1


async def test_a_message_that_the_server_refuses_is_not_uncertain_and_goes_out_later() -> None:
    world = World(mailer=MemoryMailer(after=MailServerUnavailable("The mail server says later to the message (451).")))
    (one,) = await world.begun("mail:ops@example.com")
    for tries in (1, 2):
        with pytest.raises(MailServerUnavailable):
            await world.deliver(one)
        later = await world.now(one)
        assert (later.state, later.attempts) == ("waiting", tries)
        assert later.reason and "451" in later.reason
    world.mailer.after = None
    assert await world.deliver(one)
    done = await world.now(one)
    assert (done.state, done.reason, done.attempts) == ("sent", None, 3)
    assert await world.told(one) == ["waiting", "sent"]


async def test_a_refusal_for_good_fails_when_the_workflow_gives_it_up_and_says_why() -> None:
    world = World(mailer=MemoryMailer(before=DeliveryRejected("The mail server refuses the recipient's address (550).")))
    (one,) = await world.begun("mail:ops@example.com")
    with pytest.raises(DeliveryRejected):
        await world.deliver(one)
    await DeliveryActivities(world.store).give_up_delivery(DeliveryOrder(one.id, "The mail server refuses it (550)."))
    failed = await world.now(one)
    assert (failed.state, failed.attempts, failed.reason) == ("failed", 1, "The mail server refuses it (550).")
    assert await world.told(one) == ["failed"]


async def test_what_was_handed_over_meanwhile_is_not_given_up() -> None:
    world = World(mailer=MemoryMailer(after=Killed()))
    (one,) = await world.begun("mail:ops@example.com")
    with pytest.raises(Killed):
        await world.deliver(one)
    await DeliveryActivities(world.store).give_up_delivery(DeliveryOrder(one.id, "No worker delivered it in time."))
    assert (await world.now(one)).state == "uncertain"


async def test_of_two_workers_with_the_same_mail_one_hands_it_over() -> None:
    """The first one hangs in the server while Temporal gives the delivery to a second one."""
    world = World()
    (one,) = await world.begun("mail:ops@example.com")

    class Slow(MemoryMailer):
        async def send(self, mail: Any, *, handing_over: Any) -> bool:
            assert await handing_over()
            world.mailer = MemoryMailer()
            world.mailer.taken = self.taken
            assert not await world.deliver(one)
            self.taken.append(mail)
            return True

    world.mailer = Slow()
    assert await world.deliver(one)
    assert (await world.now(one)).state == "sent"
    assert len(world.mailer.taken) == 1


async def test_one_that_fails_while_another_worker_hands_it_over_does_not_undo_that() -> None:
    world = World()
    (one,) = await world.begun("mail:ops@example.com")

    class Beaten(MemoryMailer):
        async def send(self, mail: Any, *, handing_over: Any) -> bool:
            await world.store.move_delivery(replace(one, state="uncertain"), before="waiting")
            raise MailServerUnavailable("The mail server does not answer.")

    world.mailer = Beaten()
    with pytest.raises(MailServerUnavailable):
        await world.deliver(one)
    assert (await world.now(one)).state == "uncertain"


async def test_a_webhook_is_tried_again_under_the_same_id() -> None:
    world = World(webhooks=MemoryWebhooks(WebhookUnavailable("The webhook chat says later (503).")))
    (one,) = await world.begun("webhook:chat")
    with pytest.raises(WebhookUnavailable):
        await world.deliver(one)
    world.webhooks.error = None
    assert await world.deliver(one)
    assert {message_id for _, message_id, _ in world.webhooks.posts} == {one.id}


async def test_a_store_that_is_away_for_a_moment_does_not_make_a_sent_one_uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    from analytics_agent.activities import deliver_report

    monkeypatch.setattr(deliver_report, "_SETTLE_PAUSES", (0.0, 0.0))
    world = World()
    (one,) = await world.begun("mail:ops@example.com")
    move, left = world.store.move_delivery, [StoreUnavailable("away"), StoreUnavailable("away")]

    async def away(delivery: Delivery, *, before: Any) -> bool:
        if delivery.state == "sent" and left:
            raise left.pop()
        return await move(delivery, before=before)

    monkeypatch.setattr(world.store, "move_delivery", away)
    assert await world.deliver(one)
    assert (await world.now(one)).state == "sent"


async def test_a_report_too_large_for_a_mail_is_named_with_its_address() -> None:
    world = World()
    large = replace(await world.artifacts.put_file(PDF, "application/pdf"), bytes=18_000_000)
    (one,) = await world.begun("mail:ops@example.com", report=Report(pdf=large))
    await world.deliver(one)
    (mail,) = world.mailer.taken
    assert not mail.attachments
    assert "18 MB, too large to attach" in mail.text
    assert f"http://api/v1/analyses/{one.run_id}/report.pdf" in mail.text


async def test_html_is_attached_where_it_is_all_there_is_and_no_report_is_said() -> None:
    world = World()
    html = await world.artifacts.put_file(b"<!doctype html>", "text/html")
    (one,) = await world.begun("mail:ops@example.com", report=Report(html=html))
    await world.deliver(one)
    (other,) = await world.begun("mail:ops@example.com", report=Report(failure="The disk is full."))
    await world.deliver(other)
    first, second = world.mailer.taken
    assert [each.media_type for each in first.attachments] == ["text/html"]
    assert not second.attachments
    assert "There is no report file. The disk is full." in second.text


async def test_an_unknown_recipient_among_the_stored_ones_keeps_no_other_from_getting_it() -> None:
    world = World()
    begun = await world.begun("carrier-pigeon:x", "webhook:chat")
    assert [str(one.recipient) for one in begun] == ["webhook:chat"]
