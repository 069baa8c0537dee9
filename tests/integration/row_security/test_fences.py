"""The fences, each on its engine: without it a condition of the asker is computed over hidden rows, with it none is."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from integration.row_security.engines import Duckdb, Engine, Mariadb, Postgres, Sqlite
from mariadb_server import MariaServer

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.row_security import FENCES

CONDITIONS = (
    "tenant = 0",
    "tenant IN (SELECT m.tenant FROM m)",
    "(SELECT max(m.tenant) FROM m) = tenant",
    "EXISTS (SELECT 1 FROM m WHERE m.tenant = t.tenant)",
    "tenant IN (SELECT nobody.tenant FROM nobody)",
    "NOT EXISTS (SELECT 1 FROM m WHERE m.tenant <> t.tenant)",
)
FORMS = (
    "SELECT count(*) FROM {leaf} WHERE {raising}",
    "SELECT count(*) FROM m JOIN {leaf} ON {raising}",
    "SELECT count(*) FROM m LEFT JOIN {leaf} ON {raising}",
    "SELECT count(*) FROM m WHERE EXISTS (SELECT 1 FROM {leaf} WHERE {raising})",
    "SELECT count(*) FROM (SELECT CASE WHEN {raising} THEN 1 ELSE 0 END AS v FROM {leaf}) AS d WHERE d.v = 1",
    "SELECT t.id FROM {leaf} WHERE {raising} ORDER BY t.id LIMIT 3",
    "SELECT max(CASE WHEN {raising} THEN t.id END) FROM {leaf}",
)
RAISING: dict[Dialect, tuple[str, ...]] = {
    "postgres": ("CAST(t.name AS integer) >= 0", "10 / t.x > 0", "CAST(t.day AS date) IS NOT NULL", "'a' ~ t.pat", "t.big + 1 > 0"),
    "duckdb": (
        "CAST(t.name AS integer) >= 0",
        "CAST(t.day AS date) IS NOT NULL",
        "regexp_matches('a', t.pat)",
        "t.big + CAST(1 AS bigint) > 0",
    ),
    "sqlite": ("json_extract(t.doc, '$.a') >= 0", "abs(t.small) >= 0"),
    "mysql": ("t.big + 1 > 0", "'a' REGEXP t.pat", "EXP(t.big) > 0"),
}
VALUES: dict[Dialect, str] = {
    "postgres": "CAST(t.name AS integer)",
    "duckdb": "CAST(t.name AS integer)",
    "sqlite": "abs(t.small)",
    "mysql": "t.big + 1",
}
COLUMNS = "id integer, tenant integer, name {0}, x integer, day {0}, pat {0}, big bigint, small bigint, doc {0}"
SEEN = "({0}, 0, '7', 1, '2024-01-05', 'a', 1, 1, '{{\"a\": 1}}')"
HIDDEN = "({0}, 1, 'secret', 0, 'never', '((', 9223372036854775807, -9223372036854775808, '{{broken')"


@contextmanager
def opened(dialect: Dialect, request: pytest.FixtureRequest) -> Iterator[Engine]:
    if dialect == "postgres":
        engine: Engine = Postgres(request.getfixturevalue("postgres_database"))
    elif dialect == "mysql":
        server: MariaServer = request.getfixturevalue("mariadb")
        engine = Mariadb(server, server.create_database())
    else:
        engine = Duckdb() if dialect == "duckdb" else Sqlite()
    try:
        text = {"mysql": "varchar(50)", "duckdb": "varchar"}.get(dialect, "text")
        engine.rows(f"CREATE TABLE t ({COLUMNS.format(text)})")
        rows = ", ".join((HIDDEN if number % 2 else SEEN).format(number) for number in range(1_000))
        engine.rows(f"INSERT INTO t VALUES {rows}")
        engine.rows("CREATE TABLE m (tenant integer)")
        engine.rows("INSERT INTO m VALUES (0)")
        engine.rows("CREATE TABLE nobody (tenant integer)")
        yield engine
    finally:
        engine.close()


def failures(engine: Engine, dialect: Dialect, fence: str) -> list[str]:
    asked = []
    for condition in CONDITIONS:
        leaf = f"(SELECT id, name, x, day, pat, big, small, doc FROM t WHERE ({condition}) {fence}) AS t"
        asked += [form.format(leaf=leaf, raising=raising) for form in FORMS for raising in RAISING[dialect]]
        asked.append(f"SELECT count(*) FROM {leaf} JOIN m ON {VALUES[dialect]} = m.tenant")
    return [statement for statement in asked if isinstance(engine.answer(statement), str)]


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "sqlite", "mysql"])
def test_nothing_is_computed_over_rows_behind_the_fence(dialect: Dialect, request: pytest.FixtureRequest) -> None:
    with opened(dialect, request) as engine:
        assert failures(engine, dialect, FENCES[dialect]) == []
        assert failures(engine, dialect, ""), "without a fence nothing fails either: the statements show nothing any more"
