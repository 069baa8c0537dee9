"""SQL that nobody here wrote: PostgreSQL's own regression tests, sqlglot's, injections, naughty strings. `make attack` takes all of it,
`make test` a part.
"""

import os
import re
from itertools import islice

import pytest
from attack import corpora
from attack.campaign import Tally, campaign, judged, regression
from attack.servers import PostgresWorld
from attack.worlds import RUNNABLE, Open, catalog

from analytics_agent.domain.catalog import Dialect

IS_ALL = os.environ.get("ATTACK") == "all"
_FEW_FILES = {"test_setup", "numerology", "interval", "json", "window", "sequence", "largeobject", "advisory_lock"}
_JUDGED_ONLY: tuple[Dialect, ...] = ("clickhouse", "snowflake", "bigquery", "trino", "databricks", "tsql")
MOST_UNPARSABLE = 0.15
"""Share of passing statements that the engine may be unable to parse: harmless, but a sentence of ours would have been kinder."""


def part(statements: list[str], one_in: int) -> list[str]:
    """All of them, or a few that are spread over the whole."""
    return statements if IS_ALL else list(islice(statements, 0, None, one_in))


def told(name: str, tally: Tally, capsys: pytest.CaptureFixture[str]) -> None:
    """The numbers that docs/security.md quotes."""
    if IS_ALL:
        with capsys.disabled():
            print(f"\n{name}: {tally.line()}")


def is_mild(tally: Tally) -> bool:
    return len(tally.unparsable) <= max(10, MOST_UNPARSABLE * tally.passed)


def test_no_query_of_postgres_own_suite_changes_anything(world_of: Open, capsys: pytest.CaptureFixture[str]) -> None:
    world, tally = world_of("postgres"), Tally()
    assert isinstance(world, PostgresWorld)
    for file in corpora.regression_files():
        if IS_ALL or file.stem in _FEW_FILES:
            regression(world, corpora.postgres_statements(file), tally)
    told("PostgreSQL's regression tests", tally, capsys)
    assert tally.faults == []
    assert tally.different == []
    assert tally.passed > 0.25 * tally.seen
    assert is_mild(tally)


@pytest.mark.parametrize("dialect", RUNNABLE)
def test_no_statement_of_sqlglots_own_tests_changes_anything(dialect: Dialect, world_of: Open, capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    statements = part(corpora.sqlglot_dialect(dialect), 12) + part(corpora.sqlglot_fixtures(), 60 if dialect != "mysql" else 200)
    campaign(world_of(dialect), statements, tally)
    told(f"sqlglot's tests in {dialect}", tally, capsys)
    assert tally.faults == []
    assert [one for one in tally.different if not _is_known(one[0], dialect)] == []
    assert tally.passed > 0.15 * tally.seen
    assert is_mild(tally)


@pytest.mark.parametrize("dialect", RUNNABLE)
def test_no_injection_changes_reads_or_stalls_anything(dialect: Dialect, world_of: Open, capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    campaign(world_of(dialect), part(corpora.injections(), 60), tally, furnish=False, catalog=catalog(dialect), row_cap=50)
    told(f"sqlmap's injections in {dialect}", tally, capsys)
    assert tally.faults == []
    assert [one for one in tally.different if not _is_known(one[0], dialect)] == []


@pytest.mark.skipif(not corpora.can_be_had(corpora.NAUGHTY), reason="the list comes by npm, and there is no Node")
@pytest.mark.parametrize("dialect", RUNNABLE)
def test_no_naughty_string_does_anything(dialect: Dialect, world_of: Open, capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    campaign(world_of(dialect), part(corpora.naughty(), 12), tally, furnish=False, catalog=catalog(dialect), row_cap=50)
    told(f"naughty strings in {dialect}", tally, capsys)
    assert tally.faults == []
    assert tally.different == []
    assert is_mild(tally)


@pytest.mark.parametrize("dialect", _JUDGED_ONLY)
def test_every_statement_gets_a_verdict_in_the_dialects_that_are_judged_only(dialect: Dialect, capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    foreign = corpora.sqlglot_dialect(dialect) + corpora.injections() + corpora.sqlglot_fixtures()
    for statement in part(foreign, 150):
        judged(statement, dialect, tally, row_cap=50)
    told(f"everything, judged in {dialect}", tally, capsys)
    assert tally.faults == []
    assert tally.passed > 0.03 * tally.seen


def _is_known(text: str, dialect: Dialect) -> bool:
    """SQLite casts to dates as it can (see differences.documented), and to types that it does not have as numbers."""
    if dialect == "duckdb":
        return bool(re.search(r"\bQUALIFY\b|\.5\b", text))  # which of equal rows comes first; 0.5 for .5
    if dialect == "postgres":
        return bool(re.search(r"\bFROM current_date\b", text))  # without a catalog it is taken for a table's name
    return dialect == "sqlite" and bool(re.search(r"\bCAST\b|::|\bTIMESTAMP\b", text, re.IGNORECASE))
