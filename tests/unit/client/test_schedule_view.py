"""A schedule as a Python object."""

from typing import Any

import httpx2
from unit.client.views import HOSTILE, view

from analytics_agent.client import Client
from analytics_agent.client.schedule_view import ScheduleView

SCHEDULE = {
    "id": "s1",
    "name": "Delay",
    "when": "On the 1st of every month at 08:00, Europe/Berlin",
    "recipients": ["ops@example.com"],
    "paused": None,
    "next": [{"at": "2026-12-01T07:00:00Z", "local": "2026-12-01T08:00+01:00", "period": "November 2026"}],
    "policies": {"moves": "It moves.", "overlap": "One at a time.", "catch_up": "A day."},
    "warnings": [],
    "runs": [],
}


class Source:
    """A client with one schedule; remembers what is done with it."""

    def __init__(self) -> None:
        self.done: list[Any] = []

    def create_schedule(self, analysis: str, **options: Any) -> dict[str, Any]:
        self.done.append((analysis, options))
        return dict(SCHEDULE)

    def pause_schedule(self, schedule_id: str, note: str | None) -> dict[str, Any]:
        self.done.append((schedule_id, note))
        return SCHEDULE | {"paused": note or "", "next": []}

    def resume_schedule(self, schedule_id: str) -> dict[str, Any]:
        return dict(SCHEDULE)

    def deliver(self, run_id: str, to: Any, *, again: bool) -> list[dict[str, Any]]:
        self.done.append((run_id, to, again))
        return [{"recipient": "mail:ops@example.com", "state": "waiting"}]


def test_a_run_is_scheduled_and_shows_when_it_is_due_and_what_it_covers() -> None:
    source: Any = Source()
    run = view(source)
    schedule = run.schedule(every="month", time_zone="Europe/Berlin", to="ops@example.com")
    assert source.done == [("abc", {"time_zone": "Europe/Berlin", "recipients": ["ops@example.com"], "every": "month"})]
    html = schedule._repr_html_()
    assert "<td>1 December 2026, 08:00</td><td>November 2026</td>" in html
    assert "It moves. One at a time. A day." in html
    assert repr(schedule) == "<Schedule s1 Delay: On the 1st of every month at 08:00, Europe/Berlin.>"


def test_a_paused_schedule_says_why_and_is_due_no_more_until_it_is_resumed() -> None:
    source: Any = Source()
    schedule = ScheduleView(source, dict(SCHEDULE))
    assert schedule.pause("holidays") is schedule
    assert "Paused: holidays." in repr(schedule) and "Paused: holidays." in schedule._repr_html_()
    assert "<table" not in schedule._repr_html_()
    assert "Paused" not in repr(schedule.resume())


def test_names_and_notes_are_text() -> None:
    source: Any = Source()
    html = ScheduleView(source, SCHEDULE | {"name": HOSTILE, "paused": HOSTILE, "recipients": [HOSTILE]})._repr_html_()
    assert "<img" not in html and html.count("&lt;img") == 3


def test_a_report_is_sent_from_its_run() -> None:
    source: Any = Source()
    assert view(source).deliver("ops@example.com")[0]["state"] == "waiting"
    assert source.done == [("abc", "ops@example.com", False)]


def test_schedules_are_read_page_by_page_until_the_last() -> None:
    def pages(request: httpx2.Request) -> httpx2.Response:
        before = request.url.params.get("before")
        return httpx2.Response(200, json={"schedules": [{"id": before or "first"}], "next": None if before else "2026-11-23T08:00:00Z"})

    found = Client("http://127.0.0.1:1", "k", transport=httpx2.MockTransport(pages)).schedules()
    assert [one["id"] for one in found] == ["first", "2026-11-23T08:00:00Z"]
