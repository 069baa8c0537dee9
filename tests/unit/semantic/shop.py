"""A shop in three facts and three dimensions, small enough to check by hand; nothing in it is about flights."""

import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from analytics_agent.domain.catalog import Catalog, ColumnType, Table, TableColumn
from analytics_agent.semantic import SemanticModel, compile, load
from analytics_agent.semantic.request import MetricRequest

TEXT = (Path(__file__).parent / "shop.yaml").read_text()
TABLES: dict[str, tuple[dict[str, ColumnType], list[tuple[Any, ...]]]] = {
    "stores": (
        {"store_id": "integer", "city": "text", "kind": "text"},
        [(1, "Oslo", "mall"), (2, "Bergen", None), (3, "O'Hara's \"End\"", "mall")],
    ),
    "customers": ({"customer_id": "integer", "region": "text"}, [(1, "north"), (2, "south"), (3, None)]),
    "products": ({"product_id": "integer", "category": "text"}, [(1, "tea"), (2, "coffee"), (3, "tea")]),
    "orders": (
        {"order_id": "integer", "customer_id": "integer", "store_id": "integer", "placed_on": "date", "status": "text"},
        [
            (1, 1, 1, date(2025, 1, 31), "sent"),
            (2, 1, 2, date(2025, 2, 1), "sent"),
            (3, 2, 1, date(2025, 2, 28), "cancelled"),
            (4, 3, 2, date(2025, 3, 31), "sent"),
            (5, None, 1, date(2025, 4, 1), "sent"),
        ],
    ),
    "order_lines": (
        {"order_id": "integer", "product_id": "integer", "quantity": "integer", "amount": "number"},
        [(1, 1, 2, 10.0), (1, 2, 1, 7.5), (2, 1, 1, 5.0), (3, 3, 4, 20.0), (4, 2, 2, 15.0), (5, 1, 1, 5.0), (5, 3, 0, 0.0)],
    ),
    "visits": (
        {"store_id": "integer", "visited_on": "date", "visitors": "integer"},
        [(1, date(2025, 1, 15), 100), (2, date(2025, 1, 20), 50), (1, date(2025, 2, 3), 80), (3, date(2025, 3, 1), 30)],
    ),
}
NATIVE = {"integer": "INTEGER", "number": "DOUBLE PRECISION", "text": "TEXT", "date": "DATE"}


def model() -> SemanticModel:
    return load(TEXT)


def catalog() -> Catalog:
    tables = tuple(
        Table("main", name, tuple(TableColumn(column, kind, NATIVE[kind].lower()) for column, kind in columns.items()))
        for name, (columns, _) in TABLES.items()
    )
    return Catalog("shop", "duckdb", tables, ("main",), "f", datetime(2025, 6, 1, tzinfo=UTC))


def run(request: MetricRequest, dialect: str = "duckdb") -> list[tuple[Any, ...]]:
    """Compile for an engine and run it there. Dates come back as ISO text from both."""
    compiled = compile(model(), request, dialect=dialect, catalog=catalog())  # type: ignore[arg-type]
    rows = _duckdb(compiled.sql) if dialect == "duckdb" else _sqlite(compiled.sql)
    return [tuple(value.isoformat() if isinstance(value, date) else value for value in row) for row in rows]


def _duckdb(sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        for statement, rows in _statements():
            connection.execute(statement)
            connection.executemany(*rows)
        return list(connection.execute(sql).fetchall())


def rows(sql: str) -> list[tuple[Any, ...]]:
    """Of a statement as it is, in DuckDB."""
    return _duckdb(sql)


def _sqlite(sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(":memory:")
    try:
        for statement, (insert, rows) in _statements():
            connection.execute(statement)
            connection.executemany(insert, [tuple(v.isoformat() if isinstance(v, date) else v for v in row) for row in rows])
        return list(connection.execute(sql).fetchall())
    finally:
        connection.close()


def _statements() -> list[tuple[str, tuple[str, list[tuple[Any, ...]]]]]:
    return [
        (
            f"CREATE TABLE {name} ({', '.join(f'{c} {NATIVE[k]}' for c, k in columns.items())})",
            (f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows),
        )
        for name, (columns, rows) in TABLES.items()
    ]
