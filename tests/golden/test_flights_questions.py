"""The golden questions of flights as data: well formed, spread over what people ask, and split into dev and heldout."""

import json
from collections import Counter
from typing import Any

import pytest

from analytics_agent.resources import resource

TEXT = (resource("sql_fixtures") / "flights" / "questions.jsonl").read_text()
QUESTIONS: list[dict[str, Any]] = [json.loads(line) for line in TEXT.splitlines()]
KEYS = {"id", "db", "question", "gold_sql", "gold_alternatives", "expect", "ordered", "evidence", "tags"}
KINDS = {"count", "join", "time", "ratio", "ranking", "comparison", "why", "trend", "ambiguous", "unanswerable", "trick"}


def test_there_are_at_least_sixty_and_none_twice() -> None:
    assert len(QUESTIONS) >= 60
    assert len({q["id"] for q in QUESTIONS}) == len(QUESTIONS)
    assert len({q["question"].casefold().strip(" ?.") for q in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=[q["id"] for q in QUESTIONS])
def test_a_question_is_well_formed(question: dict[str, Any]) -> None:
    assert set(question) <= KEYS
    assert question["db"] == "flights"
    assert question["expect"] in ("answer", "refuse", "ask")
    assert ("gold_sql" in question) == (question["expect"] == "answer")
    assert len({"dev", "heldout"} & set(question["tags"])) == 1
    statements = [question.get("gold_sql"), *question.get("gold_alternatives", ())]
    assert len(set(statements)) == len(statements)
    assert all(s is None or (s.startswith("SELECT ") and ";" not in s) for s in statements)


def test_an_ordered_question_has_a_query_that_orders() -> None:
    assert all(" ORDER BY " in q["gold_sql"] for q in QUESTIONS if q.get("ordered"))


def test_every_kind_of_question_is_there_in_both_parts() -> None:
    for part in ("dev", "heldout"):
        kinds = Counter(tag for q in QUESTIONS if part in q["tags"] for tag in q["tags"])
        assert KINDS - set(kinds) == set()


def test_a_third_is_held_out() -> None:
    held = sum("heldout" in q["tags"] for q in QUESTIONS)
    assert 0.3 <= held / len(QUESTIONS) <= 0.4
