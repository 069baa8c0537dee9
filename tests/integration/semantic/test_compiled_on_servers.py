"""The same requests at random on PostgreSQL and MariaDB: compiled SQL says what the rows say one by one."""

import os
from collections.abc import Iterable
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from integration.row_security.engines import Engine, Mariadb, Postgres
from mariadb_server import MariaServer
from unit.semantic import asked, chain
from unit.semantic.by_hand.naive import Naive

from analytics_agent.semantic.request import MetricRequest

CASES = int(os.environ.get("COMPILE_CASES", "20"))


def _written(value: Any) -> str:
    if value is None:
        return "NULL"
    return "'" + str(value).replace("'", "''") + "'" if isinstance(value, str | date) else repr(value)


def _filled(rows: dict[str, list[chain.Row]], dialect: str) -> Iterable[str]:
    # MariaDB's usual order of letters takes capitals and small ones for the same; so would the groups, as such a database means them.
    kind = " COLLATE utf8mb4_nopad_bin" if dialect == "mysql" else ""
    for name, columns in chain.COLUMNS.items():
        yield f"CREATE TABLE {name} ({', '.join(f'{c} {chain.native(k, dialect)}' for c, k in columns.items())}){kind}"
        if values := ", ".join("(" + ", ".join(_written(chain.stored(row[c], dialect)) for c in columns) + ")" for row in rows[name]):
            yield f"INSERT INTO {name} VALUES {values}"


def _holds(engine: Engine, dialect: str, schema: str) -> None:
    @settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), derandomize="COMPILE_CASES" not in os.environ)
    @given(asked.requests(), st.integers(0, 10_000))
    def says(request: MetricRequest, seed: int) -> None:
        rows = asked.rows_for(request, seed)
        if made := asked.compiled(request, dialect, schema):
            engine.prepare(_filled(rows, dialect))
            asked.assert_same(engine.rows(made.sql), Naive(rows, request).answer(), made.sql)

    says()


def test_on_postgres_compiled_sql_says_what_the_rows_say(postgres_database: str) -> None:
    engine = Postgres(postgres_database)
    try:
        _holds(engine, "postgres", "public")
    finally:
        engine.close()


def test_on_mariadb_compiled_sql_says_what_the_rows_say(mariadb: MariaServer) -> None:
    engine = Mariadb(mariadb, mariadb.create_database())
    try:
        _holds(engine, "mysql", engine.database)
    finally:
        engine.close()
