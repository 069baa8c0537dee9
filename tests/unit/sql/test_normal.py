"""Statements that are the same but for how they are written have one text."""

import pytest

from analytics_agent.sql.normal import normal


@pytest.mark.parametrize(
    "other", ["select a, b from t where x <> 1", "SELECT a ,b\nFROM t -- why\nWHERE x != 1;", "/* x */ Select a, b From t As t Where x!=1"]
)
def test_layout_comments_and_case_of_words_make_no_difference(other: str) -> None:
    assert normal(other).replace(" AS t", "") == normal("SELECT a, b FROM t WHERE x != 1")


@pytest.mark.parametrize("other", ["SELECT b, a FROM t WHERE x != 1", "SELECT a, b FROM t WHERE x != '1'", "SELECT a, b FROM t"])
def test_what_is_read_does(other: str) -> None:
    assert normal(other) != normal("SELECT a, b FROM t WHERE x != 1")


@pytest.mark.parametrize("broken", ["", "SELECT", "SELECT ( FROM", "'", "\x00", "DROP TABLE t; SELECT 1", "🙂" * 50_000])
def test_what_cannot_be_read_is_compared_by_its_words(broken: str) -> None:
    assert normal(broken) == normal(f"  {broken}  ")
