"""PostgreSQL's plan of a statement as rows gone through: EXPLAIN's JSON is walked, nothing is run.

A plan tells the rows that a scan lets through and not those it reads, so the sizes of tables come from pg_class. A table that nobody
ever analyzed makes the estimate unknown: without statistics the planner takes any join of a million rows for billions.
"""

import json
from typing import TYPE_CHECKING, Any

from analytics_agent.adapters.plan_tally import Tally, or_unknown
from analytics_agent.domain.statement import Estimate

if TYPE_CHECKING:
    from psycopg import AsyncConnection

SMALL_BYTES = 65_536
"""A table without statistics that is no larger does no harm: autovacuum never analyzes a few dozen rows."""

_SIZES = """
SELECT n.nspname, c.relname, greatest(c.reltuples, 0),
       pg_relation_size(c.oid) <= %(small)s AND c.relkind <> 'f' OR c.reltuples = 0
       OR c.reltuples > 0 AND EXISTS (SELECT FROM pg_stats AS s WHERE s.schemaname = n.nspname AND s.tablename = c.relname)
FROM unnest(%(schemas)s::text[], %(tables)s::text[]) AS wanted(schema, "table")
JOIN pg_namespace AS n ON n.nspname = wanted.schema JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = wanted."table"
"""

Node = dict[str, Any]
Sizes = dict[str, float | None]
"""Rows of each table, as schema.table; None for one without statistics."""

_WAITS_FOR_ALL = frozenset({"Sort", "Incremental Sort", "Hash", "SetOp", "WindowAgg", "Materialize", "Bitmap Heap Scan"})
"""Nodes that take all their rows before they give the first: a LIMIT above saves nothing below them."""

_DEEPEST = 100
"""A plan nests no deeper than the statements that the guard lets through."""

_JOINS = frozenset({"Hash Join", "Merge Join"})
"""Of a nested loop every pair that it makes was read on its inner side, and is counted there."""

GROUPS = 1_000.0
"""Most rows that a GROUP BY of an expression is taken to make. The planner expects as many as the column inside it has values: a month
of a million moments would be a million months, and two such tables joined billions of rows."""

_LEADER = 0.3
"""What each worker costs the leader of its own share of the work, as the planner reckons."""


def plan_of(explained: str) -> Node:
    """Of the text of EXPLAIN (FORMAT JSON, VERBOSE); empty where it nests too deeply to be read."""
    try:
        plan: Node = json.loads(explained)[0]["Plan"]
    except (ValueError, LookupError, RecursionError):
        return {}
    return plan


async def read_sizes(connection: "AsyncConnection[Any]", plan: Node) -> Sizes:
    """The sizes of the tables of a plan, in one round trip."""
    named = sorted({(node["Schema"], node["Relation Name"]) for node in _nodes(plan) if "Relation Name" in node and "Schema" in node})
    given = {"small": SMALL_BYTES, "schemas": [schema for schema, _ in named], "tables": [table for _, table in named]}
    rows = await (await connection.execute(_SIZES, given)).fetchall() if named else []
    return {f"{schema}.{table}": float(size) if known == "t" else None for schema, table, size, known in rows}


@or_unknown
def estimated(plan: Node, sizes: Sizes) -> Estimate:
    """`plan` is the "Plan" of EXPLAIN (FORMAT JSON, VERBOSE)."""
    walk = _Walk(plan, sizes)
    walk.node(plan, times=1.0, share=1.0, spread=1.0)
    return walk.tally.estimate(walk.rows(plan, 1.0), plan["Total Cost"])


class _Walk:
    """`times` is how often a node is run, `share` the part of its rows that a LIMIT above lets it make, `spread` over how many
    processes its rows are counted."""

    def __init__(self, plan: Node, sizes: Sizes) -> None:
        self.tally = Tally()
        self._sizes = sizes
        self._beliefs: dict[int, float] = {}
        self._ctes = {node["Subplan Name"].removeprefix("CTE "): node for node in _nodes(plan) if "Subplan Name" in node}

    def node(self, node: Node, *, times: float, share: float, spread: float) -> None:
        kind, made = node["Node Type"], self.rows(node, spread)
        if "Relation Name" in node:
            self._scan(node, made, times, share)
        elif kind in _JOINS:
            self.tally.made(made * times * share)
        elif kind in ("Function Scan", "CTE Scan", "Materialize"):
            self.tally.scan("", made, times=times * share, whole=False)
        spread = _processes(node) if kind in ("Gather", "Gather Merge") else spread
        for place, child in enumerate(node.get("Plans", ())):
            self._child(node, child, place, times, share, spread)

    def rows(self, node: Node, spread: float) -> float:
        """Rows that a node makes, of all processes together."""
        counted = spread if spread > 1 and _is_partial(node) else 1.0
        return float(node["Plan Rows"]) * counted * self._belief(node)

    def _belief(self, node: Node, depth: int = 0) -> float:
        """Worked out once a node: a WITH query that is read twice by another, and that twice again, would take for ever."""
        if id(node) not in self._beliefs:
            self._beliefs[id(node)] = self._part(node, depth)
        return self._beliefs[id(node)]

    def _part(self, node: Node, depth: int) -> float:
        """What part of a node's rows to believe: groups of an expression are too many, and so is all that is made of them."""
        if node["Node Type"] == "CTE Scan" and depth < _DEEPEST:
            cte = self._ctes.get(node.get("CTE Name", ""))
            return self._belief(cte, depth + 1) if cte else 1.0
        belief = 1.0
        for child in node.get("Plans", ()):
            if child.get("Parent Relationship") not in ("InitPlan", "SubPlan"):
                belief *= self._belief(child, depth + 1)
        if any("(" in key for key in node.get("Group Key", ())):
            belief = min(belief, GROUPS / max(GROUPS, float(node["Plan Rows"])))
        return belief

    def _child(self, node: Node, child: Node, place: int, times: float, share: float, spread: float) -> None:
        kind, relation = node["Node Type"], child.get("Parent Relationship")
        if relation == "InitPlan" or kind == "Materialize":
            self.node(child, times=1.0, share=1.0, spread=spread)
        elif relation == "SubPlan":
            often = 1.0 if _is_hashed(node, child) else times * share * max(1.0, self._passed(node, spread))
            self.node(child, times=often, share=1.0, spread=1.0)
        elif kind == "Nested Loop" and place:
            outer = self.rows(node["Plans"][0], spread)
            self.node(child, times=times * max(1.0, outer * share), share=1.0, spread=spread)
        else:
            self.node(child, times=times, share=_share_below(node, child, share), spread=spread)

    def _scan(self, node: Node, made: float, times: float, share: float) -> None:
        name = _name(node)
        size, whole = self._sizes.get(name), _is_whole(node)
        read = None if size is None else max(size, made) if whole else made
        self.tally.scan(name, read, times=times * share, whole=whole)

    def _passed(self, node: Node, spread: float) -> float:
        """The rows for which a subquery of a node is run: those it reads, where it is a scan."""
        return max(self.rows(node, spread), self._sizes.get(_name(node)) or 0.0)


def _name(node: Node) -> str:
    return f"{node.get('Schema', '')}.{node.get('Relation Name', '')}"


def _is_whole(scan: Node) -> bool:
    """An index that is read without a condition is read from end to end, too."""
    by_index = scan["Node Type"] in ("Index Scan", "Index Only Scan") and "Index Cond" not in scan
    return by_index or scan["Node Type"] in ("Seq Scan", "Sample Scan", "Foreign Scan")


def _share_below(node: Node, child: Node, share: float) -> float:
    kind = node["Node Type"]
    if kind == "Limit":
        return share * min(1.0, float(node["Plan Rows"]) / max(1.0, float(child["Plan Rows"])))
    is_whole = kind in _WAITS_FOR_ALL or (kind == "Aggregate" and node.get("Strategy") != "Sorted")
    return 1.0 if is_whole else share


def _is_partial(node: Node) -> bool:
    """Each process makes a part of its rows: it or what feeds it is parallel."""
    children = node.get("Plans", ())
    return bool(node.get("Parallel Aware")) or (bool(children) and _is_partial(children[0]))


def _processes(gather: Node) -> float:
    workers = gather.get("Workers Planned", 0)
    return float(workers + max(0.0, 1.0 - _LEADER * workers))


def _is_hashed(node: Node, child: Node) -> bool:
    """A subquery that is run once and looked up in, rather than run for every row."""
    wanted = f"hashed {child.get('Subplan Name', '')}"
    texts = [part for value in node.values() for part in (value if isinstance(value, list) else [value]) if isinstance(part, str)]
    return any(wanted in text for text in texts)


def _nodes(plan: Node) -> list[Node]:
    """All of a plan, however deep it is."""
    found = [plan]
    for node in found:
        found += node.get("Plans", ())
    return found
