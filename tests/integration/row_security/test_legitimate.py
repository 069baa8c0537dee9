"""Every honest statement that the guard's tests know, under a policy: it gives what it gives on a copy of what may be seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sql_shop
from integration.row_security.engines import Duckdb, Engine, Mariadb, Postgres, Sqlite
from mariadb_server import MariaServer

from analytics_agent.catalog.under_policy import under_policy
from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.domain.policy import Policy, TablePolicy
from analytics_agent.sql.check import check
from analytics_agent.stack.postgres import Cluster

CONDITIONS = {"orders": ("id <> 2", "customer_id IN (SELECT id FROM customers)"), "customers": ("name <> 'Émile' OR id < 0",)}
REMOVED = ("DELETE FROM orders WHERE id = 2 OR customer_id = 2", "DELETE FROM customers WHERE name = 'Émile'")
HIDDEN = {"customers": "credit"}
CHANGING = (
    "random",
    "uuid",
    "now",
    "current_",
    "localtime",
    "sysdate",
    "clock_timestamp",
    "utc_",
    "curdate",
    "curtime",
    "rand(",
    "sample",
    "unix_timestamp()",
)


def policy(catalog: Catalog) -> Policy:
    schema = catalog.tables[0].schema
    rules = (
        TablePolicy(schema, table, tuple((each,) for each in conditions), hidden=(HIDDEN[table],) if table in HIDDEN else ())
        for table, conditions in CONDITIONS.items()
    )
    return Policy(None, tuple(rules))


@contextmanager
def opened(dialect: Dialect, request: pytest.FixtureRequest, count: int = 2) -> Iterator[list[Engine]]:
    engines: list[Engine] = []
    try:
        for _ in range(count):
            if dialect == "postgres":
                cluster: Cluster = request.getfixturevalue("postgres")
                engines.append(Postgres(cluster.url(_new_database(cluster))))
            elif dialect == "mysql":
                server: MariaServer = request.getfixturevalue("mariadb")
                engines.append(Mariadb(server, server.create_database()))
            else:
                engines.append(Duckdb() if dialect == "duckdb" else Sqlite())
        yield engines
    finally:
        for engine in engines:
            engine.close()


def _new_database(cluster: Cluster) -> str:
    import uuid

    admin, name = Postgres(cluster.url()), f"t_{uuid.uuid4().hex[:12]}"
    admin.rows(f"CREATE DATABASE {name}")
    admin.close()
    return name


def _in(engine: Engine, catalog: Catalog) -> Catalog:
    """MariaDB's schema is the database."""
    if not isinstance(engine, Mariadb):
        return catalog
    tables = tuple(replace(table, schema=engine.database) for table in catalog.tables)
    return replace(catalog, tables=tables, search_path=(engine.database,))


@pytest.mark.parametrize("dialect", sql_shop.ON_ENGINES)
def test_honest_statements_give_what_they_give_on_a_copy(dialect: Dialect, request: pytest.FixtureRequest) -> None:
    found, run, refused = [], 0, []
    with opened(dialect, request) as (whole, copy):
        for engine in (whole, copy):
            for statement in sql_shop.made(dialect):
                engine.rows(statement)
        for statement in REMOVED:
            copy.rows(statement)
        all_of = _in(whole, sql_shop.catalog(dialect))
        seen = _in(copy, under_policy(sql_shop.catalog(dialect), policy(sql_shop.catalog(dialect))))
        for known, statement in sql_shop.statements("legitimate"):
            if known != dialect or any(word in statement.lower() for word in CHANGING):
                continue
            ours, true = (
                check(statement, dialect=dialect, catalog=all_of, policy=policy(all_of)),
                check(statement, dialect=dialect, catalog=seen),
            )
            if not ours.ok and true.ok:
                refused.append((statement, [finding.message for finding in ours.findings]))
            if not (ours.ok and true.ok):
                continue
            run += 1
            got, wanted = whole.answer(ours.sql), copy.answer(true.sql)
            if isinstance(got, str) != isinstance(wanted, str) or (
                not isinstance(got, str) and repr(got) != repr(wanted) and got != wanted
            ):
                found.append(f"{statement}\nours: {str(got)[:300]}\ntrue: {str(wanted)[:300]}\n{ours.sql}")
    assert not found, f"{len(found)} of {run} differ\n\n" + "\n\n".join(found[:6])
    assert run > 30
    assert len(refused) <= run / 20, refused
