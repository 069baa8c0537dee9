"""Following a run across lost connections, waiting and awaiting."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest

from analytics_agent.client import following
from analytics_agent.client.async_connection import AsyncConnection
from analytics_agent.client.connection import Address, Connection
from analytics_agent.client.following import follow
from analytics_agent.errors import ServiceUnreachable, UnknownRun

ADDRESS = Address("http://127.0.0.1:1", "k")


def _event(seq: int, **data: Any) -> dict[str, Any]:
    return {"seq": seq, "at": "2026-11-23T10:00:00Z", "kind": "run" if data else "tool", "step": None, "data": data}


@pytest.fixture(params=["waiting", "awaiting"], autouse=True)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test is for both connections."""
    monkeypatch.setattr(Script, "awaits", request.param == "awaiting")


class Script:
    """An API that answers with the next of `streams`: a list of events, or an error after some of them."""

    awaits = False

    def __init__(self, *streams: list[Any], status: str = "running") -> None:
        self.streams = list(streams)
        self.status = status
        self.asked_after: list[str | None] = []
        self.slept: list[float] = []

    def follow(self, **options: Any) -> list[dict[str, Any]]:
        told: deque[dict[str, Any]] = deque()
        steps = follow("abc", told.append, **options)
        transport = httpx2.MockTransport(self._answer)
        if self.awaits:
            asyncio.run(AsyncConnection(ADDRESS, transport, self._sleep).perform(steps))
        else:
            Connection(ADDRESS, transport, self.slept.append).perform(steps)
        return list(told)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.headers["accept"] == "application/json":
            return httpx2.Response(200, json={"events": [], "next": 0, "status": self.status if not self.streams else "running"})
        self.asked_after.append(request.headers.get("last-event-id"))
        return self._stream(request, self.streams.pop(0))

    def _stream(self, request: httpx2.Request, script: list[Any]) -> httpx2.Response:
        if script and isinstance(script[0], httpx2.Response):
            return script[0]

        def frames() -> Iterator[bytes]:
            for item in script:
                if item == "lost":
                    raise httpx2.RemoteProtocolError("peer closed connection", request=request)
                written = item if isinstance(item, str) else f"id: {item['seq']}\ndata: {json.dumps(item)}"
                yield b": waiting\n\n" if item == "quiet" else f"{written}\n\n".encode()

        async def awaited_frames() -> AsyncIterator[bytes]:
            for frame in frames():
                yield frame

        content: Any = awaited_frames() if self.awaits else frames()
        return httpx2.Response(200, content=content, headers={"Content-Type": "text/event-stream; charset=utf-8"})


def test_events_are_given_in_order_until_the_run_has_finished() -> None:
    script = Script([_event(1), "quiet", _event(2, status="succeeded")], status="succeeded")
    assert [event["seq"] for event in script.follow()] == [1, 2]
    assert (script.asked_after, script.slept) == ([None], [])


def test_a_lost_connection_is_taken_up_where_it_broke() -> None:
    script = Script([_event(1), _event(2), "lost"], ["lost"], [_event(3, status="failed")], status="failed")
    assert [event["seq"] for event in script.follow()] == [1, 2, 3]
    assert script.asked_after == [None, "2", "2"]


def test_a_stream_that_ends_early_is_taken_up_too() -> None:
    script = Script([_event(1)], [_event(2, status="succeeded")], status="succeeded")
    assert [event["seq"] for event in script.follow()] == [1, 2]


def test_pauses_grow_and_shrink_again_after_an_event() -> None:
    script = Script(["lost"], ["lost"], ["lost"], [_event(1), "lost"], [_event(2, status="succeeded")], status="succeeded")
    script.follow()
    assert script.slept == [0.2, 0.4, 0.8, 0.2]


def test_pauses_have_a_longest() -> None:
    script = Script(*[["lost"]] * 9, [_event(1, status="succeeded")], status="succeeded")
    script.follow()
    assert max(script.slept) == 5.0


def test_an_api_that_stays_away_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10_000, 25))
    monkeypatch.setattr(following.time, "monotonic", lambda: float(next(clock)))
    script = Script(*[["lost"]] * 50)
    with pytest.raises(ServiceUnreachable, match="analytics-agent up"):
        script.follow()
    assert len(script.asked_after) < 6


def test_it_begins_after_what_was_seen_before() -> None:
    script = Script([_event(8, status="succeeded")], status="succeeded")
    script.follow(after=7)
    assert script.asked_after == ["7"]


def test_it_ends_at_once_when_there_is_nothing_more() -> None:
    script = Script([httpx2.Response(204)], status="succeeded")
    assert script.follow(after=7) == []


def test_it_ends_when_the_run_waits_for_a_person() -> None:
    script = Script([_event(1, status="needs_input"), _event(2)], status="needs_input")
    assert [event["seq"] for event in script.follow()] == [1]


def test_a_question_that_was_answered_long_ago_does_not_end_it() -> None:
    script = Script([_event(1, status="needs_input"), _event(2, status="running"), _event(3, status="succeeded")], status="succeeded")
    assert [event["seq"] for event in script.follow()] == [1, 2, 3]


def test_an_unknown_run_is_not_tried_again() -> None:
    problem = {"type": "urn:analytics-agent:unknown-run", "title": "x", "status": 404, "detail": "There is no run."}
    answer = httpx2.Response(404, json=problem, headers={"Content-Type": "application/problem+json"})
    script = Script([answer])
    with pytest.raises(UnknownRun):
        script.follow()
    assert len(script.asked_after) == 1


def test_what_is_no_event_of_ours_is_passed_over() -> None:
    script = Script(["data: [1]", "data: {", 'data: {"x": 1}', _event(1, status="succeeded")], status="succeeded")
    assert [event["seq"] for event in script.follow()] == [1]
