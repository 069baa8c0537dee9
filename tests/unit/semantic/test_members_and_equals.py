"""Which conditions hold for members that no row belongs to, and which figures are equal and which only nearly."""

from typing import Any

import pytest
from unit.semantic import shop

from analytics_agent.semantic.request import Counted, Filter, MetricRequest, Order, Top

CITY, KIND = "stores.city", "stores.kind"
END = "O'Hara's \"End\""
ENGINES = ["duckdb", "sqlite"]


def asked(metric: str, dimensions: tuple[str, ...] = (CITY,), **more: Any) -> MetricRequest:
    return MetricRequest("p", (metric,), dimensions, **more)


def _lines(monkeypatch: pytest.MonkeyPatch, *amounts: float) -> None:
    columns, _ = shop.TABLES["order_lines"]
    monkeypatch.setitem(shop.TABLES, "order_lines", (columns, [(1 + i % 2, 1 + i, 1, amount) for i, amount in enumerate(amounts)]))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_condition_that_members_decide_holds_for_them_and_one_of_rows_for_rows(engine: str) -> None:
    malls = asked("orders", members=True, filters=(Filter(KIND, "=", ("mall",)),))
    assert shop.run(malls, engine) == [("Oslo", 3), (END, 0)]
    cancelled = asked("orders", members=True, filters=(Filter("orders.status", "=", ("cancelled",)),))
    assert shop.run(cancelled, engine) == [("Oslo", 1), ("Bergen", 0), (END, 0)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_sum_of_a_member_without_rows_is_nought(engine: str) -> None:
    assert shop.run(asked("revenue", members=True), engine)[-1] == (END, 0)


@pytest.mark.parametrize("engine", ENGINES)
def test_sums_that_differ_in_their_last_digit_are_equal_and_nearly_equal_ones_are_not(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = asked("revenue", order_by=(Order("revenue", "desc"),), limit=1)
    _lines(monkeypatch, 0.1, 0.3, 0.2)
    assert {city for city, _ in shop.run(limited, engine)} == {"Oslo", "Bergen"}
    _lines(monkeypatch, 5.0, 5.01)
    assert shop.run(limited, engine) == [("Bergen", 5.01)]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_equals_the_last_of_another_group_is_not_let_in(engine: str) -> None:
    month = "visits.visited_on:month"
    rows = shop.run(asked("visitors", (month, CITY), top=Top(1, others=False, within=(month,))), engine)
    assert [row[1] for row in rows] == ["Oslo", "Oslo", END]


def test_members_of_one_name_are_counted_each(monkeypatch: pytest.MonkeyPatch) -> None:
    named = shop.TEXT.replace("""'{"values": {"mall":""", f"""'{{"label_of": "{CITY}", "values": {{"mall":""")
    monkeypatch.setattr(shop, "TEXT", named)
    assert shop.run(asked("visitors", (KIND,), counted=Counted())) == [(3,)]


@pytest.mark.parametrize("engine", ENGINES)
def test_beside_a_key_nothing_else_need_be_known_to_be_counted(engine: str) -> None:
    both = ("orders.order_id", "orders.customer_id")
    assert shop.run(asked("orders", both, counted=Counted()), engine) == [(5,)]
    assert shop.run(asked("orders", ("orders.customer_id", "orders.status"), counted=Counted()), engine) == [(3,)]
