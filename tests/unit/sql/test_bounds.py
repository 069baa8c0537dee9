"""Text made to break a parser: refused with a finding, in bounded time, whatever it is."""

import time

import pytest
import sql_shop
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.check import check
from analytics_agent.sql.text import DEEPEST_NESTING, LONGEST_STATEMENT

DIALECTS: tuple[Dialect, ...] = ("postgres", "duckdb", "sqlite")
REPEATED = (
    "(", "[", "{", "NOT ", "- ", "+ ", "~ ", "CASE ", "CASE WHEN ", "a IN (", "f(", "ARRAY[", "CAST(", "(SELECT ", "EXISTS(", "WITH a AS (",
    "INTERVAL ", "ANY ", "UNNEST(", "ROW(", "NOT - ", "x -> ", "a || ", "a OR ", "1 UNION SELECT ", "a.", "/*", "'", '"', "$$", ";", "a::",
)  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("fragment", REPEATED)
def test_a_fragment_repeated_is_refused_and_breaks_nothing(dialect: Dialect, fragment: str) -> None:
    for times in (400, 4_000):
        for prefix in ("SELECT ", "SELECT 1 FROM ", "SELECT 1 FROM t WHERE "):
            assert not check(prefix + fragment * times + "1", dialect=dialect, catalog=sql_shop.catalog(dialect)).ok


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nesting_within_the_limit_passes(dialect: Dialect) -> None:
    deep = DEEPEST_NESTING - 1
    assert check("SELECT " + "(" * deep + "1" + ")" * deep + " AS n", dialect=dialect).ok
    assert check("SELECT id FROM " + "(SELECT id FROM " * deep + "orders" + ") AS x" * deep, dialect=dialect).ok
    assert check("SELECT " + " + ".join(["id"] * 200) + " FROM orders", dialect=dialect).ok
    assert check(" UNION ALL ".join(["SELECT id FROM orders"] * 100), dialect=dialect).ok


def test_a_long_statement_is_refused_before_it_is_parsed() -> None:
    started = time.perf_counter()
    verdict = check("SELECT " + "x," * 5_000_000 + "1", dialect="postgres")
    assert [finding.rule for finding in verdict.findings] == ["too-long"]
    assert time.perf_counter() - started < 5


def test_the_longest_statement_is_judged_in_bounded_time() -> None:
    values = ", ".join(str(number) for number in range(10**6, 10**6 + 2_000))
    statement = f"SELECT id FROM orders WHERE id IN ({values})"
    assert len(statement) < LONGEST_STATEMENT
    started = time.perf_counter()
    assert check(statement, dialect="postgres", catalog=sql_shop.catalog()).ok
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("char", ["\x00", "\x08", "\u202e", "\u200b", "\u2066", "\ufeff"])
def test_hidden_characters_are_refused_and_named(char: str) -> None:
    verdict = check(f"SELECT 'a{char}b' AS x FROM orders", dialect="postgres")
    assert [finding.rule for finding in verdict.findings] == ["hidden-characters"]
    assert f"U+{ord(char):04X}" in verdict.findings[0].message


def test_joined_emoji_and_accents_in_text_pass() -> None:
    assert check("SELECT '👩‍👩‍👧 naïve 東京' AS x FROM orders", dialect="postgres").ok


def test_a_message_never_repeats_control_characters_or_long_text() -> None:
    verdict = check(f'SELECT "{"x" * 5_000}" FROM orders', dialect="postgres", catalog=sql_shop.catalog())
    assert all(len(finding.message) < 300 for finding in verdict.findings)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.sampled_from(DIALECTS))
def test_any_text_gets_findings_never_an_exception(text: str, dialect: Dialect) -> None:
    verdict = check(text, dialect=dialect, catalog=sql_shop.catalog(dialect), row_cap=10)
    assert verdict.ok or verdict.findings


_PIECES = [word for _, statement in sql_shop.statements("hostile") + sql_shop.statements("legitimate") for word in statement.split()]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=25), st.sampled_from(DIALECTS))
def test_any_mixture_of_sql_words_is_judged(pieces: list[str], dialect: Dialect) -> None:
    statement = " ".join(["SELECT", *pieces])
    verdict = check(statement, dialect=dialect, catalog=sql_shop.catalog(dialect), row_cap=10)
    if verdict.ok:
        again = check(verdict.sql, dialect=dialect, catalog=sql_shop.catalog(dialect), row_cap=10)
        assert again.ok, (statement, verdict.sql, again.findings)
