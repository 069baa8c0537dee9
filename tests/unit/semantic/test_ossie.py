"""Reading a model: a good one comes in whole, a bad one is told of everything that is wrong, with lines."""

import pytest
from unit.semantic import chain, shop

from analytics_agent import semantic
from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.resources import resource
from analytics_agent.semantic import load


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(InvalidSemanticModel) as invalid:
        load(text)
    return invalid.value.problems


def test_a_model_comes_in_with_everything_it_says() -> None:
    model = shop.model()
    assert [d.name for d in model.datasets] == ["orders", "order_lines", "visits", "customers", "products", "stores"]
    assert (model.as_of.kind, model.as_of.value, model.timezone) == ("date", "2025-06-15", "Europe/Oslo")
    assert model.seasons == {"winter": (12, 1, 2), "spring": (3, 4, 5)}
    assert model.not_covered == {"profit": ("profit", "margin")}
    assert model.instructions == "Amounts are in euro."
    revenue = model.metric("revenue")
    assert revenue and (revenue.dataset, revenue.label, revenue.synonyms) == ("order_lines", "Revenue", ("sales", "turnover"))
    placed = model.field("orders.placed_on")
    assert placed and placed.is_time and placed.role == "time" and model.default_time("orders") == placed
    status = model.field("orders.status")
    assert status and status.values == {"sent": ("shipped",), "cancelled": ("called off",)}


def test_a_model_at_the_root_is_read_too() -> None:
    flat = "name: a\ndatasets:\n  - {name: t, source: t, fields: [{name: x, expression: x}]}\n"
    assert load(flat).field("t.x") is not None


def test_the_sample_model_is_valid() -> None:
    assert load((resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text()).name == "flights"


BROKEN = """\
semantic_model:
  - name: broken
    custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"as_of": "later", "seasons": {"spring": [13]}}'}]
    datasets:
      - name: orders
        source: orders
        fields:
          - {name: total, expression: "SUM(amount)"}
          - {name: other, expression: "stores.city"}
          - {name: code, expression: "(((", custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"display": "stores.nam"}'}]}
          - {name: bare}
      - name: stores
        source: stores
        fields: [{name: city, expression: city}]
      - name: stores
        fields: []
    relationships:
      - {name: r, from: orders, to: shops, from_columns: [a], to_columns: [a, b]}
      - {name: s, from: orders, to: stores, from_columns: [store_id], to_columns: [store_id]}
    metrics:
      - {name: plain, expression: orders.total}
      - {name: nowhere, expression: COUNT(*)}
      - {name: evil, expression: "COUNT(orders.total); DROP TABLE orders"}
      - name: unit
        expression: COUNT(orders.total)
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"format": "furlongs", "weight": "mass", "decimals": "2"}'}]
      - name: unit
        expression: COUNT(orders.total)
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: 'not json'}]
"""


@pytest.mark.parametrize(
    "expected",
    [
        "line 3: model `broken`: `as_of` must be",
        "line 3: model `broken`: season `spring` must be",
        "line 8: field `orders.total`: a field is one value for each row",
        "line 9: field `orders.other`: it uses stores",
        "line 10: field `orders.code`: `(((` does not parse",
        "line 10: field `orders.code`: it points to `stores.nam`",
        "line 11: field `bare`: it has no expression",
        "line 12: dataset `stores` is defined more than once.",
        "line 15: dataset `stores`: `source` is missing.",
        "line 18: relationship `r`: `to` names `shops`, which is no dataset",
        "line 18: relationship `r`: `from_columns` and `to_columns` must be lists of the same length.",
        "line 19: relationship `s`: `to_columns` (store_id) are no key of `stores`",
        "line 21: metric `plain`: it has no aggregate",
        "line 22: metric `nowhere`: its dataset '' is not known",
        "line 23: metric `evil`: `COUNT(orders.total); DROP TABLE orders` is not one expression",
        "line 26: metric `unit`: `format` in the extension must be one of",
        "line 26: metric `unit`: `decimals` in the extension must be a whole number.",
        "line 25: metric `unit`: its weight `mass` is no metric.",
        "line 24: metric `unit` is defined more than once.",
        "line 29: metric `unit`: the extension is not JSON",
    ],
)
def test_every_problem_is_told_with_its_line(expected: str) -> None:
    assert any(problem.startswith(expected) for problem in problems(BROKEN)), "\n".join(problems(BROKEN))


def test_problems_stand_in_the_order_of_the_document() -> None:
    lines = [int(problem.removeprefix("line ").partition(":")[0]) for problem in problems(BROKEN) if problem.startswith("line ")]
    assert lines == sorted(lines)


def test_a_second_way_to_a_dataset_is_refused() -> None:
    text = shop.TEXT.replace(
        "    metrics:",
        "      - {name: again, from: order_lines, to: stores, from_columns: [store_id], to_columns: [store_id]}\n"
        "      - {name: twice, from: visits, to: stores, from_columns: [other_id], to_columns: [store_id]}\n    metrics:",
    )
    assert any("`visits` reaches `stores` in two ways" in problem for problem in problems(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the document is empty"),
        ("a: [", "this is not YAML"),
        ("just text", "this is not a semantic model"),
        ("semantic_model: []", "must be a list with one model"),
        ("semantic_model:\n  - name: a\n    datasets: []\n", "it has no datasets"),
        ("semantic_model:\n  - &a {name: x, datasets: [*a]}\n", "refers to itself"),
        ("name: a\nname: b\ndatasets: []\n", "the key `name` stands twice"),
        ("\x00", "this is not YAML"),
        ("[" * 5000, "this is not YAML"),
    ],
)
def test_what_is_no_model_is_said_plainly(text: str, words: str) -> None:
    assert any(words in problem for problem in problems(text))


def test_a_document_that_multiplies_itself_stays_small() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20))
    assert problems(bomb)


def _with_metric(extension: str, expression: str = "") -> str:
    """The chain of stores with one more metric, whose line is the last but two."""
    return chain.TEXT + (
        f"      - name: more\n{expression}        custom_extensions:\n          - {{vendor_name: ANALYTICS_AGENT, data: {extension}}}\n"
    )


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        ("{ratio: {numerator: revenue}}", '`ratio` must be {"numerator": METRIC, "denominator": METRIC}.'),
        ("{ratio: {numerator: revenue, denominator: nothing}}", "it stands on `nothing`, which is no metric."),
        ("{ratio: {numerator: revenue, denominator: conversion}}", "it stands on `conversion`, which stands on others itself."),
        ("{ratio: {numerator: revenue, denominator: buyers}, additivity: additive}", "it does not add up"),
        ("{ratio: {numerator: revenue, denominator: buyers}, filters: [{field: sales.day, op: not_null}]}", "belong to the metrics"),
        ("{cumulative: {metric: buyers}}", "only sums and counts can be added up day by day, and `buyers` is none"),
        ("{cumulative: {metric: stocked}}", "`stocked` is none"),
        ("{cumulative: {metric: revenue_so_far}}", "which stands on others itself"),
        ("{cumulative: {metric: revenue, to_date: hour}}", "`cumulative` must be"),
        ("{cumulative: {metric: revenue, trailing: {count: 0, unit: day}}}", "`cumulative` must be"),
    ],
)
def test_a_metric_made_of_others_is_judged_with_its_line(extension: str, expected: str) -> None:
    text = _with_metric(extension)
    line = len(text.splitlines()) - 2
    found = [problem for problem in problems(text) if expected in problem]
    assert found and all(problem.startswith((f"line {line}: metric `more`", f"line {line + 2}: metric `more`")) for problem in found)


@pytest.mark.parametrize(
    ("extension", "expected"),
    [
        ("{balance: {time: stock.item, per: [stock.item]}}", "which is no time field"),
        ("{balance: {time: stock.day, per: [stock.nothing]}}", "per `stock.nothing`, which is no field"),
        ("{balance: {time: sales.day, per: [stock.item]}}", "a row of `stock` does not have exactly one `sales.day`"),
        ("{balance: {time: stock.day, per: stock.item}}", "`balance` must be"),
        ("{balance: {time: stock.day, per: [stock.item]}, additivity: additive}", "its `additivity` is semi_additive"),
        ("{time_field: stock.item}", "which is no time field"),
    ],
)
def test_a_balance_is_one_of_keys_and_a_time_that_its_rows_have(extension: str, expected: str) -> None:
    assert any(expected in problem for problem in problems(_with_metric(extension, "        expression: SUM(stock.pieces)\n")))


@pytest.mark.parametrize(
    ("calendar", "expected"),
    [
        ("{pattern: 4-4-5, year_starts_in: 2}", "weeks in a pattern such as 4-4-5 are not supported"),
        ("{year_starts_in: 13}", "a month from 1 to 12"),
    ],
)
def test_a_fiscal_calendar_that_we_do_not_know_is_refused(calendar: str, expected: str) -> None:
    assert any(expected in problem for problem in problems(chain.TEXT.replace("{year_starts_in: 7}", calendar)))


def test_metrics_made_of_others_are_about_the_rows_of_the_first() -> None:
    model = chain.model()
    assert {m.name: m.dataset for m in model.metrics if m.stands_on} == {
        "conversion": "sales",
        "revenue_per_buyer": "sales",
        "stock_per_visitor": "stock",
        "revenue_so_far": "sales",
        "revenue_this_month": "sales",
        "large_sales_of_9_days": "sales",
        "visitors_so_far": "visits",
    }
    assert semantic.validate(model, chain.catalog()) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{valid: {from: since, until: until}}", "{valid: {from: since}}", '`valid` must be {"from": COLUMN, "until": COLUMN}.'),
        ("{valid: {from: since, until: until}}", "{label: no}", "`to_columns` (client) are no key of `tiers`"),
        ("primary_key: [client, since]", "primary_key: [client, tier]", "`to_columns` (client) are no key of `tiers`"),
        ("dimension: {is_time: true}", "label: no", "dataset `sales` meets versions of tiers and has no time field that says which."),
    ],
)
def test_versions_are_chosen_by_a_time_and_a_key(old: str, new: str, expected: str) -> None:
    assert any(expected in problem for problem in problems(chain.TEXT.replace(old, new)))


def test_columns_of_validity_are_looked_for_in_the_database() -> None:
    model = load(chain.TEXT.replace("until: until", "until: ended"))
    assert any("has no column `ended`" in problem for problem in semantic.validate(model, chain.catalog()))
