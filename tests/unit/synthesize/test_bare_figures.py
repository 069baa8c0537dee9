"""Typed figures are found however they are written; what the question says may be repeated."""

import time

import pytest

from analytics_agent.synthesize.bare_figures import Allowed, bare_figures

NOTHING = Allowed.of([])


@pytest.mark.parametrize(
    "prose",
    [
        "It rose by 18.3 minutes.",
        "It rose by 18,300.",
        "On 24 June it peaked.",
        "Since 2013-06-24.",
        "At 16:00 it builds.",
        "Up 35%.",
        "Up ３５ percent.",  # full-width digits
        "Up ٣٥ points.",  # Arabic-Indic digits
        "About ½ of them.",
        "About two thirds.",
        "Twenty-three bad days.",
        "It doubled.",
        "twice as late",
        "a dozen days",
        "hundreds of flights",
        "half of all flights",
        "a quarter of flights",
        "Three quarters of them",
        "Southwest came second.",
        "ranked 3rd",
        "zero flights",
        "TWO carriers",
        "a tenfold rise",
        "in the 1990s",
        "Ⅳ of them",
        "x²",
    ],
)
def test_a_typed_figure_is_found(prose: str) -> None:
    assert bare_figures(prose, NOTHING)


@pytest.mark.parametrize(
    "prose",
    [
        "One reason is the weather.",
        "No one of the carriers was first to recover; both got worse.",
        "The first claim answers the question.",
        "Most flights left on time, a few did not.",
        "Flights per second are not recorded.",
        "In the last quarter of the year it fell.",
        "A secondary effect, thoughtfully weighted.",
        "Several, many, some, all, none, another.",
    ],
)
def test_plain_words_are_no_figures(prose: str) -> None:
    assert bare_figures(prose, NOTHING) == []


@pytest.mark.parametrize(
    ("question", "prose"),
    [
        ("Why so late in summer 2013?", "In summer 2013 flights left late."),
        ("Which were 15 minutes late?", "Late means 15 minutes; a 15-minute wait counts."),
        ("The top 5 carriers?", "The five carriers stand out."),
        ("the top five carriers?", "The top 5 carriers."),
        ("Compare the second quarter with the third.", "The second quarter was better than the third."),
        ("More than 1,000 flights?", "Carriers with more than 1000 flights."),
        ("Did it double?", "It did not double."),
        ("over 30 %?", "Those over 30% are few."),
        ("after 16:00", "After 16:00 it builds."),
        ("is half of it late?", "Half of it is."),
    ],
)
def test_what_the_question_says_may_be_repeated(question: str, prose: str) -> None:
    assert bare_figures(prose, Allowed.of([question])) == []


def test_a_number_of_the_question_may_not_become_a_percentage() -> None:
    allowed = Allowed.of(["Which carriers were 15 minutes late?"])
    assert bare_figures("They were late on 15 % of flights, 15 percent.", allowed) == ["15 %", "15 percent"]


def test_names_from_the_data_may_hold_digits_but_do_not_free_the_digits() -> None:
    allowed = Allowed.of([], names=["A320-232", "N725MQ", "35", "9E"])
    assert bare_figures("The A320-232, 9E and n725mq flew.", allowed) == []
    assert bare_figures("It was 320, 35 and 9.", allowed) == ["320", "35", "9"]


def test_hostile_text_is_read_in_linear_time() -> None:
    hostile = "a" * 200_000 + "-" * 200_000 + "1," * 100_000
    start = time.perf_counter()
    bare_figures(hostile, Allowed.of([hostile], names=[hostile]))
    assert time.perf_counter() - start < 5


def test_the_exponent_of_a_unit_is_no_figure() -> None:
    assert bare_figures("stores of many m² and km³", NOTHING) == []
    assert bare_figures("m²3, form² and x²", NOTHING) == ["²", "²", "²", "3"]
