"""What people described in Superset comes in as a model that means the same, and what cannot be carried is named."""

from dataclasses import replace

import pytest
from unit.semantic.exchange.superset import CATALOG, CERTIFIED, CUSTOMERS, orders

from analytics_agent import semantic
from analytics_agent.domain.catalog import TableColumn
from analytics_agent.domain.superset_dataset import SupersetColumn, SupersetDataset, SupersetMetric
from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic import MetricRequest, compile
from analytics_agent.semantic.exchange.carried import Imported
from analytics_agent.semantic.exchange.superset import imported
from analytics_agent.semantic.model import Certification, Metric
from analytics_agent.semantic.ossie.writer import written


@pytest.fixture(scope="module")
def shop() -> Imported:
    return imported([orders(), CUSTOMERS], CATALOG, "shop")


def metric(shop: Imported, name: str) -> Metric:
    found = shop.model.metric(name)
    assert found is not None, name
    return found


def test_it_loads_as_a_file_fits_the_database_and_every_metric_can_be_asked(shop: Imported) -> None:
    model = semantic.load(written(shop.model))
    assert model == shop.model
    assert semantic.validate(model, CATALOG) == ()
    for each in model.metrics:
        assert compile(model, MetricRequest("", (each.name,)), dialect="postgres", catalog=CATALOG).sql


def test_columns_are_fields_with_their_words_and_keys_come_from_the_database(shop: Imported) -> None:
    dataset = shop.model.dataset("orders")
    assert dataset and (dataset.source, dataset.primary_key, dataset.time_field) == ("public.orders", ("id",), "orders.placed_on")
    assert (dataset.owners, dataset.description) == (("Ada Able",), "What was bought.")
    roles = {field.name: field.role for field in dataset.fields}
    assert roles == {
        "id": "key", "customer_id": "key", "placed_on": "time", "status": "dimension", "amount": "attribute", "pieces": "attribute",
        "Ship_To": "dimension", "is_large": "dimension",
    }  # fmt: skip
    status, odd = shop.model.field("orders.status"), shop.model.field("orders.Ship_To")
    assert status and (status.label, status.description) == ("State", "Where it is.")
    assert odd and odd.expression.texts == {"ANSI_SQL": '"Ship To"'}
    assert [(one.many, one.one, one.many_columns) for one in shop.model.relationships] == [("orders", "customers", ("customer_id",))]


def test_metrics_add_up_where_their_expression_does(shop: Imported) -> None:
    assert {each.name: each.additivity for each in shop.model.metrics} == {
        "orders_count": "additive", "revenue": "additive", "buyers": "non_additive", "large_share": "non_additive",
        "per_piece": "non_additive", "places": "non_additive", "customers_count": "additive",
    }  # fmt: skip
    assert metric(shop, "places").expression.texts == {"ANSI_SQL": 'COUNT(DISTINCT orders."Ship_To")'}


def test_formats_units_and_warnings_are_carried(shop: Imported) -> None:
    revenue, share, buyers = (metric(shop, name) for name in ("revenue", "large_share", "buyers"))
    assert (revenue.format, revenue.unit, revenue.decimals, revenue.caveats) == ("currency", "USD", 2, ("Without returns.",))
    assert (share.format, share.decimals, buyers.decimals) == ("percent", 1, 0)
    assert metric(shop, "orders_count").label == "Number of orders"


def test_what_superset_says_is_certified_is_and_nothing_else(shop: Imported) -> None:
    model = shop.model
    assert model.certification_of(metric(shop, "revenue")) == Certification("certified", "Finance", "Audited.")
    assert model.certification_of(metric(shop, "buyers")).status == "unreviewed"
    other_numbers = orders(metrics=(SupersetMetric(1, "per_piece", "SUM(pieces) / COUNT(*)", extra=CERTIFIED),))
    mean = metric(imported([other_numbers], CATALOG, "shop"), "per_piece")
    assert mean.certification == Certification("unreviewed")
    certified = imported([orders(extra='{"certification": {"certified_by": "Ada"}}')], CATALOG, "shop").model
    dataset, buyers = certified.dataset("orders"), certified.metric("buyers")
    assert dataset and dataset.certification == Certification("certified", "Ada")
    assert buyers and certified.certification_of(buyers).status == "unreviewed"


def test_what_cannot_be_carried_is_named_one_by_one(shop: Imported) -> None:
    said = "\n".join(shop.left)
    for part in (
        "column `orders.mine`: it holds Jinja",
        "field `orders.broken`: `orders` has no column `nothing_there`",
        "switched off in Superset and left out: secret",
        "metric `templated` of `orders`: it holds Jinja",
        "metric `gone` of `orders`: it names `not_there`",
        "metric `per_piece`: here a division is one of real numbers",
        "column `customers.joined`: a time for Superset",
    ):
        assert part in said
    assert "large_share" not in said


def virtual(sql: str, *names: str) -> SupersetDataset:
    shown = tuple(SupersetColumn(number, name) for number, name in enumerate(names))
    return SupersetDataset(9, "u9", "paid", "public", sql, columns=shown, metrics=(SupersetMetric(1, "total", "SUM(worth)"),))


def test_a_query_that_only_names_columns_of_one_table_is_that_table() -> None:
    found = imported([virtual("SELECT o.amount * 2 AS worth, o.status FROM orders AS o", "worth", "status")], CATALOG, "shop")
    dataset, worth = found.model.dataset("paid"), found.model.field("paid.worth")
    assert dataset and worth and (dataset.source, worth.expression.texts) == ("public.orders", {"ANSI_SQL": "amount * 2"})
    compiled = compile(found.model, MetricRequest("", ("total",)), dialect="postgres", catalog=CATALOG)
    assert "".join(compiled.sql.split()) == "SELECTSUM((paid.amount*2))AStotalFROMpublic.ordersASpaid"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT amount AS worth FROM orders WHERE status = 'paid'",
        "SELECT DISTINCT amount AS worth FROM orders",
        "SELECT amount AS worth FROM orders LIMIT 10",
        "SELECT SUM(amount) AS worth FROM orders",
        "SELECT o.amount AS worth FROM orders o JOIN customers c ON c.id = o.customer_id",
        "SELECT amount AS worth FROM {{ table }}",
        "SELECT amount AS worth FROM elsewhere",
        "SELECT amount AS worth FROM orders UNION ALL SELECT 1",
        "nonsense (",
    ],
)
def test_any_other_query_is_named_and_left_out(sql: str) -> None:
    found = imported([orders(), virtual(sql, "worth")], CATALOG, "shop")
    assert [dataset.name for dataset in found.model.datasets] == ["orders"]
    assert any(said.startswith("dataset `paid`: ") for said in found.left)
    with pytest.raises(InvalidSemanticModel, match="dataset `paid`"):
        imported([virtual(sql, "worth")], CATALOG, "shop")


def test_two_datasets_of_one_name_and_metrics_of_one_name_get_names_of_their_own() -> None:
    twin = replace(virtual("SELECT amount AS worth FROM orders", "worth"), table="orders")
    other = replace(CUSTOMERS, metrics=(SupersetMetric(1, "revenue", "COUNT(name)"),))
    model = imported([orders(), twin, other], CATALOG, "shop").model
    assert [dataset.name for dataset in model.datasets] == ["customers", "orders", "public_orders"]
    assert {"orders_revenue", "customers_revenue"} <= {each.name for each in model.metrics}


def test_columns_of_like_names_stay_apart() -> None:
    names = ("id", "Ship To", "Ship_To", "Amount", "amount")
    table = replace(CATALOG.tables[0], columns=tuple(TableColumn(name, "number", "numeric") for name in names), foreign_keys=())
    metrics = {"a": 'SUM("Ship To")', "b": 'SUM("Ship_To")', "c": "SUM(Amount)", "d": 'SUM("Amount")'}
    given = orders(
        columns=(*(SupersetColumn(n, name) for n, name in enumerate(names)), SupersetColumn(9, "twice", expression="Amount * 2")),
        metrics=tuple(SupersetMetric(n, name, text) for n, (name, text) in enumerate(metrics.items())),
    )
    catalog = replace(CATALOG, tables=(table,))
    model = imported([given], catalog, "shop").model
    found = {name: compile(model, MetricRequest("", (name,)), dialect="postgres", catalog=catalog).sql.split() for name in metrics}
    assert [next(word for word in words if "SUM" in word) for words in found.values()] == [
        'SUM(orders."Ship', 'SUM(orders."Ship_To")', "SUM(orders.amount)", 'SUM(orders."Amount")',
    ]  # fmt: skip
    twice = model.field("orders.twice")
    assert twice and twice.expression.texts == {"ANSI_SQL": "amount * 2"}


def test_hostile_texts_of_superset_are_words_of_a_model_and_nothing_else() -> None:
    odd = orders(
        description="line\nmetrics: [evil]",
        extra="[" * 100_000,
        metrics=(
            SupersetMetric(1, "x'); DROP", "SUM(amount); DROP TABLE orders", extra="not json"),
            SupersetMetric(2, "# y", "SUM(amount)"),
        ),
    )
    found = imported([odd], CATALOG, "shop: {evil}")
    assert [each.name for each in found.model.metrics] == ["y"]
    assert semantic.load(written(found.model)) == found.model
