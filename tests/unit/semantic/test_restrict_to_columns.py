"""A semantic model over hidden and masked columns: what stands on a hidden one does not exist, and what is left can be run; on masks, it
says so. Each column of both samples in turn, compiled, judged and bound by a real engine."""

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sample_files
from sqlglot import exp

from analytics_agent import semantic
from analytics_agent.adapters.duckdb.warehouse import DuckdbWarehouse
from analytics_agent.catalog.restrict import Hidden, name_of
from analytics_agent.catalog.under_policy import under_policy
from analytics_agent.domain.catalog import Catalog, Table, TableColumn
from analytics_agent.domain.policy import Mask, Policy, TablePolicy
from analytics_agent.errors import ToolRefused
from analytics_agent.explore.prompt import system
from analytics_agent.semantic import SemanticModel
from analytics_agent.semantic.access.restrict import restrict
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.ossie import structure
from analytics_agent.semantic.request import MetricRequest
from analytics_agent.sql.check import check

KEY = "0123456789abcdef0123"
SAMPLES = ("flights", "shop")
EVERY = 1 if os.environ.get("EVERY_COLUMN") else 3


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("samples")
    return {name: sample_files.make(name, folder / f"{name}.duckdb") for name in SAMPLES}


@cache
def whole(path: Path) -> Catalog:
    import asyncio

    return asyncio.run(DuckdbWarehouse(path.stem, path, schema="public").introspect())


@cache
def model(name: str) -> SemanticModel:
    return semantic.load(sample_files.semantic_model(name))


def masks(column: TableColumn) -> Iterator[Mask]:
    yield Mask(column.name, "null")
    yield Mask(column.name, "hash")
    if column.type == "text":
        yield Mask(column.name, "partial", first=1)
    if column.type in ("integer", "number"):
        yield Mask(column.name, "bucket", size=10)
    if column.type in ("date", "timestamp"):
        yield Mask(column.name, "bucket", unit="month")


def policy(catalog: Catalog, table: Table, *masked: Mask, hidden: tuple[str, ...] = ()) -> Policy:
    rule = TablePolicy(table.schema, table.name, (), masked, hidden)
    return Policy(tuple(name_of(each) for each in catalog.tables), (rule,), KEY)


def texts_in(document: Any) -> Iterator[str]:
    """Every text of a JSON document, names of its entries too."""
    if isinstance(document, dict):
        document = [*document, *document.values()]
    if isinstance(document, list | tuple):
        for each in document:
            yield from texts_in(each)
    elif isinstance(document, str):
        yield document


def odd(part: SemanticModel) -> list[str]:
    """What is wrong with the form of a model, but for datasets that are not reached any more as they were."""
    return [text for text in structure.problems(part) if "in two ways" not in text]


def used_by(whole_model: SemanticModel, table: Table, column: str) -> list[str]:
    """The metrics whose definition reads the column."""
    datasets = {dataset.name for dataset in whole_model.datasets if dataset.source.endswith(f".{table.name}")}
    found = []
    for metric in whole_model.metrics:
        trees = [expressions.metric_sql(whole_model, metric.expression, metric.dataset, "duckdb")]
        trees += [expressions.field_sql(whole_model, item.field, "duckdb") for item in metric.filters]
        if any((each.table or metric.dataset) in datasets and each.name == column for tree in trees for each in tree.find_all(exp.Column)):
            found.append(metric.name)
    return found


def statements(part: SemanticModel, catalog: Catalog, names: list[str], table: Table) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each of these metrics that is left, and each field over the columns, under a metric that can be split by it."""
    for name in names:
        if part.metric(name):
            yield compiled(part, catalog, MetricRequest("m", (name,)))
    own = (field for dataset in part.datasets if dataset.source.endswith(f".{table.name}") for field in dataset.fields)
    for field in (field for field in own if reads(part, field.path, table)):
        for metric in part.metrics:
            try:
                yield compiled(part, catalog, MetricRequest("f", (metric.name,), (field.path,)))
                break
            except ToolRefused:
                continue


def reads(part: SemanticModel, path: str, table: Table) -> bool:
    used = {column.name for column in expressions.columns(expressions.field_sql(part, path, "duckdb"))}
    return bool(used & {column.name for column in table.columns})


def compiled(part: SemanticModel, catalog: Catalog, request: MetricRequest) -> tuple[str, tuple[str, ...]]:
    made = semantic.compile(part, request, dialect="duckdb", catalog=catalog)
    return made.sql, made.caveats


@pytest.mark.parametrize("name", SAMPLES)
def test_of_a_hidden_column_nothing_is_left_and_nothing_is_told(files: dict[str, Path], name: str) -> None:
    catalog, everything = whole(files[name]), model(name)
    for table in catalog.tables:
        for column in table.columns[::EVERY]:
            ruled = policy(catalog, table, hidden=(column.name,))
            seen = under_policy(catalog, ruled)
            part = restrict(everything, catalog, seen, ruled)
            assert odd(part) == [], (table.name, column.name)
            assert semantic.validate(part, seen) == (), (table.name, column.name)
            assert not {metric.name for metric in part.metrics} & {*used_by(everything, table, column.name)}
            left = {each.name for other in seen.tables for each in other.columns} | {other.name for other in seen.tables}
            own = [
                *(m.name for m in part.metrics),
                *(m.label for m in part.metrics),
                *(f.label for f in part.fields()),
                *(f.name for f in part.fields()),
            ]
            hidden = Hidden.of([column.name] if column.name not in left else [])
            if any(hidden.named_in(word) for word in (*own, *left)):  # a word of what is seen: carrier
                continue
            prompt = system(seen, part)[0].partition("<dialect>")[2].replace("semantic_model", "").splitlines()
            shown = [*texts_in(semantic.overview(part)), *semantic.brief(part).splitlines(), *prompt]
            assert not [text for text in shown if hidden.named_in(text)], (table.name, column.name)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_left_over_a_masked_column_can_be_run_and_says_so(files: dict[str, Path], name: str) -> None:
    catalog, everything = whole(files[name]), model(name)
    ran, told = 0, 0
    with duckdb.connect(str(files[name]), read_only=True) as engine:
        engine.execute("SET schema = 'public'; SET TimeZone = 'UTC'")
        for table in catalog.tables:
            for column in table.columns[::EVERY]:
                names = used_by(everything, table, column.name)
                for mask in masks(column):
                    ruled = policy(catalog, table, mask)
                    seen = under_policy(catalog, ruled)
                    part = restrict(everything, catalog, seen, ruled)
                    assert odd(part) == [], (table.name, mask)
                    for sql, caveats in statements(part, seen, names, replace(table, columns=(column,))):
                        verdict = check(sql, dialect="duckdb", catalog=catalog, policy=ruled)
                        assert verdict.ok, (table.name, mask, sql, verdict.findings)
                        engine.execute(f"EXPLAIN {verdict.sql}")
                        ran += 1
                        told += any(f"{table.name}.{column.name} is masked" in text for text in caveats)
    assert EVERY * ran > 100 and EVERY * told > 20, (ran, told)


def test_masked_values_that_the_model_lists_are_not_told(files: dict[str, Path]) -> None:
    catalog = whole(files["shop"])
    table = next(each for each in catalog.tables if each.name == "customers")
    ruled = policy(catalog, table, Mask("segment", "partial", first=1))
    before = model("shop").field("customers.segment")
    assert before is not None and before.values
    field = restrict(model("shop"), catalog, under_policy(catalog, ruled), ruled).field("customers.segment")
    assert field is not None
    assert (dict(field.values), field.order, "Masked: the asker sees it by its first character only." in field.description) == (
        {},
        (),
        True,
    )


def test_a_time_that_is_known_by_month_has_no_days(files: dict[str, Path]) -> None:
    catalog = whole(files["flights"])
    table = next(each for each in catalog.tables if each.name == "flights")
    ruled = policy(catalog, table, Mask("flight_date", "bucket", unit="month"))
    seen = under_policy(catalog, ruled)
    part = restrict(model("flights"), catalog, seen, ruled)
    field = part.field("flights.flight_date")
    assert field is not None and field.grains == ("month", "quarter", "year")
    asked = {"purpose": "p", "metrics": ["flights"], "time": {"field": "flights.flight_date", "from": "2013-06-01", "to": "2013-06-15"}}
    with pytest.raises(ToolRefused, match="known by month only"):
        compiled(part, seen, MetricRequest.from_tool_input(asked))
    asked["time"] = {"field": "flights.flight_date", "from": "2013-06-01", "to": "2013-07-01"}
    assert compiled(part, seen, MetricRequest.from_tool_input(asked))


def test_a_condition_on_a_masked_name_is_no_metric_that_counts_nothing(files: dict[str, Path]) -> None:
    """Compared with a hash, 'completed' is in no row: a zero would be a wrong number."""
    catalog = whole(files["shop"])
    table = next(each for each in catalog.tables if each.name == "orders")
    ruled = policy(catalog, table, Mask("status", "hash"))
    part = restrict(model("shop"), catalog, under_policy(catalog, ruled), ruled)
    assert part.metric("orders") is None and part.metric("net_sales") is None
    assert part.metric("orders_placed") is not None and part.metric("marketing_spend") is not None


def test_rows_alone_leave_the_model_but_what_is_said_of_the_whole(files: dict[str, Path]) -> None:
    catalog, everything = whole(files["shop"]), model("shop")
    rule = TablePolicy("public", "orders", (("region_id = 1",),))
    ruled = Policy(None, (rule,))
    part = restrict(everything, catalog, under_policy(catalog, ruled), ruled)
    assert (part.metrics, part.datasets) == (everything.metrics, everything.datasets)
    assert (part.description, part.instructions, part.notes) == ("", "", ())
    assert everything.description or everything.instructions or everything.notes


def test_a_mask_is_no_key(files: dict[str, Path]) -> None:
    """Joined by it, rows would be counted more than once."""
    catalog = whole(files["shop"])
    table = next(each for each in catalog.tables if each.name == "customers")
    ruled = policy(catalog, table, Mask("customer_id", "bucket", size=100))
    part = restrict(model("shop"), catalog, under_policy(catalog, ruled), ruled)
    assert not any(
        "customers" in (each.one, each.many) and "customer_id" in (*each.one_columns, *each.many_columns) for each in part.relationships
    )
    assert next(dataset for dataset in part.datasets if dataset.name == "customers").primary_key == ()


def test_where_the_way_is_gone_that_a_name_means_no_other_takes_its_place(files: dict[str, Path]) -> None:
    """Without the region of an order, and of stores, its customer's region would be left: another thing under the same name."""
    catalog = whole(files["shop"])
    rules = tuple(TablePolicy("public", table, (), (), ("region_id",)) for table in ("orders", "stores"))
    ruled = Policy(tuple(name_of(each) for each in catalog.tables), rules)
    seen = under_policy(catalog, ruled)
    part = restrict(model("shop"), catalog, seen, ruled)
    with pytest.raises(ToolRefused, match="no single meaning"):
        compiled(part, seen, MetricRequest("p", ("orders",), ("regions.name",)))
    assert compiled(part, seen, MetricRequest("p", ("registrations",), ("regions.name",)))
