"""A real HTTP server on this machine that keeps what is posted to it and answers as a test says."""

import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Posted:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`answers` are the statuses, one after the other, the last one for ever. `before` is waited before each answer."""

    answers: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    before: float = 0.0
    tls: ssl.SSLContext | None = None
    posts: list[Posted] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), type("Handler", (_Handler,), {"told": self}))
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/T0/geheim?token=geheim"

    def answer(self) -> int:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Handler(BaseHTTPRequestHandler):
    told: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.told.posts.append(Posted(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        time.sleep(self.told.before)
        self.send_response(self.told.answer())
        for name, value in self.told.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.told.body)

    def do_GET(self) -> None:
        self.told.posts.append(Posted(self.path, {}, b"followed"))
        self.send_response(200)
        self.end_headers()

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # the client went away, as tests make it do
            return

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""
