"""A MariaDB that is not ours, from `databases add` to the answer, the report, the dashboard and SQL Lab."""

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from e2e.command_line import Done, run
from e2e.superset_page import Login
from fakes.messages_api import Body, call, tools_of, turn_of
from mariadb_server import MariaServer
from running_stack import RunningStack
from superset_people import People, Session

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]
MODEL = (Path(__file__).parents[1] / "unit" / "semantic" / "shop.yaml").read_text(encoding="utf-8")
NAME = f"maria-{secrets.token_hex(3)}"
"""Another one each time: its connection stays in Superset when the database is removed."""

TABLES = (
    "CREATE TABLE customers (customer_id int PRIMARY KEY, region varchar(20))",
    "CREATE TABLE products (product_id int PRIMARY KEY, category enum('tea', 'coffee') COMMENT 'What it is')",
    "CREATE TABLE stores (store_id int PRIMARY KEY, city varchar(20), kind varchar(20))",
    "CREATE TABLE orders (order_id int unsigned PRIMARY KEY, customer_id int, store_id int, placed_on date, status varchar(20))",
    "CREATE TABLE order_lines (order_id int unsigned, product_id int, amount decimal(10,2), quantity int)",
    "CREATE TABLE visits (store_id int, visited_on date, visitors int)",
    "INSERT INTO customers VALUES (1, 'north'), (2, 'south')",
    "INSERT INTO products VALUES (1, 'tea'), (2, 'coffee')",
    "INSERT INTO stores VALUES (1, 'Tromsø', 'mall'), (2, 'Bergen', NULL)",
    "INSERT INTO orders SELECT seq, 1 + seq % 2, 1 + seq % 2, DATE '2025-01-01' + INTERVAL seq DAY, 'sent' FROM seq_1_to_150",
    "INSERT INTO order_lines SELECT seq, 1 + seq % 2, seq * 1.5, 2 FROM seq_1_to_150",
)


@dataclass(frozen=True)
class Shop:
    server: MariaServer
    database: str
    added: Done
    """How `databases add` ended, under a login that can only read."""


@pytest.fixture(scope="module")
def shop(stack: RunningStack, mariadb: MariaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    database = mariadb.create_database(TABLES)
    model = tmp_path_factory.mktemp("maria") / "shop.yaml"
    model.write_text(MODEL.replace("source: main.order_lines", "source: order_lines"), encoding="utf-8")
    added = run(stack, "databases", "add", NAME, "-", "--semantic-model", str(model), stdin=mariadb.reader_url(database))
    yield Shop(mariadb, database, added)
    run(stack, "databases", "remove", NAME)
    mariadb.execute(f"DROP DATABASE {database}")


def test_a_login_that_only_reads_is_added_without_a_warning(shop: Shop) -> None:
    assert (shop.added.code, shop.added.out, shop.added.err) == (0, "", f"Added {NAME}: 6 tables, with semantic model.\n")


def test_a_login_that_can_write_is_told_with_statements_that_make_one_that_cannot(stack: RunningStack, shop: Shop) -> None:
    warned = run(stack, "databases", "add", "maria-writer", "-", stdin=shop.server.url(shop.database))
    assert warned.code == 0 and "can change everything on the server" in warned.err
    statements = re.findall(r"^ *((?:CREATE|GRANT) .*);$", warned.err, re.MULTILINE)
    assert len(statements) == 2
    shop.server.execute(*statements)
    try:
        uri = shop.server.url(shop.database, "analytics_reader", "choose%20one")
        harmless = run(stack, "databases", "add", "maria-writer", "-", stdin=uri)
        assert (harmless.code, harmless.err) == (0, "Added maria-writer: 6 tables, no semantic model.\n")
        with pytest.raises(AssertionError, match="command denied"):
            shop.server.execute("DELETE FROM orders", database=shop.database, user="analytics_reader", password="choose one")
    finally:
        run(stack, "databases", "remove", "maria-writer")
        shop.server.execute("DROP USER analytics_reader")


def test_the_offline_model_answers_from_it_with_a_report_and_a_dashboard(stack: RunningStack, shop: Shop) -> None:
    done = run(stack, "ask", "What was the revenue by region per month in 2025?", "--database", NAME, "--model", "offline", "--json")
    document = done.document
    assert document["status"] == "succeeded", document["reason"]
    assert document["queries"][0]["source"] == "metric"
    with stack.client() as client:
        stored = json.loads(client.result(document["id"], document["primary"], "json"))
        assert client.report(document["id"], "pdf").startswith(b"%PDF")
    assert sum(float(row[-1]) for row in stored["rows"]) == sum(seq * 1.5 for seq in range(1, 151))
    assert document["superset"]["dashboard_url"], document["superset"]
    assert document["superset"]["charts"]


def test_claude_asks_it_in_its_own_sql(stack: RunningStack, shop: Shop) -> None:
    sql = (
        "SELECT s.`city`, COUNT(*) AS n, MAX(o.placed_on) AS newest FROM orders AS o JOIN stores AS s USING (store_id) "
        "GROUP BY s.city ORDER BY s.city"
    )

    def step(body: Body) -> list[Body]:
        tools = tools_of(body)
        if "run_sql" in tools:
            return [
                call("run_sql", purpose="orders by city", sql=sql) if turn_of(body) == 1 else call("finish", primary="r1", results=["r1"])
            ]
        claims = [{"text": "{{r1[1].city}} had {{r1[1].n}}."}]
        return [call("done")] if "rank" in tools else [call("write_answer", headline="Orders", claims=claims)]

    stack.script.step = step
    asked = ("ask", "How many orders?", "--database", NAME, "--model", "claude-opus-4-7", "--no-publish", "--formats", "none", "--json")
    document = run(stack, *asked).document
    assert document["status"] == "succeeded", document["reason"]
    with stack.client() as client:
        stored = json.loads(client.result(document["id"], "r1", "json"))["rows"]
    assert stored == [["Bergen", 75, "2025-05-30"], ["Tromsø", 75, "2025-05-31"]]


@pytest.fixture(scope="module")
def people(stack: RunningStack, shop: Shop) -> Iterator[People]:
    """People of Superset who are given tables of this database."""
    assert stack.settings.superset_url
    made = People(stack.settings.superset_url, Login(*stack.superset_login), NAME, shop.database)
    yield made
    made.remove_all()


def execute(session: Session, people: People, shop: Shop, sql: str) -> httpx2.Response:
    return session.post(
        "/api/v1/sqllab/execute/", {"database_id": people.database_id, "sql": sql, "schema": shop.database, "runAsync": False}
    )


def test_sql_lab_reads_it_and_does_not_write(shop: Shop, people: People) -> None:
    session = people.administrator
    counted = execute(session, people, shop, "SELECT COUNT(*) AS n, MAX(city) AS city FROM stores")
    assert counted.json()["data"] == [{"n": 2, "city": "Tromsø"}], counted.text
    variables = (
        "SELECT variable_name AS n, variable_value AS v FROM information_schema.session_variables WHERE variable_name = 'TX_READ_ONLY'"
    )
    assert execute(session, people, shop, variables).json()["data"] == [{"n": "TX_READ_ONLY", "v": "ON"}]
    assert not execute(session, people, shop, "DELETE FROM orders").is_success


@pytest.fixture(scope="module")
def narrow(people: People) -> Iterator[Session]:
    """Somebody who may read `stores` and no other table."""
    with people.session(people.add(tables=["stores"])) as session:
        yield session


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT region FROM customers",
        "SELECT (SELECT MAX(region) FROM customers) AS m FROM stores",
        "SELECT city /*! , (SELECT MAX(region) FROM customers) */ FROM stores",
        "SELECT city /*M! , (SELECT MAX(region) FROM customers) */ FROM stores",
        "SELECT 1 --1 UNION SELECT region FROM customers",
        "SELECT 1 --(SELECT COUNT(*) FROM customers) FROM stores",
        "SELECT city FROM stores /* /* */ UNION SELECT region FROM customers -- */ */",
        "WITH Customers AS (SELECT city AS region FROM stores) SELECT region FROM customers",
        "SELECT table_name FROM information_schema.tables",
        "SELECT user FROM mysql.user",
        "EXPLAIN SELECT region FROM customers",
        "SHOW TABLES",
        "SHOW CREATE TABLE customers",
        "TABLE customers",
        "HANDLER customers READ FIRST",
        "EXECUTE IMMEDIATE 'SELECT region FROM customers'",
    ],
)
def test_sql_lab_holds_people_to_their_tables(narrow: Session, people: People, shop: Shop, sql: str) -> None:
    answer = execute(narrow, people, shop, sql)
    assert not answer.is_success, answer.text
    assert "north" not in answer.text


def test_a_person_asks_of_their_tables_alone(narrow: Session, stack: RunningStack) -> None:
    """The metrics all need other tables."""
    asked = narrow.post("/analyses", {"question": "What was the revenue?", "database": NAME}, {"Idempotency-Key": NAME})
    assert asked.status_code == 202, asked.text
    document = stack.finished(asked.json()["id"])
    assert document["status"] == "refused" and "You may read 1 table" in document["reason"]


@pytest.mark.parametrize(
    "sql", ["SELECT city FROM stores", "WITH customers AS (SELECT city AS region FROM stores) SELECT region AS city FROM customers"]
)
def test_sql_lab_runs_what_reads_those_alone(narrow: Session, people: People, shop: Shop, sql: str) -> None:
    answer = execute(narrow, people, shop, sql)
    assert answer.is_success and len(answer.json()["data"]) == 2, answer.text
