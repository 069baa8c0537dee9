"""The databases of the stack's PostgreSQL and who may enter each: owners, and for each sample a login that can only read it."""

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
SHOP = "shop"
SHOP_OWNER = "shop_owner"
SHOP_READER = "shop_reader"
_OWNERS = {STORE: STORE, SUPERSET: SUPERSET, FLIGHTS: FLIGHTS_OWNER, SHOP: SHOP_OWNER}
_READERS = {FLIGHTS: FLIGHTS_READER, SHOP: SHOP_READER}
_READER_TIMEOUT = "60s"


@dataclass(frozen=True)
class Addresses:
    """How each part of the product reaches its own database; each holds a password."""

    store: str
    superset: str
    flights_owner: str
    flights_reader: str
    shop_owner: str
    shop_reader: str


def addresses(cluster: Cluster, secret: Credentials) -> Addresses:
    return Addresses(
        store=cluster.url(STORE, STORE, secret.store).replace("postgresql://", "postgresql+psycopg://", 1),
        superset=cluster.url(SUPERSET, SUPERSET, secret.superset_metadata).replace("postgresql://", "postgresql+psycopg2://", 1),
        flights_owner=cluster.url(FLIGHTS, FLIGHTS_OWNER, secret.flights_owner),
        flights_reader=cluster.url(FLIGHTS, FLIGHTS_READER, secret.flights_reader),
        shop_owner=cluster.url(SHOP, SHOP_OWNER, secret.shop_owner),
        shop_reader=cluster.url(SHOP, SHOP_READER, secret.shop_reader),
    )


def provision(cluster: Cluster, secret: Credentials) -> None:
    """Make roles and databases that are missing and set what they may do; the second time changes nothing."""
    import psycopg

    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        for role, password in _logins(secret).items():
            _role(connection, role, password)
        for reader in _READERS.values():
            _make_harmless(connection, reader)
        for database, owner in _OWNERS.items():
            _database(connection, database, owner)
        _only_guests_by_name(connection)


def _logins(secret: Credentials) -> dict[str, str]:
    return {
        STORE: secret.store,
        SUPERSET: secret.superset_metadata,
        FLIGHTS_OWNER: secret.flights_owner,
        FLIGHTS_READER: secret.flights_reader,
        SHOP_OWNER: secret.shop_owner,
        SHOP_READER: secret.shop_reader,
    }


def _role(connection: "Connection", name: str, password: str) -> None:
    from psycopg import sql

    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    # Hashed here, so that no log of statements can ever hold the password.
    hashed = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(name), sql.Literal(hashed)))


def _make_harmless(connection: "Connection", reader: str) -> None:
    """Backstops behind the SQL rules; the grants on tables come with the sample's loader."""
    connection.execute(f"ALTER ROLE {reader} SET default_transaction_read_only = on")
    connection.execute(f"ALTER ROLE {reader} SET statement_timeout = '{_READER_TIMEOUT}'")


def _database(connection: "Connection", name: str, owner: str) -> None:
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        connection.execute(f"CREATE DATABASE {name} OWNER {owner}")


def _only_guests_by_name(connection: "Connection") -> None:
    """By default every login may connect to every database and make temporary tables there."""
    for database in (*_OWNERS, "postgres", "template1"):
        connection.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    for database, reader in _READERS.items():
        connection.execute(f"GRANT CONNECT ON DATABASE {database} TO {reader}")
