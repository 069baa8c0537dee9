"""Message batches of the scripted Messages API, and the fault that a test writes in the place of a reply."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Literal

from fakes.messages_wire import Body, shape_problem

if TYPE_CHECKING:
    from fakes.messages_api import MessagesApi

Break = Literal["reset", "stall", "cut", "end", "garbage", "wrong_shape", "error"]
"""How a stream breaks in its middle: reset, silence, closed without its end, ended without message_stop, events that are no JSON or of
another shape, an error event of the fault's kind."""


class Fault:
    """A reply that is no message: an HTTP error, another content type, a cut body, a closed connection, silence; with `mid` a stream
    that begins with `content` and breaks."""

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
        mid: Break | None = None,
        content: list[Body] | None = None,
    ) -> None:
        self.status, self.kind, self.headers, self.details = status, kind, headers or {}, details
        self.raw, self.content_type, self.close, self.silent_seconds = raw, content_type, close, silent_seconds
        self.mid, self.content = mid, content if content is not None else [{"type": "text", "text": "Let me look at " * 20}]


@dataclass
class Batch:
    id: str
    requests: list[Body]
    created_at: datetime
    canceled: bool = False
    lines: list[Body] | None = None
    """Its results, once it has ended."""


@dataclass
class Batches:
    """What a test sets and looks at. `ready` says of each batch whether it has ended; `lose_next` accepts one and resets the connection."""

    supported: bool = True
    ready: Callable[[Batch], bool] = lambda batch: True
    lose_next: bool = False
    told_instead: tuple[str, ...] = ()
    """Lines of results, whatever was asked."""

    made: list[Batch] = field(default_factory=list)


class BatchRoutes(BaseHTTPRequestHandler):
    """The paths below /v1/messages/batches."""

    api: "MessagesApi"

    def _fail(self, fault: Fault) -> None:
        raise NotImplementedError

    def _json(self, status: int, body: Body) -> None:
        raise NotImplementedError

    def _reset(self) -> None:
        raise NotImplementedError

    def _send(self, status: int, data: bytes, headers: dict[str, str], kind: str = "application/json") -> None:
        raise NotImplementedError

    def _post_batch(self, path: str, body: Body) -> None:
        if not self.api.batches.supported:
            self._fail(Fault(404, "not_found_error"))
        elif path.endswith("/cancel"):
            batch = self._batch(path.split("/")[-2])
            if batch is None:
                self._fail(Fault(404, "not_found_error"))
                return
            batch.canceled = True
            self._json(200, self._described(batch))
        else:
            self._create(body)

    def _create(self, body: Body) -> None:
        problems = [problem for each in body.get("requests", []) if (problem := shape_problem(each["params"]))]
        names = [each["custom_id"] for each in body.get("requests", [])]
        if problems or not names or len(set(names)) < len(names) or any(not 0 < len(name) <= 64 for name in names):
            self.api.refusals += problems or ["custom ids"]
            self._fail(Fault(400, "invalid_request_error"))
            return
        batches = self.api.batches
        with self.api._lock:
            batch = Batch(f"msgbatch_{len(batches.made) + 1}", body["requests"], datetime.now(UTC))
            batches.made.append(batch)
        if batches.lose_next:
            batches.lose_next = False
            self._reset()
            return
        self._json(200, self._described(batch))

    def _get_batch(self, path: str, query: dict[str, list[str]]) -> None:
        parts = path.removeprefix("/v1/messages/batches").strip("/").split("/")
        if parts == [""]:
            self._list(query)
            return
        batch = self._batch(parts[0])
        if batch is None:
            self._fail(Fault(404, "not_found_error"))
        elif parts[1:] == ["results"]:
            lines = self.api.batches.told_instead or [json.dumps(line) for line in self.api._batch_lines(batch)]
            self._send(200, "".join(f"{line}\n" for line in lines).encode(), {}, "application/x-jsonl")
        else:
            self._json(200, self._described(batch))

    def _list(self, query: dict[str, list[str]]) -> None:
        newest = self.api.batches.made[::-1]
        after = query.get("after_id", [""])[0]
        begin = next((place + 1 for place, batch in enumerate(newest) if batch.id == after), 0)
        page = newest[begin : begin + int(query.get("limit", ["20"])[0])]
        more = begin + len(page) < len(newest)
        ids = {"first_id": page[0].id if page else None, "last_id": page[-1].id if page else None}
        self._json(200, {"data": [self._described(batch) for batch in page], "has_more": more, **ids})

    def _batch(self, batch_id: str) -> Batch | None:
        return next((batch for batch in self.api.batches.made if batch.id == batch_id), None)

    def _described(self, batch: Batch) -> Body:
        ended = batch.canceled or self.api.batches.ready(batch)
        kinds = (
            Counter(line["result"]["type"] for line in self.api._batch_lines(batch)) if ended else Counter(processing=len(batch.requests))
        )
        counts = {kind: kinds[kind] for kind in ("processing", "succeeded", "errored", "canceled", "expired")}
        created = batch.created_at
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": "ended" if ended else "in_progress",
            "request_counts": counts,
            "created_at": _time(created),
            "expires_at": _time(created + timedelta(days=1)),
            "ended_at": _time(datetime.now(UTC)) if ended else None,
            "archived_at": None,
            "cancel_initiated_at": _time(created) if batch.canceled else None,
            "results_url": f"{self.api.url}/v1/messages/batches/{batch.id}/results" if ended else None,
        }


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
