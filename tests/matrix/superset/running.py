"""One person after the other through all statements, three ways each."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from matrix.superset.asked import DATASETS, OBJECTS, Asked
from matrix.superset.judging import Cell, Told, judged
from matrix.superset.persons import Made, Spec
from matrix.superset.ways import AT_ONCE, Charts, InSuperset, OurRun, Ours
from matrix.superset.world import World

NOBODY = "superset:0"


def row_of(world: World, ours: Ours, spec: Spec, url: str, objects: Sequence[Asked] = OBJECTS) -> dict[str, Cell]:
    """What the person is given for each statement. `url` is of the Superset that is asked."""
    if spec.is_anonymous:
        with _session(world, None, url) as session:
            return _cells(world, session, ours.begin(NOBODY), objects)
    person = world.person(spec)
    with _session(world, person, url) as session:
        run = _mid_run(world, ours.begin(person.reader), person)
        return _cells(world, session, ours.begin(person.reader) if spec.leaves else run, objects)


@contextmanager
def _session(world: World, person: Made | None, url: str) -> Iterator[InSuperset]:
    session = InSuperset(url, person.login if person else None, world.database_id)
    try:
        yield session
    finally:
        session.close()


def _mid_run(world: World, run: OurRun, person: Made) -> OurRun:
    """What happens after the run has begun; it asks again when its grant has ended."""
    spec = person.spec
    if spec.leaves:
        world.switch_off(person)
    if spec.loses:
        world.take_all(person)
    for rule in spec.later:
        world.rule(rule, person.roles[0])
    if spec.loses or spec.later:
        run.let_grant_end()
    return run


def _cells(world: World, session: InSuperset, run: OurRun, objects: Sequence[Asked]) -> dict[str, Cell]:
    charts = Charts(session, {key: number for key, number in world.datasets.items() if any(_may_read(asked, key) for asked in objects)})
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            labs = list(pool.map(session.lab, [asked.sql for asked in objects]))
        return {asked.name: _cell(lab, charts, run, asked) for asked, lab in zip(objects, labs, strict=True)}
    finally:
        charts.close()


def _cell(lab: Told, charts: Charts, run: OurRun, asked: Asked) -> Cell:
    ways = (lab, charts.rows(asked.sql), *(charts.shown[key] for key in asked.also))
    return judged(run.rows(asked.sql), ways, counts=asked.counts)


def _may_read(asked: Asked, dataset: str) -> bool:
    """Whether the statement may read the dataset's table, by its name."""
    return dataset in asked.also or DATASETS[dataset].table.replace('"', '""').lower() in asked.sql.lower()
