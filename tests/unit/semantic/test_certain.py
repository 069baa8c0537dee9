"""Which questions are certain to be read right: one reading, no word guessed at, and definitions that a person stands behind."""

from dataclasses import replace
from datetime import date

import pytest
from unit.semantic import shop

from analytics_agent.semantic import SemanticModel, overview
from analytics_agent.semantic.model import Certification
from analytics_agent.semantic.reader import Reading
from analytics_agent.semantic.reader.certain import certain

MODEL, TODAY = shop.model(), date(2025, 6, 15)


def read(question: str, model: SemanticModel = MODEL) -> Reading | None:
    return certain(question, model, overview(model), TODAY)


@pytest.mark.parametrize(
    "question",
    [
        "What was the revenue in May 2025?",
        "How many orders were there last month?",
        "revenue by region",
        "Which region had the most orders?",
        "orders by month in 2024",
    ],
)
def test_a_plain_question_is_certain(question: str) -> None:
    assert read(question) is not None


@pytest.mark.parametrize(
    "question",
    [
        "What was the revnue in May 2025?",
        "Why did revenue fall in May?",
        "How is tea doing?",
        "revenue in Oslo",
        "orders by flavour",
        "How many of those were orders?",
        "What was the revenue until May?",
        "revenue by region. " * 20,
        "revenue\nby region",
        "by region instead",
    ],
)
def test_what_is_guessed_asked_looked_up_or_judged_is_not(question: str) -> None:
    assert read(question) is None


def test_no_draft_is_certain_and_no_definition_with_instructions() -> None:
    draft = replace(MODEL, certification=Certification("unreviewed"))
    assert read("revenue by region", draft) is None
    told = replace(MODEL, metrics=tuple(replace(m, instructions="Without returns, unless asked.") for m in MODEL.metrics))
    assert read("revenue by region", told) is None
    vouched = replace(draft, metrics=tuple(replace(m, certification=Certification("certified", "finance")) for m in MODEL.metrics))
    assert read("revenue by region", vouched) is not None
