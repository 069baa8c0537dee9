"""A running Superset, a warehouse it can reach, and a publisher between them.

It is the Superset of the whole stack, reached as the product's own service account.
"""

import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from e2e.superset_page import Login
from fakes.published_runs import WAREHOUSE
from integration.superset.running import Superset, forget_connection
from running_stack import RunningStack

from analytics_agent.domain.database import Database


@pytest.fixture(scope="session")
def superset(stack: RunningStack) -> Superset:
    given = stack.settings
    assert given.superset_url and given.superset_password
    return Superset(given.superset_url, Login(given.superset_username, given.superset_password.get_secret_value()))


@pytest.fixture
def warehouse(postgres_database: str, superset: Superset) -> Iterator[Database]:
    """2,000 made-up flights behind a login that can only read; its connection in Superset is removed afterwards."""
    name = f"flights_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute(WAREHOUSE)
        connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'only-reads'")
        connection.execute(f"GRANT SELECT ON flights TO {name}")
    address = urlsplit(postgres_database)
    database = Database(name, f"postgresql://{name}:only-reads@{address.hostname}:{address.port}{address.path}", schema="public")
    yield database
    forget_connection(superset, database)
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute(f"REVOKE ALL ON flights FROM {name}")
        connection.execute(f"DROP ROLE {name}")
