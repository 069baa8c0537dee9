"""Stored results for tests: a table with its description, as explore would have stored it."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.domain.readable import column_type
from analytics_agent.domain.statement import Saved
from analytics_agent.ports import Fetched

Stored = tuple[dict[str, pa.Table], dict[str, Query]]


def stored(columns: dict[ResultColumn, Any], name: str = "r1", **query: Any) -> Stored:
    """One result: each column's description with its values (a list or an Arrow array)."""
    table = pa.table([pa.array(v) if isinstance(v, list) else v for v in columns.values()], names=[column.name for column in columns])
    fields = {"title": name, "source": "metric", **query}
    artifact = Artifact("0" * 64, 1, "application/vnd.apache.parquet")
    return {name: table}, {name: Query(id=name, columns=tuple(columns), rows=table.num_rows, artifact=artifact, **fields)}


def both(*results: Stored) -> Stored:
    """Several results together."""
    tables: dict[str, pa.Table] = {}
    queries: dict[str, Query] = {}
    for more_tables, more_queries in results:
        tables |= more_tables
        queries |= more_queries
    return tables, queries


def text(name: str, **more: Any) -> ResultColumn:
    return ResultColumn(name, "text", name.replace("_", " ").capitalize(), format="text", **more)


def day(name: str, **more: Any) -> ResultColumn:
    return ResultColumn(name, "date", name.capitalize(), format="date", **more)


def count(name: str, unit: str | None = "flights", **more: Any) -> ResultColumn:
    return ResultColumn(name, "integer", name.replace("_", " ").capitalize(), unit, additive=more.pop("additive", True), **more)


def mean(name: str, unit: str | None = "min", **more: Any) -> ResultColumn:
    return ResultColumn(name, "number", name.replace("_", " ").capitalize(), unit, additive=False, **more)


def percent(name: str, **more: Any) -> ResultColumn:
    return ResultColumn(name, "number", name.replace("_", " ").capitalize(), format="percent", additive=False, **more)


def money(name: str, unit: str = "USD", **more: Any) -> ResultColumn:
    return ResultColumn(name, "number", name.capitalize(), unit, format="currency", additive=more.pop("additive", True), **more)


def saved(fetched: Fetched, to: Path) -> Saved:
    """What a warehouse's `save` leaves and says, of rows that its `run` gave."""
    pq.write_table(fetched.table, to)
    columns = tuple((field.name, column_type(field.type)) for field in fetched.table.schema)
    return Saved(fetched.table.num_rows, fetched.table.nbytes, fetched.milliseconds, "rows" if fetched.truncated else None, columns)
