"""An answer says where the data begins or ends within its period, and a change against a part of a period is refused."""

import asyncio
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from asked_alone import Asked, PolicyRights

from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.policy import Policy, TablePolicy
from analytics_agent.domain.run import Run

MODEL = """
version: 0.2.0.dev0
semantic_model:
  - name: shop
    custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"as_of": {"column": "orders.day"}}'}]
    datasets:
      - name: orders
        source: orders
        primary_key: [order_id]
        fields:
          - {name: day, expression: {dialects: [{dialect: ANSI_SQL, expression: day}]}, dimension: {is_time: true}}
    metrics:
      - name: order_count
        label: Orders
        expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(orders.order_id)}]}
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"dataset": "orders", "additivity": "additive"}'}]
"""
ALL = Policy((TableName("public", "orders"),))
LATER = TablePolicy("public", "orders", (("order_id >= 30",),))
BEGINS = "The data begins on 5 June 2023, after the period does."
ENDS = "The data ends on 14 August 2025, before the period does."


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """An order on each day from 5 June 2023 to 14 August 2025."""
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE SCHEMA public; SET schema = 'public'; CREATE TABLE orders (order_id INTEGER, day DATE)")
        made.execute("INSERT INTO orders SELECT i, DATE '2023-06-05' + CAST(i AS INTEGER) FROM range(802) t(i)")
    return path


def ask(shop: Path, text: str, policy: Policy = ALL) -> Run:
    found: Run = asyncio.run(Asked(shop, PolicyRights({"user:ada": policy}), MODEL).ask(text))
    return found


def cut(found: Run) -> list[str]:
    """What the answer says of where the data begins and ends."""
    assert found.evidence is not None and found.answer is not None, found.refusal
    return [each for each in found.evidence.caveats if each.startswith("The data ")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("How many orders were there in 2023?", [BEGINS]),
        ("How many orders were there since January 2023?", [BEGINS]),
        ("Orders by month in 2023", [BEGINS]),
        ("How many orders were there in 2025?", [ENDS]),
        ("How many orders were there in 2024?", []),
        ("How many orders were there in June 2023?", [BEGINS]),
        ("Orders by year", ["The data begins on 5 June 2023: the first year may not be whole."]),
        ("How many orders were there last month?", []),
    ],
)
def test_where_the_data_begins_or_ends_within_a_period_is_said(shop: Path, text: str, said: list[str]) -> None:
    assert cut(ask(shop, text)) == said


def test_of_a_period_without_data_it_is_said_where_the_data_is(shop: Path) -> None:
    before, after = ask(shop, "How many orders were there in May 2023?"), ask(shop, "How many orders were there in 2021?")
    for found in (before, after):
        assert found.refusal is not None and found.refusal.reason.startswith("The data begins on 5 June 2023, after the period has ended.")


@pytest.mark.parametrize(
    "text",
    [
        "Compare orders in 2023 and 2024",
        "Growth of orders from 2023 to 2024",
        "Why did orders rise from 2023 to 2024?",
        "Growth of orders in August 2023 compared with the previous year",
    ],
)
def test_a_change_against_a_period_that_the_data_has_a_part_of_is_refused(shop: Path, text: str) -> None:
    found = ask(shop, text)
    assert found.refusal is not None and "The data begins on 5 June 2023" in found.refusal.reason
    assert "would mislead" in found.refusal.reason


def test_a_change_of_a_period_that_is_not_over_is_refused_with_what_can_be_compared(shop: Path) -> None:
    found = ask(shop, "Compare orders in 2024 and 2025")
    phrase = "2025-01-01 through 2025-08-14 compared with the same period last year"
    assert found.refusal is not None and f"“{phrase}”" in found.refusal.reason
    again = ask(shop, f"Orders {phrase}")
    assert again.answer is not None, again.refusal


def test_whole_periods_are_compared(shop: Path) -> None:
    assert cut(ask(shop, "Compare orders in June 2024 and June 2025")) == []
    assert cut(ask(shop, "Growth of orders from July 2024 to July 2025")) == []


def test_of_a_part_of_the_rows_no_day_is_told(shop: Path) -> None:
    assert cut(ask(shop, "How many orders were there in 2023?", replace(ALL, rules=(LATER,)))) == [
        "The data that may be seen begins after the period does."
    ]
