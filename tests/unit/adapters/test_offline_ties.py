"""Rows that are equal: all that lead are named, and whoever shares the last place that was asked for."""

from typing import Any

import pyarrow as pa
import pytest
from unit.adapters.offline_conversation import CITY, MONTH, ORDERS, SHARE, stored, written

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.synthesize.grounding import ground

DESC = [{"field": "orders", "direction": "desc"}]
COLUMNS = (
    ResultColumn("city", "text", "City", dimension="stores.city"),
    ResultColumn("orders", "integer", "Orders", unit="orders", metric="orders"),
)


def told(rows: list[list[Any]], **request: Any) -> str:
    """The sentences as they are read, after every check."""
    data = written(stored("r1", [CITY, ORDERS], rows, **request))
    table = pa.table({"city": [row[0] for row in rows], "orders": [row[1] for row in rows]})
    query = Query("r1", "t", COLUMNS, len(rows), Artifact("", 0, ""), "metric", request={"purpose": "t", **request})
    answer = ground(data, {"r1": table}, {"r1": query}, [], question="Which city has the most orders?")
    return " ".join(claim.text for claim in answer.claims).replace("**", "").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("rows", "request_", "text"),
    [
        (
            [["Oslo", 12], ["Rome", 12]],
            {"order_by": DESC, "limit": 1},
            "Oslo and Rome had the most: 12 orders each.",
        ),
        (
            [["Oslo", 12], ["Rome", 12], ["Lund", 7]],
            {"order_by": DESC},
            "Oslo and Rome had the most: 12 orders each, ahead of Lund with 7 orders.",
        ),
        (
            [["Oslo", 12], ["Rome", 9], ["Lund", 7], ["Bergen", 7]],
            {"order_by": DESC, "limit": 3},
            "Oslo had the most: 12 orders, ahead of Rome with 9 orders and Lund with 7 orders. "
            "Lund and Bergen share the last place, with 7 orders each.",
        ),
        (
            [[city, 4] for city in ("Oslo", "Rome", "Lund", "Bergen", "Bonn")],
            {},
            "Oslo, Rome, Lund, Bergen and Bonn have the same number of orders: 4 orders each.",
        ),
        ([[f"City {chr(65 + i)}", 4] for i in range(9)], {}, "All 9 have the same number of orders: 4 orders each."),
        (
            [*([f"City {chr(65 + i)}", 4] for i in range(7)), ["Oslo", 1]],
            {},
            "City A, City B, City C, City D, City E and others, 7 in all, had the most: 4 orders each, "
            "ahead of Oslo with 1 order. Oslo had the fewest: 1 order.",
        ),
    ],
)
def test_all_that_lead_are_named_with_what_each_has(rows: list[list[Any]], request_: dict[str, Any], text: str) -> None:
    assert told(rows, **request_).replace(" 1 orders", " 1 order") == text


def test_shares_that_are_equal_are_the_highest_together() -> None:
    data = written(stored("r1", [CITY, SHARE], [["Oslo", 0.5], ["Rome", 0.5], ["Lund", 0.25]]))
    assert data["claims"][0]["text"].startswith("{{r1[0].city}} and {{r1[1].city}} have the highest sent share, {{r1[0].sent_share}} each")


def test_months_that_are_equal_are_no_single_peak() -> None:
    rows = [["2025-02-01", 9], ["2025-03-01", 9]]
    data = written(stored("r1", [MONTH, ORDERS], rows, order_by=DESC, limit=1))
    assert "{{r1[0].placed_on_month}} and {{r1[1].placed_on_month}}" in data["claims"][0]["text"]
    assert data["headline"] == "Orders peaked in several months"
