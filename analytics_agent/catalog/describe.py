"""Tables as JSON for the model and for people: columns, keys, comments, and both directions of foreign keys."""

from collections.abc import Iterable
from typing import Any

from analytics_agent.catalog.names import find_table, nearest, shown_name
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn


def describe(catalog: Catalog, names: Iterable[str]) -> list[dict[str, Any]]:
    """One document per name, in order. An unknown name gives {"name", "error", "nearest"} instead of failing the rest."""
    return [_described(catalog, name) for name in names]


def _described(catalog: Catalog, name: str) -> dict[str, Any]:
    table = find_table(catalog, name)
    return _table(catalog, table) if table else _unknown(catalog, name)


def _unknown(catalog: Catalog, name: str) -> dict[str, Any]:
    close = nearest(name.split(".")[-1], (table.name for table in catalog.tables))
    found = [shown_name(catalog, table) for wanted in close for table in catalog.tables if table.name == wanted]
    return {"name": name, "error": f"There is no table {name} in {catalog.database}.", "nearest": found}


def _table(catalog: Catalog, table: Table) -> dict[str, Any]:
    document: dict[str, Any] = {"table": shown_name(catalog, table), "kind": table.kind}
    optional = {
        "comment": table.comment,
        "rows_estimated": table.rows,
        "primary_key": list(table.primary_key),
        "foreign_keys": [_key(catalog, table, key) for key in table.foreign_keys],
        "referenced_by": list(_referrers(catalog, table)),
    }
    document |= {name: value for name, value in optional.items() if value not in (None, [], "")}
    document["columns"] = [_column(column) for column in table.columns]
    return document


def _column(column: TableColumn) -> dict[str, Any]:
    document: dict[str, Any] = {"name": column.name, "type": column.native_type}
    if not column.nullable:
        document["not_null"] = True
    if column.comment:
        document["comment"] = column.comment
    return document


def _key(catalog: Catalog, table: Table, key: ForeignKey) -> str:
    target = next((t for t in catalog.tables if t.name == key.table and t.schema == (key.table_schema or table.schema)), None)
    name = shown_name(catalog, target) if target else key.table
    return f"({', '.join(key.columns)}) -> {name} ({', '.join(key.to_columns)})"


def _referrers(catalog: Catalog, table: Table) -> Iterable[str]:
    for other in catalog.tables:
        for key in other.foreign_keys:
            if key.table == table.name and (key.table_schema or other.schema) == table.schema:
                yield f"{shown_name(catalog, other)} ({', '.join(key.columns)})"
