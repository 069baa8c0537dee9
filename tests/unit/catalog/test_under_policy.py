"""The catalog as somebody under a policy sees it."""

from dataclasses import replace
from datetime import UTC, datetime

from analytics_agent.catalog.under_policy import under_policy
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn, TableName
from analytics_agent.domain.policy import Mask, Policy, TablePolicy


def column(name: str, comment: str | None = None) -> TableColumn:
    return TableColumn(name, "integer", "integer", False, comment)


CUSTOMERS = Table("public", "customers", (column("id"), column("tax_number"), column("region")), primary_key=("id",), rows=900)
ORDERS = Table(
    "public",
    "orders",
    (column("id"), column("customer_id", "see tax_number of customers"), column("margin", "what is left")),
    primary_key=("id",),
    foreign_keys=(ForeignKey(("customer_id",), "public", "customers", ("tax_number",)),),
    comment="orders and their margin",
    rows=5_000,
)
VIEW = Table("public", "margins", (column("margin"),), kind="view")
CATALOG = Catalog("shop", "postgres", (CUSTOMERS, ORDERS, VIEW), ("public",), "f", datetime.now(UTC))


def seen(*rules: TablePolicy, tables: tuple[TableName, ...] | None = None) -> dict[str, Table]:
    return {table.name: table for table in under_policy(CATALOG, Policy(tables, rules)).tables}


def test_an_open_policy_shows_the_catalog_itself() -> None:
    assert under_policy(CATALOG, Policy()) is CATALOG


def test_a_hidden_column_is_in_no_column_key_or_comment() -> None:
    orders = seen(TablePolicy("public", "orders", hidden=("margin",)))["orders"]
    assert "margin" not in repr(orders)


def test_a_key_to_a_hidden_column_of_another_table_is_gone() -> None:
    assert seen(TablePolicy("public", "customers", hidden=("tax_number",)))["orders"].foreign_keys == ()


def test_a_masked_column_has_the_type_of_its_mask_and_is_no_key() -> None:
    rule = TablePolicy("public", "customers", masks=(Mask("id", "hash"), Mask("region", "null"), Mask("tax_number", "bucket", size=10)))
    customers = seen(rule)["customers"]
    assert [(each.name, each.type, each.nullable) for each in customers.columns] == [
        ("id", "text", False),
        ("tax_number", "number", False),
        ("region", "integer", True),
    ]
    assert customers.primary_key == ()


def test_how_many_rows_a_table_has_is_not_told_where_rows_are_hidden() -> None:
    tables = seen(TablePolicy("public", "orders", (("id > 1",),)))
    assert tables["orders"].rows is None
    assert tables["customers"].rows == 900


def test_values_that_a_type_lists_are_not_told_where_rows_are_hidden() -> None:
    """Some may be those of hidden rows alone."""
    grade = TableColumn("grade", "text", "ENUM('a', 'b', 'for the board only')")
    catalog = replace(CATALOG, tables=(replace(CUSTOMERS, columns=(grade,)),))
    (told,) = under_policy(catalog, Policy(None, (TablePolicy("public", "customers", (("grade <> 'for the board only'",),)),))).tables
    assert [(column.type, column.native_type) for column in told.columns] == [("text", "ENUM")]


def test_a_view_is_there_only_by_name_where_anything_has_a_rule() -> None:
    rule = TablePolicy("public", "orders", (("id > 1",),))
    assert "margins" not in seen(rule)
    named = (TableName("public", "orders"), TableName("public", "margins"))
    assert "margins" in seen(rule, tables=named)


def test_two_policies_give_catalogs_of_two_fingerprints() -> None:
    some, other = (under_policy(CATALOG, Policy(None, (TablePolicy("public", "orders", hidden=(name,)),))) for name in ("margin", "id"))
    assert len({some.fingerprint, other.fingerprint, CATALOG.fingerprint}) == 3
