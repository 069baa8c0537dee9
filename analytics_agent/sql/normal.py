"""One text for statements that are the same but for blanks, comments, letter case and optional words. For comparing, never for running."""

from functools import lru_cache

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.parse import generate, parse

_DIALECTS: tuple[Dialect, ...] = ("postgres", "duckdb")
"""Tried in turn: what matters is that the same text always gives the same one."""


@lru_cache(maxsize=512)
def normal(statement: str) -> str:
    """What does not parse is compared by its words."""
    for dialect in _DIALECTS:
        tree = parse(statement, dialect).tree
        text = generate(tree, dialect) if tree is not None else None
        if text:
            return text
    return " ".join(statement.split()).rstrip("; ")
