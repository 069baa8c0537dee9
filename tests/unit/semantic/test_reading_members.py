"""How many pass, who has none, the first of each group, limits of single rows, named days: over three models, question by question.

`members_asked.jsonl` holds questions with the request that each means; a person has judged them one by one.
"""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from unit.semantic import hospital

from analytics_agent import semantic
from analytics_agent.resources import resource
from analytics_agent.semantic import SemanticModel, compile
from analytics_agent.semantic.reader import Ask, KnownValue, LookUp, Outcome, Reading, Refuse, read, tool_input
from analytics_agent.semantic.reader.follow_up import Earlier, follow
from analytics_agent.semantic.request import MetricRequest

DAYS = {"flights": date(2013, 12, 31), "shop": date(2026, 6, 30), "hospital": hospital.TODAY}
ASKED = [json.loads(line) for line in (Path(__file__).parent / "members_asked.jsonl").read_text().splitlines()]


@cache
def model(name: str) -> SemanticModel:
    return hospital.model() if name == "hospital" else semantic.load((resource("sql_fixtures") / name / "semantic_model.yaml").read_text())


@cache
def overview(name: str) -> Mapping[str, Any]:
    return semantic.overview(model(name))


def asked(name: str, question: str, *answers: str) -> Outcome:
    return read(question, overview(name), DAYS[name], clarified=answers)


def reading(name: str, question: str, *answers: str) -> Reading:
    outcome = asked(name, question, *answers)
    assert isinstance(outcome, Reading), outcome
    return outcome


@pytest.mark.parametrize("case", ASKED, ids=[f"{case['db']}: {case['question']}" for case in ASKED])
def test_a_question_is_the_request_that_a_person_means(case: dict[str, Any]) -> None:
    request = reading(case["db"], case["question"]).request
    data = tool_input(request)
    data.pop("purpose")
    assert data == case["request"]
    compile(model(case["db"]), request, dialect="postgres")
    assert MetricRequest.from_tool_input({"purpose": request.purpose} | data) == request


@pytest.mark.parametrize(
    ("name", "question", "words"),
    [
        ("flights", "How many airports did JetBlue fly to more than 100 times?", "behind “to” is not said"),
        ("flights", "How many airports did JetBlue fly to in June?", "behind “to” is not said"),
        ("flights", "carriers without cancellations in June", "told from a list of all of them"),
        ("flights", "destinations without flights by JetBlue", "told from a list of all of them"),
        ("flights", "How many days had no cancellations?", "within a period"),
        ("flights", "the carrier with the fewest flights in each month", "not those with the least"),
        ("flights", "the busiest day of each month", "A day of each group cannot be found"),
        ("flights", "busiest destinations per carrier", "How many destinations of each"),
        ("flights", "How many flights had a delay under 15 minutes?", "sets a limit of its own"),
        ("shop", "top 5 categories by net sales by region", "the first in each region, or the first of all"),
        ("shop", "customers from Germany who never ordered", "which customers are meant or which records they lack"),
        ("shop", "net sales over 1000 euros", "needs groups"),
        ("shop", "how many times did customers order in 2025", "“times” is not known"),
        ("hospital", "how many patients over 60 were admitted more than once", "“over”, “60”"),
        ("shop", "orders over 100", "needs groups"),
        ("hospital", "how many insurances had no treatments", "cannot be split by insurance"),
        ("hospital", "patients over 60", "needs groups"),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_reason(name: str, question: str, words: str) -> None:
    outcome = asked(name, question)
    assert isinstance(outcome, Refuse) and words in outcome.reason, outcome


@pytest.mark.parametrize(
    ("name", "question", "answer", "expected"),
    [
        ("shop", "which customers ordered twice", "exactly 2 times", {"having": [{"metric": "orders", "op": "=", "value": 2}]}),
        ("shop", "which customers ordered twice", "at least 2 times", {"having": [{"metric": "orders", "op": ">=", "value": 2}]}),
        ("shop", "customers who ordered once", "exactly 1 time", {"having": [{"metric": "orders", "op": "=", "value": 1}]}),
        (
            "shop",
            "orders over 100 euros",
            "with value of an order over 100",
            {"filters": [{"field": "orders.goods_amount", "op": ">", "values": [100]}]},
        ),
        (
            "flights",
            "flights more than 2 hours late",
            "with arrival delay of a flight more than 2",
            {"filters": [{"field": "flights.arr_delay", "op": ">", "values": [120]}]},
        ),
    ],
)
def test_where_two_readings_differ_it_asks_and_the_answer_decides(name: str, question: str, answer: str, expected: dict[str, Any]) -> None:
    outcome = asked(name, question)
    assert isinstance(outcome, Ask) and any(each.startswith(answer) for each in outcome.readings), outcome
    assert expected.items() <= tool_input(reading(name, question, answer).request).items()


def test_who_is_not_counted_is_said() -> None:
    notes = reading("shop", "How many stores had fewer than 100 orders in May 2026?").notes
    assert (
        "Members: stores with fewer than 100 orders" in notes
        and "Not among them: stores without any record of orders, of whatever kind." in notes
    )


def test_what_a_metric_counts_by_itself_is_left_to_it() -> None:
    assert reading("flights", "How many airlines fly to Miami?").request.metrics == ("carriers",)
    assert reading("shop", "How many customers ordered in June 2026?").request.metrics == ("buyers",)


def test_a_day_that_moves_is_asked_for_by_its_date_unless_the_data_has_its_name() -> None:
    assert isinstance(asked("shop", "net sales on Black Friday"), LookUp)
    looked = frozenset({"black", "black friday", "friday"})
    refused = read("net sales on Black Friday", overview("shop"), DAYS["shop"], (), looked)
    assert isinstance(refused, Refuse) and "Name its days" in refused.reason
    promotion = KnownValue("black", "promotions.name", "Black Friday 2025")
    assert not isinstance(read("net sales on Black Friday", overview("shop"), DAYS["shop"], (promotion,), looked), Ask)


@pytest.mark.parametrize("question", ["by region instead", "top 3 of them", "why?", "only in Germany"])
def test_of_counted_members_a_follow_up_changes_the_period_alone(question: str) -> None:
    earlier = Earlier(
        "How many customers ordered more than three times?", reading("shop", "How many customers ordered more than three times?").request
    )
    assert not isinstance(follow(question, earlier, overview("shop"), DAYS["shop"]), Reading)
    moved = follow("and in 2025?", earlier, overview("shop"), DAYS["shop"])
    assert isinstance(moved, Reading) and moved.request.counted is not None
    assert moved.request.time is not None and moved.request.time.start == date(2025, 1, 1)
