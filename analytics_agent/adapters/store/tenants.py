"""A tenant's place in the store: a schema, and a login that can enter this schema and no other."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg import Connection, errors, sql

from analytics_agent.adapters.store.engine import psycopg_url
from analytics_agent.errors import OperatorError, StoreUnavailable


def makes_logins(url: str) -> bool:
    """Whether this login may make others. Raises StoreUnavailable."""
    with _connected(url) as connection:
        row = connection.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def make(url: str, *, schema: str, login: str, password: str | None) -> None:
    """Safe to repeat. Without a password there is no login of its own: the schema is then used by whoever makes it.

    The schema belongs to who makes it, its tables to the login: one can drop them and not read them, the other has nothing else.
    """
    with _connected(url) as connection, connection.transaction():
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        if password is None:
            return
        _login(connection, login, password)
        names = {"login": sql.Identifier(login), "schema": sql.Identifier(schema), "database": sql.Identifier(connection.info.dbname)}
        for statement in (
            "GRANT CONNECT ON DATABASE {database} TO {login}",
            "GRANT USAGE, CREATE ON SCHEMA {schema} TO {login}",
            "ALTER ROLE {login} SET search_path = {schema}",
        ):
            connection.execute(sql.SQL(statement).format(**names))


def remove(url: str, *, schema: str, login: str) -> None:
    """With everything in it. Safe to repeat; nobody enters any more from the first moment."""
    with _connected(url) as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [login]).fetchone()
        if known:
            connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(login)))
            with suppress(errors.InsufficientPrivilege):
                connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [login])
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
        if known:
            database = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM {}").format(database, sql.Identifier(login)))
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(login)))


def _login(connection: "Connection[tuple[object, ...]]", name: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    # Hashed here, so that no log of statements can ever hold the password.
    hashed = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(name), sql.Literal(hashed)))


@contextmanager
def _connected(url: str) -> Iterator["Connection[tuple[object, ...]]"]:
    address = psycopg_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
            yield connection
    except errors.InsufficientPrivilege:
        raise OperatorError(
            "The store's login may not make or remove a tenant's place.",
            hint="It must own its database; to give each tenant a login of its own it must be allowed to make roles.",
        ) from None
    except psycopg.OperationalError:
        raise StoreUnavailable(
            "The application store does not answer.", hint="Start it with `analytics-agent up`, or check ANALYTICS_AGENT_STORE_URL."
        ) from None
