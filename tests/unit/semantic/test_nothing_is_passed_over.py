"""Words that change what is asked for: either the request carries them out, or the question is refused or asked back."""

from datetime import date

import pytest

from analytics_agent import semantic
from analytics_agent.resources import resource
from analytics_agent.semantic.reader import Ask, Outcome, Reading, Refuse, read, tool_input
from analytics_agent.semantic.reader.follow_up import Earlier, follow

FLIGHTS, SHOP = (
    semantic.overview(semantic.load((resource("sql_fixtures") / name / "semantic_model.yaml").read_text())) for name in ("flights", "shop")
)


def of_flights(question: str) -> Outcome:
    return read(question, FLIGHTS, date(2013, 12, 31))


def of_shop(question: str) -> Outcome:
    return read(question, SHOP, date(2026, 6, 30))


def asked_of_shop(question: str) -> dict[str, object]:
    found = of_shop(question)
    assert isinstance(found, Reading), found
    return tool_input(found.request)


@pytest.mark.parametrize(
    "question",
    [
        "There were days with more than 500 orders in 2025. How many were there?",
        "There were days with more than 500 orders in 2025. Count them.",
        "We had days when there were more than 500 orders in 2025, how many?",
        "Days with more than 500 orders in 2025: how many are there?",
    ],
)
def test_what_is_told_first_and_counted_then_is_a_number(question: str) -> None:
    request = asked_of_shop(question)
    assert (request["having"], request["counted"]) == ([{"metric": "orders", "op": ">", "value": 500.0}], {})


@pytest.mark.parametrize("end", ["List them.", "Which?", "Name them", "Which ones?"])
def test_what_is_told_first_and_listed_then_is_a_list(end: str) -> None:
    request = asked_of_shop(f"Some regions had over 20,000 orders in 2025. {end}")
    assert request["dimensions"] == ["regions.name"]
    assert "counted" not in request


@pytest.mark.parametrize(
    "question", ["orders per month 2025", "registrations per month 2025", "Returned units per month, Q1 2026", "refunds by month 2025"]
)
def test_a_split_by_month_is_not_taken_for_the_name_of_the_year(question: str) -> None:
    dimensions = asked_of_shop(question)["dimensions"]
    assert isinstance(dimensions, list)
    assert [key.partition(":")[2] for key in dimensions] == ["month"]


@pytest.mark.parametrize("question", ["orders in the month of May 2025", "orders in month May 2025"])
def test_the_month_of_may_is_a_period_still(question: str) -> None:
    assert asked_of_shop(question)["time"] == {"from": "2025-05-01", "to": "2025-06-01"}


@pytest.mark.parametrize("question", ["orders jan-mar 2025", "orders jan to mar 2025", "orders January-March 2025"])
def test_two_short_months_with_a_dash_are_one_period(question: str) -> None:
    request = asked_of_shop(question)
    assert request["time"] == {"from": "2025-01-01", "to": "2025-04-01"}
    assert "filters" not in request


@pytest.mark.parametrize(
    ("question", "heads"),
    [
        ("Net sales by March 2025", ("through March 2025", "in March 2025")),
        ("From May, orders per week", ("since May", "in May")),
        ("orders on Monday", ("Mondays", "last Monday")),
        ("orders over the weekend", ("weekends", "last weekend")),
    ],
)
def test_words_for_one_period_or_for_more_are_asked_about(question: str, heads: tuple[str, ...]) -> None:
    found = of_shop(question)
    assert isinstance(found, Ask)
    assert tuple(reading.partition(":")[0] for reading in found.readings) == heads
    for head in heads:
        assert isinstance(read(question, SHOP, date(2026, 6, 30), clarified=head), Reading)


@pytest.mark.parametrize(
    "question",
    [
        "orders from last month",
        "orders on Mondays",
        "orders on Monday in May 2026",
        "orders from May to June 2025",
        "orders by month",
        "orders on Monday vs Sunday",
    ],
)
def test_what_says_which_days_it_means_is_not_asked_about(question: str) -> None:
    assert isinstance(of_shop(question), Reading)


def test_the_two_best_of_each_are_two_of_each() -> None:
    request = asked_of_shop("The two best stores in each country by net sales in 2025")
    assert request["top"] == {"count": 2, "by": "net_sales", "dimension": "stores.name", "others": False, "within": ["regions.country"]}


@pytest.mark.parametrize(
    "question",
    [
        "average orders per day in 2025",
        "number of orders and how many of them were cancelled in 2025",
        "orders in 2025 and the share that was cancelled",
        "orders by channel in 2025, and the total",
        "total of the top three regions' orders in 2025",
        "What share of net sales do the top 5 categories have in 2025?",
        "rank Wien among the regions by orders in 2025",
        "orders each January",
        "orders every Monday in 2025",
        "How many regions grew their net sales from 2024 to 2025?",
        "categories with more returns in 2025 than in 2024",
        "customers who ordered in every month of 2025",
        "orders without a discount in 2025",
        "average order value of orders that were returned",
        "Which share of returns in 2025 was defective, by category?",
        "sales with and without promotion 2025",
        "units per department and sales per channel in 2025",
        "categories between 1 and 2 million sales 2025",
        "sum of net sales and shipping 2025",
        "best category per month and channel 2025 by net sales, and when",
        "Best and worst category by net sales in 2025",
        "orders in May by year",
        "How many orders in 2025? And returns?",
        "All orders in 2025, also the returned ones",
    ],
)
def test_of_the_shop_another_question_is_not_answered(question: str) -> None:
    assert not isinstance(of_shop(question), Reading)


@pytest.mark.parametrize(
    "question",
    [
        "Which airlines fly from all three airports?",
        "flights that left on time and arrived late",
        "average of daily mean delays",
        "miles per flight",
        "miles by airline per flight",
        "what share of cancellations falls on February",
        "Which share of cancelled flights was United's?",
        "What percentage of late flights were to Miami?",
        "Which airlines had more cancellations in February than in January?",
        "flights on the last day of each month",
        "How many different types of planes are there?",
        "How many destinations have fewer than 100 flights and how many flights are that?",
        "which airlines have an average delay over 15 minutes and fewer than 1000 flights",
        "Destinations with a mean departure delay above 20 minutes and at least 100 flights",
        "highest number of flights per day in each month",
        "compare weekdays and weekends by mean departure delay",
        "the three longest delays",
        "destinations with daily flights",
        "highest temperature and when",
        "route with the most airlines",
        "mean delay of the busiest airport",
        "destinations by number of airlines",
        "flights to Miami and flights from JFK",
        "mean departure delay, rainy hours vs hours without rain",
    ],
)
def test_of_flights_another_question_is_not_answered(question: str) -> None:
    found = of_flights(question)
    if isinstance(found, Reading):  # a limit of a mean is one for groups, and never one of single rows
        assert all(item.op in ("=", "in", "not_null") for item in found.request.filters)
        assert len(found.request.having) == 2
    else:
        assert isinstance(found, Ask | Refuse)


@pytest.mark.parametrize(
    "question",
    [
        "What is the farthest destination, and how many miles is it?",
        "What share of flights was late in July?",
        "share of late flights from JFK",
        "of all cancelled flights, what share was Delta's?",
        "cancellations and cancellation rate by airline",
    ],
)
def test_what_is_one_question_is_answered_as_one(question: str) -> None:
    assert isinstance(of_flights(question), Reading)


@pytest.mark.parametrize("question", ["what does return rate mean", "how is the return rate defined?", "definition of the return rate"])
def test_what_a_measure_means_is_told_and_no_figure_of_it(question: str) -> None:
    found = of_shop(question)
    assert isinstance(found, Refuse)
    assert found.reason.startswith("Return rate: Units that came back")


def test_the_mean_of_something_is_a_figure_still() -> None:
    assert isinstance(of_flights("what is the mean departure delay"), Reading)


def after(first: str, then: str) -> Outcome:
    earlier = of_shop(first)
    assert isinstance(earlier, Reading)
    return follow(then, Earlier(first, earlier.request), SHOP, date(2026, 6, 30))


@pytest.mark.parametrize("then", ["Which ones?", "and which?", "which categories?", "List them", "which are they?"])
def test_what_was_counted_can_be_listed_then(then: str) -> None:
    found = after("How many categories had net sales above 1 million in 2025?", then)
    assert isinstance(found, Reading), found
    assert found.request.dimensions == ("categories.name",)
    assert found.request.counted is None
    assert [(item.op, item.value) for item in found.request.having] == [(">", 1_000_000)]


@pytest.mark.parametrize("then", ["And how many?", "how many are there?", "count them"])
def test_what_was_listed_can_be_counted_then(then: str) -> None:
    found = after("Which stores had no orders in December 2025?", then)
    assert isinstance(found, Reading), found
    assert found.request.counted is not None
    assert found.request.members


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("How many categories had net sales above 1 million in 2025?", "which stores?"),
        ("orders in 2025", "which ones?"),
        ("orders by channel in 2025", "how many?"),
    ],
)
def test_other_things_are_not_listed_in_their_place(first: str, then: str) -> None:
    assert not isinstance(after(first, then), Reading)
