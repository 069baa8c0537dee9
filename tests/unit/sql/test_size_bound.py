"""What a statement may go through by its structure: keys join, everything else is all pairs, and no value makes a difference."""

from datetime import UTC, datetime

import pytest

from analytics_agent.domain.catalog import Catalog, Table, TableColumn
from analytics_agent.sql.size_bound import rows_at_most


def table(name: str, rows: int | None, *columns: str) -> Table:
    return Table("public", name, tuple(TableColumn(column, "integer", "integer") for column in columns), rows=rows)


CATALOG = Catalog(
    "shop",
    "postgres",
    (table("orders", 1_000, "id", "customer_id", "qty"), table("customers", 100, "key", "region"), table("views", None, "id")),
    ("public",),
    "f",
    datetime.now(UTC),
)

CASES = {
    "SELECT 1 AS a": 0,
    "SELECT count(*) FROM orders": 1_000,
    "SELECT * FROM orders WHERE qty > 5": 1_000,
    "SELECT * FROM orders AS o JOIN customers AS c ON c.key = o.customer_id": 2_100,
    "SELECT * FROM orders JOIN customers ON key = customer_id WHERE region = 3": 2_100,
    "SELECT * FROM orders AS o, customers AS c WHERE c.key = o.customer_id AND c.region = 1": 2_100,
    "SELECT * FROM orders AS o JOIN customers AS c USING (id)": 2_100,
    "SELECT * FROM orders CROSS JOIN customers": 101_100,
    "SELECT * FROM orders AS o JOIN customers AS c ON o.qty < c.key": 101_100,
    "SELECT * FROM orders AS o JOIN customers AS c ON o.qty = 5 AND c.key = 6": 101_100,
    "SELECT * FROM orders AS a, orders AS b, orders AS c": 1_000_003_000,
    "SELECT * FROM orders AS a JOIN orders AS b ON a.id = b.id CROSS JOIN customers": 102_100,
    "SELECT * FROM orders UNION ALL SELECT * FROM orders": 2_000,
    "WITH a AS (SELECT * FROM orders) SELECT count(*) FROM a AS x CROSS JOIN a AS y": 1_003_000,
    "WITH a AS (SELECT count(*) AS n FROM orders) SELECT * FROM orders CROSS JOIN a": 3_001,
    "SELECT (SELECT max(region) FROM customers) AS a FROM orders": 1_100,
    "SELECT * FROM orders AS o WHERE EXISTS (SELECT 1 FROM customers AS c WHERE c.key = o.customer_id)": 2_100,
    "SELECT * FROM orders AS o WHERE EXISTS (SELECT 1 FROM customers AS c WHERE c.key < o.qty)": 101_000,
    "SELECT * FROM orders WHERE customer_id IN (SELECT key FROM customers)": 1_100,
    "SELECT * FROM (SELECT id FROM orders) AS x CROSS JOIN (SELECT key FROM customers) AS y": 101_100,
}


@pytest.mark.parametrize(("sql", "rows"), CASES.items())
def test_a_statement_goes_through_its_tables_and_all_pairs_that_nothing_joins(sql: str, rows: int) -> None:
    assert rows_at_most(sql, CATALOG) == rows


def test_what_is_compared_with_makes_no_difference() -> None:
    told = {
        rows_at_most(f"SELECT * FROM orders AS o CROSS JOIN customers AS c WHERE o.qty = {value}", CATALOG) for value in ("1", "'x'", "9e9")
    }
    assert len(told) == 1


@pytest.mark.parametrize("sql", ["SELECT * FROM views", "SELECT * FROM orders, nobody", "not sql at all", ""])
def test_it_is_not_known_where_a_size_is_not(sql: str) -> None:
    assert rows_at_most(sql, CATALOG) is None
