"""ports.Mailer over SMTP. The server's own words are never passed on: its code and what it answered to are told in ours."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from analytics_agent.domain.addresses import is_loopback, mail_address
from analytics_agent.domain.mail import Mail
from analytics_agent.errors import AgentError, DeliveryRejected, DeliveryUncertain, InvalidSettings, MailServerUnavailable

if TYPE_CHECKING:
    import aiosmtplib

PATIENCE = 20.0
"""Seconds for each answer of the server before the message."""
HANDING_OVER = 150.0
"""Seconds for the message itself: a large attachment over a slow line, and servers that scan it before they answer."""

_PORTS = {"smtp": 587, "smtps": 465}
_CHECK = "Check ANALYTICS_AGENT_SMTP_URL."
_PERMANENT = 500
_TOO_LARGE = frozenset({523, 552})


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over. Beyond this machine always under TLS: `smtp` begins it with STARTTLS, `smtps` from the first byte."""

    host: str
    port: int
    encrypted: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str) -> "MailServer":
        """Raises InvalidSettings; the address, which may hold a password, is not quoted."""
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            raise InvalidSettings(["ANALYTICS_AGENT_SMTP_URL: the port is not a number"]) from None
        if parts.scheme not in _PORTS or not parts.hostname:
            raise InvalidSettings(["ANALYTICS_AGENT_SMTP_URL: write smtp://user:password@host:587 or smtps://user:password@host"])
        user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
        return cls(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "smtps", user, password)

    @property
    def shown(self) -> str:
        return f"{self.host}:{self.port}"


class SmtpMailer:
    """One connection a mail: reports are few, and a connection that was kept has often been closed by the time it is wanted."""

    def __init__(
        self,
        url: str,
        sender: str,
        *,
        trusted: ssl.SSLContext | None = None,
        patience: float = PATIENCE,
        handing_over: float = HANDING_OVER,
    ) -> None:
        """`trusted` replaces the machine's certificate authorities, in tests. Raises InvalidSettings."""
        self._server = MailServer.of(url)
        self._sender = _checked_sender(sender or self._server.user or "")
        self._trusted = trusted
        self._patience, self._handing_over = patience, handing_over

    async def send(self, mail: Mail, *, handing_over: Callable[[], Awaitable[bool]]) -> bool:
        content = await asyncio.to_thread(_bytes, mail, self._sender)
        async with self._connected() as smtp:
            if smtp.is_ehlo_or_helo_needed:
                await smtp.ehlo()
            await smtp.mail(self._sender, options=_size(smtp, content))
            await smtp.rcpt(mail.to)
            if not await handing_over():
                return False
            await self._hand_over(smtp, content)
        return True

    async def check(self) -> None:
        """Log in and send nothing. Raises MailServerUnavailable or DeliveryRejected."""
        async with self._connected() as smtp:
            if smtp.is_ehlo_or_helo_needed:
                await smtp.ehlo()

    async def _hand_over(self, smtp: "aiosmtplib.SMTP", content: bytes) -> None:
        """From here on, no answer means that it may have arrived; an answer that refuses means that it has not."""
        import aiosmtplib

        try:
            await smtp.data(content, timeout=self._handing_over)
        except aiosmtplib.SMTPResponseException:
            raise
        except (aiosmtplib.SMTPException, OSError):
            raise DeliveryUncertain(
                f"The mail server {self._server.shown} got the message and did not say that it took it. It may have arrived.",
                hint="Ask the recipient; to send it once more: `analytics-agent reports deliver ID --to ADDRESS --again`.",
            ) from None

    @asynccontextmanager
    async def _connected(self) -> "AsyncIterator[aiosmtplib.SMTP]":
        """Logged in; whatever fails in the block is told as one of our errors."""
        import aiosmtplib

        smtp = self._connection()
        try:
            await smtp.connect()
            yield smtp
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._told(error) from None
        finally:
            with suppress(aiosmtplib.SMTPException, OSError):
                await asyncio.shield(smtp.quit(timeout=2)) if smtp.is_connected else None
            smtp.close()

    def _connection(self) -> "aiosmtplib.SMTP":
        import aiosmtplib

        server, local = self._server, is_loopback(self._server.host)
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user if server.password else None,
            password=server.password,
            timeout=self._patience,
            use_tls=server.encrypted,
            start_tls=not server.encrypted and not local,
            tls_context=self._trusted or ssl.create_default_context(),
            local_hostname="localhost" if local else None,
        )

    def _told(self, error: Exception) -> AgentError:
        import aiosmtplib

        at = self._server.shown
        if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
            return DeliveryRejected(f"The mail server {at} does not prove by a valid certificate who it is.", hint=_CHECK)
        if isinstance(error, aiosmtplib.SMTPNotSupported) or type(error) is aiosmtplib.SMTPException:  # the latter for a missing STARTTLS
            return DeliveryRejected(f"The mail server {at} does not offer what we need: encryption, or a way to log in.", hint=_CHECK)
        if isinstance(error, aiosmtplib.SMTPResponseException) and error.code > 0:
            return _answered(error, at)
        return MailServerUnavailable(f"The mail server {at} does not answer.", hint=_CHECK)


def _answered(error: "aiosmtplib.SMTPResponseException", at: str) -> AgentError:
    """By the code alone: 4xx is "later", 5xx is "no"."""
    import aiosmtplib

    subjects: dict[type[Exception], tuple[str, str]] = {
        aiosmtplib.SMTPAuthenticationError: ("our login", _CHECK),
        aiosmtplib.SMTPSenderRefused: ("our sender's address", "Check ANALYTICS_AGENT_MAIL_FROM."),
        aiosmtplib.SMTPRecipientRefused: ("the recipient's address", "Check the address."),
        aiosmtplib.SMTPDataError: ("the message", "It may be too large, or the server takes it for unwanted mail."),
    }
    subject, hint = next((told for kind, told in subjects.items() if isinstance(error, kind)), ("us", _CHECK))
    if error.code in _TOO_LARGE:
        subject, hint = "a message of this size", "Download the report instead, or ask for HTML alone: --formats html."
    if error.code < _PERMANENT:
        return MailServerUnavailable(f"The mail server {at} says later to {subject} ({error.code}).")
    return DeliveryRejected(f"The mail server {at} refuses {subject} ({error.code}).", hint=hint)


def _size(smtp: "aiosmtplib.SMTP", content: bytes) -> list[str]:
    """Where the server wants to know how large it is, a message that is too large is refused before it is sent."""
    return [f"SIZE={len(content)}"] if smtp.supports_extension("size") else []


def _checked_sender(sender: str) -> str:
    try:
        return mail_address(sender)
    except ValueError:
        raise InvalidSettings(["ANALYTICS_AGENT_MAIL_FROM: set the sender's address of reports by mail, as reports@example.com"]) from None


def _bytes(mail: Mail, sender: str) -> bytes:
    """The message as it goes over the wire. EmailMessage refuses a line feed in a header; ours are taken out before."""
    message = EmailMessage(policy=WIRE)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    for attachment in mail.attachments:
        kind, _, subtype = attachment.media_type.partition("/")
        message.add_attachment(attachment.content, maintype=kind, subtype=subtype, filename=attachment.name)
    return message.as_bytes()
