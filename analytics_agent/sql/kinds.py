"""Kinds of values, as far as comparing and computing care: of a column's native type, and of the type in a cast."""

import re
from functools import lru_cache
from typing import Final, Literal

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect, TableColumn

Kind = Literal[
    "integer", "number", "text", "boolean", "date", "timestamp", "time", "interval", "json", "uuid", "array", "literal", "null", "unknown"
]
"""`literal` is a text written into the statement, which takes the kind of what it is compared with. `unknown` is never judged."""
Family = Literal["N", "T", "B", "D", "M", "I", "J", "U", "A", ""]

FAMILY: Final[dict[Kind, Family]] = {
    "integer": "N",
    "number": "N",
    "text": "T",
    "boolean": "B",
    "date": "D",
    "timestamp": "D",
    "time": "M",
    "interval": "I",
    "json": "J",
    "uuid": "U",
    "array": "A",
    "literal": "",
    "null": "",
    "unknown": "",
}

CALLED: Final[dict[Kind, str]] = {
    "integer": "a whole number",
    "number": "a number",
    "text": "text",
    "boolean": "true or false",
    "date": "a date",
    "timestamp": "a timestamp",
    "time": "a time of day",
    "interval": "an interval",
    "json": "JSON",
    "uuid": "a UUID",
    "array": "an array",
    "literal": "a text",
    "null": "NULL",
    "unknown": "of a type that is not known",
}

_SPELLED: Final[dict[Kind, str]] = {
    "integer": "BIT UMEDIUMINT UTINYINT MEDIUMINT TINYINT SMALLINT USMALLINT INT UINT BIGINT UBIGINT INT128 UINT128 INT256 UINT256",
    "number": "DECIMAL DECIMAL32 DECIMAL64 DECIMAL128 DECIMAL256 BIGDECIMAL UDECIMAL DECFLOAT DOUBLE UDOUBLE FLOAT",
    "text": "CHAR NCHAR VARCHAR NVARCHAR TEXT TINYTEXT MEDIUMTEXT LONGTEXT",
    "date": "DATE DATE32",
    "timestamp": "TIMESTAMP TIMESTAMPTZ TIMESTAMPLTZ TIMESTAMPNTZ TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS DATETIME DATETIME2 DATETIME64",
    "time": "TIME TIMETZ",
    "boolean": "BOOLEAN",
    "interval": "INTERVAL",
    "json": "JSON JSONB",
    "uuid": "UUID",
    "array": "ARRAY LIST",
}
_OF_CAST: Final[dict[str, Kind]] = {name: kind for kind, names in _SPELLED.items() for name in names.split()}

BOOLEANS_ARE_NUMBERS: Final[frozenset[Dialect]] = frozenset({"sqlite", "mysql", "tsql", "clickhouse"})
_LABEL = re.compile(r"'((?:[^']|'')*)'")


def kind_of_column(column: TableColumn, dialect: Dialect) -> Kind:
    return _kind_of(column.type, column.native_type, dialect)


@lru_cache(maxsize=4_096)
def _kind_of(ours: str, native_type: str, dialect: Dialect) -> Kind:
    native = native_type.lower()
    if native.endswith("]") or native.startswith("array"):
        return "array"
    if ours == "boolean":
        return "integer" if dialect in BOOLEANS_ARE_NUMBERS else "boolean"
    if ours == "other":
        return "json" if native.startswith("json") else "interval" if native.startswith("interval") else "unknown"
    if native in ("uuid", "uniqueidentifier", "money", "name", "citext"):
        return "uuid" if native == "uuid" else "unknown"
    return ours  # type: ignore[return-value]


def kind_of_cast(to: exp.DataType, dialect: Dialect) -> Kind:
    kind = _OF_CAST.get(getattr(to.this, "name", ""), "unknown")
    return "integer" if kind == "boolean" and dialect in BOOLEANS_ARE_NUMBERS else kind


@lru_cache(maxsize=1_024)
def labels(native_type: str) -> tuple[str, ...]:
    """The values of an enum whose type lists them; empty for every other type."""
    if not native_type.lower().startswith("enum"):
        return ()
    return tuple(label.replace("''", "'") for label in _LABEL.findall(native_type))
