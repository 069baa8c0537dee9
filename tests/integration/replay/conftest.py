"""The flights warehouse, loaded once, as a database that questions are asked of."""

from collections.abc import Iterator

import pytest
from integration.flights.warehouse import Maker, Warehouse, load_module
from integration.replay.in_order import InOrder

from analytics_agent.domain.database import Database
from analytics_agent.resources import resource
from analytics_agent.stack.postgres import Cluster


@pytest.fixture(scope="session")
def flights(postgres: Cluster) -> Iterator[Warehouse]:
    maker = Maker(postgres)
    warehouse = maker.make()
    load_module().load(warehouse.owner, reader=warehouse.role)
    yield warehouse
    maker.remove()


@pytest.fixture
def runs(flights: Warehouse) -> InOrder:
    text = (resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text()
    return InOrder(Database("flights", flights.reader, "postgres", "public", text))
