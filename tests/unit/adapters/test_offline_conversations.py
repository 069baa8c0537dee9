"""The offline model over several questions: it goes on from an earlier answer, asks more than once, and doubts what it compares with."""

import json
from typing import Any

import pytest
from unit.adapters.offline_conversation import Talk, result
from unit.semantic import shop

from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.markup import tag
from analytics_agent.explore import prompt
from analytics_agent.semantic import overview

MODEL = [overview(shop.model())]
REQUEST = {"purpose": "Revenue by region", "metrics": ["revenue"], "dimensions": ["customers.region"]}


def exploring(question: str, *told: str) -> Talk:
    """Past the first call, which reads the semantic model. `told` are the lines of an earlier run."""
    opening = tag("earlier", "\n".join(told)) if told else ""
    talk = Talk("explore", question, opening=opening)
    assert talk.next() == [("describe", {"names": ["model"]})]
    return talk.told(MODEL)


def after(question: str, request: dict[str, Any] = REQUEST) -> Talk:
    return exploring(question, "Question: revenue by region", "Read as: x", f"Metric request: {json.dumps(request)}", "Answer: much.")


def test_a_question_goes_on_from_the_request_of_an_earlier_answer() -> None:
    talk = after("by category instead")
    ((name, query),) = talk.next()
    assert name == "query_metrics" and query["dimensions"] == ["products.category"]
    (end,) = talk.told(result("r1", [{"category": "tea", "revenue": 3.0}])).next()
    assert end[0] == "finish"
    assert any(text.startswith("Goes on from: “revenue by region”") for text in end[1]["readings"])


def test_what_the_opening_of_explore_tells_of_an_earlier_run_is_what_is_read() -> None:
    """The words of the prompt and the reading of them belong together."""
    from fakes.records import EVIDENCE, query, question

    from analytics_agent.domain.run import Run

    kept = query(id="r1", request=REQUEST)
    earlier = Run(question(text="revenue <b>by</b> region\nplease"), "succeeded", evidence=EVIDENCE, queries=(kept,))
    opening = prompt.first(question(text="by category instead"), Briefing(None, "f"), earlier)
    talk = Talk("explore", "unused")
    talk.messages = [type(talk.messages[0])("user", ({"type": "text", "text": opening},))]
    talk.next()
    ((name, given),) = talk.told(MODEL).next()
    assert name == "query_metrics" and given["dimensions"] == ["products.category"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (("Question: revenue by region", "SQL: SELECT 1", "Answer: much."), "answered by SQL"),
        (("Question: revenue by region", "It ended as refused."), "has no answer from metrics"),
        (("Question: revenue by region", 'Metric request: {"metrics": ["gone"]}', "Answer: much."), "not defined any more"),
        (("Question: revenue by region", 'Metric request: {"dimensions": []}', "Answer: much."), "cannot be read"),
    ],
)
def test_without_a_request_to_change_a_fragment_is_refused_with_the_reason(told: tuple[str, ...], words: str) -> None:
    ((name, given),) = exploring("by category instead", *told).next()
    assert name == "refuse" and words in given["reason"] and given["instead"]


def test_a_whole_question_is_answered_whatever_went_before() -> None:
    ((name, given),) = exploring("How many orders were there in March?", "Question: x", "SQL: SELECT 1", "Answer: y").next()
    assert name == "query_metrics" and given["metrics"] == ["orders"]


def test_two_things_that_are_open_are_asked_one_after_the_other_and_answers_are_numbers_or_words() -> None:
    talk = exploring("What was the revenue until May?")
    ((name, asked),) = talk.next()
    assert name == "ask_person" and [r.partition(":")[0] for r in asked["readings"]] == ["through May", "before May"]
    ((name, query),) = talk.told("<clarification>\nthe second\n</clarification>").next()
    if name == "ask_person":
        pytest.fail("asked again")
    assert query["filters"] == [{"field": "orders.placed_on", "op": "<", "values": ["2025-05-01"]}]


def test_the_same_is_not_asked_twice() -> None:
    talk = exploring("What was the revenue until May?")
    talk.next()
    ((name, given),) = talk.told("<clarification>\nwhatever\n</clarification>").next()
    assert name == "refuse" and given["instead"]


def test_a_second_question_has_its_own_readings() -> None:
    """The number of an answer counts among the readings that were shown with it."""
    talk = exploring("revenue of tea and coffee until May")
    ((_, first),) = talk.next()
    ((name, second),) = talk.told("<clarification>\n1\n</clarification>").next()
    assert name == "ask_person" and second["readings"] != first["readings"]
    ((name, query),) = talk.told("<clarification>\n2\n</clarification>").next()
    assert name == "query_metrics" and "dimensions" not in query
    assert query["filters"][0]["values"] == ["tea", "coffee"] and query["filters"][1]["values"] == ["2025-06-01"]


# what stands beside a figure


def compared(now: Any, before: Any) -> Talk:
    talk = exploring("revenue in May 2025 compared with the same month last year")
    ((_, query),) = talk.next()
    assert query["compare"] == "previous_year" and query["time"] == {"from": "2025-05-01", "to": "2025-06-01"}
    row = {"revenue": now, "revenue_previous": before, "revenue_change": None, "revenue_percent_change": None}
    return talk.told(result("r1", [row]))


def test_growth_from_before_the_data_begins_is_refused_and_not_shown_as_growth_from_nothing() -> None:
    talk = compared(5.0, None)
    ((name, look),) = talk.next()
    assert name == "query_metrics" and look["time"] == {"from": "2024-05-01", "to": "2024-06-01"}
    ((name, given),) = talk.told(result("r2", [{look["metrics"][0]: None}])).next()
    assert name == "refuse" and "does not reach back to the beginning of May 2024" in given["reason"]


def test_what_fell_to_nothing_is_a_result() -> None:
    talk = compared(None, 7.0)
    talk.next()
    ((name, _),) = talk.told(result("r2", [{"revenue": 7.0}])).next()
    assert name == "finish"


@pytest.mark.parametrize(
    ("question", "caveat"),
    [
        ("revenue in 2025", "The year is not over: its figures are those up to the last day of the data."),
        ("revenue by month in 2025", "The last month is not over: its figures are those up to the last day of the data."),
        ("revenue in May 2025", None),
        ("revenue by month in 2024", None),
        ("revenue by day in June 2025", None),
        ("revenue", None),
    ],
)
def test_a_period_that_is_not_over_is_said_to_be_so(question: str, caveat: str | None) -> None:
    talk = exploring(question)
    talk.next()
    calls = talk.told(result("r1", [{"revenue": 1.0}, {"revenue": 2.0}])).next()
    while calls[0][0] == "query_metrics":
        calls = talk.told(*(result("r9", [dict.fromkeys(given["metrics"], 1.0)]) for _, given in calls)).next()
    ((name, end),) = calls
    told = [text for text in end.get("caveats", ()) if "not over" in text]
    assert name == "finish" and told == ([caveat] if caveat else [])
