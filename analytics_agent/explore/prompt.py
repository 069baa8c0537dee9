"""The opening of explore: what stays the same for a database, then the question."""

import json

from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.catalog import Catalog, Table
from analytics_agent.domain.markup import released, tag
from analytics_agent.domain.question import Question
from analytics_agent.explore.tools import TOOLS
from analytics_agent.semantic import SemanticModel, overview

__all__ = ["TOOLS", "first", "system"]

VERSION = "explore.1"
LISTED_TABLES = 30
"""A database with more tables is not listed in the prompt: the model searches it."""


def system(catalog: Catalog, model: SemanticModel | None) -> tuple[str, str]:
    """The system text, byte-stable for a database, and the prompt's name with its hash."""
    text, name = released(__package__ or "", VERSION)
    parts = [text, tag("dialect", catalog.dialect), tag("tables", _tables(catalog))]
    if model:
        parts.append(tag("semantic_model", json.dumps(overview(model), ensure_ascii=False, separators=(",", ":"))))
    return "\n\n".join(parts), name


def first(question: Question, briefing: Briefing) -> str:
    """The opening message: all that is particular to this question."""
    as_of = f"<as_of>{briefing.as_of.isoformat()}</as_of>\n" if briefing.as_of else ""
    return as_of + tag("question", question.text)


def _tables(catalog: Catalog) -> str:
    if len(catalog.tables) > LISTED_TABLES:
        return f"{len(catalog.tables)} tables: use search_catalog and describe."
    return "\n".join(_line(table) for table in catalog.tables)


def _line(table: Table) -> str:
    columns = ", ".join(f"{column.name} {column.type}" for column in table.columns[:40])
    name = f"{table.schema}.{table.name}" if table.schema else table.name
    return f"{name} ({columns}{', …' if len(table.columns) > 40 else ''})"
