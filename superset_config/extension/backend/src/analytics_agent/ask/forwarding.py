"""One request to our HTTP API and its answer: never redirected, never through a proxy, never for long. Knows nothing of Superset.

The standard library's client does: it follows nothing, keeps nothing, and reads no settings of its own.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from .passages import Errand, waiting
from .problems import KEYS_DIFFER, MEDIA_TYPE, SOMETHING_ELSE, UNREACHABLE, Refused
from .slots import Slots

LARGEST_ANSWER = 32 * 1024 * 1024
SECONDS = 15.0
_SHORT_POLL_SECONDS = 1.5
_CHUNK = 64 * 1024
# What our API says about a file that a browser must hear. Everything else stays between us.
_TOLD = ("Content-Type", "Content-Length", "Content-Range", "Accept-Ranges", "ETag", "Last-Modified", "Cache-Control", "Retry-After")
_PASSED_ON = ("Idempotency-Key", "If-None-Match", "If-Range", "Range", "Accept-Language")
_LONGEST_HEADER = 300


@dataclass(frozen=True)
class Answer:
    """A whole answer, or a file on its way: then `close` must be called when it was sent or given up."""

    status: int
    headers: Mapping[str, str]
    body: bytes | Iterator[bytes]
    close: Callable[[], None] = field(default=lambda: None)


class Api:
    """Our HTTP API, reached as one person at a time."""

    def __init__(self, url: str, slots: Slots, *, seconds: float = SECONDS) -> None:
        self._url = urlsplit(url)
        self._slots = slots
        self._seconds = seconds

    def run(self, errand: Errand, token: str, headers: Mapping[str, str], body: bytes | None = None, *, method: str = "") -> Answer:
        """Forward, waiting for progress only when a slot for that is free. Raises Refused."""
        if errand.passage.waits:
            return self._progress(errand, token)
        sent = {name: value for name in _PASSED_ON if (value := headers.get(name)) and len(value) <= _LONGEST_HEADER and value.isascii()}
        method = method or errand.passage.method
        if errand.passage.file:
            return self._file(method, errand.path, token, sent)
        return self._whole(method, errand.path, token, sent, body)

    def read(self, path: str, token: str) -> dict[str, Any]:
        """A JSON object of our API, for our own use. Raises Refused."""
        answer = self._whole("GET", path, token, {}, None)
        found = _object(answer.body)
        if answer.status != 200 or found is None:
            raise Refused(SOMETHING_ELSE if found is None else UNREACHABLE)
        return found

    def _progress(self, errand: Errand, token: str) -> Answer:
        if not errand.wait:
            return self._whole("GET", errand.path, token, {}, None)
        with self._slots.wait() as free:
            path = waiting(errand.path, errand.wait if free else 0)
            answer = self._whole("GET", path, token, {}, None, extra=errand.wait if free else 0)
        return answer if free else _short_poll(answer)

    def _whole(self, method: str, path: str, token: str, sent: Mapping[str, str], body: bytes | None, extra: float = 0) -> Answer:
        # Who waits for progress holds a slot of its own kind, and must not keep others from theirs.
        if not extra:
            self._slots.take("errand")
        try:
            with closing(self._connection(extra)) as connection:
                response = self._asked(connection, method, path, token, sent, body)
                content = _read(response, LARGEST_ANSWER + 1)
        finally:
            if not extra:
                self._slots.give("errand")
        if len(content) > LARGEST_ANSWER:
            raise Refused(SOMETHING_ELSE)
        return _checked(response.status, _told(response), content)

    def _file(self, method: str, path: str, token: str, sent: Mapping[str, str]) -> Answer:
        self._slots.take("file")
        connection = self._connection()

        def close() -> None:
            connection.close()
            self._slots.give("file")

        try:
            response = self._asked(connection, method, path, token, sent, None)
            refusal = _checked(response.status, _told(response), _read(response, LARGEST_ANSWER)) if response.status >= 400 else None
        except BaseException:
            close()
            raise
        if refusal:
            close()
            return refusal
        saved = {"Content-Disposition": _attachment(response.getheader("Content-Disposition", ""))}
        return Answer(response.status, {**_told(response), **saved}, _chunks(response), close)

    def _connection(self, extra: float = 0) -> HTTPConnection:
        """Over https where the address says so; made when something is asked."""
        kind = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        return kind(self._url.hostname or "", self._url.port, timeout=self._seconds + extra)

    def _asked(
        self, connection: HTTPConnection, method: str, path: str, token: str, sent: Mapping[str, str], body: bytes | None
    ) -> HTTPResponse:
        headers = {**sent, "Authorization": f"Bearer {token}", "Accept": "application/json, */*;q=0.1", "Accept-Encoding": "identity"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, self._url.path.rstrip("/") + path, body=body, headers=headers)
            return connection.getresponse()
        except (OSError, HTTPException):
            connection.close()
            raise Refused(UNREACHABLE) from None


def _read(response: HTTPResponse, most: int) -> bytes:
    try:
        return response.read(most)
    except (OSError, HTTPException):
        raise Refused(UNREACHABLE) from None


def _chunks(response: HTTPResponse) -> Iterator[bytes]:
    """A file that breaks off is shorter than its announced length, which is how a browser knows."""
    while chunk := response.read(_CHUNK):
        yield chunk


def _checked(status: int, headers: Mapping[str, str], content: bytes) -> Answer:
    """Our API answers with JSON, or with nothing. What is not ours is not shown: it may come from whatever took our port."""
    media = headers.get("Content-Type", "").partition(";")[0]
    if status == 401:
        raise Refused(KEYS_DIFFER)
    if (content and media not in ("application/json", MEDIA_TYPE)) or (300 <= status < 400 and status != 304):
        raise Refused(SOMETHING_ELSE)
    return Answer(status, headers, content)


def _short_poll(answer: Answer) -> Answer:
    found = _object(answer.body)
    if answer.status != 200 or found is None:
        return answer
    body = json.dumps({**found, "poll": "short", "retry_after": _SHORT_POLL_SECONDS}).encode()
    return Answer(200, {name: value for name, value in answer.headers.items() if name != "Content-Length"}, body)


def _object(body: bytes | Iterator[bytes]) -> dict[str, Any] | None:
    try:
        found = json.loads(body) if isinstance(body, bytes) else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _told(response: HTTPResponse) -> dict[str, str]:
    return {name: value for name in _TOLD if (value := response.getheader(name)) is not None}


def _attachment(disposition: str) -> str:
    return disposition if disposition.startswith("attachment") else "attachment"
