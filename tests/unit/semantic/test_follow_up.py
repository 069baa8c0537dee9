"""Questions that go on from an earlier one: what is kept, what is changed, what is asked, and which stand by themselves."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.semantic import shop

from analytics_agent import semantic
from analytics_agent.resources import resource
from analytics_agent.semantic import compile, overview
from analytics_agent.semantic.reader import Ask, KnownValue, LookUp, Outcome, Reading, Refuse, read, tool_input
from analytics_agent.semantic.reader.follow_up import AS_BEFORE, BY_ITSELF, Earlier, follow

OVERVIEW = overview(shop.model())
FLIGHTS = overview(semantic.load((resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text()))
TODAY, LAST_FLIGHT = date(2025, 6, 15), date(2013, 12, 31)
REVENUE, MAY = {"metrics": ["revenue"]}, {"time": {"from": "2025-05-01", "to": "2025-06-01"}}
REGION, CATEGORY = "customers.region", "products.category"
TEA = {"field": CATEGORY, "op": "=", "values": ["tea"]}
COFFEE = {"field": CATEGORY, "op": "=", "values": ["coffee"]}
MALL = {"field": "stores.kind", "op": "=", "values": ["mall"]}


def earlier(question: str, model: dict[str, Any] = OVERVIEW, today: date = TODAY) -> Earlier:
    found = read(question, model, today)
    assert isinstance(found, Reading), found
    return Earlier(question, found.request)


def after(first: str, then: str, *answers: str, known: tuple[KnownValue, ...] = ()) -> Outcome:
    names = frozenset(value.name.lower() for value in known)
    return follow(then, earlier(first), OVERVIEW, TODAY, known, names, answers)


def request(first: str, then: str, *answers: str) -> dict[str, Any]:
    outcome = after(first, then, *answers)
    assert isinstance(outcome, Reading), outcome
    compile(shop.model(), outcome.request, dialect="duckdb", catalog=shop.catalog())
    data = tool_input(outcome.request)
    data.pop("purpose")
    return data


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ("revenue by region in May 2025", "by category instead", REVENUE | MAY | {"dimensions": [CATEGORY]}),
        ("revenue in May 2025", "by region", REVENUE | MAY | {"dimensions": [REGION]}),
        ("revenue in May 2025", "the same by week", REVENUE | MAY | {"dimensions": ["orders.placed_on:week"]}),
        ("revenue by region in May 2025", "and by category as well", REVENUE | MAY | {"dimensions": [REGION, CATEGORY]}),
        ("revenue by region in May 2025", "only tea", REVENUE | MAY | {"dimensions": [REGION], "filters": [TEA]}),
        ("revenue of tea in May 2025", "what about coffee?", REVENUE | MAY | {"filters": [COFFEE]}),
        ("revenue of tea in malls in May 2025", "and coffee?", REVENUE | MAY | {"filters": [MALL, COFFEE]}),
        ("revenue by region in May 2025", "and the orders?", {"metrics": ["orders"]} | MAY | {"dimensions": [REGION]}),
        ("revenue in malls in May 2025", "and visitors?", {"metrics": ["visitors"]} | MAY | {"filters": [MALL]}),
        ("revenue by month in 2024", "and visitors?", {"metrics": ["visitors"], "dimensions": ["visits.visited_on:month"]}),
        ("revenue by region in May 2025", "and in April?", REVENUE | {"dimensions": [REGION]}),
        ("revenue by region in April 2025", "without north", REVENUE | {"dimensions": [REGION]}),
        ("revenue in 2024", "what about last year?", REVENUE | {"time": {"from": "2023-01-01", "to": "2024-01-01"}}),
        ("revenue in May 2025", "and the month before?", REVENUE | {"time": {"from": "2025-04-01", "to": "2025-05-01"}}),
        ("revenue in May 2025", "the same month last year", REVENUE | {"time": {"from": "2024-05-01", "to": "2024-06-01"}}),
        ("revenue by region", "as a share", REVENUE | {"dimensions": [REGION], "share_of": {}}),
        ("revenue by region and month in 2024", "as a percentage", None),
    ],
)
def test_what_is_said_anew_changes_and_the_rest_is_kept(first: str, then: str, expected: dict[str, Any] | None) -> None:
    found = after(first, then)
    if expected is None:
        assert not isinstance(found, Refuse), found
        return
    data = request(first, then)
    assert {key: data.get(key) for key in expected} == expected


def test_what_was_kept_and_changed_is_told() -> None:
    outcome = after("revenue by region in May 2025", "what about April?")
    assert isinstance(outcome, Reading)
    assert outcome.notes == (
        "Scope: in April 2025",
        "Goes on from: “revenue by region in May 2025”; kept: revenue, by region; changed: the period, which was May 2025.",
        "Revenue: Amounts of all order lines.",
    )


def test_leaving_out_takes_one_away_of_several() -> None:
    assert request("Compare tea and coffee by revenue", "without tea")["filters"] == [COFFEE]
    assert "nothing to leave out" in refused("revenue of coffee", "without tea")


def refused(first: str, then: str, *answers: str) -> str:
    outcome = after(first, then, *answers)
    assert isinstance(outcome, Refuse), outcome
    return outcome.reason


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        ("revenue by region in May 2025", "and visitors?", "cannot be asked for by region"),
        ("revenue of tea in May 2025", "and the orders in malls", "cannot be asked for by category"),
        ("revenue in May 2025", "top 5 of them", "no groups that could be ranked"),
        ("average order value by region", "as a share", "parts that add up"),
        ("revenue by region in May 2025", "How many of them were sent?", "asks for a number"),
        ("revenue by month in 2024", "why?", "several changes"),
        ("revenue by region", "why?", "named no period"),
        ("revenue by region", "by region", "nothing would change"),
        ("revenue by region", "only flavours", "not known here"),
        ("orders by region", "the best 3", "is not defined"),
    ],
)
def test_what_does_not_fit_the_earlier_question_is_refused(first: str, then: str, words: str) -> None:
    assert words in refused(first, then)


@pytest.mark.parametrize(
    ("first", "then", "answers"),
    [
        ("revenue by region in May 2025", "by category", ("by category instead", "by category as well")),
        ("revenue by region in May 2025", "and by month", ("by month instead", "by month as well")),
        ("revenue of tea in May 2025", "what about last year", ("2024-05-01 through 2024-05-31", "2024-01-01 through 2024-12-31")),
        ("revenue in May 2025", "and how many orders were there in malls?", (AS_BEFORE, BY_ITSELF)),
        ("revenue of tea in May 2025", "orders in malls", None),
    ],
)
def test_two_ways_to_go_on_are_asked_and_each_answer_is_taken(first: str, then: str, answers: tuple[str, ...] | None) -> None:
    asked = after(first, then)
    if answers is None:
        assert isinstance(asked, Reading), "orders know no category: only by itself can it be meant"
        return
    assert isinstance(asked, Ask), asked
    assert tuple(reading.partition(":")[0] for reading in asked.readings) == answers
    requests = [request(first, then, answer) for answer in answers]
    assert requests[0] != requests[1]


@pytest.mark.parametrize(
    "then", ["How many orders were there in March?", "What was the revenue in malls?", "Which region had the most orders?"]
)
def test_a_question_that_stands_by_itself_keeps_nothing(then: str) -> None:
    alone = read(then, OVERVIEW, TODAY)
    assert after("revenue of tea by region in May 2025", then) == alone


def test_a_name_is_looked_up_first() -> None:
    asked = after("revenue in May 2025", "Oslo?")
    assert isinstance(asked, LookUp) and asked.names == ("Oslo",)
    found = after("revenue in May 2025", "Oslo?", known=(KnownValue("Oslo", "stores.city", "Oslo"),))
    assert isinstance(found, Reading) and found.request.time is not None
    assert [(f.field, f.values) for f in found.request.filters] == [("stores.city", ("Oslo",))]


@pytest.mark.parametrize(
    ("first", "sides"),
    [
        ("revenue in May 2025", ("2025-04-01", "2025-05-01")),
        ("How did revenue change from February to March?", ("2025-02-01", "2025-03-01")),
        ("revenue of tea in Q1 2025", ("2024-10-01", "2025-01-01")),
    ],
)
def test_why_explains_the_change_of_the_earlier_figure(first: str, sides: tuple[str, str]) -> None:
    outcome = after(first, "why?")
    assert isinstance(outcome, Reading) and outcome.kind == "why" and outcome.comparison is not None
    assert (outcome.comparison.before, outcome.comparison.now) == sides
    tea = "tea" in first
    assert any(f.field == CATEGORY for f in outcome.request.filters) == tea and (CATEGORY in outcome.drivers) != tea


def test_after_an_answer_of_another_kind_a_question_must_be_whole() -> None:
    by_sql = Earlier("odd", None, "The earlier question was answered by SQL that was written for it.")
    outcome = follow("by region instead", by_sql, OVERVIEW, TODAY)
    assert isinstance(outcome, Refuse) and "SQL" in outcome.reason and outcome.instead
    assert isinstance(follow("revenue by region", by_sql, OVERVIEW, TODAY), Reading)


def test_a_count_that_was_fetched_beside_a_mean_is_not_kept_as_a_measure() -> None:
    first = earlier("average order value by region")
    assert first.request is not None
    beside = Earlier(first.question, replace(first.request, metrics=("mean_order_value", "orders")))
    outcome = follow("by category instead", beside, OVERVIEW, TODAY)
    assert isinstance(outcome, Reading) and outcome.request.metrics == ("mean_order_value",)


@pytest.mark.parametrize(
    ("first", "then", "filters", "dimensions"),
    [
        ("How many flights were cancelled in summer?", "and in winter?", [("flights.season", ("winter",))], []),
        (
            "flights from JFK by month",
            "only JetBlue",
            [("flights.origin", ("JFK",)), ("flights.carrier", ("B6",))],
            ["flights.flight_date:month"],
        ),
        ("Which carriers were late most often in summer?", "by airport instead", [("flights.season", ("summer",))], ["flights.origin"]),
    ],
)
def test_it_goes_on_over_another_model(first: str, then: str, filters: list[Any], dimensions: list[str]) -> None:
    outcome = follow(then, earlier(first, FLIGHTS, LAST_FLIGHT), FLIGHTS, LAST_FLIGHT)
    assert isinstance(outcome, Reading), outcome
    assert [(f.field, f.values) for f in outcome.request.filters if f.values] == filters
    assert list(outcome.request.dimensions)[: len(dimensions)] == dimensions


FIRSTS = [
    "revenue by region in May 2025",
    "revenue",
    "top 3 cities by sales",
    "How did revenue change from February to March?",
    "orders by month in 2024",
]
WORDS = "and by region category instead only tea without north last year top 3 of them why as a share month what about May too".split()  # noqa: SIM905


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FIRSTS), st.lists(st.sampled_from(WORDS), max_size=6))
def test_no_arrangement_of_words_breaks_a_follow_up_or_what_it_asks_for(first: str, words: list[str]) -> None:
    outcome = after(first, " ".join(words))
    if isinstance(outcome, Reading):
        compile(shop.model(), outcome.request, dialect="duckdb", catalog=shop.catalog())
    elif isinstance(outcome, Ask):
        assert len(outcome.readings) >= 2
    elif isinstance(outcome, Refuse):
        assert outcome.reason


SHOP = overview(semantic.load((resource("sql_fixtures") / "shop" / "semantic_model.yaml").read_text()))
LAST_ORDER = date(2026, 6, 30)


def after_members(first: str, then: str) -> Outcome:
    return follow(then, earlier(first, SHOP, LAST_ORDER), SHOP, LAST_ORDER)


@pytest.mark.parametrize(
    ("first", "then", "purpose", "note"),
    [
        ("How many products were never sold?", "in June 2026?", "Number of products", "Members: products with no order lines"),
        (
            "How many customers ordered more than twice?",
            "and in 2025?",
            "Number of customers",
            "Members: customers with more than 2 orders",
        ),
        ("customers who never ordered", "in 2025", "Customers", "Members: customers with no orders"),
    ],
)
def test_members_over_another_period_are_told_with_their_condition(first: str, then: str, purpose: str, note: str) -> None:
    outcome = after_members(first, then)
    assert isinstance(outcome, Reading) and outcome.kind == ("list" if purpose == "Customers" else "value")
    assert outcome.request.purpose == purpose and note in outcome.notes


def test_days_after_the_data_are_none_without_orders() -> None:
    outcome = after_members("How many days in 2025 had no orders?", "and in 2026?")
    assert isinstance(outcome, Reading) and outcome.request.time is not None
    assert (outcome.request.time.start, outcome.request.time.end) == (date(2026, 1, 1), date(2026, 7, 1))


def test_a_measure_behind_by_is_no_question_of_its_own_after_the_first_of_each() -> None:
    """It would be the total of everything."""
    assert isinstance(after_members("top 3 products in each category by net sales in 2025", "by units sold"), Refuse)
