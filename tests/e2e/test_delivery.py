"""A report on its way from a question on the command line to a mail server, a webhook and a folder: once each, whatever dies."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd import smtp
from e2e.command_line import run
from fakes.mail_server import OK, MailServer
from fakes.webhook_receiver import Receiver
from patience import until
from running_stack import MAIL_FROM, MAY_GET_ALL, RunningStack
from standardwebhooks import Webhook

pytestmark = pytest.mark.stack
QUESTION = "Which carriers were late most often in summer?"


@pytest.fixture
def folder(stack: RunningStack, tmp_path: Path) -> Iterator[Path]:
    """folder:archive, for reports of flights."""
    tmp_path.chmod(0o777)
    run(stack, "folders", "add", "archive", f"file://{tmp_path}", "--database", "flights")
    yield tmp_path
    run(stack, "folders", "remove", "archive")


def added(stack: RunningStack, receiver: Receiver) -> str:
    """webhook:chat, and the secret that verifies what comes from it."""
    done = run(stack, "webhooks", "add", "chat", receiver.url, "--database", "flights")
    assert done.code == 0, done.err
    return done.out.strip()


def states(stack: RunningStack, run_id: str) -> dict[str, dict[str, Any]]:
    with stack.client() as client:
        return {one["name"]: one for one in client.deliveries(run_id)}


def asked(stack: RunningStack, *recipients: str) -> str:
    """The id of a finished run, its report sent to these."""
    with stack.client() as client:
        run_id = client.submit(QUESTION, "flights", publish=False, formats=["pdf"], recipients=list(recipients))
    document = stack.finished(run_id)
    assert document["status"] == "succeeded", document["reason"]
    return run_id


def test_a_report_goes_to_a_mail_server_a_webhook_and_a_folder_and_to_nobody_without_the_right(stack: RunningStack, folder: Path) -> None:
    board, nobody = f"ann@{MAY_GET_ALL}", "ann@elsewhere.example"
    with MailServer(port=stack.mail_port) as server, Receiver() as receiver:
        secret = added(stack, receiver)
        to = [word for one in (board, nobody, "webhook:chat", "folder:archive") for word in ("--to", one)]
        done = run(stack, "ask", QUESTION, "--database", "flights", "--no-publish", *to, "--json")
        assert done.code == 0, done.err
        document = done.document
        with stack.client() as client:
            pdf = client.report(document["id"], "pdf")
        (mail,) = server.taken
        (post,) = receiver.posts

    sent = {one["name"]: one["state"] for one in document["deliveries"]}
    assert sent == {board: "sent", nobody: "held", "chat": "sent", "archive": "sent"}
    (held,) = (one["reason"] for one in document["deliveries"] if one["state"] == "held")
    assert "may read" in held and "flights" not in held

    assert (mail["From"], mail["To"], mail["Subject"]) == (MAIL_FROM, board, document["headline"])
    (attached,) = mail.iter_attachments()
    assert attached.get_content() == pdf
    text = mail.get_body(("plain",))
    assert text and "35.0\u00a0%" in text.get_content()

    event = Webhook(secret).verify(post.body.decode(), post.headers)
    assert event["type"] == "report.ready"
    assert (event["data"]["id"], event["data"]["headline"]) == (document["id"], document["headline"])

    files = {path.suffix: path for path in folder.iterdir()}
    assert set(files) == {".pdf", ".html", ".json"}
    assert files[".pdf"].read_bytes() == pdf
    assert json.loads(files[".json"].read_text())["summary"] == document["answer"]["summary"]


@dataclass
class Stuck(MailServer):
    """Holds the messages of "data" before it answers, and the addresses of "rcpt" before it takes them, until `go`."""

    go: threading.Event = field(default_factory=threading.Event)
    held: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)

    async def handle_RCPT(self, server: smtp.SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("rcpt"):
            await self._hold(address)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: smtp.SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        self.whole.append(address)
        if address.startswith("data"):
            await self._hold(address)
        return await super().handle_DATA(server, session, envelope)

    async def _hold(self, what: str) -> None:
        self.held.append(what)
        while not self.go.is_set():
            await asyncio.sleep(0.05)


def test_a_worker_killed_while_it_sends_sends_nothing_twice(stack: RunningStack, folder: Path) -> None:
    """One mail was handed over and not answered for, one was about to be, one webhook was being answered."""
    handed_over, before = f"data@{MAY_GET_ALL}", f"rcpt@{MAY_GET_ALL}"
    with Stuck(port=stack.mail_port) as server, Receiver(before=3.0) as receiver:
        added(stack, receiver)
        run_id = asked(stack, handed_over, before, "webhook:chat", "folder:archive")
        until(lambda: len(server.held) == 2 and bool(receiver.posts))
        stack.kill("worker-deliver")
        receiver.before = 0.0
        server.go.set()
        until(lambda: all(one["state"] not in ("waiting",) for one in states(stack, run_id).values()))
        time.sleep(2)  # whatever would be sent twice would be by now
        now = states(stack, run_id)
        assert {name: one["state"] for name, one in now.items()} == {
            handed_over: "uncertain",
            before: "sent",
            "chat": "sent",
            "archive": "sent",
        }
        assert sorted(server.whole) == sorted([handed_over, before])
        assert len({post.headers["webhook-id"] for post in receiver.posts}) == 1
        assert "It may have arrived" in now[handed_over]["reason"]

        done = run(stack, "reports", "deliver", run_id, "--to", handed_over, "--json")
        assert done.code == 1 and json.loads(done.out)[0]["state"] == "uncertain"
        assert len(server.whole) == 2
        done = run(stack, "reports", "deliver", run_id, "--to", handed_over, "--again", "--json")
        assert done.code == 0 and json.loads(done.out)[0]["state"] == "sent", done.out
        assert server.whole.count(handed_over) == 2
    assert len(list(folder.iterdir())) == 2


def test_a_mail_server_that_says_later_is_tried_again_and_one_that_says_no_is_final(stack: RunningStack) -> None:
    later, never = f"later@{MAY_GET_ALL}", f"never@{MAY_GET_ALL}"
    answers = {later: ["451 not now"], never: ["550 no such user"] * 9}
    with MailServer(port=stack.mail_port, recipient=lambda address: answers[address].pop() if answers[address] else OK) as server:
        run_id = asked(stack, later, never)
        until(lambda: states(stack, run_id)[later]["state"] == "sent")
        now = states(stack, run_id)
    assert (now[later]["attempts"], now[never]["attempts"]) == (2, 1)
    assert now[never]["state"] == "failed"
    assert "(550)" in now[never]["reason"] and "no such user" not in now[never]["reason"]
    assert [mail["To"] for mail in server.taken] == [later]
    with stack.client() as client:
        told = [(event["data"]["recipient"], event["data"]["state"]) for event in client.events(run_id) if event["kind"] == "delivery"]
    assert sorted(told) == [(f"mail:{later}", "sent"), (f"mail:{later}", "waiting"), (f"mail:{never}", "failed")]


def test_a_person_of_superset_gets_what_superset_shows_them(stack: RunningStack) -> None:
    """The administrator's address is in no pattern: Superset says that they may read every table."""
    admin = f"{stack.superset_login[0]}@localhost.invalid"
    with MailServer(port=stack.mail_port) as server:
        run_id = asked(stack, admin)
        until(lambda: states(stack, run_id)[admin]["state"] != "waiting")
        assert states(stack, run_id)[admin]["state"] == "sent", states(stack, run_id)
    assert [mail["To"] for mail in server.taken] == [admin]
