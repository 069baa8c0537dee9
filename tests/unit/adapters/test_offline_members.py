"""How the offline model tells how many members pass, which have none, and the first of each group."""

from typing import Any

import pytest
from unit.adapters.offline_conversation import CITY, MONTH, ORDERS, stored, written

COUNT = {"name": "customer_count", "label": "Number of customers", "type": "integer", "format": "number"}
MANY, NONE = "Members: customers with more than 3 orders", "Members: cities with no orders"
FIRST = {"top": {"count": 1, "within": ["orders.placed_on:month"], "others": False}}


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([[132]], "There were {{r1[0].customer_count}} customers with more than 3 orders in 2025."),
        ([[1]], "There was {{r1[0].customer_count}} customer with more than 3 orders."),
        ([[0]], "There were {{r1[0].customer_count}} customers with more than 3 orders in 2025."),
    ],
)
def test_one_count_is_a_sentence_with_its_condition(rows: list[list[Any]], text: str) -> None:
    data = written(stored("r1", [COUNT], rows, counted={}), readings=("Scope: in 2025", MANY))
    assert data["headline"] == "Customers with more than 3 orders"
    assert text.removesuffix(".") in data["claims"][0]["text"].replace("In 2025, t", "T")


def test_counts_of_groups_are_told_one_by_one() -> None:
    rows = [["Oslo", 3], ["Rome", 0]]
    data = written(stored("r1", [CITY, COUNT], rows, counted={"by": ["stores.city"]}), readings=(MANY,))
    told = "{{r1[0].city}} with {{r1[0].customer_count}} and {{r1[1].city}} with {{r1[1].customer_count}}"
    assert [claim["text"] for claim in data["claims"]] == [f"Customers with more than 3 orders: {told}."]


def test_who_has_none_is_named_and_nobody_leads() -> None:
    having = [{"metric": "orders", "op": "=", "value": 0}]
    data = written(stored("r1", [CITY, ORDERS], [["Oslo", 0], ["Rome", 0]], having=having, members=True), readings=(NONE,))
    assert [claim["text"] for claim in data["claims"]] == [
        "There were {{count(r1)}} cities with no orders.",
        "They are {{r1[0].city}} and {{r1[1].city}}.",
    ]


def test_a_name_that_ends_with_a_full_stop_ends_the_sentence() -> None:
    having = [{"metric": "orders", "op": "=", "value": 0}]
    data = written(stored("r1", [CITY, ORDERS], [["Oslo", 0], ["Rome Inc.", 0]], having=having), readings=(NONE,))
    assert data["claims"][1]["text"] == "They are {{r1[0].city}} and {{r1[1].city}}"


def test_each_group_is_told_with_its_first_ones_equal_ones_together() -> None:
    rows = [["2025-02-01", "Oslo", 9], ["2025-03-01", "Oslo", 4], ["2025-03-01", "Rome", 4]]
    data = written(stored("r1", [MONTH, CITY, ORDERS], rows, **FIRST))
    (told,) = [claim["text"] for claim in data["claims"]]
    assert told == (
        "{{r1[0].placed_on_month}}: {{r1[0].city}} with {{r1[0].orders}}; "
        "{{r1[1].placed_on_month}}: {{r1[1].city}} with {{r1[1].orders}} and {{r1[2].city}} with {{r1[2].orders}}."
    )
