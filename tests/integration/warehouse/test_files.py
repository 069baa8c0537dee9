"""Files as warehouses: which adapter an address means, imports, and files that are missing, broken, or not what they seem."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics_agent.adapters.duckdb.warehouse import DuckdbWarehouse
from analytics_agent.adapters.sqlite.warehouse import SqliteWarehouse
from analytics_agent.adapters.warehouses import dialect_of, import_file, is_importable, open_warehouse
from analytics_agent.domain.database import Database
from analytics_agent.errors import StatementFailed, StorageFull, WarehouseRefused
from analytics_agent.ports import Warehouse


def fetch(warehouse: Warehouse, sql: str) -> pa.Table:
    async def once() -> pa.Table:
        try:
            return (await warehouse.run(sql, row_cap=100, timeout_seconds=10)).table
        finally:
            await warehouse.close()

    return asyncio.run(once())


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_addresses_are_understood(tmp_path: Path) -> None:
    assert dialect_of("postgresql://u:p@h/d") == "postgres"
    assert dialect_of("postgres://u:p@h/d") == "postgres"
    assert dialect_of("mysql://u:p@h/d") == dialect_of("mariadb+pymysql://u:p@h/d") == "mysql"
    assert dialect_of("duckdb:///x.duckdb") == "duckdb"
    assert dialect_of("sqlite:////abs/x.db") == "sqlite"
    assert dialect_of("shop.sqlite") == "sqlite"
    assert is_importable("sales.csv")
    assert is_importable("/data/Sales.PARQUET")
    assert not is_importable("https://example.com/x.csv")


def test_a_db_file_is_what_its_first_bytes_say(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "one.db")).close()
    sqlite3.connect(tmp_path / "two.db").close()
    assert dialect_of(str(tmp_path / "one.db")) == "duckdb"
    assert dialect_of(str(tmp_path / "two.db")) == "sqlite"


@pytest.mark.parametrize("uri", ["oracle://user:hidden-word@host/db", "hidden-word", "file.xlsx", "", "http://hidden-word/x"])
def test_other_addresses_name_the_ones_that_work_and_no_secret(uri: str) -> None:
    with pytest.raises(WarehouseRefused, match="postgresql://") as caught:
        dialect_of(uri)
    assert "hidden-word" not in str(caught.value)


def test_absolute_and_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    duckdb.connect(str(tmp_path / "a b.duckdb")).close()
    monkeypatch.chdir(tmp_path)
    for uri in (
        f"duckdb:///{tmp_path}/a b.duckdb",
        f"duckdb://{tmp_path}/a b.duckdb",
        f"duckdb:///{tmp_path}/a%20b.duckdb",
        "duckdb:///a b.duckdb",
        "a b.duckdb",
    ):
        assert fetch(open_warehouse(Database("x", uri)), "SELECT 1 AS n")["n"].to_pylist() == [1]


def test_a_csv_becomes_a_database_of_one_table(tmp_path: Path) -> None:
    source = tmp_path / "Umsätze 2024.csv"
    source.write_text("Datum,Kunde,Betrag\n2024-01-05,Émile,10.50\n2024-02-01,Ada,3.25\n", encoding="utf-8")
    warehouse = open_warehouse(Database("sales", import_file(source, tmp_path / "imported", "sales")))
    catalog = asyncio.run(warehouse.introspect())
    assert [(t.name, [(c.name, c.type) for c in t.columns]) for t in catalog.tables] == [
        ("ums_tze_2024", [("Datum", "date"), ("Kunde", "text"), ("Betrag", "number")])
    ]
    assert fetch(warehouse, 'SELECT max("Datum") AS d FROM main.ums_tze_2024')["d"].to_pylist() == [date(2024, 2, 1)]


def test_a_parquet_file_too_and_importing_again_replaces_it(tmp_path: Path) -> None:
    source = tmp_path / "2024.parquet"
    for rows in ([1, 2], [1, 2, 3]):
        pq.write_table(pa.table({"n": rows}), source)
        uri = import_file(source, tmp_path / "imported", "numbers")
    assert fetch(open_warehouse(Database("numbers", uri)), "SELECT count(*) AS n FROM t_2024")["n"].to_pylist() == [3]
    assert names(tmp_path / "imported") == ["numbers.duckdb"]


def test_an_import_that_fails_leaves_the_earlier_one(tmp_path: Path) -> None:
    source = tmp_path / "numbers.parquet"
    pq.write_table(pa.table({"n": [1]}), source)
    uri = import_file(source, tmp_path / "imported", "numbers")
    source.write_bytes(b"not parquet at all")
    with pytest.raises(WarehouseRefused, match="PARQUET"):
        import_file(source, tmp_path / "imported", "numbers")
    assert fetch(open_warehouse(Database("numbers", uri)), "SELECT n FROM numbers")["n"].to_pylist() == [1]
    assert names(tmp_path / "imported") == ["numbers.duckdb"]


def test_names_that_look_alike_are_imported_side_by_side(tmp_path: Path) -> None:
    uris = set()
    for name in ("north-sales", "north_sales", "North sales"):
        source = tmp_path / "sales.csv"
        source.write_text(f"place\n{name}\n")
        uris.add(import_file(source, tmp_path / "imported", name))
    places = {fetch(open_warehouse(Database("x", uri)), "SELECT place FROM sales")["place"][0].as_py() for uri in uris}
    assert places == {"north-sales", "north_sales", "North sales"}


def test_a_duckdb_file_may_be_written_by_others_between_two_questions(tmp_path: Path) -> None:
    """By another process: within one, DuckDB's own bookkeeping would refuse."""
    file = tmp_path / "shop.duckdb"
    write = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute(sys.argv[2])"
    subprocess.run([sys.executable, "-c", write, file, "CREATE TABLE t AS SELECT 1 AS n"], check=True)
    warehouse = open_warehouse(Database("shop", f"duckdb:///{file}"))
    counts = []
    for value in (2, 3):
        counts.append(asyncio.run(warehouse.run("SELECT count(*) AS n FROM t", row_cap=9, timeout_seconds=10)).table["n"][0].as_py())
        subprocess.run([sys.executable, "-c", write, file, f"INSERT INTO t VALUES ({value})"], check=True)
    assert counts == [1, 2]


def test_one_duckdb_file_under_two_names_serves_both_at_once(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as database:
        database.execute("CREATE TABLE t AS SELECT range AS n FROM range(1000)")
    warehouses = [open_warehouse(Database(name, f"duckdb:///{tmp_path / 'shop.duckdb'}")) for name in ("one", "two")]

    async def together() -> list[int]:
        asked = [one.run("SELECT count(*) AS n FROM t AS a, t AS b", row_cap=9, timeout_seconds=10) for one in warehouses * 4]
        return [fetched.table["n"][0].as_py() for fetched in await asyncio.gather(*asked)]

    assert asyncio.run(together()) == [1_000_000] * 8


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2", "postgresql+psycopg"])
def test_an_address_with_the_name_of_a_driver_works_too(postgres_database: str, scheme: str) -> None:
    uri = postgres_database.replace("postgresql://", f"{scheme}://")
    assert fetch(open_warehouse(Database("shop", uri)), "SELECT 7 AS n")["n"].to_pylist() == [7]


def test_an_import_that_does_not_fit_on_the_disk_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    folder, source = tmp_path / "imported", tmp_path / "numbers.parquet"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    try:
        pq.write_table(pa.table({"noise": [os.urandom(64) for _ in range(60_000)]}), source)
        with pytest.raises(StorageFull, match="disk of the state folder is full"):
            import_file(source, folder, "numbers")
        assert names(folder) == []
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    for name in ("x.duckdb", "x.sqlite"):
        with pytest.raises(WarehouseRefused, match="There is no file"):
            fetch(open_warehouse(Database("x", str(tmp_path / name))), "SELECT 1")
    with pytest.raises(WarehouseRefused, match="There is no file"):
        import_file(tmp_path / "x.csv", tmp_path, "x")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    for name in ("x.duckdb", "x.sqlite"):
        (tmp_path / name).write_text("hello " * 1_000)
        with pytest.raises(WarehouseRefused, match=r"is not a (DuckDB|SQLite) database"):
            fetch(open_warehouse(Database("x", str(tmp_path / name))), "SELECT 1")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('{secret}')",
        "SELECT * FROM '{secret}'",
        "SELECT * FROM glob('/*')",
        "ATTACH '{folder}/other.duckdb'",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "SET threads = 1",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CREATE TABLE x (a integer)",
        "EXPORT DATABASE '{folder}/out'",
    ],
)
def test_duckdb_with_the_guard_switched_off_reaches_nothing_outside(tmp_path: Path, statement: str) -> None:
    duckdb.connect(str(tmp_path / "shop.duckdb")).close()
    (tmp_path / "secret.csv").write_text("hidden-word\n1\n")
    before = names(tmp_path)
    with pytest.raises(StatementFailed) as caught:
        fetch(DuckdbWarehouse("shop", tmp_path / "shop.duckdb"), statement.format(secret=tmp_path / "secret.csv", folder=tmp_path))
    assert "hidden-word" not in str(caught.value)
    assert names(tmp_path) == before


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH '{folder}/other.db' AS other",
        "SELECT load_extension('{folder}/evil')",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
        "VACUUM INTO '{folder}/out.db'",
        "CREATE TABLE x (a)",
        "CREATE TEMP TABLE x (a)",
        "SELECT 1; DELETE FROM t",
    ],
)
def test_sqlite_with_the_guard_switched_off_does_nothing_but_read(tmp_path: Path, statement: str) -> None:
    with sqlite3.connect(tmp_path / "shop.sqlite") as file:
        file.execute("CREATE TABLE t (a)")
    file.close()
    with pytest.raises(StatementFailed):
        fetch(SqliteWarehouse("shop", tmp_path / "shop.sqlite"), statement.format(folder=tmp_path))
    assert names(tmp_path) == ["shop.sqlite"]


def test_duckdb_types_that_nothing_else_holds_become_text(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "x.duckdb")).close()
    table = fetch(
        DuckdbWarehouse("x", tmp_path / "x.duckdb"),
        "SELECT [1, 2] AS l, {'a': 1} AS s, interval 1 day AS i, 'infinity'::date AS d, 'a'::ENUM('a', 'b') AS e, '\\xAA'::blob AS b, "
        "10::hugeint AS h, 18446744073709551615::ubigint AS u, 1.50::decimal(10, 2) AS n, 'nan'::double AS f, NULL AS z, "
        "timestamptz '2024-03-31 02:30:00+02' AS t, 12::bignum AS g, uuid '{f1f88b6e-0d4b-4b2b-9a0e-0e3b4b5b6b7b}' AS q",
    )
    row = {name: str(value) for name, value in table.to_pylist()[0].items()}
    assert row == {
        "l": "[1,2]",
        "s": '{"a":1}',
        "i": "1 day",
        "d": "infinity",
        "e": "a",
        "b": "\\xaa",
        "h": "10",
        "u": "18446744073709551615",
        "n": "1.50",
        "f": "nan",
        "z": "None",
        "t": "2024-03-31 00:30:00+00:00",
        "g": row["g"],
        "q": "f1f88b6e-0d4b-4b2b-9a0e-0e3b4b5b6b7b",
    }
    assert table.schema.field("h").type == pa.int64()
    assert table.schema.field("g").type == pa.string()


def test_sqlite_columns_of_mixed_values_are_text(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.sqlite") as file:
        file.execute("CREATE TABLE t (a, b, c, d)")
        file.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", [(1, 1, "x", b"\x01"), (2, 2.5, 3, None)])
    file.close()
    table = fetch(SqliteWarehouse("x", tmp_path / "x.sqlite"), "SELECT * FROM t")
    assert table.to_pydict() == {"a": [1, 2], "b": [1.0, 2.5], "c": ["x", "3"], "d": ["\\x01", None]}
