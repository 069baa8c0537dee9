"""A semantic model over a part of its tables: whole in itself, usable, and silent about the rest."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from functools import cache
from itertools import chain, combinations

import pytest
from fakes import flights
from unit.semantic import chain as stores
from unit.semantic import shop

from analytics_agent import semantic
from analytics_agent.catalog.restrict import Hidden, restricted
from analytics_agent.catalog.under_policy import under_policy
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.policy import Policy, TablePolicy
from analytics_agent.errors import ToolRefused
from analytics_agent.explore.prompt import system
from analytics_agent.semantic import SemanticModel
from analytics_agent.semantic.access.restrict import restrict
from analytics_agent.semantic.ossie import structure
from analytics_agent.semantic.reader import Ask, LookUp, Reading, Refuse, read
from analytics_agent.semantic.request import MetricRequest
from analytics_agent.sql.check import check

VIEWS = list(chain.from_iterable(combinations(flights.TABLES, count) for count in range(1, len(flights.TABLES))))
QUESTIONS = [json.loads(line)["question"] for line in (flights.FOLDER / "questions.jsonl").read_text().splitlines()[::3]]


@cache
def view(*shown: str) -> tuple[SemanticModel, Catalog]:
    whole = flights.catalog()
    part = restricted(whole, flights.named(*shown))
    return restrict(semantic.load(flights.MODEL), whole, part), part


def everything_told(model: SemanticModel, catalog: Catalog) -> Iterator[str]:
    """What a model of a language may be shown of it, tool by tool, without the name that the whole has."""
    names = [*flights.TABLES, *(d.name for d in model.datasets), *(m.name for m in model.metrics), *(f.path for f in model.fields())]
    yield semantic.brief(model)
    yield json.dumps({**semantic.overview(model), "name": ""})
    yield json.dumps(semantic.describe(model, names))
    yield from (json.dumps([asdict(hit) for hit in semantic.search(model, name)]) for name in flights.TABLES)
    yield system(catalog, model)[0].partition("<dialect>")[2]


def test_everything_is_the_model_itself() -> None:
    model, whole = semantic.load(flights.MODEL), flights.catalog()
    assert restrict(model, whole, whole) is model


@pytest.mark.parametrize("shown", VIEWS, ids="+".join)
def test_every_part_is_a_model_in_order(shown: tuple[str, ...]) -> None:
    model, catalog = view(*shown)
    assert structure.problems(model) == []
    assert semantic.validate(model, catalog) == ()
    assert {dataset.source.removeprefix("public.") for dataset in model.datasets} == set(shown)


@pytest.mark.parametrize("shown", VIEWS, ids="+".join)
def test_no_part_names_what_is_hidden(shown: tuple[str, ...]) -> None:
    """But for the names of what may be read (the metric planes_used counts tail numbers of flights), and words of every day: carriers."""
    model, catalog = view(*shown)
    whole = semantic.load(flights.MODEL)
    gone = [name for name in flights.TABLES if name not in shown] + [d.name for d in whole.datasets if model.dataset(d.name) is None]
    gone += [metric.name for metric in whole.metrics if model.metric(metric.name) is None and "_" in metric.name]
    own = [*(m.name for m in model.metrics), *(m.label for m in model.metrics), *(f.name for f in model.fields())]
    hidden = Hidden.of(name for name in gone if not any(Hidden.of([name]).named_in(each) for each in own))
    for text in everything_told(model, catalog):
        assert not hidden.named_in(text), text


def test_words_for_values_that_a_hidden_table_shows_are_gone() -> None:
    carrier = view("flights")[0].field("flights.carrier")
    assert carrier is not None
    assert (set(chain(*carrier.values.values())), carrier.display) == (set(), None)
    with_names = view("flights", "airlines")[0].field("flights.carrier")
    assert with_names is not None
    assert "Delta" in with_names.values["DL"]
    assert with_names.display == "airlines.name"


def test_what_is_said_of_the_whole_is_not_told_to_who_sees_a_part() -> None:
    model, _ = view("flights", "airlines", "airports", "planes")
    assert (model.description, model.instructions, model.notes) == ("", "", ())
    assert not any("weather" in text for text in model.examples)
    assert "passengers" in model.not_covered


def test_a_metric_goes_with_any_table_that_it_stands_on() -> None:
    assert view("flights")[0].metric("seats_offered") is None
    assert view("planes")[0].metric("registered_planes") is not None
    assert view("flights", "planes")[0].metric("seats_offered") is not None
    assert view("airlines", "airports")[0].metrics == ()


def test_the_day_that_counts_as_today_does_not_come_from_a_hidden_column() -> None:
    assert view("flights")[0].as_of.kind == "column"
    assert view("weather")[0].as_of.kind == "now"


def test_nothing_is_left_of_a_model_whose_tables_are_all_hidden() -> None:
    model, whole = shop.model(), shop.catalog()
    part = restricted(whole, (TableName("main", "visits"),))
    without = SemanticModel("x", tuple(d for d in model.datasets if d.name != "visits"), as_of=model.as_of)
    empty = restrict(without, whole, part)
    assert (empty.datasets, empty.metrics, list(empty.fields())) == ((), (), [])
    assert "No metric and no field" in semantic.brief(empty)
    assert semantic.search(empty, "revenue") == ()


def test_a_namesake_in_another_schema_does_not_stand_in_for_a_hidden_table() -> None:
    whole = shop.catalog()
    orders = next(table for table in whole.tables if table.name == "orders")
    both = Catalog("shop", "duckdb", (*whole.tables, orders.__class__("hr", "orders", orders.columns)), ("main", "hr"), "f", whole.read_at)
    part = restricted(both, (TableName("hr", "orders"),))
    assert restrict(shop.model(), both, part).datasets == ()


def test_a_dataset_that_is_a_query_needs_every_table_it_reads() -> None:
    from dataclasses import replace

    whole, model = shop.catalog(), shop.model()
    orders = next(dataset for dataset in model.datasets if dataset.name == "orders")
    query = replace(orders, source="SELECT o.* FROM orders o JOIN stores s ON s.store_id = o.store_id")
    for shown, kept in ((("orders",), 0), (("stores",), 0), (("orders", "stores"), 1)):
        part = restricted(whole, tuple(TableName("main", name) for name in shown))
        assert len(restrict(SemanticModel("x", (query,)), whole, part).datasets) == kept


def test_an_expression_for_an_engine_that_we_cannot_read_is_not_told() -> None:
    from dataclasses import replace

    whole, model = shop.catalog(), shop.model()
    orders = next(dataset for dataset in model.datasets if dataset.name == "orders")
    status = next(field for field in orders.fields if field.name == "status")
    status = replace(status, expression=replace(status.expression, texts={"ANSI_SQL": "status", "MDX": "[stores].[secret]"}))
    part = restricted(whole, (TableName("main", "orders"),))
    kept = restrict(replace(model, datasets=(replace(orders, fields=(status,)),), metrics=(), relationships=()), whole, part)
    assert dict(kept.fields().__next__().expression.texts) == {"ANSI_SQL": "status"}


@pytest.mark.parametrize(
    "shown", [("airlines",), ("flights",), ("flights", "airlines"), ("weather",), ("airports", "planes")], ids="+".join
)
def test_the_reader_reads_over_a_small_model_what_can_be_run_there_or_refuses(shown: tuple[str, ...]) -> None:
    model, catalog = view(*shown)
    overview = semantic.overview(model)
    if not overview.get("metrics"):
        assert shown in {("airlines",)}
        return
    outcomes = [read(question, overview, date(2013, 12, 31), (), frozenset(), "") for question in QUESTIONS]
    assert {type(outcome) for outcome in outcomes} <= {Reading, Refuse, Ask, LookUp}
    readings = [outcome.request for outcome in outcomes if isinstance(outcome, Reading)]
    assert all(runs(request, model, catalog) for request in readings)
    assert (len(readings) >= 10) == ("flights" in shown)


def runs(request: MetricRequest, model: SemanticModel, catalog: Catalog) -> bool:
    try:
        compiled = semantic.compile(model, request, dialect=catalog.dialect, catalog=catalog)
    except ToolRefused:
        return False
    return check(compiled.sql, dialect=catalog.dialect, catalog=catalog).ok


@pytest.mark.parametrize(
    ("hidden", "gone"),
    [
        (("visits",), {"visitors", "conversion", "stock_per_visitor", "visitors_so_far"}),
        (("stock",), {"stocked", "stocked_first", "stock_per_visitor"}),
    ],
)
def test_what_is_made_of_a_hidden_metric_does_not_exist(hidden: tuple[str, ...], gone: set[str]) -> None:
    whole = stores.catalog()
    part = restricted(whole, tuple(TableName("main", t.name) for t in whole.tables if t.name not in hidden))
    model = restrict(stores.model(), whole, part)
    assert {m.name for m in stores.model().metrics} - {m.name for m in model.metrics} == gone
    assert structure.problems(model) == [] and model.fiscal_start == 7


@pytest.mark.parametrize(
    ("column", "table", "gone"),
    [
        ("item", "stock", {"stocked", "stocked_first", "stock_per_visitor"}),
        ("tag", "tagged", {"gifts"}),
        ("kind", "tags", {"gifts"}),
        ("paid_on", "sales", {"paid"}),
        ("amount", "sales", {"revenue", "mean_amount", "revenue_per_buyer", "revenue_so_far", "revenue_this_month"}),
    ],
)
def test_nor_is_what_a_hidden_column_dates_or_keys(column: str, table: str, gone: set[str]) -> None:
    whole = stores.catalog()
    names = tuple(TableName("main", t.name) for t in whole.tables)
    policy = Policy(names, (TablePolicy("main", table, (), (), (column,)),))
    model = restrict(stores.model(), whole, under_policy(whole, policy), policy)
    assert {m.name for m in stores.model().metrics} - {m.name for m in model.metrics} == gone


def test_versions_whose_end_is_hidden_are_met_by_nobody() -> None:
    whole = stores.catalog()
    policy = Policy(tuple(TableName("main", t.name) for t in whole.tables), (TablePolicy("main", "tiers", (), (), ("until",)),))
    model = restrict(stores.model(), whole, under_policy(whole, policy), policy)
    with pytest.raises(ToolRefused):
        semantic.compile(model, MetricRequest("p", ("sales_made",), ("tiers.tier",)), dialect="duckdb", catalog=whole)
