"""Statements that others wrote, judged by the guard and, where they pass, run with every right: what they changed or read, how long."""

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import sqlglot
from attack.differences import comparable
from attack.servers import PostgresWorld
from attack.worlds import SECRET, Failed, Rows, World
from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.check import check

SLOWEST_CHECK = 0.5
"""Seconds for which a statement of another's suite may keep the guard busy."""
_BATCH = 400


@dataclass
class Tally:
    """What became of a corpus. `faults` are sentences: each is a defect of the guard."""

    seen: int = 0
    passed: int = 0
    ran: int = 0
    late: int = 0
    slowest: float = 0.0
    unparsable: list[tuple[str, str, str]] = field(default_factory=list)
    different: list[tuple[str, str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)

    def line(self) -> str:
        share = 100 * self.passed / max(1, self.seen)
        parts = (
            f"{self.seen:,} statements",
            f"{self.passed:,} pass ({share:.0f} %)",
            f"{self.ran:,} of them ran",
            f"{self.late} stopped by the timeout",
            f"{len(self.unparsable)} not parsed by the engine",
            f"{len(self.different)} with another result",
            f"slowest check {self.slowest * 1000:.0f} ms",
        )
        return ", ".join(parts)


def judged(statement: str, dialect: Dialect, tally: Tally, **given: Any) -> str:
    """The statement to run; empty when it is refused. What the guard may not do at all becomes a fault."""
    tally.seen += 1
    started = time.perf_counter()
    try:
        verdict = check(statement, dialect=dialect, **given)
    except Exception as problem:  # noqa: BLE001 - the one thing that must not happen, whatever it is
        tally.faults.append(f"{dialect}: {type(problem).__name__} {problem} for {statement!r}")
        return ""
    took = time.perf_counter() - started
    for _ in range(2 if took > SLOWEST_CHECK else 0):  # another process may have had the processor
        started = time.perf_counter()
        check(statement, dialect=dialect, **given)
        took = min(took, time.perf_counter() - started)
    tally.slowest = max(tally.slowest, took)
    if took > SLOWEST_CHECK:
        tally.faults.append(f"{dialect}: a check of {took:.2f} s for {statement!r}")
    if not verdict.ok:
        tally.refusals.update({finding.rule for finding in verdict.findings})
        if verdict.sql or not verdict.findings:
            tally.faults.append(f"{dialect}: refused without a reason, or with something to run: {statement!r}")
        return ""
    tally.passed += 1
    return verdict.sql


# PostgreSQL's own suite: its statements that prepare run as they are, its queries are judged.

_PREPARES = re.compile(r"(CREATE|INSERT|UPDATE|DELETE|ALTER|DROP|COMMENT|ANALYZE|TRUNCATE|GRANT|REVOKE)\b", re.IGNORECASE)
_NEVER = re.compile(
    r"ALTER\s+(SYSTEM|DATABASE|ROLE|USER)|CREATE\s+(SUBSCRIPTION|TABLESPACE|DATABASE|EVENT\s+TRIGGER)|DROP\s+(DATABASE|OWNED)|pg_sleep|pg_terminate|"
    r"\b(allow_system_table_mods|pg_class|pg_attribute|pg_index|pg_proc|pg_type|pg_namespace|pg_operator|pg_depend|pg_toast|pg_database)\b",
    re.IGNORECASE,
)
_LEFT = """
SELECT pg_current_xact_id_if_assigned() IS NULL, (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),
       (SELECT md5(string_agg(name || setting, ',' ORDER BY name)) FROM pg_settings), (SELECT count(*) FROM pg_listening_channels()),
       (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_largeobject_metadata)
"""


def regression(world: PostgresWorld, statements: Iterable[str], tally: Tally) -> None:
    """One file of PostgreSQL's suite. After each query its own transaction has written nothing, and the session is as it was."""
    for statement in statements:
        if _PREPARES.match(_bare(statement)):
            if not _NEVER.search(statement):
                _quietly(world, statement)
            continue
        sql = judged(statement, "postgres", tally)
        if sql:
            _one_query(world, statement, sql, tally)


def _bare(statement: str) -> str:
    return re.sub(r"\A(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)+", "", statement, flags=re.DOTALL)


def _quietly(world: World, statement: str) -> None:
    try:
        world.execute(statement)
    except Failed:
        return


def _one_query(world: PostgresWorld, statement: str, sql: str, tally: Tally) -> None:
    world.execute("BEGIN")
    try:
        before = world.rows(_LEFT)
        rows = run(world, statement, sql, tally)
        if rows is not None:
            if (after := world.rows(_LEFT)) != before:
                tally.faults.append(f"postgres: {before} became {after} by {statement!r}")
            world.execute("SAVEPOINT before_the_text")
            _compare(world, statement, sql, rows, tally)
    finally:
        world.execute("ROLLBACK")


def run(world: World, statement: str, sql: str, tally: Tally) -> Rows | None:
    """Its rows; None when it failed, which is no fault unless the engine could not parse it."""
    started = time.perf_counter()
    try:
        rows = world.rows(sql)
    except Failed as problem:
        tally.late += problem.is_late
        if problem.is_syntax:
            tally.unparsable.append((statement, sql, str(problem)))
        rows = None
    took = time.perf_counter() - started
    if took > world.seconds + 1.5:
        tally.faults.append(f"{world.dialect}: ran {took:.1f} s, over its timeout: {statement!r}")
    if rows is None:
        return None
    tally.ran += 1
    if any(SECRET in str(cell) for row in rows for cell in row) and SECRET not in statement:
        tally.faults.append(f"{world.dialect}: a file was read by {statement!r}")
    return rows


def _compare(world: World, statement: str, sql: str, ours: Rows, tally: Tally) -> None:
    """The text itself, which passed, must give the same."""
    try:
        theirs = world.rows(statement)
        if (
            not _same(ours, theirs, statement)
            and _is_steady(world, statement, theirs)
            and not _same(world.rows(sql), world.rows(statement), statement)
        ):
            tally.different.append((statement, sql, f"{theirs[:2]!r} became {ours[:2]!r}"))
    except Failed:
        return


def _same(some: Rows, others: Rows, statement: str) -> bool:
    is_ordered = "order by" in statement.lower()
    return comparable(some, is_ordered) == comparable(others, is_ordered)


def _is_steady(world: World, statement: str, rows: Rows) -> bool:
    """Whether it gives the same twice: neither the time nor chance nor the plan decides."""
    return _same(world.rows(statement), rows, statement)


# Statements over tables that nobody made: a table is made for each name that the engine misses.


def campaign(world: World, statements: Iterable[str], tally: Tally, *, furnish: bool = True, **given: Any) -> None:
    """Judge all, run what passes, look after each batch whether anything is different from before; then find the one that did it."""
    passing = ((text, sql) for text in statements if (sql := judged(text, world.dialect, tally, **given)))
    for batch in _batches(passing):
        if furnish:
            made = Furniture(world)
            for _, sql in batch:
                made.make_for(sql)
        before = world.snapshot()
        results = [(text, sql, run(world, text, sql, tally)) for text, sql in batch]
        if world.snapshot() != before:
            _blame(world, batch, tally)
        for text, sql, rows in results:
            if rows is not None and _is_sure(text):
                _compare(world, text, sql, rows, tally)
        after = world.snapshot()
        if after != before and len(tally.faults) < 50:
            changed = [name for name in before if before[name] != after.get(name)]
            tally.faults.append(f"{world.dialect}: {changed} changed after a batch beginning with {batch[0][0]!r}")


def _is_sure(text: str) -> bool:
    """Whether the text itself may run too, and gives the same a moment later: what passed as one statement is one for the engine as well,
    as far as can be seen."""
    return ";" not in text.rstrip("; \n") and "'now'" not in text


def _blame(world: World, batch: Sequence[tuple[str, str]], tally: Tally) -> None:
    """The statement that changes something when run again, found by halves."""
    before = world.snapshot()
    for _, sql in batch:
        _quietly(world, sql)
    after = world.snapshot()
    if after == before:
        return
    if len(batch) > 1:
        half = len(batch) // 2
        _blame(world, batch[:half], tally)
        _blame(world, batch[half:], tally)
        return
    changed = {name: (before[name], after.get(name)) for name in before if before[name] != after.get(name)}
    tally.faults.append(f"{world.dialect}: {str(changed)[:300]} changed by {batch[0][0]!r}")


def _batches(passing: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    rest = iter(passing)
    while batch := list(islice(rest, _BATCH)):
        yield batch


class Furniture:
    """Tables made up for the names in foreign statements, with the columns that the statements name and two rows."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._columns: dict[str, set[str]] = {}

    def make_for(self, sql: str) -> None:
        """Make what the statement misses; give up where the engine does not take such names."""
        for kind in ("integer", "text"):
            try:
                self._world.rows(sql)
            except Failed as problem:
                if not problem.is_missing:
                    return
                self._make(sql, kind)
            else:
                return

    def _make(self, sql: str, kind: str) -> None:
        tree = sqlglot.parse_one(sql, read=self._world.dialect)
        ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
        named = {column.name: column.this.sql(self._world.dialect, identify=True) for column in tree.find_all(exp.Column) if column.name}
        for table in list(tree.find_all(exp.Table)):
            if (
                isinstance(table.this, exp.Identifier)
                and table.name.lower() not in ctes
                and table.name not in {"orders", "customers", "events", "odd table"}
            ):
                self._table(table, named, kind)

    def _table(self, table: exp.Table, named: dict[str, str], kind: str) -> None:
        bare = exp.Table(this=table.this.copy(), db=table.args["db"].copy() if table.args.get("db") else None)
        name = bare.sql(self._world.dialect, identify=True)
        if self._world.dialect == "postgres" and "." not in name:
            name = f"public.{name}"  # the search path begins with the system's own schema
        kind = "varchar(50)" if kind == "text" and self._world.dialect == "mysql" else kind
        columns = self._columns.setdefault(name, set())
        columns.update(named.values())
        columns.add(exp.to_identifier("filler").sql(self._world.dialect, identify=True))
        if bare.args.get("db"):
            _quietly(self._world, f"CREATE SCHEMA IF NOT EXISTS {bare.args['db'].sql(self._world.dialect, identify=True)}")
        _quietly(self._world, f"DROP TABLE IF EXISTS {name}")
        # Names that differ in case only are one column.
        distinct = {column.lower(): column for column in sorted(columns)}
        _quietly(self._world, f"CREATE TABLE {name} ({', '.join(f'{column} {kind}' for column in distinct.values())})")
        for shown in ("1", "2") if kind == "integer" else ("'1'", "'b'"):
            _quietly(self._world, f"INSERT INTO {name} VALUES ({', '.join([shown] * len(distinct))})")
