"""SQLite's plan of a statement as rows gone through. EXPLAIN QUERY PLAN has no numbers: scans are counted with the sizes of tables,
and what stands below one another in a plan is one loop inside the other.

The size of a table is what ANALYZE stored, or else is reckoned from its row ids. What is computed in a subquery has no size that
anybody knows; it is taken for one row.
"""

import re
import sqlite3
from dataclasses import dataclass, field

from analytics_agent.adapters.plan_tally import Tally, or_unknown
from analytics_agent.domain.statement import Estimate
from analytics_agent.sql.plan_gaps import Reading, read

SAMPLE = 20_000
"""Row ids that are looked at to tell how densely they are used."""

FOUND = 10.0
"""Rows that a look-up by an index finds where nothing tells: SQLite's own guess."""

_TABLE = re.compile(r"(SCAN|SEARCH) (.+?)(?= USING | LEFT-JOIN| RIGHT-JOIN| VIRTUAL TABLE|$)(.*)")
_ONE_ROW = re.compile(r"USING INTEGER PRIMARY KEY \(rowid=\?\)")
_STATISTICS = "SELECT tbl, idx, stat FROM sqlite_stat1"
_INDEX = re.compile(r"INDEX (.+?)(?: \((.*)\))?$")


@dataclass
class _Node:
    detail: str
    below: "list[_Node]" = field(default_factory=list)


@or_unknown
def estimate(connection: sqlite3.Connection, sql: str) -> Estimate:
    """Raises sqlite3.Error. The connection has no authorizer: the statements beside EXPLAIN are ours."""
    root, known = _Node(""), {}
    for number, parent, _, detail in connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall():
        known[number] = _Node(detail)
        known.get(parent, root).below.append(known[number])
    walk = _Walk(_Sizes(connection), read(sql, "sqlite"))
    return walk.estimate(root)


class _Walk:
    def __init__(self, sizes: "_Sizes", reading: Reading) -> None:
        self._sizes = sizes
        self._reading = reading
        self._tally = Tally()

    def estimate(self, root: _Node) -> Estimate:
        made = self._loops(root, 1.0)
        found = self._tally.estimate(None)
        most = self._reading.stops_after
        if most is not None and found.rows_read is not None and made > most:
            return Estimate(round(found.rows_read * most / made), None, None, found.scans)
        return found

    def _loops(self, node: _Node, times: float) -> float:
        """Each table of a level is gone through for every row of those before it. Gives the rows of the innermost."""
        reached = times
        for child in node.below:
            found = _TABLE.match(child.detail)
            if found:
                rows = self._rows(_is_whole(found), found[2], found[3])
                if rows is None:
                    self._tally.scan("", None)
                    continue
                table = self._table(found[2])
                self._tally.scan(table, rows, times=reached, whole=_is_whole(found) and self._sizes.is_table(table))
                reached *= max(1.0, rows)
            elif child.below:
                self._loops(child, reached if child.detail.startswith("CORRELATED") else times)
        return reached

    def _table(self, name: str) -> str:
        """The largest that the name may mean."""
        meant = self._reading.tables.get(name.lower(), frozenset({name.lower()}))
        return max(meant, key=lambda table: self._sizes.of(table) or 0.0)

    def _rows(self, is_whole: bool, name: str, how: str) -> float | None:
        """How many rows one pass reads; None is not known. What is no table (a subquery, a function) is taken for one row."""
        table = self._table(name)
        if not self._sizes.is_table(table):
            return 1.0
        size = self._sizes.of(table)
        if is_whole or size is None:
            return size
        if _ONE_ROW.search(how):
            return 1.0
        return min(size, self._sizes.found(table, how))


def _is_whole(found: re.Match[str]) -> bool:
    """A scan, or a search that has nothing to search by: the largest value of a column without an index."""
    return found[1] == "SCAN" or not found[3]


class _Sizes:
    """Rows of tables and what a look-up in their indexes finds, each read once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        listed = connection.execute("SELECT lower(name), name, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
        self._tables = {folded: (name, sql or "") for folded, name, sql in listed}
        self._known: dict[str, float | None] = {}
        self._statistics = connection.execute(_STATISTICS).fetchall() if "sqlite_stat1" in self._tables else []

    def is_table(self, name: str) -> bool:
        return name in self._tables

    def of(self, name: str) -> float | None:
        if name not in self._known:
            stored = [float(stat.split()[0]) for table, _, stat in self._statistics if table.lower() == name]
            self._known[name] = max(stored) if stored else self._reckoned(name)
        return self._known[name]

    def found(self, name: str, how: str) -> float:
        """Rows of one look-up, by the statistics of the index: "1000 12 3" is 12 for its first column, 3 for the first two."""
        used = _INDEX.search(how)
        columns = used[2].count("=?") if used and used[2] else 0
        if how.find("<") > 0 or how.find(">") > 0:
            return max(FOUND, (self.of(name) or 0.0) / 4)
        for table, index, stat in self._statistics:
            if used and table.lower() == name and index == used[1]:
                numbers = stat.split()
                return float(numbers[min(columns, len(numbers) - 1)])
        return FOUND

    def _reckoned(self, name: str) -> float | None:
        """From the first and last row id, and how dense the first of them are."""
        if name not in self._tables or "without rowid" in self._tables[name][1].lower():
            return None
        table = '"' + self._tables[name][0].replace('"', '""') + '"'
        first, last = self._connection.execute(f"SELECT min(rowid), max(rowid) FROM {table}").fetchone()
        if first is None:
            return 0.0
        looked = f"SELECT count(*), max(r) FROM (SELECT rowid AS r FROM {table} ORDER BY rowid LIMIT {SAMPLE})"
        count, reached = self._connection.execute(looked).fetchone()
        return float(count) if count < SAMPLE else (last - first + 1) * count / (reached - first + 1)
