"""Slips of spelling, numbers in words and what is said around a question: put right where nothing else can be meant."""

import pytest
from unit.semantic.hospital import OVERVIEW, ask

from analytics_agent.semantic.reader import Refuse
from analytics_agent.semantic.reader.frames import plain
from analytics_agent.semantic.reader.lexicon import Lexicon
from analytics_agent.semantic.reader.spelling import corrected
from analytics_agent.semantic.reader.words import tokens

LEXICON = Lexicon(OVERVIEW)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("admisions", "admissions"),
        ("addmissions", "admissions"),
        ("amdissions", "admissions"),
        ("insurnace", "insurance"),
        ("montly", "monthly"),
        ("wich", "which"),
        ("febuary", "february"),
        ("Cardiolgy", "cardiology"),
        ("averge", "average"),
    ],
)
def test_a_letter_that_is_missing_doubled_or_swapped_is_a_slip(typed: str, read: str) -> None:
    assert corrected(tokens(typed), [0], LEXICON).read == ((typed, read),)


@pytest.mark.parametrize(
    "word", ["cards", "wars", "words", "boards", "stray", "ages", "planner", "privacy", "unite", "cart", "kit", "cost1"]
)
def test_a_word_of_its_own_is_no_slip(word: str) -> None:
    assert corrected(tokens(word), [0], LEXICON).read == ()


TRIALS = {"metrics": [{"name": name, "label": name, "fact": "admissions"} for name in ("trails", "trials")]}


def test_of_two_that_are_as_near_it_is_asked_which_is_meant_and_the_answer_decides() -> None:
    lexicon = Lexicon(OVERVIEW | TRIALS)
    assert corrected(tokens("trals"), [0], lexicon).doubtful == (("trals", ("trails", "trials")),)
    assert corrected(tokens("trals"), [0], lexicon, frozenset({"trials"})).read == (("trals", "trials"),)


def test_more_than_a_few_unknown_words_are_no_slips() -> None:
    outcome = ask("admisions blorp flarn grault by wrad")
    assert isinstance(outcome, Refuse) and "blorp" in outcome.reason


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("two dozen", 24),
        ("a dozen", 12),
        ("a million", 1_000_000),
        ("half a million", 500_000),
        ("1.5 million", 1_500_000),
        ("twenty five", 25),
        ("one hundred and twenty", 120),
        ("fifteen hundred", 1_500),
        ("two hundred thousand", 200_000),
        ("10k", 10_000),
        ("10 thousand", 10_000),
    ],
)
def test_numbers_in_words_are_numbers(text: str, number: float) -> None:
    found = [token.number for token in tokens(f"more than {text} orders") if token.number is not None]
    assert found == [number]


def test_two_numbers_stay_two() -> None:
    assert [t.number for t in tokens("between one hundred and two hundred") if t.number] == [100, 200]
    assert [t.number for t in tokens("between five and ten") if t.number] == [5, 10]
    assert [t.number for t in tokens("the first, ten, twenty") if t.number] == [10, 20]


def test_money_stands_behind_its_number() -> None:
    assert [t.lower for t in tokens("over $50")] == ["over", "50", "dollars"]
    assert [t.lower for t in tokens("over 50 €")] == ["over", "50", "euros"]


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Could you tell me how many orders there were?", "how many orders there were?"),
        ("Hi team, orders by month please. Thanks!", "orders by month"),
        ("I'm wondering who bought most", "who bought most"),
        ("For my presentation tomorrow I need net sales", "net sales"),
        ("total no. of orders", "total number of orders"),
        ("orders for every single day", "orders for every day"),
        ("orders as well as returns", "orders and returns"),
        ("please", "please"),
        ("Can you count the orders?", "count the orders?"),
        ("So far this year, orders", "So far this year, orders"),
        ("Show all orders", "Show all orders"),
    ],
)
def test_what_is_said_around_a_question_is_taken_off(question: str, left: str) -> None:
    assert plain(question) == left
