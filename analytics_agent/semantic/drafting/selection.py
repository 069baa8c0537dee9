"""Which tables one model is drafted of: those that were named, else as many as a model can hold and a person can review."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog, Table, TableName
from analytics_agent.errors import InvalidQuestion

MOST_PARTS = 8_000
"""Fields and metrics of one model: a file of some four million characters."""
_OF_A_NUMBER = 5
"""A field and four metrics."""


def selected(catalog: Catalog, names: Sequence[str]) -> tuple[Catalog, tuple[TableName, ...]]:
    """The catalog with these tables, named with their schema or without; without names the tables that most others refer to, then the
    largest, as far as they go. Also the tables that are left out though nobody said so. Raises InvalidQuestion."""
    if names:
        return replace(catalog, tables=tuple(_named(catalog, names))), ()
    kept = _fitting(catalog.tables)
    without = tuple(name_of(table) for table in catalog.tables if name_of(table) not in kept)
    return (replace(catalog, tables=tuple(t for t in catalog.tables if name_of(t) in kept)), without) if without else (catalog, ())


def _named(catalog: Catalog, names: Sequence[str]) -> list[Table]:
    wanted = {name.strip().lower() for name in names}
    called = {table: {table.name.lower(), f"{table.schema}.{table.name}".lower()} for table in catalog.tables}
    strange = wanted - set[str]().union(*called.values())
    if strange:
        raise InvalidQuestion(f"{catalog.database} has no table {', '.join(sorted(strange))}.", hint="`catalog show` lists its tables.")
    return [table for table in catalog.tables if called[table] & wanted]


def _fitting(tables: Sequence[Table]) -> set[TableName]:
    referred = Counter(TableName(key.table_schema or table.schema, key.table) for table in tables for key in table.foreign_keys)
    ranked = sorted(tables, key=lambda t: (-referred[name_of(t)] - len(t.foreign_keys), -(t.rows or 0), name_of(t).schema or "", t.name))
    kept, parts = set[TableName](), 0
    for table in ranked:
        parts += parts_of(table)
        if parts <= MOST_PARTS or not kept:
            kept.add(name_of(table))
    return kept


def parts_of(table: Table) -> int:
    return sum(_OF_A_NUMBER if column.type in ("integer", "number") else 1 for column in table.columns)
