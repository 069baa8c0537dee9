"""Types: what is compared, computed and called with what; an error where the engine fails, a warning where it means something else."""

import pytest
from ten_shops import catalog

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.check import check

# dialect, statement, rule, severity, a part of what is said
SAID: tuple[tuple[Dialect, str, str, str, str], ...] = (
    ("postgres", "SELECT id FROM orders WHERE status = 5", "type-mismatch", "error", "Write '5', or CAST(status AS DECIMAL)."),
    ("postgres", "SELECT id FROM orders WHERE ordered_on = 2024", "type-mismatch", "error", "Write EXTRACT(YEAR FROM ordered_on) = 2024."),
    ("postgres", "SELECT id FROM orders WHERE is_gift = 1", "type-mismatch", "error", "Write is_gift or NOT is_gift"),
    ("postgres", "SELECT id FROM orders WHERE ordered_on = 'soon'", "unreadable-value", "error", "'soon' is no date"),
    ("postgres", "SELECT id FROM orders WHERE ordered_on = '2024-02-30'", "unreadable-value", "error", "no day of the calendar"),
    ("postgres", "SELECT id FROM orders WHERE ordered_on >= '2024-06'", "unreadable-value", "error", "only a part of a date"),
    ("postgres", "SELECT id FROM orders WHERE amount > 'many'", "unreadable-value", "error", "'many' is no number"),
    ("postgres", "SELECT id FROM orders WHERE is_gift = 'maybe'", "unreadable-value", "error", "Write TRUE or FALSE."),
    ("postgres", "SELECT id FROM orders WHERE id IN ('a', 'b')", "unreadable-value", "error", "'a' is no number"),
    ("postgres", "SELECT id FROM orders WHERE id IN (SELECT name FROM customers)", "type-mismatch", "error", "Write CAST(id AS TEXT)."),
    ("postgres", "SELECT id FROM orders WHERE ordered_on BETWEEN 1 AND 2", "type-mismatch", "error", "Compare it with a date"),
    ("postgres", "SELECT o.id FROM orders o JOIN customers c ON c.name = o.id", "type-mismatch", "error", "CAST(o.id AS TEXT)"),
    (
        "postgres",
        "SELECT o.id FROM orders o JOIN orders p ON o.amount = p.status",
        "type-mismatch",
        "error",
        "o.status has its name and type",
    ),
    ("postgres", "SELECT o.id FROM orders o JOIN customers c ON c.name = o.id", "type-mismatch", "error", ". Write CAST(o.id AS TEXT)"),
    ("postgres", "SELECT doc ->> 'n' AS n FROM orders WHERE doc ->> 'n' > 5", "type-mismatch", "error", "CAST(doc ->> 'n' AS DECIMAL)"),
    ("postgres", "SELECT id FROM orders WHERE doc -> 'color' = 'red'", "unreadable-value", "error", "->> in place of ->"),
    ("postgres", "SELECT status + 1 AS x FROM orders", "wrong-argument", "error", "status is text"),
    ("postgres", "SELECT ordered_on + ordered_on AS x FROM orders", "wrong-argument", "error", "INTERVAL"),
    ("postgres", "SELECT paid_at + 1 AS x FROM orders", "wrong-argument", "error", "INTERVAL '1' DAY"),
    ("postgres", "SELECT sum(status) AS x FROM orders", "wrong-argument", "error", "Write CAST(status AS DECIMAL)."),
    ("postgres", "SELECT avg(ordered_on) AS x FROM orders", "wrong-argument", "error", "take MIN, MAX"),
    ("postgres", "SELECT sum(is_gift) AS x FROM orders", "wrong-argument", "error", "COUNT(CASE WHEN is_gift THEN 1 END)"),
    ("postgres", "SELECT max(is_gift) AS x FROM orders", "wrong-argument", "error", "BOOL_OR(is_gift)"),
    ("postgres", "SELECT lower(amount) AS x FROM orders", "wrong-argument", "error", "CAST(amount AS TEXT)"),
    ("postgres", "SELECT extract(year FROM status) AS x FROM orders", "wrong-argument", "error", "CAST(status AS DATE)"),
    ("postgres", "SELECT id FROM orders WHERE amount LIKE '1%'", "wrong-argument", "error", "CAST(amount AS TEXT)"),
    ("postgres", "SELECT coalesce(status, 0) AS x FROM orders", "type-mismatch", "error", "COALESCE mixes text"),
    ("postgres", "SELECT coalesce(amount, 'none') AS x FROM orders", "type-mismatch", "error", "'none', which is none"),
    ("postgres", "SELECT CASE WHEN id > 1 THEN amount ELSE status END AS x FROM orders", "type-mismatch", "error", "CASE mixes"),
    ("postgres", "SELECT CASE status WHEN 1 THEN 2 END AS x FROM orders", "type-mismatch", "error", "Write '1'"),
    ("postgres", "SELECT id FROM orders WHERE amount", "type-mismatch", "error", "Write a comparison."),
    ("postgres", "SELECT id FROM orders UNION SELECT name FROM customers", "type-mismatch", "error", "Column 1 of UNION"),
    (
        "postgres",
        "SELECT x FROM (SELECT sum(amount) AS x FROM orders) t WHERE x = 'big'",
        "unreadable-value",
        "error",
        "'big' is no number",
    ),
    (
        "postgres",
        "SELECT x FROM (SELECT date_trunc('month', paid_at) AS x FROM orders) t WHERE x = 7",
        "type-mismatch",
        "error",
        "a date (x)",
    ),
    ("duckdb", "SELECT id FROM orders WHERE status = 5", "type-mismatch", "error", "Write '5'"),
    ("duckdb", "SELECT id FROM orders WHERE size = 'medium'", "unknown-value", "error", "none of the values that size can have"),
    ("duckdb", "SELECT id FROM orders WHERE ordered_on = 'soon'", "unreadable-value", "error", "is no date"),
    ("mysql", "SELECT id FROM orders WHERE status = 5", "quiet-conversion", "warning", "Write '5'"),
    ("mysql", "SELECT sum(status) AS x FROM orders", "quiet-conversion", "warning", "counts as 0"),
    ("mysql", "SELECT id FROM orders WHERE size = 'smal'", "unknown-value", "warning", "Nearest: 'small'"),
    ("mysql", "SELECT id FROM orders WHERE ordered_on = '2024-02-30'", "unreadable-value", "warning", "no day of the calendar"),
    ("sqlite", "SELECT id FROM orders WHERE status > 5", "quiet-conversion", "warning", "Write '5'"),
    ("sqlite", "SELECT id FROM orders WHERE ordered_on >= '2024-1-5'", "unreadable-value", "warning", "YYYY-MM-DD"),
    ("sqlite", "SELECT id FROM orders WHERE amount > 'many'", "unreadable-value", "warning", "is no number"),
    ("bigquery", "SELECT id FROM orders WHERE id = '5'", "type-mismatch", "error", "Write 5 without quotes."),
    ("bigquery", "SELECT id FROM orders WHERE is_gift = 1", "type-mismatch", "error", "Write is_gift"),
    ("trino", "SELECT id FROM orders WHERE ordered_on >= '2024-01-01'", "type-mismatch", "error", "CAST('2024-01-01' AS DATE)"),
    ("trino", "SELECT id FROM orders WHERE status = 5", "type-mismatch", "error", "Write '5'"),
    ("clickhouse", "SELECT id FROM orders WHERE status = 5", "type-mismatch", "error", "Write '5'"),
    ("snowflake", "SELECT id FROM orders WHERE status = 5", "quiet-conversion", "warning", "Write '5'"),
    ("databricks", "SELECT id FROM orders WHERE status = 5", "quiet-conversion", "warning", "Write '5'"),
    ("tsql", "SELECT id FROM orders WHERE status = 5", "quiet-conversion", "warning", "Write '5'"),
    ("tsql", "SELECT count(*) / count(DISTINCT id) AS x FROM orders", "integer-division", "warning", "1.0"),
    ("postgres", "SELECT id FROM orders WHERE paid_at <= '2024-12-31'", "day-boundary", "warning", "paid_at < '2025-01-01'"),
    ("postgres", "SELECT id FROM orders WHERE paid_at BETWEEN '2024-01-01' AND '2024-12-31'", "day-boundary", "warning", "< '2025-01-01'"),
    ("postgres", "SELECT id FROM orders WHERE paid_at = '2024-02-28'", "day-boundary", "warning", "paid_at < '2024-02-29' AND paid_at >="),
    ("postgres", "SELECT id FROM orders WHERE paid_at > '2023-12-31'", "day-boundary", "warning", "paid_at >= '2024-01-01'"),
)

QUIET: tuple[tuple[Dialect, str], ...] = (
    ("postgres", "SELECT id FROM orders WHERE amount > '5' AND id = '7' AND status = '5' AND is_gift = 'yes'"),
    ("postgres", "SELECT id FROM orders WHERE ordered_on IN ('today', '2024-01-05', 'January 8, 1999', '20240105', 'infinity')"),
    ("postgres", "SELECT id FROM orders WHERE paid_at >= '2024-01-01' AND paid_at < '2025-01-01' AND '2024-01-01' <= paid_at"),
    ("postgres", "SELECT id FROM orders WHERE CAST(paid_at AS date) <= '2024-12-31' AND paid_at <= '2024-12-31 23:59:59'"),
    ("postgres", "SELECT id FROM orders WHERE date_trunc('month', paid_at) = '2024-12-01' AND paid_at > ordered_on"),
    (
        "postgres",
        "SELECT ordered_on - 7 AS a, ordered_on - ordered_on AS b, paid_at - INTERVAL '1 day' AS c FROM orders",
    ),
    ("postgres", "SELECT status || id AS a, coalesce(status, 'x') AS b, nullif(amount, 0) AS c, coalesce(amount, 0) AS d FROM orders"),
    ("postgres", "SELECT id, NULL AS x FROM orders UNION ALL SELECT id, name FROM customers"),
    ("postgres", "SELECT id, 'all' AS x FROM orders UNION ALL SELECT id, name FROM customers UNION ALL SELECT 1, NULL FROM customers"),
    ("postgres", "SELECT id FROM orders WHERE doc -> 'a' = '1' OR (doc ->> 'n')::numeric > 5"),
    ("postgres", "SELECT CASE WHEN is_gift THEN 1 ELSE 0 END AS x, CASE status WHEN 'a' THEN 1.5 ELSE 2 END AS y FROM orders"),
    (
        "postgres",
        "SELECT sum(CASE WHEN is_gift THEN amount END) AS a, max(ordered_on) AS b, bool_or(is_gift) AS d FROM orders",
    ),
    ("postgres", "SELECT id FROM orders WHERE (id, status) IN (SELECT id, name FROM customers) OR id = ANY (ARRAY[1, 2])"),
    ("postgres", "SELECT 1.0 * count(*) / nullif(count(DISTINCT id), 0) AS x, sum(amount) / count(*) AS y FROM orders"),
    ("duckdb", "SELECT id FROM orders WHERE is_gift = 1 AND amount > TRUE AND size = 'small'"),
    ("duckdb", "SELECT count(*) / count(DISTINCT id) AS x, coalesce(max(id), 'x') AS y FROM orders"),
    ("duckdb", "SELECT id FROM orders UNION ALL SELECT name FROM customers"),
    ("mysql", "SELECT id FROM orders WHERE is_gift = 1 AND size = 'SMALL' AND amount > '5' AND amount LIKE '1%'"),
    ("mysql", "SELECT count(*) / count(DISTINCT id) AS x FROM orders"),
    ("sqlite", "SELECT id FROM orders WHERE ordered_on >= '2024-01-05' AND strftime('%Y', ordered_on) = '2024' AND is_gift = 1"),
    ("bigquery", "SELECT id FROM orders WHERE ordered_on >= '2024-01-05' AND status = 'x'"),
    ("trino", "SELECT id FROM orders WHERE ordered_on >= DATE '2024-01-05' AND status = 'x'"),
    ("snowflake", "SELECT id FROM orders WHERE amount > '5'"),
)


def told(statement: str, dialect: Dialect) -> list[tuple[str, str, str]]:
    found = check(statement, dialect=dialect, catalog=catalog(dialect)).findings
    return [(finding.rule, finding.severity, f"{finding.message} {finding.hint}") for finding in found]


@pytest.mark.parametrize(("dialect", "statement", "rule", "severity", "said"), SAID)
def test_wrong_types_are_told_with_the_right_cast(dialect: Dialect, statement: str, rule: str, severity: str, said: str) -> None:
    found = told(statement, dialect)
    assert any((rule, severity) == each[:2] and said in each[2] for each in found), found


@pytest.mark.parametrize(("dialect", "statement"), QUIET)
def test_what_the_engine_takes_is_not_doubted(dialect: Dialect, statement: str) -> None:
    assert told(statement, dialect) == []
