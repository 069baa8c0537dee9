"""A small shop as a database's catalog and as people described it in Superset."""

import json
from datetime import UTC, datetime

from analytics_agent.domain.catalog import Catalog, ColumnType, ForeignKey, Table, TableColumn
from analytics_agent.domain.superset_dataset import SupersetColumn, SupersetDataset, SupersetMetric


def columns(**types: ColumnType) -> tuple[TableColumn, ...]:
    return tuple(TableColumn(name, kind, kind) for name, kind in types.items())


CATALOG = Catalog(
    "shop",
    "postgres",
    (
        Table(
            "public",
            "orders",
            (
                *columns(id="integer", customer_id="integer", placed_on="date", status="text", amount="number", pieces="integer"),
                TableColumn("Ship To", "text", "text"),
            ),
            primary_key=("id",),
            foreign_keys=(ForeignKey(("customer_id",), "public", "customers", ("id",)),),
        ),
        Table("public", "customers", columns(id="integer", name="text", joined="text"), primary_key=("id",)),
    ),
    ("public",),
    "f1",
    datetime(2026, 1, 1, tzinfo=UTC),
)

CERTIFIED = json.dumps({"certification": {"certified_by": "Finance", "details": "Audited."}, "warning_markdown": "Without\nreturns."})


def orders(**changes: object) -> SupersetDataset:
    given: dict[str, object] = {
        "id": 7,
        "uuid": "u7",
        "table": "orders",
        "schema": "public",
        "description": "What was bought.",
        "owners": ("Ada Able",),
        "time_column": "placed_on",
        "changed": "2026-01-01T00:00:00",
        "columns": (
            SupersetColumn(1, "id"),
            SupersetColumn(2, "customer_id"),
            SupersetColumn(3, "placed_on", label="Order date", is_time=True),
            SupersetColumn(4, "status", label="State", description="Where it is."),
            SupersetColumn(5, "amount"),
            SupersetColumn(6, "pieces"),
            SupersetColumn(7, "Ship To"),
            SupersetColumn(8, "is_large", expression="amount::numeric > 100", label="Large"),
            SupersetColumn(9, "mine", expression="CASE WHEN '{{ current_username() }}' = status THEN 1 END"),
            SupersetColumn(10, "broken", expression="nothing_there + 1"),
            SupersetColumn(11, "secret", is_active=False),
        ),
        "metrics": (
            SupersetMetric(1, "count", "COUNT(*)", "COUNT(*)"),
            SupersetMetric(2, "Revenue", "SUM(amount)", "Revenue", "All amounts.", "$,.2f", extra=CERTIFIED),
            SupersetMetric(3, "buyers", 'COUNT(DISTINCT orders."customer_id")', format=",d"),
            SupersetMetric(4, "large_share", "COUNT(*) FILTER (WHERE amount > 100)::float / NULLIF(COUNT(*), 0)", format=".1%"),
            SupersetMetric(5, "per_piece", "SUM(pieces) / COUNT(*)"),
            SupersetMetric(6, "templated", "SUM({{ column }})"),
            SupersetMetric(7, "gone", "SUM(not_there)"),
            SupersetMetric(8, "places", 'COUNT(DISTINCT "Ship To")'),
        ),
    }
    return SupersetDataset(**(given | changes))  # type: ignore[arg-type]


CUSTOMERS = SupersetDataset(
    8,
    "u8",
    "customers",
    "public",
    columns=(SupersetColumn(1, "id"), SupersetColumn(2, "name"), SupersetColumn(3, "joined", is_time=True)),
    metrics=(SupersetMetric(1, "count", "COUNT(*)"),),
)
