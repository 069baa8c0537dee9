"""Where each dialect lets an output name of a SELECT be used inside that same SELECT."""

from typing import Final

from analytics_agent.domain.catalog import Dialect

ALIASES_SEEN_IN: Final[dict[Dialect, frozenset[str]]] = {
    "postgres": frozenset({"group", "order"}),
    "duckdb": frozenset({"select", "where", "group", "having", "qualify", "order"}),
    "sqlite": frozenset({"where", "group", "having", "order"}),
    "mysql": frozenset({"group", "having", "order"}),
    "clickhouse": frozenset({"select", "prewhere", "where", "group", "having", "qualify", "order", "limit"}),
    "snowflake": frozenset({"select", "where", "group", "having", "qualify", "order"}),
    "bigquery": frozenset({"group", "having", "qualify", "order"}),
    "trino": frozenset({"order"}),
    "databricks": frozenset({"select", "group", "having", "qualify", "order", "cluster", "sort", "distribute"}),
    "tsql": frozenset({"order"}),
}

ALONE_ONLY: Final[frozenset[Dialect]] = frozenset({"postgres", "tsql"})
"""There an output name is read only where it stands alone: ORDER BY total, not ORDER BY total + 1."""

READS_FIELDS: Final[frozenset[Dialect]] = frozenset({"duckdb", "bigquery", "databricks", "clickhouse", "trino", "snowflake"})
"""There a.b is field b of the column a when no source is called a."""

SEES_NEIGHBORS: Final[frozenset[Dialect]] = frozenset({"duckdb"})
"""There a subquery in FROM sees what stands before it, without LATERAL."""

PSEUDO_COLUMNS: Final[dict[Dialect, frozenset[str]]] = {"bigquery": frozenset({"_partitiontime", "_partitiondate", "_table_suffix"})}
"""Columns that the engine adds to tables, that no catalog lists and that an analysis needs."""
