"""Tables as JSON for the model and for people: columns, keys, comments, and both directions of foreign keys."""

from collections.abc import Iterable, Mapping
from typing import Any

from analytics_agent.catalog.names import find_table, nearest, shown_name
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn, TableName
from analytics_agent.domain.profile import ColumnProfile, TableProfile

LONGEST_NAME = 260
"""Characters of a name that is not known: of one with its schema, twice as many as PostgreSQL lets it have."""
VALUES_HELD, LONGEST_VALUE = 8, 40
"""Of a column: values that are told, and characters of one."""


def describe(
    catalog: Catalog, names: Iterable[str], profiles: Mapping[TableName, TableProfile] | None = None, *, values: int = 0
) -> list[dict[str, Any]]:
    """One document per name, in order. An unknown name gives {"name", "database", "error", "nearest"} instead of failing the rest.

    What columns hold is told where profiles are given: of texts with few values the `values` most frequent ones.
    """
    return [_described(catalog, name, profiles or {}, values) for name in names]


def _described(catalog: Catalog, name: str, profiles: Mapping[TableName, TableProfile], values: int) -> dict[str, Any]:
    table = find_table(catalog, name)
    return _table(catalog, table, profiles.get(TableName(table.schema, table.name)), values) if table else _unknown(catalog, name)


def _unknown(catalog: Catalog, written: str) -> dict[str, Any]:
    name = written[:LONGEST_NAME]
    close = nearest(name.split(".")[-1], (table.name for table in catalog.tables))
    found = [shown_name(catalog, table) for wanted in close for table in catalog.tables if table.name == wanted]
    return {"name": name, "database": catalog.database, "error": f"There is no table {name} in {catalog.database}.", "nearest": found}


def _table(catalog: Catalog, table: Table, profile: TableProfile | None, values: int) -> dict[str, Any]:
    document: dict[str, Any] = {"table": shown_name(catalog, table), "kind": table.kind}
    optional = {
        "comment": table.comment,
        "rows_estimated": table.rows,
        "primary_key": list(table.primary_key),
        "foreign_keys": [_key(catalog, table, key) for key in table.foreign_keys],
        "referenced_by": list(_referrers(catalog, table)),
    }
    document |= {name: value for name, value in optional.items() if value not in (None, [], "")}
    if profile:
        document["profiled"] = f"all {profile.rows:,} rows" if profile.is_whole else f"{profile.rows:,} of its rows"
    document["columns"] = [_column(column, held(profile, column.name, values)) for column in table.columns]
    return document


def _column(column: TableColumn, holds: str) -> dict[str, Any]:
    document: dict[str, Any] = {"name": column.name, "type": column.native_type}
    if not column.nullable:
        document["not_null"] = True
    if column.comment:
        document["comment"] = column.comment
    if holds:
        document["holds"] = holds
    return document


def held(profile: TableProfile | None, column: str, values: int = VALUES_HELD) -> str:
    """What a column holds, in short: "16 different: 'UA' 17 %, 'B6' 16 %; 2 % null". Empty where it was not profiled."""
    found = profile.column(column) if profile else None
    if profile is None or found is None or not profile.rows:
        return ""
    if not found.filled:
        return "null in every row"
    nulls = profile.rows - found.filled
    return "; ".join(filter(None, (_different(profile, found, values), f"{_share(nulls, profile.rows)} null" if nulls else "")))


def _different(profile: TableProfile, found: ColumnProfile, values: int) -> str:
    if profile.is_unique(found.name):
        many = "each row another" if profile.is_whole else "each of these rows another"
    else:
        many = f"{found.distinct:,} different" if found.distinct > 1 else "one value"
    if found.common and values:
        told = [f"{value[:LONGEST_VALUE]!r} {_share(rows, found.filled)}" for value, rows in found.common[:values]]
        return f"{many}: {', '.join(told)}{', …' if len(found.common) > values else ''}"
    if found.least is not None and found.greatest is not None and values:
        return f"{many}: {found.least} to {found.greatest}"
    return many


def _share(part: int, whole: int) -> str:
    percent = 100 * part / whole
    return f"{percent:.0f} %" if percent >= 1 else "under 1 %"


def _key(catalog: Catalog, table: Table, key: ForeignKey) -> str:
    target = next((t for t in catalog.tables if t.name == key.table and t.schema == (key.table_schema or table.schema)), None)
    name = shown_name(catalog, target) if target else key.table
    return f"({', '.join(key.columns)}) -> {name} ({', '.join(key.to_columns)})"


def _referrers(catalog: Catalog, table: Table) -> Iterable[str]:
    for other in catalog.tables:
        for key in other.foreign_keys:
            if key.table == table.name and (key.table_schema or other.schema) == table.schema:
                yield f"{shown_name(catalog, other)} ({', '.join(key.columns)})"
