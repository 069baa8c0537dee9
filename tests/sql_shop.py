"""A small made-up shop: the catalog of the guard's tests, and the same tables as statements for the real engines."""

from pathlib import Path
from typing import get_args

from analytics_agent.catalog.build import build, column_type
from analytics_agent.domain.catalog import Catalog, Dialect, Table, TableColumn

HERE = Path(__file__).parent / "unit" / "sql"

_COLUMNS: dict[str, dict[str, str]] = {
    "orders": {"id": "integer", "customer_id": "integer", "amount": "numeric(10,2)", "status": "text", "ordered_on": "date"},
    "customers": {"id": "integer", "name": "text", "attributes": "jsonb", "credit": "numeric(10,2)"},
    "Odd Table": {"Größe (cm)": "integer", "select": "text", "user": "text"},
    "moods": {"mood": "mood"},
}
_ORDERS = "CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES {}, amount {}(10,2), status text, ordered_on date)"
STATEMENTS: dict[Dialect, tuple[str, ...]] = {
    "postgres": (
        "CREATE TYPE mood AS ENUM ('happy', 'sad')",
        "CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, attributes jsonb, credit numeric(10,2))",
        _ORDERS.format("customers", "numeric"),
        'CREATE TABLE "Odd Table" ("Größe (cm)" integer, "select" text, "user" text)',
        "CREATE TABLE moods (mood mood)",
        "CREATE SCHEMA sales",
        "CREATE TABLE sales.notes (note text)",
    ),
    "duckdb": (
        "CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, attributes json, credit decimal(10,2))",
        _ORDERS.format("customers(id)", "decimal"),
        'CREATE TABLE "Odd Table" ("Größe (cm)" integer, "select" text, "user" text)',
    ),
    "mysql": (
        "CREATE TABLE customers (id integer PRIMARY KEY, name varchar(100) NOT NULL, attributes json, credit decimal(10,2))",
        """CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer, amount decimal(10,2), status varchar(20), ordered_on date,
           FOREIGN KEY (customer_id) REFERENCES customers (id))""",
        "CREATE TABLE `Odd Table` (`Größe (cm)` integer, `select` text, `user` text)",
    ),
    "sqlite": (
        "CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, attributes text, credit numeric(10,2))",
        _ORDERS.format("customers", "numeric"),
        'CREATE TABLE "Odd Table" ("Größe (cm)" integer, "select" text, "user" text)',
    ),
}
ROWS = (
    """INSERT INTO customers VALUES (1, 'Ada', '{"color": "red", "tags": ["a", "b"]}', 100)""",
    """INSERT INTO customers VALUES (2, 'Émile', '{"color": "blue", "tags": []}', 50)""",
    "INSERT INTO orders VALUES (1, 1, 10.50, 'paid', '2024-01-05'), (2, 1, 99.99, 'open', '2024-02-01')",
    "INSERT INTO orders VALUES (3, 2, 5.00, 'paid', '2024-02-03')",
    """INSERT INTO "Odd Table" VALUES (180, 'x', 'ada')""",
)


def made(dialect: Dialect) -> tuple[str, ...]:
    """What makes the shop in an engine: its tables and their rows."""
    rows = (row.replace('INTO "Odd Table"', "INTO `Odd Table`") for row in ROWS) if dialect == "mysql" else ROWS
    return (*STATEMENTS[dialect], *rows)


ON_ENGINES: tuple[Dialect, ...] = ("postgres", "duckdb", "sqlite", "mysql")
"""Dialects whose statements are judged against a catalog too, and run."""


def catalog(dialect: Dialect = "postgres") -> Catalog:
    schema = {"postgres": "public", "duckdb": "main", "mysql": "shop", "sqlite": None}[dialect]
    tables = [
        Table(
            schema,
            name,
            tuple(TableColumn(column, column_type(native), native) for column, native in columns.items()),
            primary_key=("id",) if "id" in columns else (),
        )
        for name, columns in _COLUMNS.items()
    ]
    if dialect == "postgres":
        tables.append(Table("sales", "notes", (TableColumn("note", "text", "text"),)))
    return build("shop", dialect, tables, (schema,) if schema else ())


def statements(kind: str) -> list[tuple[Dialect, str]]:
    """The statements of a folder ("legitimate", "hostile"), each with its dialect."""
    return [(dialect, statement) for dialect, _, statement in ruled(kind)]


def ruled(kind: str) -> list[tuple[Dialect, str, str]]:
    """Each with the rule that it stands under ("-- rule: name"), empty where there is none. In a line \\n is a line break."""
    found: list[tuple[Dialect, str, str]] = []
    for dialect in get_args(Dialect):
        rule = ""
        for line in (HERE / kind / f"{dialect}.sql").read_text(encoding="utf-8").splitlines():
            if line.startswith("--"):
                rule = line.partition("rule: ")[2] or rule
            elif line:
                found.append((dialect, rule, line.replace("\\n", "\n")))
    return found
