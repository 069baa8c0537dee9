"""What two readings of one database differ in, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from analytics_agent.catalog.build import build, column_type
from analytics_agent.catalog.drift import MOST_SAID, says_the_same, what_changed
from analytics_agent.domain.catalog import Catalog, Table, TableColumn


def table(name: str, *columns: str, rows: int | None = 1_000) -> Table:
    """Columns as "name type"."""
    parts = [column.split(" ", 1) for column in columns]
    return Table("public", name, tuple(TableColumn(each, column_type(native), native) for each, native in parts), rows=rows)


ORDERS, CUSTOMERS = table("orders", "id bigint", "total numeric", "placed date"), table("customers", "id bigint", "city text")


def catalog(*tables: Table) -> Catalog:
    return build("shop", "postgres", tables, ("public",))


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ((ORDERS, CUSTOMERS), ()),
        (
            (table("orders", "id bigint", "total_amount numeric", "placed date"), CUSTOMERS),
            ("orders.total is gone; there is total_amount now",),
        ),
        ((table("orders", "id bigint", "gross numeric", "placed date"), CUSTOMERS), ("orders.total is gone; there is gross now",)),
        ((table("orders", "id bigint", "placed date"), CUSTOMERS), ("orders.total is gone",)),
        ((table("orders", "id bigint", "total text", "placed date"), CUSTOMERS), ("orders.total is text now, it was numeric",)),
        ((ORDERS, table("customers", "id bigint", "city text", "zip text")), ("customers has a new column zip",)),
        ((ORDERS, table("customers", "id bigint", "city text", "zip text", "vip boolean")), ("customers has new columns: zip, vip",)),
        ((CUSTOMERS,), ("orders is gone",)),
        ((replace(ORDERS, name="sales"), CUSTOMERS), ("orders is gone; there is sales now",)),
        ((ORDERS, CUSTOMERS, table("visits", "day date")), ("visits is new",)),
        ((CUSTOMERS, table("visits", "day date")), ("orders is gone", "visits is new")),
    ],
)
def test_a_change_is_told_in_half_a_sentence(after: tuple[Table, ...], said: tuple[str, ...]) -> None:
    assert what_changed(catalog(ORDERS, CUSTOMERS), catalog(*after)) == said


def test_a_renamed_schema_is_told_table_by_table() -> None:
    """Tables that have the same columns are the one that is called as before."""
    many = [table(f"t{number}", "id bigint", "name text") for number in range(4)]
    said = what_changed(catalog(*many), catalog(*(replace(each, schema="sales") for each in reversed(many))))
    assert said == tuple(f"t{number} is gone; there is sales.t{number} now" for number in range(4))


def test_many_changes_are_counted() -> None:
    said = what_changed(catalog(), catalog(*(table(f"t{number}", "id bigint") for number in range(40))))
    assert len(said) == MOST_SAID + 1 and said[-1] == "and 28 other changes"


def test_the_same_tables_read_later_say_the_same() -> None:
    before = catalog(ORDERS)
    assert says_the_same(before, replace(before, read_at=datetime.now(UTC) + timedelta(hours=1)))


@pytest.mark.parametrize(("rows", "same"), [(1_000, True), (1_050, True), (920, True), (1_200, False), (None, False), (0, False)])
def test_an_estimate_of_rows_may_move_a_little(rows: int | None, same: bool) -> None:
    assert says_the_same(catalog(ORDERS), catalog(replace(ORDERS, rows=rows))) == same


def test_a_comment_and_a_right_to_write_are_news() -> None:
    assert not says_the_same(catalog(ORDERS), catalog(replace(ORDERS, comment="All of them")))
    assert not says_the_same(catalog(ORDERS), replace(catalog(ORDERS), can_write=("It may write.",)))
