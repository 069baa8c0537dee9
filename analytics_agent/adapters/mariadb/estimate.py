"""MariaDB's plan of a statement as rows gone through: EXPLAIN FORMAT=JSON is walked, nothing is run.

Tables of one `nested_loop` are loops inside one another. A plan names aliases; what they mean, and whether a LIMIT stops early, is read
from the statement. How many groups a subquery makes the planner does not know and takes for all rows: it is believed up to a bound.
"""

import json
from collections.abc import Iterator
from typing import Any

from analytics_agent.adapters.plan_tally import Tally, or_unknown
from analytics_agent.domain.statement import Estimate
from analytics_agent.sql.plan_gaps import Reading, read

GROUPS = 1_000.0
"""Most rows that a subquery which groups or sorts is taken to make."""

FEW = 10.0
"""As many of any other: mostly it is one total."""

_WHOLE = frozenset({"ALL", "index"})
_LOOPS = ("nested_loop", "subqueries")
Node = dict[str, Any]


@or_unknown
def estimated(explained: str, sql: str) -> Estimate:
    """`explained` is the text that EXPLAIN FORMAT=JSON gave for `sql`."""
    walk = _Walk(read(sql, "mysql"))
    return walk.estimate(json.loads(explained))


class _Walk:
    def __init__(self, reading: Reading) -> None:
        self._tally = Tally()
        self._reading = reading

    def estimate(self, plan: Node) -> Estimate:
        made = self._below(plan, 1.0)
        found = self._tally.estimate(None)
        most = self._reading.stops_after
        if most is not None and found.rows_read is not None and made > most:
            return Estimate(round(found.rows_read * most / made), None, None, found.scans)
        return found

    def _below(self, node: Any, times: float) -> float:
        """Whatever stands in this part of a plan, done so often; gives the rows of its loops."""
        made = times
        if isinstance(node, list):
            for each in node:
                self._below(each, times)
        elif isinstance(node, dict):
            made = self._loops(node["nested_loop"], times) if "nested_loop" in node else times
            if "table" in node:
                made = self._table(node["table"], times)
            for subquery in node.get("subqueries", ()):
                self._below(subquery, made if _is_correlated(subquery, node) else times)
            inner = [self._below(part, times) for name, part in node.items() if name not in (*_LOOPS, "table")]
            made = max([made, *inner])
        return made

    def _loops(self, tables: list[Node], times: float) -> float:
        reached = times
        for each in tables:
            joined = each.get("block-nl-join")
            reached = self._table(
                _table_of(each), reached, is_buffered=joined is not None, is_matched="attached_condition" in (joined or {})
            )
        return reached

    def _table(self, table: Node, times: float, *, is_buffered: bool = False, is_matched: bool = False) -> float:
        """One table, read once for each of so many rows; gives the rows after it."""
        if "materialized" in table:
            self._below(table["materialized"], 1.0)
        rows = _rows(table)
        if rows is None:
            return times
        name, is_whole = str(table.get("table_name", "")), table.get("access_type") in _WHOLE
        meant = self._reading.tables.get(name.lower(), frozenset())
        self._tally.scan("|".join(sorted(meant)), rows, times=times, whole=is_whole and len(meant) == 1)
        passed = max(1.0, rows * float(table.get("filtered", 100.0)) / 100)
        return max(times, passed) if is_buffered and is_matched else times * passed


def _table_of(loop: Node) -> Node:
    """The table of one loop, however it is wrapped."""
    if "table" in loop:  # what it is made of stands in it, or beside it where its rows are buffered
        return {**loop["table"], **{name: part for name, part in loop.items() if name == "materialized"}}
    return next((_table_of(part) for part in loop.values() if isinstance(part, dict)), {})


def _rows(table: Node) -> float | None:
    rows = table.get("rows")
    if rows is None or "materialized" not in table:
        return None if rows is None else float(rows)
    made_by = set(_keys(table["materialized"]))
    if made_by & {"union_result", "recursive_union"}:
        return float(rows)
    return min(float(rows), GROUPS if made_by & {"filesort", "temporary_table"} else FEW)


def _is_correlated(subquery: Node, around: Node) -> bool:
    """Whether it is run for every row: it names a table of the query around it."""
    own, said = set(_names(subquery)), json.dumps(subquery)
    outer = {_table_of(each).get("table_name", "") for each in around.get("nested_loop", ())}
    return any(f"{name}." in said or f"{name}`." in said for name in outer - own if name)


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "table_name" in node:
            yield node["table_name"]
        for part in node.values():
            yield from _names(part)
    elif isinstance(node, list):
        for part in node:
            yield from _names(part)


def _keys(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for name, part in node.items():
            yield name
            yield from _keys(part)
    elif isinstance(node, list):
        for part in node:
            yield from _keys(part)
