"""A first model for a database that has none: it loads, it fits, and it does not say more than was found."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from unit.semantic import library

from analytics_agent import semantic
from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.catalog.build import build
from analytics_agent.catalog.restrict import name_of
from analytics_agent.catalog.under_policy import under_policy
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn, TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.policy import Policy, TablePolicy
from analytics_agent.domain.profile import ColumnProfile, Scalar, TableProfile
from analytics_agent.errors import InvalidQuestion, StatementTimeout
from analytics_agent.semantic.access.restrict import restrict
from analytics_agent.semantic.drafting.draft import draft
from analytics_agent.semantic.drafting.keys import FoundKey, candidate_keys
from analytics_agent.semantic.drafting.profiling import Profiled, profiled
from analytics_agent.semantic.drafting.selection import MOST_PARTS, parts_of, selected
from analytics_agent.semantic.ossie.load import LONGEST
from analytics_agent.semantic.request import MetricRequest
from analytics_agent.sql.check import check

SALES = """
CREATE TABLE customers (customer_id INTEGER, "Full Name" VARCHAR, region VARCHAR, joined DATE);
CREATE TABLE orders (order_id INTEGER, customer_id INTEGER, status VARCHAR, amount DECIMAL(10, 2), discount_rate DOUBLE, placed TIMESTAMP);
CREATE TABLE refunds (order_id INTEGER, customer_id INTEGER, amount DECIMAL(10, 2), reason VARCHAR);
INSERT INTO customers SELECT i, 'name ' || i, ['north', 'south'][1 + i % 2], DATE '2025-01-01' FROM range(50) t(i);
INSERT INTO orders SELECT i, i % 50, ['paid', 'open', 'void'][1 + i % 3], i, i / 1000, TIMESTAMP '2025-03-01' FROM range(500) t(i);
INSERT INTO refunds SELECT i * 7, 900 + i, 1, 'r' || i FROM range(40) t(i);
"""


def table(name: str, *columns: str, keys: Sequence[ForeignKey] = (), primary: str = "") -> Table:
    parts = (column.partition(":") for column in columns)
    typed = tuple(TableColumn(name, kind or "text", kind or "text") for name, _, kind in parts)  # type: ignore[arg-type]
    return Table("public", name, typed, primary_key=(primary,) if primary else (), foreign_keys=tuple(keys))


def key(column: str, target: str, to: str = "id") -> ForeignKey:
    return ForeignKey((column,), "public", target, (to,))


def model_of(catalog: Catalog, *found: FoundKey, profiles: Mapping[TableName, TableProfile] | None = None) -> semantic.SemanticModel:
    model = semantic.load(draft(catalog, profiles or {}, found))
    assert semantic.validate(model, catalog) == ()
    return model


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> tuple[Catalog, Profiled]:
    file = tmp_path_factory.mktemp("sales") / "sales.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(SALES)
    return asyncio.run(_looked_at(file))


async def _looked_at(file: Path) -> tuple[Catalog, Profiled]:
    warehouse = open_warehouse(Database("sales", f"duckdb:///{file}", "duckdb"))

    async def run(sql: str) -> Sequence[Mapping[str, Scalar]]:
        assert check(sql, dialect="duckdb", catalog=catalog).ok
        rows: list[Mapping[str, Scalar]] = (await warehouse.run(sql, row_cap=1_000, timeout_seconds=20)).table.to_pylist()
        return rows

    try:
        catalog = await warehouse.introspect()
        return catalog, await profiled(catalog, run, seconds=60)
    finally:
        await warehouse.close()


def test_keys_that_nobody_declared_are_found_by_what_the_columns_hold(sales: tuple[Catalog, Profiled]) -> None:
    """Refunds name customers that are not there: by its name alone that column would be a key."""
    _, found = sales
    assert {(one.table.name, one.column, one.target.name) for one in found.keys} == {
        ("orders", "customer_id", "customers"),
        ("refunds", "order_id", "orders"),
    }
    assert not found.left


def test_the_draft_of_a_real_database_compiles_to_sql_that_may_run(sales: tuple[Catalog, Profiled]) -> None:
    catalog, found = sales
    model = model_of(catalog, *found.keys, profiles=found.tables)
    assert {(r.many, r.one) for r in model.relationships} == {("orders", "customers"), ("refunds", "orders")}
    request = MetricRequest.from_tool_input(
        {"purpose": "Orders by region", "metrics": ["total_amount", "orders_count"], "dimensions": ["customers.region"]}
    )
    compiled = semantic.compile(model, request, dialect="duckdb", catalog=catalog)
    assert check(compiled.sql, dialect="duckdb", catalog=catalog).ok


def test_a_text_with_few_values_lists_them_and_one_with_a_value_for_each_row_does_not(sales: tuple[Catalog, Profiled]) -> None:
    catalog, found = sales
    model = model_of(catalog, *found.keys, profiles=found.tables)
    status, name = model.field("orders.status"), model.field("customers.full_name")
    assert status and set(status.values) == {"paid", "open", "void"}
    assert name and not name.values


def test_numbers_are_summed_averaged_or_left_by_what_they_are_called(sales: tuple[Catalog, Profiled]) -> None:
    catalog, found = sales
    model = model_of(catalog, *found.keys, profiles=found.tables)
    names = {metric.name for metric in model.metrics}
    assert {"orders_count", "total_amount", "average_amount", "average_discount_rate"} <= names
    assert not names & {"total_discount_rate", "total_order_id", "average_customer_id"}


def test_a_found_key_that_would_make_two_ways_is_left_out() -> None:
    """Orders would reach a region by their store and by their staff: which one is meant, nobody said."""
    regions = table("regions", "id:integer", primary="id")
    stores = table("stores", "id:integer", "region_id:integer", keys=(key("region_id", "regions"),), primary="id")
    staff = table("staff", "id:integer", "region_id:integer", primary="id")
    orders = table(
        "orders", "staff_id:integer", "store_id:integer", "amount:number", keys=(key("staff_id", "staff"), key("store_id", "stores"))
    )
    catalog = build("x", "postgres", [regions, stores, staff, orders], ("public",))
    found = FoundKey(name_of(staff), "region_id", name_of(regions), "id")
    assert {(r.many, r.one) for r in model_of(catalog, found).relationships} == {
        ("orders", "staff"),
        ("orders", "stores"),
        ("stores", "regions"),
    }


def test_candidates_are_alike_in_name_and_type_and_point_at_unique_values() -> None:
    people = table("people", "person_id:integer", "name", primary="person_id")
    visits = table("visits", "person_id:integer", "name", "note")
    odd = table("odd", "person_id")
    catalog = build("x", "postgres", [people, visits, odd], ("public",))
    unique = ColumnProfile("note", 5, 5)
    profiles = {name_of(visits): TableProfile("public", "visits", 5, True, (replace(unique, name="person_id", distinct=3), unique))}
    assert [(one.table.name, one.target.name) for one in candidate_keys(catalog, profiles)] == [("visits", "people")]


def test_odd_names_are_quoted_and_no_two_things_are_called_alike() -> None:
    tables = [table("Order Details", 'a"b', "2nd", "SELECT:integer"), table("order_details", "x")]
    model = model_of(build("x", "postgres", tables, ("public",)))
    assert {dataset.name for dataset in model.datasets} == {"order_details", "order_details_2"}


def test_what_there_is_no_time_for_is_told() -> None:
    async def slow(_: str) -> Sequence[Mapping[str, Scalar]]:
        raise StatementTimeout("too slow")

    catalog = build("x", "postgres", [table("a", "x")], ("public",))
    assert asyncio.run(profiled(catalog, slow, seconds=5)).left == (TableName("public", "a"),)
    assert asyncio.run(profiled(catalog, slow, seconds=0)).left == (TableName("public", "a"),)


def test_a_draft_says_that_nobody_has_reviewed_it() -> None:
    text = draft(build("x", "postgres", [table("a", "x")], ("public",)), {})
    assert "nobody has reviewed it" in text and "unreviewed" in text


def test_descriptions_say_units_words_for_codes_other_names_and_keys() -> None:
    model = library.model()
    length, status, home = (model.metric("total_shelf_length"), model.field("books.status"), model.field("books.home"))
    assert length and length.unit == "m" and {"shelf space", "shelf length"} <= set(length.synonyms) | {length.label.lower()}
    assert status and status.values == {"A": ("available",), "L": ("lent out",)}  # X is described, and no book has it
    assert home and home.label == "Branch id"
    assert ("books", ("home",), "branches") in {(r.many, r.many_columns, r.one) for r in model.relationships}


def test_names_are_spelled_out() -> None:
    model = library.model()
    labels = {field.path: field.label for field in model.fields()}
    assert labels["writers.dob"] == "Date of birth" and labels["writers.country_name"] == "Country name"
    country = model.field("writers.country_name")
    assert country and {"country", "countries"} <= set(country.synonyms)
    metric = model.metric("total_num_renewals")
    assert metric and metric.label == "Total renewals" and "number of renewals" in metric.synonyms and metric.unit == "renewals"


def test_no_total_is_made_of_a_rate_or_a_price() -> None:
    names = {metric.name for metric in library.model().metrics}
    assert {"average_late_rate", "average_price", "highest_price", "lowest_price"} <= names
    assert not names & {"total_late_rate", "total_price"}
    rate, price = library.model().metric("average_late_rate"), library.model().metric("average_price")
    assert rate and rate.format == "percent" and price and price.unit == "EUR"


def test_a_key_shows_the_name_of_its_thing_and_the_name_is_called_as_the_thing_is() -> None:
    model = library.model()
    key, name = model.field("branches.branch_id"), model.field("branches.branch_name")
    assert key and key.display == "branches.branch_name"
    assert name and name.label == "Branch" and {"branches", "branch name"} <= set(name.synonyms)


def test_a_table_of_pairs_is_a_bridge_in_both_directions() -> None:
    bridges = {(d.bridge.fact, d.bridge.to) for d in library.model().datasets if d.bridge}
    assert bridges == {("writers", "books"), ("books", "writers")}


def test_a_name_that_rows_share_stands_for_none_of_them_where_there_is_no_key() -> None:
    towns = table("towns", "town_name", "mayor")
    profile = TableProfile("public", "towns", 9, True, (ColumnProfile("town_name", 9, 5), ColumnProfile("mayor", 9, 4)))
    field = model_of(build("x", "postgres", [towns], ("public",)), profiles={name_of(towns): profile}).field("towns.town_name")
    assert field and "town name" not in field.synonyms and field.label == "Town name"


def test_everything_is_unreviewed_and_no_value_stands_in_a_description() -> None:
    model = library.model()
    assert model.certification.status == "unreviewed"
    assert all(model.certification_of(metric).status == "unreviewed" for metric in model.metrics)
    assert not any("crime" in field.description for field in model.fields())


def test_names_without_gaps_are_taken_apart_by_the_words_of_many_tables() -> None:
    """Names without gaps are taken apart by the words of all tables: that must not take long where these are many."""
    tables = [table(f"things{n}", "id:integer", "name", f"thingskind{n}", "amountpaid:number", primary="id") for n in range(100)]
    text = draft(build("x", "postgres", tables, ("public",)), {})
    assert len(semantic.load(text).datasets) == 100


# who sees a part of the rows


@pytest.mark.parametrize("status", ["unreviewed", "reviewed"])
def test_values_of_rows_that_somebody_does_not_see_are_not_told_to_them_by_a_draft(sales: tuple[Catalog, Profiled], status: str) -> None:
    """Nobody decided that they may be told, until somebody has reviewed it."""
    catalog, looked = sales
    model = semantic.load(
        draft(catalog, looked.tables, looked.keys).replace('"certification": "unreviewed"', f'"certification": "{status}"')
    )
    names = tuple(name_of(table) for table in catalog.tables)
    policy = Policy(names, (TablePolicy("main", "orders", (("status = 'paid'",),)),))
    part = restrict(model, catalog, under_policy(catalog, policy), policy)
    told = json.dumps([semantic.describe(part, ["orders.status"]), semantic.overview(part)]) + semantic.brief(part)
    assert ("void" in told) == (status == "reviewed")
    region = part.field("customers.region")
    assert region and set(region.values) == {"north", "south"}  # of a table that they see whole


def test_a_draft_does_not_count_what_columns_hold(sales: tuple[Catalog, Profiled]) -> None:
    """Its descriptions are told to who sees a part of the rows, too."""
    catalog, looked = sales
    for field in semantic.load(draft(catalog, looked.tables, looked.keys)).fields():
        assert not any(letter.isdigit() for letter in field.description), field


def wide(count: int, columns: int) -> list[Table]:
    """Tables that refer to the one with half their number."""
    numbers = [f"amount_{n}:number" for n in range(columns)]
    return [
        table(
            f"table_{n}", "id:integer", "name", *numbers, f"parent_{n}:integer", primary="id", keys=[key(f"parent_{n}", f"table_{n // 2}")]
        )
        for n in range(count)
    ]


def test_a_model_of_a_large_database_has_the_tables_that_others_refer_to_and_says_which_it_has_not() -> None:
    catalog = build("x", "postgres", wide(120, 20), ("public",))
    kept, without = selected(catalog, ())
    assert sum(map(parts_of, kept.tables)) <= MOST_PARTS
    assert len(kept.tables) + len(without) == 120
    assert {"table_0", "table_1", "table_50"} <= {each.name for each in kept.tables}
    assert TableName("public", "table_119") in without


def test_the_largest_model_that_is_drafted_is_no_longer_than_one_may_be() -> None:
    catalog, without = selected(build("x", "postgres", wide(100, 18), ("public",)), ())
    assert len(draft(catalog, {})) < LONGEST and 0 < len(without) < 40


def test_a_model_may_be_of_some_tables_and_of_no_others() -> None:
    catalog = build("x", "postgres", wide(5, 2), ("public",))
    kept, without = selected(catalog, ["table_1", "PUBLIC.Table_3"])
    assert [each.name for each in kept.tables] == ["table_1", "table_3"] and without == ()
    with pytest.raises(InvalidQuestion, match="table_9"):
        selected(catalog, ["table_9"])


def test_last_month_is_that_of_the_data_where_its_newest_day_is_known(sales: tuple[Catalog, Profiled]) -> None:
    catalog, looked = sales
    model = semantic.load(draft(catalog, looked.tables, looked.keys))
    assert (model.as_of.kind, model.as_of.value) == ("column", "orders.placed")  # the largest table with a time
    assert semantic.load(draft(catalog, {}, ())).as_of.kind == "now"
