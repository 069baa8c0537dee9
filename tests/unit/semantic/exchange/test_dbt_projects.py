"""Projects as they are published, in all forms of dbt's semantic layer: what is not carried is named, nothing is read in another sense."""

import json
from datetime import date

import pytest

from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic import MetricRequest, compile
from analytics_agent.semantic.exchange.carried import Imported
from analytics_agent.semantic.exchange.dbt import imported
from analytics_agent.semantic.exchange.dbt_files import LONGEST, check_size
from analytics_agent.semantic.model import Balance, Cumulative
from analytics_agent.semantic.request import Period

ORDERS = """\
semantic_models:
  - name: orders
    description: One row per order.
    model: ref('fct_orders', v=2)
    defaults: {agg_time_dimension: ordered_at}
    primary_entity: order
    entities:
      - {name: order, type: primary, expr: order_id}
      - {name: customer, type: foreign, expr: customer_id, description: Who ordered.}
      - {name: receipt, type: unique, expr: receipt_id}
    dimensions:
      - {name: ordered_at, type: time, type_params: {time_granularity: day}, expr: "date_trunc('day', ordered_at)"}
      - {name: is_food_order, type: categorical}
      - {name: region, type: categorical, expr: "case when country = '{{ var(\\"home\\") }}' then 'home' else 'abroad' end"}
    measures:
      - {name: order_total, agg: sum, description: What the orders are worth.}
      - {name: tax_paid, agg: sum}
      - {name: order_count, agg: sum, expr: 1}
      - {name: order_value_p99, agg: percentile, expr: order_total, agg_params: {percentile: 0.99, use_approximate_percentile: true}}
"""
CUSTOMERS = """\
semantic_models:
  - name: customers
    model: ref('jaffle', 'dim_customers')
    defaults: {agg_time_dimension: first_ordered_at}
    entities: [{name: customer, type: primary, expr: customer_id}]
    dimensions:
      - {name: customer_name, type: categorical}
      - {name: first_ordered_at, type: time, type_params: {time_granularity: day}}
    measures: [{name: customers, agg: count_distinct, expr: customer_id}]
"""
METRICS = """\
metrics:
  - {name: order_total, type: simple, label: Order total, type_params: {measure: {name: order_total, fill_nulls_with: 0}}}
  - {name: tax, type: simple, type_params: {measure: {name: tax_paid, fill_nulls_with: 0, join_to_timespine: true}}}
  - name: order_net
    type: derived
    type_params: {expr: order_total - tax, metrics: [order_total, tax]}
  - name: growth
    type: derived
    type_params:
      expr: (now - before) / before
      metrics: [{name: order_total, alias: now}, {name: order_total, offset_window: 1 month, alias: before}]
  - name: since_start
    type: derived
    type_params: {expr: now - start, metrics: [{name: order_total, alias: now}, {name: order_total, offset_to_grain: month, alias: start}]}
  - name: total_this_month
    type: cumulative
    type_params: {measure: {name: order_total}, cumulative_type_params: {grain_to_date: month, period_agg: first}}
  - name: food_orders
    type: simple
    type_params: {measure: order_count}
    filter: "{{ Dimension('order__is_food_order') }} = true"
  - name: share
    type: ratio
    type_params:
      numerator: food_orders
      denominator: {name: order_total, filter: "{{ Dimension('customer__customer_name') }} is not null"}
  - {name: p99, type: simple, type_params: {measure: order_value_p99}}
  - name: conversion
    type: conversion
    type_params:
      conversion_type_params: {entity: customer, calculation: conversion_rate, base_measure: customers, conversion_measure: order_count}
  - {name: switched_off, type: simple, config: {enabled: false}, type_params: {measure: order_count}}
saved_queries:
  - {name: report, query_params: {metrics: [order_total]}}
"""


@pytest.fixture(scope="module")
def jaffle() -> Imported:
    return imported({"models/marts/orders.yml": ORDERS, "models/marts/customers.yml": CUSTOMERS, "models/metrics.yml": METRICS}, "jaffle")


def test_what_several_files_say_is_one_model_that_compiles(jaffle: Imported) -> None:
    assert [(one.name, one.source) for one in jaffle.model.datasets] == [("orders", "fct_orders_v2"), ("customers", "dim_customers")]
    orders = jaffle.model.dataset("orders")
    assert orders and orders.primary_key == ("order_id",) and orders.unique_keys == (("receipt_id",),)
    key = jaffle.model.field("orders.customer_id")
    assert key and key.description == "Who ordered."
    assert {one.name for one in jaffle.model.metrics} >= {
        "order_total",
        "tax",
        "order_net",
        "total_this_month",
        "food_orders",
        "share",
        "p99",
    }
    for each in jaffle.model.metrics:
        assert compile(jaffle.model, MetricRequest("", (each.name,), time=Period(date(2024, 1, 1), date(2024, 3, 1))), dialect="duckdb").sql


def test_what_stands_for_nothing_is_in_what_is_computed_of_it_and_named_where_it_is_not(jaffle: Imported) -> None:
    net = jaffle.model.metric("order_net")
    assert net and net.expression.texts["ANSI_SQL"] == "(COALESCE(SUM(orders.order_total), 0)) - (COALESCE(SUM(orders.tax_paid), 0))"
    assert net.additivity == "additive"
    assert "metric `order_total`: fill_nulls_with is not carried; a question asks for periods to be filled." in jaffle.left
    assert "metric `tax`: fill_nulls_with and join_to_timespine is not carried; a question asks for periods to be filled." in jaffle.left


def test_a_measure_describes_the_metric_that_it_is_and_no_part_of_it(jaffle: Imported) -> None:
    total, food = jaffle.model.metric("order_total"), jaffle.model.metric("food_orders")
    assert total and total.description == "What the orders are worth." and food and food.description == ""


def test_whatever_is_not_carried_is_named(jaffle: Imported) -> None:
    named = {said.partition(":")[0] for said in jaffle.left}
    assert named == {
        "dimension `orders.region`", "metric `order_total`", "metric `tax`", "metric `growth`", "metric `since_start`",
        "metric `total_this_month`", "metric `conversion`", "metric `switched_off`", "metric `p99`", "models/metrics.yml",
        }  # fmt: skip
    assert any("holds Jinja" in said for said in jaffle.left if "orders.region" in said)
    assert any("its last value is shown, not first" in said for said in jaffle.left)
    assert any("approximate" in said for said in jaffle.left)


def test_metrics_that_no_metric_uses_and_semantic_models_that_are_off_are_named() -> None:
    off = CUSTOMERS.replace("  - name: customers\n", "  - name: customers\n    config: {enabled: false}\n")
    left = imported(
        {"a.yml": ORDERS, "b.yml": off, "c.yml": "metrics: [{name: n, type: simple, type_params: {measure: order_count}}]"}, "x"
    ).left
    assert "semantic model `customers`: it is switched off there and was left out." in left
    assert "semantic model `orders`: no metric uses its measures order_total, tax_paid, order_value_p99; they were left out." in left


def test_a_metric_is_not_dated_by_another_time_than_its_own() -> None:
    """The time of the orders cannot be carried; that of their shipping is another one."""
    text = ORDERS.replace("expr: \"date_trunc('day', ordered_at)\"", "expr: \"{{ day('ordered_at') }}\"").replace(
        "      - {name: is_food_order", "      - {name: shipped_at, type: time}\n      - {name: is_food_order"
    )
    found = imported({"a.yml": text, "b.yml": CUSTOMERS, "c.yml": METRICS}, "x")
    assert found.model.metric("order_total") is None
    assert any("metric `order_total`: it is dated by `ordered_at`, which is no time that was carried" in said for said in found.left)


BALANCE = """\
semantic_models:
  - name: accounts
    model: ref('accounts')
    defaults: {agg_time_dimension: day}
    entities: [{name: account, type: primary, expr: id}, {name: user, type: foreign, expr: user_id}]
    dimensions: [{name: day, type: time, type_params: {time_granularity: day}}]
    measures: [{name: held, agg: sum, create_metric: true, non_additive_dimension: %s}]
  - name: others
    model: ref('others')
    entities: [{name: other, type: primary, expr: id}]
    measures: [{name: others, agg: count, expr: id, create_metric: true}]
"""


@pytest.mark.parametrize(
    ("said", "balance", "why"),
    [
        ("{name: day, window_choice: max, window_groupings: [user]}", Balance("accounts.day", ("accounts.user_id",), "last"), ""),
        ("{name: day, window_agg: max, group_by: [user]}", Balance("accounts.day", ("accounts.user_id",), "last"), ""),
        ("{name: day}", Balance("accounts.day", (), "first"), ""),
        ("{name: day, window_choice: median}", None, "neither the first nor the last"),
        ("{name: day, window_choice: max, over: [user]}", None, "`non_additive_dimension` has over"),
        ("{window_choice: max}", None, "`non_additive_dimension` has no name"),
    ],
)
def test_a_state_is_the_first_or_last_one_and_nothing_that_is_not_understood(said: str, balance: Balance | None, why: str) -> None:
    found = imported({"a.yml": BALANCE % said}, "x")
    made = found.model.metric("held")
    assert (made.balance if made else None) == balance
    assert bool(why) == any(why in one for one in found.left if "metric `held`" in one)


LATER = """\
models:
  - name: fct_orders
    semantic_model: {enabled: true, name: orders}
    agg_time_dimension: ordered_on
    columns:
      - {name: order_id, entity: {type: primary, name: order}}
      - {name: ordered_on, granularity: day, dimension: {type: time}}
    metrics:
      - {name: middle, type: simple, agg: percentile, expr: price, percentile: 0.5, percentile_type: discrete}
      - {name: revenue, type: simple, agg: sum, expr: price, fill_nulls_with: 0}
      - {name: so_far, type: cumulative, input_metric: revenue, window: 7 days}
      - {name: turned, type: conversion, entity: order, calculation: conversions, base_metric: revenue, conversion_metric: revenue}
      - {name: hidden_one, type: simple, agg: count, expr: order_id, hidden: true}
  - {name: fct_gone, config: {enabled: false}, semantic_model: {enabled: true}, columns: [{name: y, entity: primary}]}
  - {name: fct_off, semantic_model: {enabled: false}, columns: [{name: x, entity: primary}]}
  - name: days
    time_spine: {standard_granularity_column: day, custom_granularities: [{name: fiscal_year}]}
"""


def test_the_later_form_is_read_to_its_last_key() -> None:
    found = imported({"later.yml": LATER}, "x")
    middle, so_far = found.model.metric("middle"), found.model.metric("so_far")
    assert middle and middle.expression.texts["ANSI_SQL"].startswith("PERCENTILE_DISC(0.5)")
    assert so_far and so_far.cumulative == Cumulative("revenue", "day", 7)
    assert set(found.left) == {
        "semantic model `fct_off`: it is switched off there and was left out.",
        "model `fct_gone`: it is switched off there and was left out.",
        "grains of its own (fiscal_year) are not carried; fiscal years are said by `fiscal_calendar` here.",
        "metric `revenue`: fill_nulls_with is not carried; a question asks for periods to be filled.",
        "metric `turned`: a metric of type conversion has no place here; it was left out.",
        "metric `hidden_one`: it is private there and can be asked for here.",
    }


BEFORE = """\
metrics:
  - name: revenue
    label: Revenue
    model: ref('orders')
    calculation_method: sum
    expression: amount
    timestamp: ordered_at
    time_grains: [day, month]
    dimensions: [status]
    filters: [{field: status, operator: "=", value: "'paid'"}]
"""


def test_metrics_of_the_time_before_semantic_models_are_named_and_never_half_read() -> None:
    with pytest.raises(InvalidSemanticModel) as refused:
        imported({"old.yml": BEFORE}, "x")
    assert any("metric `revenue`: it is written for dbt before 1.6" in said for said in refused.value.problems)
    found = imported({"old.yml": BEFORE, "a.yml": ORDERS, "b.yml": CUSTOMERS, "c.yml": METRICS}, "x")
    assert found.model.metric("revenue") is None and any("before 1.6" in said for said in found.left)


def test_both_manifests_of_dbt_are_read_as_json() -> None:
    import yaml

    whole = {
        "semantic_models": yaml.safe_load(CUSTOMERS)["semantic_models"],
        "metrics": [{"name": "n", "type": "simple", "type_params": {"measure": {"name": "customers"}}}],
    }
    listed = imported({"target/semantic_manifest.json": json.dumps(whole | {"project_configuration": {"time_spines": []}})}, "x")
    by_id = {
        key: {f"{key}.jaffle.{one['name']}": {**one, "unique_id": f"{key}.jaffle.{one['name']}"} for one in value}
        for key, value in whole.items()
    }
    assert imported({"target/manifest.json": json.dumps(by_id | {"nodes": {}})}, "x").model == listed.model
    assert [one.name for one in listed.model.metrics] == ["n"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("m.json", '{"semantic_models": [\n  {"name": "a",}\n]}', "m.json, line 2: this is not JSON."),
        ("m.json", "[" * 200_000, "m.json: it is nested too deep"),
        ("m.json", "[1, 2]", "there are no semantic models in it"),
        ("m.json", "\ufeff{}", "there are no semantic models in it"),
    ],
)
def test_what_is_no_json_is_said_with_its_line(name: str, text: str, words: str) -> None:
    with pytest.raises(InvalidSemanticModel, match=words):
        imported({name: text}, "x")


@pytest.mark.parametrize("name", ["manifest.json", "all.yml"])
def test_files_that_are_too_large_are_refused_unread_with_what_to_take_instead(name: str) -> None:
    kind = "JSON" if name.endswith("json") else "YAML"
    check_size(name, LONGEST[kind])
    with pytest.raises(InvalidSemanticModel) as refused:
        check_size(name, LONGEST[kind] + 31_000_000)
    (said,) = refused.value.problems
    assert f"{kind} of {LONGEST[kind] // 10**6} MB is read at most" in said and "target/semantic_manifest.json" in said
