"""What a run reads is in the audit log: each statement that answered, each table of which values were looked at, and no value of them."""

import asyncio
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from asked_alone import Asked, PolicyRights
from fakes.records import query, question

from analytics_agent.domain.audit import AuditEntry, AuditFilter
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.domain.policy import Policy
from analytics_agent.errors import NotAllowed


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE SCHEMA public; SET schema = 'public'; CREATE TABLE orders (city TEXT); INSERT INTO orders VALUES ('Oslo')")
    return path


def lines_of(file: Path, *steps: str) -> list[AuditEntry]:
    """The log after a run read so, as ada, whose policy opens the table."""

    async def read() -> list[AuditEntry]:
        asked = Asked(file, PolicyRights({"user:ada": Policy((TableName("public", "orders"),)), "user:bob": Policy(())}))
        run = question(database="db", owner="k1", reads_as="user:ada")
        await asked.begin(run)
        warehouse = asked.explore.warehouse
        order = ToolOrder(run.run_id, "explore", 1, "c1", "run_sql")
        view = await warehouse.readable(order)
        for step in steps:
            if step == "look":
                await warehouse.looked_up(view, "SELECT city FROM orders")
            else:
                await warehouse.result(replace(order, call_id=step), view, query(id="", sql="SELECT count(*) AS n FROM orders"))
        return [line.entry for line in await asked.store.audit(AuditFilter(act="read"))]

    return asyncio.run(read())


def test_each_statement_that_answers_is_a_line_and_looking_at_values_one_for_all(shop: Path) -> None:
    lines = lines_of(shop, "look", "look", "c1", "c1", "c2")
    assert [line.tables for line in lines] == [("orders",)] * 3
    assert {(line.actor, line.reads_as, line.database, bool(line.policy)) for line in lines} == {("k1", "user:ada", "db", True)}
    assert "Oslo" not in repr(lines)
    assert lines_of(shop) == []


def test_who_may_read_nothing_is_refused_in_the_log(shop: Path) -> None:
    async def ask() -> list[AuditEntry]:
        asked = Asked(shop, PolicyRights({"user:bob": Policy(())}))
        with pytest.raises(NotAllowed):
            await asked.begin(question(database="db", owner="k1", reads_as="user:bob"))
        return [line.entry for line in await asked.store.audit(AuditFilter(act="refused"))]

    (line,) = asyncio.run(ask())
    assert (line.actor, line.reads_as, line.tables) == ("k1", "user:bob", ())
