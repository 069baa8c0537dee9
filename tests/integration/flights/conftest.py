"""The flights warehouse, loaded once into the real PostgreSQL."""

from collections.abc import Iterator
from types import ModuleType

import pytest
from integration.flights.warehouse import Maker, Warehouse, load_module

from analytics_agent.stack.postgres import Cluster


@pytest.fixture
def loader() -> ModuleType:
    """The loader, fresh for every test: what a test patches in it is gone afterwards."""
    return load_module()


@pytest.fixture(scope="session")
def maker(postgres: Cluster) -> Iterator[Maker]:
    maker = Maker(postgres)
    yield maker
    maker.remove()


@pytest.fixture
def empty(maker: Maker) -> Warehouse:
    """A database without tables, for one test."""
    return maker.make()


@pytest.fixture(scope="session")
def flights(maker: Maker) -> Warehouse:
    """The whole warehouse; tests only read it."""
    warehouse = maker.make()
    load_module().load(warehouse.owner, reader=warehouse.role)
    return warehouse
