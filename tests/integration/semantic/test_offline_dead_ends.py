"""Questions that once led nowhere, through explore, analyze and synthesize on the flights warehouse."""

import asyncio

import pytest
from integration.semantic.in_process import InProcess, Run, ask


def clarified(runner: InProcess, question: str, answer: str) -> Run:
    async def both() -> Run:
        try:
            return await runner.ask(question, answer)
        finally:
            await runner.close()

    return asyncio.run(both())


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("Which is the longest flight by distance?", {4983}),
        ("How many flights actually took off?", {328521}),
        ("Monthly flights for American vs United", {5124}),
        ("Cancellations by carrier each month", {398}),
    ],
)
def test_the_figure_is_in_the_rows(runner: InProcess, question: str, figures: set[int]) -> None:
    run = ask(runner, question)
    assert run.end == "finish" and run.errors == []
    assert figures <= {cell for row in run.rows for cell in row if isinstance(cell, int | float)}


def test_a_yes_or_no_between_two_is_answered_with_both_figures(runner: InProcess) -> None:
    run = ask(runner, "Is JetBlue more punctual than Delta?")
    assert run.end == "finish" and run.answer is not None
    assert {row[0] for row in run.rows} == {"B6", "DL"}
    assert "Delta" in run.answer.headline


@pytest.mark.parametrize("answer", ["Cancellation rate", "3", "cancellation RATE please"])
def test_the_choice_of_a_measure_answers_a_why(runner: InProcess, answer: str) -> None:
    run = clarified(runner, "Why was July worse than June?", answer)
    assert run.end == "finish" and run.answer is not None, run.given
    assert "Compared: July 2013 with June 2013." in run.given["readings"]


def test_a_name_that_all_data_is_about_is_refused_with_the_reason(runner: InProcess) -> None:
    run = ask(runner, "How many airports can I reach from New York?")
    assert run.end == "refuse" and "“New York”" in run.given["reason"] and len(run.given["instead"]) == 3
