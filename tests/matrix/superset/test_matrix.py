"""Our rows are what Superset itself gives each person: no row more, and where less, for a reason that is written down."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from matrix.superset.asked import OBJECTS
from matrix.superset.page import Grid, page, reason_of
from matrix.superset.persons import PEOPLE, WITH_TEMPLATES
from matrix.superset.running import row_of
from matrix.superset.templates import superset_with_templates
from matrix.superset.ways import Ours
from matrix.superset.world import World, world_in
from running_stack import RunningStack

from analytics_agent.domain.database import Database

pytestmark = [pytest.mark.stack, pytest.mark.matrix, pytest.mark.timeout(900)]

PAGE = Path(__file__).parents[3] / "docs" / "superset-matrix.md"
EVERYBODY = (*PEOPLE, *WITH_TEMPLATES)


@pytest.fixture(scope="module")
def world(stack: RunningStack) -> Iterator[World]:
    with world_in(stack) as made:
        yield made


@pytest.fixture(scope="module")
def grid(stack: RunningStack, world: World) -> Grid:
    """Everybody with everything, on a Superset as we configure it, and on one that renders templates."""
    found = {}
    database = Database(world.name, world.uri)
    with Ours(stack.settings, database) as ours:
        for spec in PEOPLE:
            found[spec.name] = row_of(world, ours, spec, world.url)
    with superset_with_templates(stack) as url, Ours(stack.settings, database, url) as ours:
        for spec in WITH_TEMPLATES:
            found[spec.name] = row_of(world, ours, spec, url)
    return found


def test_nobody_is_given_a_row_that_superset_does_not_show_them(grid: Grid) -> None:
    leaks = [(person, asked, cell) for person, row in grid.items() for asked, cell in row.items() if cell.mark == "LEAK"]
    assert not leaks


def test_whoever_is_given_less_is_so_for_a_reason_that_is_written_down(grid: Grid) -> None:
    cells = [(spec, asked, grid[spec.name][asked.name]) for spec in EVERYBODY for asked in OBJECTS]
    less = [(spec, asked, cell) for spec, asked, cell in cells if cell.mark not in ("equal", "refused")]
    unexplained = [(spec.name, asked.name, cell) for spec, asked, cell in less if not reason_of(spec, asked, cell)]
    assert not unexplained


def test_most_cells_are_equal_and_the_judge_sees_rules_at_work(grid: Grid) -> None:
    """Were Superset's rules without effect, or ours, everything would be equal too."""
    ruled, open_to_all = grid["gamma, a filter"]["ruled table"], grid["gamma, all tables"]["ruled table"]
    assert ruled.mark == open_to_all.mark == "equal"
    assert {row[1] for row in ruled.ours.rows or ()} == {"EU"} and len(open_to_all.ours.rows or ()) == 12
    assert sum(cell.mark == "equal" for row in grid.values() for cell in row.values()) > 1_000
    own = grid["Jinja: own rows"]["ruled table"].ours.rows or ()
    assert len(own) == 3 and {row[1] for row in own} == {"EU"}


def test_the_page_says_what_was_found(grid: Grid) -> None:
    text = page(EVERYBODY, grid)
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(text)
    assert PAGE.read_text() == text, "Write it anew with UPDATE_DOCS=1 make test-matrix."
