"""What a semantic model has for the words of a question: metrics and dimensions by any of their names and values, and verified queries
whose questions are like it."""

from dataclasses import replace

import pytest
from unit.semantic import shop

from analytics_agent.semantic import SemanticModel, VerifiedQuery, search, verified

QUERIES = (
    VerifiedQuery("Which towns have the highest takings?", "SELECT 1", "Ada"),
    VerifiedQuery("How many visitors came in February?", "SELECT 2"),
    VerifiedQuery("How many orders were called off?", "SELECT 3"),
)


def model() -> SemanticModel:
    whole = shop.model()
    metrics = tuple(replace(m, synonyms=(*m.synonyms, "takings", "turnover")) if m.name == "revenue" else m for m in whole.metrics)
    return replace(whole, metrics=metrics, verified_queries=QUERIES)


def test_a_synonym_finds_the_metric() -> None:
    assert [hit.name for hit in search(model(), "turnover by region", limit=2)] == ["customers.region", "revenue"]


def test_a_value_finds_the_dimension_that_has_it() -> None:
    found = {hit.name: hit.values for hit in search(model(), "orders that were shipped")}
    assert found["orders.status"] == ("sent",)
    assert {hit.name: hit.values for hit in search(model(), "orders that were cancelld")}["orders.status"] == ("cancelled",)


def test_who_may_see_no_value_finds_none() -> None:
    assert all(not hit.values for hit in search(model(), "orders that were shipped", values=False))


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("top towns by revenue", 0),
        ("turnover of each town", 0),
        ("visitors in February", 1),
        ("orders that were cancelled or called off", 2),
    ],
)
def test_a_like_question_finds_the_verified_query(asked: str, first: int) -> None:
    assert verified(model(), asked)[0].query is QUERIES[first]


def test_a_question_about_something_else_finds_none() -> None:
    assert verified(model(), "average order value by month") == ()
    assert verified(shop.model(), "visitors in February") == ()


def test_the_same_question_is_wholly_alike() -> None:
    assert verified(model(), "how many visitors came in february")[0].likeness == 1.0
