"""The flights questions of the paraphrases, by writers who had not seen the rules: most answered, next to none wrongly."""

import asyncio
import json
from typing import Any

import psycopg
from integration.flights.warehouse import Warehouse
from integration.semantic.in_process import InProcess
from integration.semantic.test_golden_offline import verdict

from analytics_agent.resources import resource

SUITE = resource("sql_fixtures").parent / "tests" / "suites" / "paraphrases" / "questions.jsonl"
FEWEST_RIGHT = 235
KNOWN = {"u-f-001"}
"""Days over a limit that are to be counted are listed: “There were days … Count them.”"""


def test_paraphrases_are_answered_and_not_wrongly(flights: Warehouse, runner: InProcess) -> None:
    cases: list[dict[str, Any]] = [each for line in SUITE.read_text().splitlines() if (each := json.loads(line))["db"] == "flights"]
    runs = asyncio.run(runner.ask_all([case["question"] for case in cases]))
    with psycopg.connect(flights.reader) as connection:
        verdicts = {case["id"]: verdict(connection, case, run) for case, run in zip(cases, runs, strict=True)}
    wrong = [(case["id"], case["question"]) for case in cases if verdicts[case["id"]] == "WRONG" and case["id"] not in KNOWN]
    assert not wrong
    assert sum(each == "right" for each in verdicts.values()) >= FEWEST_RIGHT
