"""How an engine reads a name: case folding, and which names must be quoted so that they are read as names and nothing else."""

import re

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.words import words

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
_UPPER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_KEYWORDS = words(
    """
    abort action add after all alter always analyse analyze and any anti array as asc asof asymmetric at attach authorization autoincrement
    before begin between bigint binary bit boolean both by cascade case cast char character check coalesce collate collation column
    columns commit concurrently conflict constraint create cross current current_catalog current_date current_role current_schema
    current_time current_timestamp current_user database date dec decimal default deferrable deferred delete desc describe detach distinct
    do drop each else end escape except exclude exclusive exists explain extract fail false fetch filter first float following for
    foreign freeze from full generated glob grant greatest group grouping groups having if ignore ilike immediate in index indexed
    initially inner inout insert instead int integer intersect interval into is isnull join json_array json_object key lambda last
    lateral leading least left like limit localtime localtimestamp map match materialized national natural nchar no none normalize
    not nothing notnull null nullif nulls numeric of offset on only or order others out outer over overlaps overlay partition pivot
    pivot_longer pivot_wider placing plan position positional pragma preceding precision primary qualify query raise range real
    recursive references regexp reindex release rename replace restrict returning right rollback row rows savepoint select semi
    session_user set setof show similar smallint some struct substring summarize symmetric system_user table tablesample temp temporary
    then ties time timestamp to trailing transaction treat trigger trim true try_cast unbounded union unique unpivot update user
    using vacuum values varchar variadic verbose view virtual when where window with within without xmlattributes xmlconcat xmlelement
    xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """
)
"""Every word that is reserved, or reads as something other than a name somewhere, in one of the three engines.

Quoting one too many costs nothing. One too few is a hole: unquoted, PostgreSQL reads the column `user` as the login's name.
"""


def folded(identifier: exp.Expr | None, dialect: Dialect) -> str:
    """The name as the engine compares it. PostgreSQL folds unquoted names, the others ignore case throughout; ASCII only, all three."""
    if identifier is None:
        return ""
    name = str(identifier.this) if isinstance(identifier, exp.Identifier) else identifier.name
    is_exact = dialect == "postgres" and bool(identifier.args.get("quoted"))
    return name if is_exact else ascii_lower(name)


def fold_name(name: str, dialect: Dialect) -> str:
    """The same for a name that the catalog holds, which is exact."""
    return name if dialect == "postgres" else ascii_lower(name)


def ascii_lower(text: str) -> str:
    return text.translate(_UPPER)


def identifier(name: str) -> exp.Identifier:
    """A name that the engine reads exactly as this name, quoted only where it must be."""
    return exp.Identifier(this=name, quoted=not _PLAIN.match(name) or name in _KEYWORDS)


def make_exact(tree: exp.Expr, dialect: Dialect) -> None:
    """Write every identifier of the tree so that the engine can read it one way only: folded as it folds, quoted where needed."""
    for node in list(tree.find_all(exp.Identifier)):
        name = ascii_lower(str(node.this)) if dialect == "postgres" and not node.args.get("quoted") else str(node.this)
        node.set("this", name)
        node.set("quoted", not _PLAIN.match(name) or name in _KEYWORDS)
