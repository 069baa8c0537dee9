"""Grouping: what may stand beside GROUP BY, and where aggregates and window functions may stand."""

import pytest
from ten_shops import catalog

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.check import check

SAID: tuple[tuple[Dialect, str, str, str, str], ...] = (
    ("postgres", "SELECT status, count(*) AS n FROM orders", "not-grouped", "error", "Add GROUP BY status"),
    ("postgres", "SELECT status, amount, sum(id) AS s FROM orders GROUP BY status", "not-grouped", "error", "MAX(amount)"),
    ("postgres", "SELECT status, count(*) AS n FROM orders GROUP BY status ORDER BY amount", "not-grouped", "error", "amount"),
    ("postgres", "SELECT status FROM orders GROUP BY status HAVING amount > 1", "not-grouped", "error", "amount"),
    ("postgres", "SELECT id FROM orders HAVING count(*) > 1", "not-grouped", "error", "id"),
    ("postgres", "SELECT date_trunc('month', paid_at) AS m, paid_at FROM orders GROUP BY 1", "not-grouped", "error", "paid_at"),
    ("postgres", "SELECT status, rank() OVER (ORDER BY amount) AS r FROM orders GROUP BY status", "not-grouped", "error", "amount"),
    ("postgres", "SELECT name, credit FROM customers GROUP BY name", "not-grouped", "error", "credit"),
    ("duckdb", "SELECT c.name FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id", "not-grouped", "error", "c.name"),
    ("sqlite", "SELECT status, amount FROM orders GROUP BY status", "not-grouped", "warning", "any row of the group"),
    ("mysql", "SELECT status, amount FROM orders GROUP BY status", "not-grouped", "warning", "any row of the group"),
    ("bigquery", "SELECT status, amount FROM orders GROUP BY status", "not-grouped", "error", "amount"),
    ("tsql", "SELECT status, amount FROM orders GROUP BY status", "not-grouped", "error", "amount"),
    ("postgres", "SELECT id FROM orders WHERE sum(amount) > 1", "aggregate-misplaced", "error", "Use HAVING"),
    ("postgres", "SELECT o.id FROM orders o JOIN customers c ON c.id = max(o.id)", "aggregate-misplaced", "error", "JOIN's ON"),
    ("postgres", "SELECT count(*) AS n FROM orders GROUP BY count(*)", "aggregate-misplaced", "error", "GROUP BY"),
    ("postgres", "SELECT status, count(*) AS n FROM orders GROUP BY 1, 2", "aggregate-misplaced", "error", "GROUP BY"),
    ("postgres", "SELECT status, count(*) AS n FROM orders GROUP BY status, n", "aggregate-misplaced", "error", "GROUP BY"),
    ("postgres", "SELECT sum(avg(amount)) AS x FROM orders", "nested-aggregate", "error", "subquery or CTE"),
    ("postgres", "SELECT id FROM orders WHERE row_number() OVER (ORDER BY id) = 1", "window-misplaced", "error", "filter outside."),
    ("duckdb", "SELECT id FROM orders WHERE row_number() OVER (ORDER BY id) = 1", "window-misplaced", "error", "use QUALIFY"),
    (
        "postgres",
        "SELECT status FROM orders GROUP BY 1 HAVING rank() OVER (ORDER BY status) = 1",
        "window-misplaced",
        "error",
        "HAVING",
    ),
    ("postgres", "SELECT DISTINCT status FROM orders ORDER BY amount", "distinct-order", "error", "Add it to the SELECT"),
    ("mysql", "SELECT DISTINCT status FROM orders ORDER BY amount", "distinct-order", "warning", "Add it to the SELECT"),
    ("postgres", "SELECT (SELECT id, name FROM customers) AS x FROM orders", "one-value", "error", "gives 2 columns"),
    ("postgres", "SELECT id FROM orders WHERE id = (SELECT id, name FROM customers)", "one-value", "error", "gives 2 columns"),
    ("postgres", "SELECT status FROM orders ORDER BY 2", "ordinal", "error", "the SELECT has 1 column."),
    ("postgres", "SELECT status FROM orders GROUP BY 0", "ordinal", "error", "Use 1 to 1"),
    ("postgres", "SELECT id FROM orders UNION SELECT id, name FROM customers", "set-width", "error", "1 and 2 columns"),
)

QUIET: tuple[tuple[Dialect, str], ...] = (
    ("postgres", "SELECT status, count(*) AS n FROM orders GROUP BY status HAVING count(*) > 1 ORDER BY n, status, max(amount)"),
    ("postgres", "SELECT c.name, c.credit, sum(o.amount) AS s FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id"),
    ("postgres", "SELECT date_trunc('month', o.paid_at) AS m, count(*) AS n FROM orders o GROUP BY date_trunc('month', paid_at)"),
    ("postgres", "SELECT upper(status) || '!' AS s, count(*) AS n FROM orders GROUP BY upper(status)"),
    ("postgres", "SELECT (amount + 1) * 2 AS x, count(*) AS n FROM orders GROUP BY amount + 1"),
    ("postgres", "SELECT status, sum(sum(amount)) OVER (ORDER BY status) AS s FROM orders GROUP BY status"),
    ("postgres", "SELECT status, rank() OVER (ORDER BY sum(amount)) AS r FROM orders GROUP BY status"),
    ("postgres", "SELECT status, sum(amount) OVER (PARTITION BY status) AS s FROM orders"),
    ("postgres", "SELECT status, is_gift, count(*) AS n FROM orders GROUP BY GROUPING SETS ((status), (is_gift), ())"),
    ("postgres", "SELECT status, is_gift, count(*) AS n FROM orders GROUP BY ROLLUP (status, is_gift)"),
    ("postgres", "SELECT count(*) AS n, (SELECT max(id) FROM customers) AS m, 'x' AS x, now() AS t FROM orders"),
    ("postgres", "SELECT o.status, (SELECT count(*) FROM customers c WHERE c.name = o.status) AS n FROM orders o GROUP BY o.status"),
    ("postgres", "SELECT id FROM orders o WHERE amount > (SELECT avg(amount) FROM orders i WHERE i.status = o.status)"),
    ("postgres", "SELECT DISTINCT status, upper(name) AS u FROM orders, customers WHERE orders.id = customers.id ORDER BY u, 1, status"),
    ("postgres", "SELECT DISTINCT status FROM orders ORDER BY orders.status"),
    ("postgres", "SELECT DISTINCT ON (status) status, id FROM orders ORDER BY status, amount"),
    ("postgres", "SELECT id FROM orders WHERE (id, status) = (SELECT id, name FROM customers LIMIT 1)"),
    ("postgres", "SELECT id, count(*) AS n FROM orders JOIN customers USING (id) GROUP BY id"),
    ("postgres", "SELECT status AS s, count(*) AS n FROM orders GROUP BY ROLLUP (s)"),
    ("postgres", "SELECT ROW(1, 'a') = (SELECT id, name FROM customers LIMIT 1) AS same FROM orders"),
    ("postgres", "SELECT status FROM orders o GROUP BY 1 HAVING EXISTS (SELECT 1 FROM customers WHERE sum(o.amount) > credit)"),
    ("postgres", "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) AS m, string_agg(status, ',' ORDER BY id) AS s FROM orders"),
    ("duckdb", "SELECT status, is_gift, count(*) AS n FROM orders GROUP BY ALL"),
    ("duckdb", "SELECT id FROM orders QUALIFY row_number() OVER (PARTITION BY status ORDER BY amount) = 1"),
    ("duckdb", "SELECT any_value(status) AS s, arg_max(id, amount) AS a, list(id) AS l FROM orders"),
    ("sqlite", "SELECT status, id, max(amount) AS m FROM orders GROUP BY status"),
    ("sqlite", "SELECT max(id, customer_id) AS m FROM orders"),
    ("mysql", "SELECT name, sum(amount) AS s FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id HAVING s > 1"),
    ("snowflake", "SELECT status, count(*) AS n FROM orders GROUP BY status QUALIFY row_number() OVER (ORDER BY count(*) DESC) = 1"),
    ("bigquery", "SELECT status AS s, countif(is_gift) AS n FROM orders GROUP BY s"),
    ("trino", "SELECT status, approx_distinct(id) AS n FROM orders GROUP BY 1"),
    ("databricks", "SELECT status AS s, max_by(id, amount) AS n FROM orders GROUP BY s"),
    (
        "clickhouse",
        "SELECT status, uniqExact(id) AS n, quantile(0.5)(amount) AS q, sumIf(id, is_gift) AS g FROM orders GROUP BY status",
    ),
    ("tsql", "SELECT status, count_big(*) AS n FROM orders GROUP BY status ORDER BY n"),
)


def told(statement: str, dialect: Dialect) -> list[tuple[str, str, str]]:
    found = check(statement, dialect=dialect, catalog=catalog(dialect)).findings
    return [(finding.rule, finding.severity, f"{finding.message} {finding.hint}") for finding in found]


@pytest.mark.parametrize(("dialect", "statement", "rule", "severity", "said"), SAID)
def test_wrong_grouping_is_told_before_anything_runs(dialect: Dialect, statement: str, rule: str, severity: str, said: str) -> None:
    found = told(statement, dialect)
    assert any((rule, severity) == each[:2] and said in each[2] for each in found), found


@pytest.mark.parametrize(("dialect", "statement"), QUIET)
def test_what_groups_well_is_not_doubted(dialect: Dialect, statement: str) -> None:
    assert told(statement, dialect) == []
