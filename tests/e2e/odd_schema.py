"""A PostgreSQL database as people have them: names that need quotes, twins in two schemas, views, no keys, nothing in it, too wide."""

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from urllib.parse import quote

import psycopg
from psycopg import sql
from running_stack import RunningStack

from analytics_agent.stack import ports
from analytics_agent.stack.plan import Plan, plan
from analytics_agent.stack.state import State

NAME = "odd_shop"
READER, WRITER = "odd_reader", "odd_writer"
PASSWORD = f"Sésame/öffne#dich:7@%41{token_hex(4)}"
"""Everything that an address must quote; another one each time, because a state folder may outlive the test run."""
WIDE = 60

STATEMENTS = (
    "CREATE SCHEMA sales",
    "CREATE SCHEMA archive",
    'CREATE TABLE public."Kunden Übersicht" ("KundenNr" int PRIMARY KEY, "order" int, "Größe (cm)" numeric, "a.b" text, "say ""hi""" text)',
    """INSERT INTO public."Kunden Übersicht" VALUES (1, 30, 181.5, 'x', 'ja'), (2, 10, 165.25, 'y', 'née'), (3, 20, NULL, 'z', '名前')""",
    'CREATE TABLE sales.orders (id int PRIMARY KEY, customer int REFERENCES public."Kunden Übersicht", total numeric(10, 2), placed date)',
    "INSERT INTO sales.orders SELECT n, 1 + n % 3, n * 1.5, date '2024-01-01' + n FROM generate_series(1, 90) AS n",
    "CREATE TABLE archive.orders (id int PRIMARY KEY, total numeric(10, 2))",
    "INSERT INTO archive.orders SELECT n, 100 FROM generate_series(1, 7) AS n",
    "CREATE VIEW sales.monthly AS SELECT date_trunc('month', placed)::date AS month, sum(total) AS total FROM sales.orders GROUP BY 1",
    "CREATE TABLE no_key (word text)",
    "INSERT INTO no_key VALUES ('one'), ('one'), (NULL)",
    "CREATE TABLE nothing_yet (id int PRIMARY KEY, at timestamptz)",
    f"CREATE TABLE wide ({', '.join(f'c{n} int DEFAULT {n}' for n in range(1, WIDE + 1))})",
    "INSERT INTO wide DEFAULT VALUES",
    f"GRANT USAGE ON SCHEMA sales, archive, public TO {READER}, {WRITER}",
    f"GRANT SELECT ON ALL TABLES IN SCHEMA sales, archive, public TO {READER}, {WRITER}",
    f"GRANT INSERT, UPDATE ON sales.orders TO {WRITER}",
    f"GRANT CREATE ON SCHEMA archive TO {WRITER}",
)


def wanted(stack: RunningStack) -> Plan:
    return plan(stack.settings, ports.remembered(State(stack.settings.state)), superset=True)


def superuser(stack: RunningStack, database: str = NAME) -> str:
    return wanted(stack).cluster.url(database)


def address(stack: RunningStack, role: str, database: str = NAME, password: str = PASSWORD) -> str:
    return f"postgresql://{role}:{quote(password, safe='')}@127.0.0.1:{wanted(stack).ports['postgres']}/{database}"


@contextmanager
def odd_shop(stack: RunningStack) -> Iterator[None]:
    """The database and its two logins on the stack's own server; all of it is gone afterwards."""
    roles = (READER, WRITER, "analytics_reader")
    with psycopg.connect(superuser(stack, "postgres"), autocommit=True) as server:
        _drop(server, roles)
        for role in (READER, WRITER):
            make_role(server, role)
        server.execute(f"CREATE DATABASE {NAME}")
        try:
            with psycopg.connect(superuser(stack), autocommit=True) as connection:
                for statement in STATEMENTS:
                    connection.execute(statement.encode())
            yield
        finally:
            _drop(server, roles)


def make_role(server: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    """Its password is hashed here: no log of the server may be the place where it is found."""
    hashed = server.pgconn.encrypt_password(PASSWORD.encode(), name.encode(), b"scram-sha-256").decode()
    server.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(hashed)))


def _drop(server: "psycopg.Connection[tuple[object, ...]]", roles: tuple[str, ...]) -> None:
    server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    for role in roles:
        server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
