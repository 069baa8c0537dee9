"""DuckDB's plan of a statement as rows gone through. A plan tells the rows that a scan lets through; the sizes of tables are looked up."""

import json
import re
from typing import TYPE_CHECKING, Any

from analytics_agent.adapters.plan_tally import Tally, or_unknown
from analytics_agent.domain.statement import Estimate

if TYPE_CHECKING:
    import duckdb

_SIZES = "SELECT database_name || '.' || schema_name || '.' || table_name, estimated_size FROM duckdb_tables() WHERE NOT internal"
_EVERY_PAIR = frozenset({"CROSS_PRODUCT", "NESTED_LOOP_JOIN", "BLOCKWISE_NL_JOIN"})
_WAITS_FOR_ALL = frozenset(
    {"HASH_GROUP_BY", "PERFECT_HASH_GROUP_BY", "UNGROUPED_AGGREGATE", "PARTITIONED_AGGREGATE", "ORDER_BY", "TOP_N", "WINDOW"}
)
_ORDERED_PAIRS = 3.0
"""Of all pairs, one in so many meets a single comparison with < or >. DuckDB's own guess is far too low."""

_DIGITS = re.compile(r"\d+")
Node = dict[str, Any]


def estimate(cursor: "duckdb.DuckDBPyConnection", sql: str) -> Estimate:
    """Raises duckdb.Error."""
    row = cursor.execute(f"EXPLAIN (FORMAT json) {sql}").fetchone()
    sizes = {name: float(rows) for name, rows in cursor.execute(_SIZES).fetchall()}
    return estimated(row[1] if row else "", sizes)


@or_unknown
def estimated(explained: str, sizes: dict[str, float]) -> Estimate:
    """`explained` is the text of the plan, `sizes` are the rows of each table, as database.schema.table."""
    walk, plan = _Walk(sizes), json.loads(explained)[0]
    walk.node(plan, 1.0)
    return walk.tally.estimate(walk.made(plan))


class _Walk:
    """`share` is the part of a node's rows that a LIMIT above asks for."""

    def __init__(self, sizes: dict[str, float]) -> None:
        self.tally = Tally()
        self._sizes = sizes
        self._made: dict[int, float] = {}

    def node(self, node: Node, share: float) -> None:
        kind, children = _kind(node), node.get("children", [])
        if kind in ("SEQ_SCAN", "TABLE_SCAN", "INDEX_SCAN"):
            name = str(node.get("extra_info", {}).get("Table", ""))
            self.tally.scan(name.partition(".")[2], self._sizes.get(name, _cardinality(node)), times=share)
        elif kind.endswith(("JOIN", "PRODUCT")):
            self.tally.made(self.made(node) * share)
        elif not children and kind not in ("DUMMY_SCAN", "EMPTY_RESULT"):
            self.tally.scan("", self.made(node), times=share, whole=False)
        for place, child in enumerate(children):
            self.node(child, self._share_below(node, kind, place, share))

    def made(self, node: Node) -> float:
        """The rows that a node makes, worked out once."""
        if id(node) not in self._made:
            self._made[id(node)] = _made(node, [self.made(child) for child in node.get("children", [])])
        return self._made[id(node)]

    def _share_below(self, node: Node, kind: str, place: int, share: float) -> float:
        if kind in ("LIMIT", "STREAMING_LIMIT"):
            return share * min(1.0, self.made(node) / max(1.0, self.made(node["children"][0])))
        is_built = place and kind.endswith(("JOIN", "PRODUCT"))
        return 1.0 if is_built or kind in _WAITS_FOR_ALL else share


def _made(node: Node, below: list[float]) -> float:
    kind, said, most = _kind(node), _cardinality(node), max(below, default=0.0)
    pairs = below[0] * below[1] if len(below) == 2 else 0.0
    if kind in ("LIMIT", "STREAMING_LIMIT"):
        limit = str(node.get("extra_info", {}).get("Limit", ""))
        return min(most, float(limit)) if _DIGITS.fullmatch(limit) else most
    if kind in _EVERY_PAIR:
        return pairs
    if kind == "PIECEWISE_MERGE_JOIN":
        return max(said or 0.0, pairs / _ORDERED_PAIRS)
    return most if said is None else said


def _kind(node: Node) -> str:
    return str(node.get("name", "")).strip()


def _cardinality(node: Node) -> float | None:
    found = _DIGITS.search(str(node.get("extra_info", {}).get("Estimated Cardinality", "")))
    return float(found[0]) if found else None
