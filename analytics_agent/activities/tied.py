"""What is said where more rows equal the last one of a limit, or of a top, than are let in: an answer of a leader or a last place must not
pass over the rest in silence."""

from collections import defaultdict
from typing import Any

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.others import OTHERS, group_columns, others_column, top_columns
from analytics_agent.ports import Artifacts
from analytics_agent.semantic.compiler.ties import MOST_EQUAL

MORE_ROWS = f"At least {MOST_EQUAL} further rows share the last place; any beyond those are not shown."
MORE_MEMBERS = f"At least {MOST_EQUAL} further members share the last place; any beyond those are not shown by name."


async def tied(artifacts: Artifacts, query: Query, artifact: Artifact, rows: int) -> tuple[str, ...]:
    """Of a governed result of so many rows."""
    asked = query.request if query.source == "metric" else None
    if not asked:
        return ()
    limit, top = asked.get("limit"), asked.get("top")
    said = [MORE_ROWS] if limit and rows >= limit + MOST_EQUAL else []
    if top and rows >= top["count"] + MOST_EQUAL and await _most_of(artifacts, query, artifact) >= top["count"] + MOST_EQUAL:
        said.append(MORE_MEMBERS)
    return tuple(said)


async def _most_of(artifacts: Artifacts, query: Query, artifact: Artifact) -> int:
    """How many members the largest group of a top has, without all others."""
    members, groups = top_columns(query), group_columns(query)
    table = await artifacts.get_table(artifact)
    if not members or not {*members, *groups} <= set(table.column_names):
        return 0
    found: defaultdict[tuple[Any, ...], set[tuple[Any, ...]]] = defaultdict(set)
    for row in table.select([*groups, *members]).to_pylist():
        if others_column(query) is None or row[members[0]] != OTHERS:
            found[tuple(row[name] for name in groups)].add(tuple(row[name] for name in members))
    return max(map(len, found.values()), default=0)
