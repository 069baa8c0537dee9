"""The opening of explore: what stays the same for a database, then the question."""

import json

from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.markup import released, tag
from analytics_agent.domain.question import Question
from analytics_agent.domain.run import Run
from analytics_agent.explore.listing import listing
from analytics_agent.explore.tools import TOOLS
from analytics_agent.semantic import SemanticModel, brief

__all__ = ["TOOLS", "first", "system"]

VERSION = "explore.3"
MOST_CHARACTERS = 9_000
"""Of the list of tables: about 2,600 tokens. They are sent with every turn."""
MOST_BESIDE_A_MODEL = 1_500
"""Where a semantic model says what there is, the tables are wanted for the rest only: mostly their names, to be described."""


def system(catalog: Catalog, model: SemanticModel | None) -> tuple[str, str]:
    """The system text, byte-stable for a database, and the prompt's name with its hash."""
    text, name = released(__package__ or "", VERSION, TOOLS)
    most = MOST_BESIDE_A_MODEL if model else MOST_CHARACTERS
    parts = [text, tag("dialect", catalog.dialect), tag("tables", listing(catalog, most))]
    if model:
        parts.append(tag("semantic_model", brief(model)))
    return "\n\n".join(parts), name


def first(question: Question, briefing: Briefing, earlier: Run | None = None, rights: str = "", line: str = "") -> str:
    """The opening message: all that is particular to this question. `earlier` is the run that it goes on from, `rights` says that
    its owner may read a part of the database only, `line` is the part of the question that this conversation is to follow."""
    as_of = f"<as_of>{briefing.as_of.isoformat()}</as_of>\n" if briefing.as_of else ""
    told = {"rights": rights, "schema": question.schema or "", "earlier": _told(earlier) if earlier else ""}
    around = "".join(tag(name, text) + "\n" for name, text in told.items() if text)
    part = f"\n{tag('line', line)}" if line else ""
    return f"{as_of}{around}{tag('question', question.text)}{part}"


def _told(earlier: Run) -> str:
    """An earlier run in short: what was asked, how it was read and queried, what was answered."""
    primary = next((query for query in earlier.queries if earlier.evidence and query.id == earlier.evidence.primary), None)
    lines = [f"Question: {earlier.question.text}"]
    lines += [f"Read as: {'; '.join(earlier.evidence.readings)}"] if earlier.evidence and earlier.evidence.readings else []
    lines += [f"Metric request: {json.dumps(primary.request, ensure_ascii=False)}"] if primary and primary.request else []
    lines += [f"SQL: {primary.sql}"] if primary and not primary.request else []
    lines += [f"Answer: {earlier.answer.summary}"] if earlier.answer else [f"It ended as {earlier.status}."]
    return "\n".join(lines)
