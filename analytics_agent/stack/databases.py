"""The databases of the stack's PostgreSQL and who may enter each: owners, and one login that can only read the sample."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics_agent.stack.credentials import Credentials
from analytics_agent.stack.postgres import Cluster

if TYPE_CHECKING:
    from psycopg import Connection

STORE = "analytics_agent"
SUPERSET = "superset"
FLIGHTS = "flights"
FLIGHTS_OWNER = "flights_owner"
FLIGHTS_READER = "flights_reader"
_READER_TIMEOUT = "60s"


@dataclass(frozen=True)
class Addresses:
    """How each part of the product reaches its own database; each holds a password."""

    store: str
    superset: str
    flights_owner: str
    flights_reader: str


def addresses(cluster: Cluster, secret: Credentials) -> Addresses:
    return Addresses(
        store=cluster.url(STORE, STORE, secret.store).replace("postgresql://", "postgresql+psycopg://", 1),
        superset=cluster.url(SUPERSET, SUPERSET, secret.superset_metadata).replace("postgresql://", "postgresql+psycopg2://", 1),
        flights_owner=cluster.url(FLIGHTS, FLIGHTS_OWNER, secret.flights_owner),
        flights_reader=cluster.url(FLIGHTS, FLIGHTS_READER, secret.flights_reader),
    )


def provision(cluster: Cluster, secret: Credentials) -> None:
    """Make roles and databases that are missing and set what they may do; the second time changes nothing."""
    import psycopg

    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        for role, password in _logins(secret).items():
            _role(connection, role, password)
        _make_reader_harmless(connection)
        for database, owner in ((STORE, STORE), (SUPERSET, SUPERSET), (FLIGHTS, FLIGHTS_OWNER)):
            _database(connection, database, owner)
        _only_guests_by_name(connection)


def _logins(secret: Credentials) -> dict[str, str]:
    return {
        STORE: secret.store,
        SUPERSET: secret.superset_metadata,
        FLIGHTS_OWNER: secret.flights_owner,
        FLIGHTS_READER: secret.flights_reader,
    }


def _role(connection: "Connection", name: str, password: str) -> None:
    from psycopg import sql

    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    # Hashed here, so that no log of statements can ever hold the password.
    hashed = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(name), sql.Literal(hashed)))


def _make_reader_harmless(connection: "Connection") -> None:
    """Backstops behind the SQL rules; the grants on tables come with the sample's loader."""
    connection.execute(f"ALTER ROLE {FLIGHTS_READER} SET default_transaction_read_only = on")
    connection.execute(f"ALTER ROLE {FLIGHTS_READER} SET statement_timeout = '{_READER_TIMEOUT}'")


def _database(connection: "Connection", name: str, owner: str) -> None:
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        connection.execute(f"CREATE DATABASE {name} OWNER {owner}")


def _only_guests_by_name(connection: "Connection") -> None:
    """By default every login may connect to every database and make temporary tables there."""
    for database in (STORE, SUPERSET, FLIGHTS, "postgres", "template1"):
        connection.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    connection.execute(f"GRANT CONNECT ON DATABASE {FLIGHTS} TO {FLIGHTS_READER}")
