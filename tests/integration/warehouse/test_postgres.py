"""What only PostgreSQL has: its types, its roles, its server that can be looked at."""

import asyncio
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
import sql_shop

from analytics_agent.adapters.postgres.warehouse import PostgresWarehouse
from analytics_agent.domain.statement import Caps
from analytics_agent.errors import StatementFailed, WarehouseRefused, WarehouseUnavailable
from analytics_agent.ports import Fetched
from analytics_agent.sql.check import check
from analytics_agent.stack.postgres import Cluster

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'analytics-agent' AND state = 'active'"


@pytest.fixture
def shop(postgres_database: str) -> str:
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        for statement in (*sql_shop.STATEMENTS["postgres"], *sql_shop.ROWS):
            connection.execute(statement.encode())
    return postgres_database


@pytest.fixture
def reader(shop: str, postgres: Cluster) -> Iterator[str]:
    """The shop's URL with a login that may only read `orders` and the column `name` of `customers`."""
    with psycopg.connect(shop, autocommit=True) as admin:
        admin.execute("CREATE ROLE test_reader LOGIN PASSWORD 'secret-of-the-reader' IN ROLE pg_monitor")
        admin.execute("GRANT SELECT ON orders TO test_reader")
        admin.execute("GRANT SELECT (name) ON customers TO test_reader")
    yield postgres.url(shop.rsplit("/", 1)[1], "test_reader", "secret-of-the-reader")
    with psycopg.connect(shop, autocommit=True) as admin:
        admin.execute("DROP OWNED BY test_reader")
        admin.execute("DROP ROLE test_reader")


def fetch(uri: str, statement: str, row_cap: int = 100) -> Fetched:
    return asyncio.run(PostgresWarehouse("shop", uri).run(statement, row_cap=row_cap, timeout_seconds=20))


def column(uri: str, expression: str) -> pa.ChunkedArray:
    return fetch(uri, f"SELECT {expression} AS x").table["x"]


@pytest.mark.parametrize(
    ("expression", "kind", "value"),
    [
        ("12345678901::bigint", pa.int64(), 12345678901),
        ("1::smallint", pa.int16(), 1),
        ("123.40::numeric(10,2)", pa.decimal128(10, 2), Decimal("123.40")),
        ("0.1::numeric + 0.2", pa.decimal128(38, 1), Decimal("0.3")),
        ("(SELECT sum(i::bigint) FROM generate_series(1, 2) AS g(i))", pa.int64(), 3),
        ("12345678901234567890123::numeric", pa.decimal128(38, 0), Decimal("12345678901234567890123")),
        ("1::numeric / 3", pa.float64(), 0.333333333),
        ("'NaN'::numeric", pa.int64(), None),
        ("'Infinity'::float8", pa.float64(), float("inf")),
        ("'-Infinity'::numeric(5,2)", None, None),
        ("true", pa.bool_(), True),
        ("'infinity'::date", pa.string(), "infinity"),
        ("'0044-03-15 BC'::date", pa.string(), "0044-03-15 BC"),
        ("'infinity'::timestamptz", pa.string(), "infinity"),
        ("interval '1 day 2 hours'", pa.string(), "1 day 02:00:00"),
        ("'{1,2}'::int[]", pa.string(), "{1,2}"),
        ("""'{"a": 1}'::jsonb""", pa.string(), '{"a": 1}'),
        ("'\\xdeadbeef'::bytea", pa.string(), "\\xdeadbeef"),
        ("'f1f88b6e-0d4b-4b2b-9a0e-0e3b4b5b6b7b'::uuid", pa.string(), "f1f88b6e-0d4b-4b2b-9a0e-0e3b4b5b6b7b"),
        ("'happy'::mood", pa.string(), "happy"),
        ("int4range(1, 5)", pa.string(), "[1,5)"),
        ("ROW(1, 'a')", pa.string(), "(1,a)"),
        ("'12.50'::money", pa.decimal128(19, 2), Decimal("12.50")),
        ("'10.0.0.1'::inet", pa.string(), "10.0.0.1"),
        ("NULL", pa.string(), None),
    ],
)
def test_every_type_comes_out(shop: str, expression: str, kind: pa.DataType | None, value: object) -> None:
    if kind is None:
        with pytest.raises(StatementFailed):
            column(shop, expression)
        return
    found = column(shop, expression)
    assert found.type == kind
    assert str(found[0].as_py()) == str(value)


def test_moments_are_exact_and_in_utc(shop: str) -> None:
    table = fetch(
        shop,
        "SELECT timestamptz '2024-03-31 02:30:00.123456+02' AS a, timestamp '1850-01-01 00:00:01' AS b, "
        "date '0001-01-01' AS c, time '23:59:59.5' AS d",
    ).table
    assert [field.type for field in table.schema] == [pa.timestamp("us", "UTC"), pa.timestamp("us"), pa.date32(), pa.time64("us")]
    assert [str(value) for value in table.to_pylist()[0].values()] == [
        "2024-03-31 00:30:00.123456+00:00",
        "1850-01-01 00:00:01",
        "0001-01-01",
        "23:59:59.500000",
    ]


def test_percent_signs_in_the_statement_are_the_statements(shop: str) -> None:
    assert fetch(shop, "SELECT count(*) AS n FROM orders WHERE status LIKE '%ai%' AND id % 2 = 1").table["n"].to_pylist() == [2]


def test_the_cap_holds_for_a_statement_without_limit(shop: str) -> None:
    fetched = fetch(shop, "SELECT i FROM generate_series(1, 50000000) AS g(i)", row_cap=5_000)
    assert (fetched.table.num_rows, fetched.truncated) == (5_000, True)


def test_a_cancelled_task_stops_the_statement_in_the_server(shop: str) -> None:
    async def cancelled() -> None:
        running = asyncio.create_task(PostgresWarehouse("shop", shop).run("SELECT pg_sleep(60)", row_cap=1, timeout_seconds=60))
        with psycopg.connect(shop, autocommit=True) as other:
            while not _count(other):
                await asyncio.sleep(0.02)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            started = time.perf_counter()
            while _count(other):
                await asyncio.sleep(0.02)
                assert time.perf_counter() - started < 2

    asyncio.run(cancelled())


def _count(connection: psycopg.Connection) -> int:
    row = connection.execute(_WAITING).fetchone()
    return int(row[0]) if row else 0


def test_a_reader_sees_only_what_it_may_read(reader: str) -> None:
    catalog = asyncio.run(PostgresWarehouse("shop", reader).introspect())
    assert {table.name: [c.name for c in table.columns] for table in catalog.tables if table.name != "orders"} == {"customers": ["name"]}
    assert "orders" in {table.name for table in catalog.tables}
    assert check("SELECT id FROM customers", dialect="postgres", catalog=catalog).ok is False


def test_a_reader_can_write_nothing_and_an_owner_is_told_what_and_how_to_change_it(shop: str, reader: str) -> None:
    assert asyncio.run(PostgresWarehouse("shop", reader).can_write()) == ()
    sentences = asyncio.run(PostgresWarehouse("shop", shop).can_write())
    assert any("superuser" in sentence for sentence in sentences)
    statements = sentences[-1].split("\n", 1)[1]
    with psycopg.connect(shop) as admin:
        admin.execute(statements.encode())
        admin.execute("SET LOCAL ROLE analytics_reader")
        assert admin.execute("SELECT count(*) FROM sales.notes").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            admin.execute("DELETE FROM orders")
        admin.rollback()


def test_a_table_the_login_may_not_read_is_refused_with_the_way_out(reader: str) -> None:
    with pytest.raises(WarehouseRefused, match="GRANT SELECT"):
        fetch(reader, "SELECT attributes FROM public.customers")


def test_an_introspection_takes_the_same_round_trips_for_many_tables(shop: str) -> None:
    with psycopg.connect(shop, autocommit=True) as admin:
        for number in range(200):
            admin.execute(f"CREATE TABLE many_{number} (id int PRIMARY KEY, a text, b date)".encode())
        admin.execute("COMMENT ON TABLE many_7 IS 'the seventh'; COMMENT ON COLUMN many_7.b IS 'when'")
        admin.execute("CREATE VIEW seen AS SELECT * FROM orders")
        admin.execute("CREATE MATERIALIZED VIEW kept AS SELECT * FROM orders")
        admin.execute("CREATE TABLE parts (d date) PARTITION BY RANGE (d)")
        admin.execute("CREATE TABLE parts_2024 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')")
        admin.execute("ANALYZE")
    started = time.perf_counter()
    tables = {table.name: table for table in asyncio.run(PostgresWarehouse("shop", shop).introspect()).tables}
    assert time.perf_counter() - started < 3
    assert tables["many_7"].comment == "the seventh"
    assert tables["many_7"].columns[2].comment == "when"
    assert (tables["seen"].kind, tables["kept"].kind) == ("view", "view")
    assert tables["orders"].rows == 3
    assert "parts" in tables
    assert "parts_2024" not in tables
    assert tables["moods"].columns[0].type == "text"


def test_one_schema_can_be_chosen(shop: str) -> None:
    catalog = asyncio.run(PostgresWarehouse("shop", shop, schema="sales").introspect())
    assert [table.name for table in catalog.tables] == ["notes"]
    assert catalog.search_path == ("sales",)


def test_a_refused_login_and_a_dead_host_are_told_apart_and_keep_the_secret(postgres: Cluster) -> None:
    cases = [
        (postgres.url(password="not-the-password"), WarehouseRefused, "login"),
        (postgres.url(user="nobody-known"), WarehouseRefused, "login"),
        (postgres.url("no_such_database"), WarehouseRefused, "no database of that name"),
        ("postgresql://u:not-the-password@127.0.0.1:1/x", WarehouseUnavailable, "does not answer"),
        ("postgresql://u:not-the-password@nowhere.invalid/x", WarehouseUnavailable, "does not answer"),
        ("postgresql://u:not-the-password@127.0.0.1:port/x", WarehouseRefused, "address"),
    ]
    for uri, kind, words in cases:
        with pytest.raises(kind, match=words) as caught:
            fetch(uri, "SELECT 1")
        assert "not-the-password" not in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "code", "hint"),
    [
        ("SELECT 1 / (id - id) FROM orders", "22012", "NULLIF"),
        ("SELECT name::integer FROM customers", "22P02", "pattern"),
        ("SELECT status + 1 FROM orders", "42883", "Cast"),
        ("SELECT status, count(*) FROM orders", "42803", "GROUP BY"),
        ("SELECT (SELECT id FROM orders)", "21000", "LIMIT 1"),
        ("SELECT to_date(status, 'YYYY-MM-DD') FROM orders", "22007", "TO_DATE"),
    ],
)
def test_a_failure_tells_what_to_change(shop: str, statement: str, code: str, hint: str) -> None:
    with pytest.raises(StatementFailed) as caught:
        fetch(shop, statement)
    assert caught.value.code == code
    assert hint in caught.value.hint
    assert "Ada" not in str(caught.value)
    assert "paid" not in str(caught.value)


def test_a_failure_that_the_server_knows_the_place_of_is_told_there(shop: str) -> None:
    with pytest.raises(StatementFailed, match=r"at “\+ 1 FROM orders”\."):
        fetch(shop, "SELECT status + 1 FROM orders")


def test_a_failure_of_an_estimate_is_told_at_its_place_in_the_statement(shop: str) -> None:
    with pytest.raises(StatementFailed, match=r"at “\+ 1 FROM orders”\."):
        asyncio.run(PostgresWarehouse("shop", shop).estimate("SELECT status + 1 FROM orders", timeout_seconds=30))


def test_one_enormous_cell_is_refused_with_the_way_out(shop: str, tmp_path: Path) -> None:
    saving = PostgresWarehouse("shop", shop).save(
        "SELECT repeat('x', 200000000) AS x", to=tmp_path / "rows", caps=Caps(100, 64_000_000), timeout_seconds=30
    )
    with pytest.raises(StatementFailed, match="One row is larger than a result may be"):
        asyncio.run(saving)
    assert list(tmp_path.iterdir()) == []


def test_text_that_would_end_the_statement_early_is_refused_by_the_server(shop: str, tmp_path: Path) -> None:
    """A statement is described by itself before it stands in the parentheses of COPY."""
    for text in (
        f"SELECT 1) TO PROGRAM 'touch {tmp_path}/made' --",
        f"SELECT 1) TO '{tmp_path}/made'; --",
        "SELECT 1; DROP TABLE orders",
        "SELECT 1) AS a, (SELECT 2",
    ):
        with pytest.raises(StatementFailed):
            fetch(shop, text)
    assert list(tmp_path.iterdir()) == []
    assert fetch(shop, "SELECT count(*) AS n FROM orders -- the end").table["n"].to_pylist() == [3]
