"""What was understood is what runs: texts that can be read in two ways, run as they are and as the guard would run them."""

import pytest
from attack.ambiguities import EXPRESSIONS, STATEMENTS
from attack.differences import Difference, difference, documented
from attack.worlds import RUNNABLE, Open, World, catalog

from analytics_agent.domain.catalog import Dialect

TEXTS = (*(f"SELECT {expression}" for expression in EXPRESSIONS), *STATEMENTS)
LEAST_SHARE = 0.4
"""Of texts that pass and run. A guard that refuses everything would agree with every engine."""


def differences(world: World) -> list[Difference]:
    known = catalog(world.dialect)
    return [difference(world, text, known) for text in TEXTS]


@pytest.fixture(scope="module", params=RUNNABLE)
def seen(request: pytest.FixtureRequest, world_of: Open) -> tuple[Dialect, list[Difference], bool]:
    world = world_of(request.param)
    before = world.snapshot()
    found = differences(world)
    return request.param, found, world.snapshot() == before


def test_what_passes_gives_what_the_text_gives(seen: tuple[Dialect, list[Difference], bool]) -> None:
    dialect, found, _ = seen
    assert [one for one in found if one.outcome == "different" and not documented(one.text, dialect)] == []


def test_what_runs_as_it_is_runs_as_it_is_sent(seen: tuple[Dialect, list[Difference], bool]) -> None:
    _, found, _ = seen
    assert [one for one in found if one.outcome == "only text runs"] == []


def test_what_is_sent_is_let_through_again_and_settles(seen: tuple[Dialect, list[Difference], bool]) -> None:
    _, found, _ = seen
    assert [one for one in found if one.outcome == "unstable"] == []


def test_nothing_was_changed(seen: tuple[Dialect, list[Difference], bool]) -> None:
    _, _, is_unchanged = seen
    assert is_unchanged


def test_most_texts_were_compared(seen: tuple[Dialect, list[Difference], bool]) -> None:
    _, found, _ = seen
    assert sum(one.outcome == "same" for one in found) > LEAST_SHARE * len(TEXTS)
