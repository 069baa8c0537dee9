"""Masks as SQL: the expression that stands for a masked column, for each engine that statements are run on."""

from typing import Final

from analytics_agent.domain.catalog import Dialect, TableColumn
from analytics_agent.domain.policy import SHORTEST_HASH_KEY, Mask
from analytics_agent.sql.identifiers import written

FUNCTIONS: Final[dict[Dialect, frozenset[str]]] = {
    "postgres": frozenset({"sha256", "convert_to", "encode", "floor", "left", "right", "char_length", "date_trunc"}),
    "duckdb": frozenset({"sha256", "floor", "left", "right", "length", "date_trunc"}),
    "mysql": frozenset({"sha2", "concat", "floor", "left", "right", "char_length", "date_format"}),
    "sqlite": frozenset({"floor", "substr", "length", "strftime"}),
}
"""What masks call."""
_DAYS = {"year": "%Y-01-01", "month": "%Y-%m-01", "day": "%Y-%m-%d"}
_TEXT = "CAST({} AS TEXT)"


def wrong_with(mask: Mask, column: TableColumn, dialect: Dialect, hash_key: str) -> str:
    """Why this mask cannot be put on this column, as a sentence; empty where it can."""
    if mask.kind == "hash" and dialect == "sqlite":
        return "SQLite has no hash function. Use null, partial or bucket."
    if mask.kind == "hash" and len(hash_key) < SHORTEST_HASH_KEY:
        return f"A hash needs a `hash_key` of at least {SHORTEST_HASH_KEY} characters."
    if mask.kind == "partial" and column.type != "text":
        return f"Only text is shown in part, and this is {column.type}. Use null, hash or bucket."
    if mask.kind == "partial" and (min(mask.first, mask.last) < 0 or not 0 < mask.first + mask.last <= 1_000):
        return "`partial` needs `first` or `last`, a number of characters from 1."
    if mask.kind == "bucket" and (mask.unit is None) == (mask.size is None):
        return "`bucket` needs either `size`, for numbers, or `unit`, for dates."
    if mask.kind == "bucket" and mask.unit is not None and column.type not in ("date", "timestamp"):
        return f"`unit` is for dates and times, and this is {column.type}."
    if mask.kind == "bucket" and mask.size is not None and column.type not in ("integer", "number"):
        return f"`size` is for numbers, and this is {column.type}."
    if mask.size is not None and column.native_type == "money":
        return "Amounts of the type money are not put into ranges. Use null or hash."
    if mask.size is not None and not 0 < mask.size < 1e15:
        return "`size` must be over 0."
    return ""


def masked(mask: Mask, column: str, dialect: Dialect, hash_key: str) -> str:
    """The expression. `column` is written so that the engine reads it. What is null stays null."""
    if mask.kind == "null":
        return f"CASE WHEN 1 = 0 THEN {column} END"  # null of the column's own type, in all engines
    if mask.kind == "hash":
        return _hashed(column, dialect, hash_key)
    if mask.kind == "partial":
        return _in_part(mask, column, dialect)
    return _first_day(mask.unit, column, dialect) if mask.unit else _lower_end(mask.size or 1, column)


def _hashed(column: str, dialect: Dialect, key: str) -> str:
    secret = _literal(f"{key}:", dialect)
    if dialect == "postgres":
        return f"ENCODE(SHA256(CONVERT_TO({secret} || {_TEXT.format(column)}, 'UTF8')), 'hex')"
    if dialect == "mysql":
        return f"SHA2(CONCAT({secret}, CAST({column} AS CHAR)), 256)"
    return f"SHA256({secret} || {_TEXT.format(column)})"


def _in_part(mask: Mask, column: str, dialect: Dialect) -> str:
    """Of a text that is no longer than what would be shown, nothing is: how long it is, is not told either."""
    text = f"CAST({column} AS CHAR)" if dialect == "mysql" else _TEXT.format(column)
    length = "LENGTH" if dialect in ("sqlite", "duckdb") else "CHAR_LENGTH"
    if dialect == "sqlite":
        first, last = f"SUBSTR({text}, 1, {mask.first})", f"SUBSTR({text}, -{mask.last})"
    else:
        first, last = f"LEFT({text}, {mask.first})", f"RIGHT({text}, {mask.last})"
    parts = [*([first] if mask.first else []), "'***'", *([last] if mask.last else [])]
    shown = f"CONCAT({', '.join(parts)})" if dialect == "mysql" else " || ".join(parts)
    return f"CASE WHEN {length}({text}) > {mask.first + mask.last} THEN {shown} WHEN {column} IS NOT NULL THEN '***' END"


def _lower_end(size: float, column: str) -> str:
    number = f"{size:.15f}".rstrip("0")
    number += "0" if number.endswith(".") else ""
    return f"FLOOR({column} / {number}) * {number}"


def _first_day(unit: str, column: str, dialect: Dialect) -> str:
    if dialect == "sqlite":
        return f"STRFTIME('{_DAYS[unit]}', {column})"
    if dialect == "mysql":
        return f"CAST(DATE_FORMAT({column}, '{_DAYS[unit]}') AS DATE)"
    return f"CAST(DATE_TRUNC('{unit}', {column}) AS DATE)"


def _literal(text: str, dialect: Dialect) -> str:
    escaped = text.replace("'", "''")
    return "'" + (escaped.replace("\\", "\\\\") if dialect == "mysql" else escaped) + "'"


def column_of(table: str, column: str, dialect: Dialect) -> str:
    return f"{written(table, dialect)}.{written(column, dialect)}"
