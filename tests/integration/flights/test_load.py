"""The loader: everything of the source arrives, nothing else does, and the reader can only read."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import ModuleType
from typing import IO, Any

import psycopg
import pytest
from integration.flights.warehouse import Warehouse

TABLES = ("airlines", "airports", "planes", "weather", "flights")


def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()


def one(url: str, statement: str) -> Any:
    return rows(url, statement)[0][0]


def source(loader: ModuleType, table: str) -> Iterator[dict[str, str]]:
    with loader.open_csv(table) as file:
        yield from csv.DictReader(line.decode() for line in file)


def whole(text: str) -> bool:
    return text.removeprefix("-").isdigit()


def only(lines: int, *more: bytes) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A shorter flights file: its first lines, and lines of ours."""

    def shorten(real: Callable[..., Any]) -> Callable[..., Any]:
        @contextmanager
        def open_csv(table: str) -> Iterator[IO[bytes]]:
            with real(table) as file:
                yield io.BytesIO(b"".join([file.readline() for _ in range(lines)] + list(more))) if table == "flights" else file

        return open_csv

    return shorten


@pytest.mark.parametrize("table", TABLES)
def test_every_row_value_and_gap_of_the_source_arrives(loader: ModuleType, flights: Warehouse, table: str) -> None:
    count, gaps, sums = 0, Counter[str](), Counter[str]()
    for record in source(loader, table):
        count += 1
        for column, value in record.items():
            gaps[column] += value == "NA"
            sums[column] += int(value) if whole(value) else 0
    columns = [column for column in gaps if column not in ("time_hour", "name", "faa", "tailnum", "model", "carrier")]
    integers = {r[0] for r in rows(flights.reader, f"{COLUMNS} WHERE c.table_name = '{table}' AND c.data_type = 'integer'")}
    found = rows(flights.reader, f"SELECT count(*), {', '.join(f'count(*) - count({c})' for c in gaps)} FROM {table}")[0]
    assert found == (count, *gaps.values())
    for column in integers.intersection(columns):
        assert one(flights.reader, f"SELECT coalesce(sum({column}), 0) FROM {table}") == sums[column], column


def test_dates_are_those_of_new_york(flights: Warehouse) -> None:
    for table, column in (("flights", "flight_date"), ("weather", "weather_date")):
        local = "time_hour AT TIME ZONE 'America/New_York'"
        wrong = f"SELECT count(*) FROM {table} WHERE ({local})::date <> {column} OR extract(hour FROM {local}) <> hour"
        assert one(flights.reader, wrong) == 0


def test_links_that_do_not_hold_are_not_declared(flights: Warehouse) -> None:
    unlisted = "SELECT DISTINCT dest FROM flights WHERE dest NOT IN (SELECT faa FROM airports) ORDER BY 1"
    assert [r[0] for r in rows(flights.reader, unlisted)] == ["BQN", "PSE", "SJU", "STT"]
    declared = rows(flights.reader, "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'")
    assert sorted(declared) == [("flights", "airlines"), ("flights", "airports"), ("weather", "airports")]


def test_every_table_and_column_has_a_comment(flights: Warehouse) -> None:
    described = rows(flights.reader, f"{COLUMNS} WHERE c.table_schema = 'public'")
    assert len(described) == 2 + 8 + 9 + 16 + 20
    assert [r for r in described if not r[1] or not r[2]] == []


def test_the_planner_knows_the_tables(flights: Warehouse) -> None:
    assert one(flights.reader, "SELECT reltuples::int FROM pg_class WHERE relname = 'flights'") == 336_776


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO airlines VALUES ('ZZ', 'Nobody')",
        "UPDATE flights SET dep_delay = 0",
        "DELETE FROM weather",
        "TRUNCATE planes",
        "DROP TABLE airports",
        "CREATE TABLE mine (a int)",
        "CREATE TEMPORARY TABLE mine (a int)",
        "COMMENT ON TABLE flights IS 'mine'",
    ],
)
def test_the_reader_cannot_change_anything(flights: Warehouse, statement: str) -> None:
    with psycopg.connect(flights.reader) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_a_second_load_leaves_the_tables_as_they_are(loader: ModuleType, flights: Warehouse) -> None:
    files = "SELECT array_agg(pg_relation_filenode(oid) ORDER BY oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    before = one(flights.owner, files)
    loader.load(flights.owner, reader=flights.role)
    assert one(flights.owner, files) == before


def test_a_load_that_fails_leaves_nothing(loader: ModuleType, empty: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "open_csv", only(100, b"2013,thirteen\n")(loader.open_csv))
    with pytest.raises(psycopg.DataError):
        loader.load(empty.owner, reader=empty.role)
    assert one(empty.owner, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == 0
    monkeypatch.undo()
    monkeypatch.setattr(loader, "open_csv", only(101)(loader.open_csv))
    loader.load(empty.owner, reader=empty.role)
    assert one(empty.reader, "SELECT count(*) FROM flights") == 100


def test_two_loads_at_once_do_the_work_once(loader: ModuleType, empty: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "open_csv", only(51)(loader.open_csv))
    filled: list[str] = []
    fill = loader._fill

    def counted(cursor: psycopg.Cursor, version: str) -> None:
        filled.append(version)
        fill(cursor, version)

    monkeypatch.setattr(loader, "_fill", counted)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(loader.load, empty.owner, reader=empty.role) for _ in range(2)]:
            done.result(timeout=60)
    assert len(filled) == 1
    assert one(empty.reader, "SELECT count(*) FROM flights") == 50


def test_a_load_of_another_version_is_replaced(loader: ModuleType, empty: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    real = loader.open_csv
    monkeypatch.setattr(loader, "open_csv", only(11)(real))
    loader.load(empty.owner, reader=empty.role)
    monkeypatch.setattr(loader, "open_csv", only(21)(real))
    monkeypatch.setattr(loader, "_version", lambda: "another")
    loader.load(empty.owner, reader=empty.role)
    assert one(empty.reader, "SELECT count(*) FROM flights") == 20


def test_without_the_data_package_the_message_says_what_to_install(loader: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"Install analytics-agent\[server\]"), loader.open_csv("flights"):
        pass


COLUMNS = (
    "SELECT c.column_name, col_description(format('%I.%I', c.table_schema, c.table_name)::regclass, c.ordinal_position),"
    " obj_description(format('%I.%I', c.table_schema, c.table_name)::regclass) FROM information_schema.columns c"
)
