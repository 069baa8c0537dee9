"""Where figures go wrong by one: ends of months and of windows, clocks that change, weeks of another year, parts of counts, equals of each
group. Worked out by hand."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from unit.semantic import chain, shop
from unit.semantic.test_bridges import TAGS
from unit.semantic.test_compile_staged import ENGINES, ROWS, SPRING, asked

from analytics_agent import semantic
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic import compile
from analytics_agent.semantic.request import Counted, Filter, MetricRequest, Order, Period, ShareOf, Top

MONTH, CITY = "sales.day:month", "stores.city"


def told(request: MetricRequest, engine: str = "duckdb", text: str = chain.TEXT, **rows: list[chain.Row]) -> list[tuple[Any, ...]]:
    made = compile(semantic.load(text), request, dialect=engine, catalog=chain.catalog(engine))  # type: ignore[arg-type]
    return chain.run(made.sql, ROWS | TAGS | rows, engine)


def sale(number: int, day: str, store: int | None = 0, amount: float | None = 1.0, quantity: int = 1, client: int = 0) -> chain.Row:
    days = {"day": date.fromisoformat(day), "paid_on": None}
    return {"id": number, **days, "store": store, "client": client, "amount": amount, "quantity": quantity}


def period(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start), date.fromisoformat(end))


# windows


@pytest.mark.parametrize("engine", ENGINES)
def test_a_running_total_ends_with_its_period_and_not_a_day_later(engine: str) -> None:
    """20.0 were sold on the first of February."""
    winter = period("2025-01-01", "2025-03-01")
    found = told(asked("revenue_so_far", "revenue_this_month", by=(MONTH,), time=winter), engine)
    assert found == [("2025-01-01", 18.0, 10.0), ("2025-02-01", 68.0, 50.0)]


@pytest.mark.parametrize("engine", ENGINES)
def test_nine_days_are_nine_days(engine: str) -> None:
    """Those to the 10th begin with the 2nd."""
    sales = [sale(i, f"2025-02-{i:02}", quantity=3) for i in (1, 2, 10, 11)]
    by_day = asked("large_sales_of_9_days", by=("sales.day:day",), time=period("2025-02-09", "2025-02-12"))
    assert told(by_day, engine, sales=sales) == [("2025-02-09", 2), ("2025-02-10", 2), ("2025-02-11", 2)]
    assert told(asked("large_sales_of_9_days", time=period("2025-02-10", "2025-02-11")), engine, sales=sales) == [(2,)]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_first_of_each_month_are_ranked_by_what_is_told_of_it(engine: str) -> None:
    """By all that was sold until then Oslo leads in March too, though it sold nothing that is known in it."""
    top = Top(1, "revenue_so_far", CITY, others=False, within=(MONTH,))
    found = told(asked("revenue_so_far", by=(MONTH, CITY), time=SPRING, top=top), engine)
    assert found == [("2025-02-01", "Oslo", 48.0), ("2025-03-01", "Oslo", 48.0)]


# what is compared


@pytest.mark.parametrize("engine", ENGINES)
def test_a_month_is_compared_with_all_of_the_month_before(engine: str) -> None:
    """February has 28 days, and January had a sale on its last."""
    before = {"by": (MONTH,), "compare": "previous_period"}
    assert told(asked("revenue", time=period("2025-02-01", "2025-03-01"), **before), engine) == [("2025-02-01", 50.0, 10.0, 40.0, 4.0)]
    assert told(asked("sales_made", time=period("2025-03-01", "2025-03-31"), **before), engine) == [("2025-03-01", 1, 2, -1, -0.5)]


@pytest.mark.parametrize("engine", ENGINES)
def test_parts_of_months_are_compared_with_the_same_parts(engine: str) -> None:
    """The 10th of February to the 20th of March with the 10th of January to the 20th of February."""
    sales = [
        sale(i, day, amount=float(2**i)) for i, day in enumerate(("2025-01-09", "2025-01-10", "2025-02-09", "2025-02-10", "2025-02-21"))
    ]
    found = told(asked("revenue", by=(MONTH,), time=period("2025-02-10", "2025-03-20"), compare="previous_period"), engine, sales=sales)
    assert [row[:3] for row in found] == [("2025-02-01", 24.0, 2.0), ("2025-03-01", 0, 12.0)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_week_is_compared_with_the_week_52_weeks_before(engine: str) -> None:
    """Monday, 3 March 2025 with Monday, 4 March 2024: the same day of the year before is a Sunday of another week."""
    sales = [sale(1, "2025-03-03", amount=5.0), sale(2, "2024-03-04", amount=2.0), sale(3, "2024-03-03", amount=100.0)]
    week = asked("revenue", by=("sales.day:week",), time=period("2025-03-03", "2025-03-10"), compare="previous_year")
    assert told(week, engine, sales=sales) == [("2025-03-03", 5.0, 2.0, 3.0, 1.5)]


@pytest.mark.parametrize("engine", ENGINES)
def test_days_of_years_stay_beside_their_own_behind_leap_days(engine: str) -> None:
    years = asked("sales_made", by=("sales.day:day",), time=period("2020-03-01", "2025-03-12"), fill=True, compare="previous_year")
    found = {row[0]: row[1:3] for row in told(years, engine)}
    assert found["2025-03-10"] == (0, 1) and found["2025-03-09"] == (0, 0) and found["2025-03-11"] == (0, 0)


# calendars


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("day", "quarter", "year"), [("2025-08-31", 7, 2025), ("2024-12-31", 10, 2024), ("2025-03-31", 1, 2024), ("2025-05-31", 4, 2024)]
)
def test_the_last_of_a_month_is_in_the_fiscal_periods_of_its_month(engine: str, day: str, quarter: int, year: int) -> None:
    """Half a year before 31 August there is no 31st."""
    assert told(asked("sales_made", by=("sales.day:fiscal_year",)), engine, sales=[sale(1, day)]) == [(f"{year}-07-01", 1)]
    assert told(asked("sales_made", by=("sales.day:fiscal_quarter",)), engine, sales=[sale(1, day)]) == [(f"{day[:4]}-{quarter:02}-01", 1)]


@pytest.mark.parametrize("engine", ENGINES)
def test_fiscal_periods_that_are_counted_out_are_those_of_the_rows(engine: str) -> None:
    half = asked("sales_made", by=("sales.day:fiscal_quarter",), time=period("2024-10-01", "2025-04-01"), fill=True)
    assert told(half, engine) == [("2024-10-01", 0), ("2025-01-01", 5)]
    years = asked("sales_made", by=("sales.day:fiscal_year",), time=period("2023-07-01", "2025-07-01"), compare="previous_year")
    assert [row[:3] for row in told(years, engine)] == [("2023-07-01", 1, 0), ("2024-07-01", 5, 1)]


def _calls(*hours: str) -> list[chain.Row]:
    return [{"began": datetime.fromisoformat(each).replace(tzinfo=UTC), "store": 0, "seconds": 1} for each in hours]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_call_is_of_the_day_and_hour_that_clocks_in_oslo_showed(engine: str) -> None:
    """On 31 March 2024 they went from 2 to 3, and on 27 October 2 came twice."""
    calls = _calls("2024-03-31 00:30", "2024-03-31 01:30", "2024-10-27 00:30", "2024-10-27 01:30", "2024-10-26 22:30", "2024-12-31 23:30")
    by_hour = told(asked("calls_made", by=("calls.began:hour",)), engine, calls=calls)
    assert [(str(hour)[:16], count) for hour, count in by_hour] == [
        ("2024-03-31 01:00", 1),
        ("2024-03-31 03:00", 1),
        ("2024-10-27 00:00", 1),
        ("2024-10-27 02:00", 2),
        ("2025-01-01 00:00", 1),
    ]
    assert told(asked("calls_made", by=("calls.began:year",)), engine, calls=calls) == [("2024-01-01", 5), ("2025-01-01", 1)]
    assert told(asked("calls_made", time=period("2025-01-01", "2025-01-02")), engine, calls=calls) == [(1,)]


# bridges


@pytest.mark.parametrize("engine", ENGINES)
def test_two_conditions_over_one_bridge_are_of_the_same_pair(engine: str) -> None:
    """Sale 2 is a gift and of a color, and no color is a gift."""
    gift, color = Filter("tags.label", "=", ("gift",)), Filter("tags.kind", "=", ("color",))
    assert told(asked("sales_made", filters=(gift, color)), engine) == [(0,)]
    assert told(asked("sales_made", filters=(gift,)), engine) == [(2,)]


@pytest.mark.parametrize("engine", ENGINES)
def test_of_what_is_unknown_no_part_is_counted(engine: str) -> None:
    """Sale 6 has no client: its half is no half of one."""
    known = chain.TEXT.replace("name: paid\n        expression: COUNT(sales.id)", "name: paid\n        expression: COUNT(sales.client)")
    splits = [{"sale": number, "agent": agent, "share": 0.5} for number in (5, 6) for agent in (0, 1)]
    found = told(asked("paid", by=("agents.agent",)), engine, known, splits=splits)
    assert sorted(found, key=str) == [("Kari", 0.5), ("Ola", 0.5), (None, 4)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_part_of_a_count_stays_a_part_where_it_is_compared(engine: str) -> None:
    found = told(asked("sales_made", by=("agents.agent",), time=SPRING, compare="previous_period"), engine)
    assert {row[0]: row[1:3] for row in found} == {"Ola": (1.75, 0.5), "Kari": (0.25, 0.5), None: (2, 0)}
    monthly = told(asked("sales_made", by=(MONTH, "agents.agent"), time=SPRING, compare="previous_period"), engine)
    assert {row[:2]: row[2:4] for row in monthly}[("2025-02-01", "Ola")] == (1.75, 0.5)


def test_nobody_is_reached_through_a_version_of_him() -> None:
    """Who had none yet on the day of a sale would be lost."""
    way = "from: sales, to: clients, from_columns: [client], to_columns: [id]"
    through = chain.TEXT.replace(way, "from: clients, to: tiers, from_columns: [id], to_columns: [client]")
    with pytest.raises(ToolRefused, match=r"Sales made cannot be split or filtered by Segment \(clients.segment\)"):
        told(asked("sales_made", by=("clients.segment",)), text=through)
    assert told(asked("sales_made", by=("tiers.tier",)), text=through) == [(None, 3), ("blue", 2), ("gold", 1)]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_has_no_pair_has_its_place_among_the_top(engine: str) -> None:
    """Without a label are sales for 32.0: less than the red ones, and more than the gift."""
    tagged = [pair for pair in TAGS["tagged"] if pair["sale"] != 3]
    found = told(asked("revenue", by=("tags.label",), top=Top(2)), engine, tagged=tagged)
    assert found == [("red", 40.0), (None, 32.0), ("All others", 10.0)]


# equals, what is unknown, and nothing


@pytest.mark.parametrize("engine", ENGINES)
def test_equals_of_a_lesser_group_are_among_its_first(engine: str) -> None:
    stores = [{"id": i, "name": name, "region": 0 if i < 2 else 1} for i, name in enumerate(("Oslo", "Voss", "Bergen", "Moss"))]
    sales = [sale(1, "2025-02-01", 0, 9.0), sale(2, "2025-02-01", 1, 5.0), sale(3, "2025-02-01", 2, 4.0), sale(4, "2025-02-01", 3, 4.0)]
    top = Top(1, dimension=CITY, others=False, within=("regions.region",))
    found = told(asked("revenue", by=("regions.region", CITY), top=top), engine, stores=stores, sales=sales)
    assert found == [("north", "Oslo", 9.0), ("south", "Bergen", 4.0), ("south", "Moss", 4.0)]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_unknown_is_neither_first_nor_at_the_top(engine: str) -> None:
    """In Moss nobody wrote down for how much."""
    sales = [sale(1, "2025-02-01", 0, 9.0), sale(2, "2025-02-01", 1, 5.0), sale(3, "2025-02-01", 2, None)]
    assert told(asked("revenue", by=(CITY,), top=Top(1, others=False)), engine, sales=sales) == [("Oslo", 9.0)]
    assert told(asked("revenue", by=(CITY,), limit=1), engine, sales=sales) == [("Oslo", 9.0)]
    least = asked("revenue", by=(CITY,), order_by=(Order("revenue", "asc"),), limit=1)
    assert told(least, engine, sales=sales) == [("Bergen", 5.0)]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_has_no_rows_of_a_fact_is_unknown_where_nothing_makes_it_nought(engine: str) -> None:
    """In Bergen nobody looked in in February: not nobody, but nothing is known. What is counted is none."""
    february = period("2025-02-01", "2025-03-01")
    found = told(asked("visitors", "sales_made", by=(CITY,), time=february, share_of=ShareOf()), engine)
    assert [(row[0], row[1], row[3]) for row in found] == [("Oslo", 6, 1), ("Bergen", None, 1)]
    assert told(asked("mean_amount", "buyers", time=period("2030-01-01", "2031-01-01")), engine) == [(None, 0)]


@pytest.mark.parametrize("engine", ENGINES)
def test_whole_numbers_are_divided_as_numbers(engine: str) -> None:
    halves = chain.TEXT.replace("SUM(sales.amount) / COUNT(sales.id)", "SUM(sales.quantity) / COUNT(sales.id)")
    sales = [sale(1, "2025-02-01", quantity=1), sale(2, "2025-02-01", quantity=2)]
    assert told(asked("mean_amount"), engine, halves, sales=sales) == [(1.5,)]


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "sqlite", "mysql"])
def test_nothing_is_divided_by_zero_in_any_engine(dialect: str) -> None:
    """PostgreSQL would stop there, and DuckDB and SQLite would not tell."""
    sql = compile(shop.model(), MetricRequest("p", ("mean_price",)), dialect=dialect, catalog=shop.catalog()).sql  # type: ignore[arg-type]
    assert "NULLIF(SUM(order_lines.quantity), 0)" in sql
    staged = compile(chain.model(), asked("conversion"), dialect=dialect, catalog=chain.catalog(dialect)).sql  # type: ignore[arg-type]
    assert "/ NULLIF(visitors, 0)" in staged


@pytest.mark.parametrize("engine", ENGINES)
def test_capitals_do_not_matter_to_what_a_name_contains(engine: str) -> None:
    for text in ("berg", "BERG", "Berg"):
        assert told(asked("sales_made", filters=(Filter(CITY, "contains", (text,)),)), engine) == [(1,)]


@pytest.mark.parametrize("engine", ENGINES)
def test_different_buyers_of_all_are_no_sum_of_those_of_each_group(engine: str) -> None:
    """Of two clients the one bought in Oslo alone, the other in Bergen and in Moss."""
    assert told(asked("buyers", by=(CITY,)), engine) == [("Bergen", 1), ("Moss", 1), ("Oslo", 1)]
    assert told(asked("buyers"), engine) == [(2,)]
    assert told(asked("buyers", by=(CITY,), top=Top(1, "revenue")), engine) == [("Oslo", 1, 48.0), ("All others", 1, 24.0)]
    assert told(asked("buyers", by=("sales.client",), counted=Counted()), engine) == [(2,)]
