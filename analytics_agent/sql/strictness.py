"""What engines do with values of two kinds: which pairs they refuse to compare, and which they compare quietly and often wrongly.

PostgreSQL's, DuckDB's and MariaDB's rows were measured on the engines and are held to them by a test; the others are from their manuals.
"""

from typing import Final

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.kinds import Family

Pairs = frozenset[frozenset[Family]]


def _pairs(spelled: str) -> Pairs:
    """ "NT TD" are number with text and text with date."""
    return frozenset(frozenset(pair) for pair in spelled.split())  # type: ignore[arg-type]


_EVERY = "NT NB ND NM NI NU NA TB TD TM TI TU TA BD BM BI BU BA DM DI DU DA MU MA IU IA UA"

REFUSED: Final[dict[Dialect, Pairs]] = {
    "postgres": _pairs(_EVERY + " NJ TJ BJ DJ"),
    "duckdb": _pairs("NT ND NM NI NA TB TD TM TI TU TA BD BM BI BA DM DI DU DA MI MA IA"),
    "clickhouse": _pairs("NT"),
    "bigquery": _pairs("NT ND NB TB TD BD"),
    "trino": _pairs("NT ND NB TB TD BD NI TI"),
}
"""Pairs of families that fail when they are compared."""

QUIET: Final[dict[Dialect, Pairs]] = {
    "mysql": _pairs("NT ND"),
    "sqlite": _pairs("NT"),
    "snowflake": _pairs("NT BT"),
    "databricks": _pairs("NT BT"),
    "tsql": _pairs("NT ND"),
}
"""Pairs that are compared after one side was converted, row by row: what cannot be converted is zero, NULL or a failure."""

STRICT: Final[frozenset[Dialect]] = frozenset({"postgres", "duckdb", "bigquery", "trino"})
"""There functions and operators take values of their own kinds only."""

JOINS_BY_TEXT: Final[frozenset[Dialect]] = frozenset({"duckdb"})
"""There the branches of a UNION, text and another kind, become text."""


def is_refused(left: Family, right: Family, dialect: Dialect) -> bool:
    return bool(left and right) and left != right and frozenset((left, right)) in REFUSED.get(dialect, ())


def is_quiet(left: Family, right: Family, dialect: Dialect) -> bool:
    return bool(left and right) and left != right and frozenset((left, right)) in QUIET.get(dialect, ())
