"""Whether two texts are one statement: the same tree, however it is laid out and commented."""

from functools import lru_cache

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.parse import generate, parse


@lru_cache(maxsize=1_024)
def canonical(sql: str, dialect: Dialect) -> str | None:
    """The statement as it is written for people; None where it cannot be read."""
    parsed = parse(sql, dialect)
    return generate(parsed.tree, dialect) if parsed.tree is not None else None


def is_same(one: str, other: str, dialect: Dialect) -> bool:
    """Also where they differ in capitals of keywords, in blanks, in comments or in a closing semicolon."""
    written = canonical(one, dialect)
    return written is not None and written == canonical(other, dialect)
