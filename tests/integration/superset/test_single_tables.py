"""Somebody who may read one table reads no other one through SQL Lab or a chart, in places where Superset itself does not look."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from running_stack import RunningStack
from superset_people import People, Session

pytestmark = pytest.mark.stack

HIDDEN = "(SELECT MAX(name) FROM airports)"
REFUSED = (
    "SELECT name FROM airports",
    f"SELECT v.x FROM airlines CROSS JOIN LATERAL (VALUES ({HIDDEN})) AS v(x)",
    f"SELECT v.x FROM (WITH airports AS (SELECT 1 AS a) SELECT a FROM airports) AS q CROSS JOIN LATERAL (VALUES ({HIDDEN})) AS v(x)",
    "WITH airports AS (SELECT 1 AS a) SELECT q.name FROM (SELECT name FROM public.airports) AS q",
    "SELECT q.name FROM (WITH airports AS (SELECT 1 AS a) SELECT a FROM airports) AS p, (SELECT name FROM airports) AS q",
    "WITH airports AS (SELECT name FROM airports) SELECT name FROM airports",
    "EXPLAIN SELECT name FROM airports",
    "EXPLAIN ANALYZE SELECT name FROM airports",
    "SELECT ts_stat('SELECT to_tsvector(name) FROM airports')",
    "SELECT \"ts_stat\"('SELECT to_tsvector(name) FROM airports')",
    "SELECT schema_to_xml('public', TRUE, TRUE, '')",
    "SELECT pg_relation_size('flights')",
    "SELECT 'flights'::regclass::oid",
)
ALLOWED = (
    "SELECT name FROM airlines",
    "WITH airports AS (SELECT name FROM airlines) SELECT name FROM airports",
    "WITH a AS (SELECT name FROM airlines), b AS (SELECT * FROM a) SELECT q.name FROM (SELECT name FROM b UNION SELECT name FROM a) AS q",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n",
    "SELECT v.x FROM airlines CROSS JOIN LATERAL (VALUES (airlines.name)) AS v(x)",
    "SELECT name FROM airlines WHERE carrier IN (SELECT carrier FROM airlines UNION ALL SELECT 'AA')",
)


@pytest.fixture(scope="module")
def session(stack: RunningStack, people: People) -> Iterator[Session]:
    with people.session(people.add(tables=["airlines"])) as opened:
        yield opened


def run(session: Session, people: People, sql: str) -> httpx2.Response:
    return session.post("/api/v1/sqllab/execute/", {"database_id": people.database_id, "sql": sql, "schema": "public", "runAsync": False})


def chart(session: Session, people: People, expression: str) -> httpx2.Response:
    metric = {"expressionType": "SQL", "sqlExpression": expression, "label": "found"}
    source = {"id": people.dataset_id("airlines"), "type": "table"}
    body: dict[str, Any] = {"datasource": source, "queries": [{"columns": [], "metrics": [metric]}], "force": True}
    return session.post("/api/v1/chart/data", body)


@pytest.mark.parametrize("sql", REFUSED)
def test_sql_lab_refuses_what_tells_of_another_table(session: Session, people: People, sql: str) -> None:
    answer = run(session, people, sql)
    assert not answer.is_success
    assert "You need access" in answer.text or "SELECT statements" in answer.text or "disallowed function" in answer.text


@pytest.mark.parametrize("sql", ALLOWED)
def test_sql_lab_runs_what_reads_that_table_alone(session: Session, people: People, sql: str) -> None:
    answer = run(session, people, sql)
    assert answer.is_success and answer.json()["data"], answer.text


@pytest.mark.parametrize("call", ["query_to_xml('SELECT name FROM airports', TRUE, TRUE, '')", "table_to_xml('airports', TRUE, TRUE, '')"])
def test_a_chart_cannot_run_a_statement_given_as_text(session: Session, people: People, call: str) -> None:
    answer = chart(session, people, f"MAX({call}::text)")
    assert not answer.is_success and "disallowed function" in answer.text
    assert chart(session, people, "MAX(name)").is_success


def test_an_administrator_is_held_back_in_nothing(people: People) -> None:
    for sql in ("EXPLAIN SELECT name FROM airports", "SELECT pg_relation_size('flights')", f"SELECT {HIDDEN}"):
        assert run(people.administrator, people, sql).is_success
