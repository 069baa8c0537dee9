"""The same small shop as each of the ten dialects has it: schemas, cases and native types of its own."""

from analytics_agent.catalog.build import build, column_type
from analytics_agent.domain.catalog import Catalog, Dialect, ForeignKey, Table, TableColumn

SCHEMAS: dict[Dialect, str | None] = {
    "postgres": "public",
    "duckdb": "main",
    "sqlite": None,
    "mysql": "shop",
    "clickhouse": "default",
    "snowflake": "PUBLIC",
    "bigquery": "shop",
    "trino": "public",
    "databricks": "default",
    "tsql": "dbo",
}
_TABLES = {
    "orders": {
        "id": "integer",
        "customer_id": "integer",
        "amount": "numeric(10,2)",
        "status": "text",
        "ordered_on": "date",
        "paid_at": "timestamp",
        "is_gift": "boolean",
        "tags": "integer[]",
        "doc": "json",
        "size": "enum('small','large')",
    },
    "customers": {"id": "integer", "name": "text", "country": "text", "credit": "numeric(10,2)"},
}


def catalog(dialect: Dialect = "postgres") -> Catalog:
    schema = SCHEMAS[dialect]
    tables = [_table(schema, name, columns, dialect) for name, columns in _TABLES.items()]
    if schema is not None:
        tables.append(_table(_cased("archive", dialect), "notes", {"note": "text"}, dialect))
    return build("shop", dialect, tables, (schema,) if schema else ())


def _table(schema: str | None, name: str, columns: dict[str, str], dialect: Dialect) -> Table:
    key = (ForeignKey((_cased("customer_id", dialect),), schema, _cased("customers", dialect), (_cased("id", dialect),)),)
    return Table(
        schema,
        _cased(name, dialect),
        tuple(TableColumn(_cased(column, dialect), column_type(native), native) for column, native in columns.items()),
        primary_key=(_cased("id", dialect),) if "id" in columns else (),
        foreign_keys=key if name == "orders" else (),
    )


def _cased(name: str, dialect: Dialect) -> str:
    return name.upper() if dialect == "snowflake" else name
