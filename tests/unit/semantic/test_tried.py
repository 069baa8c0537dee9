"""Wordings that were tried: those of all questions whose readings were checked, and no others. `UPDATE_TRIED=1` writes them."""

import json
import os
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from analytics_agent import semantic
from analytics_agent.resources import resource
from analytics_agent.semantic.reader import Reading, read
from analytics_agent.semantic.reader.tried import KEPT, is_tried

SUITES = Path(__file__).parents[2] / "suites"
AS_OF = {"flights": date(2013, 12, 31), "shop": date(2026, 6, 30)}
CHECKED = (
    *(resource("sql_fixtures") / warehouse / "questions.jsonl" for warehouse in AS_OF),
    SUITES / "paraphrases" / "questions.jsonl",
    SUITES / "wordings" / "questions.jsonl",
)


@lru_cache
def overview(warehouse: str) -> dict[str, Any]:
    return semantic.overview(semantic.load((resource("sql_fixtures") / warehouse / "semantic_model.yaml").read_text()))


def frames() -> Iterator[tuple[str, ...]]:
    """Of what was read wrongly when it was first seen nothing is learned."""
    for line in (line for path in CHECKED for line in path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        outcome = read(row["question"], overview(row["db"]), AS_OF[row["db"]]) if "misread" not in row.get("tags", ()) else None
        if isinstance(outcome, Reading):
            yield outcome.frame
    for line in (SUITES / "wordings" / "frames.jsonl").read_text(encoding="utf-8").splitlines():
        yield tuple(json.loads(line)["frame"])


def test_what_is_kept_is_what_the_checked_questions_have() -> None:
    pairs = sorted({pair for frame in frames() for pair in pairwise(frame)})
    if os.environ.get("UPDATE_TRIED"):
        KEPT.write_text("".join(f"{left} {right}\n" for left, right in pairs), encoding="utf-8")
    assert [tuple(line.split(" ")) for line in KEPT.read_text(encoding="utf-8").splitlines()] == pairs


@pytest.mark.parametrize(
    ("warehouse", "question", "tried"),
    [
        ("shop", "How many orders were there in 2025?", True),
        ("shop", "Net sales by region in 2024", True),
        ("flights", "Which carrier had the most cancellations in July?", True),
        ("shop", "Counting also the closed ones, each region has how many stores?", False),
        ("flights", "From LGA one can fly to how many different airports?", False),
        ("flights", "Of the flights to Boston, how many percent came in on time?", False),
    ],
)
def test_a_wording_is_tried_or_it_is_new(warehouse: str, question: str, tried: bool) -> None:
    outcome = read(question, overview(warehouse), AS_OF[warehouse])
    assert not tried if not isinstance(outcome, Reading) else is_tried(outcome.frame) == tried
