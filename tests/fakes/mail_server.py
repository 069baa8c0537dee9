"""A real SMTP server on this machine that takes, refuses, puts off, hangs or hangs up, as a test says."""

import asyncio
import ssl
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd import smtp
from aiosmtpd.smtp import AuthResult, Envelope, Session

OK = "250 taken"


@dataclass
class MailServer:
    """`recipient` and `data` give the answers to RCPT and to the message; `hang_up` closes the connection in place of the latter.

    `silent` never answers RCPT. `login` are a user and a password without which nothing is taken.
    """

    recipient: Callable[[str], str] = lambda address: OK
    data: Callable[[int], str] = lambda count: OK
    hang_up: bool = False
    silent: bool = False
    login: tuple[str, str] | None = None
    tls: ssl.SSLContext | None = None
    encrypted: bool = False
    largest: int = 40_000_000
    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    seen: int = 0
    """Messages that came whole, taken or not."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(5)
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _serve(self) -> None:
        encrypted = self.tls if self.encrypted else None
        self._server = await asyncio.get_running_loop().create_server(self._session, "127.0.0.1", self.port, ssl=encrypted)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _session(self) -> smtp.SMTP:
        more: dict[str, Any] = {}
        if self.login:
            more = {"authenticator": self.check, "auth_required": True, "auth_require_tls": False}
        if self.tls and not self.encrypted:
            more |= {"tls_context": self.tls, "require_starttls": True}
        with warnings.catch_warnings(action="ignore"):  # it warns of logins in the clear, which are what a test wants
            return smtp.SMTP(self, data_size_limit=self.largest, hostname="mail.example", loop=self._loop, **more)

    @property
    def url(self) -> str:
        user = f"{self.login[0]}:{self.login[1]}@" if self.login else ""
        return f"{'smtps' if self.encrypted else 'smtp'}://{user}127.0.0.1:{self.port}"

    # what aiosmtpd calls

    async def handle_RCPT(self, server: smtp.SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        if self.silent:
            await asyncio.sleep(60)
        answer = self.recipient(address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: smtp.SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.seen += 1
        if self.hang_up:
            assert server.transport
            server.transport.abort()
            return "421 gone"
        answer = self.data(self.seen)
        if answer == OK:
            assert isinstance(envelope.content, bytes)
            self.taken.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default))
        return answer

    def check(self, server: smtp.SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        wanted = self.login and tuple(part.encode() for part in self.login)
        return AuthResult(success=(given.login, given.password) == wanted, handled=False)
