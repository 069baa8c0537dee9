"""What stands behind a result: its tables, filters and inputs, followed through computed results."""

import re
from collections.abc import Iterable, Mapping, Sequence

from analytics_agent.domain.evidence import Query
from analytics_agent.domain.finding import Finding
from analytics_agent.domain.period import called, spelled
from analytics_agent.report.document import Evidence
from analytics_agent.report.numbers import count

SHORT_HASH = 12
"""Characters of a content hash: enough to recognize it, as Git does."""
LONGEST_FILTER, MOST_FILTERS = 64, 6
"""Beyond these a filter is cut and the rest counted: the whole stands in the query."""

_JOIN = re.compile(r'[\w$".]+\.[\w$"]+ = [\w$".]+\.[\w$"]+')


def ancestry(query: Query, by_id: Mapping[str, Query]) -> tuple[Query, ...]:
    """The query and everything it was computed from, nearest first; a circle or a missing input ends the walk."""
    seen: dict[str, Query] = {}
    waiting = [query]
    while waiting:
        one = waiting.pop(0)
        if one.id not in seen:
            seen[one.id] = one
            waiting.extend(by_id[i] for i in one.inputs if i in by_id)
    return tuple(seen.values())


def tables_of(queries: Iterable[Query]) -> tuple[str, ...]:
    """Tables by name; the schema is said only where there are several."""
    full = unique(table for query in queries for table in query.tables)
    schemas = {table.rpartition(".")[0] for table in full}
    return tuple(table.rpartition(".")[2] for table in full) if len(schemas) == 1 else full


def filters_of(queries: Iterable[Query]) -> tuple[str, ...]:
    """What the rows were filtered by, in short. How tables belong together is no filter."""
    found = unique(clamped(_spoken(predicate)) for query in queries for predicate in query.predicates if not _JOIN.fullmatch(predicate))
    beyond = len(found) - MOST_FILTERS
    return found if beyond <= 0 else (*found[:MOST_FILTERS], f"… and {beyond} more")


def _spoken(predicate: str) -> str:
    """Periods by their names: "June 2013" for "2013-06-01 to 2013-06-30"."""
    span = spelled(predicate)
    return called(span) if span else predicate


def clamped(predicate: str) -> str:
    """One line; a long one ends at a word with "…"."""
    line = " ".join(predicate.split())
    if len(line) <= LONGEST_FILTER:
        return line
    head = line[: LONGEST_FILTER - 2]
    at_word = head.rpartition(" ")[0]
    return f"{at_word if len(at_word) > LONGEST_FILTER // 2 else head} …"


def unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))


def rows_of(query: Query) -> str:
    """How many rows, and whether more exist."""
    rows = count(query.rows, "row")
    return f"first {rows}, more exist" if query.truncated else rows


def evidence_of(query: Query, by_id: Mapping[str, Query], finding: Finding | None = None, left_out: Sequence[str] = ()) -> Evidence:
    """The evidence box of a result, or of the finding computed into it."""
    chain = ancestry(query, by_id)
    missing = list(left_out)
    if query.truncated:
        missing.append("rows beyond the limit of a stored result")
    return Evidence(
        result=query.id,
        title=query.title,
        rows=rows_of(query),
        tables=tables_of(chain),
        filters=filters_of(chain),
        left_out=tuple(missing),
        method=finding.method if finding else query.method,
        computed_from=tuple(one.id for one in chain[1:]),
        hash=query.artifact.sha256[:SHORT_HASH],
    )
