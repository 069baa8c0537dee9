"""The same question has the same reading: in every process, whatever its hash seed, and in whatever order look-ups and rows come back."""

import json
import os
import random
import subprocess
import sys
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from analytics_agent import semantic
from analytics_agent.resources import resource
from analytics_agent.semantic.reader import KnownValue, LookUp, Reading, read, tool_input

AS_OF = {"flights": date(2013, 12, 31), "shop": date(2025, 12, 31)}
TIMES = 5


def questions(warehouse: str) -> list[str]:
    lines = (resource("sql_fixtures") / warehouse / "questions.jsonl").read_text().splitlines()
    return [json.loads(line)["question"] for line in lines]


@lru_cache
def overview(warehouse: str) -> dict[str, Any]:
    return semantic.overview(semantic.load((resource("sql_fixtures") / warehouse / "semantic_model.yaml").read_text()))


def told(outcome: object) -> str:
    return json.dumps(tool_input(outcome.request), sort_keys=True) if isinstance(outcome, Reading) else repr(outcome)


@lru_cache
def readings(warehouse: str) -> list[str]:
    model = overview(warehouse)
    return [told(read(question, model, AS_OF[warehouse])) for question in questions(warehouse)]


PROGRAM = "from unit.semantic.test_same_question_same_reading import AS_OF, readings; [print(r) for w in AS_OF for r in readings(w)]"


def test_a_process_with_another_hash_seed_reads_alike() -> None:
    tests = Path(__file__).parents[2]
    here = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}
    command, seed = [sys.executable, "-c", PROGRAM], {"PYTHONHASHSEED": "0" if os.environ.get("PYTHONHASHSEED") else "1"}
    done = subprocess.run(command, env=here | seed, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines() == [reading for warehouse in AS_OF for reading in readings(warehouse)]


@pytest.mark.parametrize("warehouse", AS_OF)
def test_a_question_that_is_asked_again_is_read_alike(warehouse: str) -> None:
    """Nothing of what was asked before stays."""
    expected = dict(zip(questions(warehouse), readings(warehouse), strict=True))
    again, model = list(expected), overview(warehouse)
    for seed in range(TIMES - 1):
        random.Random(seed).shuffle(again)  # noqa: S311  nothing secret is shuffled
        for question in again[:10]:
            assert told(read(question, model, AS_OF[warehouse])) == expected[question]


@pytest.mark.parametrize("warehouse", AS_OF)
def test_look_ups_may_come_back_in_any_order(warehouse: str) -> None:
    """Several values hold a name, in several columns; which the database names first must not matter."""
    model, looked = overview(warehouse), 0
    for question in [
        "How many flights were cancelled at Yellowknife?",
        "How many orders came from Yellowknife?",
        "orders from Yellowknife",
        *questions(warehouse),
    ]:
        outcome = read(question, model, AS_OF[warehouse])
        if not isinstance(outcome, LookUp):
            continue
        looked += 1
        found = [KnownValue(name, path, f"{name} {end}") for name in outcome.names for path in outcome.columns for end in ("One", "Two")]
        names = frozenset(name.lower() for name in outcome.names)
        told_ = set()
        for seed in range(TIMES):
            random.Random(seed).shuffle(found)  # noqa: S311
            told_.add(told(read(question, model, AS_OF[warehouse], found, names)))
        assert len(told_) == 1, question
    assert looked


@pytest.mark.parametrize("warehouse", AS_OF)
def test_rows_that_tie_come_in_one_order(warehouse: str) -> None:
    """Every request that cuts rows off orders them to the last key: an engine may give equal rows in any order."""
    model = semantic.load((resource("sql_fixtures") / warehouse / "semantic_model.yaml").read_text())
    cut = [
        outcome.request
        for question in questions(warehouse)
        if isinstance(outcome := read(question, overview(warehouse), AS_OF[warehouse]), Reading) and outcome.request.limit
    ]
    assert cut
    for request in cut:
        sql = semantic.compile(model, request, dialect="postgres").sql
        ordered = sql[sql.index("ORDER BY") :]
        assert all(name.replace(":", ".").split(".")[1] in ordered for name in request.dimensions), sql
