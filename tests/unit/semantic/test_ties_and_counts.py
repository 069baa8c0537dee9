"""Rows that equal the last one of a limit or a top, tops of each group, members without rows, and groups that are counted."""

from datetime import date
from typing import Any

import pytest
from unit.semantic import chain

from analytics_agent.errors import ToolRefused
from analytics_agent.semantic import compile
from analytics_agent.semantic.compiler.compile import Compiled
from analytics_agent.semantic.request import Counted, Having, MetricRequest, Order, Period, Top

ENGINES = ("duckdb", "sqlite")
SPRING = Period(date(2025, 2, 1), date(2025, 4, 1))
CITIES = ("Oslo", "Bergen", "Moss", "Voss", "Skien")


def _sale(number: int, store: int | None, amount: float, client: int | None = 0) -> chain.Row:
    return {
        "id": number,
        "day": date(2025, 2, 1 + number),
        "paid_on": None,
        "store": store,
        "client": client,
        "amount": amount,
        "quantity": 1,
    }


ROWS: dict[str, list[chain.Row]] = {name: [] for name in chain.COLUMNS} | {
    "regions": [{"id": 0, "name": "north"}, {"id": 1, "name": "south"}],
    "stores": [{"id": i, "name": name, "region": i % 2} for i, name in enumerate(CITIES)],
    "clients": [{"id": i, "segment": f"s{i}"} for i in range(40)],
    "sales": [_sale(1, 0, 9.0), _sale(2, 1, 5.0), _sale(3, 2, 0.3), _sale(4, 2, 4.7), _sale(5, 3, 1.0), _sale(6, None, 2.0, None)],
}
"""Bergen and Moss have 5.0 each; those of Moss are added up of two."""
MANY = ROWS | {"sales": [_sale(i % 25, 0, 1.0, i) for i in range(40)]}


def compiled(*metrics: str, by: tuple[str, ...] = (), engine: str = "duckdb", **rest: Any) -> Compiled:
    request = MetricRequest("test", metrics, by, **rest)
    return compile(chain.model(), request, dialect=engine, catalog=chain.catalog(engine))  # type: ignore[arg-type]


def answered(*metrics: str, engine: str = "duckdb", rows: dict[str, list[chain.Row]] = ROWS, **rest: Any) -> list[tuple[Any, ...]]:
    return chain.run(compiled(*metrics, engine=engine, **rest).sql, rows, engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_limit_does_not_cut_between_equals(engine: str) -> None:
    rows = answered("revenue", by=("stores.city",), limit=2, engine=engine)
    assert rows == [("Oslo", 9.0), ("Bergen", 5.0), ("Moss", 5.0)]
    least = answered("revenue", by=("stores.city",), order_by=(Order("revenue"),), limit=3, engine=engine)
    assert [city for city, _ in least] == ["Voss", None, "Bergen", "Moss"]


@pytest.mark.parametrize("engine", ENGINES)
def test_twenty_further_equals_are_let_in_and_no_more(engine: str) -> None:
    assert len(answered("sales_made", by=("clients.segment",), limit=5, engine=engine, rows=MANY)) == 25
    assert len(answered("sales_made", by=("clients.segment",), limit=30, engine=engine, rows=MANY)) == 40


def test_an_order_by_no_metric_is_cut_where_the_limit_says() -> None:
    assert len(answered("revenue", by=("stores.city",), order_by=(Order("stores.city"),), limit=2)) == 2
    assert "tied" not in compiled("revenue", by=("stores.city",), order_by=(Order("stores.city"),), limit=2).sql


def test_an_order_by_places_of_a_top_may_be_cut_by_a_metric() -> None:
    rows = answered("revenue", by=("stores.city",), top=Top(3, others=False), order_by=(Order("revenue"),), limit=1)
    assert {city for city, _ in rows} == {"Bergen", "Moss"}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_top_of_each_group_holds_what_equals_its_last(engine: str) -> None:
    top = Top(1, dimension="stores.city", others=False, within=("regions.region",))
    rows = answered("revenue", by=("regions.region", "stores.city"), top=top, engine=engine)
    assert rows == [("north", "Oslo", 9.0), ("south", "Bergen", 5.0), (None, None, 2.0)]


@pytest.mark.parametrize("engine", ENGINES)
def test_members_without_rows_are_counted_and_what_is_unknown_is_none(engine: str) -> None:
    shown = answered("sales_made", by=("stores.city",), members=True, engine=engine)
    assert ("Skien", 0) in shown and (None, 1) in shown
    assert answered("sales_made", by=("stores.city",), members=True, counted=Counted(), engine=engine) == [(5,)]
    assert answered("sales_made", by=("stores.city",), counted=Counted(), engine=engine) == [(4,)]
    asked: dict[str, Any] = {"by": ("regions.region", "stores.city"), "counted": Counted(("regions.region",)), "engine": engine}
    without = answered("sales_made", members=True, having=(Having("sales_made", "=", 0),), **asked)
    assert {region: count for region, count in without if region} == {"north": 1, "south": 0}


@pytest.mark.parametrize(
    ("by", "label"),
    [
        (("sales.client",), "Number of clients"),
        (("sales.day:day",), "Number of days"),
        (("time:month",), "Number of months"),
        (("stores.city",), "Number of cities"),
        (("regions.region", "stores.city"), "Number of pairs of region and city"),
    ],
)
def test_the_column_of_a_count_says_of_what_it_is(by: tuple[str, ...], label: str) -> None:
    (column,) = compiled("sales_made", by=by, counted=Counted()).columns
    assert column.label == label
    assert (column.type, column.format, column.decimals, column.unit, column.metric, column.dimension) == (
        "integer",
        "number",
        0,
        None,
        None,
        None,
    )


def test_readings_tell_of_equals_members_and_what_is_counted() -> None:
    city = ("stores.city",)
    assert compiled("revenue", by=city, limit=2).readings == (
        "Rows that equal the last one by which the limit counts are shown too, up to 20 more.",
    )
    assert (
        not compiled("revenue", by=city).readings and not compiled("revenue", by=city, order_by=(Order("stores.city"),), limit=2).readings
    )
    assert compiled("revenue", by=city, top=Top(2)).readings[1] == "What equals the last of the top is among it, up to 20 more."
    top = Top(1, dimension="stores.city", others=False, within=("regions.region",))
    assert compiled("revenue", by=("regions.region", *city), top=top).readings[0] == "The top 1 by revenue of each region."
    assert compiled("revenue", by=city, members=True).readings == (
        "What no row belongs to is shown too: as 0 for counts and sums, as unknown for everything else.",
    )
    counted = compiled("revenue", by=city, members=True, counted=Counted(), having=(Having("revenue", ">", 1),)).readings
    assert counted[0].startswith("What no row belongs to is counted too")
    assert counted[1].startswith("Counted by city: how many there are that pass the conditions on them. Rows without a value of city")


def test_conditions_say_what_each_counted_group_fulfills() -> None:
    often = Having("sales_made", ">", 2)
    request = MetricRequest("p", ("sales_made",), ("stores.city", "time:month"), having=(often,), counted=Counted(("time:month",)))
    assert request.conditions() == ("sales_made > 2 in each stores.city and time by month",)
    assert MetricRequest("p", ("sales_made",), ("stores.city",), having=(often,)).conditions() == ("sales_made > 2",)


def test_a_count_beside_a_comparison_is_refused_in_words() -> None:
    with pytest.raises(ToolRefused, match="How many groups there are cannot be told together with a comparison"):
        compiled("revenue", by=("stores.city",), counted=Counted(), compare="previous_year", time=SPRING)
