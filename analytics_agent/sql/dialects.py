"""The ten rulebooks, by dialect and by the other names that people give to dialects."""

from typing import Final

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.rulebook import Rulebook
from analytics_agent.sql.rulebooks import bigquery, clickhouse, databricks, duckdb, mysql, postgres, snowflake, sqlite, trino, tsql

BOOKS: Final[dict[Dialect, Rulebook]] = {
    "postgres": postgres.BOOK,
    "duckdb": duckdb.BOOK,
    "sqlite": sqlite.BOOK,
    "mysql": mysql.BOOK,
    "clickhouse": clickhouse.BOOK,
    "snowflake": snowflake.BOOK,
    "bigquery": bigquery.BOOK,
    "trino": trino.BOOK,
    "databricks": databricks.BOOK,
    "tsql": tsql.BOOK,
}

_OTHER_NAMES: Final[dict[str, Dialect]] = {
    "postgresql": "postgres",
    "pg": "postgres",
    "mariadb": "mysql",
    "sqlite3": "sqlite",
    "mssql": "tsql",
    "sqlserver": "tsql",
    "t-sql": "tsql",
    "transactsql": "tsql",
    "presto": "trino",
    "athena": "trino",
    "spark": "databricks",
    "sparksql": "databricks",
}
"""Engines of nearly the same language are judged by the rules of the dialect here. Spark's functions are those of Databricks."""


def dialect_called(name: str) -> Dialect | None:
    """The dialect that is meant by a name, in any case; None for one that is not known."""
    plain = name.strip().lower().replace(" ", "").replace("_", "")
    return next((dialect for dialect in BOOKS if dialect == plain), None) or _OTHER_NAMES.get(plain)
