"""What stands behind the guard: hostile statements go straight to the adapters, under a login that can do everything unless said.

Each row of the table in docs/backstops.md has its statements, in hostile_statements.py. What a backstop does not stop is here
too, so that the table stays true.
"""

import asyncio
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import pytest
import sql_shop
from integration.warehouse.hostile_statements import (
    DUCKDB_REFUSED,
    MARIADB_REFUSED,
    POSTGRES_ONLY_THE_LOGIN_STOPS,
    POSTGRES_REFUSED,
    SQLITE_REFUSED,
)
from mariadb_server import MariaServer

from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.domain.database import Database
from analytics_agent.errors import AgentError, StatementFailed, StatementTimeout, WarehouseRefused
from analytics_agent.stack.postgres import Cluster

SECRET = "a-word-of-a-file"


def run(uri: str, sql: str, timeout_seconds: float = 5.0) -> pa.Table:
    fetched = asyncio.run(open_warehouse(Database("shop", uri)).run(sql, row_cap=100, timeout_seconds=timeout_seconds))
    return fetched.table


@dataclass(frozen=True)
class Place:
    """The shop in one engine. `strong` may do everything, `reader` may read; `state` is all that a statement could have changed."""

    strong: str
    reader: str
    state: Callable[[], object]
    folder: Path
    """Which the server may write to."""

    def text(self, statement: str) -> str:
        return statement.replace("{secret}", str(self.folder / "secret")).replace("{new}", str(self.folder / "new"))

    def stolen(self) -> bool:
        """Whether a file was made that should not be there."""
        return sorted(path.name for path in self.folder.iterdir()) != ["secret"]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Open to the servers' users; pytest's own is not."""
    with tempfile.TemporaryDirectory(prefix="aa-hostile-") as made:
        Path(made).chmod(0o777)
        (Path(made) / "secret").write_text(SECRET)
        (Path(made) / "secret").chmod(0o644)
        yield Path(made)


@pytest.fixture(scope="module")
def postgres_place(postgres: Cluster, folder: Path) -> Iterator[Place]:
    name = "hostile_shop"
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
    with psycopg.connect(postgres.url(name), autocommit=True) as admin:
        for statement in (*sql_shop.made("postgres"), "CREATE SEQUENCE numbers"):
            admin.execute(statement.encode())
        admin.execute(
            "CREATE FUNCTION emptied() RETURNS integer LANGUAGE plpgsql AS 'BEGIN DELETE FROM orders; RETURN 1; END'; "
            "CREATE ROLE hostile_reader LOGIN PASSWORD 'x'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO hostile_reader"
        )

        def state() -> object:
            asked = (
                "SELECT (SELECT count(*) FROM orders), (SELECT sum(amount) FROM orders), (SELECT last_value FROM numbers), "
                "(SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_proc), "
                "(SELECT count(*) FROM pg_roles), (SELECT count(*) FROM pg_db_role_setting), (SELECT count(*) FROM pg_locks "
                "WHERE locktype = 'advisory'), (SELECT count(*) FROM pg_prepared_xacts), pg_conf_load_time()"
            )
            return admin.execute(asked.encode()).fetchone()

        yield Place(postgres.url(name), postgres.url(name, "hostile_reader", "x"), state, folder)
        admin.execute("DROP OWNED BY hostile_reader; DROP ROLE hostile_reader")
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.mark.parametrize("statement", POSTGRES_REFUSED)
def test_postgres_refuses_it_even_under_a_superuser(postgres_place: Place, statement: str) -> None:
    before = postgres_place.state()
    with pytest.raises((StatementFailed, StatementTimeout)):
        run(postgres_place.strong, postgres_place.text(statement), timeout_seconds=0.3)
    assert postgres_place.state() == before
    assert not postgres_place.stolen()


@pytest.mark.parametrize("statement", POSTGRES_ONLY_THE_LOGIN_STOPS)
def test_postgres_refuses_it_under_a_login_that_only_reads(postgres_place: Place, statement: str) -> None:
    before = postgres_place.state()
    with pytest.raises((WarehouseRefused, StatementFailed)):
        run(postgres_place.reader, postgres_place.text(statement))
    assert postgres_place.state() == before
    assert not postgres_place.stolen()


def test_postgres_lets_pass_what_ends_with_the_session(postgres_place: Place) -> None:
    before = postgres_place.state()
    with psycopg.connect(postgres_place.strong, autocommit=True) as listening:
        listening.execute("LISTEN listeners")
        for statement in (
            "SELECT pg_notify('listeners', 'hello')",
            "SELECT pg_advisory_lock(42)",
            "SELECT set_config('work_mem', '1GB', false)",
        ):
            assert run(postgres_place.reader, statement).num_rows == 1
        assert list(listening.notifies(timeout=0.5)) == []
    assert postgres_place.state() == before


@pytest.fixture(scope="module")
def mariadb_place(mariadb: MariaServer, folder: Path) -> Iterator[Place]:
    made = (*sql_shop.made("mysql"), "CREATE SEQUENCE numbers", "CREATE TABLE kept (a int) ENGINE=Aria")
    database = mariadb.create_database(made)
    mariadb.execute(
        "CREATE FUNCTION emptied() RETURNS int DETERMINISTIC BEGIN DELETE FROM orders; RETURN 1; END",
        "CREATE PROCEDURE clear_out() BEGIN DELETE FROM orders; SELECT 1; END",
        database=database,
    )

    def state() -> object:
        return mariadb.execute(
            "SELECT count(*), sum(amount) FROM orders",
            "SELECT next_not_cached_value FROM numbers",
            "SELECT count(*) FROM kept",
            f"SELECT count(*) FROM information_schema.tables WHERE table_schema = '{database}'",
            "SELECT user, host FROM mysql.user WHERE user LIKE 'hostile%'",
            "SELECT @@global.max_connections, @@global.general_log, @@global.read_only, @@global.event_scheduler",
            "SELECT IS_FREE_LOCK('held')",
            database=database,
        )

    yield Place(mariadb.url(database), mariadb.reader_url(database), state, folder)
    mariadb.execute(f"DROP DATABASE {database}")


@pytest.mark.parametrize("statement", MARIADB_REFUSED)
def test_mariadb_refuses_it_under_any_login(mariadb_place: Place, statement: str) -> None:
    before = mariadb_place.state()
    for login in (mariadb_place.reader, mariadb_place.strong):
        with pytest.raises((StatementFailed, StatementTimeout, WarehouseRefused)):
            run(login, mariadb_place.text(statement), timeout_seconds=0.3)
    assert mariadb_place.state() == before
    assert not mariadb_place.stolen()


def test_a_statement_that_takes_its_time_limit_away_is_ended_from_outside(mariadb_place: Place, mariadb: MariaServer) -> None:
    with pytest.raises(StatementTimeout):
        run(mariadb_place.reader, "SET STATEMENT max_statement_time = 0 FOR SELECT SLEEP(60)", timeout_seconds=0.1)
    assert not mariadb.running("SLEEP(60)")


def test_mariadb_reads_files_for_a_login_with_that_right_alone(mariadb_place: Place) -> None:
    statement = mariadb_place.text("SELECT LOAD_FILE('{secret}') AS content")
    assert run(mariadb_place.reader, statement)["content"].to_pylist() == [None]
    assert run(mariadb_place.strong, statement)["content"].to_pylist() == ["\\x" + SECRET.encode().hex()]  # the table says so


def test_mariadb_lets_pass_what_ends_with_the_session(mariadb_place: Place) -> None:
    before = mariadb_place.state()
    for statement in ("SELECT GET_LOCK('held', 1) AS a", "SELECT @a := 1 AS a", "SELECT REPEAT('x', 2000000000) AS a"):
        assert run(mariadb_place.reader, statement).num_rows == 1
    time.sleep(0.2)
    assert mariadb_place.state() == before


@pytest.fixture(scope="module")
def duckdb_place(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    file = tmp_path_factory.mktemp("duckdb") / "shop.duckdb"
    with duckdb.connect(str(file)) as database:
        for statement in (*sql_shop.made("duckdb"), "CREATE SEQUENCE numbers"):
            database.execute(statement)
    return Place(f"duckdb:///{file}", f"duckdb:///{file}", lambda: (file.read_bytes(), sorted(file.parent.iterdir())), folder)


@pytest.mark.parametrize("statement", DUCKDB_REFUSED)
def test_duckdb_refuses_it(duckdb_place: Place, statement: str) -> None:
    before = duckdb_place.state()
    with pytest.raises((StatementFailed, StatementTimeout)):
        run(duckdb_place.strong, duckdb_place.text(statement), timeout_seconds=0.3)
    assert duckdb_place.state() == before
    assert not duckdb_place.stolen()


@pytest.fixture(scope="module")
def sqlite_place(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    file = tmp_path_factory.mktemp("sqlite") / "shop.sqlite"
    connection = sqlite3.connect(file)
    for statement in sql_shop.made("sqlite"):
        connection.execute(statement)
    connection.commit()
    connection.close()
    return Place(f"sqlite:///{file}", f"sqlite:///{file}", lambda: (file.read_bytes(), sorted(file.parent.iterdir())), folder)


@pytest.mark.parametrize("statement", SQLITE_REFUSED)
def test_sqlite_refuses_it(sqlite_place: Place, statement: str) -> None:
    before = sqlite_place.state()
    with pytest.raises((StatementFailed, StatementTimeout)):
        run(sqlite_place.strong, sqlite_place.text(statement), timeout_seconds=0.3)
    assert sqlite_place.state() == before
    assert not sqlite_place.stolen()


_IN_A_WORKER = """
import asyncio, sys
from analytics_agent import worker
from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.domain.database import Database
from analytics_agent.errors import StatementFailed

worker.limit_memory(int(sys.argv[3]))
async def ask():
    warehouse = open_warehouse(Database("shop", sys.argv[1]))
    try:
        await warehouse.run(sys.argv[2], row_cap=10, timeout_seconds=20)
        print("ran")
    except StatementFailed as error:
        print(error.code)
    print((await warehouse.run("SELECT count(*) AS n FROM orders", row_cap=10, timeout_seconds=20)).table["n"].to_pylist())
asyncio.run(ask())
"""


@pytest.mark.parametrize(
    ("engine", "statement", "code"),
    [
        ("duckdb", "SELECT length(repeat('a', 4000000000)) AS n", "OutOfMemoryException"),
        ("duckdb", "SELECT list_sum(range(400000000)) AS n", "OutOfMemoryException"),
        (
            "sqlite",
            "SELECT count(*) FROM (SELECT json_group_array(zeroblob(1)) FROM (WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 "
            "FROM r LIMIT 3000000) SELECT n FROM r))",
            "SQLITE_",
        ),
    ],
)
def test_a_worker_survives_what_would_take_all_memory(request: pytest.FixtureRequest, engine: str, statement: str, code: str) -> None:
    place: Place = request.getfixturevalue(f"{engine}_place")
    command = [sys.executable, "-c", _IN_A_WORKER, place.strong, statement, str(3 * 1024**3)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split("\n")
    assert told[0].startswith(code)
    assert told[1] == "[3]"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 3 * 1024**2


def test_a_file_that_is_read_is_locked_for_nobody_and_left_as_it_was(sqlite_place: Place, duckdb_place: Place) -> None:
    for place in (sqlite_place, duckdb_place):
        before = place.state()
        assert run(place.strong, "SELECT count(*) AS n FROM orders")["n"].to_pylist() == [3]
        assert place.state() == before


def test_what_an_engine_refuses_is_told_without_its_words(mariadb_place: Place) -> None:
    with pytest.raises(AgentError) as caught:
        run(mariadb_place.reader, "SELECT * FROM mysql.user")
    assert "mysql" not in str(caught.value)
