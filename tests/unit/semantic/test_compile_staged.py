"""Comparisons, shares, the top few, filled periods, ratios, balances and running totals, with figures added up by hand."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from unit.semantic import chain

from analytics_agent import semantic
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.policy import Policy, TablePolicy
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic import compile
from analytics_agent.semantic.request import Filter, Having, MetricRequest, Order, Period, ShareOf, Top
from analytics_agent.sql.check import check

ENGINES = ("duckdb", "sqlite")
SPRING = Period(date(2025, 2, 1), date(2025, 4, 1))


def _sale(number: int, day: str, store: int | None, amount: float | None, client: int | None = 0, paid: str | None = None) -> chain.Row:
    days = [date.fromisoformat(text) if text else None for text in (day, paid)]
    return {"id": number, "day": days[0], "paid_on": days[1], "store": store, "client": client, "amount": amount, "quantity": 1}


def _stock(day: str, item: str | None, state: str, pieces: int, store: int = 0) -> chain.Row:
    return {"day": date.fromisoformat(day), "item": item, "store": store, "state": state, "pieces": pieces}


ROWS: dict[str, list[chain.Row]] = {
    "regions": [{"id": 0, "name": "north"}, {"id": 1, "name": "south"}],
    "stores": [{"id": 0, "name": "Oslo", "region": 0}, {"id": 1, "name": "Bergen", "region": 1}, {"id": 2, "name": "Moss", "region": None}],
    "tiers": [
        {"client": 0, "since": date(2025, 1, 1), "until": date(2025, 2, 28), "tier": "blue"},
        {"client": 0, "since": date(2025, 2, 28), "until": None, "tier": "gold"},
        {"client": 1, "since": date(2025, 3, 1), "until": None, "tier": "blue"},
    ],
    "clients": [{"id": 0, "segment": "new"}, {"id": 1, "segment": "old"}],
    "sales": [
        _sale(1, "2024-03-10", 0, 8.0),
        _sale(2, "2025-01-31", 0, 10.0, 0, "2025-02-01"),
        _sale(3, "2025-02-01", 1, 20.0, 1, "2025-03-05"),
        _sale(4, "2025-02-28", 0, 30.0, 0, None),
        _sale(5, "2025-03-31", 2, 4.0, 1, "2025-03-31"),
        _sale(6, "2025-03-02", 0, None, None, None),
    ],
    "visits": [
        {"seen_on": date(2025, 2, 3), "store": 0, "people": 6},
        {"seen_on": date(2025, 3, 3), "store": 1, "people": 0},
    ],
    "stock": [
        _stock("2025-02-10", "a", "new", 5),
        _stock("2025-02-20", "a", "used", 3),
        _stock("2025-02-15", "b", "new", 7),
        _stock("2025-03-05", "a", "used", 1),
    ],
}


def asked(*metrics: str, by: tuple[str, ...] = (), **rest: Any) -> MetricRequest:
    return MetricRequest("test", metrics, by, **rest)


def answered(request: MetricRequest, engine: str = "duckdb") -> list[tuple[Any, ...]]:
    return chain.run(compile(chain.model(), request, dialect=engine, catalog=chain.catalog(engine)).sql, ROWS, engine)  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ENGINES)
def test_each_month_stands_beside_the_one_before(engine: str) -> None:
    rows = answered(asked("revenue", by=("sales.day:month",), time=SPRING, compare="previous_period"), engine)
    assert rows == [("2025-02-01", 50.0, 10.0, 40.0, 4.0), ("2025-03-01", 4.0, 50.0, -46.0, -0.92)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_period_stands_beside_the_same_of_last_year(engine: str) -> None:
    rows = answered(asked("revenue", by=("stores.city",), time=SPRING, compare="previous_year"), engine)
    assert rows == [("Oslo", 30.0, 8.0, 22.0, 2.75), ("Bergen", 20.0, 0, 20.0, None), ("Moss", 4.0, 0, 4.0, None)]


def test_two_months_are_compared_with_the_two_before() -> None:
    assert answered(asked("sales_made", time=SPRING, compare="previous_period")) == [(4, 1, 3, 3.0)]


def test_a_sum_of_unknown_values_is_unknown_and_of_no_rows_nothing() -> None:
    march = Period(date(2025, 3, 1), date(2025, 4, 1))
    rows = {row[0]: row[1:3] for row in answered(asked("revenue", by=("stores.city",), time=march, compare="previous_period"))}
    assert rows == {"Moss": (4.0, 0), "Oslo": (None, 30.0), "Bergen": (0, 20.0)}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_share_is_one_of_everything_though_few_rows_are_shown(engine: str) -> None:
    whole = asked("revenue", by=("stores.city",), time=SPRING, share_of=ShareOf(), having=(Having("revenue", ">", 4),))
    assert answered(whole, engine) == [("Oslo", 30.0, 30 / 54), ("Bergen", 20.0, 20 / 54)]
    monthly = asked("revenue", by=("sales.day:month", "stores.city"), time=SPRING, share_of=ShareOf(("sales.day:month",)))
    assert answered(monthly, engine)[:2] == [("2025-02-01", "Bergen", 20.0, 0.4), ("2025-02-01", "Oslo", 30.0, 0.6)]


@pytest.mark.parametrize("engine", ENGINES)
def test_all_others_are_computed_over_their_rows(engine: str) -> None:
    """Two stores of one buyer have one buyer, and their mean is one of sales."""
    rows = answered(asked("revenue", "buyers", "mean_amount", by=("stores.city",), top=Top(1)), engine)
    assert rows == [("Oslo", 48.0, 1, 12.0), ("All others", 24.0, 1, 12.0)]
    assert answered(asked("revenue", by=("stores.city",), top=Top(1, others=False)), engine) == [("Oslo", 48.0)]


def test_the_top_is_the_same_in_every_month() -> None:
    request = asked("revenue", by=("sales.day:month", "stores.city"), time=SPRING, top=Top(1, "revenue", "stores.city"))
    assert [row[:2] for row in answered(request)] == [
        ("2025-02-01", "Oslo"),
        ("2025-02-01", "All others"),
        ("2025-03-01", "Oslo"),
        ("2025-03-01", "All others"),
    ]


def test_a_member_that_is_called_like_the_others_stays_its_own() -> None:
    rows = ROWS | {"stores": [{**store, "name": "All others" if store["id"] == 0 else store["name"]} for store in ROWS["stores"]]}
    made = compile(chain.model(), asked("revenue", by=("stores.city",), top=Top(1)), dialect="duckdb", catalog=chain.catalog())
    assert chain.run(made.sql, rows, "duckdb") == [("All others", 48.0), ("All others", 24.0)]


@pytest.mark.parametrize("engine", ENGINES)
def test_months_without_rows_are_there(engine: str) -> None:
    winter = Period(date(2024, 11, 1), date(2025, 3, 1))
    rows = answered(asked("revenue", "sales_made", "mean_amount", by=("sales.day:month",), time=winter, fill=True), engine)
    assert rows == [("2024-11-01", 0, 0, None), ("2024-12-01", 0, 0, None), ("2025-01-01", 10.0, 1, 10.0), ("2025-02-01", 50.0, 2, 25.0)]


@pytest.mark.parametrize("engine", ENGINES)
def test_years_of_days_are_one_statement(engine: str) -> None:
    """29 February is compared with the 28th of the year before, and every other day with its own."""
    years = Period(date(2020, 3, 1), date(2025, 3, 2))
    request = asked("sales_made", "revenue_so_far", by=("sales.day:day",), time=years, fill=True, compare="previous_year")
    rows = answered(request, engine)
    assert [row[0] for row in rows] == [(years.start + timedelta(days=i)).isoformat() for i in range(1827)]
    found = {row[0]: row[1:3] for row in rows}
    assert found["2025-02-28"] == (1, 0) and found["2024-02-29"] == (0, 0) and found["2024-03-10"] == (1, 0)
    assert {row[0]: row[5:7] for row in rows}["2025-03-01"] == (68.0, 0)
    leap = replace(request, time=Period(date(2028, 2, 28), date(2028, 3, 2)), compare="previous_year")
    assert [row[0] for row in answered(leap, engine)] == ["2028-02-28", "2028-02-29", "2028-03-01"]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_two_of_a_ratio_are_counted_on_rows_of_their_own(engine: str) -> None:
    rows = answered(asked("conversion", by=("time:month",), time=SPRING), engine)
    assert rows == [("2025-02-01", 2 / 6), ("2025-03-01", None)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_balance_is_the_last_of_each_item_and_never_a_sum_of_days(engine: str) -> None:
    assert answered(asked("stocked", "stocked_first", by=("stock.day:month",)), engine) == [("2025-02-01", 10, 12), ("2025-03-01", 1, 1)]
    assert answered(asked("stocked"), engine) == [(8,)]


def test_what_has_changed_its_state_is_not_in_the_old_one() -> None:
    assert answered(asked("stocked", filters=(Filter("stock.state", "=", ("new",)),))) == [(7,)]


@pytest.mark.parametrize("engine", ENGINES)
def test_running_totals_reach_back_before_the_rows_that_are_shown(engine: str) -> None:
    request = asked("revenue_so_far", "revenue_this_month", "large_sales_of_9_days", by=("sales.day:month",), time=SPRING)
    assert answered(request, engine) == [("2025-02-01", 68.0, 50.0, 0), ("2025-03-01", 72.0, 4.0, 0)]
    assert answered(asked("revenue_so_far", time=SPRING), engine) == [(72.0,)]


@pytest.mark.parametrize("engine", ENGINES)
def test_each_metric_may_be_dated_by_a_time_of_its_own(engine: str) -> None:
    rows = answered(asked("sales_made", "paid", by=("time:month",), time=SPRING), engine)
    assert rows == [("2025-02-01", 2, 1), ("2025-03-01", 2, 2)]
    assert answered(asked("paid", by=("sales.paid_on:month",), time=SPRING), engine) == [("2025-02-01", 1), ("2025-03-01", 2)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_sale_meets_the_version_that_held_at_its_time(engine: str) -> None:
    """The first day of a version is its own, its last is the next one's; who had none yet is not lost."""
    rows = answered(asked("sales_made", "paid", by=("tiers.tier",)), engine)
    assert sorted(rows, key=str) == [("blue", 2, 3), ("gold", 1, 0), (None, 3, 3)]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_fiscal_year_begins_where_the_model_says(engine: str) -> None:
    assert answered(asked("sales_made", by=("sales.day:fiscal_year",)), engine) == [("2023-07-01", 1), ("2024-07-01", 5)]
    one = Filter("sales.day:fiscal_year", "=", ("2024-01-15",))
    assert answered(asked("sales_made", filters=(one,)), engine) == [(1,)]


def test_rows_may_be_ordered_by_what_was_computed() -> None:
    request = asked(
        "revenue", by=("stores.city",), time=SPRING, compare="previous_year", order_by=(Order("revenue_change", "asc"),), limit=1
    )
    assert answered(request) == [("Moss", 4.0, 0, 4.0, None)]


def test_a_step_never_takes_the_place_of_a_table() -> None:
    text = chain.TEXT.replace("source: visits", "source: part_1").replace("name: visits\n", "name: result\n")
    text = text.replace("visits.people", "result.people").replace("from: visits", "from: result")
    from analytics_agent.semantic import load

    sql = compile(load(text), asked("conversion"), dialect="postgres").sql
    assert "FROM part_1 AS result" in sql and "WITH part_1 AS" not in sql and "result_2" in sql


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (asked("revenue", compare="previous_period"), "need `time`"),
        (asked("revenue", time=SPRING, fill=True), "needs a time dimension with its grain"),
        (asked("revenue", by=("sales.day:month",), fill=True), "need `time`"),
        (asked("buyers", share_of=ShareOf()), "a share is one of things that add up"),
        (asked("revenue", share_of=ShareOf(("stores.city",))), "`within` takes dimensions of this request (there are none); stores.city"),
        (asked("revenue", by=("stores.city",), share_of=ShareOf(("kind",))), "(stores.city); kind is none"),
        (asked("revenue", by=("stores.city",), top=Top(0)), "a count of 1 or more"),
        (asked("revenue", by=("stores.city", "clients.segment"), top=Top(1)), "stores.city, clients.segment"),
        (asked("revenue", by=("stores.city",), top=Top(1), having=(Having("revenue", ">", 1),)), "could mean two things"),
        (asked("revenue_this_month"), "Revenue this month ends with a period: ask by one, such as by month, or say which (`time`)"),
        (asked("revenue_so_far", by=("sales.day:month",)), "Say which period is meant, from which day to which (`time`)"),
        (asked("revenue_so_far", by=("sales.day",), time=SPRING), "with a grain from day to year"),
        (asked("revenue", by=("sales.day:month", "sales.paid_on:month"), time=SPRING, fill=True), "one time dimension"),
        (asked("revenue", by=("sales.paid_on:month",), time=SPRING, fill=True), "say `field` in `time`"),
        (
            asked("revenue", time=SPRING, compare="previous_year", filters=(Filter("sales.day", ">", ("2025-01-01",)),)),
            "Say the period in `time`",
        ),
        (asked("revenue", by=("sales.day:day",), time=Period(date(2000, 1, 1), date(2025, 1, 1)), fill=True), "a coarser grain than day"),
        (asked("conversion", by=("clients.segment",)), "Visitors cannot be split or filtered by Segment (clients.segment)"),
    ],
)
def test_what_has_no_meaning_is_refused_in_words(bad: MetricRequest, words: str) -> None:
    with pytest.raises(ToolRefused) as refused:
        compile(chain.model(), bad, dialect="duckdb", catalog=chain.catalog())
    assert words in str(refused.value)


def test_columns_say_what_they_are() -> None:
    request = asked("revenue", by=("stores.city",), time=SPRING, compare="previous_year", share_of=ShareOf())
    columns = compile(chain.model(), request, dialect="duckdb", catalog=chain.catalog()).columns
    assert [c.name for c in columns] == [
        "city",
        "revenue",
        "revenue_previous",
        "revenue_change",
        "revenue_percent_change",
        "revenue_share",
    ]
    assert [c.format for c in columns[4:]] == ["percent", "percent"]
    assert [c.metric for c in columns[1:]] == ["revenue", None, None, None, None]
    assert [c.additive for c in columns[1:]] == [True, True, True, False, True]


def test_readings_tell_how_it_was_put_together() -> None:
    request = asked("stocked", "revenue_so_far", by=("stores.city",), time=SPRING, compare="previous_year", top=Top(2))
    readings = compile(chain.model(), request, dialect="duckdb").readings
    assert "Stocked: of each stock.item the last state in the period." in readings
    assert "Revenue so far: added up from the beginning of the data to the end of each period." in readings
    assert "Compared with the same a year before." in readings
    assert "The top 2 by stocked, all others in one row." in readings


def test_a_request_of_the_tool_is_read_with_its_new_parts() -> None:
    given = {
        "purpose": "p",
        "metrics": ["revenue"],
        "dimensions": ["stores.city"],
        "time": {"from": "2025-02-01", "to": "2025-04-01"},
        "compare": "previous_year",
        "share_of": {},
        "top": {"count": 1},
        "fill": False,
    }
    request = MetricRequest.from_tool_input(given)
    expected = asked("revenue", by=("stores.city",), time=SPRING, compare="previous_year", share_of=ShareOf(), top=Top(1))
    assert request == replace(expected, purpose="p")
    assert request.conditions() == ("2025-02-01 to 2025-03-31", "compared with the same a year before")
    assert replace(request, top=Top(1, others=False)).conditions()[1] == "top 1 by revenue"


def test_another_facts_time_means_the_time_that_a_metric_is_dated_by() -> None:
    rows = answered(asked("visitors", "paid", by=("visits.day:month",), time=SPRING))
    assert rows == [("2025-02-01", 6, 1), ("2025-03-01", 0, 2)]


def test_a_policy_holds_in_every_part_of_a_statement() -> None:
    """As if the rows that may not be seen had never been: in the comparison, in the top and in the row of all others."""
    request = asked("revenue", "conversion", by=("stores.city",), time=SPRING, compare="previous_year", share_of=ShareOf(), top=Top(1))
    catalog = chain.catalog()
    policy = Policy(tuple(TableName("main", t.name) for t in catalog.tables), (TablePolicy("main", "sales", (("store <> 0",),)),))
    verdict = check(
        compile(chain.model(), request, dialect="duckdb", catalog=catalog).sql, dialect="duckdb", catalog=catalog, policy=policy
    )
    seen = ROWS | {"sales": [row for row in ROWS["sales"] if row["store"] != 0]}
    assert verdict.ok
    found = chain.run(verdict.sql, ROWS, "duckdb")
    assert found == chain.run(compile(chain.model(), request, dialect="duckdb", catalog=catalog).sql, seen, "duckdb") and len(found) == 2


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "sqlite", "mysql"])
def test_the_guard_accepts_what_is_compiled_for_what_we_run(dialect: str) -> None:
    request = asked(
        "conversion", "stocked", "revenue_so_far", by=("time:month", "stores.city"), time=SPRING, compare="previous_year", fill=True
    )
    request = replace(request, top=Top(1, dimension="stores.city"))
    catalog = chain.catalog(dialect)
    sql = compile(chain.model(), request, dialect=dialect, catalog=catalog).sql  # type: ignore[arg-type]
    verdict = check(sql, dialect=dialect, catalog=catalog)  # type: ignore[arg-type]
    assert verdict.ok and not verdict.findings
    daily = replace(request, dimensions=("time:day", "stores.city"), time=Period(date(2020, 1, 1), date(2025, 1, 1)))
    assert check(compile(chain.model(), daily, dialect=dialect, catalog=catalog).sql, dialect=dialect, catalog=catalog).ok  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_share_of_one_member_is_one_of_everything(engine: str) -> None:
    """Filtered first, it would be a share of itself: 1, whatever the data is."""
    oslo = Filter("stores.city", "=", ("Oslo",))
    request = asked("revenue", by=("stores.city",), filters=(oslo,), time=SPRING, share_of=ShareOf())
    assert answered(request, engine) == [("Oslo", 30.0, 30 / 54)]
    monthly = replace(request, dimensions=("sales.day:month", "stores.city"), share_of=ShareOf(("sales.day:month",)))
    assert answered(monthly, engine) == [("2025-02-01", "Oslo", 30.0, 0.6), ("2025-03-01", "Oslo", None, None)]


def test_a_filter_that_leaves_several_rows_says_what_is_shared() -> None:
    oslo = Filter("stores.city", "=", ("Oslo",))
    by_month = asked("revenue", by=("sales.day:month", "stores.city"), filters=(oslo,), share_of=ShareOf())
    assert answered(by_month) == [
        ("2024-03-01", "Oslo", 8.0, 8 / 48),
        ("2025-01-01", "Oslo", 10.0, 10 / 48),
        ("2025-02-01", "Oslo", 30.0, 30 / 48),
        ("2025-03-01", "Oslo", None, None),
    ]
    both = asked("revenue", by=("stores.city",), filters=(Filter("stores.city", "in", ("Oslo", "Moss")),), share_of=ShareOf())
    assert [row[2] for row in answered(both)] == [48 / 52, 4 / 52]


def test_more_joins_than_an_engine_takes_are_refused_and_not_written() -> None:
    by = ("tiers.tier", "stores.city", "regions.region", "clients.segment", "tags.label", "brands.brand")
    metrics = ("revenue", "large_sales", "paid", "gifts", "revenue_so_far", "large_sales_of_9_days")
    wide = asked(*metrics, by=("time:month", *by), time=SPRING, compare="previous_year", fill=True, top=Top(1, dimension="tags.label"))
    with pytest.raises(ToolRefused, match="too much for one statement"):
        compile(chain.model(), wide, dialect="mysql", catalog=chain.catalog("mysql"))


@pytest.mark.parametrize("name", ["rows_1", "ROWS_1", "PLACE_", "revenue_1_", "Revenue"])
def test_a_field_that_is_called_as_a_column_of_the_statement_changes_nothing(name: str) -> None:
    model = semantic.load(chain.TEXT.replace("name: city,", f"name: {name},"))
    compared: dict[str, Any] = {"compare": "previous_year", "time": SPRING}
    cut: dict[str, Any] = {"top": Top(1)}
    for more in (compared, cut, compared | cut):
        meant = chain.run(compile(chain.model(), asked("revenue", by=("stores.city",), **more), dialect="duckdb").sql, ROWS, "duckdb")
        found = chain.run(compile(model, asked("revenue", by=(f"stores.{name}",), **more), dialect="duckdb").sql, ROWS, "duckdb")
        assert found == meant


@pytest.mark.parametrize(
    ("start", "end"), [(date.min, date(2, 1, 1)), (date(2025, 1, 1), date.max), (date(9999, 1, 1), date(9999, 12, 31))]
)
@pytest.mark.parametrize("more", [{"compare": "previous_year"}, {"compare": "previous_period"}, {"fill": True, "by": ("sales.day:year",)}])
def test_periods_at_the_ends_of_the_calendar_are_refused_in_words(start: date, end: date, more: dict[str, Any]) -> None:
    with pytest.raises(ToolRefused, match=r"take a `time` between|periods are too many"):
        compile(chain.model(), asked("revenue", time=Period(start, end), **more), dialect="duckdb")


@pytest.mark.parametrize("engine", ENGINES)
def test_what_lies_between_two_periods_is_in_neither(engine: str) -> None:
    apart = asked("revenue", "sales_made", time=Period(date(2024, 8, 1), date(2025, 4, 1)), compare="previous_year")
    assert answered(apart, engine) == [(64.0, 8.0, 56.0, 7.0, 5, 1, 4, 4.0)]
    year = asked("revenue", "sales_made", time=Period(date(2025, 1, 1), date(2026, 1, 1)), compare="previous_year")
    assert answered(year, engine) == [(64.0, 8.0, 56.0, 7.0, 5, 1, 4, 4.0)]
    late = asked("revenue", time=Period(date(2025, 1, 1), date(2025, 4, 1)), compare="previous_year")
    assert answered(late, engine) == [(64.0, 8.0, 56.0, 7.0)]


def test_a_change_from_below_zero_is_told_in_percent_of_how_far_below() -> None:
    """From -10 to 5 is a rise."""
    rows = ROWS | {"sales": [_sale(1, "2024-02-10", 0, -10.0), _sale(2, "2025-02-10", 0, 5.0)]}
    for engine in ENGINES:
        made = compile(chain.model(), asked("revenue", compare="previous_year", time=SPRING), dialect=engine)
        assert chain.run(made.sql, rows, engine) == [(5.0, -10.0, 15.0, 1.5)]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_unknown_may_be_among_the_top_and_a_member_called_like_all_others_is_none_of_them(engine: str) -> None:
    stores = [
        {"id": 0, "name": "All others", "region": 0},
        {"id": 1, "name": "Bergen", "region": 1},
        {"id": 2, "name": "Moss", "region": 1},
    ]
    sales = [_sale(1, "2025-02-10", None, 50.0), _sale(2, "2025-02-10", 0, 30.0), _sale(3, "2025-03-10", 0, 10.0)]
    sales += [_sale(4, "2025-02-10", 1, 6.0), _sale(5, "2025-03-10", 2, 2.0)]
    by = ("stores.city", "sales.day:month")
    request = asked("revenue", by=by, time=SPRING, top=Top(2, dimension="stores.city"), share_of=ShareOf(("stores.city",)))
    found = chain.run(compile(chain.model(), request, dialect=engine).sql, ROWS | {"stores": stores, "sales": sales}, engine)
    assert [(city, amount, share) for city, _, amount, share in found] == [
        (None, 50.0, 1.0),
        ("All others", 30.0, 0.75),
        ("All others", 6.0, 0.75),
        ("All others", 10.0, 0.25),
        ("All others", 2.0, 0.25),
    ]
