"""Answers of the offline model on flights, as a reader sees them: what they lead with, and what they leave out."""

import pytest
from integration.semantic.in_process import InProcess, Run, ask

from analytics_agent.domain.answer import Answer


def told(runner: InProcess, question: str) -> tuple[Run, Answer]:
    run = ask(runner, question)
    assert run.answer is not None and run.errors == [], (run.end, run.errors)
    return run, run.answer


def test_a_rise_is_laid_to_what_exceeds_its_share_and_not_to_what_is_large(runner: InProcess) -> None:
    run, answer = told(runner, "Why were departures so late in summer 2013?")
    assert answer.headline == "Most of the rise comes from evening departures and John F Kennedy Intl"
    first, evening, kennedy, spread = [claim.text for claim in answer.claims]
    assert first.startswith("In summer 2013, departure delay averaged **18.3\u00a0min**, **5.0\u00a0min** more than in spring")
    assert "**24.7\u00a0%** of the total and **52.4\u00a0%** of the rise" in evening
    assert kennedy.startswith("John F Kennedy Intl rose most, from **11.8\u00a0min** to **19.0\u00a0min**")
    assert "no part brings much more" in spread and "dry with **83.2\u00a0%** on **93.0\u00a0%**" in spread
    assert [run.queries[name].title for name in ("r1", "r2")] == [
        "Mean departure delay by season",
        "Mean departure delay by season and airline",
    ]


def test_a_drop_from_fewer_bad_hours_is_told_as_such(runner: InProcess) -> None:
    _, answer = told(runner, "Why did the mean departure delay fall from August to September?")
    assert answer.headline == "Part of the drop comes from fewer wet departures"
    assert "as their share of departures went from **6.6\u00a0%** to **1.3\u00a0%**" in answer.claims[1].text


def test_six_flights_do_not_make_a_ranking(runner: InProcess) -> None:
    _, answer = told(runner, "Which carriers were late most often in summer?")
    assert answer.headline == "Among the larger ones, Southwest Airlines Co. has the highest late departure share"
    assert "**66.7\u00a0%**, but on only **6\u00a0departures**" in answer.claims[0].text
    assert "Southwest Airlines Co. is highest: **35.0\u00a0%** on **3,130\u00a0departures**" in answer.claims[1].text


@pytest.mark.parametrize(
    "question",
    [
        "flights and cancellations by airline",
        "on-time arrival share by carrier and month",
        "mean departure delay by airport and part of the day",
        "top 5 destinations by cancellation rate",
        "Which days had the most cancellations? top 5",
        "Why did the cancellation rate fall from February to March?",
        "Why did flights fall from January to February?",
        "Why did total departure delay rise from May to June?",
        "Compare flights in June and July",
        "average wind speed by month",
        "Which airlines have the lowest mean departure delay?",
        "Which hour has the lowest cancellation rate?",
        "mean departure delay by temperature band",
    ],
)
def test_every_kind_of_answer_is_accepted_at_once_and_says_its_finding(runner: InProcess, question: str) -> None:
    """Handed in once, no sentence twice, at most five of them, a headline that is more than the title of the result."""
    run, answer = told(runner, question)
    texts = [claim.text for claim in answer.claims]
    assert 1 <= len(texts) <= 5 and len(set(texts)) == len(texts)
    assert answer.claims[0].figures and all(text.endswith(".") and text[:1].isupper() for text in texts)
    assert answer.headline and answer.headline != run.queries[run.given["primary"]].title


@pytest.mark.parametrize(
    "question", ["Which carrier is the worst by cancellation rate?", "Which carrier has the highest cancellation rate?"]
)
def test_a_leader_on_thirty_two_flights_is_named_as_such_beside_the_leader_of_the_larger_ones(runner: InProcess, question: str) -> None:
    run, answer = told(runner, question)
    assert answer.headline == "SkyWest Airlines Inc. has the highest cancellation rate, on few flights"
    assert "Endeavor Air Inc. is highest" in answer.claims[1].text
    assert "SkyWest Airlines Inc." in answer.claims[0].text and "on only **32\u00a0flights**" in answer.claims[0].text
    assert [row[1] for row in run.rows] == ["SkyWest Airlines Inc."]


def test_a_large_leader_that_was_asked_for_alone_stays_alone(runner: InProcess) -> None:
    run, answer = told(runner, "Which airport has the lowest cancellation rate?")
    assert len(run.rows) == 1 and len(run.queries) == 1
    assert "on **111,279\u00a0flights**" in answer.claims[0].text
