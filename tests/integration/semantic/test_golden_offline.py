"""All golden questions on flights through the offline model: most answered rightly, none answered wrongly, the rest declined."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from found_rows import same_rows
from integration.flights.warehouse import FOLDER, Warehouse
from integration.semantic.in_process import InProcess, Run

from analytics_agent import semantic
from analytics_agent.semantic.reader.certain import certain

QUESTIONS: list[dict[str, Any]] = [json.loads(line) for line in (FOLDER / "questions.jsonl").read_text().splitlines()]
DECLINED = {"refuse", "ask_person"}
FEWEST_RIGHT = 72
FEWEST_CERTAIN = 60


@dataclass(frozen=True)
class Scored:
    case: dict[str, Any]
    run: Run
    verdict: str


@pytest.fixture(scope="module")
def scored(flights: Warehouse, model: Any, catalog: Any, database: Any) -> list[Scored]:
    from integration.semantic.conftest import AS_OF

    from analytics_agent.adapters.offline.model import OfflineModel
    from analytics_agent.adapters.warehouses import open_warehouse

    runner = InProcess(OfflineModel(), lambda: open_warehouse(database), catalog, model, AS_OF)
    runs = asyncio.run(runner.ask_all([case["question"] for case in QUESTIONS]))
    with psycopg.connect(flights.reader) as connection:
        return [Scored(case, run, verdict(connection, case, run)) for case, run in zip(QUESTIONS, runs, strict=True)]


def verdict(connection: psycopg.Connection[Any], case: dict[str, Any], run: Run) -> str:
    """right, WRONG or declined. To answer what cannot be answered, or must be asked about, is wrong."""
    if run.end in DECLINED:
        return "declined"
    if case["expect"] != "answer":
        return "WRONG"
    golds = [case["gold_sql"], *case.get("gold_alternatives", ())]
    return "right" if any(same_rows(run.rows, connection.execute(gold).fetchall()) for gold in golds) else "WRONG"


def test_no_question_is_answered_wrongly(scored: list[Scored]) -> None:
    for each in scored:
        print(f"{each.case['id']} {each.case['expect']:7} {each.verdict:8} {each.case['question']}")
    wrong = [each.case["question"] for each in scored if each.verdict == "WRONG"]
    assert not wrong


def test_what_would_be_answered_in_front_of_a_paid_model_is_right(scored: list[Scored], model: Any) -> None:
    """Declined ones go on with the paid model, as a period without data does; an ambiguous question must not be certain at all."""
    overview = semantic.overview(model)
    from integration.semantic.conftest import AS_OF

    taken = [each for each in scored if certain(each.case["question"], model, overview, AS_OF)]
    print(f"{len(taken)} of {len(scored)} are certain, {sum(each.verdict == 'right' for each in taken)} of them right")
    assert "ask" not in {each.case["expect"] for each in taken}
    assert {each.verdict for each in taken} <= {"right", "declined"}
    assert sum(each.verdict == "right" for each in taken) >= FEWEST_CERTAIN


def test_most_questions_are_answered_rightly(scored: list[Scored]) -> None:
    assert sum(each.verdict == "right" for each in scored) >= FEWEST_RIGHT


def test_every_answer_is_grounded_prose(scored: list[Scored]) -> None:
    for each in scored:
        if each.run.end == "finish":
            assert each.run.answer is not None, (each.case["question"], each.run.errors)
            assert each.run.answer.claims[0].figures, each.case["question"]


def test_no_tool_call_was_refused(scored: list[Scored]) -> None:
    """A rule that calls tools wrongly would be mended by luck at best."""
    assert [(each.case["question"], each.run.errors) for each in scored if each.run.errors] == []


def test_every_refusal_says_why_and_what_would_work(scored: list[Scored]) -> None:
    for each in scored:
        if each.run.end == "refuse":
            assert each.run.given["reason"].endswith((".", "?")) and each.run.given["instead"], each.case["question"]
        if each.run.end == "ask_person":
            assert len(each.run.given["readings"]) >= 2, each.case["question"]


def test_questions_that_need_an_answer_from_a_person_get_asked_or_declined(scored: list[Scored]) -> None:
    asked = [each for each in scored if each.case["expect"] == "ask"]
    assert asked and all(each.run.end in DECLINED for each in asked)
    assert sum(each.run.end == "ask_person" for each in asked) >= len(asked) - 2
