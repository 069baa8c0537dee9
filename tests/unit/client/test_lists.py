"""Lists of reports, schedules and deliveries in a notebook: tables to look at, dicts and lists to go on with."""

import json
from typing import Any

import httpx2
import pytest
from unit.client.test_schedule_view import SCHEDULE
from unit.client.views import HOSTILE

from analytics_agent.client import Client
from analytics_agent.client.lists import DeliveryList, ReportPage, ScheduleList
from analytics_agent.errors import UnknownRun

REPORT = {
    "id": "abc",
    "title": "Frontier was latest",
    "database": "flights",
    "asked_at": "2013-06-24T12:00:00Z",
    "files": {"pdf": {}, "html": {}},
    "period": "May 2013",
    "deliveries": [{"state": "sent"}, {"state": "held"}],
}
SENT = {"recipient": "folder:archive", "state": "held", "reason": "It may not see it."}


def client(answer: Any, status: int = 200, **headers: str) -> Client:
    transport = httpx2.MockTransport(lambda request: httpx2.Response(status, json=answer, headers=headers))
    return Client("http://127.0.0.1:1", "k", transport=transport)


def test_reports_are_a_table_with_the_period_of_each_and_stay_a_dict() -> None:
    page = client({"reports": [REPORT], "next": "2013-06-24T12:00:00Z"}).reports()
    html = page._repr_html_()
    assert "<th>Covers</th>" in html and ">May 2013</td>" in html and ">pdf, html</td>" in html and ">1 of 2</td>" in html
    assert "client.reports(before=" in html and "client.reports(before='2013-06-24T12:00:00Z')" in repr(page)
    assert "Frontier was latest  May 2013  flights" in repr(page)
    assert json.loads(json.dumps(page))["reports"][0]["id"] == page["reports"][0]["id"] == "abc"


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    page = ReportPage({"reports": [REPORT | {"period": None, "deliveries": []}], "next": None})
    assert "Covers" not in repr(page) and "Sent" not in page._repr_html_()


def test_schedules_say_when_they_are_due_or_why_not() -> None:
    paused = SCHEDULE | {"id": "s2", "paused": "holidays", "next": []}
    found = client({"schedules": [SCHEDULE, paused], "next": None}).schedules()
    assert [one["id"] for one in found] == ["s1", "s2"]
    assert "1 December 2026, 08:00" in repr(found) and "November 2026" in repr(found) and "paused: holidays" in repr(found)
    assert found._repr_html_().count("<tr>") == 3


def test_deliveries_say_what_became_of_them_and_why() -> None:
    sent = client({"deliveries": [SENT, SENT | {"state": "waiting", "reason": None}]}).deliver("abc", "folder:archive")
    assert sent[0]["state"] == "held"
    assert "held back" in repr(sent) and "It may not see it." in repr(sent)
    assert "on its way" in sent._repr_html_() and "client.deliveries(run.id)" in sent._repr_html_()


def test_an_empty_list_says_so() -> None:
    assert repr(ScheduleList()) == "No schedule yet."
    assert "No report yet." in ReportPage({"reports": [], "next": None})._repr_html_()
    assert repr(DeliveryList()) == "No delivery yet."


def test_what_stands_in_a_list_is_text_in_one_line() -> None:
    html = DeliveryList([SENT | {"reason": HOSTILE + "\n" + "x" * 500, "recipient": '"><script>'}])._repr_html_()
    assert "<img" not in html and "<script" not in html and 'title="&quot;&gt;' in html
    assert "x" * 100 not in html


def test_a_schedule_of_a_run_that_is_not_there_raises_unknown_run_in_its_own_words() -> None:
    problem = {"type": "urn:analytics-agent:unknown-run", "status": 422, "detail": "There is no run 'RUN'."}
    kind = {"content-type": "application/problem+json"}
    with pytest.raises(UnknownRun, match=r"^There is no run 'RUN'\.$"):
        client(problem, 422, **kind).create_schedule("RUN", time_zone="UTC", every="day")
