"""Types: what is said to fail does fail on the engine, so that no statement that runs is refused; and what fails is mostly said before.

Every kind of column is compared, computed and called with every other, on the real engines.
"""

from collections.abc import Callable, Iterator

import duckdb
import psycopg
from mariadb_server import MariaServer

from analytics_agent.catalog.build import build, column_type
from analytics_agent.domain.catalog import Dialect, Table, TableColumn
from analytics_agent.sql.check import check

COLUMNS: dict[str, tuple[str, str]] = {
    "i": ("integer", "1"),
    "n": ("numeric(10,2)", "1.5"),
    "f": ("double precision", "2.5"),
    "t": ("text", "'abc'"),
    "b": ("boolean", "true"),
    "d": ("date", "'2024-01-05'"),
    "ts": ("timestamp", "'2024-01-05 10:00'"),
    "tm": ("time", "'10:00'"),
    "iv": ("interval", "'1 day'"),
    "jb": ("jsonb", "'{}'"),
    "js": ("json", "'{}'"),
    "u": ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
}
LEFT_OUT: dict[Dialect, frozenset[str]] = {
    "postgres": frozenset(),
    "duckdb": frozenset({"jb"}),
    "mysql": frozenset({"iv", "jb", "u"}),
}
WITH_COLUMN = ("{0} = {1}", "{0} > {1}", "{0} + {1}", "{0} - {1}", "coalesce({0}, {1})", "CASE WHEN i = 1 THEN {0} ELSE {1} END")
ALONE = (
    *("{0} = 5", "{0} = '5'", "{0} = 'abc'", "{0} = '2024-01-01'", "{0} = '2024-02-31'", "{0} = '2024-06'", "{0} = TRUE"),
    *("{0} IN (1, 2)", "{0} IN ('a')", "{0} BETWEEN 1 AND 2", "{0} LIKE 'a%'", "{0} = CAST('2024-01-01' AS date)"),
    *("sum({0})", "avg({0})", "min({0})", "max({0})", "stddev_samp({0})", "lower({0})", "upper({0})", "length({0})", "abs({0})"),
    *("round({0})", "sqrt({0})", "{0} || 'x'", "{0} * 2", "{0} / 2", "{0} + 1", "{0} - 1", "-{0}", "NOT {0}", "extract(year FROM {0})"),
    *("CASE WHEN {0} THEN 1 END", "coalesce({0}, 0)", "coalesce({0}, 'x')", "{0} + INTERVAL '1' DAY", "nullif({0}, 1)"),
)
NATIVE_IN_MARIADB = {"timestamp": "datetime", "double precision": "double"}


def statements(dialect: Dialect) -> Iterator[str]:
    columns = [name for name in COLUMNS if name not in LEFT_OUT[dialect]]
    for column in columns:
        yield from (f"SELECT {form.format(column)} AS x FROM k" for form in ALONE)
        for other in columns:
            yield from (f"SELECT {form.format(column, other)} AS x FROM k" for form in WITH_COLUMN)
            yield f"SELECT {column} AS x FROM k UNION ALL SELECT {other} FROM k"
            yield f"SELECT 1 AS x FROM k WHERE {column} IN (SELECT {other} FROM k)"


def table(dialect: Dialect) -> tuple[str, str]:
    """The statements that make it and fill it."""
    kept = {name: pair for name, pair in COLUMNS.items() if name not in LEFT_OUT[dialect]}
    types = {native: NATIVE_IN_MARIADB.get(native, native) if dialect == "mysql" else native for native, _ in kept.values()}
    listed = ", ".join(f"{name} {types[native]}" for name, (native, _) in kept.items())
    return f"CREATE TABLE k ({listed})", f"INSERT INTO k VALUES ({', '.join(value for _, value in kept.values())})"


def judged(fails: Callable[[str], bool], dialect: Dialect, schema: str) -> tuple[list[str], float]:
    """Statements that were refused and run; and of those that fail, the share that was refused."""
    columns = tuple(TableColumn(name, column_type(native), native) for name, (native, _) in COLUMNS.items())
    catalog = build("kinds", dialect, [Table(schema, "k", columns)], (schema,))
    refused = {each: not check(each, dialect=dialect, catalog=catalog).ok for each in statements(dialect)}
    failed = {each: fails(each) for each in refused}
    seen = [refused[each] for each, has_failed in failed.items() if has_failed]
    return [each for each, is_refused in refused.items() if is_refused and not failed[each]], sum(seen) / max(1, len(seen))


def test_postgres_fails_where_it_is_said_to(postgres_database: str) -> None:
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        for statement in table("postgres"):
            connection.execute(statement)

        def fails(statement: str) -> bool:
            try:
                connection.execute(statement)
            except psycopg.Error:
                return True
            return False

        false_alarms, share = judged(fails, "postgres", "public")
    assert false_alarms == []
    assert share > 0.85


def test_duckdb_fails_where_it_is_said_to() -> None:
    connection = duckdb.connect()
    for statement in table("duckdb"):
        connection.execute(statement)

    def fails(statement: str) -> bool:
        try:
            connection.execute(statement).fetchall()
        except duckdb.Error:
            return True
        return False

    false_alarms, share = judged(fails, "duckdb", "main")
    assert false_alarms == []
    assert share > 0.6


def test_mariadb_fails_where_it_is_said_to(mariadb: MariaServer) -> None:
    database = mariadb.create_database(table("mysql"))
    known = list(statements("mysql"))
    handler = "DECLARE CONTINUE HANDLER FOR SQLEXCEPTION SELECT '!' AS f;"
    blocks = [f"BEGIN NOT ATOMIC {handler} SELECT '#{at}' AS place; {statement}; END" for at, statement in enumerate(known)]
    place, failed = "", set()
    for shown, *_ in mariadb.execute(*blocks, database=database):
        place = shown if shown.startswith("#") else place
        failed |= {place} if shown == "!" else set()
    failing = {statement for at, statement in enumerate(known) if f"#{at}" in failed}
    false_alarms, _ = judged(lambda statement: statement in failing, "mysql", database)
    assert false_alarms == []
