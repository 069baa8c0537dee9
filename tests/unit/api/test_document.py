"""The document of a run: CONTRACT's names, filled from the records."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

from fakes.records import ANSWER, EVIDENCE, FINDINGS, RECEIPT, REPORT, query, question

from analytics_agent.api.document import document
from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.report import Receipt
from analytics_agent.domain.run import Clarification, Elsewhere, Refusal, Run, Timings

CONTRACT = {
    "": ["id", "status", "reason", "question", "database", "model", "answer", "primary", "queries", "report", "superset", "usage"],
    "answer": ["summary", "claims"],
    "report": ["html", "pdf", "charts"],
    "superset": ["dashboard_url", "datasets", "charts"],
    "usage": [
        "turns",
        "input_tokens",
        "output_tokens",
        "cache_read_tokens",
        "cache_write_tokens",
        "cache_write_1h_tokens",
        "cost_usd",
        "seconds",
        "model_seconds",
        "warehouse_seconds",
    ],
}
QUERY = ["id", "sql", "sql_as_run", "source", "tables", "predicates", "rows", "milliseconds", "findings"]
FIGURE = ["shown", "value", "unit", "result", "expression"]

ASKED = question(run_id="abc", asked_at=datetime(2026, 11, 23, 10, tzinfo=UTC), as_of=date(2013, 12, 31))
RUN = Run(
    question=ASKED,
    status="succeeded",
    evidence=EVIDENCE,
    queries=(query(id="r1"),),
    findings=FINDINGS.findings,
    answer=ANSWER,
    report=REPORT,
    receipt=RECEIPT,
    usage=Usage(1, 2, 3, 4, 0.1 + 0.2),
    turns=5,
    timings=Timings(9.0, 8.0, 0.25),
    finished_at=datetime(2026, 11, 23, 10, 1, tzinfo=UTC),
)


def test_every_name_of_the_contract_is_there() -> None:
    made = document(RUN)
    for part, names in CONTRACT.items():
        for name in names:
            assert name in (made[part] if part else made), f"{part}.{name}"  # type: ignore[literal-required]
    assert set(QUERY) <= set(made["queries"][0])
    assert made["answer"] is not None
    assert set(FIGURE) <= set(made["answer"]["claims"][0]["figures"][0])


def test_it_is_json_and_the_same_every_time() -> None:
    assert json.loads(json.dumps(document(RUN))) == document(RUN)


def test_it_says_what_the_records_say() -> None:
    made = document(RUN)
    assert (made["id"], made["status"], made["primary"], made["as_of"]) == ("abc", "succeeded", "r1", "2013-12-31")
    assert (made["asked_at"], made["finished_at"]) == ("2026-11-23T10:00:00Z", "2026-11-23T10:01:00Z")
    assert made["report"] == {"html": "/v1/analyses/abc/report.html", "pdf": "/v1/analyses/abc/report.pdf", "charts": []}
    assert [item["title"] for item in made["superset"]["charts"]] == ["Delay by carrier"]
    assert [item["title"] for item in made["superset"]["datasets"]] == ["mean delay by carrier"]
    assert made["queries"][0]["columns"][1] == {
        "name": "delay",
        "label": "Mean delay",
        "type": "number",
        "unit": "min",
        "format": "number",
        "decimals": 1,
        "metric": "mean_departure_delay",
    }
    assert made["findings"][0]["parameters"] == {"measure": "delay", "top": 3}
    assert made["usage"] == {
        "turns": 5,
        "input_tokens": 1,
        "output_tokens": 2,
        "cache_read_tokens": 3,
        "cache_write_tokens": 4,
        "cache_write_1h_tokens": 0,
        "cost_usd": 0.3,
        "seconds": 9.0,
        "model_seconds": 8.0,
        "warehouse_seconds": 0.25,
    }


def test_caveats_of_evidence_and_answer_are_told_once() -> None:
    both = replace(RUN, evidence=replace(EVIDENCE, caveats=("a", "b")), answer=replace(ANSWER, caveats=("b", "c")))
    assert document(both)["caveats"] == ["a", "b", "c"]


def test_a_run_that_has_only_begun_has_the_same_names() -> None:
    made = document(Run(ASKED, "queued"))
    assert set(made) == set(document(RUN))
    assert (made["answer"], made["primary"], made["refusal"], made["finished_at"]) == (None, None, None, None)
    assert made["report"] == {"html": None, "pdf": None, "charts": []}
    assert made["superset"] == {"dashboard_url": None, "datasets": [], "charts": [], "failure": None}


def test_refusal_clarification_and_failed_publishing_are_shown() -> None:
    made = document(
        replace(
            RUN,
            answer=None,
            refusal=Refusal(
                "There is no weather on the route.",
                "weather",
                ("weather",),
                ("Ask of the origin.",),
                (Elsewhere("climate", ("routes",), "How was it?"),),
            ),
            clarification=Clarification("Which summer?", ("2013", "both")),
            receipt=Receipt(failure="Superset did not answer."),
        )
    )
    assert made["refusal"] == {
        "reason": "There is no weather on the route.",
        "missing": "weather",
        "looked_in": ["weather"],
        "instead": ["Ask of the origin."],
        "elsewhere": [{"database": "climate", "found": ["routes"], "question": "How was it?"}],
    }
    assert made["clarification"] == {"question": "Which summer?", "readings": ["2013", "both"], "answer": None}
    assert made["superset"]["failure"] == "Superset did not answer."
