"""The check queries of the golden questions run for the reader and have answers."""

import json
from typing import Any

import psycopg
import pytest
from integration.flights.warehouse import FOLDER, Warehouse

QUESTIONS = [json.loads(line) for line in (FOLDER / "questions.jsonl").read_text().splitlines()]
CHECKED = [q for q in QUESTIONS if "gold_sql" in q]


@pytest.mark.parametrize("question", CHECKED, ids=[q["id"] for q in CHECKED])
def test_every_check_query_runs_and_has_rows(flights: Warehouse, question: dict[str, Any]) -> None:
    with psycopg.connect(flights.reader) as connection:
        for statement in [question["gold_sql"], *question.get("gold_alternatives", ())]:
            found = connection.execute(statement).fetchall()
            assert found, statement
            assert all(any(value is not None for value in row) for row in found), statement


def test_why_questions_have_two_values_that_differ(flights: Warehouse) -> None:
    with psycopg.connect(flights.reader) as connection:
        for question in (q for q in CHECKED if "why" in q["tags"] and "contribution" not in q["tags"]):
            values = {row[0] for row in connection.execute(question["gold_sql"]).fetchall()}
            assert len(values) == 2, question["question"]


def test_the_winner_of_a_superlative_is_not_a_tie(flights: Warehouse) -> None:
    with psycopg.connect(flights.reader) as connection:
        for question in (q for q in CHECKED if "superlative" in q["tags"] and q["gold_sql"].endswith("DESC LIMIT 1")):
            head, _, _ = question["gold_sql"].partition(" ORDER BY ")
            order = question["gold_sql"].removeprefix(head).removesuffix(" LIMIT 1")
            ranked = connection.execute(f"SELECT * FROM ({head} {order} FETCH FIRST ROW WITH TIES) winners").fetchall()
            assert len(set(ranked)) == 1, question["question"]
