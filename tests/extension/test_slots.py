"""How many of Superset's threads the panels may hold at once."""

import pytest
from ask import slots
from ask.problems import Refused
from ask.slots import Slots

from analytics_agent.resources import resource
from analytics_agent.stack import services

THREADS = 16


def test_a_quarter_of_the_threads_waits_and_the_next_is_answered_at_once() -> None:
    held = Slots(THREADS)
    waiting = [held.wait() for _ in range(THREADS // 4)]
    assert [one.__enter__() for one in waiting] == [True] * 4
    with held.wait() as free:
        assert not free
    waiting[0].__exit__(None, None, None)
    with held.wait() as free:
        assert free


def test_one_that_was_not_free_gives_nothing_back() -> None:
    held = Slots(4)
    with held.wait() as first, held.wait() as second:
        assert (first, second) == (True, False)
    with held.wait() as again, held.wait() as over:
        assert (again, over) == (True, False)


@pytest.mark.parametrize(("held_by", "free_for"), [("errand", "file"), ("file", "errand")])
def test_what_hangs_holds_a_quarter_of_the_threads_and_nobody_else(
    held_by: slots.Kind, free_for: slots.Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "_PATIENCE_SECONDS", 0.01)
    held = Slots(THREADS)
    for _ in range(THREADS // 4):
        held.take(held_by)
    with pytest.raises(Refused) as refused:
        held.take(held_by)
    assert (refused.value.problem.status, refused.value.problem.retry_after) == (503, 2)
    held.take(free_for)
    held.give(held_by)
    held.take(held_by)


def test_superset_is_told_of_as_many_threads_as_it_is_started_with() -> None:
    configured = (resource("superset_config") / "superset_config.py").read_text()
    assert f"ANALYTICS_AGENT_THREADS = {services.SUPERSET_THREADS}\n" in configured
