"""What a statement is expected to take, in words, and what would take less."""

import pytest

from analytics_agent.catalog.build import build
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn
from analytics_agent.domain.statement import Estimate
from analytics_agent.sql import cost
from analytics_agent.sql.check import check
from analytics_agent.sql.plan_gaps import is_read_once, read
from analytics_agent.sql.verdict import Verdict


def table(name: str, rows: int | None, *columns: tuple[str, str], **more: object) -> Table:
    made = tuple(TableColumn(column, kind, kind) for column, kind in columns)  # type: ignore[arg-type]
    return Table("public", name, made, rows=rows, **more)  # type: ignore[arg-type]


CATALOG: Catalog = build(
    "shop",
    "postgres",
    [
        table("customers", 40_000, ("customer_id", "integer"), ("since", "date"), primary_key=("customer_id",)),
        table(
            "orders",
            400_000,
            ("order_id", "integer"),
            ("customer_id", "integer"),
            ("ordered_on", "date"),
            ("amount", "number"),
            primary_key=("order_id",),
            foreign_keys=(ForeignKey(("customer_id",), "public", "customers", ("customer_id",)),),
        ),
        table("visits", 26_000, ("visit_id", "integer"), ("visited_at", "timestamp"), ("pages", "integer")),
        table("places", 1_400, ("place", "text"), ("hour", "timestamp"), primary_key=("place", "hour")),
        table("readings", 300_000, ("place", "text"), ("hour", "timestamp"), ("value", "number")),
        table("big_view", None, ("n", "integer"), kind="view"),
    ],
    ("public",),
)


def verdict(sql: str) -> Verdict:
    found = check(sql, dialect="postgres", catalog=CATALOG, row_cap=100)
    assert found.ok, found.findings
    return found


def told(sql: str, rows_read: float, *scans: str, limit: int = 1_000_000) -> tuple[str, str]:
    estimate, checked = Estimate(rows_read, 1.0, 1.0, scans), verdict(sql)
    return cost.why(estimate, limit, checked, CATALOG), cost.instead(estimate, checked, CATALOG)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (7, "7"),
        (340, "340"),
        (126_119, "130,000"),
        (999_999, "1,000,000"),
        (1_000_000, "1 million"),
        (8_795_247_239, "8.8 billion"),
        (12_000_000_000, "12 billion"),
        (3.4e14, "340 trillion"),
        (1e30, "over a thousand trillion"),
    ],
)
def test_an_estimate_is_told_with_the_two_digits_that_it_is_worth(rows: float, words: str) -> None:
    assert cost.in_words(rows) == words


def test_tables_that_are_multiplied_are_told_as_a_product_and_their_key_is_named() -> None:
    why, instead = told("SELECT count(*) FROM orders CROSS JOIN customers", 16e9, "public.orders", "public.customers")
    assert why == "It is expected to go through about 16 billion rows of orders × customers; the limit is 1 million."
    assert instead.startswith("Join orders and customers on orders.customer_id = customers.customer_id. Bound the period: ")
    assert "orders.ordered_on" in instead


def test_columns_that_tables_have_in_common_do_for_a_key_that_nobody_declared() -> None:
    _, instead = told("SELECT count(*) FROM readings CROSS JOIN places", 4.2e8, "public.readings", "public.places")
    assert "Join readings and places on readings.place = places.place AND readings.hour = places.hour." in instead


def test_a_pair_that_is_joined_by_its_key_is_not_told_to_be_joined() -> None:
    sql = "SELECT count(*) FROM orders JOIN customers ON orders.customer_id = customers.customer_id, visits"
    _, instead = told(sql, 1e10, "public.orders")
    assert "Join orders" not in instead and "Aggregate" in instead


def test_a_large_scan_is_told_to_bound_its_period_unless_it_does() -> None:
    _, instead = told("SELECT sum(amount) FROM orders", 400_000, "public.orders", limit=1_000)
    assert instead.startswith("Bound the period: put a condition on orders.ordered_on.")
    _, instead = told("SELECT sum(amount) FROM orders WHERE ordered_on >= DATE '2025-01-01'", 400_000, "public.orders", limit=1_000)
    assert "Bound the period" not in instead and "Ask for less" in instead


def test_a_table_joined_with_itself_is_told_as_that() -> None:
    why, _ = told("SELECT count(*) FROM visits AS a, visits AS b", 6.8e8, "public.visits")
    assert "of visits, read again and again;" in why


def test_what_stands_behind_a_view_is_not_named() -> None:
    why, instead = told("SELECT count(*) FROM big_view", 5e9, "public.salaries", "secret.people")
    assert "salaries" not in why + instead and "people" not in why + instead
    assert "of big_view;" in why


@pytest.mark.parametrize(
    ("sql", "sure"),
    [
        ("SELECT count(*) FROM visits", True),
        ("SELECT count(*) FROM visits WHERE pages > (SELECT 3)", True),
        ("SELECT count(*) FROM visits, places", True),  # 26,000 × 1,400 pairs
        ("SELECT count(*) FROM orders, visits", False),
        ("SELECT count(*) FROM visits AS a, visits AS b", False),
        ("WITH v AS (SELECT * FROM visits) SELECT count(*) FROM v AS a, v AS b", False),
        ("SELECT count(*) FROM big_view", False),
        ("SELECT count(*) FROM visits, generate_series(1, 10) AS g(i)", False),
        ("SELECT generate_series(1, 10), visit_id FROM visits", False),
        ("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT count(*) FROM r, visits", False),
    ],
)
def test_no_planner_is_asked_where_no_order_of_joins_can_go_over_the_limit(sql: str, sure: bool) -> None:
    assert cost.surely_within(100_000_000, verdict(sql), CATALOG) is sure


def test_a_name_in_from_is_read_as_every_table_that_it_means() -> None:
    found = read("SELECT * FROM orders AS o WHERE EXISTS (SELECT 1 FROM visits AS o) LIMIT 5", "sqlite")
    assert found.tables == {"o": frozenset({"orders", "visits"})}
    assert found.stops_after == 5


@pytest.mark.parametrize(
    "sql", ["SELECT a FROM t ORDER BY a LIMIT 5", "SELECT count(*) FROM t LIMIT 5", "SELECT a FROM t GROUP BY a LIMIT 5"]
)
def test_a_limit_after_something_that_gathers_all_rows_stops_nothing(sql: str) -> None:
    assert read(sql, "sqlite").stops_after is None


def test_text_that_cannot_be_read_is_read_as_nothing() -> None:
    assert read("SELECT (", "mysql").tables == {}
    assert not is_read_once("SELECT (", "postgres")
