"""An answer says when the data behind it is older than expected: by a clock that is given, once for each table, never of a part of one."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asked_alone import Asked, PolicyRights

from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.policy import Mask, Policy, TablePolicy
from analytics_agent.domain.run import Run

MODEL = """
version: 0.2.0.dev0
semantic_model:
  - name: shop
    custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"as_of": AS_OF}'}]
    datasets:
      - name: orders
        source: orders
        primary_key: [order_id]
        custom_extensions:
          - vendor_name: ANALYTICS_AGENT
            data: '{"freshness": {"field": "orders.day", "within": {"count": 2, "unit": "day"}}}'
        fields:
          - {name: day, expression: {dialects: [{dialect: ANSI_SQL, expression: day}]}, dimension: {is_time: true}}
      - name: visits
        source: visits
        fields:
          - {name: page, expression: {dialects: [{dialect: ANSI_SQL, expression: page}]}}
    metrics:
      - name: order_count
        label: Orders
        expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(orders.order_id)}]}
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"dataset": "orders", "additivity": "additive"}'}]
      - name: visit_count
        label: Visits
        expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(visits.page)}]}
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"dataset": "visits", "additivity": "additive"}'}]
"""
SAID = "The newest row of orders is of 12 May 2025, 3 days older than expected."
ALL = Policy((TableName("public", "orders"), TableName("public", "visits")))
NORTH = TablePolicy("public", "orders", (("order_id < 3",),))
BY_MONTH = TablePolicy("public", "orders", masks=(Mask("day", "date_part", unit="month"),))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE SCHEMA public; SET schema = 'public'; CREATE TABLE orders (order_id INTEGER, day DATE)")
        made.execute("INSERT INTO orders VALUES (1, '2025-05-10'), (2, '2025-05-11'), (3, '2025-05-12')")
        made.execute("CREATE TABLE visits (page TEXT); INSERT INTO visits VALUES ('a')")
    return path


def worker(shop: Path, as_of: str = '"now"', policy: Policy = ALL, now: datetime = datetime(2025, 5, 17, 12, tzinfo=UTC)) -> Asked:
    run = Asked(shop, PolicyRights({"user:ada": policy}), MODEL.replace("AS_OF", as_of))
    run.explore.warehouse._lateness.now = lambda: now
    return run


def answered(run: Asked, text: str = "How many orders were there?", **more: Any) -> Run:
    found = asyncio.run(run.ask(text, **more))
    assert found.evidence is not None and found.queries, found.refusal
    return found


def test_late_data_is_told_beside_the_answer(shop: Path) -> None:
    found = answered(worker(shop))
    assert found.queries[0].caveats == (SAID,)
    assert found.evidence is not None and SAID in found.evidence.caveats
    assert found.answer is not None, "a day that code wrote does not send the answer back"


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("How many orders were there?", datetime(2025, 5, 14, 23, tzinfo=UTC)),
        ("How many visits were there?", datetime(2025, 5, 17, tzinfo=UTC)),
    ],
)
def test_data_that_is_new_enough_and_tables_that_are_not_read_are_not_told(shop: Path, text: str, now: datetime) -> None:
    assert answered(worker(shop, now=now), text).queries[0].caveats == ()


def test_where_the_models_day_is_fixed_nothing_is_late(shop: Path) -> None:
    assert answered(worker(shop, '{"date": "2025-05-12"}')).queries[0].caveats == ()


def test_where_the_models_day_is_the_newest_of_a_column_the_real_clock_counts(shop: Path) -> None:
    assert answered(worker(shop, '{"column": "orders.day"}')).queries[0].caveats == (SAID,)


def test_who_asks_as_of_another_day_does_not_ask_for_what_is_new(shop: Path) -> None:
    assert answered(worker(shop), as_of=date(2025, 5, 12)).queries[0].caveats == ()


@pytest.mark.parametrize("rule", [NORTH, BY_MONTH])
def test_of_a_part_of_a_table_nothing_is_said(shop: Path, rule: TablePolicy) -> None:
    """That the newest row of a part is old says nothing of the whole, and the newest of the whole is not theirs to know."""
    caveats = answered(worker(shop, policy=replace(ALL, rules=(rule,)))).queries[0].caveats
    assert not any("older than expected" in each for each in caveats)


def test_one_look_is_enough_for_many_statements(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, looks = worker(shop), []
    looked_up = run.explore.warehouse.looked_up

    async def counting(view: Any, sql: str, **more: Any) -> Any:
        looks.append(sql)
        return await looked_up(view, sql, **more)

    monkeypatch.setattr(run.explore.warehouse, "looked_up", counting)
    first, second = answered(run), answered(run, "Orders by day", run_id="another")
    assert SAID in first.queries[0].caveats and SAID in second.queries[0].caveats
    assert len([sql for sql in looks if "newest" in sql]) == 1
