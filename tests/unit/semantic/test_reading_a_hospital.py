"""Questions of every kind over a model that no rule was written for: what is read, what is asked back, what is refused."""

from typing import Any

import pytest
from unit.semantic import hospital
from unit.semantic.hospital import ask

from analytics_agent.semantic import compile
from analytics_agent.semantic.reader import Ask, Reading, Refuse, tool_input

BY_WARD = {"dimensions": ["wards.name"]}
KNOWN = {"field": "wards.name", "op": "not_null"}
IN_2025 = {"time": {"from": "2025-01-01", "to": "2026-01-01"}}
BY_MONTH = {"dimensions": ["admissions.admitted_on:month"]}


def equals(field: str, value: str) -> dict[str, Any]:
    return {"field": field, "op": "=", "values": [value]}


def request(question: str, clarified: str = "") -> dict[str, Any]:
    """What would be queried, without its title and its first metric where that is admissions; it compiles."""
    outcome = ask(question, clarified)
    assert isinstance(outcome, Reading), outcome
    compile(hospital.model(), outcome.request, dialect="postgres")
    data = tool_input(outcome.request)
    data.pop("purpose")
    return data if data["metrics"] != ["admissions"] else {key: value for key, value in data.items() if key != "metrics"}


SURGERY = equals("wards.name", "Surgery")
READ: list[tuple[str, dict[str, Any]]] = [
    # shares
    ("What share of admissions comes from each ward in 2025?", BY_WARD | IN_2025 | {"share_of": {}}),
    ("share of admissions by month in 2025", BY_MONTH | IN_2025 | {"share_of": {}}),
    (
        "What percentage of costs in 2025 was emergency?",
        {"metrics": ["costs"], "dimensions": ["admissions.way"], "filters": [equals("admissions.way", "emergency")], "share_of": {}}
        | IN_2025,
    ),
    (
        "Cardiology's share of admissions by month in 2025",
        {
            "dimensions": ["admissions.admitted_on:month", "wards.name"],
            "filters": [equals("wards.name", "Cardiology")],
            "share_of": {"within": ["admissions.admitted_on:month"]},
        }
        | IN_2025,
    ),
    (
        "what share of emergency admissions was in Surgery",
        BY_WARD | {"filters": [equals("admissions.way", "emergency"), SURGERY], "share_of": {}},
    ),
    (
        "which ward has the highest share of admissions",
        BY_WARD | {"filters": [KNOWN], "order_by": [{"field": "admissions", "direction": "desc"}], "limit": 1, "share_of": {}},
    ),
    ("percent of admissions readmitted by ward", {"metrics": ["readmission_rate"]} | BY_WARD),
    # the first few and all others
    (
        "top 2 wards by costs in 2025 and the rest",
        {"metrics": ["costs"], "filters": [KNOWN], "top": {"count": 2, "by": "costs", "dimension": "wards.name"}} | BY_WARD | IN_2025,
    ),
    # beside an earlier period
    ("growth of admissions by ward in 2025", BY_WARD | IN_2025 | {"compare": "previous_period"}),
    ("costs month over month in 2025", {"metrics": ["costs"], "compare": "previous_period"} | BY_MONTH | IN_2025),
    (
        "admissions in February 2026 vs the previous month",
        {"time": {"from": "2026-02-01", "to": "2026-03-01"}, "compare": "previous_period"},
    ),
    (
        "admissions in March 2026 compared to the same month last year",
        {"time": {"from": "2026-03-01", "to": "2026-04-01"}, "compare": "previous_year"},
    ),
    (
        "which ward had the highest growth rate of admissions in 2025",
        BY_WARD
        | {"filters": [KNOWN], "order_by": [{"field": "admissions_percent_change", "direction": "desc"}], "limit": 1}
        | {"compare": "previous_period"}
        | IN_2025,
    ),
    ("did admissions rise in March 2026", {"time": {"from": "2026-03-01", "to": "2026-04-01"}, "compare": "previous_period"}),
    ("by how much did costs grow in 2025", {"metrics": ["costs"], "compare": "previous_period"} | IN_2025),
    ("growth of costs from 2024 to 2025", {"metrics": ["costs"], "compare": "previous_period"} | IN_2025),
    ("how did admissions change in the first half of 2025", BY_MONTH | {"time": {"from": "2025-01-01", "to": "2025-07-01"}}),
    # several measures, of several records
    ("admissions and treatments by month in 2025", {"metrics": ["admissions", "treatments"], "dimensions": ["time:month"]} | IN_2025),
    ("admissions, costs and treatments by ward", {"metrics": ["admissions", "costs", "treatments"]} | BY_WARD),
    ("costs plus the number of admissions by ward", {"metrics": ["costs", "admissions"]} | BY_WARD),
    # distinct counts
    ("How many different patients were admitted in 2025?", {"metrics": ["patients_treated"]} | IN_2025),
    ("number of unique patients by ward", {"metrics": ["patients_treated"]} | BY_WARD),
    # limits
    (
        "wards with more than two dozen admissions",
        BY_WARD | {"filters": [KNOWN], "having": [{"metric": "admissions", "op": ">", "value": 24.0}]},
    ),
    (
        "wards with a mean stay of at least one week",
        {"metrics": ["mean_stay"], "filters": [KNOWN], "having": [{"metric": "mean_stay", "op": ">=", "value": 7.0}]} | BY_WARD,
    ),
    (
        "wards with costs of more than half a million euros",
        {"metrics": ["costs"], "filters": [KNOWN], "having": [{"metric": "costs", "op": ">", "value": 500_000.0}]} | BY_WARD,
    ),
    (
        "wards with between five and ten admissions",
        BY_WARD | {"filters": [KNOWN], "having": [{"metric": "admissions", "op": op, "value": v} for op, v in ((">=", 5.0), ("<=", 10.0))]},
    ),
    (
        "admissions with a length of stay between 5 and 10",
        {"filters": [{"field": "admissions.stay", "op": op, "values": [v]} for op, v in ((">=", 5), ("<=", 10))]},
    ),
    (
        "readmission rate over 10 percent by ward",
        {"metrics": ["readmission_rate"], "filters": [KNOWN], "having": [{"metric": "readmission_rate", "op": ">", "value": 0.1}]}
        | BY_WARD,
    ),
    # what is left out, and what may be either
    ("admissions not from Surgery", {"filters": [{"field": "wards.name", "op": "!=", "values": ["Surgery"]}]}),
    (
        "admissions neither in Surgery nor in Maternity",
        {"filters": [{"field": "wards.name", "op": "not_in", "values": ["Surgery", "Maternity"]}]},
    ),
    (
        "admissions except planned ones and transfers",
        {"filters": [{"field": "admissions.way", "op": "not_in", "values": ["planned", "transfer"]}]},
    ),
    ("all wards but Surgery: admissions", BY_WARD | {"filters": [{"field": "wards.name", "op": "!=", "values": ["Surgery"]}]}),
    ("admissions in Surgery or Maternity", {"filters": [{"field": "wards.name", "op": "in", "values": ["Surgery", "Maternity"]}]}),
    (
        "is the mean stay in Surgery longer than in Maternity",
        {"metrics": ["mean_stay"], "filters": [{"field": "wards.name", "op": "in", "values": ["Surgery", "Maternity"]}]} | BY_WARD,
    ),
    # good and bad news
    (
        "Which ward is the best by readmission rate?",
        {"metrics": ["readmission_rate"], "filters": [KNOWN], "order_by": [{"field": "readmission_rate", "direction": "asc"}], "limit": 1}
        | BY_WARD,
    ),
    (
        "ward with the longest stay",
        {"metrics": ["mean_stay"], "filters": [KNOWN], "limit": 1, "order_by": [{"field": "mean_stay", "direction": "desc"}]} | BY_WARD,
    ),
    # whether there were any
    ("Were there any admissions in Surgery in March 2026?", {"filters": [SURGERY], "time": {"from": "2026-03-01", "to": "2026-04-01"}}),
    # what is said around a question, and slips
    ("Could you please show me the number of admissions per month, thanks", BY_MONTH),
    ("For my presentation I need the mean stay by ward", {"metrics": ["mean_stay"]} | BY_WARD),
    ("Please break down admissions by ward", BY_WARD),
    ("admisions by wrad", BY_WARD),
    ("mean stya by insurnace", {"metrics": ["mean_stay"], "dimensions": ["patients.insurance"]}),
]


@pytest.mark.parametrize(("question", "expected"), READ, ids=[question for question, _ in READ])
def test_questions_are_read_as_people_mean_them(question: str, expected: dict[str, Any]) -> None:
    assert request(question) == expected


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("share of patients by ward", "its parts overlap"),
        ("share of costs by ward and insurance", "by two things at once"),
        ("share of costs", "needs parts"),
        ("admission rate by ward", "A rate of admissions is not defined"),
        ("share of emergency admissions by ward", "may be the part or the whole"),
        ("nights per admission", "not defined as a metric"),
        ("Drop all admissions", "only read here"),
        ("growth of admissions from January to March 2026", "Growth is told from one period to the next"),
        ("growth of costs", "From when to when is not said"),
        ("wards with costs over $5000", "“dollars” is not known"),
        ("planned admissions or Surgery", "rows that are either cannot be chosen"),
        ("admissions not in Surgery but in Maternity", "which is left out"),
        ("admissions but Surgery", "say “except Surgery”"),
        ("how much does an admission cost", "of a single one is not defined"),
        ("costs per patient", "“patient” cannot be fitted"),
        ("admissions per patient", "not divided by one another"),
        ("average salary by ward", "does not hold staff pay"),
        ("treatments by insurance", "cannot be split by insurance"),
        ("How many patients were operated?", "“operated” is not known here"),
        ("How many patients died?", "“died” is not known here"),
        ("How many births were there?", "“births” is not known here"),
        ("median stay by ward", "“median” is not known here"),
        ("admissions by doctor", "“doctor” is not known here"),
        ("single patients by ward", "“single” is not known here"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_reason(question: str, words: str) -> None:
    outcome = ask(question)
    assert isinstance(outcome, Refuse) and words in outcome.reason, outcome
    assert outcome.instead


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("growth of costs in March 2026", "Compared to the same period of the previous year", {"compare": "previous_year"}),
        ("growth of costs in March 2026", "Compared to the month before", {"compare": "previous_period"}),
        (
            "Which wards grew most in 2025 by admissions?",
            "Growth rate",
            {"order_by": [{"field": "admissions_percent_change", "direction": "desc"}]},
        ),
        (
            "Which wards grew most in 2025 by admissions?",
            "Absolute growth",
            {"order_by": [{"field": "admissions_change", "direction": "desc"}]},
        ),
        (
            "admissions in Surgery and Maternity",
            "together",
            {"filters": [{"field": "wards.name", "op": "in", "values": ["Surgery", "Maternity"]}]},
        ),
        ("admissions in Surgery and Maternity", "by ward", BY_WARD),
        ("Which ward is the worst?", "Mean stay", {"metrics": ["mean_stay"]}),
    ],
)
def test_where_two_readings_differ_it_asks_and_the_answer_decides(question: str, answer: str, expected: dict[str, Any]) -> None:
    asked = ask(question)
    assert isinstance(asked, Ask) and any(reading.startswith(answer) for reading in asked.readings), asked
    assert expected.items() <= request(question, answer).items()


def test_a_slip_is_told() -> None:
    outcome = ask("admisions by wrad")
    assert isinstance(outcome, Reading)
    assert outcome.spelled == (("admisions", "admissions"), ("wrad", "ward"))
    assert "Spelling: “wrad” is read as ward." in outcome.notes
