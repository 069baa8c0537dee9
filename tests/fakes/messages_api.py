"""A Messages API over a real socket whose replies a test writes. It refuses what the real one refuses, and counts what it gives.

Streamed where the request asks for it, in one piece where not; with count_tokens and message batches. `usage` adds up, model by
model, what it told anybody: a ledger must come to the same.
"""

import json
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from fakes.messages_batches import Batch, Batches, BatchRoutes, Fault
from fakes.messages_wire import Body, Cache, Event, encoded, events, refused, tokens


@dataclass(frozen=True)
class Says:
    """A reply with a stop reason of its own. With `cut` its last tool call ends in the middle of its input."""

    content: list[Body]
    stop_reason: str | None = None
    cut: bool = False


Reply = list[Body] | Says | Fault
Step = Callable[[Body], "list[Body] | Says | Fault"]
COUNTED = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "ephemeral_1h_input_tokens")


class MessagesApi:
    """`step` is asked for each request and gives content blocks, Says or a Fault. `requests` holds every body that came, in order."""

    def __init__(self, step: Step, *, stop_reason: str | None = None) -> None:
        self.requests: list[Body] = []
        self.asked_at: list[float] = []
        """When each of them came (time.monotonic)."""
        self.refusals: list[str] = []
        """Why requests were refused: a test in which this is not empty has found a request that the API would not take."""
        self.answered = 0
        self.usage: dict[str, Counter[str]] = {}
        self.batch_usage: dict[str, Counter[str]] = {}
        self.batches = Batches()
        self._step = step
        self._stop_reason = stop_reason
        self._cache = Cache()
        self._issued: set[str] = set()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        class Handler(_Handler):
            api = self

        return Handler

    def _take(self, body: Body) -> int:
        """Note a request, and give its number."""
        with self._lock:
            self.requests.append(body)
            self.asked_at.append(time.monotonic())
            return len(self.requests)

    def _message(self, number: int, body: Body, said: "list[Body] | Says") -> Body:
        reply = said if isinstance(said, Says) else Says(said)
        content = [self._numbered(number, place, block, body["model"]) for place, block in enumerate(reply.content)]
        calls = any(block["type"] == "tool_use" for block in content)
        with self._lock:
            usage = self._cache.count(body)
        return {
            "id": f"msg_{number}",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": content,
            "stop_reason": reply.stop_reason or self._stop_reason or ("tool_use" if calls else "end_turn"),
            "stop_sequence": None,
            "usage": {**usage, "output_tokens": tokens(content) if content else 1},
        }

    def _numbered(self, number: int, place: int, block: Body, model: str) -> Body:
        if block["type"] == "tool_use":
            return {"id": f"toolu_{number}_{place}", **block}
        if block["type"] == "thinking":
            block = {"signature": f"sig{number}_{place}:{model}", **block}
            self._issued.add(json.dumps({name: block[name] for name in ("thinking", "signature")}))
        return block

    def _count(self, into: dict[str, Counter[str]], model: str, usage: Body) -> None:
        flat = {**usage, **usage.get("cache_creation", {})}
        with self._lock:
            into.setdefault(model, Counter()).update({name: flat.get(name, 0) for name in COUNTED} | {"calls": 1})

    def _batch_lines(self, batch: Batch) -> list[Body]:
        """What came of each request, made when the batch ends; in another order than they came."""
        with self._lock:
            if batch.lines is not None:
                return batch.lines
            batch.lines = []
        lines = [{"custom_id": each["custom_id"], "result": self._batch_result(batch, each["params"])} for each in batch.requests]
        batch.lines = lines[::-1]
        return batch.lines

    def _batch_result(self, batch: Batch, params: Body) -> Body:
        if batch.canceled:
            return {"type": "canceled"}
        number, said = self._take(params), self._step(params)
        if isinstance(said, Fault):
            error = {"type": said.kind, "message": "scripted", "details": said.details}
            return {"type": said.kind} if said.kind in ("expired", "canceled") else {"type": "errored", "error": {"error": error}}
        message = self._message(number, params, said)
        self._count(self.batch_usage, params["model"], message["usage"])
        return {"type": "succeeded", "message": message}


class _Server(ThreadingHTTPServer):
    request_queue_size = 512
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away in the middle is none of our trouble."""


class _Handler(BatchRoutes):
    protocol_version = "HTTP/1.1"
    api: MessagesApi

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:  # noqa: N802  the name is http.server's
        body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
        path = urlsplit(self.path).path
        if path == "/v1/messages":
            self._messages(body)
        elif path == "/v1/messages/count_tokens":
            self._json(200, {"input_tokens": tokens([body.get("tools"), body.get("system"), body["messages"]])})
        elif path.startswith("/v1/messages/batches"):
            self._post_batch(path, body)
        else:
            self._fail(Fault(404, "not_found_error"))

    def do_GET(self) -> None:  # noqa: N802  the name is http.server's
        address = urlsplit(self.path)
        if address.path.startswith("/v1/messages/batches") and self.api.batches.supported:
            self._get_batch(address.path, parse_qs(address.query))
        else:
            self._fail(Fault(404, "not_found_error"))

    def _messages(self, body: Body) -> None:
        api = self.api
        number = api._take(body)
        self._number = number
        problem = refused(body, dict(self.headers), api._issued)
        if problem:
            api.refusals.append(problem)
        said = Fault(400, "invalid_request_error", details={"why": problem}) if problem else api._step(body)
        if isinstance(said, Fault):
            self._break(body, said) if said.mid else self._fail(said)
            return
        message = api._message(number, body, said)
        api._count(api.usage, body["model"], message["usage"])
        if not body.get("stream"):
            self._json(200, message)
        else:
            self._begin_stream()
            told = list(events(message))
            self._send_chunks(b"".join(map(encoded, _cut(told) if isinstance(said, Says) and said.cut else told)))
            self._end_stream()
        # A client that was killed while we thought has not been answered.
        api.answered += 1

    # a stream
    def _begin_stream(self) -> None:
        self.send_response(200)
        for name, value in {"content-type": "text/event-stream", "transfer-encoding": "chunked"}.items():
            self.send_header(name, value)
        self.send_header("request-id", f"req_{self._number}")
        self.end_headers()

    def _send_chunks(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _end_stream(self) -> None:
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _break(self, body: Body, fault: Fault) -> None:
        """Tell the input's usage and half of the content, then break."""
        message = self.api._message(self._number, body, fault.content)
        told = list(events(message))
        begun = told[: max(2, len(told) // 2)]
        self.api._count(self.api.usage, body["model"], begun[0][1]["message"]["usage"])
        self._begin_stream()
        self._send_chunks(b"".join(map(encoded, begun)))
        if fault.mid == "error":
            self._send_chunks(encoded(("error", {"error": {"type": fault.kind, "message": "scripted", "details": fault.details}})))
        elif fault.mid == "garbage":
            self._send_chunks(b'event: content_block_delta\ndata: {"type": "content_block_del\n\n')
        elif fault.mid == "wrong_shape":
            self._send_chunks(b'event: content_block_start\ndata: {"type": "content_block_start", "answer": 42}\n\n')
        elif fault.mid == "stall":
            self.api._closing.wait(fault.silent_seconds or 30)
        if fault.mid == "reset":
            self._reset()
        elif fault.mid in ("cut", "stall"):
            self.close_connection = True
        else:
            self._end_stream()

    def _reset(self) -> None:
        """Closed at once, what was not read yet thrown away: the other side sees a reset."""
        time.sleep(0.05)  # what was sent before has arrived
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        with suppress(OSError):
            self.connection.close()

    # answers in one piece
    def _fail(self, fault: Fault) -> None:
        self.api._closing.wait(fault.silent_seconds)
        if fault.close:
            self._reset()
            return
        error = {"type": fault.kind, "message": "scripted", "details": fault.details}
        raw = fault.raw if fault.raw is not None else json.dumps({"type": "error", "error": error}).encode()
        self._send(fault.status, raw, fault.headers, fault.content_type)

    def _json(self, status: int, body: Body) -> None:
        self._send(status, json.dumps(body).encode(), {})

    def _send(self, status: int, data: bytes, headers: dict[str, str], kind: str = "application/json") -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.send_header("request-id", f"req_{getattr(self, '_number', 0)}")
        self.end_headers()
        self.wfile.write(data)


def _cut(told: list[Event]) -> list[Event]:
    """Without the last piece of a tool's input: what a model leaves behind that ran out of tokens."""
    pieces = [place for place, (_, data) in enumerate(told) if data.get("delta", {}).get("type") == "input_json_delta"]
    return [event for place, event in enumerate(told) if place not in pieces[-1:]]


def call(name: str, **given: Any) -> Body:
    """A tool_use block."""
    return {"type": "tool_use", "name": name, "input": given}


def tools_of(body: Body) -> set[str]:
    return {tool["name"] for tool in body["tools"]}


def turn_of(body: Body) -> int:
    """Which turn of its conversation a request is, from 1."""
    return sum(message["role"] == "assistant" for message in body["messages"]) + 1
