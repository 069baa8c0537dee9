"""ports.Mailer against a real SMTP server on its good and bad days."""

import ssl
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from fakes.certificates import contexts
from fakes.mail_server import MailServer

from analytics_agent.adapters import smtp_mailer
from analytics_agent.adapters.smtp_mailer import SmtpMailer
from analytics_agent.domain.mail import Attachment, Mail
from analytics_agent.errors import DeliveryRejected, DeliveryUncertain, InvalidSettings, MailServerUnavailable

pytestmark = pytest.mark.anyio

SENDER = "reports@analytics.example"
MAIL = Mail(
    "d1-2-3", "ops@example.com", "Frontier was latest", "Frontier was 20.2 min late.\n", "<p>Frontier was <b>20.2 min</b> late.</p>"
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def mailer(server: MailServer, **more: Any) -> SmtpMailer:
    return SmtpMailer(server.url, SENDER, **{"patience": 2.0, "handing_over": 2.0, **more})


def handing_over(*answers: bool) -> tuple[Callable[[], Awaitable[bool]], list[str]]:
    """What the mailer calls before the message goes out; and what it has called."""
    called: list[str] = []

    async def asked() -> bool:
        called.append("handing over")
        return answers[0] if answers else True

    return asked, called


async def test_a_mail_arrives_whole_with_its_headers_and_attachments() -> None:
    pdf = Attachment("late-run1.pdf", "application/pdf", bytes(range(256)) * 500)
    asked, called = handing_over()
    with MailServer() as server:
        mail = Mail(MAIL.id, MAIL.to, "Late:\r\nBcc: everybody@example.com שלום", MAIL.text + "." + "x" * 3000, MAIL.html, (pdf,))
        assert await mailer(server).send(mail, handing_over=asked)
    (got,) = server.taken
    assert called == ["handing over"]
    assert got["Subject"] == "Late: Bcc: everybody@example.com שלום"
    assert got["Bcc"] is None
    assert (got["From"], got["To"]) == (SENDER, "ops@example.com")
    assert got["Message-ID"] == "<d1-2-3@analytics.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Date"]
    text, html = got.get_body(("plain",)), got.get_body(("html",))
    assert text and text.get_content().splitlines() == mail.text.splitlines()
    assert html and html.get_content().rstrip() == MAIL.html
    (file,) = got.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == ("late-run1.pdf", "application/pdf", pdf.content)


async def test_the_same_mail_has_the_same_message_id_each_time() -> None:
    asked, _ = handing_over()
    with MailServer() as server:
        for _ in range(2):
            await mailer(server).send(MAIL, handing_over=asked)
    assert len({mail["Message-ID"] for mail in server.taken}) == 1


async def test_nothing_is_sent_where_somebody_else_hands_it_over() -> None:
    asked, called = handing_over(False)
    with MailServer() as server:
        assert not await mailer(server).send(MAIL, handing_over=asked)
    assert called and not server.seen


@pytest.mark.parametrize(("answer", "error"), [("550 no such user <secret>", DeliveryRejected), ("451 greylisted", MailServerUnavailable)])
async def test_a_recipient_that_is_refused_is_told_by_the_code_and_before_anything_is_handed_over(
    answer: str, error: type[Exception]
) -> None:
    asked, called = handing_over()
    with MailServer(recipient=lambda address: answer) as server, pytest.raises(error) as caught:
        await mailer(server).send(MAIL, handing_over=asked)
    assert answer[:3] in str(caught.value)
    assert "secret" not in str(caught.value) and "greylisted" not in str(caught.value)
    assert not called and not server.seen


@pytest.mark.parametrize(("answer", "error"), [("554 spam", DeliveryRejected), ("452 disk full", MailServerUnavailable)])
async def test_a_message_that_is_refused_was_not_taken_and_is_not_uncertain(answer: str, error: type[Exception]) -> None:
    asked, called = handing_over()
    with MailServer(data=lambda count: answer) as server, pytest.raises(error, match=answer[:3]):
        await mailer(server).send(MAIL, handing_over=asked)
    assert called and server.seen == 1


async def test_a_server_that_says_later_takes_the_same_mail_later() -> None:
    asked, _ = handing_over()
    with MailServer(data=lambda count: "451 later" if count == 1 else "250 taken") as server:
        with pytest.raises(MailServerUnavailable):
            await mailer(server).send(MAIL, handing_over=asked)
        assert await mailer(server).send(MAIL, handing_over=asked)
    assert len(server.taken) == 1


async def test_a_connection_that_breaks_after_the_message_is_uncertain() -> None:
    asked, called = handing_over()
    with MailServer(hang_up=True) as server, pytest.raises(DeliveryUncertain, match="may have arrived"):
        await mailer(server).send(MAIL, handing_over=asked)
    assert called and server.seen == 1


async def test_a_server_that_is_silent_is_given_up_in_time() -> None:
    asked, called = handing_over()
    began = time.monotonic()
    with MailServer(silent=True) as server, pytest.raises(MailServerUnavailable, match="does not answer"):
        await mailer(server, patience=0.3).send(MAIL, handing_over=asked)
    assert time.monotonic() - began < 5
    assert not called


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with MailServer() as server:
        url = server.url
    asked, _ = handing_over()
    with pytest.raises(MailServerUnavailable):
        await SmtpMailer(url, SENDER, patience=1).send(MAIL, handing_over=asked)


@pytest.mark.filterwarnings("ignore:Session.login_data is deprecated")  # the test server's own affair
async def test_a_login_is_used_and_a_wrong_one_is_refused_without_being_shown() -> None:
    asked, _ = handing_over()
    with MailServer(login=("ann", "right/word")) as server:
        url = server.url.replace("right/word", "right%2Fword")
        assert await SmtpMailer(url, SENDER, patience=2).send(MAIL, handing_over=asked)
        with pytest.raises(DeliveryRejected, match=r"our login \(535\)") as caught:
            await SmtpMailer(url.replace("right", "wrong"), SENDER, patience=2).send(MAIL, handing_over=asked)
    assert "wrong" not in str(caught.value) and "ann" not in str(caught.value)
    assert len(server.taken) == 1


async def test_a_message_that_is_too_large_for_the_server_is_refused_before_it_is_sent() -> None:
    asked, called = handing_over()
    with MailServer(largest=1_000) as server, pytest.raises(DeliveryRejected, match="of this size"):
        large = Attachment("x.pdf", "application/pdf", b"x" * 5_000)
        await mailer(server).send(Mail("d", MAIL.to, "s", "t", "h", (large,)), handing_over=asked)
    assert not called


@pytest.mark.parametrize("encrypted", [True, False], ids=["smtps", "starttls"])
async def test_mail_goes_under_tls_to_a_server_that_proves_who_it_is(
    encrypted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_mailer, "is_loopback", lambda host: False)
    own, trusted = contexts(tmp_path)
    asked, _ = handing_over()
    with MailServer(tls=own, encrypted=encrypted) as server:
        assert await mailer(server, trusted=trusted).send(MAIL, handing_over=asked)
        with pytest.raises(DeliveryRejected, match="certificate"):
            await mailer(server, trusted=ssl.create_default_context()).send(MAIL, handing_over=asked)
    assert len(server.taken) == 1


async def test_beyond_this_machine_nothing_goes_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_mailer, "is_loopback", lambda host: False)
    asked, called = handing_over()
    with MailServer() as server, pytest.raises(DeliveryRejected, match="encryption"):
        await mailer(server).send(MAIL, handing_over=asked)
    assert not called and not server.seen


@pytest.mark.parametrize("url", ["", "http://geheim@host", "smtp://", "smtp://u:geheim@host:port", "mail.example.com:25"])
def test_an_address_that_is_none_of_a_mail_server_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(InvalidSettings) as caught:
        SmtpMailer(url, SENDER)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("sender", ["", "nobody", "a@b\r\nBcc: c@d", "A B <a@b>"])
def test_a_sender_that_is_no_address_is_refused(sender: str) -> None:
    with pytest.raises(InvalidSettings, match="MAIL_FROM"):
        SmtpMailer("smtp://127.0.0.1", sender)


def test_the_login_is_the_sender_where_none_is_set() -> None:
    SmtpMailer("smtps://reports%40example.com:x@mail.example.com", "")
