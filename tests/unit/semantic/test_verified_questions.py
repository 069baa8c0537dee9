"""Which questions are those of a verified query, word by word, and which only look like it."""

import pytest

from analytics_agent.semantic.reader.verified import reading_of, same_question, words_of

ASKED = "Which customers from Bavaria brought more than 5.5 % margin in 2025?"
QUERY = {"question": ASKED, "sql": "SELECT 1", "by": "Ada", "on": "2026-01-01"}
MOVING = {"question": "How many orders came last month?", "sql": "SELECT 2"}
TWICE = [{"question": "What was sold?", "sql": "SELECT 3"}, {"question": "What was sold", "sql": "SELECT 4"}]
OVERVIEW = {"verified": [QUERY, MOVING, *TWICE]}


@pytest.mark.parametrize(
    "asked",
    [
        "Which customers from Bavaria brought more than 5.5 % margin in 2025?",
        "which customer from bavaria brought more than 5.5% margins in 2025",
        "Please show me which customers from Bavaria brought more than 5.5 % margin in 2025.",
        "Can you tell me which customers from Bavaria brought more than 5.5 % margin in 2025?",
    ],
)
def test_the_same_question_is_recognized(asked: str) -> None:
    assert same_question(asked, OVERVIEW) == QUERY


@pytest.mark.parametrize(
    "asked",
    [
        "Which customers from Bavaria brought more than 5.5 % margin in 2024?",
        "Which customers from Bavaria brought more than 55 % margin in 2025?",
        "Which customers from Bavaria brought more than 5.5 margin in 2025?",
        "Which customers from Saxony brought more than 5.5 % margin in 2025?",
        "Which customers from Bavaria brought less than 5.5 % margin in 2025?",
        "Which customers not from Bavaria brought more than 5.5 % margin in 2025?",
        "In 2025 which customers from Bavaria brought more than 5.5 % margin?",
        "Which customers from Bavaria brought more than 5.5 % margin in 2025 by month?",
        "Which customers from Bavaria brought more than -5.5 % margin in 2025?",
        "",
    ],
)
def test_another_value_period_or_order_is_another_question(asked: str) -> None:
    assert same_question(asked, OVERVIEW) is None


@pytest.mark.parametrize("sign", ["!=", "≠", "-", "/", "*", "<>"])
def test_a_sign_makes_another_question(sign: str) -> None:
    vouched = {"verified": [{"question": "Sales where region = North", "sql": "SELECT 5"}, {"question": "Sales cost", "sql": "SELECT 6"}]}
    assert same_question("sales where region = North", vouched) and same_question("sales cost", vouched)
    assert same_question(f"Sales where region {sign}North", vouched) is None
    assert same_question(f"Sales {sign}cost", vouched) is None


def test_a_period_that_moves_with_the_calendar_is_not_answered_by_sql_that_does_not() -> None:
    assert same_question("How many orders came last month?", OVERVIEW) is None


def test_two_statements_for_one_question_answer_it_neither() -> None:
    assert same_question("What was sold?", OVERVIEW) is None


def test_from_here_to_there_is_not_from_there_to_here() -> None:
    assert words_of("flights from Oslo to Bergen") != words_of("flights from Bergen to Oslo")


def test_it_is_said_who_vouches_for_it() -> None:
    assert reading_of(QUERY).endswith("margin in 2025?”, verified by Ada on 2026-01-01")
    assert "not named" in reading_of(MOVING)
