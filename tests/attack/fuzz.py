"""Statements made at random, by grammar and by mutation, against the guard: it never stumbles, is quick, agrees with itself, and what
passes runs on real engines without a change. `python -m attack.fuzz` runs for FUZZ_SECONDS and prints what it found.
"""

import logging
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from attack.ambiguities import EXPRESSIONS, STATEMENTS
from attack.differences import comparable, documented, settles
from attack.grammar import SPLICES, Grammar
from attack.worlds import SECRET, Failed, World, catalog, duckdb_world, sqlite_world

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.check import check

DIALECTS: tuple[Dialect, ...] = (
    "sqlite",
    "duckdb",
    "postgres",
    "mysql",
    "clickhouse",
    "snowflake",
    "bigquery",
    "trino",
    "databricks",
    "tsql",
)
SLOWEST = 0.2
"""Seconds that a check may take."""
_TOKEN = re.compile(r"\s+|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\w+|\W")
_SNAPSHOT_EACH = 400


@dataclass
class Found:
    """What a campaign of fuzzing saw. `faults` are what must not be; `unparsable` is what passed and an engine could not parse."""

    checks: int = 0
    passed: int = 0
    ran: int = 0
    stumbles: int = 0
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)
    unparsable: Counter[str] = field(default_factory=Counter)

    def line(self) -> str:
        parts = (
            f"{self.checks:,} checks",
            f"{self.passed:,} passed",
            f"{self.ran:,} ran",
            f"slowest check {self.slowest * 1000:.0f} ms",
            f"{self.stumbles} refused because something stumbled",
            f"{sum(self.unparsable.values())} not parsed by the engine",
            f"{len(self.faults)} faults",
        )
        return ", ".join(parts)


class _Stumbles(logging.Handler):
    """Counts the refusals behind which there is an exception that the guard caught."""

    def __init__(self, found: Found) -> None:
        super().__init__()
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        self._found.stumbles += 1


class Fuzzer:
    """`worlds` are the engines on which what passes runs; the other dialects are judged only."""

    def __init__(self, seed: int, worlds: Sequence[World], seeds: Sequence[str] = ()) -> None:
        self._chance = random.Random(seed)  # noqa: S311
        self._worlds = {world.dialect: world for world in worlds}
        self._before = {world.dialect: world.snapshot() for world in worlds}
        self._recent: dict[str, list[str]] = {world.dialect: [] for world in worlds}
        self._seeds = [*seeds, *STATEMENTS, *(f"SELECT {expression} FROM orders" for expression in EXPRESSIONS)]
        self._catalogs = {dialect: catalog(dialect) for dialect in ("sqlite", "duckdb", "postgres", "mysql")}
        self.found = Found()

    def run(self, seconds: float) -> Found:
        """Until the time is over; half of the statements by grammar, half by mutation."""
        ends = time.monotonic() + seconds
        listening = _Stumbles(self.found)
        log = logging.getLogger("analytics_agent.sql.check")
        log.addHandler(listening)
        try:
            while time.monotonic() < ends:
                self.one()
        finally:
            log.removeHandler(listening)
            for dialect in self._worlds:
                self._look(dialect)
        return self.found

    def one(self) -> None:
        """One statement made, judged in one dialect, and run if it passes."""
        dialect = self._chance.choice(DIALECTS[:2] * 3 + DIALECTS[2:4] + DIALECTS)
        spoken = dialect if dialect in self._catalogs else self._chance.choice(DIALECTS[:4])
        text = Grammar(self._chance, spoken).statement()
        if self._chance.random() < 0.5:
            text = self.mutated(self._chance.choice(self._seeds) if self._chance.random() < 0.6 else text)
        self.judge(text, dialect)

    def mutated(self, text: str) -> str:
        """The text after one to four small changes."""
        for _ in range(self._chance.randint(1, 4)):
            tokens = _TOKEN.findall(text) or [""]
            at, other = self._chance.randrange(len(tokens)), self._chance.randrange(len(tokens))
            way = self._chance.randrange(9)
            if way == 0:
                tokens[at] = ""
            elif way == 1:
                tokens[at], tokens[other] = tokens[other], tokens[at]
            elif way == 2:
                tokens.insert(at, self._chance.choice(SPLICES))
            elif way == 3:
                theirs = _TOKEN.findall(self._chance.choice(self._seeds))
                start = self._chance.randrange(len(theirs))
                tokens[at:at] = theirs[start : start + self._chance.randint(1, 12)]
            elif way == 4:
                tokens[at] = self._flipped(tokens[at])
            elif way == 5:
                tokens.insert(
                    at, self._chance.choice(("/* c */", "-- c\n", "/**/", "#c\n", "/*! 1 */", "--\n", "/*+ h */", "/* ' */", '-- "\n'))
                )
            elif way == 6:
                tokens[at] = f"({tokens[at]})" * self._chance.choice((1, 1, 2))
            elif way == 7:
                depth = self._chance.choice((3, 30, 45, 400))
                tokens[at] = self._nested(tokens[at], depth)
            else:
                tokens[at:at] = tokens[other : other + 6]
            text = "".join(tokens)[:25_000]
        return text

    def _nested(self, inner: str, depth: int) -> str:
        before, after = self._chance.choice(
            (("(", ")"), ("NOT ", ""), ("- ", ""), ("CASE WHEN ", " THEN 1 END"), ("[", "]"), ("(SELECT ", ")"), ("f(", ")"), ("~", ""))
        )
        return before * depth + inner + after * depth

    def _flipped(self, token: str) -> str:
        if not token:
            return token
        at = self._chance.randrange(len(token))
        return (
            token[:at]
            + chr(self._chance.choice((ord(token[at]) ^ 1 << self._chance.randrange(7), self._chance.randrange(1, 0x250), 0xFF07, 0x2019)))
            + token[at + 1 :]
        )

    def judge(self, text: str, dialect: Dialect) -> None:
        """Every oracle on one text."""
        given = self._catalogs.get(dialect)
        self.found.checks += 1
        started = time.perf_counter()
        try:
            verdict = check(text, dialect=dialect, catalog=given)
        except Exception as problem:  # noqa: BLE001 - what must not happen, whatever it is
            self._fault(dialect, text, f"{type(problem).__name__}: {problem}")
            return
        self._was_quick(text, dialect, time.perf_counter() - started)
        if not verdict.ok:
            if verdict.sql or not verdict.findings:
                self._fault(dialect, text, "refused without a reason, or with something to run")
            return
        self.found.passed += 1
        if why := settles(verdict.sql, dialect, given):
            self._fault(dialect, text, why)
        if dialect in self._worlds:
            self._execute(text, verdict.sql, self._worlds[dialect])

    def _was_quick(self, text: str, dialect: Dialect, took: float) -> None:
        if took > SLOWEST:
            for _ in range(2):  # another process may have had the processor
                started = time.perf_counter()
                check(text, dialect=dialect, catalog=self._catalogs.get(dialect))
                took = min(took, time.perf_counter() - started)
            if took > SLOWEST:
                self._fault(dialect, text, f"a check of {took:.2f} s")
        self.found.slowest = max(self.found.slowest, took)

    def _execute(self, text: str, sql: str, world: World) -> None:
        recent = self._recent[world.dialect]
        recent.append(text)
        try:
            ours = world.rows(sql)
        except Failed as problem:
            if problem.is_syntax:
                self.found.unparsable[f"{world.dialect}: {_shape(str(problem))} | {text!r}"] += 1
            ours = None
        if ours is not None:
            self.found.ran += 1
            if any(SECRET in str(cell) for row in ours for cell in row):
                self._fault(world.dialect, text, "a file was read")
            self._compare(text, sql, world)
        if len(recent) >= _SNAPSHOT_EACH:
            self._look(world.dialect)

    def _compare(self, text: str, sql: str, world: World) -> None:
        """The text itself gives the same, in any order; where a part of the rows was asked for, which ones is open."""
        if re.search(
            r"\b(limit|fetch|over|offset|top|group_concat|string_agg|list|array_agg|first|any_value|mode|random|now|current_\w+)\b",
            text,
            re.IGNORECASE,
        ) or documented(text, world.dialect):
            return
        try:
            theirs, ours = world.rows(text), world.rows(sql)
        except Failed:
            return
        if comparable(theirs, is_ordered=False) != comparable(ours, is_ordered=False):
            self._fault(world.dialect, text, f"gives {theirs[:2]!r}, what was made of it {ours[:2]!r}: {' '.join(sql.split())}")

    def _look(self, dialect: str) -> None:
        after = self._worlds[dialect].snapshot()
        before = self._before[dialect]
        if after != before:
            changed = [name for name in before if before[name] != after.get(name)]
            self.found.faults.append(f"{dialect}: {changed} changed by one of {self._recent[dialect]!r}")
            self._before[dialect] = after
        self._recent[dialect].clear()

    def _fault(self, dialect: str, text: str, why: str) -> None:
        self.found.faults.append(f"{dialect}: {why}: {text!r}")


def _shape(message: str) -> str:
    """The message without what it quotes."""
    return re.sub(r"\s+", " ", re.sub(r"[\"'`].*?[\"'`]", "…", message))[:80]


def main() -> int:
    seconds = float(os.environ.get("FUZZ_SECONDS", "60"))
    seed = int(os.environ.get("FUZZ_SEED", str(int(time.time()))))
    with (
        tempfile.TemporaryDirectory() as one,
        tempfile.TemporaryDirectory() as two,
        sqlite_world(Path(one)) as sqlite,
        duckdb_world(Path(two)) as duckdb,
    ):
        os.chdir(one)
        for world in (sqlite, duckdb):
            world.seconds = 1.0
        found = Fuzzer(seed, (sqlite, duckdb)).run(seconds)
    print(f"seed {seed}: {found.line()}")
    for sentence in found.faults[:40]:
        print("FAULT", sentence[:2_000])
    for sentence, times in found.unparsable.most_common(15):
        print(f"not parsed {times}×", sentence[:600])
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
