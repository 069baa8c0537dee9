"""The types of a statement's output columns, as far as declared columns and the expressions over them show. A guess, not a rule: for an
engine that types values and not columns, so that a result without rows has the types of one with rows."""

from collections.abc import Mapping

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from analytics_agent.catalog.build import column_type
from analytics_agent.domain.catalog import ColumnType, Dialect
from analytics_agent.sql.parse import parse

_DECLARED: dict[ColumnType, str] = {"integer": "BIGINT", "boolean": "BIGINT", "number": "DOUBLE", "text": "TEXT"}
_TEXTS = exp.DataType.TEXT_TYPES | {exp.DType.DATE, exp.DType.DATETIME, exp.DType.TIMESTAMP, exp.DType.TIME}


def output_types(sql: str, dialect: Dialect, tables: Mapping[str, Mapping[str, str]]) -> tuple[ColumnType | None, ...]:
    """One for each output column, None where it is not known; nothing at all of a statement that is not understood. `tables` are the
    declared types of columns by table and column."""
    tree = parse(sql, dialect).tree
    if tree is None:
        return ()
    schema: dict[str, object] = {
        table: {name: _DECLARED.get(column_type(native), "UNKNOWN") for name, native in of.items()} for table, of in tables.items()
    }
    try:
        qualified = qualify(tree.copy(), schema=schema, dialect=dialect, validate_qualify_columns=False, quote_identifiers=False)
        typed = annotate_types(qualified, schema=schema, dialect=dialect)
    except (SqlglotError, RecursionError):
        return ()
    return tuple(_ours(item.type) for item in typed.selects) if isinstance(typed, exp.Query) else ()


def _ours(kind: exp.DataType | None) -> ColumnType | None:
    if kind is None:
        return None
    if kind.this in exp.DataType.INTEGER_TYPES or kind.this == exp.DType.BOOLEAN:
        return "integer"
    if kind.this in exp.DataType.REAL_TYPES:
        return "number"
    return "text" if kind.this in _TEXTS else None
