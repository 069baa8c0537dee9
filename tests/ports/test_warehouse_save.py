"""What every warehouse must do with the rows of a statement that are kept: types fixed before the first row, caps that are said, and
nothing left behind where it fails. On the real engines."""

import asyncio
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from mariadb_server import MariaServer

from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.domain.database import Database
from analytics_agent.domain.statement import Caps, Saved
from analytics_agent.errors import StatementFailed, StatementTimeout, StorageFull
from analytics_agent.ports import Warehouse

ENGINES = ("postgres", "duckdb", "sqlite", "mariadb")
ROWS = 110_000
_CREATE = "CREATE TABLE things (id INTEGER, amount DECIMAL(12, 2), name VARCHAR(40), score DOUBLE PRECISION)"
_SERIES = {
    "postgres": f"SELECT i FROM generate_series(1, {ROWS}) AS g(i)",
    "duckdb": f"SELECT i FROM range(1, {ROWS + 1}) AS g(i)",
    "sqlite": f"WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < {ROWS}) SELECT i FROM g",
    "mariadb": f"SELECT seq AS i FROM seq_1_to_{ROWS}",
}
CAPS = Caps(1_000_000, 500_000_000)
EVERYTHING = "SELECT id, amount, name, score, count(*) OVER () AS n, amount / 3 AS third, sum(id) OVER () AS total FROM things WHERE id "
_FAILS_LATE = {
    "postgres": f"SELECT 1 / (id - {ROWS - 10}) AS x, name FROM things ORDER BY id",
    "duckdb": f"SELECT CASE WHEN id = {ROWS - 10} THEN error('late') ELSE name END AS x FROM things",
    "sqlite": f"SELECT CASE WHEN id = {ROWS - 10} THEN json_extract(name, '$.x') ELSE name END AS x FROM things",
    "mariadb": f"SELECT CASE WHEN id = {ROWS - 10} THEN (SELECT 1 UNION SELECT 2 + id) ELSE name END AS x FROM things",
}


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def warehouse(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    name = "concat('n', i)" if engine == "mariadb" else "'n' || i"
    statements = (_CREATE, f"INSERT INTO things SELECT i, i * 1.5, {name}, i / 4.0 FROM ({_SERIES[engine]}) AS s")
    folder = tmp_path_factory.mktemp(engine)
    if engine == "postgres":
        cluster = request.getfixturevalue("postgres")
        with psycopg.connect(cluster.url(), autocommit=True) as admin:
            admin.execute("DROP DATABASE IF EXISTS kept_rows")
            admin.execute("CREATE DATABASE kept_rows")
        uri = cluster.url("kept_rows")
        with psycopg.connect(uri, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())
    elif engine == "mariadb":
        server: MariaServer = request.getfixturevalue("mariadb")
        uri = server.reader_url(server.create_database(statements))
    elif engine == "duckdb":
        with duckdb.connect(str(folder / "kept.duckdb")) as database:
            for statement in statements:
                database.execute(statement)
        uri = f"duckdb:///{folder / 'kept.duckdb'}"
    else:
        file = sqlite3.connect(folder / "kept.sqlite")
        for statement in statements:
            file.execute(statement)
        file.commit()
        file.close()
        uri = f"sqlite:///{folder / 'kept.sqlite'}"
    yield open_warehouse(Database("kept", uri))


def save(warehouse: Warehouse, sql: str, to: Path, caps: Caps = CAPS, timeout_seconds: float = 60) -> tuple[Saved, pa.Table]:
    saved = asyncio.run(warehouse.save(sql, to=to, caps=caps, timeout_seconds=timeout_seconds))
    return saved, pq.read_table(to)


def test_every_row_is_in_the_file_in_its_order(warehouse: Warehouse, tmp_path: Path) -> None:
    saved, table = save(warehouse, "SELECT id, name FROM things ORDER BY id", tmp_path / "rows")
    assert (saved.rows, saved.cut, saved.notes) == (ROWS, None, ())
    assert table["id"].to_pylist() == list(range(1, ROWS + 1))
    assert table["name"][ROWS - 1].as_py() == f"n{ROWS}"
    assert saved.columns == (("id", "integer"), ("name", "text"))
    assert [path.name for path in tmp_path.iterdir()] == ["rows"]


def test_types_are_the_same_for_no_row_one_and_many(warehouse: Warehouse, tmp_path: Path) -> None:
    schemas = [save(warehouse, EVERYTHING + condition, tmp_path / "rows")[1].schema for condition in ("< 0", "= 7", "< 5000")]
    assert schemas[0].equals(schemas[1], check_metadata=True)
    assert schemas[1].equals(schemas[2], check_metadata=True)


def test_columns_of_nulls_have_their_types(warehouse: Warehouse, engine: str, tmp_path: Path) -> None:
    nothing = "SELECT max(id) AS a, max(amount) AS b, max(name) AS c, max(score) AS d FROM things WHERE id < 0"
    _, nulls = save(warehouse, nothing, tmp_path / "nulls")
    _, values = save(warehouse, nothing.replace("< 0", "> 0"), tmp_path / "values")
    assert nulls.to_pylist() == [{"a": None, "b": None, "c": None, "d": None}]
    assert nulls.schema == values.schema
    assert [str(kind) for kind in nulls.schema.types][2:] == ["string", "double"]


def test_money_is_exact_where_the_engine_is(warehouse: Warehouse, engine: str, tmp_path: Path) -> None:
    _, table = save(warehouse, "SELECT amount FROM things ORDER BY id", tmp_path / "money")
    assert table.schema.field(0).type == (pa.float64() if engine == "sqlite" else pa.decimal128(12, 2))
    assert str(table["amount"][2].as_py()) == ("4.5" if engine == "sqlite" else "4.50")


def test_the_cap_of_rows_cuts_and_is_named(warehouse: Warehouse, tmp_path: Path) -> None:
    saved, table = save(warehouse, "SELECT id FROM things ORDER BY id", tmp_path / "rows", Caps(1_000, 10**9))
    assert (saved.rows, saved.cut, table["id"].to_pylist()[-1]) == (1_000, "rows", 1_000)
    saved, _ = save(warehouse, "SELECT id FROM things ORDER BY id LIMIT 1000", tmp_path / "rows", Caps(1_000, 10**9))
    assert (saved.rows, saved.cut) == (1_000, None)


def test_the_cap_of_bytes_cuts_between_two_rows_and_is_named(warehouse: Warehouse, tmp_path: Path) -> None:
    saved, table = save(warehouse, "SELECT id, name FROM things ORDER BY id", tmp_path / "rows", Caps(10**9, 200_000))
    assert saved.cut == "bytes"
    assert 5_000 < saved.rows == table.num_rows < 40_000
    assert 190_000 < saved.bytes <= 200_000
    assert table["id"].to_pylist() == list(range(1, saved.rows + 1))


def test_a_row_that_is_larger_than_a_result_may_be_is_refused_with_the_way_out(warehouse: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(StatementFailed, match="One row is larger") as caught:
        save(warehouse, "SELECT id, name, score FROM things WHERE id = 1", tmp_path / "rows", Caps(10, 12))
    assert "fewer columns" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_statement_that_fails_late_leaves_nothing(warehouse: Warehouse, engine: str, tmp_path: Path) -> None:
    with pytest.raises(StatementFailed):
        save(warehouse, _FAILS_LATE[engine], tmp_path / "rows")
    assert list(tmp_path.iterdir()) == []


def test_a_statement_over_its_time_leaves_nothing(warehouse: Warehouse, tmp_path: Path) -> None:
    every_pair = "SELECT a.id, b.name FROM things AS a CROSS JOIN things AS b"
    with pytest.raises(StatementTimeout):
        save(warehouse, every_pair, tmp_path / "rows", Caps(10**9, 10**12), timeout_seconds=0.7)
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_cancelled_among_its_rows_leaves_nothing(warehouse: Warehouse, tmp_path: Path) -> None:
    async def cancelled() -> None:
        every_pair = "SELECT a.id, b.name FROM things AS a CROSS JOIN things AS b"
        running = asyncio.create_task(warehouse.save(every_pair, to=tmp_path / "rows", caps=Caps(10**9, 10**12), timeout_seconds=60))
        while not (tmp_path / "rows").exists():
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(running, 5)

    asyncio.run(cancelled())
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_said_and_keeps_no_half_file(warehouse: Warehouse, tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", tmp_path], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        with pytest.raises(StorageFull, match="disk that keeps results"):
            save(warehouse, "SELECT id, amount, name, score FROM things", tmp_path / "rows")
        assert list(tmp_path.iterdir()) == []
    finally:
        subprocess.run(["umount", "--lazy", tmp_path], check=True)


def test_equal_and_missing_names_of_columns_are_told_apart(warehouse: Warehouse, tmp_path: Path) -> None:
    saved, table = save(warehouse, "SELECT id, id, name AS id_2, id + 1 FROM things WHERE id = 1", tmp_path / "rows")
    assert len(set(table.column_names)) == 4
    assert [name for name, _ in saved.columns] == table.column_names


def test_many_columns_are_no_matter(warehouse: Warehouse, engine: str, tmp_path: Path) -> None:
    many = ", ".join(f"id + {place} AS c{place}" for place in range(1_600 if engine != "sqlite" else 900))
    saved, table = save(warehouse, f"SELECT {many} FROM things WHERE id <= 300", tmp_path / "rows")
    assert (saved.rows, table["c800"][0].as_py() - table["c0"][0].as_py()) == (300, 800)
