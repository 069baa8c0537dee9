"""Every type of the four engines on its way to Parquet: how it is stored, and what is read back. Values against the engine's own text."""

import asyncio
import datetime as dt
import math
import sqlite3
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics_agent.adapters.duckdb.warehouse import DuckdbWarehouse
from analytics_agent.adapters.mariadb.warehouse import MariadbWarehouse
from analytics_agent.adapters.postgres.warehouse import PostgresWarehouse
from analytics_agent.adapters.sqlite.warehouse import SqliteWarehouse
from analytics_agent.domain.readable import readable
from analytics_agent.domain.statement import Caps, Saved
from analytics_agent.ports import Warehouse
from analytics_agent.stack.postgres import Cluster

UTC, MOMENT = pa.timestamp("us", "UTC"), pa.timestamp("us")
NUMBER = pa.decimal128(38, 9)
LEFT_EMPTY = "left empty"


def kept(warehouse: Warehouse, sql: str, folder: Path) -> tuple[Saved, pa.Table]:
    to = folder / "kept"
    saved = asyncio.run(warehouse.save(sql, to=to, caps=Caps(1_000_000, 10**9), timeout_seconds=60))
    return saved, pq.read_table(to)


def check(warehouse: Warehouse, expression: str, kind: pa.DataType, shown: object, folder: Path) -> None:
    """Stored in this type, for a value and for none; read back as this."""
    saved, table = kept(warehouse, f"SELECT {expression} AS x", folder)
    _, nothing = kept(warehouse, f"SELECT * FROM (SELECT {expression} AS x) AS s WHERE 1 = 0", folder)
    assert table.schema.field(0).type == nothing.schema.field(0).type == kind
    value = readable(table)["x"][0].as_py()
    assert str(value) == str(shown), saved
    if shown is None:
        assert any(LEFT_EMPTY in note for note in saved.notes)


POSTGRES: list[tuple[str, pa.DataType, object]] = [
    ("32767::smallint", pa.int16(), 32767),
    ("12345678901::bigint", pa.int64(), 12345678901),
    ("4294967295::oid", pa.int64(), 4294967295),
    ("123.40::numeric(10,2)", pa.decimal128(10, 2), Decimal("123.40")),
    ("'NaN'::numeric(10,2)", pa.decimal128(10, 2), None),
    ("12300::numeric(3,-2)", pa.decimal128(5, 0), 12300),
    ("0.00012::numeric(2,5)", pa.decimal128(5, 5), Decimal("0.00012")),
    ("(repeat('9', 45) || '.5')::numeric(50,4)", pa.decimal256(50, 4), Decimal("9" * 45 + ".5000")),
    ("(repeat('9', 90))::numeric(90)", pa.string(), "9" * 90),
    ("1::numeric / 3", NUMBER, 0.333333333),
    ("12345678901234567890123::numeric", NUMBER, 12345678901234567890123),
    ("'NaN'::numeric", NUMBER, None),
    ("'-Infinity'::numeric", NUMBER, None),
    ("1e40::numeric", NUMBER, None),
    ("'NaN'::float8", pa.float64(), math.nan),
    ("'-Infinity'::float4", pa.float32(), -math.inf),
    ("1.7976931348623157e308::float8", pa.float64(), 1.7976931348623157e308),
    ("'-1234.56'::numeric::money", pa.decimal128(19, 2), Decimal("-1234.56")),
    ("true", pa.bool_(), True),
    ("date '1850-02-03'", pa.date32(), "1850-02-03"),
    ("date 'infinity'", pa.date32(), "infinity"),
    ("date '-infinity'", pa.date32(), "-infinity"),
    ("date '0044-03-15 BC'", pa.date32(), "0044-03-15 BC"),
    ("date '20000-01-01'", pa.date32(), "20000-01-01"),
    ("timestamp '1850-01-01 00:00:01'", MOMENT, "1850-01-01 00:00:01"),
    ("timestamp 'infinity'", MOMENT, "infinity"),
    ("timestamp '4713-01-01 00:00:00 BC'", MOMENT, "4713-01-01 00:00:00 BC"),
    ("timestamp '294276-12-31 23:59:59'", MOMENT, None),
    ("timestamptz '2024-03-31 02:30:00.123456+02'", UTC, "2024-03-31 00:30:00.123456+00:00"),
    ("timestamptz '-infinity'", UTC, "-infinity"),
    ("time '23:59:59.5'", pa.time64("us"), "23:59:59.500000"),
    ("time '24:00:00'", pa.time64("us"), "24:00:00"),
    ("timetz '12:00:00+02'", pa.string(), "12:00:00+02"),
    ("interval '1 mon 2 days 03:00:00.5'", pa.string(), "1 mon 2 days 03:00:00.5"),
    ("'{1,NULL,2}'::int[]", pa.string(), "{1,NULL,2}"),
    ("""'{"a": [1, null]}'::jsonb""", pa.string(), '{"a": [1, null]}'),
    ("""'{"a" :1}'::json""", pa.string(), '{"a" :1}'),
    ("'\\x00ff'::bytea", pa.string(), "\\x00ff"),
    ("'f1f88b6e-0d4b-4b2b-9a0e-0e3b4b5b6b7b'::uuid", pa.string(), "f1f88b6e-0d4b-4b2b-9a0e-0e3b4b5b6b7b"),
    ("b'101'::bit(3)", pa.string(), "101"),
    ("inet '10.0.0.1/8'", pa.string(), "10.0.0.1/8"),
    ("int4range(1, 5)", pa.string(), "[1,5)"),
    ("ROW(1, 'a')", pa.string(), "(1,a)"),
    ("point(1, 2)", pa.string(), "(1,2)"),
    ("''::text", pa.string(), ""),
    ("repeat('long ', 200000)", pa.string(), "long " * 200_000),
]


@pytest.fixture(scope="module")
def postgres_warehouse(postgres: Cluster) -> Warehouse:
    return PostgresWarehouse("x", postgres.url())


@pytest.mark.parametrize(("expression", "kind", "shown"), POSTGRES, ids=[one[0][:40] for one in POSTGRES])
def test_a_type_of_postgres_is_kept(
    postgres_warehouse: Warehouse, expression: str, kind: pa.DataType, shown: object, tmp_path: Path
) -> None:
    check(postgres_warehouse, expression, kind, shown, tmp_path)


def test_a_ratio_near_zero_is_kept_to_nine_places_and_that_is_said(postgres_warehouse: Warehouse, tmp_path: Path) -> None:
    saved, table = kept(postgres_warehouse, "SELECT 1::numeric / 8000000 AS share, 0.5::numeric AS half", tmp_path)
    assert table["share"][0].as_py() == Decimal("0.000000125")
    assert saved.notes == ()
    saved, _ = kept(postgres_warehouse, "SELECT 1::numeric / 7000000 AS share, 1::numeric / 3 AS third", tmp_path)
    assert [note.split(" nearer")[0] for note in saved.notes] == ["Values of share"]


def test_bytes_that_are_no_utf8_come_out_of_a_database_without_an_encoding(postgres: Cluster, tmp_path: Path) -> None:
    import psycopg

    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute("CREATE DATABASE plain_bytes ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    try:
        with psycopg.connect(postgres.url("plain_bytes"), autocommit=True, client_encoding="sql_ascii") as connection:
            connection.execute(b"CREATE TABLE t AS SELECT convert_from('\\x41ff42'::bytea, 'SQL_ASCII') AS x, 7 AS n, date 'infinity' AS d")
        _, table = kept(PostgresWarehouse("x", postgres.url("plain_bytes")), "SELECT x, n, d FROM t", tmp_path)
        assert readable(table).to_pylist() == [{"x": "A\ufffdB", "n": 7, "d": "infinity"}]
    finally:
        with psycopg.connect(postgres.url(), autocommit=True) as admin:
            admin.execute("DROP DATABASE plain_bytes WITH (FORCE)")


def test_currencies_without_cents_are_read_in_their_own_units(postgres: Cluster) -> None:
    from analytics_agent.adapters.postgres.rows import PostgresRows
    from analytics_agent.adapters.text_columns import Declared

    for places, value in ((0, "123456"), (2, "1234.56"), (3, "123.456")):
        rows = PostgresRows((Declared("m", pa.decimal128(19, places), "money"),))
        table, _ = rows.read(b'"$1,234.56"\n\n"-$0.01"\n', 20)
        assert table["m"].to_pylist() == [Decimal(value), None, Decimal(-1).scaleb(-places)]


DUCKDB: list[tuple[str, pa.DataType, object]] = [
    ("255::utinyint", pa.uint8(), 255),
    ("18446744073709551615::ubigint", pa.decimal128(20, 0), 18446744073709551615),
    ("10::hugeint", pa.decimal128(38, 0), 10),
    ("99999999999999999999999999999999999999::hugeint", pa.decimal128(38, 0), "9" * 38),
    ("170141183460469231731687303715884105727::hugeint", pa.decimal128(38, 0), None),
    ("340282366920938463463374607431768211455::uhugeint", pa.decimal256(39, 0), 340282366920938463463374607431768211455),
    ("1.5::decimal(38,10)", pa.decimal128(38, 10), Decimal("1.5000000000")),
    ("'nan'::double", pa.float64(), math.nan),
    ("'-infinity'::float", pa.float32(), -math.inf),
    ("'infinity'::date", pa.date32(), "infinity"),
    ("'0044-03-15 (BC)'::date", pa.date32(), "0044-03-15 BC"),
    ("'-infinity'::timestamp", MOMENT, "-infinity"),
    ("'infinity'::timestamptz", UTC, "infinity"),
    ("timestamptz '2024-03-31 02:30:00+02'", UTC, "2024-03-31 00:30:00+00:00"),
    ("timestamp_ns '2024-01-01 00:00:00.123456789'", pa.timestamp("ns"), "2024-01-01 00:00:00.123456"),
    ("'2024-01-01'::timestamp_s", MOMENT, "2024-01-01 00:00:00"),
    ("'2024-01-01'::timestamp_ms", MOMENT, "2024-01-01 00:00:00"),
    ("time '24:00:00'", pa.time64("us"), "24:00:00"),
    ("'12:00:00+02'::timetz", pa.string(), "12:00:00+02"),
    ("interval '1 month 2 days'", pa.string(), "1 month 2 days"),
    ("[1, NULL]", pa.string(), "[1,null]"),
    ("{'a': 1, 'b': [date '2024-01-01']}", pa.string(), '{"a":1,"b":["2024-01-01"]}'),
    ("map{'a': 1}", pa.string(), '{"a":1}'),
    ("union_value(n := 1)", pa.string(), '{"n":1}'),
    ("""'{"a":1}'::json""", pa.string(), '{"a":1}'),
    ("uuid '{f1f88b6e-0d4b-4b2b-9a0e-0e3b4b5b6b7b}'", pa.string(), "f1f88b6e-0d4b-4b2b-9a0e-0e3b4b5b6b7b"),
    ("'a'::enum('a', 'b')", pa.string(), "a"),
    ("'\\xAA'::blob", pa.string(), "\\xaa"),
    ("'101'::bit", pa.string(), "101"),
    ("123456789012345678901234567890123456789012345::bignum", pa.string(), "123456789012345678901234567890123456789012345"),
    ("chr(0) || 'a'", pa.string(), "\0a"),
]


@pytest.fixture(scope="module")
def duckdb_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    path = tmp_path_factory.mktemp("duckdb") / "x.duckdb"
    duckdb.connect(str(path)).close()
    return DuckdbWarehouse("x", path)


@pytest.mark.parametrize(("expression", "kind", "shown"), DUCKDB, ids=[one[0][:40] for one in DUCKDB])
def test_a_type_of_duckdb_is_kept(duckdb_warehouse: Warehouse, expression: str, kind: pa.DataType, shown: object, tmp_path: Path) -> None:
    check(duckdb_warehouse, expression, kind, shown, tmp_path)


_MARIADB = """
CREATE TABLE kinds (tiny tinyint(1), u bigint unsigned, y year, d decimal(65,30), b bit(64), one bit(1), f float, day date, zero date,
  at datetime(6), stamp timestamp(6) NULL, long_time time(1), j json, e enum('a','b'), s set('x','y'), raw varbinary(4), g point, t text)
"""
_MARIADB_ROW = """
INSERT INTO kinds VALUES (1, 18446744073709551615, 2024, 12345678901234567890123456789012345.000000000000000000000000000001, b'1', 1, 1.5,
  '1850-02-03', '0000-00-00', '9999-12-31 23:59:59.999999', '2024-03-31 00:30:00.5', '-838:59:59', '{"a": 1}', 'b', 'x,y', x'00ff',
  point(1, 2), concat('a', char(0), 'é'))
"""
MARIADB: list[tuple[str, pa.DataType, object]] = [
    ("tiny", pa.int32(), 1),
    ("u", pa.decimal128(20, 0), 18446744073709551615),
    ("y", pa.int32(), 2024),
    ("d", pa.decimal256(65, 30), Decimal("12345678901234567890123456789012345." + "0" * 29 + "1")),
    ("b", pa.decimal128(20, 0), 1),
    ("one", pa.int64(), 1),
    ("f", pa.float32(), 1.5),
    ("day", pa.date32(), "1850-02-03"),
    ("zero", pa.date32(), None),
    ("at", MOMENT, "9999-12-31 23:59:59.999999"),
    ("stamp", UTC, "2024-03-31 00:30:00.500000+00:00"),
    ("long_time", pa.string(), "-838:59:59.0"),
    ("j", pa.string(), '{"a": 1}'),
    ("e", pa.string(), "b"),
    ("s", pa.string(), "x,y"),
    ("raw", pa.string(), "\\x00ff"),
    ("st_astext(g)", pa.string(), "POINT(1 2)"),
    ("t", pa.string(), "a\0é"),
]


@pytest.fixture(scope="module")
def mariadb_warehouse(request: pytest.FixtureRequest) -> Warehouse:
    server = request.getfixturevalue("mariadb")
    database = server.create_database(("SET sql_mode = ''", _MARIADB, "SET time_zone = '+00:00'", _MARIADB_ROW))
    return MariadbWarehouse("x", server.reader_url(database))


@pytest.mark.parametrize(("expression", "kind", "shown"), MARIADB, ids=[one[0] for one in MARIADB])
def test_a_type_of_mariadb_is_kept(mariadb_warehouse: Warehouse, expression: str, kind: pa.DataType, shown: object, tmp_path: Path) -> None:
    saved, table = kept(mariadb_warehouse, f"SELECT {expression} AS x FROM kinds", tmp_path)
    _, nothing = kept(mariadb_warehouse, f"SELECT {expression} AS x FROM kinds WHERE 1 = 0", tmp_path)
    assert table.schema.field(0).type == nothing.schema.field(0).type == kind
    assert str(readable(table)["x"][0].as_py()) == str(shown)
    assert bool(saved.notes) == (shown is None)


def sqlite_of(folder: Path, *statements: str) -> Warehouse:
    file = sqlite3.connect(folder / "x.sqlite")
    for statement in statements:
        file.execute(statement)
    file.commit()
    file.close()
    return SqliteWarehouse("x", folder / "x.sqlite")


def test_sqlite_columns_have_their_declared_types_also_without_values(tmp_path: Path) -> None:
    warehouse = sqlite_of(tmp_path, "CREATE TABLE t (i INTEGER, r REAL, n NUMERIC(10, 2), s TEXT, b BOOLEAN, d DATE, bare)")
    _, table = kept(warehouse, "SELECT i, r, n, s, b, d, bare, count(*) AS c, avg(i) AS m, i + 1 AS p FROM t GROUP BY i", tmp_path)
    kinds = [str(kind) for kind in table.schema.types]
    assert kinds == ["int64", "double", "double", "string", "int64", "string", "string", "int64", "double", "int64"]


def test_a_text_in_an_integer_column_of_sqlite_is_not_lost_nor_are_the_numbers_before_it(tmp_path: Path) -> None:
    warehouse = sqlite_of(
        tmp_path,
        "CREATE TABLE t (i INTEGER, n INTEGER, big REAL)",
        "INSERT INTO t WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 50000) SELECT i, i, i FROM g",
        "INSERT INTO t VALUES ('n/a', 2.5, NULL), (x'00ff', NULL, 9007199254740993)",
    )
    _, table = kept(warehouse, "SELECT i, n, big FROM t", tmp_path)
    assert [str(kind) for kind in table.schema.types] == ["string", "double", "double"]
    assert table["i"].to_pylist()[:2] + table["i"].to_pylist()[-2:] == ["1", "2", "n/a", "\\x00ff"]
    assert table["n"].to_pylist()[-3:] == [50000.0, 2.5, None]
    assert (table.num_rows, [path.name for path in tmp_path.iterdir() if "before" in path.name]) == (50_002, [])


# against the engine's own text

NUMERICS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=4)
MOMENTS = st.datetimes()
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=30)
FLOATS = st.floats(allow_nan=True, allow_infinity=True)
TRIES = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def values(literals: Sequence[str | None], kind: str) -> str:
    """A statement that gives each as its type and as the engine's text of it."""
    rows = ", ".join(f"({place}, {'NULL' if one is None else one})" for place, one in enumerate(literals))
    return f"SELECT CAST(v AS {kind}) AS x, CAST(CAST(v AS {kind}) AS {{text}}) AS t FROM (VALUES {rows}) AS s(n, v) ORDER BY n"


@pytest.fixture(params=["postgres", "duckdb"])
def engine(request: pytest.FixtureRequest) -> tuple[str, Warehouse]:
    return request.param, request.getfixturevalue(f"{request.param}_warehouse")


def both(engine: tuple[str, Warehouse], sql: str, folder: Path) -> list[tuple[Any, str | None]]:
    _, table = kept(engine[1], sql.format(text="text" if engine[0] == "postgres" else "varchar"), folder)
    return list(zip(table["x"].to_pylist(), table["t"].to_pylist(), strict=True))


@given(st.lists(st.none() | NUMERICS, min_size=1, max_size=60))
@TRIES
def test_decimals_are_those_of_the_engines_text(engine: tuple[str, Warehouse], tmp_path: Path, given_: list[Decimal | None]) -> None:
    sql = values([None if one is None else quoted(one) for one in given_], "numeric(30, 4)")
    assert [None if text is None else Decimal(text) for _, text in both(engine, sql, tmp_path)] == [
        x for x, _ in both(engine, sql, tmp_path)
    ]


@given(st.lists(st.none() | FLOATS, min_size=1, max_size=60))
@TRIES
def test_floats_are_those_of_the_engines_text(engine: tuple[str, Warehouse], tmp_path: Path, given_: list[float | None]) -> None:
    sql = values([None if one is None else quoted(one) for one in given_], "double precision")
    assert all(repr(x) == repr(None if text is None else float(text)) for x, text in both(engine, sql, tmp_path))


@given(st.lists(st.none() | MOMENTS, min_size=1, max_size=60))
@TRIES
def test_moments_are_those_of_the_engines_text(engine: tuple[str, Warehouse], tmp_path: Path, given_: list[dt.datetime | None]) -> None:
    sql = values([None if one is None else quoted(one.isoformat(" ")) for one in given_], "timestamp")
    assert all(x == (None if text is None else dt.datetime.fromisoformat(text)) for x, text in both(engine, sql, tmp_path))


@given(st.lists(st.none() | TEXTS, min_size=1, max_size=60))
@TRIES
def test_texts_come_out_to_the_last_sign(engine: tuple[str, Warehouse], tmp_path: Path, given_: list[str | None]) -> None:
    sql = values([None if one is None else quoted(one) for one in given_], "varchar").replace("{text}", "varchar")
    sql = sql.replace("{", "{{").replace("}", "}}")
    assert [x for x, _ in both(engine, sql, tmp_path)] == given_
