"""Statements made at random, and those that once found something."""

import logging
import random
import re
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from attack.differences import difference
from attack.fuzz import DIALECTS, Fuzzer
from attack.grammar import HOSTILE, Grammar
from attack.worlds import RUNNABLE, Failed, Open, catalog

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.check import check

CORPUS = sorted((Path(__file__).resolve().parent / "corpus").glob("*.sql"))
_SEED = 20_261_123


def case(file: Path) -> tuple[Dialect, str, str]:
    """Dialect, what is expected and the text of a kept case: three lines of comment, then the text, \\uXXXX for what cannot be seen."""
    head, text = re.split(r"(?m)^-- text:\n", file.read_text(encoding="utf-8"), maxsplit=1)
    said = dict(re.findall(r"(?m)^-- (\w+): (.*)$", head))
    assert said.keys() == {"why", "dialect", "expect"}, file.name
    shown = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match.group(1), 16)), text.removesuffix("\n"))
    return said["dialect"], said["expect"], shown  # type: ignore[return-value]


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.stem)
def test_what_once_found_something_does_not_any_more(file: Path, world_of: Open) -> None:
    dialect, expected, text = case(file)
    verdict = check(text, dialect=dialect, catalog=catalog(dialect) if dialect in RUNNABLE else None)
    assert verdict.findings or verdict.ok
    if expected == "refused":
        assert not verdict.ok, verdict.sql
        assert verdict.sql == ""
    elif expected == "same":
        world = world_of(dialect)
        before = world.snapshot()
        assert difference(world, text, catalog(dialect)).outcome in ("same", "refused")
        assert world.snapshot() == before
    elif expected == "runs":
        assert verdict.ok, verdict.findings
        world_of(dialect).rows(verdict.sql)
    else:
        assert expected == "judged"


def test_statements_made_at_random_find_nothing(world_of: Open) -> None:
    fuzzer = Fuzzer(_SEED, (world_of("sqlite"), world_of("duckdb")))
    for _ in range(800):
        fuzzer.one()
    fuzzer.run(0)  # looks once more whether anything was changed
    assert fuzzer.found.faults == []
    assert fuzzer.found.passed > 0.2 * fuzzer.found.checks
    assert fuzzer.found.ran > 0.05 * fuzzer.found.checks
    assert sum(fuzzer.found.unparsable.values()) < 0.02 * fuzzer.found.passed


@pytest.mark.parametrize("dialect", RUNNABLE)
def test_each_hostile_piece_is_refused_wherever_a_value_stands(dialect: Dialect, caplog: pytest.LogCaptureFixture) -> None:
    frames = (
        "SELECT {}",
        "SELECT id FROM orders WHERE id = {}",
        "SELECT id FROM orders ORDER BY {}",
        "SELECT max({}) FROM orders GROUP BY {}",
        "WITH c AS (SELECT {} AS x) SELECT x FROM c",
    )
    with caplog.at_level(logging.WARNING, "analytics_agent.sql.check"):
        let_through = [
            frame.replace("{}", piece)
            for piece in HOSTILE[dialect]
            for frame in frames
            if check(frame.replace("{}", piece), dialect=dialect, catalog=catalog(dialect)).ok
        ]
    assert let_through == []
    assert [
        record for record in caplog.records if record.name == "analytics_agent.sql.check"
    ] == []  # refused by a rule, not because something stumbled


def test_the_grammar_makes_what_passes_in_each_engine(world_of: Open) -> None:
    for dialect in RUNNABLE:
        grammar = Grammar(random.Random(7), dialect, hostility=0)  # noqa: S311
        made = [check(grammar.statement(), dialect=dialect, catalog=catalog(dialect)).ok for _ in range(100)]
        assert sum(made) > 25, dialect


NETWORK: dict[Dialect, tuple[str, ...]] = {
    "postgres": (
        "SELECT * FROM dblink('host=127.0.0.1 port={port}', 'SELECT 1') AS t(a int)",
        "SELECT dblink_connect('host=127.0.0.1 port={port}')",
    ),
    "duckdb": ("SELECT * FROM read_csv('http://127.0.0.1:{port}/a.csv')", "SELECT * FROM 'http://127.0.0.1:{port}/a.parquet'"),
    "sqlite": ("SELECT load_extension('//127.0.0.1:{port}/a')",),
    "mysql": ("SELECT load_file('//127.0.0.1:{port}/a')", "SELECT master_gtid_wait('127.0.0.1:{port}')"),
}


@pytest.mark.parametrize("dialect", RUNNABLE)
def test_nothing_that_passes_reaches_the_network(dialect: Dialect, world_of: Open) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.setblocking(False)
        for statement in NETWORK[dialect]:
            verdict = check(statement.format(port=listening.getsockname()[1]), dialect=dialect)
            with suppress(Failed):
                world_of(dialect).rows(verdict.sql or "SELECT 1")
            assert not verdict.ok
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_every_dialect_is_fuzzed() -> None:
    assert len(set(DIALECTS)) == 10
