"""SQL Lab knows our databases before the first question."""

import asyncio

import psycopg
import pytest
from integration.superset.running import Superset, forget_connection
from running_stack import RunningStack
from superset_people import People

from analytics_agent.domain.database import Database, superset_uuid

pytestmark = pytest.mark.stack


def test_the_sample_is_in_sql_lab_from_the_start(people: People) -> None:
    assert people.database_id


def test_a_database_is_in_sql_lab_as_soon_as_it_was_added(stack: RunningStack, superset: Superset, postgres_database: str) -> None:
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("CREATE TABLE orders (id int)")

    async def known() -> int:
        async with superset.session() as session:
            return len(await session.select("database/", "uuid", superset_uuid("orders")))

    with stack.client() as client:
        try:
            view = client.add_database("orders", postgres_database, schema="public")
            assert not any("SQL Lab" in warning for warning in view["warnings"])
            assert asyncio.run(known()) == 1
        finally:
            client.remove_database("orders")
            forget_connection(superset, Database("orders", postgres_database))


def test_a_database_that_superset_cannot_have_is_added_without_a_word_about_it(
    stack: RunningStack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("files") / "orders.csv"
    file.write_text("id,amount\n1,2\n")
    with stack.client() as client:
        try:
            assert not any("SQL Lab" in warning for warning in client.add_database("orders_file", str(file))["warnings"])
        finally:
            client.remove_database("orders_file")
