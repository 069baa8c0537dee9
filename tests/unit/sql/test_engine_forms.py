"""Forms that sqlglot mends quietly and the engine refuses: refused here too, with what to write. Each was tried on the engine."""

import pytest
from ten_shops import catalog

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.check import check

REFUSED: tuple[tuple[Dialect, str, str, str], ...] = (
    # sqlglot writes a forgotten condition as a comma: a cross product
    ("postgres", "SELECT count(*) AS n FROM orders JOIN customers", "join-condition", "ON left.key = right.key"),
    ("duckdb", "SELECT count(*) AS n FROM orders JOIN customers", "join-condition", "CROSS JOIN"),
    ("postgres", "SELECT count(*) AS n FROM orders o LEFT JOIN customers c", "join-condition", "LEFT JOIN c has no condition."),
    ("mysql", "SELECT count(*) AS n FROM orders o LEFT JOIN customers c", "join-condition", "LEFT JOIN c has no condition."),
    ("postgres", "SELECT count(*) AS n FROM orders o LEFT JOIN LATERAL (SELECT o.id) AS x", "join-condition", "x"),
    (
        "postgres",
        "SELECT 1 AS a FROM orders o JOIN (SELECT customer_id, count(*) AS n FROM orders GROUP BY 1) x",
        "join-condition",
        "JOIN x",
    ),
    # and FULL JOIN of MySQL as UNION ALL of two queries, each with its own COUNT
    ("mysql", "SELECT count(*) AS n FROM orders o FULL JOIN customers c ON c.id = o.customer_id", "syntax", "no FULL JOIN"),
    ("mysql", "SELECT count(*) FILTER (WHERE amount > 1) AS n FROM orders", "syntax", "COUNT(CASE WHEN"),
    # a table's name in the quotes of a text; a column's beside it is a text in every row
    ("mysql", 'SELECT "status" FROM "orders"', "text-for-name", "backticks"),
    ("postgres", "SELECT id FROM 'orders'", "text-for-name", "double quotes"),
    ("postgres", "SELECT rank() AS r FROM orders", "window-without-over", "RANK() has no OVER."),
    ("sqlite", "SELECT first_value(id) AS r FROM orders", "window-without-over", "OVER"),
    ("postgres", "SELECT percentile_cont(0.5) AS m FROM orders", "wrong-argument", "WITHIN GROUP (ORDER BY column)"),
    ("duckdb", "SELECT date_add('day', 1, ordered_on) AS d FROM orders", "wrong-argument", "value + INTERVAL 1 DAY"),
    ("duckdb", "SELECT to_timestamp(status, 'YYYY') AS t FROM orders", "wrong-argument", "STRPTIME"),
    ("mysql", "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS m FROM orders", "window-without-over", "OVER ()"),
    ("sqlite", "SELECT count(DISTINCT id, status) AS n FROM orders", "syntax", "SELECT DISTINCT a, b"),
    ("postgres", "SELECT date_trunc(ordered_on, 'month') AS m FROM orders", "wrong-argument", "DATE_TRUNC('month', value)"),
)
QUIET: tuple[tuple[Dialect, str], ...] = (
    ("postgres", "SELECT count(*) AS n FROM orders, customers"),
    ("postgres", "SELECT count(*) AS n FROM orders CROSS JOIN customers"),
    ("postgres", "SELECT count(*) AS n FROM orders NATURAL JOIN customers"),
    ("postgres", "SELECT a.id FROM orders a JOIN orders b JOIN customers c ON c.id = b.customer_id ON a.id = b.id"),
    ("postgres", "SELECT 1 AS a FROM orders o, (SELECT c.id FROM customers c JOIN orders p ON p.id = c.id) AS x"),
    ("postgres", "SELECT o.id FROM orders o, LATERAL (SELECT o.amount) AS x CROSS JOIN LATERAL (SELECT o.id) AS y"),
    ("sqlite", "SELECT count(*) AS n FROM orders JOIN customers"),
    ("mysql", "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) OVER () AS m FROM orders"),
    ("mysql", "SELECT count(DISTINCT id, status) AS n FROM orders"),
    ("sqlite", "SELECT count(*) AS n FROM orders o FULL JOIN customers c ON c.id = o.customer_id"),
    ("mysql", "SELECT count(*) AS n FROM orders JOIN customers"),
    ("databricks", "SELECT count(*) AS n FROM orders JOIN customers"),
    ("bigquery", "SELECT t FROM orders LEFT JOIN UNNEST(tags) AS t"),
    ("duckdb", "SELECT o.id FROM orders o POSITIONAL JOIN customers c"),
    ("tsql", "SELECT c.x FROM orders o OUTER APPLY (SELECT TOP 1 name AS x FROM customers WHERE id = o.customer_id) c"),
    ("postgres", "SELECT rank(5) WITHIN GROUP (ORDER BY id) AS r FROM orders"),
    ("postgres", "SELECT lag(id) OVER (ORDER BY id) AS r, rank() OVER w AS q FROM orders WINDOW w AS (ORDER BY id)"),
    ("databricks", "SELECT first_value(id) AS r FROM orders"),
    ("mysql", 'SELECT id FROM orders WHERE status = "open"'),
    ("postgres", "SELECT date_trunc('week', ordered_on) AS m FROM orders"),
)


@pytest.mark.parametrize(("dialect", "statement", "rule", "said"), REFUSED)
def test_a_form_that_the_engine_refuses_is_refused_with_what_to_write(dialect: Dialect, statement: str, rule: str, said: str) -> None:
    told = [finding for finding in check(statement, dialect=dialect, catalog=catalog(dialect)).findings if finding.rule == rule]
    assert any(finding.severity == "error" and said in f"{finding.message} {finding.hint}" for finding in told), told


@pytest.mark.parametrize(("dialect", "statement"), QUIET)
def test_what_the_engine_reads_passes(dialect: Dialect, statement: str) -> None:
    verdict = check(statement, dialect=dialect, catalog=catalog(dialect))
    assert verdict.ok, verdict.findings


@pytest.mark.parametrize(
    ("dialect", "statement", "said"),
    [
        ("postgres", "SELECT TOP 3 id FROM orders", "LIMIT n at the end"),
        ("postgres", "SELECT `id` FROM orders", "not with backticks"),
        ("duckdb", "SELECT [id] FROM [orders]", "not quoted with brackets"),
    ],
)
def test_what_does_not_parse_is_told_with_what_was_likely_meant(dialect: Dialect, statement: str, said: str) -> None:
    (finding,) = check(statement, dialect=dialect, catalog=catalog(dialect)).findings
    assert finding.rule == "syntax"
    assert said in finding.hint


@pytest.mark.parametrize(
    ("dialect", "statement"),
    [
        ("mysql", 'SELECT "status", count(*) AS n FROM orders GROUP BY 1'),
        ("mysql", 'SELECT sum("amount") AS s FROM orders'),
        ("sqlite", "SELECT count(DISTINCT 'status') AS n FROM orders"),
        ("postgres", "SELECT id FROM orders ORDER BY 'amount'"),
    ],
)
def test_a_text_that_is_called_like_a_column_is_told(dialect: Dialect, statement: str) -> None:
    assert "text-for-column" in {finding.rule for finding in check(statement, dialect=dialect, catalog=catalog(dialect)).findings}


def test_a_label_and_a_value_are_no_columns() -> None:
    statement = "SELECT 'amount' AS measure, sum(amount) AS s, 'all' FROM orders WHERE status = 'status'"
    assert check(statement, dialect="mysql", catalog=catalog("mysql")).findings == ()
