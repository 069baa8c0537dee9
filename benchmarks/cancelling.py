"""A run is cancelled while its statement is at work: seconds until the database is rid of it, seen at the database itself, on four engines.

`.venv/bin/python benchmarks/cancelling.py` starts a stack without Superset, a PostgreSQL and a MariaDB of its own; on a quiet machine. Exit
status 1 where it takes more than two seconds.
"""

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import duckdb
import psycopg
from fakes.messages_api import Body, call
from mariadb_server import mariadb_server
from parquet import postgres
from running_stack import RunningStack, running_stack

MOST_SECONDS, ROUNDS = 2.0, 5
MODEL = "claude-opus-4-7"
_ORDERS = ("CREATE TABLE orders (id integer PRIMARY KEY)", "INSERT INTO orders VALUES (1), (2)")
_FOR_EVER = "CREATE VIEW slow AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT 1 - n FROM r) SELECT n AS nap FROM r"


@dataclass(frozen=True)
class Slow:
    """A database with a view that does not come to an end, and whether somebody reads it now."""

    uri: str
    is_busy: Callable[[], bool]


@contextmanager
def of_postgres(folder: Path, stack: RunningStack) -> Iterator[Slow]:
    with postgres(folder, filled=False) as uri, psycopg.connect(uri, autocommit=True) as owner:
        for statement in (*_ORDERS, "CREATE VIEW slow AS SELECT id, pg_sleep(60)::text AS nap FROM orders"):
            owner.execute(statement.encode())
        busy = b"SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state = 'active' AND query LIKE '%nap%'"
        yield Slow(uri, lambda: owner.execute(busy).fetchone() != (0,))


@contextmanager
def of_mariadb(folder: Path, stack: RunningStack) -> Iterator[Slow]:
    with mariadb_server() as server:
        database = server.create_database((*_ORDERS, "CREATE VIEW slow AS SELECT id, SLEEP(60) AS nap FROM orders"))
        yield Slow(server.reader_url(database), lambda: bool(server.running("nap")))


@contextmanager
def of_duckdb(folder: Path, stack: RunningStack) -> Iterator[Slow]:
    file = folder / "slow.duckdb"
    with duckdb.connect(str(file)) as owner:
        for statement in (*_ORDERS, _FOR_EVER):
            owner.execute(statement)
    yield Slow(f"duckdb:///{file}", lambda: _is_open(file, stack.pid("worker-warehouse")))


@contextmanager
def of_sqlite(folder: Path, stack: RunningStack) -> Iterator[Slow]:
    file = folder / "slow.sqlite"
    with sqlite3.connect(file) as owner:
        for statement in (*_ORDERS, _FOR_EVER):
            owner.execute(statement)
    owner.close()
    yield Slow(f"sqlite:///{file}", lambda: _is_open(file, stack.pid("worker-warehouse")))


def _is_open(file: Path, pid: int) -> bool:
    """Whether the process holds the file open: it does for as long as somebody reads it."""
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if descriptor.readlink() == file:
                return True
        except FileNotFoundError:
            continue
    return False


ENGINES = {"PostgreSQL": of_postgres, "MariaDB": of_mariadb, "DuckDB": of_duckdb, "SQLite": of_sqlite}


def _asks(body: Body) -> list[Body]:
    return [call("run_sql", purpose="naps", sql="SELECT max(nap) AS longest FROM slow")]


def until(holds: Callable[[], bool], most: float) -> float:
    """Seconds until it holds."""
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > most:
            raise TimeoutError(f"not within {most:g} seconds")
        time.sleep(0.01)
    return time.monotonic() - begun


def cancelled(stack: RunningStack, slow: Slow, name: str) -> float:
    """Seconds from the cancellation to the end of the statement."""
    with stack.client() as client:
        run_id = client.submit("How many naps?", database=name, model=MODEL, publish=False)
        until(slow.is_busy, 60)
        time.sleep(0.3)
        client.cancel(run_id)
        return until(lambda: not slow.is_busy(), 30)


def measured(stack: RunningStack, folder: Path) -> bool:
    stack.script.step = _asks
    within = True
    for engine, made in ENGINES.items():
        with made(folder, stack) as slow, stack.client() as client:
            name = engine.lower()
            client.add_database(name, slow.uri)
            times = sorted(cancelled(stack, slow, name) for _ in range(ROUNDS))
            client.remove_database(name)
        within = within and times[-1] <= MOST_SECONDS
        sys.stdout.write(f"{engine}: {times[ROUNDS // 2]:.2f} s, at most {times[-1]:.2f} s (limit {MOST_SECONDS:g} s)\n")
        sys.stdout.flush()
    return within


def main() -> int:
    with ExitStack() as left:
        folder = Path(left.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        stack = left.enter_context(running_stack(superset=False))
        return 0 if measured(stack, folder) else 1


if __name__ == "__main__":
    sys.exit(main())
