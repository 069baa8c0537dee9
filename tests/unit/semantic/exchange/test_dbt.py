"""dbt's semantic layer comes in as a model that means the same, and what cannot be carried is named."""

from datetime import date
from pathlib import Path

import pytest

from analytics_agent import semantic
from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic import MetricRequest, compile
from analytics_agent.semantic.exchange.carried import Imported
from analytics_agent.semantic.exchange.dbt import imported
from analytics_agent.semantic.model import Balance, Certification, Cumulative, Metric, MetricFilter
from analytics_agent.semantic.ossie.writer import written
from analytics_agent.semantic.request import Period

TEXT = (Path(__file__).parent / "project.yaml").read_text()


@pytest.fixture(scope="module")
def project() -> Imported:
    return imported({"project.yaml": TEXT}, "shop")


def metric(project: Imported, name: str) -> Metric:
    found = project.model.metric(name)
    assert found is not None, name
    return found


def sql(project: Imported, name: str) -> str:
    return metric(project, name).expression.texts["ANSI_SQL"]


def test_it_is_a_model_that_nobody_has_reviewed_and_loads_as_a_file(project: Imported) -> None:
    assert project.model.certification == Certification("unreviewed")
    assert semantic.load(written(project.model)) == project.model
    for each in project.model.metrics:
        time = Period(date(2024, 1, 1), date(2024, 2, 1))
        assert compile(project.model, MetricRequest("", (each.name,), time=time), dialect="duckdb").sql


def test_entities_are_keys_and_dimensions_are_fields(project: Imported) -> None:
    orders, stores = project.model.dataset("orders"), project.model.dataset("stores")
    assert orders and stores and (orders.source, stores.source) == ("fct_orders", "mart.dim_stores")
    assert orders.primary_key == ("order_id",) and orders.time_field == "orders.ordered_on"
    assert (orders.synonyms, orders.owners) == (("purchases",), ("finance",))
    shipped, status = project.model.field("orders.shipped_on"), project.model.field("orders.status")
    assert shipped and shipped.is_time and shipped.grains == ("month", "quarter", "year")
    assert status and (status.label, status.description, status.role) == ("Order status", "Where it is.", "dimension")
    key = project.model.field("orders.customer_id")
    assert key and key.role == "key"


VISITS = """\
semantic_models:
  - name: visits
    model: ref('visits')
    entities:
      - {name: visit, type: primary, expr: id}
      - {name: customer, type: foreign, expr: customer_id}
      - {name: agent, type: foreign, expr: agent_id}
    measures: [{name: visits, agg: count, expr: id}]
  - name: customers
    model: ref('customers')
    entities: [{name: customer, type: primary, expr: id}, {name: store, type: foreign, expr: home_store}]
  - name: agents
    model: ref('agents')
    entities: [{name: agent, type: primary, expr: id}, {name: store, type: foreign, expr: work_store}]
    measures: [{name: agents, agg: count, expr: id}]
  - name: stores
    model: ref('stores')
    entities: [{name: store, type: primary, expr: id}]
    dimensions: [{name: city, type: categorical}]
metrics:
  - {name: agents_of_oslo, type: simple, type_params: {measure: agents}, filter: "{{ Dimension('store__city') }} = 'Oslo'"}
  - {name: visits_of_oslo, type: simple, type_params: {measure: visits}, filter: "{{ Dimension('store__city') }} = 'Oslo'"}
  - {name: by_agent, type: simple, type_params: {measure: visits}, filter: "{{ Dimension('agent__store__city') }} = 'Oslo'"}
  - name: by_customer
    type: simple
    type_params: {measure: visits}
    filter: "{{ Dimension('store__city', entity_path=['customer']) }} = 'Oslo'"
"""


def test_a_second_way_to_a_dataset_is_one_in_a_role_of_its_own() -> None:
    """A visit has a customer and an agent, and each of these a store of their own: neither stands for the other."""
    found = imported({"visits.yml": VISITS}, "shop")
    ways = {(r.many, r.one, r.many_columns) for r in found.model.relationships}
    assert {("customers", "stores", ("home_store",)), ("agents", "agents_store_stores", ("work_store",))} < ways
    role = found.model.dataset("agents_store_stores")
    assert (
        role and role.source == "stores" and [field.path for field in role.fields] == ["agents_store_stores.city", "agents_store_stores.id"]
    )
    for name, path in (
        ("agents_of_oslo", "agents_store_stores.city"),
        ("by_agent", "agents_store_stores.city"),
        ("by_customer", "stores.city"),
    ):
        assert metric(found, name).filters == (MetricFilter(path, "=", ("Oslo",)),)
    assert found.left == (
        "metric `visits_of_oslo`: its filter is by `store__city`, which is no dimension that it reaches; it was left out.",
    )


def test_a_way_that_is_not_the_nearest_here_is_refused_and_never_taken_for_it() -> None:
    """Orders have a store, and so has their customer: the customer's cannot be meant where the order's is nearer."""
    text = TEXT.replace("customer__country", "customer__store__city")
    (said,) = [text for text in imported({"a": text}, "shop").left if "northern_revenue" in text]
    assert "`stores` is reached in another way here" in said


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("orders_placed", "COUNT(*)"),
        ("revenue", "SUM(orders.price * orders.pieces)"),
        ("buyer_count", "COUNT(DISTINCT orders.customer_id)"),
        ("ninetieth", "PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY orders.amount)"),
        ("largest", "MAX(orders.amount)"),
        ("fees", "SUM(orders.price * orders.pieces) * 0.05"),
        ("fee_each", "(SUM(orders.price * orders.pieces) * 0.05) / COUNT(DISTINCT orders.customer_id)"),
        ("recent_revenue", "SUM(CASE WHEN orders.ordered_on > '2024-01-01' OR orders.is_large THEN orders.price * orders.pieces END)"),
    ],
)
def test_aggregates_and_what_is_computed_of_one_fact_are_expressions(project: Imported, name: str, expression: str) -> None:
    assert sql(project, name) == expression
    assert metric(project, name).dataset == "orders"


def test_plain_conditions_are_filters_of_the_field_that_is_meant(project: Imported) -> None:
    assert metric(project, "northern_revenue").filters == (
        MetricFilter("orders.status", "!=", ("cancelled",)),
        MetricFilter("customers.country", "in", ("NO", "SE")),
    )


def test_metrics_made_of_others_stand_on_them(project: Imported) -> None:
    assert metric(project, "revenue_per_buyer").ratio == ("revenue", "buyer_count")
    assert metric(project, "large_share").ratio == ("large_ones", "orders_placed")
    assert metric(project, "large_ones").filters == (MetricFilter("orders.is_large", "=", (True,)),)
    assert metric(project, "revenue_by_balance").ratio == ("revenue", "held")
    assert metric(project, "revenue_so_far").cumulative == Cumulative("revenue", "month")
    assert metric(project, "revenue_28").cumulative == Cumulative("revenue", "day", 28)


def test_states_and_other_dates_are_carried(project: Imported) -> None:
    assert metric(project, "held").balance == Balance("accounts.day", ("accounts.customer_id",), "last")
    assert metric(project, "held").additivity == "semi_additive"
    assert metric(project, "shipped_orders").time_field == "orders.shipped_on"
    assert {name: metric(project, name).additivity for name in ("revenue", "fees", "buyer_count", "fee_each")} == {
        "revenue": "additive", "fees": "additive", "buyer_count": "non_additive", "fee_each": "non_additive",
    }  # fmt: skip


def test_what_cannot_be_carried_is_named(project: Imported) -> None:
    assert set(project.left) == {
        "project.yaml: `saved_queries` have no place in a semantic model.",
        "semantic model `orders`: team of its `meta` is not carried.",
        "metric `fee_each`: its division is one of real numbers here, and by zero gives no value.",
        "metric `buyers_28`: only sums and counts can be added up day by day, and `buyer_count` is none; it was left out.",
        "metric `growth`: it computes with an earlier period, which a question asks for by `compare`; it was left out.",
        "metric `mixed`: it computes with metrics of several facts or times; a ratio of two can be carried; it was left out.",
        "metric `bought_after`: a metric of type conversion has no place here; it was left out.",
        "metric `of_active`: it is filtered by a metric; it was left out.",
        "semantic model `orders`: no metric uses its measures mean_amount, large_orders, middle; they were left out.",
    }


LATER = """\
models:
  - name: fct_orders
    semantic_model: {enabled: true, name: orders}
    agg_time_dimension: ordered_on
    columns:
      - {name: order_id, entity: {type: primary, name: order}}
      - {name: customer_id, entity: {type: foreign, name: customer}}
      - {name: ordered_on, granularity: day, dimension: {type: time}}
      - {name: state, dimension: {type: categorical, name: status, label: Order status}}
      - {name: price}
    derived_semantics:
      dimensions: [{name: is_large, type: categorical, expr: price > 100}]
    metrics:
      - {name: revenue, type: simple, agg: sum, expr: price}
      - {name: buyers, type: simple, agg: count_distinct, expr: customer_id, filter: "{{ Dimension('order__status') }} = 'sent'"}
      - {name: so_far, type: cumulative, input_metric: revenue, grain_to_date: year}
  - {name: other, columns: [{name: x}]}
metrics:
  - {name: each, type: ratio, numerator: revenue, denominator: buyers}
  - {name: fees, type: derived, expr: revenue * 0.1, input_metrics: [{name: revenue}]}
"""


def test_the_later_form_where_models_say_it_themselves_means_the_same() -> None:
    found = imported({"later.yml": LATER}, "shop")
    assert found.left == ()
    assert [(d.name, d.source, d.time_field) for d in found.model.datasets] == [("orders", "fct_orders", "orders.ordered_on")]
    status = found.model.field("orders.status")
    assert status and (status.expression.texts, status.label) == ({"ANSI_SQL": "state"}, "Order status")
    assert [(m.name, m.ratio, m.cumulative) for m in found.model.metrics if m.stands_on] == [
        ("each", ("revenue", "buyers"), None),
        ("so_far", None, Cumulative("revenue", "year")),
    ]
    assert metric(found, "buyers").filters == (MetricFilter("orders.status", "=", ("sent",)),)
    assert sql(found, "fees") == "SUM(orders.price) * 0.1"


def test_versions_of_a_natural_key_hold_from_when_to_when() -> None:
    text = """\
semantic_models:
  - name: tiers
    model: ref('tiers')
    primary_entity: tier
    entities: [{name: client, type: natural, expr: client_id}]
    dimensions:
      - {name: since, type: time, type_params: {time_granularity: day, validity_params: {is_start: true}}}
      - {name: until, type: time, type_params: {time_granularity: day, validity_params: {is_end: true}}}
      - {name: tier, type: categorical}
  - name: sales
    model: ref('sales')
    defaults: {agg_time_dimension: day}
    entities: [{name: sale, type: primary, expr: id}, {name: client, type: foreign, expr: client_id}]
    dimensions: [{name: day, type: time, type_params: {time_granularity: day}}]
    measures: [{name: sold, agg: sum, expr: amount, create_metric: true}]
"""
    found = imported({"a.yml": text}, "shop")
    tiers = found.model.dataset("tiers")
    assert tiers and tiers.valid == ("since", "until") and tiers.primary_key == ("client_id", "since")
    assert "since" in compile(found.model, MetricRequest("", ("sold",), ("tiers.tier",)), dialect="postgres").sql


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [", "x.yml, line 1: this is not YAML."),
        ("version: 2", "there are no semantic models in it"),
        ("semantic_models: nothing", "there are no semantic models in it"),
    ],
)
def test_files_that_hold_none_are_named(text: str, words: str) -> None:
    with pytest.raises(InvalidSemanticModel, match=words):
        imported({"x.yml": text}, "shop")


def test_metrics_in_a_circle_and_unknown_ones_are_named_and_nothing_breaks() -> None:
    metrics = """
  - {name: a, type: derived, type_params: {expr: b + 1, metrics: [b]}}
  - {name: b, type: derived, type_params: {expr: a + 1, metrics: [a]}}
  - {name: c, type: ratio, type_params: {numerator: nowhere, denominator: revenue}}
  - {name: d, type: simple, type_params: {measure: nowhere}}
  - {name: e, type: simple, type_params: {measure: amount}, filter: "{{ Dimension('order__nothing') }} = 1"}
  - {name: f, type: simple, type_params: {measure: amount}, filter: "status = 1"}
  - {name: g, type: simple, type_params: {measure: amount}, filter: "{% if x %}1{% endif %}"}
  - {name: "odd name!", type: simple, type_params: {measure: amount}}
saved_queries:"""
    found = imported({"x.yml": TEXT.replace("saved_queries:", metrics.lstrip("\n") + "", 1)}, "shop")
    said = {text.partition(":")[0]: text for text in found.left}
    assert "it stands on itself" in said["metric `a`"] or "it stands on itself" in said["metric `b`"]
    assert "there is no metric `nowhere`" in said["metric `c`"] and "there is no measure `nowhere`" in said["metric `d`"]
    assert "which is no dimension that it reaches" in said["metric `e`"]
    assert "names a column without saying of which dimension" in said["metric `f`"] and "Jinja" in said["metric `g`"]
    assert found.model.metric("odd_name") is not None


@pytest.mark.parametrize(
    ("expr", "why"),
    [
        ("\"{{ var('rate') }} * amount\"", "holds Jinja"),
        ('"{% if x %} amount {% endif %}"', "holds Jinja"),
        ('"amount; drop table x"', "is not one expression"),
        ('"amount discount"', "is not one expression"),
        ('"(("', "does not parse"),
    ],
)
def test_a_measure_whose_value_nobody_can_tell_is_left_out_and_named(expr: str, why: str) -> None:
    text = (
        "semantic_models:\n- name: orders\n  entities: [{name: o, type: primary, expr: id}]\n  measures:\n"
        f"  - {{name: odd, agg: sum, expr: {expr}}}\n  - {{name: even, agg: sum, expr: amount}}\n"
        "metrics:\n- {name: odd, type: simple, type_params: {measure: odd}}\n- {name: even, type: simple, type_params: {measure: even}}\n"
    )
    made = imported({"a.yml": text}, "shop")
    assert [m.name for m in made.model.metrics] == ["even"]
    assert any(each.startswith("metric `odd`: ") and why in each for each in made.left)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "a0: &a0 [x, x]\n"
            + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60))
            + "metrics: [{name: a, description: *a59}]\n",
            "more than 2,000,000 values",
        ),
        (
            "a0: &a0 {k: 1}\n" + "".join(f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 10)}]}}\n" for i in range(1, 10)),
            "more than 2,000,000 values",
        ),
        ("a: &a [*a]\n", "holds itself"),
        ("[" * 5_000, "nested too deep"),
        (f"a: {'1' * 2_000}\n", "a number of more than 1,000 figures"),
        ("a: !!bool maybe\n", "this is not YAML"),
        ("a: !!timestamp soon\n", "this is not YAML"),
    ],
)
def test_files_that_multiply_themselves_or_hold_what_is_no_value_are_named_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(InvalidSemanticModel, match=rf"odd\.yml: .*{why}"):
        imported({"odd.yml": text}, "shop")


def test_of_two_of_one_name_the_second_is_left_out_and_named() -> None:
    model = "- name: {0}\n  entities: [{{name: {0}, type: primary, expr: id}}]\n  measures: [{{name: paid, agg: sum, expr: {1}}}]\n"
    metrics = "metrics:\n- {name: paid, type: simple, type_params: {measure: paid}}\n"
    again = "- {name: paid, type: ratio, type_params: {numerator: paid, denominator: paid}}\n"
    made = imported(
        {"a.yml": "semantic_models:\n" + model.format("orders", "amount") + model.format("bills", "total") + metrics + again}, "x"
    )
    assert [m.expression.texts for m in made.model.metrics] == [{"ANSI_SQL": "SUM(orders.amount)"}]
    assert {
        "metric `paid`: there are two of this name; the second was left out.",
        "measure `paid` of `bills`: there is one of this name already; it was left out.",
    } <= {*made.left}


def test_what_is_counted_once_under_a_condition_is_counted_under_it_where_metrics_are_computed_of() -> None:
    text = (
        "semantic_models:\n- name: orders\n  entities: [{name: o, type: primary, expr: id}]\n"
        "  dimensions: [{name: kind, type: categorical}]\n"
        "  measures: [{name: buyers, agg: count_distinct, expr: client}, {name: paid, agg: sum, expr: amount}]\n"
        "metrics:\n- {name: paid, type: simple, type_params: {measure: paid}}\n- name: new_buyers\n  type: simple\n"
        "  type_params: {measure: buyers}\n  filter: \"{{ Dimension('o__kind') }} = 'new'\"\n"
        "- {name: apart, type: derived, type_params: {expr: paid - new_buyers, metrics: [paid, new_buyers]}}\n"
    )
    counted = "COUNT(DISTINCT CASE WHEN orders.kind = 'new' THEN orders.client END)"
    assert sql(imported({"a.yml": text}, "shop"), "apart") == f"SUM(orders.amount) - {counted}"
