"""Questions over several facts, each with its own dates: what they mean, and what they must not be taken for."""

from datetime import date

import pytest

from analytics_agent import semantic
from analytics_agent.resources import resource
from analytics_agent.semantic.reader import read
from analytics_agent.semantic.reader.reading import KnownValue, Outcome, Reading, Refuse

OVERVIEW = semantic.overview(semantic.load((resource("sql_fixtures") / "shop" / "semantic_model.yaml").read_text()))


def outcome(question: str) -> Outcome:
    return read(question, OVERVIEW, date(2026, 6, 30))


def reading(question: str) -> Reading:
    found = outcome(question)
    assert isinstance(found, Reading), found
    return found


def test_what_customers_paid_is_one_figure_and_no_list_of_customers() -> None:
    found = outcome("What did customers pay for shipping in 2025?")
    assert not isinstance(found, Reading) or found.request.dimensions == ()


def test_rise_or_fall_wants_the_months_and_not_the_autumn() -> None:
    request = reading("Did orders rise or fall in 2025?").request
    assert request.dimensions == ("orders.order_date:month",)
    assert request.filters == ()


def test_fall_with_a_year_is_the_season() -> None:
    (only,) = reading("orders in fall 2025").request.filters
    assert (only.field, only.values) == ("orders.season", ("autumn",))


def test_a_list_of_suppliers_stays_one_when_their_country_is_named() -> None:
    china = KnownValue("China", "suppliers.country", "China")
    found = read("Which suppliers from China have the highest net sales?", OVERVIEW, known=[china], looked_up=frozenset({"china"}))
    assert isinstance(found, Reading), found
    request = found.request
    assert request.dimensions == ("suppliers.name",)
    assert [(f.field, f.values) for f in request.filters if f.values] == [("suppliers.country", ("China",))]


@pytest.mark.parametrize(
    "question", ["refunds in summer 2025", "returns by weekday", "visits by weekday", "customers who signed up in summer 2025"]
)
def test_the_calendar_of_orders_is_not_that_of_other_records(question: str) -> None:
    """Goods that were sent back in summer were not ordered in summer."""
    assert isinstance(outcome(question), Refuse)


@pytest.mark.parametrize(
    ("question", "metric", "time"),
    [
        ("net sales by month in 2025", "net_sales", "orders.order_date:month"),
        ("returns by month in 2025", "returned_lines", "returns.returned_on:month"),
        ("visits by month in 2025", "sessions", "web_sessions.session_date:month"),
        ("marketing spend by month in 2025", "marketing_spend", "marketing_spend.spend_date:month"),
        ("new customers by month in 2025", "registrations", "customers.signed_up_on:month"),
    ],
)
def test_every_fact_has_its_own_dates(question: str, metric: str, time: str) -> None:
    request = reading(question).request
    assert (request.metrics[0], request.dimensions) == (metric, (time,))


@pytest.mark.parametrize("end", ["What is the reason?", "What's the reason for that?", "What was the cause?", "Why?"])
def test_a_reason_that_is_asked_for_is_no_field_of_that_name(end: str) -> None:
    found = reading(f"Net sales went down between December 2025 and January 2026. {end}")
    assert found.kind == "why"
    assert "returns.reason" not in found.request.dimensions
