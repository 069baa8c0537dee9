"""The golden questions of the sample warehouses as data: well formed, spread over what people ask, and split into dev and heldout."""

import json
from collections import Counter
from typing import Any

import pytest

from analytics_agent.resources import resource

SUITES: dict[str, list[dict[str, Any]]] = {
    name: [json.loads(line) for line in (resource("sql_fixtures") / name / "questions.jsonl").read_text().splitlines()]
    for name in ("flights", "shop")
}
every_suite = pytest.mark.parametrize("suite", SUITES)
KEYS = {"id", "db", "question", "gold_sql", "gold_alternatives", "expect", "ordered", "evidence", "tags"}
KINDS = {"count", "join", "time", "ratio", "ranking", "comparison", "why", "trend", "ambiguous", "unanswerable", "trick"}


@every_suite
def test_there_are_at_least_sixty_and_none_twice(suite: str) -> None:
    assert len(SUITES[suite]) >= 60
    assert len({q["id"] for q in SUITES[suite]}) == len(SUITES[suite])
    assert len({q["question"].casefold().strip(" ?.") for q in SUITES[suite]}) == len(SUITES[suite])


@pytest.mark.parametrize(
    ("suite", "question"), [(name, q) for name, suite in SUITES.items() for q in suite], ids=lambda given: str(given)[:20]
)
def test_a_question_is_well_formed(suite: str, question: dict[str, Any]) -> None:
    assert set(question) <= KEYS
    assert question["db"] == suite
    assert question["expect"] in ("answer", "refuse", "ask")
    assert ("gold_sql" in question) == (question["expect"] == "answer")
    assert len({"dev", "heldout"} & set(question["tags"])) == 1
    statements = [question.get("gold_sql"), *question.get("gold_alternatives", ())]
    assert len(set(statements)) == len(statements)
    assert all(s is None or (s.startswith("SELECT ") and ";" not in s) for s in statements)


@every_suite
def test_an_ordered_question_has_a_query_that_orders(suite: str) -> None:
    assert all(" ORDER BY " in q["gold_sql"] for q in SUITES[suite] if q.get("ordered"))


@every_suite
def test_every_kind_of_question_is_there_in_both_parts(suite: str) -> None:
    for part in ("dev", "heldout"):
        kinds = Counter(tag for q in SUITES[suite] if part in q["tags"] for tag in q["tags"])
        assert KINDS - set(kinds) == set()


@every_suite
def test_a_third_is_held_out(suite: str) -> None:
    held = sum("heldout" in q["tags"] for q in SUITES[suite])
    assert 0.3 <= held / len(SUITES[suite]) <= 0.4
