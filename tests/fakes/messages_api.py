"""A Messages API over a real socket whose replies a test writes. It refuses what the real one refuses."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Body = dict[str, Any]
Step = Callable[[Body], "list[Body] | Fault"]


class Fault:
    """A reply that is no message: an HTTP error, another content type, a cut body, a closed connection, silence."""

    def __init__(
        self,
        status: int = 500,
        kind: str = "api_error",
        *,
        headers: dict[str, str] | None = None,
        details: Body | None = None,
        raw: bytes | None = None,
        content_type: str = "application/json",
        close: bool = False,
        silent_seconds: float = 0,
    ) -> None:
        self.status, self.kind, self.headers, self.details = status, kind, headers or {}, details
        self.raw, self.content_type, self.close, self.silent_seconds = raw, content_type, close, silent_seconds


class MessagesApi:
    """`step` is asked for each request and gives content blocks or a Fault. `requests` holds every body that came, in order."""

    def __init__(self, step: Step, *, stop_reason: str | None = None) -> None:
        self.requests: list[Body] = []
        self.answered = 0
        self._step = step
        self._stop_reason = stop_reason
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                api.requests.append(body)
                problem = refused(body, dict(self.headers))
                outcome = Fault(400, "invalid_request_error", details={"why": problem}) if problem else api._step(body)
                if isinstance(outcome, Fault):
                    self._fail(outcome)
                    return
                # A client that was killed while we thought has not been answered.
                self._send(200, json.dumps(api._message(body, outcome)).encode(), {})
                api.answered += 1

            def _fail(self, fault: Fault) -> None:
                time.sleep(fault.silent_seconds)
                if fault.close:
                    self.close_connection = True
                    self.connection.close()
                    return
                error = {"type": fault.kind, "message": "scripted", "details": fault.details}
                raw = fault.raw if fault.raw is not None else json.dumps({"type": "error", "error": error}).encode()
                self._send(fault.status, raw, fault.headers, fault.content_type)

            def _send(self, status: int, data: bytes, headers: dict[str, str], kind: str = "application/json") -> None:
                self.send_response(status)
                for name, value in {"content-type": kind, "content-length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                self.send_header("request-id", f"req_{len(api.requests)}")
                self.end_headers()
                self.wfile.write(data)

        return Handler

    def _message(self, body: Body, content: list[Body]) -> Body:
        numbered = [
            {"id": f"toolu_{len(self.requests)}_{place}", **block} if block["type"] == "tool_use" else block
            for place, block in enumerate(content)
        ]
        calls = any(block["type"] == "tool_use" for block in content)
        return {
            "id": f"msg_{len(self.requests)}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": numbered,
            "stop_reason": self._stop_reason or ("tool_use" if calls else "end_turn"),
            "stop_sequence": None,
            "usage": {"input_tokens": 1000, "output_tokens": 100, "cache_creation_input_tokens": 10, "cache_read_input_tokens": 20},
        }


def refused(body: Body, headers: dict[str, str]) -> str | None:
    """What the API would not take: no key, sampling parameters, tool calls without results, more than four cache marks."""
    if not headers.get("Authorization", headers.get("authorization", "")).startswith("Bearer "):
        return "no key"
    for parameter in ("temperature", "top_p", "top_k"):
        if parameter in body:
            return f"{parameter} is not taken"
    if json.dumps(body).count('"cache_control"') > 4:
        return "more than four cache marks"
    return _unpaired(body["messages"])


def _unpaired(messages: list[Body]) -> str | None:
    for message, following in zip(messages, [*messages[1:], None], strict=True):
        blocks = message["content"] if isinstance(message["content"], list) else []
        called = {block["id"] for block in blocks if block["type"] == "tool_use"}
        answers = following["content"] if following and isinstance(following["content"], list) else []
        answered = {block["tool_use_id"] for block in answers if block["type"] == "tool_result"}
        if called != answered:
            return "tool_use and tool_result do not pair"
    return None


def call(name: str, **given: Any) -> Body:
    """A tool_use block."""
    return {"type": "tool_use", "name": name, "input": given}


def tools_of(body: Body) -> set[str]:
    return {tool["name"] for tool in body["tools"]}


def turn_of(body: Body) -> int:
    """Which turn of its conversation a request is, from 1."""
    return sum(message["role"] == "assistant" for message in body["messages"]) + 1
