"""Hints that lead to the repair: the name that people give a column, the table to join, the subquery that leaves it out."""

import pytest

from analytics_agent.catalog.build import build, column_type
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn
from analytics_agent.sql.check import check


def _table(schema: str, name: str, columns: str, *keys: ForeignKey) -> Table:
    listed = [column.rpartition(" ") for column in columns.split(", ")]
    made = tuple(TableColumn(column, column_type(native), native) for column, _, native in listed)
    return Table(schema, name, made, primary_key=(made[0].name,), foreign_keys=keys)


def catalog() -> Catalog:
    tables = [
        _table("public", "products", "product_id integer, name text, color text"),
        _table("public", "customers", "customer_id integer, full_name text, country text, props json, tags text[], flag smallint"),
        _table(
            "public",
            "orders",
            "order_id integer, customer_id integer, product_id integer, goods_amount numeric, ordered_on date, VAT no. text",
            ForeignKey(("customer_id",), "public", "customers", ("customer_id",)),
            ForeignKey(("product_id",), "public", "products", ("product_id",)),
        ),
        _table("public", "spend", "spend_id integer, amount numeric"),
        _table("archive", "visits", "visit_id integer, status text"),
        _table("public", "visit", "visit_id integer"),
        _table("Old Data", "Places", "Place integer, region_name text"),
    ]
    return build("shop", "postgres", tables, ("public",))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("SELECT customer_name FROM customers", "Nearest: customers.full_name"),
        ("SELECT c.id FROM customers c", "Nearest: c.customer_id."),
        ("SELECT c.name FROM customers c", "Nearest: c.full_name. A column of that name is in: products"),
        ("SELECT product_name FROM orders", "By joining products by orders.product_id = products.product_id: products.name."),
        ("SELECT customer FROM orders", "By joining customers by orders.customer_id = customers.customer_id: customers.customer_id"),
        ("SELECT amount FROM orders", "A column of that name is in: spend; join it. Nearest: orders.goods_amount."),
        ("SELECT status FROM orders", "A column of that name is in: archive.visits; join it."),
        ("SELECT region_name FROM orders", 'A column of that name is in: "Old Data"."Places"; join it.'),
        ("SELECT x.color FROM orders o", "A column of that name is in: products; join products by o.product_id = products.product_id."),
        (
            "WITH some AS (SELECT order_id FROM orders) SELECT ordered_on FROM some",
            "some gives only order_id: add ordered_on to its SELECT.",
        ),
        ("SELECT s.ordered_on FROM (SELECT order_id FROM orders) AS s", "s gives only order_id: add ordered_on to its SELECT."),
        ("SELECT x.a FROM orders o, (SELECT o.order_id AS a) AS x", "write LATERAL before it"),
        ("SELECT props.city FROM customers", "a field of its JSON is props ->> 'city'."),
        ("SELECT country.code FROM customers", "country is a column here, not a table."),
        ("SELECT visit_id FROM archive.visit", "Nearest: archive.visits, visit."),
        ("SELECT order_id FROM orders WHERE VAT no. = '1'", 'Names that are more than a word stand in quotes: "VAT no.".'),
        ("SELECT count(*) AS n FROM orders WHERE n > 1", "It is an aggregate: filter it after GROUP BY, with HAVING COUNT(*)"),
        ("SELECT rank() OVER (ORDER BY order_id) AS r FROM orders WHERE r = 1", "It is a window function: compute it in a CTE"),
        ("SELECT order_id FROM orders WHERE order_id IN (SELECT order_id, product_id FROM orders)", "gives 2 columns"),
        ("SELECT (SELECT order_id, product_id FROM orders) FROM orders", "gives 2 columns"),
        ("SELECT customer_id FROM customers WHERE tags = 'a'", "'a' = ANY(tags)"),
        ("SELECT customer_id FROM customers WHERE flag = true", "flag is a number: compare it with 1."),
        ("SELECT props ->> 'x' + 1 FROM customers", "put brackets around"),
        ("SELECT avg(props -> 'x') FROM customers", "Take the value out of the JSON"),
        ("SELECT goods_amount + '%' FROM orders", "'%', which is no number"),
        ("SELECT ordered_on - '1 month' FROM orders", "Write INTERVAL '1 month'."),
        ("SELECT country - INTERVAL '1 day' FROM customers", "Write CAST(country AS TIMESTAMP)."),
        ("SELECT YEAR(ordered_on) FROM orders", "EXTRACT(YEAR FROM value)"),
    ],
)
def test_a_hint_names_what_to_write(statement: str, said: str) -> None:
    verdict = check(statement, dialect="postgres", catalog=catalog())
    assert not verdict.ok
    assert any(said in finding.hint or said in finding.message for finding in verdict.findings), verdict.findings


def test_a_join_is_not_mended_into_a_column_compared_with_itself() -> None:
    statement = "SELECT o.order_id FROM orders o JOIN (SELECT customer_id AS c FROM customers) AS t ON t.customer_id = o.customer_id"
    (finding,) = check(statement, dialect="postgres", catalog=catalog()).findings
    assert finding.hint == "Here it is o.customer_id. t gives c."
    assert not finding.fix


def test_a_table_that_is_in_the_query_is_not_to_be_joined_again() -> None:
    statement = "SELECT product_name FROM orders JOIN products USING (product_id)"
    (finding,) = check(statement, dialect="postgres", catalog=catalog()).findings
    assert finding.hint.startswith("Nearest: products.name")


def test_a_name_without_umlauts_is_near_to_one_with_them() -> None:
    tables = [Table("main", "artikel", (TableColumn("Größe", "number", "double"), TableColumn("farbe", "text", "text")))]
    shop = build("shop", "sqlite", tables, ("main",))
    for written in ("grosse", "groesse"):
        (finding,) = check(f"SELECT {written} FROM artikel", dialect="sqlite", catalog=shop).findings
        assert finding.hint == 'Nearest: artikel."Größe".'


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("SELECT city FROM people", "Nearest: people.profile.city."),
        ("SELECT profile.town FROM people", "profile has no field town. It is STRUCT(city VARCHAR, zip VARCHAR)."),
        ("SELECT avg(tags) FROM people", "an array"),
        ("SELECT tags + 1 FROM people", "Take an element of the array, or unnest it."),
        ("SELECT id FROM people WHERE born = 'yesterday'", "is no date here"),
    ],
)
def test_structured_values_of_duckdb_are_judged_by_their_types(statement: str, said: str) -> None:
    types = {"id": "INTEGER", "profile": "STRUCT(city VARCHAR, zip VARCHAR)", "tags": "VARCHAR[]", "born": "DATE"}
    people = Table("main", "people", tuple(TableColumn(name, column_type(native), native) for name, native in types.items()))
    (finding,) = check(statement, dialect="duckdb", catalog=build("shop", "duckdb", [people], ("main",))).findings
    assert said in f"{finding.message} {finding.hint}"


def test_an_aggregate_is_repeated_for_its_name_where_groups_are_judged() -> None:
    verdict = check("SELECT customer_id, count(*) AS n FROM orders GROUP BY 1 HAVING n > 2", dialect="postgres", catalog=catalog())
    assert verdict.findings[0].fix == "SELECT customer_id, count(*) AS n FROM orders GROUP BY 1 HAVING COUNT(*) > 2"


def test_a_table_of_another_schema_is_no_mending_where_the_schema_named_has_one_like_it() -> None:
    assert not any(finding.fix for finding in check("SELECT visit_id FROM archive.visit", dialect="postgres", catalog=catalog()).findings)


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb"])
def test_a_window_is_not_filtered_by_its_name(dialect: str) -> None:
    shop = build("shop", dialect, catalog().tables, ("public",))  # type: ignore[arg-type]
    verdict = check("SELECT rank() OVER (ORDER BY order_id) AS r FROM public.orders WHERE r = 1", dialect=shop.dialect, catalog=shop)
    assert "window-misplaced" in {finding.rule for finding in verdict.findings}
