"""DuckDB's rows as Arrow tables. What Arrow has no type for, or another one than DuckDB means, DuckDB itself makes into text first."""

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from analytics_agent.adapters.column_names import distinct
from analytics_agent.adapters.intake import Intake, no_columns
from analytics_agent.adapters.text_columns import Declared, converted

if TYPE_CHECKING:
    import duckdb

_BATCH = 20_000
_PLAIN = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "utinyint": pa.uint8(),
    "usmallint": pa.uint16(),
    "uinteger": pa.uint32(),
    "ubigint": pa.decimal128(20, 0),
    "hugeint": pa.decimal128(38, 0),
    "uhugeint": pa.decimal256(39, 0),
    "float": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "time": pa.time64("us"),
    "time_ns": pa.time64("ns"),
    "timestamp": pa.timestamp("us"),
    "timestamp_s": pa.timestamp("us"),
    "timestamp_ms": pa.timestamp("us"),
    "timestamp_ns": pa.timestamp("ns"),
    "timestamp with time zone": pa.timestamp("us", "UTC"),
    "varchar": pa.string(),
}
"""By DuckDB's own word for a type. Others are text."""
_AS_JSON = frozenset({"list", "array", "struct", "map", "union"})
_LARGEST = pa.scalar(10**38 - 1, pa.decimal128(38, 0))


def draw(cursor: "duckdb.DuckDBPyConnection", statement: str, intake: Intake) -> None:
    """The rows of one query into an intake, piece by piece; types are known before it runs."""
    relation: Any = cursor.sql(statement)
    if relation is None or not relation.columns:
        raise no_columns()
    columns = _declared(relation)
    intake.begin(pa.schema([column.field for column in columns]))
    asked = [_asked(place, kind) for place, kind in enumerate(relation.types, start=1)]
    if any("(" in expression for expression in asked):
        relation = relation.project(", ".join(asked))
    for batch in relation.to_arrow_reader(_BATCH):
        if not intake.add(_table(batch, columns, intake)):
            return


def _declared(relation: Any) -> list[Declared]:
    return [Declared(name, _kind(kind), str(kind).lower()) for name, kind in zip(distinct(relation.columns), relation.types, strict=True)]


def _kind(kind: Any) -> pa.DataType:
    if kind.id == "decimal":
        digits = dict(kind.children)
        return pa.decimal128(digits["precision"], digits["scale"])
    return _PLAIN.get(kind.id, pa.string())


def _asked(place: int, kind: Any) -> str:
    if kind.id in _AS_JSON:
        return f"CAST(to_json(#{place}) AS VARCHAR)"
    if kind.id in ("timestamp_s", "timestamp_ms"):
        return f"CAST(#{place} AS TIMESTAMP)"
    if kind.id == "blob":
        return f"'\\x' || lower(hex(#{place}))"
    if kind.id == "uhugeint" or (kind.id not in _PLAIN and kind.id != "decimal"):
        return f"CAST(#{place} AS VARCHAR)"
    return f"#{place}"


def _table(batch: pa.RecordBatch, columns: list[Declared], intake: Intake) -> pa.Table:
    kept = []
    for column, values in zip(columns, batch.columns, strict=True):
        found, notes = _kept(values, column)
        intake.note(notes)
        kept.append(found)
    return pa.table(kept, schema=pa.schema([column.field for column in columns]))


def _kept(values: pa.Array, column: Declared) -> tuple[Any, tuple[str, ...]]:
    if column.native == "hugeint":  # 38 digits fit, of 39
        fits = pc.and_(pc.less_equal(values, _LARGEST), pc.greater_equal(values, pc.negate(_LARGEST)))
        found = pc.if_else(fits, values, pa.scalar(None, values.type))
        return found, (column.unfit(),) if found.null_count > values.null_count else ()
    if pa.types.is_string(values.type) and not pa.types.is_string(column.kind):
        return converted(values, column)
    return (values if values.type == column.kind else values.cast(column.kind)), ()
