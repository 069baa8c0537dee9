"""A market by hand: members that change, that are reached in two ways or have a time of their own; a calendar that dates what is there."""

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pytest

from analytics_agent import semantic
from analytics_agent.domain.catalog import Catalog, ColumnType, Table, TableColumn
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic import compile
from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.model import Dataset, Relationship
from analytics_agent.semantic.request import Filter, MetricRequest, Period

ENGINES = ("duckdb", "sqlite")
OURS = "custom_extensions: [{vendor_name: ANALYTICS_AGENT, data:"
TEXT = f"""
semantic_model:
  - name: market
    datasets:
      - name: sales
        source: sales
        primary_key: [id]
        {OURS} {{time_field: days.day}}}}]
        fields: [{{name: id, expression: id}}]
      - name: stock
        source: stock
        {OURS} {{time_field: days.day}}}}]
        fields: [{{name: item, expression: item}}, {{name: state, expression: state}}]
      - name: days
        source: days
        primary_key: [day]
        fields: [{{name: day, expression: day, dimension: {{is_time: true}}}}, {{name: month, expression: month}}]
      - name: stalls
        source: stalls
        primary_key: [id]
        fields: [{{name: stall, expression: name}}, {{name: opened, expression: opened, dimension: {{is_time: true}}}}]
      - name: areas
        source: areas
        primary_key: [id]
        fields: [{{name: area, expression: name}}]
      - name: plans
        source: plans
        primary_key: [stall, since]
        {OURS} {{valid: {{from: since, until: until}}}}}}]
        fields: [{{name: plan, expression: plan}}]
    relationships:
      - {{name: a, from: sales, to: days, from_columns: [day], to_columns: [day]}}
      - {{name: b, from: sales, to: stalls, from_columns: [stall], to_columns: [id]}}
      - {{name: c, from: sales, to: areas, from_columns: [area], to_columns: [id]}}
      - {{name: d, from: stalls, to: areas, from_columns: [area], to_columns: [id]}}
      - {{name: e, from: stalls, to: plans, from_columns: [id], to_columns: [stall]}}
      - {{name: f, from: stock, to: days, from_columns: [day], to_columns: [day]}}
    metrics:
      - {{name: sold, expression: COUNT(sales.id), {OURS} {{additivity: additive}}}}]}}
      - name: stocked
        expression: SUM(stock.pieces)
        {OURS} {{additivity: semi_additive, balance: {{time: days.day, per: [stock.item]}}}}}}]
      - name: new_stocked
        expression: SUM(stock.pieces)
        {OURS} {{additivity: semi_additive, balance: {{time: days.day, per: [stock.item]}},
          filters: [{{field: stock.state, op: "=", values: [new]}}]}}}}]
"""
KINDS: dict[str, dict[str, ColumnType]] = {
    "sales": {"id": "integer", "day": "date", "stall": "integer", "area": "integer"},
    "stock": {"day": "date", "item": "text", "state": "text", "pieces": "integer"},
    "days": {"day": "date", "month": "integer"},
    "stalls": {"id": "integer", "name": "text", "area": "integer", "opened": "date"},
    "areas": {"id": "integer", "name": "text"},
    "plans": {"stall": "integer", "since": "date", "until": "date", "plan": "text"},
}
ROWS: dict[str, list[tuple[Any, ...]]] = {
    "sales": [(1, "2025-01-10", 1, 1), (2, "2025-02-10", 1, 2), (3, "2025-02-11", 2, 2)],
    "stock": [
        ("2025-01-10", "nets", "new", 5),
        ("2025-02-10", "nets", "used", 2),
        ("2025-01-10", "rods", "new", 4),
        ("2025-01-20", "rods", "new", 3),
    ],
    "days": [("2025-01-10", 1), ("2025-01-20", 1), ("2025-02-10", 2), ("2025-02-11", 2)],
    "stalls": [(1, "Fish", 1, "2024-05-01"), (2, "Fruit", 1, "2025-01-01"), (3, "Tools", 2, "2025-01-15")],
    "areas": [(1, "quay"), (2, "hall")],
    "plans": [(1, "2024-05-01", "2025-02-01", "small"), (1, "2025-02-01", None, "large")],
}
NATIVE = {"integer": "INTEGER", "text": "TEXT", "date": "DATE"}
JANUARY, FEBRUARY = Period(date(2025, 1, 1), date(2025, 2, 1)), Period(date(2025, 2, 1), date(2025, 3, 1))


def asked(metric: str, *by: str, **more: Any) -> MetricRequest:
    return MetricRequest("p", (metric,), by, **more)


def catalog() -> Catalog:
    tables = tuple(
        Table("main", name, tuple(TableColumn(c, k, NATIVE[k].lower()) for c, k in columns.items())) for name, columns in KINDS.items()
    )
    return Catalog("market", "duckdb", tables, ("main",), "f", datetime(2025, 6, 1, tzinfo=UTC))


def told(request: MetricRequest, engine: str = "duckdb") -> list[tuple[Any, ...]]:
    sql = compile(semantic.load(TEXT), request, dialect=engine, catalog=catalog()).sql  # type: ignore[arg-type]
    connection: Any = duckdb.connect() if engine == "duckdb" else sqlite3.connect(":memory:")
    try:
        for name, columns in KINDS.items():
            connection.execute(f"CREATE TABLE {name} ({', '.join(f'{c} {NATIVE[k]}' for c, k in columns.items())})")
            connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", ROWS[name])
        rows = connection.execute(sql).fetchall()
    finally:
        connection.close()
    return [tuple(value.isoformat() if isinstance(value, date) else value for value in row) for row in rows]


def refusal(request: MetricRequest) -> str:
    with pytest.raises(ToolRefused) as refused:
        told(request)
    return str(refused.value)


# members


@pytest.mark.parametrize("engine", ENGINES)
def test_a_stall_without_sales_is_one_of_its_area(engine: str) -> None:
    assert told(asked("sold", "stalls.stall", members=True), engine) == [("Fish", 2), ("Fruit", 1), ("Tools", 0)]
    assert told(asked("sold", "areas.area", members=True, time=JANUARY), engine) == [("quay", 1), ("hall", 0)]


def test_members_that_are_versions_are_refused() -> None:
    """Which plan a stall without a sale is on, no sale says."""
    assert refusal(asked("sold", "plans.plan", members=True)).startswith(
        "Of Plan (plans.plan) it cannot be told which there are without rows"
    )
    both = refusal(asked("sold", "stalls.stall", "plans.plan", members=True))
    assert both.startswith("Which Stall (stalls.stall) and which Plan (plans.plan) belong together only the rows themselves say")


def test_members_whose_way_is_another_than_that_of_the_rows_are_refused() -> None:
    """A sale is in the area where it was made, and a stall in the one where it stands: Fish sold in the hall once."""
    assert told(asked("sold", "stalls.stall", "areas.area")) == [("Fish", "hall", 1), ("Fish", "quay", 1), ("Fruit", "hall", 1)]
    assert "belong together only the rows themselves say" in refusal(asked("sold", "stalls.stall", "areas.area", members=True))
    quay = Filter("areas.area", "=", ("quay",))
    assert told(asked("sold", "stalls.stall", members=True, filters=(quay,))) == [("Fish", 1), ("Fruit", 0), ("Tools", 0)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_period_by_a_time_of_the_members_chooses_members(engine: str) -> None:
    """Of the stalls that were opened in January, Tools sold nothing; Fish is none of them."""
    opened = Period(date(2025, 1, 1), date(2025, 2, 1), "stalls.opened")
    assert told(asked("sold", "stalls.stall", members=True, time=opened), engine) == [("Fruit", 1), ("Tools", 0)]
    assert told(asked("sold", "stalls.stall", members=True, time=JANUARY), engine) == [("Fish", 1), ("Fruit", 0), ("Tools", 0)]


# ways


def test_what_two_ways_reach_has_no_meaning_nor_has_what_lies_behind_it() -> None:
    """A model with two ways is not read; a part of one may hold them."""
    model = semantic.load(TEXT)
    more = (Dataset("sellers", "sellers", primary_key=("id",)), Dataset("towns", "towns", primary_key=("id",)))
    ways = tuple(
        Relationship(to, many, to, (to,), ("id",)) for many, to in (("stalls", "sellers"), ("days", "sellers"), ("sellers", "towns"))
    )
    found = paths(replace(model, datasets=(*model.datasets, *more), relationships=(*model.relationships, *ways)), "sales")
    assert found.ambiguous == {"sellers", "towns"}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_version_behind_another_table_is_that_of_the_day_of_the_calendar(engine: str) -> None:
    assert told(asked("sold", "plans.plan"), engine) == [("large", 1), ("small", 1), (None, 1)]


# balances by a calendar


@pytest.mark.parametrize("engine", ENGINES)
def test_a_period_chooses_the_last_moments_in_it_and_a_state_is_asked_of_them(engine: str) -> None:
    assert told(asked("stocked"), engine) == [(5,)]
    assert told(asked("stocked", time=JANUARY), engine) == [(8,)]
    assert told(asked("stocked", time=FEBRUARY), engine) == [(2,)]
    assert told(asked("new_stocked"), engine) == [(3,)]
    assert told(asked("stocked", filters=(Filter("stock.state", "=", ("new",)),)), engine) == [(3,)]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_the_calendar_says_chooses_moments_as_its_days_do(engine: str) -> None:
    assert told(asked("stocked", filters=(Filter("days.month", "=", (1,)),)), engine) == [(8,)]
    assert told(asked("stocked", "days.month"), engine) == [(1, 8), (2, 2)]


def test_a_month_of_the_calendar_would_stay_while_the_period_moves() -> None:
    first = Filter("days.month", "=", (2,))
    words = refusal(asked("sold", time=FEBRUARY, compare="previous_period", filters=(first,)))
    assert words.startswith("A condition on Month (days.month) would leave no row of an earlier period")
    assert told(asked("sold", time=FEBRUARY, compare="previous_year", filters=(first,))) == [(2, 0, 2, None)]
