"""The reader on a model it has never seen: what it understands, what it asks back, what it refuses, and that it skips nothing."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.semantic import shop

from analytics_agent.semantic import compile, overview
from analytics_agent.semantic.reader import Ask, KnownValue, LookUp, Outcome, Reading, Refuse, read, tool_input

OVERVIEW = overview(shop.model())
TODAY = date(2025, 6, 15)


def ask(question: str, **rest: Any) -> Outcome:
    return read(question, OVERVIEW, TODAY, **rest)


def request(question: str, **rest: Any) -> dict[str, Any]:
    """What would be queried, without its title; it compiles."""
    outcome = ask(question, **rest)
    assert isinstance(outcome, Reading), outcome
    compile(shop.model(), outcome.request, dialect="duckdb", catalog=shop.catalog())
    data = tool_input(outcome.request)
    data.pop("purpose")
    return data


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What was the revenue?", {"metrics": ["revenue"]}),
        ("total sales in March", {"metrics": ["revenue"], "time": {"from": "2025-03-01", "to": "2025-04-01"}}),
        ("How many orders were there in 2025?", {"metrics": ["orders"], "time": {"from": "2025-01-01", "to": "2026-01-01"}}),
        ("average order value by region", {"metrics": ["mean_order_value"], "dimensions": ["customers.region"]}),
        ("What share of orders was sent?", {"metrics": ["sent_share"]}),
        (
            "revenue from teas in malls",
            {
                "metrics": ["revenue"],
                "filters": [
                    {"field": "products.category", "op": "=", "values": ["tea"]},
                    {"field": "stores.kind", "op": "=", "values": ["mall"]},
                ],
            },
        ),
        ("orders by month", {"metrics": ["orders"], "dimensions": ["orders.placed_on:month"]}),
        ("weekly revenue", {"metrics": ["revenue"], "dimensions": ["orders.placed_on:week"]}),
        (
            "top 3 cities by sales",
            {
                "metrics": ["revenue"],
                "dimensions": ["stores.city"],
                "filters": [{"field": "stores.city", "op": "not_null"}],
                "order_by": [{"field": "revenue", "direction": "desc"}],
                "limit": 3,
            },
        ),
        (
            "Which town had the fewest orders?",
            {
                "metrics": ["orders"],
                "dimensions": ["stores.city"],
                "filters": [{"field": "stores.city", "op": "not_null"}],
                "order_by": [{"field": "orders", "direction": "asc"}],
                "limit": 1,
            },
        ),
        (
            "categories with more than 20 sales",
            {
                "metrics": ["revenue"],
                "dimensions": ["products.category"],
                "filters": [{"field": "products.category", "op": "not_null"}],
                "having": [{"metric": "revenue", "op": ">", "value": 20.0}],
            },
        ),
        (
            "Compare tea and coffee by revenue",
            {
                "metrics": ["revenue"],
                "dimensions": ["products.category"],
                "filters": [{"field": "products.category", "op": "in", "values": ["tea", "coffee"]}],
            },
        ),
        (
            "orders except up north",
            {"metrics": ["orders"], "filters": [{"field": "customers.region", "op": "!=", "values": ["north"]}]},
        ),
        (
            "How did revenue change from February to March?",
            {"metrics": ["revenue"], "dimensions": ["orders.placed_on:month"], "time": {"from": "2025-02-01", "to": "2025-04-01"}},
        ),
        ("orders without region", {"metrics": ["orders"], "filters": [{"field": "customers.region", "op": "is_null"}]}),
    ],
)
def test_questions_are_read_as_people_mean_them(question: str, expected: dict[str, Any]) -> None:
    assert request(question) == expected


def test_a_change_is_explained_by_the_same_figure_over_its_likely_causes() -> None:
    outcome = ask("Why did the average order value rise from February to March?")
    assert isinstance(outcome, Reading) and outcome.kind == "why"
    assert outcome.request.metrics == ("mean_order_value",), "its weight counts other records"
    assert outcome.comparison and (outcome.comparison.before, outcome.comparison.now) == ("2025-02-01", "2025-03-01")
    assert {"products.category", "customers.region", "stores.kind"} <= set(outcome.drivers)


def test_a_share_brings_its_weight_so_that_it_can_be_split() -> None:
    outcome = ask("Why did the sent share fall in March?")
    assert isinstance(outcome, Reading) and outcome.request.metrics == ("sent_share", "orders")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is the profit by city?", "does not hold profit"),
        ("How many orders will there be next month?", "about the future"),
        ("Delete all orders", "only read here"),
        ("orders in 2027", "after the last day of the data"),
        ("visitors by category", "cannot be split by category"),
        ("orders by flavour", "“flavour” is not known here"),
        ("revenew by city", "Did you mean “revenue”?"),
        ("median revenue", "“median” is not known here"),
        ("share of the average order value by city", "does not: its parts overlap"),
        ("share of revenue", "needs parts"),
        ("average orders", "is not an average"),
        ("total average order value", "cannot be added up"),
        ("How many revenue", "is measured in EUR"),
        ("which orders were shipped", "Single records are not listed"),
        ("orders in February and May", "names several periods"),
        ("which region had most orders and which had least", "both ends"),
        ("orders not", "“not” cannot be fitted"),
        ("hello", "names nothing that is measured"),
        ("", "names nothing that is measured"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_word_that_is_in_the_way(question: str, words: str) -> None:
    outcome = ask(question)
    assert isinstance(outcome, Refuse) and words in outcome.reason, outcome


@pytest.mark.parametrize(
    "question",
    [
        "How is tea doing?",
        "Which region is the best?",
        "tea",
        "Compare tea and coffee",
        "top 3 cities",
        "Are orders better up north than south?",
        "best region by orders",
    ],
)
def test_a_question_without_a_measure_is_asked_back(question: str) -> None:
    outcome = ask(question)
    assert isinstance(outcome, Ask) and len(outcome.readings) >= 2, outcome


def test_two_things_may_be_wanted_together_or_apart() -> None:
    outcome = ask("revenue of tea and coffee")
    assert isinstance(outcome, Ask)
    assert request("revenue of tea and coffee", clarified="together") == {
        "metrics": ["revenue"],
        "filters": [{"field": "products.category", "op": "in", "values": ["tea", "coffee"]}],
    }
    assert request("revenue of tea and coffee", clarified="by category")["dimensions"] == ["products.category"]


def test_an_answer_to_a_question_decides() -> None:
    outcome = ask("Which region is the best?")
    assert isinstance(outcome, Ask)
    for reading in outcome.readings:
        decided = request("Which region is the best?", clarified=reading.partition(":")[0])
        assert decided["limit"] == 1 and decided["dimensions"] == ["customers.region"]


def test_an_unknown_name_is_looked_up_then_used_or_refused() -> None:
    outcome = ask("revenue in Oslo")
    assert isinstance(outcome, LookUp) and outcome.names == ("Oslo",) and outcome.columns[0] == "stores.city"
    known = request("revenue in Oslo", known=[KnownValue("Oslo", "stores.city", "Oslo")], looked_up=frozenset({"oslo"}))
    assert known["filters"] == [{"field": "stores.city", "op": "=", "values": ["Oslo"]}]
    assert isinstance(ask("revenue in Oslo", looked_up=frozenset({"oslo"})), Refuse)


def test_notes_say_how_words_were_read() -> None:
    outcome = ask("revenue of teas in March")
    assert isinstance(outcome, Reading)
    assert outcome.notes == ("Scope: for teas in March 2025", "Revenue: Amounts of all order lines.", "“teas”: category is tea.")
    assert outcome.caveats == ("Returns are not known.",)


EVERY_WORD = sorted(
    {w for m in OVERVIEW["metrics"] for w in m["label"].lower().split()}
    | {
        "by",
        "per",
        "which",
        "how",
        "many",
        "most",
        "not",
        "tea",
        "coffee",
        "north",
        "region",
        "city",
        "month",
        "in",
        "march",
        "2025",
        "top",
        "5",
    }
    | {
        "and",
        "or",
        "than",
        "more",
        "share",
        "average",
        "total",
        "why",
        "did",
        "from",
        "to",
        "february",
        "the",
        "each",
        "except",
        "only",
        "best",
    }
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(EVERY_WORD), max_size=9))
def test_no_arrangement_of_words_breaks_the_reader_or_what_it_asks_for(words: list[str]) -> None:
    """Whatever is read compiles; whatever is not is refused or asked in words."""
    outcome = ask(" ".join(words))
    if isinstance(outcome, Reading):
        compile(shop.model(), outcome.request, dialect="duckdb", catalog=shop.catalog())
    elif isinstance(outcome, Refuse):
        assert outcome.reason
    elif isinstance(outcome, Ask):
        assert outcome.question and len(outcome.readings) >= 2


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    ask(text)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["revenue by region", "orders in March 2025", "top 3 cities by sales"]),
    st.sampled_from(["zebra", "whenever", "unless", "sideways"]),
)
def test_one_unknown_word_more_is_never_skipped(question: str, word: str) -> None:
    """The coverage rule: a sentence with a word that nothing explains gets no figure."""
    for place in range(len(question.split()) + 1):
        words = question.split()
        assert not isinstance(ask(" ".join([*words[:place], word, *words[place:]])), Reading)
