"""Two versions of a model, compared thing by thing."""

import json
from dataclasses import fields

from unit.semantic import chain, shop

from analytics_agent import semantic
from analytics_agent.semantic.model import Dataset, Field, Metric, Relationship, SemanticModel, VerifiedQuery
from analytics_agent.semantic.ossie.changes import BEARS, Change, changes


def version(*edits: tuple[str, str]) -> semantic.SemanticModel:
    text = shop.TEXT
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return semantic.load(text)


def test_the_same_model_has_no_changes_wherever_its_lines_stand() -> None:
    assert changes(version(), semantic.load("# a comment\n\n" + shop.TEXT)) == ()


def test_another_definition_breaks_and_other_words_do_not() -> None:
    model = version()
    metric = model.metrics[0]
    was = next(iter(metric.expression.texts.values()))
    found = changes(model, version((was, f"{was} * 2")))
    assert [one for one in found if one.what == f"metric {metric.name}"] == [
        Change("changed", f"metric {metric.name}", "expression", was, f"{was} * 2", bears_on="numbers")
    ]
    told = changes(model, version((metric.description, "Other words.")))
    assert told and not any(one.is_breaking for one in told)


def test_what_is_gone_breaks_and_what_is_new_does_not() -> None:
    model = version()
    smaller = semantic.SemanticModel(model.name, model.datasets, model.relationships, model.metrics[1:], model.description)
    gone = [one for one in changes(model, smaller) if one.kind == "removed"]
    assert gone == [Change("removed", f"metric {model.metrics[0].name}", bears_on="numbers")]
    assert [(one.kind, one.is_breaking) for one in changes(smaller, model) if one.what.startswith("metric")] == [("added", False)]


def test_every_part_of_every_record_is_known_to_bear_on_numbers_reading_or_words() -> None:
    records = {"dataset": Dataset, "field": Field, "relationship": Relationship, "metric": Metric, "verified query": VerifiedQuery}
    nowhere = {"dataset": {"name", "fields"}, "field": {"name", "dataset"}, "metric": {"name"}}
    for kind, record in records.items():
        parts = {part.name for part in fields(record)} - {"line"} - nowhere.get(kind, set())
        assert parts == set(BEARS[kind]), kind
    assert {part.name for part in fields(SemanticModel)} - {"datasets", "relationships", "metrics", "verified_queries"} == set(
        BEARS["model"]
    )


def test_what_changes_is_told_as_a_person_would_write_it() -> None:
    found = changes(
        version(),
        version(('"timezone": "Europe/Oslo"', '"timezone": "Europe/Rome", "certification": {"status": "certified", "by": "ada"}')),
    )
    assert [(one.part, one.was, one.now, one.bears_on) for one in found] == [
        ("timezone", "Europe/Oslo", "Europe/Rome", "numbers"),
        ("certification", "reviewed", "certified, by ada", "words"),
    ]
    made = semantic.load(chain.TEXT.replace("count: 9", "count: 10"))
    (change,) = changes(chain.model(), made)
    assert (change.was, change.now) == ("large_sales over 9 days", "large_sales over 10 days")


def test_other_words_for_a_thing_bear_on_the_reading_alone() -> None:
    (change,) = changes(version(), version(("synonyms: [sales, turnover]", "synonyms: [turnover]")))
    assert (change.what, change.part, change.bears_on) == ("metric revenue", "synonyms", "reading")


def test_what_follows_from_a_change_and_nobody_wrote_is_told() -> None:
    """Without a time of its own, order lines are dated by their order; with one, by that."""
    more = "          - {name: packed, expression: packed_on, dimension: {is_time: true}}\n"
    text = shop.TEXT.replace("          - name: amount\n", more + "          - name: amount\n", 1)
    dated = [one for one in changes(version(), semantic.load(text)) if one.part == "dated_by"]
    assert ("metric revenue", "orders.placed_on", "order_lines.packed") in [(one.what, one.was, one.now) for one in dated]
    assert all(one.is_breaking for one in dated)
    other = version(
        ("from: order_lines, to: orders, from_columns: [order_id]", "from: order_lines, to: orders, from_columns: [product_id]")
    )
    assert "way from order_lines to orders" in [one.what for one in changes(version(), other)]


def test_verified_queries_are_compared_one_by_one() -> None:
    def verified(sql: str, by: str) -> semantic.SemanticModel:
        query = json.dumps([{"question": "How many?", "sql": sql, "by": by}])
        return version(('{"as_of"', f'{{"verified_queries": {query}, "as_of"'))

    first = verified("SELECT 1", "ada")
    assert [(one.kind, one.what, one.bears_on) for one in changes(version(), first)] == [("added", "verified query How many?", "reading")]
    assert [(one.part, one.bears_on) for one in changes(first, verified("SELECT 2", "eve"))] == [("sql", "numbers"), ("by", "words")]
