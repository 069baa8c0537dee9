"""A run as a program gets it: JSON that any reader takes, and never too much of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fakes.records import ANSWER, RECEIPT, REPORT, question

from analytics_agent.deliver.files import file_name
from analytics_agent.deliver.summary import MOST_BYTES, as_bytes, report_ready, summary
from analytics_agent.domain.answer import Answer, Claim, Figure
from analytics_agent.domain.replay import Changes
from analytics_agent.domain.run import Run

DUE = datetime(2026, 11, 1, 8, tzinfo=UTC)


def told(**changes: Any) -> dict[str, Any]:
    run = Run(question(run_id="run1", schedule="s1", scheduled_for=DUE), "succeeded", answer=ANSWER, report=REPORT, receipt=RECEIPT)
    found: dict[str, Any] = json.loads(report_ready(replace(run, **changes), api_url="http://api"))
    return found


def test_an_event_says_what_it_is_and_where_the_rest_is() -> None:
    event = told(finished_at=DUE)
    assert (event["type"], event["timestamp"]) == ("report.ready", "2026-11-01T08:00:00Z")
    data = event["data"]
    assert data["claims"][0]["figures"][0] == {
        "shown": "20.2 min",
        "unit": "min",
        "result": "r1",
        "expression": "r1[0].delay",
        "value": 20.215543,
    }
    assert data["report"] == {"html": "http://api/v1/analyses/run1/report.html", "pdf": "http://api/v1/analyses/run1/report.pdf"}
    assert (data["schedule"], data["scheduled_for"], data["changes"]) == ("s1", "2026-11-01T08:00:00Z", None)
    assert data["dashboard_url"] == RECEIPT.dashboard_url


def test_a_scheduled_report_says_what_changed() -> None:
    changes = Changes("run0", DUE, "October 2026", "r2", (Claim("It rose by **5 min**.", ()),), changed=True)
    assert told(changes=changes)["data"]["changes"]["claims"] == [{"text": "It rose by **5 min**.", "figures": []}]


def test_a_figure_that_json_has_no_number_for_is_null() -> None:
    figures = tuple(Figure("?", value, None, "r1", "r1[0].x") for value in (float("nan"), float("inf"), 1.5))
    answer = Answer("x", "x", (Claim("x", figures),))
    assert [figure["value"] for figure in told(answer=answer)["data"]["claims"][0]["figures"]] == [None, None, 1.5]


def test_a_very_long_answer_is_cut_and_says_so() -> None:
    answer = Answer("x" * 5_000, "y" * 300_000, tuple(Claim("z" * 10_000, ()) for _ in range(50)))
    data = told(answer=answer)["data"]
    assert data["truncated"] is True and data["claims"] == []
    assert len(as_bytes(data)) < MOST_BYTES
    assert told()["data"]["truncated"] is False


def test_a_run_without_an_answer_or_a_report_is_still_a_document() -> None:
    data = summary(Run(question(), "succeeded"), api_url="http://api")
    assert data["report"] == {"html": None, "pdf": None}
    assert data["headline"] is None


def test_half_a_character_does_not_break_the_message() -> None:
    assert json.loads(as_bytes({"text": "\ud83d"}))


def test_a_file_is_named_by_its_question_and_run() -> None:
    assert file_name("Which carriers were late, and why?", "run1", "pdf") == "which-carriers-were-late-and-why-run1.pdf"
    assert file_name("אילו חברות?", "run1", "html") == "report-run1.html"
    assert file_name("../../etc/passwd" * 20, "run1", "json").count("/") == 0
    assert len(file_name("a" * 500, "run1", "json")) < 80
