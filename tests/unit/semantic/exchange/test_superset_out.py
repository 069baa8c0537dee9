"""A model is written into Superset's datasets: once, beside what people made there, and what Superset cannot hold is named."""

import json
from dataclasses import replace
from typing import Any

import pytest
from unit.semantic.exchange.superset import CATALOG, CUSTOMERS, orders

from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.superset_dataset import DatasetEdit, PartEdit, SupersetColumn, SupersetDataset, SupersetMetric
from analytics_agent.semantic.exchange.superset_out import Plan, planned
from analytics_agent.semantic.model import (
    Balance,
    Certification,
    Cumulative,
    Dataset,
    Expression,
    Field,
    Metric,
    MetricFilter,
    Relationship,
    SemanticModel,
)

BARE = orders(
    columns=tuple(SupersetColumn(n, name) for n, name in enumerate(("id", "placed_on", "status", "amount"))), metrics=(), extra=""
)
BARE = replace(BARE, description="", metrics=(SupersetMetric(1, "count", "COUNT(*)", "COUNT(*)"),))


def field(name: str, expression: str = "", **more: Any) -> Field:
    return Field(
        "orders", name, Expression({"ANSI_SQL": expression or name}), more.pop("label", name.replace("_", " ").capitalize()), **more
    )


def metric(name: str, expression: str, **more: Any) -> Metric:
    label = more.pop("label", name.replace("_", " ").capitalize())
    return Metric(name, Expression({"ANSI_SQL": expression} if expression else {}), label, more.pop("dataset", "orders"), **more)


FIELDS = (
    field("id"),
    field("placed_on", is_time=True),
    field("status", label="Order status", description="Where it is."),
    field("amount"),
    field("is_large", "amount > 100", label="Large"),
)
METRICS = (
    metric("revenue", "SUM(orders.amount)", label="Revenue in euro", format="currency", unit="EUR", description="All amounts.",
           caveats=("No returns.",), certification=Certification("certified", "Finance", "Audited.")),
    metric("paid", "COUNT(*)", filters=(MetricFilter("orders.status", "=", ("paid",)), MetricFilter("orders.is_large", "=", (True,)))),
    metric("mean", "SUM(orders.amount) / COUNT(*)", decimals=1),
    metric("paid_share", "", ratio=("paid", "all_orders"), format="percent"),
    metric("all_orders", "COUNT(*)"),
)  # fmt: skip
WARNED = '{"warning_markdown": "No returns."}'
CUSTOMER = Dataset("customers", "public.customers", (Field("customers", "name", Expression({"ANSI_SQL": "name"}), "Name"),), ("id",))


def model(*metrics: Metric, fields: tuple[Field, ...] = FIELDS, **more: Any) -> SemanticModel:
    dataset = Dataset("orders", "public.orders", fields, ("id",), description="What was bought.", time_field="orders.placed_on")
    joined = Relationship("to_customers", "orders", "customers", ("customer_id",), ("id",))
    return SemanticModel("shop", (dataset, CUSTOMER), (joined,), metrics or METRICS, certification=Certification("reviewed"), **more)


def written(there: SupersetDataset, edit: DatasetEdit) -> SupersetDataset:
    """As Superset has it after the edit."""
    columns = _parts(there.columns, edit.columns, lambda n, c: SupersetColumn(n, c["column_name"]), _column)
    metrics = _parts(there.metrics, edit.metrics, lambda n, c: SupersetMetric(n, c["metric_name"], ""), _metric)
    text = edit.changes.get("description", there.description) or ""
    return replace(there, description=text, extra=edit.changes["extra"], columns=columns, metrics=metrics)


def _parts(there: Any, edits: tuple[PartEdit, ...], made: Any, changed: Any) -> Any:
    by_id = {edit.id: edit.changes for edit in edits if edit.id is not None}
    new = [changed(made(100 + n, edit.changes), edit.changes) for n, edit in enumerate(edits) if edit.id is None]
    return (*(changed(one, by_id.get(one.id, {})) for one in there), *new)


def _column(one: SupersetColumn, changes: Any) -> SupersetColumn:
    names = {"expression": "expression", "verbose_name": "label", "description": "description"}
    return replace(one, **{names[key]: value or "" for key, value in changes.items() if key in names})


def _metric(one: SupersetMetric, changes: Any) -> SupersetMetric:
    names = {"expression": "expression", "verbose_name": "label", "description": "description", "d3format": "format", "extra": "extra"}
    made = replace(one, **{names[key]: value or "" for key, value in changes.items() if key in names})
    return replace(made, currency=(changes["currency"] or {}).get("symbol", "")) if "currency" in changes else made


def metrics_of(plan: Plan) -> dict[str, Any]:
    return {edit.changes["metric_name"]: dict(edit.changes) for edit in plan.edits[0].metrics}


def test_metrics_are_sql_over_the_one_table_in_the_engine_s_own_words() -> None:
    made = metrics_of(planned(model(), [BARE, CUSTOMERS], CATALOG))
    paid = "COUNT(CASE WHEN status = 'paid' AND (amount > 100) = TRUE THEN 1 END)"
    assert {name: one["expression"] for name, one in made.items()} == {
        "revenue": "SUM(amount)",
        "paid": paid,
        "mean": "CAST(SUM(amount) AS DOUBLE PRECISION) / NULLIF(COUNT(*), 0)",
        "paid_share": f"CAST(({paid}) AS DOUBLE PRECISION) / NULLIF(COUNT(*), 0)",
        "all_orders": "COUNT(*)",
    }
    assert made["revenue"]["verbose_name"] == "Revenue in euro" and made["revenue"]["description"] == "All amounts."
    assert (made["revenue"]["d3format"], made["revenue"]["currency"]) == (",.2f", {"symbol": "EUR", "symbolPosition": "prefix"})
    vouched = {"certification": {"certified_by": "Finance", "details": "Audited."}}
    assert json.loads(made["revenue"]["extra"]) == vouched | {"warning_markdown": "No returns."}
    assert (made["paid_share"]["d3format"], made["mean"]["d3format"]) == (",.1%", ",.1f") and "extra" not in made["mean"]


def test_columns_get_labels_descriptions_and_expressions() -> None:
    (edit,) = planned(model(), [BARE, CUSTOMERS], CATALOG).edits
    assert [(one.id, dict(one.changes)) for one in edit.columns] == [
        (2, {"column_name": "status", "verbose_name": "Order status", "description": "Where it is."}),
        (None, {"column_name": "is_large", "expression": "amount > 100", "verbose_name": "Large", "is_dttm": False}),
    ]
    assert edit.changes["description"] == "What was bought."


def test_the_second_time_there_is_nothing_to_do() -> None:
    (edit,) = planned(model(), [BARE, CUSTOMERS], CATALOG).edits
    again = planned(model(), [written(BARE, edit), CUSTOMERS], CATALOG)
    assert (again.edits, again.steps) == ((), ())


def test_what_we_wrote_is_changed_with_the_model_and_what_a_person_changed_since_is_theirs() -> None:
    (edit,) = planned(model(), [BARE, CUSTOMERS], CATALOG).edits
    there = written(BARE, edit)
    renamed = model(replace(METRICS[0], label="Income", certification=None), *METRICS[1:])
    (changed,) = planned(renamed, [there, CUSTOMERS], CATALOG).edits
    assert [dict(one.changes) for one in changed.metrics] == [{"metric_name": "revenue", "verbose_name": "Income", "extra": WARNED}]
    by_hand = replace(there, metrics=tuple(replace(m, label="Mine", extra="") if m.name == "revenue" else m for m in there.metrics))
    plan = planned(renamed, [by_hand, CUSTOMERS], CATALOG)
    assert plan.edits == () and any("metric `revenue` of orders: its label was written by hand" in said for said in plan.left)


def test_what_people_made_by_hand_is_never_touched() -> None:
    theirs = replace(
        BARE,
        description="Our orders.",
        extra='{"certification": {"certified_by": "Ada"}, "mine": 1}',
        columns=(*BARE.columns[:2], SupersetColumn(2, "status", label="State"), SupersetColumn(9, "is_large", expression="amount > 5")),
        metrics=(
            SupersetMetric(3, "Revenue", "SUM(amount) * 2"),
            SupersetMetric(4, "mine", "MAX(amount)"),
            SupersetMetric(5, "all_orders", "count( * )", "All"),
        ),
    )  # fmt: skip
    plan = planned(model(), [theirs, CUSTOMERS], CATALOG)
    (edit,) = plan.edits
    extra = json.loads(edit.changes["extra"])
    assert extra["mine"] == 1 and extra["certification"] == {"certified_by": "Ada"} and "description" not in edit.changes
    assert {one.changes["metric_name"] for one in edit.metrics} == {"paid", "mean", "paid_share"}
    assert [dict(one.changes) for one in edit.columns] == [{"column_name": "status", "description": "Where it is."}]
    said = "\n".join(plan.left)
    for part in (
        "metric `revenue` of orders: it was made by hand in Superset with another expression",
        "column `is_large` of orders: it was made by hand",
        "column `status` of orders: its label was written by hand",
        "dataset of orders: its description was written by hand",
    ):
        assert part in said


def test_nobody_vouches_for_a_metric_whose_expression_a_person_changed_or_the_model_did() -> None:
    (edit,) = planned(model(), [BARE, CUSTOMERS], CATALOG).edits
    there = written(BARE, edit)
    edited = replace(there, metrics=tuple(replace(m, expression="SUM(amount) * 2") if m.name == "revenue" else m for m in there.metrics))
    balance = replace(METRICS[0], balance=Balance("orders.placed_on", ("orders.id",)))
    for whole, stands in ((model(), edited), (model(balance, *METRICS[1:]), there)):
        plan = planned(whole, [stands, CUSTOMERS], CATALOG)
        assert [dict(one.changes) for one in plan.edits[0].metrics] == [{"metric_name": "revenue", "extra": WARNED}]
        assert any(said.startswith("metric `revenue`") for said in plan.left)
        assert planned(whole, [written(stands, plan.edits[0]), CUSTOMERS], CATALOG).edits == ()


def test_a_warning_beside_a_certification_stays() -> None:
    there = replace(BARE, metrics=(SupersetMetric(3, "revenue", "SUM(amount)", extra='{"warning_markdown": "Careful."}'),))
    (edit,) = planned(model(METRICS[0]), [there, CUSTOMERS], CATALOG).edits
    assert json.loads(edit.metrics[0].changes["extra"]) == {"warning_markdown": "Careful."} | {
        "certification": {"certified_by": "Finance", "details": "Audited."}
    }


def test_nobody_vouches_any_more_for_a_metric_that_the_model_lost_and_it_stays() -> None:
    (edit,) = planned(model(), [BARE, CUSTOMERS], CATALOG).edits
    there = written(BARE, edit)
    plan = planned(model(*METRICS[1:]), [there, CUSTOMERS], CATALOG)
    assert [dict(one.changes) for one in plan.edits[0].metrics] == [{"metric_name": "revenue", "extra": WARNED}]
    assert any("metric `revenue`: the model does not have it any more" in said for said in plan.left)
    assert planned(model(*METRICS[1:]), [written(there, plan.edits[0]), CUSTOMERS], CATALOG).edits == ()


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (metric("stock", "SUM(orders.amount)", balance=Balance("orders.placed_on", ("orders.id",))), "a balance is"),
        (metric("so_far", "", cumulative=Cumulative("all_orders")), "it is cumulative"),
        (metric("per_buyer", "", ratio=("all_orders", "buyers")), "a ratio over two facts"),
        (metric("named", "COUNT(DISTINCT customers.name)"), "it reads `customers` too"),
        (metric("of_ada", "COUNT(*)", filters=(MetricFilter("customers.name", "=", ("Ada",)),)), "its filter is by `customers.name`"),
        (metric("jinja", "SUM(CASE WHEN orders.status = '{{ evil }}' THEN 1 END)"), "would take for Jinja"),
        (metric("spread", "STDDEV(orders.amount)", filters=(MetricFilter("orders.status", "=", ("paid",)),)), "cannot be written into"),
        (metric("elsewhere", "COUNT(*)", time_field="orders.sent_on"), "it is dated by `orders.sent_on`"),
    ],
)
def test_what_superset_cannot_hold_is_named_and_left_out(one: Metric, why: str) -> None:
    buyers = metric("buyers", "COUNT(*)", dataset="customers")
    whole = model(one, METRICS[4], buyers, fields=(*FIELDS, field("sent_on", "CAST(placed_on + 1 AS DATE)", is_time=True)))
    plan = planned(whole, [BARE, CUSTOMERS], CATALOG)
    assert one.name not in metrics_of(plan)
    assert any(said.startswith(f"metric `{one.name}`: ") and why in said for said in plan.left), plan.left


def test_datasets_without_a_place_in_superset_are_named() -> None:
    query = Dataset("recent", "SELECT '{{ evil }}' AS name FROM public.orders")
    called = Dataset("customers", "SELECT * FROM public.orders")
    twin = replace(model().datasets[0], name="orders_again", fields=())
    gone = Dataset("gone", "public.nowhere")
    plan = planned(replace(model(), datasets=(*model().datasets[:1], query, called, twin, gone)), [BARE], CATALOG)
    said = "\n".join(plan.left)
    assert "dataset `recent`: its query holds what Superset would take for Jinja" in said
    assert "dataset `customers`: it is a query, and a table is called customers too" in said
    assert "dataset `orders_again`: another dataset of the model is written to orders already" in said
    assert "dataset `gone`: the database has no table public.nowhere." in said
    assert [edit.name for edit in plan.edits] == ["orders"]
    assert planned(model(), [replace(BARE, extra="no json"), CUSTOMERS], CATALOG).edits == ()
    theirs = planned(model(), [replace(BARE, sql="SELECT 1"), CUSTOMERS], CATALOG)
    assert theirs.edits == () and "dataset `orders`: another dataset of Superset is called orders." in theirs.left


def made_of(edit: DatasetEdit, catalog: Catalog = CATALOG) -> SupersetDataset:
    """What Superset has once it made a new dataset: the columns of the table, and a metric of its own."""
    assert edit.new
    own = next((table.columns for table in catalog.tables if table.name == edit.name), ())
    columns = tuple(SupersetColumn(n, column.name) for n, column in enumerate(own, 1))
    bare = SupersetDataset(
        99, edit.new.uuid, edit.name, edit.new.schema, edit.new.sql, columns=columns, metrics=(SupersetMetric(1, "count", "COUNT(*)"),)
    )
    numbers = {column.name: column.id for column in columns}
    parts = tuple(replace(one, id=numbers.get(one.changes["column_name"])) for one in edit.columns)
    return replace(written(bare, replace(edit, columns=parts)), time_column=edit.changes.get("main_dttm_col", ""))


def test_a_table_without_a_dataset_gets_one_with_all_that_the_model_says_of_it() -> None:
    plan = planned(model(), [CUSTOMERS], CATALOG)
    (edit,) = plan.edits
    assert edit.new and (edit.id, edit.name, edit.new.schema, edit.new.sql) == (0, "orders", "public", "")
    assert (edit.changes["description"], edit.changes["main_dttm_col"]) == ("What was bought.", "placed_on")
    assert (plan.steps[0].dataset, plan.steps[0].text, plan.steps[0].is_new) == ("orders", "of the table public.orders", True)
    assert all(one.id is None for one in (*edit.columns, *edit.metrics)) and len(metrics_of(plan)) == 5
    assert planned(model(), [made_of(edit), CUSTOMERS], CATALOG).edits == ()


def test_a_new_dataset_is_certified_where_the_model_says_so() -> None:
    whole = replace(model(), certification=Certification("certified", "Finance", "Audited."))
    edits = {edit.name: edit for edit in planned(whole, [], CATALOG).edits}
    assert set(edits) == {"orders", "customers"}
    assert json.loads(edits["customers"].changes["extra"])["certification"] == {"certified_by": "Finance", "details": "Audited."}
    assert "certification" not in json.loads(planned(model(), [], CATALOG).edits[1].changes["extra"])


RECENT = Dataset(
    "recent", "SELECT id, placed_on, amount FROM public.orders WHERE id > 5",
    (Field("recent", "placed_on", Expression({"ANSI_SQL": "placed_on"}), "Day of order", is_time=True),
     Field("recent", "half", Expression({"ANSI_SQL": "amount / 2"}), "Half")),
)  # fmt: skip


def test_a_query_gets_a_dataset_of_its_own_and_is_found_again() -> None:
    whole = replace(
        model(METRICS[4], metric("recent_amount", "SUM(recent.amount)", dataset="recent")), datasets=(*model().datasets, RECENT)
    )
    plan = planned(whole, [BARE, CUSTOMERS], CATALOG)
    edit = next(edit for edit in plan.edits if edit.new)
    assert (edit.name, edit.new and edit.new.sql, edit.new and edit.new.schema) == ("recent", RECENT.source, None)
    assert [dict(one.changes) for one in edit.metrics] == [{"metric_name": "recent_amount", "expression": "SUM(amount)"}]
    assert [one.changes["column_name"] for one in edit.columns] == ["placed_on", "half"]
    there = replace(
        made_of(edit), columns=(SupersetColumn(1, "id"), SupersetColumn(2, "placed_on", label="Day of order"), *made_of(edit).columns[1:])
    )
    assert not [e for e in planned(whole, [BARE, CUSTOMERS, there], CATALOG).edits if e.name == "recent"]
    other = replace(there, sql="SELECT id FROM public.orders")
    plan = planned(whole, [BARE, CUSTOMERS, other], CATALOG)
    assert not [e for e in plan.edits if e.name == "recent"] and any("is another one than the model's" in said for said in plan.left)


def test_a_dataset_of_ours_that_a_person_made_another_thing_stays_and_no_second_one_is_made() -> None:
    (edit,) = planned(model(), [CUSTOMERS], CATALOG).edits
    there = replace(made_of(edit), table="mine", sql="SELECT 1 AS one")
    plan = planned(model(), [there, CUSTOMERS], CATALOG)
    assert plan.edits == ()
    assert "dataset `orders`: the dataset that was made for it is something else in Superset now, and stays as it is." in plan.left


def test_a_database_of_many_tables_is_told_that_the_rest_comes_the_next_time() -> None:
    tables = tuple(replace(CATALOG.tables[1], name=f"t{n}") for n in range(60))
    catalog = replace(CATALOG, tables=tables)
    whole = SemanticModel("shop", tuple(Dataset(table.name, f"public.{table.name}") for table in tables))
    plan = planned(whole, [], catalog)
    assert len(plan.edits) == 50 and len([said for said in plan.left if "do it again for this one" in said]) == 10


def test_what_was_emptied_or_removed_by_hand_is_not_filled_again() -> None:
    (edit,) = planned(model(), [BARE, CUSTOMERS], CATALOG).edits
    there = written(BARE, edit)
    emptied = replace(
        there,
        description="",
        columns=tuple(replace(c, description="") for c in there.columns if c.name != "is_large"),
        metrics=tuple(replace(m, description="", currency="") for m in there.metrics if m.name != "mean"),
    )
    plan = planned(model(), [emptied, CUSTOMERS], CATALOG)
    assert plan.edits == () and plan.steps == ()
    assert {
        "dataset of orders: its description was taken out by hand in Superset and stays empty.",
        "column `status` of orders: its description was taken out by hand in Superset and stays empty.",
        "metric `revenue` of orders: its description was taken out by hand in Superset and stays empty.",
        "metric `revenue` of orders: its currency was taken out by hand in Superset and stays empty.",
        "field `orders.is_large`: it was removed from orders in Superset; it was left out.",
        "metric `mean`: it was removed from orders in Superset; it was left out.",
    } <= set(plan.left)
    changed = model(replace(METRICS[0], description="Every amount.", label="Income"), *METRICS[1:])
    (second,) = planned(changed, [emptied, CUSTOMERS], CATALOG).edits
    assert [dict(one.changes) for one in second.metrics] == [{"metric_name": "revenue", "verbose_name": "Income"}]


def test_what_superset_has_no_place_for_is_told_by_name() -> None:
    told = replace(METRICS[4], synonyms=("purchases",), unit="orders", higher_is="good")
    whole = model(told, fields=(*FIELDS[:3], replace(FIELDS[3], synonyms=("worth",))), timezone="Europe/Oslo", owners=("finance",))
    said = planned(whole, [BARE, CUSTOMERS], CATALOG).left
    assert "Superset has no place for synonyms, left here: field `orders.amount`, metric `all_orders`." in said
    assert "Superset has no place for unit, good and bad news, left here: metric `all_orders`." in said
    assert "Superset has no place for timezone, owners, left here: the model." in said
    assert "Superset has no place for relationships, left here: `orders` to `customers`." in said


def test_what_is_to_be_known_of_a_metric_is_its_warning_and_comes_back_sentence_by_sentence() -> None:
    from analytics_agent.semantic.exchange.superset import imported

    warned = replace(METRICS[0], caveats=("No returns.", "Late by a day."))
    (edit,) = planned(model(warned), [BARE, CUSTOMERS], CATALOG).edits
    back = imported([written(BARE, edit), CUSTOMERS], CATALOG, "shop").model.metric("revenue")
    assert back and (back.caveats, back.description) == (warned.caveats, "All amounts.")


def test_what_goes_out_comes_back_with_who_vouches_for_it() -> None:
    from analytics_agent.semantic.exchange.superset import imported

    (edit,) = planned(model(), [BARE, CUSTOMERS], CATALOG).edits
    back = imported([written(BARE, edit), CUSTOMERS], CATALOG, "shop").model
    revenue = back.metric("revenue")
    assert revenue and (revenue.unit, revenue.format, revenue.label) == ("EUR", "currency", "Revenue in euro")
    assert back.certification_of(revenue) == Certification("certified", "Finance", "Audited.")
