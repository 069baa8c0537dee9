"""Compiled SQL gives the right figures: run on DuckDB and SQLite, checked against numbers added up by hand."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp, parse_one
from unit.semantic import chain, shop
from unit.semantic.by_hand.naive import Naive

from analytics_agent.errors import ToolRefused
from analytics_agent.semantic import compile, load
from analytics_agent.semantic.request import Filter, Having, MetricRequest, Order, Period

ENGINES = ("duckdb", "sqlite")


def request(*metrics: str, by: tuple[str, ...] = (), **rest: object) -> MetricRequest:
    return MetricRequest("test", metrics, by, **rest)  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_count_is_not_multiplied_by_a_joined_dimension(engine: str) -> None:
    assert shop.run(request("orders", by=("stores.city",)), engine) == [("Oslo", 3), ("Bergen", 2)]


@pytest.mark.parametrize("engine", ENGINES)
def test_several_facts_are_aggregated_before_they_meet(engine: str) -> None:
    """Orders of 2 and 3 lines, visits of other days: joined first, every figure would be multiplied."""
    rows = shop.run(request("revenue", "orders", "visitors", by=("stores.city",)), engine)
    assert sorted(rows) == [("Bergen", 20.0, 2, 50), ("O'Hara's \"End\"", None, 0, 30), ("Oslo", 42.5, 3, 180)]


@pytest.mark.parametrize("engine", ENGINES)
def test_several_facts_without_groups_stand_in_one_row(engine: str) -> None:
    assert shop.run(request("visitors", "orders"), engine) == [(260, 5)]


@pytest.mark.parametrize("engine", ENGINES)
def test_facts_share_time_at_the_same_grain(engine: str) -> None:
    rows = shop.run(request("orders", "visitors", by=("orders.placed_on:month",)), engine)
    assert rows == [("2025-01-01", 1, 150), ("2025-02-01", 2, 80), ("2025-03-01", 1, 30), ("2025-04-01", 1, None)]


@pytest.mark.parametrize("engine", ENGINES)
def test_unknown_customers_keep_their_orders(engine: str) -> None:
    rows = shop.run(request("orders", "visitors", by=()), engine)
    assert rows == [(5, 260)]
    assert sorted(shop.run(request("orders", by=("customers.region",)), engine), key=str) == [("north", 2), ("south", 1), (None, 2)]


@pytest.mark.parametrize("engine", ENGINES)
def test_groups_without_a_name_meet_across_facts(engine: str) -> None:
    rows = shop.run(request("revenue", "orders", by=("customers.region",)), engine)
    assert sorted(rows, key=str) == [("north", 22.5, 2), ("south", 20.0, 1), (None, 20.0, 2)]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("grain", "starts"),
    [
        ("week", ["2025-01-27", "2025-02-24", "2025-03-31"]),
        ("month", ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"]),
        ("quarter", ["2025-01-01", "2025-04-01"]),
        ("year", ["2025-01-01"]),
    ],
)
def test_periods_begin_where_the_calendar_says(engine: str, grain: str, starts: list[str]) -> None:
    assert [row[0] for row in shop.run(request("orders", by=(f"orders.placed_on:{grain}",)), engine)] == starts


@pytest.mark.parametrize("engine", ENGINES)
def test_a_period_takes_its_first_day_and_leaves_its_last(engine: str) -> None:
    assert shop.run(request("orders", time=Period(date(2025, 2, 1), date(2025, 3, 31))), engine) == [(2,)]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("op", "values", "orders"),
    [
        ("=", ("2025-02-28",), 1),
        ("!=", ("2025-02-28",), 4),
        ("<=", ("2025-02-28",), 3),
        ("<", ("2025-02-28",), 2),
        (">", ("2025-02-28",), 2),
        (">=", ("2025-02-28",), 3),
        ("between", ("2025-02-01", "2025-02-28"), 2),
        ("in", ("2025-01-31", "2025-04-01"), 2),
        ("<=", ("9999-12-31",), 5),
        (">", ("9999-12-31",), 0),
        ("=", ("9999-12-31",), 0),
        ("between", ("2025-04-01", "9999-12-31"), 1),
    ],
)
def test_a_day_means_the_whole_day(engine: str, op: str, values: tuple[str, ...], orders: int) -> None:
    assert shop.run(request("orders", filters=(Filter("orders.placed_on", op, values),)), engine) == [(orders,)]  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("field", "op", "values", "orders"),
    [
        ("orders.placed_on:month", "in", ("2025-02-01", "2025-04-01"), 3),
        ("orders.placed_on:month", "=", ("2025-02-14",), 2),
        ("orders.placed_on:month", "!=", ("2025-02-01",), 3),
        ("orders.placed_on:quarter", "not_in", ("2025-01-01",), 1),
        ("orders.placed_on:year", "in", ("2024-01-01", "2025-01-01"), 5),
    ],
)
def test_months_that_are_no_neighbors_are_chosen_by_a_day_of_each(
    engine: str, field: str, op: str, values: tuple[str, ...], orders: int
) -> None:
    assert shop.run(request("orders", filters=(Filter(field, op, values),)), engine) == [(orders,)]  # type: ignore[arg-type]


def test_a_month_of_the_last_year_there_is_is_refused() -> None:
    with pytest.raises(ToolRefused, match="takes days up to"):
        shop.run(request("orders", filters=(Filter("orders.placed_on:month", "=", ("9999-12-31",)),)), "duckdb")


@pytest.mark.parametrize("engine", ENGINES)
def test_filters_of_every_kind(engine: str) -> None:
    def orders(field: str, op: str, *values: object) -> int:
        return int(shop.run(request("orders", filters=(Filter(field, op, values),)), engine)[0][0])  # type: ignore[arg-type]

    assert orders("stores.city", "=", "Oslo") == 3
    assert orders("stores.city", "not_in", "Oslo", "Bergen") == 0
    assert orders("stores.city", "contains", "ERG") == 2
    assert orders("customers.region", "is_null") == 2
    assert orders("customers.region", "not_null") == 3
    assert orders("orders.order_id", "between", 2, "4") == 3
    assert orders("stores.kind", "=", "street") == 2


def test_a_field_that_is_a_condition_itself_is_compared_as_a_whole() -> None:
    """`status = 'sent' = TRUE` is an error in PostgreSQL, and `a OR b = TRUE` is another condition."""
    asked = shop.TEXT.replace("expression: status}", "expression: \"status = 'sent'\"}", 1).replace(
        "datatype: String", "datatype: Boolean", 1
    )
    request_ = request("orders", filters=(Filter("orders.status", "=", (True,)),))
    sql = compile(load(asked), request_, dialect="postgres", catalog=shop.catalog()).sql
    where = parse_one(sql, read="postgres").find(exp.Where)
    assert where is not None and isinstance(where.this, exp.EQ)
    assert where.this.this.sql("postgres") == "(orders.status = 'sent')"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_ratio_is_not_cut_to_whole_numbers_and_survives_zero(engine: str) -> None:
    assert shop.run(request("sent_share"), engine) == [(0.8,)]
    rows = dict(
        shop.run(request("mean_price", by=("orders.placed_on:month",), filters=(Filter("products.category", "=", ("tea",)),)), engine)
    )
    assert rows == {"2025-01-01": 5.0, "2025-02-01": 5.0, "2025-04-01": 5.0}
    nothing = request("mean_price", filters=(Filter("orders.order_id", "=", (5,)), Filter("products.category", "=", ("coffee",))))
    assert shop.run(nothing, engine) == [(None,)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_definition_with_a_condition_leaves_its_neighbors_alone(engine: str) -> None:
    rows = shop.run(request("orders", "sent_orders", by=("stores.city",)), engine)
    assert rows == [("Oslo", 3, 2), ("Bergen", 2, 2)]


@pytest.mark.parametrize("engine", ENGINES)
def test_thresholds_and_limits_hold_for_groups(engine: str) -> None:
    assert shop.run(request("orders", by=("stores.city",), having=(Having("orders", ">", 2),)), engine) == [("Oslo", 3)]
    both = request("orders", "visitors", by=("stores.city",), having=(Having("visitors", "<", 100),), limit=1)
    assert shop.run(both, engine) == [("Bergen", 2, 50)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_count_without_rows_is_0_to_a_threshold_too(engine: str) -> None:
    """Where two facts meet, a store that was visited and sold nothing made 0 orders: it has at most 1, and not 2."""
    few = request("orders", "visitors", by=("stores.city",), having=(Having("orders", "<=", 1),))
    assert shop.run(few, engine) == [("O'Hara's \"End\"", 0, 30)]
    another = request("orders", "visitors", by=("stores.city",), having=(Having("orders", "!=", 2),))
    assert [row[0] for row in shop.run(another, engine)] == ["Oslo", "O'Hara's \"End\""]


@pytest.mark.parametrize("engine", ENGINES)
def test_ties_are_broken_by_name_and_nothing_comes_last(engine: str) -> None:
    rows = shop.run(request("customers", by=("customers.region",), order_by=(Order("customers", "desc"),)), engine)
    assert rows == [("north", 1), ("south", 1), (None, 1)]
    merged = shop.run(request("revenue", "visitors", by=("stores.city",), order_by=(Order("revenue", "desc"),)), engine)
    assert [row[0] for row in merged] == ["Oslo", "Bergen", "O'Hara's \"End\""]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30).filter(lambda text: "\x00" not in text and text.isprintable()))
def test_no_value_can_leave_its_literal(value: str) -> None:
    expected = {"Oslo": 3, "Bergen": 2}.get(value, 0)
    for engine in ENGINES:
        assert shop.run(request("orders", filters=(Filter("stores.city", "=", (value,)),)), engine) == [(expected,)]


def test_a_quoted_name_is_found_as_it_stands() -> None:
    hit = request("visitors", filters=(Filter("stores.city", "=", ("O'Hara's \"End\"",)),))
    assert shop.run(hit) == [(30,)]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (request("revenu"), "no metric 'revenu'. Nearest: revenue"),
        (request("stores.city"), "is a dimension: put it in `dimensions`"),
        (request("orders", by=("store.city",)), "no dimension 'store.city'. Nearest: stores.city"),
        (request("orders", by=("visitors",)), "is a metric, not a dimension"),
        (request("orders", by=("products.category",)), "a row of orders does not have exactly one products"),
        (request("orders", by=("stores.city:month",)), "is no time, so it has no grain"),
        (request("orders", by=("orders.placed_on:hour",)), "cannot be grouped by 'hour'"),
        (
            request("visitors", filters=(Filter("orders.status", "=", ("sent",)),)),
            "Visitors cannot be split or filtered by Status (orders.status)",
        ),
        (request("orders", filters=(Filter("stores.city", "between", ("a",)),)), "takes 2 value"),
        (request("orders", filters=(Filter("orders.order_id", "=", ("many",)),)), "is a number; 'many' is none"),
        (request("orders", filters=(Filter("orders.placed_on", "=", ("soon",)),)), "write it as YYYY-MM-DD"),
        (request("orders", filters=(Filter("orders.order_id", "contains", ("1",)),)), "`contains` looks inside text"),
        (request("orders", filters=(Filter("stores.city:month", "=", ("2025-02-01",)),)), "takes no 'month' in a filter"),
        (request("orders", filters=(Filter("orders.placed_on:hour", "=", ("2025-02-01",)),)), "takes no 'hour' in a filter"),
        (request("orders", filters=(Filter("orders.placed_on:month", ">", ("2025-02-01",)),)), "takes =, !=, in or not_in"),
        (request("orders", filters=(Filter("orders.placed_on:month", "=", ("February",)),)), "is told by a day of it"),
        (request("orders", time=Period(date(2025, 2, 1), date(2025, 2, 1))), "The period is empty"),
        (request("orders", order_by=(Order("stores.city", "asc"),)), "Order by one of orders"),
    ],
)
def test_a_request_that_cannot_work_says_what_would(bad: MetricRequest, words: str) -> None:
    with pytest.raises(ToolRefused) as refused:
        compile(shop.model(), bad, dialect="duckdb", catalog=shop.catalog())
    assert words in str(refused.value)


def test_columns_carry_what_a_reader_needs() -> None:
    asked = request("revenue", "sent_share", by=("stores.city", "orders.placed_on:month"))
    compiled = compile(shop.model(), asked, dialect="duckdb", catalog=shop.catalog())
    city, month, revenue, share = compiled.columns
    assert (city.name, city.type, city.label, city.format, city.dimension) == ("city", "text", "City", "text", "stores.city")
    assert (month.name, month.type, month.format, month.dimension) == ("placed_on_month", "date", "date", "orders.placed_on:month")
    assert (revenue.unit, revenue.format, revenue.decimals, revenue.higher_is, revenue.additive) == ("EUR", "currency", 2, "good", True)
    assert (share.format, share.additive, share.metric) == ("percent", False, "sent_share")
    assert compiled.metrics == ("revenue", "sent_share")
    assert compiled.caveats == ("Returns are not known.",)


def test_the_same_request_gives_the_same_text() -> None:
    asked = request("revenue", "visitors", by=("stores.city",))
    texts = {compile(shop.model(), asked, dialect="postgres").sql for _ in range(3)}
    assert len(texts) == 1


def test_postgres_text_is_what_a_reviewer_expects() -> None:
    asked = request("orders", by=("orders.placed_on:month",), time=Period(date(2025, 1, 1), date(2026, 1, 1)))
    sql = " ".join(compile(shop.model(), asked, dialect="postgres").sql.split())
    assert sql == (
        "SELECT CAST(DATE_TRUNC('month', orders.placed_on) AS DATE) AS placed_on_month, COUNT(orders.order_id) AS orders FROM orders "
        "WHERE orders.placed_on >= CAST('2025-01-01' AS DATE) AND orders.placed_on < CAST('2026-01-01' AS DATE) "
        "GROUP BY 1 ORDER BY placed_on_month ASC"
    )


def test_many_facts_cut_by_a_limit_are_not_too_deep_for_sqlite() -> None:
    wide = request("sales_made", "gifts", "large_sales", "paid", "visitors", "calls_made", by=("stores.city",), limit=1)
    made = compile(chain.model(), wide, dialect="sqlite", catalog=chain.catalog("sqlite"))
    rows = chain.world(1)
    assert chain.run(made.sql, rows, "sqlite") == chain.plain(Naive(rows, wide).answer())
