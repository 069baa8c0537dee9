"""Two ways to one answer: a metric request, compiled from the semantic model, gives what the hand-written check query gives."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from found_rows import same_rows
from integration.flights.warehouse import FOLDER, Warehouse

from analytics_agent.semantic.compiler.compile import compile
from analytics_agent.semantic.model import SemanticModel
from analytics_agent.semantic.ossie import load as ossie
from analytics_agent.semantic.request import MetricRequest
from analytics_agent.sql.ordering import ordered_by

Row = tuple[Any, ...]
REQUESTS = [json.loads(line) for line in (Path(__file__).parents[2] / "golden" / "flights_requests.jsonl").read_text().splitlines()]
QUESTIONS = {q["id"]: q for q in map(json.loads, (FOLDER / "questions.jsonl").read_text().splitlines())}


def fetch(url: str, statement: str) -> list[Row]:
    with psycopg.connect(url, options="-c timezone=UTC") as connection:
        return connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def model() -> SemanticModel:
    return ossie.load((FOLDER / "semantic_model.yaml").read_text())


@pytest.mark.parametrize("case", REQUESTS, ids=[case["id"] for case in REQUESTS])
def test_the_model_and_the_check_query_agree(flights: Warehouse, model: SemanticModel, case: dict[str, Any]) -> None:
    question = QUESTIONS[case["id"]]
    compiled = compile(model, MetricRequest.from_tool_input(case["request"]), dialect="postgres")
    found = fetch(flights.reader, compiled.sql)
    for statement in (question["gold_sql"], *question.get("gold_alternatives", ())):
        gold = fetch(flights.reader, statement)
        by = (ordered_by(statement, dialect="postgres") or range(len(gold[0]))) if question.get("ordered") else None
        if same_rows(found, gold, by=by):
            return
    raise AssertionError(f"{question['question']}\n{compiled.sql}\n{found[:5]}\n{gold[:5]}")


def test_most_answerable_questions_need_no_free_sql() -> None:
    answerable = {q["id"] for q in QUESTIONS.values() if q["expect"] == "answer"}
    governed = {case["id"] for case in REQUESTS}
    assert governed <= answerable
    assert len(governed) >= 0.9 * len(answerable)
