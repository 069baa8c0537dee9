"""The loader of the shop: the same rows for the same seed, consistent among themselves, loaded once, and read only."""

from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from integration.flights.warehouse import Warehouse
from integration.shop.warehouse import SCALE

TINY = 0.002


def rows(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement).fetchall()


def one(url: str, statement: str) -> Any:
    return rows(url, statement)[0][0]


def generated(loader: ModuleType, seed: int, scale: float) -> dict[str, pa.Table]:
    return dict(loader.part("generate").generate(seed, scale))


def test_the_same_seed_and_scale_give_the_same_rows(loader: ModuleType) -> None:
    first, second = (generated(loader, 7, TINY) for _ in range(2))
    assert list(first) == list(loader.TABLES)
    assert all(first[name].equals(second[name]) for name in first)


def test_another_seed_gives_other_rows_and_other_effects(loader: ModuleType) -> None:
    first, second = (generated(loader, seed, TINY) for seed in (7, 8))
    assert not first["orders"].equals(second["orders"])
    effects = loader.part("effects").effects
    assert len({effects(seed) for seed in range(20)}) == 20
    assert effects(7) == effects(7)


def test_the_scale_is_that_of_the_order_lines(loader: ModuleType, shop: Warehouse) -> None:
    assert generated(loader, 7, 0.2)["order_lines"].num_rows == pytest.approx(200_000, rel=0.03)
    assert one(shop.reader, "SELECT count(*) FROM order_lines") == pytest.approx(1_000_000 * SCALE, rel=0.05)
    assert one(shop.reader, "SELECT min(order_date)::text || ' ' || max(order_date) FROM orders") == "2023-07-01 2026-06-30"
    counts = {table: one(shop.reader, f"SELECT count(*) FROM {table}") for table in loader.TABLES}
    assert all(counts.values()) and (counts["regions"], counts["products"], counts["customers"]) == (8, 1200, 2000)


LINES = "order_lines l JOIN orders o USING (order_id)"
PRICE = "product_prices p WHERE p.product_id = l.product_id AND o.order_date BETWEEN valid_from AND coalesce(valid_to, 'infinity')"
RULES = {
    "an order's amount is the sum of its lines": (
        "orders o WHERE goods_amount <> (SELECT sum(quantity * unit_price - discount) FROM order_lines WHERE order_id = o.order_id)"
    ),
    "a line has the list price of its day": f"{LINES} WHERE unit_price <> (SELECT list_price FROM {PRICE})",
    "every day of sale has a price": f"{LINES} WHERE NOT EXISTS (SELECT FROM {PRICE})",
    "a product is sold from its launch to its last day": (
        f"{LINES} JOIN products USING (product_id) WHERE order_date NOT BETWEEN launched_on AND coalesce(discontinued_on, 'infinity')"
    ),
    "a customer has registered before": "orders JOIN customers USING (customer_id) WHERE signed_up_on > order_date",
    "a store is open and of the region": (
        "orders o JOIN stores s USING (store_id)"
        " WHERE order_date NOT BETWEEN opened_on AND coalesce(closed_on, 'infinity') OR o.region_id <> s.region_id"
    ),
    "stores sell in stores and on no Sunday": (
        "orders WHERE (store_id IS NULL) <> (channel_id <> 1) OR (store_id IS NOT NULL AND extract(isodow FROM order_date) = 7)"
    ),
    "the day is that of Berlin": "orders WHERE (ordered_at AT TIME ZONE 'Europe/Berlin')::date <> order_date",
    "a row is loaded after its day": "orders WHERE loaded_at < ordered_at",
    "no more comes back than was bought, and nothing that was cancelled": (
        f"returns r JOIN ({LINES}) USING (order_id, line_number)"
        " WHERE r.quantity NOT BETWEEN 1 AND l.quantity OR o.status = 'cancelled' OR returned_on - order_date NOT BETWEEN 2 AND 30"
    ),
    "a promotion is of the category and in its days": (
        f"{LINES} JOIN promotions m USING (promotion_id) JOIN products p USING (product_id)"
        " WHERE p.category_id <> m.category_id OR order_date NOT BETWEEN starts_on AND ends_on"
    ),
    "no order without a line": "orders o WHERE NOT EXISTS (SELECT FROM order_lines WHERE order_id = o.order_id)",
}
"""Rows that would break each."""


@pytest.mark.parametrize("rule", RULES)
def test_the_rows_agree_with_one_another(shop: Warehouse, rule: str) -> None:
    assert one(shop.reader, f"SELECT count(*) FROM {RULES[rule]}") == 0


def test_the_data_has_what_real_data_has(shop: Warehouse) -> None:
    """Gaps, letters beyond ASCII, an identifier that must be quoted, a heavy tail, a Christmas."""
    for column, table in (
        ("email", "customers"),
        ("birth_year", "customers"),
        ("reason", "returns"),
        ('"Fläche m²"', "stores"),
        ("clicks", "marketing_spend"),
    ):
        assert 0 < one(shop.reader, f"SELECT avg(({column} IS NULL)::int)::float FROM {table}") < 0.5, column
    assert one(shop.reader, "SELECT count(*) FROM customers WHERE full_name ~ '[^ -~]'") > 100
    assert one(shop.reader, "SELECT count(*) FROM regions WHERE name LIKE '%''%'") == 1
    by_customer = "SELECT customer_id, count(*) AS n FROM orders GROUP BY 1"
    top = f"SELECT sum(n) FROM (SELECT n FROM ({by_customer}) c ORDER BY n DESC LIMIT 200) t"
    assert one(shop.reader, top) > 0.3 * one(shop.reader, "SELECT count(*) FROM orders")
    month = "SELECT count(*)::float FROM orders WHERE order_date >= '{0}' AND order_date < date '{0}' + interval '1 month'"
    assert one(shop.reader, month.format("2024-12-01")) > 1.4 * one(shop.reader, month.format("2024-10-01"))


def test_every_table_and_column_has_a_comment(loader: ModuleType, shop: Warehouse) -> None:
    described = rows(shop.reader, COLUMNS)
    assert {table for table, *_ in described} == set(loader.TABLES)
    assert [row for row in described if not row[2] or not row[3]] == []


def test_keys_are_declared_and_the_planner_knows_the_tables(loader: ModuleType, shop: Warehouse) -> None:
    own = "FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
    keys = rows(shop.reader, f"SELECT conrelid::regclass::text {own} AND contype = 'p'")
    assert sorted(name for (name,) in keys) == sorted(loader.TABLES)
    assert one(shop.reader, f"SELECT count(*) {own} AND contype = 'f'") == 16
    known = "SELECT reltuples::int FROM pg_class WHERE relname = 'order_lines'"
    assert one(shop.reader, known) == one(shop.reader, "SELECT count(*) FROM order_lines")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO regions VALUES (9, 'Nowhere', 'Nowhere')",
        "UPDATE orders SET status = 'completed'",
        "DELETE FROM returns",
        "TRUNCATE products",
        "DROP TABLE stores",
        "CREATE TABLE mine (a int)",
        "CREATE TEMPORARY TABLE mine (a int)",
    ],
)
def test_the_reader_cannot_change_anything(shop: Warehouse, statement: str) -> None:
    with psycopg.connect(shop.reader) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_a_second_load_leaves_the_tables_as_they_are(loader: ModuleType, shop: Warehouse) -> None:
    files = "SELECT array_agg(pg_relation_filenode(oid) ORDER BY oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    before = one(shop.owner, files)
    loader.load(shop.owner, reader=shop.role, scale=SCALE)
    assert one(shop.owner, files) == before


def test_another_scale_or_seed_replaces_the_tables(loader: ModuleType, empty: Warehouse) -> None:
    counts = []
    for scale, seed in ((TINY, 7), (2 * TINY, 7), (2 * TINY, 8)):
        loader.load(empty.owner, reader=empty.role, scale=scale, seed=seed)
        counts.append((one(empty.reader, "SELECT count(*) FROM order_lines"), one(empty.reader, "SELECT sum(refund) FROM returns")))
    assert counts[1][0] > 1.5 * counts[0][0]
    assert counts[2][1] != counts[1][1]


def test_a_load_that_fails_leaves_nothing(loader: ModuleType, empty: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(cursor: psycopg.Cursor, name: str, table: pa.Table) -> None:
        raise psycopg.DataError("the connection broke")

    monkeypatch.setattr(loader, "_copy", broken)
    with pytest.raises(psycopg.DataError):
        loader.load(empty.owner, reader=empty.role, scale=TINY)
    assert one(empty.owner, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace") == 0


def test_two_loads_at_once_do_the_work_once(loader: ModuleType, empty: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    filled: list[str] = []
    fill = loader._fill

    def counted(cursor: psycopg.Cursor, version: str, seed: int, scale: float) -> None:
        filled.append(version)
        fill(cursor, version, seed, scale)

    monkeypatch.setattr(loader, "_fill", counted)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(loader.load, empty.owner, reader=empty.role, scale=TINY) for _ in range(2)]:
            done.result(timeout=60)
    assert len(filled) == 1


@pytest.mark.parametrize("scale", [0, -1, float("nan")])
def test_a_scale_that_is_none_is_refused(loader: ModuleType, scale: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        loader.load("postgresql://nobody@127.0.0.1:9/none", reader="nobody", scale=scale)


COLUMNS = (
    "SELECT c.table_name, c.column_name, col_description(format('%I.%I', c.table_schema, c.table_name)::regclass, c.ordinal_position),"
    " obj_description(format('%I.%I', c.table_schema, c.table_name)::regclass) FROM information_schema.columns c"
    " WHERE c.table_schema = 'public'"
)
