"""What only MariaDB has: its grants, its TLS, its own way of reading texts, its server that can be looked at."""

import asyncio
import importlib
import logging.handlers
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sql_shop
from fakes.certificates import contexts
from mariadb_server import PASSWORD, MariaServer, mariadb_server

from analytics_agent.adapters.mariadb.warehouse import MariadbWarehouse
from analytics_agent.errors import StatementFailed, WarehouseRefused, WarehouseUnavailable
from analytics_agent.ports import Fetched


def fetch(uri: str, statement: str, row_cap: int = 100) -> Fetched:
    return asyncio.run(MariadbWarehouse("shop", uri).run(statement, row_cap=row_cap, timeout_seconds=20))


def value(uri: str, expression: str) -> object:
    return fetch(uri, f"SELECT {expression} AS x").table["x"][0].as_py()


@pytest.fixture
def shop(mariadb: MariaServer, mariadb_database: str) -> str:
    mariadb.execute(*sql_shop.made("mysql"), database=mariadb_database.rpartition("/")[2])
    return mariadb_database


@pytest.fixture
def name(shop: str) -> str:
    return shop.rpartition("/")[2]


def login(mariadb: MariaServer, *grants: str) -> str:
    """The name of a new login with these grants, in which {} stands for it."""
    user = f"u_{os.urandom(5).hex()}"
    mariadb.execute(f"CREATE USER {user}@'%' IDENTIFIED BY '{PASSWORD}'", *(grant.format(f"{user}@'%'") for grant in grants))
    return user


# how texts and times are read


def test_the_session_reads_texts_as_the_guard_wrote_them(shop: str, mariadb: MariaServer) -> None:
    """Whatever the server's own mode is."""
    before = mariadb.execute("SELECT @@global.sql_mode")[0][0]
    mariadb.execute("SET GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,HIGH_NOT_PRECEDENCE,IGNORE_SPACE'")
    try:
        assert value(shop, r"'a\\b'") == "a\\b"
        assert value(shop, r"'it\'s'") == "it's"
        assert value(shop, '"text"') == "text"
        assert value(shop, "1 || 0") == 1
        assert value(shop, "'Größe \U0001f600'") == "Größe \U0001f600"
    finally:
        mariadb.execute(f"SET GLOBAL sql_mode = '{before}'")


def test_times_are_told_in_utc_and_ratios_keep_their_places(shop: str) -> None:
    assert value(shop, "@@session.time_zone") == "+00:00"
    assert value(shop, "FROM_UNIXTIME(0)").isoformat().startswith("1970-01-01T00:00:00")  # type: ignore[attr-defined]
    assert value(shop, "1 / 30000") == pytest.approx(1 / 30000)


def test_a_column_that_is_neither_grouped_nor_aggregated_is_an_error(shop: str) -> None:
    with pytest.raises(StatementFailed, match="neither grouped nor aggregated") as caught:
        fetch(shop, "SELECT customer_id, amount FROM orders GROUP BY customer_id")
    assert caught.value.code == "1055"


def test_a_long_recursion_and_a_long_list_are_not_cut(shop: str) -> None:
    series = "WITH RECURSIVE days(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM days WHERE n < 20000) SELECT {} AS x FROM days"
    assert fetch(shop, series.format("count(*)")).table["x"].to_pylist() == [20_000]
    listed = fetch(shop, series.format("length(group_concat(LPAD(n, 99, 'x')))")).table["x"].to_pylist()
    assert listed == [20_000 * 100 - 1]


# the catalog


def test_a_reader_sees_only_what_it_may_read(mariadb: MariaServer, name: str) -> None:
    user = login(mariadb, f"GRANT SELECT ON {name}.orders TO {{}}", f"GRANT SELECT (name) ON {name}.customers TO {{}}")
    catalog = asyncio.run(MariadbWarehouse("shop", mariadb.url(name, user)).introspect())
    assert {table.name: [column.name for column in table.columns] for table in catalog.tables if table.name != "orders"} == {
        "customers": ["name"]
    }
    assert {table.schema for table in catalog.tables} == {name}
    with pytest.raises(WarehouseRefused, match="GRANT SELECT"):
        fetch(mariadb.url(name, user), "SELECT credit FROM customers")


def test_views_comments_enums_and_estimates_are_in_it_and_sequences_are_not(mariadb: MariaServer, shop: str, name: str) -> None:
    mariadb.execute(
        "CREATE TABLE kinds (a enum('one', 'it''s') COMMENT 'which', b set('x', 'y'), c bigint unsigned, d int(6) zerofill, e longtext, "
        "f varchar(9) CHARACTER SET latin1, PRIMARY KEY (c, d)) COMMENT 'of things'",
        "CREATE VIEW seen AS SELECT id, amount FROM orders",
        "CREATE SEQUENCE numbers",
        "ANALYZE TABLE orders",
        database=name,
    )
    tables = {table.name: table for table in asyncio.run(MariadbWarehouse("shop", shop).introspect()).tables}
    kinds = tables["kinds"]
    assert (kinds.comment, kinds.columns[0].comment, kinds.primary_key) == ("of things", "which", ("c", "d"))
    assert [column.native_type for column in kinds.columns][:4] == [
        "enum('one','it''s')",
        "set('x','y')",
        "bigint(20) unsigned",
        "int(6) unsigned zerofill",
    ]
    assert [column.type for column in kinds.columns] == ["text", "text", "integer", "integer", "text", "text"]
    assert (tables["seen"].kind, tables["seen"].comment, tables["orders"].rows) == ("view", None, 3)
    assert "numbers" not in tables


def test_without_a_database_in_the_address_all_that_may_be_read_is_there(mariadb: MariaServer, name: str) -> None:
    other = mariadb.create_database(["CREATE TABLE alone (a int)"])
    user = login(mariadb, f"GRANT SELECT ON {name}.* TO {{}}", f"GRANT SELECT ON {other}.* TO {{}}")
    try:
        everything = asyncio.run(MariadbWarehouse("shop", mariadb.url("", user)).introspect())
        assert {table.schema for table in everything.tables} == {name, other}
        assert everything.search_path == ()
        chosen = asyncio.run(MariadbWarehouse("shop", mariadb.url(name, user), schema=other).introspect())
        assert [(table.schema, table.name) for table in chosen.tables] == [(other, "alone")]
        assert chosen.search_path == (other,)
    finally:
        mariadb.execute(f"DROP DATABASE {other}")


def test_an_introspection_takes_the_same_round_trips_for_many_tables(mariadb: MariaServer, shop: str, name: str) -> None:
    def asked() -> int:
        return int(mariadb.execute("SHOW GLOBAL STATUS LIKE 'Questions'")[0][1])

    def questions() -> int:
        before = asked()
        asyncio.run(MariadbWarehouse("shop", shop).introspect())
        return asked() - before

    few = questions()
    mariadb.execute(*(f"CREATE TABLE many_{number} (id int PRIMARY KEY, a text)" for number in range(100)), database=name)
    assert abs(questions() - few) <= 2  # other tests may be asking


# what a login may do


@pytest.mark.parametrize(
    ("grants", "words"),
    [
        (("GRANT SELECT, SHOW VIEW ON {name}.* TO {{}}",), ()),
        (("GRANT SELECT (name) ON {name}.customers TO {{}}", "GRANT PROCESS ON *.* TO {{}}"), ()),
        (("GRANT SELECT, INSERT ON {name}.* TO {{}}",), ("INSERT on `",)),
        (("GRANT SELECT, UPDATE (name) ON {name}.customers TO {{}}",), ("UPDATE on `",)),
        (("GRANT FILE ON *.* TO {{}}",), ("files of the server",)),
        (("GRANT ALL ON *.* TO {{}}",), ("everything on the server",)),
        (("GRANT SELECT ON {name}.* TO {{}} WITH GRANT OPTION",), ("give its rights",)),
        (("GRANT EXECUTE, CREATE TEMPORARY TABLES ON {name}.* TO {{}}",), ("EXECUTE", "CREATE TEMPORARY TABLES")),
        (
            (
                "CREATE OR REPLACE ROLE writers",
                "GRANT DELETE ON {name}.* TO writers",
                "GRANT writers TO {{}}",
                "SET DEFAULT ROLE writers FOR {{}}",
            ),
            ("DELETE on `",),
        ),
    ],
)
def test_what_a_login_could_change_is_told(mariadb: MariaServer, name: str, grants: tuple[str, ...], words: tuple[str, ...]) -> None:
    user = login(mariadb, *(grant.format(name=name) for grant in grants))
    sentences = asyncio.run(MariadbWarehouse("shop", mariadb.url("", user)).can_write())
    assert bool(sentences) == bool(words)
    for word in words:
        assert any(word in sentence for sentence in sentences[:-1]), sentences


def test_the_statements_make_a_login_for_this_database_and_no_other(mariadb: MariaServer) -> None:
    """In a GRANT the name of a database is a pattern."""
    database, alike = f"a_b{os.urandom(4).hex()}", ""
    alike = database.replace("_", "x")
    mariadb.execute(
        *(f"CREATE DATABASE {one}" for one in (database, alike)), *(f"CREATE TABLE {one}.t (a int)" for one in (database, alike))
    )
    sentences = asyncio.run(MariadbWarehouse("shop", mariadb.url(database)).can_write())
    try:
        mariadb.execute(*(line.removesuffix(";") for line in sentences[-1].splitlines()[1:]))
        uri = mariadb.url(database, "analytics_reader", "choose%20one")
        assert asyncio.run(MariadbWarehouse("shop", uri).can_write()) == ()
        assert fetch(uri, f"SELECT count(*) AS n FROM {database}.t").table["n"].to_pylist() == [0]
        with pytest.raises(WarehouseRefused):
            fetch(uri, f"SELECT count(*) AS n FROM {alike}.t")
        with pytest.raises(AssertionError, match="denied"):
            mariadb.execute("INSERT INTO t VALUES (1)", database=database, user="analytics_reader", password="choose one")
    finally:
        mariadb.execute("DROP USER analytics_reader", *(f"DROP DATABASE {one}" for one in (database, alike)))


# connections


def test_a_refused_login_and_a_dead_host_are_told_apart_and_keep_the_secret(mariadb: MariaServer, name: str) -> None:
    cases = [
        (mariadb.url(name, password="not-the-password"), WarehouseRefused, "login"),
        (mariadb.url(name, user="nobody-known"), WarehouseRefused, "login"),
        (mariadb.url("no_such_database"), WarehouseRefused, "no database of that name"),
        ("mariadb://u:not-the-password@127.0.0.1:1/x", WarehouseUnavailable, "does not answer"),
        ("mariadb://u:not-the-password@nowhere.invalid/x", WarehouseUnavailable, "does not answer"),
        ("mysql://u:not-the-password@127.0.0.1:port/x", WarehouseRefused, "address"),
        ("mysql://127.0.0.1/x", WarehouseRefused, "address"),
        (f"{mariadb.url(name)}?not-the-password-option=1", WarehouseRefused, "not known"),
        (f"{mariadb.url(name)}?ssl_mode=required", WarehouseRefused, "no encrypted connection"),
        (f"{mariadb.url(name)}?ssl_mode=not-the-password", WarehouseRefused, "kind of TLS"),
        (f"{mariadb.url(name)}?ssl_ca=/nowhere/not-the-password.pem", WarehouseRefused, "certificate"),
    ]
    for uri, kind, words in cases:
        with pytest.raises(kind, match=words) as caught:
            fetch(uri, "SELECT 1")
        assert "not-the-password" not in str(caught.value).replace("not_the_password_option", "")


def test_a_socket_and_a_password_in_any_script_will_do(mariadb: MariaServer, name: str) -> None:
    assert value(f"{mariadb.url(name)}?unix_socket={mariadb.socket}", "1") == 1
    user = login(mariadb, f"GRANT SELECT ON {name}.* TO {{}}", "ALTER USER {} IDENTIFIED BY 'Pässwörd@/:%'")
    assert value(mariadb.url(name, user, "P%C3%A4ssw%C3%B6rd%40%2F%3A%25"), "1") == 1


@pytest.fixture(scope="module")
def encrypted() -> Iterator[tuple[MariaServer, Path, Path]]:
    """A server with a certificate for 127.0.0.1, that certificate, and another one that it is not signed by."""
    with tempfile.TemporaryDirectory(prefix="aa-tls-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        (folder / "other").mkdir()
        contexts(folder)
        contexts(folder / "other")
        for place in (folder, folder / "other"):
            (place / "pair.pem").chmod(0o644)
        pair = folder / "pair.pem"
        with mariadb_server(f"--ssl-cert={pair}", f"--ssl-key={pair}", f"--ssl-ca={pair}") as server:
            yield server, pair, folder / "other" / "pair.pem"


def test_a_connection_is_encrypted_as_the_address_asks(encrypted: tuple[MariaServer, Path, Path]) -> None:
    server, trusted, other = encrypted
    cipher = "(SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'SSL_CIPHER')"

    def used(options: str) -> bool:
        return bool(value(f"{server.url()}{options}", cipher))

    assert used("")
    assert used("?ssl_mode=required")
    assert used(f"?ssl_ca={trusted}")
    assert used(f"?ssl-mode=VERIFY_CA&ssl-ca={trusted}")
    assert not used("?ssl_mode=disabled")
    for refused in (f"?ssl_ca={other}", f"?ssl_mode=verify_ca&ssl_ca={other}", "?ssl_mode=verify_identity"):
        with pytest.raises(WarehouseRefused, match="encrypted"):
            used(refused)


# the server, looked at


def test_a_cancelled_task_stops_the_statement_in_the_server(mariadb: MariaServer, shop: str) -> None:
    async def cancelled() -> None:
        running = asyncio.create_task(MariadbWarehouse("shop", shop).run("SELECT SLEEP(59)", row_cap=1, timeout_seconds=60))
        while not await asyncio.to_thread(mariadb.running, "SLEEP(59)"):
            await asyncio.sleep(0.02)
        running.cancel()
        started = time.perf_counter()
        with pytest.raises(asyncio.CancelledError):
            await running
        while await asyncio.to_thread(mariadb.running, "SLEEP(59)"):
            await asyncio.sleep(0.02)
        assert time.perf_counter() - started < 2

    asyncio.run(cancelled())


def test_no_session_stays_open(mariadb: MariaServer, shop: str) -> None:
    for statement in ("SELECT 1", "SELECT id FROM orders", "SELECT * FROM seq_1_to_100000"):
        assert fetch(shop, statement, row_cap=2).table.num_rows >= 1
    with pytest.raises(StatementFailed):
        fetch(shop, "SELECT nothing")
    time.sleep(0.2)
    asked = f"SELECT count(*) FROM information_schema.processlist WHERE db = '{shop.rpartition('/')[2]}'"
    assert mariadb.execute(asked) == [["0"]]


@pytest.mark.parametrize(
    ("statement", "code", "hint"),
    [
        ("SELECT id - CAST(5 AS UNSIGNED) FROM customers WHERE name = 'Ada'", "1690", "SIGNED"),
        ("SELECT (SELECT id FROM orders) AS x", "1242", "LIMIT 1"),
        ("SELECT nothing_such(1)", "1305", "function"),
        ("SELECT id FROM orders AS a JOIN orders AS b ON a.id = b.id", "1052", "table"),
        ("SELECT id FROM orders HAVING SUM(amount) > 1", "1140", "GROUP BY"),
        ("SELECT SUM(amount) FROM orders WHERE SUM(amount) > 1", "1111", "HAVING"),
    ],
)
def test_a_failure_tells_what_to_change(shop: str, statement: str, code: str, hint: str) -> None:
    with pytest.raises(StatementFailed) as caught:
        fetch(shop, statement)
    assert caught.value.code == code
    assert hint in caught.value.hint
    assert "Ada" not in str(caught.value)


def test_what_the_driver_logs_of_cells_and_statements_does_not_reach_our_log() -> None:
    """Its ordinary cursor logs the server's warnings, which quote what could not be converted."""
    importlib.import_module("analytics_agent.adapters.mariadb.session")
    ours = logging.handlers.BufferingHandler(10)
    logging.getLogger().addHandler(ours)
    try:
        logging.getLogger("asyncmy").warning("Truncated incorrect INTEGER value: 'zephyrine'")
    finally:
        logging.getLogger().removeHandler(ours)
    assert ours.buffer == []
