"""The store's suites run in two kinds of places: as the installation's own store, and as a tenant's, in a schema with a login that can
enter nothing else. Each test has one of the two, by its name; PLACE=tenant or PLACE=installation puts all of them into one."""

import os
from collections.abc import Iterator
from zlib import crc32

import pytest
from cryptography.fernet import Fernet

from analytics_agent import tenants
from analytics_agent.adapters.store import tenants as store_tenants
from analytics_agent.settings import load

OF_TENANTS = "test_store_of_tenants"


@pytest.fixture
def postgres_database(request: pytest.FixtureRequest, postgres_database: str) -> Iterator[str]:
    """The URL of an empty place for a store."""
    place = os.environ.get("PLACE") or ("tenant", "installation")[crc32(request.node.nodeid.encode()) % 2]
    if place != "tenant" or not request.node.path.stem.startswith("test_store") or request.node.path.stem == OF_TENANTS:
        yield postgres_database
        return
    name = postgres_database.rpartition("/")[2].replace("_", "")
    base = load(store_url=postgres_database)
    made = tenants.of_tenant(base, name, {"encryption_key": Fernet.generate_key().decode(), "store_password": "pw"})
    schema, login = tenants.schema_of(name), tenants.login_of(base, name)
    store_tenants.make(postgres_database, schema=schema, login=login, password="pw")
    assert made.store_url
    yield made.store_url.get_secret_value()
    store_tenants.remove(postgres_database, schema=schema, login=login)
