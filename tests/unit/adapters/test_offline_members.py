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
        "These were on top in each month by orders. {{r1[0].placed_on_month}}: {{r1[0].city}} with {{r1[0].orders}}; "
        "{{r1[1].placed_on_month}}: {{r1[1].city}} with {{r1[1].orders}} and {{r1[2].city}} with {{r1[2].orders}}."
    )


def test_who_is_on_top_nearly_everywhere_is_told_with_the_exceptions() -> None:
    cities = ["Oslo", "Oslo", 'Ro"me', "Oslo", "Oslo"]
    rows = [[f"2025-0{at}-01", city, 10 + at] for at, city in enumerate(cities, 1)]
    first, second = [claim["text"] for claim in written(stored("r1", [MONTH, CITY, ORDERS], rows, **FIRST))["claims"]]
    assert first == (
        '{{r1[0].city}} was on top in {{count(r1[city="Oslo"])}} of {{count(r1)}} months, by orders; '
        "in {{r1[2].placed_on_month}} it was {{r1[2].city}}, with {{r1[2].orders}}."
    )
    assert second == "Orders on top range from {{min(r1.orders)}} to {{max(r1.orders)}}."
    everywhere = [[month, "Oslo", number] for month, _, number in rows]
    told = written(stored("r1", [MONTH, CITY, ORDERS], everywhere, **FIRST))["claims"][0]["text"]
    assert told == "{{r1[0].city}} was on top in each month, by orders."
    for others in (rows[:3], [*rows, ["2025-05-01", "Rome", 15]], [[m, f"c{n}", n] for m, _, n in rows]):
        assert "These were on top" in str(written(stored("r1", [MONTH, CITY, ORDERS], others, **FIRST)))


def test_a_few_that_take_turns_over_many_groups_are_told_by_how_often() -> None:
    rows = [[f"20{at}-01-01", "Oslo" if at % 3 else "Rome", at] for at in range(10, 24)]
    first = written(stored("r1", [MONTH, CITY, ORDERS], rows, **FIRST))["claims"][0]["text"]
    oslo, rome = ('{{count(r1[city="Oslo"])}}', '{{count(r1[city="Rome"])}}')
    assert first == f"On top by orders were {{{{r1[0].city}}}} in {oslo} months and {{{{r1[2].city}}}} in {rome} months."
    level = [*rows, ["2023-01-01", "Rome", 23]]
    assert written(stored("r1", [MONTH, CITY, ORDERS], level, **FIRST))["claims"][0]["text"].endswith(" Equal ones are counted each.")


def test_of_more_rows_than_are_shown_the_one_that_is_mostly_on_top_is_told_by_all_of_them() -> None:
    rows = [[f"20{at}-01-01", "Oslo" if at % 3 else "Rome", at] for at in range(10, 24)]
    claims = [claim["text"] for claim in written(stored("r1", [MONTH, CITY, ORDERS], rows, **FIRST) | {"rows": 90})["claims"]]
    assert claims[0] == '{{r1[0].city}} was on top in {{count(r1[city="Oslo"])}} months, by orders.'
    assert claims[2] == "The table has all {{count(r1)}}."
    two = {"top": {**FIRST["top"], "count": 2}}
    assert "These were on top" in str(written(stored("r1", [MONTH, CITY, ORDERS], rows, **two) | {"rows": 90}))
    in_turn = [[month, "Oslo" if at % 2 else "Rome", at] for at, (month, _, _) in enumerate(rows)]
    assert "These were on top" in str(written(stored("r1", [MONTH, CITY, ORDERS], in_turn, **FIRST) | {"rows": 90}))


def test_somebody_is_called_by_the_name_before_the_number() -> None:
    key = {"name": "key", "label": "Customer", "type": "integer", "format": "number", "dimension": "customers.key"}
    rows = [[7, "Chloé", 0], [9, "Chloé", 0]]
    having = [{"metric": "orders", "op": "=", "value": 0}]
    data = written(stored("r1", [key, CITY, ORDERS], rows, having=having), readings=("Members: customers with no orders",))
    assert data["claims"][1]["text"] == "They are {{r1[0].city}} ({{r1[0].key}}) and {{r1[1].city}} ({{r1[1].key}})."
