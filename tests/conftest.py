"""Fixtures that any test may use: a real PostgreSQL and a real MariaDB without the rest of the stack."""

import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from e2e.superset_page import Login
from mariadb_server import MariaServer, mariadb_server
from running_stack import RunningStack, running_stack
from superset_people import People

from analytics_agent.stack.postgres import Cluster, outside, runnable_binaries, system_user

IN_A_ROW = ("workflows", "e2e", "integration/stack", "integration/claude", "integration/budgets", "integration/hostile")
"""Folders of tests that share a stack, or wait for what happens in time: they run one after the other, the rest side by side."""


hypothesis.settings.register_profile("without-a-clock", deadline=None)
hypothesis.settings.load_profile("without-a-clock")
# How long one example takes on a busy machine says nothing; benchmarks/ measure.


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(tests).parent.as_posix()
        if folder.startswith(IN_A_ROW) or "stack" in getattr(item, "fixturenames", ()):
            item.add_marker("in_a_row")


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
