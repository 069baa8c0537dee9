"""What a statement means stays what it means: nothing that sqlglot reads is sent as something that gives another figure."""

import subprocess
import sys

import pytest

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.check import check


def sent(part: str, dialect: Dialect) -> str:
    verdict = check(f"SELECT {part} AS r FROM t", dialect=dialect)
    assert verdict.ok, verdict.findings
    flat = " ".join(verdict.sql.split())
    return flat[len("SELECT ") : -len(" AS r FROM t")]


@pytest.mark.parametrize(
    ("dialect", "part"),
    [
        ("databricks", "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x)"),
        ("databricks", "PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY x DESC)"),
        ("databricks", "PERCENTILE(x, 0.5, weight)"),
        ("databricks", "TO_DATE(x, 'yyyy-MM-dd')"),
        ("databricks", "FROM_UTC_TIMESTAMP(x, 'Europe/Berlin')"),
        ("databricks", "TO_UTC_TIMESTAMP(x, 'Europe/Berlin')"),
        ("databricks", "ARRAY_AGG(x ORDER BY y DESC)"),
        ("tsql", "SQUARE(x)"),
        ("tsql", "FORMAT(x, 'd', 'de-DE')"),
        ("tsql", "FORMAT(x, 'D')"),
        ("tsql", "DATENAME(QUARTER, x)"),
        ("tsql", "DATENAME(DAY, x)"),
        ("tsql", "DATEDIFF(DAY, 0, x)"),
        ("tsql", "DATEDIFF(MI, x, y)"),
        ("tsql", "DATEDIFF_BIG(SECOND, x, y)"),
        ("tsql", "CAST(x AS FLOAT(24))"),
        ("trino", "RANDOM(1, 10)"),
        ("trino", "CURRENT_TIMESTAMP(6)"),
        ("trino", "CURRENT_TIME(0)"),
        ("bigquery", "CAST(x AS NUMERIC(10, 2))"),
        ("bigquery", "CAST(x AS STRING(5))"),
        ("bigquery", "SAFE_CAST(x AS BIGNUMERIC(40, 10))"),
        ("snowflake", "ARRAY_SORT(X, FALSE, TRUE)"),
        ("snowflake", "TIMESTAMP_NTZ_FROM_PARTS(X, Y)"),
        ("clickhouse", "toStartOfMillisecond(x)"),
        ("clickhouse", "groupConcat(x, ',')"),
    ],
)
def test_a_function_is_sent_as_it_was_written(dialect: Dialect, part: str) -> None:
    assert sent(part, dialect) == part


def test_whole_division_of_clickhouse_stays_whole() -> None:
    assert sent("x DIV y", "clickhouse") == "intDiv(x, y)"


@pytest.mark.parametrize("dialect", ["snowflake", "clickhouse", "duckdb", "databricks"])
def test_order_by_all_names_no_column(dialect: Dialect) -> None:
    assert check("SELECT a, b FROM t ORDER BY ALL", dialect=dialect).sql.split()[-1] == "ALL"
    assert '"all"' in check('SELECT "all" FROM t ORDER BY "all"', dialect="snowflake").sql


@pytest.mark.parametrize(
    ("dialect", "part", "said"),
    [("trino", "DECIMAL '1.55'", "DECIMAL(3, 2)"), ("tsql", "CAST(x AS real)", "FLOAT(24)"), ("bigquery", "'it''s'", r"\'")],
)
def test_what_would_lose_a_part_is_refused_and_told_how_to_write(dialect: Dialect, part: str, said: str) -> None:
    verdict = check(f"SELECT {part} AS r FROM t", dialect=dialect)
    assert not verdict.ok
    assert said in " ".join(finding.hint for finding in verdict.findings)


@pytest.mark.parametrize("dialect", ["snowflake", "trino", "tsql"])
def test_what_is_not_true_may_be_null(dialect: Dialect) -> None:
    """Written as NOT x, the rows in which x is NULL would be gone."""
    sql = " ".join(check("SELECT a FROM t WHERE x IS NOT TRUE", dialect=dialect).sql.upper().split())
    assert sql.endswith("WHERE NOT X IS NOT DISTINCT FROM " + ("1" if dialect == "tsql" else "TRUE"))


def test_words_that_begin_a_statement_of_tsql_are_quoted_as_names() -> None:
    from_brackets = check("SELECT a AS [return], [while] AS [continue], [open], [close] FROM t", dialect="tsql")
    assert " ".join(from_brackets.sql.split()) == "SELECT a AS [return], [while] AS [continue], [open], [close] FROM t"
    assert not check("SELECT 1 CHECKPOINT", dialect="tsql").ok


def test_today_has_no_time_in_tsql() -> None:
    assert sent("CURRENT_DATE", "tsql") == "CAST(GETDATE() AS DATE)"


@pytest.mark.parametrize(
    ("dialect", "statement"),
    [
        ("bigquery", r"SELECT a FROM t WHERE a LIKE '50\%'"),
        ("bigquery", r"SELECT a FROM t WHERE REGEXP_CONTAINS(a, '\d+')"),
        ("snowflake", "SELECT a + INTERVAL b DAY FROM t"),
        ("clickhouse", "SELECT a FROM t ORDER BY a FETCH FIRST 5 ROWS WITH TIES"),
        ("clickhouse", "SELECT v.a FROM (VALUES (1, 2)) AS v (a, b)"),
        ("snowflake", "SELECT a, COUNT(*) FROM t GROUP BY a WITH TOTALS"),
        ("tsql", "SELECT a + INTERVAL 1 DAY FROM t"),
    ],
)
def test_what_the_engine_would_read_otherwise_is_refused(dialect: Dialect, statement: str) -> None:
    assert not check(statement, dialect=dialect).ok


def test_a_refused_clause_is_told_of_once_and_not_as_a_function() -> None:
    for statement in ("SELECT a FROM t TABLESAMPLE BERNOULLI (10)", "SELECT uuid() FROM t"):
        errors = [finding for finding in check(statement, dialect="trino").findings if finding.severity == "error"]
        assert len(errors) == 1, errors


def test_statements_that_sqlglot_wrote_before_us_change_nothing_of_ours() -> None:
    """It remembers how a dialect is written from the first statement on; in a process of its own, as we have been there already here."""
    script = """
import sqlglot
for dialect in ("mysql", "trino", "bigquery"):
    sqlglot.parse_one("SELECT a FROM t", read=dialect).sql(dialect=dialect)
from analytics_agent.sql.check import check
print(check("SELECT a REGEXP 'b' AS x FROM t", dialect="mysql").sql)
print(check("SELECT CURRENT_TIMESTAMP(6) AS a FROM t", dialect="trino").sql)
print(check("SELECT CAST(x AS STRING(5)) AS a FROM t", dialect="bigquery").sql)
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True).stdout
    assert " REGEXP 'b'" in said and "CURRENT_TIMESTAMP(6)" in said and "STRING(5)" in said
