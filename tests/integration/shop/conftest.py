"""The shop at a twentieth of its size, loaded once into the real PostgreSQL."""

import asyncio
from collections.abc import Iterator
from types import ModuleType

import pytest
from integration.flights.warehouse import Maker, Warehouse
from integration.shop.warehouse import FOLDER, SCALE, load_module

from analytics_agent import semantic
from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database
from analytics_agent.semantic import SemanticModel
from analytics_agent.stack.postgres import Cluster


@pytest.fixture
def loader() -> ModuleType:
    """The loader, fresh for every test: what a test patches in it is gone afterwards."""
    return load_module()


@pytest.fixture(scope="session")
def shop_maker(postgres: Cluster) -> Iterator[Maker]:
    maker = Maker(postgres)
    yield maker
    maker.remove()


@pytest.fixture
def empty(shop_maker: Maker) -> Warehouse:
    """A database without tables, for one test."""
    return shop_maker.make()


@pytest.fixture(scope="session")
def shop(shop_maker: Maker) -> Warehouse:
    """The whole warehouse; tests only read it."""
    warehouse = shop_maker.make()
    load_module().load(warehouse.owner, reader=warehouse.role, scale=SCALE)
    return warehouse


@pytest.fixture(scope="session")
def model() -> SemanticModel:
    return semantic.load((FOLDER / "semantic_model.yaml").read_text())


@pytest.fixture(scope="session")
def database(shop: Warehouse) -> Database:
    return Database("shop", shop.reader)


@pytest.fixture(scope="session")
def catalog(database: Database) -> Catalog:
    async def introspect() -> Catalog:
        warehouse = open_warehouse(database)
        try:
            return await warehouse.introspect()
        finally:
            await warehouse.close()

    return asyncio.run(introspect())
