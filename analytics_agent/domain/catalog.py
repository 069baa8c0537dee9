"""What a database holds: tables, columns, keys. Read by introspection, cached by fingerprint."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Dialect = Literal["postgres", "duckdb", "sqlite", "mysql", "clickhouse", "snowflake", "bigquery", "trino", "databricks", "tsql"]
"""Dialects that statements are judged in. Those that are run here too are the first four; MariaDB speaks mysql."""
ColumnType = Literal["integer", "number", "text", "boolean", "date", "timestamp", "time", "other"]


@dataclass(frozen=True)
class TableName:
    schema: str | None
    name: str


@dataclass(frozen=True, slots=True)
class TableColumn:
    """`type` is ours, for reasoning; `native_type` is the engine's own spelling. With slots, because a catalog has tens of thousands."""

    name: str
    type: ColumnType
    native_type: str
    nullable: bool = True
    comment: str | None = None


@dataclass(frozen=True)
class ForeignKey:
    columns: tuple[str, ...]
    table_schema: str | None
    table: str
    to_columns: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table or view. `rows` is the engine's estimate, None where it keeps none."""

    schema: str | None
    name: str
    columns: tuple[TableColumn, ...]
    kind: Literal["table", "view"] = "table"
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    comment: str | None = None
    rows: int | None = None


@dataclass(frozen=True)
class Catalog:
    """Everything a statement may name. `search_path` lists the schemas in which a bare table name is looked up.

    `fingerprint` is a hash of tables, columns, types and keys: two readings of an unchanged schema have the same one.
    """

    database: str
    dialect: Dialect
    tables: tuple[Table, ...]
    search_path: tuple[str, ...]
    fingerprint: str
    read_at: datetime
    can_write: tuple[str, ...] | None = None
    """What its login may do beyond reading, a sentence each, as it was when the database was added or refreshed; None is not known."""
