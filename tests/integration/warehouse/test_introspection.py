"""Catalogs as engines tell them: names and types that are odd, and more than one answer can hold."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from mariadb_server import MariaServer

from analytics_agent.adapters.mariadb import catalog as mariadb_catalog
from analytics_agent.adapters.mariadb import session as mariadb_session
from analytics_agent.adapters.mariadb.address import address_of
from analytics_agent.adapters.mariadb.warehouse import MariadbWarehouse
from analytics_agent.adapters.sqlite.warehouse import SqliteWarehouse
from analytics_agent.catalog.build import fingerprint
from analytics_agent.domain.catalog import Catalog, ForeignKey, TableColumn

ODD = 'a "b"\', [c]\\ \t\x01 größe \U0001f600'


def read(file: Path) -> Catalog:
    return asyncio.run(SqliteWarehouse("shop", file).introspect())


def test_sqlite_names_and_types_of_any_letters_are_read_as_they_are(tmp_path: Path) -> None:
    quoted = ODD.replace('"', '""')
    with sqlite3.connect(tmp_path / "x.sqlite") as file:
        file.execute(f'CREATE TABLE "{quoted}" ("{quoted}" INTEGER NOT NULL, untyped, "{quoted} 2" "{quoted}")')
    (table,) = read(tmp_path / "x.sqlite").tables
    assert table.name == ODD
    assert table.columns[0] == TableColumn(ODD, "integer", "INTEGER", nullable=False)
    assert [(column.name, column.native_type) for column in table.columns[1:]] == [("untyped", "any"), (f"{ODD} 2", ODD)]


def test_sqlite_names_that_are_no_utf8_do_not_hinder_the_rest(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.sqlite") as file:
        file.execute("CREATE TABLE t (xyz INTEGER, other TEXT)")
        file.execute("PRAGMA writable_schema = ON")
        file.execute("UPDATE sqlite_schema SET sql = CAST(replace(CAST(sql AS BLOB), 'xyz', CAST(x'78ff7a' AS TEXT)) AS TEXT)")
    (table,) = read(tmp_path / "x.sqlite").tables
    assert [column.name for column in table.columns] == ["x\N{REPLACEMENT CHARACTER}z", "other"]


def test_sqlite_generated_columns_are_columns(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.sqlite") as file:
        file.execute("CREATE TABLE t (a INTEGER, b INTEGER AS (a * 2), c INTEGER AS (a * 3) STORED)")
    (table,) = read(tmp_path / "x.sqlite").tables
    assert [column.name for column in table.columns] == ["a", "b", "c"]


def test_sqlite_keys_of_several_columns_keep_their_order(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.sqlite") as file:
        file.execute("CREATE TABLE one (a INTEGER, b INTEGER, c INTEGER, PRIMARY KEY (c, a))")
        file.execute("CREATE TABLE two (x INTEGER, y INTEGER, FOREIGN KEY (y, x) REFERENCES one, FOREIGN KEY (x) REFERENCES one (b))")
    one, two = read(tmp_path / "x.sqlite").tables
    assert one.primary_key == ("c", "a") and two.primary_key == ()
    assert set(two.foreign_keys) == {ForeignKey(("y", "x"), None, "one", ("c", "a")), ForeignKey(("x",), None, "one", ("b",))}


def test_a_sqlite_file_without_tables_has_none(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.sqlite") as file:
        file.execute("PRAGMA user_version = 1")
    assert read(tmp_path / "x.sqlite").tables == ()


@pytest.fixture
def odd(mariadb: MariaServer, mariadb_database: str) -> str:
    name = mariadb_database.rpartition("/")[2]
    columns = ", ".join(f"c{number} INT NOT NULL" for number in range(30))
    mariadb.execute(
        f"CREATE TABLE `many columns` (z INT PRIMARY KEY COMMENT 'a tab\\t, line\\n and \"quotes\"', {columns}, a ENUM('x\\0y', 'it''s'))",
        "CREATE TABLE `größe \"1\"` (`b,c` VARCHAR(40) COMMENT 'nul \\0 within', d DECIMAL(10, 2))",
        database=name,
    )
    return mariadb_database


def test_what_mariadb_says_in_one_text_is_what_it_says_in_rows(odd: str) -> None:
    whole = asyncio.run(MariadbWarehouse("shop", odd).introspect())
    tables = {table.name: table for table in whole.tables}
    many, other = tables["many columns"], tables['größe "1"']
    assert [column.name for column in many.columns] == ["z", *(f"c{number}" for number in range(30)), "a"]
    assert many.primary_key == ("z",) and many.columns[0].comment == 'a tab\t, line\n and "quotes"'
    assert [column.nullable for column in many.columns] == [*[False] * 31, True]
    assert [(column.name, column.type, column.comment) for column in other.columns] == [
        ("b,c", "text", "nul  within"),
        ("d", "number", None),
    ]


def test_a_fingerprint_that_is_begun_while_mariadb_works_is_that_of_the_tables(odd: str) -> None:
    whole = asyncio.run(MariadbWarehouse("shop", odd).introspect())
    assert whole.fingerprint == fingerprint(whole.tables)


def test_a_text_that_mariadb_cuts_is_not_taken_for_the_whole(odd: str) -> None:
    name = odd.rpartition("/")[2]

    async def once() -> Catalog:
        async with mariadb_session.connected(address_of(odd)) as session:
            await session.query("SET SESSION group_concat_max_len = 200")
            return await mariadb_catalog.read(session, "shop", name)

    whole = asyncio.run(MariadbWarehouse("shop", odd).introspect())
    cut = asyncio.run(once())
    assert [(table.name, [column.name for column in table.columns]) for table in cut.tables] == [
        (table.name, [column.name for column in table.columns]) for table in whole.tables
    ]
    assert cut.fingerprint == fingerprint(cut.tables)
