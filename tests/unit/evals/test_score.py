"""What came of a question, judged; and an evaluation in figures."""

import pytest
from unit.evals.lines import answered

from analytics_agent.evals.score import judged
from analytics_agent.evals.suite import Case, Expect
from analytics_agent.evals.summary import summary


@pytest.mark.parametrize(
    ("expect", "status", "asked_back", "matches", "told"),
    [
        ("answer", "succeeded", False, True, ("right", True, False)),
        ("answer", "succeeded", False, False, ("wrong", False, True)),
        ("answer", "succeeded", False, None, ("unscored", None, False)),
        ("answer", "refused", False, None, ("refused", False, False)),
        ("answer", "needs_input", True, None, ("asked", False, False)),
        ("answer", "over_budget", False, None, ("over_budget", False, False)),
        ("answer", "failed", False, None, ("failed", False, False)),
        ("answer", "cancelled", False, None, ("cancelled", False, False)),
        ("refuse", "refused", False, None, ("refused", True, False)),
        ("refuse", "succeeded", False, None, ("wrong", False, True)),
        ("refuse", "needs_input", True, None, ("asked", False, False)),
        ("ask", "needs_input", True, None, ("asked", True, False)),
        ("ask", "needs_approval", False, None, ("failed", False, False)),
        ("ask", "succeeded", False, True, ("wrong", False, True)),
        ("ask", "succeeded", True, True, ("right", True, False)),
        ("ask", "succeeded", True, False, ("wrong", False, True)),
        ("ask", "succeeded", True, None, ("asked", True, False)),
        ("ask", "refused", False, None, ("refused", False, False)),
    ],
)
def test_an_outcome_is_judged_by_what_was_expected(
    expect: Expect, status: str, asked_back: bool, matches: bool | None, told: tuple[str, bool | None, bool]
) -> None:
    assert judged(Case("1", "shop", "?", expect=expect), status, asked_back=asked_back, matches=matches) == told


def test_the_figures_of_an_evaluation_add_up() -> None:
    lines = [
        answered("a", tags=("time",)),
        answered("b", matches=False, tags=("time", "join"), seconds=4.0),
        answered("c", "refused", None),
        answered("d", "refused", None, expect="refuse"),
        answered("e", matches=None, expect="refuse"),
        answered("f", "needs_input", None, expect="ask"),
        answered("g", "failed", None, seconds=10.0),
        answered("h", matches=None),
    ]
    figures = summary(lines)
    assert (figures["questions"], figures["answered"], figures["right"], figures["correct"], figures["refused"]) == (8, 4, 1, 3, 2)
    assert (figures["silent_errors"], figures["silent_error_rate"]) == (2, 0.5)
    assert (figures["failed"], figures["unscored"], figures["asked_back"]) == (1, 1, 1)
    assert figures["coverage"] == 0.6
    assert figures["correct_rate"] == round(3 / 7, 4)
    assert (figures["refusal_precision"], figures["refusal_recall"]) == (0.5, 0.5)
    assert (figures["ask_precision"], figures["ask_recall"]) == (1.0, 1.0)
    assert (figures["input_tokens"], figures["output_tokens"], figures["cost_usd"], figures["seconds"]) == (800, 80, 2.0, 26.0)
    assert figures["latency"] == {"p50": 2.0, "p95": 7.9}
    assert figures["tags"]["time"] | {"asked": 2, "correct": 1, "silent_errors": 1} == figures["tags"]["time"]
    assert figures["complete"] is True


def test_several_trials_have_rates_over_all_of_them_and_one_for_every_time() -> None:
    lines = [answered("a", trial=1), answered("a", trial=2), answered("b", trial=1), answered("b", matches=False, trial=2)]
    figures = summary(lines)
    assert (figures["questions"], figures["asked"], figures["trials"]) == (2, 4, 2)
    assert (figures["correct_rate"], figures["correct_every_time"]) == (0.75, 0.5)
    low, high = figures["intervals"]["correct_rate"]
    assert (low, high) == (0.5, 1.0)


def test_an_evaluation_of_nothing_has_figures_too() -> None:
    figures = summary([], complete=False)
    assert (figures["questions"], figures["silent_error_rate"], figures["coverage"], figures["latency"]["p50"]) == (0, 0.0, None, None)
