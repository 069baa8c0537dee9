"""What is said around a question: taken off where it says nothing, told where it is set aside, and never dropped where it chooses."""

from datetime import date
from typing import Any

import pytest

from analytics_agent import semantic
from analytics_agent.resources import resource
from analytics_agent.semantic.reader import Outcome, Reading, Refuse, read
from analytics_agent.semantic.reader.codes import is_small_code
from analytics_agent.semantic.reader.framing import framed
from analytics_agent.semantic.reader.lexicon import Lexicon
from analytics_agent.semantic.reader.shorthand import longhand
from analytics_agent.semantic.reader.words import tokens

TODAY = date(2013, 12, 31)


@pytest.fixture(scope="module")
def overview() -> dict[str, Any]:
    return semantic.overview(semantic.load((resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text()))


def asked(question: str, overview: dict[str, Any]) -> Outcome:
    return read(question, overview, TODAY)


@pytest.mark.parametrize(
    "framed",
    [
        "I would be grateful to hear how many flights there were in May.",
        "Perhaps you can tell me how many flights there were in May",
        "My boss asks me how many flights there were in May, please tell me.",
        "The finance lady wants to know how many flights there were in May. Can you help me?",
        "I should like to know how many flights there were in May",
        "It would interest me how many flights there were in May",
        "We are interested to know how many flights there were in May",
        "May I ask how many flights there were in May?",
        "Kindly let me know how many flights there were in May",
        "Could you inform me how many flights there were in May?",
        "For my memo I need one figure only. How many flights were there in May?",
        "I wonder whether you can tell me how many flights there were in May",
    ],
)
def test_a_way_of_asking_is_no_part_of_what_is_asked(framed: str, overview: dict[str, Any]) -> None:
    outcome, bare = asked(framed, overview), asked("How many flights were there in May?", overview)
    assert isinstance(outcome, Reading) and isinstance(bare, Reading)
    assert outcome.request == bare.request


@pytest.mark.parametrize(
    "context",
    ["I am preparing a slide for management.", "We are writing a report about reliability.", "The team meeting is on our agenda."],
)
def test_a_sentence_of_context_is_set_aside_and_told(context: str, overview: dict[str, Any]) -> None:
    outcome = asked(f"{context} How many flights were there in May?", overview)
    assert isinstance(outcome, Reading)
    assert f"Set aside as context: “{context.rstrip('.')}”." in outcome.notes
    assert outcome.aside == (context,)


@pytest.mark.parametrize(
    "beside",
    [
        "Our Newark colleagues are worried.",
        "The board meets tomorrow.",
        "We only care about the mornings.",
        "Our meeting is not about the cancelled ones.",
        "I am preparing a slide about adults.",
        "The budget is for five of them.",
        "We look at delayed ones.",
    ],
)
def test_a_sentence_that_may_choose_rows_is_not_passed_over(beside: str, overview: dict[str, Any]) -> None:
    outcome = asked(f"{beside} How many flights were there in May?", overview)
    assert isinstance(outcome, Refuse)


def test_a_sentence_that_is_not_understood_is_told_to_be_left_out(overview: dict[str, Any]) -> None:
    outcome = asked("The board meets tomorrow. How many flights were there in May?", overview)
    assert isinstance(outcome, Refuse)
    assert "The board meets tomorrow" in outcome.reason and "Forecasts" not in outcome.reason
    assert outcome.instead == ("How many flights were there in May?",)


@pytest.mark.parametrize("order", ["Disregard the small ones.", "Exclude the rest.", "Round the figure.", "Leave out the bad ones."])
def test_an_instruction_is_no_context(order: str, overview: dict[str, Any]) -> None:
    assert not isinstance(asked(f"{order} How many flights were there in May?", overview), Reading)


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Which month recorded the fewest cancellations?", "Which month had the fewest cancellations?"),
        ("Which five routes suffered the most cancellations?", "Which five routes had the most cancellations?"),
        ("What was the average wind speed recorded at Newark?", "What was the average wind speed at Newark?"),
        ("What late departure share did each airline achieve in May?", "What late departure share did each airline have in May?"),
    ],
)
def test_a_verb_that_only_says_there_was_a_figure_adds_nothing(question: str, plain: str, overview: dict[str, Any]) -> None:
    outcome, bare = asked(question, overview), asked(plain, overview)
    assert isinstance(outcome, Reading) and isinstance(bare, Reading)
    assert outcome.request == bare.request


@pytest.mark.parametrize(
    "question",
    [
        "How many flights were not recorded?",
        "How many recorded delays were there?",
        "How many flights had their delay recorded?",
        "How many flights have a tail number recorded?",
        "How many experienced pilots were there?",
        "How many flights were never measured?",
        "Flights by airline whose delays were recorded",
    ],
)
def test_such_a_verb_that_may_choose_rows_is_not_passed_over(question: str, overview: dict[str, Any]) -> None:
    assert not isinstance(asked(question, overview), Reading)


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("cancelled flights from lga in may", "Cancelled flights from LGA in May"),
        ("ua flights in august", "UA flights in August"),
        ("flights from jfk to sfo", "flights from JFK to SFO"),
    ],
)
def test_a_code_is_known_in_small_letters(question: str, typed: str, overview: dict[str, Any]) -> None:
    outcome, bare = asked(question, overview), asked(typed, overview)
    assert isinstance(outcome, Reading) and isinstance(bare, Reading)
    assert outcome.request == bare.request


@pytest.mark.parametrize("word", ["as", "us", "or", "in", "la", "den", "sea", "ha", "ok", "no", "am", "was", "all"])
def test_a_word_of_english_is_no_code(word: str) -> None:
    assert not is_small_code(tokens(f"flights {word} may"), 1)


def test_two_letters_behind_to_may_be_a_place_that_is_called_otherwise() -> None:
    assert is_small_code(tokens("ua flights"), 0)
    assert not is_small_code(tokens("flights to ua"), 2)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("how many diff airlines fly from jfk pls", "How many different airlines fly from JFK?"),
        ("3 airlines w highest avg arrival delay", "3 airlines with highest average arrival delay"),
        ("how many routes r there", "How many routes are there?"),
        ("flights on xmas day", "Flights on Christmas Day"),
        ("Flights on Christmas Day, 25 Dec", "Flights on Christmas Day"),
        ("Flights from Nov 10 to Nov 20, both days included", "Flights from Nov 10 to Nov 20"),
        ("Flights in the first half of the year", "Flights in the first half of 2013"),
        ("Cancellation rate, carrier by carrier", "Cancellation rate by carrier"),
        ("Break the number of flights down by weekday", "Number of flights by weekday"),
        ("How high was the cancellation rate in May?", "What was the cancellation rate in May?"),
        ("flights by airline, top 3 only", "flights by airline, top 3"),
        ("flights q4 13 vs q3 13", "flights Q4 2013 vs Q3 2013"),
        ("Per origin, flights alongside cancellations", "Per origin, flights and cancellations"),
    ],
)
def test_shorthand_is_read_as_what_it_stands_for(typed: str, meant: str, overview: dict[str, Any]) -> None:
    outcome, plain = asked(typed, overview), asked(meant, overview)
    assert isinstance(outcome, Reading) and isinstance(plain, Reading)
    assert outcome.request == plain.request


@pytest.mark.parametrize(
    "question",
    [
        "Flights on Christmas Day, 24 Dec",
        "Flights alongside the river",
        "Flights diff jan feb",
        "rainy hours vs hours without rain, average departure delay",
        "How big is the airport with the most flights?",
        "Flights q4 99",
        "How large are flights?",
    ],
)
def test_what_is_no_shorthand_stays_as_it_is_said(question: str, overview: dict[str, Any]) -> None:
    assert not isinstance(asked(question, overview), Reading)


def test_a_year_that_is_not_over_is_not_taken_for_the_year(overview: dict[str, Any]) -> None:
    assert not isinstance(read("Flights in the second half of the year", overview, date(2013, 8, 31)), Reading)


@pytest.mark.parametrize(
    "question", ["The weather office wants to know how many flights there were in May", "The Boston team asks how many flights in May"]
)
def test_who_asks_is_not_taken_for_rows(question: str, overview: dict[str, Any]) -> None:
    outcome = asked(question, overview)
    assert isinstance(outcome, Refuse)
    assert "only asks, or limits" in outcome.reason


def test_even_is_no_time_of_the_day(overview: dict[str, Any]) -> None:
    assert not isinstance(asked("How many flights even in May?", overview), Reading)
    assert isinstance(asked("How many evening flights in May?", overview), Reading)


def test_a_noun_that_rows_are_in_is_not_explained_by_a_verb_of_a_definition(overview: dict[str, Any]) -> None:
    assert not isinstance(asked("How many planes made by Boeing are in the register?", overview), Reading)


@pytest.mark.parametrize(
    "question",
    [
        "from 1 to " * 400,
        "how big is the " * 250,
        "flights" + " " * 4000 + "in May",
        "flights" + "!" * 4000 + "x",
        "flights q4 13" + " ," * 2000 + "x",
        "My boss " * 500 + "asks",
        "I am here. " * 400,
    ],
)
def test_a_hostile_question_keeps_nobody_waiting(question: str, overview: dict[str, Any]) -> None:
    lexicon = Lexicon(overview)
    assert framed(longhand(question, lexicon, TODAY), lambda phrase: False).question
