"""How an engine reads a name: case folding per dialect and kind of name, and which names must be quoted to be read as names only.

| dialect | without quotes | in quotes | compared |
|---|---|---|---|
| PostgreSQL | lower case | as written | exactly |
| Snowflake | upper case | as written | exactly |
| DuckDB, SQLite | as written | as written | without case, ASCII letters only |
| Trino, Databricks, T-SQL | as written | as written | without case (T-SQL: as almost every collation has it) |
| MySQL, MariaDB | as written | as written | tables, their aliases and WITH names exactly, columns and output names without case |
| BigQuery | as written | as written | tables exactly, everything else without case |
| ClickHouse | as written | as written | exactly |

MySQL's server compares tables by `lower_case_table_names`; exactly is its setting on Linux, and what is right there is right everywhere.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Literal

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.reserved import is_reserved

NameKind = Literal["table", "source", "column"]
"""Tables and schemas; what else stands in FROM (aliases, WITH names); columns, output names, windows."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
_PLAIN_UPPER = re.compile(r"[A-Z_][A-Z0-9_]*\Z")
_TO_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_TO_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def ascii_lower(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_TO_LOWER)


def ascii_upper(text: str) -> str:
    return text.upper() if text.isascii() else text.translate(_TO_UPPER)


def _as_it_is(text: str) -> str:
    return text


_Fold = Callable[[str], str]
_BARE: dict[Dialect, _Fold] = {"postgres": ascii_lower, "snowflake": ascii_upper}
"""What these make of a name without quotes. In quotes it stays, and is compared exactly."""
_BY_KIND: dict[tuple[Dialect, NameKind], _Fold] = {
    ("duckdb", "table"): ascii_lower,
    ("duckdb", "source"): ascii_lower,
    ("duckdb", "column"): ascii_lower,
    ("sqlite", "table"): ascii_lower,
    ("sqlite", "source"): ascii_lower,
    ("sqlite", "column"): ascii_lower,
    ("trino", "table"): str.lower,
    ("trino", "source"): str.lower,
    ("trino", "column"): str.lower,
    ("databricks", "table"): str.lower,
    ("databricks", "source"): str.lower,
    ("databricks", "column"): str.lower,
    ("tsql", "table"): str.lower,
    ("tsql", "source"): str.lower,
    ("tsql", "column"): str.lower,
    ("mysql", "column"): str.lower,
    ("bigquery", "source"): str.lower,
    ("bigquery", "column"): str.lower,
}
"""How names are brought to the form in which they are compared; where it is missing, exactly as they are."""


def folded(identifier: exp.Expr | None, dialect: Dialect, kind: NameKind = "column") -> str:
    """The name as the engine compares it."""
    return folder(dialect, kind)(identifier) if identifier is not None else ""


@cache
def folder(dialect: Dialect, kind: NameKind) -> Callable[[exp.Expr], str]:
    """The same for many names of one kind."""
    bare, fold = _BARE.get(dialect), _BY_KIND.get((dialect, kind))
    if bare is not None:
        return lambda identifier: identifier.name if identifier.args.get("quoted") else bare(identifier.name)
    if fold is not None:
        return lambda identifier: fold(identifier.name)
    return lambda identifier: identifier.name


def fold_name(name: str, dialect: Dialect, kind: NameKind = "column") -> str:
    """The same for a name that the catalog holds, which is exact."""
    fold = _BY_KIND.get((dialect, kind))
    return fold(name) if fold is not None else name


def output_name(identifier: exp.Expr, dialect: Dialect) -> str:
    """The name that an alias gives its column, as the engine's result has it."""
    bare = _BARE.get(dialect)
    return bare(identifier.name) if bare is not None and not identifier.args.get("quoted") else identifier.name


@lru_cache(maxsize=20_000)
def must_be_quoted(name: str, dialect: Dialect) -> bool:
    plain = _PLAIN_UPPER if dialect == "snowflake" else _PLAIN
    return not plain.match(name) or is_reserved(name, dialect)


def identifier(name: str, dialect: Dialect) -> exp.Identifier:
    """A name that the engine reads exactly as this name, quoted only where it must be."""
    return exp.Identifier(this=name, quoted=must_be_quoted(name, dialect))


def written(name: str, dialect: Dialect) -> str:
    """The same as text, with this dialect's quotes."""
    return identifier(name, dialect).sql(dialect=dialect)


def make_exact(identifiers: Iterable[exp.Identifier], dialect: Dialect) -> None:
    """Write every identifier so that the engine can read it one way only: folded as it folds, quoted where needed."""
    bare = _BARE.get(dialect, _as_it_is)
    for node in identifiers:
        name = node.this
        quoted = bool(node.args.get("quoted"))
        exact = name if quoted else bare(name)
        if exact != name:
            node.set("this", exact)
        if (needs := must_be_quoted(exact, dialect)) != quoted:
            node.set("quoted", needs)
