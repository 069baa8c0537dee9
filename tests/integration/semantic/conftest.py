"""The flights warehouse, loaded once, with a runner that asks it by the offline model."""

import asyncio
from collections.abc import Iterator
from datetime import date

import pytest
from integration.flights.warehouse import Maker, Warehouse, load_module
from integration.semantic.in_process import InProcess

from analytics_agent import semantic
from analytics_agent.adapters.offline.model import OfflineModel
from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database
from analytics_agent.resources import resource
from analytics_agent.semantic import SemanticModel
from analytics_agent.stack.postgres import Cluster

AS_OF = date(2013, 12, 31)


@pytest.fixture(scope="session")
def flights(postgres: Cluster) -> Iterator[Warehouse]:
    maker = Maker(postgres)
    warehouse = maker.make()
    load_module().load(warehouse.owner, reader=warehouse.role)
    yield warehouse
    maker.remove()


@pytest.fixture(scope="session")
def database(flights: Warehouse) -> Database:
    return Database("flights", flights.reader)


@pytest.fixture(scope="session")
def model() -> SemanticModel:
    return semantic.load((resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text())


@pytest.fixture(scope="session")
def catalog(database: Database) -> Catalog:
    async def introspect() -> Catalog:
        warehouse = open_warehouse(database)
        try:
            return await warehouse.introspect()
        finally:
            await warehouse.close()

    return asyncio.run(introspect())


@pytest.fixture
def runner(database: Database, catalog: Catalog, model: SemanticModel) -> InProcess:
    return InProcess(OfflineModel(), lambda: open_warehouse(database), catalog, model, AS_OF)
