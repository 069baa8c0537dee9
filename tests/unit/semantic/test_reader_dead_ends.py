"""No dead ends on the sample model: what is offered can be answered, and what is refused says what to ask instead."""

from datetime import date
from typing import Any

import pytest

from analytics_agent import semantic
from analytics_agent.resources import resource
from analytics_agent.semantic.reader import Ask, KnownValue, LookUp, Outcome, Reading, Refuse, chosen, nearest, read

TODAY = date(2013, 12, 31)
READINGS = ["Late departures: flights that left late.", "Late departure share: as a share of departures.", "Flights: all of them."]


@pytest.fixture(scope="module")
def overview() -> dict[str, Any]:
    return semantic.overview(semantic.load((resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text()))


def asked(overview: dict[str, Any], question: str, clarified: str = "") -> Outcome:
    return read(question, overview, TODAY, (), frozenset(), clarified)


# choices


@pytest.mark.parametrize(
    "question",
    [
        "Which airline is the best?",
        "Compare Delta and United.",
        "top 10 planes",
        "How did flights to Washington do in spring?",
        "How many planes took off in July?",
        "Why was July worse than June?",
        "Was June worse than May?",
        "Why was summer worse than spring?",
        "on time flights by carrier",
        "flights in May to Boston and Chicago",
        "flights per day in May",
    ],
)
def test_every_choice_that_is_offered_is_answered(overview: dict[str, Any], question: str) -> None:
    outcome = asked(overview, question)
    assert isinstance(outcome, Ask), outcome
    for reading in outcome.readings:
        assert isinstance(asked(overview, question, reading.partition(":")[0]), Reading), reading


def test_the_measure_that_was_chosen_is_the_one_that_is_given(overview: dict[str, Any]) -> None:
    for label, metric in (("Planes used", "planes_used"), ("Departures", "departures")):
        outcome = asked(overview, "How many planes took off in July?", label)
        assert isinstance(outcome, Reading) and outcome.request.metrics == (metric,)


def test_what_is_ranked_stays_what_the_question_named(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "top 10 planes", "Flights")
    assert isinstance(outcome, Reading)
    assert (outcome.request.dimensions, outcome.request.limit) == (("flights.tailnum",), 10)


@pytest.mark.parametrize(
    ("question", "by", "metric", "limit"),
    [
        ("Top 5 planes by flights", "flights.tailnum", "flights", 5),
        ("top 5 planes by cancellations", "flights.tailnum", "cancellations", 5),
        ("top 5 planes by cancellation rate", "flights.tailnum", "cancellation_rate", 5),
        ("Top 10 routes by cancellations", "flights.route", "cancellations", 10),
        ("top 3 airports by planes", "flights.origin", "planes_used", 3),
    ],
)
def test_a_measure_that_is_named_after_what_is_ranked_is_not_asked_for(
    overview: dict[str, Any], question: str, by: str, metric: str, limit: int
) -> None:
    outcome = asked(overview, question)
    assert isinstance(outcome, Reading), outcome
    assert (outcome.request.dimensions[0], outcome.request.metrics, outcome.request.limit) == (by, (metric,), limit)


def test_flights_of_no_known_plane_are_none_of_the_top_five(overview: dict[str, Any]) -> None:
    planes, routes = asked(overview, "Top 5 planes by flights"), asked(overview, "Top 5 routes by flights")
    assert isinstance(planes, Reading) and [(f.field, f.op) for f in planes.request.filters] == [("flights.tailnum", "not_null")]
    assert isinstance(routes, Reading) and not routes.request.filters


def test_a_second_thing_to_rank_over_is_no_measure(overview: dict[str, Any]) -> None:
    assert isinstance(asked(overview, "top 10 destinations by route"), Refuse)


def test_a_choice_does_not_drop_the_other_half_of_the_question(overview: dict[str, Any]) -> None:
    """Planes used are planes that flew: "cancelled" must not get lost when they are chosen."""
    assert isinstance(asked(overview, "cancelled planes in July", "Planes used"), Refuse)


@pytest.mark.parametrize(
    ("answer", "head"),
    [
        ("2", "Late departure share"),
        (" #2. ", "Late departure share"),
        ("option 3", "Flights"),
        ("late departures", "Late departures"),
        ("LATE DEPARTURES.", "Late departures"),
        ("I mean the late departure share, please", "Late departure share"),
        ("Late departure share: as a share of departures.", "Late departure share"),
        ("flight", "flight"),
        ("late", "late"),
        ("flights or late departures", "flights or late departures"),
        ("9", "9"),
        ("the third one, please", "Flights"),
        ("the last", "Flights"),
        ("take the second", "Late departure share"),
        ("cancellations", "cancellations"),
    ],
)
def test_an_answer_decides_by_number_by_name_or_by_the_words_of_one_reading(answer: str, head: str) -> None:
    assert chosen(answer, READINGS) == head


# what need not be asked


def test_a_mean_of_things_is_no_second_measure(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "average speed of the planes")
    assert isinstance(outcome, Reading) and outcome.request.metrics == ("mean_speed",)


@pytest.mark.parametrize("question", ["How many planes have a mean speed?", "cancelled planes", "delay per plane", "planes by speed"])
def test_things_that_are_counted_or_split_by_are_not_taken_for_a_mere_noun(overview: dict[str, Any], question: str) -> None:
    outcome = asked(overview, question)
    assert not isinstance(outcome, Reading) or outcome.request.dimensions


def test_took_off_is_departed(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "How many flights took off in May?")
    assert isinstance(outcome, Reading) and outcome.request.metrics == ("departures",)


@pytest.mark.parametrize("question", ["Which is the longest flight by distance?", "What is the longest flight by distance?"])
def test_a_superlative_and_a_noun_are_the_metric_that_is_called_so(overview: dict[str, Any], question: str) -> None:
    outcome = asked(overview, question)
    assert isinstance(outcome, Reading) and outcome.request.metrics == ("longest_distance",)
    assert ("single records" in outcome.notes[-1]) == question.startswith("Which")


def test_the_other_end_of_an_extreme_is_not_that_metric(overview: dict[str, Any]) -> None:
    for clarified in ("", "Longest distance"):
        assert not isinstance(asked(overview, "shortest flight by distance", clarified), Reading)


def test_a_comparison_with_than_gives_both_figures(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "Is JetBlue more punctual than Delta?")
    assert isinstance(outcome, Reading) and outcome.comparison is not None
    assert (outcome.kind, outcome.comparison.before, outcome.comparison.now) == ("comparison", "B6", "DL")


# refusals


def test_things_told_apart_by_a_comparative_are_asked_for_by_field(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "Do older planes get cancelled more often?")
    assert isinstance(outcome, Refuse) and "older" in outcome.reason
    assert outcome.instead[0] == "Cancellation rate by year made"
    for question in outcome.instead:
        found = asked(overview, question)
        assert isinstance(found, Reading) and found.request.metrics[0] == "cancellation_rate" and found.request.dimensions


def test_a_limit_of_its_own_is_refused_with_the_limits_there_are(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "How many flights were less than two hours late?")
    assert isinstance(outcome, Refuse) and "less than two hours" in outcome.reason
    assert "Late departures" in outcome.instead


def test_a_number_of_what_no_metric_counts_names_the_nearest_count(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "How many airports can I reach?")
    assert isinstance(outcome, Refuse) and outcome.instead == ("Destinations served",)


def test_a_name_that_the_data_is_about_is_told_to_be_left_out(overview: dict[str, Any]) -> None:
    question = "How many airports can I reach from New York?"
    assert isinstance(asked(overview, question), LookUp)
    outcome = read(question, overview, TODAY, (), frozenset({"new york"}), "")
    assert isinstance(outcome, Refuse) and "“New York”" in outcome.reason and "as a whole" in outcome.reason


def test_a_name_of_two_words_is_told_as_one(overview: dict[str, Any]) -> None:
    outcome = read("flights to Buenos Aires", overview, TODAY, (), frozenset({"buenos aires"}), "")
    assert isinstance(outcome, Refuse) and "“Buenos Aires” is not known" in outcome.reason


def test_suggestions_are_those_nearest_to_the_question(overview: dict[str, Any]) -> None:
    first = {
        question: nearest(question, overview)[0] for question in ("snowed in and cancelled", "destinations by zeppelin", "evening mood")
    }
    assert list(first.values()) == [
        "How many flights were cancelled each month?",
        "Which ten destinations had the most flights?",
        "Is it worse in the evening than in the morning?",
    ]
    refused = asked(overview, "Which destinations are the tastiest?")
    assert isinstance(refused, Refuse) and refused.instead[0] == "Which ten destinations had the most flights?"


# what was compared


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("Why were departures so late in summer?", "Compared: summer with spring."),
        ("Why did cancellations rise in July?", "Compared: July 2013 with June 2013."),
        ("Why did cancellations change from March to July?", "Compared: July with March."),
    ],
)
def test_a_why_says_what_it_was_compared_with(overview: dict[str, Any], question: str, note: str) -> None:
    outcome = asked(overview, question)
    assert isinstance(outcome, Reading) and note in outcome.notes


def test_two_named_seasons_are_compared_as_they_were_named(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "Why was the cancellation rate in summer worse than in spring?")
    assert isinstance(outcome, Reading) and outcome.comparison is not None
    assert (outcome.comparison.before, outcome.comparison.now) == ("spring", "summer")


def test_a_known_value_still_decides(overview: dict[str, Any]) -> None:
    outcome = read("flights of Skyline", overview, TODAY, [KnownValue("Skyline", "flights.carrier", "B6")], frozenset({"skyline"}))
    assert isinstance(outcome, Reading) and outcome.request.filters[0].values == ("B6",)


def test_an_extreme_without_a_measure_is_asked_by_the_extremes_there_are(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "longest flight in July")
    assert isinstance(outcome, Ask)
    assert [r.partition(":")[0] for r in outcome.readings] == ["Longest departure delay", "Longest distance"]


@pytest.mark.parametrize("question", ["Why was it so bad in July?", "Was July good?"])
def test_a_verdict_without_a_measure_is_asked_by_good_and_bad_news(overview: dict[str, Any], question: str) -> None:
    outcome = asked(overview, question)
    assert isinstance(outcome, Ask)
    assert all(isinstance(asked(overview, question, r.partition(":")[0]), Reading) for r in outcome.readings)


@pytest.mark.parametrize("question", ["average distance between planes", "Which flights were the longest by distance?", "bad flights"])
def test_what_is_nearly_a_measure_is_none(overview: dict[str, Any], question: str) -> None:
    assert not isinstance(asked(overview, question), Reading)


@pytest.mark.parametrize(
    "question",
    [
        "Which airport had the longest flights?",
        "Which carrier has the shortest flights?",
        "cancellation rate of planes made in 2013",
        "How many flights with planes built in 2013?",
        "How many flights with Boeing planes made in 2013?",
        "Was the weather bad in July?",
    ],
)
def test_one_word_that_changes_the_meaning_is_not_read_over(overview: dict[str, Any], question: str) -> None:
    assert not isinstance(asked(overview, question), Reading)


def test_a_flight_may_be_made_in_a_month(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "How many flights by JetBlue were made in May?")
    assert isinstance(outcome, Reading) and outcome.request.time is not None


def test_a_not_that_fits_nowhere_is_answered_with_how_to_leave_out(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "How many flights did not leave from JFK?")
    assert isinstance(outcome, Refuse) and "except" in outcome.reason
    kept = asked(overview, "How many flights left except JFK?")
    assert not isinstance(kept, Reading) or kept.request.filters[0].op == "!="


def test_three_sides_of_a_comparison_are_no_scope(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "Is JetBlue more punctual than Delta and United in July?")
    assert isinstance(outcome, Reading) and outcome.notes[0] == "Scope: in July 2013"


@pytest.mark.parametrize(
    ("question", "instead"),
    [
        ("Flights of JetBlue versus the airlines", ("Flights by carrier",)),
        ("How many flights on weekends versus weekdays?", ("Flights by weekend or working day",)),
        ("Late departures in summer versus months", ("Late departures by season",)),
        ("Flights on Saturdays versus weekdays", ("Flights by weekday",)),
    ],
)
def test_half_of_a_comparison_is_refused_with_what_to_ask(overview: dict[str, Any], question: str, instead: tuple[str, ...]) -> None:
    outcome = asked(overview, question)
    assert isinstance(outcome, Refuse) and "not two values of one kind" in outcome.reason and outcome.instead == instead
    assert all(isinstance(asked(overview, other), Reading) for other in instead)


def test_weekends_and_weekdays_are_both_given(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "Compare weekends with weekdays by flights")
    assert isinstance(outcome, Reading) and outcome.request.dimensions == ("flights.day_type",) and not outcome.request.filters


def test_records_that_are_named_alone_are_asked_about_by_their_own_measures(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "What's the weather like?")
    assert isinstance(outcome, Ask) and any(reading.startswith("Mean temperature") for reading in outcome.readings)
    assert not any("departure" in reading for reading in outcome.readings)


def test_an_unknown_word_is_told_once(overview: dict[str, Any]) -> None:
    outcome = asked(overview, "<script>alert(1)</script>")
    assert isinstance(outcome, Refuse) and outcome.missing == "script, alert"
