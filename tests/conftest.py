"""Fixtures that any test may use: a real PostgreSQL and a real MariaDB without the rest of the stack."""

import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import psycopg
import pytest
from e2e.superset_page import Login
from mariadb_server import MariaServer, mariadb_server
from running_stack import RunningStack, running_stack
from superset_people import People

from analytics_agent.stack.postgres import Cluster, outside, runnable_binaries, system_user

if TYPE_CHECKING:
    from xdist.scheduler import Scheduling

SHARE_THE_STACK = (
    *("e2e", "integration/erasure", "integration/evals", "integration/superset", "integration/tenants"),
    *("integration/hostile/test_person_of_superset.py", "integration/warehouse/test_cancelled_runs.py"),
)
"""Where tests use the one stack of all, or stand beside such: one process runs them, one after the other."""

WAIT = ("workflows", "integration/stack", "integration/claude", "integration/budgets", "integration/hostile")
"""Where tests wait for what happens in time, on servers of their own: beside those of the stack, file by file."""


hypothesis.settings.register_profile("without-a-clock", deadline=None)
hypothesis.settings.load_profile("without-a-clock")
# How long one example takes on a busy machine says nothing; benchmarks/ measure.


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    for item in items:
        path = item.path.relative_to(tests).as_posix()
        if path.startswith((*SHARE_THE_STACK, *WAIT)):
            item.add_marker("in_a_row")
        elif "stack" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("matrix"):
            raise pytest.UsageError(f"{path} uses the stack of all tests: name it in SHARE_THE_STACK")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "Scheduling | None":
    """`--dist loadfile`, but that all files that share the stack go to one process. xdist's own groups go by a mark, which it does not
    see under pytest 9.2 (pytest-dev/pytest-xdist#1386)."""
    from xdist.scheduler import LoadFileScheduling

    class OneStack(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = super()._split_scope(nodeid)
            return "the stack" if path.startswith(tuple(f"tests/{place}" for place in SHARE_THE_STACK)) else path

    return OneStack(config, log) if config.getoption("dist") == "loadfile" else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A real PostgreSQL 18 on a free port of 127.0.0.1."""
    folder = Path(tempfile.mkdtemp(prefix="aa-pg-"))
    folder.chmod(0o755)
    cluster = Cluster(folder / "data", free_port(), "test-password", runnable_binaries(folder))
    cluster.create()
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(cluster.command(), user=system_user(), cwd="/", stdout=log, stderr=log)
    try:
        for _ in range(100):
            try:
                psycopg.connect(cluster.url()).close()
                break
            except psycopg.OperationalError:
                time.sleep(0.1)
        yield cluster
    finally:
        process.send_signal(2)
        process.wait(timeout=20)
        shutil.rmtree(outside(folder), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_database(postgres: Cluster) -> Iterator[str]:
    """The URL (postgresql://…) of a new empty database, dropped afterwards; the login is its superuser."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres.url(name)
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaServer]:
    """A real MariaDB on a free port of 127.0.0.1."""
    with mariadb_server() as server:
        yield server


@pytest.fixture
def mariadb_database(mariadb: MariaServer) -> Iterator[str]:
    """The URL (mariadb://…) of a new empty database, dropped afterwards; the login is root."""
    name = mariadb.create_database()
    yield mariadb.url(name)
    mariadb.execute(f"DROP DATABASE {name}")


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    """The whole stack, once for all tests that need it."""
    with running_stack() as running:
        yield running


@pytest.fixture(scope="session")
def people(stack: RunningStack) -> Iterator[People]:
    """Makes people of the stack's Superset with the rights that a test needs; they are gone afterwards."""
    assert stack.settings.superset_url
    made = People(stack.settings.superset_url, Login(*stack.superset_login))
    yield made
    made.remove_all()
