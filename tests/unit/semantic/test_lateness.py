"""Data that is older than its model expects is said to be so, in the model's own time zone; what is no time is passed over."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from analytics_agent.semantic.lateness import late, newest_statement, says_late
from analytics_agent.semantic.model import Dataset, Expression, Field, Freshness, SemanticModel

NOW = datetime(2025, 5, 20, 9, 30, tzinfo=UTC)
LOCAL = NOW.replace(hour=3, minute=30, tzinfo=None)
"""Without a zone, as most tables have it."""
DAYS = Freshness("orders.ordered_at", 5)
HOURS = Freshness("orders.ordered_at", 6, "hour")


@pytest.mark.parametrize("newest", [date(2025, 5, 12), LOCAL.replace(day=12, hour=23), datetime(2025, 5, 12, 1, tzinfo=UTC), "2025-05-12"])
def test_days_are_counted_beyond_what_is_expected(newest: Any) -> None:
    said = late(DAYS, newest, NOW)
    assert said == "The newest row of orders is of 12 May 2025, 3 days older than expected."
    assert says_late(said)


@pytest.mark.parametrize("newest", [date(2025, 5, 15), date(2025, 6, 1), None, "no time", 20250512, True])
def test_what_is_new_enough_in_the_future_or_no_time_is_passed_over(newest: Any) -> None:
    assert late(DAYS, newest, NOW) is None


def test_begun_hours_count_and_a_day_is_not_over_before_its_midnight() -> None:
    assert late(HOURS, LOCAL, NOW) is None
    said = late(HOURS, LOCAL.replace(minute=29), NOW)
    assert said == "The newest row of orders is of 20 May 2025, 03:29, 1 hour older than expected."
    assert late(HOURS, date(2025, 5, 20), NOW) is None
    assert late(HOURS, date(2025, 5, 19), NOW) == "The newest row of orders is of 19 May 2025, 4 hours older than expected."


def test_a_day_is_one_of_the_models_time_zone() -> None:
    """Half past nine in the evening in Los Angeles is the day before."""
    at = datetime(2025, 5, 20, 4, 30, tzinfo=UTC)
    assert late(Freshness("orders.ordered_at", 0), date(2025, 5, 19), at, "America/Los_Angeles") is None
    assert late(Freshness("orders.ordered_at", 0), date(2025, 5, 19), at) is not None


def test_nothing_of_the_value_is_told_where_it_may_not_be() -> None:
    said = late(DAYS, date(2025, 5, 12), NOW, with_day=False)
    assert said == "The newest row of orders is older than expected." and says_late(said)
    assert not says_late("Of orders only the rows that the asker may see are counted.")


def test_the_newest_value_is_asked_for_by_the_fields_own_expression() -> None:
    field = Field("orders", "ordered_at", Expression({"ANSI_SQL": "CAST(placed AS DATE)"}), "Ordered", is_time=True)
    model = SemanticModel("shop", (Dataset("orders", "public.orders", (field,)),))
    assert newest_statement(model, DAYS, "postgres") == "SELECT MAX(CAST(orders.placed AS DATE)) AS newest FROM public.orders"
    assert newest_statement(model, Freshness("orders.gone", 1), "postgres") is None
