"""A few people of the matrix with a few of its statements, and what Superset alone would show past a row rule. All of it: tests/matrix."""

from collections.abc import Iterator

import pytest
from matrix.superset.asked import OBJECTS
from matrix.superset.persons import PEOPLE
from matrix.superset.running import row_of
from matrix.superset.ways import InSuperset, Ours
from matrix.superset.world import World, world_in
from running_stack import RunningStack

from analytics_agent.domain.database import Database

pytestmark = pytest.mark.stack

SOME_PEOPLE = ("gamma, a filter", "the database, a filter", "two roles, one group", "clause that we do not read")
SOME_OBJECTS = ("open table", "ruled table", "count(*)", "join", "left join", "base filter", "odd names")
LEFT_OUT = (
    "WITH sales AS (SELECT id, region FROM sales) SELECT id, region FROM sales",
    "SELECT id, region FROM SALES",
    "SELECT h.id, v.n FROM shops AS h CROSS JOIN LATERAL (VALUES ((SELECT count(*) FROM sales))) AS v(n)",
    "EXPLAIN ANALYZE SELECT id FROM sales",
    "SELECT query_to_xml('SELECT id FROM sales', TRUE, TRUE, '')",
)
KEPT = (
    "SELECT id, region FROM sales",
    "WITH big AS (SELECT id, region FROM public.sales) SELECT id, region FROM big",
    'SELECT s.id, s.region FROM "sales" AS s JOIN shops AS h ON h.id = s.shop_id',
)


@pytest.fixture(scope="module")
def world(stack: RunningStack) -> Iterator[World]:
    with world_in(stack) as made:
        yield made


@pytest.fixture(scope="module")
def ruled(world: World) -> Iterator[InSuperset]:
    """A session of somebody who may use the whole database, and of sales see the EU's."""
    person = world.person(next(spec for spec in PEOPLE if spec.name == "the database, a filter"))
    session = InSuperset(world.url, person.login, world.database_id)
    yield session
    session.close()


def test_people_get_the_rows_that_superset_gives_them(stack: RunningStack, world: World) -> None:
    objects = [asked for asked in OBJECTS if asked.name in SOME_OBJECTS]
    with Ours(stack.settings, Database(world.name, world.uri)) as ours:
        grid = {spec.name: row_of(world, ours, spec, world.url, objects) for spec in PEOPLE if spec.name in SOME_PEOPLE}
    unread = grid.pop("clause that we do not read")
    assert {cell.mark for row in grid.values() for cell in row.values()} == {"equal"}
    assert [len(row["ruled table"].ours.rows or ()) for row in grid.values()] == [3, 3, 6]
    assert {name for name, cell in unread.items() if cell.mark == "needless"} == {"ruled table", "count(*)", "join", "left join"}


@pytest.mark.parametrize("sql", LEFT_OUT)
def test_a_statement_in_which_superset_leaves_a_rule_out_is_refused(ruled: InSuperset, sql: str) -> None:
    told = ruled.lab(sql)
    assert told.rows is None and ("Row rules apply to you" in told.why or "disallowed function" in told.why)


@pytest.mark.parametrize("sql", KEPT)
def test_a_statement_in_which_superset_keeps_to_its_rules_runs(ruled: InSuperset, sql: str) -> None:
    assert ruled.lab(sql).rows == ((12, "EU"), (4, "EU"), (8, "EU"))


def test_a_virtual_dataset_in_which_superset_leaves_a_rule_out_shows_nothing(world: World, ruled: InSuperset) -> None:
    """Superset goes on without the rule there, and says so in its log alone."""
    columns = ("id", "region")
    with world.dataset_of(LEFT_OUT[0]) as left_out, world.dataset_of(KEPT[1]) as kept:
        shown, drawn = ruled.chart(left_out, columns), ruled.chart(kept, columns)
    assert shown.rows is None and "Row rules apply to you" in shown.why
    assert drawn.rows == ((12, "EU"), (4, "EU"), (8, "EU"))


def test_who_has_no_rule_is_held_back_in_nothing(world: World) -> None:
    open_to_all = InSuperset(world.url, world.admin, world.database_id)
    try:
        assert all(len(open_to_all.lab(sql).rows or ()) in (4, 12) for sql in LEFT_OUT[:3])
    finally:
        open_to_all.close()
