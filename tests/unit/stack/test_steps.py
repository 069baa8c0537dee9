"""Steps run in their order, side by side where they may, and a failure stops what has not begun."""

import threading
from collections.abc import Callable

import pytest

from analytics_agent.errors import StackError
from analytics_agent.stack.steps import InPart, Step, run


def noting(order: list[str], name: str, *needs: str) -> Step:
    def action(_cancelled: threading.Event) -> str:
        order.append(name)
        return f"did {name}"

    return Step(name, action, needs)


def test_a_step_runs_after_those_it_needs_and_says_so() -> None:
    order: list[str] = []
    said: list[str] = []
    run([noting(order, "c", "b"), noting(order, "b", "a"), noting(order, "a")], said.append)
    assert order == ["a", "b", "c"]
    assert [line.split()[1] for line in said] == order
    assert all("did" in line and " s " in line for line in said)


def test_a_need_that_is_not_among_the_steps_is_no_hindrance() -> None:
    order: list[str] = []
    run([noting(order, "a", "somewhere else")], lambda _line: None)
    assert order == ["a"]


def test_independent_steps_run_side_by_side() -> None:
    meeting = threading.Barrier(2, timeout=5)

    def meet(_cancelled: threading.Event) -> None:
        meeting.wait()

    run([Step("a", meet), Step("b", meet)], lambda _line: None)


def failing(error: BaseException) -> Callable[[threading.Event], None]:
    def action(_cancelled: threading.Event) -> None:
        raise error

    return action


def test_a_failure_is_raised_and_what_depends_on_it_never_runs() -> None:
    order: list[str] = []
    with pytest.raises(StackError, match="broken"):
        run([Step("a", failing(StackError("broken"))), noting(order, "b", "a")], lambda _line: None)
    assert order == []


def test_a_step_that_waits_is_told_when_another_fails() -> None:
    told: list[bool] = []

    def wait(cancelled: threading.Event) -> None:
        told.append(cancelled.wait(5))

    with pytest.raises(StackError):
        run([Step("a", wait), Step("b", failing(StackError("broken")))], lambda _line: None)
    assert told == [True]


def test_a_step_that_did_not_do_all_is_not_ticked_and_says_what_is_missing() -> None:
    said: list[str] = []
    run([Step("sql lab", lambda _: InPart(("shop is not in SQL Lab: refused.",)))], said.append)
    assert said[0].startswith("  ! sql lab") and said[1:] == ["    shop is not in SQL Lab: refused."]
