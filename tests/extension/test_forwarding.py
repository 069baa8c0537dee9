"""What happens between Superset and our API: a real server on 127.0.0.1 that answers as a test says."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from ask.forwarding import Answer, Api
from ask.passages import errand
from ask.problems import Refused
from ask.slots import Slots

RUN = "7f3c21a9b0d4"
JSON = "application/json"


@dataclass
class Upstream:
    """Our API as a test wants it. `answer` gives status, headers and body of a path."""

    answer: Callable[[str], tuple[int, Mapping[str, str], bytes]] = lambda path: (200, {"Content-Type": JSON}, b"{}")
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    state = Upstream()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            state.asked.append((self.command, self.path, dict(self.headers), body))
            status, headers, content = state.answer(self.path)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = handle_one  # noqa: N815

        def log_message(self, *about: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def api(upstream: Upstream, *, threads: int = 16, seconds: float = 5) -> Api:
    return Api(upstream.url, Slots(threads), seconds=seconds)


def get(asked: Api, path: str, query: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    return asked.run(errand("GET", path, query or {}), "token", headers or {})


@contextmanager
def refused(status: int) -> Iterator[None]:
    with pytest.raises(Refused) as found:
        yield
    assert found.value.problem.status == status


def whole(answer: Answer) -> bytes:
    content = answer.body if isinstance(answer.body, bytes) else b"".join(answer.body)
    answer.close()
    return content


def test_a_request_goes_on_as_the_person_and_brings_back_what_our_api_said(upstream: Upstream) -> None:
    upstream.answer = lambda path: (409, {"Content-Type": "application/problem+json"}, b'{"title": "Conflict"}')
    asked = errand("POST", f"analyses/{RUN}/cancel", {})
    answer = api(upstream).run(asked, "token", {"Idempotency-Key": "k1"}, b"{}")
    ((method, path, headers, body),) = upstream.asked
    assert (method, path, body) == ("POST", f"/v1/analyses/{RUN}/cancel", b"{}")
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer token", "k1")
    assert (answer.status, answer.body) == (409, b'{"title": "Conflict"}')


def test_what_the_browser_sends_to_superset_stays_with_superset(upstream: Upstream) -> None:
    sent = {"Cookie": "session=secret", "Authorization": "Bearer superset", "X-CSRFToken": "t", "X-Forwarded-For": "10.0.0.1"}
    get(api(upstream), "analyses", headers=sent)
    ((_, _, headers, _),) = upstream.asked
    assert headers["Authorization"] == "Bearer token"
    assert not {"Cookie", "X-CSRFToken", "X-Forwarded-For"} & set(headers)


def test_a_header_that_brings_another_does_not_go_along(upstream: Upstream) -> None:
    get(api(upstream), "analyses", headers={"Idempotency-Key": "k\u00e9", "Range": "x" * 1000})
    ((_, _, headers, _),) = upstream.asked
    assert not {"Idempotency-Key", "Range"} & set(headers)


def test_no_api_is_said_calmly_and_says_when_to_come_back(upstream: Upstream) -> None:
    gone = Api("http://127.0.0.1:1", Slots(16))
    with pytest.raises(Refused) as found:
        get(gone, "analyses")
    told = found.value.problem.body()
    assert told["title"] == "The analytics service does not answer."
    assert (told["status"], told["retry_after"], told["detail"]) == (503, 5, "Your question is safe.")


def test_an_api_that_hangs_does_not_hang_superset(upstream: Upstream) -> None:
    release = threading.Event()

    def slow(path: str) -> tuple[int, Mapping[str, str], bytes]:
        release.wait(5)
        return 200, {"Content-Type": JSON}, b"{}"

    upstream.answer = slow
    began = time.monotonic()
    with refused(503):
        get(api(upstream, seconds=0.3), "analyses")
    assert time.monotonic() - began < 2
    release.set()


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (200, {"Content-Type": "text/html"}, b"<h1>nginx</h1>"),
        (302, {"Location": "http://169.254.169.254/"}, b""),
        (200, {"Content-Type": "text/plain"}, b"secret"),
    ],
)
def test_whoever_else_answers_on_that_port_is_not_shown(upstream: Upstream, status: int, headers: dict[str, str], body: bytes) -> None:
    upstream.answer = lambda path: (status, headers, body)
    with refused(502):
        get(api(upstream), "analyses")
    assert len(upstream.asked) == 1


def test_a_token_that_our_api_refuses_is_not_the_persons_fault(upstream: Upstream) -> None:
    upstream.answer = lambda path: (401, {"Content-Type": "application/problem+json"}, b"{}")
    with refused(502):
        get(api(upstream), "analyses")


def test_a_file_is_saved_and_never_shown_whatever_our_api_says(upstream: Upstream) -> None:
    said = {"Content-Type": "text/html", "Content-Disposition": 'inline; filename="x.html"', "Set-Cookie": "a=b", "ETag": '"1"'}
    upstream.answer = lambda path: (200, said, b"<p>report</p>")
    answer = get(api(upstream), f"analyses/{RUN}/report.html")
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["ETag"] == '"1"' and "Set-Cookie" not in answer.headers
    assert whole(answer) == b"<p>report</p>"


def test_a_files_name_is_kept(upstream: Upstream) -> None:
    said = {"Content-Type": "application/pdf", "Content-Disposition": 'attachment; filename="late.pdf"'}
    upstream.answer = lambda path: (206, {**said, "Content-Range": "bytes 0-3/9"}, b"%PDF")
    answer = get(api(upstream), f"analyses/{RUN}/report.pdf", headers={"Range": "bytes=0-3"})
    assert (answer.status, answer.headers["Content-Disposition"]) == (206, 'attachment; filename="late.pdf"')
    assert upstream.asked[0][2]["Range"] == "bytes=0-3"
    whole(answer)


def test_a_file_that_is_not_there_is_a_problem_and_no_file(upstream: Upstream) -> None:
    upstream.answer = lambda path: (404, {"Content-Type": "application/problem+json"}, b'{"title": "Unknown"}')
    answer = get(api(upstream), f"analyses/{RUN}/report.pdf")
    assert (answer.status, answer.body) == (404, b'{"title": "Unknown"}')
    assert "Content-Disposition" not in answer.headers


def test_a_download_that_is_given_up_gives_its_slot_back(upstream: Upstream) -> None:
    upstream.answer = lambda path: (200, {"Content-Type": "application/pdf"}, b"x" * 500_000)
    asked = api(upstream, threads=2)  # one errand at a time
    for _ in range(3):
        answer = get(asked, f"analyses/{RUN}/report.pdf")
        assert not isinstance(answer.body, bytes)
        next(answer.body)
        answer.close()


def events(upstream: Upstream) -> None:
    upstream.answer = lambda path: (200, {"Content-Type": JSON}, json.dumps({"events": [], "next": 4, "status": "running"}).encode())


def test_progress_waits_as_long_as_asked_where_a_slot_is_free(upstream: Upstream) -> None:
    events(upstream)
    answer = get(api(upstream), f"analyses/{RUN}/events", {"after": "4", "wait": "9"})
    assert upstream.asked[0][1].endswith("?after=4&wait=9")
    assert isinstance(answer.body, bytes) and "poll" not in json.loads(answer.body)


def test_progress_is_answered_at_once_where_too_many_wait_and_says_when_to_come_back(upstream: Upstream) -> None:
    events(upstream)
    slots = Slots(4)
    asked = Api(upstream.url, slots)
    with slots.wait():
        answer = get(asked, f"analyses/{RUN}/events", {"after": "4", "wait": "9"})
    assert upstream.asked[0][1].endswith("?after=4")
    assert isinstance(answer.body, bytes)
    told = json.loads(answer.body)
    assert (told["poll"], told["retry_after"], told["next"]) == ("short", 1.5, 4)
    assert "Content-Length" not in answer.headers


def test_who_waits_for_progress_keeps_nobody_from_asking(upstream: Upstream) -> None:
    release, waiting = threading.Event(), threading.Event()

    def slow(path: str) -> tuple[int, Mapping[str, str], bytes]:
        if "wait" in path:
            waiting.set()
            release.wait(5)
        return 200, {"Content-Type": JSON}, b"{}"

    upstream.answer = slow
    asked = api(upstream, threads=2)  # one waits, one errand
    one = threading.Thread(target=get, args=(asked, f"analyses/{RUN}/events", {"wait": "9"}))
    one.start()
    waiting.wait(5)
    assert get(asked, "analyses").status == 200
    release.set()
    one.join()
