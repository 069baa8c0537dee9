"""The four engines with every right, opened once for all tests here."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from attack.servers import maria_world, postgres_world
from attack.worlds import Open, World, duckdb_world, sqlite_world
from mariadb_server import MariaServer

from analytics_agent.domain.catalog import Dialect
from analytics_agent.stack.postgres import Cluster


@pytest.fixture(autouse=True)
def _a_working_folder_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """In which a file that a statement writes is seen."""
    folder = tmp_path_factory.getbasetemp() / "attack-working-folder"
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)


@pytest.fixture(scope="session")
def world_of(postgres: Cluster, mariadb: MariaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """Gives the world of a dialect, opened when it is first asked for; the same one afterwards."""
    opened: dict[Dialect, World] = {}
    with ExitStack() as stack:

        def folder(name: str) -> Path:
            return tmp_path_factory.mktemp(name)

        def world(dialect: Dialect) -> World:
            if dialect not in opened:
                ways: dict[str, Callable[[], World]] = {
                    "postgres": lambda: stack.enter_context(postgres_world(postgres)),
                    "mysql": lambda: stack.enter_context(maria_world(mariadb)),
                    "duckdb": lambda: stack.enter_context(duckdb_world(folder("duckdb"))),
                    "sqlite": lambda: stack.enter_context(sqlite_world(folder("sqlite"))),
                }
                opened[dialect] = ways[dialect]()
            return opened[dialect]

        yield world
