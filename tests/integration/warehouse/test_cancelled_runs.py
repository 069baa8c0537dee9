"""A run that is cancelled, or whose worker is killed: its statement ends in the database, seen by looking at the server itself."""

import os
import signal
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import duckdb
import psycopg
import pytest
from fakes.messages_api import Body, call
from mariadb_server import MariaServer
from running_stack import RunningStack

from analytics_agent.activities.statement_queue import AT_ONCE
from analytics_agent.stack.postgres import Cluster

_ORDERS = ("CREATE TABLE orders (id integer PRIMARY KEY)", "INSERT INTO orders VALUES (1), (2)")
_FOR_EVER = "CREATE VIEW slow AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT 1 - n FROM r) SELECT n AS nap FROM r"
_ASKED = "SELECT max(nap) AS longest FROM slow"
MODEL = "claude-opus-4-7"
SOON = 6.0
"""Seconds: some two on a quiet machine (measured by benchmarks/cancelling.py), and a tenth of what the statements would take."""


@dataclass(frozen=True)
class Slow:
    """A database with a view that does not come to an end, and a look at the server: whether somebody reads it now."""

    uri: str
    is_busy: Callable[[], bool]


@contextmanager
def _postgres(request: pytest.FixtureRequest, stack: RunningStack) -> Iterator[Slow]:
    cluster: Cluster = request.getfixturevalue("postgres")
    uri = str(request.getfixturevalue("postgres_database"))
    with psycopg.connect(uri, autocommit=True) as connection:
        for statement in (*_ORDERS, "CREATE VIEW slow AS SELECT id, pg_sleep(60)::text AS nap FROM orders"):
            connection.execute(statement.encode())
    busy = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{uri.rpartition('/')[2]}' AND state = 'active' AND query LIKE '%nap%'"
    with psycopg.connect(cluster.url(), autocommit=True) as looking:
        yield Slow(uri, lambda: looking.execute(busy.encode()).fetchone() != (0,))


@contextmanager
def _mariadb(request: pytest.FixtureRequest, stack: RunningStack) -> Iterator[Slow]:
    server: MariaServer = request.getfixturevalue("mariadb")
    database = server.create_database((*_ORDERS, "CREATE VIEW slow AS SELECT id, SLEEP(60) AS nap FROM orders"))
    yield Slow(server.reader_url(database), lambda: bool(server.running("nap")))


@contextmanager
def _file(name: str, make: Callable[[Path], None], stack: RunningStack) -> Iterator[Slow]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        make(file)
        yield Slow(f"{file.suffix[1:]}:///{file}", lambda: _is_open(file, stack.pid("worker-warehouse")))


def _is_open(file: Path, pid: int) -> bool:
    """Whether the process holds the file open: it does for as long as somebody reads it."""
    found = []
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(descriptor.readlink())
        except FileNotFoundError:
            continue
    return file in found


def _make_duckdb(file: Path) -> None:
    with duckdb.connect(str(file)) as connection:
        for statement in (*_ORDERS, _FOR_EVER):
            connection.execute(statement)


def _make_sqlite(file: Path) -> None:
    connection = sqlite3.connect(file)
    for statement in (*_ORDERS, _FOR_EVER):
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.fixture(params=["postgres", "mysql", "duckdb", "sqlite"])
def slow(request: pytest.FixtureRequest, stack: RunningStack) -> Iterator[Slow]:
    made = {
        "postgres": lambda: _postgres(request, stack),
        "mysql": lambda: _mariadb(request, stack),
        "duckdb": lambda: _file("slow.duckdb", _make_duckdb, stack),
        "sqlite": lambda: _file("slow.sqlite", _make_sqlite, stack),
    }[request.param]
    with made() as database, stack.client() as client:
        client.add_database(request.param, database.uri)
        yield database
        client.remove_database(request.param)


@pytest.fixture
def begun(request: pytest.FixtureRequest, slow: Slow, stack: RunningStack) -> str:
    """The id of a run whose statement is at work in the database."""
    stack.script.step = _asks
    with stack.client() as client:
        run_id: str = client.submit("How many naps?", database=request.node.callspec.params["slow"], model=MODEL, publish=False)
    _until(slow.is_busy, 30)
    return run_id


def _asks(body: Body) -> list[Body]:
    return [call("run_sql", purpose="naps", sql=_ASKED)]


def _until(holds: Callable[[], bool], seconds: float) -> float:
    """Seconds until it holds."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds
        time.sleep(0.02)
    return time.monotonic() - started


def test_cancelling_a_run_ends_its_statement_in_the_database_soon(begun: str, slow: Slow, stack: RunningStack) -> None:
    with stack.client() as client:
        client.cancel(begun)
    assert _until(lambda: not slow.is_busy(), 10) < SOON
    assert stack.finished(begun)["status"] == "cancelled"
    time.sleep(1)
    assert not slow.is_busy()  # nobody began it anew


@pytest.mark.parametrize("slow", ["mysql"], indirect=True)
def test_many_runs_that_are_cancelled_together_end_their_statements_as_soon(slow: Slow, stack: RunningStack, mariadb: MariaServer) -> None:
    """As many as run at once in one database, and as many again that wait for their turn."""
    numbers = count()  # the same statement would run once for all
    stack.script.step = lambda body: [call("run_sql", purpose="naps", sql=f"{_ASKED} WHERE id > -{next(numbers)}")]
    with stack.client() as client:
        runs = [client.submit(f"How many naps of {number}?", database="mysql", model=MODEL, publish=False) for number in range(8)]
        _until(lambda: len(mariadb.running("nap")) == AT_ONCE, 60)
        for run_id in runs:
            client.cancel(run_id)
    assert _until(lambda: not slow.is_busy(), 10) < SOON
    assert {stack.finished(run_id)["status"] for run_id in runs} == {"cancelled"}
    time.sleep(1)
    assert not slow.is_busy()


@pytest.mark.parametrize("slow", ["postgres"], indirect=True)
def test_a_server_notices_that_the_worker_was_killed(begun: str, slow: Slow, stack: RunningStack) -> None:
    killed = stack.pid("worker-warehouse")
    with stack.client() as client:
        client.cancel(begun)
        os.kill(killed, signal.SIGKILL)
    assert _until(lambda: not slow.is_busy(), 10) < SOON
    _until(lambda: stack.pid_now("worker-warehouse") not in (None, killed), 30)
