"""The golden questions of the shop: their check queries have answers, the semantic model's SQL agrees with them, and the offline
model answers most of what it can and nothing wrongly."""

import asyncio
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from found_rows import same_rows
from integration.flights.warehouse import Warehouse
from integration.semantic.in_process import InProcess, Run
from integration.shop.warehouse import QUESTIONS

from analytics_agent.adapters.offline.model import OfflineModel
from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database
from analytics_agent.semantic import SemanticModel
from analytics_agent.semantic.compiler.compile import compile
from analytics_agent.semantic.request import MetricRequest
from analytics_agent.sql.ordering import ordered_by

AS_OF = date(2026, 6, 30)
DECLINED = {"refuse", "ask_person"}
FEWEST_RIGHT = 63
"""Of 77 that have an answer. The others are declined: what never happened, single records, definitions that are not there."""

CHECKED = [q for q in QUESTIONS if "gold_sql" in q]
GOLDEN = {q["id"]: q for q in QUESTIONS}
REQUESTS = [json.loads(line) for line in (Path(__file__).parents[2] / "golden" / "shop_requests.jsonl").read_text().splitlines()]


def fetch(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, options="-c timezone=UTC") as connection:
        return connection.execute(statement).fetchall()


def agrees(url: str, question: dict[str, Any], found: list[tuple[Any, ...]]) -> bool:
    for statement in (question["gold_sql"], *question.get("gold_alternatives", ())):
        gold = fetch(url, statement)
        by = (ordered_by(statement, dialect="postgres") or range(len(gold[0]))) if question.get("ordered") else None
        if same_rows(found, gold, by=by):
            return True
    return False


# the check queries


@pytest.mark.parametrize("question", CHECKED, ids=[q["id"] for q in CHECKED])
def test_every_check_query_runs_and_has_rows(shop: Warehouse, question: dict[str, Any]) -> None:
    for statement in (question["gold_sql"], *question.get("gold_alternatives", ())):
        found = fetch(shop.reader, statement)
        assert found, statement
        assert all(any(value is not None for value in row) for row in found), statement


def test_why_questions_have_two_values_that_differ(shop: Warehouse) -> None:
    for question in (q for q in CHECKED if "why" in q["tags"] and "contribution" not in q["tags"]):
        assert len({row[0] for row in fetch(shop.reader, question["gold_sql"])}) == 2, question["question"]


def test_the_winner_of_a_superlative_is_not_a_tie(shop: Warehouse) -> None:
    superlatives = [q for q in CHECKED if "superlative" in q["tags"] and q["gold_sql"].endswith(" LIMIT 1")]
    assert superlatives
    for question in superlatives:
        statement = question["gold_sql"].removesuffix(" LIMIT 1") + " FETCH FIRST ROW WITH TIES"
        assert len(fetch(shop.reader, statement)) == 1, question["question"]


# the semantic model


@pytest.mark.parametrize("case", REQUESTS, ids=[case["id"] for case in REQUESTS])
def test_the_model_and_the_check_query_agree(shop: Warehouse, model: SemanticModel, catalog: Catalog, case: dict[str, Any]) -> None:
    question = GOLDEN[case["id"]]
    compiled = compile(model, MetricRequest.from_tool_input(case["request"]), dialect="postgres", catalog=catalog)
    found = fetch(shop.reader, compiled.sql)
    assert agrees(shop.reader, question, found), f"{question['question']}\n{compiled.sql}\n{found[:5]}"


def test_most_answerable_questions_need_no_free_sql() -> None:
    governed = {case["id"] for case in REQUESTS}
    assert governed <= {q["id"] for q in CHECKED}
    assert len(governed) >= 0.85 * len(CHECKED)


def test_amounts_of_three_facts_side_by_side_are_those_of_each_alone(shop: Warehouse, model: SemanticModel) -> None:
    """Joined to one another, orders, returns and marketing days would multiply."""
    metrics = ["net_sales", "order_value", "returned_units", "refunds", "marketing_spend", "sessions", "orders"]

    def totals(names: list[str]) -> list[Any]:
        request = MetricRequest.from_tool_input({"purpose": "totals", "metrics": names, "dimensions": ["regions.name"]})
        rows = fetch(shop.reader, compile(model, request, dialect="postgres").sql)
        assert len(rows) == 8
        return [sum(row[1 + place] for row in rows) for place in range(len(names))]

    together = totals(metrics)
    assert together == [totals([name])[0] for name in metrics]
    assert together[0] == together[1]


# the offline model


@dataclass(frozen=True)
class Scored:
    case: dict[str, Any]
    run: Run
    verdict: str


@pytest.fixture(scope="module")
def scored(shop: Warehouse, model: SemanticModel, catalog: Catalog, database: Database) -> list[Scored]:
    runner = InProcess(OfflineModel(), lambda: open_warehouse(database), catalog, model, AS_OF)
    runs = asyncio.run(runner.ask_all([case["question"] for case in QUESTIONS]))
    return [Scored(case, run, verdict(shop.reader, case, run)) for case, run in zip(QUESTIONS, runs, strict=True)]


def verdict(url: str, case: dict[str, Any], run: Run) -> str:
    """right, WRONG or declined. To answer what cannot be answered, or must be asked about, is wrong."""
    if run.end in DECLINED:
        return "declined"
    return "right" if case["expect"] == "answer" and agrees(url, case, run.rows) else "WRONG"


def test_no_question_is_answered_wrongly(scored: list[Scored]) -> None:
    for each in scored:
        print(f"{each.case['id']} {each.case['expect']:7} {each.verdict:8} {each.case['question']}")
    assert [each.case["question"] for each in scored if each.verdict == "WRONG"] == []


def test_most_questions_are_answered_rightly(scored: list[Scored]) -> None:
    assert sum(each.verdict == "right" for each in scored) >= FEWEST_RIGHT


def test_every_answer_is_grounded_prose_from_calls_that_were_accepted(scored: list[Scored]) -> None:
    assert [(each.case["question"], each.run.errors) for each in scored if each.run.errors] == []
    for each in scored:
        if each.run.end == "finish":
            assert each.run.answer is not None and each.run.answer.claims[0].figures, each.case["question"]


def test_questions_that_need_an_answer_from_a_person_get_asked(scored: list[Scored]) -> None:
    assert {each.run.end for each in scored if each.case["expect"] == "ask"} == {"ask_person"}
